// SPDX-License-Identifier: GPL-2.0-only
/*
 * RTA_METRICS, of both families. A metric of value 0 is none: the kernel has one word for each, and
 * a word of 0 is neither told nor told apart from one that was never set.
 */
#include "metrics.h"

static void metrics_set(struct rtmgr_metrics *metrics, int type, u32 value)
{
	metrics->value[type] = value;
	if (value)
		metrics->set |= BIT(type);
	else
		metrics->set &= ~BIT(type);
}

static int metrics_set_cc(struct rtmgr_metrics *metrics, const struct nlattr *nla,
			  struct netlink_ext_ack *extack)
{
	nla_strscpy(metrics->cc, nla, sizeof(metrics->cc));
	if (!metrics->cc[0]) {
		NL_SET_ERR_MSG(extack, "Unknown tcp congestion algorithm");
		return -EINVAL;
	}
	metrics->set |= BIT(RTAX_CC_ALGO);
	return 0;
}

int rtmgr_metrics_parse(const struct nlattr *nla, struct rtmgr_metrics *metrics,
			struct netlink_ext_ack *extack)
{
	const struct nlattr *metric;
	int remaining, err;

	memset(metrics, 0, sizeof(*metrics));
	nla_for_each_nested(metric, nla, remaining) {
		int type = nla_type(metric);
		u32 value;

		if (!type)
			continue;
		if (type > RTAX_MAX) {
			NL_SET_ERR_MSG(extack, "Invalid metric type");
			return -EINVAL;
		}
		if (type == RTAX_CC_ALGO) {
			err = metrics_set_cc(metrics, metric, extack);
			if (err)
				return err;
			continue;
		}
		if (nla_len(metric) != sizeof(u32)) {
			NL_SET_ERR_MSG_ATTR(extack, metric, "Invalid attribute in metrics");
			return -EINVAL;
		}
		value = nla_get_u32(metric);
		/* what the fields of an IP packet can hold, with its headers around it */
		if (type == RTAX_ADVMSS)
			value = min_t(u32, value, 65535 - 40);
		if (type == RTAX_MTU)
			value = min_t(u32, value, 65535 - 15);
		if (type == RTAX_HOPLIMIT)
			value = min_t(u32, value, 255);
		if (type == RTAX_FEATURES && (value & ~RTAX_FEATURE_MASK)) {
			NL_SET_ERR_MSG(extack,
				       "Unknown flag set in feature mask in metrics attribute");
			return -EINVAL;
		}
		metrics_set(metrics, type, value);
	}
	return 0;
}

bool rtmgr_metrics_match(const struct nlattr *nla, const struct rtmgr_path *path)
{
	const struct rtmgr_metrics *metrics = &path->metrics;
	const struct nlattr *metric;
	char cc[RTMGR_CC_NAME_MAX];
	int remaining;

	nla_for_each_nested(metric, nla, remaining) {
		int type = nla_type(metric);

		if (!type)
			continue;
		if (type > RTAX_MAX)
			return false;
		if (type == RTAX_CC_ALGO) {
			nla_strscpy(cc, metric, sizeof(cc));
			if (strcmp(cc, metrics->cc))
				return false;
			continue;
		}
		if (nla_len(metric) != sizeof(u32) || nla_get_u32(metric) != metrics->value[type])
			return false;
	}
	return true;
}

int rtmgr_metrics_fill(struct sk_buff *skb, const struct rtmgr_path *path)
{
	const struct rtmgr_metrics *metrics = &path->metrics;
	struct nlattr *nest;
	int type;

	if (!metrics->set)
		return 0;
	nest = nla_nest_start_noflag(skb, RTA_METRICS);
	if (!nest)
		return -EMSGSIZE;
	for (type = 1; type <= RTAX_MAX; type++) {
		int err;

		if (!(metrics->set & BIT(type)))
			continue;
		if (type == RTAX_CC_ALGO)
			err = nla_put_string(skb, type, metrics->cc);
		else
			err = nla_put_u32(skb, type, metrics->value[type]);
		if (err) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}

size_t rtmgr_metrics_size(const struct rtmgr_path *path)
{
	if (!path->metrics.set)
		return 0;
	return nla_total_size(RTAX_MAX * nla_total_size(sizeof(u32)) +
			      nla_total_size(RTMGR_CC_NAME_MAX));
}
