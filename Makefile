# SPDX-License-Identifier: MIT
# Tachiai: every door of the project.  `make V=1` shows the commands.
.DEFAULT_GOAL := all
BUILD  ?= build
CC     ?= cc
OBJCOPY ?= objcopy
CFLAGS ?= -O2 -g
V      ?= 0
ifeq ($(V),0)
Q = @
say = @printf '  %-4s %s\n' $(1) $(2);
else
Q =
say =
endif

WERROR = -Werror
WARN = -Wall -Wextra $(WERROR) -Wpedantic -Wshadow -Wconversion \
	-Wno-sign-conversion -Wstrict-prototypes -Wmissing-prototypes \
	-Wold-style-definition -Wpointer-arith -Wcast-qual -Wundef -Wvla \
	-Wwrite-strings -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough
FORTIFY = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN = -fstack-protector-strong -fPIE $(FORTIFY) \
	-fno-common -ffile-prefix-map=$(CURDIR)/=
ALL_CFLAGS = -std=c17 -D_GNU_SOURCE -I. $(WARN) $(HARDEN) $(CFLAGS) -MMD -MP
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,-z,noexecstack $(LDFLAGS)

# The rooms, in the order of their dependencies: one source a line, in order,
# each line with its backslash, a blank line behind the last.  A program's list
# has its main.c, too.  tests/layers holds these lists against the tree.  What
# tests are made of, further below, is found by wildcard: a forgotten file there
# changes nothing that ships, and tests/run runs whatever was built.
CEREMONY_SRC = \
	ceremony/base/buf.c \
	ceremony/base/civil.c \
	ceremony/base/codec.c \
	ceremony/base/digest.c \
	ceremony/base/err.c \
	ceremony/base/json.c \
	ceremony/base/json_member.c \
	ceremony/base/utf8.c \
	ceremony/base/words.c \
	ceremony/files/check.c \
	ceremony/files/check_people.c \
	ceremony/files/check_plan.c \
	ceremony/files/lookup.c \
	ceremony/files/model.c \
	ceremony/files/model_run.c \
	ceremony/files/parse.c \
	ceremony/files/plan.c \
	ceremony/files/pos.c \
	ceremony/files/schema.c \
	ceremony/files/script.c \
	ceremony/files/tree.c \
	ceremony/files/types.c \
	ceremony/lint/lint.c \
	ceremony/lint/rules_body.c \
	ceremony/lint/rules_ext.c \
	ceremony/lint/rules_key.c \
	ceremony/lint/rules_list.c \
	ceremony/lint/rules_name.c \
	ceremony/lint/rules_profile.c \
	ceremony/lint/rules_use.c \
	ceremony/lint/try.c \
	ceremony/log/checkpoint.c \
	ceremony/log/entry.c \
	ceremony/log/event.c \
	ceremony/log/event_set.c \
	ceremony/log/recover.c \
	ceremony/log/scan.c \
	ceremony/log/seal.c \
	ceremony/people/credential.c \
	ceremony/people/note.c \
	ceremony/people/oprec.c \
	ceremony/people/role.c \
	ceremony/people/roster.c \
	ceremony/people/shamir.c \
	ceremony/people/share.c \
	ceremony/people/statement.c \
	ceremony/state/certificate.c \
	ceremony/state/dates.c \
	ceremony/state/decide.c \
	ceremony/state/documents.c \
	ceremony/state/due.c \
	ceremony/state/fold.c \
	ceremony/state/fold_doubt.c \
	ceremony/state/fold_files.c \
	ceremony/state/fold_items.c \
	ceremony/state/fold_log.c \
	ceremony/state/fold_paper.c \
	ceremony/state/fold_people.c \
	ceremony/state/fold_runs.c \
	ceremony/state/fold_steps.c \
	ceremony/state/fold_ways.c \
	ceremony/state/hands.c \
	ceremony/state/lookup.c \
	ceremony/state/need.c \
	ceremony/state/next.c \
	ceremony/state/prepare.c \
	ceremony/state/prepare_crl.c \
	ceremony/state/state.c \
	ceremony/text/text.c \
	ceremony/x509/build.c \
	ceremony/x509/cert.c \
	ceremony/x509/crl.c \
	ceremony/x509/crl_parse.c \
	ceremony/x509/csr.c \
	ceremony/x509/der.c \
	ceremony/x509/dummy.c \
	ceremony/x509/ext.c \
	ceremony/x509/key.c \
	ceremony/x509/keyq.c \
	ceremony/x509/name.c \
	ceremony/x509/p7.c \
	ceremony/x509/review.c \
	ceremony/x509/review_ext.c \
	ceremony/x509/sigalg.c \
	ceremony/x509/signed.c \

