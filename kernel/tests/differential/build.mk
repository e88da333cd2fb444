# SPDX-License-Identifier: GPL-2.0-only
# rtmgr beside the kernel's own tables.

DIFFERENTIAL := $(BUILD)/tests/differential
TESTS += $(DIFFERENTIAL)
CHECKS += check-differential

$(DIFFERENTIAL): $(wildcard tests/differential/*.c) tests/vm/wire.c $(wildcard tests/differential/*.h tests/vm/wire.h)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) $(USER_LDFLAGS)

.PHONY: check-differential
check-differential: $(DIFFERENTIAL) $(BUILD)/rtmgr-user
	unshare -Urn $(DIFFERENTIAL)
