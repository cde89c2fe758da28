/* SPDX-License-Identifier: MIT */
/*
 * Who may cause what: every event of the table by every role, alone and as
 * the second of two; what stands without anybody; and the entries that only
 * few causes bring: losses, forks, an end without a seal, the media.
 */
#include "tests/unit/day.h"
#include "tests/unit/test.h"

static const uint8_t ZERO[SHA256_LEN];

/* Rights alone: what the check says before anything else is looked at. */
static bool
allowed(const struct event *ev, const char *a, const char *b, char why[40])
{
	struct entry en;
	struct err e = { 0 };
	char by[40];
	bool ok;

	entry_init(&en, ev->type);
	for (int i = 0; i < 2; i++) {
		if ((i == 0 ? a : b) == NULL)
			continue;
		snprintf(by, sizeof(by), "op/%s", i == 0 ? a : b);
		entry_by(&en, by);
	}
	if (ceremony_check(sealed.c, &en, &e) == 0)
		e.id[0] = '\0';
	ok = strcmp(e.id, "role.not-allowed") != 0 &&
	    (strcmp(e.id, "state.order") != 0 ||
	    strcmp(err_value(&e, "why"), "by") != 0 || a != NULL);
	snprintf(why, 40, "%s", e.id);
	entry_fini(&en);
	return ok;
}

static void
test_walk(void)
{
	size_t walked = 0, wrong = 0;
	char why[40];

	day_branch(day_find(EV_TOKEN_DEAL, 0));
	for (size_t i = 0; i < SEALED_PEOPLE; i++)
		day_login(i);
	for (size_t i = 0; event_at(i) != NULL; i++) {
		const struct event *ev = event_at(i);

		if (ev->type == EV_GENESIS)
			continue;
		for (size_t k = 0; k < sealed.c->persons; k++) {
			const struct person *p = &sealed.c->person[k];
			bool may = (p->roles & ev->roles) != 0;
			/* With one who may, it is still he who may not. */
			const char *first = NULL;

			for (size_t m = 0; m < sealed.c->persons; m++)
				if ((sealed.c->person[m].roles & ev->roles) !=
				    0)
					first = sealed.c->person[m].id;
			if (allowed(ev, p->id, NULL, why) != may) {
				printf("# %s by %s: %s\n", ev->name, p->id,
				    why);
				wrong++;
			}
			if (first != NULL && strcmp(first, p->id) != 0 &&
			    allowed(ev, first, p->id, why) != may) {
				printf("# %s by %s, %s: %s\n", ev->name,
				    first, p->id, why);
				wrong++;
			}
			walked++;
		}
		if (allowed(ev, NULL, NULL, why) !=
		    ((ev->roles & EVENT_APPLIANCE) != 0)) {
			printf("# %s by nobody: %s\n", ev->name, why);
			wrong++;
		}
	}
	CHECK("every event by every role, as the table says", wrong == 0);
	CHECK("all of them", walked == (EV_COUNT - 1) * SEALED_PEOPLE);
}

/* ---- a loss, a fork, another table ---- */

/* Somebody remembers an end that is not here. */
static void
lose(void)
{
	struct ceremony *c = sealed.c;

	c->lost = xcalloc(1, sizeof(*c->lost));
	c->losts = 1;
	memcpy(c->lost[0].source, "Anna", 5);
	c->lost[0].head.n = c->head.n + 30;
	c->loss_pending = true;
}

/* What is to be signed: the loss, named; the table; ZERO for a fork. */
static const uint8_t *
story_doc(enum event_type ev)
{
	static uint8_t doc[SHA256_LEN];
	struct buf b = BUF_INIT;

	if (ev == EV_FORMAT_UPGRADE) {
		event_table(&b);
		sha256(doc, b.data, b.len);
		buf_reset(&b);
		ceremony_upgrade_record(sealed.c, doc, &b);
	} else if (ev == EV_LOSS_ACCEPTED) {
		ceremony_loss_record(sealed.c, &b);
	} else {
		return ZERO;
	}
	sha256(doc, b.data, b.len);
	buf_free(&b);
	return doc;
}

