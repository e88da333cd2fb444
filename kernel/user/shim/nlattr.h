/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attributes, what they have to be, and what is said when they are not (net/netlink.h,
 * lib/nlattr.c).
 */
#ifndef _RTMGR_USER_NLATTR_H
#define _RTMGR_USER_NLATTR_H

#include "skbuff.h"

/*
 * Kinds of attributes; of the kernel's those that rtmgr has in its policies. The order is the
 * kernel's.
 */
enum {
	NLA_UNSPEC,
	NLA_U8,
	NLA_U16,
	NLA_U32,
	NLA_U64,
	NLA_STRING,
	NLA_FLAG,
	NLA_MSECS,
	NLA_NESTED,
	NLA_NESTED_ARRAY,
	NLA_NUL_STRING,
	NLA_BINARY,
};

#define NETLINK_MAX_COOKIE_LEN 20

struct nla_policy {
	u8 type;
	u8 validation_type;
	u16 len;
	u16 strict_start_type; /* in the first entry of a policy only */
};

struct netlink_ext_ack {
	const char *_msg;
	const struct nlattr *bad_attr;
	const struct nla_policy *policy;
	const struct nlattr *miss_nest;
	u16 miss_type;
	u8 cookie[NETLINK_MAX_COOKIE_LEN];
	u8 cookie_len;
};

#define NL_SET_ERR_MSG(extack, msg)                          \
	do {                                                 \
		struct netlink_ext_ack *__extack = (extack); \
		if (__extack)                                \
			__extack->_msg = (msg);              \
	} while (0)

#define NL_SET_ERR_MSG_MOD(extack, msg) NL_SET_ERR_MSG(extack, "rtmgr: " msg)

#define NL_SET_BAD_ATTR_POLICY(extack, attr, pol)         \
	do {                                              \
		struct netlink_ext_ack *__bad = (extack); \
		if (__bad) {                              \
			__bad->bad_attr = (attr);         \
			__bad->policy = (pol);            \
		}                                         \
	} while (0)

#define NL_SET_BAD_ATTR(extack, attr) NL_SET_BAD_ATTR_POLICY(extack, attr, NULL)

#define NL_SET_ERR_MSG_ATTR_POL(extack, attr, pol, msg)    \
	do {                                               \
		NL_SET_ERR_MSG(extack, msg);               \
		NL_SET_BAD_ATTR_POLICY(extack, attr, pol); \
	} while (0)

#define NL_SET_ERR_MSG_ATTR(extack, attr, msg) NL_SET_ERR_MSG_ATTR_POL(extack, attr, NULL, msg)

/* How strict a check is: the kernel's enum netlink_validation. */
#define NL_VALIDATE_LIBERAL 0
#define NL_VALIDATE_TRAILING BIT(0)
#define NL_VALIDATE_MAXTYPE BIT(1)
#define NL_VALIDATE_UNSPEC BIT(2)
#define NL_VALIDATE_STRICT_ATTRS BIT(3)
#define NL_VALIDATE_NESTED BIT(4)
#define NL_VALIDATE_DEPRECATED_STRICT (NL_VALIDATE_TRAILING | NL_VALIDATE_MAXTYPE)
#define NL_VALIDATE_STRICT                                                 \
	(NL_VALIDATE_TRAILING | NL_VALIDATE_MAXTYPE | NL_VALIDATE_UNSPEC | \
	 NL_VALIDATE_STRICT_ATTRS | NL_VALIDATE_NESTED)

static inline int nla_attr_size(int payload)
{
	return NLA_HDRLEN + payload;
}

static inline int nla_total_size(int payload)
{
	return NLA_ALIGN(nla_attr_size(payload));
}

/* On machines that read unaligned words at no cost, as here, the kernel pads nothing. */
static inline int nla_total_size_64bit(int payload)
{
	return nla_total_size(payload);
}

static inline int nla_type(const struct nlattr *nla)
{
	return nla->nla_type & NLA_TYPE_MASK;
}

static inline void *nla_data(const struct nlattr *nla)
{
	return (char *)(uintptr_t)nla + NLA_HDRLEN;
}

static inline int nla_len(const struct nlattr *nla)
{
	return nla->nla_len - NLA_HDRLEN;
}

static inline bool nla_ok(const struct nlattr *nla, int remaining)
{
	return remaining >= (int)sizeof(*nla) && nla->nla_len >= sizeof(*nla) &&
	       nla->nla_len <= remaining;
}

