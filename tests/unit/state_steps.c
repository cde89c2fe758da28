/* SPDX-License-Identifier: MIT */
/*
 * Steps that go another way: deviations that go on or end the day, codes and
 * tokens of the script's own steps, a corrected script, a pinned request;
 * and what follows from what was signed: dates, and the lists after it.
 */
#include "ceremony/state/dates.h"
#include "ceremony/state/fold.h"
#include "tests/unit/state_refuse.h"

static enum todo
todo(void)
{
	struct next n;

	ceremony_next(sealed.c, &n);
	return n.todo;
}

static const char *
step_ends(void)
{
	struct command cmd;

	day_cmd(&cmd, EV_STEP_END);
	json_set_str(cmd.d, "result", "done");
	json_set_str(cmd.d, "step", ceremony_step_no(sealed.c, sealed.c->now));
	return sealed_says(&cmd);
}

static void
digest(struct buf *record, uint8_t out[static SHA256_LEN])
{
	sha256(out, record->data, record->len);
	buf_free(record);
}

static void
deviate(const char *decision)
{
	static struct command cmd;
	struct buf b = BUF_INIT;
	uint8_t doc[SHA256_LEN];
	int no = (int)sealed.c->deviations + 1;

	day_cmd(&cmd, EV_DEVIATION_OPEN);
	json_set_str(cmd.d, "expected", "the words are read");
	json_set_str(cmd.d, "happened", "nobody reads");
	json_set_int(cmd.d, "no", no);
	json_set_str(cmd.d, "step", ceremony_step_no(sealed.c, sealed.c->now));
	sealed_do(&cmd);
	ceremony_deviation_record(sealed.c, no, decision, "so be it", &b);
	digest(&b, doc);
	day_login(MINA);
	sealed_statement(EV_RESOLVE, MINA, doc);
	day_cmd(&cmd, EV_DEVIATION_DECIDE);
	cmd.by[0] = "mina";
	json_set_str(cmd.d, "because", "so be it");
	json_set_str(cmd.d, "decision", decision);
	json_set_int(cmd.d, "no", no);
	json_set_hex(cmd.d, "record", doc, SHA256_LEN);
	sealed_do(&cmd);
}

static void
test_go_on(void)
{
	static const char *const VERBS[] = { "say", "break", "qr-show" };

	for (size_t i = 0; i < 3; i++) {
		day_branch(day_find(EV_STEP_END, 20));
		step_says("do", VERBS[i]);
		deviate("go-on");
		CHECK(VERBS[i], todo() == TODO_DEVIATED);
	}
	day_branch(day_find(EV_STEP_END, 20));
	step_says("do", "say");
	deviate("again");
	CHECK("again: its hands", todo() == TODO_HANDS);
	day_branch(day_find(EV_RUN_PREPARED, 1));
	deviate("go-on");
	CHECK("no run goes on without being done", todo() != TODO_DEVIATED);
}

/* Ended before the token was active: the run is given up, nothing is done. */
static void
test_ended(void)
{
	struct command cmd;

	day_branch(day_find(EV_CONSENT, 2));
	deviate("end");
	CHECK("an open run is given up", todo() == TODO_DROP);
	day_cmd(&cmd, EV_TOKEN_ACTIVATE);
	json_set_int(cmd.d, "run", 1);
	json_set_str(cmd.d, "token", "root-token");
	CHECK("nothing is activated", strcmp(sealed_says(&cmd), "taken") != 0);
	day_drop(ceremony_run(sealed.c)->no);
	CHECK("then no step is run", todo() == TODO_NOT_RUN);
}

/* ---- steps ---- */

static void
test_steps(void)
{
	size_t token = 0;

	day_branch(day_find(EV_STEP_END, 20));
	step_says("do", "qr-show");
	CHECK("shown as codes", todo() == TODO_SHOW);
	step_says("do", "deactivate");
	CHECK("a token inactive already", todo() == TODO_END);
	CHECK_STR("which one?", step_ends(), "state.order token");
	step_says("token", "no-such-token");
	CHECK_STR("one that is not there", step_ends(), "state.order token");
	step_says("token", "root-token");
	CHECK_STR("inactive: done", step_ends(), "taken");
	while (strcmp(sealed.c->token[token].id, "root-token") != 0)
		token++;
	sealed.c->token[token].active = true;
	CHECK_STR("active: not done", step_ends(), "state.order token");
	sealed.c->token[token].active = false;
	step_says("do", "sing");
	CHECK("a verb that is none ends it", todo() == TODO_DONE);
}

