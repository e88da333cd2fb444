// SPDX-License-Identifier: GPL-2.0-only
/* See generate.h. Most requests are good ones, some are wrong in one place. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include "generate.h"

#define __packed	__attribute__((__packed__))

/* xorshift64*: the same numbers from the same seed everywhere. */
static __u32 draw(struct generator *g, __u32 below)
{
	g->state ^= g->state >> 12;
	g->state ^= g->state << 25;
	g->state ^= g->state >> 27;
	return (__u32)((g->state * 0x2545f4914f6cdd1dull) >> 32) % below;
}

static int chance(struct generator *g, __u32 percent)
{
	return draw(g, 100) < percent;
}

#define PICK(g, ...)                                         \
	({                                                   \
		static const __u32 __of[] = { __VA_ARGS__ }; \
		__of[draw(g, ARRAY_SIZE(__of))];             \
	})

/* 10.0.0.0/8 and prefixes within it, few of each length. */
static int prefix4(struct generator *g, __u8 *address, __u32 table)
{
	int plen = PICK(g, 8, 12, 16, 16, 24, 24, 24, 30, 32, 32);
	__u32 bits = 10u << 24 | draw(g, 2) << 20 | draw(g, 3) << 16 | draw(g, 3) << 8 | draw(g, 3);

	/*
	 * a default route anywhere else would take part in the kernel's look at gateways [GATEWAY]

	 */
	if (table == RT_TABLE_MAIN && chance(g, 4))
		plen = 0;
	if (plen < 32)
		bits &= plen ? ~(0xffffffffu >> plen) : 0;
	/* bits behind the prefix: refused */
	if (chance(g, 1))
		bits |= 1;
	bits = htonl(bits);
	memcpy(address, &bits, 4);
	return chance(g, 1) ? 33 : plen;
}

/* 2001:db8:f000::/36 and prefixes within it. */
static int prefix6(struct generator *g, __u8 *address, __u32 table)
{
	int plen = PICK(g, 36, 40, 48, 48, 64, 64, 64, 127, 128, 128), bit;
	__u8 full[16] = { 0x20, 0x01, 0x0d, 0xb8, 0xf0 };

	full[4] |= draw(g, 2);
	full[5] = draw(g, 3);
	full[7] = draw(g, 3);
	full[15] = draw(g, 3);
	if (table == RT_TABLE_MAIN && chance(g, 3)) {
		memset(full, 0, sizeof(full));
		plen = 0;
	}
	/* IPv6 takes bits behind the prefix and clears them */
	for (bit = plen; bit < 128 && !chance(g, 1); bit++)
		full[bit / 8] &= ~(0x80 >> (bit % 8));
	memcpy(address, full, 16);
	return chance(g, 1) ? 129 : plen;
}

static void gateway4(struct generator *g, struct wire_datagram *datagram, int device, int onlink)
{
	static const char *const near[2][2] = {
		{ "192.0.2.2", "192.0.2.3" },
		{ "198.51.100.2", "198.51.100.3" },
	};
	struct in_addr address;

	inet_pton(AF_INET,
		  onlink ? PICK(g, 0, 1) ? "203.0.113.9" : "203.0.113.10" :
			   near[device][draw(g, 2)],
		  &address);
	wire_attr(datagram, RTA_GATEWAY, &address, sizeof(address));
}

static void gateway6(struct generator *g, struct wire_datagram *datagram, __u16 type, int device)
{
	static const char *const near[2][2] = {
		{ "2001:db8:1::2", "fe80::2" },
		{ "2001:db8:2::2", "fe80::3" },
	};
	struct {
		__u16 family;
		struct in6_addr address;
	} __packed via = { .family = AF_INET6 };

	inet_pton(AF_INET6, near[device][draw(g, 2)], &via.address);
	if (type == RTA_VIA)
		wire_attr(datagram, type, &via, sizeof(via));
	else
		wire_attr(datagram, type, &via.address, sizeof(via.address));
}

