/* SPDX-License-Identifier: MIT */
/*
 * Bytes prepared: what is missing is named and nothing is made; a try with
 * stand-ins before anything exists; revocations, and that they stay.
 */
#include "tests/unit/day.h"
#include "tests/unit/test.h"

/* The id of the refusal, or "made". */
static const char *
tried(const char *id, const struct stand_in *s, size_t n, struct prepared *keep)
{
	static char got[64];
	static const uint8_t random[16] = { 0x4d, 0x2a, 0x11, 0x5e, 0x70, 0x42,
		0xd8, 0x33, 0x0b, 0xef, 0x67, 0x90, 0x1d, 0xc4, 0x58, 0x27 };
	struct prepare_facts f = {
		.now = sealed.now, .stand_in = s, .stand_ins = n
	};
	struct prepared p = { 0 };
	struct err e = { 0 };
	int ret;

	cert_serial(random, f.serial);
	ret =
	    ceremony_prepare(sealed.c, ceremony_item(sealed.c, id), &f, &p, &e);
	snprintf(got, sizeof(got), "%s", ret == 0 ? "made" : e.id);
	if (ret == 0 && keep != NULL)
		*keep = p;
	else
		prepared_fini(&p);
	return got;
}

/* Another text in the place of a file that was admitted. */
static void
replace(struct json **tree, const char *what, const char *with)
{
	struct buf b = BUF_INIT, out = BUF_INIT;
	const char *p, *at;

	json_encode(*tree, &b);
	p = buf_cstr(&b);
	at = strstr(p, what);
	if (at == NULL)
		sealed_die(what, NULL);
	buf_fmt(&out, "%.*s%s%s", (int)(at - p), p, with, at + strlen(what));
	json_free(*tree);
	*tree = soft_json(buf_cstr(&out));
	buf_free(&b);
	buf_free(&out);
}

static void
test_missing(void)
{
	struct ceremony *c;
	struct item *it;

	day_branch(day_find(EV_RUN_PREPARED, 1));
	CHECK_STR(
	    "root: no key yet", tried("c-root", NULL, 0, NULL), "prepare.key");
	CHECK_STR("intermediate: no issuer yet", tried("c-int1", NULL, 0, NULL),
	    "prepare.issuer");
	CHECK_STR("list: no issuer yet", tried("crl-1", NULL, 0, NULL),
	    "prepare.issuer");
	day_branch(day_find(EV_CSR_IMPORT, 0));
	CHECK_STR("intermediate: no request yet",
	    tried("c-int1", NULL, 0, NULL), "prepare.request");
	day_branch(day_find(EV_TBS_PREPARED, 1));
	c = sealed.c;
	it = &c->item[ceremony_item(c, "c-int1") - c->item];
	buf_add(&sealed.object[sealed.objects++], "{}", 2);
	sha256(it->csr_form, "{}", 2);
	CHECK_STR("intermediate: a request without a key",
	    tried("c-int1", NULL, 0, NULL), "prepare.request");
	memset(it->csr_form, 0, SHA256_LEN);
	CHECK_STR("intermediate: a request that is gone",
	    tried("c-int1", NULL, 0, NULL), "log.object");
}

static void
test_profiles(void)
{
	const struct item *it;

	day_branch(day_find(EV_TBS_PREPARED, 0));
	replace(&sealed.c->plan, "\"profile\":\"root-p384\"",
	    "\"profile\":\"none\"");
	CHECK_STR("no such profile", tried("c-root", NULL, 0, NULL),
	    "prepare.profile");
	it = ceremony_item(sealed.c, "c-root");
	CHECK("nor an algorithm", ceremony_sigalg(sealed.c, it) == NULL);
	day_branch(day_find(EV_TBS_PREPARED, 0));
	replace(&sealed.c->profiles, "\"signature\":\"ecdsa-sha384\"",
	    "\"signature\":\"md5\"");
	CHECK_STR("no such algorithm", tried("c-root", NULL, 0, NULL),
	    "prepare.profile");
	day_branch(day_find(EV_TBS_PREPARED, 0));
	replace(&sealed.c->profiles, "\"signature\":\"ecdsa-sha384\"",
	    "\"signs\":\"no\"");
	it = ceremony_item(sealed.c, "c-root");
	CHECK("no algorithm", ceremony_sigalg(sealed.c, it) == NULL);
	day_branch(day_find(EV_TBS_PREPARED, 0));
	sealed.now += 90000;
	CHECK_STR("a root's key is made on its day",
	    tried("c-root", NULL, 0, NULL), "lint.key-life");
	day_branch(day_find(EV_TBS_PREPARED, 0));
	replace(&sealed.c->profiles, "\"pack\":", "\"sack\":");
	CHECK_STR(
	    "no pack: RFC 5280's", tried("c-root", NULL, 0, NULL), "made");
}

