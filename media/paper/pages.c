/* SPDX-License-Identifier: MIT */
/*
 * Invariant: a line stands in `lines` only if it follows the line before it.
 *
 * Findings: pages.none; pages.missing {page}; pages.codes {page}, codes of a
 * page that do not fit together; pages.foreign {page, source, origin};
 * pages.twice {page, source}; pages.entry {page, n}; pages.join {page, next};
 * pages.root {n}, a checkpoint that is not of these entries; pages.seal
 * {page}, a comment on another seal.
 */
#include "media/paper/pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/log/checkpoint.h"
#include "media/paper/code.h"

#define TRIES 64 /* ways to put the codes of one page together */

struct scrap {
	char source[80];
	char *text;
	struct code_part part;
	bool used;
};

struct pages {
	struct scrap *scrap;
	size_t scraps;
	struct leaf *leaf;
	size_t leaves;
	struct err *finding;
	size_t findings;
	struct leaf *main; /* a leaf of the document, for its origin */
	struct buf lines;
	struct head head;
	uint8_t (*hash)[SHA256_LEN];
	struct merkle tree;
};

struct pages *
pages_new(void)
{
	struct pages *p = xcalloc(1, sizeof(*p));

	p->head.n = -1;
	return p;
}

void
pages_free(struct pages *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->scraps; i++)
		free(p->scrap[i].text);
	for (size_t i = 0; i < p->leaves; i++)
		buf_free(&p->leaf[i].payload);
	free(p->scrap);
	free(p->leaf);
	free(p->finding);
	free(p->hash);
	buf_free(&p->lines);
	free(p);
}

bool
pages_text(struct pages *p, const char *source, const char *text, size_t len)
{
	struct code_part part;
	struct scrap *s;
	struct err e;

	if (code_parse(text, len, &part, &e) == -1)
		return false;
	for (size_t i = 0; i < p->scraps; i++)
		if (strlen(p->scrap[i].text) == len &&
		    memcmp(p->scrap[i].text, text, len) == 0)
			return true;
	p->scrap = xreallocarray(p->scrap, p->scraps + 1, sizeof(*p->scrap));
	s = &p->scrap[p->scraps++];
	memset(s, 0, sizeof(*s));
	snprintf(s->source, sizeof(s->source), "%s", source);
	s->text = xstrndup(text, len);
	code_parse(s->text, len, &s->part, &e);
	return true;
}

void
pages_codes(const struct pages *p, struct buf *out)
{
	for (size_t i = 0; i < p->scraps; i++)
		buf_fmt(out, "%s\n", p->scrap[i].text);
}

static struct err *
find(struct pages *p, const char *id, int page)
{
	struct err *e;

	p->finding =
	    xreallocarray(p->finding, p->findings + 1, sizeof(*p->finding));
	e = &p->finding[p->findings++];
	err_fill(e, ERR_FORM, id, NULL);
	if (page > 0)
		err_arg_int(e, "page", page);
	return e;
}

/* The codes in `chosen` as a leaf; false when they do not fit together. */
static bool
unpack(struct pages *p, struct scrap *const *chosen, int parts)
{
	struct buf all = BUF_INIT;
	struct leaf l = { .payload = BUF_INIT };
	struct err e;
	int ret;

	for (int i = 0; i < parts; i++)
		buf_add(&all, chosen[i]->part.base32, chosen[i]->part.len);
	ret = leaf_read(&l, &all, &e);
	buf_free(&all);
	if (ret == -1)
		return false;
	l.page = chosen[0]->part.page;
	l.last = chosen[parts - 1]->part.page;
	l.pages = chosen[0]->part.pages;
	memcpy(l.source, chosen[0]->source, sizeof(l.source));
	for (int i = 0; i < parts; i++)
		chosen[i]->used = true;
	for (size_t i = 0; i < p->leaves; i++)
		if (p->leaf[i].page == l.page && p->leaf[i].pages == l.pages &&
		    p->leaf[i].payload.len == l.payload.len &&
		    memcmp(p->leaf[i].payload.data, l.payload.data,
			l.payload.len) == 0) {
			buf_free(&l.payload);
			return true;
		}
	p->leaf = xreallocarray(p->leaf, p->leaves + 1, sizeof(*p->leaf));
	p->leaf[p->leaves++] = l;
	return true;
}

/*
 * Codes that may be part `part` behind `first`: of the same number of pages
 * and parts, on its page or, when there are many, on one behind it.
 */
