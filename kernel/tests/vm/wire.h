/* SPDX-License-Identifier: GPL-2.0-only */
/* A socket of rtmgr, the module's or the user-mode build's, and messages to put into it. */
#ifndef _RTMGR_TESTS_WIRE_H
#define _RTMGR_TESTS_WIRE_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>
#include "../../include/uapi/rtmgr.h"

#define WIRE_BUFFER	65536

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/* Which rtmgr: NETLINK_RTMGR and 0, or NETLINK_USERSOCK and the port id of an rtmgr-user. */
struct wire_target {
	int protocol;
	__u32 port;
};

struct wire {
	int fd;
	__u32 port;		/* its own port id */
	struct wire_target target;
};

/* A datagram that is being made. */
struct wire_datagram {
	size_t len;
	struct nlmsghdr *last;		/* its last message */
	union {
		struct nlmsghdr align;
		__u8 bytes[WIRE_BUFFER];
	};
};

/* All of these answer 0 or more, or a negative errno. */

/* port: the port id to take; 0: any. */
int wire_open(struct wire *wire, struct wire_target target, __u32 port);
void wire_close(struct wire *wire);
/* SOL_NETLINK options: setsockopt(2) to the kernel, RTMGR_MSG_SOCKOPT to rtmgr-user. */
int wire_option(struct wire *wire, int option, int value);
int wire_send(const struct wire *wire, const void *bytes, size_t len);
/* One datagram; -ETIMEDOUT: none came within the time. */
int wire_receive(const struct wire *wire, void *bytes, size_t size, int milliseconds);
/*
 * Sends a datagram of one message and reads until it is answered: the errno of its acknowledgement,
 * or of its dump. Calls `each` for every other message, when it is given.
 */
int wire_talk(const struct wire *wire, struct wire_datagram *datagram,
	      void (*each)(const struct nlmsghdr *nlh, void *context), void *context);

/*
 * Appends a message to a datagram: its headers with `size` bytes of a family header, which are 0.
 */
void *wire_begin(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 seq, size_t size);
/* Appends an attribute to its last message. Answers where its data is. */
void *wire_attr(struct wire_datagram *datagram, __u16 type, const void *data, size_t len);
void wire_attr_u32(struct wire_datagram *datagram, __u16 type, __u32 value);
/* A nest: everything appended until its end goes into it. */
struct rtattr *wire_nest(struct wire_datagram *datagram, __u16 type);
void wire_nest_end(struct wire_datagram *datagram, struct rtattr *nest);
/*
 * RTM_NEWROUTE, RTM_DELROUTE or RTM_GETROUTE of an IPv4 or IPv6 prefix with its rtmsg as ip(8)
 * makes it.
 */
struct rtmsg *wire_route(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 seq,
			 int family,
			 const void *address, int plen);

#endif
