// SPDX-License-Identifier: GPL-2.0-only
/*
 * Putting back what changes have changed. See undo.h.
 *
 * What is there now is compared with what was there, group by group: a group is what is ordered
 * among itself, such as the routes of one prefix and metric. The kernel also takes things away
 * without being told, so those groups are looked at in which it may have: they get back what they
 * lack, and keep what they have. Messages are sent in rounds, as one thing may need another that
 * comes later, and as what they do is looked at, not believed.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/nexthop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "snapshot.h"
#include "undo.h"

#define ROUNDS 8
/* 24 bytes each. */
#define KEYS_MAX (2u << 20)

/* In key.any, beside what check.c sets: all addresses of an interface; an address as a value. */
enum { ANY_OF_INTERFACE = 2, ANY_VALUE = 3 };

struct keys {
	struct key *key;
	size_t count;
	size_t room;
};

/* The state before the first change; its bytes are NULL where there is none. */
static struct snapshot old;
/* What the changes are about. */
static struct keys touched;
/* What goes with it: groups of next hops, addresses as values; what may have gone with those. */
static struct keys affected, gone;
static bool addresses_touched;

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct key));
}

static void keys_sort(struct keys *keys)
{
	size_t from, to = 0;

	if (keys->count)
		qsort(keys->key, keys->count, sizeof(*keys->key), compare_keys);
	for (from = 0; from < keys->count; from++)
		if (!to || compare_keys(&keys->key[to - 1], &keys->key[from]))
			keys->key[to++] = keys->key[from];
	keys->count = to;
}

static int keys_add(struct keys *keys, const struct key *key)
{
	struct key *more;
	size_t room;

	if (keys->count && !compare_keys(&keys->key[keys->count - 1], key))
		return 0;
	if (keys->count == keys->room) {
		keys_sort(keys);
		room = keys->count < keys->room / 2 ? keys->room : keys->room * 2 + 256;
		if (room > KEYS_MAX)
			return -ENOSPC;
		more = realloc(keys->key, room * sizeof(*more));
		if (!more)
			return -ENOMEM;
		keys->key = more;
		keys->room = room;
	}
	keys->key[keys->count++] = *key;
	return 0;
}

/* Only of sorted keys. */
static bool keys_have(const struct keys *keys, const struct key *key)
{
	return keys->count && bsearch(key, keys->key, keys->count, sizeof(*key), compare_keys);
}

static void keys_free(struct keys *keys)
{
	free(keys->key);
	*keys = (struct keys){ NULL, 0, 0 };
}

static struct key key_of_interface(uint8_t family, uint32_t ifindex)
{
	return (struct key){ .kind = KIND_ADDRESS, .family = family, .any = ANY_OF_INTERFACE,
			     .number = ifindex };
}

void undo_forget(void)
{
	snapshot_close(&old);
	keys_free(&touched);
	keys_free(&affected);
	keys_free(&gone);
	addresses_touched = false;
}

static int begin(int fd, const char **why)
{
	enum kind kind;
	int error = snapshot_open(&old, SNAPSHOT_MAX);

	for (kind = KIND_RULE; kind < KINDS && !error; kind++)
		error = snapshot_take(&old, fd, kind, true);
	if (!error)
		return 0;
	undo_forget();
	*why = "The tables could not be remembered, so nothing is changed";
	if (error == -EFBIG)
		*why = "The tables are too large to be remembered, so nothing is changed";
	else if (error == -EAGAIN)
		*why = "The tables change too fast to be remembered, so nothing is changed";
	return error;
}

static unsigned int address_plen(const void *head)
{
	return ((const struct ifaddrmsg *)head)->ifa_prefixlen;
}

/* Adds the route of a table to what an address attribute and so many bits of it tell. */
static int add_route(struct keys *keys, const struct key *address, uint32_t table,
		     const struct rtattr *attribute, unsigned int bits, bool last)
{
	struct key key = { .kind = KIND_ROUTE, .family = address->family, .number = table };
	unsigned int width = address->family == AF_INET ? 32 : 128;

	key.plen = table == RT_TABLE_LOCAL ? width : bits;
	key_address(&key, attribute, bits);
	for (; last && bits < width; bits++)
		key.address[bits / 8] |= 0x80 >> bits % 8;
	return keys_add(keys, &key);
}

