/* SPDX-License-Identifier: MIT */
/*
 * A volume made or opened.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/console/console.h"

bool
volume_there(const char *dir)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/MEDIA", dir);
	return stat(path, &st) == 0 || journal_begun(dir);
}

static bool
name_ok(const char *s)
{
	for (const char *p = s; *p != '\0'; p++)
		if (!islower((unsigned char)*p) &&
		    !isdigit((unsigned char)*p) && *p != '-' && *p != '.')
			return false;
	return s[0] != '\0';
}

/* The first of the fields before `end` that is not as it must be, or `end`. */
static size_t
new_bad(const struct console *k, size_t end, struct err *e)
{
	const char *mode = form_get(&k->form, 0);

	if (end > 0 && strcmp(mode, "rehearsal") != 0 &&
	    strcmp(mode, "production") != 0) {
		err_set(e, ERR_REFUSED, "new.bad-mode", NULL);
		return 0;
	}
	for (size_t i = 1; i < end; i++)
		if (!name_ok(form_get(&k->form, i))) {
			err_set(e, ERR_REFUSED, "new.bad-name", NULL);
			return i;
		}
	return end;
}

/* Mode as a whole word, domain and CA system; 0 or -1 (left). */
static int
ask_new(struct console *k, char *mode, char *domain, char *ca, size_t size)
{
	for (;;) {
		struct view *v = ui_view(k, "new.head");
		struct key key;
		enum form_event ev;
		size_t end, bad;
		struct err e;

		if (ui_form_fresh(k, "new")) {
			form_text(&k->form, 10, true);
			form_text(&k->form, 40, true);
			form_text(&k->form, 32, true);
		}
		v->who = view_fill(v, "new.who", NULL);
		v->act_now = view_fill(v, "new.do", NULL);
		view_fields(v);
		view_field(v, &k->form, 0, view_fill(v, "new.mode", NULL),
		    12, view_fill(v, "new.mode-note", NULL));
		view_field(v, &k->form, 1, view_fill(v, "new.domain", NULL),
		    40, NULL);
		view_field(v, &k->form, 2, view_fill(v, "new.ca", NULL), 32,
		    NULL);
		v->then = view_fill(v, "new.then", NULL);
		if (!field_keys(k, v)) {
			view_key(v, KID_TAB, NULL);
			view_key(v, KID_LANG, NULL);
			view_key(v, KID_LEAVE, NULL);
		}
		ui_form(k, v, KX_STEP, &key, &ev);
		if (k->over)
			return -1;
		if (ev != FORM_NEXT && ev != FORM_DONE)
			continue;
		end = ev == FORM_DONE ? 3 : k->form.now;
		bad = new_bad(k, end, &e);
		if (bad < end) {
			k->form.now = bad;
			ui_refuse(k, &e);
			continue;
		}
		ui_clear(k);
		if (ev != FORM_DONE)
			continue;
		snprintf(mode, size, "%s", form_get(&k->form, 0));
		snprintf(domain, size, "%s", form_get(&k->form, 1));
		snprintf(ca, size, "%s", form_get(&k->form, 2));
		return 0;
	}
}

static int
fold_journal(struct console *k, struct err *e)
{
	size_t len;
	const uint8_t *log = journal_log(k->j, &len);

	while (len > 0) {
		const uint8_t *nl = memchr(log, '\n', len);
		size_t n = nl != NULL ? (size_t)(nl - log) + 1 : len;

		if (ceremony_apply(k->c, log, n, e) == -1)
			return -1;
		log += n;
		len -= n;
	}
	return 0;
}

/* Two people may go on with one medium. */
static bool
is_one(const struct err *why)
{
	return strcmp(why->id, "media.one-only") == 0 ||
	    strcmp(why->id, "media.half") == 0;
}

