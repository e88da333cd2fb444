// SPDX-License-Identifier: GPL-2.0-only
/* The state of a namespace as messages that would make it anew. See snapshot.h. */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/nexthop.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>

#include "snapshot.h"

#define ALIGN8(length) (((length) + 7) & ~(size_t)7)
/* Two dumps of the same lifetime may tell it so many seconds apart. */
#define TOLERANCE 2

/* linux/nexthop.h of Linux 6.1 and linux/neighbour.h of 5.15 lack these. */
#define NHA_HW_STATS_ENABLE_ 16
#define NDA_PROTOCOL_ 12
#define NDA_FLAGS_EXT_ 15

#define BIT(type) (1ULL << (type))

/* What of a dump goes into a request as it stands. */
static const uint64_t kept[KINDS] = {
	[KIND_RULE] = ~BIT(FRA_PAD),
	[KIND_ADDRESS] = ~BIT(IFA_CACHEINFO),
	[KIND_NEXTHOP] = BIT(NHA_ID) | BIT(NHA_GROUP) | BIT(NHA_GROUP_TYPE) | BIT(NHA_BLACKHOLE) |
			 BIT(NHA_OIF) | BIT(NHA_GATEWAY) | BIT(NHA_ENCAP_TYPE) | BIT(NHA_ENCAP) |
			 BIT(NHA_FDB) | BIT(NHA_RES_GROUP) | BIT(NHA_HW_STATS_ENABLE_),
	[KIND_ROUTE] = ~(BIT(RTA_CACHEINFO) | BIT(RTA_EXPIRES) | BIT(RTA_PAD)),
	[KIND_NEIGHBOUR] = BIT(NDA_DST) | BIT(NDA_LLADDR) | BIT(NDA_PROTOCOL_) |
			   BIT(NDA_FLAGS_EXT_),
};

/* What a next-hop object brings along: the kernel tells it, and refuses to be told. */
#define OF_NEXTHOP                                                                       \
	(BIT(RTA_OIF) | BIT(RTA_GATEWAY) | BIT(RTA_VIA) | BIT(RTA_MULTIPATH) |           \
	 BIT(RTA_ENCAP) | BIT(RTA_ENCAP_TYPE))

#define ADDRESS_FLAGS                                                                    \
	(IFA_F_NODAD | IFA_F_OPTIMISTIC | IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR |     \
	 IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN)

uint32_t snapshot_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint32_t)now.tv_sec + 1;
}

int snapshot_open(struct snapshot *snapshot, size_t room)
{
	/* pages are taken as they are written */
	void *bytes = mmap(NULL, room, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return -errno;
	*snapshot = (struct snapshot){ bytes, 0, room };
	return 0;
}

void snapshot_close(struct snapshot *snapshot)
{
	if (snapshot->bytes)
		munmap(snapshot->bytes, snapshot->room);
	*snapshot = (struct snapshot){ NULL, 0, 0 };
}

const struct record *snapshot_next(const struct snapshot *snapshot, const struct record *record)
{
	size_t at = 0;

	if (record)
		at = (size_t)((const uint8_t *)record - snapshot->bytes) +
		     ALIGN8(sizeof(*record) + record->length);
	return at < snapshot->used ? (const void *)(snapshot->bytes + at) : NULL;
}

struct attributes record_attributes(const struct record *record)
{
	size_t head = NLMSG_ALIGN(kind_head(record->key.kind));

	return (struct attributes){ record->body + head, record->length - head };
}

const struct rtattr *record_find(const struct record *record, unsigned int type, size_t min)
{
	return attribute_find(record_attributes(record), type, min);
}

static bool until_same(uint32_t a, uint32_t b, bool exact)
{
	uint32_t now = snapshot_clock();

	if (!a || !b)
		return a == b;
	return !exact || (a <= now && b <= now) || (a > b ? a - b : b - a) <= TOLERANCE;
}

bool record_same(const struct record *a, const struct record *b, bool exact)
{
	if (a->same != b->same || memcmp(a->body, b->body, a->same))
		return false;
	return until_same(a->until[0], b->until[0], exact) &&
	       until_same(a->until[1], b->until[1], exact);
}

/* The record that is being made, at the end of the snapshot. Its length grows with what is put. */
struct maker {
	struct snapshot *snapshot;
	struct record *record;
	bool full;
};

static void *put(struct maker *maker, unsigned int type, const void *data, size_t length)
{
	struct record *record = maker->record;
	size_t at = maker->snapshot->used + sizeof(*record) + record->length;
	struct rtattr *attribute = (void *)(maker->snapshot->bytes + at);

	if (maker->full || maker->snapshot->room - at < ALIGN8(RTA_SPACE(length))) {
		maker->full = true;
		return NULL;
	}
	memset(attribute, 0, RTA_SPACE(length));
	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(attribute), data, length);
	record->length += RTA_SPACE(length);
	return RTA_DATA(attribute);
}

