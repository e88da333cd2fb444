# SPDX-License-Identifier: GPL-2.0-only
# The unit tests, under sanitizers: each program is a file of tests/unit, but for those that they share.
# `make check-unit` runs them all, `make build/unit/trie` builds one.

UNIT := $(BUILD)/unit
UNIT_SHARED := tests/unit/harness.c tests/unit/keys.c tests/unit/oracle.c tests/unit/structure.c
UNIT_PROGRAMS := $(patsubst tests/unit/%.c,$(UNIT)/%,$(filter-out $(UNIT_SHARED),$(sort $(wildcard tests/unit/*.c))))
UNIT_CFLAGS := $(USER_CFLAGS) -Wno-unused-parameter -Wno-missing-field-initializers -Wno-sign-compare \
	-O1 -g -fno-strict-aliasing -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
	-DRTMGR_SHIM_DEBUG
unit_objects = $(patsubst %.c,$(UNIT)/obj/%.o,$(1))

TESTS += $(UNIT_PROGRAMS)
CHECKS += check-unit

# Libraries: a program takes what it needs, and readers.c brings a trie of its own.
$(UNIT)/core.a: $(call unit_objects,$(CORE_SOURCES))
$(UNIT)/shim.a: $(call unit_objects,$(SHIM_SOURCES))
$(UNIT)/shared.a: $(call unit_objects,$(UNIT_SHARED))
$(UNIT)/%.a:
	rm -f $@
	$(AR) rcs $@ $^

$(UNIT)/%: $(UNIT)/obj/tests/unit/%.o $(UNIT)/shared.a $(UNIT)/core.a $(UNIT)/shim.a
	$(CC) $(UNIT_CFLAGS) -o $@ $^

$(UNIT)/obj/%.o: %.c tests/unit/build.mk
	@mkdir -p $(@D)
	$(CC) $(UNIT_CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(UNIT)/obj -name '*.d' 2>/dev/null)

.PHONY: check-unit
check-unit: $(UNIT_PROGRAMS)
	tests/unit/run $^