/* Before the day: throw-away keys, and all three can be made. */
static void
test_stand_ins(void)
{
	static struct stand_in s[3];
	struct prepared p = { 0 };
	struct buf raw = BUF_INIT;
	struct err e;

	day_branch(day_find(EV_SCRIPT_ADMIT, 0) + 1);
	snprintf(s[0].id, NAME_LEN, "k-root");
	s[0].spki = day.key.spki;
	CHECK_STR("a try of the root", tried("c-root", s, 1, &p), "made");
	soft_sign(&day.key, p.alg, span_of(&p.tbs), &raw);
	snprintf(s[1].id, NAME_LEN, "c-root");
	if (cert_assemble(span_of(&p.tbs), p.alg, span_of(&day.key.spki),
		raw.data, raw.len, &s[1].cert, &e) == -1)
		sealed_die("assemble", &e);
	snprintf(s[2].id, NAME_LEN, "c-int1");
	s[2].spki = day.key.spki;
	CHECK_STR("a try of the list", tried("crl-1", s, 2, NULL), "made");
	CHECK("a try of the intermediate with the root's key is looked at",
	    strcmp(tried("c-int1", s, 3, NULL), "prepare.issuer") != 0);
	prepared_fini(&p);
	buf_free(&raw);
	buf_reset(&s[1].cert);
	buf_add(&s[1].cert, "rubbish", 7);
	CHECK("rubbish is no issuer of a list",
	    strcmp(tried("crl-1", s, 2, NULL), "made") != 0);
	CHECK("nor of a certificate",
	    strcmp(tried("c-int1", s, 3, NULL), "made") != 0);
	buf_free(&s[1].cert);
}

#define LISTED(date, issuer, serial)                        \
	"{\"date\":\"" date "\",\"issuer\":\"" issuer "\"," \
	"\"reason\":\"superseded\",\"serial\":\"" serial "\"}"
#define DAY  "2026-11-30 00:00:00"
#define FULL "00112233445566778899aabbccddeeff00112233445566778899"

static const struct {
	const char *name, *list, *want;
} REVOKED[] = {
	{ "a serial", LISTED(DAY, "c-root", "019c2a11"), "made" },
	{ "a serial twice",
	    LISTED(DAY, "c-root", "0a") "," LISTED(DAY, "c-root", "0a"),
	    "made" },
	{ "a certificate",
	    "{\"certificate\":\"c-int1\",\"date\":\"" DAY "\","
	    "\"reason\":\"superseded\"}",
	    "made" },
	{ "of another issuer", LISTED(DAY, "c-int1", "0a"), "made" },
	{ "of nobody", "{\"serial\":\"0a\"}", "made" },
	{ "no serial", "{\"date\":\"" DAY "\",\"issuer\":\"c-root\"}",
	    "prepare.revocation" },
	{ "an empty serial", LISTED(DAY, "c-root", ""), "prepare.revocation" },
	{ "half an octet", LISTED(DAY, "c-root", "abc"), "prepare.revocation" },
	{ "not hexadecimal", LISTED(DAY, "c-root", "zz"),
	    "prepare.revocation" },
	{ "a serial too long", LISTED(DAY, "c-root", FULL),
	    "prepare.revocation" },
	{ "no date", "{\"issuer\":\"c-root\",\"serial\":\"0a\"}",
	    "prepare.revocation" },
	{ "a date that is none", LISTED("2026-13-30 00:00:00", "c-root", "0a"),
	    "prepare.revocation" },
};

static void
revoke(const char *list)
{
	struct buf b = BUF_INIT;

	buf_fmt(&b, "[%s]", list);
	json_set(sealed.c->plan, "revocations", soft_json(buf_cstr(&b)));
	buf_free(&b);
}