/* Whether a link is up, or hardware does the work, is not for a request to say. */
static void clean_multipath(const struct rtattr *hops)
{
	const struct rtnexthop *hop;
	size_t at = 0;

	while ((hop = hop_next(hops, &at)))
		((struct rtnexthop *)hop)->rtnh_flags &= RTNH_F_ONLINK;
}

static void put_resilient(struct maker *maker, const struct rtattr *attribute)
{
	struct attributes inner = { RTA_DATA(attribute), RTA_PAYLOAD(attribute) };
	uint8_t bytes[3 * RTA_SPACE(4)];
	const struct rtattr *each;
	size_t length = 0;

	memset(bytes, 0, sizeof(bytes));
	while ((each = attribute_next(&inner))) {
		unsigned int type = each->rta_type & NLA_TYPE_MASK;

		if (type < NHA_RES_GROUP_BUCKETS || type > NHA_RES_GROUP_UNBALANCED_TIMER ||
		    RTA_PAYLOAD(each) > 4 || length == sizeof(bytes))
			continue;
		memcpy(bytes + length, each, each->rta_len);
		length += RTA_SPACE(4);
	}
	put(maker, attribute->rta_type, bytes, length);
}

static void put_attribute(struct maker *maker, const struct rtattr *attribute)
{
	unsigned int kind = maker->record->key.kind;
	unsigned int type = attribute->rta_type & NLA_TYPE_MASK;
	uint32_t flags;
	void *data;

	if (kind == KIND_NEXTHOP && type == NHA_RES_GROUP) {
		put_resilient(maker, attribute);
	} else if (kind == KIND_ADDRESS && type == IFA_FLAGS && RTA_PAYLOAD(attribute) == 4) {
		flags = attribute_u32(attribute) & ADDRESS_FLAGS;
		put(maker, attribute->rta_type, &flags, sizeof(flags));
	} else {
		data = put(maker, attribute->rta_type, RTA_DATA(attribute), RTA_PAYLOAD(attribute));
		if (data && kind == KIND_ROUTE && type == RTA_MULTIPATH)
			clean_multipath((void *)((uint8_t *)data - RTA_LENGTH(0)));
	}
}

/* Where in the list of an interface an IPv6 address stands: those of wider scope come first. */
static uint32_t scope_of(const uint8_t *address)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (address[0] == 0xfe && address[1] >= 0x80)
		return address[1] < 0xc0 ? 2 : 5;
	return memcmp(address, loopback, sizeof(loopback)) ? 14 : 1;
}

static uint32_t until(uint32_t left, uint32_t now)
{
	if (left == UINT32_MAX)
		return 0;
	return left < UINT32_MAX - now ? now + left : UINT32_MAX;
}

static void finish_route(struct record *record, const struct nlmsghdr *nlh, uint32_t now)
{
	const struct rtattr *attribute;
	struct rta_cacheinfo ages;
	struct rtmsg *rtm = (void *)record->body;

	rtm->rtm_flags &= RTNH_F_ONLINK;
	if (record_find(record, RTA_NH_ID, 4)) {
		rtm->rtm_flags = 0;
		/* a dump tells the next hop's type */
		if (rtm->rtm_type == RTN_BLACKHOLE)
			rtm->rtm_type = RTN_UNICAST;
	}
	attribute = record_find(record, RTA_PRIORITY, 4);
	record->order[0] = rtm->rtm_tos;
	record->order[1] = attribute ? attribute_u32(attribute) : 0;
	attribute = attribute_find(attributes_of(nlh), RTA_CACHEINFO, sizeof(ages));
	if (attribute) {
		memcpy(&ages, RTA_DATA(attribute), sizeof(ages));
		if (ages.rta_expires)
			record->until[1] = until(ages.rta_expires > 0 ? ages.rta_expires / 100 : 0,
						 now);
	}
}

static void finish_address(struct record *record, const struct nlmsghdr *nlh, uint32_t now)
{
	const struct rtattr *attribute;
	struct ifa_cacheinfo ages;
	struct ifaddrmsg *ifa = (void *)record->body;

	/* IFA_FLAGS has them all */
	ifa->ifa_flags = 0;
	if (record->key.family == AF_INET6) {
		record->order[0] = scope_of(record->key.address);
		/* follows from the address */
		ifa->ifa_scope = 0;
	}
	attribute = attribute_find(attributes_of(nlh), IFA_CACHEINFO, sizeof(ages));
	if (attribute) {
		memcpy(&ages, RTA_DATA(attribute), sizeof(ages));
		record->until[0] = until(ages.ifa_prefered, now);
		record->until[1] = until(ages.ifa_valid, now);
	}
}

static void finish_rule(struct maker *maker)
{
	struct record *record = maker->record;
	struct fib_rule_hdr *rule = (void *)record->body;
	const uint32_t priority = 0;

	rule->flags &= ~(FIB_RULE_UNRESOLVED | FIB_RULE_IIF_DETACHED | FIB_RULE_OIF_DETACHED);
	record->key.any = 0;
	/* left out when it is 0; without it the kernel would choose one */
	if (!record_find(record, FRA_PRIORITY, 4))
		put(maker, FRA_PRIORITY, &priority, sizeof(priority));
	record->same = record->length;
}

