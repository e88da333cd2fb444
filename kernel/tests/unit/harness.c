// SPDX-License-Identifier: GPL-2.0-only
#include "harness.h"

#include <stdarg.h>
#include <time.h>

unsigned long test_operations;
unsigned long test_checks;

static u64 test_seed;
static u64 test_state;
static const char *test_running;
static unsigned int test_passed, test_skipped, test_left;

/* splitmix64: every seed is as good as any other */
u64 test_random(void)
{
	u64 n = test_state += 0x9e3779b97f4a7c15ULL;

	n = (n ^ n >> 30) * 0xbf58476d1ce4e5b9ULL;
	n = (n ^ n >> 27) * 0x94d049bb133111ebULL;
	return n ^ n >> 31;
}

void test_failed(const char *file, int line, const char *what, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: in %s (--seed %llu): not so: %s\n", file, line, test_running,
		(unsigned long long)test_seed, what);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	printf("%u passed, 1 failed, %u skipped\n", test_passed, test_skipped + test_left);
	fflush(stdout);
	exit(1);
}

static double test_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static u64 test_fresh_seed(void)
{
	struct timespec time;

	clock_gettime(CLOCK_REALTIME, &time);
	return (u64)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static int test_usage(const char *program)
{
	fprintf(stderr, "%s [--seed N] [--operations N] [--case NAME]\n", program);
	return 2;
}

int test_main(int argc, char **argv, unsigned long operations, const struct test_case *cases,
	      size_t count)
{
	const char *only = "";
	size_t i;
	int arg;

	test_operations = operations;
	test_seed = test_fresh_seed();
	for (arg = 1; arg < argc; arg += 2) {
		if (arg + 1 == argc)
			return test_usage(argv[0]);
		if (!strcmp(argv[arg], "--seed"))
			test_seed = strtoull(argv[arg + 1], NULL, 0);
		else if (!strcmp(argv[arg], "--operations"))
			test_operations = strtoul(argv[arg + 1], NULL, 0);
		else if (!strcmp(argv[arg], "--case"))
			only = argv[arg + 1];
		else
			return test_usage(argv[0]);
	}
	printf("%s --seed %llu --operations %lu\n", argv[0], (unsigned long long)test_seed,
	       test_operations);
	fflush(stdout);

	for (i = 0; i < count; i++) {
		unsigned long live = rtmgr_shim_live, checks = test_checks;
		double began = test_clock();

		if (!strstr(cases[i].name, only)) {
			test_skipped++;
			continue;
		}
		test_running = cases[i].name;
		test_left = count - i - 1;
		/* each case has its own numbers, whatever ran before it */
		test_state = test_seed + i;
		cases[i].run(cases[i].argument);
		check(rtmgr_shim_live == live, "%ld allocations are left",
		      (long)(rtmgr_shim_live - live));
		printf("  %s: %lu checks in %.1f s\n", cases[i].name, test_checks - checks,
		       test_clock() - began);
		fflush(stdout);
		test_passed++;
	}
	printf("%u passed, 0 failed, %u skipped\n", test_passed, test_skipped);
	return test_passed ? 0 : 1;
}
