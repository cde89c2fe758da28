/* SPDX-License-Identifier: MIT */
/*
 * What must work, against the real tachiai-hsm on a module that counts: with
 * m consents and the witness there is exactly one C_Sign, and no secret has
 * a way out.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "ceremony/base/codec.h"
#include "ceremony/x509/x509.h"
#include "tests/hsm/counted.h"
#include "tests/unit/test.h"

static void
honest(void)
{
	struct room r;
	struct buf first = BUF_INIT;
	int signs;

	begin(&r, "honest");
	room_until_certificate(&r);
	CHECK(named("one key"), calls('G') == 2); /* and the transcript's */
	agreed(&r);
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
	agreed(&r);
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
	agreed(&r);
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

int
main(void)
{
	counted_begin();
	honest();
	canary();
	trials();
	later();
	dealing();
	asked_to_end();
	return test_end();
}
