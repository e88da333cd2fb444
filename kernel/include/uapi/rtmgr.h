/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * rtmgr: a routing-table manager in the kernel, on a netlink protocol of its own.
 *
 * rtmgr keeps routing tables. It forwards no packet. What crosses its socket is what crosses a
 * NETLINK_ROUTE socket: the same headers, attributes, flags and error numbers, so that rtnetlink(7)
 * is its manual and this header holds only what is added and what differs.
 *
 * Byte order: integers of headers and attributes are in host order, addresses in network order.
 *
 * Messages that rtmgr shares with rtnetlink
 * -----------------------------------------
 *
 *	RTM_NEWROUTE	create, replace, append; also what a dump and a notification consist of
 *	RTM_DELROUTE	delete the first route that matches all that is given
 *	RTM_GETROUTE	with NLM_F_DUMP: all routes, or those that match;
 *			without: longest-prefix match
 *
 *	nlmsghdr
 *	`-- rtmsg
 *	    |-- RTA_DST		__be32 or in6_addr
 *	    |-- RTA_OIF		__u32
 *	    |-- RTA_GATEWAY	__be32 or in6_addr
 *	    |-- RTA_VIA		rtvia			(IPv4 routes)
 *	    |-- RTA_PRIORITY	__u32
 *	    |-- RTA_PREFSRC	__be32 or in6_addr
 *	    |-- RTA_METRICS	nested
 *	    |   |-- RTAX_...	__u32
 *	    |   `-- RTAX_CC_ALGO	string
 *	    |-- RTA_MULTIPATH	array of
 *	    |   `-- rtnexthop
 *	    |       |-- RTA_GATEWAY
 *	    |       |-- RTA_VIA	(IPv4 routes)
 *	    |       `-- RTA_FLOW	__u32	(IPv4 routes)
 *	    |-- RTA_FLOW		__u32	(IPv4 routes)
 *	    |-- RTA_TABLE	__u32
 *	    |-- RTA_PREF		__u8	(IPv6 routes)
 *	    `-- RTA_MARK, RTA_UID, RTA_IIF, RTA_SRC, RTA_IP_PROTO, RTA_SPORT, RTA_DPORT	in a lookup
 *
 * Multicast groups RTNLGRP_IPV4_ROUTE and RTNLGRP_IPV6_ROUTE tell of changes, to whoever joined
 * them.
 *
 * Who may write: a process with CAP_NET_ADMIN in the network namespace, or whose user is the module
 * parameter `owner`. Everyone else gets EPERM. Everyone may read.
 */
#ifndef _UAPI_RTMGR_H
#define _UAPI_RTMGR_H

#include <linux/types.h>
#include <linux/netlink.h>

/*
 * The netlink protocol. include/uapi/linux/netlink.h ends with 22; 31 is the last one there can be
 * (MAX_LINKS).
 */
#define NETLINK_RTMGR		31

/* What RTMGR_A_VERSION tells: grows when a message below changes its meaning. */
#define RTMGR_VERSION		1

/*
 * Message types of its own. Each carries a struct rtmgrmsg and attributes of enum rtmgr_attr.
 * Unknown attributes are ignored.
 */
enum rtmgr_msg {
	RTMGR_MSG_BASE = 0x100,

	/*
	 * A greeting, and what the module saw of it.
	 *
	 *	-> nlmsghdr, rtmgrmsg
	 *	   `-- RTMGR_A_TEXT		string, at most RTMGR_TEXT_MAX bytes; or absent
	 *
	 *	<- nlmsghdr (RTMGR_MSG_HELLO; sequence number and port id of the request), rtmgrmsg
	 *	   |-- RTMGR_A_VERSION		__u32
	 *	   |-- RTMGR_A_RELEASE		string, the version of the module
	 *	   |-- RTMGR_A_TEXT		string, the greeting given back
	 *	   |-- RTMGR_A_SEEN_LEN		__u32	nlmsg_len of the request
	 *	   |-- RTMGR_A_SEEN_TYPE	__u16	its nlmsg_type
	 *	   |-- RTMGR_A_SEEN_FLAGS	__u16	its nlmsg_flags
	 *	   |-- RTMGR_A_SEEN_SEQ		__u32	its nlmsg_seq
	 *	   |-- RTMGR_A_SEEN_PID		__u32	its nlmsg_pid, as the sender wrote it
	 *	   |-- RTMGR_A_PORTID		__u32	the port id it really came from
	 *	   |-- RTMGR_A_UID		__u32	the user it came from
	 *	   `-- RTMGR_A_WRITABLE		__u8	1 when that user may write, else 0
	 */
	RTMGR_MSG_HELLO = RTMGR_MSG_BASE,

	/*
	 * Counts of this network namespace, since the module was loaded or the namespace was made.
	 *
	 *	-> nlmsghdr, rtmgrmsg
	 *
	 *	<- nlmsghdr, rtmgrmsg
	 *	   |-- RTMGR_A_STATS		struct rtmgr_stats
	 *	   `-- RTMGR_A_TABLE_STATS	nested, for each table, RTMGR_TABLE_STATS_MAX
	 *	       |-- RTMGR_A_FAMILY	__u8
	 *	       |-- RTMGR_A_TABLE	__u32
	 *	       |-- RTMGR_A_ROUTES	__u32
	 *	       |-- RTMGR_A_NODES	__u32	nodes of its trie
	 *	       `-- RTMGR_A_BYTES	__u64	memory of its trie and its routes
	 */
	RTMGR_MSG_GETSTATS,

	/*
	 * Delete all routes of a table, of a family, or all. Needs the right to write. Each deleted
	 * route is told to the groups, as if RTM_DELROUTE had deleted it.
	 *
	 *	-> nlmsghdr, rtmgrmsg (rtmgr_family: AF_INET, AF_INET6 or AF_UNSPEC for both)
	 *	   `-- RTMGR_A_TABLE		__u32	(absent: all tables)
	 *
	 *	<- nlmsghdr (type RTMGR_MSG_FLUSH), rtmgrmsg
	 *	   `-- RTMGR_A_ROUTES		__u32	how many were deleted
	 */
	RTMGR_MSG_FLUSH,

	/*
	 * Changes that happen entirely or not at all. One datagram holds
	 *
	 *	RTMGR_MSG_BATCH_BEGIN	nlmsghdr, rtmgrmsg
	 *	RTM_NEWROUTE, RTM_DELROUTE	any number, in any order
	 *	RTMGR_MSG_BATCH_END	nlmsghdr, rtmgrmsg
	 *
	 * and may hold other messages before and behind. No lookup and no part of a dump sees some
	 * of the changes without the others; a dump of several parts that began before is marked
	 * NLM_F_DUMP_INTR. Needs the right to write.
	 *
	 * All succeed: each message is answered and told to the groups as it would be outside a
	 * batch, BATCH_BEGIN and BATCH_END are acknowledged when they ask for it.
	 *
	 * One fails: nothing has changed and nothing is told to the groups. The message that failed
	 * is answered with its error. Those that stand before and behind it are answered with
	 * ECANCELED when they ask for an acknowledgement. BATCH_END is always answered: with the
	 * same error, a sentence that names the message, and NLMSGERR_ATTR_COOKIE, the index
	 * (__u32, 0 is the first message behind BATCH_BEGIN) and the sequence number (__u32) of the
	 * message.
	 *
	 * BATCH_BEGIN without BATCH_END in the same datagram: EINVAL, and nothing behind it is
	 * looked at. BATCH_END without BATCH_BEGIN, and anything but NEWROUTE and DELROUTE between
	 * them: EINVAL.
	 */
	RTMGR_MSG_BATCH_BEGIN,
	RTMGR_MSG_BATCH_END,

	/*
	 * What members of RTMGR_GRP_MIRROR get: a copy of a datagram that crossed the socket.
	 *
	 *	<- nlmsghdr, rtmgrmsg
	 *	   |-- RTMGR_A_DIRECTION	__u8	enum rtmgr_direction
	 *	   |-- RTMGR_A_PORTID		__u32	port id of the other end; 0: a group
	 *	   |-- RTMGR_A_GROUP		__u32	the group it went to	(absent: unicast)
	 *	   |-- RTMGR_A_TIME		__u64	CLOCK_MONOTONIC, ns
	 *	   |-- RTMGR_A_LENGTH		__u32	bytes of the datagram
	 *	   `-- RTMGR_A_DATA		the datagram, at most RTMGR_MIRROR_MAX bytes of it
	 *
	 * Acknowledgements are made by the kernel's netlink code. Their copy has the whole request
	 * and all extended attributes, whatever the receiver's socket options (NETLINK_CAP_ACK,
	 * NETLINK_EXT_ACK) took away.
	 */
	RTMGR_MSG_MIRROR,

	/*
	 * Only the user-mode build: what setsockopt(2) at level SOL_NETLINK is for a socket of the
	 * kernel. Acknowledged. The module answers EOPNOTSUPP.
	 *
	 *	-> nlmsghdr, rtmgrmsg
	 *	   |-- RTMGR_A_OPTION		__u32	NETLINK_ADD_MEMBERSHIP,
	 *	   |				NETLINK_DROP_MEMBERSHIP,
	 *	   |				NETLINK_EXT_ACK, NETLINK_CAP_ACK,
	 *	   |				NETLINK_GET_STRICT_CHK,
	 *	   |				NETLINK_NO_ENOBUFS
	 *	   `-- RTMGR_A_VALUE		__u32	the group, or 0 or 1
	 *
	 * A member that does not read as fast as changes happen gets NLMSG_OVERRUN where the kernel
	 * would give ENOBUFS.
	 */
	RTMGR_MSG_SOCKOPT,

	__RTMGR_MSG_MAX
};

