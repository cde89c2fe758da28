/* SPDX-License-Identifier: MIT */
/*
 * The first screens: what the machine says of itself, a volume made or
 * opened, every memory of its end compared, the sitting started.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "appliance/console/console.h"
#include "ceremony/base/words.h"
#include "ceremony/people/credential.h"

/* SHA-256 of this program's file: what a developer's machine can say. */
static void
hash_self(struct console *k)
{
	FILE *f = fopen("/proc/self/exe", "rb");
	struct sha256_ctx *c = sha256_begin();
	uint8_t part[65536];
	size_t n;

	while (f != NULL && (n = fread(part, 1, sizeof(part), f)) > 0)
		sha256_add(c, part, n);
	sha256_end(c, k->image);
	if (f != NULL)
		fclose(f);
}

/* S-01.  0, or -1 when people leave here. */
static int
say_self(struct console *k)
{
	struct utsname u;

	uname(&u);
	for (;;) {
		struct view *v = ui_view(k, NULL);
		struct key key;

		v->title = view_fill(v, "self.title", NULL);
		v->line2 = view_fill(v, "self.reported", NULL);
		v->who = view_fill(v, "self.who", NULL);
		v->act_now = view_fill(v, "self.do", NULL);
		bars_words(v, k->image, k);
		view_facts(v);
		view_fact(v, view_fill(v, "self.machine", NULL),
		    view_fmt(v, "%s %s", u.sysname, u.machine));
		view_fact(v, view_fill(v, "self.volume", NULL), k->dir[0]);
		v->then = view_fill(v, "self.then", NULL);
		view_key(v, KID_ENTER, NULL);
		view_key(v, KID_WORDS, NULL);
		view_key(v, KID_LANG, NULL);
		view_key(v, KID_LEAVE, NULL);
		view_key(v, KID_HELP, NULL);
		if (ui_wait(k, v, KX_WORDS | KX_STEP, &key) == UI_KEY &&
		    key.name == PRESS_ENTER)
			return 0;
		if (k->over)
			return -1;
	}
}

