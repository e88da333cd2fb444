// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: a datagram of the program's, as far as it is looked at: the check, and what its
 * messages are about. Input: the datagram.
 *
 * Found are crashes, what the sanitizers find, and datagrams that pass and hold something that must
 * not: told here in other words than in check.c.
 */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../../worker/about.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static const unsigned short types[] = {
	RTM_NEWROUTE, RTM_DELROUTE, RTM_NEWRULE, RTM_DELRULE, RTM_NEWNEIGH, RTM_DELNEIGH,
	RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_NEWADDR, RTM_DELADDR,
};

static void must(int true_so)
{
	if (!true_so)
		abort();
}

/* As the kernel takes a datagram apart (netlink_rcv_skb): nothing else may be found in it. */
static void check_passed(const unsigned char *data, size_t size)
{
	while (size >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr nlh;
		size_t i, step;

		memcpy(&nlh, data, sizeof(nlh));
		must(nlh.nlmsg_len >= sizeof(nlh) && nlh.nlmsg_len <= size);
		must(nlh.nlmsg_flags & NLM_F_REQUEST);
		for (i = 0; i < sizeof(types) / sizeof(*types); i++)
			if (nlh.nlmsg_type == types[i])
				break;
		must(i < sizeof(types) / sizeof(*types));
		must(nlh.nlmsg_len >= sizeof(nlh) + 8);
		must(data[sizeof(nlh)] == AF_INET || data[sizeof(nlh)] == AF_INET6 ||
		     (!data[sizeof(nlh)] && (nlh.nlmsg_type == RTM_NEWNEXTHOP ||
					     nlh.nlmsg_type == RTM_DELNEXTHOP)));
		step = NLMSG_ALIGN(nlh.nlmsg_len);
		if (step > size)
			step = size;
		data += step;
		size -= step;
	}
	must(!size);
}

/* Keys have no bits set but those of their prefix: two words for one prefix are one key. */
static void check_key(const struct key *key)
{
	size_t i;

	if (key->kind != KIND_ROUTE)
		return;
	for (i = key->plen; i < 128; i++)
		must(!(key->address[i / 8] & 0x80 >> i % 8));
	must(key->number);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	/* as aligned as what comes from a socket, and without a byte behind it */
	unsigned char *copy = malloc(size ? size : 1);
	const unsigned char *at = copy;
	const struct nlmsghdr *nlh;
	const char *why;
	size_t step;

	must(!!copy);
	memcpy(copy, data, size);
	if (!check_datagram(copy, size)) {
		check_passed(copy, size);
		for (; (nlh = message_next(at, size, &step)); at += step, size -= step) {
			struct key key;

			if (key_of(nlh, &key))
				check_key(&key);
			if (is_change(nlh->nlmsg_type))
				about_note(nlh, &why);
		}
	}
	about_forget();
	free(copy);
	return 0;
}
