/* SPDX-License-Identifier: MIT */
/*
 * The replica: the same fold as the console's, over the lines that the
 * console streams.  Invariant: after one refused line nothing is done any
 * more, and nothing but this fold decides what may be done.
 */
#include <stdlib.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "ceremony/base/codec.h"

#define OBJECT_MAX  ((size_t)64 << 20)  /* one, as on a volume */
#define OBJECTS_MAX ((size_t)512 << 20) /* all */

static const struct hsm_object *
find(const struct hsm *h, const uint8_t sha256[static SHA256_LEN])
{
	for (size_t i = 0; i < h->objects; i++) {
		if (memcmp(h->object[i].sha256, sha256, SHA256_LEN) == 0)
			return &h->object[i];
	}
	return NULL;
}

const struct buf *
hsm_object_bytes(
    const struct hsm *h, const uint8_t sha256[static SHA256_LEN], struct err *e)
{
	const struct hsm_object *o = find(h, sha256);
	char hex[SHA256_HEX];

	if (o != NULL)
		return &o->bytes;
	sha256_hex(hex, sha256);
	err_set(e, ERR_REFUSED, "hsm.no-object", "sha256", hex, NULL);
	return NULL;
}

int
hsm_object(const struct hsm *h, const uint8_t sha256[static SHA256_LEN],
    struct buf *out, struct err *e)
{
	const struct buf *b = hsm_object_bytes(h, sha256, e);

	if (b == NULL)
		return -1;
	buf_add(out, b->data, b->len);
	return 0;
}

int
hsm_take_object(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	uint8_t digest[SHA256_LEN];
	struct hsm_object *o;

	(void)bytes;
	if (m->bytes.len > OBJECT_MAX ||
	    m->bytes.len > OBJECTS_MAX - h->object_bytes)
		return err_set(e, ERR_LIMIT, "hsm.objects", NULL);
	sha256(digest, m->bytes.data, m->bytes.len);
	if (find(h, digest) == NULL) {
		h->object = xreallocarray(
		    h->object, h->objects + 1, sizeof(*h->object));
		o = &h->object[h->objects++];
		memset(o, 0, sizeof(*o));
		memcpy(o->sha256, digest, SHA256_LEN);
		buf_add(&o->bytes, m->bytes.data, m->bytes.len);
		h->object_bytes += m->bytes.len;
	}
	json_set_hex(out, "sha256", digest, SHA256_LEN);
	return 0;
}

/* The item that the open run has begun in this epoch, or NULL. */
static const struct item *
begun(const struct hsm *h)
{
	const struct run *r = ceremony_run(h->c);
	const struct item *it = r != NULL ? run_next(h->c, r) : NULL;

	if (it == NULL || it->state != ITEM_BEGUN ||
	    strcmp(it->begun_epoch, h->epoch) != 0)
		return NULL;
	return it;
}

/* An active token stays so only while those who consented stand by it. */
static void
follow(struct hsm *h)
{
	const struct run *r = ceremony_run(h->c);

	if (h->ca.id[0] == '\0')
		return;
	if (r == NULL || strcmp(r->token, h->ca.id) != 0 ||
	    !run_authorised(h->c, r) || strcmp(h->c->epoch, h->epoch) != 0)
		hsm_deactivate(h);
}

int
hsm_take_entry(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	bool was = begun(h) != NULL;
	struct err why = { 0 };

	(void)bytes;
	if (h->stuck)
		return err_set(e, ERR_REFUSED, "hsm.replica", "why", "-", NULL);
	if (hsm_check_prepared(h, m->bytes.data, m->bytes.len, &why) == -1 ||
	    ceremony_apply(h->c, m->bytes.data, m->bytes.len, &why) == -1) {
		/* Who has heard nothing yet was taken for one who died. */
		h->stuck = h->c->head.n >= 0;
		hsm_deactivate(h);
		hsm_deal_wipe(h);
		err_set(e, ERR_REFUSED, "hsm.replica", "why", why.id, NULL);
		for (size_t i = 0; i < why.n; i++)
			err_arg(e, why.arg[i].name, why.arg[i].value);
		err_arg(e, "why", why.id);
		return -1;
	}
	if (!was && begun(h) != NULL)
		h->begun_at = h->c->head.n;
	follow(h);
	json_set_int(out, "n", h->c->head.n);
	json_set_hex(out, "hash", h->c->head.hash, SHA256_LEN);
	return 0;
}

int
hsm_ready(const struct hsm *h, struct err *e)
{
	const struct item *doubt;

	if (h->stuck)
		return err_set(e, ERR_REFUSED, "hsm.replica", "why", "-", NULL);
	if (h->c->head.n < 0 || strcmp(h->c->epoch, h->epoch) != 0)
		return err_set(e, ERR_REFUSED, "hsm.epoch", NULL);
	if (h->log.id[0] == '\0' || h->c->log_spki.len == 0)
		return err_set(e, ERR_REFUSED, "hsm.log-closed", NULL);
	if (h->log_key.spki.len != h->c->log_spki.len ||
	    memcmp(h->log_key.spki.data, h->c->log_spki.data,
		h->log_key.spki.len) != 0)
		return err_set(e, ERR_REFUSED, "hsm.log-key", NULL);
	if (h->c->has_module &&
	    memcmp(h->c->module, h->p11.info.sha256, SHA256_LEN) != 0)
		return err_set(e, ERR_REFUSED, "hsm.other-module", NULL);
	doubt = ceremony_doubt(h->c);
	if (doubt != NULL)
		return err_set(e, ERR_REFUSED, "doubt.open", "item", doubt->id,
		    "done", item_kind_name(doubt->kind), NULL);
	return 0;
}

/* Who could be the witness: the first operations manager of the roster. */
static const char *
manager(const struct ceremony *c)
{
	for (size_t i = 0; i < c->persons; i++) {
		if ((c->person[i].roles & ROLE_OPERATIONS_MANAGER) != 0)
			return c->person[i].name;
	}
	return "-";
}

int
hsm_authorised(const struct hsm *h, const struct run **out, struct err *e)
{
	const struct run *r = ceremony_run(h->c);
	int m;

	if (r == NULL)
		return err_set(e, ERR_REFUSED, "hsm.no-run", NULL);
	m = ceremony_quorum(h->c, r->token);
	if (m < 2 || r->consents < (size_t)m) {
		err_set(
		    e, ERR_REFUSED, "hsm.consents", "token", r->token, NULL);
		err_arg_int(e, "have", (long long)r->consents);
		err_arg_int(e, "m", m);
		return -1;
	}
	if (r->witness[0] == '\0')
		return err_set(e, ERR_REFUSED, "role.no-witness", "manager",
		    manager(h->c), NULL);
	*out = r;
	return 0;
}

void
hsm_replica_free(struct hsm *h)
{
	ceremony_free(h->c);
	h->c = NULL;
	for (size_t i = 0; i < h->objects; i++)
		buf_free(&h->object[i].bytes);
	free(h->object);
	free(h->rebuilt);
	h->object = NULL;
	h->objects = 0;
}
