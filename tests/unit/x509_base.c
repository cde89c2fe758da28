/* SPDX-License-Identifier: MIT */
/*
 * DER, names, dates, signature encodings, and one certificate to the byte.
 * The golden key is the P-384 base point, so that nothing here is random.
 */
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

#define G384                                                                 \
	"04aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a38" \
	"5502f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8" \
	"f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"
#define G521                                                                 \
	"0400c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d" \
	"3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd" \
	"66011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e" \
	"662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd166" \
	"50"

static size_t
unhex(const char *text, uint8_t *out)
{
	size_t len = strlen(text) / 2;

	if (hex_decode(out, len, text, 2 * len) != 0)
		abort();
	return len;
}

static void
lengths(void)
{
	static const struct {
		const char *name, *hex;
		bool good;
	} ROWS[] = {
		{ "short", "0401aa", true },
		{ "empty", "0400", true },
		{ "long form for a short one", "048101aa", false },
		{ "spare zero in the length", "04820001aa", false },
		{ "indefinite", "3080", false },
		{ "longer than there is", "0402aa", false },
		{ "high tag", "1f8101aa", false },
		{ "end of contents", "0000", false },
		{ "nothing", "", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		uint8_t bytes[16];
		struct cursor c = { bytes, unhex(ROWS[i].hex, bytes) };
		size_t before = c.left;
		struct der d;
		int ret = der_next(&c, &d);

		CHECK(ROWS[i].name,
		    ROWS[i].good ? ret == 0 && c.left == 0
				 : ret == -1 && c.left == before);
	}
}

static void
times(void)
{
	static const struct {
		const char *iso, *text;
		uint8_t tag;
	} ROWS[] = {
		{ "2049-12-31T23:59:59Z", "491231235959Z", DER_UTCTIME },
		{ "2050-01-01T00:00:00Z", "20500101000000Z", DER_GENTIME },
		{ "1950-01-01T00:00:00Z", "500101000000Z", DER_UTCTIME },
		{ "2028-02-29T12:00:00Z", "280229120000Z", DER_UTCTIME },
	};
	static const char *const BAD[] = { "290229120000Z", "281301000000Z",
		"280100000000Z", "280101240000Z", "280101006000Z",
		"2801010000Z", "280101000000+0000", "28010100000 Z" };
	bool refused = true;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct buf b = BUF_INIT;
		struct der d;
		int64_t t, back = 0;

		if (civil_parse(ROWS[i].iso, strlen(ROWS[i].iso), &t) != 0)
			abort();
		der_put_time(&b, t);
		CHECK(ROWS[i].iso,
		    der_whole(span_of(&b), ROWS[i].tag, &d) == 0 &&
			d.body.len == strlen(ROWS[i].text) &&
			memcmp(d.body.p, ROWS[i].text, d.body.len) == 0 &&
			der_time(&d, &back) == 0 && back == t);
		buf_free(&b);
	}
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct der d = { .tag = DER_UTCTIME,
			.body = { (const uint8_t *)BAD[i], strlen(BAD[i]) } };
		int64_t t;

		refused = refused && der_time(&d, &t) == -1;
	}
	CHECK("times that are none", refused);
}

static void
oids(void)
{
	static const char *const GOOD[] = { "2.5.29.19", "1.2.840.113549",
		"0.9.2342.19200300.100.1.25", "2.999.1", "2.23.140.1.2.2",
		"1.3.6.1.4.1.99999.1.1" };
	static const char *const BAD[] = { "", "1", "3.1", "1.40", "1.2.",
		"1..2", "1.02", "a.b", "1.2.3a" };
	bool refused = true;

	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		struct buf b = BUF_INIT;
		struct der d;
		char text[80] = "";

		CHECK(GOOD[i],
		    der_put_oid(&b, GOOD[i]) == 0 &&
			der_whole(span_of(&b), DER_OID, &d) == 0 &&
			der_oid_text(d.body, text, sizeof(text)) == 0 &&
			strcmp(text, GOOD[i]) == 0);
		buf_free(&b);
	}
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct buf b = BUF_INIT;

		refused =
		    refused && der_put_oid(&b, BAD[i]) == -1 && b.len == 0;
		buf_free(&b);
	}
	CHECK("OIDs that are none", refused);
}

