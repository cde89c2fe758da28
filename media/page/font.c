/* SPDX-License-Identifier: MIT */
/*
 * Invariant: no read leaves the file.  A table that is too short for what is
 * asked of it gives zeros, and font_new() has refused a file whose tables do
 * not lie within it.
 */
#include "media/page/font.h"

#include <stdlib.h>
#include <string.h>

#define TABLES 10

static const char TAG[TABLES][5] = { "cvt ", "fpgm", "glyf", "head", "hhea",
	"hmtx", "loca", "maxp", "prep", "cmap" };
enum {
	T_CVT,
	T_FPGM,
	T_GLYF,
	T_HEAD,
	T_HHEA,
	T_HMTX,
	T_LOCA,
	T_MAXP,
	T_PREP,
	T_CMAP
};

struct table {
	const uint8_t *p; /* NULL: the font has none */
	size_t len;
};

struct font {
	struct table table[TABLES];
	struct table map; /* the subtable of cmap that is used */
	int format;       /* of it: 4 or 12 */
	int units;
	size_t glyphs, metrics;
	bool wide; /* loca has 32 bits */
	char name[64];
};

static unsigned
u8(const struct table *t, size_t at)
{
	return at < t->len ? t->p[at] : 0;
}

static unsigned
u16(const struct table *t, size_t at)
{
	return u8(t, at) << 8 | u8(t, at + 1);
}

static uint32_t
u32(const struct table *t, size_t at)
{
	return (uint32_t)u16(t, at) << 16 | u16(t, at + 2);
}

static int
s16(const struct table *t, size_t at)
{
	return (int16_t)u16(t, at);
}

static void
find_map(struct font *f)
{
	const struct table *t = &f->table[T_CMAP];
	unsigned n = u16(t, 2);

	for (unsigned i = 0; i < n && i < 64; i++) {
		unsigned platform = u16(t, 4 + 8 * i);
		size_t at = u32(t, 8 + 8 * i);
		struct table map;
		int format;

		if ((platform != 0 && platform != 3) || at >= t->len)
			continue;
		map.p = t->p + at;
		map.len = t->len - at;
		format = (int)u16(&map, 0);
		if ((format != 4 && format != 12) || format <= f->format)
			continue;
		f->map = map;
		f->format = format;
	}
}

static void
find_name(struct font *f, const struct table *t)
{
	unsigned n = u16(t, 2), strings = u16(t, 4);
	size_t k = 0;

	for (unsigned i = 0; i < n; i++) {
		size_t row = 6 + 12 * (size_t)i;
		unsigned len = u16(t, row + 8), wide = u16(t, row) != 1;

		if (u16(t, row + 6) != 6)
			continue;
		for (unsigned c = wide; c < len && k < sizeof(f->name) - 1;
		     c += 1 + wide) {
			unsigned ch = u8(t, strings + u16(t, row + 10) + c);

			if ((ch >= '0' && ch <= '9') ||
			    (ch >= 'A' && ch <= 'Z') ||
			    (ch >= 'a' && ch <= 'z') || ch == '-')
				f->name[k++] = (char)ch;
		}
		break;
	}
	if (k == 0)
		memcpy(f->name, "Font", 5);
}

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "page.font", "what", what, NULL);
}

static int
find_tables(struct font *f, const struct table *file, struct err *e)
{
	unsigned n = u16(file, 4);
	struct table name = { NULL, 0 };

	if (u32(file, 0) != 0x00010000 && u32(file, 0) != 0x74727565)
		return bad(e, "TrueType");
	for (unsigned i = 0; i < n; i++) {
		size_t row = 12 + 16 * (size_t)i;
		size_t at = u32(file, row + 8), len = u32(file, row + 12);
		struct table t;

		if (row + 16 > file->len || at > file->len ||
		    len > file->len - at)
			return bad(e, "table");
		t.p = file->p + at;
		t.len = len;
		for (size_t k = 0; k < TABLES; k++)
			if (memcmp(file->p + row, TAG[k], 4) == 0)
				f->table[k] = t;
		if (memcmp(file->p + row, "name", 4) == 0)
			name = t;
	}
	for (size_t k = T_GLYF; k < TABLES; k++)
		if (k != T_PREP && f->table[k].p == NULL)
			return bad(e, TAG[k]);
	find_name(f, &name);
	return 0;
}