#define RTMGR_MSG_MAX		(__RTMGR_MSG_MAX - 1)

/* The family header of all messages from RTMGR_MSG_BASE. */
struct rtmgrmsg {
	__u8	rtmgr_family;	/* AF_INET, AF_INET6 or AF_UNSPEC */
	__u8	rtmgr_pad1;	/* 0 */
	__u16	rtmgr_pad2;	/* 0 */
};

enum rtmgr_attr {
	RTMGR_A_UNSPEC,
	RTMGR_A_PAD,		/* aligns a __u64 that follows */
	RTMGR_A_VERSION,
	RTMGR_A_RELEASE,
	RTMGR_A_TEXT,
	RTMGR_A_SEEN_LEN,
	RTMGR_A_SEEN_TYPE,
	RTMGR_A_SEEN_FLAGS,
	RTMGR_A_SEEN_SEQ,
	RTMGR_A_SEEN_PID,
	RTMGR_A_PORTID,
	RTMGR_A_UID,
	RTMGR_A_WRITABLE,
	RTMGR_A_STATS,
	RTMGR_A_TABLE_STATS,
	RTMGR_A_FAMILY,
	RTMGR_A_TABLE,
	RTMGR_A_ROUTES,
	RTMGR_A_NODES,
	RTMGR_A_BYTES,
	RTMGR_A_DIRECTION,
	RTMGR_A_GROUP,
	RTMGR_A_TIME,
	RTMGR_A_LENGTH,
	RTMGR_A_DATA,
	RTMGR_A_OPTION,
	RTMGR_A_VALUE,
	__RTMGR_A_MAX
};

