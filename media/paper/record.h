/* SPDX-License-Identifier: MIT */
/*
 * The record: every entry in words, and under them the codes from which the
 * page can be read back.  As many entries stand on a page as its lines and
 * two codes hold; an entry that needs more codes has them on pages of their
 * own behind it.
 */
#ifndef TACHIAI_RECORD_H
#define TACHIAI_RECORD_H

#include "media/paper/log.h"

/* What a page carries: entries [from, to), or codes left over. */
struct record_page {
	size_t from, to;
	size_t part; /* first part of its codes, from 1 */
};

struct record {
	struct record_page *page;
	size_t n;
	size_t first; /* page of the document that page[0] is */
};

/* Lay the pages out; the codes come later, when their number is known. */
void record_make(struct flow *f, const struct paper_log *l, struct record *r);
/* qr.symbol when a code would not fit, which the lay-out excludes. */
int record_codes(struct doc *d, const struct paper_log *l,
    const struct record *r, struct err *e);
/* The line at the head of a page, and the lines at its foot. */
void record_lines(const struct paper_log *l, const struct record_page *p,
    struct buf *head, struct buf *foot);
/* What stands beside the codes of a page. */
void record_caption(struct doc *d, size_t page, const struct record_page *p);
/* "LABEL n  HASH" */
void record_head(struct buf *out, const char *label, const struct head *h);
void record_fini(struct record *r);

/* The hash that stands before entry i: its predecessor's, or zeros. */
void record_before(const struct paper_log *l, size_t i, struct head *out);

#endif
