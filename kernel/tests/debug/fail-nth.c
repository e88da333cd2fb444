// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lets each allocation of a request to the module fail in turn, by the kernel's own fault injection
 * (/proc/thread-self/fail-nth). A request that fails has changed nothing; one that succeeds all the
 * same has done all that it should. Everything within the system calls counts, netlink's own
 * allocations, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "../alloc/scenarios.h"

#define SITES_MOST	4000
#define LOAD_SECONDS	180
#define PICTURE_MOST	0x100000

struct picture {
	size_t len;
	__u8 bytes[PICTURE_MOST];
};

/* What a request came to. */
struct outcome {
	int error;		/* the first one, of sendmsg(2) or of an answer */
	bool strange;		/* it is not about memory */
	bool lost;		/* netlink said that an answer or a notification was lost */
	bool finished;		/* a dump came to its end */
};

static const struct wire_target target = { .protocol = NETLINK_RTMGR };
static struct wire wire, listener;
static bool listens;
static int passed, failed, sites, refused, wrong;

static void die(const char *what, int err)
{
	fprintf(stderr, "fail-nth: %s: %s\n", what, strerror(-err));
	exit(2);
}

/* Opened once, before anything is counted: to open it takes allocations, too. */
static int fail_nth_file(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("/proc/thread-self/fail-nth", -errno);
	return fd;
}

static void inject(int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d", nth);

	if (pwrite(fail_nth_file(), text, len, 0) != len)
		die("fail-nth", -errno);
}

/* Ends the injection. Whether it happened: what is left to count is 0 then. */
static bool injected(void)
{
	char text[16] = "";

	if (pread(fail_nth_file(), text, sizeof(text) - 1, 0) < 0)
		die("fail-nth", -errno);
	inject(0);
	return atoi(text) == 0;
}

static void look(const __u8 *bytes, int len, struct outcome *outcome)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)bytes;

	for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
		int error = 0;

		if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE)
			memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
		if (nlh->nlmsg_type == NLMSG_DONE)
			outcome->finished = true;
		if (error >= 0)
			continue;
		outcome->error = outcome->error ?: error;
		outcome->strange |= error != -ENOMEM && error != -ENOBUFS && error != -ECANCELED;
	}
}

