// SPDX-License-Identifier: GPL-2.0-only
/* The system calls of routelens-worker, beside those of each process. */
#include <sys/socket.h>

#include "seccomp.h"
#include "worker.h"

static const struct rule module[] = {
	OPEN_TO_READ, ANY(lseek), ANY(uname), ANY(recvmsg),
};

static const struct rule routes[] = {
	ANY(bind), ANY(getsockname), ANY(setsockopt), ANY(getsockopt), ANY(recvmsg), ANY(uname),
	/* sorting looks how much memory there is */
	ANY(sysinfo),
};

int rules_begin(bool is_module)
{
	if (is_module)
		return seccomp_begin(module, sizeof(module) / sizeof(*module));
	return seccomp_begin(routes, sizeof(routes) / sizeof(*routes));
}
