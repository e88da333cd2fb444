// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks and writes attributes as lib/nlattr.c does: the same answers to the same bytes, the same
 * sentences.
 */
#include "kernel.h"

/* Bytes of the kinds that have a fixed length; 0: any. */
static const u8 nla_attr_len[] = {
	[NLA_U8] = sizeof(u8),	 [NLA_U16] = sizeof(u16), [NLA_U32] = sizeof(u32),
	[NLA_U64] = sizeof(u64), [NLA_BINARY] = 0,
};

/*
 * NLA_NUL_STRING and NLA_STRING. Within the length that is allowed, the end included where it has
 * to be there.
 */
static int validate_string(const struct nlattr *nla, const struct nla_policy *pt)
{
	int attrlen = nla_len(nla);
	int minlen = pt->len ? min_t(int, attrlen, pt->len + 1) : attrlen;
	const char *text = nla_data(nla);

	if (pt->type == NLA_NUL_STRING && (!minlen || !memchr(text, '\0', minlen)))
		return -EINVAL;
	if (attrlen < 1)
		return -ERANGE;
	if (pt->len && attrlen - (text[attrlen - 1] == '\0') > pt->len)
		return -ERANGE;
	return 0;
}

/*
 * The length and the content, by kind; what is not an error of the policy has been looked at
 * before.
 */
static int validate_kind(const struct nlattr *nla, const struct nla_policy *pt)
{
	int attrlen = nla_len(nla);

	switch (pt->type) {
	case NLA_FLAG:
		return attrlen > 0 ? -ERANGE : 0;
	case NLA_NUL_STRING:
	case NLA_STRING:
		return validate_string(nla, pt);
	case NLA_BINARY:
		return pt->len && attrlen > pt->len ? -ERANGE : 0;
	case NLA_NESTED:
		return attrlen && attrlen < NLA_HDRLEN ? -ERANGE : 0;
	case NLA_UNSPEC:
		return attrlen < pt->len ? -ERANGE : 0;
	default:
		return attrlen < (pt->len ? pt->len : nla_attr_len[pt->type]) ? -ERANGE : 0;
	}
}

static int validate_nla(const struct nlattr *nla, const struct nla_policy *policy,
			unsigned int validate, struct netlink_ext_ack *extack)
{
	const struct nla_policy *pt = &policy[nla_type(nla)];
	bool nested = nla->nla_type & NLA_F_NESTED;
	int err;

	if (policy[0].strict_start_type && nla_type(nla) >= policy[0].strict_start_type)
		validate |= NL_VALIDATE_STRICT;
	if (nla_attr_len[pt->type] && nla_len(nla) != nla_attr_len[pt->type] &&
	    (validate & NL_VALIDATE_STRICT_ATTRS)) {
		NL_SET_ERR_MSG_ATTR_POL(extack, nla, pt, "invalid attribute length");
		return -EINVAL;
	}
	if ((validate & NL_VALIDATE_NESTED) && pt->type == NLA_NESTED && !nested) {
		NL_SET_ERR_MSG_ATTR_POL(extack, nla, pt, "NLA_F_NESTED is missing");
		return -EINVAL;
	}
	if ((validate & NL_VALIDATE_NESTED) && pt->type != NLA_NESTED && pt->type != NLA_UNSPEC &&
	    nested) {
		NL_SET_ERR_MSG_ATTR_POL(extack, nla, pt, "NLA_F_NESTED not expected");
		return -EINVAL;
	}
	if (pt->type == NLA_UNSPEC && (validate & NL_VALIDATE_UNSPEC)) {
		NL_SET_ERR_MSG_ATTR(extack, nla, "Unsupported attribute");
		return -EINVAL;
	}
	err = validate_kind(nla, pt);
	if (err)
		NL_SET_ERR_MSG_ATTR_POL(extack, nla, pt, "Attribute failed policy validation");
	return err;
}

int __nla_parse(struct nlattr **tb, int maxtype, const struct nlattr *head, int len,
		const struct nla_policy *policy, unsigned int validate,
		struct netlink_ext_ack *extack)
{
	const struct nlattr *nla;
	int rem, err;

	if (tb)
		memset(tb, 0, sizeof(*tb) * (maxtype + 1));
	nla_for_each_attr(nla, head, len, rem) {
		int type = nla_type(nla);

		if (type == 0 || type > maxtype) {
			if (validate & NL_VALIDATE_MAXTYPE) {
				NL_SET_ERR_MSG_ATTR(extack, nla, "Unknown attribute type");
				return -EINVAL;
			}
			continue;
		}
		err = policy ? validate_nla(nla, policy, validate, extack) : 0;
		if (err < 0)
			return err;
		if (tb)
			tb[type] = (struct nlattr *)(uintptr_t)nla;
	}
	if (rem > 0) {
		NL_SET_ERR_MSG(extack, "bytes leftover after parsing attributes");
		if (validate & NL_VALIDATE_TRAILING)
			return -EINVAL;
	}
	return 0;
}

