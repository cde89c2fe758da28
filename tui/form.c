/* SPDX-License-Identifier: MIT */
/*
 * Forms and the deed key.  Invariant: a field's cursor stands at the
 * beginning of a character or behind the last, marks that join the character
 * before them belong to it, and its text is printable UTF-8 of at most `max`
 * characters.
 */
#include "tui/form.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"
#include "tui/width.h"

void
form_init(struct form *f)
{
	memset(f, 0, sizeof(*f));
}

void
form_free(struct form *f)
{
	for (size_t i = 0; i < f->n; i++)
		buf_free(&f->field[i].text);
	form_init(f);
}

static size_t
add(struct form *f, enum field_kind kind)
{
	struct form_field *field;

	if (f->n == FORM_FIELDS) /* a form is written in code: its bound too */
		abort();
	field = &f->field[f->n];
	field->kind = kind;
	field->choice = -1;
	field->max = 1;
	return f->n++;
}

size_t
form_text(struct form *f, size_t max, bool ascii)
{
	size_t i = add(f, FIELD_TEXT);

	f->field[i].max = max;
	f->field[i].ascii = ascii;
	return i;
}

size_t
form_lines(struct form *f, size_t max)
{
	size_t i = add(f, FIELD_LINES);

	f->field[i].max = max;
	return i;
}

void
form_bound(struct form *f, size_t i, size_t bytes)
{
	f->field[i].bytes = bytes;
}

size_t
form_yesno(struct form *f)
{
	return add(f, FIELD_YESNO);
}

size_t
form_choice(struct form *f, size_t choices)
{
	size_t i = add(f, FIELD_CHOICE);

	f->field[i].choices = choices;
	return i;
}

const char *
form_get(const struct form *f, size_t i)
{
	return i < f->n ? buf_cstr(&f->field[i].text) : "";
}

/* Replace the bytes [from, to) of the text by s[0..len). */
static void
splice(
    struct form_field *field, size_t from, size_t to, const char *s, size_t len)
{
	struct buf out = BUF_INIT;

	buf_add(&out, field->text.data, from);
	buf_add(&out, s, len);
	buf_add(&out, field->text.data + to, field->text.len - to);
	buf_free(&field->text);
	field->text = out;
	field->at = from + len;
}

void
form_set(struct form *f, size_t i, const char *text)
{
	struct form_field *field;

	if (i >= f->n)
		return;
	field = &f->field[i];
	buf_reset(&field->text);
	field->at = 0;
	for (size_t at = 0, count = 0, len = strlen(text);
	     at < len && count < field->max; count++) {
		uint32_t cp;
		size_t n = utf8_decode(text + at, len - at, &cp);

		if (n == 0 || !utf8_is_printable(cp) ||
		    (field->bytes != 0 && at + n > field->bytes))
			break;
		splice(field, field->at, field->at, text + at, n);
		at += n;
	}
}

int
form_chosen(const struct form *f, size_t i)
{
	return i < f->n ? f->field[i].choice : -1;
}

bool
form_filled(const struct form *f, size_t i)
{
	const struct form_field *field = &f->field[i];

	if (field->locked)
		return true;
	return field->kind == FIELD_CHOICE ? field->choice >= 0
					   : field->text.len > 0;
}

bool
form_complete(const struct form *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!form_filled(f, i))
			return false;
	return f->n > 0;
}

unsigned
form_where(const struct form *f)
{
	unsigned where = KX_FORM;

	if (f->n == 0)
		return 0;
	if (f->away || f->field[f->now].locked)
		return where;
	switch (f->field[f->now].kind) {
	case FIELD_TEXT:
	case FIELD_LINES:
		return where | KX_TEXT;
	case FIELD_YESNO:
		return where | KX_ANSWER;
	default:
		return where;
	}
}

/* A mark without a cell of its own stands at this byte. */
static bool
joins(const struct form_field *field, size_t at)
{
	const char *s = buf_cstr(&field->text);
	uint32_t cp;

	return utf8_decode(s + at, field->text.len - at, &cp) != 0 &&
	    width_char(cp) == 0;
}

static size_t
before(const struct form_field *field, size_t at)
{
	while (at > 0 &&
	    ((field->text.data[--at] & 0xc0) == 0x80 || joins(field, at)))
		;
	return at;
}

static size_t
behind(const struct form_field *field, size_t at)
{
	while (at < field->text.len && ++at < field->text.len &&
	    ((field->text.data[at] & 0xc0) == 0x80 || joins(field, at)))
		;
	return at;
}

static enum form_event
type(struct form_field *field, uint32_t cp)
{
	char bytes[4];
	size_t n;

	if (!utf8_is_printable(cp) || (field->ascii && cp > 0x7e))
		return FORM_NOTHING;
	if (field->at == 0 && width_char(cp) == 0)
		return FORM_NOTHING; /* there is nothing that it could join */
	n = utf8_encode(cp, bytes);
	if (utf8_count(buf_cstr(&field->text), field->text.len) >= field->max ||
	    (field->bytes != 0 && field->text.len + n > field->bytes))
		return FORM_NOTHING;
	splice(field, field->at, field->at, bytes, n);
	return FORM_CHANGED;
}

