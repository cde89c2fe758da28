/* SPDX-License-Identifier: MIT */
/*
 * CA keys in a token.  Invariant: no signature leaves hsm_key_sign() that
 * was not verified with the public key over the very bytes given.
 */
#include "appliance/hsm/key.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/json.h"

struct curve_row {
	const char *name;
	uint8_t oid[12]; /* DER */
	size_t oid_len;
	size_t point; /* bytes of an uncompressed point */
};

static const struct curve_row CURVES[] = {
	{ "P-256",
	    { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 }, 10,
	    65 },
	{ "P-384", { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 }, 7, 97 },
	{ "P-521", { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23 }, 7, 133 },
};
#define CURVE_COUNT (sizeof(CURVES) / sizeof(CURVES[0]))

/* 1.3.101.112, the form that SoftHSM and PKCS#11 3.0 both take. */
static const uint8_t ED25519[] = { 0x06, 0x03, 0x2b, 0x65, 0x70 };

static const struct curve_row *
curve_find(const char *name)
{
	for (size_t i = 0; name != NULL && i < CURVE_COUNT; i++) {
		if (strcmp(CURVES[i].name, name) == 0)
			return &CURVES[i];
	}
	return NULL;
}

int
hsm_key_spec(const struct json *key, struct hsm_key_spec *out, struct err *e)
{
	struct hsm_key_spec s = { KEY_EC, NULL, 0 };
	const char *type = json_get_str(key, "type");
	const struct curve_row *row;
	int64_t bits;

	if (type == NULL)
		type = "-";
	if (strcmp(type, "ec") == 0) {
		row = curve_find(json_get_str(key, "curve"));
		if (row == NULL)
			return err_set(e, ERR_REFUSED, "hsm.key-kind", "found",
			    type, NULL);
		s.curve = row->name;
	} else if (strcmp(type, "rsa") == 0) {
		bits = json_get_int(key, "bits", 0);
		if (bits != 3072 && bits != 4096)
			return err_set(e, ERR_REFUSED, "hsm.key-kind", "found",
			    type, NULL);
		s.type = KEY_RSA;
		s.bits = (unsigned)bits;
	} else if (strcmp(type, "ed25519") == 0) {
		s.type = KEY_ED25519;
	} else {
		return err_set(
		    e, ERR_REFUSED, "hsm.key-kind", "found", type, NULL);
	}
	*out = s;
	return 0;
}

void
hsm_key_fini(struct hsm_key *k)
{
	buf_free(&k->spki);
	k->pub = k->priv = 0;
}

const char *
hsm_key_mechanism(enum key_type type)
{
	switch (type) {
	case KEY_RSA:
		return "CKM_RSA_PKCS_KEY_PAIR_GEN";
	case KEY_EC:
		return "CKM_EC_KEY_PAIR_GEN";
	default:
		return "CKM_EC_EDWARDS_KEY_PAIR_GEN";
	}
}

/* The attribute's bytes appended; 0 or -1. */
static int
attribute(struct hsm_token *t, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_TYPE type,
    struct buf *out, struct err *e)
{
	CK_ATTRIBUTE a = { type, NULL, 0 };
	uint8_t *p;
	CK_RV rv = t->p->f->C_GetAttributeValue(t->session, h, &a, 1);

	if (rv != CKR_OK)
		return p11_error(rv, "C_GetAttributeValue", t->slot.label, e);
	if (a.ulValueLen > 8192)
		return p11_error(CKR_FUNCTION_FAILED, "C_GetAttributeValue",
		    t->slot.label, e);
	p = xmalloc(a.ulValueLen + 1);
	a.pValue = p;
	rv = t->p->f->C_GetAttributeValue(t->session, h, &a, 1);
	if (rv == CKR_OK && a.ulValueLen <= 8192)
		buf_add(out, p, a.ulValueLen);
	free(p);
	return rv == CKR_OK
	    ? 0
	    : p11_error(rv, "C_GetAttributeValue", t->slot.label, e);
}

static CK_ULONG
attribute_ulong(struct hsm_token *t, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_TYPE type)
{
	CK_ULONG v = CK_UNAVAILABLE_INFORMATION;
	CK_ATTRIBUTE a = { type, &v, sizeof(v) };

	if (t->p->f->C_GetAttributeValue(t->session, h, &a, 1) != CKR_OK ||
	    a.ulValueLen != sizeof(v))
		return CK_UNAVAILABLE_INFORMATION;
	return v;
}

/* An EC_POINT is an OCTET STRING by the standard, and bare with some
 * modules: `want` bytes in either case. */