MEDIA_SRC = \
	media/bundle.c \
	media/bundle_text.c \
	media/disc.c \
	media/film.c \
	media/frames/base45.c \
	media/frames/frame.c \
	media/frames/gf256.c \
	media/frames/receive.c \
	media/frames/send.c \
	media/frames/sight.c \
	media/frames/solve.c \
	media/ics.c \
	media/page/flow.c \
	media/page/font.c \
	media/page/page.c \
	media/page/pdf.c \
	media/page/ps.c \
	media/paper/blank.c \
	media/paper/blank_step.c \
	media/paper/closing.c \
	media/paper/code.c \
	media/paper/leaf.c \
	media/paper/log.c \
	media/paper/made.c \
	media/paper/opening.c \
	media/paper/pages.c \
	media/paper/paper.c \
	media/paper/record.c \
	media/paper/report.c \
	media/paper/running.c \
	media/paper/sheet.c \
	media/paper/transcript.c \
	media/paper/zone.c \
	media/picture.c \
	media/qr.c \

TUI_SRC = \
	tui/ansi.c \
	tui/blocks.c \
	tui/blocks_camera.c \
	tui/blocks_form.c \
	tui/blocks_list.c \
	tui/blocks_script.c \
	tui/body.c \
	tui/curses.c \
	tui/font.c \
	tui/form.c \
	tui/grid.c \
	tui/help.c \
	tui/keys.c \
	tui/layout.c \
	tui/painter.c \
	tui/strip.c \
	tui/trusted.c \
	tui/view.c \
	tui/view_list.c \
	tui/vt.c \
	tui/vt_cells.c \
	tui/wide.c \
	tui/width.c \

WORLD_SRC = \
	appliance/world/admit.c \
	appliance/world/carried.c \
	appliance/world/clock.c \
	appliance/world/confine.c \
	appliance/world/envelope.c \
	appliance/world/folded.c \
	appliance/world/format.c \
	appliance/world/glyphs.c \
	appliance/world/join.c \
	appliance/world/journal.c \
	appliance/world/keep.c \
	appliance/world/keypair.c \
	appliance/world/label.c \
	appliance/world/letters.c \
	appliance/world/mount.c \
	appliance/world/msg.c \
	appliance/world/objects.c \
	appliance/world/paths.c \
	appliance/world/place.c \
	appliance/world/secret.c \
	appliance/world/store.c \
	appliance/world/strict.c \
	appliance/world/volume.c \
	appliance/world/write.c \

LAUNCHER_SRC = \
	appliance/launcher/child.c \
	appliance/launcher/filter.c \
	appliance/launcher/hub.c \
	appliance/launcher/image.c \
	appliance/launcher/launcher.c \
	appliance/launcher/main.c \
	appliance/launcher/programs.c \
	appliance/launcher/scene.c \
	appliance/launcher/term.c \

CONSOLE_SRC = \
	appliance/console/ask.c \
	appliance/console/bars.c \
	appliance/console/bundle.c \
	appliance/console/clock.c \
	appliance/console/close.c \
	appliance/console/code.c \
	appliance/console/commit.c \
	appliance/console/deed.c \
	appliance/console/deviation.c \
	appliance/console/disc.c \
	appliance/console/doubt.c \
	appliance/console/due.c \
	appliance/console/each.c \
	appliance/console/export.c \
	appliance/console/files.c \
	appliance/console/format.c \
	appliance/console/look.c \
	appliance/console/loss.c \
	appliance/console/main.c \
	appliance/console/medium.c \
	appliance/console/memory.c \
	appliance/console/needs.c \
	appliance/console/one.c \
	appliance/console/open.c \
	appliance/console/paper.c \
	appliance/console/people.c \
	appliance/console/prepare.c \
	appliance/console/request.c \
	appliance/console/review.c \
	appliance/console/scan.c \
	appliance/console/self.c \
	appliance/console/start.c \
	appliance/console/steps.c \
	appliance/console/ui.c \
	appliance/console/visit.c \

