// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode `module`: rtmgr comes and goes. The file is the one that the package (by DKMS) puts
 * beside the kernel that runs. All that the caller chooses is a number, up to a limit of ours: how
 * many routes it may hold.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "helper.h"

#define MODULE "rtmgr"
/* linux/module.h; not in the headers of older C libraries */
#define INIT_COMPRESSED_FILE 4

/* Belongs to root, and nobody else may write to it: 0 or a negative errno. */
static int check_owner(int fd, mode_t kind)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return -errno;
	return (stat.st_mode & S_IFMT) != kind || stat.st_uid || stat.st_mode & 022 ? -EPERM : 0;
}

/*
 * Opens path part by part, from the root on, without following a link; each part has to be safe. A
 * descriptor or a negative errno: ENOENT where there is nothing, ELOOP or ENOTDIR for a link.
 */
static int open_safely(const char *path)
{
	char part[NAME_MAX + 1];
	int folder = open("/", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	int err = folder < 0 ? -errno : check_owner(folder, S_IFDIR);

	while (!err) {
		size_t length = strcspn(++path, "/");
		bool last = !path[length];
		int fd;

		if (length > NAME_MAX)
			break;
		memcpy(part, path, length);
		part[length] = '\0';
		path += length;
		/* not to wait for the other end of a pipe that stands there */
		fd = openat(folder, part, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
		err = fd < 0 ? -errno : check_owner(fd, last ? S_IFREG : S_IFDIR);
		close(folder);
		folder = fd;
		if (!err && last)
			return fd;
	}
	if (folder >= 0)
		close(folder);
	return err ? err : -ENAMETOOLONG;
}

/* A descriptor of the module's file, or -1 with the answer's error and reason. */
static int find(struct reply *reply, int *flags)
{
	static const struct {
		const char *suffix;
		int flags;
	} forms[] = {
		{ "", 0 }, { ".xz", INIT_COMPRESSED_FILE }, { ".zst", INIT_COMPRESSED_FILE },
	};
	struct utsname name;
	const char *usr = "";
	struct stat lib;
	size_t i;
	int fd;

	/* nearly everywhere /lib is a link to /usr/lib, and we follow none */
	if (lstat("/lib", &lib) || S_ISLNK(lib.st_mode))
		usr = "/usr";
	uname(&name);
	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		snprintf(reply->text, sizeof(reply->text),
			 "%s/lib/modules/%s/updates/dkms/" MODULE ".ko%s", usr, name.release,
			 forms[i].suffix);
		*flags = forms[i].flags;
		fd = open_safely(reply->text);
		if (fd >= 0)
			return fd;
		if (fd == -ENOENT)
			continue;
		reply->head = (struct gate_answer){ -fd, GATE_REASON_UNSAFE_FILE };
		return -1;
	}
	/* where it would be */
	*strrchr(reply->text, '.') = '\0';
	reply->head = (struct gate_answer){ ENOENT, GATE_REASON_NOT_INSTALLED };
	return -1;
}

static struct gate_answer by_kernel(long result)
{
	if (!result)
		return (struct gate_answer){ 0, GATE_REASON_NONE };
	return (struct gate_answer){ errno, GATE_REASON_KERNEL };
}

void module_request(const struct gate_request *req, uid_t owner, struct reply *reply)
{
	char parameters[64] = "";
	int fd, flags, length;

	if (req->verb == GATE_UNLOAD) {
		/* at once or not at all: EWOULDBLOCK while somebody has a socket open */
		reply->head = by_kernel(syscall(SYS_delete_module, MODULE, O_NONBLOCK));
		return;
	}
	if ((req->verb != GATE_FIND && req->verb != GATE_LOAD) || req->value > GATE_ROUTES_MAX)
		return;
	fd = find(reply, &flags);
	if (fd < 0)
		return;
	reply->head = (struct gate_answer){ 0, GATE_REASON_NONE };
	if (req->verb == GATE_LOAD) {
		length = snprintf(parameters, sizeof(parameters), "owner=%u", owner);
		if (req->value)
			snprintf(parameters + length, sizeof(parameters) - length,
				 " max_routes=%u", req->value);
		reply->head = by_kernel(syscall(SYS_finit_module, fd, parameters, flags));
	}
	close(fd);
}
