/* SPDX-License-Identifier: MIT */
/*
 * A throw-away hierarchy for every kind of key, made as a ceremony makes
 * it.  Without an argument it is checked in memory; with a directory it is
 * written there too, one folder a kind, for tests/oracle.
 */
#include <openssl/pem.h>
#include <sys/stat.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/lint/lint.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

struct row {
	const char *name;
	const char *kind; /* of both keys */
	const char *key;  /* as a profile says it */
	const char *alg;
	bool web;
};

static const struct row ROWS[] = {
	{ "rsa3072-sha256", "RSA-3072", "{\"bits\":3072,\"type\":\"rsa\"}",
	    "rsa-sha256", true },
	{ "rsa4096-sha384", "RSA-4096", "{\"bits\":4096,\"type\":\"rsa\"}",
	    "rsa-sha384", true },
	{ "rsa3072-pss256", "RSA-3072", "{\"bits\":3072,\"type\":\"rsa\"}",
	    "rsa-pss-sha256", true },
	{ "rsa3072-pss384", "RSA-3072", "{\"bits\":3072,\"type\":\"rsa\"}",
	    "rsa-pss-sha384", true },
	{ "p256", "P-256", "{\"curve\":\"P-256\",\"type\":\"ec\"}",
	    "ecdsa-sha256", true },
	{ "p384", "P-384", "{\"curve\":\"P-384\",\"type\":\"ec\"}",
	    "ecdsa-sha384", true },
	{ "p521", "P-521", "{\"curve\":\"P-521\",\"type\":\"ec\"}",
	    "ecdsa-sha512", true },
	{ "ed25519", "ED25519", "{\"type\":\"ed25519\"}", "ed25519", false },
	{ "ed448", "ED448", "{\"type\":\"ed448\"}", "ed448", false },
};

static const uint8_t SERIAL[CERT_SERIAL_LEN] = { 1, 0x9c, 0x2a, 0x11, 0x5e,
	0x70, 0x42, 0xd8, 0x33, 0x0b, 0xef, 0x67, 0x90, 0x1d, 0xc4, 0x58,
	0x26 };
static const uint8_t SERIAL2[CERT_SERIAL_LEN] = { 1, 0x4d, 0x2a, 0x11, 0x5e,
	0x70, 0x42, 0xd8, 0x33, 0x0b, 0xef, 0x67, 0x90, 0x1d, 0xc4, 0x58,
	0x27 };

static void
put_file(const char *dir, const char *name, const struct buf *data)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL || fwrite(data->data, 1, data->len, f) != data->len ||
	    fclose(f) != 0)
		abort();
}

static void
put_pem(
    const char *dir, const char *name, const char *label, const struct buf *der)
{
	struct buf pem = BUF_INIT;

	pem_encode(&pem, label, der->data, der->len);
	put_file(dir, name, &pem);
	buf_free(&pem);
}

static void
put_key(const char *dir, const char *name, const struct soft_key *k)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL ||
	    PEM_write_PKCS8PrivateKey(f, k->key, NULL, NULL, 0, NULL, NULL) !=
		1 ||
	    fclose(f) != 0)
		abort();
}

static void
lint_clean(const char *name, const struct buf *der, const struct lint_facts *f,
    bool list)
{
	static struct lint_results out;
	struct err e = { 0 };
	char label[80], why[400];
	int ret;

	ret = list ? lint_crl(span_of(der), CERT_WHOLE, f, &out, &e)
		   : lint_cert(span_of(der), CERT_WHOLE, f, &out, &e);
	if (ret != 0) {
		err_describe(&e, why, sizeof(why));
		printf("# %s\n", why);
	}
	snprintf(label, sizeof(label), "%s lints clean", name);
	CHECK(label, ret == 0 && out.refused == 0 && out.good > 10);
}

/* The tests' clock; a second argument moves it. */
static int64_t now = SOFT_NOW;

struct chain {
	const struct row *row;
	const struct sigalg *alg;
	struct soft_key root_key, sub_key;
	struct json *root_profile, *sub_profile, *crl_profile;
	struct buf root, sub, crl, p7;
};

static void
make_certs(struct chain *c)
{
	struct cert_clock clock = { now, now - 60, CERT_NO_TIME };
	struct cert_spec s = { .profile = c->root_profile,
		.spki = span_of(&c->root_key.spki),
		.serial = { SERIAL, sizeof(SERIAL) },
		.alg = c->alg,
		.rehearsal = true };
	struct cert_dates d;
	struct err e;

	if (cert_dates(c->root_profile, "c-root", &clock, &d, &e) != 0)
		abort();
	s.not_before = d.not_before;
	s.not_after = d.not_after;
	soft_cert(&s, &c->root_key, &c->root);
	clock.key_born = CERT_NO_TIME;
	clock.issuer_not_after = d.not_after;
	if (cert_dates(c->sub_profile, "c-int1", &clock, &d, &e) != 0)
		abort();
	s.profile = c->sub_profile;
	s.spki = span_of(&c->sub_key.spki);
	s.issuer = span_of(&c->root);
	s.serial.p = SERIAL2;
	s.not_before = d.not_before;
	s.not_after = d.not_after;
	soft_cert(&s, &c->root_key, &c->sub);
}

