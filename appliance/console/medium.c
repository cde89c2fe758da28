/* SPDX-License-Identifier: MIT */
/*
 * A new medium for a volume of two that stands on one.  Invariant: nothing is
 * written to it before two people have signed for its number; it joins, with
 * an entry, when all that was copied to it was read back and was the same.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "appliance/console/console.h"
#include "appliance/world/format.h"

#define DEVICE_LEN 200

static char way[sizeof(WAY_MEDIUM) + 2 + JOURNAL_UUID + DEVICE_LEN]; /* k->way */
static char label[2], uuid[JOURNAL_UUID], device[DEVICE_LEN]; /* its parts */
static struct format_stick stick; /* that is erased, where device is not "" */
static bool erased; /* it was, and `asked' is what was made of it */
static bool refused; /* people look again before it is tried again */

/* The one that was in when its number was drawn. */
static struct place {
	const char *dir;
	unsigned long fs; /* its file system */
	ino_t folder;
	bool begun; /* a copy is on it that was never admitted */
} asked;

bool
medium_asked(const struct console *k)
{
	return k->way != NULL && k->way == way;
}

/* The empty one that is in, or -1. */
static int
find_empty(struct console *k, struct place *p)
{
	struct statvfs v;
	struct stat st;

	for (size_t i = 0; i < 2; i++) {
		enum journal_place is;

		if (k->dir[i] == NULL || stat(k->dir[i], &st) == -1 ||
		    statvfs(k->dir[i], &v) == -1)
			continue;
		is = journal_look(k->j, k->dir[i]);
		if (is != PLACE_FREE && is != PLACE_BEGUN)
			continue;
		p->dir = k->dir[i];
		p->fs = v.f_fsid;
		p->folder = st.st_ino;
		p->begun = is == PLACE_BEGUN;
		return 0;
	}
	return -1;
}

static int
no_empty(struct err *e)
{
	return err_set(e, ERR_REFUSED, "media.no-empty", "a", label, NULL);
}

/* An empty one that is in, or else a stick that is made one; 0, or -1: said
 * why not, or people went back. */
static int
choose(struct console *k)
{
	struct err e;

	device[0] = '\0';
	erased = false;
	if (find_empty(k, &asked) == 0)
		return 0;
	if (format_can(k)) {
		if (format_choose(k, label, &stick) == -1)
			return -1;
		asked.begun = false;
		format_text(&stick, device, sizeof(device));
		return 0;
	}
	no_empty(&e);
	ui_refuse(k, &e);
	return -1;
}

void
medium_begin(struct console *k)
{
	struct err e;

	if (media_missing(k, label) != 1 || choose(k) == -1)
		return;
	if (journal_number(uuid, &e) == -1) {
		ui_refuse(k, &e);
		return;
	}
	snprintf(way, sizeof(way), WAY_MEDIUM "%s %s%s%s", label, uuid,
	    device[0] != '\0' ? " " : "", device);
	k->way = way;
	refused = false;
}

/* The operations manager of the two who signed for it, or NULL. */
static const char *
signed_for(const struct console *k)
{
	struct buf b = BUF_INIT;

	ceremony_medium_record(k->c, label, uuid,
	    device[0] != '\0' ? device : NULL, &b);
	return ceremony_two_signed(k->c, &b);
}

/* Is the one that they signed for in?  0, or -1. */
static int
is_asked(struct console *k, struct err *e)
{
	struct place p;

	if (find_empty(k, &p) == -1)
		return no_empty(e);
	if (p.fs != asked.fs || p.folder != asked.folder)
		return err_set(e, ERR_REFUSED, "media.other", NULL);
	asked.dir = p.dir;
	return 0;
}

/* Everything on the stick is erased: what was made of it is asked.dir. */
static int
erase(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_ANOMALY };
	struct err why;

	if (device[0] == '\0' || erased)
		return is_asked(k, e);
	if (format_make(k, label, &stick, e) == -1) {
		if (strcmp(e->id, "format.failed") != 0)
			return -1;
		/* What was on it may be gone. */
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "value", device);
		json_set_str(cmd.d, "what", "not-formatted");
		(void)commit(k, &cmd, &why);
		return -1;
	}
	erased = find_empty(k, &asked) == 0;
	return erased ? 0 : no_empty(e);
}

/* It gets everything, and an entry with it. */
static void
add(struct console *k, const char *manager)
{
	struct command cmd = { .event = EV_MEDIA_ADD };
	int which = label[0] - 'A';
	struct err e;

	refused = true;
	if (erase(k, &e) == -1 ||
	    journal_copy(k->j, asked.dir, &e) == -1 ||
	    format_anew(k, label, &e) == -1 ||
	    journal_admit(k->j, asked.dir, label[0], uuid, &e) == -1) {
		ui_refuse(k, &e);
		return;
	}
	cmd.d = json_new_obj();
	if (device[0] != '\0')
		json_set_str(cmd.d, "device", device);
	json_set_str(cmd.d, "medium", label);
	json_set_str(cmd.d, "uuid", uuid);
	cmd.by[0] = manager;
	if (commit_shown(k, &cmd) == -1) {
		journal_leave(k->j, label[0]);
		return;
	}
	k->told_retired[which] = k->absence_told[which] = false;
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
	if (device[0] != '\0') {
		format_facts(v, &stick);
		view_para(v, view_fill(v, "format.erased", NULL));
	}
	if (asked.begun)
		view_para(v, view_fill(v, "medium.begun", NULL));
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
