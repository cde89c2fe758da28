/* SPDX-License-Identifier: MIT */
/*
 * One medium alone, and the other when it comes back; another table of
 * events.  Invariant: each is decided by people who sign, never by a key.
 */
#include <stdio.h>
#include <string.h>

#include "appliance/console/console.h"

size_t
media_missing(const struct console *k, char name[static 2])
{
	size_t n = 0;

	for (int i = 0; i < 2 && journal_media(k->j) == 2; i++)
		if (journal_medium(k->j, i).state != MEDIUM_GOOD) {
			snprintf(name, 2, "%s", i == 0 ? "A" : "B");
			n++;
		}
	return n;
}

void
rejoin(struct console *k, bool abandon)
{
	struct command cmd = { .event = EV_MIRROR_REPAIR };
	int64_t lines = 0;
	int which = -1;
	char name[2];
	struct err e;

	if (media_missing(k, name) == 0)
		return;
	err_set(&e, ERR_REFUSED, "media.not-back", "a", name, NULL);
	for (size_t i = 0; i < 2 && which == -1; i++) {
		struct err why;

		if (k->dir[i] == NULL || !volume_there(k->dir[i]) ||
		    journal_join(k->j, k->dir[i], abandon, &which, &lines,
		    &why) == 0)
			continue;
		which = -1;
		/* That the one which is here is in use says nothing. */
		if (strcmp(why.id, "media.busy") != 0)
			e = why;
	}
	if (which == -1) {
		ui_refuse(k, &e);
		return;
	}
	k->told_retired[which] = k->absence_told[which] = false;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "from", which == 0 ? "B" : "A");
	json_set_int(cmd.d, "lines", lines);
	json_set_str(cmd.d, "to", which == 0 ? "A" : "B");
	if (commit_shown(k, &cmd) == 0)
		ui_result(k, "told.mirror", NULL);
}

static bool
decided_one(struct console *k)
{
	struct command cmd = { .event = EV_MEDIA_ONE };
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct err e;

	ceremony_one_record(k->c, &b);
	sha256(sha, b.data, b.len);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "medium", k->c->one);
	attach(&cmd, "record", "json", sha, b.len);
	buf_free(&b);
	if (commit(k, &cmd, &e) == -1)
		return false;
	ui_result(k, "told.one", "a", k->c->one, NULL);
	return true;
}

void
do_one(struct console *k, const struct next *n)
{
	struct view *v;
	struct key key;
	struct err e;

	(void)n;
	if (k->c->resolves > 1 && decided_one(k))
		return;
	v = ui_view(k, "one.head");
	v->stop = true;
	err_set(&e, ERR_REFUSED, "media.one-pending", "a", k->c->one, NULL);
	if (k->refusal.id[0] == '\0')
		view_refuse(v, &e);
	view_para(v, view_fill(v, "one.what", NULL));
	resolve_rows(k, v, ROLE_CA_ADMINISTRATOR | ROLE_OPERATIONS_MANAGER);
	v->then = view_fill(v, "one.then", NULL);
	(void)resolve_wait(k, v, 0, &key);
}

bool
table_differs(const struct console *k, const struct next *n)
{
	return n->todo != TODO_LOG_INIT && n->todo != TODO_OPEN &&
	    n->todo != TODO_LOSS && n->todo != TODO_ONE &&
	    n->todo != TODO_DOUBT && k->c->sitting == SITTING_OPEN &&
	    k->c->roster_sealed && ceremony_other_table(k->c) &&
	    !k->keep_table;
}

/* The table is an object before it is signed for. */
static bool
upgraded(struct console *k)
{
	struct command cmd = { .event = EV_FORMAT_UPGRADE };
	struct buf table = BUF_INIT, b = BUF_INIT;
	uint8_t sha[SHA256_LEN], rec[SHA256_LEN];
	struct err e;
	int ret;

	event_table(&table);
	ret = object_put(k, table.data, table.len, sha, &e);
	ceremony_upgrade_record(k->c, sha, &b);
	sha256(rec, b.data, b.len);
	if (ret == 0) {
		cmd.d = json_new_obj();
		json_set_hex(cmd.d, "record", rec, SHA256_LEN);
		json_set_hex(cmd.d, "table", sha, SHA256_LEN);
		attach(&cmd, "table", "event-table", sha, table.len);
		for (size_t i = 0, by = 0; i < k->c->resolves && by < 7; i++)
			if (memcmp(k->c->resolve[i].doc, rec, SHA256_LEN) ==
			    0)
				cmd.by[by++] = k->c->resolve[i].person;
		ret = commit(k, &cmd, &e);
	}
	buf_free(&table);
	buf_free(&b);
	if (ret == -1)
		return false;
	k->way = NULL;
	ui_result(k, "told.upgrade", NULL);
	return true;
}

void
do_upgrade(struct console *k)
{
	struct view *v;
	struct key key;

	if (k->way != NULL && k->c->resolves > 2 && upgraded(k))
		return;
	v = ui_view(k, "upgrade.head");
	view_para(v, view_fill(v, "upgrade.what", NULL));
	view_ways(v, view_fill(v, "ways.on", NULL));
	view_way(v, "a", view_fill(v, "upgrade.way-a", NULL));
	view_way(v, "g", view_fill(v, "upgrade.way-g", NULL));
	if (k->way != NULL) {
		resolve_rows(k, v, ROLE_CA_ADMINISTRATOR |
		    ROLE_OPERATIONS_MANAGER);
		v->then = view_fill(v, "upgrade.then", NULL);
	} else {
		v->who = view_fill(v, "refused.who", NULL);
	}
	view_key(v, KID_WAY_A, view_fill(v, "upgrade.key-a", NULL));
	view_key(v, KID_WAY_G, view_fill(v, "upgrade.key-g", NULL));
	if (resolve_wait(k, v, KX_WAYS, &key) != UI_KEY)
		return;
	if (key.cp == 'a')
		k->way = "upgrade";
	if (key.cp == 'g') {
		k->way = NULL;
		k->keep_table = true;
	}
}
