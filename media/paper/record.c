/* SPDX-License-Identifier: MIT */
/* Entries are put on a page one by one until the next does not fit. */
#include "media/paper/record.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/words.h"
#include "media/paper/code.h"
#include "media/qr.h"

#define CODE_WIDE  MM(62)
#define CODES_Y    (PAPER_BOTTOM - MM(63))
#define PER_PAGE   2
#define MORE_CODES 6 /* on a page that has codes alone */

void
record_before(const struct paper_log *l, size_t i, struct head *out)
{
	memset(out, 0, sizeof(*out));
	out->n = (int64_t)i - 1;
	if (i > 0)
		memcpy(out->hash, l->entry[i - 1].hash, SHA256_LEN);
}

/* The codes' text of entries [from, to). */
static void
pack(const struct paper_log *l, size_t from, size_t to, struct buf *out)
{
	struct buf payload = BUF_INIT;
	struct head before;

	record_before(l, from, &before);
	code_head(&payload, l->origin, &before);
	for (size_t i = from; i < to; i++)
		buf_add(&payload, l->line[i].data + SHA256_HEX,
		    l->line[i].len - SHA256_HEX);
	code_pack(&payload, out);
	buf_free(&payload);
}

static size_t
parts(const struct paper_log *l, size_t from, size_t to)
{
	struct buf b = BUF_INIT;
	size_t n;

	pack(l, from, to, &b);
	n = code_parts(&b);
	buf_free(&b);
	return n;
}

/* Columns: number and time, who, what. */
static const int COLUMN[] = { MM(31), MM(27), MM(116), 0 };

static void
fill(struct table *t, const struct paper_log *l, const struct entry *en)
{
	struct buf b = BUF_INIT;
	char utc[CIVIL_LEN];

	buf_fmt(&b, "%lld", (long long)en->n);
	table_text(t, 0, PAPER_BOLD, buf_cstr(&b));
	civil_format(en->t, utc);
	table_text(t, 0, PAPER_HINT, utc);
	buf_reset(&b);
	if (en->ev != NULL)
		buf_fmt(&b, "%s  %s", en->ev->name, en->ev->cps_class);
	table_text(t, 1, PAPER_HINT, buf_cstr(&b));
	buf_reset(&b);
	paper_by(l, en, &b);
	table_text(t, 1, PAPER_SMALL, buf_cstr(&b));
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		buf_reset(&b);
		paper_sentence(en, (enum lang)lang, &b);
		table_text(t, 2, lang == LANG_EN ? PAPER_SMALL : PAPER_HINT,
		    buf_cstr(&b));
	}
	buf_reset(&b);
	for (size_t i = 0; i < json_count(en->att); i++) {
		const struct json *a = json_at(en->att, i);
		const char *hex = json_get_str(a, "sha256");

		buf_fmt(&b, "%s%s %.16s…", i > 0 ? "   " : "",
		    json_get_str(a, "name"), hex != NULL ? hex : "");
	}
	if (b.len > 0)
		table_text(t, 2, (struct style){ FACE_MONO, PT(6.5), 35 },
		    buf_cstr(&b));
	buf_free(&b);
}

static void
page_add(struct record *r, size_t from, size_t to, size_t part)
{
	r->page = xreallocarray(r->page, r->n + 1, sizeof(*r->page));
	r->page[r->n++] = (struct record_page){ from, to, part };
}

static void
table_new(struct table *t, struct flow *f)
{
	static const char *const HEAD[] = { "paper.entry", "paper.who-class",
		"paper.sentence" };

	table_begin(t, f, COLUMN);
	for (size_t i = 0; i < 3; i++)
		paper_head(t, i, HEAD[i]);
}

/* Pages for the codes of one long entry that its own page has no room for. */
static void
overflow(struct flow *f, struct record *r, size_t entry, size_t total)
{
	for (size_t part = PER_PAGE + 1; part <= total; part += MORE_CODES) {
		flow_page(f);
		paper_say(f, PAPER_SMALL, "paper.codes-go-on");
		page_add(r, entry, entry + 1, part);
	}
}

