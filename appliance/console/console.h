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
 * self.c    what the machine says of itself before that
 * files.c   profile set, plan, script
 * due.c     what is asked of whom at the trusted prompt
 * visit.c   the other side of the trusted prompt
 * steps.c   steps of the hands; each.c, clock.c, people.c, deviation.c
 * request.c requests; prepare.c review.c deed.c doubt.c: runs
 * code.c    finished items shown as codes; scan.c requests read from codes
 * medium.c  a new medium; format.c a stick made one
 * one.c     one medium alone, a medium that comes back, another table
 * bundle.c  what leaves; export.c its copies; close.c the end of a sitting
 * paper.c   pages made of the log, and what of the end is done on paper
 * start.c   first entries, tachiai-hsm told; memory.c ends compared
 * look.c    screens that only look, keys that serve everywhere
 * ui.c      one screen at a time, the keys that serve everywhere
 * bars.c    bars, foot and the script as the views want them
 */
#ifndef TACHIAI_CONSOLE_H
#define TACHIAI_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "appliance/world/journal.h"
#include "appliance/world/keep.h"
#include "appliance/world/msg.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"
#include "ceremony/state/decide.h"
#include "ceremony/state/next.h"
#include "ceremony/state/prepare.h"
#include "media/bundle.h"
#include "tui/view.h"

#define FOOT_MAX  16
#define QUEUE_MAX 64

struct foot {
	char time[9], step[9];
	char text[2][256]; /* by enum lang */
};

struct console {
	struct ceremony *c;
	struct journal *j;
	const char *dir[2]; /* the volume's media */
	const char *facts;  /* file of tachiai-init, on the appliance */
	struct keep_line clock;  /* to who sets the machine's, there */
	struct keep_line format; /* to who makes media, there */
	size_t dirs;
	const char *zone;
	enum lang lang;
	uint32_t next_id;
	bool whole; /* codes in whole cells: there are no half blocks */
	unsigned reader_used; /* pictures of this tachiai-decode; 0: none is there */
	struct msg queue[QUEUE_MAX]; /* arrived while an answer was awaited */
	size_t queued;
	bool said;    /* the bar says who is waited for */
	int64_t still_ms; /* since then no key is taken (monotonic) */
	bool over;    /* the loop ends */
	int code;     /* with this exit code */

	/* facts */
	int64_t ahead_ms;     /* the time is so far ahead of the boot clock */
	int64_t boot_ms;      /* of the boot clock at sitting.open */
	uint8_t random[4096];
	size_t random_left;
	char epoch[EPOCH_LEN];
	uint8_t epoch_cert[SHA256_LEN];
	uint8_t image[SHA256_LEN];
	bool told_retired[2];
	int64_t restarts; /* by process 1, told of */
	bool hsm_here;