/* A corrected script goes on at its step, once it is approved. */
static void
test_corrected(void)
{
	size_t now;

	day_branch(day_find(EV_RUN_PREPARED, 1));
	day.dir = "docs/ceremonies/br-tls";
	now = sealed.c->now;
	CHECK("a record is due", todo() == TODO_RECORD);
	day_admit(FILES_SCRIPT, EV_SCRIPT_ADMIT, "script.yaml", "script");
	CHECK("the same step, not approved", sealed.c->now == now &&
	    !sealed.c->approved && todo() == TODO_APPROVE);
	day_approve();
	CHECK("then on", todo() == TODO_RECORD);
}

/* The day's first import, when it is due; and the same once more. */
static void
import_due(struct entry *en)
{
	size_t at = day_find(EV_CSR_IMPORT, 0);
	struct err e;

	day_branch(at);
	if (entry_decode(day.line[at].data, day.line[at].len,
	    sealed.c->head.hash, en, &e) == -1)
		sealed_die("line", &e);
}

static void
import_again(const struct entry *en, struct command *cmd)
{
	day_cmd(cmd, EV_CSR_IMPORT);
	json_free(cmd->d);
	cmd->d = json_copy(en->d);
	cmd->att[0] = (struct attachment){ .name = "file",
		.type = "application/pkcs10", .size = 1 };
	cmd->atts = 1;
	if (entry_attachment(en, "file", cmd->att[0].sha256) == -1)
		sealed_die("file", NULL);
}

/* The plan pins a request: no other is taken in. */
static void
test_pinned(void)
{
	static const uint8_t OTHER[SHA256_LEN] = { 1 };
	struct command cmd;
	struct entry en;
	struct json *request;
	enum item_kind kind = ITEM_TOKEN;

	import_due(&en);
	request = (struct json *)(uintptr_t)json_get(ceremony_plan_item(
	    sealed.c, json_get_str(en.d, "item"), &kind), "request");
	CHECK("a request is a certificate's", kind == ITEM_CERT);
	for (int i = 0; i < 2; i++) {
		import_again(&en, &cmd);
		json_set_hex(request, "sha256",
		    i == 0 ? OTHER : cmd.att[0].sha256, SHA256_LEN);
		CHECK_STR(i == 0 ? "another request" : "the pinned one",
		    sealed_says(&cmd), i == 0 ? "csr.hash" : "taken");
	}
	entry_fini(&en);
}

/* A key that is known already is no other CA's, nor a key of a token. */
static void
test_known_key(void)
{
	struct item *it, *other, *key;
	struct command cmd;
	struct entry en;

	import_due(&en);
	it = &sealed.c->item[ceremony_item(sealed.c, "c-int1") -
	    sealed.c->item];
	other = &sealed.c->item[ceremony_item(sealed.c, "c-root") -
	    sealed.c->item];
	key = &sealed.c->item[ceremony_item(sealed.c, "k-root") -
	    sealed.c->item];
	for (int i = 0; i < 4; i++) {
		static const char *const WHAT[] = { "nobody's key",
			"the key of another request", "a key of a token",
			"a key of a token that is not made yet" };

		other->has_csr = i == 1;
		key->state = i == 2 ? ITEM_DONE : ITEM_PLANNED;
		if (json_get_hex(en.d, "spki", i == 1 ? other->csr_spki :
		    key->key_sha, SHA256_LEN) == -1)
			sealed_die("spki", NULL);
		if (i == 0)
			memset(key->key_sha, 0, SHA256_LEN);
		import_again(&en, &cmd);
		CHECK_STR(WHAT[i], sealed_says(&cmd),
		    i == 1 || i == 2 ? "csr.known-key" : "taken");
	}
	CHECK("its item is another's still", !it->has_csr);
	entry_fini(&en);
}

