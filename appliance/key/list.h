/* SPDX-License-Identifier: MIT */
/*
 * Papers of one kind, when there are several: what all of them have in
 * common is shown once, in full, then each with every line that is not the
 * same in all.  Nothing is left out: a line is common only if each of them
 * has it, in the same place of the same field.
 */
#ifndef TACHIAI_KEY_LIST_H
#define TACHIAI_KEY_LIST_H

#include "ceremony/base/digest.h"
#include "ceremony/x509/review.h"
#include "tui/view.h"

struct list_line {
	const char *label; /* text id, or NULL: name */
	char name[40];
	char *text; /* one line of the field's value */
	size_t at;  /* which one */
	bool critical;
	bool common; /* all of the list have it */
};

struct list_item {
	char name[33]; /* "" where it has none */
	uint8_t digest[SHA256_LEN];
	size_t n;
	struct list_line *line;
};

struct list {
	size_t n;
	struct list_item *item;
};

/* One more paper, by its review; all are in before list_compare(). */
void list_add(struct list *l, const char *name,
    const uint8_t digest[static SHA256_LEN], const struct review *rows);
void list_compare(struct list *l);
void list_free(struct list *l);

/*
 * Pages of a list of two or more, ending in a break.  `head` is the id of
 * the sentence above what they have in common, with {n}; `form` says how
 * much of each digest stands in words.
 */
void list_show(const struct list *l, const char *head, enum words_form form,
    struct view *v);

#endif