	/* what the screens keep */
	struct foot foot[FOOT_MAX];
	size_t feet;
	struct err refusal; /* id "" none */
	size_t page;
	bool hex;           /* words shown as hex */
	bool seen_all;      /* every page of a review was shown */
	bool moved;         /* in a list: its page is the one to show */
	struct form form;
	size_t form_step;   /* the step the form is for, +1; 0 none */
	bool changed;       /* the state or a stick changed: look again */
	bool visiting;      /* a tachiai-key has the terminal */
	bool nested;        /* a note or deviation is being written */
	bool hsm_lost;      /* it did not answer: its death is on the way */
	int64_t sticks_ms;  /* sticks of those who are in: looked at then */
	struct {            /* wrong tries since the last good one */
		char person[NAME_LEN];
		int64_t n, last_ms;
	} tried;
	struct form draft;  /* of a deviation, kept when it is left */
	int draft_of;       /* its number; 0 a new one, -1 none */
	size_t chosen;      /* among several people, who comes next */
	struct deed_gate gate;
	int64_t wake_ms; /* look again then (monotonic), 0 never */
	const char *way;    /* out of a doubt, "upgrade"; NULL none chosen */
	bool keep_table;    /* people go on with the table in force */
	bool absence_told[2]; /* the close goes on without this medium */
	struct buf deviation; /* record that waits for its decision */
	int deviation_no;
	char deviation_decision[17];
	char deviation_because[513];
	/* an enrolment under way */
	struct {
		bool ready;
		char person[NAME_LEN], name[129], code[17], stick[65];
		char document[129], seen_by[129], trained[33];
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

/* look.c: the keys that serve everywhere; true if the key was one. */
bool ui_everywhere(struct console *k, enum key_id id, size_t pages);
void ui_paint(struct view *v);
/* Handle what waits on the socket; true if anything came. */
bool ui_drain(struct console *k, bool readable);
struct view *ui_view(struct console *k, const char *head);
/* Paint v (freed here) and wait for a key that is the screen's. `where`: KX_ */
enum ui_press ui_wait(struct console *k, struct view *v, unsigned where,
    struct key *key);
/* Stop here until Enter, or until something was written. */
void ui_stop(struct console *k, const char *head);
/* What came while an answer was awaited; a lost tachiai-hsm comes back. */
void ui_settle(struct console *k);
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
/* The other language, where the screen has letters for it. */
void ui_turn_lang(struct console *k);
/* The screen has room for the script beside everything. */
bool ui_wide(void);
/* The largest QR version that this screen shows, in half blocks or in whole
 * cells; 0 none. */
int ui_code_version(const struct console *k);
/* The other of the two, where the screen has letters for it. */
void ui_turn_cells(struct console *k);
/* A screen without room for the smallest code: why.  id show.cells. */
int ui_code_small(const struct console *k, struct err *e);
void ui_close(void);

/* bars.c */
void bars_fill(struct console *k, struct view *v);
void bars_script(struct console *k, struct view *v); /* the block, S-05 */
void bars_words(struct view *v, const uint8_t digest[static SHA256_LEN],
    struct console *k);
void clock_text(const struct console *k, char *out, size_t size);
void time_text(const struct console *k, int64_t t, char *out, size_t size);
int64_t console_now(const struct console *k);
/* commit.c: take the machine's time; the console's runs by itself from then
 * on, and the step that sets the clock alone moves it. */
void console_start_clock(struct console *k);
/* Seconds by which the machine's clock is to move to be the console's. */
int64_t console_lead(const struct console *k);
/* "Custodian 1, Custodian 2" of codes; names of people where enrolled. */
const char *people_text(struct console *k, struct view *v,
    const struct json *codes);

/* steps.c: what the steps share */
void authors(struct console *k, const struct step *s, struct command *cmd);
int end_step(struct console *k, const struct step *s, const char *result);
/* The step's own text, else a sentence made of its verb. */
const char *step_sentence(struct console *k, struct view *v,
    const struct step *s);
void step_heads(struct console *k, struct view *v, const struct step *s);
/* A step.field entry by those whose step it is; -1 was said. */
int put_field(struct console *k, const struct step *s, const char *field,
    const char *value);
struct view *step_view(struct console *k, const struct step *s);
void step_keys(struct view *v);
void hands_keys(struct console *k, struct view *v);
/* Enter; and where a field takes letters for itself, how to get out: true. */
bool field_keys(struct console *k, struct view *v);
void foot_step(struct console *k, const struct step *s, const char *value);

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
/* Give `why` the file, line and column of this path of the canonical form. */
void decode_place(struct console *k, const char *type, const char *name,
    const char *path, const struct buf *raw, struct err *why);
int read_stick(struct console *k, const char *stick, const char *file,
    bool back, struct buf *out, struct err *e);
int write_stick(struct console *k, const char *stick, const char *file,
    const void *p, size_t len, struct err *e);
bool stick_here(struct console *k, const char *stick);
/* Whether it is in, and which one it is; the screen looks again by itself. */
#define STICK_LOOK_MS 1000
const char *stick_seen(struct console *k, struct view *v, const char *stick);
size_t sticks_gone(struct console *k, char (*gone)[NAME_LEN], size_t max);
/* The stick that holds this person's credential. */
const char *person_stick(struct console *k, const struct person *p);
void handle_message(struct console *k, struct msg *m);

/* self.c: S-01.  0, or -1 when people leave here. */
int say_self(struct console *k);
void self_pcrs(struct console *k, struct json *d);
void note_restarts(struct console *k);

/* the to-dos */
int open_volume(struct console *k, struct err *e);
int restart_hsm(struct console *k, struct err *e);
void do_log_init(struct console *k, const struct next *n);
void do_open(struct console *k, const struct next *n);
void do_files(struct console *k, const struct next *n);
void do_begin(struct console *k, const struct next *n);
void do_end(struct console *k, const struct next *n);
void do_hands(struct console *k, const struct next *n);
void do_each(struct console *k, const struct next *n); /* each.c */
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
void do_loss(struct console *k, const struct next *n);
void do_one(struct console *k, const struct next *n);
void do_doubt(struct console *k, const struct next *n);
void do_readback(struct console *k, const struct next *n);
void do_export(struct console *k, const struct next *n);
void do_show(struct console *k, const struct next *n);
/* scan.c: the request of the item by camera; the step's do_import(). */
void do_scan(struct console *k, const struct next *n);
bool scan_by_stick(void);
void scan_turn(void); /* the stick instead, and back */
/*
 * Codes of one picture (decode/picture.h), by a tachiai-decode that goes on
 * from picture to picture; `form` may be NULL.  ids decode.*, msg.*.
 */
int picture_codes(struct console *k, const struct buf *picture,
    struct json **form, struct buf *texts, struct err *e);
/* request.c: what was read is the request of this item, or an entry says
 * why not. */
int take_request(struct console *k, const struct item *it, const char *file,
    const char *stick, const struct buf *raw);
int refused_csr(struct console *k, const struct item *it, const char *file,
    const struct err *why);
void do_close(struct console *k, const struct next *n);
void do_cosign(struct console *k, const struct next *n);
void do_notes(struct console *k, const struct next *n);
void do_paper(struct console *k, const struct next *n);
void do_review(struct console *k, const struct next *n);
/* Documents that can be made now, until Esc. */
void do_pages(struct console *k);
/* A print that was begun and never ended, as an entry; people are told. */
int print_unknown(struct console *k, struct err *e);
void do_done(struct console *k, const struct next *n);
void do_deviated(struct console *k, const struct next *n);
void do_not_run(struct console *k, const struct next *n);
void do_drop(struct console *k, const struct next *n);
void do_deviation(struct console *k);
int open_deviation(struct console *k, const struct step *s,
    const char *expected, const char *happened);
/* loss.c: who is to sign a way out, and the wait for it. */
void resolve_rows(struct console *k, struct view *v, unsigned roles);
enum ui_press resolve_wait(struct console *k, struct view *v, unsigned where,
    struct key *key);
/* A medium that is missing comes back; `abandon`: its own story is put aside.
 * A refusal is shown. */
void rejoin(struct console *k, bool abandon);
/* medium.c: an empty medium takes the place of one that is missing; the way
 * of that, in k->way, until it did or people gave it up. */
void medium_begin(struct console *k);
bool medium_asked(const struct console *k);
void do_medium(struct console *k);
/*
 * format.c, where somebody makes media.  People choose a stick for medium
 * `label`: -1, they went back.  It is erased and mounted, empty: ids
 * format.gone, format.failed.  What was copied to it is let go, and found
 * anew: id media.io.
 */
struct format_stick;
bool format_can(const struct console *k);
int format_choose(struct console *k, const char *label,
    struct format_stick *out);
void format_facts(struct view *v, const struct format_stick *s);
void format_text(const struct format_stick *s, char *out, size_t size);
int format_make(struct console *k, const char *label,
    const struct format_stick *s, struct err *e);
int format_anew(struct console *k, const char *label, struct err *e);
/* Before there is a transcript: the medium that is missing; and what its
 * first entries say of that. */
void format_first(struct console *k);
int format_notes(struct console *k, struct err *e);
/* A medium stands in this folder. */
bool volume_there(const char *dir);
/* Media that are missing or were retired; *name is the last one's label. */
size_t media_missing(const struct console *k, char name[static 2]);
/* The table in force is another program's, and nobody has said to keep it. */
bool table_differs(const struct console *k, const struct next *n);
void do_upgrade(struct console *k);
/* Whose stick was taken out is not in any more. */
void person_gone(struct console *k, const char *id);
void logout(struct console *k, const struct person *p, const char *why);
void take_break(struct console *k);
void do_note(struct console *k);
const char *deed_text(struct view *v, const struct item *it);
enum key_id deed_key(const struct item *it);
/* S-12: nothing was made of this item, and why. */
void refused_item(struct console *k, const struct item *it,
    const struct err *why, const struct lint_results *lint);
void lint_table(struct view *v, const struct lint_results *lint);
/* What the two media say, for a stop before anything is folded. */
void memory_media(struct view *v, const struct recovery *r);
/* S-02, S-03: 0 when every memory of the end fits, -1 when people leave. */
int compare_memories(struct console *k, const struct recovery *r,
    struct json *memories);
int genesis(struct console *k, const char *mode, const char *domain,
    const char *ca, struct err *e);
int start_sitting(struct console *k, const struct json *memories,
    struct err *e);
int recovery_entries(struct console *k, const struct recovery *r,
    struct err *e);
/* bundle.c: the bundle of a step, in OUT. */
extern struct bundle OUT;
extern char out_name[NAME_LEN];
int make_bundle(struct console *k, const struct step *s, struct err *e);

/* disc.c: the bundle's copies on discs, where the step says so. */
bool disc_asked(const struct next *n);
bool disc_wanted(const struct console *k, const struct next *n);
void disc_turn(const struct console *k); /* sticks instead, and back */
/* The image of OUT, and its hash; the same until OUT is another. */
const struct buf *disc_image(struct console *k, const uint8_t **sha);
const char *disc_seen(struct console *k, struct view *v);
/* needs.c: devices that steps to come want: a line for each that is not here;
 * a row for each. */
void needs_tell(struct console *k);
void needs_facts(struct console *k, struct view *v);
/* The image was written and is on the disc.  ids disc.*. */
int disc_copy(struct console *k, const char *name, struct err *e);
/* Try every plan item with throw-away keys. */
int try_plan(struct console *k, struct err *e);

/* visit.c, due.c */
struct json *due_enrol(struct console *k);
struct json *due_visit(struct console *k, const struct person *p);
void visit_message(struct console *k, struct msg *m);
/* Tell the launcher whether somebody is awaited at the trusted prompt. */
void visit_announce(struct console *k);
const struct person *visit_person(struct console *k);

#endif
