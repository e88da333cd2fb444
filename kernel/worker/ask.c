// SPDX-License-Identifier: GPL-2.0-only
/* Asking routelens-helper. See ask.h. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "ask.h"

static const enum helper_reason reasons[] = {
	[GATE_REASON_NONE] = HELPER_REASON_NONE,
	[GATE_REASON_NOT_INSTALLED] = HELPER_REASON_NOT_INSTALLED,
	[GATE_REASON_UNSAFE_FILE] = HELPER_REASON_UNSAFE_FILE,
	[GATE_REASON_KERNEL] = HELPER_REASON_KERNEL,
	[GATE_REASON_NO_NAMESPACE] = HELPER_REASON_NO_NAMESPACE,
};

static ssize_t send_request(struct gate_request head, const void *bytes, size_t length)
{
	struct iovec parts[] = { { &head, sizeof(head) }, { (void *)bytes, length } };
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	ssize_t done;

	do
		done = sendmsg(GATE_FD, &msg, MSG_NOSIGNAL);
	while (done < 0 && errno == EINTR);
	return done;
}

static void take_descriptors(struct msghdr *msg, struct asked *asked)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);

	if (!head || head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS)
		return;
	asked->count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(asked->fds, CMSG_DATA(head), asked->count * sizeof(int));
}

void ask(enum gate_verb verb, uint32_t value, const void *bytes, size_t length,
	 struct asked *asked)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(asked->fds))];
	} control;
	struct gate_answer answer = { 0 };
	struct iovec parts[] = {
		{ &answer, sizeof(answer) }, { asked->text, sizeof(asked->text) - 1 },
	};
	struct msghdr msg = {
		.msg_iov = parts, .msg_iovlen = 2,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t got;

	asked->text[0] = '\0';
	asked->count = 0;
	asked->reason = HELPER_REASON_KERNEL;
	if (send_request((struct gate_request){ verb, value }, bytes, length) < 0) {
		asked->error = errno;
		return;
	}
	do
		got = recvmsg(GATE_FD, &msg, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got < (ssize_t)sizeof(answer)) {
		asked->error = got < 0 ? errno : EPIPE;
		return;
	}
	take_descriptors(&msg, asked);
	asked->text[got - sizeof(answer)] = '\0';
	asked->error = answer.error;
	if (answer.reason < sizeof(reasons) / sizeof(*reasons))
		asked->reason = reasons[answer.reason];
}

int ask_send(uint32_t which, const void *datagram, size_t length)
{
	static struct asked asked;

	ask(GATE_SEND, which, datagram, length, &asked);
	return -asked.error;
}