static bool
may_follow(const struct scrap *first, const struct scrap *s, int part)
{
	return s->part.part == part && s->part.parts == first->part.parts &&
	    s->part.pages == first->part.pages &&
	    s->part.page >= first->part.page &&
	    s->part.page <= first->part.page + (part > 2 ? part / 2 : 0);
}

/* Try the codes that may follow chosen[0], one way after the other. */
static void
together(struct pages *p, struct scrap **chosen)
{
	int parts = chosen[0]->part.parts, at = 1, tries = TRIES;
	size_t next[CODE_PARTS] = { 0 };

	while (at > 0 && tries > 0) {
		size_t i;

		if (at == parts) {
			tries--;
			if (unpack(p, chosen, parts))
				return;
			at--;
			continue;
		}
		i = next[at];
		while (i < p->scraps &&
		    !may_follow(chosen[0], &p->scrap[i], at + 1))
			i++;
		if (i == p->scraps) {
			at--;
			continue;
		}
		chosen[at] = &p->scrap[i];
		next[at] = i + 1;
		if (++at < parts)
			next[at] = 0;
	}
}

static void
put_together(struct pages *p)
{
	struct scrap *chosen[CODE_PARTS];

	for (size_t i = 0; i < p->scraps; i++) {
		if (p->scrap[i].part.part != 1)
			continue;
		chosen[0] = &p->scrap[i];
		together(p, chosen);
	}
}

/* By page.  (qsort(3) may ask the machine for its memory, which a confined
 * process must not.) */
static void
sort(struct leaf *leaf, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct leaf l = leaf[i];
		size_t k = i;

		for (; k > 0 && leaf[k - 1].page > l.page; k--)
			leaf[k] = leaf[k - 1];
		leaf[k] = l;
	}
}

/* The document is what most leaves are of; the others are foreign. */
static void
choose(struct pages *p)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < p->leaves; i++) {
		size_t n = 0;

		for (size_t k = 0; k < p->leaves; k++)
			n += leaf_same_document(&p->leaf[i], &p->leaf[k]);
		if (n > most) {
			most = n;
			best = i;
		}
	}
	for (size_t i = 0; i < p->leaves; i++)
		p->leaf[i].foreign =
		    !leaf_same_document(&p->leaf[i], &p->leaf[best]);
}

/* Of two leaves with one number, the one that joins a neighbour stays. */
static void
drop_twins(struct pages *p)
{
	for (size_t i = 0; i + 1 < p->leaves; i++) {
		struct leaf *a = &p->leaf[i], *b = &p->leaf[i + 1];
		bool a_joins = false;

		if (a->foreign || b->foreign || a->page != b->page)
			continue;
		for (size_t k = 0; k < p->leaves; k++) {
			const struct leaf *c = &p->leaf[k];

			if (c->foreign || c->page == a->page)
				continue;
			a_joins = a_joins ||
			    (leaf_is_comment(c) == leaf_is_comment(a) &&
				(leaf_joins(c, a) || leaf_joins(a, c)));
		}
		if (!a_joins) {
			struct leaf swap = *a;

			*a = *b;
			*b = swap;
		}
		b->foreign = true;
	}
}

static void
missing(struct pages *p)
{
	int next = 1;

	for (size_t i = 0; i < p->leaves; i++) {
		const struct leaf *l = &p->leaf[i];

		if (l->foreign)
			continue;
		for (; next < l->page; next++)
			find(p, "pages.missing", next);
		if (l->last + 1 > next)
			next = l->last + 1;
	}
	for (; next <= p->main->pages; next++)
		find(p, "pages.missing", next);
}

/* A whole line that follows what was rebuilt. */
static bool
take(struct pages *p, const uint8_t *json, size_t len)
{
	struct buf line = BUF_INIT;
	struct sha256_ctx *h = sha256_begin();
	struct head next = { .n = p->head.n + 1 };
	struct entry en;
	struct err e;
	char hex[SHA256_HEX];
	bool ok;

	sha256_hex(hex, p->head.hash);
	sha256_add(h, hex, SHA256_HEX - 1);
	sha256_add(h, " ", 1);
	sha256_add(h, json, len);
	sha256_end(h, next.hash);
	sha256_hex(hex, next.hash);
	buf_fmt(&line, "%s ", hex);
	buf_add(&line, json, len);
	ok = entry_decode_form(line.data, line.len, p->head.hash, &en, &e) == 0;
	if (ok && strcmp(en.evname, "checkpoint.sign") == 0 &&
	    p->tree.size == (uint64_t)json_get_int(en.d, "size", -1)) {
		struct buf root = BUF_INIT;
		uint8_t want[SHA256_LEN];

		merkle_root(&p->tree, want);
		if (json_get_b64(en.d, "root", &root) == -1 ||
		    root.len != SHA256_LEN ||
		    memcmp(root.data, want, SHA256_LEN) != 0)
			err_arg_int(find(p, "pages.root", 0), "n", next.n);
		buf_free(&root);
	}
	if (ok && en.n != next.n)
		ok = false;
	if (ok) {
		p->hash = xreallocarray(
		    p->hash, (size_t)next.n + 1, sizeof(*p->hash));
		memcpy(p->hash[next.n], next.hash, SHA256_LEN);
		merkle_add(&p->tree, line.data, line.len);
		buf_add(&p->lines, line.data, line.len);
		p->head = next;
		entry_fini(&en);
	}
	buf_free(&line);
	return ok;
}

