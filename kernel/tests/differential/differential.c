// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same random requests to the kernel's own routing tables and to rtmgr: the errno, the sentence
 * and the offset of each must agree, what it is answered with and what the groups hear of it too,
 * and after each hundred both dumps, byte for byte and in order. Makes a namespace of its own for
 * it.
 *
 * What may differ is the list in include/uapi/rtmgr.h, and the requests keep clear of it: see
 * generate.c, where each place names its entry.
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
#include "arena.h"
#include "generate.h"
#include "side.h"

#define BLOCK 100
#define SHOWN 20

struct options {
	__u64 seed;
	unsigned long operations;
	int family;
	int protocol; /* NETLINK_RTMGR, or 0: start rtmgr-user */
	const char *program;
	int trace;
};

struct run {
	struct generator generator;
	struct side kernel;
	struct side rtmgr;
	unsigned long passed, failed, accepted;
};

static int same(const struct messages *a, const struct messages *b)
{
	return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

static void print_messages(const char *name, const struct messages *messages)
{
	const struct nlmsghdr *nlh;
	char text[1024];
	size_t at, i;

	printf("    %s: %zu\n", name, messages->count);
	for (at = 0; at < messages->len; at += NLMSG_ALIGN(nlh->nlmsg_len)) {
		nlh = (const struct nlmsghdr *)(messages->bytes + at);
		describe(nlh, text, sizeof(text));
		printf("      nlflags %#x %s\n        ", nlh->nlmsg_flags, text);
		for (i = NLMSG_HDRLEN; i < nlh->nlmsg_len; i++)
			printf("%02x", ((const __u8 *)nlh)[i]);
		printf("\n");
	}
}

/* Only what is not the same: the first message of two lists that differs. */
static void print_difference(const struct messages *a, const struct messages *b)
{
	size_t at = 0;

	while (at < a->len && at < b->len) {
		const struct nlmsghdr *x = (const struct nlmsghdr *)(a->bytes + at);
		const struct nlmsghdr *y = (const struct nlmsghdr *)(b->bytes + at);

		if (x->nlmsg_len != y->nlmsg_len || memcmp(x, y, x->nlmsg_len))
			break;
		at += NLMSG_ALIGN(x->nlmsg_len);
	}
	print_messages("kernel",
		       &(struct messages){
			       .bytes = a->bytes + at,
			       .count = a->count,
			       .len = at < a->len ? NLMSG_ALIGN(((struct nlmsghdr *)(a->bytes + at))
									->nlmsg_len) :
						    0 });
	print_messages("rtmgr",
		       &(struct messages){
			       .bytes = b->bytes + at,
			       .count = b->count,
			       .len = at < b->len ? NLMSG_ALIGN(((struct nlmsghdr *)(b->bytes + at))
									->nlmsg_len) :
						    0 });
}

static void print_request(const struct run *run, unsigned long number,
			  const struct wire_datagram *request)
{
	char text[1024];
	size_t i;

	describe(request->last, text, sizeof(text));
	printf("  request %lu: %s\n    ", number, text);
	for (i = 0; i < request->len; i++)
		printf("%02x", request->bytes[i]);
	printf("\n    kernel: %s \"%s\" at %u\n    rtmgr:  %s \"%s\" at %u\n",
	       strerror(-run->kernel.error), run->kernel.text, run->kernel.offset,
	       strerror(-run->rtmgr.error), run->rtmgr.text, run->rtmgr.offset);
}

/*
 * The answer to a lookup tells of an IPv6 multipath route from the sibling that a hash chose
 * [MULTIPATH].
 */
static int is_choice(const struct messages *messages)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)messages->bytes;
	const struct rtmsg *rtm = NLMSG_DATA(nlh);
	const struct rtattr *attr = RTM_RTA(rtm);
	int left;

	if (messages->count != 1 || rtm->rtm_family != AF_INET6)
		return 0;
	for (left = RTM_PAYLOAD(nlh); RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if (attr->rta_type == RTA_MULTIPATH)
			return 1;
	}
	return 0;
}

/*
 * The kernel tells what it has done of an IPv6 request before its last next hop failed, and what it
 * has taken back of it. rtmgr has done nothing [ATOMIC]. That nothing is left behind, the dumps
 * show.
 */
static int is_half_done(const struct run *run, const struct wire_datagram *request)
{
	const struct rtmsg *rtm = NLMSG_DATA(request->last);

	return rtm->rtm_family == AF_INET6 && request->last->nlmsg_type == RTM_NEWROUTE &&
	       run->rtmgr.error && run->kernel.error == run->rtmgr.error &&
	       run->rtmgr.notices.count == 0;
}

/* 0: both agree. */
static int compare_request(struct run *run, unsigned long number,
			   const struct wire_datagram *request, int shown)
{
	/* where the kernel says nothing, rtmgr may say something [SENTENCE] */
	int texts = (*run->kernel.text && strcmp(run->kernel.text, run->rtmgr.text)) ||
		    run->kernel.offset != run->rtmgr.offset;
	int answers = !same(&run->kernel.answers, &run->rtmgr.answers) &&
		      !(is_choice(&run->kernel.answers) && is_choice(&run->rtmgr.answers));
	int notices = !same(&run->kernel.notices, &run->rtmgr.notices) &&
		      !is_half_done(run, request);

	if (run->kernel.error == run->rtmgr.error && !texts && !answers && !notices)
		return 0;
	if (!shown)
		return -1;
	print_request(run, number, request);
	if (answers) {
		printf("    they answer differently:\n");
		print_difference(&run->kernel.answers, &run->rtmgr.answers);
	}
	if (notices) {
		printf("    they tell it differently:\n");
		print_difference(&run->kernel.notices, &run->rtmgr.notices);
	}
	return -1;
}

