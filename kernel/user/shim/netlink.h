/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Netlink as af_netlink.c has it: messages, answers, dumps, groups. What a socket of the kernel
 * knows of its user (options, memberships, a dump that is under way) stands in struct
 * netlink_client. How a datagram reaches it is struct netlink_wire: a real socket for rtmgr-user, a
 * list in memory for tests and fuzzers.
 */
#ifndef _RTMGR_USER_NETLINK_H
#define _RTMGR_USER_NETLINK_H

#include "nlattr.h"
#include "sync.h"

/* A page, less what the kernel needs of it. */
#define NLMSG_GOODSIZE (PAGE_SIZE - 320)

struct netlink_callback {
	struct sk_buff *skb;
	const struct nlmsghdr *nlh;
	int (*dump)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	void *data;
	struct netlink_ext_ack *extack;
	u16 family;
	u16 answer_flags;
	u32 min_dump_alloc;
	unsigned int prev_seq, seq;
	bool strict_check;
	union {
		u8 ctx[48];
		long args[6];
	};
};

struct netlink_dump_control {
	int (*start)(struct netlink_callback *cb);
	int (*dump)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	void *data;
	u32 min_dump_alloc;
};

/* Groups are bits of a word: rtmgr has none above 32. */
#define NETLINK_CLIENT_GROUPS 32

struct netlink_client {
	struct list_head link;
	u32 portid;
	u32 groups; /* bit n - 1: member of group n */
	bool ext_ack;
	bool cap_ack;
	bool strict;
	bool no_enobufs;
	bool gone; /* nobody is there any more */
	bool dumping;
	int dump_done_errno;
	struct netlink_callback cb;
};

struct netlink_wire {
	/* An answer, or a part of a dump: has to arrive. */
	void (*answer)(struct sock *sk, struct netlink_client *client, const void *data, u32 len);
	/*
	 * A message to a group that the client is a member of: may be dropped when it reads too
	 * slowly, and says so.
	 */
	void (*notify)(struct sock *sk, struct netlink_client *client, const void *data, u32 len);
	/* Notifications were lost. */
	void (*overrun)(struct sock *sk, struct netlink_client *client);
};

struct netlink_client *netlink_client_find(struct sock *sk, u32 portid);
/* NULL: out of memory. */
struct netlink_client *netlink_client_new(struct sock *sk, u32 portid, size_t size);
/* Ends its dump, too. */
void netlink_client_free(struct sock *sk, struct netlink_client *client);
/* One more part of the dump that is under way. */
void netlink_dump_more(struct sock *sk, struct netlink_client *client);

static inline struct nlmsghdr *nlmsg_hdr(const struct sk_buff *skb)
{
	return (struct nlmsghdr *)skb->data;
}

static inline int nlmsg_msg_size(int payload)
{
	return NLMSG_HDRLEN + payload;
}

static inline int nlmsg_total_size(int payload)
{
	return NLMSG_ALIGN(nlmsg_msg_size(payload));
}

static inline void *nlmsg_data(const struct nlmsghdr *nlh)
{
	return (char *)(uintptr_t)nlh + NLMSG_HDRLEN;
}

static inline int nlmsg_len(const struct nlmsghdr *nlh)
{
	return nlh->nlmsg_len - NLMSG_HDRLEN;
}

static inline struct nlattr *nlmsg_attrdata(const struct nlmsghdr *nlh, int hdrlen)
{
	return (struct nlattr *)((char *)nlmsg_data(nlh) + NLMSG_ALIGN(hdrlen));
}

static inline int nlmsg_attrlen(const struct nlmsghdr *nlh, int hdrlen)
{
	return nlmsg_len(nlh) - NLMSG_ALIGN(hdrlen);
}

#define nlmsg_for_each_attr(pos, nlh, hdrlen, rem) \
	nla_for_each_attr(pos, nlmsg_attrdata(nlh, hdrlen), nlmsg_attrlen(nlh, hdrlen), rem)