static struct command *
story(enum event_type ev, const char *by)
{
	static struct command cmd;
	struct json *d = day_cmd(&cmd, ev);

	cmd.by[0] = by;
	json_set_hex(d, "record", story_doc(ev), SHA256_LEN);
	if (ev == EV_FORMAT_UPGRADE) {
		struct buf table = BUF_INIT;

		event_table(&table);
		day_attach(&cmd, "table", &table);
		buf_free(&table);
	} else {
		json_set(d, "heads", json_new_arr());
	}
	if (ev == EV_LOSS_ACCEPTED) {
		json_set_int(d, "skip", LOSS_SKIP);
		for (size_t k = 0; k < sealed.c->losts; k++)
			json_add(json_set(d, "heads", json_new_arr()),
			    json_new_int(sealed.c->lost[k].head.n));
	}
	return &cmd;
}

static void
test_stories(void)
{
	static const struct {
		enum event_type ev;
		const char *by;
		size_t last;
	} ROWS[] = {
		{ EV_LOSS_ACCEPTED, "sora", SORA },
		{ EV_FORK_RESOLVED, "sora", SORA },
		{ EV_FORMAT_UPGRADE, "mina", MINA },
	};
	static const uint8_t other[SHA256_LEN] = { 1 };

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		const uint8_t *doc;

		day_branch(day_find(EV_CSR_IMPORT, 1));
		if (ROWS[i].ev == EV_LOSS_ACCEPTED)
			lose();
		doc = story_doc(ROWS[i].ev);
		sealed_statement(EV_RESOLVE, SORA, other);
		sealed_statement(EV_RESOLVE, ANNA, doc);
		sealed_statement(EV_RESOLVE, ROWS[i].last, doc);
		CHECK_STR("not by m-1", sealed_says(story(ROWS[i].ev, ROWS[i].by)),
		    "state.order quorum");
		sealed_statement(EV_RESOLVE, BELA, doc);
		sealed_do(story(ROWS[i].ev, ROWS[i].by));
		while (day_once())
			continue;
		CHECK_STR("numbers go on, or jump after a loss",
		    ceremony_item(sealed.c, "crl-2")->serial,
		    ROWS[i].ev == EV_LOSS_ACCEPTED ? "18" : "2");
	}
	day_branch(day_find(EV_CSR_IMPORT, 1));
	lose();
	CHECK_STR("while a loss waits nothing else is done",
	    sealed_says(story(EV_FORMAT_UPGRADE, "mina")), "loss.pending");
	sealed_statement(EV_RESOLVE, ANNA, story_doc(EV_LOSS_ACCEPTED));
	sealed_statement(EV_RESOLVE, BELA, story_doc(EV_LOSS_ACCEPTED));
	CHECK_STR("a loss is not accepted without the owner",
	    sealed_says(story(EV_LOSS_ACCEPTED, "sora")), "state.order quorum");
}

/* One medium alone: a CA administrator and an operations manager. */
static void
test_one(void)
{
	struct ceremony *c;
	struct command cmd;
	struct buf b = BUF_INIT;
	uint8_t doc[SHA256_LEN];

	day_branch(day_find(EV_CSR_IMPORT, 1));
	c = sealed.c;
	c->one[0] = 'A';
	c->one_pending = true;
	ceremony_one_record(c, &b);
	sha256(doc, b.data, b.len);
	buf_free(&b);
	CHECK_STR("while it waits nothing else is done",
	    sealed_says(story(EV_FORMAT_UPGRADE, "mina")), "media.one-pending");
	sealed_statement(EV_RESOLVE, ANNA, doc);
	sealed_statement(EV_RESOLVE, BELA, doc);
	json_set_str(day_cmd(&cmd, EV_MEDIA_ONE), "medium", "A");
	CHECK_STR("two administrators do not decide", sealed_says(&cmd),
	    "state.order two-people");
	sealed_statement(EV_RESOLVE, MINA, doc);
	json_set_str(day_cmd(&cmd, EV_MEDIA_ONE), "medium", "B");
	CHECK_STR("not on the other medium", sealed_says(&cmd),
	    "state.order medium");
	json_set_str(day_cmd(&cmd, EV_MEDIA_ONE), "medium", "A");
	sealed_do(&cmd);
	CHECK("two do", !sealed.c->one_pending);
	while (day_once())
		continue;
	CHECK("and the day goes on", sealed.c->sitting == SITTING_SEALED);
}

