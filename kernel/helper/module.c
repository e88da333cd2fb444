// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mode `module`: rtmgr comes and goes. The file is the one that the package (by DKMS) puts
 * beside the kernel that runs; the caller chooses nothing of it but how many routes it may hold.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "helper.h"

#define MODULE "rtmgr"
#define SYS_FOLDER "/sys/module/" MODULE "/"
/* linux/module.h; not in the headers of older C libraries */
#define INIT_COMPRESSED_FILE 4

/* The installed module, as it was found. */
struct installed {
	int fd;			/* negative: it may not be loaded */
	int error;
	enum helper_reason reason;
	int flags;		/* of finit_module() */
	char path[PATH_MAX];
};

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

static struct installed find_module(void)
{
	static const struct {
		const char *suffix;
		int flags;
	} forms[] = {
		{ "", 0 }, { ".xz", INIT_COMPRESSED_FILE }, { ".zst", INIT_COMPRESSED_FILE },
	};
	struct installed found = { .fd = -1 };
	struct utsname name;
	const char *usr = "";
	struct stat lib;
	size_t i;

	/* nearly everywhere /lib is a link to /usr/lib, and we follow none */
	if (lstat("/lib", &lib) || S_ISLNK(lib.st_mode))
		usr = "/usr";
	uname(&name);
	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		snprintf(found.path, sizeof(found.path),
			 "%s/lib/modules/%s/updates/dkms/" MODULE ".ko%s", usr, name.release,
			 forms[i].suffix);
		found.flags = forms[i].flags;
		found.fd = open_safely(found.path);
		if (found.fd >= 0)
			return found;
		if (found.fd != -ENOENT) {
			found.error = -found.fd;
			found.reason = HELPER_REASON_UNSAFE_FILE;
			return found;
		}
	}
	/* where it would be */
	found.path[strlen(found.path) - strlen(forms[i - 1].suffix)] = '\0';
	found.error = ENOENT;
	found.reason = HELPER_REASON_NOT_INSTALLED;
	return found;
}

/* The first line of a file in /sys, or nothing. */
static void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, line, size - 1);

	line[length > 0 ? length : 0] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static uint32_t read_number(const char *path, uint32_t unknown)
{
	char line[32], *end;
	unsigned long number;

	read_line(path, line, sizeof(line));
	number = strtoul(line, &end, 10);
	return end == line || number > UINT32_MAX ? unknown : number;
}

static void status(const struct request *req)
{
	static const char *const states[] = { "live", "coming", "going" };
	struct {
		struct helper_status status;
		char texts[PATH_MAX + 512];
	} said = {
		.status = {
			.refcount = read_number(SYS_FOLDER "refcnt", 0),
			.owner = read_number(SYS_FOLDER "parameters/owner", UINT32_MAX),
			.max_routes = read_number(SYS_FOLDER "parameters/max_routes", UINT32_MAX),
			.core_bytes = read_number(SYS_FOLDER "coresize", 0),
		},
	};
	struct installed found = find_module();
	char state[32], version[128], srcversion[128];
	size_t i, length = 0;

	if (found.fd >= 0)
		close(found.fd);
	said.status.installed_reason = found.reason;
	read_line(SYS_FOLDER "initstate", state, sizeof(state));
	for (i = 0; i < sizeof(states) / sizeof(*states); i++)
		if (!strcmp(state, states[i]))
			said.status.loaded = i + 1;
	read_line(SYS_FOLDER "version", version, sizeof(version));
	read_line(SYS_FOLDER "srcversion", srcversion, sizeof(srcversion));
	length = snprintf(said.texts, sizeof(said.texts), "%s%c%s%c%s", version, 0, srcversion, 0,
			  found.path) + 1;
	answer(req, 0, HELPER_REASON_NONE, &said, sizeof(said.status) + length, NULL, 0);
}

/* Answers with what the kernel said about it, whether it did it or not. */
static void answer_kernel(const struct request *req, long result)
{
	static char lines[HELPER_FRAME_MAX / 2];
	int error = result ? errno : 0;

	answer(req, error, error ? HELPER_REASON_KERNEL : HELPER_REASON_NONE, lines,
	       kmsg_collect(lines, sizeof(lines)), NULL, 0);
}

static void load(const struct request *req, uid_t owner)
{
	const struct helper_load *wanted = req->payload;
	struct installed found = find_module();
	char parameters[64];
	int length;

	if (found.fd < 0) {
		answer(req, found.error, found.reason, NULL, 0, NULL, 0);
		return;
	}
	length = snprintf(parameters, sizeof(parameters), "owner=%u", owner);
	if (wanted->max_routes)
		snprintf(parameters + length, sizeof(parameters) - length, " max_routes=%u",
			 wanted->max_routes);
	kmsg_mark();
	answer_kernel(req, syscall(SYS_finit_module, found.fd, parameters, found.flags));
	close(found.fd);
}

bool module_request(const struct request *req, uid_t owner)
{
	if (req->type == HELPER_MODULE_LOAD) {
		if (req->length != sizeof(struct helper_load))
			return false;
		load(req, owner);
		return true;
	}
	if (req->length)
		return false;
	switch (req->type) {
	case HELPER_MODULE_STATUS:
		status(req);
		return true;
	case HELPER_MODULE_UNLOAD:
		kmsg_mark();
		/* at once or not at all: EWOULDBLOCK while somebody has a socket open */
		answer_kernel(req, syscall(SYS_delete_module, MODULE, O_NONBLOCK));
		return true;
	case HELPER_LOG:
		answer(req, -kmsg_follow(), HELPER_REASON_NONE, NULL, 0, NULL, 0);
		return true;
	default:
		return false;
	}
}