/* Keys that lead on from a stop. */
static int
stopped(struct console *k, const struct err *why, const struct recovery *r)
{
	bool one = is_one(why);
	bool fork = strcmp(why->id, "media.fork") == 0;
	bool none = strcmp(why->id, "self.no-volume") == 0 && format_can(k);
	struct view *v = ui_view(k, "open.head");
	struct key key;

	v->stop = true;
	view_refuse(v, why);
	if (one || fork)
		memory_media(v, r);
	view_ways(v, view_fill(v, "ways.head", NULL));
	view_way(v, "r", view_fill(v, "open.way-r", NULL));
	view_way(v, "q", view_fill(v, "open.way-q", NULL));
	if (one)
		view_way(v, "a", view_fill(v, "open.way-a", NULL));
	if (none)
		view_way(v, "a", view_fill(v, "open.way-format", NULL));
	if (fork) {
		view_way(v, "a", view_fill(v, "open.way-fork-a", NULL));
		view_way(v, "g", view_fill(v, "open.way-fork-g", NULL));
	}
	view_key(v, KID_WAY_R, NULL);
	if (one || fork)
		view_key(v, KID_WAY_A, view_fill(v, "memory.medium", "label",
		    fork ? "A" : err_value(why, "a"),
		    NULL));
	if (none)
		view_key(v, KID_WAY_A, view_fill(v, "open.key-format", NULL));
	if (fork)
		view_key(v, KID_WAY_G, view_fill(v, "memory.medium", "label",
		    "B", NULL));
	view_key(v, KID_WAY_Q, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_WAYS, &key) != UI_KEY)
		return k->over ? 'q' : 'r';
	if (key.cp == 'a' && !one && !fork && !none)
		return 'r';
	return key.name == PRESS_CHAR ? (int)key.cp : 0;
}

/* The genesis, on media that are made first where they are not open yet. */
static int
first_entry(struct console *k, struct err *e)
{
	char mode[64], domain[64], ca[64];
	struct recovery r;

	if (ask_new(k, mode, domain, ca, sizeof(mode)) == -1) {
		k->over = true;
		return -1;
	}
	ui_clear(k);
	if (k->j == NULL && (journal_create(k->dir, e) == -1 ||
	    journal_open(k->dir, false, &k->j, &r, e) == -1))
		return -1;
	if (genesis(k, mode, domain, ca, e) == -1)
		return -1;
	ui_result(k, "told.made", "mode", mode, NULL);
	return 0;
}

/* The story of one of two media: the other's end goes to `memories`. */
static int
open_story(struct console *k, int keep, const struct recovery *both,
    struct recovery *r, struct json *memories, struct err *e)
{
	const struct head *lost = &both->side[1 - keep].head;
	struct json *o;

	for (size_t i = 0; i < 2; i++) {
		const char *dir[2] = { k->dir[i], NULL };

		if (dir[0] == NULL || journal_open(dir, true, &k->j, r, e) ==
		    -1)
			continue;
		if (journal_medium(k->j, keep).state != MEDIUM_GOOD) {
			journal_close(k->j);
			k->j = NULL;
			continue;
		}
		o = json_add(memories, json_new_obj());
		json_set_hex(o, "head", lost->hash, SHA256_LEN);
		json_set_int(o, "lost", 1);
		json_set_int(o, "n", lost->n);
		json_set_str(o, "source", keep == 0 ? "medium B" : "medium A");
		return 0;
	}
	return -1;
}

/* The journal, by whatever way people choose; 1 they leave. */
static int
open_journal(struct console *k, struct recovery *r, struct json *memories,
    bool *one, struct err *e)
{
	for (;;) {
		const char *dir[2] = { NULL, NULL };
		struct recovery both;
		int way;

		/* What is not here is not given. */
		for (size_t i = 0; i < 2; i++)
			if (k->dir[i] != NULL && volume_there(k->dir[i]))
				dir[i] = k->dir[i];
		if (journal_open(dir, *one, &k->j, r, e) == 0)
			return 0;
		both = *r;
		way = stopped(k, e, r);

		if (way == 'q')
			return 1;
		if (way == 'a' && is_one(e))
			*one = true;
		if ((way == 'a' || way == 'g') &&
		    strcmp(e->id, "media.fork") == 0)
			return open_story(k, way == 'a' ? 0 : 1, &both, r,
			    memories, e);
	}
}

