// SPDX-License-Identifier: GPL-2.0-only
/* Much at once: several clients, and many namespaces. */
#include <errno.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "work.h"

/* One client of many. */
struct party {
	pthread_t thread;
	double until;
	int number;
	int err;
	__u32 rounds;
};

static int play(const struct party *party)
{
	struct wire wire;
	__u32 count;
	int err;

	err = wire_open(&wire, target, 0);
	if (err)
		return err;
	err = wire_option(&wire, NETLINK_ADD_MEMBERSHIP, RTNLGRP_IPV4_ROUTE);
	err = err ?: wire_option(&wire, NETLINK_DROP_MEMBERSHIP, RTNLGRP_IPV4_ROUTE);
	err = err ?: work_load(&wire, party->number * 1000, 900);
	err = err ?: work_dump(&wire, &count);
	if (party->number == 0)
		err = err ?: work_flush(&wire);
	wire_close(&wire);
	return err;
}

static void *party_run(void *context)
{
	struct party *party = context;

	while (work_now() < party->until && !party->err) {
		party->err = play(party);
		party->rounds++;
		/* a moment without sockets, for the one who tries to unload */
		usleep(2000 * party->number);
		/* it could, and loads again */
		if (party->err == -EPROTONOSUPPORT)
			party->err = 0;
	}
	return NULL;
}

int storm(double seconds, int clients)
{
	struct party *parties = calloc(clients, sizeof(*parties));
	double until = work_now() + seconds;
	__u32 rounds = 0;
	int err = 0;
	int i;

	if (!parties)
		return -ENOMEM;
	for (i = 0; i < clients; i++) {
		parties[i].until = until;
		parties[i].number = i;
		pthread_create(&parties[i].thread, NULL, party_run, &parties[i]);
	}
	for (i = 0; i < clients; i++) {
		pthread_join(parties[i].thread, NULL);
		err = err ?: parties[i].err;
		rounds += parties[i].rounds;
	}
	free(parties);
	fprintf(stderr, "%d clients, %u rounds\n", clients, rounds);
	return err;
}

static int lo_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCSIFFLAGS, &request))
		err = -errno;
	close(fd);
	return err;
}

int namespaces(int count, __u32 routes)
{
	struct wire wire;
	__u32 seen = 0;
	int err = 0;
	int i;

	for (i = 0; i < count && !err; i++) {
		if (unshare(CLONE_NEWNET))
			return -errno;
		err = lo_up();
		err = err ?: wire_open(&wire, target, 0);
		if (err)
			return err;
		/* what another namespace has is not to be seen here */
		err = work_dump(&wire, &seen);
		err = err ?: seen ? -EEXIST : 0;
		err = err ?: work_load(&wire, 0, routes);
		err = err ?: work_dump(&wire, &seen);
		err = err ?: seen != routes ? -ENODATA : 0;
		wire_close(&wire);
	}
	return err;
}
