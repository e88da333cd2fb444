/* SPDX-License-Identifier: GPL-2.0-only */
/* What RTM_GETROUTE without NLM_F_DUMP has to be: the same for both families but for these. */
#ifndef _RTMGR_LOOKUP_H
#define _RTMGR_LOOKUP_H

#include "family.h"

struct rtmgr_lookup_rules {
	const struct nla_policy *policy;
	u32 flags;		/* of rtm_flags: those that may be set */
	u8 bits;		/* of an address */
	u8 icmp;		/* the family's own protocol among those of RTA_IP_PROTO */
	/* the kernel's own sentences: string constants, as extack keeps the pointer */
	const char *no_header;
	const char *bad_values;
	const char *bad_flags;
	const char *bad_lengths;
	const char *bad_attribute;
};

/* Reads the attributes into tb[RTA_MAX + 1]; checks more of them for who wants strict checks. */
int rtmgr_lookup_parse(const struct rtmgr_lookup_rules *rules, struct sk_buff *skb,
		       const struct nlmsghdr *nlh, struct nlattr **tb,
		       struct netlink_ext_ack *extack);

/* RTA_IP_PROTO, which may be missing: TCP, UDP or ICMP. */
int rtmgr_lookup_ip_proto(const struct rtmgr_lookup_rules *rules, const struct nlattr *nla,
			  struct netlink_ext_ack *extack);

#endif
