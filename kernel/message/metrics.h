/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RTMGR_METRICS_H
#define _RTMGR_METRICS_H

#include "family.h"

/* Whether a route has all the metrics that a deletion names in RTA_METRICS; it may have more. */
bool rtmgr_metrics_match(const struct nlattr *nla, const struct rtmgr_path *path);

#endif
