/* SPDX-License-Identifier: MIT */
/*
 * Share records, commitments and PINs.  Invariant: a record has one
 * encoding, and everything hashed or derived is length-prefixed, so that no
 * two different inputs give the same bytes.
 */
#include "ceremony/people/share.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"
#include "ceremony/x509/der.h"

#define SHARE_VERSION 1
#define WORD          8 /* bytes of the stream that make one character */

#define BASE64URL                    \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"abcdefghijklmnopqrstuvwxyz" \
	"0123456789-_"
#define LETTERS                      \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
	"abcdefghijklmnopqrstuvwxyz" \
	"0123456789"

/*
 * OpenSC's cards take 6 to 15 characters, and SmartCard-HSM's SO PIN is
 * sixteen hexadecimal digits; the others take 43 or 32 of any letters.
 */
static const struct pin_form FORMS[] = {
	{ "softhsm", NULL, BASE64URL, 43, 256 },
	{ "nss", NULL, BASE64URL, 43, 256 },
	{ "tpm2", NULL, BASE64URL, 43, 256 },
	{ "opensc", "so-pin", "0123456789ABCDEF", 16, 64 },
	{ "opensc", NULL, LETTERS, 15, 89 },
	{ "pkcs11", NULL, LETTERS, 32, 190 },
};

static void
put_text(struct buf *out, const char *s)
{
	der_put(out, DER_UTF8, s, strlen(s));
}

void
share_encode(const struct share *s, struct buf *out)
{
	struct buf body = BUF_INIT;

	der_put_int(&body, DER_INT, SHARE_VERSION);
	put_text(&body, s->origin);
	put_text(&body, s->set);
	put_text(&body, s->purpose);
	der_put_int(&body, DER_INT, s->x);
	der_put_int(&body, DER_INT, s->m);
	der_put_int(&body, DER_INT, s->n);
	der_put(&body, DER_OCTETS, s->share, sizeof(s->share));
	der_put(&body, DER_OCTETS, s->salt, sizeof(s->salt));
	der_put_buf(out, DER_SEQ, &body);
	if (body.data != NULL)
		OPENSSL_cleanse(body.data, body.size);
	buf_free(&body);
}

void
share_wipe(struct share *s)
{
	OPENSSL_cleanse(s, sizeof(*s));
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "share.form", "what", what, NULL);
}

static int
take_text(struct cursor *c, char *out, size_t size)
{
	struct der d;

	if (der_want(c, DER_UTF8, &d) == -1 || d.body.len == 0 ||
	    d.body.len >= size ||
	    !utf8_valid((const char *)d.body.p, d.body.len) ||
	    memchr(d.body.p, '\0', d.body.len) != NULL)
		return -1;
	memcpy(out, d.body.p, d.body.len);
	out[d.body.len] = '\0';
	return 0;
}

static int
take_int(struct cursor *c, int64_t least, int64_t most, int *out)
{
	struct der d;
	int64_t v;

	if (der_want(c, DER_INT, &d) == -1 || der_small(&d, &v) == -1 ||
	    v < least || v > most)
		return -1;
	*out = (int)v;
	return 0;
}

static int
take_bytes(struct cursor *c, uint8_t *out, size_t len)
{
	struct der d;

	if (der_want(c, DER_OCTETS, &d) == -1 || d.body.len != len)
		return -1;
	memcpy(out, d.body.p, len);
	return 0;
}

int
share_decode(const uint8_t *der, size_t len, struct share *out, struct err *e)
{
	struct span all = { der, len };
	struct cursor c;
	struct share s;
	struct der seq;
	int version, ret = -1;

	memset(&s, 0, sizeof(s));
	if (len > SHARE_MAX || der_whole(all, DER_SEQ, &seq) == -1)
		return form(e, "sequence");
	c = der_inside(&seq);
	if (take_int(&c, SHARE_VERSION, SHARE_VERSION, &version) == -1)
		form(e, "version");
	else if (take_text(&c, s.origin, sizeof(s.origin)) == -1)
		form(e, "origin");
	else if (take_text(&c, s.set, sizeof(s.set)) == -1)
		form(e, "set");
	else if (take_text(&c, s.purpose, sizeof(s.purpose)) == -1)
		form(e, "purpose");
	else if (take_int(&c, 1, SHAMIR_N, &s.x) == -1 ||
	    take_int(&c, 1, SHAMIR_N, &s.m) == -1 ||
	    take_int(&c, s.m, SHAMIR_N, &s.n) == -1 || s.x > s.n ||
	    (s.m == 1 && s.n != 1))
		form(e, "place");
	else if (take_bytes(&c, s.share, sizeof(s.share)) == -1 ||
	    take_bytes(&c, s.salt, sizeof(s.salt)) == -1 || c.left != 0)
		form(e, "share");
	else
		ret = 0;
	if (ret == 0)
		memcpy(out, &s, sizeof(s));
	share_wipe(&s);
	return ret;
}

