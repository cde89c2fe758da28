/* SPDX-License-Identifier: MIT */
/*
 * Keys, checkpoints and seals of a transcript, as its verifier sees them.
 *
 * A sealing entry is a checkpoint of the transcript key in a sitting that
 * is closing, after a quorum of CA administrators and an operations manager
 * signed the checkpoint before it.  Invariant: nothing in a sealing entry is
 * free but its signature, which has one encoding.
 */
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/log/scan_part.h"
#include "ceremony/people/role.h"
#include "ceremony/people/statement.h"

static int
bad_key(const struct scan *s, const char *what, struct err *e)
{
	err_set(e, ERR_REFUSED, "log.enroll", NULL);
	err_arg_int(e, "n", s->at);
	err_arg(e, "what", what);
	return -1;
}

static int
bad_checkpoint(const struct scan *s, const char *what, struct err *e)
{
	err_set(e, ERR_REFUSED, "log.checkpoint", NULL);
	err_arg_int(e, "n", s->at);
	err_arg(e, "what", what);
	return -1;
}

static struct scan_key *
find_key(struct scan *s, const char *name)
{
	for (size_t i = 0; name != NULL && i < s->keys; i++)
		if (strcmp(s->key[i].name, name) == 0)
			return &s->key[i];
	return NULL;
}

/* Take a key whose SPKI is at hand. */
static int
add_key(struct scan *s, const char *name, const char *alg, unsigned roles,
    const uint8_t *spki, size_t len, struct err *e)
{
	struct scan_key *k;

	if (s->keys == SCAN_KEYS || find_key(s, name) != NULL)
		return bad_key(s, "twice", e);
	if (name == NULL || strlen(name) >= sizeof(k->name) || len == 0 ||
	    len > sizeof(k->spki))
		return bad_key(s, "spki", e);
	k = &s->key[s->keys++];
	memset(k, 0, sizeof(*k));
	memcpy(k->name, name, strlen(name) + 1);
	memcpy(k->alg, alg, strlen(alg) + 1);
	k->roles = roles;
	memcpy(k->spki, spki, len);
	k->spki_len = len;
	sha256(k->spki_sha, spki, len);
	return 0;
}

/* The object of digest d.<field>; it is what its digest says. */
static int
fetch(struct scan *s, const struct entry *en, const char *field,
    struct buf *out, struct err *e)
{
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	char hex[SHA256_HEX];

	if (json_get_hex(en->d, field, want, SHA256_LEN) == -1)
		return bad_key(s, field, e);
	if (s->world.object(s->world.arg, want, out, e) == -1)
		return -1;
	sha256(got, out->data, out->len);
	if (memcmp(got, want, SHA256_LEN) == 0)
		return 0;
	sha256_hex(hex, want);
	err_set(
	    e, ERR_FORM, "log.object", "sha256", hex, "what", "sha256", NULL);
	err_arg_int(e, "n", s->at);
	return -1;
}

static unsigned
roles_of(const struct json *list)
{
	unsigned roles = 0;

	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		const struct role_info *ri = id != NULL ? role_find(id) : NULL;

		if (ri != NULL)
			roles |= ri->role;
	}
	return roles;
}

/* A custodian's key is the one of his signing certificate. */
int
scan_custodian(struct scan *s, const struct entry *en, struct err *e)
{
	const char *person = json_get_str(en->d, "person");
	struct buf der = BUF_INIT;
	const uint8_t *p;
	uint8_t *spki = NULL;
	char name[40] = "op/";
	X509 *x = NULL;
	int len, ret = -1;

	if (s->roster_sealed)
		return bad_key(s, "roster.seal", e);
	if (person == NULL || strlen(person) > 32)
		return bad_key(s, "person", e);
	if (fetch(s, en, "sign", &der, e) == -1)
		goto out;
	memcpy(name + 3, person, strlen(person) + 1);
	p = der.data;
	x = der.len <= 4096 ? d2i_X509(NULL, &p, (long)der.len) : NULL;
	len = x != NULL && p == der.data + der.len
	    ? i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki)
	    : -1;
	if (len <= 0)
		bad_key(s, "certificate", e);
	else
		ret = add_key(s, name, "ecdsa-p256",
		    roles_of(json_get(en->d, "roles")), spki, (size_t)len, e);
out:
	OPENSSL_free(spki);
	X509_free(x);
	buf_free(&der);
	ERR_clear_error();
	return ret;
}

