// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: what dumps tell, before a change and after it, and the messages that put back
 * what was there before. Input: the messages of the change, of the state before, of the state
 * after; each part has its length in front of it (16 bits, little endian). The kernel is made up:
 * it answers dumps with what the input has, and refuses every third of other messages.
 *
 * Found are crashes, what the sanitizers find, loops that do not end, and messages that are sent
 * and would not pass the check.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "../../worker/about.h"
#include "../../worker/ask.h"
#include "../../worker/undo.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t room, int flags);
void *__wrap_mmap(void *at, size_t length, int prot, int flags, int fd, off_t offset);
int __wrap_munmap(void *at, size_t length);

#define FD 77

struct part {
	const unsigned char *at;
	size_t length;
};

static struct part before, after;
static const struct part *state;
static unsigned char answer[1 << 18] __attribute__((aligned(8)));
static size_t answer_length;
static unsigned int sent;

static void must(int true_so)
{
	if (!true_so)
		abort();
}

static void put(const void *bytes, size_t length)
{
	must(answer_length + NLMSG_ALIGN(length) <= sizeof(answer));
	memcpy(answer + answer_length, bytes, length);
	answer_length += NLMSG_ALIGN(length);
}

/* A dump: the state's messages, all of them, with its sequence number. */
static void put_dump(const struct nlmsghdr *request)
{
	const unsigned char *at = state->at;
	size_t left = state->length, step;
	const struct nlmsghdr *nlh;
	struct {
		struct nlmsghdr nlh;
		int error;
	} done = { { NLMSG_LENGTH(4), NLMSG_DONE, NLM_F_MULTI, request->nlmsg_seq, 0 }, 0 };

	for (; (nlh = message_next(at, left, &step)); at += step, left -= step) {
		size_t to = answer_length;

		if (nlh->nlmsg_type < NLMSG_MIN_TYPE)
			continue;
		put(nlh, nlh->nlmsg_len);
		((struct nlmsghdr *)(answer + to))->nlmsg_seq = request->nlmsg_seq;
	}
	put(&done, sizeof(done));
}

ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags)
{
	const struct nlmsghdr *nlh = bytes;

	/* nothing but dumps goes that way: the worker may not change anything itself */
	must(fd == FD && nlh->nlmsg_flags & NLM_F_DUMP && !(nlh->nlmsg_flags & NLM_F_ACK));
	answer_length = 0;
	put_dump(nlh);
	return length;
}

int ask_send(uint32_t which, const void *datagram, size_t length)
{
	const struct nlmsghdr *nlh;
	const unsigned char *at = datagram;
	size_t left = length, step;

	must(which == GATE_UNDO && length <= sizeof(answer) / 2);
	must(!check_datagram(datagram, length));
	answer_length = 0;
	for (; (nlh = message_next(at, left, &step)); at += step, left -= step) {
		struct {
			struct nlmsghdr nlh;
			struct nlmsgerr error;
		} ack = { { sizeof(ack), NLMSG_ERROR, NLM_F_CAPPED, nlh->nlmsg_seq, 0 },
			  { sent++ % 3 ? 0 : -EINVAL, *nlh } };

		must(is_change(nlh->nlmsg_type) && nlh->nlmsg_flags & NLM_F_ACK);
		put(&ack, sizeof(ack));
	}
	return 0;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t room, int flags)
{
	size_t length = answer_length;

	/* waiting for what does not come */
	must(fd == FD && length);
	if (length > room)
		length = room;
	memcpy(bytes, answer, length);
	answer_length = 0;
	return length;
}

/* Small (build.mk), so that it is full at times; and the sanitizer sees its end. */
void *__wrap_mmap(void *at, size_t length, int prot, int flags, int fd, off_t offset)
{
	void *bytes = NULL;

	must(length == SNAPSHOT_MAX);
	return posix_memalign(&bytes, 8, length) ? MAP_FAILED : bytes;
}

int __wrap_munmap(void *at, size_t length)
{
	free(at);
	return 0;
}

static struct part take(const unsigned char **data, size_t *size)
{
	struct part part = { NULL, 0 };
	unsigned char *copy;

	if (*size < 2)
		return part;
	part.length = (*data)[0] | (*data)[1] << 8;
	if (part.length > *size - 2)
		part.length = *size - 2;
	/* without a byte behind it */
	copy = malloc(part.length ? part.length : 1);
	must(!!copy);
	memcpy(copy, *data + 2, part.length);
	*data += 2 + part.length;
	*size -= 2 + part.length;
	part.at = copy;
	return part;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	struct part change = take(&data, &size);
	struct helper_settled settled;
	const char *why;

	before = take(&data, &size);
	after = take(&data, &size);
	state = &before;
	if (!check_datagram(change.at, change.length) &&
	    !undo_note(FD, change.at, change.length, &why)) {
		state = &after;
		undo_put_back(FD, &settled);
	}
	undo_forget();
	free((void *)change.at);
	free((void *)before.at);
	free((void *)after.at);
	return 0;
}
