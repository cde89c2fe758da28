/* SPDX-License-Identifier: MIT */
/*
 * What the fold asks for beyond the order of entries: the profile set's
 * head-counts, quorums and modules, the plan's digests of earlier days, the
 * checkpoint that a close is cosigned over, and time that does not run back.
 */
#include "tests/unit/state_refuse.h"

static void
say(const char *key, const char *json)
{
	json_set(sealed.c->profiles, key, soft_json(json));
}

/* A cosignature over whatever checkpoint is the last. */
static const char *
cosigned(size_t i)
{
	struct command cmd;
	struct buf text = BUF_INIT;
	uint8_t sig[80];
	char name[40];
	size_t n;

	cosignature_text(&text, sealed.now, SEALED_ORIGIN,
	    (uint64_t)sealed.c->checkpoint_size, sealed.c->checkpoint_root);
	n = sealed_sign_low(sealed.key[i], &text, sig);
	buf_free(&text);
	snprintf(name, sizeof(name), "op/%s", SEALED_WHO[i].id);
	day_cmd(&cmd, EV_CHECKPOINT_SIGN);
	cmd.by[0] = SEALED_WHO[i].id;
	json_set_str(cmd.d, "alg", "ecdsa-p256");
	json_set_str(cmd.d, "name", name);
	json_set_b64(cmd.d, "root", sealed.c->checkpoint_root, SHA256_LEN);
	json_set_b64(cmd.d, "sig", sig, n);
	json_set_int(cmd.d, "size", sealed.c->checkpoint_size);
	json_set_int(cmd.d, "time", sealed.now);
	return decided(&cmd);
}

static void
test_close(void)
{
	struct command cmd;

	day_branch(day_find(EV_SITTING_CLOSE, 0));
	CHECK("no cosignature in an open sitting",
	    strcmp(cosigned(ANNA), "state.order") == 0);
	day_cmd(&cmd, EV_SITTING_CLOSE);
	cmd.by[0] = "mina";
	json_set_int(cmd.d, "sitting", 0);
	json_set_str(cmd.d, "why", "done");
	sealed_do(&cmd);
	CHECK("a checkpoint from before the close is not cosigned",
	    sealed.c->checkpoint_size > 0 &&
	    strcmp(cosigned(ANNA), "state.order") == 0);
	sealed_log_checkpoint();
	CHECK("the one that covers the close is", *cosigned(ANNA) == '\0');
	sealed_cosign(ANNA);
	sealed_cosign(BELA);
	sealed_log_checkpoint();
	CHECK("without the manager it is no seal",
	    sealed.c->sitting == SITTING_CLOSING);
	CHECK("and who signed signs the new one",
	    *cosigned(ANNA) == '\0' && *cosigned(MINA) == '\0');
}

static int64_t
time_of(int64_t now)
{
	struct facts f = { .now = now, .boot_ms = sealed.ms };
	struct buf line = BUF_INIT;
	struct command cmd;
	struct entry en;
	struct err e;
	int64_t t = -1;

	day_cmd(&cmd, EV_NOTE);
	json_set_str(cmd.d, "text", "what time is it?");
	if (ceremony_decide(sealed.c, &cmd, &f, &line, &e) == 0 &&
	    entry_decode(line.data, line.len, sealed.c->head.hash, &en, &e) ==
	    0) {
		t = en.t;
		entry_fini(&en);
	}
	buf_free(&line);
	return t;
}

static void
test_time(void)
{
	int64_t last;

	day_branch(day_find(EV_SITTING_CLOSE, 0));
	last = sealed.c->last_t;
	CHECK("time goes on", time_of(last + 7) == last + 7);
	CHECK("it may stand", time_of(last) == last);
	CHECK("it does not run back", time_of(last - 1) == last);
	CHECK("not by a year either", time_of(last - 31536000) == last);
}