/* The routes that the kernel adds and deletes with an address: connected, local, broadcast. */
static int add_routes(struct keys *keys, const struct key *address, struct attributes attributes,
		      unsigned int plen)
{
	static const uint8_t types[] = { IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST };
	unsigned int width = address->family == AF_INET ? 32 : 128;
	int error = 0;
	size_t i;

	if (plen > width)
		plen = width;
	for (i = 0; i < sizeof(types) && !error; i++) {
		const struct rtattr *each = attribute_find(attributes, types[i], width / 8);

		if (!each)
			continue;
		error = add_route(keys, address, RT_TABLE_MAIN, each, plen, false);
		if (address->family == AF_INET6)
			continue;
		error = error ?: add_route(keys, address, RT_TABLE_LOCAL, each, 32, false);
		error = error ?: add_route(keys, address, RT_TABLE_LOCAL, each, plen, false);
		error = error ?: add_route(keys, address, RT_TABLE_LOCAL, each, plen, true);
	}
	return error;
}

static int note(const struct nlmsghdr *nlh, const char **why)
{
	struct key key, interface;
	int error;

	if (!key_of(nlh, &key)) {
		*why = "A next hop has to be named by its id, so that it can be put back";
		return -EINVAL;
	}
	if (is_local6(&key)) {
		*why = "An IPv6 address brings its routes of the table local: change the address";
		return -EPERM;
	}
	*why = "Too many changes are pending: keep them or put them back first";
	error = keys_add(&touched, &key);
	if (!error && key.kind == KIND_ADDRESS) {
		interface = key_of_interface(key.family, key.number);
		error = keys_add(&touched, &interface);
		addresses_touched = true;
		if (!error)
			error = add_routes(&touched, &key, attributes_of(nlh),
					   address_plen(NLMSG_DATA(nlh)));
	}
	return error;
}

int undo_note(int fd, const void *datagram, size_t length, const char **why)
{
	const uint8_t *at = datagram;
	const struct nlmsghdr *nlh;
	size_t step;
	int error = 0;

	for (; !error && (nlh = message_next(at, length, &step)); at += step, length -= step) {
		if (!is_change(nlh->nlmsg_type))
			continue;
		if (!old.bytes)
			error = begin(fd, why);
		if (!error)
			error = note(nlh, why);
	}
	return error;
}

/* Messages on their way to the kernel. */
static struct {
	int fd;
	uint32_t seq;
	unsigned int sent;
	unsigned int done;	/* of all so far, that the kernel took */
	size_t length;
	union {
		struct nlmsghdr align;
		uint8_t bytes[128 << 10];
	};
} batch;

/* Of routes that are there for a moment only; nobody else's. */
#define CRUTCH_PROTOCOL 250
#define LOOPBACK_IFINDEX 1
#define BATCH_MESSAGES 128
#define BATCH_BYTES (32 << 10)

static void batch_flush(void)
{
	static uint64_t buffer[(160 << 10) / sizeof(uint64_t)];
	const struct nlmsghdr *nlh;
	unsigned int waiting = batch.sent;
	ssize_t length;
	size_t step;

	if (batch.length && send(batch.fd, batch.bytes, batch.length, 0) < 0)
		waiting = 0;
	while (waiting) {
		const uint8_t *at = (const uint8_t *)buffer;

		length = recv(batch.fd, buffer, sizeof(buffer), 0);
		if (length < 0 && errno == EINTR)
			continue;
		/* what they did is looked at in the next round */
		if (length < 0)
			break;
		for (; (nlh = message_next(at, length, &step)); at += step, length -= step) {
			int error = 0;

			if (nlh->nlmsg_type != NLMSG_ERROR ||
			    nlh->nlmsg_len < NLMSG_SPACE(sizeof(error)))
				continue;
			memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
			batch.done += !error;
			if (waiting)
				waiting--;
		}
	}
	batch.length = 0;
	batch.sent = 0;
}

/* Room for a message of so many bytes. */
static struct nlmsghdr *batch_next(unsigned int type, unsigned int flags, size_t length)
{
	struct nlmsghdr *nlh;

