/* SPDX-License-Identifier: MIT */
/*
 * What is seldom seen and must be read all the same, or refused by its name:
 * names in old strings, keys that no profile can mean, numbers that do not
 * fit, name constraints of every form, and what a review shows of them.
 */
#include "ceremony/base/codec.h"
#include "ceremony/x509/review.h"
#include "tests/unit/lint_parts.h"
#include "tests/unit/shown.h"
#include "tests/unit/test.h"

#define P384 "{\"curve\":\"P-384\",\"type\":\"ec\"}"
#define DAY  "{\"days\":1}"

static struct {
	struct soft_key key;
	struct json *root_profile;
	struct buf root_tbs, root;
	const struct sigalg *alg;
} w;

static struct cert_spec
spec(const struct json *profile, struct span issuer)
{
	static const uint8_t NINE[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	return (struct cert_spec){ .profile = profile,
		.issuer = issuer,
		.spki = span_of(&w.key.spki),
		.serial = { NINE, sizeof(NINE) },
		.not_before = SOFT_NOW,
		.not_after = SOFT_NOW + 86399,
		.alg = w.alg };
}

/* One name of one CN in this string type; false: no name. */
static bool
cn(uint8_t tag, const char *value, size_t len, struct buf *der, struct name *n)
{
	struct buf pair = BUF_INIT, seq = BUF_INIT, set = BUF_INIT;
	struct err e = { 0 };

	if (der_put_oid(&pair, "2.5.4.3") != 0)
		abort();
	der_put(&pair, tag, value, len);
	der_put_buf(&seq, DER_SEQ, &pair);
	der_put_buf(&set, DER_SET, &seq);
	buf_reset(der);
	der_put_buf(der, DER_SEQ, &set);
	buf_free(&pair);
	buf_free(&seq);
	buf_free(&set);
	return name_parse(span_of(der), n, &e) == 0;
}

static void
strings(void)
{
	static const struct {
		const char *name, *value;
		size_t len;
		uint8_t tag;
		const char *line; /* NULL: no name */
	} CASES[] = {
		{ "IA5String", "a~b", 3, DER_IA5, "CN=a~b" },
		{ "IA5String with a tab", "a\tb", 3, DER_IA5, NULL },
		{ "IA5String beyond ASCII", "a\xe9", 2, DER_IA5, NULL },
		{ "BMPString", "\x65\xe5\x67\x2c", 4, DER_BMP, "CN=日本" },
		{ "half a pair in a BMPString", "\0A\xd8\x00", 4, DER_BMP,
		    "CN=A?" },
		{ "half a character", "\0A\0", 3, DER_BMP, NULL },
		{ "UniversalString beyond Unicode", "\0\x11\0\0", 4,
		    DER_UNIVERSAL, "CN=?" },
		{ "T61String", "caf\xe9", 4, DER_T61, "CN=café" },
		{ "an integer", "a", 1, DER_INT, NULL },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct buf der = BUF_INIT;
		struct name n;
		char line[NAME_LINE_MAX] = "";
		bool good = cn(CASES[i].tag, CASES[i].value, CASES[i].len, &der,
		    &n);

		if (good)
			name_line(&n, line, sizeof(line));
		CHECK_STR(CASES[i].name, line,
		    CASES[i].line != NULL ? CASES[i].line : "");
		CHECK("or refused", good == (CASES[i].line != NULL));
		buf_free(&der);
	}
}

/* RFC 5280 7.1: letters and runs of blanks fold, nothing else does. */
static void
alike(void)
{
	static const struct {
		const char *name, *a, *b;
		bool same;
	} CASES[] = {
		{ "capitals", "Example Root", "EXAMPLE root", true },
		{ "two blanks", "Example Root", "Example  Root", true },
		{ "blanks at the ends", "Example Root", "  Example Root  ",
		    true },
		{ "no blank", "Example Root", "ExampleRoot", false },
		{ "one letter", "Example Root", "Example Roof", false },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct buf a = BUF_INIT, b = BUF_INIT;
		struct name x, y;

		if (!cn(DER_UTF8, CASES[i].a, strlen(CASES[i].a), &a, &x) ||
		    !cn(DER_UTF8, CASES[i].b, strlen(CASES[i].b), &b, &y))
			abort();
		CHECK(CASES[i].name, name_alike(&x, &y) == CASES[i].same);
		buf_free(&a);
		buf_free(&b);
	}
}

/* Keys that a profile cannot mean have no throw-away key, and say so. */
static void
no_keys(void)
{
	static const char *const CASES[] = {
		"{\"curve\":\"P-384\"}", "{\"curve\":\"P-999\",\"type\":\"ec\"}",
		"{\"type\":\"ec\"}", "{\"curve\":\"B-283\",\"type\":\"ec\"}",
		"{\"bits\":1000,\"type\":\"rsa\"}",
		"{\"bits\":3001,\"type\":\"rsa\"}",
		"{\"bits\":32768,\"type\":\"rsa\"}", "{\"type\":\"rsa\"}",
		"{\"type\":\"dsa\"}",
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct json *key = soft_json(CASES[i]);
		struct buf out = BUF_INIT;
		struct err e = { 0 };

		CHECK(CASES[i], spki_dummy(key, 0, &out, &e) == -1 &&
		    out.len == 0 && strcmp(e.id, "spki.algorithm") == 0);
		e = (struct err){ 0 };
		CHECK("and no key fits", spki_fits(&w.key.parsed, key, &e) ==
		    -1 && strcmp(e.id, "spki.profile") == 0);
		json_free(key);
	}
}

/* Two throw-away keys of one kind are two keys. */
static void
two_keys(void)
{
	static const char *const CASES[] = { P384,
		"{\"bits\":2048,\"type\":\"rsa\"}", "{\"type\":\"ed25519\"}" };

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct json *key = soft_json(CASES[i]);
		struct buf a = BUF_INIT, b = BUF_INIT;
		struct spki x, y;
		struct err e;

		CHECK(CASES[i], spki_dummy(key, 0, &a, &e) == 0 &&
		    spki_dummy(key, 1, &b, &e) == 0 &&
		    spki_parse(span_of(&a), &x, &e) == 0 &&
		    spki_parse(span_of(&b), &y, &e) == 0 &&
		    spki_fits(&x, key, &e) == 0 &&
		    spki_fits(&y, key, &e) == 0 &&
		    !span_equal(x.der, y.der));
		buf_free(&a);
		buf_free(&b);
		json_free(key);
	}
}

