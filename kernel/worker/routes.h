/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the mode `routes` is for the helper's main loop: one relay, and what it has changed and not
 * yet settled.
 */
#ifndef ROUTELENS_WORKER_ROUTES_H
#define ROUTELENS_WORKER_ROUTES_H

#include <poll.h>

struct request;

/* HELPER_OPEN, HELPER_KEEP, HELPER_REVERT: answers through frame.h. */
int routes_request(const struct request *req);
/* How many descriptors it wants to be polled (at most 2), written into fds. */
int routes_poll(struct pollfd *fds, int room);
/* The same n entries after poll(). */
void routes_ready(const struct pollfd *fds, int n);
/* Milliseconds until routes_tick() must be called, or -1. */
int routes_timeout(void);
/* The time may be over: call it after each poll(). */
void routes_tick(void);
/* Puts back what is pending, closes everything. Before the helper ends, whatever the cause. */
void routes_end(void);

#endif
