// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network devices of this namespace, followed by rtnetlink, so that a route costs no system
 * call of its own.
 */
#include <poll.h>
#include <unistd.h>
#include "server.h"

struct link_entry {
	u32 ifindex;
	unsigned int flags;
};

static struct link_entry *links;
static size_t link_count, link_room;
static bool links_stale;

static struct link_entry *link_find(u32 ifindex)
{
	size_t i;

	for (i = 0; i < link_count; i++) {
		if (links[i].ifindex == ifindex)
			return &links[i];
	}
	return NULL;
}

static void link_set(u32 ifindex, unsigned int flags)
{
	struct link_entry *entry = link_find(ifindex), *grown;

	if (!entry && link_count == link_room) {
		grown = realloc(links, (link_room * 2 + 16) * sizeof(*links));
		if (!grown)
			return;
		links = grown;
		link_room = link_room * 2 + 16;
	}
	if (!entry)
		entry = &links[link_count++];
	entry->ifindex = ifindex;
	entry->flags = flags;
}

static void link_remove(u32 ifindex)
{
	struct link_entry *entry = link_find(ifindex);

	if (entry)
		*entry = links[--link_count];
}

/* Returns true when a dump is over. */
static bool links_take(const char *data, int len)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)data;
	bool over = false;

	for (; NLMSG_OK(nlh, len); nlh = NLMSG_NEXT(nlh, len)) {
		const struct ifinfomsg *info = NLMSG_DATA(nlh);

		over |= nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR;
		if (nlh->nlmsg_len < NLMSG_LENGTH(sizeof(*info)) || info->ifi_family != AF_UNSPEC)
			continue;
		if (nlh->nlmsg_type == RTM_NEWLINK)
			link_set(info->ifi_index, info->ifi_flags);
		else if (nlh->nlmsg_type == RTM_DELLINK)
			link_remove(info->ifi_index);
	}
	return over;
}

static int links_ask(int fd)
{
	struct {
		struct nlmsghdr nlh;
		struct ifinfomsg info;
	} request = {
		.nlh = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RTM_GETLINK,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = 1,
		},
	};

	link_count = 0;
	return send(fd, &request, sizeof(request), 0) < 0 ? -1 : 0;
}

/* Reads what is there; with wait, until a dump is over. */
static void links_read(int fd, bool wait)
{
	static char buffer[64 << 10] __aligned(8);
	ssize_t len;

	for (;;) {
		len = recv(fd, buffer, sizeof(buffer), wait ? 0 : MSG_DONTWAIT);
		if (len < 0 && errno == ENOBUFS)
			links_stale = true;
		else if (len < 0 && errno != EINTR)
			return;
		else if (len >= 0 && links_take(buffer, len) && wait)
			return;
	}
}

int links_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || links_ask(fd) < 0) {
		close(fd);
		return -1;
	}
	links_read(fd, true);
	return fd;
}

void links_update(int fd)
{
	links_read(fd, false);
	if (!links_stale)
		return;
	links_stale = false;
	if (links_ask(fd) == 0)
		links_read(fd, true);
}

void links_close(int fd)
{
	close(fd);
	free(links);
	links = NULL;
	link_count = 0;
	link_room = 0;
}

int rtmgr_device_flags(struct net *net, u32 ifindex, unsigned int *flags)
{
	const struct link_entry *entry = link_find(ifindex);

	(void)net;
	if (!entry)
		return -ENODEV;
	*flags = entry->flags;
	return 0;
}
