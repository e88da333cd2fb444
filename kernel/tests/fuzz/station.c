// SPDX-License-Identifier: GPL-2.0-only
/* See station.h. */
#include "station.h"

#define STATION_PORT 4711
/* A dump that never ends is a bug. */
#define STATION_PARTS 100000

static struct station *station_of(struct sock *sk)
{
	return container_of(sk, struct station, sk);
}

static void station_hear(struct sock *sk, struct netlink_client *client, const void *data, u32 len)
{
	struct station *station = station_of(sk);
	size_t room = station->room;

	(void)client;
	while (station->len + len > room)
		room = room * 2 + 65536;
	if (room != station->room) {
		/* not by rtmgr_shim_alloc(): this is the reader's memory, which never fails */
		station->said = realloc(station->said, room);
		station->room = room;
	}
	memcpy(station->said + station->len, data, len);
	station->len += len;
}

static void station_overrun(struct sock *sk, struct netlink_client *client)
{
	static const struct nlmsghdr lost = { .nlmsg_len = NLMSG_HDRLEN,
					      .nlmsg_type = NLMSG_OVERRUN };

	station_hear(sk, client, &lost, sizeof(lost));
}

static const struct netlink_wire station_wire = {
	.answer = station_hear,
	.notify = station_hear,
	.overrun = station_overrun,
};

int station_open(struct station *station)
{
	int err;

	memset(station, 0, sizeof(*station));
	INIT_LIST_HEAD(&station->sk.clients);
	station->sk.net = &station->net;
	station->sk.wire = &station_wire;
	station->rn.net = &station->net;
	station->rn.sk = &station->sk;
	err = rtmgr_core_init();
	if (err)
		return err;
	err = rtmgr_net_init(&station->rn, 100000);
	if (err)
		goto no_tables;
	station->client = netlink_client_new(&station->sk, STATION_PORT, sizeof(*station->client));
	if (!station->client) {
		err = -ENOMEM;
		goto no_client;
	}
	return 0;

no_client:
	rtmgr_net_exit(&station->rn);
no_tables:
	rtmgr_core_exit();
	return err;
}

void station_close(struct station *station)
{
	netlink_client_free(&station->sk, station->client);
	rtmgr_net_exit(&station->rn);
	rtmgr_core_exit();
	free(station->said);
}

void station_forget(struct station *station)
{
	station->len = 0;
}

void station_send(struct station *station, const void *bytes, size_t len, u32 uid)
{
	struct sk_buff *request = alloc_skb(len, GFP_KERNEL);
	int parts;

	if (!request)
		return;
	skb_put_data(request, bytes, len);
	request->sk = &station->sk;
	NETLINK_CB(request).portid = STATION_PORT;
	NETLINK_CB(request).client = station->client;
	NETLINK_CB(request).creds.uid = (kuid_t){ uid };
	rtmgr_input(request);
	kfree_skb(request);
	for (parts = 0; station->client->dumping; parts++) {
		if (parts > STATION_PARTS)
			abort();
		netlink_dump_more(&station->sk, station->client);
	}
}

struct rtmgr_net *rtmgr_net_of(const struct sk_buff *request)
{
	return &station_of(request->sk)->rn;
}

bool rtmgr_may_write(struct sk_buff *request)
{
	return NETLINK_CREDS(request)->uid.val == 0;
}

/* lo, two devices that are up, one that is not. */
int rtmgr_device_flags(struct net *net, u32 ifindex, unsigned int *flags)
{
	static const unsigned int devices[] = {
		0, IFF_UP | IFF_LOOPBACK, 0, IFF_UP, 0, IFF_UP, 0, IFF_UP
	};

	(void)net;
	if (ifindex == 0 || ifindex >= ARRAY_SIZE(devices))
		return -ENODEV;
	*flags = devices[ifindex];
	return 0;
}

kuid_t current_uid(void)
{
	return (kuid_t){ 0 };
}
