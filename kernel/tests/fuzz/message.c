// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: a sequence of datagrams to the message entry. Input: for each datagram its
 * length (16 bits, little endian; the topmost bit: sent by someone who may not write) and its
 * bytes.
 *
 * Found are crashes, what the sanitizers find, memory that stays allocated at the end, and answers
 * that are no messages.
 */
#include "../../include/uapi/rtmgr.h"
#include "station.h"

#define NOT_PRIVILEGED 0x8000

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void check_said(const struct station *station)
{
	size_t at = 0;

	while (at < station->len) {
		const struct nlmsghdr *nlh = (const struct nlmsghdr *)(station->said + at);

		if (station->len - at < NLMSG_HDRLEN || nlh->nlmsg_len < NLMSG_HDRLEN ||
		    NLMSG_ALIGN(nlh->nlmsg_len) > station->len - at)
			abort();
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	unsigned long live = rtmgr_shim_live;
	struct station station;

	if (station_open(&station))
		abort();
	/* everybody hears everything, the mirror too */
	station.client->groups = ~0u;
	while (size >= 2) {
		size_t head = data[0] | data[1] << 8;
		size_t len = min_t(size_t, head & ~NOT_PRIVILEGED, size - 2);

		station.client->strict = head & 1;
		station_send(&station, data + 2, len, head & NOT_PRIVILEGED ? 1000 : 0);
		check_said(&station);
		station_forget(&station);
		data += 2 + len;
		size -= 2 + len;
	}
	station_close(&station);
	if (rtmgr_shim_live != live)
		abort();
	return 0;
}
