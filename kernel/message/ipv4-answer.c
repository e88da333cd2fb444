// SPDX-License-Identifier: GPL-2.0-only
/* The message that answers a lookup of IPv4. The order of attributes is the kernel's. */

#include "ipv4-answer.h"

static int fill_way(struct sk_buff *skb, const struct rtmgr_ipv4_question *q,
		    const struct rtmgr_ipv4_answer *a)
{
	const struct rtmgr_nexthop *nh = a->way.nexthop;
	const struct rtmgr_path *path = a->way.route ? a->way.route->path : NULL;

	if (a->oif && nla_put_u32(skb, RTA_OIF, a->oif))
		return -EMSGSIZE;
	if (nh && nh->realm && nla_put_u32(skb, RTA_FLOW, nh->realm))
		return -EMSGSIZE;
	/* PREFSRC */
	if (!q->iif && !q->src && path && path->has_prefsrc &&
	    nla_put_in_addr(skb, RTA_PREFSRC, rtmgr_addr4(path->prefsrc)))
		return -EMSGSIZE;
	if (nh && rtmgr_ipv4_fill_gateway(skb, nh))
		return -EMSGSIZE;
	return nh ? rtmgr_metrics_fill(skb, path) : 0;
}

static int fill_attributes(struct sk_buff *skb, const struct rtmgr_ipv4_question *q,
			   const struct rtmgr_ipv4_answer *a)
{
	const struct rta_cacheinfo cacheinfo = {};

	if (nla_put_u32(skb, RTA_TABLE, a->table))
		return -EMSGSIZE;
	if (nla_put_in_addr(skb, RTA_DST, q->dst))
		return -EMSGSIZE;
	if (q->src && nla_put_in_addr(skb, RTA_SRC, q->src))
		return -EMSGSIZE;
	if (fill_way(skb, q, a))
		return -EMSGSIZE;
	if (q->mark && nla_put_u32(skb, RTA_MARK, q->mark))
		return -EMSGSIZE;
	if (uid_valid(q->uid) &&
	    nla_put_u32(skb, RTA_UID, from_kuid_munged(current_user_ns(), q->uid)))
		return -EMSGSIZE;
	if (q->iif && nla_put_u32(skb, RTA_IIF, q->iif))
		return -EMSGSIZE;
	/* CACHE: nothing to tell */
	return nla_put(skb, RTA_CACHEINFO, sizeof(cacheinfo), &cacheinfo);
}

int rtmgr_ipv4_fill_answer(struct sk_buff *skb, const struct rtmgr_ipv4_question *q,
			   const struct rtmgr_ipv4_answer *a, const struct rtmgr_telling *telling)
{
	struct nlmsghdr *nlh;
	struct rtmsg *rtm;

	nlh = nlmsg_put(skb, telling->portid, telling->seq, telling->type, sizeof(*rtm),
			telling->flags);
	if (!nlh)
		return -EMSGSIZE;
	rtm = nlmsg_data(nlh);
	rtm->rtm_family = AF_INET;
	rtm->rtm_dst_len = 32;
	rtm->rtm_src_len = q->src ? 32 : 0;
	rtm->rtm_tos = a->way.route ? a->way.route->tos : 0;
	rtm->rtm_table = a->table < 256 ? a->table : RT_TABLE_COMPAT;
	rtm->rtm_protocol = RTPROT_UNSPEC;
	rtm->rtm_scope = RT_SCOPE_UNIVERSE;
	rtm->rtm_type = a->type;
	rtm->rtm_flags = a->flags | RTM_F_CLONED;
	if (q->rtm_flags & RTM_F_NOTIFY)
		rtm->rtm_flags |= RTM_F_NOTIFY | RTCF_NOTIFY;
	if (fill_attributes(skb, q, a)) {
		nlmsg_cancel(skb, nlh);
		return -EMSGSIZE;
	}
	nlmsg_end(skb, nlh);
	return 0;
}
