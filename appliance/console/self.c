/* SPDX-License-Identifier: MIT */
/*
 * The first screen: what the machine says of itself.  On the appliance the
 * facts come from tachiai-init as a file; elsewhere a few are found here.
 * Invariant: on the appliance there is no way on with a network, a device
 * that nobody needs, an image that was not read back or a bad self-test.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "appliance/console/console.h"
#include "ceremony/base/words.h"

#define FACTS_MAX ((size_t)16 << 10)
#define LOOK_MS   1000
#define SOON_MS   250 /* while something is under way */

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

/* What tachiai-init wrote, as it is now; NULL on a developer's machine. */
static struct json *
facts_read(struct console *k)
{
	FILE *f = k->facts != NULL ? fopen(k->facts, "rb") : NULL;
	struct json *facts = NULL;
	char text[FACTS_MAX];
	struct err e;
	size_t n;

	if (f == NULL)
		return NULL;
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (json_parse(text, n, JSON_DEPTH, &facts, &e) == -1)
		return NULL;
	return facts;
}

/* Network interfaces other than the loopback, as this machine names them. */
static const char *
networks(struct view *v)
{
	struct buf b = BUF_INIT;
	DIR *d = opendir("/sys/class/net");
	const struct dirent *en;
	const char *s;

	while (d != NULL && (en = readdir(d)) != NULL)
		if (en->d_name[0] != '.' && strcmp(en->d_name, "lo") != 0)
			buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "", en->d_name);
	if (d != NULL)
		closedir(d);
	s = b.len > 0 ? view_fill(v, "self.network-there", "names",
			    view_str(v, buf_cstr(&b)), NULL)
		      : view_fill(v, "self.network-none", NULL);
	buf_free(&b);
	return s;
}

/* Known answers of what everything else rests on. */
static unsigned
self_tests(struct console *k, unsigned *of)
{
	static const char ABC[] = "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad";
	struct buf words = BUF_INIT;
	uint8_t sha[SHA256_LEN], back[SHA256_LEN];
	char hex[SHA256_HEX];
	size_t bad = 0;
	unsigned good = 0;

	sha256(sha, "abc", 3);
	sha256_hex(hex, sha);
	good += strcmp(hex, ABC) == 0;
	words_format(&words, k->image, SHA256_LEN, 0);
	good += words_parse(
		    buf_cstr(&words), words.len, back, SHA256_LEN, &bad) == 0 &&
	    memcmp(back, k->image, SHA256_LEN) == 0;
	good += text_get(LANG_JA, "self.tests") != NULL;
	buf_free(&words);
	*of = 3;
	return good;
}

static const char *
sticks_text(struct console *k, struct view *v)
{
	struct buf b = BUF_INIT;
	const char *s;
	struct msg a;
	struct err e;

	if (ask(k, PARTY_COURIER, MSG_STICKS, NULL, NULL, 0, &a, &e) == -1)
		return "-";
	for (size_t i = 0; i < json_count(json_get(a.json, "sticks")); i++) {
		const struct json *st = json_at(json_get(a.json, "sticks"), i);

		if (json_get_int(st, "here", 0) == 1)
			buf_fmt(&b, "%s%s", b.len > 0 ? " " : "",
			    json_get_str(st, "name"));
	}
	msg_fini(&a);
	s = b.len > 0 ? view_str(v, buf_cstr(&b)) : "-";
	buf_free(&b);
	return s;
}

/* "keyboards 1, storage 3; none unexpected" */
static const char *
devices_text(struct view *v, const struct json *devices)
{
	static const char *const KINDS[][2] = {
		{ "keyboards", "self.keyboards" },
		{ "cameras", "self.cameras" },
		{ "printers", "self.printers" },
		{ "readers", "self.readers" },
		{ "storage", "self.storage" },
		{ "tpm", "self.tpm" },
	};
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; i < sizeof(KINDS) / sizeof(*KINDS); i++) {
		int64_t n = json_get_int(devices, KINDS[i][0], 0);

		if (n != 0)
			buf_fmt(&b, "%s%s %d", b.len > 0 ? ", " : "",
			    view_fill(v, KINDS[i][1], NULL), (int)n);
	}
	s = b.len > 0 ? view_str(v, buf_cstr(&b)) : "-";
	buf_free(&b);
	return s;
}

