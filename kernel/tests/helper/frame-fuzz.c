// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: what a program may send to routelens-worker, through its own loop, over its own
 * standard input and output. Input: a byte (its lowest bit: the mode), the length of what is in the
 * kernel's log (16 bits, little endian) and that, then packets: for each its length (16 bits; the
 * topmost bit: the length in its head is made right) and its bytes.
 *
 * Found are crashes, what the sanitizers find, loops that do not end, descriptors that stay open,
 * and answers that are no frames or are for nobody.
 */
#define main worker_main
#include "../../worker/main.c"
#undef main
#include "../../worker/frame.c"
#include "../../worker/kmsg.c"

#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <sys/mman.h>

#include "fuzz.h"

#define GOOD_LENGTH 0x8000
#define PACKETS_MAX 64

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

/* No module comes or goes here: what the helper may answer. */
void ask(enum gate_verb verb, uint32_t value, const void *bytes, size_t length, struct asked *asked)
{
	must(verb >= GATE_FIND && verb <= GATE_UNLOAD && !length, "a request to the helper");
	asked->error = value % 3 ? EBUSY : 0;
	asked->reason = asked->error ? HELPER_REASON_KERNEL : HELPER_REASON_NONE;
	memset(asked->text, 'x', sizeof(asked->text) - 1);
	asked->text[value % sizeof(asked->text)] = '\0';
	asked->text[sizeof(asked->text) - 1] = '\0';
	asked->count = 0;
}

int rules_begin(bool module)
{
	return 0;
}

/* The relay has targets of its own; this one hands over as many descriptors as it is asked for. */
int routes_request(const struct request *req)
{
	int fds[FDS_MAX + 1] = { 0 };

	return answer(req, 0, HELPER_REASON_NONE, req->payload, req->length, fds,
		      req->length % (FDS_MAX + 2));
}

int routes_poll(struct pollfd *fds, int room)
{
	return 0;
}

void routes_ready(const struct pollfd *fds, int n)
{
}

int routes_timeout(void)
{
	return -1;
}

void routes_tick(void)
{
}

void routes_end(void)
{
}

/* Descriptors that come with an answer are closed as they come. */
static size_t take_descriptors(int line)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
	} control;
	char byte[2];
	struct iovec iov = { byte, sizeof(byte) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	size_t i, count;

	must(recvmsg(line, &msg, MSG_DONTWAIT) == 1, "descriptors without their byte");
	count = (control.head.cmsg_len - CMSG_LEN(0)) / sizeof(int);
	for (i = 0; i < count; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(&control.head) + i * sizeof(fd), sizeof(fd));
		close(fd);
	}
	return count;
}

/* All answers are whole frames, to what was asked, in its order. */
static void check_said(int said, int line, const uint32_t *tags, size_t asked)
{
	static unsigned char bytes[QUEUE_MAX * 2];
	ssize_t part, length = 0;
	size_t at = 0, seen = 0;

	while ((part = recv(said, bytes + length, sizeof(bytes) - length, MSG_DONTWAIT)) > 0)
		length += part;
	while (at + sizeof(struct helper_head) <= (size_t)length) {
		struct helper_result result;
		struct helper_head head;

		memcpy(&head, bytes + at, sizeof(head));
		must(head.len >= sizeof(head) && head.len <= HELPER_FRAME_MAX, "length");
		if (at + head.len > (size_t)length)
			break;
		if (head.tag) {
			must(head.len >= ANSWER_HEAD, "an answer without a result");
			must(seen < asked && head.tag == tags[seen++], "an answer to nobody");
			memcpy(&result, bytes + at + sizeof(head), sizeof(result));
			must(!result.fds || take_descriptors(line) == result.fds, "descriptors");
		} else {
			must(head.type == HELPER_EVENT_LOG && head.len > sizeof(head) + 8, "event");
		}
		at += head.len;
	}
	/* what does not fit into the socket is cut off at the end of the loop */
	must(at == (size_t)length || frame_waiting(), "half a frame");
	must(seen == asked || frame_waiting() || broken, "no answer");
}

static int log_of(const unsigned char *data, size_t size)
{
	int fd = memfd_create("log", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, data, size) == (ssize_t)size && !lseek(fd, 0, SEEK_SET), "log");
	return fd;
}

/* The tag of each packet that is to be answered. */
static size_t send_packets(int line, const unsigned char *data, size_t size, uint32_t *tags)
{
	size_t asked = 0, count;
	bool ended = false;

	for (count = 0; size >= 2 && count < PACKETS_MAX; count++) {
		unsigned char packet[HELPER_REQUEST_MAX + 64];
		size_t head = data[0] | data[1] << 8;
		uint32_t length = head & ~GOOD_LENGTH;
		struct helper_head first;

		if (length > size - 2)
			length = size - 2;
		if (length > sizeof(packet))
			length = sizeof(packet);
		memcpy(packet, data + 2, length);
		if (head & GOOD_LENGTH && length >= sizeof(length))
			memcpy(packet, &length, sizeof(length));
		if (send(line, packet, length, MSG_DONTWAIT) != (ssize_t)length)
			break;
		if (length >= sizeof(first))
			memcpy(&first, packet, sizeof(first));
		ended |= length < sizeof(first) || length > HELPER_REQUEST_MAX ||
			 first.len != length || !first.tag;
		if (!ended)
			tags[asked++] = first.tag;
		data += 2 + length;
		size -= 2 + length;
	}
	return asked;
}

/*
 * One life of a worker. Its words for people go nowhere: there would be millions of them.
 */
static void live(const unsigned char *data, size_t size)
{
	static int report = -1, output, nowhere, helper[2];
	uint32_t tags[PACKETS_MAX];
	int requests[2], answers[2];
	size_t asked, logged;

	if (report < 0) {
		report = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
		output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 100);
		nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
		__sanitizer_set_report_fd((void *)(long)report);
		/* the helper is there, and nothing is to end */
		must(!pipe2(helper, O_CLOEXEC), "pipe");
		helper[0] = fcntl(helper[0], F_DUPFD_CLOEXEC, 100);
		dup2(helper[1], GATE_FD);
		dup2(helper[1], END_FD);
	}
	is_module = !(data[0] & 1);
	logged = data[1] | data[2] << 8;
	data += 3;
	size -= 3;
	if (logged > size)
		logged = size;

	/* as a worker begins */
	out_length = 0;
	broken = false;
	following = false;
	follow_fd = log_of(data, logged);
	load_fd = log_of(data, logged);
	must(!socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, requests), "socketpair");
	must(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, answers), "socketpair");
	asked = send_packets(requests[0], data + logged, size - logged, tags);
	shutdown(requests[0], SHUT_WR);
	dup2(requests[1], STDIN_FILENO);
	dup2(answers[1], STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);

	loop();

	dup2(report, STDERR_FILENO);
	check_said(answers[0], requests[0], tags, asked);
	dup2(nowhere, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	close(requests[0]);
	close(requests[1]);
	close(answers[0]);
	close(answers[1]);
	close(follow_fd);
	close(load_fd);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const unsigned char nothing[3];
	static size_t before;

	/* the first life opens what stays open */
	if (!before) {
		live(nothing, sizeof(nothing));
		before = open_descriptors();
	}
	if (size < 3)
		return 0;
	live(data, size);
	must(open_descriptors() == before, "a descriptor stays open");
	return 0;
}
