/* SPDX-License-Identifier: MIT */
/*
 * The other side of the trusted prompt: what tachiai-key asks while it has
 * the terminal.  Nothing secret passes here: credentials are admitted and
 * closed, shares are sealed to tachiai-hsm, statements are public.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/credential.h"

/* Who sits at the prompt: chosen when it was called. */
static char asked[NAME_LEN];

static void
answer(struct msg *m, struct json *j, const struct buf *b)
{
	struct err e;

	(void)msg_answer(MSG_FD, m, j, b != NULL ? b->data : NULL,
	    b != NULL ? b->len : 0, &e);
}

static void
refuse(struct msg *m, const struct err *why)
{
	struct err e;

	(void)msg_refuse(MSG_FD, m, why, &e);
}

static void
on_due(struct console *k, struct msg *m)
{
	const struct person *p = visit_person(k);
	struct err e;

	if (k->enrol.ready) {
		memcpy(asked, k->enrol.person, sizeof(asked));
		answer(m, due_enrol(k), NULL);
	} else if (p != NULL) {
		memcpy(asked, p->id, sizeof(asked));
		answer(m, due_visit(k, p), NULL);
	} else {
		err_set(&e, ERR_REFUSED, "visit.none", NULL);
		refuse(m, &e);
	}
}

/* The admitted credential of the person who is asked. */
static int
credential_of(struct console *k, const char *person, struct buf *out,
    struct err *e)
{
	const struct person *p = ceremony_person(k->c, person);
	const char *stick = p != NULL ? p->stick : k->enrol.stick;
	struct buf raw = BUF_INIT;
	char file[NAME_LEN + 16];
	int ret;

	if (strcmp(person, asked) != 0)
		return err_set(e, ERR_REFUSED, "visit.none", NULL);
	snprintf(file, sizeof(file), "%s%s", person, CREDENTIAL_NAME);
	ret = read_stick(k, stick, file, true, &raw, e);
	if (ret == 0)
		ret = decode(k, "credential", file, raw.data, raw.len, NULL,
		    out, e);
	buf_free(&raw);
	return ret;
}

static int
blocks_of(struct console *k, const char *person, struct buf *out,
    struct err *e)
{
	struct json *j = json_new_obj();
	struct next n;
	struct msg a;
	int ret;

	ceremony_next(k->c, &n);
	json_set_str(j, "person", person);
	if (n.todo == TODO_SHARES) {
		json_set_str(j, "token", n.item->id);
		ret = ask(k, PARTY_HSM, MSG_DEAL_SHARE, j, NULL, 0, &a, e);
	} else {
		ret = ask(k, PARTY_HSM, MSG_LOG_SHARE, j, NULL, 0, &a, e);
	}
	if (ret == -1)
		return -1;
	buf_add(out, a.bytes.data, a.bytes.len);
	msg_fini(&a);
	return 0;
}

static void
on_fetch(struct console *k, struct msg *m)
{
	const char *credential = json_get_str(m->json, "credential");
	const char *blocks = json_get_str(m->json, "blocks");
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct err e;
	int ret;

	if (credential != NULL)
		ret = credential_of(k, credential, &b, &e);
	else if (blocks != NULL)
		ret = blocks_of(k, blocks, &b, &e);
	else if (json_get_hex(m->json, "sha256", sha, SHA256_LEN) == 0)
		ret = journal_object_get(k->j, sha, &b, &e);
	else
		ret = err_set(&e, ERR_FORM, "json.form", "at", "0", NULL);
	if (ret == 0)
		answer(m, NULL, &b);
	else
		refuse(m, &e);
	buf_free(&b);
}

static int
event_of(const struct console *k, const char *kind)
{
	struct next n;

	ceremony_next(k->c, &n);
	if (strcmp(kind, "login") == 0)
		return EV_AUTH_LOGIN;
	if (strcmp(kind, "consent") == 0)
		return EV_CONSENT;
	if (strcmp(kind, "witness") == 0)
		return EV_WITNESS;
	if (strcmp(kind, "roster") == 0)
		return EV_ROSTER_SIGN;
	if (strcmp(kind, "resolve") == 0)
		return EV_RESOLVE;
	if (strcmp(kind, "review") == 0)
		return EV_REVIEW;
	if (strcmp(kind, "approve") == 0)
		return n.todo == TODO_CONFIRM ? EV_CSR_APPROVE : EV_APPROVE;
	return -1;
}

static const char *const MEMBERS[] = { "asked", "asked_n", "doc", "epoch",
	"person", "role", "seen", "seen_n", "sig" };

