/* SPDX-License-Identifier: MIT */
/*
 * The view: what one screen says, without where it stands.  The console
 * fills a view from its state; tui/layout.h makes cells of it.
 *
 * Strings: every `const char *` of a view is static or belongs to the view
 * (view_str, view_fmt, view_fill); the view_* builders copy what they are
 * given.  NULL and "" mean: not there.  A sentence or label comes from the
 * catalogue through view_fill(), in the view's language; names, codes, hex
 * and words stand as they are.
 *
 *	struct view *v = view_new(LANG_EN);
 *	v->mode = VIEW_REHEARSAL;
 *	v->title = view_str(v, "Generation of Root R1");
 *	v->who = view_fill(v, "see.who-quorum", "people", names, NULL);
 *	view_key(v, KID_TRUSTED, NULL);
 *	view_people(v);
 *	view_person(v, "CA1", "Custodian 1", MARK_DONE, note, "port 3");
 *	grid = layout_new(v, NULL, 24, 80);
 *	view_free(v);
 */
#ifndef TACHIAI_VIEW_H
#define TACHIAI_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"
#include "ceremony/text/text.h"
#include "tui/form.h"
#include "tui/keys.h"

enum view_mode {
	VIEW_CLOSED, /* no volume is open: there is no mode */
	VIEW_REHEARSAL,
	VIEW_PRODUCTION,
};

enum mark {
	MARK_NONE,
	MARK_OPEN,    /* [ ] to come */
	MARK_DONE,    /* [x] */
	MARK_NOW,     /* [>] */
	MARK_PROBLEM, /* [!] done with a deviation, or not as it should be */
	MARK_SKIPPED, /* [-] not run */
};

enum view_token {
	VIEW_TOKEN_NONE, /* "no token" */
	VIEW_TOKEN_INACTIVE,
	VIEW_TOKEN_ACTIVE,
};

enum block_kind {
	BLOCK_PARA,
	BLOCK_LABEL, /* LABEL  and its text */
	BLOCK_SAY,   /* >> and the line */
	BLOCK_WORDS,
	BLOCK_FIELDS,
	BLOCK_PEOPLE,
	BLOCK_TABLE,
	BLOCK_FACTS,
	BLOCK_CHECKS,
	BLOCK_DEEDS,
	BLOCK_WAYS,
	BLOCK_SCRIPT,
	BLOCK_BIG,
	BLOCK_PROGRESS,
	BLOCK_CAMERA,
	BLOCK_SLOTS, /* places that a program paints itself: never in a grid */
	BLOCK_BREAK, /* what follows begins a page */
};

#define VIEW_COLS  8  /* columns of a table */
#define VIEW_LEAST -1 /* an indent: the block's own */

enum words_form {
	WORDS_LINES, /* 8 lines of 4 with hex, numbered */
	WORDS_SHORT, /* the first 8 words, two lines */
	WORDS_HEX,   /* hex alone: 8 groups of 8 digits */
};

/* One line of any list; which members serve depends on the block. */
struct view_item {
	const char *s[VIEW_COLS]; /* cells, or: code name note place … */
	enum mark mark;
	bool strong;  /* bold: a difference, a heading */
	bool differs; /* marked '!' */
	/* fields */
	enum field_kind kind;
	int indent;     /* cells; VIEW_LEAST: the block's */
	size_t label_w; /* cells of the label, 0: as wide as the widest */
	size_t width;   /* cells between the brackets; lines: of each row */
	size_t rows;    /* lines: at most that many rows, 0 is 1 */
	bool cursor;    /* the cursor stands here, at byte `at` of s[1] */
	size_t at;
	int choice; /* choices are s[3..]; -1: none */
};

struct block {
	enum block_kind kind;
	bool tight;       /* no blank row before */
	bool rule;        /* table: dashes under the header */
	int indent;       /* VIEW_LEAST: the block's own place */
	size_t width;     /* label's or first column's cells, 0: as needed */
	const char *head; /* text; heading of checks and ways */
	const char *text;
	const char *note;
	size_t n, size;
	struct view_item *item;
	/* table */
	size_t cols;
	struct {
		const char *head;
		size_t width; /* cells; the last may be 0: the rest */
		bool right;   /* numbers */
	} col[VIEW_COLS];
	/* words */
	enum words_form form;
	uint8_t digest[32];
	bool aloud; /* with >> */
	/* progress, camera, slots */
	size_t part, total;
	struct {
		bool found;
		int x, y, w, h;  /* thousandths of the picture */
		int light, size; /* 0 to 5 */
	} camera;
	size_t note_col; /* fields: where notes begin, 0: as needed */
	size_t now;      /* script: the item of the cursor */
};

struct view_result {
	const char *time, *step, *text;
};

struct view_key {
	enum key_id id;
	const char *label; /* NULL: the table's */
};

#define VIEW_IN   24 /* codes of people who are in */
#define VIEW_FOOT 64
#define VIEW_KEYS 12

