/* SPDX-License-Identifier: MIT */
/*
 * A loss: people remember ends that this volume does not have.  A quorum and
 * the Service Owner abandon them by name, or nothing goes on.
 */
#include <stdio.h>
#include <string.h>

#include "appliance/console/console.h"

/* Enough have signed: the entry that abandons the ends. */
static bool
accepted(struct console *k)
{
	struct command cmd = { .event = k->c->forked ? EV_FORK_RESOLVED :
		EV_LOSS_ACCEPTED };
	struct buf b = BUF_INIT;
	bool forked = k->c->forked;
	struct json *heads;
	uint8_t sha[SHA256_LEN];
	struct err e;

	ceremony_loss_record(k->c, &b);
	sha256(sha, b.data, b.len);
	cmd.d = json_new_obj();
	heads = json_set(cmd.d, "heads", json_new_arr());
	for (size_t i = 0; i < k->c->losts; i++) {
		struct json *o = json_add(heads, json_new_obj());

		json_set_hex(o, "head", k->c->lost[i].head.hash, SHA256_LEN);
		json_set_int(o, "n", k->c->lost[i].head.n);
		json_set_str(o, "source", k->c->lost[i].source);
	}
	json_set_hex(cmd.d, "record", sha, SHA256_LEN);
	if (!k->c->forked)
		json_set_int(cmd.d, "skip", LOSS_SKIP);
	attach(&cmd, "record", "json", sha, b.len);
	buf_free(&b);
	for (size_t i = 0, by = 0; i < k->c->resolves && by < 7; i++)
		if (memcmp(k->c->resolve[i].doc, sha, SHA256_LEN) == 0)
			cmd.by[by++] = k->c->resolve[i].person;
	if (commit(k, &cmd, &e) == -1)
		return false;
	ui_result(k, forked ? "told.fork" : "told.loss", NULL);
	if (forked && journal_media(k->j) == 2)
		rejoin(k, true);
	return true;
}

void
resolve_rows(struct console *k, struct view *v, unsigned roles)
{
	const struct person *p = visit_person(k);
	uint8_t doc[SHA256_LEN];
	struct buf b = BUF_INIT;
	bool asked = ceremony_way_record(k->c, k->way, &b);

	/* What somebody signed for before is another document. */
	sha256(doc, b.data, b.len);
	buf_free(&b);
	view_people(v);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *q = &k->c->person[i];
		bool done = false;

		if ((q->roles & roles) == 0)
			continue;
		for (size_t x = 0; x < k->c->resolves; x++)
			done |= asked &&
			    strcmp(k->c->resolve[x].person, q->id) == 0 &&
			    memcmp(k->c->resolve[x].doc, doc, SHA256_LEN) ==
			    0;
		view_person(v, q->code, q->name, done ? MARK_DONE : q == p ?
		    MARK_NOW : MARK_OPEN, view_fill(v, done ? "due.signed" :
		    "due.awaited", NULL), q->stick);
	}
	if (p != NULL)
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
}

enum ui_press
resolve_wait(struct console *k, struct view *v, unsigned where,
    struct key *key)
{
	enum ui_press u;

	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_LEAVE, NULL);
	view_key(v, KID_HELP, NULL);
	u = ui_wait(k, v, where | KX_STEP | KX_LIST, key);
	if (u == UI_KEY && (key->name == PRESS_DOWN || key->name == PRESS_UP)) {
		k->moved = true;
		k->chosen++;
	}
	return u;
}

void
do_loss(struct console *k, const struct next *n)
{
	struct view *v;
	struct key key;
	struct err e;

	(void)n;
	if (k->c->resolves > 0 && accepted(k))
		return;
	v = ui_view(k, k->c->forked ? "fork.head" : "loss.head");
	v->stop = true;
	err_set(&e, ERR_REFUSED, k->c->forked ? "fork.pending" :
	    "loss.pending", NULL);
	if (k->refusal.id[0] == '\0')
		view_refuse(v, &e);
	view_table(v, view_fill(v, "memory.who", NULL), 32,
	    view_fill(v, "memory.number", NULL), -8, NULL);
	for (size_t i = 0; i < k->c->losts; i++)
		view_row(v, k->c->lost[i].source, view_fmt(v, "%lld",
		    (long long)k->c->lost[i].head.n), NULL);
	resolve_rows(k, v, ROLE_CA_ADMINISTRATOR | ROLE_SERVICE_OWNER);
	v->then = view_fill(v, "loss.then", NULL);
	resolve_wait(k, v, 0, &key);
}