static void
test_headcount(void)
{
	struct person *p;

	day_branch(day_find(EV_ROSTER_SEAL, 0));
	CHECK("two officers are enough", *replayed(EV_ROSTER_SEAL, 0) == '\0');
	say("roles", "[{\"name\":\"ra-officer\",\"of\":3}]");
	CHECK("a set that asks for three gets three",
	    strcmp(replayed(EV_ROSTER_SEAL, 0), "role.headcount") == 0);
	p = &sealed.c->person[ceremony_person(sealed.c, "rui") -
	    sealed.c->person];
	p->roles = ROLE_WITNESS;
	say("roles", "[{\"name\":\"ra-officer\",\"of\":1}]");
	CHECK("one is below the CPS's floor",
	    strcmp(replayed(EV_ROSTER_SEAL, 0), "role.headcount") == 0);
	say("overrides", "[{\"because\":\"x\",\"cp_clause\":\"5.2\","
	    "\"rule\":\"roles.ra-officer.of\",\"value\":\"2\"}]");
	CHECK("an override of another value changes nothing",
	    strcmp(replayed(EV_ROSTER_SEAL, 0), "role.headcount") == 0);
	say("overrides", "[{\"because\":\"x\",\"cp_clause\":\"5.2\","
	    "\"rule\":\"roles.log-examiner.of\",\"value\":\"1\"}]");
	CHECK("nor does one of another role",
	    strcmp(replayed(EV_ROSTER_SEAL, 0), "role.headcount") == 0);
	say("overrides", "[{\"because\":\"x\",\"cp_clause\":\"5.2\","
	    "\"rule\":\"roles.ra-officer.of\",\"value\":\"1\"}]");
	CHECK("its own override lets it be one", /* but the digest differs */
	    strcmp(replayed(EV_ROSTER_SEAL, 0), "state.order") == 0);
}

static bool
quorum(const char *step)
{
	struct json *j = soft_json(step);
	bool met = ceremony_step_quorum(sealed.c, j);

	json_free(j);
	return met;
}

static void
test_quorum(void)
{
	day_branch(day_find(EV_TOKEN_DEAL, 0));
	CHECK("two of three deal", *replayed(EV_TOKEN_DEAL, 0) == '\0');
	CHECK("two are a quorum", quorum("{\"role\":\"ca-administrator\"}"));
	CHECK("a token that is to come asks for the plan's",
	    quorum("{\"role\":\"ca-administrator\",\"token\":"
	    "\"root-token\"}"));
	CHECK("two managers are in where one is asked for",
	    quorum("{\"role\":\"operations-manager\"}"));
	CHECK("an examiner may have come in as manager",
	    quorum("{\"role\":\"log-examiner\"}"));
	CHECK("no officer is in", !quorum("{\"role\":\"ra-officer\"}"));
	CHECK("nobody comes in as a witness", quorum("{\"role\":\"witness\"}"));
	say("roles", "[{\"name\":\"ca-administrator\",\"of\":3,"
	    "\"quorum\":3},{\"name\":\"log-examiner\",\"quorum\":2}]");
	CHECK("three are asked for", !quorum("{\"role\":\"ca-administrator\"}"));
	CHECK("two examiners", !quorum("{\"role\":\"log-examiner\"}"));
	CHECK("two of three do not deal then",
	    strcmp(replayed(EV_TOKEN_DEAL, 0), "files.quorum-below") == 0);
	sealed.c->person[ceremony_person(sealed.c, "mina") -
	    sealed.c->person].in = false;
	CHECK("without a manager there is no quorum",
	    !quorum("{\"role\":\"ca-administrator\",\"token\":"
	    "\"root-token\"}"));
}

#define MODULE(sha)                                                         \
	"[{\"certificate\":\"x\",\"firmware\":\"1\",\"manufacturer\":\"m\"," \
	"\"model\":\"m\",\"name\":\"n\",\"sha256\":\"" sha "\"}]"
#define ZEROS16 "0000000000000000"
#define ONES16  "1111111111111111"

static void
module_entry(struct command *cmd, const char *sha)
{
	day_cmd(cmd, EV_HSM_MODULE);
	json_set_str(cmd->d, "kind", "other");
	json_set_str(cmd->d, "library", "a library");
	json_set_str(cmd->d, "manufacturer", "a maker");
	json_set_str(cmd->d, "sha256", sha);
	json_set_str(cmd->d, "version", "1.2");
}

static void
module_where(enum event_type ev, const char *name)
{
	struct command cmd;

	day_branch(day_find(ev, 0));
	CHECK(name, *replayed(ev, 0) == '\0');
	sealed.c->production = true;
	CHECK("production: no module was named",
	    strcmp(replayed(ev, 0), "hsm.not-listed") == 0);
	say("modules", "[]");
	module_entry(&cmd, ONES16 ONES16 ONES16 ONES16);
	sealed_do(&cmd);
	CHECK("production: nothing is listed",
	    strcmp(replayed(ev, 0), "hsm.not-listed") == 0);
	module_entry(&cmd, ZEROS16 ZEROS16 ZEROS16 ZEROS16);
	CHECK("a module is named once a sitting",
	    strcmp(decided(&cmd), "state.order") == 0);
	say("modules", MODULE(ZEROS16 ZEROS16 ZEROS16 ZEROS16));
	CHECK("production: another is listed",
	    strcmp(replayed(ev, 0), "hsm.not-listed") == 0);
	say("modules", MODULE(ONES16 ONES16 ONES16 ONES16));
	CHECK("production: it is listed", *replayed(ev, 0) == '\0');
}

