// SPDX-License-Identifier: GPL-2.0-only
/*
 * The relay: a NETLINK_ROUTE socket that changes routes for the program, and the way to it.
 *
 *	program --datagram--> inbox --check, undo_note--> kernel
 *	program <--datagram-- outbox <--answers, unchanged--'
 *
 * One datagram at a time: the next is read when the answers to the last have been handed over, so
 * that what the kernel has to say waits in its socket, and a program that does not read stops only
 * itself.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "key.h"
#include "frame.h"
#include "ask.h"
#include "relay.h"
#include "routes.h"
#include "undo.h"

/* Answers are handed over together up to here. The program's reader has room for 64 KiB. */
#define TOGETHER (16 << 10)
/* So many messages of a datagram are sent at once: their answers fit into any receive buffer. */
#define MESSAGES_AT_ONCE 256
/* How many datagrams that wait are still taken before what is pending is settled. */
#define WAITING_MAX 64

static struct relay {
	int program;		/* our end of what the program sends to; -1: no relay is open */
	int kernel;		/* answers to what the program wants */
	int own;		/* dumps, and answers while putting back */
	uint32_t portid;
	uint32_t confirm_ms;	/* 0: changes stand at once */
	uint32_t changes;	/* sent and not refused, since the last was settled */
	uint64_t deadline;	/* ms; 0: nothing is pending */
	bool fresh;		/* a change was sent, and its event is not told yet */
	/* a datagram that is refused, or a length of 0: what of it has not been answered yet */
	const char *refusal;
	int refusal_error;
	size_t refused_at;
	size_t sent_at;		/* what of a datagram has been sent to the kernel */
	size_t in_length;
	size_t out_length;
} relay = { .program = -1, .kernel = -1, .own = -1 };

static union {
	struct nlmsghdr align;
	uint8_t bytes[HELPER_RELAY_MAX];
} inbox;

/* An error brings back the whole message that it is about. */
static union {
	struct nlmsghdr align;
	uint8_t bytes[HELPER_RELAY_MAX + TOGETHER + 4096];
} outbox;

