/* SPDX-License-Identifier: MIT */
/*
 * Days that go another way: power lost within each deed and each way out of
 * its doubt, deeds that failed, runs given up, tokens gone idle, breaks.
 * Each of them reaches the end of its script.
 */
#include "tests/unit/day.h"
#include "tests/unit/test.h"

static const uint8_t ZERO[SHA256_LEN];

/* The power comes back within the hour. */
static void
reopen(void)
{
	sealed.now -= 86400 - 600;
	sealed_open((int)sealed.c->s + 1);
}

static struct command *
way_out(const char *way)
{
	static struct command cmd;
	const struct item *it = ceremony_doubt(sealed.c);
	struct buf b = BUF_INIT;
	uint8_t doc[SHA256_LEN];

	ceremony_doubt_record(sealed.c, it, way, &b);
	sha256(doc, b.data, b.len);
	buf_free(&b);
	day_cmd(&cmd, EV_DOUBT_RESOLVED);
	json_set_str(cmd.d, "item", it->id);
	json_set_hex(cmd.d, "record", doc, SHA256_LEN);
	json_set_str(cmd.d, "way", way);
	return &cmd;
}

/* Sign it, as the trusted prompt would. */
static void
resolve(size_t i, const char *way, const struct buf *deviation)
{
	const struct person *p;
	struct due_list l;

	day_login(i);
	p = ceremony_person(sealed.c, SEALED_WHO[i].id);
	ceremony_due(sealed.c, p, way, deviation, &l);
	if (l.n != 1 || l.due[0].event != EV_RESOLVE)
		sealed_die("resolve is not due", NULL);
	sealed_statement(EV_RESOLVE, i, l.due[0].doc);
	due_list_fini(&l);
	ceremony_due(sealed.c, p, way, deviation, &l);
	if (l.n != 0)
		sealed_die("resolve is due twice", NULL);
	due_list_fini(&l);
}

static bool
to_the_end(void)
{
	struct next n;

	while (day_once())
		continue;
	ceremony_next(sealed.c, &n);
	return n.todo == TODO_DONE && sealed.c->sealed > 0;
}

static const struct {
	const char *name;
	enum event_type end;
	int nth;
	const char *way;
} DOUBTS[] = {
	{ "token: not there", EV_TOKEN_INIT_END, 0, "none" },
	{ "token: it is there", EV_TOKEN_INIT_END, 0, "found" },
	{ "key: not there", EV_KEY_GEN_END, 0, "none" },
	{ "key: it is there", EV_KEY_GEN_END, 0, "found" },
	{ "root: the same bytes again", EV_CERT_SIGN_END, 0, "again" },
	{ "root: given up", EV_CERT_SIGN_END, 0, "give-up" },
	{ "intermediate: the same bytes again", EV_CERT_SIGN_END, 1, "again" },
	{ "intermediate: given up", EV_CERT_SIGN_END, 1, "give-up" },
	{ "list: the same bytes again", EV_CRL_SIGN_END, 0, "again" },
	{ "list: given up", EV_CRL_SIGN_END, 0, "give-up" },
	{ "deactivation: it ended with the power", EV_TOKEN_DEACTIVATE_END, 0,
	    "none" },
};

static void
doubt_waits(const char *way)
{
	const struct person *who[SEALED_PEOPLE];
	struct command cmd;
	struct next n;

	ceremony_next(sealed.c, &n);
	CHECK("... a manager comes first", n.todo == TODO_OPEN);
	day_login(MINA);
	ceremony_next(sealed.c, &n);
	CHECK("... then the doubt", n.todo == TODO_DOUBT &&
	    n.item == ceremony_doubt(sealed.c));
	CHECK("... for which managers and administrators are waited",
	    ceremony_waiting(sealed.c, way, NULL, who, SEALED_PEOPLE) == 5);
	day_cmd(&cmd, EV_STEP_END);
	json_set_str(cmd.d, "result", "done");
	json_set_str(cmd.d, "step", "1.1");
	CHECK_STR("... and nothing else", sealed_says(&cmd), "doubt.open");
	CHECK_STR("... no other way", sealed_says(way_out("perhaps")),
	    "state.order way");
	CHECK_STR("... not without statements", sealed_says(way_out(way)),
	    "state.order quorum");
	resolve(MINA, way, NULL);
	resolve(ANNA, way, NULL);
	CHECK_STR("... not by m-1", sealed_says(way_out(way)),
	    "state.order quorum");
	resolve(BELA, way, NULL);
}

