# SPDX-License-Identifier: GPL-2.0-only
# routelens-helper and routelens-worker: as they are shipped and under sanitizers, their fuzz targets, and what runs against them.

HELPER_TESTS := $(BUILD)/tests/helper
HELPER_SAN_CFLAGS := $(USER_CFLAGS) -iquote helper -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
# Fuzz targets are NAME-fuzz.c, their seeds corpus/NAME; beside it they take what they name here.
HELPER_FUZZ := $(patsubst tests/helper/%-fuzz.c,%,$(sort $(wildcard tests/helper/*-fuzz.c)))

# A helper takes the worker from the folder where it lies; that of `small` has no room to remember a state of any size.
HELPER_PAIR := $(HELPER_TESTS)/routelens-helper $(HELPER_TESTS)/routelens-worker
HELPER_PAIRS := $(HELPER_PAIR) $(HELPER_PAIR:$(HELPER_TESTS)/%=$(HELPER_TESTS)/small/%)
ROGUE := $(HELPER_TESTS)/rogue
LINGER := $(HELPER_TESTS)/linger
HELPER_PROGRAMS := $(HELPER) $(WORKER) $(HELPER_PAIRS) $(ROGUE)/routelens-helper $(ROGUE)/routelens-worker $(LINGER)/routelens-helper $(LINGER)/routelens-worker $(HELPER_TESTS)/seccomp $(HELPER_FUZZ:%=$(FUZZ)/replay-helper-%)

TESTS += $(HELPER_PROGRAMS)
CHECKS += check-helper

$(HELPER_TESTS)/routelens-helper $(HELPER_TESTS)/small/routelens-helper: $(HELPER_SOURCES)
$(HELPER_TESTS)/routelens-worker $(HELPER_TESTS)/small/routelens-worker: $(WORKER_SOURCES) tests/helper/sanitizer.c
$(HELPER_TESTS)/small/routelens-worker: private HELPER_SAN_CFLAGS += -DSNAPSHOT_MAX=4096

$(HELPER_PAIRS): $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_SAN_CFLAGS) -o $@ $(filter %.c,$^)

$(ROGUE)/routelens-helper: $(HELPER)
	@mkdir -p $(@D)
	install -m 0755 $< $@

$(ROGUE)/routelens-worker: tests/helper/rogue.c $(HELPER_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ $<

# a helper that is less patient, and a worker that does not end
$(LINGER)/routelens-helper: $(HELPER_SOURCES) $(HELPER_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(HELPER_SAN_CFLAGS) -DGRACE_MS=1000 -o $@ $(filter %.c,$^)

$(LINGER)/routelens-worker: tests/helper/rogue.c $(HELPER_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -DLINGER -o $@ $<

$(HELPER_TESTS)/%-rules.o: %/rules.c $(HELPER_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -iquote helper -Drules_begin=$*_rules_begin -c -o $@ $<

$(HELPER_TESTS)/seccomp: tests/helper/seccomp.c helper/seccomp.c $(HELPER_TESTS)/helper-rules.o $(HELPER_TESTS)/worker-rules.o
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ $^

FUZZ_HELPER_gate := helper/check.c -Wl,--wrap=syscall,--wrap=send
FUZZ_HELPER_frame := worker/module.c
FUZZ_HELPER_check := helper/check.c worker/key.c worker/snapshot.c worker/about.c
FUZZ_HELPER_snapshot := $(FUZZ_HELPER_check) worker/dump.c worker/settle.c worker/send.c worker/undo.c -DSNAPSHOT_MAX=32768 -Wl,--wrap=send,--wrap=recv,--wrap=mmap,--wrap=munmap

$(FUZZ)/helper-%: tests/helper/%-fuzz.c tests/helper/fuzz.h $(HELPER_SOURCES) $(WORKER_SOURCES) $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -iquote helper -fsanitize=fuzzer,address,undefined -o $@ $< $(FUZZ_HELPER_$*)

$(FUZZ)/replay-helper-%: tests/helper/%-fuzz.c tests/helper/fuzz.h tests/fuzz/replay.c $(HELPER_SOURCES) $(WORKER_SOURCES) $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_SAN_CFLAGS) -o $@ $< tests/fuzz/replay.c $(FUZZ_HELPER_$*)

.PHONY: check-helper
check-helper: $(HELPER_PROGRAMS)
	tests/helper/run
