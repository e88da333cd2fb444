// SPDX-License-Identifier: GPL-2.0-only
/* Warnings, strings, the clock. */
#include <stdarg.h>
#include <time.h>
#include <sys/random.h>

#include "kernel.h"

unsigned long rtmgr_shim_warnings;
bool rtmgr_shim_abort_on_warning;
bool rtmgr_shim_verbose;

void rtmgr_shim_warn(const char *file, int line, const char *what)
{
	rtmgr_shim_warnings++;
	fprintf(stderr, "WARNING: %s:%d: %s\n", file, line, what);
	if (rtmgr_shim_abort_on_warning)
		abort();
}

void rtmgr_shim_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "BUG: %s:%d: %s\n", file, line, what);
	abort();
}

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	if (!size || WARN_ON_ONCE(size > INT_MAX))
		return -E2BIG;
	len = strnlen(src, size);
	if (len == size) {
		memcpy(dst, src, size - 1);
		dst[size - 1] = '\0';
		return -E2BIG;
	}
	memcpy(dst, src, len + 1);
	return len;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	if (!size)
		return 0;
	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	if (len < 0)
		len = 0;
	return (size_t)len < size ? len : (int)size - 1;
}

void *memchr_inv(const void *start, int c, size_t bytes)
{
	const u8 *p = start;

	for (; bytes; bytes--, p++)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

u64 ktime_get_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000 + now.tv_nsec;
}

u32 get_random_u32(void)
{
	u32 value = 0;

	if (getrandom(&value, sizeof(value), 0) != sizeof(value))
		value = (u32)ktime_get_ns();
	return value;
}
