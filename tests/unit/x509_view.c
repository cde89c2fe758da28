/* SPDX-License-Identifier: MIT */
/*
 * Files of certificates and lists as people bring them, and what a review
 * shows of lists and of a responder's certificate.
 */
#include <openssl/pkcs7.h>

#include "ceremony/x509/csr.h"
#include "ceremony/x509/review.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

static struct {
	struct soft_key key;
	struct json *root_profile;
	struct buf root;
	const struct sigalg *alg;
} w;

#define KEY "{\"curve\":\"P-384\",\"type\":\"ec\"}"

static void
make(const struct json *profile, struct span issuer, struct buf *der)
{
	static const uint8_t SERIAL[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct cert_spec s = { .profile = profile,
		.issuer = issuer,
		.spki = span_of(&w.key.spki),
		.serial = { SERIAL, sizeof(SERIAL) },
		.not_before = SOFT_NOW,
		.not_after = SOFT_NOW + 86399,
		.alg = w.alg };

	soft_cert(&s, &w.key, der);
}

static void
pem(struct buf *out, const char *label, const struct buf *der)
{
	char *text = malloc(der->len * 2 + 100);
	int n = EVP_EncodeBlock((unsigned char *)text, der->data,
	    (int)der->len);

	buf_fmt(out, "-----BEGIN %s-----\n", label);
	for (int i = 0; i < n; i += 64)
		buf_fmt(out, "%.*s\n", n - i < 64 ? n - i : 64, text + i);
	buf_fmt(out, "-----END %s-----\n", label);
	free(text);
}

typedef int from_file_fn(
    const uint8_t *p, size_t len, struct buf *der, struct err *e);

static void
check_file(const char *name, from_file_fn *from, const struct buf *file,
    const struct buf *want)
{
	struct buf der = BUF_INIT;
	struct err e = { 0 };
	int ret = from(file->data, file->len, &der, &e);

	if (want != NULL)
		CHECK(name, ret == 0 && der.len == want->len &&
		    memcmp(der.data, want->data, der.len) == 0);
	else
		CHECK(name, ret == -1 && der.len == 0 && e.id[0] != '\0');
	buf_free(&der);
}

/* DER, PEM, PEM with words around it; nothing else, and one object alone. */
static void
files(from_file_fn *from, const char *label, const struct buf *der)
{
	struct buf f = BUF_INIT;

	check_file("DER", from, der, der);
	pem(&f, label, der);
	check_file("PEM", from, &f, der);
	pem(&f, label, der);
	check_file("two of them", from, &f, NULL);
	buf_reset(&f);
	pem(&f, "SOMETHING ELSE", der);
	check_file("another label", from, &f, NULL);
	buf_reset(&f);
	buf_str(&f, "no object at all\n");
	check_file("words", from, &f, NULL);
	buf_reset(&f);
	check_file("nothing", from, &f, NULL);
	for (size_t i = 0; i < (size_t)1 << 17; i++)
		buf_str(&f, "a long file, ");
	if (from == cert_from_file)
		check_file("too long", from, &f, NULL);
	buf_free(&f);
}

static const char *
value(const struct review *v, const char *label)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->row[i].label != NULL &&
		    strcmp(v->row[i].label, label) == 0)
			return v->row[i].value;
	return "";
}

static bool
shown(const struct review *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strstr(v->row[i].value, text) != NULL)
			return true;
	return false;
}

