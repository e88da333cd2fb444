// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTM_GETROUTE with NLM_F_DUMP: all routes, or those that a filter leaves, in as many parts as it
 * takes. Between two parts anything may change; what stays is told exactly once, and a dump in
 * whose time something changed says so (NLM_F_DUMP_INTR).
 */
#include "../core/walk.h"
#include "message.h"
#include "mirror.h"

/* struct fib_dump_filter, as far as there is something to filter by. */
struct rtmgr_filter {
	u32 table; /* 0: all */
	u32 oif;
	u8 protocol;
	u8 type;
	bool none; /* asks for what rtmgr never has: cached routes, or routes of advertised prefixes
		    */
	u16 nlflags; /* of each message */
};

struct rtmgr_dump {
	struct rtmgr_net *rn;
	struct rtmgr_filter filter;
	bool checked; /* the request has been read */
	u8 asked; /* the family of the request: AF_UNSPEC is both */
	u8 family; /* at work on; AF_UNSPEC: done */
	/* an IPv6 multipath route was told last: its siblings lie behind it in the same chain */
	bool group;
	struct rtmgr_position group_at;
	struct rtmgr_walk walk; /* walk.table NULL: the family begins */
};

static int rtmgr_dump_attributes(struct rtmgr_dump *dump, const struct nlmsghdr *nlh,
				 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[RTA_MAX + 1];
	unsigned int flags;
	int err, i;

	err = nlmsg_parse_deprecated_strict(nlh, sizeof(struct rtmsg), tb, RTA_MAX,
					    rtmgr_ipv4_policy, extack);
	if (err < 0)
		return err;
	for (i = 0; i <= RTA_MAX; i++) {
		if (!tb[i])
			continue;
		switch (i) {
		case RTA_TABLE:
			dump->filter.table = nla_get_u32(tb[i]);
			break;
		case RTA_OIF:
			dump->filter.oif = nla_get_u32(tb[i]);
			err = rtmgr_device_flags(dump->rn->net, dump->filter.oif, &flags);
			if (err)
				return err;
			break;
		default:
			NL_SET_ERR_MSG(extack, "Unsupported attribute in dump request");
			return -EINVAL;
		}
	}
	return 0;
}

/* ip_valid_fib_dump_req(): a socket with NETLINK_GET_STRICT_CHK asks. */
static int rtmgr_dump_strict(struct rtmgr_dump *dump, struct netlink_callback *cb)
{
	const struct nlmsghdr *nlh = cb->nlh;
	const struct rtmsg *rtm = nlmsg_data(nlh);
	struct rtmgr_filter *filter = &dump->filter;
	int err;

	if (nlh->nlmsg_len < nlmsg_msg_size(sizeof(*rtm))) {
		NL_SET_ERR_MSG(cb->extack, "Invalid header for FIB dump request");
		return -EINVAL;
	}
	if (rtm->rtm_dst_len || rtm->rtm_src_len || rtm->rtm_tos || rtm->rtm_scope) {
		NL_SET_ERR_MSG(cb->extack, "Invalid values in header for FIB dump request");
		return -EINVAL;
	}
	if (rtm->rtm_flags & ~(RTM_F_CLONED | RTM_F_PREFIX)) {
		NL_SET_ERR_MSG(cb->extack, "Invalid flags for FIB dump request");
		return -EINVAL;
	}
	filter->none = rtm->rtm_flags & (RTM_F_CLONED | RTM_F_PREFIX);
	filter->protocol = rtm->rtm_protocol;
	filter->type = rtm->rtm_type;
	filter->table = rtm->rtm_table;
	err = rtmgr_dump_attributes(dump, nlh, cb->extack);
	if (err)
		return err;
	/* a strict dump leaves out cached routes: the kernel calls that filtered already */
	filter->nlflags |= NLM_F_DUMP_FILTERED;
	if (rtm->rtm_flags || filter->protocol || filter->type || filter->table || filter->oif)
		cb->answer_flags = NLM_F_DUMP_FILTERED;
	return 0;
}

static int rtmgr_dump_check(struct rtmgr_dump *dump, struct netlink_callback *cb)
{
	dump->filter.nlflags = NLM_F_MULTI;
	if (cb->strict_check)
		return rtmgr_dump_strict(dump, cb);
	if (nlmsg_len(cb->nlh) >= sizeof(struct rtmsg)) {
		const struct rtmsg *rtm = nlmsg_data(cb->nlh);

		dump->filter.none = rtm->rtm_flags & RTM_F_PREFIX;
	}
	return 0;
}