static void gateway(struct generator *g, struct wire_datagram *datagram, int family, int device,
		    int onlink)
{
	if (family == AF_INET6)
		gateway6(g, datagram, RTA_GATEWAY, device);
	else if (chance(g, 15) && !onlink)
		gateway6(g, datagram, RTA_VIA, device);
	else
		gateway4(g, datagram, device, onlink);
}

static void multipath(struct generator *g, struct wire_datagram *datagram, int family)
{
	/* one of several that is not there leaves the kernel's IPv6 table half changed [ATOMIC] */
	int single = family == AF_INET6 && datagram->last->nlmsg_type == RTM_DELROUTE;
	struct rtattr *nest = wire_nest(datagram, RTA_MULTIPATH);
	int count = single ? 1 : 1 + draw(g, 3), i;

	for (i = 0; i < count; i++) {
		size_t start = datagram->len;
		int device = draw(g, 2), onlink = family == AF_INET && chance(g, 10);
		struct rtnexthop hop = {
			.rtnh_flags = onlink ? RTNH_F_ONLINK : 0,
			.rtnh_hops = draw(g, 3),
			/* the kernel looks for an IPv4 gateway before its device [GATEWAY] */
			.rtnh_ifindex =
				family == AF_INET6 && chance(g, 2) ? 999 : g->devices.veth[device],
		};

		memset(datagram->bytes + start, 0, sizeof(hop));
		datagram->len += sizeof(hop);
		datagram->last->nlmsg_len += sizeof(hop);
		if (family == AF_INET6 || chance(g, 90))
			gateway(g, datagram, family, device, onlink);
		if (family == AF_INET && chance(g, 10))
			wire_attr_u32(datagram, RTA_FLOW, draw(g, 3));
		hop.rtnh_len = datagram->len - start;
		/* before 6.16 the kernel deletes nothing, with success, if none is there [HOPS] */
		if (!single && chance(g, 1))
			hop.rtnh_len = PICK(g, 0, 4, 7, 200);
		memcpy(datagram->bytes + start, &hop, sizeof(hop));
	}
	wire_nest_end(datagram, nest);
}

static void metrics(struct generator *g, struct wire_datagram *datagram)
{
	struct rtattr *nest = wire_nest(datagram, RTA_METRICS);

	if (chance(g, 60))
		wire_attr_u32(datagram, RTAX_MTU, PICK(g, 1400, 1500, 70000));
	if (chance(g, 30))
		wire_attr_u32(datagram, RTAX_ADVMSS, PICK(g, 1000, 70000));
	if (chance(g, 20))
		wire_attr_u32(datagram, RTAX_LOCK, 1 << RTAX_MTU);
	if (chance(g, 20))
		wire_attr_u32(datagram, RTAX_HOPLIMIT, PICK(g, 10, 64, 300));
	if (chance(g, 5))
		wire_attr_u32(datagram, RTAX_FEATURES, PICK(g, 1, 0x80));
	if (chance(g, 4))
		wire_attr_u32(datagram, RTAX_MAX + 1, 1);
	if (chance(g, 4))
		wire_attr(datagram, RTAX_WINDOW, "\1", 1);
	wire_nest_end(datagram, nest);
}

static void nexthop(struct generator *g, struct wire_datagram *datagram, struct rtmsg *rtm,
		    int ecmp)
{
	int device = draw(g, 2), onlink;

	if (chance(g, 2)) {
		wire_attr_u32(datagram, RTA_OIF, PICK(g, 999, 0));
	} else if (chance(g, 3) && rtm->rtm_scope != RT_SCOPE_HOST) {
		/* with scope host the kernel takes it, and no lookup does [DEVICE] */
		wire_attr_u32(datagram, RTA_OIF, g->devices.down);
	} else if (!ecmp) {
		if (chance(g, 90))
			wire_attr_u32(datagram, RTA_OIF,
				      chance(g, 5) ? g->devices.lo : g->devices.veth[device]);
	} else if (chance(g, 25)) {
		multipath(g, datagram, rtm->rtm_family);
	} else {
		onlink = rtm->rtm_family == AF_INET && chance(g, 10);
		wire_attr_u32(datagram, RTA_OIF, g->devices.veth[device]);
		if (onlink)
			rtm->rtm_flags |= RTNH_F_ONLINK;
		gateway(g, datagram, rtm->rtm_family, device, onlink);
	}
}