	if (batch.sent == BATCH_MESSAGES || batch.length + length > BATCH_BYTES)
		batch_flush();
	nlh = (void *)(batch.bytes + batch.length);
	*nlh = (struct nlmsghdr){ NLMSG_LENGTH(length), type, NLM_F_REQUEST | NLM_F_ACK | flags,
				  ++batch.seq, 0 };
	return nlh;
}

static void batch_add(const struct nlmsghdr *nlh)
{
	batch.length += NLMSG_ALIGN(nlh->nlmsg_len);
	batch.sent++;
}

static void put_attribute(struct nlmsghdr *nlh, unsigned int type, const void *data, size_t length)
{
	struct rtattr *attribute = (void *)((uint8_t *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));

	memset(attribute, 0, RTA_SPACE(length));
	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(length);
	memcpy(RTA_DATA(attribute), data, length);
	nlh->nlmsg_len = NLMSG_ALIGN(nlh->nlmsg_len) + RTA_SPACE(length);
}

/* How long it is still to live. */
static void put_lifetime(struct nlmsghdr *nlh, const struct record *record)
{
	struct ifa_cacheinfo ages = { 0 };
	uint32_t left[2], now = snapshot_clock();
	int i;

	for (i = 0; i < 2; i++) {
		left[i] = record->until[i] > now ? record->until[i] - now : 0;
		if (!record->until[i])
			left[i] = UINT32_MAX;
	}
	ages.ifa_prefered = left[0];
	ages.ifa_valid = left[1];
	if (record->key.kind == KIND_ADDRESS)
		put_attribute(nlh, IFA_CACHEINFO, &ages, sizeof(ages));
	else
		put_attribute(nlh, RTA_EXPIRES, &left[1], sizeof(left[1]));
}

static struct nlmsghdr *put_record(const struct record *record, unsigned int flags)
{
	unsigned int type = kind_type(record->key.kind);
	struct nlmsghdr *nlh = batch_next(type, flags, record->length);

	memcpy(NLMSG_DATA(nlh), record->body, record->length);
	if (record->until[0] || record->until[1])
		put_lifetime(nlh, record);
	batch_add(nlh);
	return nlh;
}

/*
 * An IPv6 address is first added without the search for duplicates, which takes a second or two in
 * which routes that prefer it are refused. It had been there a moment ago.
 */
static void put_address6(const struct record *record)
{
	struct nlmsghdr *nlh = put_record(record, NLM_F_CREATE);
	const struct rtattr *attribute = attribute_find(attributes_of(nlh), IFA_FLAGS, 4);
	uint32_t flags = attribute ? attribute_u32(attribute) | IFA_F_NODAD : IFA_F_NODAD;

	if (!attribute)
		return;
	memcpy(RTA_DATA(attribute), &flags, sizeof(flags));
	put_record(record, NLM_F_REPLACE);
}

/* A host route straight to an address, in front of all others; and away with it. */
static void put_host(uint32_t table, bool local, uint32_t ifindex, const struct rtattr *gateway,
		     bool add)
{
	uint8_t family = RTA_PAYLOAD(gateway) == 4 ? AF_INET : AF_INET6;
	const uint32_t first = 1;
	struct rtmsg route = {
		.rtm_family = family,
		.rtm_dst_len = family == AF_INET ? 32 : 128,
		.rtm_protocol = CRUTCH_PROTOCOL,
		.rtm_scope = local ? RT_SCOPE_HOST : RT_SCOPE_LINK,
		.rtm_type = local ? RTN_LOCAL : RTN_UNICAST,
	};
	struct nlmsghdr *nlh;

	nlh = batch_next(RTM_NEWROUTE + !add, add ? NLM_F_CREATE : 0, sizeof(route) + 64);
	nlh->nlmsg_len = NLMSG_LENGTH(sizeof(route));
	memcpy(NLMSG_DATA(nlh), &route, sizeof(route));
	put_attribute(nlh, RTA_DST, RTA_DATA(gateway), RTA_PAYLOAD(gateway));
	put_attribute(nlh, RTA_OIF, &ifindex, sizeof(ifindex));
	put_attribute(nlh, RTA_TABLE, &table, sizeof(table));
	/* IPv4 has 0 for the first */
	if (family == AF_INET6)
		put_attribute(nlh, RTA_PRIORITY, &first, sizeof(first));
	batch_add(nlh);
}

