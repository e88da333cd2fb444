/* SPDX-License-Identifier: GPL-2.0-only */
/* What user.c runs. */
#ifndef _RTMGR_TESTS_USER_CASES_H
#define _RTMGR_TESTS_USER_CASES_H

#include "process.h"

enum outcome {
	DONE,
	SKIPPED,
};

void check_that(bool good, const char *what, const char *file, int line);
void check_equal(long is, long wanted, const char *what, const char *file, int line);
#define CHECK(condition)	check_that(condition, #condition, __FILE__, __LINE__)
#define EQUAL(is, wanted)	check_equal(is, wanted, #is, __FILE__, __LINE__)

/* life.c */
enum outcome case_options(void);
enum outcome case_port(void);
enum outcome case_signals(void);
enum outcome case_with_parent(void);
enum outcome case_load(void);
enum outcome case_load_wrong(void);
enum outcome case_rights(void);
enum outcome case_max_routes(void);

/* clients.c */
enum outcome case_many_clients(void);
enum outcome case_forgotten_clients(void);
enum outcome case_slow_dump(void);
enum outcome case_gone_dump(void);
enum outcome case_overrun(void);
enum outcome case_no_enobufs(void);
enum outcome case_gone_member(void);
enum outcome case_garbage(void);

#endif