static inline struct nlattr *nla_next(const struct nlattr *nla, int *remaining)
{
	unsigned int total = NLA_ALIGN(nla->nla_len);

	*remaining -= total;
	return (struct nlattr *)((char *)(uintptr_t)nla + total);
}

#define nla_for_each_attr(pos, head, len, rem) \
	for (pos = head, rem = len; nla_ok(pos, rem); pos = nla_next(pos, &(rem)))

#define nla_for_each_nested(pos, nla, rem) \
	nla_for_each_attr(pos, (struct nlattr *)nla_data(nla), nla_len(nla), rem)

#define __nla_get(type, nla)                                      \
	({                                                        \
		type __value;                                     \
		memcpy(&__value, nla_data(nla), sizeof(__value)); \
		__value;                                          \
	})

static inline u8 nla_get_u8(const struct nlattr *nla)
{
	return *(u8 *)nla_data(nla);
}

static inline u16 nla_get_u16(const struct nlattr *nla)
{
	return __nla_get(u16, nla);
}

static inline __be16 nla_get_be16(const struct nlattr *nla)
{
	return __nla_get(__be16, nla);
}

static inline u32 nla_get_u32(const struct nlattr *nla)
{
	return __nla_get(u32, nla);
}

static inline __be32 nla_get_be32(const struct nlattr *nla)
{
	return __nla_get(__be32, nla);
}

static inline __be32 nla_get_in_addr(const struct nlattr *nla)
{
	return __nla_get(__be32, nla);
}

/* The kernel copies what there is, too, when it is shorter. */
static inline struct in6_addr nla_get_in6_addr(const struct nlattr *nla)
{
	struct in6_addr addr = {};

	memcpy(&addr, nla_data(nla), min_t(size_t, nla_len(nla), sizeof(addr)));
	return addr;
}

struct nlattr *nla_find(const struct nlattr *head, int len, int attrtype);
ssize_t nla_strscpy(char *dst, const struct nlattr *nla, size_t size);
int __nla_parse(struct nlattr **tb, int maxtype, const struct nlattr *head, int len,
		const struct nla_policy *policy, unsigned int validate,
		struct netlink_ext_ack *extack);

/* -EMSGSIZE: no room. */
struct nlattr *nla_reserve(struct sk_buff *skb, int type, int len);
void *nla_reserve_nohdr(struct sk_buff *skb, int len);
int nla_put(struct sk_buff *skb, int type, int len, const void *data);

#define nla_put_64bit(skb, type, len, data, pad) nla_put(skb, type, len, data)

static inline int nla_put_u8(struct sk_buff *skb, int type, u8 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

static inline int nla_put_u16(struct sk_buff *skb, int type, u16 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

static inline int nla_put_u32(struct sk_buff *skb, int type, u32 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

static inline int nla_put_be32(struct sk_buff *skb, int type, __be32 value)
{
	return nla_put(skb, type, sizeof(value), &value);
}

static inline int nla_put_u64_64bit(struct sk_buff *skb, int type, u64 value, int pad)
{
	(void)pad;
	return nla_put(skb, type, sizeof(value), &value);
}

static inline int nla_put_in_addr(struct sk_buff *skb, int type, __be32 addr)
{
	return nla_put(skb, type, sizeof(addr), &addr);
}

static inline int nla_put_in6_addr(struct sk_buff *skb, int type, const struct in6_addr *addr)
{
	return nla_put(skb, type, sizeof(*addr), addr);
}

static inline int nla_put_string(struct sk_buff *skb, int type, const char *text)
{
	return nla_put(skb, type, strlen(text) + 1, text);
}

static inline struct nlattr *nla_nest_start_noflag(struct sk_buff *skb, int type)
{
	struct nlattr *start = (struct nlattr *)skb_tail_pointer(skb);

	return nla_put(skb, type, 0, NULL) ? NULL : start;
}

static inline struct nlattr *nla_nest_start(struct sk_buff *skb, int type)
{
	return nla_nest_start_noflag(skb, type | NLA_F_NESTED);
}

static inline int nla_nest_end(struct sk_buff *skb, struct nlattr *start)
{
	start->nla_len = skb_tail_pointer(skb) - (u8 *)start;
	return skb->len;
}

static inline void nla_nest_cancel(struct sk_buff *skb, struct nlattr *start)
{
	if (start)
		skb_trim(skb, (u8 *)start - skb->data);
}

/*
 * NLMSGERR_ATTR_POLICY: what an attribute should have been. Nothing when there is nothing to tell.
 */
void netlink_policy_dump_write_attr(struct sk_buff *skb, const struct nla_policy *pt, int nestattr);

#endif