static void put_crutch(uint32_t table, uint32_t ifindex, const struct rtattr *gateway, bool add)
{
	put_host(table, false, ifindex, gateway, add);
	/* for IPv4 routes of the table main all rules are asked, which begin with local */
	if (table == RT_TABLE_MAIN && RTA_PAYLOAD(gateway) == 4)
		put_host(RT_TABLE_LOCAL, false, ifindex, gateway, add);
}

/*
 * The kernel takes a gateway only if it is on a link at that moment, and keeps it when it is not any
 * more; and likewise an address to prefer. For those that are no more a way is made for the moment.
 */
static void put_crutches(const struct record *record, bool add)
{
	bool route = record->key.kind == KIND_ROUTE;
	const struct rtattr *gateway = record_find(record, route ? RTA_GATEWAY : NHA_GATEWAY, 4);
	const struct rtattr *oif = record_find(record, route ? RTA_OIF : NHA_OIF, 4);
	const struct rtattr *hops = record_find(record, RTA_MULTIPATH, sizeof(struct rtnexthop));
	const struct rtattr *source = record_find(record, RTA_PREFSRC, 4);
	uint32_t table = route ? record->key.number : RT_TABLE_MAIN;
	const struct rtnexthop *hop;
	size_t at = 0;

	if (!route && record->key.kind != KIND_NEXTHOP)
		return;
	if (gateway && oif)
		put_crutch(table, attribute_u32(oif), gateway, add);
	while (route && hops && (hop = hop_next(hops, &at))) {
		gateway = attribute_find(attributes_of_hop(hop), RTA_GATEWAY, 4);
		if (gateway)
			put_crutch(table, hop->rtnh_ifindex, gateway, add);
	}
	if (route && source && record->key.family == AF_INET)
		put_host(RT_TABLE_LOCAL, true, LOOPBACK_IFINDEX, source, add);
}

static void send_record(const struct record *record, bool add)
{
	enum kind kind = record->key.kind;
	static const uint16_t flags[KINDS] = {
		[KIND_RULE] = NLM_F_CREATE,
		[KIND_ADDRESS] = NLM_F_CREATE,
		[KIND_NEXTHOP] = NLM_F_CREATE | NLM_F_REPLACE,
		[KIND_ROUTE] = NLM_F_CREATE | NLM_F_APPEND,
		[KIND_NEIGHBOUR] = NLM_F_CREATE | NLM_F_REPLACE,
	};
	struct nlmsghdr *nlh;

	/* cannot be: a message of a dump is no longer than 64 KiB */
	if (record->length > sizeof(batch.bytes) - BATCH_BYTES - 256)
		return;
	if (add && kind == KIND_ADDRESS && record->key.family == AF_INET6) {
		put_address6(record);
	} else if (add) {
		put_record(record, flags[kind]);
	} else if (kind == KIND_NEXTHOP) {
		/* nothing but the id */
		nlh = batch_next(RTM_DELNEXTHOP, 0, sizeof(struct nhmsg));
		memset(NLMSG_DATA(nlh), 0, sizeof(struct nhmsg));
		put_attribute(nlh, NHA_ID, &record->key.number, 4);
		batch_add(nlh);
	} else {
		nlh = batch_next(kind_type(kind) + 1, 0, record->length);
		memcpy(NLMSG_DATA(nlh), record->body, record->length);
		/* its type is not told where the next hop is a black hole */
		if (kind == KIND_ROUTE && record_find(record, RTA_NH_ID, 4))
			((struct rtmsg *)NLMSG_DATA(nlh))->rtm_type = RTN_UNSPEC;
		batch_add(nlh);
	}
}

/* Whether a change named it. */
static bool is_touched(const struct key *key)
{
	struct key other = *key;

	if (keys_have(&touched, key))
		return true;
	if (key->kind != KIND_RULE && key->kind != KIND_ADDRESS)
		return false;
	/* one that was not told which */
	memset(other.address, 0, sizeof(other.address));
	other.any = 1;
	if (key->kind == KIND_RULE)
		other.number = 0;
	return keys_have(&touched, &other);
}

