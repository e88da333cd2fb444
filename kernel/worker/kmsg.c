// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's log, as far as it is about rtmgr: the rest is no business of whoever may load it.
 * A record of /dev/kmsg: "priority,sequence,µs,flags[,…];text\n", then lines " KEY=value\n".
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "worker.h"

/* The kernel's own limit of a record. */
#define RECORD_MAX 8192
/* Records between two looks at what else there is to do. */
#define AT_ONCE 64

/* One to follow the log with, one for what is said during a load. Negative: errno of open(). */
static int follow_fd, load_fd;
static bool following;
/* Older lines are not told. */
static uint64_t first;

void kmsg_begin(void)
{
	load_fd = LOAD_FD;
	follow_fd = FOLLOW_FD;
	if (fcntl(FOLLOW_FD, F_GETFD) >= 0)
		return;
	/* the helper has not got it open: neither do we, but we learn why */
	follow_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (follow_fd < 0)
		follow_fd = -errno;
}

static bool number(const char **at, const char *end, char until, uint64_t *value)
{
	const char *digit = *at;

	*value = 0;
	for (; digit < end && *digit >= '0' && *digit <= '9'; digit++)
		*value = *value * 10 + (*digit - '0');
	if (digit == *at || digit == end || *digit != until)
		return false;
	*at = digit + 1;
	return true;
}

bool kmsg_parse(const char *record, size_t length, struct kmsg_line *line)
{
	const char *at = record, *end = record + length;
	uint64_t priority;

	if (!number(&at, end, ',', &priority) || !number(&at, end, ',', &line->seq) ||
	    !number(&at, end, ',', &line->time))
		return false;
	at = memchr(at, ';', end - at);
	if (!at)
		return false;
	line->text = ++at;
	end = memchr(at, '\n', end - at) ?: end;
	line->length = end - at;
	return true;
}

static bool begins(const struct kmsg_line *line, const char *words)
{
	return line->length >= strlen(words) && !memcmp(line->text, words, strlen(words));
}

static bool about_rtmgr(const struct kmsg_line *line)
{
	return begins(line, "rtmgr: ") || memmem(line->text, line->length, "[rtmgr]", 7);
}

/* What the kernel says of a module that it refuses, without naming it. */
static bool about_load(const struct kmsg_line *line)
{
	static const char *const beginnings[] = {
		"Loading of ", "Lockdown: routelens", "PKCS#7", "module: ", "x86/modules: ",
	};
	size_t i;

	for (i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++)
		if (begins(line, beginnings[i]))
			return true;
	return about_rtmgr(line);
}

/* The next record, as line; false: there is none now. What was lost meanwhile is lost. */
static bool next(int fd, struct kmsg_line *line)
{
	static char record[RECORD_MAX];
	ssize_t length;

	do {
		length = read(fd, record, sizeof(record));
	} while (length < 0 && (errno == EPIPE || errno == EINTR));
	if (length <= 0)
		return false;
	if (!kmsg_parse(record, length, line))
		*line = (struct kmsg_line){ .text = record };
	return true;
}

void kmsg_mark(void)
{
	if (load_fd >= 0)
		lseek(load_fd, 0, SEEK_END);
}

size_t kmsg_collect(char *lines, size_t room)
{
	struct kmsg_line line;
	size_t length = 0;

	while (load_fd >= 0 && next(load_fd, &line)) {
		if (!about_load(&line) || line.length >= room - length)
			continue;
		memcpy(lines + length, line.text, line.length);
		length += line.length;
		lines[length++] = '\n';
	}
	return length;
}

int kmsg_follow(void)
{
	struct kmsg_line line;

	if (follow_fd < 0)
		return follow_fd;
	first = 0;
	if (lseek(follow_fd, 0, SEEK_SET) < 0)
		return -errno;
	while (next(follow_fd, &line))
		if (begins(&line, "rtmgr: version "))
			first = line.seq;
	lseek(follow_fd, 0, SEEK_SET);
	following = true;
	return 0;
}

int kmsg_fd(void)
{
	return following ? follow_fd : -1;
}

void kmsg_ready(void)
{
	struct {
		uint64_t time;
		char text[RECORD_MAX];
	} told;
	struct kmsg_line line;
	int left = AT_ONCE;

	while (left-- && !frame_waiting() && next(follow_fd, &line)) {
		if (line.seq < first || !about_rtmgr(&line))
			continue;
		told.time = line.time;
		memcpy(told.text, line.text, line.length);
		event(HELPER_EVENT_LOG, &told, sizeof(told.time) + line.length);
	}
}