#define RTMGR_A_MAX		(__RTMGR_A_MAX - 1)

/* What RTMGR_A_STATS holds. Later versions add fields at the end; a reader takes what it knows. */
struct rtmgr_stats {
	__u64	routes;			/* now */
	__u64	max_routes;		/* the module parameter */
	__u64	nexthop_sets;		/* distinct sets that routes share, now */
	__u64	bytes;			/* memory of tries, routes and next-hop sets, now */
	__u64	datagrams;		/* received */
	__u64	messages;		/* received */
	__u64	errors;			/* messages answered with an error */
	__u64	added;			/* routes, replacing ones included */
	__u64	deleted;		/* routes, replaced ones included */
	__u64	lookups;
	__u64	dumps;			/* begun */
	__u64	notifications;		/* sent to groups 7 and 11 */
	__u64	batches;		/* committed */
	__u64	batches_failed;
	__u64	mirrored;		/* copies sent to RTMGR_GRP_MIRROR */
	__u64	uptime_ns;		/* since the module was loaded or the namespace was made */
};

enum rtmgr_direction {
	RTMGR_TO_KERNEL = 0,
	RTMGR_FROM_KERNEL = 1,
};

/*
 * The group of RTMGR_MSG_MIRROR. To join it needs CAP_NET_ADMIN in the network namespace, or to be
 * the `owner`; else EPERM. (nlmon does not carry protocols like this one.)
 */