/* By an enrolled person in a role of theirs, in this epoch, and signed. */
int
scan_statement(const struct scan *s, const struct entry *en, struct err *e)
{
	const char *by = json_str(json_at(en->by, 0));
	const struct scan_key *k = NULL;
	struct statement st;
	struct buf sig = BUF_INIT;
	const struct role_info *ri;
	int ret = -1;

	memset(&st, 0, sizeof(st));
	if (statement_get(en->d, &st, &sig, e) == -1)
		goto out;
	for (size_t i = 0; by != NULL && i < s->keys; i++)
		if (strcmp(s->key[i].name, by) == 0 &&
		    strcmp(by + 3, st.person) == 0)
			k = &s->key[i];
	ri = role_find(st.role);
	if (json_count(en->by) != 1 || k == NULL || ri == NULL ||
	    (k->roles & ri->role) == 0) {
		bad_key(s, "by", e);
		goto out;
	}
	if (strcmp(st.epoch, s->epoch) != 0) {
		err_set(e, ERR_REFUSED, "statement.epoch", "person", st.person,
		    NULL);
		goto out;
	}
	(void)snprintf(
	    st.kind, sizeof(st.kind), "%s", statement_kind(en->ev->type));
	(void)snprintf(st.origin, sizeof(st.origin), "%s", s->origin);
	ret = statement_verify_spki(
	    &st, k->spki, k->spki_len, sig.data, sig.len, e);
out:
	buf_free(&sig);
	return ret;
}

int
scan_enroll(struct scan *s, const struct entry *en, struct err *e)
{
	const char *name = json_get_str(en->d, "name");
	const char *alg = json_get_str(en->d, "alg");
	struct scan_key *k = find_key(s, name);
	struct buf spki = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	int ret;

	if (name == NULL || alg == NULL ||
	    json_get_hex(en->d, "spki", sha, SHA256_LEN) == -1)
		return bad_key(s, "spki", e);
	if (strcmp(name, "log/transcript") != 0) {
		if (k == NULL || strcmp(alg, k->alg) != 0 ||
		    memcmp(k->spki_sha, sha, SHA256_LEN) != 0)
			return bad_key(s, "spki", e);
		return 0;
	}
	if (s->roster_sealed)
		return bad_key(s, "roster.seal", e);
	if (strcmp(alg, "ed25519") != 0 && strcmp(alg, "ecdsa-p256") != 0)
		return bad_key(s, "alg", e);
	ret = fetch(s, en, "spki", &spki, e);
	if (ret == 0)
		ret = add_key(s, name, alg, 0, spki.data, spki.len, e);
	buf_free(&spki);
	return ret;
}

/* Its seal is under a transcript key, which is the one from then on. */
int
scan_roster(struct scan *s, struct err *e)
{
	if (find_key(s, "log/transcript") == NULL)
		return bad_key(s, "log/transcript", e);
	s->roster_sealed = true;
	return 0;
}

/* While the roster is open, a sitting's transcript key ends with it. */
void
scan_forget_log_key(struct scan *s)
{
	struct scan_key *k = find_key(s, "log/transcript");

	if (k != NULL && !s->roster_sealed)
		*k = s->key[--s->keys];
}

void
scan_forget_cosigners(struct scan *s)
{
	for (size_t i = 0; i < s->keys; i++)
		s->key[i].cosigned = false;
}

/* Enough people signed the checkpoint that waits. */
static bool
quorum_cosigned(const struct scan *s)
{
	int64_t ca = 0;
	bool om = false;

	for (size_t i = 0; i < s->keys; i++) {
		if (!s->key[i].cosigned)
			continue;
		ca += (s->key[i].roles & ROLE_CA_ADMINISTRATOR) != 0;
		om |= (s->key[i].roles & ROLE_OPERATIONS_MANAGER) != 0;
	}
	return ca >= s->quorum && om;
}

/* The whole entry again from what precedes it, and its signature. */
static int
rebuild_seal(const struct scan *s, const struct entry *en, const uint8_t *line,
    size_t len, struct err *e)
{
	struct entry want;
	struct buf again = BUF_INIT;
	uint8_t root[SHA256_LEN];
	int ret = 0;

	merkle_root(&s->merkle, root);
	entry_init(&want, EV_CHECKPOINT_SIGN);
	want.n = s->at;
	want.s = s->last_s;
	want.m = s->last_m;
	want.t = s->last_t;
	json_set_str(want.d, "alg", json_get_str(en->d, "alg"));
	json_set_str(want.d, "name", "log/transcript");
	json_set_b64(want.d, "root", root, SHA256_LEN);
	json_set_str(want.d, "sig", json_get_str(en->d, "sig"));
	json_set_int(want.d, "size", s->at);
	json_set_int(want.d, "time", 0);
	if (entry_encode(&want, s->head.hash, &again, e) == -1 ||
	    again.len != len || memcmp(again.data, line, len) != 0) {
		err_set(e, ERR_REFUSED, "log.seal", NULL);
		err_arg_int(e, "n", s->at);
		ret = -1;
	}
	entry_fini(&want);
	buf_free(&again);
	return ret;
}

