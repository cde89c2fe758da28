/* SPDX-License-Identifier: MIT */
/*
 * Signing a certificate or a list: the bytes are the object that the
 * transcript names, the algorithm is the one that stands in them, the key
 * is the one whose SPKI they were prepared for.
 */
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "ceremony/base/codec.h"
#include "ceremony/x509/x509.h"

static int
record(struct err *e, const struct item *it)
{
	return err_set(e, ERR_REFUSED, "hsm.bytes", "item", it->id, NULL);
}

/* What the bytes themselves say of how they are to be signed. */
static int
algorithm(const struct hsm *h, const struct item *it, struct span tbs,
    const struct sigalg **out, struct err *e)
{
	struct cert cert;
	struct crl crl;
	struct span alg;
	int64_t path_len;

	if (it->kind == ITEM_CERT) {
		if (cert_parse(tbs, CERT_TBS, &cert, e) == -1)
			return -1;
		alg = cert.alg;
		/* The mark of a rehearsal, or its absence, is in the name. */
		if (cert_is_ca(&cert, &path_len) &&
		    cert_is_rehearsal(&cert) == h->c->production)
			return err_set(
			    e, ERR_REFUSED, "hsm.mark", "item", it->id, NULL);
	} else {
		if (crl_parse(tbs, CERT_TBS, &crl, e) == -1)
			return -1;
		alg = crl.alg;
	}
	*out = sigalg_from_der(alg);
	return *out != NULL ? 0 : record(e, it);
}

/* The key item that was made with this SPKI, in the token. */
static int
signer(struct hsm *h, const struct item *it, struct hsm_key *k, struct err *e)
{
	const struct item *key = NULL;
	uint8_t id[32], got[SHA256_LEN];
	size_t len;

	for (size_t i = 0; key == NULL && i < h->c->items; i++) {
		const struct item *q = &h->c->item[i];

		if (q->kind == ITEM_KEY && q->state == ITEM_DONE &&
		    memcmp(q->key_sha, it->key_sha, SHA256_LEN) == 0)
			key = q;
	}
	if (key == NULL || strcmp(key->token, h->ca.id) != 0)
		return record(e, it);
	len = strlen(key->cka_id) / 2;
	if (len == 0 || len > sizeof(id) ||
	    hex_decode(id, len, key->cka_id, strlen(key->cka_id)) == -1)
		return record(e, it);
	if (hsm_key_find(&h->ca.t, id, len, k, e) != 1)
		return err_set(e, ERR_REFUSED, "hsm.no-key", "item", key->id,
		    "token", h->ca.id, NULL);
	sha256(got, k->spki.data, k->spki.len);
	if (memcmp(got, it->key_sha, SHA256_LEN) != 0) {
		hsm_key_fini(k);
		return err_set(e, ERR_REFUSED, "hsm.no-key", "item", key->id,
		    "token", h->ca.id, NULL);
	}
	return 0;
}

int
hsm_do_sign(struct hsm *h, const struct item *it, const char *mechanism,
    struct json *out, struct buf *bytes, struct err *e)
{
	const struct buf *tbs;
	struct buf raw = BUF_INIT, sig = BUF_INIT;
	struct hsm_key k = HSM_KEY_INIT;
	const struct sigalg *alg = NULL;
	uint8_t got[SHA256_LEN];
	int r = -1;

	if (!it->has_tbs || it->refused != 0 || !hsm_is_rebuilt(h, it->tbs)) {
		record(e, it);
		goto out;
	}
	tbs = hsm_object_bytes(h, it->tbs, e);
	if (tbs == NULL)
		goto out;
	sha256(got, tbs->data, tbs->len);
	if (memcmp(got, it->tbs, SHA256_LEN) != 0) {
		record(e, it);
		goto out;
	}
	if (algorithm(h, it, span_of(tbs), &alg, e) == -1)
		goto out;
	if (strcmp(alg->name, mechanism) != 0) {
		err_set(e, ERR_REFUSED, "hsm.record", "item", it->id, NULL);
		goto out;
	}
	if (signer(h, it, &k, e) == -1 ||
	    hsm_key_sign(
		&h->ca.t, &k, alg, span_of(tbs), it->id, &raw, &sig, e) == -1)
		goto out;
	r = it->kind == ITEM_CERT
	    ? cert_assemble(span_of(tbs), alg, span_of(&k.spki), raw.data,
		  raw.len, bytes, e)
	    : crl_assemble(span_of(tbs), alg, span_of(&k.spki), raw.data,
		  raw.len, bytes, e);
	if (r == 0)
		json_set_b64(out, "sig", sig.data, sig.len);
out:
	hsm_key_fini(&k);
	buf_free(&sig);
	buf_free(&raw);
	return r;
}