/* Reads all there is. netlink answers within sendmsg(2), and goes on with a dump in recvmsg(2). */
static void drain(const struct wire *from, struct outcome *outcome, struct picture *picture)
{
	static __u8 bytes[WIRE_BUFFER];
	int tries = 0;

	for (;;) {
		ssize_t len = recv(from->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

		if (len < 0 && errno == EAGAIN)
			return;
		if (len < 0) {
			/* a socket error is told once, and the rest is still there */
			outcome->lost |= errno == ENOBUFS || errno == ENOMEM;
			outcome->strange |= errno != ENOBUFS && errno != ENOMEM;
			if (++tries > 100)
				return;
			continue;
		}
		look(bytes, len, outcome);
		if (!picture)
			continue;
		if (picture->len + len > PICTURE_MOST)
			die("a dump of that size", -EMSGSIZE);
		memcpy(picture->bytes + picture->len, bytes, len);
		picture->len += len;
	}
}

static struct outcome request(const struct wire_datagram *datagram, struct picture *picture)
{
	struct outcome outcome = { 0 };
	int err = wire_send(&wire, datagram->bytes, datagram->len);

	if (err < 0) {
		outcome.error = err;
		outcome.strange = err != -ENOMEM && err != -ENOBUFS;
	}
	drain(&wire, &outcome, picture);
	return outcome;
}

static void quiet(void)
{
	struct outcome ignored = { 0 };

	drain(&wire, &ignored, NULL);
	if (listens)
		drain(&listener, &ignored, NULL);
}

static void take(struct picture *picture)
{
	static struct wire_datagram datagram;
	struct outcome outcome;

	datagram.len = 0;
	wire_route(&datagram, RTM_GETROUTE, NLM_F_DUMP, 9, AF_UNSPEC, NULL, 0);
	picture->len = 0;
	quiet();
	outcome = request(&datagram, picture);
	if (outcome.error || !outcome.finished)
		die("a dump without injection", outcome.error ?: -ENODATA);
}

static bool same(const struct picture *a, const struct picture *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* The same tables each time. */
static void prepare(void)
{
	static struct wire_datagram datagram;
	struct outcome outcome;
	int n;

	datagram.len = 0;
	wire_begin(&datagram, RTMGR_MSG_FLUSH, NLM_F_REQUEST | NLM_F_ACK, 1,
		   sizeof(struct rtmgrmsg));
	outcome = request(&datagram, NULL);
	if (outcome.error)
		die("flush", outcome.error);
	for (n = 0; datagram.len = 0, scenario_prepare(&datagram, n) == 0; n++) {
		outcome = request(&datagram, NULL);
		if (outcome.error)
			die("a route that all begins with (is the device 3 up?)", outcome.error);
	}
	quiet();
}

static void verdict(const struct scenario *scenario, int site, bool good, const char *why)
{
	if (good)
		return;
	if (wrong++ < 50)
		printf("  %s%s, allocation %d: %s\n", scenario->name,
		       listens ? ", mirrored" : "", site, why);
}

/* Answers false when there is no such allocation. */
static bool run_site(const struct scenario *scenario, const struct wire_datagram *datagram,
		     int site, const struct picture *before, const struct picture *after)
{
	static struct picture now;
	bool hit, unchanged, done, is_dump = datagram->last->nlmsg_type == RTM_GETROUTE &&
		(datagram->last->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct outcome outcome;

	prepare();
	inject(site);
	outcome = request(datagram, NULL);
	hit = injected();
	if (!hit)
		return false;
	sites++;
	refused += outcome.error != 0;
	take(&now);
	unchanged = same(&now, before);
	done = same(&now, after);
	verdict(scenario, site, !outcome.strange, strerror(-outcome.error));
	verdict(scenario, site, unchanged || done, "a half-done change");
	verdict(scenario, site, !outcome.error || unchanged,
		"an error, and yet it changed something");
	verdict(scenario, site, outcome.error || outcome.lost || done,
		"no error, and yet it did nothing");
	if (is_dump)
		verdict(scenario, site, outcome.error || outcome.lost || outcome.finished,
			"a dump without an end, and nobody said so");
	return true;
}

static void run_scenario(const struct scenario *scenario)
{
	static struct wire_datagram datagram;
	static struct picture before, after;
	struct outcome outcome;
	int site, first = sites, before_wrong = wrong;

	datagram.len = 0;
	scenario->make(&datagram);
	prepare();
	take(&before);
	outcome = request(&datagram, NULL);
	verdict(scenario, 0, outcome.error == 0, "fails without injection");
	take(&after);
	for (site = 1; site < SITES_MOST; site++) {
		if (!run_site(scenario, &datagram, site, &before, &after))
			break;
	}
	verdict(scenario, site, sites > first && site < SITES_MOST,
		"nothing was failed, or no end");
	printf("  %s%s: %d allocations\n", scenario->name, listens ? ", mirrored" : "",
	       sites - first);
	passed += wrong == before_wrong;
	failed += wrong != before_wrong;
}

/* Loads the module with one allocation after another failed: it is there and goes, or it is not. */
static int load(const char *file)
{
	time_t until = time(NULL) + LOAD_SECONDS;
	int fd = open(file, O_RDONLY | O_CLOEXEC), site;
	bool hit = true;

	if (fd < 0)
		die(file, -errno);
	for (site = 1; hit && site < SITES_MOST && time(NULL) < until; site++) {
		int err;

		inject(site);
		err = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
		hit = injected();
		sites += hit;
		refused += err != 0;
		if (!err)
			err = syscall(SYS_delete_module, "rtmgr", O_NONBLOCK) ? -errno : 0;
		else if (err == -ENOMEM)
			err = 0;
		if (err && wrong++ < 50)
			printf("  loading, allocation %d: %s\n", site, strerror(-err));
	}
	failed = wrong != 0 || sites == 0;
	passed = !failed;
	printf("%d allocations of loading failed in turn, %d of them with an error%s\n", sites,
	       refused, hit ? ", and there are more" : "");
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}

/* usage: fail-nth [MODULE]: the requests, or the loading of a module file. */
int main(int argc, char **argv)
{
	size_t i;
	int err;

	if (argc > 1)
		return load(argv[1]);
	err = wire_open(&wire, target, 0);
	if (err)
		die("socket", err);
	for (i = 0; i < scenario_count; i++)
		run_scenario(&scenarios[i]);

	err = wire_open(&listener, target, 0);
	err = err ?: wire_option(&listener, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE);
	err = err ?: wire_option(&listener, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE);
	err = err ?: wire_option(&listener, NETLINK_ADD_MEMBERSHIP, RTMGR_GRP_MIRROR);
	if (err)
		die("a listener", err);
	listens = true;
	for (i = 0; i < scenario_count; i++)
		run_scenario(&scenarios[i]);
	printf("%d allocations failed in turn, %d of them with an error as the answer\n", sites,
	       refused);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
