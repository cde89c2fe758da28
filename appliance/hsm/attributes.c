/* SPDX-License-Identifier: MIT */
/*
 * What a token says of a private key, held against what was asked for, and
 * the attempts that must fail.  Evidence, not trust: a module may lie, and
 * THREATS says so; but one that tells the truth about a weak key is caught.
 */
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "appliance/hsm/key.h"

enum must {
	MUST_0,
	MUST_1,
	MUST_USE,     /* 0; an RSA key may read 1 where the kind says so */
	MUST_LOCAL,   /* 1, or 0 where the kind says so */
	MUST_HISTORY, /* 1 */
};

struct attribute_row {
	CK_ATTRIBUTE_TYPE type;
	const char *name;
	enum must must;
	bool optional; /* a module that does not know it cannot do it */
};

static const struct attribute_row ROWS[] = {
	{ CKA_TOKEN, "token", MUST_1, false },
	{ CKA_PRIVATE, "private", MUST_1, false },
	{ CKA_SENSITIVE, "sensitive", MUST_1, false },
	{ CKA_EXTRACTABLE, "extractable", MUST_0, false },
	{ CKA_SIGN, "sign", MUST_1, false },
	{ CKA_ALWAYS_SENSITIVE, "always_sensitive", MUST_HISTORY, false },
	{ CKA_NEVER_EXTRACTABLE, "never_extractable", MUST_HISTORY, false },
	{ CKA_LOCAL, "local", MUST_LOCAL, false },
	{ CKA_DECRYPT, "decrypt", MUST_USE, true },
	{ CKA_UNWRAP, "unwrap", MUST_USE, true },
	{ CKA_DERIVE, "derive", MUST_USE, true },
	{ CKA_SIGN_RECOVER, "sign_recover", MUST_USE, true },
};

static bool
as_it_must(const struct p11_kind *kind, const struct hsm_key *k,
    const struct attribute_row *r, int v)
{
	if (v == -1)
		return r->optional;
	switch (r->must) {
	case MUST_0:
		return v == 0;
	case MUST_1:
		return v == 1;
	case MUST_USE:
		return v == 0 || (kind->rsa_uses && k->type == KEY_RSA) ||
		    !kind->full;
	case MUST_LOCAL:
		return v == (kind->local ? 1 : 0);
	case MUST_HISTORY:
		return v == (kind->history ? 1 : 0);
	}
	return false;
}

static int
read_bool(struct hsm_token *t, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_TYPE type)
{
	CK_BBOOL v = 2;
	CK_ATTRIBUTE a = { type, &v, sizeof(v) };

	if (t->p->f->C_GetAttributeValue(t->session, h, &a, 1) != CKR_OK ||
	    a.ulValueLen != sizeof(v) || v > 1)
		return -1;
	return v;
}

/* The return value of reading the private value: not CKR_OK. */
static CK_RV
read_value(struct hsm_token *t, const struct hsm_key *k)
{
	uint8_t value[2048];
	CK_ATTRIBUTE a = { k->type == KEY_RSA ? CKA_PRIVATE_EXPONENT
					      : CKA_VALUE,
		value, sizeof(value) };
	CK_RV rv = t->p->f->C_GetAttributeValue(t->session, k->priv, &a, 1);

	OPENSSL_cleanse(value, sizeof(value));
	return rv;
}

/* Made extractable in place (and not again), or in a copy (which is destroyed
 * again). */
