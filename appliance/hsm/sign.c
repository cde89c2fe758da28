/* SPDX-License-Identifier: MIT */
/*
 * Signing with a key of the token: the mechanism for each algorithm, one
 * C_Sign, and the check of what came back.
 */
#include <openssl/rand.h>
#include <string.h>

#include "appliance/hsm/key.h"

/* CK_RSA_PKCS_PSS_PARAMS under a name of our own: releases of the header
 * differ in what they call its members. */
struct pss_params {
	CK_ULONG hash, mgf, salt_len;
};

#define MGF1_SHA256 2UL
#define MGF1_SHA384 3UL
#define MGF1_SHA512 4UL

/* The longest signature: RSA 16384. */
#define RAW_MAX 2048

static int
mechanism(const struct sigalg *alg, CK_MECHANISM *m, struct pss_params *pss)
{
	m->pParameter = NULL;
	m->ulParameterLen = 0;
	if (alg->key == KEY_EC) {
		m->mechanism = CKM_ECDSA;
		return 0;
	}
	if (alg->key == KEY_ED25519) {
		m->mechanism = CKM_EDDSA;
		return 0;
	}
	if (alg->key != KEY_RSA)
		return -1;
	if (!alg->pss) {
		m->mechanism = CKM_RSA_PKCS;
		return 0;
	}
	m->mechanism = CKM_RSA_PKCS_PSS;
	pss->salt_len = alg->digest_len;
	if (alg->digest_len == 32) {
		pss->hash = CKM_SHA256;
		pss->mgf = MGF1_SHA256;
	} else if (alg->digest_len == 48) {
		pss->hash = CKM_SHA384;
		pss->mgf = MGF1_SHA384;
	} else {
		pss->hash = CKM_SHA512;
		pss->mgf = MGF1_SHA512;
	}
	m->pParameter = pss;
	m->ulParameterLen = sizeof(*pss);
	return 0;
}

/* One C_Sign: what goes in was made by sigalg_input(). */
static int
sign_once(struct hsm_token *t, const struct hsm_key *k,
    const struct sigalg *alg, const struct buf *in, struct buf *raw,
    struct err *e)
{
	uint8_t out[RAW_MAX];
	struct pss_params pss = { 0 };
	CK_MECHANISM m = { 0 };
	CK_ULONG len = sizeof(out);
	CK_RV rv;

	if (mechanism(alg, &m, &pss) == -1)
		return p11_error(
		    CKR_MECHANISM_INVALID, "C_SignInit", t->slot.label, e);
	rv = t->p->f->C_SignInit(t->session, &m, k->priv);
	if (rv != CKR_OK)
		return p11_error(rv, "C_SignInit", t->slot.label, e);
	rv = t->p->f->C_Sign(t->session, in->data, in->len, out, &len);
	if (rv != CKR_OK)
		return p11_error(rv, "C_Sign", t->slot.label, e);
	if (len > sizeof(out))
		return p11_error(
		    CKR_FUNCTION_FAILED, "C_Sign", t->slot.label, e);
	buf_add(raw, out, len);
	return 0;
}

int
hsm_key_sign(struct hsm_token *t, const struct hsm_key *k,
    const struct sigalg *alg, struct span tbs, const char *item,
    struct buf *raw, struct buf *sig, struct err *e)
{
	struct buf in = BUF_INIT, got = BUF_INIT, value = BUF_INIT;
	struct err why = { 0 };
	struct spki spki;
	int r = -1;

	if (spki_parse(span_of(&k->spki), &spki, e) == -1 ||
	    sigalg_fits(alg, &spki, e) == -1 ||
	    sigalg_input(alg, tbs, &in, e) == -1 ||
	    sign_once(t, k, alg, &in, &got, e) == -1)
		goto out;
	if (sigalg_encode(alg, &spki, got.data, got.len, &value, &why) == -1 ||
	    sigalg_verify(alg, span_of(&k->spki), tbs, span_of(&value), &why) ==
		-1) {
		err_set(e, ERR_REFUSED, "sign.differs", "item", item, "token",
		    t->slot.label, NULL);
		goto out;
	}
	if (raw != NULL)
		buf_add(raw, got.data, got.len);
	buf_add(sig, value.data, value.len);
	r = 0;
out:
	buf_free(&value);
	buf_free(&got);
	buf_free(&in);
	return r;
}

/* The first algorithm of the table that fits the key. */
static const struct sigalg *
any_alg(const struct hsm_key *k, struct err *e)
{
	struct spki spki;

	if (spki_parse(span_of(&k->spki), &spki, e) == -1)
		return NULL;
	for (size_t i = 0; sigalg_at(i) != NULL; i++) {
		struct err no = { 0 };

		if (sigalg_fits(sigalg_at(i), &spki, &no) == 0)
			return sigalg_at(i);
	}
	err_set(e, ERR_REFUSED, "hsm.key-kind", "found", spki.name, NULL);
	return NULL;
}

int
hsm_key_pair_test(struct hsm_token *t, const struct hsm_key *k,
    const char *item, struct err *e)
{
	/* Starts as no DER does: never the bytes of a certificate. */
	uint8_t text[64] = "tachiai/1 pair test\n";
	struct span s = { text, sizeof(text) };
	struct buf sig = BUF_INIT;
	const struct sigalg *alg = any_alg(k, e);
	int r;

	if (alg == NULL)
		return -1;
	if (RAND_bytes(text + 32, 32) != 1)
		return err_set(e, ERR_WORLD, "hsm.random", NULL);
	r = hsm_key_sign(t, k, alg, s, item, NULL, &sig, e);
	buf_free(&sig);
	if (r == -1 && strcmp(e->id, "sign.differs") == 0)
		err_set(e, ERR_REFUSED, "hsm.pair", "item", item, "token",
		    t->slot.label, NULL);
	return r;
}
