/* SPDX-License-Identifier: MIT */
/* The key table: what answers where, and what never does. */
#include "tui/keys.h"

#include "tests/unit/test.h"
#include "tui/help.h"

static enum key_id
ch(uint32_t c, unsigned where)
{
	return keys_match(&(struct key){ PRESS_CHAR, c }, where);
}

static enum key_id
named(enum key_name name, unsigned where)
{
	return keys_match(&(struct key){ name, 0 }, where);
}

static void
matching(void)
{
	unsigned step = KX_ANY | KX_STEP, text = step | KX_FORM | KX_TEXT;

	CHECK("d opens a deviation", ch('d', step) == KID_DEVIATION);
	CHECK("d is text in a text field", ch('d', text) == KID_TEXT);
	CHECK("capital S is text in a text field",
	    ch('S', text | KX_DEED) == KID_TEXT);
	CHECK("Enter is no text", named(PRESS_ENTER, text) == KID_ENTER);
	CHECK(
	    "Esc leads out of a text field", named(PRESS_ESC, text) == KID_ESC);
	CHECK("y is nothing unless asked", ch('y', step) == KID_NONE);
	CHECK("y where it is asked", ch('y', step | KX_ANSWER) == KID_YES);
	CHECK(
	    "S is nothing where no deed is offered", ch('S', step) == KID_NONE);
	CHECK("S at a deed", ch('S', step | KX_DEED) == KID_SIGN);
	CHECK("s is not S", ch('s', step | KX_DEED) == KID_NONE);
	CHECK("a is a way only on screens of ways",
	    ch('a', step) == KID_NONE &&
		ch('a', KX_ANY | KX_WAYS) == KID_WAY_A);
	CHECK("q leaves a step", ch('q', step) == KID_LEAVE);
	CHECK(
	    "q is a way where ways are", ch('q', step | KX_WAYS) == KID_WAY_Q);
	CHECK("? and F1 are one",
	    ch('?', KX_ANY) == KID_HELP && named(PRESS_F1, KX_ANY) == KID_HELP);
	CHECK(
	    "a key of nothing", ch('X', ~0u & ~(unsigned)KX_TEXT) == KID_NONE);
}

/* On a screen of one kind, two rows never share a key. */
static void
unambiguous(void)
{
	const struct key_row *a, *b;
	bool good = true;

	for (size_t i = 0; (a = keys_at(i)) != NULL; i++) {
		for (size_t k = 0; k < i && (b = keys_at(k)) != NULL; k++) {
			if ((a->where & b->where) == 0 || b->group == KEYS_WAYS)
				continue;
			for (size_t p = 0; p < 4 * 4; p++) {
				const struct key *x = &a->press[p / 4];
				const struct key *y = &b->press[p % 4];

				if (x->name != PRESS_NONE &&
				    x->name == y->name && x->cp == y->cp)
					good = false;
			}
		}
	}
	CHECK("no two rows answer to one key", good);
}

static void
deeds(void)
{
	const struct key_row *row;
	bool capital = true, never_enter = true;

	for (size_t i = 0; (row = keys_at(i)) != NULL; i++) {
		bool deed = row->group == KEYS_DEEDS;
		uint32_t c = row->press[0].cp;

		if (row->press[0].name == PRESS_CHAR)
			capital = capital && deed == (c >= 'A' && c <= 'Z');
		if (deed)
			never_enter = never_enter &&
			    row->press[0].name == PRESS_CHAR &&
			    keys_deed(row->id) == c;
		else
			never_enter = never_enter && keys_deed(row->id) == 0;
	}
	CHECK("deeds and only deeds are capital letters", capital);
	CHECK("no deed answers to Enter", never_enter);
}

static void
in_the_help(void)
{
	struct view *v = view_new(LANG_EN);
	const struct key_row *row;
	struct buf man = BUF_INIT;
	bool all = true, manual = true;

	help_fill(v, NULL);
	help_manual(LANG_EN, &man);
	for (size_t i = 0; (row = keys_at(i)) != NULL; i++) {
		const char *what = text_get(LANG_EN, row->what);
		bool found = row->group == KEYS_PROMPT;

		for (size_t b = 0; b < v->n_blocks; b++)
			for (size_t k = 0; k < v->block[b].n; k++)
				for (size_t s = 1; s < 4; s += 2) {
					const char *t =
					    v->block[b].item[k].s[s];

					found = found ||
					    (t != NULL && strcmp(t, what) == 0);
				}
		all = all && found;
		manual = manual && strstr(buf_cstr(&man), row->shown) != NULL;
	}
	CHECK("every key is on a help page", all);
	CHECK("every key is in the manual", manual);
	buf_free(&man);
	view_free(v);
}

int
main(void)
{
	matching();
	unambiguous();
	deeds();
	in_the_help();
	return test_end();
}