static int
open_old(struct console *k, struct err *e)
{
	struct json *memories = json_new_arr();
	struct recovery r;
	bool one = false;
	int ret = open_journal(k, &r, memories, &one, e);

	if (ret == 1) {
		k->over = true;
		ret = -1;
	}
	if (ret == -1)
		goto out;
	ret = -1;
	if (r.head.n == -1) {
		/* Half of the first line is all that stands. */
		if (first_entry(k, e) == 0 && recovery_entries(k, &r, e) == 0)
			ret = start_sitting(k, memories, e);
		goto out;
	}
	if (fold_journal(k, e) == -1)
		goto out;
	if (compare_memories(k, &r, memories) == -1) {
		k->over = true;
		goto out;
	}
	ui_clear(k);
	if (recovery_entries(k, &r, e) == -1)
		goto out;
	/* With a roster two of it decide, once the sitting is open. */
	if (one && !k->c->roster_sealed) {
		struct command cmd = { .event = EV_MEDIA_ONE };

		cmd.d = json_new_obj();
		json_set_str(cmd.d, "medium", r.best == 0 ? "A" : "B");
		if (commit(k, &cmd, e) == -1)
			goto out;
	}
	ret = start_sitting(k, memories, e);
out:
	json_free(memories);
	return ret;
}

static int
open_new(struct console *k, struct err *e)
{
	struct json *memories = json_new_arr();
	int ret = -1;

	if (first_entry(k, e) == 0 && start_sitting(k, memories, e) == 0)
		ret = format_notes(k, e);
	json_free(memories);
	return ret;
}

/*
 * On the appliance a medium is a folder that comes and goes; a new volume
 * waits for both.  0, or -1 when people leave here.
 */
static int
await_media(struct console *k)
{
	struct err e;

	err_set(&e, ERR_REFUSED, "self.no-volume", NULL);
	while (!volume_there(k->dir[0]) && !volume_there(k->dir[1]) &&
	    (access(k->dir[0], F_OK) != 0 || access(k->dir[1], F_OK) != 0)) {
		int way = stopped(k, &e, NULL);

		if (way == 'q') {
			k->over = true;
			return -1;
		}
		if (way == 'a')
			format_first(k);
	}
	return 0;
}

int
open_volume(struct console *k, struct err *e)
{
	struct object_source src = { object_get, k };

	if (say_self(k) == -1)
		return 0;
	k->c = ceremony_new(&src);
	if (k->facts != NULL && await_media(k) == -1)
		return 0;
	if (!journal_unborn(k->dir) && (volume_there(k->dir[0]) ||
	    (k->dir[1] != NULL && volume_there(k->dir[1]))))
		return open_old(k, e);
	return open_new(k, e);
}

/* The log token and the transcript key, before anybody is enrolled. */
void
do_log_init(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_LOG_INIT };
	struct command key = { .event = EV_KEY_ENROLL };
	static const char *const TAKE[] = { "bits", "manufacturer", "model",
		"serial", "set", "verifier" };
	struct buf spki = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct msg a;
	struct err e;

	(void)n;
	if (ask(k, PARTY_HSM, MSG_LOG_INIT, NULL, NULL, 0, &a, &e) == -1) {
		/* Nothing was made: another token may be put in. */
		if (!k->hsm_lost) {
			k->over = stopped(k, &e, NULL) == 'q' || k->over;
			return;
		}
		ui_refuse(k, &e);
		k->over = true;
		k->code = 3;
		return;
	}
	cmd.d = json_new_obj();
	for (size_t i = 0; i < sizeof(TAKE) / sizeof(*TAKE); i++)
		if (json_get(a.json, TAKE[i]) != NULL)
			json_set(cmd.d, TAKE[i],
			    json_copy(json_get(a.json, TAKE[i])));
	if (a.bytes.len > 0) {
		if (journal_store_put(k->j, "log", NULL, a.bytes.data,
		    a.bytes.len, sha, &e) == -1)
			goto bad;
		json_set_hex(cmd.d, "store", sha, SHA256_LEN);
	}
	if (commit(k, &cmd, &e) == -1 ||
	    json_get_b64(a.json, "spki", &spki) == -1 ||
	    object_put(k, spki.data, spki.len, sha, &e) == -1)
		goto bad;
	key.d = json_new_obj();
	json_set_str(key.d, "alg", json_get_str(a.json, "alg"));
	json_set_str(key.d, "name", "log/transcript");
	json_set_str(key.d, "role", "log");
	json_set_hex(key.d, "spki", sha, SHA256_LEN);
	attach(&key, "spki", "spki", sha, spki.len);
	if (commit(k, &key, &e) == -1 || log_checkpoint(k, &e) == -1)
		goto bad;
	ui_result(k, "told.log", NULL);
	goto out;
bad:
	ui_refuse(k, &e);
	k->over = true;
	k->code = 3;
out:
	buf_free(&spki);
	msg_fini(&a);
}
