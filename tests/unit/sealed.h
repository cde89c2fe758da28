/* SPDX-License-Identifier: MIT */
/*
 * A sealed transcript of two sittings, made through the ceremony's own
 * decisions: seven people with P-256 keys, an Ed25519 transcript key.
 * sealed_make() once; then line[], lines, and objects by digest.
 */
#ifndef TACHIAI_TEST_SEALED_H
#define TACHIAI_TEST_SEALED_H

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "ceremony/base/codec.h"
#include "ceremony/log/checkpoint.h"
#include "ceremony/people/statement.h"
#include "ceremony/state/decide.h"

/* A test that makes a longer day says how long, and has one more in it. */
#ifndef SEALED_MAX
#define SEALED_MAX     80
#define SEALED_OBJECTS 64
#define SEALED_PEOPLE  7
#define SEALED_OWNER   "SO1"
#endif
#define SEALED_ORIGIN "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal"

static struct sealed {
	struct ceremony *c;
	struct buf line[SEALED_MAX];
	size_t lines;
	struct buf object[SEALED_OBJECTS];
	size_t objects;
	EVP_PKEY *log, *key[SEALED_PEOPLE];
	char epoch[EPOCH_LEN];
	int64_t now, ms;
} sealed;

static const struct {
	const char *id, *name, *code, *roles[2];
} SEALED_WHO[SEALED_PEOPLE] = {
	{ "sora", "Sora Owner", SEALED_OWNER, { "service-owner", NULL } },
	{ "mina", "Mina Manager", "SM1",
	    { "operations-manager", "log-examiner" } },
	{ "ken", "Ken Manager", "SM2",
	    { "operations-manager", "log-examiner" } },
	{ "anna", "Anna 山田", "CA1", { "ca-administrator", NULL } },
	{ "bela", "Bela", "CA2", { "ca-administrator", NULL } },
	{ "rei", "Rei", "RA1", { "ra-officer", NULL } },
	{ "rui", "Rui", "RA2", { "ra-officer", NULL } },
#if SEALED_PEOPLE > 7
	{ "cleo", "Cleo", "CA3", { "ca-administrator", NULL } },
#endif
};

static inline int
sealed_object(void *arg, const uint8_t sha[static SHA256_LEN],
    struct buf *out, struct err *e)
{
	uint8_t got[SHA256_LEN];

	(void)arg;
	for (size_t i = 0; i < sealed.objects; i++) {
		sha256(got, sealed.object[i].data, sealed.object[i].len);
		if (memcmp(got, sha, SHA256_LEN) == 0) {
			buf_add(out, sealed.object[i].data,
			    sealed.object[i].len);
			return 0;
		}
	}
	return err_set(e, ERR_FORM, "log.object", "what", "missing", NULL);
}

static inline void
sealed_die(const char *what, const struct err *e)
{
	char text[512] = "";

	if (e != NULL)
		err_describe(e, text, sizeof(text));
	printf("# %s: %s\n", what, text);
	exit(1);
}

static inline void
sealed_attach(struct command *cmd, const char *name, const void *p,
    size_t len)
{
	struct attachment *a = &cmd->att[cmd->atts++];

	buf_add(&sealed.object[sealed.objects++], p, len);
	a->name = name;
	a->type = "application/octet-stream";
	a->size = (int64_t)len;
	sha256(a->sha256, p, len);
}

/* What the fold says to this command: its id, and {why}. */
static inline const char *
sealed_says(struct command *cmd)
{
	static char got[120];
	struct facts f = { .now = sealed.now, .boot_ms = sealed.ms };
	struct buf line = BUF_INIT;
	struct err e = { 0 };
	const char *why;

	if (ceremony_decide(sealed.c, cmd, &f, &line, &e) == 0) {
		buf_free(&line);
		return "taken";
	}
	why = strcmp(e.id, "state.order") == 0 ? err_value(&e, "why") : NULL;
	snprintf(got, sizeof(got), "%s%s%s", e.id, why != NULL ? " " : "",
	    why != NULL ? why : "");
	return got;
}

/* Decide, keep the line, fold it. */
static inline void
sealed_do(struct command *cmd)
{
	struct facts f = { .now = sealed.now, .boot_ms = sealed.ms };
	struct buf *line = &sealed.line[sealed.lines];
	struct err e;

	for (size_t i = 0; i < ENTRY_R; i++)
		f.r[i] = (uint8_t)(sealed.lines * 7 + i * 3);
	if (sealed.lines == SEALED_MAX || sealed.objects > SEALED_OBJECTS - 4 ||
	    ceremony_decide(sealed.c, cmd, &f, line, &e) == -1)
		sealed_die(event_get(cmd->event)->name, &e);
	if (ceremony_apply(sealed.c, line->data, line->len, &e) == -1)
		sealed_die(event_get(cmd->event)->name, &e);
	sealed.lines++;
	sealed.now += 3;
	sealed.ms += 3000;
}