static bool
volume_there(const char *dir)
{
	char path[4096];
	struct stat st;

	snprintf(path, sizeof(path), "%s/MEDIA", dir);
	return stat(path, &st) == 0;
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

/* Mode as a whole word, domain and CA system; 0 or -1 (left). */
static int
ask_new(struct console *k, char *mode, char *domain, char *ca, size_t size)
{
	for (;;) {
		struct view *v = ui_view(k, "new.head");
		struct key key;
		enum form_event ev;
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
		view_key(v, KID_ENTER, NULL);
		view_key(v, KID_TAB, NULL);
		view_key(v, KID_ESC, NULL);
		ui_form(k, v, KX_STEP, &key, &ev);
		if (k->over)
			return -1;
		if (ev != FORM_DONE)
			continue;
		snprintf(mode, size, "%s", form_get(&k->form, 0));
		snprintf(domain, size, "%s", form_get(&k->form, 1));
		snprintf(ca, size, "%s", form_get(&k->form, 2));
		if (strcmp(mode, "rehearsal") != 0 &&
		    strcmp(mode, "production") != 0)
			err_set(&e, ERR_REFUSED, "new.bad-mode", NULL);
		else if (!name_ok(domain) || !name_ok(ca))
			err_set(&e, ERR_REFUSED, "new.bad-name", NULL);
		else
			return 0;
		ui_refuse(k, &e);
	}
}

static int
genesis(struct console *k, const char *mode, const char *domain,
    const char *ca, struct err *e)
{
	struct command cmd = { .event = EV_GENESIS };
	struct buf table = BUF_INIT, origin = BUF_INIT, rnd = BUF_INIT;
	uint8_t sha[SHA256_LEN], r[8];
	const uint8_t *p;
	struct json *media;
	size_t n;
	int ret = -1;

	if (random_bytes(k, r, sizeof(r), e) == -1)
		return -1;
	hex_encode(&rnd, r, sizeof(r));
	buf_fmt(&origin, "%s/%s/%s/%s", domain, ca, buf_cstr(&rnd), mode);
	cmd.d = json_new_obj();
	event_table(&table);
	if (journal_object_put(k->j, table.data, table.len, sha, e) == -1)
		goto out;
	json_set_hex(cmd.d, "table", sha, SHA256_LEN);
	attach(&cmd, "table", "event-table", sha, table.len);
	p = journal_format_txt(&n);
	if (journal_object_put(k->j, p, n, sha, e) == -1)
		goto out;
	json_set_hex(cmd.d, "form", sha, SHA256_LEN);
	attach(&cmd, "form", "text", sha, n);
	p = journal_verify_sh(&n);
	if (journal_object_put(k->j, p, n, sha, e) == -1)
		goto out;
	json_set_hex(cmd.d, "verify", sha, SHA256_LEN);
	attach(&cmd, "verify", "shell", sha, n);
	json_set_str(cmd.d, "format", "tachiai/1");
	json_set_hex(cmd.d, "image", k->image, SHA256_LEN);
	media = json_set(cmd.d, "media", json_new_arr());
	for (int i = 0; i < journal_media(k->j); i++)
		json_add(media, json_new_str(journal_medium(k->j, i).uuid));
	json_set_str(cmd.d, "mode", mode);
	json_set_str(cmd.d, "origin", buf_cstr(&origin));
	ret = commit(k, &cmd, e);
out:
	json_free(cmd.d);
	buf_free(&table);
	buf_free(&origin);
	buf_free(&rnd);
	return ret;
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

/* Epoch of tachiai-hsm and its certificate, kept as an object later. */
static int
hello(struct console *k, struct buf *cert, struct err *e)
{
	const char *epoch;
	struct msg a;
	int ret = -1;

	if (ask(k, PARTY_HSM, MSG_HELLO, NULL, NULL, 0, &a, e) == -1)
		return -1;
	epoch = json_get_str(a.json, "epoch");
	if (epoch == NULL || strlen(epoch) != EPOCH_LEN - 1 ||
	    json_get_b64(a.json, "cert", cert) == -1)
		err_set(e, ERR_WORLD, "hsm.silent", "token", "-", NULL);
	else {
		memcpy(k->epoch, epoch, EPOCH_LEN);
		ret = 0;
	}
	msg_fini(&a);
	return ret;
}

static int
send_store(struct console *k, const char *token,
    const uint8_t sha[static SHA256_LEN], bool doubt, struct err *e)
{
	struct json *j;
	struct buf b = BUF_INIT;
	uint8_t other[SHA256_LEN];
	struct msg a;
	int ret;

	/* In a doubt the outcome may be in a store that was kept already. */
	if (!doubt || journal_store_other(k->j, token, sha, other, e) != 1)
		memcpy(other, sha, SHA256_LEN);
	ret = journal_store_get(k->j, token, other, &b, e);
	if (ret == 0) {
		j = json_new_obj();
		json_set_str(j, "token", token);
		ret = ask(k, PARTY_HSM, MSG_STORE, j, b.data, b.len, &a, e);
		if (ret == 0)
			msg_fini(&a);
	}
	buf_free(&b);
	return ret;
}

static int
send_stores(struct console *k, struct err *e)
{
	const struct item *doubt = NULL;

	for (size_t i = 0; i < k->c->items; i++)
		if (k->c->item[i].state == ITEM_BEGUN)
			doubt = &k->c->item[i];
	if (k->c->has_log_store && send_store(k, "log", k->c->log_store,
	    false, e) == -1)
		return -1;
	for (size_t i = 0; i < k->c->tokens; i++) {
		const struct token *t = &k->c->token[i];

		if (t->has_store && send_store(k, t->id, t->store,
		    doubt != NULL && strcmp(doubt->token, t->id) == 0,
		    e) == -1)
			return -1;
	}
	return 0;
}

static int
start_sitting(struct console *k, const struct json *memories, struct err *e)
{
	struct command cmd = { .event = EV_SITTING_OPEN };
	struct buf cert = BUF_INIT;
	struct json *media;
	uint8_t sha[SHA256_LEN];
	int ret = -1;

	if (hello(k, &cert, e) == -1 || send_stores(k, e) == -1 ||
	    replay_to_hsm(k, e) == -1)
		goto out;
	k->hsm_here = true;
	if (object_put(k, cert.data, cert.len, sha, e) == -1)
		goto out;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "cert", sha, SHA256_LEN);
	json_set_str(cmd.d, "epoch", k->epoch);
	json_set_hex(cmd.d, "image", k->image, SHA256_LEN);
	media = json_set(cmd.d, "media", json_new_arr());
	for (int i = 0; i < journal_media(k->j); i++)
		if (journal_medium(k->j, i).state == MEDIUM_GOOD)
			json_add(media,
			    json_new_str(journal_medium(k->j, i).label));
	json_set(cmd.d, "memories", json_copy(memories));
	json_set_int(cmd.d, "sitting", k->c->s + 1);
	attach(&cmd, "epoch", "certificate", sha, cert.len);
	ret = commit(k, &cmd, e);
out:
	buf_free(&cert);
	return ret;
}

/* tachiai-hsm died and was started again: a new epoch, a new sitting. */
int
restart_hsm(struct console *k, struct err *e)
{
	struct command cmd = { .event = EV_RECOVERY };
	struct json *memories = json_new_arr();
	int ret;

	k->hsm_here = false;
	k->random_left = 0;
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "bytes", 0);
	json_set_str(cmd.d, "why", "hsm-died");
	ret = commit(k, &cmd, e);
	if (ret == 0)
		ret = start_sitting(k, memories, e);
	json_free(memories);
	return ret;
}

