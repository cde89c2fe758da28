/* SPDX-License-Identifier: MIT */
/*
 * Credentials: one encoding, every truncation and every changed byte of the
 * text refused or read as the same, and read by the command lines of
 * OpenSSL, which share no line with ours.
 */
#include "ceremony/people/credential.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/envelope.h"
#include "appliance/world/keypair.h"
#include "ceremony/people/role.h"
#include "ceremony/people/share.h"
#include "tests/unit/test.h"

#define ORIGIN "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal"
#define PASS   "virus scavenger quiver insurgent"

static struct credential made;
static EVP_PKEY *keys[2];
static struct buf record = BUF_INIT;

static void
make(void)
{
	struct secret pass = SECRET_INIT;
	struct credential_share s = { .set = "k1",
		.token = "root-token",
		.purpose = "user-pin",
		.x = 2,
		.m = 2,
		.n = 3 };
	struct share rec = { .origin = ORIGIN,
		.set = "k1",
		.purpose = "user-pin",
		.x = 2,
		.m = 2,
		.n = 3 };
	struct note n = { .origin = ORIGIN,
		.size = 229,
		.sealed = 1796000000,
		.head = { .n = 231 },
		.n_sigs = 1,
		.sig = { { .name = "log/transcript",
		    .alg = "ed25519",
		    .len = 64 } } };
	struct err e;
	int good = 0;

	secret_new(&pass, 64);
	secret_add(&pass, PASS, strlen(PASS));
	credential_init(&made);
	snprintf(made.person, sizeof(made.person), "anna");
	snprintf(made.name, sizeof(made.name), "佐藤 Anna");
	snprintf(made.origin, sizeof(made.origin), ORIGIN);
	made.roles = ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER;
	made.cost = 1;
	for (int i = 0; i < 2; i++) {
		keys[i] = keypair_new(&e);
		good += keypair_certificate(keys[i],
			    i == 0 ? KEYPAIR_SIGN : KEYPAIR_SHARE, "anna",
			    1796000000, &made.cert[i], &e) == 0;
		good += keypair_lock(keys[i], &pass, 1, &made.key[i], &e) == 0;
	}
	share_encode(&rec, &record);
	good += envelope_seal(made.cert[1].data, made.cert[1].len, record.data,
		    record.len, &s.cms, &e) == 0;
	good += credential_add_share(&made, &s) == 0;
	credential_set_note(&made, &n);
	CHECK("a credential is made", good == 6);
	buf_free(&s.cms);
	secret_free(&pass);
}

static void
encoding(void)
{
	struct buf one = BUF_INIT, two = BUF_INIT;
	struct credential c;
	struct note n;
	struct err e;
	int cut = 0, other = 0;

	credential_format(&made, &one);
	CHECK("it is read",
	    credential_parse(buf_cstr(&one), one.len, &c, &e) == 0);
	credential_format(&c, &two);
	CHECK_STR("and written the same", buf_cstr(&two), buf_cstr(&one));
	CHECK("both roles stand", c.roles == made.roles);
	CHECK("its note is read",
	    note_parse(buf_cstr(&c.note), c.note.len, &n, &e) == 0 &&
		n.size == 229 && n.head.n == 231 && n.n_sigs == 1);
	credential_fini(&c);
	for (size_t i = 0; i < one.len; i++)
		if (credential_parse(buf_cstr(&one), i, &c, &e) == 0) {
			/* The note is the last block and may be missing. */
			cut += c.note.len != 0;
			credential_fini(&c);
		}
	CHECK("no truncation passes for the whole", cut == 0);
	for (size_t i = 0; i < one.len; i++) {
		one.data[i] ^= 0x40;
		if (credential_parse(buf_cstr(&one), one.len, &c, &e) == 0) {
			buf_reset(&two);
			credential_format(&c, &two);
			other += two.len != one.len ||
			    memcmp(two.data, one.data, two.len) != 0;
			credential_fini(&c);
		}
		one.data[i] ^= 0x40;
	}
	CHECK("what is read is written the same", other == 0);
	buf_str(&one, "more\n");
	CHECK("nothing behind it",
	    credential_parse(buf_cstr(&one), one.len, &c, &e) == -1);
	CHECK_STR("by its id", e.id, "cred.form");
	buf_free(&two);
	buf_free(&one);
}

static const struct {
	const char *name, *from, *to;
} CHANGES[] = {
	{ "another format", "tachiai/1", "tachiai/2" },
	{ "a person with a capital", "person: anna", "person: Anna" },
	{ "roles in another order", "operations-manager log-examiner",
	    "log-examiner operations-manager" },
	{ "roles that one person may not hold",
	    "operations-manager log-examiner",
	    "operations-manager ra-officer" },
	{ "an origin without mode", "/rehearsal", "/rehearsed" },
	{ "another cost", "p=1\n", "p=01\n" },
	{ "a share beyond its set", "2 of 3, 2 needed", "4 of 3, 2 needed" },
	{ "a control character", "Anna\n", "An\033a\n" },
	{ "an unknown line", "origin:", "source:" },
	{ "a block of another kind", "BEGIN CMS", "BEGIN CMZ" },
};

