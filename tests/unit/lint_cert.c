/* SPDX-License-Identifier: MIT */
/*
 * The negative corpus of certificates: a good certificate with one part
 * replaced, and the rule that must say so.  No row may pass, and the good
 * ones must have no refusal at all.
 */
#include "tests/unit/lint_parts.h"
#include "tests/unit/test.h"

static struct {
	struct soft_key root_key, sub_key;
	struct json *root_profile, *sub_profile;
	struct buf root, root_tbs, sub_tbs;
} w;

static struct lint_facts
facts(enum what what)
{
	struct lint_facts f = { .item = what == ROOT ? "c-root" : "c-int1",
		.profile = what == ROOT ? w.root_profile : w.sub_profile,
		.key_born = SOFT_NOW - 60,
		.now = SOFT_NOW,
		.rehearsal = true,
		.pack = LINT_PACK_CABF };

	if (what == SUB)
		f.issuer = span_of(&w.root);
	return f;
}

static const struct lint_row *
find(const struct lint_results *out, const char *rule)
{
	for (size_t i = 0; i < out->n; i++)
		if (strcmp(out->row[i].rule->id, rule) == 0)
			return &out->row[i];
	return NULL;
}

static void
row(const struct row *r)
{
	static struct lint_results out;
	struct lint_facts f = facts(r->what);
	struct buf tbs = BUF_INIT;
	const struct lint_row *hit;
	struct err e = { 0 };
	char why[400];
	bool good;
	int ret;

	mutate(r->what == ROOT ? &w.root_tbs : &w.sub_tbs, r, &tbs);
	ret = lint_cert(span_of(&tbs), CERT_TBS, &f, &out, &e);
	hit = find(&out, r->rule);
	if (strchr(r->rule, '.') != NULL)
		good = ret == -1 && strcmp(e.id, r->rule) == 0;
	else if (r->warned)
		good = hit != NULL && hit->verdict == LINT_WARNED;
	else
		good = ret == -1 && hit != NULL &&
		    hit->verdict == LINT_REFUSED && hit->found[0] != '\0';
	if (!good) {
		err_describe(&e, why, sizeof(why));
		printf("# wanted %s, got %d %s\n", r->rule, ret, why);
		for (size_t i = 0; i < out.n; i++)
			if (out.row[i].verdict >= LINT_WARNED)
				printf("#   %s\n", out.row[i].rule->id);
	}
	CHECK(r->name, good);
	buf_free(&tbs);
}

static void
build(struct json *profile, const struct soft_key *key, struct span issuer,
    int64_t not_after, struct buf *tbs)
{
	uint8_t serial[CERT_SERIAL_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 13, 14, 15, 16, issuer.p == NULL ? 17 : 18 };
	struct cert_spec s = { .profile = profile,
		.issuer = issuer,
		.spki = span_of(&key->spki),
		.serial = { serial, sizeof(serial) },
		.not_before = SOFT_NOW,
		.not_after = not_after,
		.alg = sigalg_find("ecdsa-sha384"),
		.rehearsal = true };
	struct err e;

	if (cert_build(&s, tbs, &e) != 0)
		abort();
}

static void
setup(void)
{
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	const char *key = "{\"curve\":\"P-384\",\"type\":\"ec\"}";
	struct span none = { NULL, 0 };

	soft_key_new(&w.root_key, "P-384");
	soft_key_new(&w.sub_key, "P-384");
	w.root_profile = soft_profile(
	    "root", "", key, "[]", a->name, SOFT_ROOT_NAME, "{\"days\":7000}");
	w.sub_profile = soft_profile("tls-subordinate", SOFT_SUB_EXT, key,
	    "[\"ov\"]", a->name, SOFT_SUB_NAME, "{\"years\":3}");
	build(w.root_profile, &w.root_key, none,
	    SOFT_NOW + INT64_C(7000) * 86400 - 1, &w.root_tbs);
	soft_wrap(span_of(&w.root_tbs), a, &w.root_key, &w.root);
	build(w.sub_profile, &w.sub_key, span_of(&w.root),
	    civil_add_years(SOFT_NOW, 3) - 1, &w.sub_tbs);
}