/* What the media needed at opening, as entries. */
static int
recovery_entries(struct console *k, const struct recovery *r, struct err *e)
{
	const struct buf *torn = journal_torn(k->j);
	struct command cmd = { .event = EV_MIRROR_REPAIR };
	uint8_t sha[SHA256_LEN];

	if (r->verdict == RECOVER_MIRROR) {
		cmd.d = json_new_obj();
		json_set_str(cmd.d, "from", r->best == 0 ? "A" : "B");
		json_set_int(cmd.d, "lines", r->lines);
		json_set_str(cmd.d, "to", r->best == 0 ? "B" : "A");
		if (commit(k, &cmd, e) == -1)
			return -1;
		ui_result(k, "told.mirror", NULL);
	}
	if (k->c->sitting == SITTING_SEALED && torn->len == 0)
		return 0;
	memset(&cmd, 0, sizeof(cmd));
	cmd.event = EV_RECOVERY;
	cmd.d = json_new_obj();
	json_set_int(cmd.d, "bytes", (int64_t)torn->len);
	json_set_str(cmd.d, "why", torn->len > 0 ? "torn" : "unsealed");
	if (torn->len > 0) {
		if (journal_object_put(k->j, torn->data, torn->len, sha, e) == -1) {
			json_free(cmd.d);
			return -1;
		}
		json_set_hex(cmd.d, "sha256", sha, SHA256_LEN);
		attach(&cmd, "torn", "bytes", sha, torn->len);
		ui_result(k, "log.torn", NULL);
	} else {
		ui_result(k, "log.unsealed", NULL);
	}
	return commit(k, &cmd, e);
}

struct memory {
	char source[128];
	struct head head;
	enum memory_verdict verdict;
};