static inline size_t
sealed_sign(EVP_PKEY *key, const void *text, size_t len,
    uint8_t sig[static 80])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool ec = EVP_PKEY_is_a(key, "EC");
	size_t n = 80;

	if (EVP_DigestSignInit(ctx, NULL, ec ? EVP_sha256() : NULL, NULL,
	    key) != 1 || EVP_DigestSign(ctx, sig, &n, text, len) != 1)
		sealed_die("sign", NULL);
	EVP_MD_CTX_free(ctx);
	return n;
}

/* ECDSA until s is low: half of all signatures are. */
static inline size_t
sealed_sign_low(EVP_PKEY *key, const struct buf *text, uint8_t sig[static 80])
{
	uint8_t *spki = NULL;
	int len = i2d_PUBKEY(key, &spki);
	size_t n;

	do
		n = sealed_sign(key, text->data, text->len, sig);
	while (signature_verify("ecdsa-p256", spki, (size_t)len, text->data,
	    text->len, sig, n) == -1);
	OPENSSL_free(spki);
	return n;
}

static inline void
sealed_certificate(EVP_PKEY *key, const char *name, struct buf *der)
{
	X509 *x = X509_new();
	X509_NAME *n = X509_get_subject_name(x);
	uint8_t *p = NULL;
	int len;

	X509_set_version(x, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_gmtime_adj(X509_getm_notBefore(x), 0);
	X509_gmtime_adj(X509_getm_notAfter(x), 86400);
	X509_NAME_add_entry_by_txt(n, "CN", MBSTRING_UTF8,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x, n);
	X509_set_pubkey(x, key);
	X509_sign(x, key, EVP_sha256());
	len = i2d_X509(x, &p);
	buf_add(der, p, (size_t)len);
	OPENSSL_free(p);
	X509_free(x);
}

static inline void
sealed_genesis(void)
{
	struct command cmd = { .event = EV_GENESIS, .d = json_new_obj() };
	struct buf table = BUF_INIT;
	static const uint8_t image[SHA256_LEN] = { 9 };

	event_table(&table);
	sealed_attach(&cmd, "FORMAT.txt", "the format\n", 11);
	sealed_attach(&cmd, "event-table", table.data, table.len);
	sealed_attach(&cmd, "verify.sh", "#!/bin/bash\n", 12);
	json_set_hex(cmd.d, "form", cmd.att[0].sha256, SHA256_LEN);
	json_set_str(cmd.d, "format", "tachiai/1");
	json_set_hex(cmd.d, "image", image, SHA256_LEN);
	json_add(json_set(cmd.d, "media", json_new_arr()),
	    json_new_str("A"));
	json_set_str(cmd.d, "mode", "rehearsal");
	json_set_str(cmd.d, "origin", SEALED_ORIGIN);
	json_set_hex(cmd.d, "table", cmd.att[1].sha256, SHA256_LEN);
	json_set_hex(cmd.d, "verify", cmd.att[2].sha256, SHA256_LEN);
	sealed_do(&cmd);
	buf_free(&table);
}

static inline void
sealed_open(int sitting)
{
	struct command cmd = { .event = EV_SITTING_OPEN,
		.d = json_new_obj() };
	static const uint8_t zero[SHA256_LEN];

	sealed.now += 86400;
	sealed.ms = 0;
	snprintf(sealed.epoch, sizeof(sealed.epoch), "%032x", sitting + 1);
	json_set_hex(cmd.d, "cert", zero, SHA256_LEN);
	json_set_str(cmd.d, "epoch", sealed.epoch);
	json_set_hex(cmd.d, "image", zero, SHA256_LEN);
	json_set(cmd.d, "media", json_new_arr());
	json_set(cmd.d, "memories", json_new_arr());
	json_set_int(cmd.d, "sitting", sitting);
	sealed_do(&cmd);
}

static inline void
sealed_log_token(void)
{
	struct command cmd = { .event = EV_LOG_INIT, .d = json_new_obj() };
	uint8_t *spki = NULL;
	static const uint8_t verifier[SHA256_LEN] = { 5 };
	int len;

	json_set_int(cmd.d, "bits", 128);
	json_set_str(cmd.d, "manufacturer", "SoftHSM project");
	json_set_str(cmd.d, "model", "SoftHSM v2");
	json_set_str(cmd.d, "serial", "0123456789abcdef");
	json_set_str(cmd.d, "set", "log-1");
	json_set_hex(cmd.d, "verifier", verifier, SHA256_LEN);
	sealed_do(&cmd);
	memset(&cmd, 0, sizeof(cmd));
	cmd.event = EV_KEY_ENROLL;
	cmd.d = json_new_obj();
	len = i2d_PUBKEY(sealed.log, &spki);
	sealed_attach(&cmd, "spki", spki, (size_t)len);
	json_set_str(cmd.d, "alg", "ed25519");
	json_set_str(cmd.d, "name", "log/transcript");
	json_set_str(cmd.d, "role", "log");
	json_set_hex(cmd.d, "spki", cmd.att[0].sha256, SHA256_LEN);
	sealed_do(&cmd);
	OPENSSL_free(spki);
}

static inline void
sealed_enroll(size_t i)
{
	struct command cmd = { .event = EV_CUSTODIAN_ENROLL,
		.d = json_new_obj() };
	struct buf cert = BUF_INIT, share = BUF_INIT;
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	struct json *roles;

	sealed.key[i] = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	sealed_certificate(sealed.key[i], SEALED_WHO[i].name, &cert);
	sealed_certificate(other, SEALED_WHO[i].name, &share);
	EVP_PKEY_free(other);
	sealed_attach(&cmd, "sign", cert.data, cert.len);
	sealed_attach(&cmd, "share", share.data, share.len);
	json_set_str(cmd.d, "code", SEALED_WHO[i].code);
	json_set_int(cmd.d, "cost", 1);
	json_set_str(cmd.d, "document", "passport");
	json_set_str(cmd.d, "name", SEALED_WHO[i].name);
	json_set_str(cmd.d, "person", SEALED_WHO[i].id);
	roles = json_set(cmd.d, "roles", json_new_arr());
	for (int k = 0; k < 2 && SEALED_WHO[i].roles[k] != NULL; k++)
		json_add(roles, json_new_str(SEALED_WHO[i].roles[k]));
	json_set_str(cmd.d, "seen_by", "Witness 1");
	json_set_hex(cmd.d, "share", cmd.att[1].sha256, SHA256_LEN);
	json_set_hex(cmd.d, "sign", cmd.att[0].sha256, SHA256_LEN);
	json_set_str(cmd.d, "stick", SEALED_WHO[i].code);
	json_set_str(cmd.d, "trained", "2026-01");
	sealed_do(&cmd);
	buf_free(&cert);
	buf_free(&share);
	if (strcmp(SEALED_WHO[i].roles[0], "operations-manager") == 0) {
		memset(&cmd, 0, sizeof(cmd));
		cmd.event = EV_LOG_SHARE;
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "person", SEALED_WHO[i].id);
		json_set_str(cmd.d, "set", "log-1");
		sealed_do(&cmd);
	}
}

