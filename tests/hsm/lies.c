/* SPDX-License-Identifier: MIT */
/*
 * A console that lies, against the real tachiai-hsm on a module that counts:
 * whatever is missing or false, no C_Sign is reached; with m consents and
 * the witness, exactly one.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/keypair.h"
#include "appliance/world/secret.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/people/statement.h"
#include "ceremony/text/text.h"
#include "ceremony/x509/x509.h"
#include "tests/hsm/room.h"
#include "tests/unit/test.h"

static char dir[256];
static char so[320];
static const char *scenario = "";

static const char *
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

static const char *
softhsm(void)
{
	static const char *const PATHS[] = { "/usr/lib/softhsm/libsofthsm2.so",
		"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so" };

	for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++) {
		if (access(PATHS[i], R_OK) == 0)
			return PATHS[i];
	}
	printf("not ok SoftHSM is not installed\n0 passed, 1 failed\n");
	exit(1);
}

/* What the module does from now on. */
static void
shim(const char *lie)
{
	char path[340], text[512];

	snprintf(path, sizeof(path), "%s.conf", so);
	snprintf(text, sizeof(text), "module %s\n%s\n", softhsm(), lie);
	put_file(path, text);
}

static int
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
static void
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

static struct json *
named_item(const char *key, const char *value)
{
	struct json *j = json_new_obj();

	json_set_str(j, key, value);
	return j;
}

static int
ask_do(struct room *r, const char *item)
{
	return room_ask(r, MSG_DO, named_item("item", item), NULL, 0);
}

static int
ask_activate(struct room *r)
{
	return room_ask(
	    r, MSG_ACTIVATE, named_item("token", "root-token"), NULL, 0);
}

/* Nothing is active, and nothing was signed since `signs`. */
static void
nothing(struct room *r, int signs, const char *id)
{
	int a = ask_activate(r);

	CHECK(named("not activated"), a == -1);
	CHECK_STR(named("not activated, id"), r->refused, id);
	CHECK(named("not signed"), ask_do(r, "c-root") == -1);
	CHECK(named("no C_Sign"), calls('S') == signs);
}

/* A line that an honest console would not make: decided by nobody. */
static int
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

static void
given(struct room *r, int shares)
{
	static const char *const WHO[] = { "anna", "bert", "cleo" };

	for (int i = 0; i < shares; i++)
		room_give_shares(r, WHO[i]);
}

/* ---- what must work ---- */

static void
honest(void)
{
	struct room r;
	struct buf first = BUF_INIT;
	int signs;

	begin(&r, "honest");
	room_until_certificate(&r);
	CHECK(named("one key"), calls('G') == 2); /* and the transcript's */
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	CHECK(named("not before it is active"), ask_do(&r, "c-root") == -1);
	room_activate(&r);
	CHECK(named("not before it is begun"), ask_do(&r, "c-root") == -1);
	CHECK_STR(named("not before, id"), r.refused, "hsm.not-begun");
	signs = calls('S');
	room_sign_begin(&r, "c-root");
	CHECK(named("not another item"), ask_do(&r, "crl-1") == -1);
	CHECK(named("signed"), ask_do(&r, "c-root") == 0);
	buf_add(&first, r.bytes.data, r.bytes.len);
	CHECK(named("exactly one C_Sign"), calls('S') == signs + 1);
	CHECK(named("asked again"), ask_do(&r, "c-root") == 0);
	CHECK(named("the same answer"),
	    first.len != 0 && r.bytes.len == first.len &&
		memcmp(first.data, r.bytes.data, first.len) == 0);
	CHECK(named("still one C_Sign"), calls('S') == signs + 1);
	buf_add(&r.made, first.data, first.len);
	room_sign_end(&r, "c-root");
	CHECK(named("not after its end"), ask_do(&r, "c-root") == -1);
	room_deactivate(&r);
	CHECK(named("inactive after"), ask_do(&r, "c-root") == -1);
	CHECK(named("checkpoint"),
	    room_ask(&r, MSG_LOG_SIGN, NULL, NULL, 0) == 0);
	CHECK(named("checkpoint of its own fold"),
	    json_get_int(r.json, "size", 0) == r.c->head.n + 1);
	buf_free(&first);
	room_fini(&r);
}