static void wrong(struct generator *g, struct wire_datagram *datagram)
{
	switch (draw(g, 5)) {
	case 0:
		wire_attr(datagram, RTA_PRIORITY, "\1\0", 2);
		break;
	case 1:
		wire_attr_u32(datagram, RTA_MAX + 5, 1);
		break;
	case 2:
		wire_attr(datagram, RTA_DST, "\12\0", 2);
		break;
	case 3:
		wire_attr(datagram, RTA_TABLE, "\1", 1);
		break;
	default:
		wire_attr(datagram, RTA_METRICS, "\1\0", 2);
	}
}

static __u8 scope_for(struct generator *g, int type, int gateway)
{
	if (chance(g, 4))
		return PICK(g, RT_SCOPE_HOST, RT_SCOPE_LINK, RT_SCOPE_UNIVERSE, RT_SCOPE_NOWHERE,
			    100);
	if (type == RTN_LOCAL)
		return RT_SCOPE_HOST;
	if (type == RTN_BROADCAST || type == RTN_MULTICAST || type == RTN_ANYCAST)
		return RT_SCOPE_LINK;
	return gateway ? RT_SCOPE_UNIVERSE :
			 PICK(g, RT_SCOPE_LINK, RT_SCOPE_LINK, RT_SCOPE_UNIVERSE);
}

static int type_for(struct generator *g)
{
	if (chance(g, 72))
		return RTN_UNICAST;
	return PICK(g, RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, RTN_MULTICAST, RTN_BLACKHOLE,
		    RTN_UNREACHABLE, RTN_PROHIBIT, RTN_THROW, RTN_NAT, RTN_UNSPEC, 12,
		    RTN_BLACKHOLE, RTN_UNREACHABLE);
}

