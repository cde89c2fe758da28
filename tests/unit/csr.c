/* SPDX-License-Identifier: MIT */
/*
 * Requests: good ones of every kind of key as OpenSSL makes them, and the
 * negative corpus, each refused with its own id.
 */
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "ceremony/base/codec.h"
#include "ceremony/text/text.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

/* A request as any tool would make it; extensions from `ext` when given. */
static void
request(EVP_PKEY *key, const EVP_MD *md, const char *ext, struct buf *out)
{
	X509_REQ *r = X509_REQ_new();
	X509_NAME *n = X509_REQ_get_subject_name(r);
	unsigned char *der = NULL;
	int len;

	X509_NAME_add_entry_by_txt(
	    n, "C", MBSTRING_ASC, (const unsigned char *)"JP", -1, -1, 0);
	X509_NAME_add_entry_by_txt(n, "O", MBSTRING_UTF8,
	    (const unsigned char *)"Example Trust K.K.", -1, -1, 0);
	X509_NAME_add_entry_by_txt(n, "OU", MBSTRING_UTF8,
	    (const unsigned char *)"Section 4", -1, -1, 0);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8,
	    (const unsigned char *)"Example TLS CA R1", -1, -1, 0);
	X509_REQ_set_version(r, 0);
	X509_REQ_set_pubkey(r, key);
	if (ext != NULL) {
		STACK_OF(X509_EXTENSION) *list = sk_X509_EXTENSION_new_null();
		X509V3_CTX ctx;
		X509_EXTENSION *x;

		X509V3_set_ctx_nodb(&ctx);
		X509V3_set_ctx(&ctx, NULL, NULL, r, NULL, 0);
		x = X509V3_EXT_conf_nid(NULL, &ctx, NID_basic_constraints, ext);
		sk_X509_EXTENSION_push(list, x);
		x = X509V3_EXT_conf_nid(
		    NULL, &ctx, NID_subject_alt_name, "DNS:www.example.jp");
		sk_X509_EXTENSION_push(list, x);
		X509_REQ_add_extensions(r, list);
		sk_X509_EXTENSION_pop_free(list, X509_EXTENSION_free);
	}
	if (X509_REQ_sign(r, key, md) <= 0)
		abort();
	len = i2d_X509_REQ(r, &der);
	buf_add(out, der, (size_t)len);
	OPENSSL_free(der);
	X509_REQ_free(r);
}

static void
good(const char *name, const char *kind, const EVP_MD *md, const char *ext)
{
	struct soft_key k;
	struct buf der = BUF_INIT, pem = BUF_INIT, back = BUF_INIT;
	struct csr r;
	struct err e = { 0 };
	char why[400];
	int ret;

	soft_key_new(&k, kind);
	request(k.key, md, ext, &der);
	pem_encode(&pem, "CERTIFICATE REQUEST", der.data, der.len);
	ret = csr_from_file("int1.csr", pem.data, pem.len, &back, &e);
	if (ret == 0)
		ret = csr_parse("int1.csr", span_of(&back), &r, &e);
	if (ret != 0) {
		err_describe(&e, why, sizeof(why));
		printf("# %s\n", why);
	}
	CHECK(name, ret == 0 && span_equal(r.key.der, span_of(&k.spki)));
	buf_free(&back);
	buf_free(&pem);
	buf_free(&der);
	soft_key_free(&k);
}

static void
canonical(void)
{
	struct soft_key k;
	struct buf der = BUF_INIT, text = BUF_INIT;
	const struct json *wants;
	struct json *j, *back = NULL, *rows = NULL, *profile;
	struct csr r;
	struct err e;

	soft_key_new(&k, "P-384");
	request(k.key, EVP_sha256(), "critical,CA:TRUE,pathlen:3", &der);
	if (csr_parse("f", span_of(&der), &r, &e) != 0)
		abort();
	j = csr_form(&r);
	json_encode(j, &text);
	CHECK("canonical form reads back",
	    json_parse(buf_cstr(&text), text.len, JSON_DEPTH, &back, &e) == 0 &&
		json_equal(j, back));
	wants = json_get(j, "wants");
	CHECK("what it wants",
	    json_get_int(wants, "ca", 0) == 1 &&
		json_get_int(wants, "path_len", -1) == 3);
	CHECK_STR("its other name",
	    json_str(json_at(json_get(wants, "names"), 0)), "www.example.jp");
	CHECK_STR("its hash", json_get_str(j, "signature"), "ecdsa-sha256");
	CHECK_STR(
	    "its key", json_get_str(json_get(j, "key"), "name"), "EC P-384");
	CHECK("nine rows of quality", json_count(json_get(j, "quality")) == 9);
	/* The name that a certificate takes from it leaves the unit out. */
	profile = json_new_obj();
	CHECK("subject from the request",
	    cert_subject(profile, NULL, json_get(j, "subject"), "c-int1", &rows,
		&e) == 0 &&
		json_count(rows) == 3);
	json_free(rows);
	json_free(profile);
	json_free(back);
	json_free(j);
	buf_free(&text);
	buf_free(&der);
	soft_key_free(&k);
}

