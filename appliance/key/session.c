/* SPDX-License-Identifier: MIT */
/*
 * The session.  Invariant: nothing that came from the console is believed
 * but for what is shown to the person as the console's word: objects are
 * hashed here, the epoch is asked of tachiai-hsm, the credential is held
 * against origin, mode and person.
 */
#include "appliance/key/session.h"

#include <stdio.h>
#include <string.h>

#include "appliance/world/keypair.h"
#include "ceremony/base/digest.h"

#define CERT_MAX 4096

void
session_init(struct session *s, int fd)
{
	memset(s, 0, sizeof(*s));
	s->fd = fd;
	s->pass = passphrase_new();
	credential_init(&s->cred);
}

void
session_forget(struct session *s)
{
	EVP_PKEY_free(s->share);
	EVP_PKEY_free(s->sign);
	s->share = s->sign = NULL;
	secret_free(&s->words);
	passphrase_clear(s->pass);
}

void
session_fini(struct session *s)
{
	session_forget(s);
	passphrase_free(s->pass);
	buf_free(&s->epoch_cert);
	credential_fini(&s->cred);
}

int
session_ask(struct session *s, enum msg_type type, struct json *json,
    const struct buf *bytes, struct json **answer, struct buf *got,
    struct err *e)
{
	const struct msg_rule *rule = msg_rule(type);
	struct msg ask, back;
	int ret;

	msg_init(&ask, rule->to, type, ++s->asked);
	if (json != NULL) {
		json_free(ask.json);
		ask.json = json;
	}
	if (bytes != NULL)
		buf_add(&ask.bytes, bytes->data, bytes->len);
	if (msg_ask(s->fd, &ask, &back, NULL, NULL, e) == -1)
		return -1;
	ret = msg_answer_ok(&back, e);
	if (ret == 0 && got != NULL) {
		buf_free(got);
		*got = back.bytes;
		back.bytes = (struct buf)BUF_INIT;
	}
	if (ret == 0 && answer != NULL) {
		*answer = back.json;
		back.json = NULL;
	}
	msg_fini(&back);
	return ret;
}

int
session_due(struct session *s, struct err *e)
{
	struct json *j = NULL;
	int ret;

	if (session_ask(s, MSG_DUE, NULL, NULL, &j, NULL, e) == -1)
		return -1;
	ret = due_parse(j, &s->due, e);
	json_free(j);
	s->tried = s->due.tried;
	return ret;
}

int
session_object(struct session *s, const uint8_t sha[static SHA256_LEN],
    struct buf *out, struct err *e)
{
	struct json *j = json_new_obj();
	uint8_t found[SHA256_LEN];

	json_set_hex(j, "sha256", sha, SHA256_LEN);
	if (session_ask(s, MSG_FETCH, j, NULL, NULL, out, e) == -1)
		return -1;
	sha256(found, out->data, out->len);
	if (memcmp(found, sha, SHA256_LEN) != 0)
		return err_set(e, ERR_REFUSED, "key.object", NULL);
	return 0;
}

int
session_epoch(struct session *s, struct err *e)
{
	struct json *j = NULL;
	const char *epoch;
	int ret = -1;

	if (session_ask(s, MSG_EPOCH, NULL, NULL, &j, NULL, e) == -1)
		return -1;
	epoch = json_get_str(j, "epoch");
	if (epoch == NULL || strlen(epoch) != sizeof(s->epoch) - 1 ||
	    epoch[strspn(epoch, "0123456789abcdef")] != '\0' ||
	    json_get_b64(j, "cert", &s->epoch_cert) == -1 ||
	    s->epoch_cert.len == 0 || s->epoch_cert.len > CERT_MAX)
		err_set(e, ERR_FORM, "key.due", "field", "epoch", NULL);
	else if (strcmp(epoch, s->due.epoch) != 0)
		err_set(e, ERR_REFUSED, "key.epoch", NULL);
	else
		ret = 0;
	if (ret == 0)
		memcpy(s->epoch, epoch, sizeof(s->epoch));
	json_free(j);
	return ret;
}

static int
damaged(const struct session *s, struct err *e)
{
	return err_set(
	    e, ERR_FORM, "cred.damaged", "person", s->due.name, NULL);
}

