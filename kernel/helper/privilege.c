// SPDX-License-Identifier: GPL-2.0-only
/* Starting without anything of the caller's, and giving up what is not needed. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "helper.h"

/* Standard descriptors are open, whatever happens, so that nothing we open becomes one of them. */
static void close_others(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		exit(1);
	need(!syscall(SYS_close_range, 3, ~0U, 0), "close_range");
}

/*
 * Limits last through pkexec: a caller's might kill us (RLIMIT_CPU, RLIMIT_FSIZE) or starve us
 * before the old routes are back. Who may not raise them is no root, and has what the caller has.
 */
static void set_limit(int resource, rlim_t most)
{
	struct rlimit both = { most, most };

	need(!setrlimit(resource, &both) || errno == EPERM, "setrlimit");
}

/* When memory is short others end first: with us, or our worker, the old routes would be gone. */
static void spare(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	/* root of a container may not: then it stays as it is */
	if (fd >= 0 && write(fd, "-900", 4) < 0)
		errno = 0;
	if (fd >= 0)
		close(fd);
}

/* PKEXEC_UID is believed from root only: pkexec clears the environment before it sets it. */
static uid_t authorised(void)
{
	const char *text = getenv("PKEXEC_UID");
	unsigned long uid;
	char *end;

	if (getuid() || !text)
		return getuid();
	errno = 0;
	uid = strtoul(text, &end, 10);
	if (errno || *text < '0' || *text > '9' || *end || uid >= (uid_t)-1) {
		complain("PKEXEC_UID is no user id");
		exit(1);
	}
	return uid;
}

uid_t privilege_begin(void)
{
	sigset_t all;
	uid_t user;

	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, NULL))
		exit(1);
	close_others();
	if (getuid() != geteuid() || getgid() != getegid()) {
		complain("this is not to be installed setuid: pkexec starts it");
		exit(1);
	}
	user = authorised();
	clearenv();
	umask(077);
	personality(PER_LINUX);
	set_limit(RLIMIT_CORE, 0);
	set_limit(RLIMIT_CPU, RLIM_INFINITY);
	set_limit(RLIMIT_FSIZE, RLIM_INFINITY);
	set_limit(RLIMIT_AS, RLIM_INFINITY);
	set_limit(RLIMIT_DATA, RLIM_INFINITY);
	set_limit(RLIMIT_NOFILE, 64);
	spare();
	need(!chdir("/") && !prctl(PR_SET_DUMPABLE, 0, 0, 0, 0), "chdir or prctl");
	return user;
}

static void drop_bounding(void)
{
	int cap;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		need(!prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) || errno == EPERM, "PR_CAPBSET_DROP");
}

static void drop_capabilities(uint32_t keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	need(!prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "PR_CAP_AMBIENT");
	need(!syscall(SYS_capget, &head, sets), "capget");
	sets[0].permitted &= keep;
	sets[0].effective = sets[0].permitted;
	sets[0].inheritable = 0;
	memset(&sets[1], 0, sizeof(sets[1]));
	need(!syscall(SYS_capset, &head, sets), "capset");
	need(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "PR_SET_NO_NEW_PRIVS");
}

void privilege_use(bool so)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	need(!syscall(SYS_capget, &head, sets), "capget");
	sets[0].effective = so ? sets[0].permitted : 0;
	need(!syscall(SYS_capset, &head, sets), "capset");
}

void privilege_drop(enum mode mode)
{
	drop_bounding();
	drop_capabilities(mode == MODE_MODULE ? CAP_TO_MASK(CAP_SYS_MODULE) :
			  /* the second one is for setns() */
			  CAP_TO_MASK(CAP_NET_ADMIN) | CAP_TO_MASK(CAP_SYS_ADMIN));
	errno = -rules_begin(mode);
	need(!errno, "seccomp");
}

/*
 * An id that nobody else has, so that nobody but root can stop, trace or signal what runs under it:
 * distributions and systemd leave the ids from 0x70000000 on alone (systemd.io/UIDS-GIDS).
 */
void privilege_none(void)
{
	uid_t id = 0x70000000 + getpid();

	drop_bounding();
	if (!setresgid(id, id, id))
		need(!setgroups(0, NULL) && !setresuid(id, id, id), "setresuid");
	else
		/* root of a user namespace that has no such id, or no root at all */
		need(errno == EINVAL || errno == EPERM, "setresgid");
	drop_capabilities(0);
}