static uint64_t now_ms(void)
{
	struct timespec now;

	/* goes on while the machine sleeps */
	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static bool is_open(void)
{
	return relay.program >= 0;
}

/* Counts the changes of a datagram that goes to the kernel. */
static uint32_t count_changes(const uint8_t *at, size_t length)
{
	const struct nlmsghdr *nlh;
	uint32_t changes = 0;
	size_t step;

	for (; (nlh = message_next(at, length, &step)); at += step, length -= step)
		changes += is_change(nlh->nlmsg_type);
	return changes;
}

/* Answers for a datagram, from there on, instead of sending it. */
static void refuse(int error, const char *why, size_t from)
{
	relay.refusal = why;
	relay.refusal_error = error;
	relay.refused_at = from;
	relay.sent_at = relay.in_length;
}

/* Nothing is pending any more. What has not been sent of a datagram is not to come after that. */
static void settle(struct helper_settled *settled)
{
	if (relay.sent_at < relay.in_length) {
		relay.changes -= count_changes(inbox.bytes + relay.sent_at,
					       relay.in_length - relay.sent_at);
		refuse(ECANCELED, "The changes before were settled meanwhile", relay.sent_at);
	}
	settled->changes = relay.changes;
	relay.changes = 0;
	relay.deadline = 0;
	relay.fresh = false;
}

static void put_back(struct helper_settled *settled)
{
	settle(settled);
	undo_put_back(relay.own, settled);
}

void relay_close(void)
{
	int *fds[] = { &relay.program, &relay.kernel, &relay.own };
	static struct asked closed;
	size_t i;

	if (is_open())
		ask(GATE_CLOSE, 0, NULL, 0, &closed);
	for (i = 0; i < sizeof(fds) / sizeof(*fds); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
	relay.in_length = 0;
	relay.sent_at = 0;
	relay.out_length = 0;
	relay.refusal = NULL;
}

/* The program has closed it, or it can go on no more. */
static void lose_relay(void)
{
	struct helper_settled settled = { .how = 1 };

	if (relay.deadline) {
		put_back(&settled);
		event(HELPER_EVENT_SETTLED, &settled, sizeof(settled));
	}
	relay_close();
}

static void tell_pending(void)
{
	uint64_t now = now_ms();
	struct helper_pending pending = {
		.changes = relay.changes,
		.left_ms = relay.deadline > now ? relay.deadline - now : 0,
	};

	event(HELPER_EVENT_PENDING, &pending, sizeof(pending));
}

/* The answers to a datagram with changes are all here. */
static void tell_changes(void)
{
	relay.fresh = false;
	if (relay.changes) {
		tell_pending();
		return;
	}
	/* all were refused: what was remembered for them would be old for the next */
	relay.deadline = 0;
	undo_refused(relay.own);
}

/* The kernel refused some of them. */
static void count_refused(const uint8_t *at, size_t length)
{
	const struct nlmsghdr *nlh;
	struct nlmsgerr refused;
	size_t step;

	for (; (nlh = message_next(at, length, &step)); at += step, length -= step) {
		if (nlh->nlmsg_type != NLMSG_ERROR || nlh->nlmsg_len < NLMSG_SPACE(sizeof(refused)))
			continue;
		memcpy(&refused, NLMSG_DATA(nlh), sizeof(refused));
		if (refused.error && is_change(refused.msg.nlmsg_type) && relay.changes)
			relay.changes--;
	}
}

/* One message's error, as the kernel words it, with a sentence in the place of its own. */
static size_t put_refusal(uint8_t *at, const struct nlmsghdr *about)
{
	size_t words = strlen(relay.refusal) + 1;
	struct nlmsghdr *nlh = (void *)at;
	struct nlmsgerr *error = NLMSG_DATA(nlh);
	struct nlattr *attribute = (void *)(at + NLMSG_SPACE(sizeof(*error)));
	size_t length = NLMSG_SPACE(sizeof(*error)) + NLA_HDRLEN + NLA_ALIGN(words);

	memset(at, 0, length);
	nlh->nlmsg_len = length;
	nlh->nlmsg_type = NLMSG_ERROR;
	nlh->nlmsg_flags = NLM_F_CAPPED | NLM_F_ACK_TLVS;
	nlh->nlmsg_seq = about->nlmsg_seq;
	nlh->nlmsg_pid = relay.portid;
	error->error = -relay.refusal_error;
	error->msg = *about;
	attribute->nla_type = NLMSGERR_ATTR_MSG;
	attribute->nla_len = NLA_HDRLEN + words;
	memcpy(at + NLMSG_SPACE(sizeof(*error)) + NLA_HDRLEN, relay.refusal, words);
	return length;
}

/* Answers as many messages of a refused datagram as go together. */
static void refuse_some(void)
{
	while (relay.out_length < TOGETHER) {
		const uint8_t *at = inbox.bytes + relay.refused_at;
		size_t left = relay.in_length - relay.refused_at;
		const struct nlmsghdr *nlh = (const void *)at;
		size_t step;

		/* the one that does not fit is answered, too, if it can be told which it is */
		if (left < sizeof(*nlh)) {
			relay.refusal = NULL;
			return;
		}
		if (nlh->nlmsg_seq)
			relay.out_length += put_refusal(outbox.bytes + relay.out_length, nlh);
		relay.refused_at += message_next(at, left, &step) ? step : left;
	}
}

/* Takes what the kernel answered, as much as goes together. */
static void take_answers(void)
{
	while (relay.out_length < TOGETHER) {
		struct sockaddr_nl from = { 0 };
		socklen_t size = sizeof(from);
		uint8_t *at = outbox.bytes + relay.out_length;
		ssize_t got = recvfrom(relay.kernel, at, sizeof(outbox) - relay.out_length,
				       MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		/* an answer was lost, so it is not known any more what has been changed */
		if (got < 0 || (size_t)got > sizeof(outbox) - relay.out_length) {
			complain("the kernel's answers: %s", strerror(got < 0 ? errno : EMSGSIZE));
			lose_relay();
			return;
		}
		if (from.nl_pid)
			continue;
		count_refused(at, got);
		relay.out_length += NLMSG_ALIGN((size_t)got);
	}
}

/* What the kernel does happens within our system call. */
static void send_some(void)
{
	const uint8_t *from = inbox.bytes + relay.sent_at;
	size_t left = relay.in_length - relay.sent_at, length = 0, step;
	unsigned int count;
	int error;

	for (count = 0; count < MESSAGES_AT_ONCE; count++) {
		if (!message_next(from + length, left - length, &step))
			break;
		length += step;
	}
	error = ask_send(GATE_CHANGES, from, length);
	if (error) {
		/* none of it happened, and the rest does not */
		if (relay.confirm_ms)
			relay.changes -= count_changes(from, left);
		refuse(-error, "The kernel did not take the datagram", relay.sent_at);
		return;
	}
	relay.sent_at += length;
}

/* True: everything has been handed over. */
static bool hand_over(void)
{
	while (is_open()) {
		if (!relay.out_length) {
			if (relay.refusal)
				refuse_some();
			else
				take_answers();
			if (is_open() && !relay.out_length && relay.sent_at < relay.in_length) {
				send_some();
				continue;
			}
		}
		if (!relay.out_length || !is_open())
			return true;
		if (send(relay.program, outbox.bytes, relay.out_length,
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
			if (errno == EINTR)
				continue;
			if (errno != EAGAIN)
				lose_relay();
			return false;
		}
		relay.out_length = 0;
	}
	return true;
}

/* Before any of a datagram is sent. */
static void begin_sending(void)
{
	uint32_t changes = count_changes(inbox.bytes, relay.in_length);
	const char *why = NULL;
	int error;

	if (relay.confirm_ms && changes) {
		error = undo_note(relay.own, inbox.bytes, relay.in_length, &why);
		if (error) {
			/* or it would be remembered for a change that comes later */
			if (!relay.deadline)
				undo_forget();
			refuse(-error, why, 0);
			return;
		}
		relay.changes += changes;
		relay.deadline = now_ms() + relay.confirm_ms;
		relay.fresh = true;
	}
	relay.sent_at = 0;
}

/* Reads one datagram. False: there is none. */
static bool take_datagram(void)
{
	ssize_t got;
	const char *why;

	do {
		got = recv(relay.program, inbox.bytes, sizeof(inbox), MSG_DONTWAIT | MSG_TRUNC);
	} while (got < 0 && errno == EINTR);
	if (got < 0 && errno == EAGAIN)
		return false;
	if (got <= 0) {
		lose_relay();
		return false;
	}
	why = (size_t)got > sizeof(inbox) ? "The datagram is too long" :
					    check_datagram(inbox.bytes, got);
	relay.in_length = (size_t)got > sizeof(inbox) ? sizeof(inbox) : (size_t)got;
	if (why)
		refuse(EPERM, why, 0);
	else
		begin_sending();
	return true;
}

void relay_start(const int fds[RELAY_FDS], uint32_t portid, uint32_t confirm_ms)
{
	relay.program = fds[RELAY_PROGRAM];
	relay.kernel = fds[RELAY_KERNEL];
	relay.own = fds[RELAY_OWN];
	relay.portid = portid;
	relay.confirm_ms = confirm_ms;
}

bool relay_pending(void)
{
	return relay.deadline != 0;
}

/* Takes up to this many datagrams, and hands over what comes of them. */
static void run(unsigned int most)
{
	while (is_open() && hand_over()) {
		if (relay.fresh && is_open())
			tell_changes();
		if (!most-- || !is_open() || !take_datagram())
			return;
	}
}

void relay_settle(bool keep, struct helper_settled *settled)
{
	/* what was sent before this was asked */
	run(WAITING_MAX);
	if (keep) {
		settle(settled);
		undo_forget();
	} else if (relay.deadline) {
		put_back(settled);
	}
}

int routes_poll(struct pollfd *fds, int room)
{
	if (!is_open() || room < 1)
		return 0;
	fds[0] = (struct pollfd){ relay.program, relay.out_length ? POLLOUT : POLLIN, 0 };
	return 1;
}

void routes_ready(const struct pollfd *fds, int n)
{
	if (n > 0 && fds[0].revents && fds[0].fd == relay.program)
		run(1);
}

int routes_timeout(void)
{
	uint64_t now = now_ms();

	if (!relay.deadline)
		return -1;
	return relay.deadline > now ? (int)(relay.deadline - now) : 0;
}

void routes_tick(void)
{
	struct helper_settled settled = { .how = 2 };

	if (!relay.deadline || now_ms() < relay.deadline)
		return;
	put_back(&settled);
	event(HELPER_EVENT_SETTLED, &settled, sizeof(settled));
}

void routes_end(void)
{
	struct helper_settled settled = { 0 };

	if (relay.deadline) {
		put_back(&settled);
		if (settled.failed)
			complain("%u differences to the old state are left", settled.failed);
	}
	relay_close();
}