/* Secrets have no way out: not raw, not as text, not in a store. */
static void
canary(void)
{
	struct room r;
	uint8_t secret[32];
	char pin[64];
	struct buf hex = BUF_INIT, b64 = BUF_INIT;

	begin(&r, "canary");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_secret(&r, "anna", "cleo", secret, pin);
	hex_encode(&hex, secret, sizeof(secret));
	base64_encode(&b64, secret, sizeof(secret));
	CHECK(named("something was heard"), r.heard.len > 10000);
	CHECK(named("no secret"),
	    memmem(r.heard.data, r.heard.len, secret, sizeof(secret)) == NULL);
	CHECK(named("no secret in hex"),
	    memmem(r.heard.data, r.heard.len, hex.data, hex.len) == NULL);
	CHECK(named("no secret in base64"),
	    memmem(r.heard.data, r.heard.len, b64.data, b64.len) == NULL);
	CHECK(named("no PIN"),
	    memmem(r.heard.data, r.heard.len, pin, strlen(pin)) == NULL);
	buf_free(&hex);
	buf_free(&b64);
	room_fini(&r);
}

/* A throw-away key of every kind, and a certificate by every algorithm. */
static void
trials(void)
{
	static const char *const KEYS[] = {
		"{\"bits\":3072,\"type\":\"rsa\"}",
		"{\"curve\":\"P-256\",\"type\":\"ec\"}",
		"{\"curve\":\"P-384\",\"type\":\"ec\"}",
		"{\"curve\":\"P-521\",\"type\":\"ec\"}",
		"{\"type\":\"ed25519\"}",
	};
	struct room r;
	size_t made = 0, fitting = 0;

	begin(&r, "trials");
	room_open(&r);
	room_files(&r);
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
		struct json *j = json_new_obj(), *key = NULL, *profile;
		struct buf spki = BUF_INIT;
		struct spki k;
		struct err e = { 0 };

		json_parse(KEYS[i], strlen(KEYS[i]), JSON_DEPTH, &key, &e);
		profile =
		    json_copy(json_at(json_get(r.c->profiles, "profiles"), 0));
		json_set(profile, "key", json_copy(key));
		json_set(j, "key", key);
		CHECK(named(KEYS[i]),
		    room_ask(&r, MSG_TRIAL_KEY, j, NULL, 0) == 0);
		json_get_b64(r.json, "spki", &spki);
		if (spki_parse(span_of(&spki), &k, &e) == -1)
			room_die(&r, "spki", &e);
		for (size_t a = 0; sigalg_at(a) != NULL; a++) {
			struct cert_spec spec = { .alg = sigalg_at(a) };
			static const uint8_t SERIAL[] = { 1, 2, 3, 4, 5, 6, 7,
				8, 9 };
			struct buf tbs = BUF_INIT;

			if (sigalg_fits(spec.alg, &k, &e) == -1)
				continue;
			fitting++;
			spec.profile = profile;
			spec.spki = span_of(&spki);
			spec.serial = (struct span){ SERIAL, sizeof(SERIAL) };
			spec.not_before = r.now;
			spec.not_after = r.now + 86400;
			spec.rehearsal = true;
			if (cert_build(&spec, &tbs, &e) == -1)
				room_die(&r, "build", &e);
			j = named_item("kind", "cert");
			json_set_str(j, "signature", spec.alg->name);
			made += room_ask(&r, MSG_TRIAL_SIGN, j, tbs.data,
				    tbs.len) == 0 &&
			    r.bytes.len > tbs.len;
			buf_free(&tbs);
		}
		json_free(profile);
		buf_free(&spki);
	}
	CHECK(named("every algorithm"), fitting >= 8 && made == fitting);
	CHECK(named("in no token"), calls('G') == 1);
	room_fini(&r);
}

