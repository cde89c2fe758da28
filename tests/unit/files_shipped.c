/* SPDX-License-Identifier: MIT */
/*
 * The shipped ceremonies, made with keys in software from the requests of
 * the tests: what their profiles say can be built, and lints clean.
 */
#include "ceremony/files/files.h"
#include "ceremony/files/script.h"
#include "ceremony/lint/lint.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

static const struct {
	const char *name, *dir, *sub, *request, *key, *list;
} ROWS[] = {
	{ "br-tls", "docs/ceremonies/br-tls", "c-int1",
	    "tests/ceremonies/requests/br-tls-int1.csr", "P-384", "crl-1" },
	{ "enterprise", "docs/ceremonies/enterprise", "c-int1",
	    "tests/ceremonies/requests/enterprise-int1.csr", "RSA-3072",
	    "crl-1" },
	{ "next", "tests/ceremonies/next", "c-int2",
	    "tests/ceremonies/requests/br-tls-int2.csr", "P-384", "crl-2" },
};

static const uint8_t SERIAL[2][CERT_SERIAL_LEN] = {
	{ 1, 0x9c, 0x2a, 0x11, 0x5e, 0x70, 0x42, 0xd8, 0x33, 0x0b, 0xef, 0x67,
	    0x90, 0x1d, 0xc4, 0x58, 0x26 },
	{ 1, 0x4d, 0x2a, 0x11, 0x5e, 0x70, 0x42, 0xd8, 0x33, 0x0b, 0xef, 0x67,
	    0x90, 0x1d, 0xc4, 0x58, 0x27 },
};

struct day {
	const char *name;
	struct json *set, *plan;
	struct soft_key key;
	struct buf root, request;
	struct lint_facts facts;
};

static struct buf
slurp(const char *path)
{
	static char block[65536];
	struct buf b = BUF_INIT;
	FILE *f = fopen(path, "rb");
	size_t n = f != NULL ? fread(block, 1, sizeof(block), f) : 0;

	if (f != NULL)
		fclose(f);
	buf_add(&b, block, n);
	return b;
}

static struct json *
load(enum files_kind kind, const char *dir, const char *file)
{
	struct json *j = NULL;
	char path[256];
	struct err e;
	struct buf b;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	b = slurp(path);
	if (files_parse(kind, path, b.data, b.len, &j, &e) == -1)
		abort();
	buf_free(&b);
	return j;
}

static const struct json *
profile_of(const struct day *d, const char *item)
{
	struct plan_item it;

	if (plan_item(d->plan, item, &it) == -1)
		abort();
	return it.kind == PLAN_CRL
	    ? crl_profile_find(d->set, json_get_str(it.json, "profile"))
	    : profile_find(d->set, json_get_str(it.json, "profile"));
}

static void
clean(const struct day *d, const char *item, int rc, const struct err *e,
    const struct lint_results *r)
{
	char label[96], why[400];

	if (rc != 0) {
		err_describe(e, why, sizeof(why));
		printf("# %s\n", why);
	}
	snprintf(label, sizeof(label), "%s: %s lints clean", d->name, item);
	CHECK(label, rc == 0 && r->refused == 0 && r->good > 10);
}

/* Build one certificate, signed by the root's key, and lint it. */
static void
certificate(struct day *d, const char *item, struct span spki, bool root,
    struct buf *der)
{
	static struct lint_results r;
	const struct json *p = profile_of(d, item);
	struct cert_clock clock = { SOFT_NOW,
		root ? SOFT_NOW - 60 : CERT_NO_TIME, CERT_NO_TIME };
	struct cert_spec s = { .profile = p,
		.spki = spki,
		.serial = { SERIAL[!root], CERT_SERIAL_LEN },
		.rehearsal = true };
	struct plan_item it;
	struct cert_dates dates;
	struct err e;

