/* SPDX-License-Identifier: MIT */
/*
 * {to be signed, algorithm, signature}: the frame of certificates, lists and
 * requests.  Invariant: nothing is assembled unless its signature verifies,
 * and libcrypto reads it and writes the very same.
 */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <string.h>

#include "ceremony/x509/part.h"

int
signed_split(
    struct span der, struct span *tbs, struct span *alg, struct span *sig)
{
	struct der seq, part, a, bits;
	struct cursor c;
	unsigned unused;

	if (der_whole(der, DER_SEQ, &seq) != 0)
		return -1;
	c = der_inside(&seq);
	if (der_want(&c, DER_SEQ, &part) != 0 ||
	    der_want(&c, DER_SEQ, &a) != 0 ||
	    der_want(&c, DER_BITS, &bits) != 0 || c.left != 0 ||
	    der_bits(&bits, sig, &unused) != 0 || unused != 0)
		return -1;
	*tbs = part.all;
	*alg = a.all;
	return 0;
}

/* Verified under `signer` before it is written. */
static int
put(struct span tbs, const struct sigalg *alg, struct span signer,
    const uint8_t *raw, size_t raw_len, struct buf *der, struct err *e)
{
	struct buf sig = BUF_INIT, head = BUF_INIT;
	struct spki key;
	int ret = -1;

	if (spki_parse(signer, &key, e) != 0 ||
	    sigalg_encode(alg, &key, raw, raw_len, &sig, e) != 0 ||
	    sigalg_verify(alg, signer, tbs, span_of(&sig), e) != 0)
		goto out;
	/* In parts: a list may be large. */
	buf_add(&head, alg->der.p, alg->der.len);
	der_put_bits(&head, sig.data, sig.len);
	der_put_head(der, DER_SEQ, (uint64_t)tbs.len + head.len);
	buf_add(der, tbs.p, tbs.len);
	buf_add(der, head.data, head.len);
	ret = 0;
out:
	buf_free(&head);
	buf_free(&sig);
	return ret;
}

bool
signed_same(signed_reread_fn *reread, struct span der, struct span tbs)
{
	unsigned char *again = NULL;
	int len = reread(der, &again);
	bool same = len >= 0 && (size_t)len == tbs.len &&
	    memcmp(again, tbs.p, tbs.len) == 0;

	OPENSSL_free(again);
	ERR_clear_error();
	return same;
}

int
signed_assemble(const struct signed_kind *k, struct span tbs, struct span inner,
    const struct sigalg *alg, struct span signer, const uint8_t *raw,
    size_t raw_len, struct buf *der, struct err *e)
{
	struct buf whole = BUF_INIT;
	int ret = -1;

	if (!span_equal(inner, alg->der)) {
		err_set(e, ERR_FORM, k->form, "what", "signature", NULL);
		goto out;
	}
	if (put(tbs, alg, signer, raw, raw_len, &whole, e) != 0)
		goto out;
	if (whole.len <= k->limit &&
	    !signed_same(k->reread, span_of(&whole), tbs)) {
		err_set(e, ERR_FORM, k->form, "what", k->what, NULL);
		goto out;
	}
	buf_add(der, whole.data, whole.len);
	ret = 0;
out:
	buf_free(&whole);
	return ret;
}

int
signed_verify(struct span tbs, struct span alg, struct span outer,
    struct span sig, struct span signer, struct err *e)
{
	const struct sigalg *a = sigalg_from_der(alg);

	if (a == NULL || outer.p == NULL || !span_equal(alg, outer))
		return err_set(e, ERR_REFUSED, "sig.bad", NULL);
	return sigalg_verify(a, signer, tbs, sig, e);
}