/* A later sitting: another program, the stores, the log token, a list. */
static void
later(void)
{
	struct room r;
	int signs;

	begin(&r, "later");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	if (ask_do(&r, "c-root") == -1)
		room_die(&r, "c-root", NULL);
	buf_add(&r.made, r.bytes.data, r.bytes.len);
	room_sign_end(&r, "c-root");
	room_deactivate(&r);
	room_step(&r, EV_STEP_END, "1.3");
	room_next_sitting(&r);
	room_login(&r, "maria", "operations-manager");
	room_login(&r, "bert", "ca-administrator");
	room_login(&r, "cleo", "ca-administrator");
	room_step(&r, EV_STEP_BEGIN, "1.4");
	room_tbs(&r, "crl-1");
	room_prepare_run(&r, "1.4", "crl-1");
	room_give_shares(&r, "bert");
	room_give_shares(&r, "cleo");
	room_consent(&r, "bert");
	room_consent(&r, "cleo");
	room_witness(&r, "maria");
	CHECK(
	    named("not before the log token is open"), ask_activate(&r) == -1);
	CHECK_STR(named("log token, id"), r.refused, "hsm.log-closed");
	CHECK(named("log token opens"), room_log_open(&r, "maria") == 0);
	signs = calls('S');
	room_activate(&r);
	room_sign_begin(&r, "crl-1");
	CHECK(named("list signed"), ask_do(&r, "crl-1") == 0);
	CHECK(named("list, one C_Sign"), calls('S') == signs + 1);
	buf_reset(&r.made);
	buf_add(&r.made, r.bytes.data, r.bytes.len);
	room_sign_end(&r, "crl-1");
	room_deactivate(&r);
	room_fini(&r);
}

/* ---- what must not ---- */

static void
too_few(void)
{
	struct room r;
	struct command cmd;
	int signs;

	begin(&r, "m-1 consents");
	room_until_certificate(&r);
	given(&r, 3);
	room_consent(&r, "anna");
	room_witness(&r, "maria");
	signs = calls('S');
	nothing(&r, signs, "hsm.consents");
	room_command(&cmd, EV_TOKEN_ACTIVATE);
	json_set_int(cmd.d, "run", ceremony_run(r.c)->no);
	json_set_str(cmd.d, "token", "root-token");
	CHECK(named("claimed activation"), forged(&r, &cmd) == -1);
	CHECK_STR(named("stuck from then on"), r.refused, "hsm.replica");
	nothing(&r, signs, "hsm.replica");
	CHECK(named("seals nothing either"),
	    room_ask(&r, MSG_LOG_SIGN, NULL, NULL, 0) == -1);
	room_fini(&r);
}

static void
no_witness(void)
{
	struct room r;

	begin(&r, "no witness");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	nothing(&r, calls('S'), "role.no-witness");
	room_fini(&r);
}

static void
no_shares(void)
{
	struct room r;

	begin(&r, "consents without shares");
	room_until_certificate(&r);
	given(&r, 1);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	nothing(&r, calls('S'), "share.too-few");
	/* Cleo's share is good, but Cleo has not consented. */
	room_give_shares(&r, "cleo");
	nothing(&r, calls('S'), "share.too-few");
	room_fini(&r);
}

static void
forged_consent(void)
{
	struct room r;
	struct command cmd;

	begin(&r, "forged consent");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_witness(&r, "maria");
	room_statement(&r, &cmd, EV_CONSENT, "bert", "ca-administrator", "anna",
	    r.epoch, ceremony_run(r.c)->record);
	CHECK(named("refused"), forged(&r, &cmd) == -1);
	nothing(&r, calls('S'), "hsm.replica");
	room_fini(&r);
}

static void
forged_enrolment(void)
{
	struct room r;
	struct command cmd;
	uint8_t zero[SHA256_LEN] = { 0 };

	begin(&r, "forged enrolment");
	room_until_certificate(&r);
	room_command(&cmd, EV_CUSTODIAN_ENROLL);
	json_set_str(cmd.d, "code", "CA9");
	json_set_int(cmd.d, "cost", 1);
	json_set_str(cmd.d, "document", "none");
	json_set_str(cmd.d, "name", "eve");
	json_set_str(cmd.d, "person", "eve");
	json_add(json_set(cmd.d, "roles", json_new_arr()),
	    json_new_str("ca-administrator"));
	json_set_str(cmd.d, "seen_by", "CA1");
	json_set_str(cmd.d, "stick", "S-9");
	json_set_str(cmd.d, "trained", "2026-10-01");
	json_set_hex(cmd.d, "share", zero, SHA256_LEN);
	json_set_hex(cmd.d, "sign", zero, SHA256_LEN);
	CHECK(named("refused"), forged(&r, &cmd) == -1);
	nothing(&r, calls('S'), "hsm.replica");
	room_fini(&r);
}

