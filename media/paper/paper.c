/* SPDX-License-Identifier: MIT */
/* The frame of every printed page, and its letters. */
#include "media/paper/paper.h"

#include <string.h>

#include "ceremony/base/words.h"

const struct style PAPER_TITLE = { FACE_BOLD, PT(20), 0 };
const struct style PAPER_HEADING = { FACE_BOLD, PT(12), 0 };
const struct style PAPER_BODY = { FACE_TEXT, PT(8.5), 0 };
const struct style PAPER_BOLD = { FACE_BOLD, PT(8.5), 0 };
const struct style PAPER_SMALL = { FACE_TEXT, PT(7.5), 0 };
const struct style PAPER_HINT = { FACE_TEXT, PT(7), 45 };
const struct style PAPER_MONO = { FACE_MONO, PT(8), 0 };
const struct style PAPER_TINY_MONO = { FACE_MONO, PT(7), 0 };

#define HEAD_Y   MM(13)
#define RULE_Y   MM(24)
#define FOOT_Y   MM(267)
#define NARROW_Y MM(251)
#define BOXES_Y  MM(275)
#define BOX_HIGH MM(7.5)

void
paper_label(struct buf *out, const char *id)
{
	buf_fmt(out, "%s  %s", text_get(LANG_EN, id), text_get(LANG_JA, id));
}

void
paper_heading(struct flow *f, const char *id)
{
	struct buf b = BUF_INIT;

	flow_gap(f, MM(6));
	flow_need(f, MM(30));
	paper_label(&b, id);
	flow_text(f, PAPER_HEADING, buf_cstr(&b));
	f->y += MM(1.5);
	buf_free(&b);
}

void
paper_say(struct flow *f, struct style st, const char *id)
{
	flow_text(f, st, text_get(LANG_EN, id));
	flow_text(f, st, text_get(LANG_JA, id));
	f->y += MM(1.5);
}

void
paper_rows(struct table *t, struct flow *f)
{
	static const int WIDTH[] = { MM(52), MM(122), 0 };

	table_begin(t, f, WIDTH);
}

static void
row_label(struct table *t, const char *id)
{
	table_text(t, 0, PAPER_SMALL, text_get(LANG_EN, id));
	table_text(t, 0, PAPER_HINT, text_get(LANG_JA, id));
}

void
paper_row(struct table *t, const char *id, struct style st, const char *value)
{
	row_label(t, id);
	table_text(t, 1, st, value);
	table_row(t);
}

void
paper_row_blank(struct table *t, const char *id, int height)
{
	row_label(t, id);
	table_blank(t, 1, height);
	table_row(t);
}

void
paper_head(struct table *t, size_t column, const char *id)
{
	const struct style bold = { FACE_BOLD, PAPER_SMALL.size, 0 };

	table_head(t, column, bold, text_get(LANG_EN, id));
	table_head(t, column, PAPER_HINT, text_get(LANG_JA, id));
}

void
paper_hex(struct buf *out, const char *hex)
{
	for (size_t i = 0; hex[i] != '\0'; i++) {
		if (i > 0 && i % 4 == 0)
			buf_byte(out, i % 32 == 0 ? '\n' : ' ');
		buf_byte(out, (uint8_t)hex[i]);
	}
}

void
paper_words(struct buf *out, const uint8_t digest[static SHA256_LEN])
{
	for (size_t i = 0; i < SHA256_LEN; i += 8) {
		if (i > 0)
			buf_byte(out, '\n');
		words_format(out, digest + i, 8, i);
	}
}

static void
right(struct doc *d, size_t page, int y, struct style st, const char *s)
{
	size_t len = strlen(s);

	doc_text(d, page, PAPER_LEFT + PAPER_WIDTH - text_width(d, st, s, len),
	    y, st, s, len);
}

static void
left(struct doc *d, size_t page, int y, struct style st, const char *s)
{
	doc_text(d, page, PAPER_LEFT, y, st, s, strlen(s));
}

/* Rehearsal and production are told apart at arm's length. */
static void
mode(struct doc *d, size_t page, const char *id)
{
	const struct style st = { FACE_BOLD, PT(9), 0 };
	struct buf b = BUF_INIT;
	int w, x;

	paper_label(&b, id);
	w = text_width(d, st, buf_cstr(&b), b.len);
	x = PAPER_LEFT + (PAPER_WIDTH - w) / 2;
	doc_text(d, page, x, HEAD_Y, st, buf_cstr(&b), b.len);
	doc_frame(
	    d, page, x - MM(3), HEAD_Y - MM(4), w + MM(6), MM(6), PT(0.8), 0);
	buf_free(&b);
}

/* Boxes in rows of as many as fit. */
static void
initials(
    struct doc *d, size_t page, const struct paper_frame *f, int y, bool narrow)
{
	size_t row = narrow ? 5 : f->n_initials < 8 ? 8 : f->n_initials;
	int wide = narrow ? PAPER_WIDTH - MM(32) : PAPER_WIDTH;
	int step = wide / (int)row;

	for (size_t i = 0; i < f->n_initials; i++) {
		const char *code = f->initials[i];
		int w = text_width(d, PAPER_HINT, code, strlen(code));
		int x = PAPER_LEFT + (int)(i % row) * step;
		int top = y + (int)(i / row) * (BOX_HIGH + MM(1));

		doc_text(d, page, x, top + BOX_HIGH - MM(2), PAPER_HINT, code,
		    strlen(code));
		doc_blank(
		    d, page, x + w + MM(1), top, step - w - MM(2.5), BOX_HIGH);
	}
}

static void
head(struct doc *d, size_t i, const struct paper_frame *f, const char *line)
{
	const struct style bold = { FACE_BOLD, PT(8), 0 };
	struct buf b = BUF_INIT;

	paper_label(&b, f->title);
	left(d, i, HEAD_Y, bold, buf_cstr(&b));
	buf_reset(&b);
	buf_fmt(&b, "%d / %zu", (int)i + 1 + f->shift,
	    f->pages > 0 ? f->pages : d->n);
	right(d, i, HEAD_Y, bold, buf_cstr(&b));
	left(d, i, HEAD_Y + MM(4.5), PAPER_SMALL, f->name);
	if (f->mode != NULL)
		mode(d, i, f->mode);
	left(d, i, HEAD_Y + MM(8.8), PAPER_TINY_MONO, line);
	doc_rule(d, i, PAPER_LEFT, RULE_Y, PAPER_WIDTH, 0, PT(0.8), 0);
	buf_free(&b);
}

void
paper_stamp(struct doc *d, const struct paper_frame *f)
{
	for (size_t i = 0; i < d->n; i++) {
		bool narrow = i < f->narrow_to || i >= f->narrow_from;
		int y = narrow && f->narrow_from > 0 ? NARROW_Y : FOOT_Y;
		struct buf top = BUF_INIT, foot = BUF_INIT;
		const char *line;

		narrow = y == NARROW_Y;
		f->lines(f->arg, i, &top, &foot);
		head(d, i, f, buf_cstr(&top));
		doc_rule(d, i, PAPER_LEFT, y, PAPER_WIDTH, 0, PT(0.8), 0);
		y += MM(3.2);
		for (line = buf_cstr(&foot); *line != '\0';) {
			size_t n = strcspn(line, "\n");

			doc_text(d, i, PAPER_LEFT, y, f->foot, line, n);
			y += MM(3.2);
			line += n + (line[n] == '\n');
		}
		initials(d, i, f, narrow ? y : BOXES_Y, narrow);
		buf_free(&top);
		buf_free(&foot);
	}
}
