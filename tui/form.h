/* SPDX-License-Identifier: MIT */
/*
 * Fields being filled in, and the deed key.  Pure: keys come in as values
 * and time as a number.  What was typed stays until form_free(): leaving a
 * screen loses nothing.  Never for secrets.
 */
#ifndef TACHIAI_FORM_H
#define TACHIAI_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "tui/keys.h"

#define FORM_FIELDS 16

enum field_kind {
	FIELD_TEXT,   /* one line */
	FIELD_LINES,  /* several rows of text (Enter still ends it) */
	FIELD_YESNO,  /* empty, 'y' or 'n'; an answer ends it */
	FIELD_CHOICE, /* one of `choices`; none at first */
	FIELD_PLAIN,  /* shown only: no brackets, no cursor */
	FIELD_BLANK,  /* no value at all, the room is kept */
};

struct form_field {
	enum field_kind kind;
	size_t max;      /* characters, at most */
	size_t bytes;    /* of UTF-8, at most; 0: as many as they need */
	size_t choices;  /* FIELD_CHOICE */
	bool ascii;      /* only ASCII is taken */
	bool locked;     /* cannot be changed any more; passed over */
	struct buf text; /* UTF-8; yes/no: "y", "n" or empty */
	size_t at;       /* cursor: a byte offset in text */
	int choice;      /* -1: none yet */
};

struct form {
	size_t n, now; /* number of fields; the one with the cursor */
	bool away;     /* after Esc letters are keys, until Enter or Tab */
	bool answered; /* the last key was an answer that ended its field: Tab
			  or Enter behind it ask for no more than that */
	struct form_field field[FORM_FIELDS];
};

enum form_event {
	FORM_NOTHING, /* the key does nothing here */
	FORM_CHANGED, /* the field's text or choice */
	FORM_MOVED,   /* another field, or the cursor */
	FORM_NEXT,    /* a field was ended and the cursor stands in the next */
	FORM_DONE,    /* the last field was ended and none is empty */
	FORM_ESC,     /* Esc: the text is kept, letters are keys now */
	FORM_PASS,    /* not a key of this form: for the screen */
};

void form_init(struct form *f);
void form_free(struct form *f);

/* Returns the index of the new field.  max counts characters. */
size_t form_text(struct form *f, size_t max, bool ascii);
size_t form_lines(struct form *f, size_t max);
/* At most so many bytes in field i, too. */
void form_bound(struct form *f, size_t i, size_t bytes);
size_t form_yesno(struct form *f);
size_t form_choice(struct form *f, size_t choices);

enum form_event form_key(struct form *f, const struct key *k);

/* The text of field i, "" while empty; set it (cursor behind the end). */
const char *form_get(const struct form *f, size_t i);
void form_set(struct form *f, size_t i, const char *text);
int form_chosen(const struct form *f, size_t i); /* -1: none yet */
bool form_filled(const struct form *f, size_t i);
bool form_complete(const struct form *f);

/* KX_ bits of the field with the cursor: KX_FORM, KX_TEXT, KX_ANSWER. */
unsigned form_where(const struct form *f);

/*
 * The deed key: one fresh press after the screen has stood for a second.
 * A key that was typed ahead or is held down (it came less than
 * DEED_QUIET_MS after the same key) never counts, and a gate that opened
 * once stays shut.
 */
#define DEED_STAND_MS 1000
#define DEED_QUIET_MS 700

struct deed_gate {
	uint32_t letter;  /* the capital letter */
	int64_t shown_ms; /* when the screen stood */
	int64_t last_ms;  /* when any key came last */
	uint32_t last;    /* which */
	bool spent;
};

/* A fresh gate; `g` may hold an earlier one, whose last key is kept. */
void deed_show(struct deed_gate *g, uint32_t letter, int64_t now_ms);
/* Zero it first (`struct deed_gate g = { 0 }`). */
bool deed_press(struct deed_gate *g, const struct key *k, int64_t now_ms);

#endif
