# SPDX-License-Identifier: GPL-2.0-only
# routelens-helper, the only program of Routelens that runs as root, and routelens-worker, which it starts without any
# rights from the folder where it lies: `make helper` builds both.

HELPER := $(BUILD)/routelens-helper
WORKER := $(BUILD)/routelens-worker
HELPER_SOURCES := $(sort $(wildcard helper/*.c))
# What the worker shares with it are the rules for messages and for system calls.
WORKER_SOURCES := $(sort $(wildcard worker/*.c)) helper/check.c helper/seccomp.c
HELPER_HEADERS := $(wildcard helper/*.h worker/*.h)
HELPER_CFLAGS := $(USER_CFLAGS) -iquote helper -Wsign-compare -Wshadow -Wstrict-prototypes
# What an attacker would have to get past, should there be a mistake.
HELPER_HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
HELPER_LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack

.PHONY: helper
helper: $(HELPER) $(WORKER)

$(HELPER): $(HELPER_SOURCES)
$(WORKER): $(WORKER_SOURCES)
$(HELPER) $(WORKER): $(HELPER_HEADERS) helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_CFLAGS) $(HELPER_HARDENING) $(CFLAGS) $(HELPER_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^)