/* Those who act in the step that is due. */
static void
step_by(struct json *by)
{
	struct next n;

	ceremony_next(sealed.c, &n);
	json_set((struct json *)(uintptr_t)n.step.json, "by", by);
}

/* The log is reviewed by those whom the step names; files on paper. */
static void
test_review(void)
{
	const struct person *mina;
	struct due_list l;

	day_branch(day_find(EV_STEP_END, 20));
	day_login(MINA);
	mina = ceremony_person(sealed.c, SEALED_WHO[MINA].id);
	step_says("do", "review");
	step_says("what", "files");
	CHECK("files are read on paper", todo() == TODO_PAPER);
	step_says("what", "transcript");
	CHECK("the log is signed for", todo() == TODO_REVIEW);
	for (int i = 0; i < 3; i++) {
		static const char *const WHO[] = { "anybody may", "she may",
			"another may" };
		struct json *by = json_new_arr();

		if (i > 0)
			json_add(by, json_new_str(i == 1 ? mina->code :
			    "nobody"));
		step_by(by);
		ceremony_due(sealed.c, mina, NULL, NULL, &l);
		CHECK(WHO[i], i < 2 ? l.n == 1 && l.due[0].event == EV_REVIEW &&
		    memcmp(l.due[0].doc, sealed.c->head.hash, SHA256_LEN) == 0 :
		    l.n == 0);
		due_list_fini(&l);
	}
	sealed.c->step[sealed.c->now].reviewed = true;
	CHECK("then it ends", todo() == TODO_END);
}

/* The same plan once more: what it says of each item stands in its place. */
static void
test_plan_again(void)
{
	const struct json *was;

	day_branch(day_find(EV_SCRIPT_ADMIT, 0));
	was = ceremony_item_plan(sealed.c, ceremony_item(sealed.c, "c-int1"));
	CHECK("planned", was != NULL);
	day_admit(FILES_PLAN, EV_PLAN_ADMIT, "plan.yaml", "plan");
	was = ceremony_item_plan(sealed.c, ceremony_item(sealed.c, "c-int1"));
	CHECK_STR("planned again", json_get_str(was, "id"), "c-int1");
}

/* ---- what is due of what was signed ---- */

static struct due_date date[32];
static size_t dates;

static void
take_date(void *arg, const struct due_date *d)
{
	(void)arg;
	if (dates < 32)
		date[dates++] = *d;
}

static int64_t
date_of(const char *what, const char *item)
{
	int64_t t = 0;
	int n = 0;

	for (size_t i = 0; i < dates; i++)
		if (strcmp(date[i].what, what) == 0 &&
		    strcmp(date[i].item, item) == 0) {
			t = date[i].t;
			n++;
		}
	return n == 1 ? t : -1;
}

static void
test_dates(void)
{
	const struct item *key, *crl, *cert;

	day_branch(day_find(EV_CERT_SIGN_BEGIN, 0));
	dates = 0;
	ceremony_dates(sealed.c, take_date, NULL);
	CHECK("nothing signed, nothing due", dates == 0);
	day_branch(day_find(EV_EXPORT_COPY, 0));
	ceremony_dates(sealed.c, take_date, NULL);
	key = ceremony_item(sealed.c, "k-root");
	crl = ceremony_item(sealed.c, "crl-1");
	cert = ceremony_item(sealed.c, "c-int1");
	CHECK("published within a day", date_of("due.publish", "") ==
	    sealed.c->last_t + 86400);
	CHECK("an intermediate within a week",
	    date_of("due.disclose", "c-int1") == cert->done_t + 7 * 86400);
	CHECK("no root", date_of("due.disclose", "c-root") == -1);
	CHECK("a sitting a month before the list ends",
	    date_of("due.sitting", "crl-1") == crl->not_after - 30 * 86400 &&
	    date_of("due.crl-ends", "crl-1") == crl->not_after);
	CHECK("fifteen and twenty years of a key",
	    date_of("due.browsers", "k-root") ==
	    civil_add_years(key->made, 15) &&
	    date_of("due.key-ends", "k-root") ==
	    civil_add_years(key->made, 20));
	CHECK("the log within a month", date_of("due.review", "") ==
	    sealed.c->last_t + 31 * 86400);
	CHECK("and nothing else", dates == 7);
}

/* ---- lists and what is known ---- */