static inline int __nlmsg_parse(const struct nlmsghdr *nlh, int hdrlen, struct nlattr **tb,
				int maxtype, const struct nla_policy *policy, unsigned int validate,
				struct netlink_ext_ack *extack)
{
	if (nlh->nlmsg_len < (u32)nlmsg_msg_size(hdrlen)) {
		NL_SET_ERR_MSG(extack, "Invalid header length");
		return -EINVAL;
	}
	return __nla_parse(tb, maxtype, nlmsg_attrdata(nlh, hdrlen), nlmsg_attrlen(nlh, hdrlen),
			   policy, validate, extack);
}

#define nlmsg_parse_deprecated(nlh, hdrlen, tb, maxtype, policy, extack) \
	__nlmsg_parse(nlh, hdrlen, tb, maxtype, policy, NL_VALIDATE_LIBERAL, extack)
#define nlmsg_parse_deprecated_strict(nlh, hdrlen, tb, maxtype, policy, extack) \
	__nlmsg_parse(nlh, hdrlen, tb, maxtype, policy, NL_VALIDATE_DEPRECATED_STRICT, extack)

static inline int nlmsg_validate_deprecated(const struct nlmsghdr *nlh, int hdrlen, int maxtype,
					    const struct nla_policy *policy,
					    struct netlink_ext_ack *extack)
{
	/* without the sentence that parsing has */
	if (nlh->nlmsg_len < (u32)nlmsg_msg_size(hdrlen))
		return -EINVAL;
	return __nla_parse(NULL, maxtype, nlmsg_attrdata(nlh, hdrlen), nlmsg_attrlen(nlh, hdrlen),
			   policy, NL_VALIDATE_LIBERAL, extack);
}

static inline int nlmsg_report(const struct nlmsghdr *nlh)
{
	return nlh ? !!(nlh->nlmsg_flags & NLM_F_ECHO) : 0;
}

static inline struct sk_buff *nlmsg_new(size_t payload, gfp_t flags)
{
	return alloc_skb(nlmsg_total_size(payload), flags);
}

#define nlmsg_free(skb) kfree_skb(skb)

/* NULL: no room. */
struct nlmsghdr *nlmsg_put(struct sk_buff *skb, u32 portid, u32 seq, int type, int payload,
			   int flags);

static inline int nlmsg_end(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	nlh->nlmsg_len = skb_tail_pointer(skb) - (u8 *)nlh;
	return skb->len;
}

static inline void nlmsg_cancel(struct sk_buff *skb, struct nlmsghdr *nlh)
{
	if (nlh)
		skb_trim(skb, (u8 *)nlh - skb->data);
}

static inline void nl_dump_check_consistent(struct netlink_callback *cb, struct nlmsghdr *nlh)
{
	if (cb->prev_seq && cb->seq != cb->prev_seq)
		nlh->nlmsg_flags |= NLM_F_DUMP_INTR;
	cb->prev_seq = cb->seq;
}

/* All of them take skb over. */
int nlmsg_unicast(struct sock *sk, struct sk_buff *skb, u32 portid);
int nlmsg_multicast(struct sock *sk, struct sk_buff *skb, u32 portid, unsigned int group,
		    gfp_t flags);
int nlmsg_notify(struct sock *sk, struct sk_buff *skb, u32 portid, unsigned int group, int report,
		 gfp_t flags);

int netlink_has_listeners(struct sock *sk, unsigned int group);
int netlink_set_err(struct sock *sk, u32 portid, u32 group, int code);
bool netlink_strict_get_check(struct sk_buff *skb);
void netlink_ack(struct sk_buff *request, struct nlmsghdr *nlh, int err,
		 const struct netlink_ext_ack *extack);
int netlink_dump_start(struct sock *sk, struct sk_buff *request, const struct nlmsghdr *nlh,
		       struct netlink_dump_control *control);

#endif