/* Consents of an epoch that is over, in all the ways there are. */
static void
old_epoch(void)
{
	struct room r;
	struct command cmd;
	char old[EPOCH_LEN];

	begin(&r, "old epoch");
	room_until_certificate(&r);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	memcpy(old, r.epoch, sizeof(old));
	/* The program starts anew and is told the same day again. */
	room_restart(&r);
	if (room_ask(&r, MSG_STORE, named_item("token", "log"),
		r.log_store.data, r.log_store.len) == -1 ||
	    room_ask(&r, MSG_STORE, named_item("token", "root-token"),
		r.token_store.data, r.token_store.len) == -1)
		room_die(&r, "store", NULL);
	room_replay(&r, r.lines);
	CHECK(named("log token opens"), room_log_open(&r, "maria") == 0);
	given(&r, 2);
	nothing(&r, calls('S'), "hsm.epoch");
	/* In a sitting of the new epoch, signed for the old one. */
	room_next_sitting(&r);
	CHECK(named("log token opens again"), room_log_open(&r, "maria") == 0);
	room_login(&r, "maria", "operations-manager");
	room_login(&r, "anna", "ca-administrator");
	room_login(&r, "bert", "ca-administrator");
	given(&r, 2);
	nothing(&r, calls('S'), "hsm.consents");
	room_statement(&r, &cmd, EV_CONSENT, "anna", "ca-administrator", "anna",
	    old, ceremony_run(r.c)->record);
	CHECK(named("refused"), forged(&r, &cmd) == -1);
	nothing(&r, calls('S'), "hsm.replica");
	room_fini(&r);
}

/* A line is left out, and the program is told the rest. */
static void
left_out(void)
{
	struct room r;

	begin(&r, "line left out");
	room_until_certificate(&r);
	room_restart(&r);
	room_replay(&r, 20);
	CHECK(named("refused"),
	    room_stream(&r, r.line[21].data, r.line[21].len) == -1);
	CHECK(named("and all after it"),
	    room_stream(&r, r.line[20].data, r.line[20].len) == -1);
	nothing(&r, calls('S'), "hsm.replica");
	room_fini(&r);
}

/* A volume that ends before what a custodian remembers. */
static void
truncated(void)
{
	struct room r;
	struct statement st = { .kind = "login" };
	struct buf text = BUF_INIT, sig = BUF_INIT;
	struct command cmd;
	struct err e = { 0 };
	struct head seen;
	size_t lines;

	begin(&r, "truncated");
	room_open(&r);
	lines = r.lines;
	room_files(&r);
	room_token(&r);
	room_key(&r);
	seen = r.c->head;
	/* The older copy: its lines alone, and a sitting after them. */
	room_older(&r, lines);
	st.asked = r.c->head;
	st.seen = seen;
	snprintf(st.origin, sizeof(st.origin), "%.159s", r.c->origin);
	memcpy(st.epoch, r.epoch, sizeof(st.epoch));
	snprintf(st.person, sizeof(st.person), "maria");
	snprintf(st.role, sizeof(st.role), "operations-manager");
	statement_text(&st, &text);
	if (keypair_sign(room_person(&r, "maria")->sign, text.data, text.len,
		&sig, &e) == -1)
		room_die(&r, "sign", &e);
	room_command(&cmd, EV_AUTH_LOGIN);
	statement_put(&st, sig.data, sig.len, cmd.d);
	cmd.by[0] = "maria";
	CHECK(named("who remembers more is heard"), forged(&r, &cmd) == -1);
	CHECK_STR(named("why"), r.why, "media.rollback");
	nothing(&r, calls('S'), "hsm.replica");
	buf_free(&text);
	buf_free(&sig);
	room_fini(&r);
}

/* Another volume's history, over this volume's log token, and the reverse. */
static void
foreign(void)
{
	struct room a, b;
	struct buf keep = BUF_INIT;

	begin(&a, "foreign token");
	room_open(&a);
	buf_add(&keep, a.log_store.data, a.log_store.len);
	room_fini(&a);
	begin(&b, "foreign history");
	room_open(&b);
	room_restart(&b);
	if (room_ask(&b, MSG_STORE, named_item("token", "log"), keep.data,
		keep.len) == -1)
		room_die(&b, "store", NULL);
	room_replay(&b, b.lines);
	CHECK(
	    named("log token does not open"), room_log_open(&b, "maria") == -1);
	CHECK_STR(named("id"), b.refused, "hsm.store");
	CHECK(named("no checkpoint"),
	    room_ask(&b, MSG_LOG_SIGN, NULL, NULL, 0) == -1);
	CHECK_STR(named("no checkpoint, id"), b.refused, "hsm.log-closed");
	buf_free(&keep);
	room_fini(&b);
}

