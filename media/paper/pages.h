/* SPDX-License-Identifier: MIT */
/*
 * From the codes of scanned pages back to the record: which pages are there,
 * which are missing or of another document, whether they join, and the lines
 * of the transcript that they carry.
 */
#ifndef TACHIAI_PAGES_H
#define TACHIAI_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "media/paper/leaf.h"

struct pages;

struct pages *pages_new(void);
void pages_free(struct pages *p);

/* One text that a reader gave; false when it is no code of a page. */
bool pages_text(
    struct pages *p, const char *source, const char *text, size_t len);

/* Every code that was taken, a line each. */
void pages_codes(const struct pages *p, struct buf *out);

/*
 * Put together and judge.  Findings are what is wrong; without one the
 * document is whole, and pages_lines() is the record up to pages_head().
 */
void pages_judge(struct pages *p);
size_t pages_findings(const struct pages *p);
const struct err *pages_finding(const struct pages *p, size_t i);

int pages_count(const struct pages *p); /* of the document; 0 none */
const char *pages_origin(const struct pages *p);
/* The leaves of the document, by page; NULL behind the last. */
const struct leaf *pages_leaf(const struct pages *p, size_t i);
/* Lines "HASH JSON", as far as they were rebuilt without a gap. */
const struct buf *pages_lines(const struct pages *p);
/* The head reached; n -1 for none. */
const struct head *pages_head(const struct pages *p);
/* The hash of entry n, as rebuilt; NULL beyond. */
const uint8_t *pages_hash(const struct pages *p, int64_t n);

#endif
