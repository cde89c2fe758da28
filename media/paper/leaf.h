/* SPDX-License-Identifier: MIT */
/* One page, as its codes say it. */
#ifndef TACHIAI_LEAF_H
#define TACHIAI_LEAF_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/buf.h"
#include "ceremony/log/entry.h"

struct leaf {                  /* what the codes of one page say together */
	int page, pages, last; /* last: page that its last code stands on */
	char source[80];       /* where its first code was read */
	char origin[161];
	struct head from, to; /* the same on a page of comment */
	struct buf payload;
	size_t rest;  /* where its entries begin in there */
	bool foreign; /* of another document, or a second one */
	bool broken;  /* its entries are no entries */
};

/*
 * From the base32 of all its codes: payload, origin, from, to, rest, broken.
 * code.form {what}; then *l is as it was.
 */
int leaf_read(struct leaf *l, const struct buf *base32, struct err *e);
/* It carries no entries. */
bool leaf_is_comment(const struct leaf *l);
/* b starts after what a ends at. */
bool leaf_joins(const struct leaf *a, const struct leaf *b);
bool leaf_same_document(const struct leaf *a, const struct leaf *b);

#endif
