/* SPDX-License-Identifier: MIT */
/*
 * Whole ceremonies in memory: what ceremony_next() asks for is done with
 * keys in software, step after step, until the script is at its end.
 * day_make() plays the shipped ceremony and a second sitting; then
 * day.line[] is the transcript, and day_branch() goes back to any head for
 * another story.
 */
#ifndef TACHIAI_TEST_DAY_H
#define TACHIAI_TEST_DAY_H

#include "tests/unit/day_deeds.h"

static inline void
day_readback(const struct item *it)
{
	struct command cmd;

	day_cmd(&cmd, EV_READBACK);
	json_set_str(cmd.d, "of", it->id);
	json_set_hex(cmd.d, "sha256", it->made_sha, SHA256_LEN);
	sealed_do(&cmd);
}

static inline void
day_export(const struct json *plan)
{
	struct buf manifest = BUF_INIT;
	struct command cmd;
	char name[33];

	snprintf(name, sizeof(name), "bundle-%d", sealed.c->bundles + 1);
	buf_add(&manifest, "{}", 2);
	day_cmd(&cmd, EV_EXPORT_BUNDLE);
	json_set_str(cmd.d, "bundle", name);
	json_set_int(cmd.d, "bytes", 2);
	json_set_int(cmd.d, "files", 1);
	json_set(cmd.d, "items", json_copy(plan));
	day_attach(&cmd, "manifest", &manifest);
	sealed_do(&cmd);
	sealed_log_checkpoint();
	for (int i = 1; i <= 2; i++) {
		day_cmd(&cmd, EV_EXPORT_COPY);
		json_set_str(cmd.d, "bundle", name);
		json_set_int(cmd.d, "copy", i);
		json_set_str(cmd.d, "stick", i == 1 ? "OUT1" : "OUT2");
		sealed_do(&cmd);
	}
	buf_free(&manifest);
}

static inline void
day_break(void)
{
	struct command cmd;

	day_cmd(&cmd, EV_BREAK_BEGIN);
	sealed_do(&cmd);
	day_cmd(&cmd, EV_BREAK_END);
	sealed_do(&cmd);
}

static inline void
day_notes(void)
{
	for (size_t i = 0; i < sealed.c->persons; i++) {
		const struct person *p = &sealed.c->person[i];
		struct command cmd;

		if (!p->in)
			continue;
		day_cmd(&cmd, EV_CUSTODIAN_NOTE);
		json_set_hex(cmd.d, "head", sealed.c->head.hash, SHA256_LEN);
		json_set_str(cmd.d, "person", p->id);
		json_set_int(cmd.d, "size", sealed.c->head.n + 1);
		sealed_do(&cmd);
	}
}

static inline void
day_hands(const struct next *n)
{
	struct command cmd;

	if (n->step.verb == VERB_BREAK)
		day_break();
	if (n->step.verb == VERB_CUSTODY) {
		day_cmd(&cmd, EV_OBJECT_MOVE);
		json_set_str(cmd.d, "from", "safe B");
		json_set_str(cmd.d, "object", "HSM1");
		json_set_str(cmd.d, "to", "table");
		sealed_do(&cmd);
	}
	if (n->step.verb == VERB_RECORD) {
		day_cmd(&cmd, EV_STEP_FIELD);
		json_set_str(cmd.d, "field", "cctv-start");
		json_set_str(cmd.d, "step", n->step.no);
		json_set_str(cmd.d, "value", "09:00");
		sealed_do(&cmd);
	}
	day_step(EV_STEP_END, "done");
}

static inline void
day_coda(const struct next *n)
{
	if (n->step.verb == VERB_LOGOUT)
		for (size_t i = 0; i < SEALED_PEOPLE; i++)
			if (ceremony_person(sealed.c, SEALED_WHO[i].id)->in)
				day_logout(i);
	day_step(EV_STEP_END, "done");
}

/* The open run cannot be done any more. */
static inline void
day_drop(int run)
{
	struct command cmd;
	struct json *d = day_cmd(&cmd, EV_RUN_DROPPED);

	json_set_int(d, "run", run);
	json_set_str(d, "why", "epoch");
	sealed_do(&cmd);
}

/* What a run, or a request, asks for; false: nothing that a day knows. */
static inline bool
day_run(const struct next *n)
{
	switch (n->todo) {
	case TODO_IMPORT:
		day_import(n->item);
		return true;
	case TODO_CONFIRM:
		day_login(REI);
		sealed_statement(EV_CSR_APPROVE, REI, n->item->csr);
		return true;
	case TODO_DEAL:
		day_deal(n->item->id, "user-pin");
		day_deal(n->item->id, "so-pin");
		return true;
	case TODO_SHARES:
		day_shares(n->item->id, "user-pin");
		day_shares(n->item->id, "so-pin");
		return true;
	case TODO_PREPARE:
		day_tbs(n->item);
		return true;
	case TODO_RECORD:
		day_record(n);
		return true;
	case TODO_CONSENT:
		day_consents();
		return true;
	case TODO_ACTIVATE:
		day_token(EV_TOKEN_ACTIVATE, "token", n->run->token);
		return true;
	case TODO_DEED:
		day_begin(n->item);
		return true;
	case TODO_OUTCOME:
		day_end(n->item, RC_OK);
		sealed_log_checkpoint();
		return true;
	case TODO_DROP:
		day_drop(n->run->no);
		return true;
	default:
		return false;
	}
}