static bool is_interface_touched(uint8_t family, uint32_t ifindex)
{
	struct key key = key_of_interface(family, ifindex);

	return keys_have(&touched, &key);
}

static bool is_multipath_affected(uint8_t family, const struct rtattr *hops)
{
	const struct rtnexthop *hop;
	size_t at = 0;

	while ((hop = hop_next(hops, &at)))
		if (is_interface_touched(family, hop->rtnh_ifindex))
			return true;
	return false;
}

/* Routes go with their next hop, the address they prefer, or the last address of an interface. */
static bool is_route_affected(const struct record *record)
{
	uint8_t family = record->key.family;
	struct key key = { .kind = KIND_NEXTHOP };
	const struct rtattr *attribute;

	attribute = record_find(record, RTA_NH_ID, 4);
	if (attribute) {
		key.number = attribute_u32(attribute);
		/* which addresses the next hop depends on is not told by the route */
		return addresses_touched || keys_have(&touched, &key) || keys_have(&affected, &key);
	}
	attribute = record_find(record, RTA_OIF, 4);
	if (attribute && is_interface_touched(family, attribute_u32(attribute)))
		return true;
	attribute = record_find(record, RTA_MULTIPATH, sizeof(struct rtnexthop));
	if (attribute && is_multipath_affected(family, attribute))
		return true;
	attribute = record_find(record, RTA_PREFSRC, family == AF_INET ? 4 : 16);
	if (!attribute)
		return false;
	key = (struct key){ .kind = KIND_ADDRESS, .family = family, .any = ANY_VALUE };
	memcpy(key.address, RTA_DATA(attribute), family == AF_INET ? 4 : 16);
	return keys_have(&affected, &key);
}

static bool is_group_affected(const struct record *record)
{
	const struct rtattr *group = record_find(record, NHA_GROUP, sizeof(struct nexthop_grp));
	struct key key = { .kind = KIND_NEXTHOP };
	struct nexthop_grp member;
	size_t at;

	for (at = 0; group && at + sizeof(member) <= RTA_PAYLOAD(group); at += sizeof(member)) {
		memcpy(&member, (const uint8_t *)RTA_DATA(group) + at, sizeof(member));
		key.number = member.id;
		if (keys_have(&touched, &key))
			return true;
	}
	return false;
}

/* Routes that prefer this address are affected. */
static void add_value(const struct key *address)
{
	struct key key = *address;

	key.any = ANY_VALUE;
	key.number = 0;
	keys_add(&affected, &key);
}

static void find_affected(void)
{
	struct keys routes = { 0 };
	const struct record *record;
	struct key key;
	size_t i;

	keys_sort(&touched);
	for (i = 0; i < touched.count; i++)
		if (touched.key[i].kind == KIND_ADDRESS && !touched.key[i].any)
			add_value(&touched.key[i]);
	for (record = NULL; (record = snapshot_next(&old, record));) {
		key = record->key;
		if (key.kind == KIND_ADDRESS && is_interface_touched(key.family, key.number)) {
			if (key.family == AF_INET || is_touched(&key))
				add_routes(&routes, &key, record_attributes(record),
					   address_plen(record->body));
			add_value(&key);
		} else if (key.kind == KIND_NEXTHOP && is_group_affected(record)) {
			keys_add(&affected, &key);
		}
	}
	keys_sort(&affected);
	while (routes.count)
		keys_add(&touched, &routes.key[--routes.count]);
	keys_free(&routes);
	keys_sort(&touched);
	for (record = NULL; (record = snapshot_next(&old, record));) {
		key = record->key;
		if (key.kind == KIND_ROUTE ? is_route_affected(record) :
					     key.kind == KIND_NEIGHBOUR &&
						     is_interface_touched(key.family, key.number))
			keys_add(&gone, &key);
	}
	keys_sort(&gone);
}

/* The records of a kind that are looked at, sorted into groups. */
struct list {
	const struct record **at;
	size_t count;
	size_t room;
};

