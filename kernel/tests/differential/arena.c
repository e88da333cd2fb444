// SPDX-License-Identifier: GPL-2.0-only
/* See arena.h. */
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "arena.h"

static const char *const setup[] = {
	"ip link set lo up",
	"ip link add a0 type veth peer name b0",
	"ip link add a1 type veth peer name b1",
	"ip link add a2 type veth peer name b2",
	"sysctl -qw net.ipv6.conf.all.accept_ra=0",
	"ip link set a0 up && ip link set b0 up && ip link set a1 up && ip link set b1 up",
	"ip addr add 192.0.2.1/24 dev a0 && ip addr add 198.51.100.1/24 dev a1",
	"ip addr add 2001:db8:1::1/64 dev a0 nodad && ip addr add 2001:db8:2::1/64 dev a1 nodad",
};

int arena_make(struct devices *devices)
{
	size_t i;

	if (unshare(CLONE_NEWNET)) {
		perror("unshare (run this under `unshare -Urn`)");
		return -1;
	}
	for (i = 0; i < ARRAY_SIZE(setup); i++) {
		if (system(setup[i])) {
			fprintf(stderr, "failed: %s\n", setup[i]);
			return -1;
		}
	}
	/* addresses of links become usable a moment after they are up, and tell of routes then */
	sleep(3);
	devices->lo = if_nametoindex("lo");
	devices->veth[0] = if_nametoindex("a0");
	devices->veth[1] = if_nametoindex("a1");
	devices->down = if_nametoindex("a2");
	return 0;
}

__u32 arena_server(const char *program, pid_t *server)
{
	char line[64] = "";
	int ends[2];
	unsigned int port = 0;
	FILE *output;

	if (pipe(ends))
		return 0;
	*server = fork();
	if (*server == 0) {
		dup2(ends[1], 1);
		execl(program, program, "--with-parent", NULL);
		perror(program);
		_exit(127);
	}
	close(ends[1]);
	output = fdopen(ends[0], "r");
	if (!output || !fgets(line, sizeof(line), output) || sscanf(line, "port %u", &port) != 1)
		return 0;
	return port;
}
