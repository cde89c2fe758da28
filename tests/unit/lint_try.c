/* SPDX-License-Identifier: MIT */
/*
 * Trying profiles with throw-away keys: every kind of certificate and key
 * that a profile set may ask for goes through, and a bad profile is named
 * before any key exists.
 */
#include "ceremony/lint/try.h"
#include "tests/unit/test.h"
#include "tests/unit/x509_soft.h"

#define P384 "{\"curve\":\"P-384\",\"type\":\"ec\"}"
#define UNIT                                                 \
	"\"subject\":[{\"type\":\"C\",\"value\":\"JP\"},"    \
	"{\"type\":\"O\",\"value\":\"Example Trust K.K.\"}," \
	"{\"type\":\"OU\",\"value\":\"Root Operations\"},"   \
	"{\"type\":\"CN\",\"value\":\"Example Root R1\"}]"
#define NAME(cn)                                             \
	"\"subject\":[{\"type\":\"C\",\"value\":\"JP\"},"    \
	"{\"type\":\"O\",\"value\":\"Example Trust K.K.\"}," \
	"{\"type\":\"CN\",\"value\":\"" cn "\"}]"
#define HTTP                                              \
	"\"ca_issuers\":\"http://ca.example.jp/r1.cer\"," \
	"\"cdp\":\"http://crl.example.jp/r1.crl\""

struct row {
	const char *name, *kind, *ext, *key, *policies, *alg, *subject,
	    *validity;
	bool web;
	const char *rule; /* NULL: goes through */
};

static const struct row ROOTS[] = {
	{ "root P-256", "root", "", "{\"curve\":\"P-256\",\"type\":\"ec\"}",
	    "[]", "ecdsa-sha256", NAME("R"), "{\"years\":20}", true, NULL },
	{ "root P-521", "root", "", "{\"curve\":\"P-521\",\"type\":\"ec\"}",
	    "[]", "ecdsa-sha512", NAME("R"), "{\"years\":20}", true, NULL },
	{ "root RSA 3072", "root", "", "{\"bits\":3072,\"type\":\"rsa\"}", "[]",
	    "rsa-sha256", NAME("R"), "{\"years\":20}", true, NULL },
	{ "root RSA 4096 PSS", "root", "", "{\"bits\":4096,\"type\":\"rsa\"}",
	    "[]", "rsa-pss-sha512", NAME("R"), "{\"years\":15}", true, NULL },
	{ "root Ed25519", "root", "", "{\"type\":\"ed25519\"}", "[]", "ed25519",
	    NAME("R"), "{\"years\":20}", false, NULL },
	{ "root Ed448", "root", "", "{\"type\":\"ed448\"}", "[]", "ed448",
	    NAME("R"), "{\"years\":20}", false, NULL },
	{ "Ed25519 in the web PKI", "root", "", "{\"type\":\"ed25519\"}", "[]",
	    "ed25519", NAME("R"), "{\"years\":20}", true, "KEY-8" },
	{ "a unit", "root", "", P384, "[]", "ecdsa-sha384", UNIT,
	    "{\"years\":20}", true, "CRT-9e" },
	{ "seven years", "root", "", P384, "[]", "ecdsa-sha384", NAME("R"),
	    "{\"years\":7}", true, "VAL-1" },
	{ "purposes in a root", "root",
	    "\"extensions\":{\"eku\":[\"serverAuth\"]}", P384, "[]",
	    "ecdsa-sha384", NAME("R"), "{\"years\":20}", true, "CRT-15d" },
	{ "hash of another curve", "root", "", P384, "[]", "ecdsa-sha256",
	    NAME("R"), "{\"years\":20}", true, "spki.sigalg" },
	{ "21 years", "root", "", P384, "[]", "ecdsa-sha384", NAME("R"),
	    "{\"years\":21}", true, "lint.key-life" },
	{ "a long name", "root", "", P384, "[]", "ecdsa-sha384",
	    NAME("0123456789012345678901234567890123456789012345678901234"
		 "56789"),
	    "{\"years\":20}", true, "name.value" },
};