struct view {
	enum lang lang;
	bool both; /* its texts know the other language: say so first */
	/* row 1 */
	enum view_mode mode;
	bool stop;           /* STOP | stands before the mode */
	const char *title;   /* ceremony, or "volume found, closed" */
	const char *version; /* of the script, "1.4" */
	const char *clock;   /* "2026-12-09 10:26:40 JST" */
	/* row 2: `line2` alone, or its parts */
	const char *line2;
	const char *step; /* "2.2" */
	unsigned at, of;  /* 9/22 */
	const char *in[VIEW_IN];
	size_t n_in;
	const char *in_note; /* behind "in nobody": the roster is open */
	const char *token;
	enum view_token token_state;
	unsigned m, n, have;   /* quorum; n 0: not said */
	const char *deviation; /* "1": an open one */
	const char *media;     /* "A B", "A !B", "A B OUT-1" */
	/* row 4 */
	const char *act, *head;
	/* who must do what, what follows */
	const char *who, *act_now, *then;
	bool who_last; /* WHO and DO stand below the blocks */
	/* a refusal: its sentence and id */
	const char *refusal, *refusal_id;
	/* body */
	size_t n_blocks, blocks_size;
	struct block *block;
	size_t page; /* from 0 */
	/* foot: newest last; foot_free: lines as they are, under a plain rule
	 */
	struct view_result foot[VIEW_FOOT];
	size_t n_foot;
	bool foot_free;
	const char *hint; /* one sentence in the place of the last result */
	/* row 24 */
	struct view_key keys[VIEW_KEYS];
	size_t n_keys;
	/* the script, for the wide screens (a BLOCK_SCRIPT), or NULL */
	struct block *script;
	/* a code to show instead of the body: side * side modules, or NULL */
	const uint8_t *code; /* 1 dark; belongs to the view */
	size_t code_side;
	bool code_whole; /* in whole cells, two and a row a module */
	/* strings that belong to the view */
	struct view_text *texts;
};

struct view *view_new(enum lang lang);
void view_free(struct view *v);

/* Strings of the view. */
const char *view_str(struct view *v, const char *s);
const char *view_fmt(struct view *v, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The catalogue's sentence, braces filled from pairs (name, value), NULL. */
const char *view_fill(struct view *v, const char *id, ...)
    __attribute__((sentinel));

/* A text that somebody wrote in both languages; `other` may be NULL. */
const char *view_pair(struct view *v, const char *text, const char *other);
/*
 * The same in the other language, in brief, as layout_grid() puts it beside:
 * what must be understood, not the data.  NULL: the view is not of both.
 */
struct view *view_other(const struct view *v);

/* Bars, foot, keys. */
void view_in(struct view *v, const char *code);
void view_result(
    struct view *v, const char *time, const char *step, const char *text);
void view_key(struct view *v, enum key_id id, const char *label);
void view_refuse(struct view *v, const struct err *e);
void view_code(struct view *v, const uint8_t *modules, size_t side);

/*
 * Blocks.  Each begins a block and returns it (valid until the next one
 * begins), so that a caller may set `tight`, `indent`, `width`.
 */
struct view_item *view_item(struct block *b); /* a bare row, at the end */

struct block *view_para(struct view *v, const char *text);
struct block *view_label(
    struct view *v, size_t width, const char *label, const char *text);
struct block *view_say(struct view *v, const char *line);
struct block *view_words(struct view *v, enum words_form form,
    const uint8_t digest[static 32], bool aloud);
struct block *view_big(struct view *v, const char *text);
struct block *view_progress(struct view *v, const char *label, size_t part,
    size_t total, const char *text);
struct block *view_break(struct view *v);
/* Eight numbered places that stay empty; trusted_slot() says where. */
struct block *view_slots(struct view *v, size_t n);

struct block *view_people(struct view *v);
void view_person(struct view *v, const char *code, const char *name,
    enum mark mark, const char *note, const char *place);

/* Columns: pairs (heading, width) with width < 0 for numbers; NULL ends.
 * The last column's width 0 is the rest of the line. */
struct block *view_table(struct view *v, ...);
/* Cells, NULL ends; missing ones are blank.  Returns the row. */
struct view_item *view_row(struct view *v, ...) __attribute__((sentinel));

/* Label and value; two of them beside each other; a heading. */
struct block *view_facts(struct view *v);
void view_fact(struct view *v, const char *label, const char *value);
void view_fact2(struct view *v, const char *label, const char *value,
    const char *label2, const char *value2);

struct block *view_checks(struct view *v, const char *head);
void view_check(
    struct view *v, enum mark mark, const char *text, const char *right);

struct block *view_ways(struct view *v, const char *head);
void view_way(struct view *v, const char *key, const char *text);

struct block *view_deeds(struct view *v);
/* number, what, its letter, when it was done (or NULL) */
void view_deed(struct view *v, enum mark mark, const char *n, const char *text,
    const char *letter, const char *time);
/* Under the deed before: a check, or a line of words. */
void view_deed_check(struct view *v, enum mark mark, const char *text);
void view_deed_line(struct view *v, const char *text);

struct block *view_fields(struct view *v);
/*
 * Field i as it stands in `f`, `width` cells between its brackets.  Returns
 * the item, for `rows` and `indent`; choices follow with view_choice().
 */
struct view_item *view_field(struct view *v, const struct form *f, size_t i,
    const char *label, size_t width, const char *note);
struct view_item *view_field_plain(
    struct view *v, const char *label, const char *value, const char *note);
void view_choice(struct view *v, const char *text);

/* The script: in the body (v) or for the side of wide screens (v->script). */
struct block *view_script(struct view *v);
struct block *view_side_script(struct view *v);
void view_script_act(struct view *v, struct block *b, const char *n,
    const char *title, size_t steps, size_t minutes);
void view_script_step(struct view *v, struct block *b, enum mark mark,
    const char *no, const char *codes, const char *text, const char *done,
    const char *plan, const char *took);
void view_script_note(struct view *v, struct block *b, const char *text);

/* The camera's picture: facts beside it come with view_fact(). */
struct block *view_camera(struct view *v, const char *hint);

#endif