/* The image is being read back: its hash is not known yet. */
static bool
is_reading(const struct json *facts)
{
	return json_get_int(json_get(facts, "image"), "reading", 0) == 1;
}

/* What of the appliance's own facts stands against going on; false: nothing */
static bool
against(struct console *k, const struct json *facts, struct err *e)
{
	const struct json *unexpected =
	    json_get(json_get(facts, "devices"), "unexpected");
	const struct json *net = json_get(facts, "network");
	const char *down = json_get_str(facts, "lockdown");
	unsigned of;

	if (k->facts == NULL)
		return false;
	if (facts == NULL ||
	    (!is_reading(facts) &&
		json_get_hex(json_get(facts, "image"), "sha256", k->image,
		    SHA256_LEN) == -1))
		err_set(e, ERR_WORLD, "self.image-unread", NULL);
	else if (json_count(net) > 0)
		err_set(e, ERR_REFUSED, "self.network-found", "name",
		    json_str(json_at(net, 0)), NULL);
	else if (json_count(unexpected) > 0)
		err_set(e, ERR_REFUSED, "self.device", "what",
		    json_str(json_at(unexpected, 0)), NULL);
	else if (down == NULL || strcmp(down, "confidentiality") != 0)
		err_set(e, ERR_WORLD, "self.lockdown", "is",
		    down != NULL ? down : "-", NULL);
	else if (json_get_int(facts, "entropy", 0) != 1)
		err_set(e, ERR_WORLD, "self.entropy", NULL);
	else if (self_tests(k, &of) != of)
		err_set(e, ERR_WORLD, "self.test-bad", NULL);
	else
		return false;
	return true;
}

static const char *
line(const struct json *o, const char *key)
{
	const char *s = json_get_str(o, key);

	return s != NULL && s[0] != '\0' ? s : "-";
}

/* The first digits of a register. */
static const char *
front(struct view *v, const struct json *pcrs, size_t i)
{
	const char *s = json_str(json_at(pcrs, i));

	return view_fmt(v, "%.16s", s != NULL ? s : "-");
}

static void
machine_facts(struct view *v, const struct json *facts)
{
	const struct json *m = json_get(facts, "machine");
	const struct json *image = json_get(facts, "image");
	const struct json *pcrs = json_get(facts, "pcrs");

	view_fact(v, view_fill(v, "self.machine", NULL),
	    view_fill(v, "self.machine-is", "vendor", line(m, "vendor"),
		"product", line(m, "product"), "serial", line(m, "serial"),
		NULL));
	view_fact(v, view_fill(v, "self.image", NULL),
	    is_reading(facts)
		? view_fill(v, "self.image-read", "version",
		      line(facts, "version"), "medium", line(image, "medium"),
		      NULL)
		: view_fill(v, "self.image-is", "version",
		      line(facts, "version"), "size", line(image, "size"),
		      "medium", line(image, "medium"), NULL));
	if (json_count(pcrs) > 7)
		view_fact(v, view_fill(v, "self.pcrs", NULL),
		    view_fill(v, "self.pcrs-are", "firmware", front(v, pcrs, 0),
			"image", front(v, pcrs, 4), "keys", front(v, pcrs, 7),
			NULL));
	view_fact(v, view_fill(v, "self.devices", NULL),
	    devices_text(v, json_get(facts, "devices")));
	view_fact(v, view_fill(v, "self.kernel", NULL),
	    view_fill(v, "self.kernel-is", "kernel", line(facts, "kernel"),
		"lockdown", line(facts, "lockdown"), NULL));
	view_fact(v, view_fill(v, "self.clock", NULL),
	    view_fill(v,
		json_get_int(facts, "clock", 0) == 1 ? "self.clock-good"
						     : "self.clock-bad",
		NULL));
}