static int
take_cosignature(struct console *k, const struct json *j, struct err *e)
{
	struct command cmd = { .event = EV_CHECKPOINT_SIGN,
		.by = { asked } };
	char name[NAME_LEN + 4];

	snprintf(name, sizeof(name), "op/%s", asked);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "alg", "ecdsa-p256");
	json_set_str(cmd.d, "name", name);
	json_set_b64(cmd.d, "root", k->c->checkpoint_root, SHA256_LEN);
	json_set_str(cmd.d, "sig", json_get_str(j, "sig") != NULL ?
	    json_get_str(j, "sig") : "");
	json_set_int(cmd.d, "size", k->c->checkpoint_size);
	json_set_int(cmd.d, "time", json_get_int(j, "time", 0));
	return commit(k, &cmd, e);
}

static void
told(struct console *k, enum event_type ev, const char *name)
{
	static const struct {
		enum event_type ev;
		const char *id;
	} TOLD[] = {
		{ EV_AUTH_LOGIN, "told.login" },
		{ EV_CONSENT, "told.consent" },
		{ EV_WITNESS, "told.witness" },
		{ EV_ROSTER_SIGN, "told.roster" },
		{ EV_APPROVE, "told.approve" },
		{ EV_CSR_APPROVE, "told.csr" },
		{ EV_RESOLVE, "told.resolve" },
		{ EV_REVIEW, "told.review" },
		{ EV_CHECKPOINT_SIGN, "told.cosign" },
	};

	for (size_t i = 0; i < sizeof(TOLD) / sizeof(*TOLD); i++)
		if (TOLD[i].ev == ev)
			ui_result(k, TOLD[i].id, "person", name, NULL);
}

static void
on_statement(struct console *k, struct msg *m)
{
	const char *kind = json_get_str(m->json, "kind");
	struct command cmd = { .by = { asked } };
	const struct person *p = ceremony_person(k->c, asked);
	struct err e;
	int ev = kind != NULL ? event_of(k, kind) : -1, ret;

	if (kind != NULL && strncmp(kind, "cosign", 6) == 0) {
		ret = take_cosignature(k, m->json, &e);
		ev = EV_CHECKPOINT_SIGN;
	} else if (ev == -1) {
		ret = err_set(&e, ERR_FORM, "json.form", "at", "0", NULL);
	} else {
		cmd.event = (enum event_type)ev;
		cmd.d = json_new_obj();
		for (size_t i = 0; i < sizeof(MEMBERS) / sizeof(*MEMBERS);
		    i++)
			if (json_get(m->json, MEMBERS[i]) != NULL)
				json_set(cmd.d, MEMBERS[i],
				    json_copy(json_get(m->json,
				    MEMBERS[i])));
		ret = commit(k, &cmd, &e);
	}
	if (ret == 0) {
		k->tried.n = 0;
		told(k, (enum event_type)ev, p != NULL ? p->name : asked);
		answer(m, NULL, NULL);
	} else {
		refuse(m, &e);
	}
}

/* Write the file to the stick and read it back: equal, and admitted. */
static int
write_credential(struct console *k, const char *stick, const struct buf *pem,
    struct err *e)
{
	char file[NAME_LEN + 16];

	snprintf(file, sizeof(file), "%s%s", asked, CREDENTIAL_NAME);
	if (decode(k, "credential", file, pem->data, pem->len, NULL, NULL,
	    e) == -1)
		return -1;
	return write_stick(k, stick, file, pem->data, pem->len, e);
}

static void
on_enrolled(struct console *k, struct msg *m)
{
	struct err e;

	buf_reset(&k->enrol.sign);
	buf_reset(&k->enrol.share);
	if (!k->enrol.ready ||
	    json_get_b64(m->json, "sign_cert", &k->enrol.sign) == -1 ||
	    json_get_b64(m->json, "share_cert", &k->enrol.share) == -1)
		err_set(&e, ERR_FORM, "json.form", "at", "0", NULL);
	else if (write_credential(k, k->enrol.stick, &m->bytes, &e) == 0) {
		k->enrol.cost = json_get_int(m->json, "cost", 0);
		answer(m, NULL, NULL);
		return;
	}
	refuse(m, &e);
}