KEY_SRC = \
	appliance/key/due.c \
	appliance/key/enroll.c \
	appliance/key/give.c \
	appliance/key/keyboard.c \
	appliance/key/list.c \
	appliance/key/main.c \
	appliance/key/papers.c \
	appliance/key/passphrase.c \
	appliance/key/prompt.c \
	appliance/key/session.c \
	appliance/key/show.c \
	appliance/key/visit.c \

HSM_SRC = \
	appliance/hsm/active.c \
	appliance/hsm/attributes.c \
	appliance/hsm/deal.c \
	appliance/hsm/dispatch.c \
	appliance/hsm/do.c \
	appliance/hsm/epoch.c \
	appliance/hsm/issue.c \
	appliance/hsm/key.c \
	appliance/hsm/log.c \
	appliance/hsm/main.c \
	appliance/hsm/p11.c \
	appliance/hsm/prepared.c \
	appliance/hsm/ram.c \
	appliance/hsm/replica.c \
	appliance/hsm/shares.c \
	appliance/hsm/sign.c \
	appliance/hsm/token.c \
	appliance/hsm/trial.c \

DECODE_SRC = \
	appliance/decode/decode.c \
	appliance/decode/grey.c \
	appliance/decode/jpeg.c \
	appliance/decode/main.c \
	appliance/decode/picture.c \
	appliance/decode/scanner.c \

COURIER_SRC = \
	appliance/courier/camera.c \
	appliance/courier/drive.c \
	appliance/courier/keeper.c \
	appliance/courier/main.c \
	appliance/courier/printer.c \
	appliance/courier/stick.c \
	appliance/courier/video.c \

VERIFY_SRC = \
	appliance/verify/bundle.c \
	appliance/verify/disk.c \
	appliance/verify/files.c \
	appliance/verify/main.c \
	appliance/verify/paper.c \
	appliance/verify/papertext.c \
	appliance/verify/print.c \
	appliance/verify/rebuild.c \
	appliance/verify/sealed.c \
	appliance/verify/show.c \
	appliance/verify/verdict.c \

# The online side; it starts its tachiai-decode as the launcher would.
GAP_SRC = \
	appliance/gap/camera.c \
	appliance/gap/check.c \
	appliance/gap/file.c \
	appliance/gap/main.c \
	appliance/gap/object.c \
	appliance/gap/pictures.c \
	appliance/gap/receive.c \
	appliance/gap/send.c \
	appliance/gap/terminal.c \

# Process 1 of the appliance: no program of the others, and static.
INIT_SRC = \
	appliance/init/clock.c \
	appliance/init/daemon.c \
	appliance/init/devices.c \
	appliance/init/disk.c \
	appliance/init/drive.c \
	appliance/init/facts.c \
	appliance/init/format.c \
	appliance/init/give.c \
	appliance/init/main.c \
	appliance/init/measure.c \
	appliance/init/media.c \
	appliance/init/module.c \
	appliance/init/mounts.c \
	appliance/init/seat.c \
	appliance/init/serve.c \
	appliance/init/start.c \

# The screen of the appliance, and what makes its table of letters.
SCREEN_SRC = \
	appliance/screen/follow.c \
	appliance/screen/framebuffer.c \
	appliance/screen/main.c \

FONT_SRC = \
	appliance/font/main.c \

MEASURE_SRC = \
	appliance/measure/main.c \

DAEMON_SRC = \
	appliance/daemon/main.c \

# What is asked at build time for the words and sentences of the web page.
WEB_SRC = \
	media/web/tables.c \

# Pictures, which tachiai-verify reads in itself, confined.
PICTURE_SRC = appliance/decode/grey.c appliance/decode/jpeg.c \
	appliance/decode/picture.c appliance/decode/scanner.c
PROGRAMS = tachiai tachiai-console tachiai-key tachiai-hsm tachiai-decode \
	tachiai-courier tachiai-verify tachiai-gap tachiai-measure \
	tachiai-screen tachiai-daemon tachiai-font
SRC_tachiai         = $(LAUNCHER_SRC)
SRC_tachiai-console = $(CONSOLE_SRC)
SRC_tachiai-key     = $(KEY_SRC)
SRC_tachiai-hsm     = $(HSM_SRC)
SRC_tachiai-decode  = $(DECODE_SRC)
SRC_tachiai-courier = $(COURIER_SRC)
SRC_tachiai-verify  = $(VERIFY_SRC) $(PICTURE_SRC)
SRC_tachiai-gap     = $(GAP_SRC) appliance/launcher/child.c \
	$(filter-out %/main.c %/drive.c,$(COURIER_SRC))
