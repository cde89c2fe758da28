/* SPDX-License-Identifier: MIT */
/*
 * What tachiai-key shows of every kind of paper, in both languages, before
 * it asks for words.
 */
#include "ceremony/people/role.h"
#include "ceremony/people/roster.h"
#include "tests/unit/key_anna.h"

/* Papers: each puts its document into `out` (and what it names beside). */
static void
paper_roster(struct buf *out)
{
	struct roster_person p[2] = { { .id = "anna",
					  .name = "Custodian 2",
					  .code = "CA2",
					  .roles = ROLE_CA_ADMINISTRATOR,
					  .cost = 16,
					  .stick = "CUST-2" },
		{ .id = "mai",
		    .name = "Manager 1",
		    .code = "SM",
		    .roles = ROLE_OPERATIONS_MANAGER,
		    .cost = 16,
		    .stick = "CUST-1" } };

	roster_encode(ORIGIN, p, 2, out);
}

static void
paper_files(struct buf *out)
{
	static const uint8_t sha[SHA256_LEN];
	struct json *j = json_new_obj();

	json_set_str(j, "origin", ORIGIN);
	json_set_hex(j, "plan", sha, SHA256_LEN);
	json_set_hex(j, "profiles", sha, SHA256_LEN);
	json_set_hex(j, "script", sha, SHA256_LEN);
	json_encode(j, out);
	json_free(j);
}

static void
paper_doubt(struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "item", "c-root");
	json_set_str(j, "origin", ORIGIN);
	json_set_str(j, "way", "burn");
	json_encode(j, out);
	json_free(j);
}

static void
paper_deviation(struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "because", "the bag was torn");
	json_set_str(j, "decision", "continue");
	json_set_int(j, "no", 1);
	json_set_str(j, "origin", ORIGIN);
	json_encode(j, out);
	json_free(j);
}

static void
paper_csr(struct buf *out)
{
	EVP_PKEY *k = EVP_EC_gen("P-384");
	X509_REQ *r = X509_REQ_new();
	X509_NAME *n = X509_REQ_get_subject_name(r);
	uint8_t *der = NULL;
	int len;

	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8,
	    (const uint8_t *)"Example TLS CA", -1, -1, 0);
	X509_REQ_set_pubkey(r, k);
	X509_REQ_sign(r, k, EVP_sha384());
	len = i2d_X509_REQ(r, &der);
	pem_encode(out, "CERTIFICATE REQUEST", der, (size_t)len);
	OPENSSL_free(der);
	X509_REQ_free(r);
	EVP_PKEY_free(k);
}

static void
record_begin(struct oprec *r)
{
	oprec_init(r);
	snprintf(r->origin, sizeof(r->origin), ORIGIN);
	snprintf(r->step, sizeof(r->step), "2.3");
	snprintf(r->token, sizeof(r->token), "root-token");
}

static void
record_end(struct oprec *r, struct buf *out)
{
	struct err e;

	oprec_add(r, OPREC_DEACTIVATE, "root-token");
	if (oprec_encode(r, out, &e) == -1)
		printf("# no record: %s\n", e.id);
	oprec_fini(r);
}

static void
paper_key(struct buf *out)
{
	struct oprec_item *it;
	struct oprec r;

	record_begin(&r);
	it = oprec_add(&r, OPREC_KEY_GEN, "k-root");
	snprintf(it->key, sizeof(it->key), "0123456789abcdef");
	snprintf(it->mechanism, sizeof(it->mechanism), "ec:P-384");
	record_end(&r, out);
}

static void
paper_token(struct buf *out)
{
	struct oprec r;

	record_begin(&r);
	oprec_add(&r, OPREC_TOKEN_INIT, "root-token");
	record_end(&r, out);
}

static void
paper_crl(struct buf *out)
{
	static const uint8_t number[] = { 5 };
	struct buf issuer = BUF_INIT;
	struct crl_spec spec = { .number = { number, 1 },
		.alg = sigalg_find("ecdsa-sha256"),
		.this_update = 1796000000,
		.next_update = 1798000000 };
	struct oprec_item *it;
	struct oprec r;
	struct err e;

	keypair_certificate(world.epoch_key, KEYPAIR_SIGN, "Example Root",
	    1796000000, &issuer, &e);
	spec.issuer = span_of(&issuer);
	buf_reset(&world.object[1]);
	if (crl_build(&spec, NULL, 0, &world.object[1], &e) == -1)
		printf("# no list: %s\n", e.id);
	record_begin(&r);
	it = oprec_add(&r, OPREC_CRL_SIGN, "crl-1");
	memset(it->key, 'a', 64);
	snprintf(it->mechanism, sizeof(it->mechanism), "ecdsa-sha256");
	snprintf(it->serial, sizeof(it->serial), "5");
	it->has_tbs = true;
	sha256(it->tbs, world.object[1].data, world.object[1].len);
	record_end(&r, out);
	buf_free(&issuer);
}

