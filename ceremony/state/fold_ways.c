/* SPDX-License-Identifier: MIT */
/*
 * Folding what people decide about the log itself: ends that are abandoned,
 * stories of which one is kept, one medium alone, a new medium, another table of
 * events.
 * Invariant: each names the document that they signed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/state/fold.h"

/* m resolve statements of CA administrators and one each of the others. */
static bool
resolved_by(const struct ceremony *c, const uint8_t doc[static SHA256_LEN],
    unsigned others)
{
	size_t ca = 0;
	unsigned seen = 0;

	for (size_t i = 0; i < c->resolves; i++) {
		if (memcmp(c->resolve[i].doc, doc, SHA256_LEN) != 0)
			continue;
		if (c->resolve[i].role == ROLE_CA_ADMINISTRATOR)
			ca++;
		seen |= c->resolve[i].role;
	}
	return ca >= (size_t)ceremony_ca_quorum(c) &&
	    (seen & others) == others;
}

/* The lost ends are nobody's any more: numbers they may have used are passed
 * over. */
static void
abandon(struct ceremony *w)
{
	w->loss_pending = false;
	for (size_t i = 0; i < w->items; i++)
		if (w->item[i].kind == ITEM_CRL && w->item[i].has_tbs &&
		    w->burnts < RUN_ITEMS) {
			struct burnt b;

			memset(&b, 0, sizeof(b));
			copy_str(b.item, sizeof(b.item), w->item[i].id);
			(void)snprintf(b.serial, sizeof(b.serial), "%lld",
			    strtoll(w->item[i].serial, NULL, 10) +
			    (long long)LOSS_SKIP);
			w->burnt = xreallocarray(w->burnt, w->burnts + 1,
			    sizeof(*w->burnt));
			w->burnt[w->burnts++] = b;
		}
}

int
fold_loss_accepted(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct buf rec = BUF_INIT;
	uint8_t doc[SHA256_LEN], want[SHA256_LEN];

	ceremony_loss_record(c, &rec);
	sha256(want, rec.data, rec.len);
	buf_free(&rec);
	d_sha(en, "record", doc);
	if (!c->loss_pending || memcmp(doc, want, SHA256_LEN) != 0 ||
	    d_int(en, "skip") != LOSS_SKIP ||
	    json_count(json_get(en->d, "heads")) != c->losts)
		return fold_refuse(e, en, "record");
	if (!resolved_by(c, doc, ROLE_SERVICE_OWNER))
		return fold_refuse(e, en, "quorum");
	if (w != NULL)
		abandon(w);
	return 0;
}

int
fold_fork_resolved(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct buf rec = BUF_INIT;
	uint8_t doc[SHA256_LEN], want[SHA256_LEN];

	ceremony_loss_record(c, &rec);
	sha256(want, rec.data, rec.len);
	buf_free(&rec);
	d_sha(en, "record", doc);
	if (c->loss_pending && (memcmp(doc, want, SHA256_LEN) != 0 ||
	    json_count(json_get(en->d, "heads")) != c->losts))
		return fold_refuse(e, en, "record");
	if (!resolved_by(c, doc, ROLE_SERVICE_OWNER))
		return fold_refuse(e, en, "quorum");
	if (w != NULL && c->loss_pending)
		abandon(w);
	return 0;
}

const char *
ceremony_two_signed(const struct ceremony *c, struct buf *record)
{
	const char *manager = NULL;
	uint8_t want[SHA256_LEN];
	bool administrator = false;

	sha256(want, record->data, record->len);
	buf_free(record);
	for (size_t i = 0; i < c->resolves; i++) {
		const struct resolve *r = &c->resolve[i];

		if (memcmp(r->doc, want, SHA256_LEN) != 0)
			continue;
		if ((r->role & ROLE_CA_ADMINISTRATOR) != 0)
			administrator = true;
		if ((r->role & ROLE_OPERATIONS_MANAGER) != 0)
			manager = r->person;
	}
	return administrator ? manager : NULL;
}

int
fold_media_one(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct buf rec = BUF_INIT;

	/* Before there is a roster nobody can sign. */
	if (!c->one_pending)
		return 0;
	ceremony_one_record(c, &rec);
	if (ceremony_two_signed(c, &rec) == NULL)
		return fold_refuse(e, en, "two-people");
	if (strcmp(d_str(en, "medium"), c->one) != 0)
		return fold_refuse(e, en, "medium");
	if (w != NULL)
		w->one_pending = false;
	return 0;
}

/* What two people signed for is this very medium: its uuid is its own. */
int
fold_media_add(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const char *medium = d_str(en, "medium"), *uuid = d_str(en, "uuid");
	struct buf rec = BUF_INIT;

	if (strcmp(medium, "A") != 0 && strcmp(medium, "B") != 0)
		return fold_refuse(e, en, "medium");
	ceremony_medium_record(
	    c, medium, uuid, json_get_str(en->d, "device"), &rec);
	if (ceremony_two_signed(c, &rec) == NULL)
		return fold_refuse(e, en, "two-people");
	if (w == NULL)
		return 0;
	if (w->media < 2)
		w->media++;
	w->one[0] = '\0';
	return 0;
}

int
fold_upgrade(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct event_set *next;
	struct buf rec = BUF_INIT;
	uint8_t doc[SHA256_LEN], want[SHA256_LEN];

	(void)w;
	d_sha(en, "table", doc);
	ceremony_upgrade_record(c, doc, &rec);
	sha256(want, rec.data, rec.len);
	buf_free(&rec);
	d_sha(en, "record", doc);
	if (memcmp(doc, want, SHA256_LEN) != 0)
		return fold_refuse(e, en, "record");
	if (!resolved_by(c, doc, ROLE_OPERATIONS_MANAGER))
		return fold_refuse(e, en, "quorum");
	/* It can be read; ceremony_apply() puts it in force. */
	if (event_set_load(en->d, c->objects.get, c->objects.arg, &next,
	    e) == -1)
		return -1;
	event_set_free(next);
	return 0;
}
