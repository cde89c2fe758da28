/* SPDX-License-Identifier: MIT */
/*
 * What is asked of whom at the trusted prompt, and whether it may be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/people/credential.h"
#include "ceremony/people/statement.h"

const struct person *
visit_person(struct console *k)
{
	const struct person *list[64];
	size_t n = k->c == NULL ? 0 : ceremony_waiting(k->c, k->way,
	    &k->deviation, list, 64);

	if (n == 0)
		return NULL;
	return list[k->chosen % n];
}

void
visit_announce(struct console *k)
{
	const struct person *p = visit_person(k);
	bool unread = false;
	struct next n;
	struct msg m;
	struct err e;

	if (p != NULL) {
		/* Nobody signs before the last page was shown: of the review,
		 * not of another screen that stands before it. */
		ceremony_next(k->c, &n);
		unread = (n.todo == TODO_CONSENT || n.todo == TODO_CONFIRM) &&
		    (!k->seen_all || k->nested) && k->deviation.len == 0;
	}
	msg_init(&m, PARTY_LAUNCHER, MSG_WAITING, 0);
	json_set_str(m.json, "text", k->enrol.ready ? k->enrol.name :
	    p != NULL && !unread ? p->name : "");
	if (unread && !k->enrol.ready)
		json_set_str(m.json, "unread", p->name);
	(void)msg_write(MSG_FD, &m, &e);
	msg_fini(&m);
}

static void
set_statement(struct console *k, struct json *list, const char *kind,
    unsigned role, const struct due *d, const char *shown)
{
	struct json *j = json_add(list, json_new_obj());
	struct json *s;
	struct err e;
	uint8_t sha[SHA256_LEN];

	json_set_str(j, "kind", kind);
	json_set_str(j, "role", role_info(role)->id);
	json_set_hex(j, "doc", d->doc, SHA256_LEN);
	s = json_set(j, "shown", json_new_obj());
	json_set_str(s, "type", shown);
	if (d->text.len > 0)
		(void)object_put(k, d->text.data, d->text.len, sha, &e);
}

static const char *
shown_as(const struct console *k, enum event_type ev)
{
	switch (ev) {
	case EV_ROSTER_SIGN:
		return "roster";
	case EV_APPROVE:
		return "files";
	case EV_CSR_APPROVE:
		return "csr";
	case EV_CONSENT:
	case EV_WITNESS:
		return "record";
	case EV_RESOLVE:
		return k->c->loss_pending ? "loss" : k->c->one_pending ?
		    "one" : k->way != NULL && strcmp(k->way, "upgrade") == 0 ?
		    "upgrade" : medium_asked(k) ? "medium" : k->way != NULL ? "doubt" : "deviation";
	default:
		return "none";
	}
}

/* Every operations manager holds the log token's secret. */
static int
log_holders(const struct ceremony *c)
{
	int n = 0;

	for (size_t i = 0; i < c->persons; i++)
		n += c->person[i].log_share;
	return n;
}

static void
due_shares(struct console *k, const struct due_list *l, struct json *j)
{
	struct json *list = json_set(j, "shares", json_new_arr());

	for (size_t i = 0; i < l->sets; i++) {
		const struct share_set *s = ceremony_set_by_id(k->c,
		    l->set[i]);
		struct json *o = json_add(list, json_new_obj());

		json_set_str(o, "set", s->id);
		json_set_str(o, "token", s->token);
		json_set_str(o, "purpose", s->purpose);
		json_set_int(o, "m", s->m);
		json_set_int(o, "n", s->n > 0 ? s->n : log_holders(k->c));
	}
}

/* New blocks wait for this person's stick: log secret, dealt shares. */
static bool
due_blocks(struct console *k, const struct person *p)
{
	struct next n;

	ceremony_next(k->c, &n);
	if (n.todo == TODO_ROSTER)
		return (p->roles & ROLE_OPERATIONS_MANAGER) != 0 &&
		    !p->log_share;
	return n.todo == TODO_SHARES;
}

static struct json *
due_base(struct console *k)
{
	struct json *j = json_new_obj();
	char t[64];

	clock_text(k, t, sizeof(t));
	/* "2026-12-09 10:26:40 JST" becomes "10:26 JST". */
	if (strlen(t) > 19) {
		memmove(t, t + 11, 5);
		memmove(t + 5, t + 19, strlen(t + 19) + 1);
	}
	json_set_str(j, "clock", t);
	json_set_int(j, "now", console_now(k));
	json_set_str(j, "origin", k->c->origin);
	json_set_str(j, "mode", k->c->mode);
	json_set_str(j, "lang", k->lang == LANG_JA ? "ja" : "en");
	json_set_str(j, "epoch", k->c->epoch);
	json_set_int(j, "head_n", k->c->head.n);
	json_set_hex(j, "head", k->c->head.hash, SHA256_LEN);
	return j;
}

