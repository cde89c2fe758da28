/* SPDX-License-Identifier: MIT */
/* Invariant: the end of a leaf is computed, never read. */
#include "media/paper/leaf.h"

#include <string.h>

#include "media/paper/code.h"

/* The lines of a leaf, chained from its own beginning. */
static void
chain(struct leaf *l)
{
	struct cursor c = { l->payload.data + l->rest,
		l->payload.len - l->rest };

	l->to = l->from;
	while (c.left > 0) {
		const uint8_t *end = memchr(c.p, '\n', c.left);
		size_t len = end != NULL ? (size_t)(end - c.p) + 1 : 0;
		struct sha256_ctx *h;
		char hex[SHA256_HEX];

		if (len == 0) {
			l->broken = true;
			return;
		}
		sha256_hex(hex, l->to.hash);
		h = sha256_begin();
		sha256_add(h, hex, SHA256_HEX - 1);
		sha256_add(h, " ", 1);
		sha256_add(h, c.p, len);
		sha256_end(h, l->to.hash);
		l->to.n++;
		cursor_skip(&c, len, &end);
	}
}

int
leaf_read(struct leaf *l, const struct buf *base32, struct err *e)
{
	struct leaf n = *l;

	n.payload = (struct buf)BUF_INIT;
	if (code_unpack(base32, &n.payload, e) == -1 ||
	    code_read_head(&n.payload, n.origin, &n.from, &n.rest, e) == -1) {
		buf_free(&n.payload);
		return -1;
	}
	chain(&n);
	*l = n;
	return 0;
}

bool
leaf_is_comment(const struct leaf *l)
{
	return l->rest == l->payload.len;
}

bool
leaf_joins(const struct leaf *a, const struct leaf *b)
{
	return a->to.n == b->from.n &&
	    memcmp(a->to.hash, b->from.hash, SHA256_LEN) == 0;
}

bool
leaf_same_document(const struct leaf *a, const struct leaf *b)
{
	return a->pages == b->pages && strcmp(a->origin, b->origin) == 0;
}
