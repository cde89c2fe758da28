/* SPDX-License-Identifier: MIT */
/*
 * Building a view: strings, bars and the blocks of plain text.  Invariant:
 * whatever a view points to is static or in its own list of texts, so
 * view_free() leaves nothing behind.
 */
#include "tui/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct view_text {
	struct view_text *next;
	const char *other; /* the same in the other language, or NULL */
	char s[];
};

struct view *
view_new(enum lang lang)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->lang = lang;
	return v;
}

static void
block_fini(struct block *b)
{
	free(b->item);
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->n_blocks; i++)
		block_fini(&v->block[i]);
	free(v->block);
	if (v->script != NULL)
		block_fini(v->script);
	free(v->script);
	while (v->texts != NULL) {
		struct view_text *t = v->texts;

		v->texts = t->next;
		free(t);
	}
	free(v);
}

static char *
keep(struct view *v, const void *s, size_t len)
{
	struct view_text *t = xmalloc(sizeof(*t) + len + 1);

	memcpy(t->s, s, len);
	t->s[len] = '\0';
	t->other = NULL;
	t->next = v->texts;
	v->texts = t;
	return t->s;
}

/* The same text in the other language; itself where it has none. */
static const char *
other_of(const struct view *v, const char *s)
{
	for (const struct view_text *t = v->texts; t != NULL; t = t->next)
		if (t->s == s)
			return t->other != NULL ? t->other : s;
	return s;
}

/* The text that was kept last is `other` in the other language. */
static void
keep_other(struct view *v, const char *other, size_t len)
{
	struct view_text *t = v->texts;

	t->other = keep(v, other, len);
}

const char *
view_str(struct view *v, const char *s)
{
	const char *kept, *other;

	if (s == NULL)
		return NULL;
	other = v->both ? other_of(v, s) : s;
	kept = keep(v, s, strlen(s));
	if (other != s)
		keep_other(v, other, strlen(other));
	return kept;
}

const char *
view_pair(struct view *v, const char *text, const char *other)
{
	const char *kept = view_str(v, text);

	if (v->both && kept != NULL && other != NULL)
		keep_other(v, other, strlen(other));
	return kept;
}

const char *
view_fmt(struct view *v, const char *fmt, ...)
{
	va_list ap;
	char *s = NULL;
	const char *kept;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	kept = keep(v, s, (size_t)n);
	free(s);
	return kept;
}

#define FILL_MAX 8

struct fill {
	size_t n;
	const char *name[FILL_MAX], *value[FILL_MAX];
};

static const char *
fill_value(const void *arg, const char *name)
{
	const struct fill *f = arg;

	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->name[i], name) == 0)
			return f->value[i];
	return NULL;
}

const char *
view_fill(struct view *v, const char *id, ...)
{
	struct fill f = { 0 };
	struct buf out = BUF_INIT;
	const char *name, *kept;
	va_list ap;

	va_start(ap, id);
	while (f.n < FILL_MAX && (name = va_arg(ap, const char *)) != NULL) {
		const char *value = va_arg(ap, const char *);

		f.name[f.n] = name;
		f.value[f.n++] = value != NULL ? value : "";
	}
	va_end(ap);
	text_fill(text_get(v->lang, id), fill_value, &f, &out);
	kept = keep(v, buf_cstr(&out), out.len);
	if (v->both) {
		for (size_t i = 0; i < f.n; i++)
			f.value[i] = other_of(v, f.value[i]);
		buf_reset(&out);
		text_fill(
		    text_get(lang_other(v->lang), id), fill_value, &f, &out);
		keep_other(v, buf_cstr(&out), out.len);
	}
	buf_free(&out);
	return kept;
}

void
view_in(struct view *v, const char *code)
{
	if (v->n_in < VIEW_IN)
		v->in[v->n_in++] = view_str(v, code);
}

void
view_result(
    struct view *v, const char *time, const char *step, const char *text)
{
	struct view_result *r;

	if (v->n_foot == VIEW_FOOT) { /* the oldest goes */
		memmove(
		    v->foot, v->foot + 1, (VIEW_FOOT - 1) * sizeof(v->foot[0]));
		v->n_foot--;
	}
	r = &v->foot[v->n_foot++];
	r->time = view_str(v, time);
	r->step = view_str(v, step);
	r->text = view_str(v, text);
}

void
view_key(struct view *v, enum key_id id, const char *label)
{
	if (v->n_keys < VIEW_KEYS)
		v->keys[v->n_keys++] =
		    (struct view_key){ id, view_str(v, label) };
}

void
view_refuse(struct view *v, const struct err *e)
{
	struct buf out = BUF_INIT;

	text_placed(v->lang, e, &out);
	v->refusal = keep(v, buf_cstr(&out), out.len);
	if (v->both) {
		buf_reset(&out);
		text_placed(lang_other(v->lang), e, &out);
		keep_other(v, buf_cstr(&out), out.len);
	}
	v->refusal_id = view_str(v, e->id);
	buf_free(&out);
}

void
view_code(struct view *v, const uint8_t *modules, size_t side)
{
	v->code = (const uint8_t *)keep(v, modules, side * side);
	v->code_side = side;
}

static void
block_zero(struct block *b, enum block_kind kind)
{
	memset(b, 0, sizeof(*b));
	b->kind = kind;
	b->indent = VIEW_LEAST;
}

static struct block *
add(struct view *v, enum block_kind kind)
{
	struct block *b;

	if (v->n_blocks == v->blocks_size) {
		v->blocks_size = v->blocks_size * 2 + 8;
		v->block =
		    xreallocarray(v->block, v->blocks_size, sizeof(*v->block));
	}
	b = &v->block[v->n_blocks++];
	block_zero(b, kind);
	return b;
}

