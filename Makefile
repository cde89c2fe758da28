# SPDX-License-Identifier: MIT
# Tachiai: every door of the project.  `make V=1` shows the commands.
BUILD  ?= build
CC     ?= cc
CFLAGS ?= -O2 -g
V      ?= 0
ifeq ($(V),0)
Q = @
say = @printf '  %-4s %s\n' $(1) $(2);
else
Q =
say =
endif

WARN = -Wall -Wextra -Werror -Wpedantic -Wshadow -Wconversion \
	-Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wundef -Wvla \
	-Wwrite-strings -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough
HARDEN = -fstack-protector-strong -fPIE -D_FORTIFY_SOURCE=2 \
	-fno-common -ffile-prefix-map=$(CURDIR)/=
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -I. $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(LDFLAGS)

# The rooms, in the order of their dependencies.
CEREMONY_SRC  = $(sort $(wildcard ceremony/*/*.c))
MEDIA_SRC     = $(sort $(wildcard media/*.c media/*/*.c))
TUI_SRC       = $(sort $(wildcard tui/*.c tui/*/*.c))
WORLD_SRC     = $(sort $(wildcard appliance/world/*.c))
UNIT_SRC      = $(sort $(wildcard tests/unit/*.c))

PROGRAMS = tachiai tachiai-console tachiai-key tachiai-hsm tachiai-decode \
	tachiai-courier tachiai-verify
DIR_tachiai         = launcher
DIR_tachiai-console = console
DIR_tachiai-key     = key
DIR_tachiai-hsm     = hsm
DIR_tachiai-decode  = decode
DIR_tachiai-courier = courier
DIR_tachiai-verify  = verify
LIBS_tachiai         = -lutil
LIBS_tachiai-console = -lncursesw -ltinfo
LIBS_tachiai-key     =
LIBS_tachiai-hsm     = -lseccomp -ldl
LIBS_tachiai-decode  = -lseccomp
LIBS_tachiai-courier =
LIBS_tachiai-verify  =
# Programs whose folder has a main yet.
HERE = $(foreach p,$(PROGRAMS),$(if $(wildcard appliance/$(DIR_$(p))/main.c),$(p)))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
# The parts of a program that tests call, too.
$(BUILD)/libhsm.a: $(call obj,$(filter-out %/main.c,$(wildcard appliance/hsm/*.c)))
ROOMS = $(BUILD)/libworld.a $(BUILD)/libtui.a $(BUILD)/libmedia.a \
	$(BUILD)/libceremony.a
LIBS = -Wl,--as-needed -lseccomp -lyaml -lcrypto

all: $(addprefix $(BUILD)/bin/,$(HERE))

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BUILD)/libceremony.a: $(call obj,$(CEREMONY_SRC))
$(BUILD)/libmedia.a: $(call obj,$(MEDIA_SRC))
$(BUILD)/libtui.a: $(call obj,$(TUI_SRC))
$(BUILD)/libworld.a: $(call obj,$(WORLD_SRC))
$(BUILD)/lib%.a:
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

define program
$(BUILD)/bin/$(1): $$(call obj,$$(sort $$(wildcard appliance/$$(DIR_$(1))/*.c))) $$(ROOMS)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) \
	    -Wl,--start-group $$(ROOMS) -Wl,--end-group $$(LIBS_$(1)) $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

UNITS = $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(UNIT_SRC))
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(ROOMS) $(BUILD)/libhsm.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< \
	    -Wl,--start-group $(ROOMS) $(BUILD)/libhsm.a -Wl,--end-group -lncursesw -ltinfo \
	    -lseccomp -ldl -lutil $(LIBS)

units: $(UNITS)

# tests/play: a person at a terminal.
PLAYER_SRC = $(sort $(wildcard tests/player/*.c))
$(BUILD)/tests/play: $(call obj,$(PLAYER_SRC)) $(BUILD)/libceremony.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lvterm -lutil $(LIBS)

unit-check: units
	@for t in $(UNITS); do $$t | grep -v '^ok '; done

clean:
	rm -rf $(BUILD)

.PHONY: all units unit-check clean
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