/* A fork is a loss that somebody else's story stands beside. */
static void
test_fork(void)
{
	const uint8_t *doc;
	struct command *cmd;

	day_branch(day_find(EV_CSR_IMPORT, 1));
	lose();
	sealed.c->forked = true;
	doc = story_doc(EV_LOSS_ACCEPTED);
	sealed_statement(EV_RESOLVE, ANNA, doc);
	sealed_statement(EV_RESOLVE, BELA, doc);
	sealed_statement(EV_RESOLVE, SORA, doc);
	CHECK_STR("its record names the ends", sealed_says(story(EV_FORK_RESOLVED,
	    "sora")), "state.order record");
	cmd = story(EV_FORK_RESOLVED, "sora");
	json_set_hex(cmd->d, "record", doc, SHA256_LEN);
	json_add(json_set(cmd->d, "heads", json_new_arr()), json_new_int(1));
	sealed_do(cmd);
	CHECK("a fork that is resolved waits no more",
	    !sealed.c->loss_pending);
	while (day_once())
		continue;
	CHECK_STR("numbers jump after it",
	    ceremony_item(sealed.c, "crl-2")->serial, "18");
}

/* ---- ends ---- */

static void
test_unsealed(void)
{
	struct command cmd;

	day_branch(day_find(EV_CHECKPOINT_SIGN, 11));
	day_cmd(&cmd, EV_CLOSE_UNSEALED);
	json_set_str(cmd.d, "why", "log-token");
	cmd.by[0] = "mina";
	cmd.by[1] = "anna";
	sealed_do(&cmd);
	CHECK("no seal: the sitting is over",
	    sealed.c->sitting == SITTING_NONE);
	day_cmd(&cmd, EV_RECOVERY);
	json_set_int(cmd.d, "bytes", 0);
	json_set_str(cmd.d, "why", "unsealed");
	sealed_do(&cmd);
	sealed_open(1);
	CHECK("no seal: the next one knows", sealed.c->crashed);

	day_branch(day_find(EV_SITTING_OPEN, 1));
	day_cmd(&cmd, EV_RECOVERY);
	json_set_int(cmd.d, "bytes", 0);
	json_set_str(cmd.d, "why", "coda");
	sealed_do(&cmd);
	CHECK("a seal stays one", sealed.c->sitting == SITTING_SEALED);
}

/* An earlier checkpoint's cosignatures do not seal a later one. */
static void
test_cosigned(void)
{
	day_branch(day_find(EV_CHECKPOINT_SIGN, 13));
	CHECK("not yet", !ceremony_cosigned(sealed.c));
	sealed_log_checkpoint();
	CHECK("m-1 and a checkpoint: those are gone",
	    sealed.c->sitting == SITTING_CLOSING &&
	    !ceremony_person(sealed.c, "anna")->cosigned);
	sealed_cosign(ANNA);
	sealed_cosign(BELA);
	CHECK("not without a manager", !ceremony_cosigned(sealed.c));
	sealed_cosign(MINA);
	CHECK("all again", ceremony_cosigned(sealed.c));
	sealed_log_checkpoint();
	CHECK("sealed", sealed.c->sitting == SITTING_SEALED);
}

/* As many sign the close as the token's shares asked for. */
static void
test_seal_quorum(void)
{
	struct ceremony *c;

	day_branch(day_find(EV_CHECKPOINT_SIGN, 14));
	c = sealed.c;
	CHECK("two seal, where two open the token", ceremony_cosigned(c));
	for (size_t i = 0; i < c->sets; i++)
		if (strcmp(c->set[i].purpose, "user-pin") == 0)
			c->set[i].m = 3;
	CHECK("not where three do", !ceremony_cosigned(c));
	for (size_t i = 0; i < c->sets; i++)
		c->set[i].m = strcmp(c->set[i].purpose, "user-pin") == 0 ?
		    2 : 3;
	CHECK("sets of another purpose do not count", ceremony_cosigned(c));
	c->sets = 0;
	CHECK("two seal, where there is no token", ceremony_cosigned(c));
}

