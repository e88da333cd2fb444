// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets each allocation of a request fail in turn. A request that fails has changed nothing and
 * holds no memory; one that succeeds all the same has done all that it should; and at the end
 * nothing is left allocated.
 */
#include "../fuzz/station.h"
#include "scenarios.h"

#define SITES_MOST 2000

struct picture {
	size_t len;
	u8 *bytes;
};

static int passed, failed, sites;

static struct picture take(struct station *station)
{
	static struct wire_datagram request;
	struct picture picture;

	request.len = 0;
	wire_route(&request, RTM_GETROUTE, NLM_F_DUMP, 9, AF_UNSPEC, NULL, 0);
	station_forget(station);
	/* without the mirror's copies, which tell the time */
	station->client->groups = 0;
	station_send(station, request.bytes, request.len, 0);
	station->client->groups = ~0u;
	picture.len = station->len;
	picture.bytes = memcpy(malloc(station->len), station->said, station->len);
	station_forget(station);
	return picture;
}

static bool same(const struct picture *a, const struct picture *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static void prepare(struct station *station)
{
	static struct wire_datagram request;
	int n;

	if (station_open(station))
		abort();
	/* someone listens, so that notifications are made, and copies for the mirror */
	station->client->groups = ~0u;
	for (n = 0; request.len = 0, scenario_prepare(&request, n) == 0; n++)
		station_send(station, request.bytes, request.len, 0);
	station_forget(station);
}

/* Whether the answers hold an error, or the news that an answer is lost. */
static void look(const struct station *station, bool *error, bool *lost)
{
	size_t at = 0;

	*error = false;
	*lost = false;
	while (at < station->len) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(station->said + at);

		if (nlh->nlmsg_type == NLMSG_ERROR)
			*error |= ((const struct nlmsgerr *)NLMSG_DATA(nlh))->error != 0;
		*lost |= nlh->nlmsg_type == NLMSG_OVERRUN;
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
}

static void verdict(const struct scenario *scenario, int site, bool good, const char *why)
{
	if (good) {
		passed++;
		return;
	}
	failed++;
	printf("  %s, allocation %d: %s\n", scenario->name, site, why);
}

/* Fails one allocation. Returns false when there are no more of them. */
static bool run_site(const struct scenario *scenario, const struct wire_datagram *request, int site,
		     const struct picture *before, const struct picture *after)
{
	unsigned long live = rtmgr_shim_live, held;
	struct station station;
	struct picture now;
	bool hit, error, lost;

	prepare(&station);
	held = rtmgr_shim_live;
	rtmgr_shim_fail_at = site;
	station_send(&station, request->bytes, request->len, 0);
	hit = rtmgr_shim_fail_at == 0;
	rtmgr_shim_fail_at = 0;
	look(&station, &error, &lost);
	if (hit) {
		bool unchanged, done;

		now = take(&station);
		unchanged = same(&now, before);
		done = same(&now, after);
		sites++;
		verdict(scenario, site, unchanged || done, "a half-done change");
		verdict(scenario, site, !error || unchanged,
			"an error, and yet it changed something");
		verdict(scenario, site, error || lost || done || site == 1,
			"no error, and yet it did nothing");
		/* a table that was made for it stays, as in the kernel: it is not lost */
		verdict(scenario, site, !unchanged || rtmgr_shim_live <= held + 1,
			"memory is still held");
		free(now.bytes);
	}
	station_close(&station);
	verdict(scenario, site, rtmgr_shim_live == live, "memory is left at the end");
	return hit;
}

static void run_scenario(const struct scenario *scenario)
{
	static struct wire_datagram request;
	struct picture before, after;
	struct station station;
	int site, first = sites;

	request.len = 0;
	scenario->make(&request);
	prepare(&station);
	before = take(&station);
	station_send(&station, request.bytes, request.len, 0);
	after = take(&station);
	station_close(&station);
	for (site = 1; site < SITES_MOST; site++) {
		if (!run_site(scenario, &request, site, &before, &after))
			break;
	}
	printf("  %s: %d allocations\n", scenario->name, sites - first);
	verdict(scenario, site, sites > first && site < SITES_MOST,
		"nothing was failed, or no end");
	free(before.bytes);
	free(after.bytes);
}

int main(void)
{
	size_t i;

	for (i = 0; i < scenario_count; i++)
		run_scenario(&scenarios[i]);
	printf("%d allocations failed in turn\n", sites);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
