/* SPDX-License-Identifier: MIT */
/*
 * Parts of a day in memory: people, files, clock, requests, shares.
 */
#ifndef TACHIAI_TEST_DAY_PEOPLE_H
#define TACHIAI_TEST_DAY_PEOPLE_H

#define SEALED_MAX     700
#define SEALED_OBJECTS 500
#define SEALED_PEOPLE  8
#define SEALED_OWNER   "SO"

#include "ceremony/base/civil.h"
#include "ceremony/files/files.h"
#include "ceremony/people/oprec.h"
#include "ceremony/state/next.h"
#include "ceremony/state/prepare.h"
#include "ceremony/x509/csr.h"
#include "tests/unit/sealed.h"
#include "tests/unit/x509_soft.h"

enum { SORA, MINA, KEN, ANNA, BELA, REI, RUI, CLEO };

static struct day {
	struct soft_key key;
	struct buf line[SEALED_MAX]; /* while a branch is told */
	size_t lines, second;        /* all; where the second sitting begins */
	int prepared;
	const char *dir, *request;
} day;

static inline struct json *
day_cmd(struct command *cmd, enum event_type ev)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->event = ev;
	return cmd->d = json_new_obj();
}

/* An attachment whose digest is d.<name> too. */
static inline void
day_attach(struct command *cmd, const char *name, const struct buf *b)
{
	sealed_attach(cmd, name, b->data, b->len);
	json_set_hex(
	    cmd->d, name, cmd->att[cmd->atts - 1].sha256, SHA256_LEN);
}

static inline struct buf
day_slurp(const char *dir, const char *file)
{
	static char block[65536];
	struct buf b = BUF_INIT;
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	f = fopen(path, "rb");
	if (f == NULL)
		sealed_die(path, NULL);
	buf_add(&b, block, fread(block, 1, sizeof(block), f));
	fclose(f);
	return b;
}

static inline void
day_login(size_t i)
{
	if (!ceremony_person(sealed.c, SEALED_WHO[i].id)->in)
		sealed_statement(EV_AUTH_LOGIN, i, NULL);
}

static inline void
day_logout(size_t i)
{
	struct command cmd;
	struct json *d = day_cmd(&cmd, EV_AUTH_LOGOUT);

	json_set_str(d, "person", SEALED_WHO[i].id);
	json_set_str(d, "why", "left");
	sealed_do(&cmd);
}

static inline void
day_admit(enum files_kind kind, enum event_type ev, const char *file,
    const char *name)
{
	struct buf yaml = day_slurp(day.dir, file), form = BUF_INIT;
	struct json *j = NULL;
	struct command cmd;
	uint8_t sha[SHA256_LEN];
	struct err e;

	if (files_parse(kind, file, yaml.data, yaml.len, &j, &e) == -1)
		sealed_die(file, &e);
	json_encode(j, &form);
	day_cmd(&cmd, ev);
	sha256(sha, yaml.data, yaml.len);
	json_set_hex(cmd.d, "file", sha, SHA256_LEN);
	json_set_str(cmd.d, "name", json_get_str(j, name));
	if (ev == EV_SCRIPT_ADMIT)
		json_set_str(cmd.d, "version", json_get_str(j, "version"));
	day_attach(&cmd, "form", &form);
	sealed_do(&cmd);
	json_free(j);
	buf_free(&yaml);
	buf_free(&form);
}

static inline void
day_files(const char *dir)
{
	day.dir = dir;
	day_admit(FILES_PROFILES, EV_PROFILE_ADMIT, "profiles.yaml",
	    "profile_set");
	day_admit(FILES_PLAN, EV_PLAN_ADMIT, "plan.yaml", "plan");
	day_admit(FILES_SCRIPT, EV_SCRIPT_ADMIT, "script.yaml", "script");
}

static inline void
day_clock(void)
{
	struct command cmd;
	struct json *d = day_cmd(&cmd, EV_CLOCK_SET), *src;

	cmd.said[0] = "SM1";
	cmd.said[1] = "CA1";
	json_set_str(d, "new", "2026-06-11T00:00:00Z");
	json_set_int(d, "offset", 2);
	json_set_str(d, "old", "2026-06-10T23:59:58Z");
	src = json_set(d, "sources", json_new_arr());
	json_set_str(json_add(src, json_new_obj()), "name", "radio");
	json_set_str(json_add(src, json_new_obj()), "name", "watch");
	sealed_do(&cmd);
}

