/* SPDX-License-Identifier: MIT */
/*
 * Two trees over the same blocks: names of capitals for any reader, and the
 * files' own in UCS-2.  Invariant: every place is known before a byte is
 * written, and each part ends where the next one begins.
 */
#include "media/disc.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"

#define FIRST  16 /* block of the first descriptor */
#define TABLES 19 /* of the first of four path tables */
#define ROOTS  23 /* of the first folder */
#define PLAIN  30 /* letters of a name of capitals, without its version */

struct entry {
	const struct bundle_file *file;
	char plain[PLAIN + 1];
	uint32_t block;
};

struct image {
	struct entry *entry;
	size_t n;
	struct civil at;
	char label[DISC_LABEL + 1];
	uint32_t root[2], size[2]; /* block, and bytes, of each folder */
	uint32_t blocks;           /* of all of it */
	struct buf *out;
};

static uint32_t
blocks_of(size_t len)
{
	return (uint32_t)((len + DISC_BLOCK - 1) / DISC_BLOCK);
}

static void
le16(struct buf *b, uint32_t v)
{
	buf_byte(b, (uint8_t)v);
	buf_byte(b, (uint8_t)(v >> 8));
}

static void
le32(struct buf *b, uint32_t v)
{
	le16(b, v);
	le16(b, v >> 16);
}

static void
both16(struct buf *b, uint32_t v)
{
	le16(b, v);
	buf_be16(b, (uint16_t)v);
}

static void
both32(struct buf *b, uint32_t v)
{
	le32(b, v);
	buf_be32(b, v);
}

static void
fill(struct buf *b, uint8_t with, size_t n)
{
	while (n-- > 0)
		buf_byte(b, with);
}

/* Zeros to the end of the block. */
static void
whole_block(struct buf *b)
{
	fill(b, 0, (DISC_BLOCK - b->len % DISC_BLOCK) % DISC_BLOCK);
}

/* `text` and blanks, `n` bytes, in the alphabet of that tree. */
static void
text(struct buf *b, bool joliet, const char *s, size_t n)
{
	size_t len = strlen(s), step = joliet ? 2 : 1;

	for (size_t i = 0; i + step <= n; i += step) {
		if (joliet)
			buf_byte(b, 0);
		buf_byte(b, i / step < len ? (uint8_t)s[i / step] : ' ');
	}
	if (n % step != 0)
		buf_byte(b, 0);
}

static char
capital(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 'a' + 'A');
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
}

/*
 * The name in capitals, with one dot; what is too long, or would be there
 * twice, has its number for a name.
 */
static void
plain_name(struct image *m, size_t i)
{
	const char *name = m->entry[i].file->name, *dot = strrchr(name, '.');
	char *to = m->entry[i].plain;
	size_t n = 0, len = strlen(name);

	for (; n < len && n < PLAIN - 1; n++)
		to[n] = name + n == dot ? '.' : capital(name[n]);
	if (dot == NULL)
		to[n++] = '.';
	to[n] = '\0';
	for (size_t j = 0; j <= i; j++)
		if (j == i ? len >= PLAIN - 1
			   : strcmp(m->entry[j].plain, to) == 0) {
			snprintf(to, PLAIN + 1, "FILE%03zu.", i + 1);
			return;
		}
}

static size_t
name_len(const struct entry *e, bool joliet)
{
	return joliet ? 2 * (strlen(e->file->name) + 2) : strlen(e->plain) + 2;
}

/* Bytes of a row of a folder, an even number. */
static size_t
row_len(size_t name)
{
	return (33 + name + 1) & ~(size_t)1;
}

static int
by_plain(const void *a, const void *b)
{
	return strcmp(
	    ((const struct entry *)a)->plain, ((const struct entry *)b)->plain);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->file->name,
	    ((const struct entry *)b)->file->name);
}

/* The order of a tree's rows. */
static void
sort(struct image *m, bool joliet)
{
	qsort(m->entry, m->n, sizeof(*m->entry), joliet ? by_name : by_plain);
}

/* Bytes of a folder: no row stands in two blocks. */
static uint32_t
folder_size(struct image *m, bool joliet)
{
	size_t at = 2 * row_len(1);

	sort(m, joliet);
	for (size_t i = 0; i < m->n; i++) {
		size_t row = row_len(name_len(&m->entry[i], joliet));

		if (at % DISC_BLOCK + row > DISC_BLOCK)
			at += DISC_BLOCK - at % DISC_BLOCK;
		at += row;
	}
	return blocks_of(at) * DISC_BLOCK;
}

static void
row_date(struct buf *b, const struct civil *at)
{
	const int part[6] = { at->year - 1900, at->month, at->day, at->hour,
		at->minute, at->second };

	for (size_t i = 0; i < 6; i++)
		buf_byte(b, (uint8_t)part[i]);
	buf_byte(b, 0); /* UTC */
}

/* One row of a folder, whose name of `name` bytes follows. */
static void
row(const struct image *m, uint32_t block, uint32_t size, bool folder,
    size_t name)
{
	struct buf *b = m->out;

	buf_byte(b, (uint8_t)row_len(name));
	buf_byte(b, 0);
	both32(b, block);
	both32(b, size);
	row_date(b, &m->at);
	buf_byte(b, folder ? 2 : 0);
	fill(b, 0, 2);
	both16(b, 1);
	buf_byte(b, (uint8_t)name);
}

/* The folder itself (0), or the one above it, which is the same (1). */
static void
row_root(const struct image *m, bool joliet, uint8_t name)
{
	row(m, m->root[joliet], m->size[joliet], true, 1);
	buf_byte(m->out, name);
}

