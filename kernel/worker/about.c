// SPDX-License-Identifier: GPL-2.0-only
/* What changes are about, and where the kernel may have taken things away. See about.h. */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/nexthop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "about.h"

/* 24 bytes each. */
#define KEYS_MAX (2u << 20)

/* In key.any, beside what check.c sets: all addresses of an interface; an address as a value. */
enum { ANY_OF_INTERFACE = 2, ANY_VALUE = 3 };

struct keys {
	struct key *key;
	size_t count;
	size_t room;
};

/* What the changes are about. */
static struct keys touched;
/* What goes with it: groups of next hops, addresses as values; what may have gone with those. */
static struct keys affected, gone;
static bool addresses_touched;
static bool doubtful;

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

void about_forget(void)
{
	keys_free(&touched);
	keys_free(&affected);
	keys_free(&gone);
	addresses_touched = false;
	doubtful = false;
}

bool about_doubtful(void)
{
	return doubtful;
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

int about_note(const struct nlmsghdr *nlh, const char **why)
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
	/* of several next hops some may be taken before one is refused */
	doubtful |= key.kind == KIND_ROUTE && key.family == AF_INET6;
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

bool about_names(const struct key *key)
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

static bool is_interface_named(uint8_t family, uint32_t ifindex)
{
	struct key key = key_of_interface(family, ifindex);

	return keys_have(&touched, &key);
}

static bool is_multipath_affected(uint8_t family, const struct rtattr *hops)
{
	const struct rtnexthop *hop;
	size_t at = 0;

	while ((hop = hop_next(hops, &at)))
		if (is_interface_named(family, hop->rtnh_ifindex))
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
	if (attribute && is_interface_named(family, attribute_u32(attribute)))
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

void about_find(const struct snapshot *old)
{
	struct keys routes = { 0 };
	const struct record *record;
	struct key key;
	size_t i;

	keys_sort(&touched);
	for (i = 0; i < touched.count; i++)
		if (touched.key[i].kind == KIND_ADDRESS && !touched.key[i].any)
			add_value(&touched.key[i]);
	for (record = NULL; (record = snapshot_next(old, record));) {
		key = record->key;
		if (key.kind == KIND_ADDRESS && is_interface_named(key.family, key.number)) {
			if (key.family == AF_INET || about_names(&key))
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
	for (record = NULL; (record = snapshot_next(old, record));) {
		key = record->key;
		if (key.kind == KIND_ROUTE ? is_route_affected(record) :
					     key.kind == KIND_NEIGHBOUR &&
						     is_interface_named(key.family, key.number))
			keys_add(&gone, &key);
	}
	keys_sort(&gone);
}

bool about_covers(const struct record *record)
{
	const struct key *key = &record->key;

	if (key->kind == KIND_ADDRESS)
		return is_interface_named(key->family, key->number);
	return about_names(key) || keys_have(&affected, key) || keys_have(&gone, key);
}

bool about_needs(enum kind kind)
{
	const struct keys *all[] = { &touched, &affected, &gone };
	size_t i, at;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		for (at = 0; at < all[i]->count; at++)
			if (all[i]->key[at].kind == kind)
				return true;
	return false;
}