static const struct row SUBS[] = {
	{ "TLS subordinate", "tls-subordinate",
	    "\"extensions\":{" HTTP ",\"eku\":[\"serverAuth\"],\"path_len\":0}",
	    P384, "[\"ov\"]", "ecdsa-sha384", NAME("S"), "{\"years\":3}", true,
	    NULL },
	{ "TLS subordinate of RSA", "tls-subordinate",
	    "\"extensions\":{" HTTP ",\"path_len\":0}",
	    "{\"bits\":2048,\"type\":\"rsa\"}", "[\"dv\"]", "ecdsa-sha384",
	    NAME("S"), "{\"years\":3}", true, NULL },
	{ "any policy", "tls-subordinate",
	    "\"extensions\":{" HTTP ",\"path_len\":0}", P384, "[\"anyPolicy\"]",
	    "ecdsa-sha384", NAME("S"), "{\"years\":3}", true, NULL },
	{ "any policy and another", "tls-subordinate",
	    "\"extensions\":{" HTTP ",\"path_len\":0}", P384,
	    "[\"anyPolicy\",\"ov\"]", "ecdsa-sha384", NAME("S"),
	    "{\"years\":3}", true, "CRT-14a" },
	{ "other subordinate", "subordinate",
	    "\"extensions\":{" HTTP
	    ",\"eku\":[\"emailProtection\"],\"path_len\":0}",
	    P384, "[\"1.3.6.1.4.1.99999.2\"]", "ecdsa-sha384", NAME("S"),
	    "{\"years\":5}", true, NULL },
	{ "other subordinate for TLS", "subordinate",
	    "\"extensions\":{" HTTP ",\"eku\":[\"serverAuth\"]}", P384, "[]",
	    "ecdsa-sha384", NAME("S"), "{\"years\":5}", true, "CRT-15e" },
	{ "cross", "cross", "\"extensions\":{" HTTP "}", P384, "[\"ov\"]",
	    "ecdsa-sha384", NAME("Other Root"), "{\"years\":5}", true, NULL },
	{ "OCSP responder", "ocsp-responder", "", P384, "[]", "ecdsa-sha384",
	    NAME("OCSP 1"), "{\"days\":365}", true, NULL },
	{ "OCSP responder with a CDP", "ocsp-responder",
	    "\"extensions\":{" HTTP "}", P384, "[]", "ecdsa-sha384",
	    NAME("OCSP 1"), "{\"days\":365}", true, "CRT-12g" },
	{ "infrastructure", "infrastructure", "", P384, "[]", "ecdsa-sha384",
	    NAME("Admin"), "{\"years\":1}", true, NULL },
	{ "name from the request", "tls-subordinate",
	    "\"extensions\":{" HTTP ",\"path_len\":0}", P384, "[\"ov\"]",
	    "ecdsa-sha384", "\"subject\":[]", "{\"years\":3}", true, NULL },
	{ "https", "tls-subordinate",
	    "\"extensions\":{\"cdp\":\"https://crl.example.jp/\"}", P384,
	    "[\"ov\"]", "ecdsa-sha384", NAME("S"), "{\"years\":3}", true,
	    "CRT-12e" },
};

static bool
told(const struct lint_results *out, int ret, const char *rule,
    const struct err *e)
{
	if (rule == NULL)
		return ret == 0 && out->refused == 0 && out->good > 20;
	if (strchr(rule, '.') != NULL)
		return ret == -1 && strcmp(e->id, rule) == 0;
	for (size_t i = 0; ret == -1 && i < out->n; i++)
		if (strcmp(out->row[i].rule->id, rule) == 0)
			return out->row[i].verdict == LINT_REFUSED;
	return false;
}

static struct json *
profile(const struct row *r)
{
	return soft_profile(r->kind, r->ext, r->key, r->policies, r->alg,
	    r->subject, r->validity);
}

static void
try(const struct row *r, const struct lint_try *issuer)
{
	static struct lint_results out;
	struct lint_try_facts f = { .now = SOFT_NOW,
		.rehearsal = true,
		.pack = r->web ? LINT_PACK_CABF : LINT_PACK_RFC5280 };
	struct json *p = profile(r);
	struct lint_try t = { .item = "c-1", .profile = p, .issuer = issuer };
	struct err e = { 0 };
	int ret = lint_try_cert(&t, &f, &out, &e);
	bool good = told(&out, ret, r->rule, &e);

	if (!good) {
		char why[300];

		err_describe(&e, why, sizeof(why));
		printf("# %d %s\n", ret, why);
	}
	CHECK(r->name, good);
	json_free(p);
}