static bool rtmgr_path_uses(const struct rtmgr_path *path, u32 ifindex)
{
	u32 i;

	for (i = 0; i < path->nexthops; i++) {
		if (path->nh[i].ifindex == ifindex)
			return true;
	}
	return false;
}

/*
 * Whether a route is one of a multipath route: behind it in the chain, of its prefix and priority,
 * with a gateway.
 */
static bool rtmgr_same_group(const struct rtmgr_route *route, const struct rtmgr_position *first)
{
	return route->plen == first->plen && route->priority == first->priority &&
	       rtmgr_key_eq(route->key, first->key) && rtmgr_ipv6_is_sibling(route);
}

static bool rtmgr_route_uses(const struct rtmgr_route *route, u32 ifindex)
{
	struct rtmgr_position first = rtmgr_position_of(route);

	if (rtmgr_path_uses(route->path, ifindex))
		return true;
	if (route->path->family != AF_INET6 || !rtmgr_ipv6_is_sibling(route))
		return false;
	while ((route = rcu_dereference(route->next))) {
		if (rtmgr_same_group(route, &first) && rtmgr_path_uses(route->path, ifindex))
			return true;
	}
	return false;
}

static bool rtmgr_filter_takes(const struct rtmgr_filter *filter, const struct rtmgr_route *route)
{
	if (filter->type && route->type != filter->type)
		return false;
	if (filter->protocol && route->path->protocol != filter->protocol)
		return false;
	return !filter->oif || rtmgr_route_uses(route, filter->oif);
}

static int rtmgr_dump_route(struct rtmgr_dump *dump, struct sk_buff *skb,
			    struct netlink_callback *cb, const struct rtmgr_route *route)
{
	const struct rtmgr_telling telling = {
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.type = RTM_NEWROUTE,
		.flags = dump->filter.nlflags,
	};
	unsigned int before = skb->len;
	int err;

	if (dump->family == AF_INET)
		err = rtmgr_ipv4_fill(skb, route, &telling);
	else
		err = rtmgr_ipv6_fill(skb, route, true, &telling);
	if (err)
		return err;
	nl_dump_check_consistent(cb, (struct nlmsghdr *)(skb->data + before));
	return 0;
}

/*
 * A sibling of the multipath route that was told last is told already. The first of a group speaks
 * for all, and it may have been deleted since: hence the memory.
 */
static bool rtmgr_dump_told(const struct rtmgr_dump *dump, const struct rtmgr_route *route)
{
	return dump->group && rtmgr_same_group(route, &dump->group_at);
}

/* What is left of the table at work on. -EMSGSIZE: the part is full. */
static int rtmgr_dump_table(struct rtmgr_dump *dump, struct sk_buff *skb,
			    struct netlink_callback *cb)
{
	const struct rtmgr_route *route;
	int err;

	while ((route = rtmgr_walk_next(&dump->walk))) {
		if (!rtmgr_dump_told(dump, route)) {
			if (rtmgr_filter_takes(&dump->filter, route)) {
				err = rtmgr_dump_route(dump, skb, cb, route);
				if (err)
					return err;
			}
			/* told or left out, the first of a group decides for all of it */
			if (dump->family == AF_INET6 && rtmgr_ipv6_is_sibling(route)) {
				dump->group = true;
				dump->group_at = rtmgr_position_of(route);
			}
		}
		rtmgr_walk_take(&dump->walk, route);
	}
	return 0;
}

static const struct rtmgr_table *rtmgr_dump_next_table(struct rtmgr_dump *dump)
{
	const struct rtmgr_tables *tables = &dump->rn->tables;

	if (dump->filter.table)
		return dump->walk.table ?
			       NULL :
			       rtmgr_table_find(tables, dump->family, dump->filter.table);
	/* tables never go away while their namespace is there */
	return dump->walk.table ? rtmgr_table_next(tables, dump->walk.table) :
				  rtmgr_table_first(tables, dump->family);
}

static int rtmgr_dump_tables(struct rtmgr_dump *dump, struct sk_buff *skb,
			     struct netlink_callback *cb)
{
	const struct rtmgr_table *table;
	int err;

