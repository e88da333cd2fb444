// SPDX-License-Identifier: GPL-2.0-only
/*
 * rtmgr-user as a process and as the other end of many sockets: options, signals, files, rights,
 * readers that are slow or gone. What it answers is tested elsewhere. Needs no privilege: all
 * routes are blackholes, which need no device.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "cases.h"

static unsigned int passed, failed, skipped;
static unsigned int findings;

void check_that(bool good, const char *what, const char *file, int line)
{
	if (good)
		return;
	findings++;
	printf("  %s:%d: not so: %s\n", file, line, what);
}

void check_equal(long is, long wanted, const char *what, const char *file, int line)
{
	if (is == wanted)
		return;
	findings++;
	printf("  %s:%d: %s is %ld, not %ld\n", file, line, what, is, wanted);
}

static const struct {
	const char *name;
	enum outcome (*run)(void);
} cases[] = {
	{ "options: --help and --version end with 0, wrong ones with 2", case_options },
	{ "--port N serves there, and says so; a port that is taken is an error", case_port },
	{ "SIGTERM, SIGINT and SIGHUP end it with 0, in the middle of work, too", case_signals },
	{ "--with-parent ends with the process that started it", case_with_parent },
	{ "--load takes what `ip route save` writes, and tells what it could not take",
	  case_load },
	{ "--load refuses what is no such file", case_load_wrong },
	{ "--owner may write, root may, another user gets EPERM and may read", case_rights },
	{ "--max-routes answers ENOSPC, until some are gone", case_max_routes },
	{ "64 clients at once: each gets its own answers", case_many_clients },
	{ "1,500 clients one after the other, none says good-bye", case_forgotten_clients },
	{ "a reader of a dump that sleeps holds up nobody, and misses nothing", case_slow_dump },
	{ "a dump whose reader goes away ends, and nobody notices", case_gone_dump },
	{ "a member that does not read gets NLMSG_OVERRUN, then what comes later", case_overrun },
	{ "with NETLINK_NO_ENOBUFS it is not told", case_no_enobufs },
	{ "a member that is gone is forgotten", case_gone_member },
	{ "datagrams that are no messages are survived", case_garbage },
};

int main(int argc, char **argv)
{
	size_t i;

	if (argc > 1)
		process_program = argv[1];
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		enum outcome outcome;

		findings = 0;
		outcome = cases[i].run();
		if (findings)
			failed++;
		else if (outcome == SKIPPED)
			skipped++;
		else
			passed++;
		printf("%s: %s\n", findings ? "FAILED" : outcome == SKIPPED ? "skipped" : "passed",
		       cases[i].name);
	}
	printf("%u passed, %u failed, %u skipped\n", passed, failed, skipped);
	return failed != 0;
}
