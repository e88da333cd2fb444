# SPDX-License-Identifier: GPL-2.0-only
# What the scripts of the virtual machine drive rtmgr with.

VM := $(BUILD)/tests/vm
TESTS += $(VM)/client $(VM)/parity
VM_CFLAGS := $(USER_CFLAGS) -D_GNU_SOURCE

$(VM)/client: tests/vm/client.c tests/vm/work.c tests/vm/storm.c
$(VM)/parity: tests/vm/parity.c tests/differential/arena.c tests/differential/generate.c
$(VM)/client $(VM)/parity: tests/vm/wire.c $(wildcard tests/vm/*.h) include/uapi/rtmgr.h
	@mkdir -p $(@D)
	$(CC) $(VM_CFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) $(USER_LDFLAGS)
