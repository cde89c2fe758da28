/* SPDX-License-Identifier: MIT */
/*
 * tachiai-console: the ceremony as people see it.  It holds the transcript
 * and the fold; it has no authority: what counts is signed at the trusted
 * prompt and checked again by tachiai-hsm.
 *
 * main.c    command line, the loop over what comes next
 * commit.c  entries: decided, written, folded, told to tachiai-hsm
 * ask.c     requests to the other programs
 * open.c    a volume made or opened
 * files.c   profile set, plan, script
 * visit.c   the other side of the trusted prompt
 * steps.c   steps of the hands, clock, people
 * runs.c    preparing, reviewing, deeds, doubts
 * give.c    read back, export, close, seal, sticks
 * ui.c      one screen at a time, the keys that serve everywhere
 * bars.c    bars, foot and the script as the views want them
 */
#ifndef TACHIAI_CONSOLE_H
#define TACHIAI_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "appliance/world/journal.h"
#include "appliance/world/msg.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"
#include "ceremony/state/decide.h"
#include "ceremony/state/next.h"
#include "ceremony/state/prepare.h"
#include "tui/view.h"

#define FOOT_MAX  16
#define QUEUE_MAX 64

struct foot {
	char time[9], step[9];
	char text[256];
};

struct console {
	struct ceremony *c;
	struct journal *j;
	const char *dir[2]; /* the volume's media */
	size_t dirs;
	const char *zone;
	enum lang lang;
	uint32_t next_id;
	struct msg queue[QUEUE_MAX]; /* arrived while an answer was awaited */
	size_t queued;
	bool over;    /* the loop ends */
	int code;     /* with this exit code */

	/* facts */
	int64_t clock_offset; /* seconds between clock and reference */
	int64_t boot_ms;      /* of the boot clock at sitting.open */
	uint8_t random[4096];
	size_t random_left;
	char epoch[EPOCH_LEN];
	uint8_t epoch_cert[SHA256_LEN];
	uint8_t image[SHA256_LEN];
	bool told_retired[2];
	bool hsm_here;

	/* what the screens keep */
	struct foot foot[FOOT_MAX];
	size_t feet;
	struct err refusal; /* id "" none */
	size_t page;
	bool hex;           /* words shown as hex */
	bool seen_all;      /* every page of a review was shown */
	struct form form;
	size_t form_step;   /* the step the form is for, +1; 0 none */
	bool changed;       /* the state or a stick changed: look again */
	bool visiting;      /* a tachiai-key has the terminal */
	size_t chosen;      /* among several people, who comes next */
	struct deed_gate gate;
	int64_t wake_ms; /* look again then (monotonic), 0 never */
	const char *way;    /* out of a doubt; NULL none chosen */
	struct buf deviation; /* record that waits for its decision */
	int deviation_no;
	char deviation_decision[17];
	char deviation_because[513];
	/* an enrolment under way */
	struct {
		bool ready;
		char person[NAME_LEN], name[129], code[17], stick[65];
		char document[129], seen_by[33], trained[33];
		unsigned roles;
		struct buf sign, share;
		int64_t cost;
	} enrol;
};

/* ui.c */
enum ui_press {
	UI_CHANGED, /* look at the state again */
	UI_KEY,     /* *key is for the screen */
};

struct view *ui_view(struct console *k, const char *head);
/* Paint v (freed here) and wait for a key that is the screen's. `where`: KX_ */
enum ui_press ui_wait(struct console *k, struct view *v, unsigned where,
    struct key *key);
/* The same with the form: FORM_DONE when the last field was ended. */
enum ui_press ui_form(struct console *k, struct view *v, unsigned where,
    struct key *key, enum form_event *ev);
void ui_refuse(struct console *k, const struct err *e);
void ui_clear(struct console *k); /* the refusal and the page */
void ui_repaint(struct console *k);
int64_t ui_now_ms(void); /* the monotonic clock */
/* One line for the foot: a catalogue sentence, pairs (name, value), NULL. */
void ui_result(struct console *k, const char *id, ...)
    __attribute__((sentinel));