/* What the moment asks for; false at the end of the script. */
static inline bool
day_once(void)
{
	struct next n;

	ceremony_next(sealed.c, &n);
	switch (n.todo) {
	case TODO_LOG_INIT:
		sealed_log_token();
		return true;
	case TODO_OPEN:
		day_login(MINA);
		return true;
	case TODO_FILES:
		day_files(day.dir);
		return true;
	case TODO_BEGIN:
		day_step(EV_STEP_BEGIN, NULL);
		return true;
	case TODO_HANDS:
		day_hands(&n);
		return true;
	case TODO_CLOCK:
		day_clock();
		return true;
	case TODO_ENROLL:
		day_enroll(json_get_str(n.step.json, "person"));
		return true;
	case TODO_ROSTER:
		sealed_roster();
		sealed_log_checkpoint();
		return true;
	case TODO_APPROVE:
		day_approve();
		return true;
	case TODO_QUORUM:
		day_login(MINA);
		day_login(ANNA);
		day_login(BELA);
		return true;
	case TODO_READBACK:
		day_readback(n.item);
		return true;
	case TODO_EXPORT:
		day_export(n.step.plan);
		return true;
	case TODO_CLOSE:
		sealed_close((int)sealed.c->s);
		return true;
	case TODO_NOTES:
		day_notes();
		return true;
	case TODO_PAPER:
		day_coda(&n);
		return true;
	case TODO_END:
		day_step(EV_STEP_END, "done");
		return true;
	default:
		return day_run(&n);
	}
}

static inline void
day_make(void)
{
	struct object_source objects = { sealed_object, NULL };

	sealed.now = SOFT_NOW - 200000;
	sealed.log = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	soft_key_new(&day.key, "P-384");
	sealed.c = ceremony_new(&objects);
	day.dir = "docs/ceremonies/br-tls";
	day.request = "br-tls-int1.csr";
	sealed_genesis();
	sealed_open(0);
	while (day_once())
		continue;
	day.second = sealed.lines;
	day.request = "br-tls-int2.csr";
	sealed_open(1);
	(void)day_once();
	day_files("tests/ceremonies/next");
	while (day_once())
		continue;
	day.lines = sealed.lines;
	memcpy(day.line, sealed.line, sizeof(day.line));
	memset(sealed.line, 0, sizeof(sealed.line));
}

/* The state after the first n lines. */
static inline struct ceremony *
day_fold(size_t n)
{
	struct object_source objects = { sealed_object, NULL };
	struct ceremony *c = ceremony_new(&objects);
	struct err e;

	for (size_t i = 0; i < n; i++)
		if (ceremony_apply(c, day.line[i].data, day.line[i].len,
		    &e) == -1)
			sealed_die("fold", &e);
	return c;
}

/* Back to the n-th head: what sealed_do() says from here is another story. */
static inline void
day_branch(size_t n)
{
	ceremony_free(sealed.c);
	for (size_t i = 0; i < SEALED_MAX; i++)
		buf_free(&sealed.line[i]);
	sealed.c = day_fold(n);
	sealed.lines = n;
	sealed.now = sealed.c->last_t + 3;
	sealed.ms = sealed.c->last_m + 3000;
	snprintf(sealed.epoch, sizeof(sealed.epoch), "%s", sealed.c->epoch);
}

/* Index of the nth (from 0) line of this kind. */
static inline size_t
day_find(enum event_type ev, size_t nth)
{
	char mark[80];

	snprintf(mark, sizeof(mark), "\"ev\":\"%s\"", event_get(ev)->name);
	for (size_t i = 0; i < day.lines; i++)
		if (strstr(buf_cstr(&day.line[i]), mark) != NULL && nth-- == 0)
			return i;
	sealed_die(mark, NULL);
	return 0;
}

static inline void
day_free(void)
{
	ceremony_free(sealed.c);
	for (size_t i = 0; i < SEALED_MAX; i++) {
		buf_free(&sealed.line[i]);
		buf_free(&day.line[i]);
	}
	for (size_t i = 0; i < sealed.objects; i++)
		buf_free(&sealed.object[i]);
	for (size_t i = 0; i < SEALED_PEOPLE; i++)
		EVP_PKEY_free(sealed.key[i]);
	EVP_PKEY_free(sealed.log);
	soft_key_free(&day.key);
}

#endif
