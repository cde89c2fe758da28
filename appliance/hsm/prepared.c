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

/* In this epoch: prepared and linted here as the console did. */
static int
make(const struct ceremony *c, const struct entry *en, struct buf *out,
    struct err *e)
{
	const char *id = json_get_str(en->d, "item");
	const char *serial = json_get_str(en->d, "serial");
	const struct item *it = id != NULL ? ceremony_item(c, id) : NULL;
	struct prepare_facts f = { .now = en->t };
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

int
hsm_check_prepared(
    struct hsm *h, const uint8_t *line, size_t len, struct err *e)
{
	bool live = strcmp(h->c->epoch, h->epoch) == 0;
	struct buf tbs = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	struct entry en;
	int r = 0;

	entry_init(&en, EV_NOTE);
	if (entry_decode(line, len, h->c->head.hash, &en, e) == -1) {
		r = -1;
		goto out;
	}
	if (en.ev == NULL || en.ev->type != EV_TBS_PREPARED || en.rc != RC_OK)
		goto out;
	r = live ? make(h->c, &en, &tbs, e)
		 : ceremony_rebuild(h->c, &en, &tbs, e);
	if (r == 0 && json_get_hex(en.d, "tbs", want, SHA256_LEN) == 0) {
		sha256(got, tbs.data, tbs.len);
		if (memcmp(got, want, SHA256_LEN) == 0)
			remember(h, got);
		else
			r = err_set(e, ERR_REFUSED, "hsm.bytes", "item",
			    json_get_str(en.d, "item"), NULL);
	}
	/* An entry of an older sitting stands; it is only not signed here. */
	if (!live)
		r = 0;
out:
	entry_fini(&en);
	buf_free(&tbs);
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
