# SPDX-License-Identifier: GPL-2.0-only
# routelens-helper, the only program of Routelens that runs as root: `make helper`.

HELPER := $(BUILD)/routelens-helper
HELPER_SOURCES := $(sort $(wildcard helper/*.c))
HELPER_HEADERS := $(wildcard helper/*.h)
HELPER_CFLAGS := $(USER_CFLAGS) -Wsign-compare -Wshadow -Wstrict-prototypes
# What an attacker would have to get past, should there be a mistake.
HELPER_HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2
HELPER_LDFLAGS := -pie -Wl,-z,relro,-z,now,-z,noexecstack

.PHONY: helper
helper: $(HELPER)

$(HELPER): $(HELPER_SOURCES) $(HELPER_HEADERS) helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_CFLAGS) $(HELPER_HARDENING) $(CFLAGS) $(HELPER_LDFLAGS) $(LDFLAGS) -o $@ $(HELPER_SOURCES)