static void
changes(void)
{
	struct buf good = BUF_INIT;

	credential_format(&made, &good);
	for (size_t i = 0; i < sizeof(CHANGES) / sizeof(CHANGES[0]); i++) {
		const char *at = strstr(buf_cstr(&good), CHANGES[i].from);
		struct buf bad = BUF_INIT;
		struct credential c = { .cost = 77 };
		struct err e;
		size_t head = at != NULL ? (size_t)(at - buf_cstr(&good)) : 0;

		buf_add(&bad, good.data, head);
		buf_str(&bad, CHANGES[i].to);
		buf_str(&bad, at != NULL ? at + strlen(CHANGES[i].from) : "");
		CHECK(CHANGES[i].name,
		    at != NULL &&
			credential_parse(buf_cstr(&bad), bad.len, &c, &e) ==
			    -1 &&
			c.cost == 77);
		buf_free(&bad);
	}
	buf_free(&good);
}

static void
replacing(void)
{
	struct credential_share s = { .set = "k1",
		.token = "t",
		.purpose = "user-pin",
		.x = 1,
		.m = 2,
		.n = 2 };
	struct buf old = BUF_INIT;

	credential_format(&made, &old);
	buf_str(&s.cms, "other");
	CHECK("a share of the same set takes its place",
	    credential_add_share(&made, &s) == 0 && made.n_shares == 1);
	CHECK("sixteen sets", credential_share(&made, "k1")->x == 1);
	for (int i = 2; i <= CREDENTIAL_CMS; i++) {
		snprintf(s.set, sizeof(s.set), "k%d", i);
		credential_add_share(&made, &s);
	}
	snprintf(s.set, sizeof(s.set), "k17");
	CHECK("and not one more", credential_add_share(&made, &s) == -1);
	buf_free(&s.cms);
	credential_fini(&made);
	CHECK("as it was",
	    credential_parse(
		buf_cstr(&old), old.len, &made, &(struct err){ 0 }) == 0);
	buf_free(&old);
}

/* OpenSSL's own command lines. */
static const struct {
	const char *name, *command;
} TOOLS[] = {
	{ "x509 reads a certificate",
	    "openssl x509 -in a.pem -noout -subject | grep -q 'CN = anna'" },
	{ "and both of them", "test $(grep -c 'BEGIN CERT' a.pem) = 2" },
	{ "pkey opens the key",
	    "openssl pkey -in a.pem -passin 'pass:" PASS
	    "' -pubout -out pub.pem" },
	{ "pkcs8 opens the key",
	    "openssl pkcs8 -in a.pem -passin 'pass:" PASS "' -out key.pem" },
	{ "it is the certificate's",
	    "openssl x509 -in a.pem -noout -pubkey | cmp -s - pub.pem" },
	{ "a wrong passphrase does not",
	    "! openssl pkey -in a.pem -passin pass:virus -noout" },
	{ "its lock is scrypt, p in the file",
	    "openssl asn1parse -in key1.pem | grep -q scrypt" },
	{ "cms reads the envelope",
	    "openssl cms -cmsout -print -in cms.pem -inform PEM | "
	    "grep -q 'dhSinglePass-stdDH-sha256kdf-scheme'" },
	{ "with AES-256-GCM",
	    "openssl cms -cmsout -print -in cms.pem -inform PEM | "
	    "grep -q aes-256-gcm" },
	{ "cms opens the share",
	    "openssl cms -decrypt -in cms.pem -inform PEM -inkey key2.pem "
	    "-recip cert2.pem -passin 'pass:" PASS "' -out share.der" },
	{ "the record is plain DER",
	    "openssl asn1parse -inform DER -in share.der | "
	    "grep -q 'UTF8STRING.*user-pin'" },
};

static void
tools(void)
{
	char dir[] = "/tmp/tachiai-credential-XXXXXX";
	struct buf pem = BUF_INIT, line = BUF_INIT;
	FILE *f;

	if (mkdtemp(dir) == NULL || chdir(dir) == -1 ||
	    (f = fopen("a.pem", "w")) == NULL)
		exit(3);
	credential_format(&made, &pem);
	fwrite(pem.data, 1, pem.len, f);
	fclose(f);
	CHECK("blocks are cut out",
	    system("awk '/BEGIN CERT/{n++} n==2' a.pem | sed '/END/q' "
		   ">cert2.pem; awk '/BEGIN ENC/{n++} n==1' a.pem | "
		   "sed '/END/q' >key1.pem; awk '/BEGIN ENC/{n++} n==2' "
		   "a.pem | sed '/END/q' >key2.pem; sed -n "
		   "'/BEGIN CMS/,/END CMS/p' a.pem >cms.pem") == 0);
	for (size_t i = 0; i < sizeof(TOOLS) / sizeof(TOOLS[0]); i++) {
		buf_reset(&line);
		buf_fmt(&line, "(%s) >/dev/null 2>&1", TOOLS[i].command);
		CHECK(TOOLS[i].name, system(buf_cstr(&line)) == 0);
	}
	buf_reset(&line);
	buf_fmt(&line, "rm -r %s", dir);
	if (chdir("/") == -1 || system(buf_cstr(&line)) != 0)
		printf("# %s stays\n", dir);
	buf_free(&line);
	buf_free(&pem);
}

int
main(void)
{
	make();
	encoding();
	changes();
	replacing();
	tools();
	credential_fini(&made);
	EVP_PKEY_free(keys[0]);
	EVP_PKEY_free(keys[1]);
	buf_free(&record);
	return test_end();
}