static void
make_crl(struct chain *c)
{
	struct buf tbs = BUF_INIT, raw = BUF_INIT;
	struct crl_spec s = { .profile = c->crl_profile,
		.issuer = span_of(&c->root),
		.alg = c->alg,
		.number = { (const uint8_t *)"\1", 1 },
		.this_update = now };
	struct err e;

	if (crl_dates(c->crl_profile, now, CERT_NO_TIME, &s.next_update, &e) !=
		0 ||
	    crl_build(&s, NULL, 0, &tbs, &e) != 0)
		abort();
	soft_sign(&c->root_key, c->alg, span_of(&tbs), &raw);
	if (crl_assemble(span_of(&tbs), c->alg, span_of(&c->root_key.spki),
		raw.data, raw.len, &c->crl, &e) != 0)
		abort();
	buf_free(&raw);
	buf_free(&tbs);
}

static void
check(struct chain *c)
{
	unsigned pack = c->row->web ? LINT_PACK_CABF : LINT_PACK_RFC5280;
	struct lint_facts f = { .item = "c-root",
		.profile = c->root_profile,
		.key_born = now - 60,
		.now = now,
		.rehearsal = true,
		.pack = pack,
		.spki = span_of(&c->root_key.spki) };
	struct cert root, sub;
	struct err e;
	int64_t path_len;
	char label[80];

	lint_clean(c->row->name, &c->root, &f, false);
	f.profile = c->sub_profile;
	f.issuer = span_of(&c->root);
	f.spki = span_of(&c->sub_key.spki);
	f.key_born = CERT_NO_TIME;
	lint_clean(c->row->name, &c->sub, &f, false);
	f.profile = c->crl_profile;
	lint_clean(c->row->name, &c->crl, &f, true);
	snprintf(label, sizeof(label), "%s holds together", c->row->name);
	CHECK(label,
	    cert_parse(span_of(&c->root), CERT_WHOLE, &root, &e) == 0 &&
		cert_parse(span_of(&c->sub), CERT_WHOLE, &sub, &e) == 0 &&
		cert_is_self_issued(&root) && !cert_is_self_issued(&sub) &&
		cert_is_rehearsal(&root) && cert_is_ca(&sub, &path_len) &&
		path_len == 0 && cert_verify(&sub, root.key.der, &e) == 0 &&
		root.not_before == now - 60);
}

static void
write_out(const struct chain *c, const char *top)
{
	struct buf pem = BUF_INIT;
	char dir[400];

	snprintf(dir, sizeof(dir), "%s/%s", top, c->row->name);
	(void)mkdir(top, 0777);
	(void)mkdir(dir, 0777);
	put_pem(dir, "root.pem", "CERTIFICATE", &c->root);
	put_pem(dir, "intermediate.pem", "CERTIFICATE", &c->sub);
	put_pem(dir, "root.crl", "X509 CRL", &c->crl);
	pem_encode(&pem, "CERTIFICATE", c->sub.data, c->sub.len);
	pem_encode(&pem, "CERTIFICATE", c->root.data, c->root.len);
	put_file(dir, "chain.pem", &pem);
	put_file(dir, "chain.p7b", &c->p7);
	put_key(dir, "intermediate.key", &c->sub_key);
	buf_free(&pem);
}

static void
chain(const struct row *row, const char *top)
{
	struct chain c = { .row = row, .alg = sigalg_find(row->alg) };
	struct span certs[2];
	struct err e;

	soft_key_new(&c.root_key, row->kind);
	soft_key_new(&c.sub_key, row->kind);
	c.root_profile = soft_profile("root", "", row->key, "[]", row->alg,
	    SOFT_ROOT_NAME, "{\"years\":20}");
	c.sub_profile = soft_profile("tls-subordinate", SOFT_SUB_EXT, row->key,
	    "[\"ov\",\"1.3.6.1.4.1.99999.1.1\"]", row->alg, SOFT_SUB_NAME,
	    "{\"years\":3}");
	c.crl_profile =
	    soft_json("{\"idp\":\"none\",\"issuer_kind\":\"root\","
		      "\"name\":\"arl\",\"next_update_days\":364,"
		      "\"reasons\":[\"keyCompromise\",\"superseded\"]}");
	make_certs(&c);
	make_crl(&c);
	certs[0] = span_of(&c.sub);
	certs[1] = span_of(&c.root);
	if (p7_build(certs, 2, &c.p7, &e) != 0)
		abort();
	check(&c);
	if (top != NULL)
		write_out(&c, top);
	buf_free(&c.p7);
	buf_free(&c.crl);
	buf_free(&c.sub);
	buf_free(&c.root);
	json_free(c.crl_profile);
	json_free(c.sub_profile);
	json_free(c.root_profile);
	soft_key_free(&c.sub_key);
	soft_key_free(&c.root_key);
}

int
main(int argc, char **argv)
{
	if (argc > 2)
		now = atoll(argv[2]);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		chain(&ROWS[i], argc > 1 ? argv[1] : NULL);
	return test_end();
}
