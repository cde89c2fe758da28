/* SPDX-License-Identifier: MIT */
/*
 * Help.  Invariant: whatever stands here about a key was read from the key
 * table; a key that the table has is on the page of its group.
 */
#include "tui/help.h"

#include <string.h>

#include "tui/keys.h"

#define SECOND_COL 40
#define FIRST_KEYS 13

/* The i-th row of a group, or NULL. */
static const struct key_row *
in_group(enum key_group group, size_t i)
{
	const struct key_row *row;

	for (size_t k = 0; (row = keys_at(k)) != NULL; k++)
		if (row->group == group && i-- == 0)
			return row;
	return NULL;
}

static const char *
key_names(struct view *v, const struct key_row *row)
{
	if (row == NULL)
		return NULL;
	if (row->also != NULL)
		return view_fmt(v, " %s  %s", row->shown, row->also);
	return view_fmt(v, " %s", row->shown);
}

static const char *
meaning(struct view *v, const struct key_row *row)
{
	return row != NULL ? view_fill(v, row->what, NULL) : NULL;
}

/* Two groups beside each other; "  key" and what it does. */
static void
two_groups(struct view *v, enum key_group a, const char *head_a,
    enum key_group b, const char *head_b)
{
	struct block *facts = view_facts(v);
	struct view_item *it;

	facts->tight = true;
	facts->note_col = SECOND_COL;
	facts->width = FIRST_KEYS;
	view_fact2(v, view_fill(v, head_a, NULL), NULL,
	    view_fill(v, head_b, NULL), NULL);
	it = &facts->item[facts->n - 1];
	it->strong = true;
	for (size_t i = 0;; i++) {
		const struct key_row *l = in_group(a, i), *r = in_group(b, i);

		if (l == NULL && r == NULL)
			return;
		view_fact2(v, key_names(v, l), meaning(v, l), key_names(v, r),
		    meaning(v, r));
	}
}

static void
para(struct view *v, const char *id, bool tight)
{
	struct block *b = view_para(v, view_fill(v, id, NULL));

	b->indent = 1;
	b->tight = tight;
}

void
help_fill(struct view *v, const char *back)
{
	v->act = view_fill(v, "help.title", NULL);
	para(v, "help.intro", true);
	two_groups(
	    v, KEYS_EVERYWHERE, "help.everywhere", KEYS_LISTS, "help.lists");
	view_break(v);
	two_groups(v, KEYS_STEP, "help.step", KEYS_DEEDS, "help.deeds");
	two_groups(v, KEYS_CAMERA, "help.camera", KEYS_WAYS, "help.ways");
	v->block[v->n_blocks - 1].tight = false;
	view_break(v);
	para(v, "help.marks", true);
	para(v, "help.bar1", false);
	para(v, "help.bar2", false);
	para(v, "help.trusted", false);
	para(v, "help.rule", false);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_ESC,
	    back != NULL ? view_fill(v, "help.back", "step", back, NULL)
			 : NULL);
	view_key(v, KID_LANG, NULL);
}

static void
manual_text(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		if (*s == '\\')
			buf_str(out, "\\e");
		else
			buf_byte(out, (uint8_t)*s);
	}
}

void
help_manual(enum lang lang, struct buf *out)
{
	const struct key_row *row;

	for (size_t i = 0; (row = keys_at(i)) != NULL; i++) {
		buf_str(out, ".It Ic \\&");
		manual_text(out, row->shown);
		buf_byte(out, '\n');
		manual_text(out, text_get(lang, row->what));
		buf_str(out, " (");
		manual_text(out, text_get(lang, row->there));
		buf_str(out, ")");
		if (row->never != NULL) {
			buf_str(out, lang == LANG_JA ? "。" : "; never ");
			manual_text(out, text_get(lang, row->never));
		}
		buf_str(out, ".\n");
	}
}
