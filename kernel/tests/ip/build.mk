# SPDX-License-Identifier: GPL-2.0-only
# A stock ip(8) on rtmgr, beside the same ip on the kernel's own tables.

PRELOAD := $(BUILD)/rtmgr-preload.so
TESTS += $(PRELOAD)
CHECKS += check-ip

$(PRELOAD): tests/ip/rtmgr-preload.c include/uapi/rtmgr.h
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -fPIC -shared -o $@ $< -ldl

.PHONY: check-ip
check-ip: $(PRELOAD) $(BUILD)/rtmgr-user
	tests/ip/run
