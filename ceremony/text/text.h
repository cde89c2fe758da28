/* SPDX-License-Identifier: MIT */
/*
 * The message catalogue: every sentence a person may read, by id, English
 * first, Japanese beside it.  One table, made from the *.def files of this
 * folder; `{name}` in a sentence stands for a value.
 */
#ifndef TACHIAI_TEXT_H
#define TACHIAI_TEXT_H

#include <stddef.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

enum lang {
	LANG_EN,
	LANG_JA,
	LANG_COUNT,
};

/* Of the two. */
static inline enum lang
lang_other(enum lang lang)
{
	return lang == LANG_EN ? LANG_JA : LANG_EN;
}

enum text_kind {
	TEXT_REFUSED, /* R: nothing was done */
	TEXT_WARNING, /* W: goes on */
	TEXT_PROMPT,  /* P: prompt or hint */
	TEXT_LABEL,   /* a word or line of a screen */
	TEXT_EVENT,   /* the sentence of an event */
};

struct text {
	const char *id;
	enum text_kind kind;
	const char *en;
	const char *ja; /* NULL: English serves (names, codes) */
};

const struct text *text_find(const char *id);
const struct text *text_at(size_t i); /* NULL behind the last */

/* The sentence as it stands, braces and all; an unknown id gives the id. */
const char *text_get(enum lang lang, const char *id);

/*
 * Fill the braces from e's values; a brace without a value gives "-".  A
 * value that is the id of a label ("role.witness") is shown as that label.
 */
void text_error(enum lang lang, const struct err *e, struct buf *out);

/* The same behind "file:line:column: " where e has the three. */
void text_placed(enum lang lang, const struct err *e, struct buf *out);

/*
 * The same from a look-up function: returns the value of `name`, or NULL.
 * {n|deed|deeds} is the one word where the value of n is 1, else the other.
 */
typedef const char *text_value_fn(const void *arg, const char *name);
void text_fill(const char *sentence, text_value_fn *value, const void *arg,
    struct buf *out);

#endif
