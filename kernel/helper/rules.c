// SPDX-License-Identifier: GPL-2.0-only
/* The system calls of routelens-helper, beside those of each process. */
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/socket.h>

#include "helper.h"
#include "seccomp.h"

static const struct rule module[] = {
	OPEN_TO_READ, ANY(newfstatat), ANY(statx), ANY(uname), ANY(wait4),
	ANY(finit_module), ANY(delete_module),
};

static const struct rule routes[] = {
	OPEN_TO_READ, ANY(fstatfs), ANY(wait4), ANY(setsockopt), ANY(capget), ANY(capset),
	{ SYS_socket, 0, ~0U, AF_NETLINK }, { SYS_socketpair, 0, ~0U, AF_UNIX },
	{ SYS_setns, 1, ~0U, CLONE_NEWNET }, { SYS_ioctl, 1, ~0U, NS_GET_NSTYPE },
};

int rules_begin(enum mode mode)
{
	if (mode == MODE_MODULE)
		return seccomp_begin(module, sizeof(module) / sizeof(*module));
	return seccomp_begin(routes, sizeof(routes) / sizeof(*routes));
}