/*
 * The day's second plan with this digest expected: of the first of a list, or
 * of the log (list NULL).
 */
static const char *
expecting(const char *list, const char *key, const char *sha)
{
	struct buf yaml = day_slurp("tests/ceremonies/next", "plan.yaml");
	struct buf form = BUF_INIT;
	struct json *j = NULL, *o, *again = json_new_arr();
	struct command cmd;
	struct err e;
	const char *id;

	if (files_parse(FILES_PLAN, "plan.yaml", yaml.data, yaml.len, &j,
	    &e) == -1)
		sealed_die("plan", &e);
	o = json_copy(json_get(j, "expect"));
	json_set(j, "expect", o);
	/* The list anew, its first element with one more member. */
	for (size_t i = 0; list != NULL && i < json_count(json_get(o, list));
	     i++) {
		struct json *one = json_copy(json_at(json_get(o, list), i));

		if (i == 0)
			json_set_str(one, key, sha);
		json_add(again, one);
	}
	if (list != NULL)
		json_set(o, list, again);
	else {
		json_free(again);
		json_set_str(o, key, sha);
	}
	json_encode(j, &form);
	day_cmd(&cmd, EV_PLAN_ADMIT);
	json_set_str(cmd.d, "name", json_get_str(j, "plan"));
	json_set_hex(cmd.d, "file", sealed.c->plan_file, SHA256_LEN);
	day_attach(&cmd, "form", &form);
	id = decided(&cmd);
	json_free(j);
	buf_free(&yaml);
	buf_free(&form);
	return id;
}

static void
test_expected(void)
{
	char key[SHA256_HEX], cert[SHA256_HEX];
	struct item *it;

	day_branch(day_find(EV_PLAN_ADMIT, 1));
	sha256_hex(key, ceremony_hash(sealed.c, sealed.c->sealed));
	sha256_hex(cert, ceremony_hash(sealed.c, 0));
	CHECK_STR("the end of the last sitting",
	    expecting(NULL, "head", key), "");
	CHECK_STR("another end", expecting(NULL, "head", cert), "plan.head");
	sha256_hex(key, ceremony_item(sealed.c, "k-root")->key_sha);
	sha256_hex(cert, ceremony_item(sealed.c, "c-root")->made_sha);
	CHECK("the key that is expected", *expecting("keys", "spki_sha256",
	    key) == '\0');
	CHECK("another key", strcmp(expecting("keys", "spki_sha256", cert),
	    "plan.other") == 0);
	CHECK("the certificate that is expected",
	    *expecting("certificates", "sha256", cert) == '\0');
	CHECK("another certificate", strcmp(expecting("certificates",
	    "sha256", key), "plan.other") == 0);
	it = &sealed.c->item[ceremony_item(sealed.c, "c-root") -
	    sealed.c->item];
	it->state = ITEM_PLANNED;
	CHECK("one that was never signed", strcmp(expecting("certificates",
	    "sha256", cert), "plan.other") == 0);
}

/* The deviation is opened, and the manager decides that the day ends. */
static void
decide_end(void)
{
	struct command cmd;
	struct buf rec = BUF_INIT;
	uint8_t doc[SHA256_LEN];

	day_cmd(&cmd, EV_DEVIATION_OPEN);
	json_set_str(cmd.d, "expected", "power");
	json_set_str(cmd.d, "happened", "none");
	json_set_int(cmd.d, "no", 1);
	json_set_str(cmd.d, "step", ceremony_step_no(sealed.c, sealed.c->now));
	sealed_do(&cmd);
	ceremony_deviation_record(sealed.c, 1, "end", "no power", &rec);
	sha256(doc, rec.data, rec.len);
	sealed_statement(EV_RESOLVE, MINA, doc);
	day_cmd(&cmd, EV_DEVIATION_DECIDE);
	cmd.by[0] = "mina";
	json_set_str(cmd.d, "because", "no power");
	json_set_str(cmd.d, "decision", "end");
	json_set_int(cmd.d, "no", 1);
	json_set_hex(cmd.d, "record", doc, SHA256_LEN);
	sealed_do(&cmd);
	buf_free(&rec);
}

/* Of the step's items those that exist. */
static void
export_done(const struct json *plan)
{
	struct json *list = json_new_arr();

	for (size_t i = 0; i < json_count(plan); i++) {
		const struct item *it =
		    ceremony_item(sealed.c, json_str(json_at(plan, i)));

		if (it != NULL && it->state == ITEM_DONE)
			json_add(list, json_copy(json_at(plan, i)));
	}
	day_export(list);
	json_free(list);
}

