# SPDX-License-Identifier: GPL-2.0-only
# What the strict bench drives the module with.

DEBUG := $(BUILD)/tests/debug
TESTS += $(DEBUG)/fail-nth $(DEBUG)/mutate

$(DEBUG)/%: tests/debug/%.c tests/alloc/scenarios.c tests/vm/wire.c tests/alloc/scenarios.h tests/vm/wire.h include/uapi/rtmgr.h
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) $(USER_LDFLAGS)
