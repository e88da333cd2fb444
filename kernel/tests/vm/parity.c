// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module and rtmgr-user are one: the same datagrams go to both from the same port id, and every
 * byte of what they answer and what their groups hear has to be the same. Only how a dump is cut
 * into datagrams is theirs, and the time.
 *
 * usage: parity [--seed N] [--operations N] RTMGR-USER
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "../differential/arena.h"
#include "wire.h"

#define BLOCK 50

/* All that one of them said, datagram behind datagram. */
struct said {
	size_t len;
	__u8 bytes[1 << 20];
};

struct end {
	const char *name;
	struct wire wire;
	struct said said;
};

static struct end ends[2];
static unsigned long passed, failed;

/* What the time makes of struct rtmgr_stats. */
static void mask(struct nlmsghdr *nlh)
{
	struct rtattr *attr = (struct rtattr *)((__u8 *)NLMSG_DATA(nlh) + sizeof(struct rtmgrmsg));
	int left = nlh->nlmsg_len - NLMSG_LENGTH(sizeof(struct rtmgrmsg));

	if (nlh->nlmsg_type != RTMGR_MSG_GETSTATS)
		return;
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == RTMGR_A_STATS)
			memset((__u8 *)RTA_DATA(attr) + offsetof(struct rtmgr_stats, uptime_ns), 0,
			       sizeof(__u64));
	}
}

/* Takes down a datagram. Answers whether the message that ends the exchange is in it. */
static int take(struct said *said, __u8 *bytes, int len)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)bytes;
	int over = 0;

	if (said->len + len > sizeof(said->bytes))
		return 1;
	for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
		mask(nlh);
		memcpy(said->bytes + said->len, nlh, NLMSG_ALIGN(nlh->nlmsg_len));
		said->len += NLMSG_ALIGN(nlh->nlmsg_len);
		over |= nlh->nlmsg_type == NLMSG_DONE;
	}
	return over;
}

/*
 * Sends a datagram and takes down what comes: up to the end of a dump, or up to the answer to a
 * NOOP behind it.
 */
static int exchange(struct end *end, const struct wire_datagram *datagram, int dump)
{
	static union {
		struct nlmsghdr first;
		__u8 bytes[WIRE_BUFFER];
	} buffer;
	static const struct nlmsghdr fence = {
		.nlmsg_len = sizeof(fence),
		.nlmsg_type = NLMSG_NOOP,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
		.nlmsg_seq = 0xfe9ce,
	};
	int len = wire_send(&end->wire, datagram->bytes, datagram->len);

	end->said.len = 0;
	if (len >= 0 && !dump)
		len = wire_send(&end->wire, &fence, sizeof(fence));
	while (len >= 0) {
		len = wire_receive(&end->wire, buffer.bytes, sizeof(buffer), 20000);
		if (len < 0)
			break;
		if (buffer.first.nlmsg_type == NLMSG_ERROR &&
		    buffer.first.nlmsg_seq == fence.nlmsg_seq)
			return 0;
		if (take(&end->said, buffer.bytes, len) && dump)
			return 0;
		/* a dump that was refused is answered by an error */
		if (dump && buffer.first.nlmsg_type == NLMSG_ERROR)
			return 0;
	}
	return len;
}

static void print(const struct end *end)
{
	size_t i;

	printf("    %s (%zu bytes): ", end->name, end->said.len);
	for (i = 0; i < end->said.len && i < 400; i++)
		printf("%02x", end->said.bytes[i]);
	printf("\n");
}

/* 0: they said the same. */
static int compare(const char *what, const struct wire_datagram *datagram, int dump)
{
	int err = exchange(&ends[0], datagram, dump) ?: exchange(&ends[1], datagram, dump);

	if (!err && ends[0].said.len == ends[1].said.len &&
	    memcmp(ends[0].said.bytes, ends[1].said.bytes, ends[0].said.len) == 0)
		return 0;
	printf("  %s: %s\n", what, err ? strerror(-err) : "they answer differently");
	print(&ends[0]);
	print(&ends[1]);
	return -1;
}

static void verdict(int differ)
{
	if (differ)
		failed++;
	else
		passed++;
}

static void own_message(__u16 type, __u16 flags, const char *text)
{
	static struct wire_datagram datagram;
	char what[32];

	datagram.len = 0;
	wire_begin(&datagram, type, NLM_F_REQUEST | flags, 77, sizeof(struct rtmgrmsg));
	if (text)
		wire_attr(&datagram, RTMGR_A_TEXT, text, strlen(text) + 1);
	snprintf(what, sizeof(what), "message %#x", type);
	verdict(compare(what, &datagram, 0));
}