static const struct {
	const char *name;
	unsigned role;
	const char *role_id, *kind, *shown;
	void (*make)(struct buf *out);
	const char *says[3]; /* on its pages, in their order */
	const char *ja;
} PAPERS[] = {
	{ "roster", ROLE_CA_ADMINISTRATOR, "ca-administrator", "roster",
	    "roster", paper_roster,
	    { "CA2", "operations manager", "SIGN THE ROSTER of 2 people" },
	    "2" },
	{ "files", ROLE_SERVICE_OWNER, "service-owner", "approve", "files",
	    paper_files, { "APPROVE script", "profile set", "script" },
	    "aardvark" },
	{ "request", ROLE_RA_OFFICER, "ra-officer", "approve", "csr", paper_csr,
	    { "Every field of the request", "Example TLS CA",
		"CONFIRM THE REQUEST" },
	    "Example TLS CA" },
	{ "doubt", ROLE_CA_ADMINISTRATOR, "ca-administrator", "resolve",
	    "doubt", paper_doubt, { "CHOOSE THE WAY OUT", "c-root", "burn" },
	    "burn" },
	{ "deviation", ROLE_OPERATIONS_MANAGER, "operations-manager", "resolve",
	    "deviation", paper_deviation,
	    { "DECIDE A DEVIATION", "the bag was torn", "continue" },
	    "continue" },
	{ "key", ROLE_CA_ADMINISTRATOR, "ca-administrator", "consent", "record",
	    paper_key,
	    { "CONSENT to 2 deeds", "MAKE A KEY   k-root, ec:P-384",
		"DEACTIVATE root-token" },
	    "k-root" },
	{ "token", ROLE_OPERATIONS_MANAGER, "operations-manager", "witness",
	    "record", paper_token,
	    { "WITNESS 2 deeds", "SET UP THE TOKEN root-token",
		"You witness these bytes only" },
	    "root-token" },
	{ "list", ROLE_CA_ADMINISTRATOR, "ca-administrator", "consent",
	    "record", paper_crl,
	    { "Every field of the list crl-1", "SIGN A CRL",
		"number 5, 0 revoked" },
	    "crl-1" },
};

/* Page by page until the text stands there, or the words are asked for. */
static bool
page_to(const char *text)
{
	for (int page = 2; !on_screen(text) && page < 9; page++) {
		char next[32];

		if (on_screen("1 of 8") || key.code != -1)
			return false;
		type(" ");
		snprintf(next, sizeof(next), "page %d of", page);
		if (!wait_for(next))
			return false;
	}
	return on_screen(text);
}

static void
show(size_t i, const char *lang)
{
	struct json *d = due("visit"), *st, *list, *shown;
	uint8_t sha[SHA256_LEN];
	char label[96];

	anna_credential(PAPERS[i].role);
	buf_reset(&world.object[0]);
	PAPERS[i].make(&world.object[0]);
	world.objects = 2;
	sha256(sha, world.object[0].data, world.object[0].len);
	list = json_set(d, "statements", json_new_arr());
	st = json_add(list, json_new_obj());
	json_set_str(st, "kind", PAPERS[i].kind);
	json_set_str(st, "role", PAPERS[i].role_id);
	json_set_hex(st, "doc", sha, SHA256_LEN);
	shown = json_set(st, "shown", json_new_obj());
	json_set_str(shown, "type", PAPERS[i].shown);
	json_set_str(d, "lang", lang);
	json_set_str(d, "role", PAPERS[i].role_id);
	fresh(d);
	start();
	if (strcmp(lang, "ja") == 0) {
		snprintf(
		    label, sizeof(label), "%s, in Japanese", PAPERS[i].name);
		CHECK(label, wait_for(PAPERS[i].ja));
		type("\033");
		finish();
		return;
	}
	for (size_t k = 0; k < 3; k++) {
		bool there;

		snprintf(label, sizeof(label), "%s: %s", PAPERS[i].name,
		    PAPERS[i].says[k]);
		there = (k == 0 && wait_for(PAPERS[i].says[0])) ||
		    page_to(PAPERS[i].says[k]);
		CHECK(label, there);
		if (!there)
			dump();
	}
	page_to("word 1 of 8");
	type(WORDS);
	snprintf(label, sizeof(label), "%s: signed", PAPERS[i].name);
	CHECK(label, finish() == 0 && world.statements == 1);
}

int
main(void)
{
	anna_begin();
	for (size_t i = 0; i < sizeof(PAPERS) / sizeof(PAPERS[0]); i++) {
		show(i, "en");
		show(i, "ja");
	}
	anna_end();
	return test_end();
}
