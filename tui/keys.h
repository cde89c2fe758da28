/* SPDX-License-Identifier: MIT */
/*
 * The one table of the console's keys.  Row 24, the help pages, the manual
 * page and the tests read it; a key that is not in it does nothing.
 */
#ifndef TACHIAI_KEYS_H
#define TACHIAI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/text/text.h"

/* What was pressed. */
enum key_name {
	PRESS_NONE, /* nothing, or a key that means nothing */
	PRESS_CHAR, /* cp is the character */
	PRESS_ENTER,
	PRESS_ESC,
	PRESS_TAB,
	PRESS_BACKTAB,
	PRESS_BACKSPACE,
	PRESS_DELETE,
	PRESS_UP,
	PRESS_DOWN,
	PRESS_LEFT,
	PRESS_RIGHT,
	PRESS_HOME,
	PRESS_END,
	PRESS_PGUP,
	PRESS_PGDN,
	PRESS_F1,
	PRESS_CTRL_L,
	PRESS_CTRL_T, /* the launcher's: a console never sees it */
	PRESS_RESIZE, /* the terminal has another size */
};

struct key {
	enum key_name name;
	uint32_t cp;
};

/* What a key is for. */
enum key_id {
	KID_NONE,
	KID_TEXT, /* a character of a field: in no table */
	KID_TRUSTED,
	KID_ENTER,
	KID_ESC,
	KID_TAB,
	KID_MOVE,
	KID_NEXT_PAGE,
	KID_PAGE_BEFORE,
	KID_YES,
	KID_NO,
	KID_SCRIPT,
	KID_WHAT,
	KID_DEVIATION,
	KID_NOTE,
	KID_BREAK,
	KID_LANG,
	KID_WORDS,
	KID_DIFFERENCE,
	KID_REFUSE,
	KID_STICK,
	KID_SPEED,
	KID_DENSITY,
	KID_PLAIN,
	KID_CELLS,
	KID_WAY_R,
	KID_WAY_A,
	KID_WAY_G,
	KID_WAY_Q,
	KID_MAKE,
	KID_SIGN,
	KID_DEACTIVATE,
	KID_SETUP,
	KID_DESTROY,
	KID_PAPER,
	KID_LEAVE,
	KID_HELP,
	KID_REDRAW,
	KID_RUB,     /* trusted prompts: rub out the last word */
	KID_SHOW_UP, /* trusted prompts: the page before */
	KID_DEAD,    /* keys that must do nothing */
	KID_COUNT,
};

/* Where: a screen says what it is, a row says where it serves. */
enum {
	KX_ANY = 1,       /* everywhere but prompts */
	KX_FORM = 2,      /* fields to fill */
	KX_LIST = 4,      /* something to move in */
	KX_REVIEW = 8,    /* pages to go through */
	KX_STEP = 16,     /* a step of the script */
	KX_ANSWER = 32,   /* y or n is asked */
	KX_WORDS = 64,    /* words or hex are shown */
	KX_REQUEST = 128, /* an item that may be refused */
	KX_CAMERA = 256,
	KX_CODE = 512,  /* a code is being shown */
	KX_WAYS = 1024, /* STOP, REFUSED, IN DOUBT */
	KX_DEED = 2048, /* a deed is offered */
	KX_TEXT = 4096, /* the cursor is in a text field: letters are text */
};

enum key_group {
	KEYS_EVERYWHERE,
	KEYS_LISTS,
	KEYS_STEP,
	KEYS_DEEDS,
	KEYS_CAMERA,
	KEYS_WAYS,
	KEYS_PROMPT, /* read by tachiai-key, never by the console */
	KEYS_GROUPS,
};

struct key_row {
	enum key_id id;
	enum key_group group;
	unsigned where;      /* KX_ bits, any of which is enough */
	const char *shown;   /* "Ctrl-T", "PgDn": the same in all languages */
	const char *also;    /* a second key, or NULL: "F1" */
	const char *brief;   /* text id: for row 24 */
	const char *what;    /* text id: the help page */
	const char *there;   /* text id: where, in words */
	const char *never;   /* text id or NULL: what it never does */
	struct key press[4]; /* PRESS_NONE ends */
};

const struct key_row *keys_row(enum key_id id); /* NULL for none, text */
const struct key_row *keys_at(size_t i);        /* NULL behind the last */

/* What `k` is on a screen of these KX_ bits; KID_NONE: nothing here. */
enum key_id keys_match(const struct key *k, unsigned where);

/* The deed's letter, 0 where the id is not a deed. */
uint32_t keys_deed(enum key_id id);

#endif
