/* SPDX-License-Identifier: MIT */
/*
 * Folding what is made of the log itself: pages, and the log examiner's
 * review.  Invariant: of each document at most one try is not a re-print.
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

int64_t
ceremony_paper_end(const struct ceremony *c, enum paper_kind kind)
{
	if (kind == PAPER_SHEET)
		return c->roster_n;
	return c->sitting == SITTING_SEALED ? c->sealed : -1;
}

/* A jam may have left pages in the tray, so a try that failed counts. */
int
fold_print(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const char *doc = d_str(en, "doc");
	int kind = 0;
	int64_t end;

	while (kind < PAPER_KINDS && strcmp(doc, KIND[kind]) != 0)
		kind++;
	if (kind == PAPER_KINDS)
		return fold_refuse(e, en, "doc");
	end = ceremony_paper_end(c, (enum paper_kind)kind);
	if (end < 0)
		return err_set(e, ERR_REFUSED, kind == PAPER_SHEET ?
		    "sheet.no-roster" : "print.wait", NULL);
	if (d_int(en, "end") != end || d_int(en, "copy") != c->printed[kind])
		return fold_refuse(e, en, "copy");
	if (w != NULL)
		w->printed[kind]++;
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