static void
refused(const char *name, const uint8_t *p, size_t len, const char *id,
    const char *rule)
{
	struct buf der = BUF_INIT, text = BUF_INIT;
	struct csr r;
	struct err e = { 0 };
	int ret = csr_from_file("int1.csr", p, len, &der, &e);
	bool good;

	if (ret == 0)
		ret = csr_parse("int1.csr", span_of(&der), &r, &e);
	good = ret == -1 && strcmp(e.id, id) == 0 &&
	    (rule == NULL ||
		(err_value(&e, "rule") != NULL &&
		    strcmp(err_value(&e, "rule"), rule) == 0));
	if (!good) {
		char why[400];

		err_describe(&e, why, sizeof(why));
		printf("# %s\n", ret == -1 ? why : "taken");
	}
	if (ret == -1) {
		text_error(LANG_EN, &e, &text);
		good = good && strstr(buf_cstr(&text), "int1.csr") != NULL;
	}
	CHECK(name, good);
	buf_free(&text);
	buf_free(&der);
}

/* A request of these parts, signed by `k`. */
static void
assemble(const struct soft_key *k, const char *info_hex_tail, bool spki_first,
    struct buf *out)
{
	struct buf body = BUF_INIT, info = BUF_INIT;
	struct json *rows = soft_json("[{\"type\":\"CN\",\"value\":\"X\"}]");
	struct err e;
	uint8_t tail[600];
	size_t len = strlen(info_hex_tail) / 2;

	if (hex_decode(tail, len, info_hex_tail, 2 * len) != 0)
		abort();
	der_put_int(&body, DER_INT, spki_first ? 1 : 0);
	if (name_build(rows, false, &body, &e) != 0)
		abort();
	buf_add(&body, k->spki.data, k->spki.len);
	buf_add(&body, tail, len);
	der_put_buf(&info, DER_SEQ, &body);
	soft_wrap(span_of(&info), sigalg_find("ecdsa-sha256"), k, out);
	json_free(rows);
	buf_free(&info);
	buf_free(&body);
}

static void
forms(void)
{
	static const struct {
		const char *name, *tail, *id;
		bool version1;
	} ROWS[] = {
		{ "no attributes at all", "", NULL, false },
		{ "empty attributes", "a000", NULL, false },
		{ "attribute twice",
		    "a01e300d06032a03043106"
		    "0c0441424344300d06032a030431060c0441424344",
		    "csr.form", false },
		{ "attribute without a value",
		    "a00930070603"
		    "2a03043100",
		    "csr.form", false },
		{ "indefinite length", "a0800000", "csr.form", false },
		{ "bytes behind the attributes", "a0000500", "csr.form",
		    false },
		{ "version 1", "a000", "csr.form", true },
	};
	struct soft_key k;

	soft_key_new(&k, "P-256");
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct buf der = BUF_INIT;
		struct csr r;
		struct err e;

		assemble(&k, ROWS[i].tail, ROWS[i].version1, &der);
		if (ROWS[i].id != NULL)
			refused(
			    ROWS[i].name, der.data, der.len, ROWS[i].id, NULL);
		else
			CHECK(ROWS[i].name,
			    csr_parse("f", span_of(&der), &r, &e) == 0);
		buf_free(&der);
	}
	soft_key_free(&k);
}