struct font *
font_new(const uint8_t *p, size_t len, struct err *e)
{
	const struct table file = { p, len };
	struct font *f = xcalloc(1, sizeof(*f));

	if (find_tables(f, &file, e) == -1) {
		free(f);
		return NULL;
	}
	f->units = (int)u16(&f->table[T_HEAD], 18);
	f->wide = u16(&f->table[T_HEAD], 50) != 0;
	f->glyphs = u16(&f->table[T_MAXP], 4);
	f->metrics = u16(&f->table[T_HHEA], 34);
	find_map(f);
	if (f->units == 0 || f->glyphs == 0 || f->metrics == 0 ||
	    f->format == 0) {
		bad(e, "metrics");
		free(f);
		return NULL;
	}
	return f;
}

void
font_free(struct font *f)
{
	free(f);
}

const char *
font_name(const struct font *f)
{
	return f->name;
}

size_t
font_glyphs(const struct font *f)
{
	return f->glyphs;
}

static unsigned
map_4(const struct table *m, uint32_t cp)
{
	unsigned n = u16(m, 6) / 2;

	for (unsigned i = 0; cp < 0x10000 && i < n; i++) {
		unsigned end = u16(m, 14 + 2 * i);
		unsigned start = u16(m, 16 + 2 * n + 2 * i);
		unsigned delta = u16(m, 16 + 4 * n + 2 * i);
		size_t at = 16 + 6 * (size_t)n + 2 * i;
		unsigned range = u16(m, at), g;

		if (cp > end)
			continue;
		if (cp < start)
			return 0;
		if (range == 0)
			return (cp + delta) & 0xffff;
		g = u16(m, at + range + 2 * (cp - start));
		return g == 0 ? 0 : (g + delta) & 0xffff;
	}
	return 0;
}

static unsigned
map_12(const struct table *m, uint32_t cp)
{
	uint32_t low = 0, high = u32(m, 12);

	while (low < high) {
		uint32_t i = low + (high - low) / 2;
		size_t at = 16 + 12 * (size_t)i;

		if (cp < u32(m, at))
			high = i;
		else if (cp > u32(m, at + 4))
			low = i + 1;
		else
			return (unsigned)(u32(m, at + 8) + cp - u32(m, at));
	}
	return 0;
}

uint16_t
font_glyph(const struct font *f, uint32_t cp)
{
	unsigned g = f->format == 12 ? map_12(&f->map, cp) : map_4(&f->map, cp);

	return g < f->glyphs ? (uint16_t)g : 0;
}

static int
thousandths(const struct font *f, int v)
{
	return v * 1000 / f->units;
}

int
font_advance(const struct font *f, uint16_t glyph)
{
	size_t i = glyph < f->metrics ? glyph : f->metrics - 1;

	return thousandths(f, (int)u16(&f->table[T_HMTX], 4 * i));
}

int
font_ascent(const struct font *f)
{
	return thousandths(f, s16(&f->table[T_HHEA], 4));
}

int
font_descent(const struct font *f)
{
	return thousandths(f, s16(&f->table[T_HHEA], 6));
}

void
font_box(const struct font *f, int box[static 4])
{
	for (size_t i = 0; i < 4; i++)
		box[i] = thousandths(f, s16(&f->table[T_HEAD], 36 + 2 * i));
}

/* The bytes of a glyph; empty for none. */
static struct table
outline(const struct font *f, size_t g)
{
	const struct table *loca = &f->table[T_LOCA], *glyf = &f->table[T_GLYF];
	size_t from = f->wide ? u32(loca, 4 * g) : 2 * u16(loca, 2 * g);
	size_t to = f->wide ? u32(loca, 4 * g + 4) : 2 * u16(loca, 2 * g + 2);
	struct table t = { NULL, 0 };

	if (from < to && to <= glyf->len) {
		t.p = glyf->p + from;
		t.len = to - from;
	}
	return t;
}

/* Mark what composites are made of; true when something was new. */
static bool
mark_parts(const struct font *f, bool *used)
{
	bool more = false;

	for (size_t g = 0; g < f->glyphs; g++) {
		struct table t = outline(f, g);
		size_t at = 10;
		unsigned flags = 0x20;

		if (!used[g] || t.len == 0 || s16(&t, 0) >= 0)
			continue;
		while ((flags & 0x20) != 0 && at + 4 <= t.len) {
			unsigned part = u16(&t, at + 2);

			flags = u16(&t, at);
			if (part < f->glyphs && !used[part])
				used[part] = more = true;
			at += 4 + ((flags & 1) != 0 ? 4 : 2);
			at += (flags & 8) != 0    ? 2
			    : (flags & 0x40) != 0 ? 4
			    : (flags & 0x80) != 0 ? 8
						  : 0;
		}
	}
	return more;
}