static inline void
sealed_statement(enum event_type type, size_t i, const uint8_t *doc)
{
	struct command cmd = { .event = type, .d = json_new_obj(),
		.by = { SEALED_WHO[i].id } };
	struct statement st = { .asked = sealed.c->head, .seen = { .n = -1 } };
	struct buf text = BUF_INIT;
	uint8_t sig[80];
	size_t n;

	snprintf(st.kind, sizeof(st.kind), "%s", statement_kind(type));
	snprintf(st.origin, sizeof(st.origin), "%s", SEALED_ORIGIN);
	snprintf(st.epoch, sizeof(st.epoch), "%s", sealed.epoch);
	snprintf(st.person, sizeof(st.person), "%s", SEALED_WHO[i].id);
	snprintf(st.role, sizeof(st.role), "%s", SEALED_WHO[i].roles[0]);
	if (doc != NULL)
		memcpy(st.doc, doc, SHA256_LEN);
	statement_text(&st, &text);
	n = sealed_sign_low(sealed.key[i], &text, sig);
	statement_put(&st, sig, n, cmd.d);
	sealed_do(&cmd);
	buf_free(&text);
}

static inline void
sealed_roster(void)
{
	struct command cmd = { .event = EV_ROSTER_SEAL,
		.d = json_new_obj() };
	struct buf roster = BUF_INIT;
	uint8_t doc[SHA256_LEN];

	ceremony_roster(sealed.c, &roster);
	sha256(doc, roster.data, roster.len);
	for (size_t i = 0; i < SEALED_PEOPLE; i++)
		sealed_statement(EV_ROSTER_SIGN, i, doc);
	sealed_attach(&cmd, "roster", roster.data, roster.len);
	json_set_hex(cmd.d, "digest", doc, SHA256_LEN);
	json_set_int(cmd.d, "people", SEALED_PEOPLE);
	sealed_do(&cmd);
	buf_free(&roster);
}