/* A third list goes on from the second, whichever stands last. */
static void
test_third_list(void)
{
	struct prepare_facts f = { .now = 0 };
	struct prepared p = { 0 };
	struct json *list;
	struct item *it;
	struct err e;
	size_t n;

	day_branch(day.lines);
	list = (struct json *)(uintptr_t)json_get(sealed.c->plan, "crls");
	json_set_str(json_add(list, json_copy(json_at(list, 0))), "id",
	    "crl-3");
	n = sealed.c->items;
	sealed.c->item = xreallocarray(sealed.c->item, n + 1, sizeof(*it));
	it = &sealed.c->item[n];
	*it = *ceremony_item(sealed.c, "crl-2");
	snprintf(it->id, sizeof(it->id), "crl-3");
	it->state = ITEM_PLANNED;
	it->has_tbs = false;
	memset(&it->spki, 0, sizeof(it->spki));
	sealed.c->items++;
	f.now = sealed.now + 86400;
	CHECK("a third list", ceremony_prepare(sealed.c, it, &f, &p, &e) == 0 &&
	    strcmp(p.serial, "3") == 0);
	prepared_fini(&p);
}

static bool hidden;

static int
sometimes(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	const struct item *it = ceremony_item(sealed.c, "c-int1");

	if (hidden && memcmp(sha, it->made_sha, SHA256_LEN) == 0)
		return err_set(e, ERR_WORLD, "log.object", "what", "missing",
		    NULL);
	return sealed_object(arg, sha, out, e);
}

/* A certificate that cannot be read is nothing to be silent about. */
static void
test_unread(void)
{
	struct prepare_facts f = { .serial = { 1, 2, 3, 4, 5, 6, 7, 8, 9 } };
	struct prepared p = { 0 };
	struct err e = { 0 };

	day_branch(day_find(EV_TBS_PREPARED, 4));
	f.now = sealed.now;
	sealed.c->objects.get = sometimes;
	hidden = true;
	CHECK("a known certificate is missing: nothing is prepared",
	    ceremony_prepare(sealed.c, ceremony_item(sealed.c, "crl-2"), &f,
	    &p, &e) == -1 && strcmp(e.id, "log.object") == 0);
	hidden = false;
	sealed.c->objects.get = sealed_object;
	prepared_fini(&p);
}

/* A person's certificate is all of its bytes, or none. */
static void
test_whole_certificate(void)
{
	struct buf der = BUF_INIT;
	uint8_t sha[SHA256_LEN];

	sealed_certificate(sealed.key[ANNA], "Anna", &der);
	CHECK("a certificate has a key",
	    certificate_spki_sha(der.data, der.len, sha) == 0);
	CHECK("cut short it has none",
	    certificate_spki_sha(der.data, der.len - 1, sha) == -1);
	buf_byte(&der, 0);
	CHECK("with a byte behind it neither",
	    certificate_spki_sha(der.data, der.len, sha) == -1);
	buf_free(&der);
}

/* Time since the start does not run back within a sitting. */
static void
test_monotonic(void)
{
	struct facts f = { .now = 0 };
	struct buf line = BUF_INIT;
	struct command cmd;
	struct entry en;
	struct err e;

	day_branch(day_find(EV_STEP_END, 20));
	f.now = sealed.now;
	f.boot_ms = sealed.c->last_m - 5;
	day_cmd(&cmd, EV_NOTE);
	json_set_str(cmd.d, "text", "what time is it?");
	if (ceremony_decide(sealed.c, &cmd, &f, &line, &e) == -1 ||
	    entry_decode(line.data, line.len, sealed.c->head.hash, &en,
	    &e) == -1)
		sealed_die("note", &e);
	CHECK("milliseconds stand still", en.m == sealed.c->last_m);
	entry_fini(&en);
	buf_free(&line);
}

int
main(void)
{
	day_make();
	day_whole = day_fold(day.lines);
	test_go_on();
	test_ended();
	test_steps();
	test_corrected();
	test_pinned();
	test_known_key();
	test_review();
	test_plan_again();
	test_dates();
	test_third_list();
	test_unread();
	test_whole_certificate();
	test_monotonic();
	ceremony_free(day_whole);
	day_free();
	return test_end();
}
