/* SPDX-License-Identifier: MIT */
/*
 * Bytes to be signed are not believed, they are made again: plan, profile
 * set and state stand in this program's own fold, so that what a
 * tbs.prepared entry names must come out here, too, and pass the lint
 * (laws 4 and 6).  Invariant: nothing is signed that did not.
 */
#include <stdlib.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "ceremony/base/codec.h"
#include "ceremony/state/prepare.h"

/* Bytes are prepared, and then their entry is written: at most so much
 * later, by the clock of the entries. */
#define WRITTEN_S 10

/* Prepared and linted here as the console did, at that second. */
static int
make(const struct ceremony *c, const struct entry *en, int64_t now,
    struct buf *out, struct err *e)
{
	const char *id = json_get_str(en->d, "item");
	const char *serial = json_get_str(en->d, "serial");
	const struct item *it = id != NULL ? ceremony_item(c, id) : NULL;
	struct prepare_facts f = { .now = now };
	struct prepared p = { 0 };
	int r;

	if (it == NULL || serial == NULL ||
	    (it->kind == ITEM_CERT &&
		hex_decode(
		    f.serial, sizeof(f.serial), serial, strlen(serial)) == -1))
		return err_set(e, ERR_REFUSED, "hsm.bytes", "item",
		    id != NULL ? id : "-", NULL);
	r = ceremony_prepare(c, it, &f, &p, e);
	if (r == 0)
		buf_add(out, p.tbs.data, p.tbs.len);
	prepared_fini(&p);
	return r;
}

static void
remember(struct hsm *h, const uint8_t digest[static SHA256_LEN])
{
	h->rebuilt =
	    xreallocarray(h->rebuilt, h->n_rebuilt + 1, sizeof(*h->rebuilt));
	memcpy(h->rebuilt[h->n_rebuilt++], digest, SHA256_LEN);
}

/* These very bytes come out again.  Live ones are linted, too. */
static int
again(const struct ceremony *c, const struct entry *en, bool live,
    const uint8_t want[static SHA256_LEN], struct err *e)
{
	const char *id = json_get_str(en->d, "item");

	for (int back = 0; back <= WRITTEN_S; back++) {
		struct entry then = *en;
		struct buf tbs = BUF_INIT;
		uint8_t got[SHA256_LEN];
		int r;

		then.t = en->t - back;
		r = live ? make(c, en, then.t, &tbs, e)
			 : ceremony_rebuild(c, &then, &tbs, e);
		sha256(got, tbs.data, tbs.len);
		buf_free(&tbs);
		if (r == -1)
			return -1;
		if (memcmp(got, want, SHA256_LEN) == 0)
			return 0;
	}
	return err_set(
	    e, ERR_REFUSED, "hsm.bytes", "item", id != NULL ? id : "-", NULL);
}

int
hsm_check_prepared(
    struct hsm *h, const uint8_t *line, size_t len, struct err *e)
{
	bool live = strcmp(h->c->epoch, h->epoch) == 0;
	uint8_t want[SHA256_LEN];
	struct entry en;
	int r = 0;

	entry_init(&en, EV_NOTE);
	/* By whatever table: ceremony_apply() holds it against that in force.
	 */
	if (entry_decode_form(line, len, h->c->head.hash, &en, e) == -1) {
		r = -1;
		goto out;
	}
	if (strcmp(en.evname, "tbs.prepared") != 0 || en.rc != RC_OK)
		goto out;
	if (json_get_hex(en.d, "tbs", want, SHA256_LEN) == -1)
		r = err_set(e, ERR_FORM, "hsm.bytes", "item", "-", NULL);
	else if (again(h->c, &en, live, want, e) == 0)
		remember(h, want);
	else
		r = -1;
	/* An entry of an older sitting stands; it is only not signed here. */
	if (!live)
		r = 0;
out:
	entry_fini(&en);
	return r;
}

bool
hsm_is_rebuilt(const struct hsm *h, const uint8_t tbs[static SHA256_LEN])
{
	for (size_t i = 0; i < h->n_rebuilt; i++) {
		if (memcmp(h->rebuilt[i], tbs, SHA256_LEN) == 0)
			return true;
	}
	return false;
}
