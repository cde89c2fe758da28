/* SPDX-License-Identifier: MIT */
/*
 * Folding what is made of the log itself: pages, and the log examiner's
 * review.  Invariant: of each document as many tries as were meant are no
 * re-prints, and no page leaves before an entry tells of it.
 */
#include <string.h>

#include "ceremony/state/fold.h"

static const char *const KIND[PAPER_KINDS] = {
	[PAPER_TRANSCRIPT] = "transcript",
	[PAPER_SHEET] = "sheet",
};

const char *
paper_kind_name(enum paper_kind kind)
{
	return KIND[kind];
}

static int
kind_of(const char *name)
{
	int kind = 0;

	while (kind < PAPER_KINDS && strcmp(name, KIND[kind]) != 0)
		kind++;
	return kind;
}

int64_t
ceremony_paper_end(const struct ceremony *c, enum paper_kind kind)
{
	return kind == PAPER_SHEET ? c->roster_n : c->sealed;
}

int
ceremony_paper_meant(const struct ceremony *c, enum paper_kind kind)
{
	struct step s;
	int n = 0;

	if (c->meant[kind] > 0)
		return c->meant[kind];
	for (size_t i = 0; c->script != NULL &&
	    script_step(c->script, i, &s) == 0; i++) {
		const char *what = json_get_str(s.json, "what");

		/* A roster on paper is its sheet. */
		if (s.verb == VERB_PRINT && what != NULL &&
		    (strcmp(what, KIND[PAPER_TRANSCRIPT]) == 0) ==
		    (kind == PAPER_TRANSCRIPT))
			n += (int)json_get_int(s.json, "copies", 1);
	}
	return n > 0 ? n : 1;
}

/* The next try of a document that there is; *kind is which. */
static int
next_try(const struct ceremony *c, const struct entry *en, int *kind,
    struct err *e)
{
	int64_t end;

	*kind = kind_of(d_str(en, "doc"));
	if (*kind == PAPER_KINDS)
		return fold_refuse(e, en, "doc");
	end = ceremony_paper_end(c, (enum paper_kind)*kind);
	if (end < 0)
		return err_set(e, ERR_REFUSED, *kind == PAPER_SHEET ?
		    "sheet.no-roster" : "print.wait", NULL);
	if (c->printing.open || d_int(en, "end") != end ||
	    d_int(en, "copy") != c->printed[*kind])
		return fold_refuse(e, en, "copy");
	return 0;
}

int
fold_print_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct printing *p;
	int kind;

	if (next_try(c, en, &kind, e) == -1)
		return -1;
	if (d_int(en, "meant") !=
	    ceremony_paper_meant(c, (enum paper_kind)kind))
		return fold_refuse(e, en, "meant");
	if (w == NULL)
		return 0;
	p = &w->printing;
	p->open = true;
	p->kind = (enum paper_kind)kind;
	p->copy = d_int(en, "copy");
	p->end = d_int(en, "end");
	p->pages = d_int(en, "pages");
	d_sha(en, "sha256", p->sha);
	copy_str(p->to, sizeof(p->to), d_str(en, "to"));
	w->meant[kind] = (int)d_int(en, "meant");
	w->printed[kind]++;
	return 0;
}

/*
 * What came of it.  A jam may have left pages in the tray, and what nobody
 * saw may have come out: only where nothing did does its number serve again.
 */
int
fold_print(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct printing *p = &c->printing;
	uint8_t sha[SHA256_LEN];
	int kind;

	/* Volumes begun before there was print.begin have these alone. */
	if (!p->open && ceremony_other_table(c)) {
		if (next_try(c, en, &kind, e) == -1)
			return -1;
		if (w != NULL)
			w->printed[kind]++;
		return 0;
	}
	d_sha(en, "sha256", sha);
	if (!p->open || strcmp(d_str(en, "doc"), KIND[p->kind]) != 0 ||
	    d_int(en, "copy") != p->copy || d_int(en, "end") != p->end ||
	    d_int(en, "pages") != p->pages ||
	    strcmp(d_str(en, "to"), p->to) != 0 ||
	    memcmp(sha, p->sha, SHA256_LEN) != 0)
		return fold_refuse(e, en, "begun");
	if (w == NULL)
		return 0;
	w->printing.open = false;
	if (en->rc == RC_DENIED &&
	    p->end == ceremony_paper_end(c, p->kind))
		w->printed[p->kind]--;
	return 0;
}

/* The document is the hash of the entry that the examiner read up to. */
int
fold_review(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;
	unsigned role;
	uint8_t doc[SHA256_LEN];
	int64_t n = c->head.n;

	if (fold_statement(c, en, true, &p, &role, doc, e) == -1)
		return -1;
	while (n >= 0 && memcmp(c->hashes[n], doc, SHA256_LEN) != 0)
		n--;
	if (n < 0 || n < c->reviewed)
		return fold_refuse(e, en, "head");
	if (w == NULL)
		return 0;
	w->reviewed = n;
	w->reviewed_t = en->t;
	if (w->now < w->steps && w->step[w->now].state == STEP_NOW)
		w->step[w->now].reviewed = true;
	return 0;
}