static void
set_roles(struct json *j, unsigned roles)
{
	struct json *list = json_set(j, "roles", json_new_arr());
	const char *first = NULL;

	for (size_t i = 0; i < ROLE_COUNT; i++)
		if ((roles & role_at(i)->role) != 0) {
			if (first == NULL)
				first = role_at(i)->id;
			json_add(list, json_new_str(role_at(i)->id));
		}
	json_set_str(j, "role", first != NULL ? first : "witness");
}

struct json *
due_enrol(struct console *k)
{
	struct json *j = due_base(k);

	json_set_str(j, "kind", "enroll");
	json_set_str(j, "person", k->enrol.person);
	json_set_str(j, "name", k->enrol.name);
	json_set_str(j, "code", k->enrol.code);
	json_set_str(j, "stick", k->enrol.stick);
	json_set_int(j, "cost", profiles_scrypt_p(k->c->profiles));
	set_roles(j, k->enrol.roles);
	return j;
}

/* What this person's stick remembers, where it remembers anything. */
static void
due_memory(struct console *k, const struct person *p, struct json *j)
{
	struct buf raw = BUF_INIT;
	struct credential cr;
	struct note note;
	struct json *o;
	char file[NAME_LEN + 16], t[64];
	const uint8_t *hash;
	struct err e;

	snprintf(file, sizeof(file), "%s%s", p->id, CREDENTIAL_NAME);
	credential_init(&cr);
	if (read_stick(k, p->stick, file, false, &raw, &e) == 0 &&
	    decode(k, "credential", file, raw.data, raw.len, NULL, NULL,
	    &e) == 0 && credential_parse(buf_cstr(&raw), raw.len, &cr, &e) ==
	    0 && cr.note.len > 0 && note_parse(buf_cstr(&cr.note),
	    cr.note.len, &note, &e) == 0) {
		hash = ceremony_hash(k->c, note.head.n);
		time_text(k, note.sealed, t, sizeof(t));
		o = json_set(j, "remembered", json_new_obj());
		json_set_int(o, "n", note.head.n);
		json_set_hex(o, "hash", note.head.hash, SHA256_LEN);
		json_set_int(o, "here", hash != NULL && memcmp(hash,
		    note.head.hash, SHA256_LEN) == 0);
		json_set_str(o, "text", t);
	}
	credential_fini(&cr);
	buf_free(&raw);
}

static void
count_in(struct json *list, const char *id)
{
	json_add(list, json_new_str(id));
}

/* Who counts already where different people are needed, and how many. */
static void
due_counted(struct console *k, const struct person *who,
    const struct due_list *l, struct json *j)
{
	struct json *list = json_set(j, "counted", json_new_arr());
	unsigned role = ROLE_CA_ADMINISTRATOR;
	struct next n;
	size_t need;

	ceremony_next(k->c, &n);
	if (n.todo == TODO_CONSENT && l->n > 0 &&
	    l->due[l->n - 1].event == EV_CONSENT) {
		need = (size_t)ceremony_quorum(k->c, n.run->token);
		for (size_t i = 0; i < n.run->consents; i++)
			count_in(list, n.run->consent[i]);
	} else if (n.todo == TODO_QUORUM || l->cosign) {
		need = l->cosign ? (size_t)ceremony_seal_quorum(k->c) :
		    ceremony_step_need(k->c, n.step.json, &role);
		for (size_t i = 0; i < k->c->persons; i++) {
			const struct person *p = &k->c->person[i];

			if ((l->cosign ? p->cosigned : p->in) &&
			    (p->roles & who->roles & role) != 0)
				count_in(list, p->id);
		}
	} else {
		return;
	}
	json_set_int(j, "needed", (int64_t)need);
}

struct json *
due_visit(struct console *k, const struct person *p)
{
	struct json *j = due_base(k), *list, *o;
	struct due_list l;

	json_set_str(j, "kind", "visit");
	json_set_str(j, "person", p->id);
	json_set_str(j, "name", p->name);
	json_set_str(j, "code", p->code);
	json_set_str(j, "stick", p->stick);
	json_set_int(j, "cost", p->cost);
	set_roles(j, p->roles);
	list = json_set(j, "statements", json_new_arr());
	ceremony_due(k->c, p, k->way, &k->deviation, &l);
	for (size_t i = 0; i < l.n; i++)
		set_statement(k, list, statement_kind(l.due[i].event),
		    l.due[i].role, &l.due[i],
		    shown_as(k, l.due[i].event));
	due_shares(k, &l, j);
	due_counted(k, p, &l, j);
	if (l.cosign) {
		o = json_set(j, "cosign", json_new_obj());
		json_set_int(o, "size", k->c->checkpoint_size);
		json_set_b64(o, "root", k->c->checkpoint_root, SHA256_LEN);
		json_set_int(o, "time", console_now(k));
	}
	if (due_blocks(k, p))
		json_set_int(j, "blocks", 1);
	due_memory(k, p, j);
	if (strcmp(k->tried.person, p->id) == 0 && k->tried.n > 0) {
		json_set_int(j, "tried", k->tried.n);
		json_set_int(j, "tried_ago", (ui_now_ms() -
		    k->tried.last_ms) / 1000);
	}
	due_list_fini(&l);
	return j;
}
