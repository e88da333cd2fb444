// SPDX-License-Identifier: GPL-2.0-only
/*
 * The worker is started without an environment. LeakSanitizer starts a process at the end, which
 * seccomp forbids; the fuzz targets look for leaks.
 */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}
