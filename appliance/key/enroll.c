/* SPDX-License-Identifier: MIT */
/*
 * Enrolment.  Invariant: the words are shown once and are gone from the
 * screen before anything is written; nobody is enrolled before the words,
 * typed from the card, have opened what came back from the stick.
 */
#include <openssl/rand.h>
#include <string.h>
#include <time.h>

#include "appliance/key/keyboard.h"
#include "appliance/key/visit.h"
#include "appliance/world/keypair.h"
#include "ceremony/people/role.h"

static void
body_show(struct view *v, void *arg)
{
	const struct session *s = arg;

	view_para(v, view_fill(v, "ask.enroll", "name", s->due.name, NULL));
	view_slots(v, PASSPHRASE_WORDS);
	view_para(v, text_get(v->lang, "ask.enroll.card"));
	view_para(v, text_get(v->lang, "ask.enroll.envelope"));
}

static void
body_type(struct view *v, void *arg)
{
	const struct session *s = arg;

	view_para(v,
	    view_fill(v, "ask.enroll.type", "name", s->due.name, "stick",
		s->due.stick, NULL));
}

/* Sixty-four bits of the private generator: eight words. */
static int
make_words(struct session *s, struct err *e)
{
	struct secret bytes = SECRET_INIT;
	int ret = 0;

	secret_new(&bytes, PASSPHRASE_WORDS);
	if (RAND_priv_bytes(bytes.data, PASSPHRASE_WORDS) != 1)
		ret = err_set(
		    e, ERR_WORLD, "keypair.make", "what", "words", NULL);
	else
		passphrase_set(s->pass, bytes.data);
	secret_free(&bytes);
	return ret;
}

static unsigned
roles_of(const char *ids)
{
	unsigned roles = 0;
	char copy[sizeof(((struct due *)NULL)->roles)], *save = NULL;

	memcpy(copy, ids, strlen(ids) + 1);
	for (char *id = strtok_r(copy, " ", &save); id != NULL;
	     id = strtok_r(NULL, " ", &save))
		roles |= role_find(id)->role;
	return roles;
}

/* The credential as it will stand on the stick, into s->cred. */
static int
make_credential(struct session *s, struct err *e)
{
	static const enum keypair_use uses[2] = {
		[CREDENTIAL_SIGN] = KEYPAIR_SIGN,
		[CREDENTIAL_SHARE] = KEYPAIR_SHARE,
	};
	struct credential *c = &s->cred;
	int64_t now = s->due.now >= 0 ? s->due.now : (int64_t)time(NULL);
	int ret = -1;

	memcpy(c->person, s->due.person, sizeof(c->person));
	memcpy(c->name, s->due.name, sizeof(c->name));
	memcpy(c->origin, s->due.origin, sizeof(c->origin));
	c->roles = roles_of(s->due.roles);
	c->cost = s->due.cost;
	if (role_set_check(s->due.name, c->roles, e) == -1)
		return -1;
	for (int i = 0; i < 2; i++) {
		EVP_PKEY *key = keypair_new(e);

		ret = key == NULL ? -1
				  : keypair_certificate(key, uses[i],
					s->due.person, now, &c->cert[i], e);
		if (ret == 0)
			ret = keypair_lock(
			    key, &s->words, c->cost, &c->key[i], e);
		EVP_PKEY_free(key);
		if (ret == -1)
			return -1;
	}
	return 0;
}

static int
write_credential(struct session *s, struct buf *pem, struct err *e)
{
	struct json *j = json_new_obj();

	credential_format(&s->cred, pem);
	json_set_str(j, "person", s->due.person);
	json_set_b64(j, "sign_cert", s->cred.cert[CREDENTIAL_SIGN].data,
	    s->cred.cert[CREDENTIAL_SIGN].len);
	json_set_b64(j, "share_cert", s->cred.cert[CREDENTIAL_SHARE].data,
	    s->cred.cert[CREDENTIAL_SHARE].len);
	json_set_int(j, "cost", s->cred.cost);
	return session_ask(s, MSG_ENROLLED, j, pem, NULL, NULL, e);
}

/* What came back is what was made. */
static int
read_back(struct session *s, const struct buf *pem, struct err *e)
{
	struct buf again = BUF_INIT;
	int ret;

	ret = session_credential(s, e);
	if (ret == 0) {
		credential_format(&s->cred, &again);
		if (again.len != pem->len ||
		    memcmp(again.data, pem->data, pem->len) != 0)
			ret = err_set(e, ERR_REFUSED, "cred.not-written",
			    "person", s->due.name, NULL);
	}
	buf_free(&again);
	return ret;
}

static enum visit_end
prove(struct session *s, struct err *e)
{
	struct prompt p = { .s = s,
		.body = body_type,
		.arg = s,
		.words = true,
		.enter = "ask.key.next-word",
		.leave = "ask.key.leave-enroll" };
	enum visit_end end = visit_unlock(s, &p);
	struct json *j;

	if (end != VISIT_DONE)
		return end;
	if (session_unlock_share(s, e) == -1)
		return visit_refused(s, e);
	j = json_new_obj();
	json_set_str(j, "person", s->due.person);
	if (session_ask(s, MSG_ENROLL_DONE, j, NULL, NULL, NULL, e) == -1)
		return visit_refused(s, e);
	return VISIT_DONE;
}

enum visit_end
enroll_run(struct session *s)
{
	struct prompt p = { .s = s,
		.body = body_show,
		.arg = s,
		.slots = true,
		.enter = "ask.key.written",
		.leave = "ask.key.leave-enroll" };
	struct buf pem = BUF_INIT;
	enum prompt_end seen;
	enum visit_end end;
	struct err e;
	int ret;

	if (make_words(s, &e) == -1)
		return visit_refused(s, &e);
	seen = prompt_run(&p);
	/* The words go from the screen first, whatever comes next. */
	prompt_wait(s, "ask.making");
	if (seen != PROMPT_DONE)
		return VISIT_LEFT;
	passphrase_text(s->pass, &s->words);
	passphrase_clear(s->pass);
	ret = make_credential(s, &e);
	secret_free(&s->words);
	if (ret == 0)
		ret = write_credential(s, &pem, &e);
	if (ret == 0)
		ret = read_back(s, &pem, &e);
	keyboard_fresh();
	end = ret == 0 ? prove(s, &e) : visit_refused(s, &e);
	buf_free(&pem);
	return end;
}