static inline void
day_enroll(const char *code)
{
	struct command cmd;
	char name[40];

	for (size_t i = 0; i < SEALED_PEOPLE; i++) {
		const struct person *p;

		if (strcmp(SEALED_WHO[i].code, code) != 0)
			continue;
		sealed_enroll(i);
		p = ceremony_person(sealed.c, SEALED_WHO[i].id);
		day_cmd(&cmd, EV_KEY_ENROLL);
		snprintf(name, sizeof(name), "op/%s", p->id);
		json_set_str(cmd.d, "alg", "ecdsa-p256");
		json_set_str(cmd.d, "name", name);
		json_set_str(cmd.d, "role", SEALED_WHO[i].roles[0]);
		json_set_hex(cmd.d, "spki", p->spki_sha, SHA256_LEN);
		sealed_do(&cmd);
		return;
	}
	sealed_die(code, NULL);
}

static inline void
day_sha_of(void (*text)(const struct ceremony *, struct buf *),
    uint8_t doc[static SHA256_LEN])
{
	struct buf b = BUF_INIT;

	text(sealed.c, &b);
	sha256(doc, b.data, b.len);
	buf_free(&b);
}

static inline void
day_approve(void)
{
	uint8_t doc[SHA256_LEN];

	day_login(MINA);
	day_login(SORA);
	day_sha_of(ceremony_approval, doc);
	sealed_statement(EV_APPROVE, SORA, doc);
}

static inline void
day_import(const struct item *it)
{
	struct buf file = day_slurp("tests/ceremonies/requests", day.request);
	struct buf der = BUF_INIT, form = BUF_INIT;
	struct command cmd;
	struct json *j;
	struct csr csr;
	struct err e;

	if (csr_from_file(day.request, file.data, file.len, &der, &e) == -1 ||
	    csr_parse(day.request, span_of(&der), &csr, &e) == -1)
		sealed_die("csr", &e);
	j = csr_form(&csr);
	json_encode(j, &form);
	day_cmd(&cmd, EV_CSR_IMPORT);
	day_attach(&cmd, "csr", &der);
	sealed_attach(&cmd, "file", file.data, file.len);
	day_attach(&cmd, "form", &form);
	json_set_str(cmd.d, "file", day.request);
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "spki", json_get_str(j, "spki_sha256"));
	json_set_str(cmd.d, "stick", "IN");
	sealed_do(&cmd);
	json_free(j);
	buf_free(&file);
	buf_free(&der);
	buf_free(&form);
}

static inline void
day_deal(const char *token, const char *purpose)
{
	static const size_t HOLDERS[] = { ANNA, BELA, CLEO };
	struct command cmd;
	struct json *d = day_cmd(&cmd, EV_TOKEN_DEAL);
	struct json *commits = json_set(d, "commits", json_new_arr());
	struct json *holders = json_set(d, "holders", json_new_arr());
	char text[65];

	for (int i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "%064x", i + 17);
		json_add(commits, json_new_str(text));
		json_add(holders, json_new_str(SEALED_WHO[HOLDERS[i]].id));
	}
	snprintf(text, sizeof(text), "%s-%zu", purpose, sealed.lines);
	json_set_int(d, "m", 2);
	json_set_int(d, "n", 3);
	json_set_str(d, "purpose", purpose);
	json_set_hex(d, "secret", (const uint8_t[SHA256_LEN]){ 7 }, SHA256_LEN);
	json_set_str(d, "set", text);
	json_set_str(d, "token", token);
	sealed_do(&cmd);
}

static inline void
day_shares(const char *token, const char *purpose)
{
	const struct share_set *set = ceremony_set(sealed.c, token, purpose);

	for (int i = 0; i < set->n; i++) {
		struct command cmd;
		struct json *d = day_cmd(&cmd, EV_SHARE_OPEN);

		set = ceremony_set(sealed.c, token, purpose);
		if (set->opened[i]) {
			json_free(d);
			continue;
		}
		json_set_str(d, "person", set->holder[i]);
		json_set_str(d, "set", set->id);
		json_set_int(d, "x", i + 1);
		sealed_do(&cmd);
	}
}

#endif
