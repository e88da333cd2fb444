// SPDX-License-Identifier: GPL-2.0-only
/* See scenarios.h. */
#include <arpa/inet.h>
#include <string.h>
#include "scenarios.h"

#define CREATE (NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK)

/* A route by its words: prefix, gateway (or NULL) and metric. Answers its rtmsg. */
static struct rtmsg *route(struct wire_datagram *datagram, __u16 type, __u16 flags,
			   const char *prefix, int plen, const char *gateway, __u32 metric)
{
	int family = strchr(prefix, ':') ? AF_INET6 : AF_INET;
	struct in6_addr address;
	struct rtmsg *rtm;

	inet_pton(family, prefix, &address);
	rtm = wire_route(datagram, type, flags, 1, family, plen ? &address : NULL, plen);
	if (type == RTM_NEWROUTE || gateway)
		wire_attr_u32(datagram, RTA_OIF, 3);
	if (gateway) {
		inet_pton(family, gateway, &address);
		wire_attr(datagram, RTA_GATEWAY, &address, family == AF_INET ? 4 : 16);
	}
	if (metric)
		wire_attr_u32(datagram, RTA_PRIORITY, metric);
	return rtm;
}

static void metrics(struct wire_datagram *datagram)
{
	struct rtattr *nest = wire_nest(datagram, RTA_METRICS);

	wire_attr_u32(datagram, RTAX_MTU, 1400);
	wire_attr(datagram, RTAX_CC_ALGO, "reno", 5);
	wire_nest_end(datagram, nest);
}

static void multipath(struct wire_datagram *datagram, const char *prefix, int plen,
		      const char *const *gateways)
{
	int family = strchr(prefix, ':') ? AF_INET6 : AF_INET;
	struct in6_addr address;
	struct rtattr *nest;

	inet_pton(family, prefix, &address);
	wire_route(datagram, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK, 1, family,
		   &address, plen);
	nest = wire_nest(datagram, RTA_MULTIPATH);
	for (; *gateways; gateways++) {
		size_t start = datagram->len;
		struct rtnexthop hop = { .rtnh_ifindex = 3 };

		datagram->len += sizeof(hop);
		datagram->last->nlmsg_len += sizeof(hop);
		inet_pton(family, *gateways, &address);
		wire_attr(datagram, RTA_GATEWAY, &address, family == AF_INET ? 4 : 16);
		hop.rtnh_len = datagram->len - start;
		memcpy(datagram->bytes + start, &hop, sizeof(hop));
	}
	wire_nest_end(datagram, nest);
}

static void own(struct wire_datagram *datagram, __u16 type, __u16 flags)
{
	wire_begin(datagram, type, NLM_F_REQUEST | flags, 1, sizeof(struct rtmgrmsg));
}

static void add4(struct wire_datagram *d)
{
	route(d, RTM_NEWROUTE, CREATE, "10.77.0.0", 16, "192.0.2.9", 0);
	metrics(d);
}

static void add4_table(struct wire_datagram *d)
{
	route(d, RTM_NEWROUTE, CREATE | NLM_F_ECHO, "10.77.0.0", 16, NULL, 5);
	wire_attr_u32(d, RTA_TABLE, 7777);
}

static void append4(struct wire_datagram *d)
{
	route(d, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, "10.0.0.0", 8, "192.0.2.9",
	      0);
}

static void replace4(struct wire_datagram *d)
{
	route(d, RTM_NEWROUTE, NLM_F_REPLACE | NLM_F_ACK, "10.0.0.0", 8, "192.0.2.9", 0);
}

static void multipath4(struct wire_datagram *d)
{
	static const char *const gateways[] = { "192.0.2.2", "192.0.2.3", "192.0.2.4", NULL };

	multipath(d, "10.78.0.0", 16, gateways);
}

static void delete4(struct wire_datagram *d)
{
	route(d, RTM_DELROUTE, NLM_F_ACK, "10.0.0.0", 8, NULL, 0);
}

static void add6(struct wire_datagram *d)
{
	route(d, RTM_NEWROUTE, CREATE, "2001:db8:77::", 48, "fe80::9", 0);
	metrics(d);
}

static void sibling6(struct wire_datagram *d)
{
	route(d, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, "2001:db8:1::", 48,
	      "fe80::9", 0);
}