/* A list is signed by the CA's algorithm, or by the first that its key has. */
static void
choose(void)
{
	static const struct {
		const char *key, *wanted, *got;
	} CASES[] = {
		{ "P-384", "ecdsa-sha384", "ecdsa-sha384" },
		{ "P-384", "rsa-sha256", "ecdsa-sha384" },
		{ "P-521", "ecdsa-sha384", "ecdsa-sha512" },
		{ "ED25519", NULL, "ed25519" },
		{ "RSA-2048", "rsa-pss-sha384", "rsa-pss-sha384" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct soft_key k;
		const struct sigalg *a;

		soft_key_new(&k, CASES[i].key);
		a = sigalg_choose(&k.parsed, CASES[i].wanted);
		CHECK_STR(CASES[i].key, a != NULL ? a->name : "none",
		    CASES[i].got);
		/* A curve that nothing signs with. */
		k.parsed.curve = "P-224";
		if (k.parsed.type == KEY_EC)
			CHECK("no algorithm for another curve",
			    sigalg_choose(&k.parsed, CASES[i].wanted) == NULL);
		soft_key_free(&k);
	}
}

static void
numbers(void)
{
	static const struct {
		const char *name, *in, *der, *text;
	} CASES[] = {
		{ "nothing is zero", "", "020100", "0" },
		{ "zeros are zero", "0000", "020100", "0" },
		{ "one", "0001", "020101", "1" },
		{ "the high bit", "80", "02020080", "128" },
		{ "seven octets", "ffffffffffffff", "020800ffffffffffffff",
		    "72057594037927935" },
		{ "eight octets", "0100000000000000", "02080100000000000000",
		    "0x0100000000000000" },
		{ "twenty octets", "7fffffffffffffffffffffffffffffffffffffff",
		    "02147fffffffffffffffffffffffffffffffffffffff",
		    "0x7fffffffffffffffffffffffffffffffffffffff" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct buf in = BUF_INIT, out = BUF_INIT, hex = BUF_INIT;
		char text[64];

		unhex(CASES[i].in, &in);
		der_put_uint(&out, in.data, in.len);
		hex_encode(&hex, out.data, out.len);
		CHECK_STR(CASES[i].name, buf_cstr(&hex), CASES[i].der);
		crl_number_text(span_of(&in), text, sizeof(text));
		CHECK_STR("as text", text, CASES[i].text);
		buf_free(&in);
		buf_free(&out);
		buf_free(&hex);
	}
}

/* Name constraints of a profile: each form is shown, or is refused. */
static void
constraints(void)
{
	static const struct {
		const char *name, *tree, *text; /* NULL: refused */
	} CASES[] = {
		{ "a domain", "\"dns\":[\"example.jp\"]", "example.jp" },
		{ "a mail host", "\"email\":[\"example.jp\"]",
		    "e-mail example.jp" },
		{ "no domain at all", "\"dns\":[\"*\"]", NULL },
		{ "an address", "\"ip\":[\"10.1.0.0/16\"]", "10.1.0.0" },
		{ "an address of sixteen octets", "\"ip\":[\"2001:db8::/32\"]",
		    "2001:db8" },
		{ "an address without a mask", "\"ip\":[\"10.0.0.0\"]", "" },
		{ "a mask too long", "\"ip\":[\"10.0.0.0/33\"]", "" },
		{ "a mask that is no number", "\"ip\":[\"10.0.0.0/x\"]", "" },
		{ "no number", "\"ip\":[\"10.0.0.0/\"]", "" },
		{ "four digits", "\"ip\":[\"10.0.0.0/0008\"]", "" },
		{ "bits below the mask", "\"ip\":[\"10.1.0.1/16\"]", "" },
		{ "no address", "\"ip\":[\"10.0.0/8\"]", "" },
		{ "an address too long",
		    "\"ip\":[\"00000000000000000000000000000000000000000000"
		    "0000000000000000000000000000000000/8\"]", "" },
		{ "a number", "\"dns\":[7]", "" },
		{ "a directory without a type",
		    "\"directory\":[[{\"value\":\"x\"}]]", "" },
		{ "a directory", "\"directory\":[[{\"type\":\"C\","
		    "\"value\":\"JP\"}]]", "C=JP" },
		{ "nothing", "", "" },
	};

	for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
		struct buf ext = BUF_INIT, tbs = BUF_INIT;
		struct review v = REVIEW_INIT;
		struct json *profile;
		struct cert_spec s;
		struct err e = { 0 };
		int ret;

		buf_fmt(&ext, "\"extensions\":{\"name_constraints\":{"
		    "\"permitted\":{%s}}}", CASES[i].tree);
		profile = soft_profile("subordinate", buf_cstr(&ext), P384,
		    "[]", "ecdsa-sha384", SOFT_SUB_NAME, DAY);
		s = spec(profile, span_of(&w.root));
		ret = cert_build(&s, &tbs, &e);
		if (CASES[i].text != NULL && *CASES[i].text == '\0')
			CHECK(CASES[i].name, ret == -1 && tbs.len == 0 &&
			    strcmp(e.id, "profile.field") == 0 &&
			    strcmp(err_value(&e, "field"),
				"name-constraints") == 0);
		else
			CHECK(CASES[i].name, ret == 0 && cert_view(LANG_EN,
			    span_of(&tbs), CERT_TBS, &v, &e) == 0 &&
			    shown(&v, CASES[i].text != NULL ? CASES[i].text :
			    text_get(LANG_EN, "view.gn.every")));
		review_free(&v);
		json_free(profile);
		buf_free(&tbs);
		buf_free(&ext);
	}
}

/* The other CA's name to the byte, in a cross certificate. */
static void
cross(void)
{
	struct json *profile = soft_profile("cross", "", P384, "[]",
	    "ecdsa-sha384", SOFT_SUB_NAME, DAY);
	struct buf name = BUF_INIT, tbs = BUF_INIT;
	struct cert_spec s = spec(profile, span_of(&w.root));
	struct name n;
	struct cert c;
	struct err e;

	if (!cn(DER_BMP, "\0A\0B", 4, &name, &n))
		abort();
	s.subject_der = span_of(&name);
	CHECK("a name to the byte", cert_build(&s, &tbs, &e) == 0 &&
	    cert_parse(span_of(&tbs), CERT_TBS, &c, &e) == 0 &&
	    span_equal(c.subject.der, span_of(&name)));
	buf_free(&tbs);
	buf_free(&name);
	json_free(profile);
}

/* A profile without a name, and a plan that has none either. */
static void
nameless(void)
{
	struct json *profile = soft_profile("subordinate", "", P384, "[]",
	    "ecdsa-sha384", "\"subject\":[]", DAY);
	struct cert_spec s = spec(profile, span_of(&w.root));
	struct buf tbs = BUF_INIT;
	struct err e = { 0 };

	CHECK("no name at all", cert_build(&s, &tbs, &e) == -1 &&
	    tbs.len == 0 && strcmp(err_value(&e, "field"), "subject") == 0);
	json_free(profile);
}

/* An RSA key and both unique identifiers, which nobody writes any more. */
static void
old_fields(void)
{
	static const struct row RSA = { "", ROOT, SPKI, HEX, NULL, NULL, "",
		false };
	struct row r = RSA;
	struct soft_key k;
	struct buf tbs = BUF_INIT, hex = BUF_INIT;
	struct review v = REVIEW_INIT;
	struct err e;

	soft_key_new(&k, "RSA-2048");
	hex_encode(&hex, k.spki.data, k.spki.len);
	buf_str(&hex, "8103 00a1b2 8203 00c3d4");
	r.text = buf_cstr(&hex);
	mutate(&w.root_tbs, &r, &tbs);
	CHECK("old fields are shown", cert_view(LANG_EN, span_of(&tbs),
	    CERT_TBS, &v, &e) == 0);
	CHECK("modulus and exponent", shown(&v, "RSA 2048") &&
	    shown_hex(&v, "010001"));
	CHECK("unique identifiers", shown_hex(&v, "a1b2") && shown_hex(&v, "c3d4"));
	review_free(&v);
	buf_free(&hex);
	buf_free(&tbs);
	soft_key_free(&k);
}

int
main(void)
{
	struct span none = { NULL, 0 };
	struct cert_spec s;
	struct err e;

	w.alg = sigalg_find("ecdsa-sha384");
	soft_key_new(&w.key, "P-384");
	w.root_profile = soft_profile("root", "", P384, "[]", "ecdsa-sha384",
	    SOFT_ROOT_NAME, DAY);
	s = spec(w.root_profile, none);
	if (cert_build(&s, &w.root_tbs, &e) != 0)
		abort();
	soft_cert(&s, &w.key, &w.root);
	strings();
	alike();
	no_keys();
	two_keys();
	choose();
	numbers();
	constraints();
	cross();
	nameless();
	old_fields();
	buf_free(&w.root);
	buf_free(&w.root_tbs);
	json_free(w.root_profile);
	soft_key_free(&w.key);
	return test_end();
}
