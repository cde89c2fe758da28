/* SPDX-License-Identifier: MIT */
/*
 * What the pages say against what their codes carry.  White space does not
 * count: readers of text layers disagree about it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/verify/paper.h"
#include "media/paper/record.h"

void
paper_again(const struct paper_work *w, struct paper_again *a)
{
	const struct buf *all = pages_lines(w->pages);
	static const uint8_t ZERO[SHA256_LEN];
	size_t n = (size_t)(pages_head(w->pages)->n + 1), at = 0;

	memset(a, 0, sizeof(*a));
	a->entry = xcalloc(n + 1, sizeof(*a->entry));
	a->line = xcalloc(n + 1, sizeof(*a->line));
	for (size_t i = 0; i < n; i++) {
		const uint8_t *p = all->data + at;
		size_t len =
		    (size_t)((const uint8_t *)memchr(p, '\n', all->len - at) -
			p) +
		    1;
		const uint8_t *prev = i > 0 ? a->entry[i - 1].hash : ZERO;
		struct err e;

		buf_add(&a->line[i], p, len);
		if (entry_decode(p, len, prev, &a->entry[i], &e) == 0)
			;
		else if (entry_decode_form(p, len, prev, &a->entry[i], &e) == 0)
			a->other++;
		else
			abort(); /* pages.c took it a moment ago */
		at += len;
	}
	a->log = (struct paper_log){ .origin = pages_origin(w->pages),
		.entry = a->entry,
		.line = a->line,
		.n = n };
}

void
paper_again_fini(struct paper_again *a)
{
	for (size_t i = 0; i < a->log.n; i++) {
		entry_fini(&a->entry[i]);
		buf_free(&a->line[i]);
	}
	free(a->entry);
	free(a->line);
}

void
paper_show(struct paper_work *w)
{
	struct paper_again a;

	paper_again(w, &a);
	for (size_t i = 0; i < a.log.n; i++) {
		struct buf b = BUF_INIT;

		buf_fmt(&w->out, "%6zu  ", i);
		paper_by(&a.log, &a.entry[i], &b);
		if (b.len > 0)
			buf_fmt(&w->out, "%s  ", buf_cstr(&b));
		paper_sentence(&a.entry[i], LANG_EN, &w->out);
		buf_byte(&w->out, '\n');
		buf_free(&b);
	}
	paper_again_fini(&a);
}

static bool
blank(uint8_t c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* Without its blanks. */
static void
squeeze(const char *s, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++)
		if (!blank((uint8_t)s[i]))
			buf_byte(out, (uint8_t)s[i]);
}

/* Bytes of said[at..) that are `want`, blanks left out; 0 none. */
static size_t
matches(const struct buf *said, size_t at, const struct buf *want)
{
	size_t i = at, k = 0;

	for (; i < said->len && k < want->len; i++) {
		if (blank(said->data[i]))
			continue;
		if (said->data[i] != want->data[k++])
			return 0;
	}
	return k == want->len ? i - at : 0;
}

/*
 * Take what is expected out of `said`; -1 when it is not in there.  Where it
 * stands between blanks it is itself, and not a piece of its neighbours.
 */
static int
take_out(struct buf *said, const char *text)
{
	struct buf want = BUF_INIT;
	size_t at = 0, n = 0;

	squeeze(text, strlen(text), &want);
	for (int whole = 1; want.len > 0 && n == 0 && whole >= 0; whole--)
		for (at = 0; at < said->len; at++) {
			if (blank(said->data[at]) ||
			    (whole == 1 && at > 0 &&
				!blank(said->data[at - 1])))
				continue;
			n = matches(said, at, &want);
			if (n > 0 && whole == 1 && at + n < said->len &&
			    !blank(said->data[at + n]))
				n = 0;
			if (n > 0)
				break;
		}
	if (n > 0)
		memset(said->data + at, ' ', n);
	n = n > 0 || want.len == 0;
	buf_free(&want);
	return n ? 0 : -1;
}

/* Longest first, so that no short text takes a part of a long one. */
static void
longest_first(const char **text, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const char *one = text[i];
		size_t k = i;

		for (; k > 0 && strlen(text[k - 1]) < strlen(one); k--)
			text[k] = text[k - 1];
		text[k] = one;
	}
}

static void
fail(struct paper_work *w, const struct err *e)
{
	buf_str(&w->out, "FAIL: ");
	text_error(LANG_EN, e, &w->out);
	buf_fmt(&w->out, " (%s)\n", e->id);
	w->bad++;
}

static void
differs(struct paper_work *w, const char *id, size_t page, const char *what)
{
	struct err e;

	err_set(&e, ERR_REFUSED, id, "what", what, NULL);
	err_arg_int(&e, "page", (long long)page);
	fail(w, &e);
}

static void
compare(struct paper_work *w, const struct page *p, size_t number,
    const char *said, size_t len, struct buf *left)
{
	const char **text = xcalloc(p->n + 1, sizeof(*text));
	struct buf page = BUF_INIT;
	size_t n = 0;

	buf_add(&page, said, len);
	for (size_t i = 0; i < p->n; i++)
		if (p->part[i].kind == PART_TEXT)
			text[n++] = p->part[i].text;
	longest_first(text, n);
	for (size_t i = 0; i < n; i++)
		if (take_out(&page, text[i]) == -1)
			differs(w, "pages.text", number, text[i]);
	squeeze(buf_cstr(&page), page.len, left);
	buf_free(&page);
	free(text);
}

static size_t
page_count(const struct buf *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		n += text->data[i] == '\f';
	return n;
}