static void
list(void)
{
	struct json *profile = soft_json(
	    "{\"idp\":\"http://crl.example.jp/r1.crl\",\"issuer_kind\":"
	    "\"root\",\"name\":\"arl\",\"next_update_days\":1}");
	struct crl_spec s = { .profile = profile,
		.issuer = span_of(&w.root),
		.alg = w.alg,
		.number = { (const uint8_t *)"\x07", 1 },
		.this_update = SOFT_NOW,
		.next_update = SOFT_NOW + 86399 };
	struct crl_entry x[2] = { { .serial = { 0x11, 0x22 }, .serial_len = 2,
		.date = SOFT_NOW - 60, .reason = 1 },
		{ .serial = { 0x33 }, .serial_len = 1,
		.date = SOFT_NOW - 60, .reason = -1 } };
	struct buf tbs = BUF_INIT, der = BUF_INIT;
	struct review v = REVIEW_INIT;
	struct err e;

	if (crl_build(&s, x, 2, &tbs, &e) == -1)
		abort();
	soft_wrap(span_of(&tbs), w.alg, &w.key, &der);
	files(crl_from_file, "X509 CRL", &der);
	CHECK("a list is shown", crl_view(LANG_EN, span_of(&der), CERT_WHOLE,
	    &v, &e) == 0);
	CHECK_STR("how many", value(&v, "view.revoked-count"), "2");
	CHECK("which and why", shown(&v, "1122\n2026-12-09T01:12:00Z "
	    "keyCompromise"));
	CHECK("the other without a reason", shown(&v,
	    "33\n2026-12-09T01:12:00Z"));
	CHECK("its point", shown(&v, "http://crl.example.jp/r1.crl"));
	review_free(&v);
	CHECK("a certificate is no list", crl_view(LANG_EN, span_of(&w.root),
	    CERT_WHOLE, &v, &e) == -1);
	CHECK("a list is no certificate", cert_view(LANG_EN, span_of(&der),
	    CERT_WHOLE, &v, &e) == -1);
	buf_free(&tbs);
	buf_free(&der);
	json_free(profile);
}

static void
responder(void)
{
	struct json *profile = soft_profile("ocsp-responder", "", KEY, "[]",
	    "ecdsa-sha384", SOFT_SUB_NAME, "{\"days\":1}");
	struct buf der = BUF_INIT;
	struct review v = REVIEW_INIT;
	struct err e;

	make(profile, span_of(&w.root), &der);
	CHECK("a responder is shown", cert_view(LANG_EN, span_of(&der),
	    CERT_WHOLE, &v, &e) == 0 && shown(&v, text_get(LANG_EN, "view.yes")));
	review_free(&v);
	CHECK("every source has its words", review_from_label(
	    REVIEW_PROFILE) != NULL && review_from_label(REVIEW_REQUEST) !=
	    NULL && strcmp(review_from_label(REVIEW_LOG),
	    review_from_label(REVIEW_MODE)) != 0);
	files(cert_from_file, "CERTIFICATE", &der);
	buf_free(&der);
	json_free(profile);
}

/* A request as its officer sees it before it is confirmed. */
static void
request(void)
{
	FILE *f = fopen("tests/ceremonies/requests/br-tls-int1.csr", "rb");
	static uint8_t text[8192];
	size_t n = f != NULL ? fread(text, 1, sizeof(text), f) : 0;
	struct buf der = BUF_INIT;
	struct review v = REVIEW_INIT;
	struct csr csr;
	struct err e;

	if (f != NULL)
		fclose(f);
	CHECK("a request is read", csr_from_file("a.csr", text, n, &der,
	    &e) == 0 && csr_parse("a.csr", span_of(&der), &csr, &e) == 0);
	CHECK("and shown", csr_view(LANG_EN, &csr, &v, &e) == 0 &&
	    shown(&v, "CN=Example TLS CA R1") && shown(&v, "P-384"));
	review_free(&v);
	buf_free(&der);
}

/* Both certificates in one bag; OpenSSL reads the same two out of it. */
static void
bag(void)
{
	const struct span two[2] = { span_of(&w.root), span_of(&w.root) };
	struct buf out = BUF_INIT;
	struct span bad = { (const uint8_t *)"no", 2 };
	const uint8_t *p;
	struct err e;
	PKCS7 *p7;

	CHECK("no certificate, no bag", p7_build(&bad, 1, &out, &e) == -1 &&
	    out.len == 0);
	CHECK("two", p7_build(two, 2, &out, &e) == 0);
	p = out.data;
	p7 = d2i_PKCS7(NULL, &p, (long)out.len);
	CHECK("a bag of certificates", p7 != NULL &&
	    p == out.data + out.len && PKCS7_type_is_signed(p7) &&
	    sk_X509_num(p7->d.sign->cert) == 2);
	PKCS7_free(p7);
	buf_free(&out);
}

int
main(void)
{
	struct span none = { NULL, 0 };

	w.alg = sigalg_find("ecdsa-sha384");
	soft_key_new(&w.key, "P-384");
	w.root_profile = soft_profile("root", "", KEY, "[]", "ecdsa-sha384",
	    SOFT_ROOT_NAME, "{\"days\":1}");
	make(w.root_profile, none, &w.root);
	list();
	responder();
	request();
	bag();
	buf_free(&w.root);
	json_free(w.root_profile);
	soft_key_free(&w.key);
	return test_end();
}
