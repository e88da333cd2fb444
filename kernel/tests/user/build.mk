# SPDX-License-Identifier: GPL-2.0-only
# rtmgr-user as a process: options, signals, files, rights, and clients that are many, slow or gone.

TESTS += $(BUILD)/tests/user
CHECKS += check-user

$(BUILD)/tests/user: $(wildcard tests/user/*.c) tests/vm/wire.c $(wildcard tests/user/*.h) tests/vm/wire.h include/uapi/rtmgr.h
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) $(USER_LDFLAGS)

.PHONY: check-user
check-user: $(BUILD)/tests/user $(BUILD)/rtmgr-user
	$(BUILD)/tests/user $(BUILD)/rtmgr-user