static void dump(int family, int strict, __u32 table)
{
	static struct wire_datagram datagram;
	struct rtmsg *rtm;
	char what[64];
	int i;

	for (i = 0; i < 2; i++)
		wire_option(&ends[i].wire, NETLINK_GET_STRICT_CHK, strict);
	datagram.len = 0;
	rtm = wire_route(&datagram, RTM_GETROUTE, NLM_F_DUMP, 5, family, NULL, 0);
	rtm->rtm_table = table;
	rtm->rtm_scope = 0;
	snprintf(what, sizeof(what), "dump of family %d, strict %d, table %u", family, strict,
		 table);
	verdict(compare(what, &datagram, 1));
	for (i = 0; i < 2; i++)
		wire_option(&ends[i].wire, NETLINK_GET_STRICT_CHK, 0);
}

/* Several requests in one datagram, within a batch or not. */
static void cascade(struct generator *generator, int batch)
{
	static struct wire_datagram datagram, one;
	int i;

	datagram.len = 0;
	if (batch)
		wire_begin(&datagram, RTMGR_MSG_BATCH_BEGIN, NLM_F_REQUEST | NLM_F_ACK, 1,
			   sizeof(struct rtmgrmsg));
	for (i = 0; i < 6; i++) {
		generate(generator, &one, 100 + i);
		if (batch && one.last->nlmsg_type == RTM_GETROUTE)
			continue;
		memcpy(datagram.bytes + datagram.len, one.bytes, one.len);
		datagram.len += NLMSG_ALIGN(one.len);
	}
	if (batch)
		wire_begin(&datagram, RTMGR_MSG_BATCH_END, NLM_F_REQUEST | NLM_F_ACK, 2,
			   sizeof(struct rtmgrmsg));
	verdict(compare(batch ? "batch" : "cascade", &datagram, 0));
}

/* Bytes that are no requests any more. */
static void damaged(struct generator *generator)
{
	static struct wire_datagram datagram;
	int i, differ = 0;

	for (i = 0; i < BLOCK && !differ; i++) {
		generate(generator, &datagram, i);
		datagram.bytes[16 + (generator->state >> 20) % (datagram.len - 16)] =
			generator->state >> 40;
		differ = compare("damaged request", &datagram, 0);
	}
	verdict(differ);
}

static void requests(struct generator *generator)
{
	static struct wire_datagram datagram;
	int i, differ = 0;
	char text[1024];

	for (i = 0; i < BLOCK && !differ; i++) {
		generate(generator, &datagram, i);
		describe(datagram.last, text, sizeof(text));
		differ = compare(text, &datagram, 0);
	}
	verdict(differ);
}

static int run_all(struct generator *generator, unsigned long operations)
{
	static const __u32 tables[] = { 0, RT_TABLE_MAIN, 100, 77 };
	unsigned long done;
	size_t t;
	int i;

	for (i = 0; i < 2; i++) {
		if (wire_option(&ends[i].wire, NETLINK_EXT_ACK, 1) ||
		    wire_option(&ends[i].wire, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE) ||
		    wire_option(&ends[i].wire, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV6_ROUTE))
			return -1;
	}
	own_message(RTMGR_MSG_HELLO, 0, "good day");
	own_message(RTMGR_MSG_HELLO, NLM_F_ACK, NULL);
	own_message(RTMGR_MSG_BATCH_END, 0, NULL);
	own_message(RTMGR_MSG_BATCH_BEGIN, 0, NULL);
	own_message(0x1ff, NLM_F_ACK, NULL);
	for (done = 0; done < operations; done += BLOCK) {
		requests(generator);
		damaged(generator);
		cascade(generator, 0);
		cascade(generator, 1);
		own_message(RTMGR_MSG_GETSTATS, 0, NULL);
		for (t = 0; t < ARRAY_SIZE(tables); t++) {
			dump(AF_INET, t & 1, tables[t]);
			dump(AF_INET6, t & 1, tables[t]);
		}
		dump(AF_UNSPEC, 0, 0);
	}
	own_message(RTMGR_MSG_FLUSH, NLM_F_ECHO, NULL);
	own_message(RTMGR_MSG_GETSTATS, 0, NULL);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "operations", required_argument, NULL, 'n' },
		{ NULL, 0, NULL, 0 },
	};
	struct wire_target targets[2] = { { .protocol = NETLINK_RTMGR },
					  { .protocol = NETLINK_USERSOCK } };
	struct generator generator = { .state = time(NULL) | 1 };
	unsigned long operations = 2000;
	int option, err;
	pid_t server = 0;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (option == 's')
			generator.state = strtoull(optarg, NULL, 0) | 1;
		else if (option == 'n')
			operations = strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	if (optind >= argc || arena_make(&generator.devices))
		return 2;
	targets[1].port = arena_server(argv[optind], &server);
	printf("seed %llu\n", (unsigned long long)generator.state);
	ends[0].name = "module";
	ends[1].name = "rtmgr-user";
	/* the same port id, which stands in what they answer; each protocol has its own */
	err = wire_open(&ends[0].wire, targets[0], 4711);
	if (!err)
		err = wire_open(&ends[1].wire, targets[1], 4711);
	if (err || run_all(&generator, operations)) {
		fprintf(stderr, "sockets: %s\n", strerror(-err));
		return 2;
	}
	if (server > 0)
		kill(server, SIGTERM);
	printf("%lu passed, %lu failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
