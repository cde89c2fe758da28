/* SPDX-License-Identifier: MIT */
/*
 * Rules of the lint that look at what came before: serial numbers, starts
 * and entries of a list; and at names and profiles that nobody would write.
 */
#include "tests/unit/lint_world.h"
#include "tests/unit/test.h"

/* A serial number is new among all that are known, read or not. */
static void
serials(void)
{
	static const struct row OTHER = { "", SUB, SERIAL, HEX, NULL,
		"02110101020304050607080910111213141516", "", false };
	struct lint_facts f = facts(TLS);
	struct buf tbs = BUF_INIT, one = BUF_INIT, other = BUF_INIT;
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	struct lint_known known[3] = { { "c-odd", { (const uint8_t *)"0", 1 } } };

	soft_wrap(span_of(&w.tbs[TLS]), a, &w.key[GOOD_ROOT], &one);
	mutate(&w.tbs[TLS], &OTHER, &tbs);
	soft_wrap(span_of(&tbs), a, &w.key[GOOD_ROOT], &other);
	known[1] = (struct lint_known){ "c-new", span_of(&other) };
	known[2] = (struct lint_known){ "c-old", span_of(&one) };
	f.known = known;
	f.n_known = 2;
	CHECK("a serial that is new", verdict(span_of(&w.tbs[TLS]), CERT_TBS,
	    &f, "CRT-2e") == LINT_GOOD);
	f.n_known = 3;
	CHECK("behind one that cannot be read: used before",
	    fired(verdict(span_of(&w.tbs[TLS]), CERT_TBS, &f, "CRT-2e")));
	buf_free(&tbs);
	buf_free(&one);
	buf_free(&other);
}

/* BR 7.1.2.2: a cross certificate starts no earlier than the earliest one
 * of the same key; any other certificate with this day. */
static void
starts(void)
{
	static const struct row OLD = { "", SUB, VALIDITY, DATES, NULL,
		"-864000,86400", "", false };
	static const struct row OLDER = { "", SUB, VALIDITY, DATES, NULL,
		"-864001,86400", "", false };
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	struct lint_facts f = facts(CROSS);
	struct buf old = BUF_INIT, older = BUF_INIT, tls = BUF_INIT,
		   first = BUF_INIT, foreign = BUF_INIT;
	struct lint_known known[2];

	mutate(&w.tbs[CROSS], &OLD, &old);
	mutate(&w.tbs[CROSS], &OLDER, &older);
	mutate(&w.tbs[TLS], &OLD, &tls);
	soft_wrap(span_of(&old), a, &w.key[GOOD_ROOT], &first);
	soft_wrap(span_of(&tls), a, &w.key[GOOD_ROOT], &foreign);
	known[0] = (struct lint_known){ "c-foreign", span_of(&foreign) };
	known[1] = (struct lint_known){ "c-first", span_of(&first) };
	f.known = known;
	CHECK("a cross certificate of a week ago", fired(verdict(
	    span_of(&old), CERT_TBS, &f, "CRT-3b")));
	f.n_known = 1;
	CHECK("another key's start does not count", fired(verdict(
	    span_of(&old), CERT_TBS, &f, "CRT-3b")));
	f.n_known = 2;
	CHECK("as early as its key's first one", verdict(span_of(&old),
	    CERT_TBS, &f, "CRT-3b") == LINT_GOOD);
	CHECK("a second earlier", fired(verdict(span_of(&older), CERT_TBS, &f,
	    "CRT-3b")));
	f = facts(TLS);
	known[0].der = span_of(&foreign);
	f.known = known;
	f.n_known = 1;
	CHECK("no cross certificate may", fired(verdict(span_of(&tls),
	    CERT_TBS, &f, "CRT-3b")));
	buf_free(&old);
	buf_free(&older);
	buf_free(&tls);
	buf_free(&first);
	buf_free(&foreign);
}

/* What may come twice, and what the table does not know, in a name. */
static void
subjects(void)
{
	static const struct {
		const char *name, *subject, *rule;
		enum lint_verdict want;
	} NAMES[] = {
		{ "two components of a domain", "DC/i=jp;DC/i=example;"
		    "C/p=JP;O/u=X;CN/u=Y", "CRT-10c", LINT_GOOD },
		{ "two streets", "C/p=JP;street/u=A;street/u=B;O/u=X;CN/u=Y",
		    "CRT-10c", LINT_GOOD },
		{ "two organizations", "C/p=JP;O/u=X;O/u=Z;CN/u=Y", "CRT-10c",
		    LINT_REFUSED },
		{ "an unknown type in order", "C/p=JP;2.5.4.65/u=P;O/u=X;"
		    "CN/u=Y", "CRT-10b", LINT_GOOD },
		{ "and one behind it that is not", "O/u=X;2.5.4.65/u=P;"
		    "C/p=JP;CN/u=Y", "CRT-10b", LINT_REFUSED },
		{ "an unknown type twice", "C/p=JP;O/u=X;CN/u=Y;2.5.4.65/u=P;"
		    "2.5.4.65/u=Q", "CRT-10c", LINT_REFUSED },
	};

	for (size_t i = 0; i < sizeof(NAMES) / sizeof(*NAMES); i++) {
		struct row r = { "", SUB, SUBJECT, NAME, NULL,
			NAMES[i].subject, "", false };
		struct lint_facts f = facts(TLS);
		struct buf tbs = BUF_INIT;

		mutate(&w.tbs[TLS], &r, &tbs);
		CHECK(NAMES[i].name, verdict(span_of(&tbs), CERT_TBS, &f,
		    NAMES[i].rule) == NAMES[i].want);
		buf_free(&tbs);
	}
}

