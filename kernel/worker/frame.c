// SPDX-License-Identifier: GPL-2.0-only
/* Requests in, answers and events out. Nothing here waits for the program. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "frame.h"

#define ANSWER_HEAD (sizeof(struct helper_head) + sizeof(struct helper_result))
/* What waits to be written. The last frame's worth is for answers: events are left out first. */
#define QUEUE_MAX (4 * HELPER_FRAME_MAX)
#define FDS_MAX 8

/* Payloads stand where any struct may stand; there is room to see that a packet is too long. */
static struct {
	uint32_t unused;
	struct helper_head head;
	unsigned char payload[HELPER_REQUEST_MAX];
} in __attribute__((aligned(16)));

static unsigned char out[QUEUE_MAX];
static size_t out_length;
static bool broken;

int frame_receive(struct request *req)
{
	ssize_t length;

	if (broken)
		return -1;
	/* no room for control data: descriptors that come with it are closed by the kernel */
	length = recv(STDIN_FILENO, &in.head, sizeof(in.head) + sizeof(in.payload), MSG_DONTWAIT);
	if (length < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -1;
	if (length < (ssize_t)sizeof(in.head) || length > HELPER_REQUEST_MAX ||
	    in.head.len != (size_t)length || !in.head.tag) {
		if (length)
			complain("what came was no frame");
		return -1;
	}
	req->type = in.head.type;
	req->tag = in.head.tag;
	req->payload = in.payload;
	req->length = length - sizeof(in.head);
	return 1;
}

/* As write(), but EAGAIN instead of waiting, whoever else has descriptors of this file. */
static ssize_t write_now(int fd, const void *bytes, size_t length)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t done = send(fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);

	if (done >= 0 || errno != ENOTSOCK)
		return done;
	/* a pipe that is ready takes this much without waiting */
	if (length > PIPE_BUF)
		length = PIPE_BUF;
	if (poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT)) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, bytes, length);
}

void frame_flush(void)
{
	size_t at = 0;

	while (at < out_length) {
		ssize_t done = write_now(STDOUT_FILENO, out + at, out_length - at);

		if (done < 0) {
			if (errno != EAGAIN && errno != EINTR)
				broken = true;
			break;
		}
		at += done;
	}
	out_length -= at;
	memmove(out, out + at, out_length);
}

int frame_waiting(void)
{
	return out_length != 0;
}

static void put(const void *bytes, size_t length)
{
	if (length)
		memcpy(out + out_length, bytes, length);
	out_length += length;
}

/* One byte, as a message without data carries no descriptors. */
static int hand_over(const int *fds, size_t nfds)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control = { 0 };
	struct iovec byte = { .iov_base = "", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &byte, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = CMSG_SPACE(nfds * sizeof(int)),
	};

	if (nfds > FDS_MAX)
		return -EINVAL;
	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(nfds * sizeof(int));
	memcpy(CMSG_DATA(&control.head), fds, nfds * sizeof(int));
	return sendmsg(STDIN_FILENO, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int answer(const struct request *req, int error, uint32_t reason, const void *payload,
	   size_t length, const int *fds, size_t nfds)
{
	struct helper_head head = { .type = req->type | HELPER_ANSWER, .tag = req->tag };
	struct helper_result result = { .error = error, .reason = reason, .fds = nfds };
	int failed = 0;

	if (out_length > QUEUE_MAX - HELPER_FRAME_MAX) {
		broken = true;
		return -ENOBUFS;
	}
	if (length > HELPER_FRAME_MAX - ANSWER_HEAD)
		failed = -EMSGSIZE;
	else if (nfds)
		failed = hand_over(fds, nfds);
	if (failed) {
		result = (struct helper_result){ .error = -failed };
		length = 0;
	}
	head.len = ANSWER_HEAD + length;
	put(&head, sizeof(head));
	put(&result, sizeof(result));
	put(payload, length);
	frame_flush();
	return failed;
}

void event(uint32_t type, const void *payload, size_t length)
{
	struct helper_head head = { .len = sizeof(head) + length, .type = type };

	if (length > HELPER_FRAME_MAX - sizeof(head) ||
	    out_length + head.len > QUEUE_MAX - HELPER_FRAME_MAX)
		return;
	put(&head, sizeof(head));
	put(payload, length);
	frame_flush();
}

void complain(const char *format, ...)
{
	/* as people know us */
	static const char name[] = "routelens-helper: ";
	char line[512];
	size_t length = sizeof(name) - 1;
	va_list words;

	memcpy(line, name, length);
	va_start(words, format);
	vsnprintf(line + length, sizeof(line) - length - 1, format, words);
	va_end(words);
	length = strlen(line);
	line[length++] = '\n';
	if (write_now(STDERR_FILENO, line, length) < 0)
		return;
}
