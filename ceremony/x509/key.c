/* SPDX-License-Identifier: MIT */
/*
 * Public keys.  Invariant: a parsed key has one of the AlgorithmIdentifiers
 * of the table below, to the byte, so an explicit curve, a missing NULL or a
 * PSS key identifier never comes in.
 */
#include "ceremony/x509/key.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/json.h"

struct key_form {
	enum key_type type;
	const char *curve;
	const char *name;
	unsigned bits;
	size_t key_len; /* octets of the BIT STRING; 0: any */
	struct span alg;
};

#define ALG(s)                                      \
	{                                           \
		(const uint8_t *)(s), sizeof(s) - 1 \
	}

static const struct key_form FORMS[] = {
	{ KEY_RSA, NULL, "RSA", 0, 0,
	    ALG("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
		"\x05\x00") },
	{ KEY_EC, "P-256", "EC P-256", 256, 65,
	    ALG("\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
		"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07") },
	{ KEY_EC, "P-384", "EC P-384", 384, 97,
	    ALG("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
		"\x06\x05\x2b\x81\x04\x00\x22") },
	{ KEY_EC, "P-521", "EC P-521", 521, 133,
	    ALG("\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
		"\x06\x05\x2b\x81\x04\x00\x23") },
	{ KEY_ED25519, NULL, "Ed25519", 255, 32,
	    ALG("\x30\x05\x06\x03\x2b\x65\x70") },
	{ KEY_ED448, NULL, "Ed448", 448, 57,
	    ALG("\x30\x05\x06\x03\x2b\x65\x71") },
};

#define FORM_COUNT   (sizeof(FORMS) / sizeof(FORMS[0]))
#define RSA_BITS_MAX 16384

/* A positive INTEGER as a magnitude without leading zeros. */
static int
magnitude(struct cursor *c, struct span *out)
{
	struct der d;

	if (der_want(c, DER_INT, &d) != 0 || d.body.len == 0 ||
	    d.body.p[0] >= 0x80)
		return -1;
	if (d.body.p[0] == 0) {
		if (d.body.len > 1 && d.body.p[1] < 0x80)
			return -1;
		d.body.p++;
		d.body.len--;
	}
	*out = d.body;
	return 0;
}

static unsigned
bit_length(struct span s)
{
	unsigned bits;

	if (s.len == 0)
		return 0;
	bits = (unsigned)(s.len - 1) * 8;
	for (uint8_t top = s.p[0]; top > 0; top >>= 1)
		bits++;
	return bits;
}

static int
parse_rsa(struct spki *k, struct err *e)
{
	struct cursor c;
	struct der seq;

	if (der_whole(k->key, DER_SEQ, &seq) != 0)
		return err_set(e, ERR_FORM, "spki.form", NULL);
	c = der_inside(&seq);
	if (magnitude(&c, &k->modulus) != 0 ||
	    magnitude(&c, &k->exponent) != 0 || c.left != 0 ||
	    k->modulus.len == 0 || k->exponent.len == 0 ||
	    k->modulus.len > RSA_BITS_MAX / 8 ||
	    k->exponent.len > k->modulus.len)
		return err_set(e, ERR_FORM, "spki.form", NULL);
	k->bits = bit_length(k->modulus);
	snprintf(k->name, sizeof(k->name), "RSA %u", k->bits);
	return 0;
}

/* Which algorithm stands there, as an OID, for the sentence. */
static int
unknown_algorithm(const struct der *alg, struct err *e)
{
	struct cursor c = der_inside(alg);
	char oid[80] = "?", found[160];
	struct der d;

	if (der_want(&c, DER_OID, &d) == 0)
		(void)der_oid_text(d.body, oid, sizeof(oid));
	if (c.left > 0 && der_want(&c, DER_OID, &d) == 0) {
		char curve[64] = "?";

		(void)der_oid_text(d.body, curve, sizeof(curve));
		snprintf(found, sizeof(found), "%s %s", oid, curve);
	} else {
		snprintf(found, sizeof(found), "%s%s", oid,
		    c.left > 0 ? " + parameters" : "");
	}
	return err_set(e, ERR_REFUSED, "spki.algorithm", "found", found, NULL);
}

