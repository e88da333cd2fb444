/* SPDX-License-Identifier: GPL-2.0-only */
/* What may go to the kernel, and how its messages are taken apart. Nothing here has any state. */
#ifndef ROUTELENS_HELPER_CHECK_H
#define ROUTELENS_HELPER_CHECK_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are put back: each needs those before it. */
enum kind {
	KIND_NONE,
	KIND_RULE,
	KIND_ADDRESS,
	KIND_NEXTHOP,
	KIND_ROUTE,
	KIND_NEIGHBOUR,
	KINDS,
};

/* Attributes one behind the other: of a message, or within one of them. */
struct attributes {
	const uint8_t *at;
	size_t left;
};

/* NULL: there are no more. If something is left then, it is no attribute. */
const struct rtattr *attribute_next(struct attributes *attributes);
/* Those of a message; where it is shorter than its header: none. */
struct attributes attributes_of(const struct nlmsghdr *nlh);

/* KIND_NONE: none of ours. The second tells the length of its header behind nlmsghdr. */
enum kind kind_of(unsigned int type);
size_t kind_head(enum kind kind);
/* RTM_NEW* of the kind; the kernel numbers the others behind it: DEL, GET. */
unsigned int kind_type(enum kind kind);

/*
 * The message at the start of what is left of a datagram, or NULL when none fits. Does not look
 * into it. step: bytes to the next.
 */
const struct nlmsghdr *message_next(const void *at, size_t left, size_t *step);
/* Whether this datagram may go to the kernel: NULL, or a sentence that says why not. */
const char *check_datagram(const void *bytes, size_t length);

#endif
