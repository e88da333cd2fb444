/* SPDX-License-Identifier: GPL-2.0-only */
/* Socket buffers: a datagram on its way in or out, and whose it is. */
#ifndef _RTMGR_USER_SKBUFF_H
#define _RTMGR_USER_SKBUFF_H

#include "list.h"
#include "memory.h"

typedef struct {
	u32 val;
} kuid_t;

struct user_namespace;
struct netlink_client;
struct netlink_wire;

/*
 * What the message code asks of a network namespace and of the kernel's end of a protocol: as good
 * as nothing.
 */
struct net {
	struct user_namespace *user_ns;
};

/* The kernel's end of a protocol, and who is at the other ends (netlink.h). */
struct sock {
	struct net *net;
	const struct netlink_wire *wire;
	struct list_head clients;
	u32 count; /* of clients */
};

struct scm_creds {
	u32 pid;
	kuid_t uid;
};

struct netlink_skb_parms {
	struct scm_creds creds;
	u32 portid;
	u32 dst_group;
	u32 flags;
	struct netlink_client *client; /* who sent it */
};

struct sk_buff {
	struct sk_buff *next;
	u32 users;
	u32 len;
	u8 *data;
	u8 *tail;
	u8 *end;
	struct sock *sk;
	struct netlink_skb_parms cb;
	u8 head[] __aligned(8);
};

#define NETLINK_CB(skb) ((skb)->cb)
#define NETLINK_CREDS(skb) (&(skb)->cb.creds)

static inline struct net *sock_net(const struct sock *sk)
{
	return sk->net;
}

struct sk_buff *alloc_skb(unsigned int size, gfp_t flags);
void kfree_skb(struct sk_buff *skb);
#define consume_skb(skb) kfree_skb(skb)

static inline struct sk_buff *skb_get(struct sk_buff *skb)
{
	skb->users++;
	return skb;
}

static inline u8 *skb_tail_pointer(const struct sk_buff *skb)
{
	return skb->tail;
}

static inline int skb_tailroom(const struct sk_buff *skb)
{
	return skb->end - skb->tail;
}

/* Aborts when there is no room, as the kernel does: a bug, not an error. */
void *skb_put(struct sk_buff *skb, unsigned int len);

static inline void *skb_put_zero(struct sk_buff *skb, unsigned int len)
{
	return memset(skb_put(skb, len), 0, len);
}

static inline void *skb_put_data(struct sk_buff *skb, const void *data, unsigned int len)
{
	return memcpy(skb_put(skb, len), data, len);
}

static inline void *skb_pull(struct sk_buff *skb, unsigned int len)
{
	if (len > skb->len)
		return NULL;
	skb->len -= len;
	return skb->data += len;
}

static inline void skb_trim(struct sk_buff *skb, unsigned int len)
{
	if (len < skb->len) {
		skb->len = len;
		skb->tail = skb->data + len;
	}
}

/* User namespaces: there is one. */
static inline u32 from_kuid_munged(struct user_namespace *ns, kuid_t uid)
{
	(void)ns;
	return uid.val;
}

#define INVALID_UID ((kuid_t){ (u32)-1 })

static inline bool uid_eq(kuid_t a, kuid_t b)
{
	return a.val == b.val;
}

static inline bool uid_valid(kuid_t uid)
{
	return uid.val != (u32)-1;
}

static inline kuid_t make_kuid(struct user_namespace *ns, u32 uid)
{
	(void)ns;
	return (kuid_t){ uid };
}

#define current_user_ns() ((struct user_namespace *)NULL)
/* Only asked for the user behind a request that names none. */
kuid_t current_uid(void);

#endif
