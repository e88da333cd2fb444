// SPDX-License-Identifier: GPL-2.0-only
/*
 * Putting back what changes have changed. See undo.h.
 *
 * It happens in rounds, as one thing may need another that comes later, and as what messages do is
 * looked at, not believed.
 */
#include "about.h"
#include "send.h"
#include "settle.h"
#include "undo.h"

#include <errno.h>

#define ROUNDS 8

/* The state before the first change; its bytes are NULL where there is none. */
static struct snapshot old;

void undo_forget(void)
{
	snapshot_close(&old);
	about_forget();
}

static int begin(int fd, const char **why)
{
	enum kind kind;
	int error = snapshot_open(&old, SNAPSHOT_MAX);

	for (kind = KIND_RULE; kind < KINDS && !error; kind++)
		error = snapshot_take(&old, fd, kind, true);
	if (!error)
		return 0;
	undo_forget();
	*why = "The tables could not be remembered, so nothing is changed";
	if (error == -EFBIG)
		*why = "The tables are too large to be remembered, so nothing is changed";
	else if (error == -EAGAIN)
		*why = "The tables change too fast to be remembered, so nothing is changed";
	return error;
}

int undo_note(int fd, const void *datagram, size_t length, const char **why)
{
	const uint8_t *at = datagram;
	const struct nlmsghdr *nlh;
	size_t step;
	int error = 0;

	for (; !error && (nlh = message_next(at, length, &step)); at += step, length -= step) {
		if (!is_change(nlh->nlmsg_type))
			continue;
		if (!old.bytes)
			error = begin(fd, why);
		if (!error)
			error = about_note(nlh, why);
	}
	return error;
}

/* One look at everything that may differ. Returns how much does; what was not read counts, too. */
static size_t settle_all(int fd, enum effort effort)
{
	size_t differences = 0;
	enum kind kind;

	for (kind = KIND_RULE; kind < KINDS; kind++)
		if (about_needs(kind) && settle_kind(&old, fd, kind, effort, &differences))
			differences++;
	return differences;
}

void undo_put_back(int fd, struct helper_settled *settled)
{
	size_t found[ROUNDS];
	int round;

	settled->restored = 0;
	settled->failed = 0;
	if (!old.bytes)
		return;
	about_find(&old);
	send_begin(fd);
	for (round = 0; round < ROUNDS; round++) {
		found[round] = settle_all(fd, round % 2 ? EFFORT_ANEW : EFFORT_GENTLE);
		/* nothing differs any more, or two rounds have not brought anything */
		if (!found[round] || (round >= 2 && found[round] >= found[round - 2]))
			break;
	}
	if (round == ROUNDS || found[round])
		settled->failed = settle_all(fd, EFFORT_COMPARE);
	settled->restored = send_done();
	undo_forget();
}

void undo_refused(int fd)
{
	struct helper_settled settled;

	if (about_doubtful())
		undo_put_back(fd, &settled);
	undo_forget();
}
