/* SPDX-License-Identifier: GPL-2.0-only */
/* For the fuzz targets of what has descriptors. */
#ifndef ROUTELENS_TESTS_HELPER_FUZZ_H
#define ROUTELENS_TESTS_HELPER_FUZZ_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void must(bool true_so, const char *what)
{
	if (true_so)
		return;
	dprintf(STDERR_FILENO, "fuzz target: %s\n", what);
	abort();
}

static inline size_t open_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	must(folder, "/proc/self/fd");
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

#endif