static struct span
point_inside(const struct buf *b, size_t want)
{
	struct span s = { b->data, b->len };
	struct der d;

	if (b->len != want && der_whole(s, DER_OCTETS, &d) == 0 &&
	    d.body.len == want)
		return d.body;
	return s;
}

static int
spki_ec(struct hsm_token *t, struct hsm_key *k, struct err *e)
{
	struct buf params = BUF_INIT, point = BUF_INIT;
	const struct curve_row *row = NULL;
	struct span s;
	int r = -1;

	if (attribute(t, k->pub, CKA_EC_POINT, &point, e) == -1)
		goto out;
	if (k->type == KEY_ED25519) {
		s = point_inside(&point, 32);
		r = spki_from_point(KEY_ED25519, NULL, s.p, s.len, &k->spki, e);
		goto out;
	}
	if (attribute(t, k->pub, CKA_EC_PARAMS, &params, e) == -1)
		goto out;
	for (size_t i = 0; i < CURVE_COUNT; i++) {
		if (span_equal(span_of(&params),
			(struct span){ CURVES[i].oid, CURVES[i].oid_len }))
			row = &CURVES[i];
	}
	if (row == NULL) {
		err_set(
		    e, ERR_REFUSED, "hsm.key-kind", "found", "EC_PARAMS", NULL);
		goto out;
	}
	s = point_inside(&point, row->point);
	r = spki_from_point(KEY_EC, row->name, s.p, s.len, &k->spki, e);
out:
	buf_free(&params);
	buf_free(&point);
	return r;
}

static int
spki_rsa(struct hsm_token *t, struct hsm_key *k, struct err *e)
{
	struct buf n = BUF_INIT, x = BUF_INIT;
	int r = -1;

	if (attribute(t, k->pub, CKA_MODULUS, &n, e) == 0 &&
	    attribute(t, k->pub, CKA_PUBLIC_EXPONENT, &x, e) == 0)
		r = spki_from_rsa(n.data, n.len, x.data, x.len, &k->spki, e);
	buf_free(&n);
	buf_free(&x);
	return r;
}

/* Type and SPKI of k->pub. */
static int
public_key(struct hsm_token *t, struct hsm_key *k, struct err *e)
{
	switch (attribute_ulong(t, k->pub, CKA_KEY_TYPE)) {
	case CKK_RSA:
		k->type = KEY_RSA;
		return spki_rsa(t, k, e);
	case CKK_EC:
		k->type = KEY_EC;
		return spki_ec(t, k, e);
	case CKK_EC_EDWARDS:
		k->type = KEY_ED25519;
		return spki_ec(t, k, e);
	default:
		return err_set(e, ERR_REFUSED, "hsm.key-kind", "found",
		    "CKA_KEY_TYPE", NULL);
	}
}

#define TEMPLATE_MAX 16

struct template
{
	CK_ATTRIBUTE a[TEMPLATE_MAX];
	CK_ULONG n;
};

static void
put(struct template *t, CK_ATTRIBUTE_TYPE type, const void *p, size_t len)
{
	t->a[t->n].type = type;
	t->a[t->n].pValue = (void *)(uintptr_t)p;
	t->a[t->n].ulValueLen = len;
	t->n++;
}

static const CK_BBOOL YES = CK_TRUE, NO = CK_FALSE;

static void
private_template(const struct p11_kind *kind, struct template *t)
{
	put(t, CKA_TOKEN, &YES, sizeof(YES));
	put(t, CKA_PRIVATE, &YES, sizeof(YES));
	put(t, CKA_SENSITIVE, &YES, sizeof(YES));
	put(t, CKA_SIGN, &YES, sizeof(YES));
	if (!kind->full)
		return;
	put(t, CKA_EXTRACTABLE, &NO, sizeof(NO));
	put(t, CKA_DECRYPT, &NO, sizeof(NO));
	put(t, CKA_UNWRAP, &NO, sizeof(NO));
	put(t, CKA_DERIVE, &NO, sizeof(NO));
	put(t, CKA_SIGN_RECOVER, &NO, sizeof(NO));
}

int
hsm_key_generate(struct hsm_token *t, const struct hsm_key_spec *spec,
    const uint8_t *id, size_t id_len, const char *label, struct hsm_key *out,
    struct err *e)
{
	static const uint8_t F4[] = { 1, 0, 1 };
	struct template pub = { .n = 0 }, priv = { .n = 0 };
	const struct curve_row *row = curve_find(spec->curve);
	struct hsm_key k = HSM_KEY_INIT;
	CK_MECHANISM m = { CKM_EC_KEY_PAIR_GEN, NULL, 0 };
	CK_ULONG bits = spec->bits;
	CK_RV rv;
	int found = hsm_key_find(t, id, id_len, &k, e);