/* A fresh form for this step (kept while the step is the same). */
bool ui_form_fresh(struct console *k, const char *what);
int ui_open(struct console *k, struct err *e);
void ui_close(void);

/* bars.c */
void bars_fill(struct console *k, struct view *v);
void bars_script(struct console *k, struct view *v); /* the block, S-05 */
void bars_words(struct view *v, const uint8_t digest[static SHA256_LEN],
    struct console *k);
void clock_text(const struct console *k, char *out, size_t size);
void time_text(const struct console *k, int64_t t, char *out, size_t size);
int64_t console_now(const struct console *k);
/* "Custodian 1, Custodian 2" of codes; names of people where enrolled. */
const char *people_text(struct console *k, struct view *v,
    const struct json *codes);

/* commit.c: command with d; 0, or -1 and nothing happened. */
int commit(struct console *k, struct command *cmd, struct err *e);
/* The same; a refusal is shown. */
int commit_shown(struct console *k, struct command *cmd);
/* Store bytes as an object and tell tachiai-hsm. */
int object_put(struct console *k, const void *p, size_t len,
    uint8_t sha[static SHA256_LEN], struct err *e);
int object_get(void *arg, const uint8_t sha[static SHA256_LEN],
    struct buf *out, struct err *e);
void attach(struct command *cmd, const char *name, const char *type,
    const uint8_t sha[static SHA256_LEN], size_t size);
int log_checkpoint(struct console *k, struct err *e);
int replay_to_hsm(struct console *k, struct err *e);
int random_bytes(struct console *k, uint8_t *out, size_t len, struct err *e);

/* ask.c: `json` is taken; *answer to be msg_fini()ed on 0. */
int ask(struct console *k, enum party to, enum msg_type type,
    struct json *json, const void *bytes, size_t len, struct msg *answer,
    struct err *e);
int decode(struct console *k, const char *type, const char *name,
    const void *bytes, size_t len, struct json **form, struct buf *canon,
    struct err *e);
int read_stick(struct console *k, const char *stick, const char *file,
    bool back, struct buf *out, struct err *e);
int write_stick(struct console *k, const char *stick, const char *file,
    const void *p, size_t len, struct err *e);
bool stick_here(struct console *k, const char *stick);
/* The stick that holds this person's credential. */
const char *person_stick(struct console *k, const struct person *p);
void handle_message(struct console *k, struct msg *m);

/* the to-dos */
int open_volume(struct console *k, struct err *e);
int restart_hsm(struct console *k, struct err *e);
void do_log_init(struct console *k, const struct next *n);
void do_open(struct console *k, const struct next *n);
void do_files(struct console *k, const struct next *n);
void do_begin(struct console *k, const struct next *n);
void do_end(struct console *k, const struct next *n);
void do_hands(struct console *k, const struct next *n);
void do_clock(struct console *k, const struct next *n);
void do_enroll(struct console *k, const struct next *n);
void do_people(struct console *k, const struct next *n);
void do_break(struct console *k, const struct next *n);
void do_import(struct console *k, const struct next *n);
void do_confirm(struct console *k, const struct next *n);
void do_deal(struct console *k, const struct next *n);
void do_prepare(struct console *k, const struct next *n);
void do_record(struct console *k, const struct next *n);
void do_consent(struct console *k, const struct next *n);
void do_activate(struct console *k, const struct next *n);
void do_deed(struct console *k, const struct next *n);
void do_outcome(struct console *k, const struct next *n);
void do_doubt(struct console *k, const struct next *n);
void do_readback(struct console *k, const struct next *n);
void do_export(struct console *k, const struct next *n);
void do_close(struct console *k, const struct next *n);
void do_cosign(struct console *k, const struct next *n);
void do_notes(struct console *k, const struct next *n);
void do_paper(struct console *k, const struct next *n);
void do_done(struct console *k, const struct next *n);
void do_deviation(struct console *k);
void do_note(struct console *k);
/* Try every plan item with throw-away keys. */
int try_plan(struct console *k, struct err *e);

/* visit.c */
void visit_message(struct console *k, struct msg *m);
/* Tell the launcher whether somebody is awaited at the trusted prompt. */
void visit_announce(struct console *k);
const struct person *visit_person(struct console *k);

#endif
