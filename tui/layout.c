/* SPDX-License-Identifier: MIT */
/*
 * The frame: bars, foot, keys.  Invariant: at every size from 80x24 up each
 * thing stands where it stands at 80x24, so that photographs read alike;
 * only the foot grows, and what is new is at the right.
 */
#include "tui/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/parts.h"
#include "tui/width.h"

#define BODY_ROW  3
#define BODY_ROWS 17
#define FOOT_ROW  20
#define FOOT_STEP 11 /* columns of a result */
#define FOOT_TEXT 16
#define SIDE_COLS 100
#define BOTH_COLS 120

static bool
some(const char *s)
{
	return s != NULL && s[0] != '\0';
}

enum tone
bar_role(const struct view *v)
{
	if (v->stop)
		return TONE_STOP;
	return v->mode == VIEW_PRODUCTION ? TONE_PRODUCTION : TONE_REHEARSAL;
}

const char *
mode_text(const struct view *v)
{
	switch (v->mode) {
	case VIEW_REHEARSAL:
		return text_get(v->lang, "screen.rehearsal");
	case VIEW_PRODUCTION:
		return text_get(v->lang, "screen.production");
	default:
		return "";
	}
}

static void
part(struct buf *out, const char *s)
{
	if (!some(s))
		return;
	if (out->len > 0)
		buf_str(out, " | ");
	buf_str(out, s);
}

/* A bar: left and right text; what does not fit at the left ends in "...". */
static void
draw_bar(struct grid *g, size_t row, const char *left, const char *right,
    enum tone role)
{
	size_t r = width_of(right), room = LAYOUT_COLS - 2, len;

	if (r > 0)
		room -= r + 2;
	len = strlen(left);
	if (width_str(left) > room) {
		len = width_fit(left, len, room - 3);
		grid_str(g, row, 1 + width_strn(left, len), "...");
	}
	grid_put(g, row, 1, room, 0, TONE_PLAIN, left, len);
	if (r > 0)
		grid_str(g, row, LAYOUT_COLS - 1 - r, right);
	grid_paint(g, row, 0, g->cols, ATTR_REVERSE, role);
}

static void
draw_bar1(struct grid *g, const struct view *v)
{
	struct buf left = BUF_INIT, title = BUF_INIT;

	if (v->stop)
		part(&left, text_get(v->lang, "screen.stop"));
	part(&left, mode_text(v));
	if (some(v->version))
		strip_fill(&title, v->lang, "screen.script", "title",
		    some(v->title) ? v->title : "", "version", v->version, NULL,
		    NULL);
	else
		buf_str(&title, some(v->title) ? v->title : "");
	part(&left, buf_cstr(&title));
	draw_bar(g, 0, buf_cstr(&left), v->clock, bar_role(v));
	buf_free(&title);
	buf_free(&left);
}

static void
bar_people(struct buf *out, const struct view *v, bool number)
{
	struct buf codes = BUF_INIT, text = BUF_INIT;
	char n[24];

	if (v->n_in == 0 && some(v->in_note)) {
		strip_fill(&text, v->lang, "screen.in-nobody-note", "note",
		    v->in_note, NULL, NULL, NULL, NULL);
	} else if (v->n_in == 0) {
		buf_str(&text, text_get(v->lang, "screen.in-nobody"));
	} else if (number) {
		snprintf(n, sizeof(n), "%zu", v->n_in);
		strip_fill(&text, v->lang, "screen.in-count", "n", n, NULL,
		    NULL, NULL, NULL);
	} else {
		for (size_t i = 0; i < v->n_in; i++) {
			if (i > 0)
				buf_byte(&codes, ' ');
			buf_str(&codes, v->in[i]);
		}
		strip_fill(&text, v->lang, "screen.in", "codes",
		    buf_cstr(&codes), NULL, NULL, NULL, NULL);
	}
	part(out, buf_cstr(&text));
	buf_free(&codes);
	buf_free(&text);
}