static void
names(void)
{
	static const struct {
		const char *name, *rows, *line, *id;
		bool mark;
	} ROWS[] = {
		{ "plain",
		    "[{\"type\":\"C\",\"value\":\"JP\"},"
		    "{\"type\":\"CN\",\"value\":\"X\"}]",
		    "CN=X, C=JP", NULL, false },
		{ "marked", "[{\"type\":\"CN\",\"value\":\"X\"}]",
		    "CN=X REHEARSAL", NULL, true },
		{ "marked once",
		    "[{\"type\":\"CN\",\"value\":\"X REHEARSAL\"}]",
		    "CN=X REHEARSAL", NULL, true },
		{ "Japanese", "[{\"type\":\"O\",\"value\":\"日本\"}]", "O=日本",
		    NULL, false },
		{ "country of three", "[{\"type\":\"C\",\"value\":\"JPN\"}]",
		    NULL, "name.value", false },
		{ "country with a star", "[{\"type\":\"C\",\"value\":\"J*\"}]",
		    NULL, "name.value", false },
		{ "empty", "[{\"type\":\"CN\",\"value\":\"\"}]", NULL,
		    "name.value", false },
		{ "unknown type", "[{\"type\":\"XX\",\"value\":\"a\"}]", NULL,
		    "name.type", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct json *rows = soft_json(ROWS[i].rows);
		struct buf b = BUF_INIT;
		struct name n;
		struct err e = { 0 };
		char line[NAME_LINE_MAX] = "";
		int ret = name_build(rows, ROWS[i].mark, &b, &e);

		if (ROWS[i].id != NULL) {
			CHECK(ROWS[i].name,
			    ret == -1 && b.len == 0 &&
				strcmp(e.id, ROWS[i].id) == 0);
		} else {
			if (ret != 0 || name_parse(span_of(&b), &n, &e) != 0)
				abort();
			name_line(&n, line, sizeof(line));
			CHECK_STR(ROWS[i].name, line, ROWS[i].line);
		}
		buf_free(&b);
		json_free(rows);
	}
}

/* 64 characters of three octets each are 64 characters. */
static void
long_names(void)
{
	struct buf text = BUF_INIT;

	for (int n = 64; n <= 65; n++) {
		struct json *rows = json_new_arr(), *r;
		struct buf b = BUF_INIT;
		struct err e;

		buf_reset(&text);
		for (int i = 0; i < n; i++)
			buf_str(&text, "証");
		r = json_add(rows, json_new_obj());
		json_set_str(r, "type", "CN");
		json_set_str(r, "value", buf_cstr(&text));
		CHECK(n == 64 ? "64 kanji" : "65 kanji",
		    name_build(rows, false, &b, &e) == (n == 64 ? 0 : -1));
		buf_free(&b);
		json_free(rows);
	}
	buf_free(&text);
}

static const struct {
	const char *name, *kind, *validity;
	int64_t born, issuer_end; /* from now; 0: none */
	const char *from, *to;    /* or */
	const char *id;
	bool cut;
} DATES[] = {
	{ "root from its key's second", "root", "{\"years\":20}", -60,
	    0, "2026-12-09T01:12:00Z", "2046-12-09T01:11:59Z", NULL,
	    false },
	{ "root of a key a day old", "root", "{\"years\":20}", -86400,
	    0, NULL, NULL, "lint.key-life", false },
	{ "shorter root of an old key", "root", "{\"years\":10}",
	    -86400, 0, "2026-12-09T01:13:00Z", "2036-12-09T01:12:59Z",
	    NULL, false },
	{ "subordinate from now", "tls-subordinate", "{\"years\":3}",
	    -60, 1000000000, "2026-12-09T01:13:00Z",
	    "2029-12-09T01:12:59Z", NULL, false },
	{ "days", "tls-subordinate", "{\"days\":365}", 0, 1000000000,
	    "2026-12-09T01:13:00Z", "2027-12-09T01:12:59Z", NULL,
	    false },
	{ "cut to the issuer's end", "tls-subordinate",
	    "{\"years\":20}", 0, 86399, "2026-12-09T01:13:00Z",
	    "2026-12-10T01:12:59Z", NULL, true },
	{ "over twenty years of an unknown key", "tls-subordinate",
	    "{\"years\":21}", 0, 1000000000, NULL, NULL,
	    "lint.key-life", false },
	{ "issuer ended", "tls-subordinate", "{\"years\":1}", 0, -5,
	    NULL, NULL, "profile.issuer-ended", false },
	{ "no validity", "root", "{}", -60, 0, NULL, NULL,
	    "profile.field", false },
	{ "both", "root", "{\"days\":1,\"years\":1}", -60, 0, NULL,
	    NULL, "profile.field", false },
};

static void
dates(void)
{
	for (size_t i = 0; i < sizeof(DATES) / sizeof(DATES[0]); i++) {
		struct json *p = soft_profile(DATES[i].kind, "", "{}", "[]", "",
		    "\"subject\":[]", DATES[i].validity);
		struct cert_clock c = { SOFT_NOW,
			DATES[i].born != 0 ? SOFT_NOW + DATES[i].born
					  : CERT_NO_TIME,
			DATES[i].issuer_end != 0 ? SOFT_NOW + DATES[i].issuer_end
						: CERT_NO_TIME };
		struct cert_dates d;
		struct err e = { 0 };
		char from[CIVIL_LEN] = "", to[CIVIL_LEN] = "";
		int ret = cert_dates(p, "c", &c, &d, &e);

		if (ret == 0) {
			civil_format(d.not_before, from);
			civil_format(d.not_after, to);
		}
		if (DATES[i].id != NULL)
			CHECK_STR(DATES[i].name, e.id, DATES[i].id);
		else
			CHECK(DATES[i].name,
			    ret == 0 && strcmp(from, DATES[i].from) == 0 &&
				strcmp(to, DATES[i].to) == 0 &&
				d.cut == DATES[i].cut);
		json_free(p);
	}
}

/* The root and the subordinate of the base point, to the byte. */
static const char GOLDEN[] =
#include "tests/unit/x509_golden.h"
    ;

/* Rows of it as people read them. */
static void
golden_rows(const struct review *rows)
{
	static const struct {
		const char *name, *label, *value;
	} ROWS[] = {
		{ "row: key usage", "view.usage",
		    "digital signature, sign certificates, sign CRLs" },
		{ "row: basic constraints", "view.basic",
		    "CA yes, path length 0" },
		{ "row: end", "view.not-after", "2056-12-09T01:12:59Z" },
		{ "row: name constraints", "view.constraints",
		    "permitted DNS example.jp\n"
		    "permitted directory name C=JP\n"
		    "excluded IP 0.0.0.0/0.0.0.0\n"
		    "excluded IP ::/::" },
		{ "row: information", "view.aia",
		    "OCSP http://ocsp.example.jp/\n"
		    "issuer certificate http://ca.example.jp/r1.cer" },
		{ "row: serial", "view.serial",
		    "01ff0102030405060708090a0b0c0d0e0f" },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		const char *got = NULL;

		for (size_t k = 0; k < rows->n; k++)
			if (strcmp(rows->row[k].label, ROWS[i].label) == 0)
				got = rows->row[k].value;
		CHECK_STR(ROWS[i].name, got, ROWS[i].value);
	}
}

static void
golden(void)
{
	static const char SUB_EXT[] =
	    "\"extensions\":{\"ca_issuers\":"
	    "[\"http://ca.example.jp/r1.cer\"],\"cdp\":"
	    "[\"http://crl.example.jp/r1.crl\"],\"digital_signature\":1,"
	    "\"eku\":[\"serverAuth\",\"1.2.3.4\"],\"name_constraints\":{"
	    "\"excluded\":{\"ip\":[\"0.0.0.0/0\",\"::/0\"]},\"permitted\":{"
	    "\"directory\":[[{\"type\":\"C\",\"value\":\"JP\"}]],"
	    "\"dns\":[\"example.jp\"]}},"
	    "\"ocsp\":[\"http://ocsp.example.jp/\"],\"path_len\":0}";
	struct json *p = soft_profile("root", SUB_EXT,
	    "{\"curve\":\"P-384\",\"type\":\"ec\"}",
	    "[\"ov\",\"1.3.6.1.4.1.99999.1.1\"]", "ecdsa-sha384",
	    SOFT_ROOT_NAME, "{\"years\":30}");
	uint8_t point[97],
	    random[16] = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
		    15 },
	    serial[CERT_SERIAL_LEN];
	struct buf spki = BUF_INIT, tbs = BUF_INIT, hex = BUF_INIT;
	struct cert_spec s = { .profile = p,
		.not_before = SOFT_NOW,
		.alg = sigalg_find("ecdsa-sha384"),
		.rehearsal = true };
	struct review rows = REVIEW_INIT;
	struct cert c;
	struct err e;

	if (spki_from_point(
		KEY_EC, "P-384", point, unhex(G384, point), &spki, &e) != 0)
		abort();
	cert_serial(random, serial);
	s.spki = span_of(&spki);
	s.serial.p = serial;
	s.serial.len = sizeof(serial);
	s.not_after = civil_add_years(SOFT_NOW, 30) - 1; /* past 2050 */
	CHECK("golden certificate built", cert_build(&s, &tbs, &e) == 0);
	hex_encode(&hex, tbs.data, tbs.len);
	CHECK_STR("golden bytes", buf_cstr(&hex), GOLDEN);
	CHECK("golden bytes parse",
	    cert_parse(span_of(&tbs), CERT_TBS, &c, &e) == 0 && c.n_ext == 9 &&
		cert_key_usage(&c) == 0x86);
	CHECK("as rows",
	    cert_view(LANG_EN, span_of(&tbs), CERT_TBS, &rows, &e) == 0 &&
		rows.n == 19);
	golden_rows(&rows);
	review_free(&rows);
	buf_free(&hex);
	buf_free(&tbs);
	buf_free(&spki);
	json_free(p);
}