/* The bytes are not what plan and profile set give, told live. */
static void
swapped(void)
{
	struct room r;
	struct command cmd;
	struct prepare_facts f = { 0 };
	struct prepared p = { 0 };
	struct err e = { 0 };
	char t[CIVIL_LEN];

	begin(&r, "swapped bytes");
	room_open(&r);
	room_files(&r);
	room_token(&r);
	room_key(&r);
	room_step(&r, EV_STEP_BEGIN, "1.3");
	f.now = r.now + 1;
	f.serial[0] = 1;
	if (ceremony_prepare(r.c, ceremony_item(r.c, "c-root"), &f, &p, &e) ==
	    -1)
		room_die(&r, "prepare", &e);
	p.tbs.data[p.tbs.len - 1] ^= 1;
	room_command(&cmd, EV_TBS_PREPARED);
	json_set_str(cmd.d, "item", "c-root");
	json_set_hex(cmd.d, "key", p.key_sha, SHA256_LEN);
	civil_format(p.not_after, t);
	json_set_str(cmd.d, "not_after", t);
	civil_format(p.not_before, t);
	json_set_str(cmd.d, "not_before", t);
	json_set_int(cmd.d, "refused", 0);
	json_set_int(cmd.d, "rules", (int64_t)p.lint.n);
	json_set_str(cmd.d, "serial", p.serial);
	json_set_int(cmd.d, "warned", 0);
	cmd.att[0].name = "tbs";
	cmd.att[0].type = "application/octet-stream";
	cmd.att[0].size = (int64_t)p.tbs.len;
	room_object(&r, p.tbs.data, p.tbs.len, cmd.att[0].sha256);
	json_set_hex(cmd.d, "tbs", cmd.att[0].sha256, SHA256_LEN);
	cmd.atts = 1;
	CHECK(named("refused"), forged(&r, &cmd) == -1);
	CHECK_STR(named("why"), r.why, "hsm.bytes");
	nothing(&r, calls('S'), "hsm.replica");
	prepared_fini(&p);
	room_fini(&r);
}

/* Dealing goes by the fold, and shares by their holders. */
static void
dealing(void)
{
	struct room r;
	struct json *j;

	begin(&r, "dealing");
	room_open(&r);
	CHECK(named("not before there is a plan"),
	    room_ask(&r, MSG_DEAL, named_item("token", "root-token"), NULL,
		0) == -1);
	CHECK_STR(named("plan, id"), r.refused, "hsm.not-now");
	room_files(&r);
	CHECK(named("not before the step"),
	    room_ask(&r, MSG_DEAL, named_item("token", "root-token"), NULL,
		0) == -1);
	room_step(&r, EV_STEP_BEGIN, "1.1");
	CHECK(named("dealt"),
	    room_ask(
		&r, MSG_DEAL, named_item("token", "root-token"), NULL, 0) == 0);
	j = named_item("person", "anna");
	json_set_str(j, "token", "root-token");
	CHECK(named("no share before the entries"),
	    room_ask(&r, MSG_DEAL_SHARE, j, NULL, 0) == -1);
	room_deal(&r);
	j = named_item("person", "rita");
	json_set_str(j, "token", "root-token");
	CHECK(named("no share for others"),
	    room_ask(&r, MSG_DEAL_SHARE, j, NULL, 0) == -1);
	CHECK_STR(named("others, id"), r.refused, "share.missing");
	CHECK(named("another's share"), room_give_as(&r, "anna", "bert") == -1);
	CHECK_STR(named("another's, id"), r.refused, "share.foreign");
	CHECK(named("an envelope that is none"),
	    room_ask(&r, MSG_SHARE, named_item("person", "anna"), "x", 1) ==
		-1);
	room_fini(&r);
}

