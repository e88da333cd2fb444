// SPDX-License-Identifier: GPL-2.0-only
/* Making a kind of things what it was. See settle.h. */
#include <errno.h>
#include <linux/nexthop.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "about.h"
#include "send.h"
#include "settle.h"

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

static int list_fill(struct list *list, const struct snapshot *snapshot, enum kind kind)
{
	const struct record *record, **more;

	list->count = 0;
	for (record = NULL; (record = snapshot_next(snapshot, record));) {
		if (record->key.kind != kind || !about_covers(record))
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
	PASS_COMPARE,		/* sends nothing */
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
	return about_names(&record->key);
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
	return key->kind == KIND_ADDRESS && key->family == AF_INET6 && !about_names(key);
}

/*
 * An address that keeps its place in the list, as moving it is deleting it for a moment: those that
 * router advertisements or DHCP look after, and of IPv6, where the first is nothing special, all
 * that were not named.
 */
static bool is_fixed(const struct record *record)
{
	const struct key *key = &record->key;

	return key->kind == KIND_ADDRESS &&
	       (record->until[1] || (key->family == AF_INET6 && !about_names(key)));
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
					  about_names(&group->have.at[i]->key) ||
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
		send_crutches(group->want.at[i], true);
		send_record(group->want.at[i], true);
		send_crutches(group->want.at[i], false);
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

int settle_kind(const struct snapshot *old, int fd, enum kind kind, enum effort effort,
		size_t *differences)
{
	static struct snapshot now;
	static struct list want, have;
	const struct record **scratch = NULL;
	enum pass pass, first = effort == EFFORT_COMPARE ? PASS_COMPARE : PASS_REMOVE;
	bool anew = effort == EFFORT_ANEW;
	int error = snapshot_open(&now, SNAPSHOT_MAX);

	if (!error)
		error = snapshot_take(&now, fd, kind, false);
	/* a table that has grown too large in between: what has been read of it */
	if (error == -EFBIG)
		error = 0;
	if (!error)
		error = list_fill(&want, old, kind);
	if (!error)
		error = list_fill(&have, &now, kind);
	if (!error) {
		scratch = malloc((want.count + have.count + 1) * 2 * sizeof(*scratch));
		error = scratch ? 0 : -ENOMEM;
	}
	for (pass = first; pass < PASSES && !error; pass++) {
		size_t found = settle_groups(&want, &have, scratch, kind, anew, pass);

		send_flush();
		if (pass == first)
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
