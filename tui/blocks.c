/* SPDX-License-Identifier: MIT */
/*
 * Blocks of plain text, words and facts, drawn to a strip.  Invariant: a
 * block looks the same wherever it stands, and only its own indent and
 * width move it.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/words.h"
#include "tui/strip.h"
#include "tui/width.h"

#define SHORT_WORDS 8
#define BAR_CELLS   20

static size_t
indent_of(const struct strip *s, const struct block *b)
{
	return b->indent == VIEW_LEAST ? s->text : (size_t)b->indent;
}

static void
draw_para(struct strip *s, const struct block *b)
{
	strip_wrap(
	    s, strip_row(s), indent_of(s, b), s->cols, 0, TONE_PLAIN, b->text);
}

static void
draw_say(struct strip *s, const struct block *b)
{
	size_t row = strip_row(s);

	strip_put(s, row, s->edge, ATTR_BOLD, TONE_PLAIN, ">>");
	strip_wrap(
	    s, row, strip_aside(s), s->cols, ATTR_BOLD, TONE_PLAIN, b->text);
}

/* " >> 1  61CB BBA5   fallout     revival      shamrock    paperweight" */
static void
draw_words_lines(struct strip *s, const struct block *b)
{
	static const size_t col[4] = { 18, 30, 43, 55 };

	for (size_t i = 0; i < 8; i++) {
		const uint8_t *d = b->digest + i * 4;
		size_t row = strip_row(s);
		char text[24];

		if (i > 0)
			s->flag[row] = ROW_GLUE;
		snprintf(text, sizeof(text), "%s %zu  %02X%02X %02X%02X",
		    b->aloud ? ">>" : "  ", i + 1, d[0], d[1], d[2], d[3]);
		strip_put(s, row, s->edge, 0, TONE_PLAIN, text);
		for (size_t w = 0; w < 4 && b->form == WORDS_LINES; w++)
			strip_put(s, row, s->edge + col[w], ATTR_BOLD,
			    TONE_PLAIN, words_get(d[w], w));
	}
}

/* Beside a code: two words to a row, no hex. */
static void
draw_words_narrow(struct strip *s, const struct block *b)
{
	for (size_t i = 0; i < sizeof(b->digest); i += 2) {
		size_t row = strip_row(s);

		if (i > 0)
			s->flag[row] = ROW_GLUE;
		strip_put(s, row, s->edge + 1, ATTR_BOLD, TONE_PLAIN,
		    words_get(b->digest[i], i));
		strip_put(s, row, s->edge + 12, ATTR_BOLD, TONE_PLAIN,
		    words_get(b->digest[i + 1], i + 1));
	}
}

static void
draw_words_short(struct strip *s, const struct block *b)
{
	size_t col = b->indent != VIEW_LEAST ? (size_t)b->indent
	    : b->aloud                       ? strip_aside(s)
					     : s->text;

	for (size_t i = 0; i < SHORT_WORDS; i += 4) {
		struct buf line = BUF_INIT;
		size_t row = strip_row(s);

		if (i > 0)
			s->flag[row] = ROW_GLUE;
		words_format(&line, b->digest + i, 4, i);
		if (b->aloud)
			strip_put(s, row, s->edge, ATTR_BOLD, TONE_PLAIN, ">>");
		strip_put(s, row, col, ATTR_BOLD, TONE_PLAIN, buf_cstr(&line));
		buf_free(&line);
	}
}

static void
draw_big(struct strip *s, const struct block *b)
{
	size_t w = width_of(b->text);

	strip_wrap(s, strip_row(s), w < s->cols ? (s->cols - w) / 2 : s->edge,
	    s->cols, ATTR_BOLD, TONE_PLAIN, b->text);
}

static void
draw_progress(struct strip *s, const struct block *b)
{
	size_t row = strip_row(s), col = indent_of(s, b), full;
	char bar[BAR_CELLS + 3];

	full = b->total == 0 ? 0 : b->part * BAR_CELLS / b->total;
	if (full > BAR_CELLS)
		full = BAR_CELLS;
	bar[0] = '[';
	memset(bar + 1, '#', full);
	memset(bar + 1 + full, '.', BAR_CELLS - full);
	memcpy(bar + 1 + BAR_CELLS, "]", 2);
	if (width_of(b->head) > 0)
		col += strip_put(s, row, col, 0, TONE_PLAIN, b->head) + 2;
	strip_put(s, row, col, 0, TONE_PLAIN, bar);
	strip_wrap(
	    s, row, col + BAR_CELLS + 4, s->cols, 0, TONE_PLAIN, b->text);
}

