/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kinds of addresses (linux/in.h, net/ipv6.h, net/addrconf.c), and the next hops of RTA_MULTIPATH
 * (net/rtnh.h).
 */
#ifndef _RTMGR_USER_INET_H
#define _RTMGR_USER_INET_H

#include "basics.h"

static inline bool ipv4_is_loopback(__be32 addr)
{
	return (addr & htonl(0xff000000)) == htonl(0x7f000000);
}

static inline bool ipv4_is_multicast(__be32 addr)
{
	return (addr & htonl(0xf0000000)) == htonl(0xe0000000);
}

static inline bool ipv4_is_local_multicast(__be32 addr)
{
	return (addr & htonl(0xffffff00)) == htonl(0xe0000000);
}

static inline bool ipv4_is_lbcast(__be32 addr)
{
	return addr == htonl(INADDR_BROADCAST);
}

static inline bool ipv4_is_zeronet(__be32 addr)
{
	return addr == 0;
}

#define IPV6_ADDR_ANY 0x0000U
#define IPV6_ADDR_UNICAST 0x0001U
#define IPV6_ADDR_MULTICAST 0x0002U
#define IPV6_ADDR_LOOPBACK 0x0010U
#define IPV6_ADDR_LINKLOCAL 0x0020U
#define IPV6_ADDR_SITELOCAL 0x0040U
#define IPV6_ADDR_COMPATv4 0x0080U
#define IPV6_ADDR_MAPPED 0x1000U

static inline bool ipv6_addr_any(const struct in6_addr *a)
{
	return IN6_IS_ADDR_UNSPECIFIED(a);
}

static inline bool ipv6_addr_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline bool ipv6_addr_is_multicast(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

/* ipv6_addr_type(): the kind without the scope. */
static inline unsigned int ipv6_addr_type(const struct in6_addr *addr)
{
	u32 first = ntohl(addr->s6_addr32[0]);

	/* unicast from 2000::/3 up to where multicast begins, but for fe80::/10 and fec0::/10 */
	if ((first & 0xe0000000) != 0 && (first & 0xe0000000) != 0xe0000000)
		return IPV6_ADDR_UNICAST;
	if ((first & 0xff000000) == 0xff000000)
		return IPV6_ADDR_MULTICAST;
	if ((first & 0xffc00000) == 0xfe800000)
		return IPV6_ADDR_LINKLOCAL | IPV6_ADDR_UNICAST;
	if ((first & 0xffc00000) == 0xfec00000)
		return IPV6_ADDR_SITELOCAL | IPV6_ADDR_UNICAST;
	if ((first & 0xfe000000) == 0xfc000000)
		return IPV6_ADDR_UNICAST;
	if (!addr->s6_addr32[0] && !addr->s6_addr32[1]) {
		if (!addr->s6_addr32[2]) {
			if (!addr->s6_addr32[3])
				return IPV6_ADDR_ANY;
			if (addr->s6_addr32[3] == htonl(1))
				return IPV6_ADDR_LOOPBACK | IPV6_ADDR_UNICAST;
			return IPV6_ADDR_COMPATv4 | IPV6_ADDR_UNICAST;
		}
		if (addr->s6_addr32[2] == htonl(0x0000ffff))
			return IPV6_ADDR_MAPPED;
	}
	return IPV6_ADDR_UNICAST;
}

static inline int rtnh_ok(const struct rtnexthop *rtnh, int remaining)
{
	return remaining >= (int)sizeof(*rtnh) && rtnh->rtnh_len >= sizeof(*rtnh) &&
	       rtnh->rtnh_len <= remaining;
}

static inline struct rtnexthop *rtnh_next(const struct rtnexthop *rtnh, int *remaining)
{
	int total = ALIGN((int)rtnh->rtnh_len, 4);

	*remaining -= total;
	return (struct rtnexthop *)((char *)(uintptr_t)rtnh + total);
}

static inline struct nlattr *rtnh_attrs(const struct rtnexthop *rtnh)
{
	return (struct nlattr *)((char *)(uintptr_t)rtnh + ALIGN(sizeof(*rtnh), 4));
}

static inline int rtnh_attrlen(const struct rtnexthop *rtnh)
{
	return rtnh->rtnh_len - ALIGN((int)sizeof(*rtnh), 4);
}

#endif