static void
good_ones(void)
{
	static struct lint_results out;
	struct lint_facts f = facts(ROOT);
	struct err e;

	CHECK("good root",
	    lint_cert(span_of(&w.root_tbs), CERT_TBS, &f, &out, &e) == 0 &&
		out.refused == 0 && out.warned == 0 &&
		out.n == lint_rule_count() && out.n < LINT_ROWS);
	f = facts(SUB);
	CHECK("good subordinate",
	    lint_cert(span_of(&w.sub_tbs), CERT_TBS, &f, &out, &e) == 0 &&
		out.refused == 0 && out.warned == 0);
	f.issuer.p = NULL;
	CHECK("issuer not at hand",
	    lint_cert(span_of(&w.sub_tbs), CERT_TBS, &f, &out, &e) == 0 &&
		find(&out, "CRT-4d")->verdict == LINT_WARNED &&
		find(&out, "CRT-4a")->verdict == LINT_NONE);
	f = facts(SUB);
	f.rehearsal = false;
	CHECK("mark in production",
	    lint_cert(span_of(&w.sub_tbs), CERT_TBS, &f, &out, &e) == -1 &&
		find(&out, "MODE-1")->verdict == LINT_REFUSED);
	f = facts(SUB);
	f.spki = span_of(&w.root_key.spki);
	CHECK("another key than admitted",
	    lint_cert(span_of(&w.sub_tbs), CERT_TBS, &f, &out, &e) == -1 &&
		find(&out, "KEY-11")->verdict == LINT_REFUSED);
	CHECK("a refusal names item, clause and rule",
	    strcmp(e.id, "lint.refused") == 0 &&
		strcmp(err_value(&e, "item"), "c-int1") == 0 &&
		strcmp(err_value(&e, "clause"), "CPS 6.1.3") == 0 &&
		strcmp(err_value(&e, "rule"), "KEY-11") == 0);
}

/* What other certificates of this CA system say. */
static void
known(void)
{
	static struct lint_results out;
	struct lint_facts f = facts(SUB);
	struct buf sub = BUF_INIT;
	struct lint_known k[1] = { { "c-old", { NULL, 0 } } };
	struct err e;

	soft_wrap(span_of(&w.sub_tbs), sigalg_find("ecdsa-sha384"), &w.root_key,
	    &sub);
	k[0].der = span_of(&sub);
	f.known = k;
	f.n_known = 1;
	CHECK("serial used before",
	    lint_cert(span_of(&w.sub_tbs), CERT_TBS, &f, &out, &e) == -1 &&
		find(&out, "CRT-2e")->verdict == LINT_REFUSED);
	k[0].der = span_of(&w.root);
	CHECK("known root changes nothing",
	    lint_cert(span_of(&w.sub_tbs), CERT_TBS, &f, &out, &e) == 0);
	buf_free(&sub);
}

static void
signature(void)
{
	static struct lint_results out;
	struct lint_facts f = facts(SUB);
	struct buf sub = BUF_INIT;
	struct err e;

	soft_wrap(span_of(&w.sub_tbs), sigalg_find("ecdsa-sha384"), &w.root_key,
	    &sub);
	CHECK("signed well",
	    lint_cert(span_of(&sub), CERT_WHOLE, &f, &out, &e) == 0 &&
		find(&out, "SIG-5")->verdict == LINT_GOOD);
	buf_reset(&sub);
	soft_wrap(
	    span_of(&w.sub_tbs), sigalg_find("ecdsa-sha384"), &w.sub_key, &sub);
	CHECK("signed by another key",
	    lint_cert(span_of(&sub), CERT_WHOLE, &f, &out, &e) == -1 &&
		find(&out, "SIG-5")->verdict == LINT_REFUSED);
	buf_free(&sub);
}