static int
enrol_entries(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_CUSTODIAN_ENROLL };
	struct command key = { .event = EV_KEY_ENROLL };
	uint8_t sign[SHA256_LEN], share[SHA256_LEN];
	const struct person *p;
	struct json *roles;
	char name[NAME_LEN + 4];

	if (object_put(k, k->enrol.sign.data, k->enrol.sign.len, sign, e) ==
	    -1 || object_put(k, k->enrol.share.data, k->enrol.share.len,
	    share, e) == -1)
		return -1;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "code", k->enrol.code);
	json_set_int(cmd.d, "cost", k->enrol.cost);
	json_set_str(cmd.d, "document", k->enrol.document);
	json_set_str(cmd.d, "name", k->enrol.name);
	json_set_str(cmd.d, "person", k->enrol.person);
	roles = json_set(cmd.d, "roles", json_new_arr());
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if ((k->enrol.roles & role_at(i)->role) != 0)
			json_add(roles, json_new_str(role_at(i)->id));
	json_set_str(cmd.d, "seen_by", k->enrol.seen_by);
	json_set_hex(cmd.d, "share", share, SHA256_LEN);
	json_set_hex(cmd.d, "sign", sign, SHA256_LEN);
	json_set_str(cmd.d, "stick", k->enrol.stick);
	json_set_str(cmd.d, "trained", k->enrol.trained);
	attach(&cmd, "sign", "certificate", sign, k->enrol.sign.len);
	attach(&cmd, "share", "certificate", share, k->enrol.share.len);
	if (commit(k, &cmd, e) == -1)
		return -1;
	p = ceremony_person(k->c, k->enrol.person);
	snprintf(name, sizeof(name), "op/%s", p->id);
	key.d = json_new_obj();
	json_set_str(key.d, "alg", "ecdsa-p256");
	json_set_str(key.d, "name", name);
	json_set_str(key.d, "role", "custodian");
	json_set_hex(key.d, "spki", p->spki_sha, SHA256_LEN);
	attach(&key, "certificate", "certificate", sign, k->enrol.sign.len);
	return commit(k, &key, e);
}

static void
on_enroll_done(struct console *k, struct msg *m)
{
	struct err e;

	if (k->enrol.ready && enrol_entries(k, &e) == 0) {
		ui_result(k, "told.enrolled", "person", k->enrol.name,
		    "stick", k->enrol.stick, NULL);
		k->enrol.ready = false;
		answer(m, NULL, NULL);
		return;
	}
	refuse(m, &e);
}

static void
on_credential(struct console *k, struct msg *m)
{
	const struct person *p = ceremony_person(k->c, asked);
	struct err e;

	if (p == NULL)
		err_set(&e, ERR_REFUSED, "visit.none", NULL);
	else if (write_credential(k, p->stick, &m->bytes, &e) == 0) {
		answer(m, NULL, NULL);
		return;
	}
	refuse(m, &e);
}

static void
on_shared(struct console *k, struct msg *m)
{
	const char *set = json_get_str(m->json, "set");
	const struct share_set *s = set != NULL ?
	    ceremony_set_by_id(k->c, set) : NULL;
	const struct person *p = ceremony_person(k->c, asked);
	struct command cmd = { 0 };
	struct err e;

	if (s == NULL || p == NULL) {
		err_set(&e, ERR_REFUSED, "visit.none", NULL);
		refuse(m, &e);
		return;
	}
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "person", asked);
	json_set_str(cmd.d, "set", s->id);
	cmd.event = EV_LOG_SHARE;
	if (strcmp(s->purpose, "log") != 0) {
		cmd.event = EV_SHARE_OPEN;
		json_set_int(cmd.d, "x", share_set_x(s, asked));
	}
	if (commit(k, &cmd, &e) == 0) {
		ui_result(k, "told.share", "person", p->name, "token",
		    s->token, "purpose", s->purpose, NULL);
		answer(m, NULL, NULL);
	} else {
		refuse(m, &e);
	}
}

static void
on_tried(struct console *k, const struct msg *m)
{
	struct command cmd = { .event = EV_AUTH_FAIL, .rc = RC_DENIED };
	const char *id = json_get_str(m->json, "id");
	struct err e;

	if (strcmp(k->tried.person, asked) != 0)
		k->tried.n = 0;
	memcpy(k->tried.person, asked, sizeof(asked));
	/* Only guesses make the pause grow, not a stick that is not in. */
	if (id != NULL && strcmp(id, "cred.wrong-passphrase") == 0) {
		k->tried.n++;
		k->tried.last_ms = ui_now_ms();
	}
	cmd.d = json_new_obj();
	if (asked[0] != '\0')
		json_set_str(cmd.d, "person", asked);
	json_set_str(cmd.d, "why", id != NULL ? id : "unknown");
	(void)commit(k, &cmd, &e);
}

void
visit_message(struct console *k, struct msg *m)
{
	switch (m->type) {
	case MSG_DUE:
		on_due(k, m);
		break;
	case MSG_FETCH:
		on_fetch(k, m);
		break;
	case MSG_STATEMENT:
		on_statement(k, m);
		break;
	case MSG_ENROLLED:
		on_enrolled(k, m);
		break;
	case MSG_ENROLL_DONE:
		on_enroll_done(k, m);
		break;
	case MSG_CREDENTIAL:
		on_credential(k, m);
		break;
	case MSG_SHARED:
		on_shared(k, m);
		break;
	case MSG_TRIED:
		on_tried(k, m);
		break;
	default:
		break;
	}
}