/* No flipped bit of a certificate crashes a reader or leaves a byte over:
 * what parses is shown in full, and its parts make up the whole. */
static void
flips(void)
{
	size_t len = sizeof(GOLDEN) / 2;
	uint8_t *p = xmalloc(len);
	struct span s = { p, unhex(GOLDEN, p) };
	struct cert c;
	struct err e;
	size_t cut = 0, shown = 0, parsed = 0;

	for (size_t i = 0; i < s.len * 8; i++) {
		struct review rows = REVIEW_INIT;

		p[i / 8] ^= (uint8_t)(1u << (i % 8));
		if (cert_parse(s, CERT_TBS, &c, &e) == 0) {
			parsed++;
			shown +=
			    cert_view(LANG_JA, s, CERT_TBS, &rows, &e) == 0;
			review_free(&rows);
		}
		p[i / 8] ^= (uint8_t)(1u << (i % 8));
	}
	for (size_t n = 0; n < s.len; n++) {
		struct span part = { p, n };

		cut += cert_parse(part, CERT_TBS, &c, &e) == 0;
	}
	CHECK("what parses is shown", parsed == shown && parsed > 0);
	CHECK("no truncation parses", cut == 0);
	free(p);
}

static void
signatures(void)
{
	uint8_t raw[132], point[133];
	struct buf spki = BUF_INIT, sig = BUF_INIT, info = BUF_INIT;
	const struct sigalg *a = sigalg_find("ecdsa-sha512");
	struct spki k;
	struct err e;

	if (spki_from_point(
		KEY_EC, "P-521", point, unhex(G521, point), &spki, &e) != 0 ||
	    spki_parse(span_of(&spki), &k, &e) != 0)
		abort();
	memset(raw, 0, sizeof(raw));
	raw[65] = 0x80; /* r = 128: a zero goes before it */
	raw[131] = 0x7f;
	CHECK("P-521 halves of 66 octets",
	    sigalg_encode(a, &k, raw, 132, &sig, &e) == 0 && sig.len == 9 &&
		memcmp(sig.data, "\x30\x07\x02\x02\x00\x80\x02\x01\x7f", 9) ==
		    0);
	CHECK("a half octet short",
	    sigalg_encode(a, &k, raw, 131, &sig, &e) == -1 &&
		strcmp(e.id, "sig.length") == 0);
	CHECK("another curve's hash",
	    sigalg_encode(
		sigalg_find("ecdsa-sha384"), &k, raw, 132, &sig, &e) == -1 &&
		strcmp(e.id, "spki.sigalg") == 0);
	memset(raw, 0xab, 48);
	CHECK("DigestInfo of SHA-384",
	    sigalg_input_digest(
		sigalg_find("rsa-sha384"), raw, 48, &info, &e) == 0 &&
		info.len == 67 &&
		memcmp(info.data,
		    "\x30\x41\x30\x0d\x06\x09"
		    "\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30\xab",
		    20) == 0);
	CHECK("every algorithm is found by its bytes",
	    sigalg_from_der(a->der) == a && sigalg_find("rsa-sha1") == NULL);
	buf_free(&info);
	buf_free(&sig);
	buf_free(&spki);
}

int
main(void)
{
	lengths();
	times();
	oids();
	names();
	long_names();
	dates();
	golden();
	flips();
	signatures();
	return test_end();
}