static void
test_doubts(void)
{
	for (size_t i = 0; i < sizeof(DOUBTS) / sizeof(*DOUBTS); i++) {
		size_t at = day_find(DOUBTS[i].end, (size_t)DOUBTS[i].nth);
		const struct item *it;
		struct command *cmd;
		uint8_t tbs[SHA256_LEN];
		char serial[SERIAL_LEN], id[NAME_LEN];
		bool signing, same;

		day_branch(at);
		reopen();
		it = ceremony_doubt(sealed.c);
		signing = it->kind == ITEM_CERT || it->kind == ITEM_CRL;
		snprintf(serial, sizeof(serial), "%s", it->serial);
		snprintf(id, sizeof(id), "%s", it->id);
		memcpy(tbs, it->tbs, SHA256_LEN);
		doubt_waits(DOUBTS[i].way);
		cmd = way_out(DOUBTS[i].way);
		json_set_hex(cmd->d, "record", ZERO, SHA256_LEN);
		CHECK_STR("... no other record", sealed_says(cmd),
		    "state.order quorum");
		sealed_do(way_out(DOUBTS[i].way));
		CHECK(DOUBTS[i].name, to_the_end());
		it = ceremony_item(sealed.c, id);
		same = it != NULL && memcmp(it->tbs, tbs, SHA256_LEN) == 0 &&
		    strcmp(it->serial, serial) == 0;
		CHECK("... the very bytes, or another number", !signing ||
		    same == (strcmp(DOUBTS[i].way, "again") == 0));
		CHECK("... which is listed", sealed.c->burnts ==
		    (strcmp(DOUBTS[i].way, "give-up") == 0 ? 1u : 0u));
	}
}

/* A number that was given up is never used. */
static void
test_burnt(void)
{
	struct command cmd;
	struct buf tbs = BUF_INIT;
	struct entry en;
	size_t at = day_find(EV_TBS_PREPARED, 0);
	struct ceremony *c = day_fold(at);
	struct err e;

	memset(&en, 0, sizeof(en));
	if (entry_decode(day.line[at].data, day.line[at].len, c->head.hash,
	    &en, &e) == -1)
		sealed_die("tbs", &e);
	day_branch(day_find(EV_CERT_SIGN_END, 0));
	reopen();
	day_login(MINA);
	resolve(MINA, "give-up", NULL);
	resolve(ANNA, "give-up", NULL);
	resolve(BELA, "give-up", NULL);
	sealed_do(way_out("give-up"));
	day_cmd(&cmd, EV_TBS_PREPARED);
	json_free(cmd.d);
	cmd.d = json_copy(en.d);
	buf_add(&tbs, "x", 1);
	day_attach(&cmd, "tbs", &tbs);
	CHECK_STR("a serial given up is not used again", sealed_says(&cmd),
	    "state.order serial");
	buf_free(&tbs);
	entry_fini(&en);
	ceremony_free(c);
}

static const struct {
	const char *name;
	enum event_type end;
	int nth;
} FAILED[] = {
	{ "a token that failed is set up again", EV_TOKEN_INIT_END, 0 },
	{ "a key that failed is made again", EV_KEY_GEN_END, 0 },
	{ "a certificate that failed is signed again", EV_CERT_SIGN_END, 1 },
	{ "a list that failed is signed again", EV_CRL_SIGN_END, 0 },
};

