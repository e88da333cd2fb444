/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Putting back what changes have changed. Before the first of them the whole state is remembered;
 * then, what each of them is about. Nothing else is touched when it is put back, so that daemons go
 * on meanwhile.
 *
 * fd is a NETLINK_ROUTE socket in the namespace, which nobody else uses.
 */
#ifndef ROUTELENS_WORKER_UNDO_H
#define ROUTELENS_WORKER_UNDO_H

#include <stddef.h>

#include "protocol.h"

/*
 * Before a datagram that passed the check is sent. 0, or a negative errno with a sentence: it must
 * not be sent, then.
 */
int undo_note(int fd, const void *datagram, size_t length, const char **why);
/* Tells in settled how many messages it took, and how many differences are left. */
void undo_put_back(int fd, struct helper_settled *settled);
/* All that has been noted was refused by the kernel. Nothing stays of what it did all the same. */
void undo_refused(int fd);
/* What has been noted stays as it is. */
void undo_forget(void);

#endif