/* What every stick that is in remembers, by its note. */
static size_t
stick_memories(struct console *k, struct memory *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < k->c->persons && n < max; i++) {
		const struct person *p = &k->c->person[i];
		struct buf raw = BUF_INIT;
		struct credential cr;
		struct note note;
		char file[NAME_LEN + 16];
		struct err e;

		snprintf(file, sizeof(file), "%s%s", p->id, CREDENTIAL_NAME);
		credential_init(&cr);
		if (stick_here(k, p->stick) && read_stick(k, p->stick, file,
		    false, &raw, &e) == 0 && decode(k, "credential", file,
		    raw.data, raw.len, NULL, NULL, &e) == 0 &&
		    credential_parse(buf_cstr(&raw), raw.len, &cr, &e) == 0 &&
		    cr.note.len > 0 && strcmp(cr.origin, k->c->origin) == 0 &&
		    note_parse(buf_cstr(&cr.note), cr.note.len, &note, &e) ==
		    0) {
			struct memory *m = &out[n++];

			snprintf(m->source, sizeof(m->source), "%.127s",
			    p->name);
			m->head = note.head;
			m->verdict = recover_memory(&m->head, &k->c->head,
			    ceremony_hash(k->c, m->head.n));
		}
		credential_fini(&cr);
		buf_free(&raw);
	}
	return n;
}

static void
memory_rows(struct console *k, struct view *v, const struct recovery *r,
    const struct memory *m, size_t n)
{
	static const char *const VERDICT[] = { "memory.end", "memory.older",
		"memory.beyond", "memory.other" };

	view_table(v, view_fill(v, "memory.who", NULL), 32,
	    view_fill(v, "memory.number", NULL), -8,
	    view_fill(v, "memory.verdict", NULL), 0, NULL);
	for (int i = 0; i < 2; i++) {
		if (i == 1 && journal_media(k->j) < 2)
			break;
		view_row(v, view_fill(v, "memory.medium", "label",
		    i == 0 ? "A" : "B", NULL), r->side[i].here ?
		    view_fmt(v, "%lld", (long long)r->side[i].head.n) : "-",
		    r->side[i].here ? view_fill(v, r->side[i].head.n ==
		    k->c->head.n ? "memory.end" : "memory.behind", NULL) :
		    view_fill(v, "memory.absent", NULL), NULL);
	}
	for (size_t i = 0; i < n; i++)
		view_row(v, m[i].source, view_fmt(v, "%lld",
		    (long long)m[i].head.n),
		    view_fill(v, VERDICT[m[i].verdict], NULL), NULL);
}

/* The sheet as typed: number and eight words; 0 fits, -1 not. */
static int
check_sheet(struct console *k, struct err *e)
{
	const char *number = form_get(&k->form, 0);
	const char *words = form_get(&k->form, 1);
	const uint8_t *hash;
	uint8_t typed[8];
	size_t bad = 0;
	int64_t n = strtoll(number, NULL, 10);

	if (words_parse(words, strlen(words), typed, sizeof(typed), &bad) !=
	    0) {
		err_set(e, ERR_REFUSED, "cred.word-unknown", NULL);
		err_arg_int(e, "i", (long long)bad + 1);
		return -1;
	}
	hash = ceremony_hash(k->c, n);
	if (hash == NULL) {
		err_set(e, ERR_REFUSED, "media.rollback", "k", "1", "other",
		    "B", NULL);
		err_arg_int(e, "n", k->c->head.n);
		return -1;
	}
	if (memcmp(hash, typed, sizeof(typed)) != 0) {
		err_set(e, ERR_REFUSED, "memory.sheet", "n", number, NULL);
		return -1;
	}
	return 0;
}

/* S-02 and S-03: 0 when every memory fits, -1 when people leave. */
static int
compare_memories(struct console *k, const struct recovery *r,
    struct json *memories)
{
	struct memory m[64];
	struct key key;
	enum form_event ev;
	struct err e;