static void change(struct generator *g, struct wire_datagram *datagram, __u32 seq, int family)
{
	int add = chance(g, 58), type = type_for(g), plen;
	__u32 table = PICK(g, RT_TABLE_MAIN, RT_TABLE_MAIN, RT_TABLE_MAIN, RT_TABLE_LOCAL, 100, 256,
			   1000);
	/*
	 * the metric says whether a route has a gateway, so that in IPv6 both kinds never share one
	 * [SIBLINGS]
	 */
	__u32 priority = PICK(g, 0, 0, 5, 10, 20);
	int ecmp = priority == 0 ? family == AF_INET6 || chance(g, 60) : priority == 10;
	__u16 flags;
	__u8 address[16];
	struct rtmsg *rtm;

	plen = family == AF_INET ? prefix4(g, address, table) : prefix6(g, address, table);
	/* a default route of another type would say what kind of address a gateway is [GATEWAY] */
	if (family == AF_INET && !plen)
		type = RTN_UNICAST;
	if (family == AF_INET6 && type >= RTN_BLACKHOLE && ecmp) {
		priority = 20;
		ecmp = 0;
	}
	flags = add ? PICK(g, NLM_F_CREATE | NLM_F_EXCL, NLM_F_CREATE | NLM_F_EXCL,
			   NLM_F_CREATE | NLM_F_APPEND, NLM_F_CREATE | NLM_F_REPLACE,
			   NLM_F_CREATE | NLM_F_REPLACE, NLM_F_REPLACE, NLM_F_CREATE, 0,
			   NLM_F_APPEND, NLM_F_REPLACE | NLM_F_APPEND,
			   NLM_F_CREATE | NLM_F_EXCL | NLM_F_REPLACE) :
		      0;
	rtm = wire_route(datagram, add ? RTM_NEWROUTE : RTM_DELROUTE, flags | NLM_F_ACK, seq,
			 family, plen ? address : NULL, plen);
	rtm->rtm_table = table < 256 ? table : RT_TABLE_UNSPEC;
	if (table >= 256 || chance(g, 10))
		wire_attr_u32(datagram, RTA_TABLE, table);
	rtm->rtm_protocol = add ? PICK(g, RTPROT_STATIC, RTPROT_STATIC, RTPROT_BOOT, 186) :
				  PICK(g, 0, 0, 0, RTPROT_STATIC);
	if (family == AF_INET && chance(g, 15))
		rtm->rtm_tos = PICK(g, 0x08, 0x10, 0x01);
	rtm->rtm_type = !add && chance(g, 60) ? RTN_UNSPEC : type;
	rtm->rtm_scope = !add && chance(g, 70) ? RT_SCOPE_NOWHERE : scope_for(g, type, ecmp);
	/* a default route of a narrow scope would be a way to any gateway [GATEWAY] */
	if (add && family == AF_INET && !plen)
		rtm->rtm_scope = RT_SCOPE_UNIVERSE;
	if (priority)
		wire_attr_u32(datagram, RTA_PRIORITY, priority);
	if ((add || chance(g, 40)) && type < RTN_BLACKHOLE)
		nexthop(g, datagram, rtm, ecmp);
	if (chance(g, add ? 15 : 3))
		metrics(g, datagram);
	if (chance(g, 6)) {
		struct in6_addr source;

		inet_pton(family, family == AF_INET ? "192.0.2.1" : "2001:db8:1::1", &source);
		wire_attr(datagram, RTA_PREFSRC, &source, family == AF_INET ? 4 : 16);
	}
	if (family == AF_INET6 && chance(g, 8))
		wire_attr(datagram, RTA_PREF, PICK(g, 0, 1) ? "\1" : "\3", 1);
	if (chance(g, 2))
		wrong(g, datagram);
}

static void lookup(struct generator *g, struct wire_datagram *datagram, __u32 seq, int family)
{
	__u8 address[16];
	struct rtmsg *rtm;

	if (family == AF_INET)
		prefix4(g, address, 0);
	else
		prefix6(g, address, 0);
	rtm = wire_route(datagram, RTM_GETROUTE, NLM_F_ACK, seq, family, address,
			 family == AF_INET ? 32 : 128);
	rtm->rtm_table = 0;
	rtm->rtm_scope = 0;
	rtm->rtm_flags = RTM_F_FIB_MATCH;
}

int generate(struct generator *g, struct wire_datagram *datagram, __u32 seq)
{
	int family = g->families ? g->families : chance(g, 50) ? AF_INET : AF_INET6;

	datagram->len = 0;
	if (chance(g, 10))
		lookup(g, datagram, seq, family);
	else
		change(g, datagram, seq, family);
	return family;
}

void generate_dump(struct generator *g, struct wire_datagram *datagram, int family)
{
	struct rtmsg *rtm;

	datagram->len = 0;
	rtm = wire_route(datagram, RTM_GETROUTE, NLM_F_DUMP, 0, family, NULL, 0);
	rtm->rtm_scope = chance(g, 3) ? RT_SCOPE_LINK : 0;
	rtm->rtm_dst_len = chance(g, 3) ? 8 : 0;
	rtm->rtm_tos = chance(g, 2) ? 0x10 : 0;
	if (chance(g, 3))
		rtm->rtm_flags = PICK(g, RTNH_F_ONLINK, RTM_F_FIB_MATCH);
	rtm->rtm_table = PICK(g, 0, 0, RT_TABLE_MAIN, RT_TABLE_LOCAL, 100, 99);
	if (chance(g, 20))
		wire_attr_u32(datagram, RTA_TABLE, PICK(g, 256, 1000, 4711, RT_TABLE_MAIN));
	if (chance(g, 40))
		rtm->rtm_protocol = PICK(g, RTPROT_STATIC, RTPROT_BOOT, 186, 42);
	if (chance(g, 40))
		rtm->rtm_type = PICK(g, RTN_UNICAST, RTN_UNICAST, RTN_BLACKHOLE, RTN_LOCAL, 77);
	if (chance(g, 40))
		wire_attr_u32(datagram, RTA_OIF,
			      chance(g, 5) ? 999 : chance(g, 10) ? g->devices.lo :
			      g->devices.veth[draw(g, 2)]);
	if (chance(g, 3))
		wire_attr_u32(datagram, RTA_PRIORITY, 5);
	if (chance(g, 2))
		wire_attr(datagram, RTA_TABLE, "\1", 1);
}

