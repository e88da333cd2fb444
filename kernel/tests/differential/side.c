// SPDX-License-Identifier: GPL-2.0-only
/* See side.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "side.h"

#define NLA_TYPE(attr) ((attr)->rta_type & NLA_TYPE_MASK)

union buffer {
	struct nlmsghdr first;
	__u8 bytes[WIRE_BUFFER];
};

/*
 * Keeps a message, without what has to differ: who asked, and the times and counts in RTA_CACHEINFO
 * that only a packet would move.
 */
static void keep(struct messages *messages, const struct nlmsghdr *nlh)
{
	struct nlmsghdr *copy;

	while (messages->len + NLMSG_ALIGN(nlh->nlmsg_len) > messages->room) {
		messages->room = messages->room * 2 + WIRE_BUFFER;
		messages->bytes = realloc(messages->bytes, messages->room);
		if (!messages->bytes)
			abort();
	}
	copy = (struct nlmsghdr *)(messages->bytes + messages->len);
	memset(copy, 0, NLMSG_ALIGN(nlh->nlmsg_len));
	memcpy(copy, nlh, nlh->nlmsg_len);
	copy->nlmsg_pid = 0;
	messages->len += NLMSG_ALIGN(nlh->nlmsg_len);
	messages->count++;
}

int side_open(struct side *side, const char *name, struct wire_target target)
{
	int err;

	memset(side, 0, sizeof(*side));
	side->name = name;
	err = wire_open(&side->wire, target, 0);
	if (!err)
		err = wire_open(&side->strict, target, 0);
	if (!err)
		err = wire_option(&side->strict, NETLINK_GET_STRICT_CHK, 1);
	if (!err)
		err = wire_open(&side->listener, target, 0);
	if (!err)
		err = wire_option(&side->wire, NETLINK_EXT_ACK, 1);
	if (!err)
		err = wire_option(&side->listener, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE);
	if (!err)
		err = wire_option(&side->listener, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE);
	return err;
}

static void take_verdict(struct side *side, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = NLMSG_DATA(nlh);
	size_t at = sizeof(*error);
	const struct rtattr *attr;
	int left;

	side->error = error->error;
	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		at += NLMSG_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	attr = (const struct rtattr *)((const __u8 *)error + at);
	left = nlh->nlmsg_len - NLMSG_HDRLEN - at;
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (NLA_TYPE(attr) == NLMSGERR_ATTR_MSG)
			strncpy(side->text, RTA_DATA(attr), sizeof(side->text) - 1);
		else if (NLA_TYPE(attr) == NLMSGERR_ATTR_OFFS)
			memcpy(&side->offset, RTA_DATA(attr), sizeof(side->offset));
	}
}

static int hear(struct side *side)
{
	static union buffer buffer;
	struct nlmsghdr *nlh;
	int len;

	while ((len = wire_receive(&side->listener, buffer.bytes, sizeof(buffer), 0)) >= 0) {
		for (nlh = &buffer.first; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len))
			keep(&side->notices, nlh);
	}
	return len == -ETIMEDOUT ? 0 : len;
}

int side_ask(struct side *side, const struct wire_datagram *request)
{
	static union buffer buffer;
	int len, over = 0;

	side->error = 0;
	side->text[0] = 0;
	side->offset = 0;
	side->answers.len = 0;
	side->answers.count = 0;
	side->notices.len = 0;
	side->notices.count = 0;
	len = wire_send(&side->wire, request->bytes, request->len);
	if (len < 0)
		return len;
	while (!over) {
		struct nlmsghdr *nlh = &buffer.first;

		len = wire_receive(&side->wire, buffer.bytes, sizeof(buffer), 20000);
		if (len < 0)
			return len;
		for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				take_verdict(side, nlh);
				over = 1;
			} else {
				keep(&side->answers, nlh);
			}
		}
	}
	return hear(side);
}

static void dump_one(const struct nlmsghdr *nlh, void *context)
{
	const struct rtmsg *rtm = NLMSG_DATA(nlh);
	struct side *side = context;

	/* what comes with addresses and devices: rtmgr makes none of it [DEVICE] */
	if (nlh->nlmsg_type == RTM_NEWROUTE && rtm->rtm_protocol != RTPROT_KERNEL)
		keep(&side->dump, nlh);
}

int side_dump(struct side *side, int family)
{
	static struct wire_datagram request;

	request.len = 0;
	side->dump.len = 0;
	side->dump.count = 0;
	wire_route(&request, RTM_GETROUTE, NLM_F_DUMP, 0, family, NULL, 0);
	return wire_talk(&side->wire, &request, dump_one, side);
}

int side_dump_some(struct side *side, struct wire_datagram *request)
{
	side->dump.len = 0;
	side->dump.count = 0;
	return wire_talk(&side->strict, request, dump_one, side);
}

static int clear_family(struct side *side, int family)
{
	static struct wire_datagram request;
	struct nlmsghdr *nlh;
	size_t at;
	int err = side_dump(side, family);

	for (at = 0; !err && at < side->dump.len; at += NLMSG_ALIGN(nlh->nlmsg_len)) {
		nlh = (struct nlmsghdr *)(side->dump.bytes + at);
		request.len = nlh->nlmsg_len;
		memcpy(request.bytes, nlh, nlh->nlmsg_len);
		request.last = (struct nlmsghdr *)request.bytes;
		request.last->nlmsg_type = RTM_DELROUTE;
		request.last->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
		err = side_ask(side, &request);
	}
	return err;
}

static int flush(struct side *side)
{
	static struct wire_datagram request;

	request.len = 0;
	wire_begin(&request, RTMGR_MSG_FLUSH, NLM_F_REQUEST | NLM_F_ACK, 0,
		   sizeof(struct rtmgrmsg));
	return side_ask(side, &request) ?: side->error;
}

int side_clear(struct side *side)
{
	int rounds, err = 0;

	if (side->wire.target.protocol != NETLINK_ROUTE)
		return flush(side);

	/* a route that differs only in what a deletion does not look at goes with the next round */
	for (rounds = 0; rounds < 20 && !err; rounds++) {
		err = clear_family(side, AF_INET);
		if (!err)
			err = clear_family(side, AF_INET6);
		if (!err && side_dump(side, AF_INET) == 0 && side->dump.count == 0 &&
		    side_dump(side, AF_INET6) == 0 && side->dump.count == 0)
			return 0;
	}
	return err ? err : -EBUSY;
}
