/* SPDX-License-Identifier: MIT */
/* Pages as lists of parts; how texts are measured, broken and checked. */
#include "media/page/page.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"

#define ASCENT  800 /* of a text's box, in thousandths of its size */
#define DESCENT 200
#define GETA    0x3013 /* stands for a character that no face has */

struct doc *
doc_new(const struct font *const font[static FACE_COUNT], const char *title)
{
	struct doc *d = xcalloc(1, sizeof(*d));

	d->font = font;
	d->title = xstrdup(title);
	return d;
}

void
doc_free(struct doc *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n; i++) {
		for (size_t k = 0; k < d->page[i].n; k++) {
			free(d->page[i].part[k].text);
			free(d->page[i].part[k].module);
		}
		free(d->page[i].part);
	}
	free(d->page);
	free(d->title);
	free(d);
}

size_t
doc_add(struct doc *d)
{
	d->page = xreallocarray(d->page, d->n + 1, sizeof(*d->page));
	memset(&d->page[d->n], 0, sizeof(*d->page));
	return d->n++;
}

uint16_t
text_glyph(const struct doc *d, enum face face, uint32_t cp, enum face *drawn)
{
	uint16_t g = font_glyph(d->font[face], cp);

	*drawn = face;
	if (g != 0)
		return g;
	*drawn = FACE_WIDE;
	g = font_glyph(d->font[FACE_WIDE], cp);
	return g != 0 ? g : font_glyph(d->font[FACE_WIDE], GETA);
}

static int
char_width(const struct doc *d, struct style st, uint32_t cp)
{
	enum face face;
	uint16_t g = text_glyph(d, st.face, cp, &face);

	return (int)((int64_t)font_advance(d->font[face], g) * st.size / 1000);
}

int
text_width(const struct doc *d, struct style st, const char *text, size_t len)
{
	int w = 0;
	uint32_t cp;

	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_decode(text + i, len - i, &cp);
		if (n == 0) {
			n = 1;
			cp = GETA;
		}
		w += char_width(d, st, cp);
	}
	return w;
}

/* Characters that are set in squares and broken between. */
static bool
is_wide(uint32_t cp)
{
	return (cp >= 0x2e80 && cp <= 0x9fff) ||
	    (cp >= 0xf900 && cp <= 0xfaff) || (cp >= 0xff00 && cp <= 0xffef);
}

static bool
among(uint32_t cp, const char *list)
{
	uint32_t c;

	for (size_t n; *list != '\0'; list += n) {
		n = utf8_decode(list, strlen(list), &c);
		if (n == 0)
			return false;
		if (c == cp)
			return true;
	}
	return false;
}

/* A line may end between a and b (JIS X 4051's rules, the plain ones). */
static bool
may_break(uint32_t a, uint32_t b)
{
	if (among(b,
		"、。，．・：；？！）］｝」』】〉》’”ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々,.;:!?)]}"))
		return false;
	if (among(a, "（［｛「『【〈《‘“([{"))
		return false;
	if (a == ' ')
		return true;
	if (is_wide(a) || is_wide(b))
		return b != ' ';
	return (a == '/' || a == '-') && b != ' ' && (b < '0' || b > '9');
}

size_t
text_line(const struct doc *d, struct style st, const char *text, int width,
    size_t *skip)
{
	size_t len = strlen(text), i = 0, good = 0, n;
	uint32_t cp, last = 0;
	int w = 0;

	while (i < len && text[i] != '\n') {
		n = utf8_decode(text + i, len - i, &cp);
		if (n == 0) {
			n = 1;
			cp = GETA;
		}
		if (i > 0 && may_break(last, cp))
			good = i;
		w += char_width(d, st, cp);
		if (w > width && i > 0 && cp != ' ')
			break;
		last = cp;
		i += n;
	}
	if (i < len && text[i] != '\n') {
		if (good == 0)
			good = i;
		*skip = good;
		i = good;
		while (i > 0 && text[i - 1] == ' ')
			i--;
		return i;
	}
	*skip = i < len ? i + 1 : i;
	while (i > 0 && text[i - 1] == ' ')
		i--;
	return i;
}

static struct part *
add(struct doc *d, size_t page, enum part_kind kind, int x, int y, int w, int h)
{
	struct page *p = &d->page[page];
	struct part *t;

	if (p->n == p->size) {
		p->size = p->size == 0 ? 64 : 2 * p->size;
		p->part = xreallocarray(p->part, p->size, sizeof(*p->part));
	}
	t = &p->part[p->n++];
	memset(t, 0, sizeof(*t));
	t->kind = kind;
	t->x = x;
	t->y = y;
	t->w = w;
	t->h = h;
	return t;
}