static void
bar_token(struct buf *out, const struct view *v, bool brief)
{
	struct buf text = BUF_INIT;

	if (v->token_state == VIEW_TOKEN_NONE)
		buf_str(&text, text_get(v->lang, "screen.token-none"));
	else
		strip_fill(&text, v->lang,
		    v->token_state == VIEW_TOKEN_ACTIVE
			? "screen.token-active"
			: "screen.token-inactive",
		    "token",
		    brief || !some(v->token) ? text_get(v->lang, "screen.token")
					     : v->token,
		    NULL, NULL, NULL, NULL);
	part(out, buf_cstr(&text));
	buf_free(&text);
}

/* level 0: all; 1: people are a number; 2: the token has no name. */
static void
bar2_text(struct buf *out, const struct view *v, int level)
{
	char m[24], n[24], have[24];
	struct buf text = BUF_INIT;

	if (some(v->step) && v->of > 0)
		buf_fmt(out, "%s %u/%u", v->step, v->at, v->of);
	else if (some(v->step))
		buf_str(out, v->step);
	bar_people(out, v, level >= 1);
	bar_token(out, v, level >= 2);
	if (v->n > 0) {
		snprintf(m, sizeof(m), "%u", v->m);
		snprintf(n, sizeof(n), "%u", v->n);
		snprintf(have, sizeof(have), "%u", v->have);
		strip_fill(&text, v->lang, "screen.quorum", "m", m, "n", n,
		    "have", have);
		part(out, buf_cstr(&text));
	}
	if (some(v->deviation)) {
		buf_reset(&text);
		strip_fill(&text, v->lang, "screen.deviation-open", "n",
		    v->deviation, NULL, NULL, NULL, NULL);
		part(out, buf_cstr(&text));
	}
	buf_free(&text);
}

static void
draw_bar2(struct grid *g, const struct view *v)
{
	struct buf left = BUF_INIT;
	size_t room = LAYOUT_COLS - 2;

	if (width_of(v->media) > 0)
		room -= width_of(v->media) + 2;
	for (int level = 0; level <= 2; level++) {
		buf_reset(&left);
		if (some(v->line2)) {
			buf_str(&left, v->line2);
			break;
		}
		bar2_text(&left, v, level);
		if (width_str(buf_cstr(&left)) <= room)
			break;
	}
	draw_bar(g, 1, buf_cstr(&left), v->media, bar_role(v));
	buf_free(&left);
}

/* Results, oldest first; the rows that the newest ones take are put. */
static void
draw_results(struct grid *g, const struct view *v, size_t room)
{
	struct strip s;
	size_t *first, from, hint = some(v->hint) ? 1 : 0;

	if (hint > 0) {
		hint = width_lines(v->hint, LAYOUT_COLS - 2);
		if (hint > room)
			hint = room;
	}
	room -= hint;
	strip_init(&s, v->lang, LAYOUT_COLS, 1, FOOT_TEXT);
	first = xcalloc(v->n_foot + 1, sizeof(*first));
	for (size_t i = 0; i < v->n_foot; i++) {
		const struct view_result *r = &v->foot[i];
		size_t row = strip_row(&s), col = 1, end;

		first[i] = row;
		if (some(r->time)) {
			strip_put(&s, row, 1, 0, TONE_QUIET, r->time);
			col = FOOT_STEP;
		}
		if (some(r->step)) {
			end = col +
			    strip_put(&s, row, col, 0, TONE_PLAIN, r->step);
			col = end + 2 > FOOT_TEXT ? end + 2 : FOOT_TEXT;
		}
		strip_wrap(&s, row, col, LAYOUT_COLS, 0, TONE_PLAIN, r->text);
	}
	/* whole results from the newest back; the newest at least begins */
	from = s.n;
	for (size_t i = v->n_foot; i-- > 0;) {
		if (s.n - first[i] > room && i + 1 < v->n_foot)
			break;
		from = first[i];
	}
	for (size_t i = 0; i < room && from + i < s.n; i++)
		grid_copy_row(
		    g, FOOT_ROW + 1 + i, 0, s.g, from + i, LAYOUT_COLS);
	strip_fini(&s);
	free(first);
	if (hint > 0) {
		struct strip h;

		strip_init(&h, v->lang, LAYOUT_COLS, 1, 1);
		strip_wrap(&h, strip_row(&h), 1, LAYOUT_COLS - 2, ATTR_BOLD,
		    TONE_PLAIN, v->hint);
		for (size_t i = 0; i < hint; i++)
			grid_copy_row(
			    g, FOOT_ROW + 1 + room + i, 0, h.g, i, LAYOUT_COLS);
		strip_fini(&h);
	}
}

