/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames: requests come in over standard input, one packet each; answers and events go out over
 * standard output, through a queue, so that a program that does not read can never stop the helper
 * (the timer that puts routes back has to run on).
 */
#ifndef ROUTELENS_WORKER_FRAME_H
#define ROUTELENS_WORKER_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "protocol.h"

struct request {
	uint32_t type;
	uint32_t tag;
	const void *payload;	/* aligned for any struct; valid until the next request */
	size_t length;		/* of the payload */
};

/*
 * Waits for nothing. 1: *req is the next request; 0: there is none now; -1: standard input has
 * ended, or brought what is no frame, or the program has not read its answers: put back, and end.
 */
int frame_receive(struct request *req);

/*
 * Answers a request once. @error is a positive errno or 0, @reason from enum helper_reason. The
 * payload may be NULL where @length is 0. The descriptors go over standard input first; they stay
 * the caller's to close. If they cannot be handed over, the answer is that error, without payload;
 * that error is returned, as a negative errno, else 0.
 */
int answer(const struct request *req, int error, uint32_t reason, const void *payload,
	   size_t length, const int *fds, size_t nfds);

/* Tells what was not asked for. It is left out when the program reads too slowly. */
void event(uint32_t type, const void *payload, size_t length);

/* What main.c's loop needs: whether something waits to be written, and writing what can be. */
int frame_waiting(void);
void frame_flush(void);

/* Words for people, to standard error, with the program's name and a newline. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
