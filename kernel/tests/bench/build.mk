# SPDX-License-Identifier: GPL-2.0-only
# The benchmark of the core. Nothing runs it but `npm run bench`.

BENCH_SOURCES := $(wildcard tests/bench/*.c)

.PHONY: bench
bench: $(BUILD)/bench/core

$(BUILD)/bench/core: $(call objects,$(BENCH_SOURCES) $(CORE_SOURCES) $(MESSAGE_SOURCES) $(SHIM_SOURCES))
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(USER_LDFLAGS)