static int compare_groups(const struct record *a, const struct record *b)
{
	/* an interface's addresses are one group; they are kept apart by order alone */
	size_t length = a->key.kind == KIND_ADDRESS ? offsetof(struct key, address) :
						      sizeof(struct key);
	struct key one = a->key, other = b->key;
	int result;

	if (a->key.kind == KIND_ADDRESS) {
		one.any = 0;
		other.any = 0;
	}
	result = memcmp(&one, &other, length);
	return result ? result : memcmp(a->order, b->order, sizeof(a->order));
}

static int compare_records(const void *a, const void *b)
{
	const struct record *one = *(const struct record *const *)a;
	const struct record *other = *(const struct record *const *)b;
	int result = compare_groups(one, other);

	if (!result)
		result = one < other ? -1 : one > other;
	/* the kernel puts a new one first */
	return one->key.kind == KIND_ADDRESS && one->key.family == AF_INET6 &&
			       !compare_groups(one, other) ?
		       -result :
		       result;
}

static bool is_looked_at(const struct record *record)
{
	const struct key *key = &record->key;

	if (key->kind == KIND_ADDRESS)
		return is_interface_touched(key->family, key->number);
	return is_touched(key) || keys_have(&affected, key) || keys_have(&gone, key);
}

static int list_fill(struct list *list, const struct snapshot *snapshot, enum kind kind)
{
	const struct record *record, **more;

	list->count = 0;
	for (record = NULL; (record = snapshot_next(snapshot, record));) {
		if (record->key.kind != kind || !is_looked_at(record))
			continue;
		if (list->count == list->room) {
			list->room = list->room * 2 + 256;
			more = realloc(list->at, list->room * sizeof(*more));
			if (!more)
				return -ENOMEM;
			list->at = more;
		}
		list->at[list->count++] = record;
	}
	if (list->count)
		qsort(list->at, list->count, sizeof(*list->at), compare_records);
	return 0;
}

enum pass {
	PASS_REMOVE,
	PASS_ADD,
	PASS_ADD_DEPENDENT,	/* what needs others of its kind: routes with gateways, groups */
	PASSES,
};

/* One side of a group: its records, and of each the one that equals it on the other side. */
struct side {
	const struct record **at;
	const struct record **twin;
	size_t count;
};

struct group {
	struct side want;
	struct side have;
};

static bool is_exact(const struct record *record)
{
	const struct rtmsg *rtm = (const void *)record->body;

	/* the kernel and router advertisements prolong what is theirs */
	if (record->key.kind == KIND_ROUTE)
		return rtm->rtm_protocol != RTPROT_KERNEL && rtm->rtm_protocol != RTPROT_RA;
	return is_touched(&record->key);
}

static void find_twins(struct group *group)
{
	size_t i, j, first = 0;

	for (i = 0; i < group->want.count; i++)
		group->want.twin[i] = NULL;
	for (j = 0; j < group->have.count; j++)
		group->have.twin[j] = NULL;
	for (i = 0; i < group->want.count; i++) {
		for (j = first; j < group->have.count; j++) {
			if (group->have.twin[j] ||
			    !record_same(group->want.at[i], group->have.at[j],
					 is_exact(group->want.at[i])))
				continue;
			group->want.twin[i] = group->have.at[j];
			group->have.twin[j] = group->want.at[i];
			/* mostly they are in the same order */
			while (first < group->have.count && group->have.twin[first])
				first++;
			break;
		}
	}
}

/* A wanted record that is not there, and is not to be: it was another's to take away. */
static bool is_given_up(const struct record *record)
{
	const struct key *key = &record->key;

	if (record->until[1] && record->until[1] <= snapshot_clock())
		return true;
	/* with an IPv4 address go those of its prefix that were added later */
	return key->kind == KIND_ADDRESS && key->family == AF_INET6 && !is_touched(key);
}

/*
 * An address that keeps its place in the list, as moving it is deleting it for a moment: those that
 * router advertisements or DHCP look after, and of IPv6, where the first is nothing special, all that
 * were not named.
 */
static bool is_fixed(const struct record *record)
{
	const struct key *key = &record->key;

	return key->kind == KIND_ADDRESS &&
	       (record->until[1] || (key->family == AF_INET6 && !is_touched(key)));
}

static void side_keep(struct side *side, size_t *count, size_t i)
{
	side->at[*count] = side->at[i];
	side->twin[(*count)++] = side->twin[i];
}