static void
self_facts(struct console *k, struct view *v, const struct json *facts)
{
	struct utsname u;
	unsigned good, of;

	uname(&u);
	good = self_tests(k, &of);
	view_facts(v);
	if (facts != NULL)
		machine_facts(v, facts);
	else
		view_fact(v, view_fill(v, "self.machine", NULL),
		    view_fmt(v, "%s %s", u.sysname, u.machine));
	view_fact2(v, view_fill(v, "self.network", NULL), networks(v),
	    view_fill(v, "self.tests", NULL),
	    view_fill(v, "self.tests-good", "good", view_fmt(v, "%u", good),
		"of", view_fmt(v, "%u", of), NULL));
	view_fact(v, view_fill(v, "self.sticks", NULL), sticks_text(k, v));
	if (facts == NULL)
		view_fact(v, view_fill(v, "self.volume", NULL), k->dir[0]);
}

/* What the machine's TPM measured of its start, where it has one. */
void
self_pcrs(struct console *k, struct json *d)
{
	struct json *facts = facts_read(k);
	const struct json *pcrs = json_get(facts, "pcrs");

	if (json_count(pcrs) != 0)
		json_set(d, "pcrs", json_copy(pcrs));
	json_free(facts);
}

/* What process 1 had to start again is an entry, once. */
void
note_restarts(struct console *k)
{
	struct command cmd = { .event = EV_ANOMALY };
	struct json *facts = k->hsm_here ? facts_read(k) : NULL;
	const struct json *o = json_get(facts, "restarts");
	int64_t launcher = json_get_int(o, "launcher", 0);
	int64_t keeper = json_get_int(o, "keeper", 0);
	int64_t screen = json_get_int(o, "screen", 0);
	int64_t clock = json_get_int(o, "clock", 0);
	int64_t daemon = json_get_int(o, "daemon", 0);
	int64_t all = launcher + keeper + screen + clock + daemon;
	char value[160];
	struct err e;

	json_free(facts);
	if (all <= k->restarts)
		return;
	snprintf(value, sizeof(value),
	    "launcher %d, keeper of the media %d, painter of the screen %d, "
	    "setter of the clock %d, daemon of the module %d",
	    (int)launcher, (int)keeper, (int)screen, (int)clock, (int)daemon);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "value", value);
	json_set_str(cmd.d, "what", "started-again");
	if (commit(k, &cmd, &e) == 0)
		k->restarts = all;
}

/* In the place of the words: how far it is. */
static void
say_reading(struct view *v, const struct json *facts)
{
	int64_t part = json_get_int(json_get(facts, "image"), "percent", 0);

	if (part < 0 || part > 100)
		part = 0;
	v->act_now = view_fill(v, "self.wait", NULL);
	view_progress(v, view_fill(v, "self.image", NULL), (size_t)part, 100,
	    view_fill(v, "self.read-back", "percent",
		view_fmt(v, "%d", (int)part), NULL));
}

int
say_self(struct console *k)
{
	if (k->facts == NULL)
		hash_self(k);
	for (;;) {
		struct json *facts = facts_read(k);
		struct view *v = ui_view(k, NULL);
		struct key key;
		struct err e;
		bool bad = against(k, facts, &e);
		bool wait = !bad && is_reading(facts);

		v->title = view_fill(v, "self.title", NULL);
		v->line2 = view_fill(v, "self.reported", NULL);
		v->who = view_fill(v, "self.who", NULL);
		v->act_now = view_fill(v, "self.do", NULL);
		if (bad)
			view_refuse(v, &e);
		else if (wait)
			say_reading(v, facts);
		else
			bars_words(v, k->image, k);
		self_facts(k, v, facts);
		json_free(facts);
		if (!bad && !wait) {
			v->then = view_fill(v,
			    k->facts != NULL ? "self.then-pull" : "self.then",
			    NULL);
			view_key(v, KID_ENTER, NULL);
		}
		view_key(v, KID_WORDS, NULL);
		view_key(v, KID_LANG, NULL);
		view_key(v, KID_LEAVE, NULL);
		view_key(v, KID_HELP, NULL);
		/* What is plugged in may change while people read. */
		if (k->facts != NULL)
			k->wake_ms = ui_now_ms() + (wait ? SOON_MS : LOOK_MS);
		if (ui_wait(k, v, KX_WORDS | KX_STEP, &key) == UI_KEY &&
		    key.name == PRESS_ENTER && !bad && !wait)
			return 0;
		if (k->over)
			return -1;
	}
}