/*
 * What the kernel has learned of a neighbour comes and goes by itself: only that there is an entry
 * is compared. What was learned goes behind, for a request.
 */
static void finish_neighbour(struct maker *maker, const struct nlmsghdr *nlh)
{
	struct record *record = maker->record;
	struct ndmsg *ndm = (void *)record->body;
	const struct rtattr *attribute;

	ndm->ndm_type = 0;
	if (record->key.plen || ndm->ndm_state & (NUD_PERMANENT | NUD_NOARP))
		return;
	ndm->ndm_state = NUD_STALE;
	ndm->ndm_flags &= NTF_EXT_LEARNED;
	record->length = NLMSG_ALIGN(sizeof(*ndm));
	attribute = attribute_find(attributes_of(nlh), NDA_DST, 0);
	if (attribute)
		put(maker, NDA_DST, RTA_DATA(attribute), RTA_PAYLOAD(attribute));
	record->same = record->length;
	attribute = attribute_find(attributes_of(nlh), NDA_LLADDR, 0);
	if (attribute)
		put(maker, NDA_LLADDR, RTA_DATA(attribute), RTA_PAYLOAD(attribute));
}

static void finish(struct maker *maker, const struct nlmsghdr *nlh, uint32_t now)
{
	struct record *record = maker->record;
	struct nhmsg *nhm = (void *)record->body;

	record->same = record->length;
	switch (record->key.kind) {
	case KIND_ROUTE:
		finish_route(record, nlh, now);
		break;
	case KIND_ADDRESS:
		finish_address(record, nlh, now);
		break;
	case KIND_RULE:
		finish_rule(maker);
		break;
	case KIND_NEIGHBOUR:
		finish_neighbour(maker, nlh);
		break;
	default:
		nhm->nh_scope = 0;
		nhm->resvd = 0;
		nhm->nh_flags &= RTNH_F_ONLINK;
	}
}

/*
 * Not: clones of the routing cache, temporary addresses, neighbours that nobody has found. Nor the
 * local routes that come and go with an IPv6 address, which no request can make (metric 0).
 */
static bool is_of_concern(const struct nlmsghdr *nlh, const struct key *key)
{
	const struct ifaddrmsg *ifa = NLMSG_DATA(nlh);
	const struct rtmsg *rtm = NLMSG_DATA(nlh);
	const struct ndmsg *ndm = NLMSG_DATA(nlh);
	const struct rtattr *metric;

	switch (key->kind) {
	case KIND_ROUTE:
		if (is_local6(key)) {
			metric = attribute_find(attributes_of(nlh), RTA_PRIORITY, 4);
			return metric && attribute_u32(metric);
		}
		return !(rtm->rtm_flags & RTM_F_CLONED);
	case KIND_ADDRESS:
		return key->family == AF_INET || !(ifa->ifa_flags & IFA_F_TEMPORARY);
	case KIND_NEIGHBOUR:
		return key->plen || (ndm->ndm_state & ~(NUD_INCOMPLETE | NUD_FAILED));
	default:
		return true;
	}
}

int snapshot_add(struct snapshot *snapshot, const struct nlmsghdr *nlh, uint32_t now)
{
	struct record *record = (void *)(snapshot->bytes + snapshot->used);
	struct maker maker = { snapshot, record, false };
	struct attributes attributes = attributes_of(nlh);
	const struct rtattr *attribute;
	uint64_t keep;
	uint8_t family;
	size_t head;
	struct key key;

	if (!key_of(nlh, &key) || nlh->nlmsg_type != kind_type(key.kind))
		return 0;
	family = *(const uint8_t *)NLMSG_DATA(nlh);
	if ((family != AF_INET && family != AF_INET6 &&
	     (family != AF_UNSPEC || key.kind != KIND_NEXTHOP)) ||
	    !is_of_concern(nlh, &key))
		return 0;
	head = NLMSG_ALIGN(kind_head(key.kind));
	if (snapshot->room - snapshot->used < ALIGN8(sizeof(*record) + head))
		return -EFBIG;
	memset(record, 0, sizeof(*record) + head);
	record->key = key;
	record->length = head;
	memcpy(record->body, NLMSG_DATA(nlh), kind_head(key.kind));
	keep = kept[key.kind];
	if (key.kind == KIND_ROUTE && attribute_find(attributes, RTA_NH_ID, 4))
		keep &= ~OF_NEXTHOP;
	while ((attribute = attribute_next(&attributes))) {
		unsigned int type = attribute->rta_type & NLA_TYPE_MASK;

		if (type < 64 && keep & BIT(type))
			put_attribute(&maker, attribute);
	}
	finish(&maker, nlh, now);
	if (maker.full)
		return -EFBIG;
	snapshot->used += ALIGN8(sizeof(*record) + record->length);
	return 0;
}