static const char *
loosened(struct hsm_token *t, const struct hsm_key *k)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	/* A session object: with NSS, to destroy a copy that is a token object
	 * destroys its original. */
	CK_ATTRIBUTE a[] = {
		{ CKA_EXTRACTABLE, &yes, sizeof(yes) },
		{ CKA_TOKEN, &no, sizeof(no) },
	};
	CK_OBJECT_HANDLE copy = 0;

	if (t->p->f->C_SetAttributeValue(t->session, k->priv, a, 1) == CKR_OK &&
	    read_bool(t, k->priv, CKA_EXTRACTABLE) != 0) {
		yes = CK_FALSE;
		t->p->f->C_SetAttributeValue(t->session, k->priv, a, 1);
		return "made extractable";
	}
	if (t->p->f->C_CopyObject(t->session, k->priv, a, 2, &copy) == CKR_OK) {
		bool loose = read_bool(t, copy, CKA_EXTRACTABLE) != 0;

		t->p->f->C_DestroyObject(t->session, copy);
		if (loose)
			return "copied extractable";
	}
	return NULL;
}

/* Wrapped under a session key that is known to nobody. */
static const char *
wrapped(struct hsm_token *t, const struct hsm_key *k)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ULONG len = 32, n;
	CK_ATTRIBUTE a[] = {
		{ CKA_TOKEN, &no, sizeof(no) },
		{ CKA_WRAP, &yes, sizeof(yes) },
		{ CKA_VALUE_LEN, &len, sizeof(len) },
	};
	CK_MECHANISM gen = { CKM_AES_KEY_GEN, NULL, 0 };
	CK_MECHANISM wrap = { 0, NULL, 0 };
	static const CK_MECHANISM_TYPE WAYS[] = { 0x2109, 0x210a, 0x210b };
	CK_OBJECT_HANDLE kek = 0;
	uint8_t out[8192];
	const char *bad = NULL;

	if (!t->p->kind->full ||
	    t->p->f->C_GenerateKey(t->session, &gen, a, 3, &kek) != CKR_OK)
		return NULL;
	for (size_t i = 0; i < sizeof(WAYS) / sizeof(WAYS[0]); i++) {
		wrap.mechanism = WAYS[i];
		n = sizeof(out);
		if (p11_has_mechanism(t->p, t->slot.id, WAYS[i], CKF_WRAP) &&
		    t->p->f->C_WrapKey(
			t->session, &wrap, kek, k->priv, out, &n) == CKR_OK)
			bad = "wrapped";
	}
	OPENSSL_cleanse(out, sizeof(out));
	t->p->f->C_DestroyObject(t->session, kek);
	return bad;
}

int
hsm_key_attributes(struct hsm_token *t, const struct hsm_key *k,
    struct json **out, struct err *e)
{
	struct json *j = json_new_obj();
	const char *what = NULL, *bad;
	char hex[24];
	CK_ULONG gen = CK_UNAVAILABLE_INFORMATION;
	CK_ATTRIBUTE g = { CKA_KEY_GEN_MECHANISM, &gen, sizeof(gen) };
	CK_RV rv;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		int v = read_bool(t, k->priv, ROWS[i].type);

		json_set_int(j, ROWS[i].name, v);
		if (what == NULL && !as_it_must(t->p->kind, k, &ROWS[i], v))
			what = ROWS[i].name;
	}
	rv = t->p->f->C_GetAttributeValue(t->session, k->priv, &g, 1);
	snprintf(hex, sizeof(hex), "0x%lx", rv == CKR_OK ? gen : 0xffffffffUL);
	json_set_str(j, "key_gen_mechanism", hex);
	rv = read_value(t, k);
	snprintf(hex, sizeof(hex), "0x%lx", rv);
	json_set_str(j, "value", hex);
	if (what == NULL && rv != CKR_ATTRIBUTE_SENSITIVE &&
	    rv != CKR_ATTRIBUTE_TYPE_INVALID)
		what = "value readable";
	bad = loosened(t, k);
	json_set_int(j, "loosened", bad != NULL);
	if (what == NULL && !t->p->kind->loose)
		what = bad;
	bad = wrapped(t, k);
	json_set_int(j, "wrapped", bad != NULL);
	if (what == NULL && !t->p->kind->loose)
		what = bad;
	*out = j;
	if (what != NULL)
		return err_set(e, ERR_REFUSED, "hsm.attributes", "what", what,
		    "token", t->slot.label, NULL);
	return 0;
}
