/* SPDX-License-Identifier: GPL-2.0-only */
/* What the verbs of client.c are made of. */
#ifndef _RTMGR_TESTS_WORK_H
#define _RTMGR_TESTS_WORK_H

#include "wire.h"

/* The rtmgr that all is done to. */
extern struct wire_target target;

/* Seconds. */
double work_now(void);
/* An empty one; ends the program when there is no memory. */
struct wire_datagram *work_datagram(void);
/* Appends a request for the route number i: 10.0.0.0/32 and up, over lo. */
void work_route(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 i);
/* Makes many routes, 300 in a datagram, only the last one of each acknowledged. */
int work_load(const struct wire *wire, __u32 from, __u32 count);
/* Counts the IPv4 routes that a dump tells. */
int work_dump(const struct wire *wire, __u32 *count);
int work_flush(const struct wire *wire);

/* Several clients at once that write, dump, join and leave groups, and open their sockets anew. */
int storm(double seconds, int clients);
/* Goes through fresh network namespaces, one behind the other, with routes in each. */
int namespaces(int count, __u32 routes);

#endif
