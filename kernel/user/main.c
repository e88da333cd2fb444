// SPDX-License-Identifier: GPL-2.0-only
/* rtmgr-user: options, signals, and the line that says it is ready. */
#include <getopt.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "server.h"

#define DEFAULT_MAX_ROUTES	4194304u

static const char usage[] =
	"Usage: rtmgr-user [OPTION]...\n"
	"Serves rtmgr, a routing-table manager, on a NETLINK_USERSOCK socket. Needs no privilege.\n"
	"It forwards no packet and changes nothing of this machine.\n"
	"\n"
	"  --port N        the port id (nl_pid) to serve at; without it the kernel chooses one\n"
	"  --load FILE     begin with the routes of a file that `ip route save` wrote\n"
	"  --owner UID     the user who may change routes, besides root; without it, who starts it\n"
	"  --max-routes N  routes there may be, 4194304 without it\n"
	"  --with-parent   end when the process that started it ends\n"
	"  --version       print the version, and end\n"
	"  --help          print this, and end\n"
	"\n"
	"Prints `port N` when it is ready. Ends with 0 on SIGTERM, SIGINT and SIGHUP.\n";

static int number(const char *text, const char *name, u32 *value)
{
	unsigned long long parsed;
	char *end;

	errno = 0;
	parsed = strtoull(text, &end, 10);
	if (errno || end == text || *end || *text == '-' || parsed > U32_MAX) {
		fprintf(stderr, "rtmgr-user: %s wants a number, not \"%s\"\n", name, text);
		return -1;
	}
	*value = parsed;
	return 0;
}

/* -1: go on; else the exit code. */
static int read_options(int argc, char **argv, struct server_options *options)
{
	static const struct option known[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "load", required_argument, NULL, 'l' },
		{ "owner", required_argument, NULL, 'o' },
		{ "max-routes", required_argument, NULL, 'm' },
		{ "with-parent", no_argument, NULL, 'w' },
		{ "version", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'p':
			if (number(optarg, "--port", &options->port))
				return 2;
			break;
		case 'l':
			options->load = optarg;
			break;
		case 'o':
			if (number(optarg, "--owner", &options->owner))
				return 2;
			break;
		case 'm':
			if (number(optarg, "--max-routes", &options->max_routes))
				return 2;
			break;
		case 'w':
			if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
				return 1;
			break;
		case 'v':
			puts("rtmgr-user " RTMGR_RELEASE);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs("Try --help.\n", stderr);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "rtmgr-user: \"%s\" is not an option. Try --help.\n", argv[optind]);
		return 2;
	}
	return -1;
}

/* Signals that end it, as something to poll. */
static int catch_signals(void)
{
	sigset_t ends;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &ends, NULL) < 0)
		return -1;
	return signalfd(-1, &ends, SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
	struct server_options options = { .owner = getuid(), .max_routes = DEFAULT_MAX_ROUTES };
	static struct server server;
	int code, signals;

	code = read_options(argc, argv, &options);
	if (code >= 0)
		return code;
	signals = catch_signals();
	if (signals < 0) {
		perror("rtmgr-user: signals");
		return 1;
	}
	code = server_open(&server, &options);
	if (code)
		return code;
	printf("port %u\n", server.port);
	fflush(stdout);
	code = server_run(&server, signals);
	server_close(&server);
	close(signals);
	return code;
}