static void
test_failed(void)
{
	struct command cmd;
	struct next n;

	for (size_t i = 0; i < sizeof(FAILED) / sizeof(*FAILED); i++) {
		day_branch(day_find(FAILED[i].end, (size_t)FAILED[i].nth));
		ceremony_next(sealed.c, &n);
		day_end(n.item, RC_FAIL);
		CHECK("nobody's consent outlives a failure",
		    !run_authorised(sealed.c, ceremony_run(sealed.c)) &&
			ceremony_token(sealed.c, "root-token") != NULL &&
			!ceremony_token(sealed.c, "root-token")->active);
		CHECK(FAILED[i].name, to_the_end());
	}
	day_branch(day_find(EV_EXPORT_COPY, 0));
	day_cmd(&cmd, EV_EXPORT_COPY);
	cmd.rc = RC_FAIL;
	json_set_str(cmd.d, "bundle", "bundle-1");
	json_set_int(cmd.d, "copy", 1);
	json_set_str(cmd.d, "stick", "OUT1");
	sealed_do(&cmd);
	CHECK("a copy that failed is none", sealed.c->copies == 0);
}

/* Signed, and the power goes before both copies were made. */
static void
test_duty(void)
{
	struct command cmd;
	struct next n;

	for (size_t copies = 0; copies < 2; copies++) {
		day_branch(day_find(EV_EXPORT_COPY, copies));
		reopen();
		day_login(MINA);
		day_cmd(&cmd, EV_SITTING_CLOSE);
		cmd.by[0] = "mina";
		json_set_int(cmd.d, "sitting", sealed.c->s);
		json_set_str(cmd.d, "why", "done");
		CHECK_STR("power: two copies are still due",
		    sealed_says(&cmd), "media.copies-due");
		ceremony_next(sealed.c, &n);
		CHECK("power: they are made", n.todo == TODO_EXPORT);
		day_login(ANNA);
		day_login(BELA);
		CHECK("power: and the day is sealed", to_the_end());
	}
	day_branch(day.second);
	sealed_open((int)sealed.c->s + 1);
	CHECK("after a seal nothing is due", sealed.c->signed_unclosed == 0);
}

static void
test_pauses(void)
{
	struct command cmd;
	struct next n;

	day_branch(day_find(EV_CERT_SIGN_BEGIN, 0));
	day_cmd(&cmd, EV_TOKEN_IDLE);
	json_set_str(cmd.d, "token", "root-token");
	json_set_str(cmd.d, "why", "idle");
	sealed_do(&cmd);
	ceremony_next(sealed.c, &n);
	CHECK("idle: consents are asked again", n.todo == TODO_CONSENT &&
	    n.run->consents == 0 && n.run->witness[0] == '\0');
	CHECK("idle: the day goes on", to_the_end());

	/* The shares that came with the first consent are gone with it. */
	day_branch(day_find(EV_CONSENT, 3));
	CHECK("one has consented", ceremony_run(sealed.c)->consents == 1);
	day_cmd(&cmd, EV_TOKEN_IDLE);
	json_set_str(cmd.d, "token", "root-token");
	json_set_str(cmd.d, "why", "idle");
	sealed_do(&cmd);
	CHECK("idle between two consents", ceremony_run(sealed.c)->consents ==
	    0);
	CHECK("idle between: the day goes on", to_the_end());

	day_branch(day_find(EV_CONSENT, 3));
	day_cmd(&cmd, EV_RUN_DROPPED);
	json_set_int(cmd.d, "run", 1);
	json_set_str(cmd.d, "why", "deviation");
	sealed_do(&cmd);
	ceremony_next(sealed.c, &n);
	CHECK("given up: another record is due", n.todo == TODO_RECORD);
	CHECK("given up: the day goes on", to_the_end());

	day_branch(day_find(EV_TOKEN_ACTIVATE, 0));
	day_break();
	ceremony_next(sealed.c, &n);
	CHECK("break: nobody is in, nothing consented",
	    n.todo == TODO_CONSENT && ceremony_in(sealed.c, ~0u) == 0);
	CHECK("break: the day goes on", to_the_end());

	day_branch(day_find(EV_TOKEN_ACTIVATE, 1));
	reopen();
	ceremony_next(sealed.c, &n);
	CHECK("power: a manager first", n.todo == TODO_OPEN);
	CHECK("power: nobody is in", ceremony_in(sealed.c, ~0u) == 0);
	CHECK("power: the sitting crashed", sealed.c->crashed);
	CHECK("power: the day goes on", to_the_end());
}

