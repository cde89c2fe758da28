/* SPDX-License-Identifier: MIT */
/*
 * Folding the way out of a doubt.  Invariant: a signature that may exist
 * counts as given: the same bytes again, or a number that is never used.
 */
#include <string.h>

#include "ceremony/state/fold.h"

/*
 * Ways: a signing is done "again" with the very same bytes, or its number is
 * given up ("give-up"); for a token or a key a look decides: it is there
 * ("found") or not ("none").  A deactivation ended with the machine.
 */
static bool
way_fits(const struct item *it, const char *way)
{
	switch (it->kind) {
	case ITEM_CERT:
	case ITEM_CRL:
		return strcmp(way, "again") == 0 ||
		    strcmp(way, "give-up") == 0;
	case ITEM_TOKEN:
	case ITEM_KEY:
		return strcmp(way, "none") == 0 || strcmp(way, "found") == 0;
	case ITEM_DEACTIVATE:
		break;
	}
	return strcmp(way, "none") == 0;
}

static void
give_up(struct ceremony *w, struct item *q)
{
	struct burnt b;

	memset(&b, 0, sizeof(b));
	copy_str(b.item, sizeof(b.item), q->id);
	copy_str(b.serial, sizeof(b.serial), q->serial);
	memcpy(b.tbs, q->tbs, SHA256_LEN);
	w->burnt = xreallocarray(w->burnt, w->burnts + 1, sizeof(*w->burnt));
	w->burnt[w->burnts++] = b;
	q->has_tbs = false;
	q->state = ITEM_PLANNED;
	if (run_of(w) != NULL)
		run_of(w)->open = false;
}

int
fold_doubt_resolved(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct item *it = ceremony_doubt(c);
	const char *way = d_str(en, "way");
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], doc[SHA256_LEN];
	size_t ca = 0, om = 0;
	struct item *q;

	if (it == NULL || strcmp(it->id, d_str(en, "item")) != 0 ||
	    !way_fits(it, way))
		return fold_refuse(e, en, "way");
	ceremony_doubt_record(c, it, way, &b);
	sha256(want, b.data, b.len);
	buf_free(&b);
	d_sha(en, "record", doc);
	for (size_t i = 0; i < c->resolves; i++) {
		if (memcmp(c->resolve[i].doc, want, SHA256_LEN) != 0)
			continue;
		ca += c->resolve[i].role == ROLE_CA_ADMINISTRATOR;
		om += c->resolve[i].role == ROLE_OPERATIONS_MANAGER;
	}
	if (memcmp(doc, want, SHA256_LEN) != 0 ||
	    ca < (size_t)ceremony_quorum(c, it->token) || om < 1)
		return fold_refuse(e, en, "quorum");
	if (w == NULL)
		return 0;
	q = &w->item[it - c->item];
	if (strcmp(way, "give-up") == 0) {
		give_up(w, q);
	} else if (it->kind == ITEM_DEACTIVATE) {
		q->state = ITEM_DONE;
		close_run(w);
	} else if (strcmp(way, "found") == 0) {
		/* Its outcome follows, from the look, in this epoch. */
		copy_str(q->begun_epoch, sizeof(q->begun_epoch), w->epoch);
	} else {
		q->state = ITEM_PREPARED;
	}
	return 0;
}