/* A profile whose extensions cannot be made has no certificate that fits. */
static void
no_profile(void)
{
	struct lint_facts f = facts(TLS);
	struct json *bad = soft_profile("tls-subordinate",
	    "\"extensions\":{\"eku\":[\"no such purpose\"]}",
	    "{\"curve\":\"P-384\",\"type\":\"ec\"}", "[\"ov\"]",
	    "ecdsa-sha384", SOFT_SUB_NAME, "{\"days\":1095}");

	f.profile = bad;
	CHECK("a profile that gives no extensions", fired(verdict(
	    span_of(&w.tbs[TLS]), CERT_TBS, &f, "PRF-5")));
	json_free(bad);
}

/* RFC 5280 3.3: one list after its certificate's end an entry may go. */
static const struct {
	const char *name;
	enum part part;
	enum how how;
	const char *text;
	enum lint_verdict want;
} GONE[] = {
	{ "ended before the last list", VALIDITY, DATES, "-864000,-1",
	    LINT_GOOD },
	{ "ended with the last list", VALIDITY, DATES, "-864000,0",
	    LINT_REFUSED },
	{ "has not ended", VALIDITY, DATES, "-864000,86400", LINT_REFUSED },
	{ "another serial, ended", SERIAL, HEX, "02020102", LINT_REFUSED },
	{ "another CA's number", ISSUER, NAME, "C/p=JP;O/u=X;CN/u=Y",
	    LINT_REFUSED },
};

static void
last_list(const struct json *profile, size_t n, struct buf *tbs)
{
	struct crl_spec s = { .profile = profile,
		.issuer = span_of(&w.root),
		.alg = sigalg_find("ecdsa-sha384"),
		.number = { (const uint8_t *)"\x07", 1 },
		.this_update = SOFT_NOW,
		.next_update = SOFT_NOW + INT64_C(364) * 86400 };
	struct crl_entry x = { .date = SOFT_NOW - 1000, .reason = 1 };
	struct cert c;
	struct err e;

	if (cert_parse(span_of(&w.tbs[TLS]), CERT_TBS, &c, &e) != 0)
		abort();
	memcpy(x.serial, c.serial.p, c.serial.len);
	x.serial_len = c.serial.len;
	if (crl_build(&s, &x, n, tbs, &e) != 0)
		abort();
}

static void
may_go(void)
{
	static const struct row BEFORE_ALL = { "", SUB, VALIDITY, DATES, NULL,
		"-864000,-1", "", false };
	const struct sigalg *a = sigalg_find("ecdsa-sha384");
	struct json *profile = soft_json("{\"idp\":\"none\",\"issuer_kind\":"
	    "\"root\",\"name\":\"arl\",\"next_update_days\":364,\"reasons\":"
	    "[\"keyCompromise\"]}");
	struct buf bare = BUF_INIT, tbs = BUF_INIT, last = BUF_INIT;

	last_list(profile, 1, &bare);
	last_list(profile, 0, &tbs);
	soft_wrap(span_of(&bare), a, &w.key[GOOD_ROOT], &last);
	for (size_t i = 0; i < sizeof(GONE) / sizeof(*GONE); i++) {
		struct row r = { "", SUB, GONE[i].part, GONE[i].how, NULL,
			GONE[i].text, "", false };
		static struct lint_results out;
		struct lint_known known[2] = { { "c-odd",
		    { (const uint8_t *)"0", 1 } } };
		struct lint_facts f = { .item = "crl-2", .profile = profile,
			.issuer = span_of(&w.root), .now = SOFT_NOW,
			.rehearsal = true, .pack = LINT_PACK_CABF,
			.last_crl = span_of(&last), .known = known,
			.n_known = 2 };
		struct buf one = BUF_INIT, two = BUF_INIT, der = BUF_INIT;
		enum lint_verdict v = LINT_NONE;
		struct err e;

		/* What is not said otherwise ended before the list. */
		mutate(&w.tbs[TLS], &BEFORE_ALL, &one);
		mutate(&one, &r, &two);
		soft_wrap(span_of(&two), a, &w.key[GOOD_ROOT], &der);
		known[1] = (struct lint_known){ "c-1", span_of(&der) };
		(void)lint_crl(span_of(&tbs), CERT_TBS, &f, &out, &e);
		for (size_t k = 0; k < out.n; k++)
			if (strcmp(out.row[k].rule->id, "CRL-8c") == 0)
				v = out.row[k].verdict;
		CHECK(GONE[i].name, v == GONE[i].want);
		buf_free(&one);
		buf_free(&two);
		buf_free(&der);
	}
	buf_free(&bare);
	buf_free(&tbs);
	buf_free(&last);
	json_free(profile);
}

int
main(void)
{
	world_begin();
	serials();
	starts();
	subjects();
	no_profile();
	may_go();
	world_end();
	return test_end();
}