	rtmgr_walk_resume(&dump->walk);
	if (dump->walk.table) {
		err = rtmgr_dump_table(dump, skb, cb);
		if (err)
			return err;
	}
	while ((table = rtmgr_dump_next_table(dump))) {
		rtmgr_walk_begin(&dump->walk, &dump->rn->tables, table);
		dump->group = false;
		err = rtmgr_dump_table(dump, skb, cb);
		if (err)
			return err;
	}
	return 0;
}

/* Both families have been told after IPv6. */
static void rtmgr_dump_next_family(struct rtmgr_dump *dump, struct netlink_callback *cb)
{
	dump->family = dump->asked == AF_UNSPEC && dump->family == AF_INET ? AF_INET6 : AF_UNSPEC;
	dump->walk.table = NULL;
	if (dump->family != AF_UNSPEC)
		cb->prev_seq = 0;
}

static int rtmgr_dump_no_table(struct rtmgr_dump *dump, struct netlink_callback *cb)
{
	if (dump->asked == AF_UNSPEC || !dump->filter.table || dump->walk.table ||
	    rtmgr_table_find(&dump->rn->tables, dump->family, dump->filter.table))
		return 0;
	if (dump->family == AF_INET)
		NL_SET_ERR_MSG(cb->extack, "ipv4: FIB table does not exist");
	else
		NL_SET_ERR_MSG(cb->extack, "ipv6: FIB table does not exist");
	return -ENOENT;
}

static int rtmgr_dump_family(struct rtmgr_dump *dump, struct sk_buff *skb,
			     struct netlink_callback *cb)
{
	int err;

	if (dump->filter.none)
		return 0;
	/* sleeps, so before the RCU section: no part shows half of a batch */
	down_read(&dump->rn->tables.view);
	rcu_read_lock();
	cb->seq = READ_ONCE(dump->rn->tables.generation);
	err = rtmgr_dump_no_table(dump, cb);
	if (!err)
		err = rtmgr_dump_tables(dump, skb, cb);
	rcu_read_unlock();
	up_read(&dump->rn->tables.view);
	return err;
}

/* netlink_callback.dump: one part. */
static int rtmgr_dump_part(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct rtmgr_dump *dump = (struct rtmgr_dump *)cb->args[0];
	int err;

	if (!dump->checked) {
		err = rtmgr_dump_check(dump, cb);
		if (err)
			return err;
		dump->checked = true;
	}
	/* the families are never in one part: rtnetlink has them from two modules */
	while (dump->family != AF_UNSPEC && !skb->len) {
		err = rtmgr_dump_family(dump, skb, cb);
		/* full, and nothing in it: a route that is larger than the largest part */
		if (err && !skb->len)
			return err;
		if (!err)
			rtmgr_dump_next_family(dump, cb);
	}
	if (skb->len)
		rtmgr_mirror_out(dump->rn, skb->data, skb->len, NETLINK_CB(cb->skb).portid);
	return skb->len;
}

/* netlink_callback.done: told all, or nobody listens any more. */
static int rtmgr_dump_done(struct netlink_callback *cb)
{
	kfree((void *)cb->args[0]);
	return 0;
}

static int rtmgr_dump_start(struct netlink_callback *cb)
{
	const struct rtgenmsg *head = nlmsg_data(cb->nlh);
	struct rtmgr_dump *dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);

	if (!dump)
		return -ENOMEM;
	dump->rn = cb->data;
	dump->asked = head->rtgen_family;
	dump->family = dump->asked == AF_UNSPEC ? AF_INET : dump->asked;
	cb->args[0] = (long)dump;
	return 0;
}

int rtmgr_dump(struct rtmgr_net *rn, struct sk_buff *request, const struct nlmsghdr *nlh)
{
	const struct rtgenmsg *head = nlmsg_data(nlh);
	struct netlink_dump_control control = {
		.start = rtmgr_dump_start,
		.dump = rtmgr_dump_part,
		.done = rtmgr_dump_done,
		.data = rn,
	};

	if (head->rtgen_family != AF_UNSPEC && head->rtgen_family != AF_INET &&
	    head->rtgen_family != AF_INET6)
		return -EOPNOTSUPP;
	atomic64_inc(&rn->count.dumps);
	return netlink_dump_start(rn->sk, request, nlh, &control);
}