	for (;;) {
		size_t n = stick_memories(k, m, 64), beyond = 0;
		struct view *v = ui_view(k, "open.head");

		for (size_t i = 0; i < n; i++)
			beyond += m[i].verdict >= MEMORY_BEYOND;
		memory_rows(k, v, r, m, n);
		if (beyond > 0) {
			v->stop = true;
			err_set(&e, ERR_REFUSED, "media.rollback", "other",
			    "B", NULL);
			err_arg_int(&e, "n", k->c->head.n);
			err_arg_int(&e, "k", (long long)beyond);
			view_refuse(v, &e);
			view_ways(v, view_fill(v, "ways.head", NULL));
			view_way(v, "r", view_fill(v, "open.way-r", NULL));
			view_way(v, "q", view_fill(v, "open.way-q", NULL));
			view_key(v, KID_WAY_R, NULL);
			view_key(v, KID_WAY_Q, NULL);
			ui_wait(k, v, KX_WAYS, &key);
			if (k->over || key.cp == 'q')
				return -1;
			continue;
		}
		if (ui_form_fresh(k, "sheet")) {
			form_text(&k->form, 9, true);
			form_text(&k->form, 110, true);
		}
		v->who = view_fill(v, "open.who", NULL);
		v->act_now = view_fill(v, "open.do", NULL);
		view_fields(v);
		view_field(v, &k->form, 0, view_fill(v, "open.number", NULL),
		    9, view_fill(v, "open.note", NULL));
		view_field(v, &k->form, 1, view_fill(v, "open.words", NULL),
		    50, NULL);
		v->then = view_fill(v, "open.then", NULL);
		view_key(v, KID_ENTER, NULL);
		view_key(v, KID_ESC, NULL);
		ui_form(k, v, KX_STEP, &key, &ev);
		if (k->over)
			return -1;
		if (ev == FORM_DONE && check_sheet(k, &e) == -1)
			ui_refuse(k, &e);
		else if (ev == FORM_DONE || (ev == FORM_NEXT &&
		    form_get(&k->form, 0)[0] == '\0')) {
			for (size_t i = 0; i < n; i++) {
				struct json *o = json_add(memories,
				    json_new_obj());

				json_set_str(o, "source", m[i].source);
				json_set_int(o, "n", m[i].head.n);
				json_set_hex(o, "head", m[i].head.hash,
				    SHA256_LEN);
			}
			return 0;
		}
	}
}

/* A stop that has no way on at this screen but to look again or to leave. */
static int
stopped(struct console *k, const struct err *why)
{
	struct view *v = ui_view(k, "open.head");
	struct key key;

	v->stop = true;
	view_refuse(v, why);
	view_ways(v, view_fill(v, "ways.head", NULL));
	view_way(v, "r", view_fill(v, "open.way-r", NULL));
	view_way(v, "q", view_fill(v, "open.way-q", NULL));
	if (strcmp(why->id, "media.one-only") == 0)
		view_way(v, "a", view_fill(v, "open.way-a", NULL));
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_WAY_A, NULL);
	view_key(v, KID_WAY_Q, NULL);
	if (ui_wait(k, v, KX_WAYS, &key) != UI_KEY)
		return k->over ? 'q' : 'r';
	return key.name == PRESS_CHAR ? (int)key.cp : 0;
}

static int
open_old(struct console *k, struct err *e)
{
	struct json *memories = json_new_arr();
	struct recovery r;
	bool one = false;
	int way, ret = -1;

	while (journal_open(k->dir, one, &k->j, &r, e) == -1) {
		way = stopped(k, e);
		if (way == 'q') {
			k->over = true;
			goto out;
		}
		if (way == 'a' && strcmp(e->id, "media.one-only") == 0)
			one = true;
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
	if (one) {
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
	char mode[64], domain[64], ca[64];
	struct json *memories = json_new_arr();
	struct recovery r;
	int ret = -1;

	if (ask_new(k, mode, domain, ca, sizeof(mode)) == -1) {
		k->over = true;
		goto out;
	}
	ui_clear(k);
	if (journal_create(k->dir, e) == -1 ||
	    journal_open(k->dir, false, &k->j, &r, e) == -1 ||
	    genesis(k, mode, domain, ca, e) == -1)
		goto out;
	ui_result(k, "told.made", "mode", mode, NULL);
	ret = start_sitting(k, memories, e);
out:
	json_free(memories);
	return ret;
}

int
open_volume(struct console *k, struct err *e)
{
	struct object_source src = { object_get, k };

	hash_self(k);
	if (say_self(k) == -1)
		return 0;
	k->c = ceremony_new(&src);
	if (volume_there(k->dir[0]) ||
	    (k->dir[1] != NULL && volume_there(k->dir[1])))
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
