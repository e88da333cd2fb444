// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hand of the virtual machine's test scripts: one thing done to rtmgr by each call. Ends with
 * 0, or with 1 and the name of the errno on stdout, which the scripts compare.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "work.h"

struct wire_target target = { .protocol = NETLINK_RTMGR };

static int tell(int err)
{
	if (err >= 0)
		return 0;
	printf("%s\n", strerrorname_np(-err) ?: "an errno without a name");
	return 1;
}

/* Calls work with a socket that is open. */
static int with_socket(int (*work)(struct wire *wire, char **words), char **words)
{
	struct wire wire;
	int err = wire_open(&wire, target, 0);

	if (err)
		return err;
	err = work(&wire, words);
	wire_close(&wire);
	return err;
}

static void print_hello(const struct nlmsghdr *nlh, void *context)
{
	const struct rtattr *attr = (void *)((char *)NLMSG_DATA(nlh) + sizeof(struct rtmgrmsg));
	int len = NLMSG_PAYLOAD(nlh, sizeof(struct rtmgrmsg));

	(void)context;
	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len)) {
		__u32 value = 0;

		if (attr->rta_type == RTMGR_A_TEXT)
			printf("text %s\n", (char *)RTA_DATA(attr));
		if (attr->rta_type == RTMGR_A_RELEASE)
			printf("release %s\n", (char *)RTA_DATA(attr));
		if (attr->rta_type == RTMGR_A_VERSION) {
			memcpy(&value, RTA_DATA(attr), 4);
			printf("version %u\n", value);
		}
		if (attr->rta_type == RTMGR_A_UID) {
			memcpy(&value, RTA_DATA(attr), 4);
			printf("uid %u\n", value);
		}
		if (attr->rta_type == RTMGR_A_WRITABLE)
			printf("writable %u\n", *(__u8 *)RTA_DATA(attr));
	}
}

static int do_hello(struct wire *wire, char **words)
{
	struct wire_datagram *datagram = work_datagram();

	(void)words;
	wire_begin(datagram, RTMGR_MSG_HELLO, NLM_F_REQUEST | NLM_F_ACK, 1,
		   sizeof(struct rtmgrmsg));
	wire_attr(datagram, RTMGR_A_TEXT, "good day", 9);
	return wire_talk(wire, datagram, print_hello, NULL);
}

static void print_stats(const struct nlmsghdr *nlh, void *context)
{
	const struct rtattr *attr = (void *)((char *)NLMSG_DATA(nlh) + sizeof(struct rtmgrmsg));
	int len = NLMSG_PAYLOAD(nlh, sizeof(struct rtmgrmsg));
	struct rtmgr_stats stats;

	(void)context;
	for (; RTA_OK(attr, len); attr = RTA_NEXT(attr, len)) {
		if (attr->rta_type != RTMGR_A_STATS || RTA_PAYLOAD(attr) < (int)sizeof(stats))
			continue;
		memcpy(&stats, RTA_DATA(attr), sizeof(stats));
		printf("routes %llu\nmax_routes %llu\nbytes %llu\nadded %llu\ndeleted %llu\n",
		       stats.routes,
		       stats.max_routes, stats.bytes, stats.added, stats.deleted);
	}
}

static int do_stats(struct wire *wire, char **words)
{
	struct wire_datagram *datagram = work_datagram();

	(void)words;
	wire_begin(datagram, RTMGR_MSG_GETSTATS, NLM_F_REQUEST | NLM_F_ACK, 1,
		   sizeof(struct rtmgrmsg));
	return wire_talk(wire, datagram, print_stats, NULL);
}

static int do_add(struct wire *wire, char **words)
{
	struct wire_datagram *datagram = work_datagram();

	work_route(datagram, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK,
		   words[0] ? atoi(words[0]) : 0);
	return wire_talk(wire, datagram, NULL, NULL);
}

static int do_delete(struct wire *wire, char **words)
{
	struct wire_datagram *datagram = work_datagram();

	work_route(datagram, RTM_DELROUTE, NLM_F_ACK, words[0] ? atoi(words[0]) : 0);
	return wire_talk(wire, datagram, NULL, NULL);
}

static int do_dump(struct wire *wire, char **words)
{
	__u32 count;
	int err = work_dump(wire, &count);

	(void)words;
	if (!err)
		printf("%u\n", count);
	return err;
}

