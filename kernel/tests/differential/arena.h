/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the tests that compare take place: a network namespace with devices, and an rtmgr-user in
 * it.
 */
#ifndef _RTMGR_TESTS_ARENA_H
#define _RTMGR_TESTS_ARENA_H

#include <sys/types.h>
#include "generate.h"

/* Moves this process into a new namespace with devices. 0, or -1 after a sentence on stderr. */
int arena_make(struct devices *devices);

/* Starts an rtmgr-user there. Answers its port, 0: it could not be started. */
__u32 arena_server(const char *program, pid_t *server);

#endif
