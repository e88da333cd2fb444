// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that `ip route save` writes: a magic number in host order, then RTM_NEWROUTE messages as a
 * dump has them. As `ip route restore` does, what fails is tried again after the others, and what
 * is there already is no failure.
 */
#include "server.h"

#define ROUTE_DUMP_MAGIC 0x45311224u
#define LOAD_PASSES 3
/* Nobody saves a table of more than that. */
#define LOAD_BYTES 0x40000000L

/* The errno that the message got. */
static int load_message(struct server *server, const struct nlmsghdr *nlh)
{
	struct sk_buff *request = alloc_skb(nlh->nlmsg_len, GFP_KERNEL);
	struct nlmsghdr *copy;

	if (!request)
		return -ENOMEM;
	copy = skb_put_zero(request, NLMSG_ALIGN(nlh->nlmsg_len));
	memcpy(copy, nlh, nlh->nlmsg_len);
	copy->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
	request->sk = &server->sk;
	NETLINK_CB(request).client = server->loader;
	NETLINK_CB(request).creds.uid = (kuid_t){ server->owner };
	server->loaded_errno = 0;
	rtmgr_input(request);
	kfree_skb(request);
	return server->loaded_errno;
}

/*
 * One pass over what has not been taken yet (done: a bit for each message). Returns how many
 * failed.
 */
static int load_pass(struct server *server, const char *data, long size, u8 *done)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)(data + sizeof(u32));
	int left = size - sizeof(u32), failed = 0;
	size_t i = 0;

	for (; NLMSG_OK(nlh, left); nlh = NLMSG_NEXT(nlh, left), i++) {
		int err;

		if (nlh->nlmsg_type != RTM_NEWROUTE || done[i])
			continue;
		err = load_message(server, nlh);
		done[i] = err == 0 || err == -EEXIST;
		failed += !done[i];
	}
	return failed;
}

static char *load_read(const char *file, long *size)
{
	FILE *stream = fopen(file, "rb");
	char *data = NULL;

	if (!stream)
		return NULL;
	*size = fseek(stream, 0, SEEK_END) ? -1 : ftell(stream);
	if (*size > LOAD_BYTES) {
		errno = EFBIG;
	} else if (*size >= 0) {
		rewind(stream);
		data = malloc(*size + 1);
		if (data && fread(data, 1, *size, stream) != (size_t)*size) {
			free(data);
			data = NULL;
		}
	}
	fclose(stream);
	return data;
}

int server_load(struct server *server, const char *file)
{
	int failed = -1, before = INT_MAX, pass;
	u8 *done = NULL;
	long size = 0;
	char *data = load_read(file, &size);
	u32 magic;

	if (!data) {
		fprintf(stderr, "rtmgr-user: %s cannot be read: %s\n", file,
			strerror(errno));
		return -1;
	}
	if (size >= (long)sizeof(magic))
		memcpy(&magic, data, sizeof(magic));
	if (size < (long)sizeof(magic) || magic != ROUTE_DUMP_MAGIC) {
		fprintf(stderr, "rtmgr-user: %s is not a file of `ip route save`\n", file);
		goto out;
	}
	server->loader = netlink_client_find(&server->sk, 0) ?: &server_client_get(server, 0)->base;
	done = calloc(size / NLMSG_HDRLEN + 1, 1);
	if (!done || !server->loader)
		goto out;
	for (pass = 0; pass < LOAD_PASSES; pass++) {
		failed = load_pass(server, data, size, done);
		if (failed == 0 || failed == before)
			break;
		before = failed;
	}
out:
	free(done);
	free(data);
	return failed;
}