/* p(s): two bytes of length, and the bytes. */
static void
prefixed(struct buf *out, const void *p, size_t len)
{
	buf_be16(out, (uint16_t)len);
	buf_add(out, p, len);
}

static void
wipe_buf(struct buf *b)
{
	if (b->data != NULL)
		OPENSSL_cleanse(b->data, b->size);
	buf_free(b);
}

void
share_commit(const struct share *s, uint8_t out[static SHA256_LEN])
{
	struct buf b = BUF_INIT;

	buf_str(&b, "tachiai share");
	prefixed(&b, s->origin, strlen(s->origin));
	prefixed(&b, s->set, strlen(s->set));
	buf_byte(&b, (uint8_t)s->x);
	prefixed(&b, s->share, sizeof(s->share));
	prefixed(&b, s->salt, sizeof(s->salt));
	sha256(out, b.data, b.len);
	wipe_buf(&b);
}

void
share_commit_secret(const char *origin, const char *set,
    const uint8_t secret[static SHARE_SECRET], uint8_t out[static SHA256_LEN])
{
	struct buf b = BUF_INIT;

	buf_str(&b, "tachiai secret");
	prefixed(&b, origin, strlen(origin));
	prefixed(&b, set, strlen(set));
	prefixed(&b, secret, SHARE_SECRET);
	sha256(out, b.data, b.len);
	wipe_buf(&b);
}

const struct pin_form *
pin_form_at(size_t i)
{
	return i < sizeof(FORMS) / sizeof(FORMS[0]) ? &FORMS[i] : NULL;
}

const struct pin_form *
pin_form(const char *family, const char *purpose)
{
	const struct pin_form *f;

	for (size_t i = 0; (f = pin_form_at(i)) != NULL; i++)
		if (strcmp(f->family, family) == 0 &&
		    (f->purpose == NULL || strcmp(f->purpose, purpose) == 0))
			return f;
	return &FORMS[sizeof(FORMS) / sizeof(FORMS[0]) - 1];
}

static void
hkdf(const uint8_t *secret, const struct buf *info, uint8_t *out, size_t len)
{
	char digest[] = "SHA256";
	uint8_t key[SHARE_SECRET];
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
	OSSL_PARAM p[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_KEY, key, sizeof(key)),
		OSSL_PARAM_construct_octet_string(
		    OSSL_KDF_PARAM_INFO, info->data, info->len),
		OSSL_PARAM_construct_end(),
	};

	memcpy(key, secret, sizeof(key));
	if (ctx == NULL || EVP_KDF_derive(ctx, out, len, p) != 1)
		abort();
	OPENSSL_cleanse(key, sizeof(key));
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

/* alphabet[v], touching every letter whatever v is. */
static char
letter(const char *alphabet, size_t n, unsigned v)
{
	unsigned c = 0;

	for (unsigned i = 0; i < n; i++) {
		unsigned differs = i ^ v;

		c |= (unsigned char)alphabet[i] & ((differs - 1u) >> 16);
	}
	return (char)c;
}

void
pin_derive(const struct pin_form *f, const char *origin, const char *set,
    const char *purpose, const uint8_t secret[static SHARE_SECRET],
    char out[static PIN_MAX])
{
	uint8_t stream[PIN_MAX * WORD];
	size_t n = strlen(f->alphabet);
	struct buf info = BUF_INIT;

	prefixed(&info, origin, strlen(origin));
	prefixed(&info, set, strlen(set));
	prefixed(&info, purpose, strlen(purpose));
	hkdf(secret, &info, stream, f->length * WORD);
	for (size_t i = 0; i < f->length; i++) {
		unsigned rest = 0;

		/* The big-endian word modulo n: a bias under 2^-57. */
		for (size_t k = 0; k < WORD; k++)
			rest = (rest << 8 | stream[i * WORD + k]) % (unsigned)n;
		out[i] = letter(f->alphabet, n, rest);
	}
	out[f->length] = '\0';
	OPENSSL_cleanse(stream, sizeof(stream));
	buf_free(&info);
}
