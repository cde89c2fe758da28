/* SPDX-License-Identifier: MIT */
/*
 * A console that lies, against the real tachiai-hsm on a module that counts:
 * whatever is missing or false, no C_Sign is reached.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/world/keypair.h"
#include "ceremony/base/civil.h"
#include "ceremony/people/statement.h"
#include "tests/hsm/nothing.h"

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

/* The program dies between intent and outcome. */
static void
doubt_key(void)
{
	struct room r;
	struct buf old = BUF_INIT;

	begin(&r, "doubt of a key");
	room_open(&r);
	room_files(&r);
	room_token(&r);
	buf_add(&old, r.token_store.data, r.token_store.len);
	room_step(&r, EV_STEP_BEGIN, "1.2");
	room_prepare_run(&r, "1.2", "k-root");
	agreed(&r);
	room_activate(&r);
	room_key_begin(&r);
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
	agreed(&r);
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	room_next_sitting(&r);
	signs = calls('S');
	CHECK(named("log token opens"), room_log_open(&r, "maria") == 0);
	given(&r, 2);
	nothing(&r, signs, "doubt.open");
	room_fini(&r);
}

/* It was signed, and the console says that it failed, to have it again. */
static void
false_failure(void)
{
	struct room r;
	struct command cmd;
	int signs;

	begin(&r, "a failure that was none");
	room_until_certificate(&r);
	agreed(&r);
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	signs = calls('S');
	CHECK(named("signed"), ask_do(&r, "c-root") == 0);
	CHECK(named("one C_Sign"), calls('S') == signs + 1);
	room_command(&cmd, EV_CERT_SIGN_END);
	cmd.rc = RC_FAIL;
	json_set_str(cmd.d, "item", "c-root");
	json_set_int(cmd.d, "run", ceremony_run(r.c)->no);
	room_say(&r, &cmd);
	nothing(&r, signs + 1, "hsm.consents");
	room_command(&cmd, EV_CERT_SIGN_BEGIN);
	json_set_str(cmd.d, "item", "c-root");
	json_set_hex(
	    cmd.d, "key", ceremony_item(r.c, "c-root")->key_sha, SHA256_LEN);
	json_set_int(cmd.d, "run", ceremony_run(r.c)->no);
	json_set_str(
	    cmd.d, "serial", ceremony_item(r.c, "c-root")->serial);
	json_set_hex(
	    cmd.d, "tbs", ceremony_item(r.c, "c-root")->tbs, SHA256_LEN);
	CHECK(named("not begun by old consents"), forged(&r, &cmd) == -1);
	nothing(&r, signs + 1, "hsm.replica");
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

/* An entry names another module than the one that is loaded. */
static void
other_module(void)
{
	static const uint8_t SHA[SHA256_LEN] = { 7 };
	struct command cmd;
	struct room r;

	begin(&r, "another module");
	room_open(&r);
	room_files(&r);
	room_command(&cmd, EV_HSM_MODULE);
	json_set_str(cmd.d, "kind", "softhsm");
	json_set_str(cmd.d, "library", "libsofthsm2.so");
	json_set_str(cmd.d, "manufacturer", "SoftHSM");
	json_set_hex(cmd.d, "sha256", SHA, sizeof(SHA));
	json_set_str(cmd.d, "version", "2.6");
	room_say(&r, &cmd);
	room_step(&r, EV_STEP_BEGIN, "1.1");
	CHECK(named("no dealing"),
	    room_ask(&r, MSG_DEAL, named_item("token", "root-token"), NULL,
		0) == -1);
	CHECK_STR(named("id"), r.refused, "hsm.other-module");
	CHECK(named("no token was made but the log's"), calls('I') == 1);
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

int
main(void)
{
	counted_begin();
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
	doubt_key();
	doubt_signature();
	false_failure();
	other_log_key();
	other_module();
	production();
	return test_end();
}