static void describe_attr(const struct rtattr *attr, int family, char **text, size_t *room)
{
	static const char *const names[] = {
		[RTA_DST] = "dst",
		[RTA_OIF] = "oif",
		[RTA_GATEWAY] = "via",
		[RTA_PRIORITY] = "metric",
		[RTA_PREFSRC] = "src",
		[RTA_METRICS] = "metrics",
		[RTA_MULTIPATH] = "multipath",
		[RTA_TABLE] = "table",
		[RTA_VIA] = "via6",
		[RTA_PREF] = "pref",
		[RTA_FLOW] = "realm",
	};
	const char *name = attr->rta_type < ARRAY_SIZE(names) && names[attr->rta_type] ?
				   names[attr->rta_type] :
				   "?";
	char address[INET6_ADDRSTRLEN];
	int used, len = RTA_PAYLOAD(attr);
	__u32 number;

	if (len == (family == AF_INET ? 4 : 16) &&
	    (attr->rta_type == RTA_DST || attr->rta_type == RTA_GATEWAY ||
	     attr->rta_type == RTA_PREFSRC)) {
		used = snprintf(*text, *room, " %s %s", name,
				inet_ntop(family, RTA_DATA(attr), address, sizeof(address)));
	} else if (len == 4) {
		memcpy(&number, RTA_DATA(attr), 4);
		used = snprintf(*text, *room, " %s %u", name, number);
	} else {
		used = snprintf(*text, *room, " %s(%u, %d bytes)", name, attr->rta_type, len);
	}
	*text += used;
	*room -= used;
}

void describe(const struct nlmsghdr *nlh, char *text, size_t size)
{
	const struct rtmsg *rtm = NLMSG_DATA(nlh);
	const struct rtattr *attr = RTM_RTA(rtm);
	const char *verb = nlh->nlmsg_type == RTM_NEWROUTE ? "NEW" :
			   nlh->nlmsg_type == RTM_DELROUTE ? "DEL" : "GET";
	int left = RTM_PAYLOAD(nlh), used;

	used = snprintf(text, size, "%s%s%s%s%s IPv%d /%u table %u tos %#x", verb,
			nlh->nlmsg_type == RTM_NEWROUTE && nlh->nlmsg_flags & NLM_F_CREATE ?
				" create" : "",
			nlh->nlmsg_flags & NLM_F_EXCL ? " excl" : "",
			nlh->nlmsg_flags & NLM_F_REPLACE ? " replace" : "",
			nlh->nlmsg_flags & NLM_F_APPEND ? " append" : "",
			rtm->rtm_family == AF_INET ? 4 : 6, rtm->rtm_dst_len, rtm->rtm_table,
			rtm->rtm_tos);
	text += used;
	size -= used;
	used = snprintf(text, size, " type %u scope %u proto %u flags %#x", rtm->rtm_type,
			rtm->rtm_scope, rtm->rtm_protocol, rtm->rtm_flags);
	text += used;
	size -= used;
	for (; RTA_OK(attr, left) && size > 100; attr = RTA_NEXT(attr, left))
		describe_attr(attr, rtm->rtm_family, &text, &size);
}
