/* SPDX-License-Identifier: MIT */
/* One row per extension that can be shown as words; part of review.h. */
#ifndef TACHIAI_REVIEW_EXT_H
#define TACHIAI_REVIEW_EXT_H

#include "ceremony/x509/review.h"

struct review_ext {
	const char *oid;
	const char *label;
	enum review_from from;
	/* Append the words for all of `v`; -1: it must be shown as hex. */
	int (*show)(enum lang lang, struct span v, struct buf *out);
};

const struct review_ext *review_ext_find(const char *oid);
/* "D6A8 5643 7396" */
void review_hex(struct buf *out, struct span s);

#endif
