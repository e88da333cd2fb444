/* SPDX-License-Identifier: GPL-2.0-only */
/* Prefixes of many kinds: those of real tables, and those that are hard on a trie. */
#ifndef _RTMGR_TEST_KEYS_H
#define _RTMGR_TEST_KEYS_H

#include "harness.h"
#include "../../core/key.h"

enum keys {
	KEYS_RANDOM,	/* any address, any length */
	KEYS_REAL,	/* lengths as in a full table, in clusters */
	KEYS_DENSE,	/* one behind the other */
	KEYS_SPARSE,	/* few, far apart, long */
	KEYS_NESTED,	/* all lengths of few addresses */
	KEYS_HOSTS,	/* single addresses */
	KEYS_HIGH_BITS,	/* all the same but for the last bits */
	KEYS_COMB,	/* as deep as can be: 1, 11, 111, ... and what branches off */
	KEYS_SINGLE_BITS,	/* few bits set: children with index 0 over and over */
	KEYS_KINDS
};

struct prefix {
	struct rtmgr_key key;
	unsigned int plen;
};

/* span: how many different ones there are, roughly. */
struct prefix keys_prefix(enum keys kind, unsigned int width, unsigned int span);
/* An address that lies near such prefixes more often than not. */
struct rtmgr_key keys_address(enum keys kind, unsigned int width, unsigned int span);

/*
 * Fills in cases of one test: each kind, IPv4 and IPv6. Answers how many there are: 2 * KEYS_KINDS.
 */
size_t keys_cases(struct test_case *cases, const char *name, void (*run)(unsigned long argument));

/* What their argument says. */
static inline enum keys keys_case_kind(unsigned long argument)
{
	return argument >> 8;
}

static inline unsigned int keys_case_width(unsigned long argument)
{
	return argument & 0xff;
}

#endif