/* Numbers with an empty place behind each: somebody else paints there. */
static void
draw_slots(struct strip *s, const struct block *b)
{
	s->n_slots = 0;
	for (size_t i = 0; i < b->total && i < 16; i++) {
		size_t col = s->edge + (i % 2 == 0 ? 11 : 34);
		char n[8];

		if (i % 2 == 0)
			strip_row(s);
		if (i > 1)
			s->flag[s->n - 1] = ROW_GLUE;
		snprintf(n, sizeof(n), "%2zu", i + 1);
		strip_put(s, s->n - 1, col, 0, TONE_PLAIN, n);
		s->slot_row[i] = s->n - 1;
		s->slot_col[i] = col + 4;
		s->n_slots++;
	}
}

/* Width of the widest s[i] among rows that have one behind it. */
static size_t
widest(const struct block *b, size_t i)
{
	size_t max = 0;

	for (size_t k = 0; k < b->n; k++) {
		size_t w = width_of(b->item[k].s[i]);

		if (w > max && (i % 2 == 1 || b->item[k].s[i + 1] != NULL))
			max = w;
	}
	return max;
}

void
strip_facts(struct strip *s, const struct block *b)
{
	size_t left = b->indent == VIEW_LEAST ? s->edge : (size_t)b->indent;
	size_t second = b->note_col > 0 ? b->note_col : s->cols / 2;
	size_t lw = b->width > 0 ? b->width : widest(b, 0) + 3;
	size_t lw2 = widest(b, 2) + 2;

	if (lw > s->cols / 2)
		lw = s->cols / 2;
	for (size_t i = 0; i < b->n; i++) {
		const struct view_item *it = &b->item[i];
		size_t row = strip_row(s), end = s->cols;
		unsigned head = it->strong ? ATTR_BOLD : 0;

		if (it->s[2] != NULL)
			end = second - 1;
		if (it->s[1] == NULL) {
			strip_wrap(s, row, left, end - left, head, TONE_PLAIN,
			    it->s[0]);
		} else {
			strip_wrap(
			    s, row, left, lw - 1, head, TONE_PLAIN, it->s[0]);
			strip_wrap(s, row, left + lw, end - left - lw, 0,
			    TONE_PLAIN, it->s[1]);
		}
		if (it->s[2] == NULL)
			continue;
		strip_wrap(s, row, second, it->s[3] != NULL ? lw2 : s->cols,
		    head, TONE_PLAIN, it->s[2]);
		if (it->s[3] != NULL)
			strip_wrap(s, row, second + lw2, s->cols, 0, TONE_PLAIN,
			    it->s[3]);
	}
}

void
strip_block(struct strip *s, const struct block *b)
{
	static void (*const draw[])(struct strip *, const struct block *) = {
		[BLOCK_PARA] = draw_para,
		[BLOCK_SAY] = draw_say,
		[BLOCK_FIELDS] = strip_fields,
		[BLOCK_PEOPLE] = strip_people,
		[BLOCK_TABLE] = strip_table,
		[BLOCK_FACTS] = strip_facts,
		[BLOCK_CHECKS] = strip_checks,
		[BLOCK_DEEDS] = strip_deeds,
		[BLOCK_WAYS] = strip_ways,
		[BLOCK_SCRIPT] = strip_script,
		[BLOCK_BIG] = draw_big,
		[BLOCK_PROGRESS] = draw_progress,
		[BLOCK_CAMERA] = strip_camera,
		[BLOCK_SLOTS] = draw_slots,
	};

	switch (b->kind) {
	case BLOCK_LABEL:
		strip_label(s, b->width, b->head, b->text);
		break;
	case BLOCK_WORDS:
		if (b->form == WORDS_SHORT)
			draw_words_short(s, b);
		else if (s->cols < 67 && b->form == WORDS_LINES)
			draw_words_narrow(s, b);
		else
			draw_words_lines(s, b);
		break;
	case BLOCK_BREAK:
		break;
	default:
		draw[b->kind](s, b);
	}
}
