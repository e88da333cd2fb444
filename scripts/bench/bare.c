// SPDX-License-Identifier: MIT
/*
 * The barest peer of the benchmarks, so that what the kernel itself costs is known.
 *
 *   bare fill FIRST COUNT IF1 IF2 IF3 IF4   adds COUNT IPv4 /24 routes as fast as datagrams of 1,000 messages allow
 *   bare dump                               receives a dump of all IPv4 routes and decodes nothing but the end
 *   bare fill-del FIRST COUNT               deletes what fill added
 *
 * With BARE_PORT=N in the environment it does so to rtmgr-user at that port, instead of the kernel's own table.
 *
 * Prints one line of JSON: {"seconds":1.234,"bytes":N,"datagrams":N,"errors":N}.
 * FIRST is the number of the first route: route i goes to 1.0.0.0 + i * 256, so 2^20 of them end below 17.0.0.0. As in
 * real tables there are few different gateways (64 on each of four links), metrics, protocols and MTUs. The same rule
 * stands in main/bench/support.ts for ip(8).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 1000, ROOM = 1 << 16 };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static int die(const char *call)
{
	perror(call);
	return 1;
}

static void report(double seconds, long bytes, long datagrams, long errors)
{
	printf("{\"seconds\":%.6f,\"bytes\":%ld,\"datagrams\":%ld,\"errors\":%ld}\n", seconds, bytes, datagrams, errors);
}

static int open_socket(void)
{
	const char *port = getenv("BARE_PORT");
	struct sockaddr_nl peer = {.nl_family = AF_NETLINK, .nl_pid = port ? strtoul(port, NULL, 0) : 0};
	int size = 4 << 20;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, port ? NETLINK_USERSOCK : NETLINK_ROUTE);

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (port && connect(fd, (struct sockaddr *)&peer, sizeof(peer)) < 0)
		return -1;
	return fd;
}

static void put(struct nlmsghdr *message, int type, uint32_t value)
{
	struct rtattr *attribute = (struct rtattr *)((char *)message + message->nlmsg_len);

	attribute->rta_type = type;
	attribute->rta_len = RTA_LENGTH(sizeof(value));
	memcpy(RTA_DATA(attribute), &value, sizeof(value));
	message->nlmsg_len += RTA_SPACE(sizeof(value));
}

static void put_mtu(struct nlmsghdr *message, uint32_t mtu)
{
	struct rtattr *nest = (struct rtattr *)((char *)message + message->nlmsg_len);

	nest->rta_type = RTA_METRICS;
	message->nlmsg_len += RTA_LENGTH(0);
	put(message, RTAX_MTU, mtu);
	nest->rta_len = (char *)message + message->nlmsg_len - (char *)nest;
}

static size_t put_route(char *at, int is_delete, uint32_t i, const int *links)
{
	struct nlmsghdr *message = (struct nlmsghdr *)at;
	struct rtmsg *route = NLMSG_DATA(message);
	static const unsigned char protocols[] = {RTPROT_BGP, RTPROT_OSPF, RTPROT_STATIC};
	uint32_t link = i / 4 % 4;

	memset(message, 0, NLMSG_LENGTH(sizeof(*route)));
	message->nlmsg_len = NLMSG_LENGTH(sizeof(*route));
	message->nlmsg_type = is_delete ? RTM_DELROUTE : RTM_NEWROUTE;
	message->nlmsg_flags = NLM_F_REQUEST | (is_delete ? 0 : NLM_F_CREATE | NLM_F_EXCL);
	message->nlmsg_seq = i + 1;
	route->rtm_family = AF_INET;
	route->rtm_dst_len = 24;
	route->rtm_table = RT_TABLE_MAIN;
	route->rtm_protocol = is_delete ? RTPROT_UNSPEC : protocols[i % 3];
	route->rtm_scope = is_delete ? RT_SCOPE_NOWHERE : RT_SCOPE_UNIVERSE;
	route->rtm_type = is_delete ? RTN_UNSPEC : RTN_UNICAST;
	put(message, RTA_DST, htonl(0x01000000u + i * 256u));
	put(message, RTA_PRIORITY, (i % 8) * 10);
	if (!is_delete) {
		put(message, RTA_GATEWAY, htonl(0xc6120002u + (link << 8) + i * 7 % 64)); /* 198.18.LINK.2 and on */
		put(message, RTA_OIF, links[link]);
		if (i % 16 == 0)
			put_mtu(message, 1400);
	}
	return message->nlmsg_len;
}