static int compare_dumps(struct run *run, int family, unsigned long number, int shown)
{
	int err = side_dump(&run->kernel, family) ?: side_dump(&run->rtmgr, family);

	if (err) {
		printf("  a dump after request %lu failed: %s\n", number, strerror(-err));
		return err;
	}
	if (same(&run->kernel.dump, &run->rtmgr.dump))
		return 0;
	if (shown) {
		printf("  the dumps differ after request %lu:\n", number);
		print_difference(&run->kernel.dump, &run->rtmgr.dump);
	}
	return -1;
}

/* A dump with filters: the routes that it tells, or the errno of it, must be the same. */
static int compare_some(struct run *run, int family, unsigned long number, int shown)
{
	static struct wire_datagram request;
	char text[1024];
	int kernel, rtmgr;

	generate_dump(&run->generator, &request, family);
	kernel = side_dump_some(&run->kernel, &request);
	rtmgr = side_dump_some(&run->rtmgr, &request);
	if (kernel == rtmgr && same(&run->kernel.dump, &run->rtmgr.dump))
		return 0;
	if (shown) {
		describe(request.last, text, sizeof(text));
		printf("  a dump with filters differs after request %lu: %s\n", number, text);
		printf("    kernel: %s, rtmgr: %s\n", strerror(-kernel), strerror(-rtmgr));
		print_difference(&run->kernel.dump, &run->rtmgr.dump);
	}
	return -1;
}

/* One block of requests. 0: no difference. Below 0: it cannot go on. */
static int run_block(struct run *run, const struct options *options, unsigned long first)
{
	static struct wire_datagram request;
	int differ = 0, shown = run->failed < SHOWN, i, err;

	for (i = 0; i < BLOCK && !differ; i++) {
		generate(&run->generator, &request, first + i + 1);
		if (options->trace) {
			char text[1024];

			describe(request.last, text, sizeof(text));
			printf("%lu %s\n", first + i, text);
		}
		err = side_ask(&run->kernel, &request) ?: side_ask(&run->rtmgr, &request);
		if (err) {
			printf("  no answer to request %lu: %s\n", first + i, strerror(-err));
			return -1;
		}
		run->accepted += run->kernel.error == 0;
		differ = compare_request(run, first + i, &request, shown) != 0;
	}
	if (!differ)
		differ = compare_dumps(run, AF_INET, first + i, shown) ||
			 compare_dumps(run, AF_INET6, first + i, shown) ||
			 compare_some(run, AF_INET, first + i, shown) ||
			 compare_some(run, AF_INET6, first + i, shown);
	/* what follows would only be consequences */
	if (differ) {
		err = side_clear(&run->kernel) ?: side_clear(&run->rtmgr);
		if (err)
			printf("  a table could not be emptied: %s\n", strerror(-err));
		if (err)
			return -1;
	}
	return differ;
}

static int read_options(int argc, char **argv, struct options *options)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "operations", required_argument, NULL, 'n' },
		{ "family", required_argument, NULL, 'f' },
		{ "protocol", required_argument, NULL, 'p' },
		{ "program", required_argument, NULL, 'x' },
		{ "trace", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 's':
			options->seed = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			options->operations = strtoul(optarg, NULL, 0);
			break;
		case 'f':
			options->family = *optarg == '4' ? AF_INET : *optarg == '6' ? AF_INET6 : 0;
			break;
		case 'p':
			options->protocol = atoi(optarg);
			break;
		case 'x':
			options->program = optarg;
			break;
		case 't':
			options->trace = 1;
			break;
		default:
			fprintf(stderr,
				"options: --seed N --operations N --family 4|6 --protocol 31 --program FILE --trace\n");
			return -1;
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = { .seed = time(NULL) * 2654435761u + getpid(),
				   .operations = 100000,
				   .program = "build/rtmgr-user" };
	static struct run run;
	struct wire_target target = {};
	pid_t server = 0;
	unsigned long done = 0;
	int err, differ = 0;

	if (read_options(argc, argv, &options) || arena_make(&run.generator.devices))
		return 2;
	target.protocol = options.protocol ? options.protocol : NETLINK_USERSOCK;
	target.port = options.protocol ? 0 : arena_server(options.program, &server);
	if (!options.protocol && !target.port)
		return 2;
	err = side_open(&run.kernel, "kernel", (struct wire_target){ .protocol = NETLINK_ROUTE }) ?:
		      side_open(&run.rtmgr, "rtmgr", target);
	if (err) {
		fprintf(stderr, "sockets: %s\n", strerror(-err));
		return 2;
	}
	printf("seed %llu, %lu operations\n", (unsigned long long)options.seed, options.operations);
	run.generator.state = options.seed | 1;
	run.generator.families = options.family;
	for (; done < options.operations && differ >= 0; done += BLOCK) {
		differ = run_block(&run, &options, done);
		if (differ)
			run.failed++;
		else
			run.passed++;
	}
	printf("%lu operations, %lu of them accepted by the kernel; a case is a block of %d\n",
	       done, run.accepted, BLOCK);
	if (server > 0) {
		int status = 0;

		kill(server, SIGTERM);
		waitpid(server, &status, 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status)) {
			printf("rtmgr-user ended with status %#x\n", status);
			run.failed++;
		}
	}
	printf("%lu passed, %lu failed, 0 skipped\n", run.passed, run.failed);
	return run.failed != 0;
}
