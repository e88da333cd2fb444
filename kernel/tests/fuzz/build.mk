# SPDX-License-Identifier: GPL-2.0-only
# Fuzz targets: with libFuzzer where there is clang (`npm run fuzz`), and their corpus as a test everywhere.

FUZZ := $(BUILD)/fuzz
FUZZ_CFLAGS := $(USER_CFLAGS) -O1 -g -fno-omit-frame-pointer -fno-sanitize-recover=all
FUZZ_SOURCES := $(CORE_SOURCES) $(MESSAGE_SOURCES) $(SHIM_SOURCES) tests/fuzz/station.c
FUZZ_HEADERS := $(wildcard core/*.h message/*.h user/shim/*.h tests/fuzz/*.h include/uapi/*.h)

TESTS += $(FUZZ)/replay $(FUZZ)/alloc
CHECKS += check-fuzz

# the core and the message code under sanitizers, once for all programs
fuzz_objects = $(patsubst %.c,$(FUZZ)/obj/%.o,$(1))

$(FUZZ)/obj/%.o: %.c tests/fuzz/build.mk
	@mkdir -p $(@D)
	$(CC) $(FUZZ_CFLAGS) -fsanitize=address,undefined -MMD -MP -c -o $@ $<

$(FUZZ)/replay: $(call fuzz_objects,$(FUZZ_SOURCES) tests/fuzz/message.c tests/fuzz/replay.c)
	$(CC) -fsanitize=address,undefined -o $@ $^

$(FUZZ)/alloc: $(call fuzz_objects,$(FUZZ_SOURCES) tests/alloc/alloc.c tests/alloc/scenarios.c tests/vm/wire.c)
	$(CC) -fsanitize=address,undefined -o $@ $^

-include $(shell find $(FUZZ)/obj -name '*.d' 2>/dev/null)

$(FUZZ)/message: $(FUZZ_SOURCES) tests/fuzz/message.c $(FUZZ_HEADERS)
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $(filter %.c,$^)

$(FUZZ)/record: tests/fuzz/record.c tests/vm/wire.c tests/vm/wire.h
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^)

.PHONY: check-fuzz corpus
# What a stock ip sends in tests/ip, as seeds. They are kept in git.
corpus: $(FUZZ)/record $(PRELOAD) $(BUILD)/rtmgr-user
	mkdir -p tests/fuzz/corpus
	tests/ip/run --record $(CURDIR)/tests/fuzz/corpus

check-fuzz: $(FUZZ)/replay $(FUZZ)/alloc
	$(FUZZ)/replay tests/fuzz/corpus/*
	$(FUZZ)/alloc