/* Errors only come back when something is refused: no NLM_F_ACK. What is there is read after each datagram. */
static long drain_errors(int fd, char *room)
{
	long errors = 0;

	for (;;) {
		ssize_t n = recv(fd, room, ROOM, MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN)
			return errors;
		if (n < 0)
			return errors + 1;
		errors++;
	}
}

/* A process works after send() has returned, unlike the kernel: waits for an acknowledgement behind all else. */
static long wait_until_done(int fd, char *room)
{
	struct nlmsghdr ask = {
		.nlmsg_len = sizeof(ask),
		.nlmsg_type = NLMSG_NOOP,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	};
	const struct nlmsghdr *answer = (const struct nlmsghdr *)room;
	long errors = 0;

	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return 1;
	/* the routes' sequence numbers begin with 1 */
	for (;; errors++)
		if (recv(fd, room, ROOM, 0) < 0 || answer->nlmsg_seq == 0)
			return errors;
}

static int fill(int is_delete, uint32_t first, uint32_t count, const int *links)
{
	static char out[BATCH * 80], in[ROOM];
	long bytes = 0, datagrams = 0, errors = 0;
	int fd = open_socket();
	int size = sizeof(out) * 4;
	double start = now();

	if (fd < 0)
		return die("socket");
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	for (uint32_t i = 0; i < count;) {
		size_t length = 0;

		for (int n = 0; n < BATCH && i < count; n++, i++)
			length += put_route(out + length, is_delete, first + i, links);
		if (send(fd, out, length, 0) < 0)
			return die("send");
		bytes += length;
		datagrams++;
		errors += drain_errors(fd, in);
	}
	if (getenv("BARE_PORT"))
		errors += wait_until_done(fd, in);
	report(now() - start, bytes, datagrams, errors);
	return errors ? 2 : 0;
}

static int dump(void)
{
	static char room[ROOM];
	struct {
		struct nlmsghdr header;
		struct rtmsg route;
	} ask = {
		.header = {.nlmsg_len = sizeof(ask),
			   .nlmsg_type = RTM_GETROUTE,
			   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			   .nlmsg_seq = 1},
		.route = {.rtm_family = AF_INET},
	};
	long bytes = 0, datagrams = 0;
	int fd = open_socket();
	double start = now();

	if (fd < 0)
		return die("socket");
	if (send(fd, &ask, sizeof(ask), 0) < 0)
		return die("send");
	for (;;) {
		ssize_t n = recv(fd, room, sizeof(room), 0);
		struct nlmsghdr *first = (struct nlmsghdr *)room;

		if (n < 0)
			return die("recv");
		bytes += n;
		datagrams++;
		if (first->nlmsg_type == NLMSG_DONE)
			break;
		if (first->nlmsg_type == NLMSG_ERROR)
			return die("dump refused");
	}
	report(now() - start, bytes, datagrams, 0);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "dump"))
		return dump();
	if (argc == 8 && !strcmp(argv[1], "fill")) {
		int links[] = {atoi(argv[4]), atoi(argv[5]), atoi(argv[6]), atoi(argv[7])};

		return fill(0, strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0), links);
	}
	if (argc == 4 && !strcmp(argv[1], "fill-del"))
		return fill(1, strtoul(argv[2], NULL, 0), strtoul(argv[3], NULL, 0), NULL);
	fprintf(stderr, "usage: bare dump | fill FIRST COUNT IF1 IF2 IF3 IF4 | fill-del FIRST COUNT\n");
	return 64;
}