SRC_tachiai-measure = $(MEASURE_SRC)
SRC_tachiai-daemon  = $(DAEMON_SRC)
SRC_tachiai-screen  = $(SCREEN_SRC)
SRC_tachiai-font    = $(FONT_SRC)
LIBS_tachiai         = -lutil
LIBS_tachiai-console = -lncursesw -ltinfo
LIBS_tachiai-key     =
LIBS_tachiai-hsm     = -lseccomp -ldl
LIBS_tachiai-decode  = -lseccomp
LIBS_tachiai-courier =
LIBS_tachiai-verify  =
LIBS_tachiai-gap     =
LIBS_tachiai-measure =
LIBS_tachiai-daemon  =
LIBS_tachiai-screen  =
LIBS_tachiai-font    =

# Everything of the programs but their mains, for the tests.
PARTS_SRC = $(sort $(filter-out %/main.c,$(WORLD_SRC) \
	$(foreach p,$(PROGRAMS),$(SRC_$(p)))))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
# The parts of a program that tests call, too.
$(BUILD)/libhsm.a: $(call obj,$(filter-out %/main.c,$(HSM_SRC)))
ROOMS = $(BUILD)/libworld.a $(BUILD)/libtui.a $(BUILD)/libmedia.a \
	$(BUILD)/libceremony.a $(BUILD)/libzbar.a
TEST_ROOMS = $(BUILD)/libparts.a $(filter-out $(BUILD)/libworld.a,$(ROOMS))
# Archives: what reads pictures or writes discs needs no library of its own.
LIBS = -Wl,--as-needed -lseccomp -lyaml -lcrypto -lqrencode \
	-Wl,-Bstatic -lpng16 -ljpeg -lz -lburn -Wl,-Bdynamic -lm -lz

all: $(addprefix $(BUILD)/bin/,$(PROGRAMS)) $(BUILD)/bin/tachiai-init

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# Files that a program carries within it.
$(BUILD)/obj/appliance/world/carried.o: docs/FORMAT.txt docs/verify.sh

$(BUILD)/libceremony.a: $(call obj,$(CEREMONY_SRC))
$(BUILD)/libmedia.a: $(call obj,$(MEDIA_SRC))
$(BUILD)/libtui.a: $(call obj,$(TUI_SRC))
$(BUILD)/libworld.a: $(call obj,$(WORLD_SRC))
$(BUILD)/libparts.a: $(call obj,$(PARTS_SRC))
# zbar's archive, its name that is also ours renamed, and its doors to the
# world led to appliance/decode/scanner.c.
$(BUILD)/libzbar.a: Makefile
	@mkdir -p $(@D)
	$(call say,COPY,$@)
	$(Q)$(OBJCOPY) --redefine-sym base64_encode=zbar_base64_encode \
	    --redefine-sym iconv=scanner_iconv \
	    --redefine-sym iconv_open=scanner_iconv_open \
	    --redefine-sym iconv_close=scanner_iconv_close \
	    "$$($(CC) -print-file-name=libzbar.a)" $@
$(BUILD)/lib%.a:
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

define program
$(BUILD)/bin/$(1): $$(call obj,$$(SRC_$(1))) $$(ROOMS)
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_CFLAGS) $$(ALL_LDFLAGS) -o $$@ $$(filter %.o,$$^) \
	    -Wl,--start-group $$(ROOMS) -Wl,--end-group $$(LIBS_$(1)) $$(LIBS)
endef
$(foreach p,$(PROGRAMS),$(eval $(call program,$(p))))