/* What was begun is closed in good order; what was not is left out. */
static void
test_ending(void)
{
	size_t left_out = 0, exports = 0;
	struct next n;
	bool seal = false;

	/* The root is signed; the intermediate's run has not begun. */
	day_branch(day_find(EV_CSR_IMPORT, 0));
	decide_end();
	for (int i = 0; i < 200; i++) {
		ceremony_next(sealed.c, &n);
		if (n.todo == TODO_NOT_RUN) {
			left_out++;
			day_step(EV_STEP_END, "not-run");
			continue;
		}
		if (n.todo == TODO_EXPORT) {
			exports++;
			export_done(n.step.plan);
			continue;
		}
		seal |= n.todo == TODO_CLOSE;
		CHECK("nothing new is prepared", n.todo != TODO_PREPARE &&
		    n.todo != TODO_IMPORT && n.todo != TODO_DEAL);
		if (!day_once())
			break;
	}
	CHECK("steps are left out", left_out > 0);
	CHECK("what was signed is exported", exports > 0);
	CHECK("and the sitting is sealed", seal &&
	    sealed.c->sitting == SITTING_SEALED &&
	    sealed.c->sealed > 0);
	CHECK("the step that waited counts as not run",
	    sealed.c->now == sealed.c->steps);
}

static void
loss_record(uint8_t doc[static SHA256_LEN])
{
	struct buf rec = BUF_INIT;

	ceremony_loss_record(sealed.c, &rec);
	sha256(doc, rec.data, rec.len);
	buf_free(&rec);
}

static const char *
accept_loss(const uint8_t doc[static SHA256_LEN])
{
	struct command cmd;

	day_cmd(&cmd, EV_LOSS_ACCEPTED);
	cmd.by[0] = "mina";
	json_add(json_set(cmd.d, "heads", json_new_arr()),
	    json_new_str("one"));
	json_set_hex(cmd.d, "record", doc, SHA256_LEN);
	json_set_int(cmd.d, "skip", LOSS_SKIP);
	return decided(&cmd);
}

/* A stick remembers more than the volume has. */
static void
test_loss(void)
{
	static const uint8_t there[SHA256_LEN] = { 7 };
	uint8_t doc[SHA256_LEN];
	struct command cmd;
	struct json *m;
	struct head h = { .n = 9000 };

	day_branch(day.lines);
	sealed.now += 86400;
	sealed.ms = 0;
	snprintf(sealed.epoch, sizeof(sealed.epoch), "%032x", 77);
	day_cmd(&cmd, EV_SITTING_OPEN);
	json_set_hex(cmd.d, "cert", there, SHA256_LEN);
	json_set_str(cmd.d, "epoch", sealed.epoch);
	json_set_hex(cmd.d, "image", there, SHA256_LEN);
	json_set(cmd.d, "media", json_new_arr());
	m = json_add(json_set(cmd.d, "memories", json_new_arr()),
	    json_new_obj());
	json_set_hex(m, "head", there, SHA256_LEN);
	json_set_int(m, "lost", 1);
	json_set_int(m, "n", h.n);
	json_set_str(m, "source", "Anna");
	json_set_int(cmd.d, "sitting", sealed.c->s + 1);
	sealed_do(&cmd);
	memcpy(h.hash, there, SHA256_LEN);
	CHECK("the loss waits", sealed.c->loss_pending &&
	    sealed.c->losts == 1 && ceremony_is_lost(sealed.c, &h));
	h.n--;
	CHECK("no other end is lost", !ceremony_is_lost(sealed.c, &h));
	day_login(MINA);
	day_login(ANNA);
	day_login(BELA);
	day_cmd(&cmd, EV_CLOCK_SET);
	CHECK("nothing else is done", strcmp(decided(&cmd),
	    "loss.pending") == 0);
	loss_record(doc);
	CHECK("nobody has accepted it",
	    strcmp(accept_loss(doc), "state.order") == 0);
	sealed_statement(EV_RESOLVE, ANNA, doc);
	sealed_statement(EV_RESOLVE, BELA, doc);
	CHECK("a quorum without the owner",
	    strcmp(accept_loss(doc), "state.order") == 0);
	day_login(SORA);
	sealed_statement(EV_RESOLVE, SORA, doc);
	CHECK("a quorum and the owner", *accept_loss(doc) == '\0');
	doc[0] ^= 1;
	CHECK("over another record", strcmp(accept_loss(doc), "state.order") ==
	    0);
}

int
main(void)
{
	day_make();
	day_whole = day_fold(day.lines);
	test_close();
	test_time();
	test_headcount();
	test_quorum();
	module_where(EV_TOKEN_INIT_BEGIN, "a rehearsal sets up any token");
	module_where(EV_TOKEN_ACTIVATE, "a rehearsal activates any token");
	test_expected();
	test_ending();
	test_loss();
	ceremony_free(day_whole);
	day_free();
	return test_end();
}