static const struct {
	enum event_type ev;
	const char *by, *d;
} PLAIN[] = {
	{ EV_MIRROR_REPAIR, NULL,
	    "{\"from\":\"A\",\"lines\":2,\"to\":\"B\"}" },
	{ EV_MEDIA_RETIRE, NULL, "{\"medium\":\"B\",\"why\":\"io\"}" },
	{ EV_ANOMALY, NULL, "{\"what\":\"clock\"}" },
	{ EV_NOTE, "anna", "{\"text\":\"a note\"}" },
	{ EV_ROOM_ENTER, NULL,
	    "{\"code\":\"V1\",\"name\":\"Vera\",\"role\":\"witness\"}" },
	{ EV_ROOM_LEAVE, NULL, "{\"code\":\"V1\"}" },
	{ EV_AUTH_FAIL, NULL, "{\"why\":\"passphrase\"}" },
	{ EV_FILE_REFUSED, NULL, "{\"name\":\"x\",\"why\":\"form\"}" },
	{ EV_LINT_REFUSED, NULL, "{\"item\":\"c-root\",\"rule\":\"crt-1\"}" },
	{ EV_LINT_TRIED, NULL, "{\"items\":3,\"rules\":90,\"warned\":0}" },
	{ EV_CSR_REFUSED, NULL,
	    "{\"file\":\"f\",\"item\":\"c-int1\",\"why\":\"form\"}" },
};

/* Entries that change nothing, also as failures. */
static void
test_plain(void)
{
	struct next before, after;

	day_branch(day_find(EV_TOKEN_DEAL, 0));
	ceremony_next(sealed.c, &before);
	for (size_t i = 0; i < sizeof(PLAIN) / sizeof(*PLAIN); i++) {
		for (int rc = RC_OK; rc <= RC_FAIL; rc++) {
			struct command cmd;

			day_cmd(&cmd, PLAIN[i].ev);
			json_free(cmd.d);
			cmd.d = soft_json(PLAIN[i].d);
			cmd.by[0] = PLAIN[i].by;
			cmd.rc = (enum rc)rc;
			sealed_do(&cmd);
		}
	}
	ceremony_next(sealed.c, &after);
	CHECK("nothing has moved", before.todo == after.todo &&
	    before.step_index == after.step_index);
}

/* A log examiner's review: in his second role. */
static void
test_review(void)
{
	struct command cmd = { .event = EV_REVIEW, .by = { "mina" } };
	struct statement st = { .seen = { .n = 2 } };
	struct buf text = BUF_INIT;
	uint8_t sig[80];
	size_t n;

	st.asked = sealed.c->head;
	memcpy(st.doc, ceremony_hash(sealed.c, 3), SHA256_LEN);
	memcpy(st.seen.hash, ceremony_hash(sealed.c, 2), SHA256_LEN);
	snprintf(st.kind, sizeof(st.kind), "review");
	snprintf(st.origin, sizeof(st.origin), "%s", SEALED_ORIGIN);
	snprintf(st.epoch, sizeof(st.epoch), "%s", sealed.epoch);
	snprintf(st.person, sizeof(st.person), "mina");
	snprintf(st.role, sizeof(st.role), "log-examiner");
	statement_text(&st, &text);
	n = sealed_sign_low(sealed.key[MINA], &text, sig);
	cmd.d = json_new_obj();
	statement_put(&st, sig, n, cmd.d);
	sealed_do(&cmd);
	CHECK("reviewed, by one who remembers an entry",
	    sealed.c->reviewed == 3 && sealed.c->reviewed_t ==
	    sealed.c->last_t);
	buf_free(&text);
}

int
main(void)
{
	day_make();
	test_walk();
	test_stories();
	test_one();
	test_fork();
	test_unsealed();
	test_cosigned();
	test_seal_quorum();
	test_plain();
	test_review();
	day_free();
	return test_end();
}