static void
lists(const struct lint_try *root, const struct lint_try *sub)
{
	static struct lint_results out;
	struct lint_try_facts f = {
		.now = SOFT_NOW, .rehearsal = false, .pack = LINT_PACK_CABF
	};
	struct json *p = soft_json(
	    "{\"idp\":\"none\",\"issuer_kind\":\"root\""
	    ",\"name\":\"arl\",\"next_update_days\":364,\"reasons\":[]}");
	struct json *longer =
	    soft_json("{\"idp\":\"none\",\"issuer_kind\":"
		      "\"root\",\"name\":\"arl\",\"next_update_days\":400,"
		      "\"reasons\":[]}");
	struct err e = { 0 };

	CHECK("list of the root",
	    lint_try_crl("crl-1", p, root, &f, &out, &e) == 0);
	CHECK("list two steps down",
	    lint_try_crl("crl-2", p, sub, &f, &out, &e) == 0);
	CHECK("list of 400 days",
	    lint_try_crl("crl-1", longer, root, &f, &out, &e) == -1 &&
		strcmp(err_value(&e, "rule"), "CRL-2b") == 0);
	json_free(longer);
	json_free(p);
}

/* Nine links above are one more than is followed; one that exists ends it. */
static void
deep(const struct lint_try *root, const struct json *sub)
{
	static struct lint_results out;
	struct lint_try_facts f = { .now = SOFT_NOW, .rehearsal = true,
		.pack = LINT_PACK_RFC5280 };
	struct lint_try link[LINT_TRY_DEPTH + 1];
	struct json *none;
	struct json *list = soft_json("{\"idp\":\"none\",\"issuer_kind\":"
	    "\"root\",\"name\":\"arl\",\"next_update_days\":30,"
	    "\"reasons\":[]}");
	struct err e = { 0 };

	for (size_t i = 0; i <= LINT_TRY_DEPTH; i++)
		link[i] = (struct lint_try){ .item = "c-link",
			.profile = sub, .issuer = i > 0 ? &link[i - 1] : root };
	/* The issuer exists: its own bytes are taken, whatever its profile. */
	link[1].done = (struct span){ (const uint8_t *)"no", 2 };
	link[1].profile = NULL;
	CHECK("an issuer that exists, and is none", lint_try_crl("crl-1", list,
	    &link[2], &f, &out, &e) == -1 && strcmp(e.id, "cert.form") == 0);
	link[1].done.p = NULL;
	none = json_copy(sub);
	json_set_str(none, "signature", "none");
	link[1].profile = none;
	CHECK("a chain that breaks above", lint_try_crl("crl-1", list,
	    &link[2], &f, &out, &e) == -1 &&
	    strcmp(err_value(&e, "field"), "signature") == 0);
	link[1].profile = sub;
	json_free(none);
	CHECK("a chain that is too long", lint_try_crl("crl-1", list,
	    &link[LINT_TRY_DEPTH], &f, &out, &e) == -1 &&
	    strcmp(e.id, "profile.field") == 0 &&
	    strcmp(err_value(&e, "field"), "issuer") == 0);
	json_free(list);
}

int
main(void)
{
	struct row base = { "", "root", "", P384, "[]", "ecdsa-sha384",
		NAME("Example Root R1"), "{\"years\":20}", true, NULL };
	struct json *root_profile = profile(&base),
		    *sub_profile = profile(&SUBS[0]);
	struct lint_try root = { .item = "c-root", .profile = root_profile };
	struct lint_try sub = {
		.item = "c-sub", .profile = sub_profile, .issuer = &root
	};

	for (size_t i = 0; i < sizeof(ROOTS) / sizeof(ROOTS[0]); i++)
		try(&ROOTS[i], NULL);
	for (size_t i = 0; i < sizeof(SUBS) / sizeof(SUBS[0]); i++)
		try(&SUBS[i], &root);
	lists(&root, &sub);
	deep(&root, sub_profile);
	json_free(sub_profile);
	json_free(root_profile);
	return test_end();
}