static enum form_event
text_key(struct form_field *field, const struct key *k)
{
	size_t at = field->at;

	switch (k->name) {
	case PRESS_CHAR:
		return type(field, k->cp);
	case PRESS_BACKSPACE:
		if (at == 0)
			return FORM_NOTHING;
		splice(field, before(field, at), at, "", 0);
		return FORM_CHANGED;
	case PRESS_DELETE:
		if (at == field->text.len)
			return FORM_NOTHING;
		splice(field, at, behind(field, at), "", 0);
		return FORM_CHANGED;
	case PRESS_LEFT:
		field->at = before(field, at);
		break;
	case PRESS_RIGHT:
		field->at = behind(field, at);
		break;
	case PRESS_HOME:
		field->at = 0;
		break;
	case PRESS_END:
		field->at = field->text.len;
		break;
	default:
		return FORM_PASS;
	}
	return field->at == at ? FORM_NOTHING : FORM_MOVED;
}

static enum form_event
yesno_key(struct form_field *field, const struct key *k)
{
	char c;

	if (k->name == PRESS_BACKSPACE && field->text.len > 0) {
		buf_reset(&field->text);
		return FORM_CHANGED;
	}
	if (k->name != PRESS_CHAR || (k->cp != 'y' && k->cp != 'n'))
		return FORM_PASS;
	c = (char)k->cp;
	buf_reset(&field->text);
	buf_add(&field->text, &c, 1);
	return FORM_CHANGED;
}

static enum form_event
choice_key(struct form_field *field, const struct key *k)
{
	int n = (int)field->choices;

	if (k->name == PRESS_LEFT && field->choice > 0)
		field->choice--;
	else if ((k->name == PRESS_RIGHT ||
		     (k->name == PRESS_CHAR && k->cp == ' ')) &&
	    field->choice + 1 < n)
		field->choice++;
	else if (k->name == PRESS_CHAR && k->cp == ' ')
		field->choice = 0;
	else if (k->name == PRESS_CHAR && k->cp >= '1' &&
	    (int)(k->cp - '0') <= n)
		field->choice = (int)(k->cp - '1');
	else
		return k->name == PRESS_CHAR ? FORM_PASS : FORM_NOTHING;
	return FORM_CHANGED;
}

/* The next field in a direction that can be changed; may stay where it is. */
static void
step(struct form *f, bool forward)
{
	for (size_t i = 0; i < f->n; i++) {
		f->now =
		    forward ? (f->now + 1) % f->n : (f->now + f->n - 1) % f->n;
		if (!f->field[f->now].locked)
			return;
	}
}

/* No field behind this one can be changed. */
static bool
at_last(const struct form *f)
{
	for (size_t i = f->now + 1; i < f->n; i++)
		if (!f->field[i].locked)
			return false;
	return true;
}

static enum form_event
end_field(struct form *f)
{
	if (!form_filled(f, f->now))
		return FORM_NOTHING;
	if (at_last(f) && form_complete(f))
		return FORM_DONE;
	step(f, true);
	return FORM_NEXT;
}

/* An answer ends its field; the last one is ended by Enter. */
static enum form_event
answer(struct form *f, const struct key *k)
{
	enum form_event ev = yesno_key(&f->field[f->now], k);

	if (ev != FORM_CHANGED || !form_filled(f, f->now) || at_last(f))
		return ev;
	step(f, true);
	f->answered = true;
	return FORM_NEXT;
}

enum form_event
form_key(struct form *f, const struct key *k)
{
	struct form_field *field = &f->field[f->now];
	bool there = f->answered;

	if (f->n == 0)
		return FORM_PASS;
	f->answered = false;
	if (f->away) {
		if (k->name != PRESS_ENTER && k->name != PRESS_TAB)
			return FORM_PASS;
		f->away = false;
		return FORM_MOVED;
	}
	switch (k->name) {
	case PRESS_ESC:
		f->away = true;
		return FORM_ESC;
	case PRESS_TAB:
	case PRESS_DOWN:
		if (!there)
			step(f, true);
		return FORM_MOVED;
	case PRESS_BACKTAB:
	case PRESS_UP:
		step(f, false);
		return FORM_MOVED;
	case PRESS_ENTER:
		return there ? FORM_MOVED : end_field(f);
	default:
		break;
	}
	if (field->locked)
		return FORM_PASS;
	switch (field->kind) {
	case FIELD_TEXT:
	case FIELD_LINES:
		return text_key(field, k);
	case FIELD_YESNO:
		return answer(f, k);
	case FIELD_CHOICE:
		return choice_key(field, k);
	default:
		return FORM_PASS;
	}
}

void
deed_show(struct deed_gate *g, uint32_t letter, int64_t now_ms)
{
	g->letter = letter;
	g->shown_ms = now_ms;
	g->spent = false;
}

bool
deed_press(struct deed_gate *g, const struct key *k, int64_t now_ms)
{
	uint32_t which = k->name == PRESS_CHAR ? k->cp : 0;
	bool held = which != 0 && which == g->last &&
	    now_ms - g->last_ms < DEED_QUIET_MS;

	g->last = which;
	g->last_ms = now_ms;
	if (g->spent || held || which == 0 || which != g->letter ||
	    now_ms - g->shown_ms < DEED_STAND_MS)
		return false;
	g->spent = true;
	return true;
}
