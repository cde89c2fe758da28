/* SPDX-License-Identifier: MIT */
/*
 * Giving.  Invariant: a share stands in the clear only between its opening
 * and its sealing to the epoch, in secure memory.
 */
#include "appliance/key/give.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/world/envelope.h"
#include "appliance/world/keypair.h"
#include "ceremony/base/codec.h"
#include "ceremony/log/checkpoint.h"
#include "ceremony/people/share.h"
#include "ceremony/people/statement.h"

static void
copy(char *to, size_t size, const char *from)
{
	size_t n = strnlen(from, size - 1);

	memcpy(to, from, n);
	to[n] = '\0';
}

static int
give_statement(
    struct session *s, const struct due_statement *due, struct err *e)
{
	struct buf text = BUF_INIT, sig = BUF_INIT;
	struct statement st;
	struct json *j;
	int ret = -1;

	memset(&st, 0, sizeof(st));
	copy(st.kind, sizeof(st.kind), due->kind);
	copy(st.origin, sizeof(st.origin), s->due.origin);
	copy(st.epoch, sizeof(st.epoch), s->epoch);
	copy(st.person, sizeof(st.person), s->due.person);
	copy(st.role, sizeof(st.role), due->role);
	st.asked = s->due.head;
	st.seen.n = -1;
	if (s->has_note)
		st.seen = s->note.head;
	memcpy(st.doc, due->doc, SHA256_LEN);
	statement_text(&st, &text);
	if (keypair_sign(s->sign, text.data, text.len, &sig, e) == 0) {
		j = json_new_obj();
		json_set_str(j, "kind", st.kind);
		statement_put(&st, sig.data, sig.len, j);
		ret = session_ask(s, MSG_STATEMENT, j, NULL, NULL, NULL, e);
	}
	buf_free(&sig);
	buf_free(&text);
	return ret;
}

static int
give_cosignature(struct session *s, struct err *e)
{
	const struct due *d = &s->due;
	struct buf text = BUF_INIT, sig = BUF_INIT;
	char name[40];
	struct json *j;
	int ret = -1;

	cosignature_text(&text, d->cosign_time, d->origin,
	    (uint64_t)d->cosign_size, d->cosign_root);
	if (keypair_sign(s->sign, text.data, text.len, &sig, e) == 0) {
		snprintf(name, sizeof(name), "op/%s", d->person);
		j = json_new_obj();
		json_set_str(j, "kind", "cosign");
		json_set_str(j, "alg", "ecdsa-p256");
		json_set_str(j, "name", name);
		json_set_str(j, "person", d->person);
		json_set_str(j, "role", d->role);
		json_set_b64(j, "root", d->cosign_root, SHA256_LEN);
		json_set_int(j, "size", d->cosign_size);
		json_set_int(j, "time", d->cosign_time);
		json_set_b64(j, "sig", sig.data, sig.len);
		ret = session_ask(s, MSG_STATEMENT, j, NULL, NULL, NULL, e);
	}
	buf_free(&sig);
	buf_free(&text);
	return ret;
}

int
give_statements(struct session *s, struct err *e)
{
	for (size_t i = 0; i < s->due.n_statements; i++)
		if (give_statement(s, &s->due.statement[i], e) == -1)
			return -1;
	return s->due.cosign ? give_cosignature(s, e) : 0;
}

static int
damaged(const struct session *s, struct err *e)
{
	return err_set(
	    e, ERR_REFUSED, "share.damaged", "person", s->due.name, NULL);
}

/* Open a CMS with the share key; the record in secure memory. */
static int
open_share(struct session *s, const struct buf *cms, struct secret *plain,
    struct share *rec, struct err *e)
{
	const struct buf *cert = &s->cred.cert[CREDENTIAL_SHARE];

	if (session_unlock_share(s, e) == -1)
		return -1;
	if (envelope_open(cms->data, cms->len, s->share, cert->data, cert->len,
		plain, e) == -1)
		return damaged(s, e);
	if (share_decode(plain->data, plain->len, rec, e) == -1)
		return -1;
	if (strcmp(rec->origin, s->due.origin) != 0)
		return err_set(e, ERR_REFUSED, "cred.other-origin", "origin",
		    rec->origin, NULL);
	return 0;
}

/* Seal an opened record to the epoch and send it. */
static int
send_share(struct session *s, const char *set, const struct secret *plain,
    struct err *e)
{
	struct buf cms = BUF_INIT;
	struct json *j;
	int ret;

	ret = envelope_seal(s->epoch_cert.data, s->epoch_cert.len, plain->data,
	    plain->len, &cms, e);
	if (ret == 0) {
		j = json_new_obj();
		json_set_str(j, "person", s->due.person);
		json_set_str(j, "set", set);
		ret = session_ask(s, MSG_SHARE, j, &cms, NULL, NULL, e);
	}
	buf_free(&cms);
	return ret;
}

static struct share *
share_room(void)
{
	struct share *rec = OPENSSL_secure_zalloc(sizeof(*rec));

	if (rec == NULL)
		abort();
	return rec;
}

/* Another set's share: what it is of, as the stick names that set. */
static void
foreign(const struct session *s, const struct due_share *due,
    const struct share *rec, struct err *e)
{
	const struct credential_share *of =
	    credential_share(&s->cred, rec->set);

	err_set(e, ERR_REFUSED, "share.foreign", "other",
	    of != NULL ? of->token : rec->set, "purpose", rec->purpose, "token",
	    due->token, "wanted", due->purpose, NULL);
}