/* The kernel takes out of an IPv6 route the address that it preferred, when that goes. */
static bool has_lost_source(const struct group *group, const struct record *have)
{
	const struct rtattr *source;
	size_t before, i;

	for (i = 0; i < group->want.count; i++) {
		const struct record *want = group->want.at[i];

		if (want->key.kind != KIND_ROUTE || group->want.twin[i])
			continue;
		source = record_find(want, RTA_PREFSRC, 16);
		if (!source || want->same != have->same + RTA_SPACE(16))
			continue;
		before = (size_t)((const uint8_t *)source - want->body);
		if (!memcmp(want->body, have->body, before) &&
		    !memcmp((const uint8_t *)source + RTA_SPACE(16), have->body + before,
			    have->same - before))
			return true;
	}
	return false;
}

/* Leaves what there is to be decided on. Returns how much of both is in its place already. */
static size_t reduce(struct group *group)
{
	size_t i, count = 0, placed = 0;

	for (i = 0; i < group->have.count; i++)
		if (group->have.twin[i] ? !is_fixed(group->have.twin[i]) :
					  is_touched(&group->have.at[i]->key) ||
						  has_lost_source(group, group->have.at[i]))
			side_keep(&group->have, &count, i);
	group->have.count = count;
	for (i = 0, count = 0; i < group->want.count; i++)
		if (group->want.twin[i] ? !is_fixed(group->want.at[i]) :
					  !is_given_up(group->want.at[i]))
			side_keep(&group->want, &count, i);
	group->want.count = count;
	for (i = 0; i < group->have.count && placed < group->want.count; i++) {
		if (!group->have.twin[i])
			continue;
		if (group->have.twin[i] != group->want.at[placed])
			break;
		placed++;
	}
	return placed;
}

static bool is_dependent(const struct group *group, enum kind kind)
{
	size_t i;

	for (i = 0; i < group->want.count; i++) {
		const struct record *record = group->want.at[i];

		if (kind == KIND_NEXTHOP && record_find(record, NHA_GROUP, 0))
			return true;
		if (kind == KIND_ROUTE &&
		    (record_find(record, RTA_GATEWAY, 0) || record_find(record, RTA_VIA, 0) ||
		     record_find(record, RTA_MULTIPATH, 0)))
			return true;
	}
	return false;
}

static void remove_extras(const struct group *group)
{
	size_t i;

	for (i = 0; i < group->have.count; i++)
		if (!group->have.twin[i])
			send_record(group->have.at[i], false);
}

/* Moves what is in the wrong place and adds what is missing, so that the group is never empty. */
static void settle_gently(const struct group *group, size_t placed, enum kind kind, bool dependent,
			  enum pass pass)
{
	/* for one that is there only once, adding replaces */
	bool replaces = (kind == KIND_NEXTHOP || kind == KIND_NEIGHBOUR) && group->want.count;
	size_t i;

	/* with the last address of an interface go all its routes: better not be left with none */
	if (pass == PASS_REMOVE && kind != KIND_ADDRESS && !replaces)
		remove_extras(group);
	if (pass != (dependent ? PASS_ADD_DEPENDENT : PASS_ADD))
		return;
	for (i = placed; i < group->want.count; i++) {
		if (group->want.twin[i])
			send_record(group->want.twin[i], false);
		send_record(group->want.at[i], true);
	}
	if (kind == KIND_ADDRESS)
		remove_extras(group);
}

/*
 * Makes the whole group anew. The kernel deletes the first that fits a request, which may be one
 * that tells more than the request; from the first on it is always the right one.
 */
static void settle_anew(const struct group *group, bool dependent, enum pass pass)
{
	size_t i;

	for (i = 0; pass == PASS_REMOVE && i < group->have.count; i++)
		send_record(group->have.at[i], false);
	if (pass != (dependent ? PASS_ADD_DEPENDENT : PASS_ADD))
		return;
	for (i = 0; i < group->want.count; i++) {
		put_crutches(group->want.at[i], true);
		send_record(group->want.at[i], true);
		put_crutches(group->want.at[i], false);
	}
}

