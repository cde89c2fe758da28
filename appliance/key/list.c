/* SPDX-License-Identifier: MIT */
/*
 * Lists on pages.  Invariant: every line of every item is either common, and
 * then it stands on the first pages, or it stands with its item.
 */
#include "appliance/key/list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/words.h"

#define PAGE_ROWS   14 /* of the body, below two rows that say who is asked */
#define VALUE_CELLS 50
#define INDENT      3

static void
add_line(struct list_item *it, const struct review_row *r, const char *text,
    size_t len, size_t at)
{
	struct list_line *l;

	it->line = xreallocarray(it->line, it->n + 1, sizeof(*it->line));
	l = &it->line[it->n++];
	memset(l, 0, sizeof(*l));
	l->label = r->label;
	memcpy(l->name, r->name, sizeof(l->name));
	l->text = xstrndup(text, len);
	l->at = at;
	l->critical = r->critical;
}

void
list_add(struct list *l, const char *name,
    const uint8_t digest[static SHA256_LEN], const struct review *rows)
{
	struct list_item *it;

	l->item = xreallocarray(l->item, l->n + 1, sizeof(*l->item));
	it = &l->item[l->n++];
	memset(it, 0, sizeof(*it));
	snprintf(it->name, sizeof(it->name), "%s", name);
	memcpy(it->digest, digest, SHA256_LEN);
	for (size_t i = 0; i < rows->n; i++) {
		const char *s = rows->row[i].value;
		size_t at = 0, len;

		do {
			len = strcspn(s, "\n");
			add_line(it, &rows->row[i], s, len, at++);
			s += len + (s[len] == '\n');
		} while (*s != '\0');
	}
}

void
list_free(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		for (size_t k = 0; k < l->item[i].n; k++)
			free(l->item[i].line[k].text);
		free(l->item[i].line);
	}
	free(l->item);
	memset(l, 0, sizeof(*l));
}

/* The line of the same field and place, or NULL. */
static struct list_line *
same_place(const struct list_item *it, const struct list_line *as)
{
	for (size_t i = 0; i < it->n; i++) {
		struct list_line *l = &it->line[i];
		bool label = l->label != NULL && as->label != NULL
		    ? strcmp(l->label, as->label) == 0
		    : l->label == as->label;

		if (label && l->at == as->at && strcmp(l->name, as->name) == 0)
			return l;
	}
	return NULL;
}

static bool
has_line(const struct list_item *it, const struct list_line *as)
{
	const struct list_line *l = same_place(it, as);

	return l != NULL && l->critical == as->critical &&
	    strcmp(l->text, as->text) == 0;
}

void
list_compare(struct list *l)
{
	for (size_t k = 0; l->n > 0 && k < l->item[0].n; k++) {
		const struct list_line *line = &l->item[0].line[k];
		size_t have = 0;

		/* A field that stands twice is never common. */
		if (same_place(&l->item[0], line) != line)
			continue;
		while (have < l->n && has_line(&l->item[have], line))
			have++;
		for (size_t i = 0; have == l->n && i < l->n; i++)
			same_place(&l->item[i], line)->common = true;
	}
}

/* Facts of the lines that are common, or that are not; their rows. */
static size_t
lines(struct view *v, const struct list_item *it, bool common, bool show)
{
	size_t rows = 0;

	for (size_t i = 0; i < it->n; i++) {
		const struct list_line *l = &it->line[i];
		const char *label;

		if (l->common != common)
			continue;
		rows += 1 + strlen(l->text) / VALUE_CELLS;
		if (!show)
			continue;
		label =
		    l->label != NULL ? text_get(v->lang, l->label) : l->name;
		/* The lines below a field's first stand under it. */
		if (i > 0 && l->at > 0 && it->line[i - 1].common == common)
			label = "";
		view_fact(v, label,
		    l->critical ? view_fmt(v, "%s  (critical)", l->text)
				: l->text);
	}
	return rows;
}

static void
first_words(struct view *v, const uint8_t digest[static SHA256_LEN])
{
	struct buf words = BUF_INIT;

	for (size_t k = 0; k < 2; k++) {
		struct block *b;

		buf_reset(&words);
		words_format(&words, digest + 4 * k, 4, 4 * k);
		b = view_para(v, buf_cstr(&words));
		b->tight = true;
		b->indent = INDENT;
	}
	buf_free(&words);
}

void
list_show(const struct list *l, const char *head, enum words_form form,
    struct view *v)
{
	const char *n = view_fmt(v, "%zu", l->n);
	size_t used = PAGE_ROWS;

	view_para(v, view_fill(v, head, "n", n, NULL));
	view_facts(v);
	(void)lines(v, &l->item[0], true, true);
	for (size_t i = 0; i < l->n; i++) {
		const struct list_item *it = &l->item[i];
		size_t rows = lines(v, it, false, false) + 2 +
		    (form == WORDS_LINES ? 9 : 2);

		/* No page holds a part of one and a part of another. */
		if (used + rows > PAGE_ROWS) {
			view_break(v);
			used = 0;
		}
		used += rows;
		view_para(v,
		    view_fill(v, "ask.list.item", "i",
			view_fmt(v, "%zu", i + 1), "n", n, "item", it->name,
			NULL));
		view_facts(v)->tight = true;
		(void)lines(v, it, false, true);
		if (form == WORDS_LINES)
			view_words(v, form, it->digest, false);
		else
			first_words(v, it->digest);
	}
	view_break(v);
}