static void
draw_foot(struct grid *g, const struct view *v)
{
	const char *label = text_get(v->lang, "screen.just-now");

	grid_fill(g, FOOT_ROW, 0, LAYOUT_COLS, '-');
	if (!v->foot_free) {
		size_t w = width_str(label);

		grid_fill(g, FOOT_ROW, 2, w + 2, ' ');
		grid_put(
		    g, FOOT_ROW, 3, w, 0, TONE_PLAIN, label, strlen(label));
	}
	grid_paint(g, FOOT_ROW, 0, LAYOUT_COLS, 0, TONE_QUIET);
	draw_results(g, v, g->rows - FOOT_ROW - 2);
}

/* The key's text: " Ctrl-T trusted prompt". */
static void
key_text(struct buf *out, const struct view *v, const struct view_key *k)
{
	const struct key_row *row = keys_row(k->id);

	buf_reset(out);
	if (row == NULL)
		return;
	buf_str(out, row->shown);
	buf_byte(out, ' ');
	buf_str(out, some(k->label) ? k->label : text_get(v->lang, row->brief));
}

/* Cells that the first n keys and the last one take with a gap between. */
static size_t
keys_width(const struct view *v, const struct view_key *keys, size_t n,
    size_t total, size_t gap)
{
	struct buf text = BUF_INIT;
	size_t sum = 0;

	for (size_t i = 0; i < total; i++) {
		if (i >= n && i + 1 < total)
			continue;
		key_text(&text, v, &keys[i]);
		sum += width_str(buf_cstr(&text)) + (sum > 0 ? gap : 0);
	}
	buf_free(&text);
	return sum;
}

void
keys_line(struct grid *g, size_t row, size_t col, size_t cols,
    const struct view *v, bool pages)
{
	struct view_key keys[VIEW_KEYS + 1] = { 0 };
	struct buf text = BUF_INIT;
	size_t n = 0, total, gap = 3, end = col + cols;
	bool has = false;

	for (size_t i = 0; i < v->n_keys; i++)
		has = has || v->keys[i].id == KID_NEXT_PAGE;
	if (pages && !has)
		keys[n++] = (struct view_key){ KID_NEXT_PAGE, NULL };
	for (size_t i = 0; i < v->n_keys; i++)
		keys[n++] = v->keys[i];
	total = n;
	if (keys_width(v, keys, n, total, gap) > cols)
		gap = 2;
	/* those before the last give way: the last is help */
	while (n > 0 && keys_width(v, keys, n, total, gap) > cols)
		n--;
	for (size_t i = 0; i < total; i++) {
		if (i >= n && i + 1 < total)
			continue;
		key_text(&text, v, &keys[i]);
		if (col >= end)
			break;
		col += grid_put(g, row, col, end - col, 0, TONE_PLAIN,
		    buf_cstr(&text), text.len);
		col += gap;
	}
	buf_free(&text);
}