int
spki_parse(struct span der, struct spki *out, struct err *e)
{
	const struct key_form *form = NULL;
	struct spki k;
	struct der seq, alg, bits;
	uint8_t digest[SHA256_LEN];
	struct cursor c;
	unsigned unused;

	memset(&k, 0, sizeof(k));
	if (der_whole(der, DER_SEQ, &seq) != 0)
		return err_set(e, ERR_FORM, "spki.form", NULL);
	c = der_inside(&seq);
	if (der_want(&c, DER_SEQ, &alg) != 0 ||
	    der_want(&c, DER_BITS, &bits) != 0 || c.left != 0 ||
	    der_bits(&bits, &k.key, &unused) != 0 || unused != 0)
		return err_set(e, ERR_FORM, "spki.form", NULL);
	for (size_t i = 0; i < FORM_COUNT && form == NULL; i++)
		if (span_equal(alg.all, FORMS[i].alg))
			form = &FORMS[i];
	if (form == NULL)
		return unknown_algorithm(&alg, e);
	k.der = der;
	k.alg = alg.all;
	k.type = form->type;
	k.curve = form->curve;
	k.bits = form->bits;
	snprintf(k.name, sizeof(k.name), "%s", form->name);
	if (k.type == KEY_RSA && parse_rsa(&k, e) != 0)
		return -1;
	if (form->key_len != 0 && k.key.len != form->key_len &&
	    k.type != KEY_EC)
		return err_set(e, ERR_FORM, "spki.form", NULL);
	sha256(k.sha256, der.p, der.len);
	sha256(digest, k.key.p, k.key.len);
	memcpy(k.id, digest, KEY_ID_LEN);
	*out = k;
	return 0;
}

static void
put_spki(const struct key_form *form, const uint8_t *key, size_t len,
    struct buf *out)
{
	struct buf body = BUF_INIT;

	buf_add(&body, form->alg.p, form->alg.len);
	der_put_bits(&body, key, len);
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&body);
}

int
spki_from_rsa(const uint8_t *n, size_t n_len, const uint8_t *exp,
    size_t exp_len, struct buf *out, struct err *e)
{
	struct buf pair = BUF_INIT, key = BUF_INIT, der = BUF_INIT;
	struct spki k;
	int ret = -1;

	if (n_len == 0 || exp_len == 0 || n_len > RSA_BITS_MAX / 8 ||
	    exp_len > n_len) {
		err_set(e, ERR_FORM, "spki.form", NULL);
		goto out;
	}
	der_put_uint(&pair, n, n_len);
	der_put_uint(&pair, exp, exp_len);
	der_put_buf(&key, DER_SEQ, &pair);
	put_spki(&FORMS[0], key.data, key.len, &der);
	if (spki_parse(span_of(&der), &k, e) != 0)
		goto out;
	buf_add(out, der.data, der.len);
	ret = 0;
out:
	buf_free(&der);
	buf_free(&key);
	buf_free(&pair);
	return ret;
}

int
spki_from_point(enum key_type type, const char *curve, const uint8_t *point,
    size_t len, struct buf *out, struct err *e)
{
	for (size_t i = 1; i < FORM_COUNT; i++) {
		const struct key_form *f = &FORMS[i];

		if (f->type != type ||
		    (type == KEY_EC &&
			(curve == NULL || strcmp(f->curve, curve) != 0)))
			continue;
		if (len != f->key_len || (type == KEY_EC && point[0] != 0x04))
			break;
		put_spki(f, point, len, out);
		return 0;
	}
	return err_set(e, ERR_FORM, "spki.form", NULL);
}

void
spki_want_name(const struct json *want, char out[static KEY_NAME_LEN])
{
	const char *type = json_get_str(want, "type");
	const char *curve = json_get_str(want, "curve");

	if (type == NULL)
		type = "?";
	if (strcmp(type, "ec") == 0 && curve != NULL)
		snprintf(out, KEY_NAME_LEN, "EC %.16s", curve);
	else if (strcmp(type, "rsa") == 0)
		snprintf(out, KEY_NAME_LEN, "RSA %u",
		    (unsigned)json_get_int(want, "bits", 0));
	else if (strcmp(type, "ed25519") == 0)
		snprintf(out, KEY_NAME_LEN, "Ed25519");
	else if (strcmp(type, "ed448") == 0)
		snprintf(out, KEY_NAME_LEN, "Ed448");
	else
		snprintf(out, KEY_NAME_LEN, "?");
}

int
spki_fits(const struct spki *k, const struct json *want, struct err *e)
{
	const char *curve = json_get_str(want, "curve");
	char must[KEY_NAME_LEN];
	bool good = false;

	spki_want_name(want, must);
	if (strncmp(must, "EC ", 3) == 0)
		good = k->type == KEY_EC && strcmp(k->curve, curve) == 0;
	else if (strncmp(must, "RSA ", 4) == 0)
		good = k->type == KEY_RSA &&
		    k->bits == (unsigned)json_get_int(want, "bits", 0);
	else if (strcmp(must, "Ed25519") == 0)
		good = k->type == KEY_ED25519;
	else if (strcmp(must, "Ed448") == 0)
		good = k->type == KEY_ED448;
	if (!good)
		return err_set(e, ERR_REFUSED, "spki.profile", "found", k->name,
		    "must", must, NULL);
	return 0;
}
