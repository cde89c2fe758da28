/* SPDX-License-Identifier: MIT */
/*
 * The screen kept in a file, or held against one.  Invariant: what a mask
 * matches counts by its shape alone and what is left out not at all, on both
 * sides.
 */
#include <ctype.h>
#include <regex.h>
#include <string.h>

#include "ceremony/base/utf8.h"
#include "tests/player/verb.h"

static int
keep(struct play *p, const struct stmt *s, const char *path,
    void (*dump)(struct screen *, struct buf *))
{
	struct buf b = BUF_INIT;
	FILE *f;
	int r = 0;

	verb_settle(p);
	dump(p->screen, &b);
	f = fopen(path, "w");
	if (f == NULL || fwrite(buf_cstr(&b), 1, b.len, f) != b.len)
		r = play_fail(p, s, "%s cannot be written", path);
	if (f != NULL)
		fclose(f);
	buf_free(&b);
	return r;
}

int
verb_screen(struct play *p, const struct stmt *s, const char *arg)
{
	return keep(p, s, arg, screen_dump);
}

int
verb_paper(struct play *p, const struct stmt *s, const char *arg)
{
	return keep(p, s, arg, screen_paper);
}

/* Digits and letters of whatever a mask matches become 9 and x. */
static void
apply_mask(struct buf *b, const char *mask)
{
	char *at = (char *)b->data;
	regmatch_t m;
	regex_t re;

	if (regcomp(&re, mask, REG_EXTENDED | REG_NEWLINE) != 0)
		return;
	while (at != NULL && *at != '\0' && regexec(&re, at, 1, &m, 0) == 0 &&
	    m.rm_eo > m.rm_so) {
		for (char *c = at + m.rm_so; c < at + m.rm_eo; c++) {
			if (isdigit((unsigned char)*c))
				*c = '9';
			else if (isalpha((unsigned char)*c))
				*c = 'x';
		}
		at += m.rm_eo;
	}
	regfree(&re);
}

static const char *const TIMES[] = {
	"[0-9]{4}-[0-9]{2}-[0-9]{2}",
	"[0-9]{2}:[0-9]{2}(:[0-9]{2})?",
};

static void
apply_masks(const struct play *p, struct buf *b)
{
	for (size_t i = 0; i < sizeof(TIMES) / sizeof(*TIMES); i++)
		apply_mask(b, TIMES[i]);
	for (size_t i = 0; i < p->masks; i++)
		apply_mask(b, p->mask[i]);
}

static bool
is_left(const struct play *p, int row, int col)
{
	for (size_t i = 0; i < p->parts; i++)
		if (row >= p->part[i].top && row <= p->part[i].bottom &&
		    col >= p->part[i].left && col <= p->part[i].right)
			return true;
	return false;
}

/* Where nothing is looked at, nothing stands. */
static void
apply_parts(const struct play *p, struct buf *b)
{
	struct buf out = BUF_INIT;
	const char *at = buf_cstr(b);
	size_t left = b->len, n;
	uint32_t cp;

	for (int row = 1, col = 1; p->parts > 0 && left > 0; left -= n) {
		n = utf8_decode(at, left, &cp);
		n = n > 0 ? n : 1;
		if (*at == '\n') {
			while (out.len > 0 && out.data[out.len - 1] == ' ')
				out.len--;
			row++;
			col = 0;
		}
		if (is_left(p, row, col++))
			buf_add(&out, " ", 1);
		else
			buf_add(&out, at, n);
		at += n;
	}
	if (p->parts > 0) {
		buf_reset(b);
		buf_add(b, out.data, out.len);
	}
	buf_free(&out);
}

/* Shows the first row that differs; 1 when one does. */
static int
compare(struct play *p, const struct stmt *s, const struct buf *want,
    const struct buf *got)
{
	const char *a = buf_cstr(want), *b = buf_cstr(got);

	for (int row = 1; *a != '\0' || *b != '\0'; row++) {
		size_t n = strcspn(a, "\n"), k = strcspn(b, "\n");

		if (n != k || strncmp(a, b, n) != 0)
			return play_fail(p, s,
			    "row %d differs\nwant |%.*s|\ngot  |%.*s|", row,
			    (int)n, a, (int)k, b);
		a += n + (a[n] == '\n');
		b += k + (b[k] == '\n');
	}
	return 0;
}

int
verb_expect(struct play *p, const struct stmt *s, const char *arg)
{
	struct buf want = BUF_INIT, got = BUF_INIT;
	char chunk[4096];
	size_t n;
	FILE *f;
	int r;

	if (p->update)
		return verb_screen(p, s, arg);
	f = fopen(arg, "r");
	if (f == NULL)
		return play_fail(p, s, "%s cannot be read", arg);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&want, chunk, n);
	fclose(f);
	verb_settle(p);
	screen_dump(p->screen, &got);
	apply_masks(p, &want);
	apply_masks(p, &got);
	apply_parts(p, &want);
	apply_parts(p, &got);
	r = compare(p, s, &want, &got);
	buf_free(&want);
	buf_free(&got);
	return r;
}