#define RTMGR_GRP_MIRROR	30

#define RTMGR_TEXT_MAX		255	/* bytes of RTMGR_A_TEXT, without the 0 that ends it */
#define RTMGR_MIRROR_MAX	32768	/* bytes of a datagram in RTMGR_A_DATA */
#define RTMGR_TABLE_STATS_MAX	256	/* tables that RTMGR_MSG_GETSTATS tells of */

/*
 * Where rtmgr differs from rtnetlink
 * ----------------------------------
 * All there is. The tests that compare rtmgr with the kernel's own tables name these, and accept
 * nothing else.
 *
 * GATEWAY	A gateway is not looked up: it needs no route to it, and a route without RTA_OIF has
 *		no device. It must be a unicast address, as with the kernel.
 * DEVICE	RTA_OIF must be a device of the namespace that is up (else ENODEV, ENETDOWN) when a
 *		route is made. Routes stay when the device goes down or away later. No address of a
 *		device makes a route, and none is needed.
 * PREFSRC	RTA_PREFSRC need not be an address of a device. A lookup answers it only when the
 *		route has one.
 * NEXTHOP	There are no next-hop objects: RTA_NH_ID is answered as that of an object which does
 *		not exist.
 * ENCAP	RTA_ENCAP is refused with EOPNOTSUPP.
 * EXPIRES	RTA_EXPIRES of an IPv6 route is refused with EOPNOTSUPP. (Of an IPv4 route the
 *		kernel does not look at it.)
 * OFFLOAD	RTNH_F_OFFLOAD and RTNH_F_TRAP of a request are dropped: no driver is there to set
 *		them.
 * RULES	There are no rules: a lookup goes through local, main and default, as the kernel's
 *		does while nobody has made a rule (for IPv4, local and main are as one table then),
 *		or through RTA_TABLE alone. RTM_F_LOOKUP_TABLE tells the table that the route stands
 *		in, also when it is local, which the kernel calls main.
 * SOURCE	RTA_SRC of a lookup need not be an address of a device, and with RTA_IIF no route
 *		back to it is needed.
 * MULTIPATH	A lookup takes the first next hop of a multipath route that suits; the kernel goes
 *		by a hash.
 * ATOMIC	A request with RTA_MULTIPATH that fails has changed nothing. (The kernel adds or
 *		deletes IPv6 next hops one by one, and leaves or takes back what it has done so
 *		far.)
 * HOPS	A deletion with an RTA_MULTIPATH in which no next hop is, is refused. (For IPv6,
 *		kernels before 6.16 answer that it succeeded, and delete nothing.)
 * SIBLINGS	A dump tells of every IPv6 route. (The kernel's leaves out routes without a gateway
 *		that were added between the next hops of a multipath route of the same prefix and
 *		priority.)
 * SENTENCE	An error may have a sentence where the kernel has none: whether it has one for an
 *		IPv6 route that is not there to be replaced depends on how its tree happens to be
 *		split.
 * HOPS		RTA_MULTIPATH of IPv6 is checked as newer kernels (6.18) do it: all hops before
 *		anything is done, none at all is EINVAL, and a route that rejects may have one.
 * CACHE	There is no cache: RTM_F_CLONED dumps nothing.
 * SUBTREES	IPv6 routes have no source prefix (a kernel without CONFIG_IPV6_SUBTREES).
 * CC		RTAX_CC_ALGO is kept as it is: any name is good, even of an algorithm that is not
 *		there.
 */

#endif /* _UAPI_RTMGR_H */