/* Entry i finds room on the page that begins with `from`. */
static bool
one_more(struct table *t, const struct paper_log *l, size_t from, size_t i)
{
	bool fits;

	fill(t, l, &l->entry[i]);
	fits = table_fits(t) && parts(l, from, i + 1) <= PER_PAGE;
	table_drop(t);
	return fits;
}

void
record_make(struct flow *f, const struct paper_log *l, struct record *r)
{
	int bottom = f->bottom;
	size_t i = 0;

	memset(r, 0, sizeof(*r));
	f->bottom = CODES_Y - MM(2);
	while (i < l->n) {
		struct table t;
		size_t from = i, total;

		flow_page(f);
		if (r->n == 0)
			r->first = f->page;
		table_new(&t, f);
		do {
			fill(&t, l, &l->entry[i]);
			table_row(&t);
		} while (++i < l->n && one_more(&t, l, from, i));
		table_end(&t);
		total = parts(l, from, i);
		page_add(r, from, i, 1);
		overflow(f, r, from, total);
	}
	f->bottom = bottom;
}

static int
draw(struct doc *d, size_t page, int x, int y, const struct buf *text,
    struct err *e)
{
	struct qr q;

	if (qr_make(text->data, text->len, QR_ALPHANUMERIC, QR_LEVEL_M, 1,
		CODE_VERSION, &q, e) == -1)
		return -1;
	doc_symbol(d, page, x, y, CODE_WIDE, q.module, q.side);
	qr_fini(&q);
	return 0;
}

void
record_caption(struct doc *d, size_t page, const struct record_page *p)
{
	const struct flow f = { .doc = d, .page = page };
	struct buf b = BUF_INIT;
	int x = PAPER_LEFT + 2 * CODE_WIDE + MM(2);
	int w = PAPER_WIDTH - 2 * CODE_WIDE - MM(2), y = CODES_Y + MM(6);

	buf_fmt(&b, "%zu – %zu", p->from, p->to - 1);
	y += flow_put(&f, x, y, w, PAPER_HEADING, buf_cstr(&b)) + MM(1);
	y += flow_put(
	    &f, x, y, w, PAPER_HINT, text_get(LANG_EN, "paper.code-how"));
	flow_put(&f, x, y + MM(1), w, PAPER_HINT,
	    text_get(LANG_JA, "paper.code-how"));
	buf_free(&b);
}

int
record_codes(struct doc *d, const struct paper_log *l, const struct record *r,
    struct err *e)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct record_page *p = &r->page[i];
		size_t page = r->first + i,
		       room = p->part == 1 ? PER_PAGE : MORE_CODES;
		int y = p->part == 1 ? CODES_Y : PAPER_TOP + MM(20);
		struct buf all = BUF_INIT;
		int ret = 0;

		pack(l, p->from, p->to, &all);
		for (size_t k = 0;
		     ret == 0 && k < room && p->part + k <= code_parts(&all);
		     k++) {
			struct buf text = BUF_INIT;

			code_frame(&all, p->part + k, page + 1, d->n, &text);
			ret =
			    draw(d, page, PAPER_LEFT + (int)(k % 2) * CODE_WIDE,
				y + (int)(k / 2) * CODE_WIDE, &text, e);
			buf_free(&text);
		}
		if (p->part == 1)
			record_caption(d, page, p);
		buf_free(&all);
		if (ret == -1)
			return -1;
	}
	return 0;
}

void
record_head(struct buf *out, const char *label, const struct head *h)
{
	buf_fmt(out, "%s %lld  ", text_get(LANG_EN, label), (long long)h->n);
	hex_encode(out, h->hash, SHA256_LEN);
}

void
record_lines(const struct paper_log *l, const struct record_page *p,
    struct buf *head, struct buf *foot)
{
	struct head from, to;

	record_before(l, p->from, &from);
	record_before(l, p->to, &to);
	record_head(head, "paper.after", &from);
	record_head(foot, "paper.ends", &to);
	buf_byte(foot, '\n');
	words_format(foot, to.hash, 8, 0);
}

void
record_fini(struct record *r)
{
	free(r->page);
	memset(r, 0, sizeof(*r));
}
