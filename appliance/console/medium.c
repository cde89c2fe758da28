/* SPDX-License-Identifier: MIT */
/*
 * A new medium for a volume of two that stands on one.  Invariant: an empty
 * folder only; who signs, signs for the number that was written there, and the
 * medium with that number alone joins, with an entry.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/console/console.h"

static char way[sizeof(WAY_MEDIUM) + 2 + JOURNAL_UUID]; /* k->way */
static char label[2], uuid[JOURNAL_UUID]; /* the same, in its parts */
static bool refused; /* people look again before it is tried again */

bool
medium_asked(const struct console *k)
{
	return k->way != NULL && k->way == way;
}

/* The empty one that is in, with a number of its own; NULL: said why not. */
static const char *
find_empty(struct console *k, char number[static JOURNAL_UUID])
{
	struct err e;

	err_set(&e, ERR_REFUSED, "media.no-empty", "a", label, NULL);
	for (size_t i = 0; i < 2; i++) {
		const char *alone[2] = { k->dir[i], NULL };

		if (k->dir[i] == NULL || access(k->dir[i], F_OK) != 0 ||
		    !journal_unborn(alone))
			continue;
		if (journal_create_medium(k->dir[i], label[0], number, &e) ==
		    0)
			return k->dir[i];
	}
	ui_refuse(k, &e);
	return NULL;
}

void
medium_begin(struct console *k)
{
	if (media_missing(k, label) != 1 || find_empty(k, uuid) == NULL)
		return;
	snprintf(way, sizeof(way), WAY_MEDIUM "%s %s", label, uuid);
	k->way = way;
	refused = false;
}

/* The operations manager of the two who signed for it, or NULL. */
static const char *
signed_for(const struct console *k)
{
	struct buf b = BUF_INIT;

	ceremony_medium_record(k->c, label, uuid, &b);
	return ceremony_two_signed(k->c, &b);
}

/* The one that they signed for gets everything, and an entry with it. */
static void
add(struct console *k, const char *manager)
{
	struct command cmd = { .event = EV_MEDIA_ADD };
	char number[JOURNAL_UUID];
	const char *dir = find_empty(k, number);
	int64_t lines = 0;
	int which = -1;
	struct err e;

	refused = true;
	if (dir == NULL)
		return;
	if (strcmp(number, uuid) != 0) {
		err_set(&e, ERR_REFUSED, "media.other", NULL);
		ui_refuse(k, &e);
		return;
	}
	if (journal_join(k->j, dir, false, &which, &lines, &e) == -1) {
		ui_refuse(k, &e);
		return;
	}
	k->told_retired[which] = k->absence_told[which] = false;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "medium", label);
	json_set_str(cmd.d, "uuid", uuid);
	cmd.by[0] = manager;
	if (commit_shown(k, &cmd) == -1)
		return;
	k->way = NULL;
	ui_result(k, "told.medium", "a", label, NULL);
}

void
do_medium(struct console *k)
{
	const char *manager = signed_for(k);
	struct view *v;
	struct key key;

	if (!refused && manager != NULL) {
		add(k, manager);
		return;
	}
	v = ui_view(k, "medium.head");
	view_facts(v);
	view_fact(v, view_fill(v, "ask.member.medium", NULL), label);
	view_fact(v, view_fill(v, "ask.member.uuid", NULL), uuid);
	view_para(v, view_fill(v, "medium.what", NULL));
	view_ways(v, view_fill(v, "ways.on", NULL));
	view_way(v, "r", view_fill(v, "medium.way-r", NULL));
	view_way(v, "g", view_fill(v, "medium.way-g", NULL));
	resolve_rows(k, v, ROLE_CA_ADMINISTRATOR | ROLE_OPERATIONS_MANAGER);
	v->then = view_fill(v, "medium.then", NULL);
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_WAY_G, view_fill(v, "medium.key-g", NULL));
	if (resolve_wait(k, v, KX_WAYS, &key) != UI_KEY)
		return;
	if (key.cp == 'r' || key.cp == 'g')
		ui_clear(k);
	if (key.cp == 'r')
		refused = false;
	if (key.cp == 'g')
		k->way = NULL;
}