static const char *
page_text(const struct buf *text, size_t page, size_t *len)
{
	const char *s = buf_cstr(text);

	while (page-- > 1)
		s = strchr(s, '\f') + 1;
	*len = strcspn(s, "\f");
	return s;
}

struct stamp {
	const struct paper_log *log;
	const struct record *record;
};

static void
lines(void *arg, size_t page, struct buf *head, struct buf *foot)
{
	const struct stamp *s = arg;

	if (page >= s->record->first)
		record_lines(s->log, &s->record->page[page - s->record->first],
		    head, foot);
}

/* The record's pages again, as the printed document has them from `number`. */
static struct doc *
lay_out(const struct paper_work *w, const struct paper_log *log, int number,
    struct record *r)
{
	const char *mode = strrchr(log->origin, '/');
	struct stamp s = { log, r };
	struct paper_frame frame = { .title = "paper.transcript",
		.name = log->origin,
		.lines = lines,
		.arg = &s,
		.foot = PAPER_TINY_MONO,
		.narrow_from = SIZE_MAX,
		.pages = (size_t)pages_count(w->pages) };
	struct doc *d = doc_new(letters_fonts(&w->letters), "");
	struct flow f;

	flow_begin(&f, d, PAPER_LEFT, PAPER_WIDTH, PAPER_TOP, PAPER_BOTTOM);
	record_make(&f, log, r);
	frame.mode = mode != NULL && strcmp(mode, "/production") == 0
	    ? "paper.production"
	    : "paper.rehearsal";
	frame.shift = number - 1 - (int)r->first;
	paper_stamp(d, &frame);
	for (size_t i = 0; i < r->n; i++)
		if (r->page[i].part == 1)
			record_caption(d, r->first + i, &r->page[i]);
	return d;
}

/* The first page of the record. */
static int
first_page(const struct pages *p)
{
	const struct leaf *l;

	for (size_t i = 0; (l = pages_leaf(p, i)) != NULL; i++)
		if (l->from.n == -1)
			return l->page;
	return 1;
}

/* What the codes carry is the volume's; then every word of every page. */
static void
compare_whole(struct paper_work *w)
{
	const struct paper_log *log = &w->sealed.folded.log;
	const struct head *h = pages_head(w->pages);
	const struct doc *d = w->whole;
	struct err e;

	if ((size_t)(h->n + 1) != log->n ||
	    d->n != (size_t)pages_count(w->pages) ||
	    memcmp(h->hash, log->entry[log->n - 1].hash, SHA256_LEN) != 0) {
		err_set(&e, ERR_REFUSED, "pages.head", NULL);
		err_arg_int(&e, "n", h->n);
		fail(w, &e);
		return;
	}
	for (size_t i = 0; i < d->n; i++) {
		struct buf left = BUF_INIT;
		size_t len;
		const char *said = page_text(&w->text, i + 1, &len);

		compare(w, &d->page[i], i + 1, said, len, &left);
		if (left.len > 0)
			differs(w, "pages.text-more", i + 1, buf_cstr(&left));
		buf_free(&left);
	}
}

void
paper_comments(const struct paper_work *w, struct buf *out)
{
	const struct leaf *l;
	int from = 0, last = 0;

	for (size_t i = 0; (l = pages_leaf(w->pages, i)) != NULL; i++) {
		if (!leaf_is_comment(l))
			continue;
		if (from != 0 && l->page == last + 1) {
			last = l->page;
			continue;
		}
		if (from != 0)
			buf_fmt(
			    out, last > from ? "%d–%d, " : "%d, ", from, last);
		from = last = l->page;
	}
	if (from != 0)
		buf_fmt(out, last > from ? "%d–%d" : "%d", from, last);
}

static void
compare_all(struct paper_work *w, const struct paper_log *log)
{
	int number = first_page(w->pages);
	struct record r = { 0 };
	struct doc *d = lay_out(w, log, number, &r);
	struct buf rest = BUF_INIT;

	for (size_t i = 0; i < r.n; i++) {
		size_t page = (size_t)number + i, len;
		struct buf left = BUF_INIT;
		const char *said;

		if (page > (size_t)pages_count(w->pages))
			break;
		said = page_text(&w->text, page, &len);
		compare(w, &d->page[r.first + i], page, said, len, &left);
		if (i == 0) /* the codes of people, the same on each page */
			buf_add(&rest, left.data, left.len);
		else if (rest.len != left.len ||
		    (left.len > 0 &&
			memcmp(rest.data, left.data, left.len) != 0))
			differs(w, "pages.text-more", page, buf_cstr(&left));
		buf_free(&left);
	}
	buf_free(&rest);
	record_fini(&r);
	doc_free(d);
}

void
paper_text(struct paper_work *w)
{
	struct paper_again a;
	struct err e;

	if (w->bad > 0)
		return; /* said already */
	if (page_count(&w->text) != (size_t)pages_count(w->pages)) {
		err_set(&e, ERR_FORM, "pages.text-count", NULL);
		err_arg_int(&e, "found", (long long)page_count(&w->text));
		err_arg_int(&e, "pages", pages_count(w->pages));
		fail(w, &e);
		return;
	}
	if (w->whole != NULL) {
		compare_whole(w);
		return;
	}
	paper_again(w, &a);
	if (a.other > 0) {
		err_set(&e, ERR_REFUSED, "pages.table", NULL);
		err_arg_int(&e, "k", (long long)a.other);
		fail(w, &e);
	} else {
		compare_all(w, &a.log);
	}
	paper_again_fini(&a);
}
