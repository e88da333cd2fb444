// SPDX-License-Identifier: GPL-2.0-only
/* Starting without anything of the caller's, and giving up what is not needed. */
#include <errno.h>
#include <fcntl.h>
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

static void refuse(const char *what)
{
	complain("%s: %s", what, strerror(errno));
	exit(1);
}

/* Standard descriptors are open, whatever happens, so that nothing we open becomes one of them. */
static void close_others(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		exit(1);
	if (syscall(SYS_close_range, 3, ~0U, 0))
		for (fd = 3; fd < 65536; fd++)
			close(fd);
}

/*
 * Limits last through pkexec: a caller's might kill us (RLIMIT_CPU, RLIMIT_FSIZE) or starve us
 * before the old routes are back. Who may not raise them is no root, and has what the caller has.
 */
static void set_limits(void)
{
	static const struct {
		int resource;
		rlim_t most;
	} limits[] = {
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_CPU, RLIM_INFINITY },
		{ RLIMIT_FSIZE, RLIM_INFINITY },
		{ RLIMIT_AS, RLIM_INFINITY },
		{ RLIMIT_DATA, RLIM_INFINITY },
		{ RLIMIT_NOFILE, 64 },
	};
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		struct rlimit both = { limits[i].most, limits[i].most };

		if (setrlimit(limits[i].resource, &both) && errno != EPERM)
			refuse("setrlimit");
	}
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
	set_limits();
	if (chdir("/") || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		refuse("chdir or prctl");
	return user;
}

void privilege_drop(enum mode mode)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];
	uint32_t keep = mode == MODE_MODULE ? CAP_TO_MASK(CAP_SYS_MODULE) :
			/* the second one is for setns() */
			CAP_TO_MASK(CAP_NET_ADMIN) | CAP_TO_MASK(CAP_SYS_ADMIN);
	int cap, err;

	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno != EPERM)
			refuse("PR_CAPBSET_DROP");
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		refuse("PR_CAP_AMBIENT");
	if (syscall(SYS_capget, &head, sets))
		refuse("capget");
	sets[0].permitted &= keep;
	sets[0].effective = sets[0].permitted;
	sets[0].inheritable = 0;
	memset(&sets[1], 0, sizeof(sets[1]));
	if (syscall(SYS_capset, &head, sets))
		refuse("capset");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		refuse("PR_SET_NO_NEW_PRIVS");
	err = seccomp_begin(mode);
	if (err) {
		errno = -err;
		refuse("seccomp");
	}
}
