// SPDX-License-Identifier: GPL-2.0-only
/* What the program asks of the mode `module`: what there is, and that it comes and goes. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "worker.h"

#define SYS_FOLDER "/sys/module/rtmgr/"

/* The first line of a file in /sys, or nothing. */
static void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, line, size - 1);

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static uint32_t read_number(const char *path, uint32_t unknown)
{
	char line[32], *end;
	unsigned long number;

	read_line(path, line, sizeof(line));
	number = strtoul(line, &end, 10);
	return end == line || number > UINT32_MAX ? unknown : number;
}

static void status(const struct request *req)
{
	static const char *const states[] = { "live", "coming", "going" };
	struct {
		struct helper_status status;
		char texts[PATH_MAX + 512];
	} said = {
		.status = {
			.refcount = read_number(SYS_FOLDER "refcnt", 0),
			.owner = read_number(SYS_FOLDER "parameters/owner", UINT32_MAX),
			.max_routes = read_number(SYS_FOLDER "parameters/max_routes", UINT32_MAX),
			.core_bytes = read_number(SYS_FOLDER "coresize", 0),
		},
	};
	static struct asked found;
	char state[32], version[128], srcversion[128];
	size_t i, length = 0;

	ask(GATE_FIND, 0, NULL, 0, &found);
	said.status.installed_reason = found.reason;
	read_line(SYS_FOLDER "initstate", state, sizeof(state));
	for (i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (!strcmp(state, states[i]))
			said.status.loaded = i + 1;
	read_line(SYS_FOLDER "version", version, sizeof(version));
	read_line(SYS_FOLDER "srcversion", srcversion, sizeof(srcversion));
	length = snprintf(said.texts, sizeof(said.texts), "%s%c%s%c%s", version, 0, srcversion, 0,
			  found.text) + 1;
	answer(req, 0, HELPER_REASON_NONE, &said, sizeof(said.status) + length, NULL, 0);
}

/* Answers with what the kernel said about it, whether it did it or not. */
static void change(const struct request *req, enum gate_verb verb, uint32_t value)
{
	static char lines[HELPER_FRAME_MAX / 2];
	static struct asked done;
	size_t length = 0;

	kmsg_mark();
	ask(verb, value, NULL, 0, &done);
	if (done.reason == HELPER_REASON_NONE || done.reason == HELPER_REASON_KERNEL)
		length = kmsg_collect(lines, sizeof(lines));
	answer(req, done.error, done.reason, lines, length, NULL, 0);
}

bool module_request(const struct request *req)
{
	struct helper_load wanted;

	if (req->type == HELPER_MODULE_LOAD) {
		if (req->length != sizeof(wanted))
			return false;
		memcpy(&wanted, req->payload, sizeof(wanted));
		if (wanted.max_routes > HELPER_ROUTES_MAX)
			return false;
		change(req, GATE_LOAD, wanted.max_routes);
		return true;
	}
	if (req->length)
		return false;
	switch (req->type) {
	case HELPER_MODULE_STATUS:
		status(req);
		return true;
	case HELPER_MODULE_UNLOAD:
		change(req, GATE_UNLOAD, 0);
		return true;
	case HELPER_LOG:
		answer(req, -kmsg_follow(), HELPER_REASON_NONE, NULL, 0, NULL, 0);
		return true;
	default:
		return false;
	}
}