/* Root and signature of a checkpoint over `text`. */
static int
check_signature(const struct scan *s, const struct entry *en,
    const struct scan_key *k, const uint8_t root[static SHA256_LEN],
    const struct buf *text, struct err *e)
{
	struct buf got = BUF_INIT, sig = BUF_INIT;
	const char *alg = json_get_str(en->d, "alg"), *what = NULL;

	if (alg == NULL || strcmp(alg, k->alg) != 0)
		what = "alg";
	else if (json_get_b64(en->d, "root", &got) == -1 ||
	    got.len != SHA256_LEN || memcmp(got.data, root, SHA256_LEN) != 0)
		what = "root";
	else if (json_get_b64(en->d, "sig", &sig) == -1 ||
	    signature_verify(k->alg, k->spki, k->spki_len, text->data,
		text->len, sig.data, sig.len) == -1)
		what = "sig";
	buf_free(&got);
	buf_free(&sig);
	return what == NULL ? 0 : bad_checkpoint(s, what, e);
}

/* The transcript key's: over all that stands before it. */
static int
log_checkpoint(struct scan *s, const struct entry *en, const uint8_t *line,
    size_t len, struct err *e)
{
	const struct scan_key *k = find_key(s, "log/transcript");
	struct buf text = BUF_INIT;
	uint8_t root[SHA256_LEN];
	int ret;

	if (k == NULL)
		return bad_checkpoint(s, "name", e);
	if (json_get_int(en->d, "size", -1) != s->at)
		return bad_checkpoint(s, "size", e);
	if (json_get_int(en->d, "time", -1) != 0)
		return bad_checkpoint(s, "time", e);
	if (json_count(en->by) != 0)
		return bad_checkpoint(s, "by", e);
	merkle_root(&s->merkle, root);
	checkpoint_text(&text, s->origin, (uint64_t)s->at, root);
	ret = check_signature(s, en, k, root, &text, e);
	buf_free(&text);
	if (ret == -1)
		return -1;
	if (s->state == SCAN_CLOSING && quorum_cosigned(s)) {
		if (rebuild_seal(s, en, line, len, e) == -1)
			return -1;
		s->state = SCAN_SEALED;
		s->sealed = s->at;
	}
	scan_forget_cosigners(s);
	s->checkpoint_size = s->at;
	memcpy(s->checkpoint_root, root, SHA256_LEN);
	return 0;
}

/* A custodian's: while the sitting closes, over the last of those, once. */
static int
cosignature(
    struct scan *s, const struct entry *en, struct scan_key *k, struct err *e)
{
	const char *by = json_str(json_at(en->by, 0));
	int64_t time = json_get_int(en->d, "time", -1);
	struct buf text = BUF_INIT;
	int ret;

	if (s->state != SCAN_CLOSING || s->checkpoint_size == 0 ||
	    json_get_int(en->d, "size", -1) != s->checkpoint_size)
		return bad_checkpoint(s, "size", e);
	if (json_count(en->by) != 1 || by == NULL || strcmp(by, k->name) != 0)
		return bad_checkpoint(s, "by", e);
	if (k->cosigned)
		return bad_checkpoint(s, "twice", e);
	if (time <= 0)
		return bad_checkpoint(s, "time", e);
	cosignature_text(&text, time, s->origin, (uint64_t)s->checkpoint_size,
	    s->checkpoint_root);
	ret = check_signature(s, en, k, s->checkpoint_root, &text, e);
	buf_free(&text);
	if (ret == 0)
		k->cosigned = true;
	return ret;
}

int
scan_checkpoint(struct scan *s, const struct entry *en, const uint8_t *line,
    size_t len, struct err *e)
{
	const char *name = json_get_str(en->d, "name");
	struct scan_key *k = find_key(s, name);

	if (k == NULL)
		return bad_checkpoint(s, "name", e);
	if (strcmp(name, "log/transcript") == 0)
		return log_checkpoint(s, en, line, len, e);
	return cosignature(s, en, k, e);
}