static struct grid *
small_screen(const struct view *v, size_t rows, size_t cols)
{
	struct grid *g = grid_new(rows, cols);
	struct buf text = BUF_INIT;
	struct strip s;
	char r[24], c[24];

	snprintf(r, sizeof(r), "%zu", rows);
	snprintf(c, sizeof(c), "%zu", cols);
	strip_fill(
	    &text, v->lang, "screen.small", "rows", r, "cols", c, NULL, NULL);
	strip_init(&s, v->lang, cols > 2 ? cols : 2, 0, 0);
	strip_wrap(
	    &s, strip_row(&s), 0, cols, ATTR_BOLD, TONE_PLAIN, buf_cstr(&text));
	for (size_t i = 0; i < s.n && i < rows; i++)
		grid_copy_row(g, i, 0, s.g, i, cols);
	strip_fini(&s);
	buf_free(&text);
	return g;
}

static const struct body_frame *
frame_of(const struct view *v)
{
	static const struct body_frame frames[LANG_COUNT] = {
		[LANG_EN] = { BODY_ROWS, LAYOUT_COLS, 1, 7, false },
		[LANG_JA] = { BODY_ROWS, LAYOUT_COLS, 1, 8, false },
	};

	return &frames[v->lang];
}

struct layout *
layout_framed(const struct view *v, const struct body_frame *f)
{
	struct layout *l = xcalloc(1, sizeof(*l));

	l->v = v;
	l->f = f;
	l->page = v->page;
	if (v->code == NULL)
		body_init(&l->b, v, f);
	else
		l->b.pages = 1;
	return l;
}

struct layout *
layout_open(const struct view *v)
{
	return layout_framed(v, frame_of(v));
}

size_t
layout_count(const struct layout *l)
{
	return l->b.pages;
}

size_t
layout_now(const struct layout *l)
{
	return body_now(&l->b);
}

void
layout_put(struct layout *l, struct grid *g, size_t row, size_t col)
{
	if (l->page != l->v->page)
		body_turn(&l->b, l->v, l->f);
	l->page = l->v->page;
	body_put(&l->b, l->f, l->page, g, row, col);
}

void
layout_close(struct layout *l)
{
	if (l != NULL)
		body_fini(&l->b);
	free(l);
}

size_t
layout_pages(const struct view *v)
{
	struct layout *l = layout_open(v);
	size_t pages = l->b.pages;

	layout_close(l);
	return pages;
}

size_t
layout_difference(const struct view *v, size_t after)
{
	struct body b;
	size_t page;

	body_init(&b, v, frame_of(v));
	page = body_difference(&b, after);
	body_fini(&b);
	return page;
}

bool
layout_side(size_t cols)
{
	return cols >= SIDE_COLS;
}

bool
layout_both(size_t cols)
{
	return cols >= BOTH_COLS;
}

struct grid *
layout_grid(
    struct layout *l, const struct view *other, size_t rows, size_t cols)
{
	const struct view *v = l->v;
	struct grid *g;

	if (rows < LAYOUT_ROWS || cols < LAYOUT_COLS)
		return small_screen(v, rows, cols);
	g = grid_new(rows, cols);
	if (v->code != NULL &&
	    v->code_side <= layout_code_room(rows, cols, v->code_whole)) {
		wide_code(g, v);
		return g;
	}
	draw_bar1(g, v);
	draw_bar2(g, v);
	grid_fill(g, 2, 0, cols, '-');
	grid_paint(g, 2, 0, cols, 0, TONE_QUIET);
	/* A code that has no room says so in the body. */
	if (v->code != NULL && l->b.page == NULL)
		body_init(&l->b, v, l->f);
	layout_put(l, g, BODY_ROW, 0);
	draw_foot(g, v);
	keys_line(g, rows - 1, 1, LAYOUT_COLS - 1, v, l->b.pages > 1);
	if (layout_side(cols))
		wide_side(g, v, other);
	return g;
}

struct grid *
layout_new(
    const struct view *v, const struct view *other, size_t rows, size_t cols)
{
	struct layout *l = layout_open(v);
	struct grid *g = layout_grid(l, other, rows, cols);

	layout_close(l);
	return g;
}