void
doc_text(struct doc *d, size_t page, int x, int baseline, struct style st,
    const char *text, size_t len)
{
	struct part *t;
	int up = (int)((int64_t)st.size * ASCENT / 1000);

	if (len == 0)
		return;
	t = add(d, page, PART_TEXT, x, baseline - up,
	    text_width(d, st, text, len),
	    up + (int)((int64_t)st.size * DESCENT / 1000));
	t->baseline = baseline;
	t->style = st;
	t->text = xstrndup(text, len);
}

void
doc_rule(
    struct doc *d, size_t page, int x, int y, int w, int h, int line, int grey)
{
	struct part *t = add(d, page, PART_RULE, x, y, w, h);

	t->line = line;
	t->style.grey = grey;
}

void
doc_fill(struct doc *d, size_t page, int x, int y, int w, int h, int grey)
{
	add(d, page, PART_FILL, x, y, w, h)->style.grey = grey;
}

void
doc_frame(
    struct doc *d, size_t page, int x, int y, int w, int h, int line, int grey)
{
	struct part *t = add(d, page, PART_FRAME, x, y, w, h);

	t->line = line;
	t->style.grey = grey;
}

void
doc_blank(struct doc *d, size_t page, int x, int y, int w, int h)
{
	struct part *t = add(d, page, PART_BLANK, x, y, w, h);

	t->line = PT(0.4);
	t->style.grey = 45;
}

void
doc_symbol(struct doc *d, size_t page, int x, int y, int w,
    const uint8_t *module, int side)
{
	struct part *t = add(d, page, PART_SYMBOL, x, y, w, w);

	t->side = side;
	t->module = xmalloc((size_t)side * (size_t)side);
	memcpy(t->module, module, (size_t)side * (size_t)side);
}

static bool
takes_room(const struct part *t)
{
	return t->kind == PART_TEXT || t->kind == PART_SYMBOL ||
	    t->kind == PART_BLANK;
}

static const char *
what(const struct part *t)
{
	return t->kind == PART_TEXT ? t->text
	    : t->kind == PART_BLANK ? "box"
				    : "symbol";
}

static bool
overlap(const struct part *a, const struct part *b)
{
	return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h &&
	    b->y < a->y + a->h;
}

int
doc_check(const struct doc *d, struct err *e)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct page *p = &d->page[i];

		for (size_t k = 0; k < p->n; k++) {
			const struct part *t = &p->part[k];

			if (t->x < 0 || t->y < 0 || t->x + t->w > PAGE_WIDTH ||
			    t->y + t->h > PAGE_HEIGHT) {
				err_set(e, ERR_FORM, "page.outside", "what",
				    takes_room(t) ? what(t) : "line", NULL);
				err_arg_int(e, "page", (long long)i + 1);
				return -1;
			}
			for (size_t j = 0; takes_room(t) && j < k; j++) {
				if (!takes_room(&p->part[j]) ||
				    !overlap(t, &p->part[j]))
					continue;
				err_set(e, ERR_FORM, "page.overlap", "what",
				    what(t), "with", what(&p->part[j]), NULL);
				err_arg_int(e, "page", (long long)i + 1);
				return -1;
			}
		}
	}
	return 0;
}

void
doc_lines(const struct doc *d, size_t page, struct buf *out)
{
	const struct page *p = &d->page[page];
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
	const struct part **row = xcalloc(p->n + 1, sizeof(*row));
	size_t n = 0;

	for (size_t k = 0; k < p->n; k++) {
		size_t i = n;

		if (p->part[k].kind != PART_TEXT)
			continue;
		while (i > 0 &&
		    (row[i - 1]->baseline > p->part[k].baseline ||
			(row[i - 1]->baseline == p->part[k].baseline &&
			    row[i - 1]->x > p->part[k].x))) {
			row[i] = row[i - 1];
			i--;
		}
		row[i] = &p->part[k];
		n++;
	}
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_byte(out,
			    row[i]->baseline == row[i - 1]->baseline ? ' '
								     : '\n');
		buf_str(out, row[i]->text);
	}
	if (n > 0)
		buf_byte(out, '\n');
	free(row);
}
