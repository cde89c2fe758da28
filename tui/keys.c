/* SPDX-License-Identifier: MIT */
/*
 * The key table.  Invariant: on no screen do two rows answer to one key,
 * but that the ways out (STOP, REFUSED, IN DOUBT) come first there; small
 * letters look or write, capital letters do a deed.
 */
#include "tui/keys.h"

#define C(c)                  \
	{                     \
		PRESS_CHAR, c \
	}
#define N(name)                 \
	{                       \
		PRESS_##name, 0 \
	}
#define T(id)  "key." id, "key." id ".what", "key." id ".where"
#define TN(id) T(id), "key." id ".never"

static const struct key_row rows[] = {
	{ KID_WAY_R, KEYS_WAYS, KX_WAYS, "r", NULL, T("way-r"), NULL,
	    { C('r') } },
	{ KID_WAY_A, KEYS_WAYS, KX_WAYS, "a", NULL, T("way-a"), NULL,
	    { C('a') } },
	{ KID_WAY_G, KEYS_WAYS, KX_WAYS, "g", NULL, T("way-g"), NULL,
	    { C('g') } },
	{ KID_WAY_Q, KEYS_WAYS, KX_WAYS, "q", NULL, T("way-q"), NULL,
	    { C('q') } },
	{ KID_TRUSTED, KEYS_EVERYWHERE, KX_ANY, "Ctrl-T", NULL, TN("trusted"),
	    { N(CTRL_T) } },
	{ KID_ENTER, KEYS_EVERYWHERE, KX_ANY, "Enter", NULL, TN("enter"),
	    { N(ENTER) } },
	{ KID_ESC, KEYS_EVERYWHERE, KX_ANY, "Esc", NULL, TN("esc"),
	    { N(ESC) } },
	{ KID_TAB, KEYS_EVERYWHERE, KX_FORM, "Tab", NULL, T("tab"), NULL,
	    { N(TAB), N(BACKTAB) } },
	{ KID_HELP, KEYS_EVERYWHERE, KX_ANY, "?", "F1", T("help"), NULL,
	    { C('?'), N(F1) } },
	{ KID_LANG, KEYS_EVERYWHERE, KX_ANY, "l", NULL, TN("lang"),
	    { C('l') } },
	{ KID_REDRAW, KEYS_EVERYWHERE, KX_ANY, "Ctrl-L", NULL, T("redraw"),
	    NULL, { N(CTRL_L) } },
	{ KID_NEXT_PAGE, KEYS_LISTS, KX_REVIEW | KX_LIST, "Space", "PgDn",
	    T("next-page"), NULL, { C(' '), N(PGDN) } },
	{ KID_PAGE_BEFORE, KEYS_LISTS, KX_REVIEW | KX_LIST, "Backspace", "PgUp",
	    T("page-before"), NULL, { N(BACKSPACE), N(PGUP) } },
	{ KID_MOVE, KEYS_LISTS, KX_LIST | KX_FORM, "Up Down", NULL, T("move"),
	    NULL, { N(UP), N(DOWN) } },
	{ KID_DIFFERENCE, KEYS_LISTS, KX_REVIEW, "f", NULL, T("difference"),
	    NULL, { C('f') } },
	{ KID_WORDS, KEYS_LISTS, KX_WORDS, "w", NULL, T("words"), NULL,
	    { C('w') } },
	{ KID_REFUSE, KEYS_LISTS, KX_REQUEST, "x", NULL, T("refuse"), NULL,
	    { C('x') } },
	{ KID_YES, KEYS_STEP, KX_ANSWER, "y", NULL, TN("yes"), { C('y') } },
	{ KID_NO, KEYS_STEP, KX_ANSWER, "n", NULL, TN("no"), { C('n') } },
	{ KID_SCRIPT, KEYS_STEP, KX_ANY, "v", NULL, T("script"), NULL,
	    { C('v') } },
	{ KID_WHAT, KEYS_STEP, KX_ANY, "i", NULL, T("what"), NULL, { C('i') } },
	{ KID_DEVIATION, KEYS_STEP, KX_ANY, "d", NULL, T("deviation"), NULL,
	    { C('d') } },
	{ KID_NOTE, KEYS_STEP, KX_ANY, "m", NULL, T("note"), NULL, { C('m') } },
	{ KID_BREAK, KEYS_STEP, KX_STEP, "b", NULL, TN("break"), { C('b') } },
	{ KID_LEAVE, KEYS_EVERYWHERE, KX_STEP, "q", NULL, TN("leave"),
	    { C('q') } },
	{ KID_STICK, KEYS_CAMERA, KX_CAMERA, "s", NULL, T("stick"), NULL,
	    { C('s') } },
	{ KID_SPEED, KEYS_CAMERA, KX_CODE, "+ -", NULL, T("speed"), NULL,
	    { C('+'), C('-') } },
	{ KID_DENSITY, KEYS_CAMERA, KX_CODE, "1 2 3", NULL, T("density"), NULL,
	    { C('1'), C('2'), C('3') } },
	{ KID_PLAIN, KEYS_CAMERA, KX_CODE, "p", NULL, T("plain"), NULL,
	    { C('p') } },
	{ KID_CELLS, KEYS_CAMERA, KX_CODE, "f", NULL, T("cells"), NULL,
	    { C('f') } },
	/* Behind KID_PLAIN, whose letter it is where a code is shown. */
	{ KID_PAPER, KEYS_STEP, KX_STEP, "p", NULL, T("paper"), NULL,
	    { C('p') } },
	{ KID_MAKE, KEYS_DEEDS, KX_DEED, "K", NULL, TN("make"), { C('K') } },
	{ KID_SIGN, KEYS_DEEDS, KX_DEED, "S", NULL, TN("sign"), { C('S') } },
	{ KID_DEACTIVATE, KEYS_DEEDS, KX_DEED, "D", NULL, T("deactivate"), NULL,
	    { C('D') } },
	{ KID_SETUP, KEYS_DEEDS, KX_DEED, "I", NULL, T("setup"), NULL,
	    { C('I') } },
	{ KID_DESTROY, KEYS_DEEDS, KX_DEED, "Z", NULL, TN("destroy"),
	    { C('Z') } },
	{ KID_RUB, KEYS_PROMPT, 0, "Backspace", NULL, T("rub"), NULL,
	    { N(BACKSPACE) } },
	{ KID_SHOW_UP, KEYS_PROMPT, 0, "PgUp", "PgDn", T("show-up"), NULL,
	    { N(PGUP), N(PGDN) } },
	{ KID_DEAD, KEYS_EVERYWHERE, 0, "Ctrl-C", NULL, T("dead"), NULL,
	    { N(NONE) } },
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const struct key_row *
keys_at(size_t i)
{
	return i < N_ROWS ? &rows[i] : NULL;
}

const struct key_row *
keys_row(enum key_id id)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].id == id)
			return &rows[i];
	return NULL;
}

