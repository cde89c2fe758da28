/* SPDX-License-Identifier: MIT */
/*
 * Building a view: the blocks that are lists.  A row goes to the last block
 * when that is of its kind, and begins one otherwise.
 */
#include "tui/view.h"

#include <stdlib.h>
#include <string.h>

static struct block *
begin(struct view *v, enum block_kind kind, const char *head)
{
	struct block *b = view_para(v, NULL);

	b->kind = kind;
	b->head = view_str(v, head);
	return b;
}

static struct view_item *
put_last(struct view *v, enum block_kind kind)
{
	struct block *b;

	if (v->n_blocks == 0 || v->block[v->n_blocks - 1].kind != kind)
		b = begin(v, kind, NULL);
	else
		b = &v->block[v->n_blocks - 1];
	return view_item(b);
}

struct block *
view_checks(struct view *v, const char *head)
{
	return begin(v, BLOCK_CHECKS, head);
}

void
view_check(struct view *v, enum mark mark, const char *text, const char *right)
{
	struct view_item *it = put_last(v, BLOCK_CHECKS);

	it->mark = mark;
	it->s[0] = view_str(v, text);
	it->s[1] = view_str(v, right);
}

struct block *
view_ways(struct view *v, const char *head)
{
	return begin(v, BLOCK_WAYS, head);
}

void
view_way(struct view *v, const char *key, const char *text)
{
	struct view_item *it = put_last(v, BLOCK_WAYS);

	it->s[0] = view_str(v, key);
	it->s[1] = view_str(v, text);
}

struct block *
view_deeds(struct view *v)
{
	return begin(v, BLOCK_DEEDS, NULL);
}

void
view_deed(struct view *v, enum mark mark, const char *n, const char *text,
    const char *letter, const char *time)
{
	struct view_item *it = put_last(v, BLOCK_DEEDS);

	it->mark = mark;
	it->s[0] = view_str(v, n);
	it->s[1] = view_str(v, text);
	it->s[2] = view_str(v, letter);
	it->s[3] = view_str(v, time);
}

void
view_deed_check(struct view *v, enum mark mark, const char *text)
{
	struct view_item *it = put_last(v, BLOCK_DEEDS);

	it->mark = mark;
	it->s[1] = view_str(v, text);
}

void
view_deed_line(struct view *v, const char *text)
{
	view_deed_check(v, MARK_NONE, text);
}

struct block *
view_fields(struct view *v)
{
	return begin(v, BLOCK_FIELDS, NULL);
}

struct view_item *
view_field(struct view *v, const struct form *f, size_t i, const char *label,
    size_t width, const char *note)
{
	struct view_item *it = put_last(v, BLOCK_FIELDS);
	const struct form_field *field = &f->field[i];

	it->kind = field->kind;
	it->s[0] = view_str(v, label);
	it->s[1] = view_str(v, form_get(f, i));
	it->s[2] = view_str(v, note);
	it->width = width;
	it->rows = field->kind == FIELD_LINES ? 4 : 1;
	it->cursor = f->now == i && !f->away && !field->locked;
	it->at = field->at;
	it->choice = field->choice;
	return it;
}

struct view_item *
view_field_plain(
    struct view *v, const char *label, const char *value, const char *note)
{
	struct view_item *it = put_last(v, BLOCK_FIELDS);

	it->kind = FIELD_PLAIN;
	it->s[0] = view_str(v, label);
	it->s[1] = view_str(v, value);
	it->s[2] = view_str(v, note);
	return it;
}

void
view_choice(struct view *v, const char *text)
{
	struct block *b = &v->block[v->n_blocks - 1];
	struct view_item *it = &b->item[b->n - 1];

	for (size_t i = 3; i < VIEW_COLS; i++) {
		if (it->s[i] == NULL) {
			it->s[i] = view_str(v, text);
			return;
		}
	}
}

struct block *
view_script(struct view *v)
{
	return begin(v, BLOCK_SCRIPT, NULL);
}

struct block *
view_side_script(struct view *v)
{
	if (v->script == NULL)
		v->script = xcalloc(1, sizeof(*v->script));
	v->script->kind = BLOCK_SCRIPT;
	v->script->indent = VIEW_LEAST;
	return v->script;
}

void
view_script_act(struct view *v, struct block *b, const char *n,
    const char *title, size_t steps, size_t minutes)
{
	struct view_item *it = view_item(b);

	it->strong = true;
	it->s[0] = view_str(v, n);
	it->s[1] = view_str(v, title);
	it->width = steps;
	it->rows = minutes;
}

void
view_script_step(struct view *v, struct block *b, enum mark mark,
    const char *no, const char *codes, const char *text, const char *done,
    const char *plan, const char *took)
{
	struct view_item *it = view_item(b);

	it->mark = mark;
	it->s[0] = view_str(v, no);
	it->s[1] = view_str(v, codes);
	it->s[2] = view_str(v, text);
	it->s[3] = view_str(v, done);
	it->s[4] = view_str(v, plan);
	it->s[5] = view_str(v, took);
	if (mark == MARK_NOW)
		b->now = b->n - 1;
}

void
view_script_note(struct view *v, struct block *b, const char *text)
{
	view_item(b)->s[2] = view_str(v, text);
}