	plan_item(d->plan, item, &it);
	s.subject = json_get(it.json, "subject");
	s.alg = sigalg_find(json_get_str(p, "signature"));
	if (!root)
		s.issuer = span_of(&d->root);
	if (cert_dates(p, item, &clock, &dates, &e) != 0)
		abort();
	s.not_before = dates.not_before;
	s.not_after = dates.not_after;
	soft_cert(&s, &d->key, der);
	d->facts.item = item;
	d->facts.profile = p;
	d->facts.subject = s.subject;
	d->facts.issuer = s.issuer;
	d->facts.spki = spki;
	d->facts.key_born = clock.key_born;
	clean(d, item, lint_cert(span_of(der), CERT_WHOLE, &d->facts, &r, &e),
	    &e, &r);
}

static void
list(struct day *d, const char *item)
{
	static struct lint_results r;
	const struct json *p = profile_of(d, item);
	struct buf tbs = BUF_INIT, raw = BUF_INIT, der = BUF_INIT;
	struct crl_spec s = { .profile = p,
		.issuer = span_of(&d->root),
		.number = { (const uint8_t *)"\1", 1 },
		.this_update = SOFT_NOW };
	struct err e;

	s.alg = sigalg_find(json_get_str(profile_of(d, "c-root"), "signature"));
	if (crl_dates(p, SOFT_NOW, CERT_NO_TIME, &s.next_update, &e) != 0 ||
	    crl_build(&s, NULL, 0, &tbs, &e) != 0)
		abort();
	soft_sign(&d->key, s.alg, span_of(&tbs), &raw);
	if (crl_assemble(span_of(&tbs), s.alg, span_of(&d->key.spki), raw.data,
		raw.len, &der, &e) != 0)
		abort();
	d->facts.item = item;
	d->facts.profile = p;
	d->facts.subject = NULL;
	d->facts.issuer = span_of(&d->root);
	d->facts.spki = (struct span){ NULL, 0 };
	clean(d, item, lint_crl(span_of(&der), CERT_WHOLE, &d->facts, &r, &e),
	    &e, &r);
	buf_free(&tbs);
	buf_free(&raw);
	buf_free(&der);
}

static void
one_day(size_t i)
{
	struct day d = { .name = ROWS[i].name };
	struct buf der = BUF_INIT, file = slurp(ROWS[i].request);
	struct csr csr;
	struct err e;
	char label[96];

	d.set = load(FILES_PROFILES, ROWS[i].dir, "profiles.yaml");
	d.plan = load(FILES_PLAN, ROWS[i].dir, "plan.yaml");
	d.facts = (struct lint_facts){ .now = SOFT_NOW,
		.rehearsal = true,
		.pack =
		    lint_pack(json_get_str(json_get(d.set, "lint"), "pack")) };
	soft_key_new(&d.key, ROWS[i].key);
	snprintf(label, sizeof(label), "%s: the root's key fits", d.name);
	CHECK(label,
	    spki_fits(&d.key.parsed, json_get(profile_of(&d, "c-root"), "key"),
		&e) == 0);
	certificate(&d, "c-root", span_of(&d.key.spki), true, &d.root);
	snprintf(label, sizeof(label), "%s: the request fits", d.name);
	CHECK(label,
	    csr_from_file(
		ROWS[i].request, file.data, file.len, &d.request, &e) == 0 &&
		csr_parse(ROWS[i].request, span_of(&d.request), &csr, &e) ==
		    0 &&
		spki_fits(&csr.key,
		    json_get(profile_of(&d, ROWS[i].sub), "key"), &e) == 0);
	certificate(&d, ROWS[i].sub, csr.key.der, false, &der);
	list(&d, ROWS[i].list);
	buf_free(&der);
	buf_free(&file);
	buf_free(&d.root);
	buf_free(&d.request);
	soft_key_free(&d.key);
	json_free(d.set);
	json_free(d.plan);
}

int
main(void)
{
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		one_day(i);
	return test_end();
}
