/* SPDX-License-Identifier: MIT */
/* Invariant: a date follows from what the entries say and from nothing else. */
#include "ceremony/state/dates.h"

#include "ceremony/base/civil.h"

#define DAY 86400

typedef void date_fn(void *arg, const struct due_date *d);

static void
give(date_fn *fn, void *arg, int64_t t, const char *what, const char *item)
{
	fn(arg, &(struct due_date){ t, what, item });
}

static void
of_item(const struct item *it, date_fn *fn, void *arg)
{
	if (it->kind == ITEM_CERT && it->issuer[0] != '\0')
		give(fn, arg, it->done_t + 7 * DAY, "due.disclose", it->id);
	if (it->kind == ITEM_CRL) {
		give(fn, arg, it->not_after - 30 * DAY, "due.sitting", it->id);
		give(fn, arg, it->not_after, "due.crl-ends", it->id);
	}
	if (it->kind == ITEM_KEY) {
		give(fn, arg, civil_add_years(it->made, 15), "due.browsers",
		    it->id);
		give(fn, arg, civil_add_years(it->made, 20), "due.key-ends",
		    it->id);
	}
}

void
ceremony_dates(const struct ceremony *c, date_fn *fn, void *arg)
{
	if (c->signed_unclosed == 0)
		return;
	give(fn, arg, c->last_t + DAY, "due.publish", "");
	for (size_t i = 0; i < c->items; i++)
		if (c->item[i].state == ITEM_DONE)
			of_item(&c->item[i], fn, arg);
	give(fn, arg, c->last_t + 31 * DAY, "due.review", "");
}