# tachiai-gap.html, the online side of the gap in a browser: one file.
WEB_PARTS = $(addprefix media/web/,make-page gap.html style.css bytes.js \
	frames.js object.js picture.js page.js) $(wildcard media/web/vendor/*)
page: $(BUILD)/tachiai-gap.html
$(BUILD)/web/tables: $(call obj,$(WEB_SRC)) $(BUILD)/libceremony.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^
$(BUILD)/tachiai-gap.html: $(BUILD)/web/tables $(WEB_PARTS)
	$(call say,PAGE,$@)
	$(Q)media/web/make-page $< $@

# The library of the page again from the registry, against what is here.
page-vendor:
	@media/web/vendor/fetch $(BUILD)/web/vendor

UNIT_SRC = $(sort $(wildcard tests/unit/*.c))
# Process 1 of the appliance needs no file of a library.
INIT_LINK = -static-pie
$(BUILD)/bin/tachiai-init: $(call obj,$(INIT_SRC)) \
    $(BUILD)/libworld.a $(BUILD)/libceremony.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(INIT_LINK) -Wl,-z,relro,-z,now,-z,noexecstack \
	    $(LDFLAGS) -o $@ $^ -lseccomp

UNITS = $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(UNIT_SRC))
$(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(TEST_ROOMS) $(BUILD)/libhsm.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(TEST_ROOMS) $(BUILD)/libhsm.a -Wl,--end-group -lncursesw -ltinfo \
	    -lseccomp -ldl -lutil $(LIBS)

$(BUILD)/tests/unit/vt: LIBS += -lvterm
$(BUILD)/tests/unit/init: $(addprefix $(BUILD)/obj/appliance/init/,clock.o devices.o facts.o measure.o module.o serve.o)
$(BUILD)/tests/unit/serve: $(BUILD)/obj/appliance/init/serve.o
$(addprefix $(BUILD)/tests/unit/,codes codes_camera decode): $(BUILD)/bin/tachiai-decode
$(addprefix $(BUILD)/tests/unit/,key key_papers key_refuse): \
    $(BUILD)/bin/tachiai-key
units: $(UNITS)

# tests/play: a person at a terminal.
PLAYER_SRC = $(sort $(wildcard tests/player/*.c))
$(BUILD)/tests/play: $(call obj,$(PLAYER_SRC)) $(BUILD)/libceremony.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ -lvterm -lutil $(LIBS)

# tests/paint: a screen as a picture, for docs/.
$(BUILD)/tests/paint: $(call obj,tests/paint/main.c) $(BUILD)/libtui.a \
    $(BUILD)/libceremony.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

unit-check: units
	@for t in $(UNITS); do $$t | grep -v '^ok '; done

# ---------------------------------------------------------------- doors
JOBS ?= $(shell nproc)
STUB_SRC = $(sort $(wildcard tests/stubs/*.c))
STUBS = $(patsubst tests/stubs/%.c,$(BUILD)/tests/stubs/%,$(STUB_SRC))
FUZZ_SRC = $(sort $(wildcard tests/fuzz/*.c))
FUZZ_REPLAYS = $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(FUZZ_SRC))
FAULT_SRC = $(filter-out %/at.c,$(sort $(wildcard tests/fault/*.c)))
FAULTS = $(patsubst tests/fault/%.c,$(BUILD)/tests/fault/%,$(FAULT_SRC)) \
	$(BUILD)/tests/fault/at.so
HSMS = $(addprefix $(BUILD)/tests/hsm/,honest lies consents module)
TESTS = units $(BUILD)/tests/play $(BUILD)/tests/paint $(STUBS) $(FUZZ_REPLAYS) \
	$(HSMS) $(BUILD)/tests/hsm/shim.so $(FAULTS) page

# tachiai-hsm against a console that lies, on a module that counts and lies.
HSM_ROOM = $(call obj,$(addprefix tests/hsm/,room.c day.c deeds.c))
$(HSMS): $(BUILD)/tests/hsm/%: $(BUILD)/obj/tests/hsm/%.o \
    $(BUILD)/obj/tests/hsm/counted.o $(HSM_ROOM) $(TEST_ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(TEST_ROOMS) -Wl,--end-group -lseccomp $(LIBS)
$(BUILD)/tests/hsm/shim.so: tests/hsm/shim.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -fPIC -shared -o $@ $< -ldl

# Programs that do harm, and what they preload.
$(BUILD)/tests/fault/%: $(BUILD)/obj/tests/fault/%.o $(TEST_ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< \
	    -Wl,--start-group $(TEST_ROOMS) -Wl,--end-group $(LIBS)

# It defines read(2), which the checked headers define inline.
$(BUILD)/tests/fault/at.so: tests/fault/at.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) -U_FORTIFY_SOURCE -fPIC -shared -o $@ $< -ldl

# Programs of the tests that stand in for others, in a folder of their own.
$(BUILD)/tests/stubs/%: $(BUILD)/obj/tests/stubs/%.o $(TEST_ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< \
	    -Wl,--start-group $(TEST_ROOMS) -Wl,--end-group $(LIBS)

# The bootable image (docs/IMAGE.md).  KERNEL=debian takes Debian's kernel,
# compiled already, for developers.  MODULE=FOLDER: the PKCS#11 library of
# production volumes, instead of a TPM's.
KERNEL ?= own
iso:
	@MODULE=$(MODULE) iso/build.sh $(BUILD)/iso $(BUILD) $(KERNEL)

# The packages that it is made of, as Debian's archive has them today.
iso-lock:
	@iso/lock.sh $(BUILD)/iso/apt

# The power goes, CUTS=100 times, at moments that SEED says.
iso-cuts: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bin/tachiai-verify $(BUILD)/tests/play
	@[ -f $(BUILD)/tachiai.iso ] || $(MAKE) -s iso
	@BUILD=$(BUILD) CUTS=$(or $(CUTS),100) SEED=$(SEED) KEEP=$(KEEP) \
	    tests/image/cuts $(BUILD)/tachiai.iso $(BUILD)/iso-cuts

iso-check: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bin/tachiai-gap $(BUILD)/bin/tachiai-decode \
	    $(BUILD)/bin/tachiai-verify $(BUILD)/tests/play
	@[ -f $(BUILD)/tachiai.iso ] || $(MAKE) -s iso
	@BUILD=$(BUILD) tests/image/check $(BUILD)/tachiai.iso $(BUILD)/iso-check

# The image of the packages that Debian's archive has today, what differs from
# iso/lock, and a rehearsal on it: the part that .ci/run does.
TODAY = $(BUILD)/iso/lock.today
iso-today: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bin/tachiai-verify $(BUILD)/tests/play
	@iso/lock.sh $(BUILD)/iso/apt $(TODAY) && iso/drift.sh iso/lock $(TODAY)
	@LOCK=$(TODAY) iso/build.sh $(BUILD)/iso $(BUILD)/today
	@BUILD=$(BUILD) tests/image/check $(BUILD)/today/tachiai.iso \
	    $(BUILD)/iso-today short

# A camera, through the kernel's calls; sticks and discs of every kind; a clock
# that is late; codes on its own screen; media made.
iso-camera iso-sticks iso-burner iso-clock iso-codes iso-format: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bin/tachiai-gap $(BUILD)/bin/tachiai-decode \
	    $(BUILD)/bin/tachiai-verify $(BUILD)/tests/play \
	    $(BUILD)/tests/unit/disc
	@[ -f $(BUILD)/tachiai.iso ] || $(MAKE) -s iso
	@BUILD=$(BUILD) tests/image/$(@:iso-%=%) $(BUILD)/tachiai.iso $(BUILD)/$@

# A ceremony in production mode on a TPM; Secure Boot with an owner's key.
iso-production iso-secure: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/bin/tachiai-verify $(BUILD)/tests/play
	@[ -f $(BUILD)/tachiai.iso ] || $(MAKE) -s iso
	@BUILD=$(BUILD) tests/image/$(@:iso-%=%) $(BUILD)/tachiai.iso $(BUILD)/$@

# Images with OpenSC, an emulated card in its reader, and with a vendor's module.
iso-module: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/tests/play
	@BUILD=$(BUILD) tests/image/module $(BUILD)/iso $(BUILD)/iso-module

# The image signed for Secure Boot: KEY= and CERT=, PEM files of its owner.
iso-sign: packages-image
	@iso/sign.sh $(BUILD)/tachiai.iso $(KEY) $(CERT) \
	    $(BUILD)/tachiai-signed.iso

# What somebody who means harm could try, and figures of the image.
iso-attacks iso-figures: packages-check packages-image
	@$(MAKE) -s -j$(JOBS) $(BUILD)/tests/play
	@[ -f $(BUILD)/tachiai.iso ] || $(MAKE) -s iso
	@BUILD=$(BUILD) tests/image/$(@:iso-%=%) $(BUILD)/tachiai.iso $(BUILD)/$@

iso-repro:
	@MODULE=$(MODULE) DEBS=$(abspath $(BUILD))/iso/debs iso/repro.sh $(BUILD)/repro $(KERNEL)

packages-run packages-check packages-lint packages-image: packages-%:
	@./packages.sh run $(if $(filter run,$*),,check) \
	    $(if $(filter lint,$*),lint) $(if $(filter image,$*),image)

# RUN_ARGS go to tachiai(1); CSR=f is the request to be certified.
run: packages-run
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/tests/play
	@BUILD=$(BUILD) CSR="$(CSR)" tests/rehearse $(RUN_ARGS)

check: packages-check
	@$(MAKE) -s -j$(JOBS) all tests
	@tests/run $(BUILD)

tests: $(TESTS)

# Every bit, byte, cut and forgery of sealed volumes, and what the recipe
# makes of every member of every entry: about half an hour of one core.
mutate: packages-check
	@$(MAKE) -s -j$(JOBS) all tests
	@BUILD=$(BUILD) tests/fault/mutants.sh all
	@BUILD=$(BUILD) tests/mutate 200

# kill -9 at boundaries of every kind that a traced rehearsal has: about half an
# hour of one core.
crash: packages-check
	@$(MAKE) -s -j$(JOBS) all tests
	@BUILD=$(BUILD) tests/fault/crash.sh all

# Every page of the printed transcript under every treatment: half an hour.
paper: packages-check
	@$(MAKE) -s -j$(JOBS) all
	@mkdir -p $(BUILD)/paper
	@BUILD=$(BUILD) TMPDIR=$(BUILD)/paper STRIDE=1 tests/paper/paper.sh

# The printed documents and the web page as pictures, for docs/.  Every
# tests/*/pictures adds its own.
pictures: packages-check
	@$(MAKE) -s -j$(JOBS) all page $(BUILD)/tests/play $(BUILD)/tests/paint
	@BUILD=$(BUILD) tests/pictures
	@for p in tests/*/pictures; do BUILD=$(BUILD) $$p || exit 1; done

demo: packages-check
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/tests/play
	@BUILD=$(BUILD) CSR="$(CSR)" SCRIPT="$(SCRIPT)" PLAN="$(PLAN)" \
	    PROFILES="$(PROFILES)" MODULE="$(MODULE)" \
	    OUT="$(or $(OUT),$(BUILD)/demo)" tests/demo

# A token that nobody uses: it takes the minutes that it waits for.
check-idle: packages-check
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/tests/play
	@BUILD=$(BUILD) tests/plays/idle

# A whole ceremony in production mode, on a software TPM.
check-production: packages-check
	@$(MAKE) -s -j$(JOBS) all tests
	@BUILD=$(BUILD) tests/plays/production

# Sanitizers: the unit programs again, every finding is fatal.  None of them is
# to be had in a static program, nor behind the filter of tachiai-decode, which
# is the plain one here; its parsers are in the unit programs.
SAN = -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
san: packages-check all
	@$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/san CFLAGS="-O1 -g $(SAN)" \
	    LDFLAGS="$(SAN)" INIT_LINK=-pie FORTIFY= WERROR= all tests
	@cp $(BUILD)/bin/tachiai-decode $(BUILD)/san/bin/
	@ASAN_OPTIONS=detect_stack_use_after_return=1:fast_unwind_on_malloc=0:malloc_context_size=16 \
	    LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 \
	    TEST_SECONDS=3600 tests/run $(BUILD)/san unit

# Lines of the tests' own run, by gcov: 95 per cent, and what never ran is
# argued in tests/cover.txt, function by function.
# tachiai-decode may open no file, so that it could not write its counts: the
# plain one is tested.
cover: packages-check all
	@$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/cover \
	    CFLAGS="-O0 -g --coverage" LDFLAGS=--coverage FORTIFY= WERROR= all tests
	@cp $(BUILD)/bin/tachiai-decode $(BUILD)/cover/bin/
	@find $(BUILD)/cover -name '*.gcda' -delete
	@bad=0; tests/run $(BUILD)/cover unit >$(BUILD)/cover/log 2>&1 || bad=1; \
	    grep -v '^ok ' $(BUILD)/cover/log || :; \
	    tests/cover $(BUILD)/cover && test $$bad = 0

lint: packages-lint
	@BUILD=$(BUILD)/lint MAKE="$(MAKE)" JOBS=$(JOBS) tests/lint

# The online side as a Debian package.
deb: packages-run
	@$(MAKE) -s -j$(JOBS) page $(addprefix $(BUILD)/bin/tachiai-,gap verify decode)
	@appliance/gap/debian/build $(BUILD)

format-check:
	@tests/format

# The unit programs under valgrind, but those that take it minutes.
valgrind: packages-lint all units
	@JOBS=$(JOBS) tests/valgrind $(BUILD)

# One fuzzer a decoder.  TARGET=name SECONDS=60; without TARGET, their names.
# What ran is a line of tests/fuzz/LEDGER.
$(BUILD)/tests/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o \
    $(BUILD)/obj/tests/fuzz/replay/main.o $(TEST_ROOMS)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(TEST_ROOMS) -Wl,--end-group $(LIBS)
FUZZER = -fsanitize=fuzzer-no-link,address,undefined
fuzz: packages-lint
	@if [ -z "$(TARGET)" ]; then \
	    ls tests/fuzz/*.c | sed 's,.*/,,; s,\.c$$,,'; \
	    echo "make fuzz TARGET=<one of these> SECONDS=60"; exit 2; fi
	@$(MAKE) -s -j$(JOBS) BUILD=$(BUILD)/fuzz CC=clang FORTIFY= WARN= \
	    CFLAGS="-O1 -g $(FUZZER)" LDFLAGS="$(FUZZER)" \
	    $(BUILD)/fuzz/tests/fuzzer/$(TARGET)
	@[ $(TARGET) != sandbox ] || { \
	    $(MAKE) -s -j$(JOBS) $(BUILD)/bin/tachiai-decode && \
	    mkdir -p $(BUILD)/fuzz/bin && \
	    cp $(BUILD)/bin/tachiai-decode $(BUILD)/fuzz/bin/; }
	@tests/fuzz/hunt $(BUILD)/fuzz/tests/fuzzer/$(TARGET) \
	    $(or $(SECONDS),60) $(BUILD)/fuzz/corpus/$(TARGET)
# What one of them feeds is a program of its own, as it ships: behind its
# filter a sanitizer can do nothing.
$(BUILD)/tests/fuzz/sandbox: | $(BUILD)/bin/tachiai-decode
$(BUILD)/tests/fuzzer/%: $(BUILD)/obj/tests/fuzz/%.o $(TEST_ROOMS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -fsanitize=fuzzer $(ALL_LDFLAGS) -o $@ $< \
	    -Wl,--start-group $(TEST_ROOMS) -Wl,--end-group $(LIBS)

# Ratios between two things done here, never a verdict.  N=100: how many
# intermediates the batch has.
BENCH_SRC = $(sort $(wildcard tests/bench/*.c))
BENCHES = $(patsubst tests/bench/%.c,$(BUILD)/tests/bench/%,$(BENCH_SRC))
$(BUILD)/tests/bench/hsm: $(HSM_ROOM)
$(BUILD)/tests/bench/%: $(BUILD)/obj/tests/bench/%.o $(TEST_ROOMS)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
	    -Wl,--start-group $(TEST_ROOMS) -Wl,--end-group $(LIBS)
bench: packages-check
	@$(MAKE) -s -j$(JOBS) all $(BUILD)/tests/play $(BENCHES)
	@export BUILD=$(BUILD) N=$(or $(N),20); \
	    $(BUILD)/tests/bench/base && \
	    $(BUILD)/tests/bench/scan 1000000 && \
	    $(BUILD)/tests/bench/open 100000 && \
	    $(BUILD)/tests/bench/crl 1000000 && \
	    $(BUILD)/tests/bench/hsm 20000 && \
	    $(BUILD)/tests/bench/frames && \
	    $(BUILD)/tests/bench/paint && \
	    tests/bench/paper && \
	    tests/bench/batch && \
	    tests/image/figures $(BUILD)/tachiai.iso $(BUILD)/iso-figures

# Independent checkers on throw-away hierarchies of every kind of key.
oracle: $(BUILD)/tests/unit/x509_chain
	$(Q)tests/oracle/chains $<

clean:
	rm -rf $(BUILD)

.PHONY: page page-vendor paper pictures all mutate crash units unit-check oracle clean tests run \
	check check-idle check-production demo san cover lint fuzz \
	deb format-check valgrind \
	bench packages-run packages-check packages-lint packages-image \
	iso iso-lock iso-check iso-today iso-repro iso-attacks iso-figures iso-camera \
	iso-sticks iso-burner iso-clock iso-codes iso-cuts iso-format iso-production \
	iso-secure iso-module iso-sign
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