/* Take a leaf's lines; false when one is no entry. */
static bool
take_leaf(struct pages *p, const struct leaf *l)
{
	struct cursor c = { l->payload.data + l->rest,
		l->payload.len - l->rest };

	while (c.left > 0) {
		const uint8_t *end = memchr(c.p, '\n', c.left);
		size_t len = end != NULL ? (size_t)(end - c.p) + 1 : 0;

		if (len == 0 || !take(p, c.p, len)) {
			err_arg_int(find(p, "pages.entry", l->page), "n",
			    p->head.n + 1);
			return false;
		}
		cursor_skip(&c, len, &end);
	}
	return true;
}

/* The record, page by page, as far as nothing is missing. */
static void
record(struct pages *p)
{
	const struct leaf *last = NULL;
	bool whole = true;

	for (size_t i = 0; i < p->leaves; i++) {
		const struct leaf *l = &p->leaf[i];

		if (l->foreign || leaf_is_comment(l))
			continue;
		if (last == NULL && l->from.n != -1) {
			whole = false; /* its beginning is missing */
		} else if (last != NULL && !leaf_joins(last, l)) {
			if (l->page == last->last + 1)
				err_arg_int(find(p, "pages.join", last->page),
				    "next", l->page);
			whole = false;
		}
		if (whole)
			whole = take_leaf(p, l);
		last = l;
	}
	if (last == NULL)
		find(p, "pages.no-record", 0);
	for (size_t i = 0; i < p->leaves; i++) {
		const struct leaf *l = &p->leaf[i];

		if (last != NULL && !l->foreign && leaf_is_comment(l) &&
		    (l->from.n < last->to.n || (whole && !leaf_joins(last, l))))
			find(p, "pages.seal", l->page);
	}
}

void
pages_judge(struct pages *p)
{
	put_together(p);
	for (size_t i = 0; i < p->scraps; i++)
		if (!p->scrap[i].used)
			err_arg(find(p, "pages.codes", p->scrap[i].part.page),
			    "source", p->scrap[i].source);
	if (p->leaves == 0) {
		find(p, "pages.none", 0);
		return;
	}
	choose(p);
	sort(p->leaf, p->leaves);
	drop_twins(p);
	for (size_t i = 0; i < p->leaves; i++)
		if (!p->leaf[i].foreign && p->main == NULL)
			p->main = &p->leaf[i];
	for (size_t i = 0; i < p->leaves; i++) {
		const struct leaf *l = &p->leaf[i];

		if (!l->foreign)
			continue;
		err_arg(find(p,
			    leaf_same_document(l, p->main) ? "pages.twice"
							   : "pages.foreign",
			    l->page),
		    "source", l->source);
		err_arg(&p->finding[p->findings - 1], "origin", l->origin);
	}
	missing(p);
	record(p);
}

size_t
pages_findings(const struct pages *p)
{
	return p->findings;
}

const struct err *
pages_finding(const struct pages *p, size_t i)
{
	return &p->finding[i];
}

int
pages_count(const struct pages *p)
{
	return p->main != NULL ? p->main->pages : 0;
}

const char *
pages_origin(const struct pages *p)
{
	return p->main != NULL ? p->main->origin : "";
}

const struct leaf *
pages_leaf(const struct pages *p, size_t i)
{
	for (size_t k = 0; k < p->leaves; k++)
		if (!p->leaf[k].foreign && i-- == 0)
			return &p->leaf[k];
	return NULL;
}

const struct buf *
pages_lines(const struct pages *p)
{
	return &p->lines;
}

const struct head *
pages_head(const struct pages *p)
{
	return &p->head;
}

const uint8_t *
pages_hash(const struct pages *p, int64_t n)
{
	return n >= 0 && n <= p->head.n ? p->hash[n] : NULL;
}