static int
give_share(struct session *s, const struct due_share *due, struct err *e)
{
	const struct credential_share *held =
	    credential_share(&s->cred, due->set);
	struct secret plain = SECRET_INIT;
	struct share *rec;
	int ret = -1;

	if (held == NULL)
		return err_set(e, ERR_REFUSED, "share.missing", "person",
		    s->due.name, "token", due->token, NULL);
	rec = share_room();
	if (open_share(s, &held->cms, &plain, rec, e) == -1)
		goto out;
	/* The record is the truth; the lines above the blocks are not. */
	if (strcmp(rec->set, due->set) != 0 ||
	    strcmp(rec->purpose, due->purpose) != 0) {
		foreign(s, due, rec, e);
		goto out;
	}
	ret = send_share(s, due->set, &plain, e);
out:
	OPENSSL_secure_clear_free(rec, sizeof(*rec));
	secret_free(&plain);
	return ret;
}

int
give_shares(struct session *s, struct err *e)
{
	for (size_t i = 0; i < s->due.n_shares; i++)
		/* A set that comes with `blocks` is given there. */
		if ((!s->due.blocks ||
			credential_share(&s->cred, s->due.share[i].set) !=
			    NULL) &&
		    give_share(s, &s->due.share[i], e) == -1)
			return -1;
	return 0;
}

static const char *
token_of(const struct session *s, const struct share *rec)
{
	for (size_t i = 0; i < s->due.n_shares; i++)
		if (strcmp(s->due.share[i].set, rec->set) == 0)
			return s->due.share[i].token;
	return rec->purpose;
}

/* New shares, opened: kept until the stick holds them. */
struct taken {
	size_t n;
	struct secret plain[CREDENTIAL_CMS];
	char set[CREDENTIAL_CMS][33];
	int x[CREDENTIAL_CMS];
};

static int
take_block(
    struct session *s, const struct buf *cms, struct taken *t, struct err *e)
{
	struct credential_share held;
	struct share *rec;
	int ret = -1;

	if (t->n == CREDENTIAL_CMS)
		return err_set(
		    e, ERR_FORM, "share.form", "what", "count", NULL);
	rec = share_room();
	memset(&held, 0, sizeof(held));
	if (open_share(s, cms, &t->plain[t->n], rec, e) == 0) {
		copy(held.set, sizeof(held.set), rec->set);
		copy(held.token, sizeof(held.token), token_of(s, rec));
		copy(held.purpose, sizeof(held.purpose), rec->purpose);
		held.x = rec->x;
		held.m = rec->m;
		held.n = rec->n;
		held.cms = *cms; /* copied by the callee */
		copy(t->set[t->n], sizeof(t->set[t->n]), rec->set);
		t->x[t->n] = rec->x;
		ret = credential_add_share(&s->cred, &held);
		if (ret == -1)
			err_set(
			    e, ERR_FORM, "share.form", "what", "count", NULL);
	}
	t->n++;
	OPENSSL_secure_clear_free(rec, sizeof(*rec));
	return ret;
}

static int
take_blocks(
    struct session *s, const struct buf *pem, struct taken *t, struct err *e)
{
	struct buf cms = BUF_INIT;
	char label[64];
	size_t pos = 0;
	int r, ret = 0;

	while (ret == 0) {
		buf_reset(&cms);
		r = pem_next(buf_cstr(pem), pem->len, &pos, label, &cms);
		if (r == 0)
			break;
		if (r == -1 || strcmp(label, "CMS") != 0)
			ret = err_set(
			    e, ERR_FORM, "share.form", "what", "block", NULL);
		else
			ret = take_block(s, &cms, t, e);
	}
	buf_free(&cms);
	if (ret == 0 && t->n == 0)
		ret = err_set(e, ERR_FORM, "share.form", "what", "block", NULL);
	return ret;
}

static int
write_credential(struct session *s, struct err *e)
{
	struct json *j = json_new_obj();
	struct buf pem = BUF_INIT;
	int ret;

	json_set_str(j, "person", s->due.person);
	credential_format(&s->cred, &pem);
	ret = session_ask(s, MSG_CREDENTIAL, j, &pem, NULL, NULL, e);
	buf_free(&pem);
	return ret;
}

static int
say_shared(struct session *s, const char *set, int x, struct err *e)
{
	struct json *j = json_new_obj();

	json_set_str(j, "person", s->due.person);
	json_set_str(j, "set", set);
	json_set_int(j, "x", x);
	return session_ask(s, MSG_SHARED, j, NULL, NULL, NULL, e);
}

int
give_blocks(struct session *s, struct err *e)
{
	struct buf pem = BUF_INIT;
	struct taken t;
	struct json *j;
	int ret = -1;

	if (!s->due.blocks)
		return 0;
	memset(&t, 0, sizeof(t));
	j = json_new_obj();
	json_set_str(j, "blocks", s->due.person);
	if (session_ask(s, MSG_FETCH, j, NULL, NULL, &pem, e) == -1 ||
	    take_blocks(s, &pem, &t, e) == -1 || write_credential(s, e) == -1)
		goto out;
	for (size_t i = 0; i < t.n; i++) {
		if (send_share(s, t.set[i], &t.plain[i], e) == -1 ||
		    say_shared(s, t.set[i], t.x[i], e) == -1)
			goto out;
	}
	ret = 0;
out:
	for (size_t i = 0; i < t.n; i++)
		secret_free(&t.plain[i]);
	buf_free(&pem);
	return ret;
}