static void multipath6(struct wire_datagram *d)
{
	static const char *const gateways[] = { "fe80::11", "fe80::12", "fe80::13", NULL };

	multipath(d, "2001:db8:1::", 48, gateways);
}

static void delete6(struct wire_datagram *d)
{
	route(d, RTM_DELROUTE, NLM_F_ACK, "2001:db8:1::", 48, NULL, 0);
}

static void lookup4(struct wire_datagram *d)
{
	route(d, RTM_GETROUTE, 0, "10.1.2.3", 32, NULL, 0)->rtm_scope = 0;
}

static void lookup6(struct wire_datagram *d)
{
	struct rtmsg *rtm = route(d, RTM_GETROUTE, 0, "2001:db8:1::7", 128, NULL, 0);

	rtm->rtm_scope = 0;
	rtm->rtm_flags = RTM_F_FIB_MATCH;
}

static void dump(struct wire_datagram *d)
{
	wire_route(d, RTM_GETROUTE, NLM_F_DUMP, 1, AF_UNSPEC, NULL, 0);
}

static void hello(struct wire_datagram *d)
{
	own(d, RTMGR_MSG_HELLO, NLM_F_ACK);
	wire_attr(d, RTMGR_A_TEXT, "good day", 9);
}

static void stats(struct wire_datagram *d)
{
	own(d, RTMGR_MSG_GETSTATS, 0);
}

static void flush(struct wire_datagram *d)
{
	own(d, RTMGR_MSG_FLUSH, NLM_F_ACK);
}

static void batch(struct wire_datagram *d)
{
	own(d, RTMGR_MSG_BATCH_BEGIN, 0);
	add4(d);
	add6(d);
	append4(d);
	sibling6(d);
	multipath6(d);
	delete4(d);
	multipath4(d);
	replace4(d);
	add4_table(d);
	delete6(d);
	own(d, RTMGR_MSG_BATCH_END, NLM_F_ACK);
}

static void many(struct wire_datagram *d)
{
	char prefix[32] = "10.90.0.0";
	int i;

	own(d, RTMGR_MSG_BATCH_BEGIN, 0);
	/* enough for nodes of the trie to grow */
	for (i = 0; i < 40; i++) {
		prefix[6] = '0' + i % 10;
		prefix[8] = '0' + i / 10;
		route(d, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, prefix, 32, NULL, 9);
	}
	own(d, RTMGR_MSG_BATCH_END, NLM_F_ACK);
}

const struct scenario scenarios[] = {
	{ "IPv4 route with metrics", add4 },
	{ "IPv4 route in a new table, echoed", add4_table },
	{ "IPv4 append", append4 },
	{ "IPv4 replace", replace4 },
	{ "IPv4 multipath", multipath4 },
	{ "IPv4 delete", delete4 },
	{ "IPv6 route with metrics", add6 },
	{ "IPv6 sibling", sibling6 },
	{ "IPv6 multipath in place of another", multipath6 },
	{ "IPv6 delete of a group", delete6 },
	{ "IPv4 lookup", lookup4 },
	{ "IPv6 lookup", lookup6 },
	{ "dump", dump },
	{ "hello", hello },
	{ "statistics", stats },
	{ "flush", flush },
	{ "batch of ten", batch },
	{ "batch of forty", many },
};

const size_t scenario_count = ARRAY_SIZE(scenarios);

int scenario_prepare(struct wire_datagram *d, int n)
{
	static const char *const gateways[] = { "fe80::2", "fe80::3", NULL };

	switch (n) {
	case 0:
		route(d, RTM_NEWROUTE, CREATE, "10.0.0.0", 8, "192.0.2.2", 0);
		return 0;
	case 1:
		route(d, RTM_NEWROUTE, CREATE, "10.1.0.0", 16, NULL, 0);
		return 0;
	case 2:
		route(d, RTM_NEWROUTE, CREATE, "10.1.2.0", 24, "192.0.2.3", 20);
		return 0;
	case 3:
		multipath(d, "2001:db8:1::", 48, gateways);
		return 0;
	case 4:
		route(d, RTM_NEWROUTE, CREATE, "2001:db8:2::", 48, NULL, 0);
		return 0;
	default:
		return -1;
	}
}