static uint32_t
checksum(const uint8_t *p, size_t len)
{
	const struct table t = { p, len };
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 4)
		sum += u32(&t, i);
	return sum;
}

static void
put(uint8_t *p, uint32_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

/* glyf, loca and hmtx of the glyphs that are used. */
static void
cut(const struct font *f, const bool *used, size_t n, struct buf part[TABLES])
{
	for (size_t g = 0; g < n; g++) {
		struct table t = outline(f, g);
		const struct table *hmtx = &f->table[T_HMTX];
		size_t k = g < f->metrics ? g : f->metrics - 1;
		size_t bearing = g < f->metrics
		    ? 4 * g + 2
		    : 4 * f->metrics + 2 * (g - f->metrics);

		buf_be32(&part[T_LOCA], (uint32_t)part[T_GLYF].len);
		buf_be16(
		    &part[T_HMTX], (uint16_t)(used[g] ? u16(hmtx, 4 * k) : 0));
		buf_be16(&part[T_HMTX],
		    (uint16_t)(used[g] ? u16(hmtx, bearing) : 0));
		if (!used[g] || t.len == 0)
			continue;
		buf_add(&part[T_GLYF], t.p, t.len);
		while (part[T_GLYF].len % 4 != 0)
			buf_byte(&part[T_GLYF], 0);
	}
	buf_be32(&part[T_LOCA], (uint32_t)part[T_GLYF].len);
}

static void
assemble(struct buf part[TABLES], struct buf *out)
{
	size_t n = 0, start = out->len, at, head = 0;
	unsigned power = 1, log = 0;

	for (size_t k = 0; k < T_CMAP; k++)
		n += part[k].len > 0;
	while (power * 2 <= n) {
		power *= 2;
		log++;
	}
	buf_be32(out, 0x00010000);
	buf_be16(out, (uint16_t)n);
	buf_be16(out, (uint16_t)(16 * power));
	buf_be16(out, (uint16_t)log);
	buf_be16(out, (uint16_t)(16 * (n - power)));
	at = 12 + 16 * n;
	for (size_t k = 0; k < T_CMAP; k++) {
		if (part[k].len == 0)
			continue;
		buf_add(out, TAG[k], 4);
		buf_be32(out, checksum(part[k].data, part[k].len));
		buf_be32(out, (uint32_t)at);
		buf_be32(out, (uint32_t)part[k].len);
		if (k == T_HEAD)
			head = at;
		at += (part[k].len + 3) / 4 * 4;
	}
	for (size_t k = 0; k < T_CMAP; k++) {
		buf_add(out, part[k].data, part[k].len);
		while ((out->len - start) % 4 != 0)
			buf_byte(out, 0);
	}
	put(out->data + start + head + 8,
	    0xb1b0afba - checksum(out->data + start, out->len - start), 4);
}

void
font_subset(const struct font *f, bool *used, struct buf *out)
{
	static const int COPIED[] = { T_CVT, T_FPGM, T_HEAD, T_HHEA, T_MAXP,
		T_PREP };
	struct buf part[TABLES] = { 0 };
	size_t n = 1;

	used[0] = true;
	while (mark_parts(f, used))
		;
	for (size_t g = 0; g < f->glyphs; g++)
		if (used[g])
			n = g + 1;
	for (size_t i = 0; i < sizeof(COPIED) / sizeof(COPIED[0]); i++)
		buf_add(&part[COPIED[i]], f->table[COPIED[i]].p,
		    f->table[COPIED[i]].len);
	cut(f, used, n, part);
	if (part[T_HEAD].len >= 54 && part[T_HHEA].len >= 36 &&
	    part[T_MAXP].len >= 6) {
		put(part[T_HEAD].data + 8, 0, 4);
		put(part[T_HEAD].data + 50, 1, 2);
		put(part[T_HHEA].data + 34, (uint32_t)n, 2);
		put(part[T_MAXP].data + 4, (uint32_t)n, 2);
		assemble(part, out);
	}
	for (size_t k = 0; k < TABLES; k++)
		buf_free(&part[k]);
}