struct view_item *
view_item(struct block *b)
{
	struct view_item *it;

	if (b->n == b->size) {
		b->size = b->size * 2 + 8;
		b->item = xreallocarray(b->item, b->size, sizeof(*b->item));
	}
	it = &b->item[b->n++];
	memset(it, 0, sizeof(*it));
	it->indent = VIEW_LEAST;
	it->choice = -1;
	return it;
}

/* The block that is being filled; it is begun when it is of another kind. */
static struct block *
current(struct view *v, enum block_kind kind)
{
	if (v->n_blocks == 0 || v->block[v->n_blocks - 1].kind != kind)
		return add(v, kind);
	return &v->block[v->n_blocks - 1];
}

struct block *
view_para(struct view *v, const char *text)
{
	struct block *b = add(v, BLOCK_PARA);

	b->text = view_str(v, text);
	return b;
}

struct block *
view_label(struct view *v, size_t width, const char *label, const char *text)
{
	struct block *b = add(v, BLOCK_LABEL);

	b->width = width;
	b->head = view_str(v, label);
	b->text = view_str(v, text);
	return b;
}

struct block *
view_say(struct view *v, const char *line)
{
	struct block *b = add(v, BLOCK_SAY);

	b->text = view_str(v, line);
	return b;
}

struct block *
view_words(struct view *v, enum words_form form,
    const uint8_t digest[static 32], bool aloud)
{
	struct block *b = add(v, BLOCK_WORDS);

	memcpy(b->digest, digest, sizeof(b->digest));
	b->form = form;
	b->aloud = aloud;
	return b;
}

struct block *
view_big(struct view *v, const char *text)
{
	struct block *b = add(v, BLOCK_BIG);

	b->text = view_str(v, text);
	return b;
}

struct block *
view_progress(struct view *v, const char *label, size_t part, size_t total,
    const char *text)
{
	struct block *b = add(v, BLOCK_PROGRESS);

	b->head = view_str(v, label);
	b->part = part;
	b->total = total;
	b->text = view_str(v, text);
	return b;
}

struct block *
view_break(struct view *v)
{
	return add(v, BLOCK_BREAK);
}

struct block *
view_slots(struct view *v, size_t n)
{
	struct block *b = add(v, BLOCK_SLOTS);

	b->total = n;
	return b;
}

struct block *
view_people(struct view *v)
{
	return add(v, BLOCK_PEOPLE);
}

void
view_person(struct view *v, const char *code, const char *name, enum mark mark,
    const char *note, const char *place)
{
	struct view_item *it = view_item(current(v, BLOCK_PEOPLE));

	it->s[0] = view_str(v, code);
	it->s[1] = view_str(v, name);
	it->s[2] = view_str(v, note);
	it->s[3] = view_str(v, place);
	it->mark = mark;
}

struct block *
view_table(struct view *v, ...)
{
	struct block *b = add(v, BLOCK_TABLE);
	const char *head;
	va_list ap;

	va_start(ap, v);
	while (
	    b->cols < VIEW_COLS && (head = va_arg(ap, const char *)) != NULL) {
		int width = va_arg(ap, int);

		b->col[b->cols].head = view_str(v, head);
		b->col[b->cols].right = width < 0;
		b->col[b->cols].width = (size_t)(width < 0 ? -width : width);
		b->cols++;
	}
	va_end(ap);
	return b;
}

struct view_item *
view_row(struct view *v, ...)
{
	struct view_item *it = view_item(current(v, BLOCK_TABLE));
	const char *s;
	size_t i = 0;
	va_list ap;

	va_start(ap, v);
	while (i < VIEW_COLS && (s = va_arg(ap, const char *)) != NULL)
		it->s[i++] = view_str(v, s);
	va_end(ap);
	return it;
}

struct block *
view_facts(struct view *v)
{
	return add(v, BLOCK_FACTS);
}

void
view_fact2(struct view *v, const char *label, const char *value,
    const char *label2, const char *value2)
{
	struct block *b;
	struct view_item *it;

	/* a camera takes facts too */
	b = v->n_blocks > 0 && v->block[v->n_blocks - 1].kind == BLOCK_CAMERA
	    ? &v->block[v->n_blocks - 1]
	    : current(v, BLOCK_FACTS);
	it = view_item(b);
	it->s[0] = view_str(v, label);
	it->s[1] = view_str(v, value);
	it->s[2] = view_str(v, label2);
	it->s[3] = view_str(v, value2);
}

void
view_fact(struct view *v, const char *label, const char *value)
{
	view_fact2(v, label, value, NULL, NULL);
}

struct block *
view_camera(struct view *v, const char *hint)
{
	struct block *b = add(v, BLOCK_CAMERA);

	b->text = view_str(v, hint);
	return b;
}

struct view *
view_other(const struct view *v)
{
	struct view *o;

	if (!v->both)
		return NULL;
	o = view_new(lang_other(v->lang));
	o->act = view_str(o, other_of(v, v->act));
	o->head = view_str(o, other_of(v, v->head));
	o->refusal = view_str(o, other_of(v, v->refusal));
	o->who = view_str(o, other_of(v, v->who));
	o->act_now = view_str(o, other_of(v, v->act_now));
	o->then = view_str(o, other_of(v, v->then));
	for (size_t i = 0; i < v->n_blocks; i++)
		if (v->block[i].kind == BLOCK_SAY)
			view_say(o, other_of(v, v->block[i].text));
	return o;
}