struct nlattr *nla_find(const struct nlattr *head, int len, int attrtype)
{
	const struct nlattr *nla;
	int rem;

	nla_for_each_attr(nla, head, len, rem) {
		if (nla_type(nla) == attrtype)
			return (struct nlattr *)(uintptr_t)nla;
	}
	return NULL;
}

ssize_t nla_strscpy(char *dst, const struct nlattr *nla, size_t size)
{
	size_t length = nla_len(nla), copied;
	const char *text = nla_data(nla);

	if (!size || size > INT_MAX)
		return -E2BIG;
	if (length && text[length - 1] == '\0')
		length--;
	copied = min_t(size_t, length, size - 1);
	memcpy(dst, text, copied);
	/* the kernel clears what is left, so that nothing old is told */
	memset(dst + copied, 0, size - copied);
	return length > copied ? -E2BIG : (ssize_t)copied;
}

struct nlattr *nla_reserve(struct sk_buff *skb, int type, int len)
{
	struct nlattr *nla;

	if (skb_tailroom(skb) < nla_total_size(len))
		return NULL;
	nla = skb_put(skb, nla_total_size(len));
	nla->nla_type = type;
	nla->nla_len = nla_attr_size(len);
	memset((char *)nla + nla->nla_len, 0, nla_total_size(len) - nla->nla_len);
	return nla;
}

void *nla_reserve_nohdr(struct sk_buff *skb, int len)
{
	if (skb_tailroom(skb) < (int)NLA_ALIGN(len))
		return NULL;
	return skb_put_zero(skb, NLA_ALIGN(len));
}

int nla_put(struct sk_buff *skb, int type, int len, const void *data)
{
	struct nlattr *nla = nla_reserve(skb, type, len);

	if (!nla)
		return -EMSGSIZE;
	if (len)
		memcpy(nla_data(nla), data, len);
	return 0;
}

/* What the kernel tells of a kind: net/netlink/policy.c. */
static int policy_content(struct sk_buff *skb, const struct nla_policy *pt, u32 *type)
{
	static const struct {
		u32 type;
		u64 max;
	} integers[] = {
		[NLA_U8] = { NL_ATTR_TYPE_U8, U8_MAX },
		[NLA_U16] = { NL_ATTR_TYPE_U16, U16_MAX },
		[NLA_U32] = { NL_ATTR_TYPE_U32, U32_MAX },
		[NLA_U64] = { NL_ATTR_TYPE_U64, U64_MAX },
	};

	switch (pt->type) {
	case NLA_NESTED:
		*type = NL_ATTR_TYPE_NESTED;
		return 0;
	case NLA_U8:
	case NLA_U16:
	case NLA_U32:
	case NLA_U64:
		*type = integers[pt->type].type;
		return nla_put_u64_64bit(skb, NL_POLICY_TYPE_ATTR_MIN_VALUE_U, 0, 0) ?:
			       nla_put_u64_64bit(skb, NL_POLICY_TYPE_ATTR_MAX_VALUE_U,
						 integers[pt->type].max, 0);
	case NLA_STRING:
	case NLA_NUL_STRING:
	case NLA_BINARY:
		*type = pt->type == NLA_STRING ? NL_ATTR_TYPE_STRING :
			pt->type == NLA_BINARY ? NL_ATTR_TYPE_BINARY :
						 NL_ATTR_TYPE_NUL_STRING;
		return pt->len ? nla_put_u32(skb, NL_POLICY_TYPE_ATTR_MAX_LENGTH, pt->len) : 0;
	case NLA_FLAG:
		*type = NL_ATTR_TYPE_FLAG;
		return 0;
	default:
		return -ENODATA;
	}
}

void netlink_policy_dump_write_attr(struct sk_buff *skb, const struct nla_policy *pt, int nestattr)
{
	struct nlattr *nest = nla_nest_start(skb, nestattr);
	u32 type = 0;

	if (!nest)
		return;
	if (policy_content(skb, pt, &type) || nla_put_u32(skb, NL_POLICY_TYPE_ATTR_TYPE, type))
		nla_nest_cancel(skb, nest);
	else
		nla_nest_end(skb, nest);
}