static void
waivers(void)
{
	static const struct row OU = { "", SUB, EXTS, EXT, POLICY, "", "",
		false };
	static const struct {
		const char *name, *id, *expires, *by;
		int version;
		const char *want; /* error id; NULL: waived */
	} W[] = {
		{ "waiver holds", "CRT-14a", "2027-01-01", "[\"a\",\"b\"]", 1,
		    NULL },
		{ "waiver on its last day", "CRT-14a", "2026-12-09",
		    "[\"a\",\"b\"]", 1, NULL },
		{ "waiver ran out", "CRT-14a", "2026-12-08", "[\"a\",\"b\"]", 1,
		    "lint.waiver" },
		{ "waiver until no day", "CRT-14a", "2026-13-40",
		    "[\"a\",\"b\"]", 1, "lint.refused" },
		{ "waiver by one person twice", "CRT-14a", "2027-01-01",
		    "[\"a\",\"a\"]", 1, "lint.refused" },
		{ "waiver of another version", "CRT-14a", "2027-01-01",
		    "[\"a\",\"b\"]", 2, "lint.refused" },
		{ "waiver of another rule", "CRT-14b", "2027-01-01",
		    "[\"a\",\"b\"]", 1, "lint.refused" },
	};
	static struct lint_results out;
	struct buf tbs = BUF_INIT;

	mutate(&w.sub_tbs, &OU, &tbs);
	for (size_t i = 0; i < sizeof(W) / sizeof(W[0]); i++) {
		struct lint_facts f = facts(SUB);
		struct buf text = BUF_INIT;
		struct json *waive, *profile;
		struct err e = { 0 };
		int ret;

		buf_fmt(&text,
		    "[{\"approved_by\":%s,\"expires\":\"%s\","
		    "\"id\":\"%s\",\"reason\":\"r\",\"rule_version\":%d}]",
		    W[i].by, W[i].expires, W[i].id, W[i].version);
		waive = soft_json(buf_cstr(&text));
		profile = soft_profile("tls-subordinate", SOFT_SUB_EXT,
		    "{\"curve\":\"P-384\",\"type\":\"ec\"}", "[]",
		    "ecdsa-sha384", SOFT_SUB_NAME, "{\"years\":3}");
		f.waive = waive;
		f.profile = profile;
		ret = lint_cert(span_of(&tbs), CERT_TBS, &f, &out, &e);
		CHECK(W[i].name,
		    W[i].want == NULL
			? ret == 0 && out.waived == 1
			: ret == -1 && strcmp(e.id, W[i].want) == 0);
		json_free(profile);
		json_free(waive);
		buf_free(&text);
	}
	buf_free(&tbs);
}

/* Every rule is told apart, and has its words in both languages. */
static void
table(void)
{
	bool words = true, unique = true;

	for (size_t i = 0; lint_rule_at(i) != NULL; i++) {
		const struct lint_rule *r = lint_rule_at(i);
		const struct text *t = text_find(r->what);

		if (t == NULL || t->kind != TEXT_LABEL || t->ja == NULL) {
			printf("# %s\n", r->what);
			words = false;
		}
		unique = unique && lint_rule_find(r->id) == r;
	}
	CHECK("every rule has its words", words);
	CHECK("no rule id stands twice", unique);
	CHECK("the packs",
	    lint_pack("cabf-br-2.2.6") == LINT_PACK_CABF &&
		lint_pack("rfc5280") == LINT_PACK_RFC5280 &&
		lint_pack("none") == 0);
}

int
main(void)
{
	setup();
	good_ones();
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		row(&ROWS[i]);
	known();
	signature();
	waivers();
	table();
	buf_free(&w.sub_tbs);
	buf_free(&w.root_tbs);
	buf_free(&w.root);
	json_free(w.sub_profile);
	json_free(w.root_profile);
	soft_key_free(&w.sub_key);
	soft_key_free(&w.root_key);
	return test_end();
}