/* Returns how many differences the group has. */
static size_t settle(struct group *group, enum kind kind, bool anew, enum pass pass)
{
	size_t placed, differences, i;
	bool dependent;

	find_twins(group);
	placed = reduce(group);
	differences = group->want.count - placed;
	for (i = 0; i < group->have.count; i++)
		differences += !group->have.twin[i];
	if (!differences)
		return 0;
	dependent = is_dependent(group, kind);
	if (anew)
		settle_anew(group, dependent, pass);
	else
		settle_gently(group, placed, kind, dependent, pass);
	return differences;
}

static size_t run(const struct list *list, size_t from)
{
	size_t to = from;

	while (to < list->count && !compare_groups(list->at[from], list->at[to]))
		to++;
	return to - from;
}

/* Calls settle() for each group of two sorted lists. scratch has room for both, twice. */
static size_t settle_groups(const struct list *want, const struct list *have,
			    const struct record **scratch, enum kind kind, bool anew,
			    enum pass pass)
{
	size_t i = 0, j = 0, differences = 0;

	while (i < want->count || j < have->count) {
		const struct record **at = scratch;
		struct group group = { 0 };
		int order = i == want->count ? 1 :
			    j == have->count ? -1 :
					       compare_groups(want->at[i], have->at[j]);

		if (order <= 0)
			group.want.count = run(want, i);
		if (order >= 0)
			group.have.count = run(have, j);
		group.want.at = at;
		group.want.twin = at += group.want.count;
		group.have.at = at += group.want.count;
		group.have.twin = at + group.have.count;
		if (group.want.count)
			memcpy(group.want.at, want->at + i, group.want.count * sizeof(*at));
		if (group.have.count)
			memcpy(group.have.at, have->at + j, group.have.count * sizeof(*at));
		i += group.want.count;
		j += group.have.count;
		differences += settle(&group, kind, anew, pass);
	}
	return differences;
}

/* Adds to differences what is found to differ of a kind, and sends what mends it. */
static int settle_kind(int fd, enum kind kind, bool anew, size_t *differences)
{
	static struct snapshot now;
	static struct list want, have;
	const struct record **scratch = NULL;
	enum pass pass;
	int error = snapshot_open(&now, SNAPSHOT_MAX);

	if (!error)
		error = snapshot_take(&now, fd, kind, false);
	/* a table that has grown too large in between: what has been read of it */
	if (error == -EFBIG)
		error = 0;
	if (!error)
		error = list_fill(&want, &old, kind);
	if (!error)
		error = list_fill(&have, &now, kind);
	if (!error) {
		scratch = malloc((want.count + have.count + 1) * 2 * sizeof(*scratch));
		error = scratch ? 0 : -ENOMEM;
	}
	for (pass = PASS_REMOVE; pass < PASSES && !error; pass++) {
		size_t found = settle_groups(&want, &have, scratch, kind, anew, pass);

		batch_flush();
		if (pass == PASS_REMOVE)
			*differences += found;
		if (!found)
			break;
	}
	free(scratch);
	free(want.at);
	free(have.at);
	want = (struct list){ NULL, 0, 0 };
	have = want;
	snapshot_close(&now);
	return error;
}

static bool is_needed(enum kind kind)
{
	const struct keys *all[] = { &touched, &affected, &gone };
	size_t i, at;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		for (at = 0; at < all[i]->count; at++)
			if (all[i]->key[at].kind == kind)
				return true;
	return false;
}

void undo_put_back(int fd, struct helper_settled *settled)
{
	size_t found[ROUNDS + 1] = { 0 };
	enum kind kind;
	int round;

	settled->restored = 0;
	settled->failed = 0;
	if (!old.bytes)
		return;
	find_affected();
	batch.fd = fd;
	batch.done = 0;
	for (round = 0; round <= ROUNDS; round++) {
		for (kind = KIND_RULE; kind < KINDS; kind++)
			if (is_needed(kind) &&
			    settle_kind(fd, kind, round % 2, &found[round]))
				found[round]++;
		settled->failed = found[round];
		/* nothing differs any more, or two rounds have not brought anything */
		if (!found[round] || (round >= 2 && found[round] >= found[round - 2]))
			break;
	}
	settled->restored = batch.done;
	undo_forget();
}