static int do_flush(struct wire *wire, char **words)
{
	(void)words;
	return work_flush(wire);
}

static int do_load(struct wire *wire, char **words)
{
	double began = work_now();
	__u32 count = words[0] ? atoi(words[0]) : 1;
	int err = work_load(wire, 0, count);

	if (!err)
		fprintf(stderr, "%u routes in %.2f s\n", count, work_now() - began);
	return err;
}

static int do_join(struct wire *wire, char **words)
{
	return wire_option(wire, NETLINK_ADD_MEMBERSHIP, words[0] ? atoi(words[0]) : 0);
}

/* Joins by bind(2), as older programs do. */
static int do_bind(struct wire *wire, char **words)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_pid = wire->port };

	address.nl_groups = 1u << ((words[0] ? atoi(words[0]) : 1) - 1);
	return bind(wire->fd, (struct sockaddr *)&address, sizeof(address)) ? -errno : 0;
}

/* Holds the socket until its input ends. */
static int do_hold(struct wire *wire, char **words)
{
	char byte;

	(void)wire;
	(void)words;
	puts("holding");
	fflush(stdout);
	while (read(0, &byte, 1) > 0)
		;
	return 0;
}

/* Begins a dump, reads one datagram of it, and holds until its input ends. */
static int do_stall(struct wire *wire, char **words)
{
	struct wire_datagram *datagram = work_datagram();
	__u8 buffer[WIRE_BUFFER];
	int err;

	wire_route(datagram, RTM_GETROUTE, NLM_F_DUMP, 7, AF_INET, NULL, 0)->rtm_table =
		RT_TABLE_UNSPEC;
	err = wire_send(wire, datagram->bytes, datagram->len);
	if (err < 0)
		return err;
	err = wire_receive(wire, buffer, sizeof(buffer), 10000);
	if (err < 0)
		return err;
	return do_hold(wire, words);
}

/* storm SECONDS CLIENTS */
static int do_storm(char **words)
{
	return storm(words[0] ? atof(words[0]) : 1, words[0] && words[1] ? atoi(words[1]) : 4);
}

/* namespaces COUNT ROUTES */
static int do_namespaces(char **words)
{
	int count = words[0] ? atoi(words[0]) : 1;
	__u32 routes = words[0] && words[1] ? atoi(words[1]) : 1;

	return namespaces(count, routes);
}

static int do_insert(char **words)
{
	char options[256] = "";
	int fd, i;

	fd = open(words[0] ?: "", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (i = 1; words[i]; i++) {
		strncat(options, words[i], sizeof(options) - strlen(options) - 1);
		strncat(options, " ", sizeof(options) - strlen(options) - 1);
	}
	return syscall(SYS_finit_module, fd, options, 0) ? -errno : 0;
}

static int do_remove(char **words)
{
	return syscall(SYS_delete_module, words[0] ?: "rtmgr", O_NONBLOCK) ? -errno : 0;
}

static const struct {
	const char *name;
	int (*alone)(char **words);
	int (*with)(struct wire *wire, char **words);
} verbs[] = {
	{ "insert", do_insert, NULL },
	{ "remove", do_remove, NULL },
	{ "storm", do_storm, NULL },
	{ "namespaces", do_namespaces, NULL },
	{ "hello", NULL, do_hello },
	{ "stats", NULL, do_stats },
	{ "add", NULL, do_add },
	{ "delete", NULL, do_delete },
	{ "load", NULL, do_load },
	{ "dump", NULL, do_dump },
	{ "flush", NULL, do_flush },
	{ "join", NULL, do_join },
	{ "bind", NULL, do_bind },
	{ "hold", NULL, do_hold },
	{ "stall", NULL, do_stall },
};

int main(int argc, char **argv)
{
	size_t i;

	if (argc > 3 && !strcmp(argv[1], "--port")) {
		target = (struct wire_target){ NETLINK_USERSOCK, (__u32)strtoul(argv[2], NULL, 0) };
		argv += 2;
		argc -= 2;
	}
	for (i = 0; argc > 1 && i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(argv[1], verbs[i].name))
			continue;
		if (verbs[i].alone)
			return tell(verbs[i].alone(argv + 2));
		return tell(with_socket(verbs[i].with, argv + 2));
	}
	fprintf(stderr, "usage: client [--port PORT] VERB [WORD...], with a verb of:");
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(stderr, " %s", verbs[i].name);
	fprintf(stderr, "\n");
	return 2;
}
