/* SPDX-License-Identifier: MIT */
/*
 * Rooms on a module that counts its calls and lies when it is told to.
 * Invariant: each room has a shim of its own, named after its scenario.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/world/secret.h"
#include "tests/hsm/counted.h"

static char dir[256];
static char so[320];
static const char *scenario = "";

void
counted_begin(void)
{
	const char *tmp = getenv("TMPDIR");
	struct err e = { 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(dir, sizeof(dir), "%s/hsm-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL || secret_begin((size_t)1 << 18, &e) == -1)
		exit(2);
}

void
name_scenario(const char *name)
{
	scenario = name;
}

const char *
named(const char *what)
{
	static char title[160];

	snprintf(title, sizeof(title), "%s: %s", scenario, what);
	return title;
}

static void
put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		exit(2);
}

/* What MODULE names, or SoftHSM. */
static const char *
module(void)
{
	static const char *const PATHS[] = { "/usr/lib/softhsm/libsofthsm2.so",
		"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so" };

	if (getenv("MODULE") != NULL)
		return getenv("MODULE");
	for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		if (access(PATHS[i], R_OK) == 0)
			return PATHS[i];
	}
	printf("not ok SoftHSM is not installed\n0 passed, 1 failed\n");
	exit(1);
}

/* What the module does from now on. */
void
shim(const char *lie)
{
	char path[340], text[512];

	snprintf(path, sizeof(path), "%s.conf", so);
	snprintf(text, sizeof(text), "module %s\n%s\n", module(), lie);
	put_file(path, text);
}

int
calls(char letter)
{
	char path[340];
	int c, n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s.calls", so);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while ((c = fgetc(f)) != EOF)
		n += c == letter;
	fclose(f);
	return n;
}

/* A room on a shim of its own. */
void
begin(struct room *r, const char *name)
{
	char path[700];
	const char *build = getenv("BUILD");

	scenario = name;
	snprintf(so, sizeof(so), "%s/%.40s.so", dir, name);
	snprintf(path, sizeof(path), "%s/tests/hsm/shim.so",
	    build != NULL ? build : "build");
	if (symlink(path, so) == -1)
		exit(2);
	shim("");
	room_init(r, so);
}

struct json *
named_item(const char *key, const char *value)
{
	struct json *j = json_new_obj();

	json_set_str(j, key, value);
	return j;
}

int
ask_do(struct room *r, const char *item)
{
	return room_ask(r, MSG_DO, named_item("item", item), NULL, 0);
}

int
ask_activate(struct room *r)
{
	return room_ask(
	    r, MSG_ACTIVATE, named_item("token", "root-token"), NULL, 0);
}

void
given(struct room *r, int shares)
{
	static const char *const WHO[] = { "anna", "bert", "cleo" };

	for (int i = 0; i < shares; i++)
		room_give_shares(r, WHO[i]);
}

void
agreed(struct room *r)
{
	given(r, 2);
	room_consent(r, "anna");
	room_consent(r, "bert");
	room_witness(r, "maria");
}

/* Decided by nobody. */
int
forged(struct room *r, struct command *cmd)
{
	struct buf line = BUF_INIT;
	struct entry en;
	struct err e = { 0 };
	int ret = -1;

	entry_init(&en, cmd->event);
	for (size_t i = 0; i < cmd->atts; i++)
		entry_attach(&en, cmd->att[i].name, cmd->att[i].type,
		    cmd->att[i].sha256, cmd->att[i].size);
	en.n = r->c->head.n + 1;
	en.s = r->c->s;
	en.t = ++r->now;
	en.m = r->c->last_m;
	json_free(en.d);
	en.d = cmd->d;
	if (cmd->by[0] != NULL) {
		char by[64];

		snprintf(by, sizeof(by), "op/%s", cmd->by[0]);
		entry_by(&en, by);
	}
	if (entry_encode(&en, r->c->head.hash, &line, &e) == -1)
		room_die(r, "forge", &e);
	ret = room_stream(r, line.data, line.len);
	entry_fini(&en);
	buf_free(&line);
	return ret;
}