/* Names that are no host, bytes that nobody prints, and a usage. */
static void
odd_wants(void)
{
	struct soft_key k;
	struct buf der = BUF_INIT;
	const struct json *wants, *names;
	struct json *j;
	struct csr r;
	struct err e;

	soft_key_new(&k, "P-256");
	assemble(&k, "a0343032" "06092a864886f70d01090e" "31253023"
	    "300b0603551d0f040403020106"
	    "30140603551d11040d300b" "8103610762" "87040a000001", false, &der);
	if (csr_parse("f", span_of(&der), &r, &e) != 0)
		abort();
	j = csr_form(&r);
	wants = json_get(j, "wants");
	names = json_get(wants, "names");
	CHECK("the usage it wants", json_get_int(wants, "key_usage", 0) == 6 &&
	    json_get(wants, "ca") == NULL);
	CHECK_STR("an address of mail, printable",
	    json_str(json_at(names, 0)), "a?b");
	CHECK_STR("an address of a machine, as it is",
	    json_str(json_at(names, 1)), "87040a000001");
	json_free(j);
	buf_free(&der);
	soft_key_free(&k);
}

/* Every bit flip and every truncation is refused. */
static void
flips(const struct buf *der)
{
	struct buf copy = BUF_INIT;
	struct csr r;
	struct err e;
	size_t taken = 0, cut = 0;

	buf_add(&copy, der->data, der->len);
	for (size_t i = 0; i < copy.len; i++) {
		copy.data[i] ^= (uint8_t)(1u << (i % 8));
		taken += csr_parse("f", span_of(&copy), &r, &e) == 0;
		copy.data[i] ^= (uint8_t)(1u << (i % 8));
	}
	for (copy.len = 0; copy.len < der->len; copy.len++)
		cut += csr_parse("f", span_of(&copy), &r, &e) == 0;
	CHECK("no flipped bit is taken", taken == 0);
	CHECK("no truncation is taken", cut == 0);
	buf_free(&copy);
}

static void
bad(void)
{
	struct soft_key k, weak;
	struct buf der = BUF_INIT, b = BUF_INIT;

	soft_key_new(&k, "P-384");
	request(k.key, EVP_sha384(), NULL, &der);
	flips(&der);
	buf_add(&b, der.data, der.len);
	b.data[b.len - 1] ^= 1;
	refused("bad proof", b.data, b.len, "csr.proof", NULL);
	b.data[b.len - 1] ^= 1;
	buf_byte(&b, 0);
	refused("trailing byte", b.data, b.len, "csr.form", NULL);
	buf_reset(&b);
	pem_encode(&b, "CERTIFICATE REQUEST", der.data, der.len);
	pem_encode(&b, "CERTIFICATE REQUEST", der.data, der.len);
	refused("two requests", b.data, b.len, "csr.form", NULL);
	buf_reset(&b);
	pem_encode(&b, "CERTIFICATE", der.data, der.len);
	refused("a certificate's label", b.data, b.len, "csr.type", NULL);
	refused("an empty file", (const uint8_t *)"", 0, "csr.form", NULL);
	refused("a text", (const uint8_t *)"hello", 5, "csr.form", NULL);
	buf_reset(&b);
	for (size_t i = 0; i < 3 * CSR_MAX; i++)
		buf_byte(&b, DER_SEQ);
	refused("too large", b.data, b.len, "csr.form", NULL);
	soft_key_new(&weak, "RSA-1024");
	buf_reset(&b);
	request(weak.key, EVP_sha256(), NULL, &b);
	refused("RSA of 1024 bits", b.data, b.len, "csr.weak-key", "KEY-1");
	soft_key_free(&weak);
	weak.key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	buf_reset(&b);
	request(weak.key, EVP_sha256(), NULL, &b);
	refused("secp256k1", b.data, b.len, "csr.weak-key", "KEY-9");
	EVP_PKEY_free(weak.key);
	buf_reset(&b);
	request(k.key, EVP_sha1(), NULL, &b);
	refused("SHA-1", b.data, b.len, "csr.form", NULL);
	buf_free(&b);
	buf_free(&der);
	soft_key_free(&k);
}

int
main(void)
{
	good("RSA-2048", "RSA-2048", EVP_sha256(), NULL);
	good("RSA-3072 with SHA-512", "RSA-3072", EVP_sha512(), NULL);
	good("P-256", "P-256", EVP_sha256(), NULL);
	good("P-384 with SHA-256", "P-384", EVP_sha256(), NULL);
	good("P-521", "P-521", EVP_sha512(), NULL);
	good("Ed25519", "ED25519", NULL, NULL);
	good("asks for CA:FALSE", "P-256", EVP_sha256(), "CA:FALSE");
	canonical();
	forms();
	odd_wants();
	bad();
	return test_end();
}