/* The file's keys ask for the work that the file says. */
static int
check_cost(const struct session *s, struct err *e)
{
	char found[16], needed[16];
	int cost;

	for (int i = 0; i < 2; i++)
		if (keypair_cost(s->cred.key[i].data, s->cred.key[i].len, &cost,
			e) == -1 ||
		    cost != s->cred.cost)
			return damaged(s, e);
	if (!s->due.production || s->cred.cost >= s->due.cost)
		return 0;
	snprintf(found, sizeof(found), "%d", s->cred.cost);
	snprintf(needed, sizeof(needed), "%d", s->due.cost);
	return err_set(e, ERR_REFUSED, "cred.low-cost", "person", s->due.name,
	    "found", found, "needed", needed, NULL);
}

/* Somebody else's: of those counted already, or just another's. */
static int
other_person(const struct session *s, struct err *e)
{
	for (size_t i = 0; i < s->due.n_counted; i++) {
		if (strcmp(s->due.counted[i], s->cred.person) != 0)
			continue;
		err_set(e, ERR_REFUSED, "role.same-person", "person",
		    s->cred.name, NULL);
		err_arg_int(e, "m", s->due.needed);
		return -1;
	}
	return err_set(e, ERR_REFUSED, "cred.wrong-person", "other",
	    s->cred.name, "person", s->due.name, NULL);
}

static int
check_credential(const struct session *s, struct err *e)
{
	const struct credential *c = &s->cred;

	if (s->due.production &&
	    strcmp(origin_mode(c->origin), "production") != 0)
		return err_set(e, ERR_REFUSED, "cred.other-mode", NULL);
	if (strcmp(c->origin, s->due.origin) != 0)
		return err_set(e, ERR_REFUSED, "cred.other-origin", "origin",
		    c->origin, NULL);
	if (strcmp(c->person, s->due.person) != 0)
		return other_person(s, e);
	if (s->has_note && strcmp(s->note.origin, c->origin) != 0)
		return damaged(s, e);
	return check_cost(s, e);
}

int
session_credential(struct session *s, struct err *e)
{
	struct json *j = json_new_obj();
	struct buf pem = BUF_INIT;
	int ret = -1;

	credential_fini(&s->cred);
	json_set_str(j, "credential", s->due.person);
	if (session_ask(s, MSG_FETCH, j, NULL, NULL, &pem, e) == -1)
		goto out;
	if (credential_parse(buf_cstr(&pem), pem.len, &s->cred, e) == -1) {
		damaged(s, e);
		goto out;
	}
	s->has_note = s->cred.note.len != 0;
	if (s->has_note &&
	    note_parse(
		buf_cstr(&s->cred.note), s->cred.note.len, &s->note, e) == -1)
		goto out;
	ret = check_credential(s, e);
out:
	buf_free(&pem);
	return ret;
}

void
session_tried(struct session *s, const struct err *why)
{
	struct err ignored;
	struct msg m;

	msg_init(&m, PARTY_CONSOLE, MSG_TRIED, ++s->asked);
	json_set_str(m.json, "id", why->id);
	json_set_str(m.json, "person", s->due.person);
	/* When it cannot be said, the console is gone and so are we. */
	msg_write(s->fd, &m, &ignored);
	msg_fini(&m);
}

static int
unlock(struct session *s, int which, EVP_PKEY **key, struct err *e)
{
	const struct credential *c = &s->cred;

	if (keypair_unlock(c->key[which].data, c->key[which].len, &s->words,
		c->cost, key, e) == -1) {
		if (strcmp(e->id, "keypair.locked") != 0)
			return damaged(s, e);
		return err_set(e, ERR_REFUSED, "cred.wrong-passphrase",
		    "person", s->due.name, NULL);
	}
	if (keypair_matches(*key, c->cert[which].data, c->cert[which].len) ==
	    -1) {
		EVP_PKEY_free(*key);
		*key = NULL;
		return damaged(s, e);
	}
	return 0;
}

int
session_unlock(struct session *s, struct err *e)
{
	return unlock(s, CREDENTIAL_SIGN, &s->sign, e);
}

int
session_unlock_share(struct session *s, struct err *e)
{
	if (s->share != NULL)
		return 0;
	if (unlock(s, CREDENTIAL_SHARE, &s->share, e) == 0)
		return 0;
	/* The signing key opened with these words: the file is not whole. */
	return damaged(s, e);
}
