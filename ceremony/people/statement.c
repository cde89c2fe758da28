/* SPDX-License-Identifier: MIT */
/*
 * Statements.  Invariant: the signed text is made from the fields alone, so
 * what an entry keeps and what a custodian signed cannot differ; a
 * signature has one encoding (strict DER).
 */
#include "ceremony/people/statement.h"

#include <inttypes.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/codec.h"

#define SIG_MAX  72 /* DER of two integers of 256 bits */
#define CERT_LEN 4096

static void
head_line(const struct head *h, struct buf *out)
{
	if (h->n < 0) {
		buf_str(out, "- -\n");
		return;
	}
	buf_fmt(out, "%" PRId64 " ", h->n);
	hex_encode(out, h->hash, SHA256_LEN);
	buf_byte(out, '\n');
}

void
statement_text(const struct statement *st, struct buf *out)
{
	buf_fmt(out, "tachiai/1 statement\n%s\n%s\n%s\n", st->kind, st->origin,
	    st->epoch);
	head_line(&st->asked, out);
	head_line(&st->seen, out);
	buf_fmt(out, "%s %s\n", st->person, st->role);
	hex_encode(out, st->doc, SHA256_LEN);
	buf_byte(out, '\n');
}

const char *
statement_kind(enum event_type type)
{
	switch (type) {
	case EV_AUTH_LOGIN:
		return "login";
	case EV_ROSTER_SIGN:
		return "roster";
	case EV_APPROVE:
	case EV_CSR_APPROVE:
		return "approve";
	case EV_CONSENT:
		return "consent";
	case EV_WITNESS:
		return "witness";
	case EV_RESOLVE:
		return "resolve";
	case EV_REVIEW:
		return "review";
	default:
		return NULL;
	}
}

void
statement_put(const struct statement *st, const uint8_t *sig, size_t sig_len,
    struct json *d)
{
	json_set_hex(d, "asked", st->asked.hash, SHA256_LEN);
	json_set_int(d, "asked_n", st->asked.n);
	json_set_hex(d, "doc", st->doc, SHA256_LEN);
	json_set_str(d, "epoch", st->epoch);
	json_set_str(d, "person", st->person);
	json_set_str(d, "role", st->role);
	if (st->seen.n >= 0) {
		json_set_hex(d, "seen", st->seen.hash, SHA256_LEN);
		json_set_int(d, "seen_n", st->seen.n);
	}
	json_set_b64(d, "sig", sig, sig_len);
}

static int
field(struct err *e, const char *name)
{
	return err_set(e, ERR_FORM, "statement.form", "field", name, NULL);
}

/* The string `key`, not empty, of the characters in `of`, into out. */
static int
get_text(const struct json *d, const char *key, const char *of, char *out,
    size_t size, struct err *e)
{
	const char *s = json_get_str(d, key);

	if (s == NULL || *s == '\0' || strlen(s) >= size ||
	    s[strspn(s, of)] != '\0')
		return field(e, key);
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
get_head(const struct json *d, const char *hash, const char *n, struct head *h,
    struct err *e)
{
	h->n = json_get_int(d, n, -1);
	if (h->n < 0)
		return field(e, n);
	if (json_get_hex(d, hash, h->hash, SHA256_LEN) == -1)
		return field(e, hash);
	return 0;
}

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"

int
statement_get(
    const struct json *d, struct statement *st, struct buf *sig, struct err *e)
{
	struct statement got;
	struct buf s = BUF_INIT;

	memset(&got, 0, sizeof(got));
	got.seen.n = -1;
	if (get_text(d, "epoch", "0123456789abcdef", got.epoch,
		sizeof(got.epoch), e) == -1 ||
	    get_text(d, "person", NAME_CHARS, got.person, sizeof(got.person),
		e) == -1 ||
	    get_text(d, "role", NAME_CHARS, got.role, sizeof(got.role), e) ==
		-1 ||
	    get_head(d, "asked", "asked_n", &got.asked, e) == -1)
		return -1;
	if (strlen(got.epoch) != sizeof(got.epoch) - 1)
		return field(e, "epoch");
	if ((json_get(d, "seen") != NULL || json_get(d, "seen_n") != NULL) &&
	    get_head(d, "seen", "seen_n", &got.seen, e) == -1)
		return -1;
	if (json_get_hex(d, "doc", got.doc, SHA256_LEN) == -1)
		return field(e, "doc");
	if (json_get_b64(d, "sig", &s) == -1 || s.len == 0 || s.len > SIG_MAX) {
		buf_free(&s);
		return field(e, "sig");
	}
	/* kind and origin are the caller's: not in d, so left as they are. */
	memcpy(got.kind, st->kind, sizeof(got.kind));
	memcpy(got.origin, st->origin, sizeof(got.origin));
	*st = got;
	buf_add(sig, s.data, s.len);
	buf_free(&s);
	return 0;
}

static bool
key_is_p256(EVP_PKEY *key)
{
	char group[32];
	size_t len;

	return EVP_PKEY_is_a(key, "EC") &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), &len) == 1 &&
	    strcmp(group, "prime256v1") == 0;
}

/* Two integers, written in the one way that DER has. */
static bool
sig_is_strict(const uint8_t *sig, size_t len)
{
	const uint8_t *p = sig;
	uint8_t *again = NULL;
	ECDSA_SIG *s;
	int n;
	bool ok;

	if (len == 0 || len > SIG_MAX)
		return false;
	s = d2i_ECDSA_SIG(NULL, &p, (long)len);
	if (s == NULL)
		return false;
	n = i2d_ECDSA_SIG(s, &again);
	ok = n > 0 && (size_t)n == len && memcmp(again, sig, len) == 0;
	OPENSSL_free(again);
	ECDSA_SIG_free(s);
	return ok;
}

/* With the key, NULL when its encoding was not whole. */
static int
verify(const struct statement *st, EVP_PKEY *key, const uint8_t *sig,
    size_t sig_len, struct err *e)
{
	struct buf text = BUF_INIT;
	EVP_MD_CTX *ctx;
	int ret = -1;

	if (key == NULL || !key_is_p256(key))
		return err_set(
		    e, ERR_FORM, "cred.damaged", "person", st->person, NULL);
	statement_text(st, &text);
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL)
		abort();
	if (!sig_is_strict(sig, sig_len) ||
	    EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestVerify(ctx, sig, sig_len, text.data, text.len) != 1) {
		err_set(e, ERR_REFUSED, "statement.signature", "person",
		    st->person, NULL);
		goto out;
	}
	ret = 0;
out:
	EVP_MD_CTX_free(ctx);
	buf_free(&text);
	return ret;
}

int
statement_verify(const struct statement *st, const uint8_t *cert,
    size_t cert_len, const uint8_t *sig, size_t sig_len, struct err *e)
{
	const uint8_t *p = cert;
	X509 *x = NULL;
	int ret;

	if (cert_len != 0 && cert_len <= CERT_LEN)
		x = d2i_X509(NULL, &p, (long)cert_len);
	ret = verify(st,
	    x != NULL && p == cert + cert_len ? X509_get0_pubkey(x) : NULL, sig,
	    sig_len, e);
	ERR_clear_error();
	X509_free(x);
	return ret;
}

int
statement_verify_spki(const struct statement *st, const uint8_t *spki,
    size_t spki_len, const uint8_t *sig, size_t sig_len, struct err *e)
{
	const uint8_t *p = spki;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki_len);
	int ret =
	    verify(st, p == spki + spki_len ? key : NULL, sig, sig_len, e);

	ERR_clear_error();
	EVP_PKEY_free(key);
	return ret;
}