static void
test_revocations(void)
{
	for (size_t i = 0; i < sizeof(REVOKED) / sizeof(*REVOKED); i++) {
		day_branch(day_find(EV_TBS_PREPARED, 2));
		revoke(REVOKED[i].list);
		CHECK_STR(REVOKED[i].name, tried("crl-1", NULL, 0, NULL),
		    REVOKED[i].want);
	}
	day_branch(day_find(EV_TBS_PREPARED, 2));
	replace(&sealed.c->plan, "\"number\":\"next\"", "\"number\":\"77\"");
	while (day_once())
		continue;
	CHECK_STR("the plan's own number",
	    ceremony_item(sealed.c, "crl-1")->serial, "77");
}

static size_t
entries(const char *id, struct crl_entry *first)
{
	const struct item *it = ceremony_item(sealed.c, id);
	struct buf der = BUF_INIT;
	struct crl_entry en;
	struct cursor at;
	struct crl crl;
	struct err e;
	size_t n = 0;

	if (sealed_object(NULL, it->made_sha, &der, &e) == -1 ||
	    crl_parse(span_of(&der), CERT_WHOLE, &crl, &e) == -1)
		sealed_die("list", &e);
	at = crl_entries(&crl);
	while (crl_next(&at, &en, &e) == 1)
		if (n++ == 0)
			*first = en;
	buf_free(&der);
	return n;
}

/* Who was revoked on the first day is in the second day's list. */
static void
test_stays(void)
{
	struct crl_entry one = { 0 }, two = { 0 };

	day_branch(day_find(EV_TBS_PREPARED, 2));
	revoke(REVOKED[0].list);
	while (day_once())
		continue;
	CHECK("revoked on the first day", entries("crl-1", &one) == 1);
	day.request = "br-tls-int2.csr";
	sealed_open(1);
	(void)day_once();
	day_files("tests/ceremonies/next");
	while (day_once())
		continue;
	CHECK("and on the second", entries("crl-2", &two) == 1);
	CHECK("the same entry",
	    one.serial_len == two.serial_len &&
		memcmp(one.serial, two.serial, one.serial_len) == 0 &&
		one.date == two.date && one.reason == two.reason);
}

/* What is shown of the lint at the review is what it said when prepared. */
static void
test_lint_again(void)
{
	static struct lint_results res;
	struct prepared p = { 0 };
	const struct item *it;
	struct err e;
	size_t same = 0;

	day_branch(day_find(EV_TBS_PREPARED, 0));
	it = ceremony_item(sealed.c, "c-root");
	CHECK_STR("prepared", tried("c-root", NULL, 0, &p), "made");
	CHECK("its rules once more", ceremony_lint_tbs(sealed.c, it,
	    p.tbs.data, p.tbs.len, sealed.now, &res, &e) == 0);
	for (size_t i = 0; i < res.n; i++)
		same += res.row[i].verdict == p.lint.row[i].verdict;
	CHECK("say the same", res.n == p.lint.n && res.n > 0 &&
	    same == res.n);
	CHECK("of half of it, nothing", ceremony_lint_tbs(sealed.c, it,
	    p.tbs.data, p.tbs.len / 2, sealed.now, &res, &e) == -1);
	prepared_fini(&p);
}

/* An entry that is no tbs.prepared of this day. */
static void
test_rebuild(void)
{
	static const char *const ROWS[] = { "{}", "{\"item\":\"c-root\"}",
		"{\"item\":\"c-root\",\"serial\":\"zz\"}",
		"{\"item\":\"zoe\",\"serial\":\"00\"}" };
	struct buf out = BUF_INIT;
	struct entry en;
	struct err e = { 0 };

	day_branch(day_find(EV_TBS_PREPARED, 0));
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		entry_init(&en, EV_TBS_PREPARED);
		json_free(en.d);
		en.d = soft_json(ROWS[i]);
		CHECK(ROWS[i],
		    ceremony_rebuild(sealed.c, &en, &out, &e) == -1 &&
			strcmp(e.id, "prepare.key") == 0 && out.len == 0);
		entry_fini(&en);
	}
	buf_free(&out);
}

int
main(void)
{
	day_make();
	day.request = "br-tls-int1.csr";
	test_missing();
	test_profiles();
	test_stand_ins();
	test_revocations();
	test_stays();
	test_lint_again();
	test_rebuild();
	day_free();
	return test_end();
}