/* ---- deviations ---- */

static void
deviate(const char *step)
{
	struct command cmd;
	struct json *d = day_cmd(&cmd, EV_DEVIATION_OPEN);

	json_set_str(d, "expected", "the words are read");
	json_set_str(d, "happened", "nobody reads");
	json_set_int(d, "no", (int64_t)sealed.c->deviations + 1);
	json_set_str(d, "step", step);
	sealed_do(&cmd);
}

static struct command *
decide(int no, const char *decision)
{
	static struct command cmd;
	struct buf b = BUF_INIT;
	uint8_t doc[SHA256_LEN];

	ceremony_deviation_record(sealed.c, no, decision, "so be it", &b);
	sha256(doc, b.data, b.len);
	buf_free(&b);
	day_cmd(&cmd, EV_DEVIATION_DECIDE);
	cmd.by[0] = "mina";
	json_set_str(cmd.d, "because", "so be it");
	json_set_str(cmd.d, "decision", decision);
	json_set_int(cmd.d, "no", no);
	json_set_hex(cmd.d, "record", doc, SHA256_LEN);
	return &cmd;
}

static void
test_deviations(void)
{
	static const char *const RESULT[] = { "done", "deviated", "not-run" };
	struct buf record = BUF_INIT;
	struct command cmd;

	for (int i = 0; i < 3; i++) {
		day_branch(day_find(EV_STEP_END, 20));
		deviate(ceremony_step_no(sealed.c, sealed.c->now));
		day_cmd(&cmd, EV_SITTING_CLOSE);
		cmd.by[0] = "mina";
		json_set_int(cmd.d, "sitting", 0);
		json_set_str(cmd.d, "why", "done");
		CHECK_STR("open: no seal", sealed_says(&cmd), "seal.deviation");
		CHECK_STR("open: no such decision", sealed_says(decide(1, "shrug")),
		    "state.order decision");
		CHECK_STR("open: not without the statement",
		    sealed_says(decide(1, "go-on")), "state.order statement");
		buf_reset(&record);
		ceremony_deviation_record(
		    sealed.c, 1, "go-on", "so be it", &record);
		resolve(MINA, NULL, &record);
		CHECK_STR("open: not with another one's statement",
		    sealed_says(decide(1, "again")), "state.order statement");
		sealed_do(decide(1, "go-on"));
		CHECK_STR("decided once", sealed_says(decide(1, "go-on")),
		    "state.order number");
		day_step(EV_STEP_END, RESULT[i]);
		CHECK(RESULT[i], sealed.c->step[sealed.c->now - 1].state ==
		    (i == 2 ? STEP_NOT_RUN : STEP_DEVIATED));
		CHECK("and the day goes on", to_the_end());
	}
	buf_free(&record);
}

static void
test_twice(void)
{
	struct command cmd = { .event = EV_RESOLVE, .by = { "anna" } };
	struct entry en;
	struct err e;

	day_branch(day_find(EV_TOKEN_INIT_END, 0));
	reopen();
	day_login(MINA);
	resolve(ANNA, "none", NULL);
	memset(&en, 0, sizeof(en));
	if (entry_decode(sealed.line[sealed.lines - 1].data,
	    sealed.line[sealed.lines - 1].len,
	    ceremony_hash(sealed.c, sealed.c->head.n - 1), &en, &e) == -1)
		sealed_die("twice", &e);
	cmd.d = json_copy(en.d);
	CHECK_STR("the same person resolves once", sealed_says(&cmd),
	    "role.same-person");
	entry_fini(&en);
}

int
main(void)
{
	day_make();
	test_doubts();
	test_burnt();
	test_failed();
	test_duty();
	test_pauses();
	test_deviations();
	test_twice();
	day_free();
	return test_end();
}