/* The program dies between intent and outcome. */
static void
doubt_key(void)
{
	struct room r;
	struct command cmd;
	struct buf old = BUF_INIT;

	begin(&r, "doubt of a key");
	room_open(&r);
	room_files(&r);
	room_token(&r);
	buf_add(&old, r.token_store.data, r.token_store.len);
	room_step(&r, EV_STEP_BEGIN, "1.2");
	room_prepare_run(&r, "1.2", "k-root");
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_command(&cmd, EV_KEY_GEN_BEGIN);
	json_set_str(cmd.d, "cka_id", "00112233445566778899aabbccddeeff");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r.c)->no);
	json_set_str(cmd.d, "token", "root-token");
	room_say(&r, &cmd);
	if (ask_do(&r, "k-root") == -1)
		room_die(&r, "k-root", NULL);
	buf_reset(&r.token_store);
	buf_add(&r.token_store, r.bytes.data, r.bytes.len);
	room_next_sitting(&r);
	CHECK(named("log token opens"), room_log_open(&r, "maria") == 0);
	CHECK(named("nothing is done"), ask_activate(&r) == -1);
	CHECK_STR(named("nothing, id"), r.refused, "doubt.open");
	CHECK(named("the store that was kept has it"),
	    room_ask(&r, MSG_LOOK, named_item("item", "k-root"), NULL, 0) ==
		    0 &&
		json_get_int(r.json, "found", -1) == 1 &&
		json_get_str(r.json, "spki") != NULL);
	room_restart(&r);
	if (room_ask(&r, MSG_STORE, named_item("token", "root-token"), old.data,
		old.len) == -1)
		room_die(&r, "store", NULL);
	room_replay(&r, r.lines);
	CHECK(named("the store before it has not"),
	    room_ask(&r, MSG_LOOK, named_item("item", "k-root"), NULL, 0) ==
		    0 &&
		json_get_int(r.json, "found", -1) == 0);
	buf_free(&old);
	room_fini(&r);
}

static void
doubt_signature(void)
{
	struct room r;
	int signs;

	begin(&r, "doubt of a signature");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	room_next_sitting(&r);
	signs = calls('S');
	CHECK(named("log token opens"), room_log_open(&r, "maria") == 0);
	given(&r, 2);
	nothing(&r, signs, "doubt.open");
	room_fini(&r);
}

/* A transcript key that is not the log token's. */
static void
other_log_key(void)
{
	struct room r;

	begin(&r, "another log key");
	r.other_log_key = true;
	room_open(&r);
	room_files(&r);
	room_step(&r, EV_STEP_BEGIN, "1.1");
	CHECK(named("no dealing"),
	    room_ask(&r, MSG_DEAL, named_item("token", "root-token"), NULL,
		0) == -1);
	CHECK_STR(named("id"), r.refused, "hsm.log-key");
	room_restart(&r);
	if (room_ask(&r, MSG_STORE, named_item("token", "log"),
		r.log_store.data, r.log_store.len) == -1)
		room_die(&r, "store", NULL);
	room_replay(&r, r.lines);
	CHECK(named("not opened later"), room_log_open(&r, "maria") == -1);
	CHECK_STR(named("later, id"), r.refused, "hsm.log-key");
	room_fini(&r);
}

/* Asked to end, it ends by itself, and clears up. */
static void
asked_to_end(void)
{
	struct room r;
	int status = -1;

	begin(&r, "asked to end");
	room_open(&r);
	kill(r.pid, SIGTERM);
	waitpid(r.pid, &status, 0);
	CHECK(
	    named("by itself"), WIFEXITED(status) && WEXITSTATUS(status) == 0);
	room_fini(&r);
}

/* SoftHSM is never production. */
static void
production(void)
{
	struct room r;

	begin(&r, "production");
	r.mode = "production";
	room_begin(&r);
	CHECK(named("no log token of software"),
	    room_ask(&r, MSG_LOG_INIT, NULL, NULL, 0) == -1);
	CHECK_STR(named("id"), r.refused, "hsm.not-listed");
	CHECK(named("no token was made"), calls('I') == 0);
	room_fini(&r);
}

static void
bare_point(void)
{
	struct room r;

	begin(&r, "bare point");
	shim("lie point");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	CHECK(named("signed all the same"), ask_do(&r, "c-root") == 0);
	room_fini(&r);
}

/* A module that lies or breaks. */
static void
module_lies(void)
{
	struct room r;
	int signs;

	begin(&r, "module lies");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	signs = calls('S');
	shim("lie signature");
	CHECK(named("a wrong signature does not leave"),
	    ask_do(&r, "c-root") == -1);
	CHECK_STR(named("its id"), r.refused, "sign.differs");
	shim("");
	CHECK(named("and is not tried again"), ask_do(&r, "c-root") == -1);
	CHECK(named("one C_Sign"), calls('S') == signs + 1);
	room_fini(&r);
}

