// SPDX-License-Identifier: GPL-2.0-only
/* Taking a snapshot: dumps over a socket of our own. See snapshot.h. */
#include <errno.h>
#include <linux/neighbour.h>
#include <string.h>
#include <sys/socket.h>

#include "snapshot.h"

/* A dump that was interrupted by a change is begun anew this often. */
#define TRIES 10

/* A dump that is being read. */
struct dump {
	struct snapshot *snapshot;
	const struct key *wanted;	/* kind, family, and for neighbours whether the proxies */
	uint32_t seq;
	int error;
	bool over;
};

static void dump_message(struct dump *dump, const struct nlmsghdr *nlh, uint32_t now)
{
	const struct key *wanted = dump->wanted;
	int error = 0;

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR && !dump->error)
		dump->error = -EAGAIN;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		dump->over = true;
		if (nlh->nlmsg_len >= NLMSG_SPACE(sizeof(error)))
			memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
	} else if (kind_of(nlh->nlmsg_type) == wanted->kind && nlh->nlmsg_len > sizeof(*nlh) &&
		   /* where a family is not there, the kernel dumps all that are */
		   (!wanted->family || *(uint8_t *)NLMSG_DATA(nlh) == wanted->family)) {
		error = snapshot_add(dump->snapshot, nlh, now);
	}
	if (error)
		dump->error = error;
}

static int dump_all(struct snapshot *snapshot, int fd, const struct key *wanted)
{
	static uint64_t buffer[(256 << 10) / sizeof(uint64_t)];
	static uint32_t seq;
	struct dump dump = { snapshot, wanted, ++seq, 0, false };
	struct {
		struct nlmsghdr nlh;
		uint8_t body[32];
	} request = { .nlh = { .nlmsg_len = NLMSG_LENGTH(kind_head(wanted->kind)),
			       .nlmsg_type = kind_type(wanted->kind) + 2,
			       .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			       .nlmsg_seq = seq } };
	const struct nlmsghdr *nlh;
	ssize_t length;

	request.body[0] = wanted->family;
	if (wanted->plen)
		((struct ndmsg *)request.body)->ndm_flags = NTF_PROXY;
	if (send(fd, &request, request.nlh.nlmsg_len, 0) < 0)
		return -errno;
	/* to its end, whatever is wrong with it: a socket can carry one dump at a time */
	while (!dump.over) {
		const uint8_t *at = (const uint8_t *)buffer;
		uint32_t now = snapshot_clock();
		size_t step;

		length = recv(fd, buffer, sizeof(buffer), MSG_TRUNC);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if ((size_t)length > sizeof(buffer)) {
			dump.error = -EMSGSIZE;
			length = sizeof(buffer);
		}
		for (; (nlh = message_next(at, length, &step)); at += step, length -= step)
			if (nlh->nlmsg_seq == seq)
				dump_message(&dump, nlh, now);
	}
	return dump.error;
}

static int dump_tries(struct snapshot *snapshot, int fd, const struct key *wanted, bool exact)
{
	size_t before = snapshot->used;
	int error = -EAGAIN;
	int try;

	for (try = 0; try < TRIES && error == -EAGAIN; try++) {
		snapshot->used = before;
		error = dump_all(snapshot, fd, wanted);
	}
	/* a kernel without IPv6 or without next-hop objects */
	if (error == -EOPNOTSUPP || error == -EAFNOSUPPORT || error == -EPROTONOSUPPORT)
		return 0;
	/* a table that never rests: what has been read is better than nothing */
	return error == -EAGAIN && !exact ? 0 : error;
}

int snapshot_take(struct snapshot *snapshot, int fd, enum kind kind, bool exact)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	struct key wanted = { .kind = kind };
	int error = 0;
	size_t i;

	if (kind == KIND_NEXTHOP)
		return dump_tries(snapshot, fd, &wanted, exact);
	for (i = 0; i < sizeof(families) && !error; i++) {
		wanted.family = families[i];
		wanted.plen = 0;
		error = dump_tries(snapshot, fd, &wanted, exact);
		if (!error && kind == KIND_NEIGHBOUR) {
			wanted.plen = 1;
			error = dump_tries(snapshot, fd, &wanted, exact);
		}
	}
	return error;
}
