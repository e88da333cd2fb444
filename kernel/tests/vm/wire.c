// SPDX-License-Identifier: GPL-2.0-only
/* A socket of rtmgr, and messages to put into it. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "wire.h"

int wire_open(struct wire *wire, struct wire_target target, __u32 port)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_pid = port };
	socklen_t len = sizeof(address);
	int size = 4 << 20;

	wire->target = target;
	wire->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, target.protocol);
	if (wire->fd < 0)
		return -errno;
	if (setsockopt(wire->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(wire->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(wire->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(wire->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (bind(wire->fd, (struct sockaddr *)&address, sizeof(address)) ||
	    getsockname(wire->fd, (struct sockaddr *)&address, &len)) {
		int err = -errno;

		close(wire->fd);
		return err;
	}
	wire->port = address.nl_pid;
	return 0;
}

void wire_close(struct wire *wire)
{
	close(wire->fd);
	wire->fd = -1;
}

int wire_send(const struct wire *wire, const void *bytes, size_t len)
{
	struct sockaddr_nl to = { .nl_family = AF_NETLINK, .nl_pid = wire->target.port };
	ssize_t sent = sendto(wire->fd, bytes, len, 0, (struct sockaddr *)&to, sizeof(to));

	return sent < 0 ? -errno : (int)sent;
}

int wire_receive(const struct wire *wire, void *bytes, size_t size, int milliseconds)
{
	struct pollfd ready = { .fd = wire->fd, .events = POLLIN };
	ssize_t len;

	if (poll(&ready, 1, milliseconds) == 0)
		return -ETIMEDOUT;
	len = recv(wire->fd, bytes, size, MSG_TRUNC);
	if (len < 0)
		return -errno;
	return (size_t)len > size ? -EMSGSIZE : (int)len;
}

union wire_buffer {
	struct nlmsghdr first;
	__u8 bytes[WIRE_BUFFER];
};

static int error_of(const struct nlmsghdr *nlh)
{
	int error;

	memcpy(&error, NLMSG_DATA(nlh), sizeof(error));
	return error;
}

int wire_talk(const struct wire *wire, struct wire_datagram *datagram,
	      void (*each)(const struct nlmsghdr *nlh, void *context), void *context)
{
	static __thread union wire_buffer buffer;
	__u32 seq = datagram->last->nlmsg_seq;
	int len, err;

	err = wire_send(wire, datagram->bytes, datagram->len);
	if (err < 0)
		return err;
	for (;;) {
		struct nlmsghdr *nlh = &buffer.first;

		len = wire_receive(wire, buffer.bytes, sizeof(buffer.bytes), 60000);
		if (len < 0)
			return len;
		for (; NLMSG_OK(nlh, (__u32)len); nlh = NLMSG_NEXT(nlh, len)) {
			bool mine = nlh->nlmsg_seq == seq && nlh->nlmsg_pid == wire->port;

			if (mine && (nlh->nlmsg_type == NLMSG_ERROR ||
				     nlh->nlmsg_type == NLMSG_DONE))
				return error_of(nlh);
			if (each)
				each(nlh, context);
		}
	}
}

int wire_option(struct wire *wire, int option, int value)
{
	if (wire->target.protocol == NETLINK_USERSOCK) {
		struct wire_datagram *datagram = calloc(1, sizeof(*datagram));
		int err;

		if (!datagram)
			return -ENOMEM;
		wire_begin(datagram, RTMGR_MSG_SOCKOPT, NLM_F_REQUEST | NLM_F_ACK, 0x50c0,
			   sizeof(struct rtmgrmsg));
		wire_attr_u32(datagram, RTMGR_A_OPTION, option);
		wire_attr_u32(datagram, RTMGR_A_VALUE, value);
		err = wire_talk(wire, datagram, NULL, NULL);
		free(datagram);
		return err;
	}
	return setsockopt(wire->fd, SOL_NETLINK, option, &value, sizeof(value)) ? -errno : 0;
}

void *wire_begin(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 seq, size_t size)
{
	struct nlmsghdr *nlh = (struct nlmsghdr *)(datagram->bytes + datagram->len);

	memset(nlh, 0, NLMSG_SPACE(size));
	nlh->nlmsg_len = NLMSG_LENGTH(size);
	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = flags;
	nlh->nlmsg_seq = seq;
	datagram->last = nlh;
	datagram->len += NLMSG_SPACE(size);
	return NLMSG_DATA(nlh);
}

void *wire_attr(struct wire_datagram *datagram, __u16 type, const void *data, size_t len)
{
	struct nlmsghdr *nlh = datagram->last;
	struct rtattr *attr = (struct rtattr *)((__u8 *)nlh + NLMSG_ALIGN(nlh->nlmsg_len));

	memset(attr, 0, RTA_SPACE(len));
	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(len);
	if (data)
		memcpy(RTA_DATA(attr), data, len);
	nlh->nlmsg_len = NLMSG_ALIGN(nlh->nlmsg_len) + RTA_SPACE(len);
	datagram->len = (size_t)((__u8 *)nlh - datagram->bytes) + nlh->nlmsg_len;
	return RTA_DATA(attr);
}

void wire_attr_u32(struct wire_datagram *datagram, __u16 type, __u32 value)
{
	wire_attr(datagram, type, &value, sizeof(value));
}

struct rtattr *wire_nest(struct wire_datagram *datagram, __u16 type)
{
	__u8 *data = wire_attr(datagram, type, NULL, 0);

	return (struct rtattr *)(data - RTA_LENGTH(0));
}

void wire_nest_end(struct wire_datagram *datagram, struct rtattr *nest)
{
	nest->rta_len = (__u16)(datagram->bytes + datagram->len - (__u8 *)nest);
}

struct rtmsg *wire_route(struct wire_datagram *datagram, __u16 type, __u16 flags, __u32 seq,
			 int family,
			 const void *address, int plen)
{
	struct rtmsg *rtm = wire_begin(datagram, type, NLM_F_REQUEST | flags, seq, sizeof(*rtm));

	rtm->rtm_family = family;
	rtm->rtm_table = RT_TABLE_MAIN;
	rtm->rtm_dst_len = plen;
	if (type == RTM_NEWROUTE) {
		rtm->rtm_protocol = RTPROT_STATIC;
		rtm->rtm_scope = RT_SCOPE_UNIVERSE;
		rtm->rtm_type = RTN_UNICAST;
	} else {
		rtm->rtm_scope = RT_SCOPE_NOWHERE;
	}
	if (address)
		wire_attr(datagram, RTA_DST, address, family == AF_INET ? 4 : 16);
	return rtm;
}