	hsm_key_fini(&k);
	if (found == -1)
		return -1;
	if (found == 1)
		return err_set(e, ERR_REFUSED, "hsm.exists-key", "item", label,
		    "token", t->slot.label, NULL);
	put(&pub, CKA_TOKEN, &YES, sizeof(YES));
	put(&pub, CKA_VERIFY, &YES, sizeof(YES));
	if (spec->type == KEY_RSA) {
		m.mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN;
		put(&pub, CKA_MODULUS_BITS, &bits, sizeof(bits));
		put(&pub, CKA_PUBLIC_EXPONENT, F4, sizeof(F4));
	} else if (spec->type == KEY_ED25519) {
		m.mechanism = CKM_EC_EDWARDS_KEY_PAIR_GEN;
		put(&pub, CKA_EC_PARAMS, ED25519, sizeof(ED25519));
	} else if (row != NULL) {
		put(&pub, CKA_EC_PARAMS, row->oid, row->oid_len);
	}
	private_template(t->p->kind, &priv);
	for (int i = 0; i < 2; i++) {
		put(i ? &priv : &pub, CKA_ID, id, id_len);
		put(i ? &priv : &pub, CKA_LABEL, label, strlen(label));
	}
	rv = t->p->f->C_GenerateKeyPair(
	    t->session, &m, pub.a, pub.n, priv.a, priv.n, &k.pub, &k.priv);
	if (rv != CKR_OK)
		return p11_error(rv, "C_GenerateKeyPair", t->slot.label, e);
	if (public_key(t, &k, e) == -1) {
		hsm_key_fini(&k);
		return -1;
	}
	*out = k;
	return 0;
}

/* Up to two handles of a class with that CKA_ID; how many, or -1. */
static int
find_class(struct hsm_token *t, CK_OBJECT_CLASS class, const uint8_t *id,
    size_t id_len, CK_OBJECT_HANDLE h[static 2], struct err *e)
{
	struct template want = { .n = 0 };
	CK_ULONG n = 0;
	CK_RV rv;

	put(&want, CKA_CLASS, &class, sizeof(class));
	put(&want, CKA_ID, id, id_len);
	rv = t->p->f->C_FindObjectsInit(t->session, want.a, want.n);
	if (rv != CKR_OK)
		return p11_error(rv, "C_FindObjectsInit", t->slot.label, e);
	rv = t->p->f->C_FindObjects(t->session, h, 2, &n);
	t->p->f->C_FindObjectsFinal(t->session);
	if (rv != CKR_OK)
		return p11_error(rv, "C_FindObjects", t->slot.label, e);
	return n < 2 ? (int)n : 2;
}

int
hsm_key_find(struct hsm_token *t, const uint8_t *id, size_t id_len,
    struct hsm_key *out, struct err *e)
{
	CK_OBJECT_HANDLE pub[2] = { 0 }, priv[2] = { 0 };
	struct hsm_key k = HSM_KEY_INIT;
	int a, b;

	b = find_class(t, CKO_PRIVATE_KEY, id, id_len, priv, e);
	if (b == -1)
		return -1;
	a = find_class(t, CKO_PUBLIC_KEY, id, id_len, pub, e);
	if (a == -1)
		return -1;
	if (a > 1 || b > 1)
		return err_set(e, ERR_REFUSED, "hsm.two-keys", "token",
		    t->slot.label, NULL);
	if (a == 0 || b == 0)
		return 0;
	k.pub = pub[0];
	k.priv = priv[0];
	if (public_key(t, &k, e) == -1) {
		hsm_key_fini(&k);
		return -1;
	}
	*out = k;
	return 1;
}

int
hsm_key_look(struct hsm_token *t, const uint8_t *id, size_t id_len,
    struct buf *spki, struct err *e)
{
	CK_OBJECT_HANDLE pub[2] = { 0 };
	struct hsm_key k = HSM_KEY_INIT;
	int n = find_class(t, CKO_PUBLIC_KEY, id, id_len, pub, e);

	if (n == -1 || n == 0)
		return n;
	k.pub = pub[0];
	if (public_key(t, &k, e) == -1) {
		hsm_key_fini(&k);
		return -1;
	}
	buf_add(spki, k.spki.data, k.spki.len);
	hsm_key_fini(&k);
	return 1;
}
