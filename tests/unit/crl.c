/* SPDX-License-Identifier: MIT */
/*
 * Lists: the stream and the array give the same bytes, numbers, reading
 * back, and the negative corpus with the rule that must say so.
 */
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/lint/lint.h"
#include "tests/unit/lint_seen.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

static struct {
	struct soft_key key;
	struct json *profile, *root_profile;
	struct buf root;
	const struct sigalg *alg;
} w;

static void
setup(void)
{
	static const uint8_t SERIAL[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	struct cert_spec s = { .rehearsal = true };

	w.alg = sigalg_find("ecdsa-sha384");
	soft_key_new(&w.key, "P-384");
	w.root_profile =
	    soft_profile("root", "", "{\"curve\":\"P-384\",\"type\":\"ec\"}",
		"[]", w.alg->name, SOFT_ROOT_NAME, "{\"years\":20}");
	w.profile = soft_json(
	    "{\"idp\":\"none\",\"issuer_kind\":\"root\","
	    "\"name\":\"arl\",\"next_update_days\":364,\"reasons\":"
	    "[\"keyCompromise\",\"superseded\",\"cessationOfOperation\"]}");
	s.profile = w.root_profile;
	s.spki = span_of(&w.key.spki);
	s.serial.p = SERIAL;
	s.serial.len = sizeof(SERIAL);
	s.not_before = SOFT_NOW;
	s.not_after = civil_add_years(SOFT_NOW, 20) - 1;
	s.alg = w.alg;
	soft_cert(&s, &w.key, &w.root);
}

static struct crl_spec
spec(void)
{
	struct crl_spec s = { .profile = w.profile,
		.issuer = span_of(&w.root),
		.alg = w.alg,
		.number = { (const uint8_t *)"\x07", 1 },
		.this_update = SOFT_NOW,
		.next_update = SOFT_NOW + INT64_C(364) * 86400 };

	return s;
}

static void
entry(struct crl_entry *r, size_t i, int reason)
{
	memset(r, 0, sizeof(*r));
	r->serial[0] = 1;
	for (size_t k = 0; k < 8; k++)
		r->serial[k + 1] = (uint8_t)((uint64_t)i >> (56 - 8 * k));
	r->serial_len = 9;
	r->date = SOFT_NOW - 1000;
	r->reason = reason;
}

static int
nth(void *arg, size_t i, struct crl_entry *out, struct err *e)
{
	(void)arg;
	(void)e;
	entry(out, i, i % 3 == 0 ? 1 : 4);
	return 0;
}

/* Gives another answer at the second asking. */
static int
fickle(void *arg, size_t i, struct crl_entry *out, struct err *e)
{
	size_t *asked = arg;

	(void)e;
	entry(out, i, 1);
	if ((*asked)++ >= 10)
		out->serial_len = 5;
	return 0;
}

struct sink {
	struct buf all;
	size_t largest, calls;
	size_t stop; /* fail at this call; 0: never */
};

static int
take(void *arg, const uint8_t *p, size_t len, struct err *e)
{
	struct sink *s = arg;

	if (++s->calls == s->stop)
		return err_set(e, ERR_WORLD, "sig.input", NULL);
	s->largest = len > s->largest ? len : s->largest;
	buf_add(&s->all, p, len);
	return 0;
}

static void
streams(void)
{
	struct crl_entry list[100];
	struct crl_spec s = spec();
	struct sink sink = { BUF_INIT, 0, 0, 0 }, many = { BUF_INIT, 0, 0, 0 };
	struct buf tbs = BUF_INIT;
	struct crl c;
	struct err e;
	size_t asked = 0;

	for (size_t i = 0; i < 100; i++)
		(void)nth(NULL, i, &list[i], &e);
	CHECK("stream and array agree",
	    crl_build(&s, list, 100, &tbs, &e) == 0 &&
		crl_stream(&s, 100, nth, NULL, take, &sink, &e) == 0 &&
		span_equal(span_of(&tbs), span_of(&sink.all)));
	CHECK("a long list comes in small parts",
	    crl_stream(&s, 100000, nth, NULL, take, &many, &e) == 0 &&
		many.largest < 20000 && many.calls > 100);
	CHECK("and reads back",
	    crl_parse(span_of(&many.all), CERT_TBS, &c, &e) == 0 &&
		c.n_revoked == 100000);
	many.calls = 0;
	many.stop = 3;
	CHECK("a sink that fails ends it",
	    crl_stream(&s, 100000, nth, NULL, take, &many, &e) == -1 &&
		many.calls == 3 && strcmp(e.id, "sig.input") == 0);
	CHECK("another answer the second time is refused",
	    crl_stream(&s, 10, fickle, &asked, take, &sink, &e) == -1 &&
		strcmp(e.id, "crl.form") == 0);
	buf_free(&tbs);
	buf_free(&many.all);
	buf_free(&sink.all);
}

static void
read_back(void)
{
	struct crl_entry list[2], back;
	struct crl_spec s = spec();
	struct buf tbs = BUF_INIT, der = BUF_INIT, raw = BUF_INIT;
	struct cursor at;
	struct crl c;
	struct span n = { NULL, 0 };
	struct err e;
	char text[64];

	entry(&list[0], 1, 1);
	entry(&list[1], 2, -1);
	if (crl_build(&s, list, 2, &tbs, &e) != 0)
		abort();
	soft_sign(&w.key, w.alg, span_of(&tbs), &raw);
	CHECK("assembled",
	    crl_assemble(span_of(&tbs), w.alg, span_of(&w.key.spki), raw.data,
		raw.len, &der, &e) == 0);
	CHECK("parsed",
	    crl_parse(span_of(&der), CERT_WHOLE, &c, &e) == 0 &&
		c.version == 2 && c.n_revoked == 2 && crl_number(&c, &n) == 0);
	crl_number_text(n, text, sizeof(text));
	CHECK_STR("its number", text, "7");
	at = crl_entries(&c);
	CHECK("first entry",
	    crl_next(&at, &back, &e) == 1 && back.reason == 1 &&
		back.date == SOFT_NOW - 1000);
	CHECK("second entry",
	    crl_next(&at, &back, &e) == 1 && back.reason == -1 &&
		crl_next(&at, &back, &e) == 0);
	CHECK("verified", crl_verify(&c, span_of(&w.key.spki), &e) == 0);
	raw.data[5] ^= 1;
	buf_reset(&der);
	CHECK("a bad signature does not leave",
	    crl_assemble(span_of(&tbs), w.alg, span_of(&w.key.spki), raw.data,
		raw.len, &der, &e) == -1 &&
		der.len == 0 && strcmp(e.id, "sig.bad") == 0);
	buf_free(&raw);
	buf_free(&der);
	buf_free(&tbs);
}

/* The lint, and what its rules said kept for the end. */
static int
saw(struct span der, enum cert_part part, const struct lint_facts *f,
    struct lint_results *out, struct err *e)
{
	int ret = lint_crl(der, part, f, out, e);

	lint_saw(out);
	return ret;
}

struct row {
	const char *name;
	int reason;                /* of one entry; -2: no entry */
	int64_t date;              /* of the entry, from now */
	int64_t next;              /* nextUpdate, from now */
	const char *number, *last; /* hex */
	const char *find, *put;    /* bytes to replace, hex */
	const char *rule;
};

#define Y INT64_C(31449600) /* 364 days */

static const struct row ROWS[] = {
	{ "number reused", -2, 0, Y, "07", "07", NULL, NULL, "CRL-3b" },
	{ "number lower", -2, 0, Y, "07", "0100", NULL, NULL, "CRL-3b" },
	{ "reason 0", 0, -9, Y, "07", NULL, NULL, NULL, "CRL-5b" },
	{ "reason 2", 2, -9, Y, "07", NULL, NULL, NULL, "CRL-5a" },
	{ "reason 6", 6, -9, Y, "07", NULL, NULL, NULL, "CRL-5a" },
	{ "reason 7", 7, -9, Y, "07", NULL, NULL, NULL, "CRL-5b" },
	{ "no reason", -1, -9, Y, "07", NULL, NULL, NULL, "CRL-5a" },
	{ "a reason outside the profile", 3, -9, Y, "07", NULL, NULL, NULL,
	    "PRF-7" },
	{ "revoked after the list", 1, 1, Y, "07", NULL, NULL, NULL, "CRL-8a" },
	{ "twelve months and a second", -2, 0, 31536001, "07", NULL, NULL, NULL,
	    "CRL-2b" },
	{ "365 days", -2, 0, 31536000, "07", NULL, NULL, NULL, "CRL-2c" },
	{ "next before this", -2, 0, -1, "07", NULL, NULL, NULL, "CRL-2a" },
	{ "another nextUpdate than the profile's", -2, 0, 100, "07", NULL, NULL,
	    NULL, "PRF-6" },
	/* revokedCertificates: an empty SEQUENCE behind nextUpdate. */
	{ "empty list", -2, 0, Y, "07", NULL, "a0", "3000a0", "CRL-4" },
	{ "another issuer", -2, 0, Y, "07", NULL, "4578616d706c65",
	    "4578616d706c66", "CRL-1b" },
	{ "hash of another curve", -2, 0, Y, "07", NULL, "2a8648ce3d040303",
	    "2a8648ce3d040302", "SIG-3" },
	{ "critical number", -2, 0, Y, "07", NULL, "300a0603551d140403",
	    "300d0603551d140101ff0403", "CRL-3a" },
	{ "an unknown extension", -2, 0, Y, "07", NULL, "0603551d14",
	    "0603551d15", "CRL-6c" },
	{ "version 1", -2, 0, Y, "07", NULL, "020101300a0608",
	    "020100300a0608", "crl.form" },
	{ "no key identifier", -2, 0, Y, "07", NULL, "0603551d23",
	    "0603551d25", "CRL-1c" },
	{ "a time in the other form", -2, 0, Y, "07", NULL,
	    "170d3236313230393031313330305a",
	    "180f32303236313230393031313330305a", "CRL-2d" },
	{ "an IDP", -2, 0, Y, "07", NULL, "300a0603551d140403020107",
	    "301c0603551d1c0101ff04123010a00ea00c860a687474703a2f2f612f62",
	    "CRL-6a" },
	{ "an entry that says more", 1, -9, Y, "07", NULL, "0603551d15",
	    "0603551d18", "CRL-6d" },
	{ "outlives its issuer", -2, 0, 662688000, "07", NULL, NULL, NULL,
	    "CRL-9" },
	{ "an issuer that signs no lists", -2, 0, Y, "07", NULL, NULL, NULL,
	    "CRL-1d" },
	{ "an IDP without a point", -2, 0, Y, "07", NULL,
	    "300a0603551d140403020107", "300f0603551d1c0101ff040530038201ff",
	    "CRL-6b" },
};

/* Every occurrence of one run of bytes becomes another; lengths of the
 * SEQUENCEs around (the TBS, and the extensions) are mended. */
static void
edit(const struct row *r, const struct buf *tbs, struct buf *out)
{
	uint8_t find[40], put[40];
	size_t n = strlen(r->find) / 2, m = strlen(r->put) / 2;
	struct buf body = BUF_INIT, exts = BUF_INIT, list = BUF_INIT;
	struct der seq, d, inner;
	struct cursor c;
	uint8_t *at;

	if (hex_decode(find, n, r->find, 2 * n) != 0 ||
	    hex_decode(put, m, r->put, 2 * m) != 0 ||
	    der_whole(span_of(tbs), DER_SEQ, &seq) != 0)
		abort();
	c = der_inside(&seq);
	while (c.left > 0 && !der_peek(&c, DER_CTXC(0))) {
		if (der_next(&c, &d) != 0)
			abort();
		buf_add(&body, d.all.p, d.all.len);
	}
	at = memmem(buf_cstr(&body), body.len, find, n);
	if (at != NULL && n > 1) {
		size_t before = (size_t)(at - body.data);
		struct buf tail = BUF_INIT;

		buf_add(&tail, at + n, body.len - before - n);
		body.len = before;
		buf_add(&body, put, m);
		buf_add(&body, tail.data, tail.len);
		buf_free(&tail);
	}
	if (der_next(&c, &d) != 0 || der_whole(d.body, DER_SEQ, &inner) != 0)
		abort();
	if (n == 1) /* something goes in before the extensions */
		buf_add(&body, put, m - 1);
	at = memmem(inner.body.p, inner.body.len, find, n);
	if (at != NULL && n > 1) {
		size_t before = (size_t)(at - inner.body.p);

		buf_add(&list, inner.body.p, before);
		buf_add(&list, put, m);
		buf_add(&list, at + n, inner.body.len - before - n);
	} else {
		buf_add(&list, inner.body.p, inner.body.len);
	}
	der_put_buf(&exts, DER_SEQ, &list);
	der_put_buf(&body, DER_CTXC(0), &exts);
	der_put_buf(out, DER_SEQ, &body);
	buf_free(&list);
	buf_free(&exts);
	buf_free(&body);
}

static void
row(const struct row *r)
{
	static struct lint_results out;
	struct lint_facts f = { .item = "crl-1",
		.profile = w.profile,
		.issuer = span_of(&w.root),
		.now = SOFT_NOW,
		.rehearsal = true,
		.pack = LINT_PACK_CABF };
	struct buf tbs = BUF_INIT, bytes = BUF_INIT, issuer = BUF_INIT;
	uint8_t number[20], last[20], *at;
	struct crl_spec s = spec();
	struct crl_entry x;
	struct err e = { 0 };
	bool hit = false;

	s.number.p = number;
	s.number.len = strlen(r->number) / 2;
	if (hex_decode(number, s.number.len, r->number, 2 * s.number.len) != 0)
		abort();
	if (r->last != NULL) {
		f.last_crl_number.p = last;
		f.last_crl_number.len = strlen(r->last) / 2;
		if (hex_decode(last, f.last_crl_number.len, r->last,
			2 * f.last_crl_number.len) != 0)
			abort();
	}
	s.next_update = SOFT_NOW + r->next;
	entry(&x, 1, r->reason);
	x.date = SOFT_NOW + r->date;
	if (crl_build(&s, &x, r->reason == -2 ? 0 : 1, &tbs, &e) != 0)
		abort();
	if (r->find != NULL)
		edit(r, &tbs, &bytes);
	else
		buf_add(&bytes, tbs.data, tbs.len);
	/* The issuer's usage: keyCertSign alone. */
	buf_add(&issuer, w.root.data, w.root.len);
	at = memmem(issuer.data, issuer.len, "\x03\x02\x01\x06", 4);
	if (strcmp(r->rule, "CRL-1d") == 0 && at != NULL) {
		at[2] = 2;
		at[3] = 4;
	}
	f.issuer = span_of(&issuer);
	(void)saw(span_of(&bytes), CERT_TBS, &f, &out, &e);
	for (size_t i = 0; i < out.n; i++)
		if (out.row[i].verdict >= LINT_WARNED) {
			hit = hit || strcmp(out.row[i].rule->id, r->rule) == 0;
		}
	if (strchr(r->rule, '.') != NULL) /* no list at all */
		hit = out.n == 0 && strcmp(e.id, r->rule) == 0;
	if (!hit) {
		char why[300];

		err_describe(&e, why, sizeof(why));
		printf("# wanted %s: %s\n", r->rule, why);
	}
	CHECK(r->name, hit);
	buf_free(&issuer);
	buf_free(&bytes);
	buf_free(&tbs);
}

static void
good_list(void)
{
	static struct lint_results out;
	struct lint_facts f = { .item = "crl-1",
		.profile = w.profile,
		.issuer = span_of(&w.root),
		.now = SOFT_NOW,
		.rehearsal = true,
		.pack = LINT_PACK_CABF,
		.last_crl_number = { (const uint8_t *)"\x06", 1 } };
	struct crl_entry list[2];
	struct crl_spec s = spec();
	struct buf tbs = BUF_INIT;
	struct err e;

	entry(&list[0], 1, 1);
	entry(&list[1], 2, 4);
	if (crl_build(&s, list, 2, &tbs, &e) != 0)
		abort();
	CHECK("a good list",
	    saw(span_of(&tbs), CERT_TBS, &f, &out, &e) == 0 &&
		out.refused == 0 && out.warned == 0);
	buf_reset(&tbs);
	list[1] = list[0];
	if (crl_build(&s, list, 2, &tbs, &e) != 0)
		abort();
	CHECK("a serial twice",
	    saw(span_of(&tbs), CERT_TBS, &f, &out, &e) == -1 &&
		strcmp(err_value(&e, "rule"), "CRL-8b") == 0);
	buf_free(&tbs);
}

/* What was on the list before stays, until its certificate had ended. */
static void
dropped(void)
{
	static struct lint_results out;
	struct lint_facts f = { .item = "crl-2",
		.profile = w.profile,
		.issuer = span_of(&w.root),
		.now = SOFT_NOW,
		.rehearsal = true,
		.pack = LINT_PACK_CABF };
	struct buf last = BUF_INIT, tbs = BUF_INIT;
	struct crl_spec s = spec();
	struct crl_entry list[2];
	struct err e;

	entry(&list[0], 1, 1);
	entry(&list[1], 2, 4);
	if (crl_build(&s, list, 2, &tbs, &e) != 0)
		abort();
	soft_wrap(span_of(&tbs), w.alg, &w.key, &last);
	f.last_crl = span_of(&last);
	CHECK("all entries stay",
	    saw(span_of(&tbs), CERT_TBS, &f, &out, &e) == 0);
	buf_reset(&tbs);
	if (crl_build(&s, list, 1, &tbs, &e) != 0)
		abort();
	CHECK("an entry is missing",
	    saw(span_of(&tbs), CERT_TBS, &f, &out, &e) == -1 &&
		strcmp(err_value(&e, "rule"), "CRL-8c") == 0);
	buf_free(&tbs);
	buf_free(&last);
}

int
main(void)
{
	setup();
	streams();
	read_back();
	good_list();
	dropped();
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		row(&ROWS[i]);
	/* "version 1": a list of another version is read by nobody. */
	lint_excuse("CRL-1a", SEEN_FIRED);
	CHECK("every rule over lists fires and is content",
	    lint_unseen(LINT_CRL, true) == 0);
	buf_free(&w.root);
	json_free(w.profile);
	json_free(w.root_profile);
	soft_key_free(&w.key);
	return test_end();
}
