/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the unit tests share: named cases, random numbers from a printed seed, and options.
 *
 *	--seed N		of the random numbers; without it a new one each time
 *	--operations N		random operations of each case that has them
 *	--case NAME		only cases whose name contains NAME
 */
#ifndef _RTMGR_TEST_HARNESS_H
#define _RTMGR_TEST_HARNESS_H

#include "../../core/shim.h"

#include <stdio.h>
#include <stdlib.h>

#ifndef __noreturn
#define __noreturn	__attribute__((__noreturn__))
#endif

struct test_case {
	const char *name;
	void (*run)(unsigned long argument);
	unsigned long argument;
};

/* Reads the options, runs the cases, prints the line of counts. Answers the exit code. */
int test_main(int argc, char **argv, unsigned long operations, const struct test_case *cases,
	      size_t count);

/* What --operations says. */
extern unsigned long test_operations;

/* Ends the case as failed, and the program with it: after that nothing can be relied on. */
__printf(4, 5) __noreturn
void test_failed(const char *file, int line, const char *what, const char *format, ...);

/* How often check() looked, in all. */
extern unsigned long test_checks;

#define check(condition, ...) do {					\
	test_checks++;							\
	if (unlikely(!(condition)))					\
		test_failed(__FILE__, __LINE__, #condition, " " __VA_ARGS__);	\
} while (0)

u64 test_random(void);

/* 0 <= n < below */
static inline unsigned int test_below(unsigned int below)
{
	return (test_random() >> 32) * below >> 32;
}

static inline bool test_once_in(unsigned int n)
{
	return test_below(n) == 0;
}

#endif
