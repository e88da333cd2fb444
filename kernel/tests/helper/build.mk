# SPDX-License-Identifier: GPL-2.0-only
# routelens-helper: as it is shipped and under sanitizers, its fuzz targets, and what runs against it.

HELPER_TESTS := $(BUILD)/tests/helper
HELPER_SAN_CFLAGS := $(USER_CFLAGS) -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
# Fuzz targets are NAME-fuzz.c, their seeds corpus/NAME; beside it they take what they name here.
HELPER_FUZZ := $(patsubst tests/helper/%-fuzz.c,%,$(sort $(wildcard tests/helper/*-fuzz.c)))

HELPER_PROGRAMS := $(HELPER) $(HELPER_TESTS)/routelens-helper $(HELPER_TESTS)/routelens-helper-small $(HELPER_TESTS)/seccomp $(HELPER_FUZZ:%=$(FUZZ)/replay-helper-%)

TESTS += $(HELPER_PROGRAMS)
CHECKS += check-helper

$(HELPER_TESTS)/routelens-helper: $(HELPER_SOURCES) $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_SAN_CFLAGS) -o $@ $(HELPER_SOURCES)

# which has no room to remember a state of any size
$(HELPER_TESTS)/routelens-helper-small: $(HELPER_SOURCES) $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_SAN_CFLAGS) -DSNAPSHOT_MAX=4096 -o $@ $(HELPER_SOURCES)

$(HELPER_TESTS)/seccomp: tests/helper/seccomp.c helper/seccomp.c $(HELPER_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(USER_CFLAGS) $(CFLAGS) -o $@ tests/helper/seccomp.c helper/seccomp.c

FUZZ_HELPER_frame := helper/module.c -Wl,--wrap=syscall
FUZZ_HELPER_check := helper/check.c helper/snapshot.c helper/about.c
FUZZ_HELPER_snapshot := $(FUZZ_HELPER_check) helper/dump.c helper/settle.c helper/send.c helper/undo.c -DSNAPSHOT_MAX=32768 -Wl,--wrap=send,--wrap=recv,--wrap=mmap,--wrap=munmap

$(FUZZ)/helper-%: tests/helper/%-fuzz.c $(HELPER_SOURCES) $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	clang $(FUZZ_CFLAGS) -fsanitize=fuzzer,address,undefined -o $@ $< $(FUZZ_HELPER_$*)

$(FUZZ)/replay-helper-%: tests/helper/%-fuzz.c tests/fuzz/replay.c $(HELPER_SOURCES) $(HELPER_HEADERS) tests/helper/build.mk
	@mkdir -p $(@D)
	$(CC) $(HELPER_SAN_CFLAGS) -o $@ $< tests/fuzz/replay.c $(FUZZ_HELPER_$*)

.PHONY: check-helper
check-helper: $(HELPER_PROGRAMS)
	tests/helper/run
