// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: what a worker that somebody else has taken over may ask of routelens-helper.
 * Input: a byte (its lowest bit: the mode), then requests: for each its length (16 bits, little
 * endian) and its bytes. The netlink sockets are real, but nothing is sent over them.
 *
 * Found are crashes, what the sanitizers find, descriptors that stay open, requests without their
 * one answer, datagrams that are sent unchecked, and modules that come or go by a wrong request.
 */
#define main helper_main
#include "../../helper/main.c"
#undef main
#include "../../helper/module.c"
#include "../../helper/network.c"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
long __wrap_syscall(long number, const void *a, const char *b, int c);
ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags);
ssize_t __real_send(int fd, const void *bytes, size_t length, int flags);

/* What the request that is served may do. */
static struct gate_request asked;
static size_t asked_length;
static bool happened;

long __wrap_syscall(long number, const void *a, const char *b, int c)
{
	must(mode == MODE_MODULE && asked_length == sizeof(asked), "a module");
	if (number == SYS_delete_module)
		must(asked.verb == GATE_UNLOAD && !strcmp(a, "rtmgr"), "an unloading");
	else
		must(number == SYS_finit_module && asked.verb == GATE_LOAD &&
		     !strncmp(b, "owner=1000", 10) && asked.value <= GATE_ROUTES_MAX &&
		     (asked.value ? b[10] == ' ' : !b[10]), "a load");
	happened = true;
	errno = asked.value & 1 ? EBUSY : 0;
	return errno ? -1 : 0;
}

ssize_t __wrap_send(int fd, const void *bytes, size_t length, int flags)
{
	must(mode == MODE_ROUTES && asked.verb == GATE_SEND, "a datagram");
	must(asked.value < GATE_SOCKETS && fd == sockets[asked.value] && fd >= 0, "a socket");
	must(length == asked_length - sizeof(asked) && !check_datagram(bytes, length), "a check");
	happened = true;
	errno = ENOBUFS;
	return length & 4 ? -1 : (ssize_t)length;
}

uid_t privilege_begin(void)
{
	return 0;
}

void privilege_drop(enum mode wanted)
{
}

void privilege_none(void)
{
}

void privilege_use(bool so)
{
}

/* The one answer. Its descriptors are closed; their count. */
static size_t take_answer(int line)
{
	static char text[GATE_TEXT_MAX + 1];
	struct gate_answer head;
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE((GATE_FDS_MAX + 1) * sizeof(int))];
	} control = { 0 };
	struct iovec parts[] = { { &head, sizeof(head) }, { text, sizeof(text) } };
	struct msghdr msg = {
		.msg_iov = parts, .msg_iovlen = 2,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	ssize_t got = recvmsg(line, &msg, MSG_DONTWAIT);
	size_t count = 0, i;
	int fd;

	must(got >= (ssize_t)sizeof(head) && !msg.msg_flags, "no answer");
	must(head.error < 4096 && head.reason <= GATE_REASON_NO_NAMESPACE, "its words");
	if (msg.msg_controllen)
		count = (control.head.cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (i = 0; i < count; i++) {
		memcpy(&fd, CMSG_DATA(&control.head) + i * sizeof(fd), sizeof(fd));
		close(fd);
	}
	if (asked.verb == GATE_OPEN && mode == MODE_ROUTES && !head.error)
		must(count == (asked_length > sizeof(asked) ? 7 : 4), "descriptors of an opening");
	else
		must(!count, "descriptors");
	must(happened || head.error || asked.verb == GATE_OPEN || asked.verb == GATE_CLOSE ||
	     asked.verb == GATE_FIND, "done, without anything that happened");
	must(recv(line, text, 1, MSG_DONTWAIT) < 0, "two answers");
	return count;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static size_t before;
	int line[2];

	if (!before)
		before = open_descriptors();
	if (!size)
		return 0;
	user = 1000;
	mode = data[0] & 1 ? MODE_ROUTES : MODE_MODULE;
	must(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line), "socketpair");
	for (data++, size--; size > 2;) {
		size_t length = data[0] | data[1] << 8;

		if (length > size - 2)
			length = size - 2;
		/* nothing is the worker's end, which is tested at the last */
		if (length) {
			asked = (struct gate_request){ 0 };
			memcpy(&asked, data + 2, length < sizeof(asked) ? length : sizeof(asked));
			asked_length = length;
			happened = false;
			must(__real_send(line[0], data + 2, length, 0) == (ssize_t)length, "send");
			must(serve(line[1]), "it has ended");
			take_answer(line[0]);
		}
		data += 2 + length;
		size -= 2 + length;
	}
	close(line[0]);
	must(!serve(line[1]), "it goes on");
	close(line[1]);
	close_sockets();
	must(open_descriptors() == before, "a descriptor stays open");
	return 0;
}