static void
module_attributes(void)
{
	struct room r;
	struct command cmd;

	begin(&r, "module attributes");
	room_open(&r);
	room_files(&r);
	room_token(&r);
	room_step(&r, EV_STEP_BEGIN, "1.2");
	room_prepare_run(&r, "1.2", "k-root");
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_command(&cmd, EV_KEY_GEN_BEGIN);
	json_set_str(cmd.d, "cka_id", "00112233445566778899aabbccddeeff");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r.c)->no);
	json_set_str(cmd.d, "token", "root-token");
	room_say(&r, &cmd);
	shim("lie attributes");
	CHECK(named("a key that can leave is not used"),
	    ask_do(&r, "k-root") == -1);
	CHECK_STR(named("its id"), r.refused, "hsm.attributes");
	CHECK(named("looked for, it is there"),
	    room_ask(&r, MSG_LOOK, named_item("item", "k-root"), NULL, 0) ==
		    0 &&
		json_get_int(r.json, "found", -1) == 1);
	room_fini(&r);
}

static void
module_breaks(void)
{
	struct room r;

	begin(&r, "module breaks");
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_consent(&r, "bert");
	room_witness(&r, "maria");
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	shim("fail C_Sign");
	CHECK(named("refused"), ask_do(&r, "c-root") == -1);
	CHECK_STR(named("its id"), r.refused, "hsm.silent");
	room_fini(&r);
}

/* The deed with its call `n` failing: 1 there is no such call, 0, -1 bad. */
static int
one_call(const char *item, void (*until)(struct room *), int n)
{
	static char name[80];
	struct room r;
	char lie[32], first[40];
	int makes, signs, ok, again, ret = 0;

	snprintf(name, sizeof(name), "call %d of %s", n, item);
	begin(&r, name);
	until(&r);
	makes = calls('G');
	signs = calls('S');
	snprintf(lie, sizeof(lie), "fail-at %d", n);
	shim(lie);
	ok = ask_do(&r, item) == 0;
	snprintf(first, sizeof(first), "%s", r.refused);
	shim("");
	again = ask_do(&r, item) == 0;
	/* The same answer, a sentence, nothing twice, and still alive. */
	if (again != ok || strcmp(first, r.refused) != 0 ||
	    (!ok && text_find(first) == NULL) || calls('G') > makes + 1 ||
	    calls('S') > signs + 1 ||
	    room_ask(&r, MSG_HELLO, NULL, NULL, 0) == -1)
		ret = -1;
	else if (calls('F') == 0)
		ret = ok ? 1 : -1;
	room_fini(&r);
	return ret;
}

static void
every_call(const char *item, void (*until)(struct room *))
{
	int n = 0, r = 0;

	while (n < 200 && r == 0)
		r = one_call(item, until, ++n);
	scenario = item;
	CHECK(named("each call fails, and nothing is done twice"), r == 1);
	CHECK(named("there were calls"), n > 3);
	printf("# %d calls\n", n - 1);
}

static void
until_signature(struct room *r)
{
	room_until_certificate(r);
	given(r, 2);
	room_consent(r, "anna");
	room_consent(r, "bert");
	room_witness(r, "maria");
	room_activate(r);
	room_sign_begin(r, "c-root");
}

static void
until_key(struct room *r)
{
	struct command cmd;

	room_open(r);
	room_files(r);
	room_token(r);
	room_step(r, EV_STEP_BEGIN, "1.2");
	room_prepare_run(r, "1.2", "k-root");
	given(r, 2);
	room_consent(r, "anna");
	room_consent(r, "bert");
	room_witness(r, "maria");
	room_activate(r);
	room_command(&cmd, EV_KEY_GEN_BEGIN);
	json_set_str(cmd.d, "cka_id", "00112233445566778899aabbccddeeff");
	json_set_str(cmd.d, "item", "k-root");
	json_set_int(cmd.d, "run", ceremony_run(r->c)->no);
	json_set_str(cmd.d, "token", "root-token");
	room_say(r, &cmd);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	struct err e = { 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(
	    dir, sizeof(dir), "%s/lies-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL || secret_begin((size_t)1 << 18, &e) == -1)
		return 2;
	honest();
	canary();
	trials();
	later();
	too_few();
	no_witness();
	no_shares();
	forged_consent();
	forged_enrolment();
	old_epoch();
	left_out();
	truncated();
	foreign();
	swapped();
	dealing();
	asked_to_end();
	doubt_key();
	doubt_signature();
	other_log_key();
	production();
	bare_point();
	module_lies();
	module_attributes();
	module_breaks();
	every_call("c-root", until_signature);
	every_call("k-root", until_key);
	return test_end();
}