/* Keys that a text field takes for itself. */
static bool
is_text(const struct key *k)
{
	switch (k->name) {
	case PRESS_CHAR:
	case PRESS_BACKSPACE:
	case PRESS_DELETE:
	case PRESS_LEFT:
	case PRESS_RIGHT:
	case PRESS_HOME:
	case PRESS_END:
		return true;
	default:
		return false;
	}
}

static bool
answers_to(const struct key_row *row, const struct key *k)
{
	for (size_t i = 0; i < 4; i++) {
		const struct key *p = &row->press[i];

		if (p->name == PRESS_NONE)
			return false;
		if (p->name == k->name &&
		    (p->name != PRESS_CHAR || p->cp == k->cp))
			return true;
	}
	return false;
}

enum key_id
keys_match(const struct key *k, unsigned where)
{
	if (k->name == PRESS_NONE)
		return KID_NONE;
	if ((where & KX_TEXT) != 0 && is_text(k))
		return KID_TEXT;
	for (size_t i = 0; i < N_ROWS; i++)
		if ((rows[i].where & where) != 0 && answers_to(&rows[i], k))
			return rows[i].id;
	return KID_NONE;
}

uint32_t
keys_deed(enum key_id id)
{
	const struct key_row *row = keys_row(id);

	if (row == NULL || row->group != KEYS_DEEDS)
		return 0;
	return row->press[0].cp;
}