static void
folder(struct image *m, bool joliet)
{
	struct buf *b = m->out;

	row_root(m, joliet, 0);
	row_root(m, joliet, 1);
	sort(m, joliet);
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = &m->entry[i];
		size_t n = name_len(e, joliet), len = row_len(n);
		const char *name = joliet ? e->file->name : e->plain;

		if (b->len % DISC_BLOCK + len > DISC_BLOCK)
			whole_block(b);
		row(m, e->block, (uint32_t)e->file->bytes.len, false, n);
		text(b, joliet, name, joliet ? n - 4 : n - 2);
		text(b, joliet, ";1", joliet ? 4 : 2);
		fill(b, 0, len - 33 - n);
	}
	whole_block(b);
}

/* The one folder, as a table of paths has it. */
static void
path_table(const struct image *m, bool joliet, bool big)
{
	struct buf *b = m->out;

	buf_byte(b, 1);
	buf_byte(b, 0);
	if (big) {
		buf_be32(b, m->root[joliet]);
		buf_be16(b, 1);
	} else {
		le32(b, m->root[joliet]);
		le16(b, 1);
	}
	fill(b, 0, 2);
	whole_block(b);
}

static void
volume_dates(const struct image *m)
{
	struct buf *b = m->out;

	for (int i = 0; i < 2; i++) { /* made, changed */
		buf_fmt(b, "%04d%02d%02d%02d%02d%02d00", m->at.year,
		    m->at.month, m->at.day, m->at.hour, m->at.minute,
		    m->at.second);
		buf_byte(b, 0);
	}
	for (int i = 0; i < 2; i++) { /* no end, no beginning */
		fill(b, '0', 16);
		buf_byte(b, 0);
	}
}

/* A volume descriptor, ECMA-119 8.4 and 8.5. */
static void
descriptor(const struct image *m, bool joliet)
{
	struct buf *b = m->out;
	uint32_t table = TABLES + (joliet ? 2 : 0);

	buf_byte(b, joliet ? 2 : 1);
	buf_str(b, "CD001");
	buf_byte(b, 1);
	buf_byte(b, 0);
	text(b, joliet, "", 32);
	text(b, joliet, m->label, 32);
	fill(b, 0, 8);
	both32(b, m->blocks);
	if (joliet)
		buf_str(b, "%/E");
	fill(b, 0, joliet ? 29 : 32);
	both16(b, 1);
	both16(b, 1);
	both16(b, DISC_BLOCK);
	both32(b, 10); /* bytes of a table of paths */
	le32(b, table);
	le32(b, 0);
	buf_be32(b, table + 1);
	buf_be32(b, 0);
	row_root(m, joliet, 0);
	text(b, joliet, m->label, 128);
	text(b, joliet, "", 128);
	text(b, joliet, "", 128);
	text(b, joliet, "TACHIAI", 128);
	for (int i = 0; i < 3; i++)
		text(b, joliet, "", 37);
	volume_dates(m);
	buf_byte(b, 1);
	whole_block(b);
}

/* Where everything will stand; the entries are left by name. */
static void
plan(struct image *m)
{
	uint32_t at = ROOTS;

	for (int joliet = 0; joliet < 2; joliet++) {
		m->size[joliet] = folder_size(m, joliet != 0);
		m->root[joliet] = at;
		at += m->size[joliet] / DISC_BLOCK;
	}
	for (size_t i = 0; i < m->n; i++) {
		m->entry[i].block = at;
		at += blocks_of(m->entry[i].file->bytes.len);
	}
	m->blocks = at;
}

void
disc_make(
    const struct bundle *b, const char *label, int64_t at, struct buf *out)
{
	struct buf made = BUF_INIT;
	struct image m = { .n = b->n, .out = &made };
	size_t n = strlen(label);

	m.entry = xcalloc(b->n + 1, sizeof(*m.entry));
	civil_from_seconds(at, &m.at);
	for (size_t i = 0; i < n && i < DISC_LABEL; i++)
		m.label[i] = capital(label[i]);
	for (size_t i = 0; i < m.n; i++) {
		m.entry[i].file = &b->file[i];
		plain_name(&m, i);
	}
	plan(&m);
	fill(&made, 0, (size_t)FIRST * DISC_BLOCK);
	descriptor(&m, false);
	descriptor(&m, true);
	buf_add(&made,
	    "\xff"
	    "CD001\1",
	    7);
	whole_block(&made);
	for (int t = 0; t < 4; t++)
		path_table(&m, t >= 2, t % 2 != 0);
	folder(&m, false);
	folder(&m, true); /* by name again, as was planned */
	for (size_t i = 0; i < m.n; i++) {
		const struct buf *bytes = &m.entry[i].file->bytes;

		buf_add(&made, bytes->data, bytes->len);
		whole_block(&made);
	}
	buf_add(out, made.data, made.len);
	buf_free(&made);
	free(m.entry);
}

uint64_t
disc_extent(const uint8_t *front, size_t len)
{
	const uint8_t *d = front + (size_t)FIRST * DISC_BLOCK;

	if (len < (size_t)(FIRST + 1) * DISC_BLOCK ||
	    memcmp(d, "\1CD001\1", 7) != 0)
		return 0;
	return (uint64_t)(d[80] | (uint32_t)d[81] << 8 | (uint32_t)d[82] << 16 |
		   (uint32_t)d[83] << 24) *
	    DISC_BLOCK;
}