static inline void
sealed_log_checkpoint(void)
{
	struct command cmd = { .event = EV_CHECKPOINT_SIGN,
		.d = json_new_obj() };
	struct buf text = BUF_INIT;
	uint8_t root[SHA256_LEN], sig[80];
	size_t n;

	merkle_root(&sealed.c->merkle, root);
	checkpoint_text(&text, SEALED_ORIGIN, sealed.lines, root);
	n = sealed_sign(sealed.log, text.data, text.len, sig);
	json_set_str(cmd.d, "alg", "ed25519");
	json_set_str(cmd.d, "name", "log/transcript");
	json_set_b64(cmd.d, "root", root, SHA256_LEN);
	json_set_b64(cmd.d, "sig", sig, n);
	json_set_int(cmd.d, "size", (int64_t)sealed.lines);
	json_set_int(cmd.d, "time", 0);
	sealed_do(&cmd);
	buf_free(&text);
}

static inline void
sealed_cosign(size_t i)
{
	struct command cmd = { .event = EV_CHECKPOINT_SIGN,
		.d = json_new_obj(), .by = { SEALED_WHO[i].id } };
	struct buf text = BUF_INIT;
	uint8_t sig[80];
	char name[40];
	size_t n;

	cosignature_text(&text, sealed.now, SEALED_ORIGIN,
	    (uint64_t)sealed.c->checkpoint_size, sealed.c->checkpoint_root);
	n = sealed_sign_low(sealed.key[i], &text, sig);
	snprintf(name, sizeof(name), "op/%s", SEALED_WHO[i].id);
	json_set_str(cmd.d, "alg", "ecdsa-p256");
	json_set_str(cmd.d, "name", name);
	json_set_b64(cmd.d, "root", sealed.c->checkpoint_root, SHA256_LEN);
	json_set_b64(cmd.d, "sig", sig, n);
	json_set_int(cmd.d, "size", sealed.c->checkpoint_size);
	json_set_int(cmd.d, "time", sealed.now);
	sealed_do(&cmd);
	buf_free(&text);
}

static inline void
sealed_note(const char *text, const char *object)
{
	struct command cmd = { .event = EV_NOTE, .d = json_new_obj(),
		.by = { "mina" }, .said = { "IW1" } };

	json_set_str(cmd.d, "text", text);
	if (object != NULL)
		sealed_attach(&cmd, "photo", object, strlen(object));
	sealed_do(&cmd);
}

static inline void
sealed_close(int sitting)
{
	struct command cmd = { .event = EV_SITTING_CLOSE,
		.d = json_new_obj(), .by = { "mina" } };

	json_set_int(cmd.d, "sitting", sitting);
	json_set_str(cmd.d, "why", "done");
	sealed_do(&cmd);
	sealed_log_checkpoint();
	sealed_cosign(3);
	sealed_cosign(4);
	sealed_cosign(1);
	sealed_log_checkpoint();
}

static inline void
sealed_make(void)
{
	struct object_source objects = { sealed_object, NULL };
	struct command cmd = { .event = EV_CLOCK_SET,
		.by = { "mina", "anna" } };
	struct json *src;

	sealed.now = 1781000000;
	sealed.log = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	sealed.c = ceremony_new(&objects);
	sealed_genesis();
	sealed_open(0);
	sealed_log_token();
	for (size_t i = 0; i < SEALED_PEOPLE; i++)
		sealed_enroll(i);
	sealed_roster();
	sealed_statement(EV_AUTH_LOGIN, 1, NULL);
	sealed_statement(EV_AUTH_LOGIN, 3, NULL);
	sealed_statement(EV_AUTH_LOGIN, 4, NULL);
	sealed_close(0);

	sealed_open(1);
	sealed_statement(EV_AUTH_LOGIN, 1, NULL);
	sealed_statement(EV_AUTH_LOGIN, 4, NULL);
	sealed_statement(EV_AUTH_LOGIN, 3, NULL);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "new", "2026-06-11T00:00:00Z");
	json_set_int(cmd.d, "offset", 2);
	json_set_str(cmd.d, "old", "2026-06-10T23:59:58Z");
	src = json_set(cmd.d, "sources", json_new_arr());
	json_set_str(json_add(src, json_new_obj()), "name", "radio");
	json_set_str(json_add(src, json_new_obj()), "name", "watch");
	sealed_do(&cmd);
	sealed_note("A \"quoted\" \\ note 立会い", "a photograph\n");
	sealed_log_checkpoint();
	sealed_note("After an export.", NULL);
	sealed_close(1);
}

/* All lines as the file. */
static inline void
sealed_file(struct buf *out)
{
	for (size_t i = 0; i < sealed.lines; i++)
		buf_add(out, sealed.line[i].data, sealed.line[i].len);
}

#endif
