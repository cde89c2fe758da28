/* SPDX-License-Identifier: MIT */
/*
 * A console that has consents, but not these: good signatures of the right
 * people over another operation, volume, mode, epoch or role.  No C_Sign.
 */
#include <stdio.h>
#include <string.h>

#include "appliance/world/keypair.h"
#include "ceremony/people/statement.h"
#include "tests/hsm/nothing.h"

/* What Bert really signed, somewhere else. */
struct elsewhere {
	const char *name;
	const char *kind; /* of statement */
	const char *role;
	const char *mode;   /* the end of the origin, or NULL */
	bool volume;        /* another volume's random part */
	bool epoch, record; /* others than these */
	bool story;         /* asked over another head */
};

static const struct elsewhere ELSEWHERE[] = {
	{ .name = "consent of another mode", .mode = "production" },
	{ .name = "consent of another volume", .volume = true },
	{ .name = "consent of another epoch", .epoch = true },
	{ .name = "consent to another operation", .record = true },
	{ .name = "consent over another story", .story = true },
	{ .name = "a witness for a consent", .kind = "witness" },
	{ .name = "consent in another role", .role = "ra-officer" },
};

static void
sign_elsewhere(struct room *r, const struct elsewhere *w, struct command *cmd)
{
	struct statement st = { 0 };
	struct buf text = BUF_INIT, sig = BUF_INIT;
	struct err e = { 0 };
	char *end;

	snprintf(st.kind, sizeof(st.kind), "%s",
	    w->kind != NULL ? w->kind : "consent");
	st.asked = r->c->head;
	st.seen.n = -1;
	snprintf(st.origin, sizeof(st.origin), "%.159s", r->c->origin);
	end = strrchr(st.origin, '/');
	if (w->volume)
		end[-1] = end[-1] == '0' ? '1' : '0';
	if (w->mode != NULL)
		snprintf(end + 1, 16, "%s", w->mode);
	memcpy(st.epoch, r->epoch, sizeof(st.epoch));
	if (w->epoch)
		st.epoch[0] = st.epoch[0] == '0' ? '1' : '0';
	if (w->story)
		st.asked.hash[0] ^= 1;
	snprintf(st.person, sizeof(st.person), "bert");
	snprintf(st.role, sizeof(st.role), "%s",
	    w->role != NULL ? w->role : "ca-administrator");
	memcpy(st.doc, ceremony_run(r->c)->record, SHA256_LEN);
	if (w->record)
		st.doc[0] ^= 1;
	statement_text(&st, &text);
	if (keypair_sign(room_person(r, "bert")->sign, text.data, text.len,
		&sig, &e) == -1)
		room_die(r, "sign", &e);
	/* The entry says what is wanted here. */
	if (w->mode != NULL || w->volume)
		snprintf(st.origin, sizeof(st.origin), "%.159s", r->c->origin);
	room_command(cmd, EV_CONSENT);
	statement_put(&st, sig.data, sig.len, cmd->d);
	cmd->by[0] = "bert";
	buf_free(&text);
	buf_free(&sig);
}

static void
consent_elsewhere(const struct elsewhere *w)
{
	struct command cmd;
	struct room r;

	begin(&r, w->name);
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_witness(&r, "maria");
	sign_elsewhere(&r, w, &cmd);
	CHECK(named("refused"), forged(&r, &cmd) == -1);
	nothing(&r, calls('S'), "hsm.replica");
	room_fini(&r);
}

/* The same way, and nothing is elsewhere: one C_Sign. */
static void
consent_here(void)
{
	static const struct elsewhere HERE = { .name = "consent of here" };
	struct command cmd;
	struct room r;
	int signs;

	begin(&r, HERE.name);
	room_until_certificate(&r);
	given(&r, 2);
	room_consent(&r, "anna");
	room_witness(&r, "maria");
	sign_elsewhere(&r, &HERE, &cmd);
	room_say(&r, &cmd);
	room_activate(&r);
	room_sign_begin(&r, "c-root");
	signs = calls('S');
	CHECK(named("signed"), ask_do(&r, "c-root") == 0);
	CHECK(named("exactly one C_Sign"), calls('S') == signs + 1);
	room_fini(&r);
}

/* A quorum is in and the token is active: only what they consented to. */
static void
quorum_active(void)
{
	struct command cmd;
	struct room r;
	const struct item *it;
	int signs;

	begin(&r, "quorum active");
	room_until_certificate(&r);
	agreed(&r);
	room_activate(&r);
	signs = calls('S');
	CHECK(named("nothing is begun"), ask_do(&r, "c-root") == -1);
	CHECK_STR(named("nothing, id"), r.refused, "hsm.not-begun");
	CHECK(named("another item"), ask_do(&r, "crl-1") == -1);
	it = ceremony_item(r.c, "c-root");
	room_command(&cmd, EV_CERT_SIGN_BEGIN);
	json_set_str(cmd.d, "item", "c-root");
	json_set_hex(cmd.d, "key", it->key_sha, SHA256_LEN);
	json_set_int(cmd.d, "run", ceremony_run(r.c)->no);
	json_set_str(cmd.d, "serial", it->serial);
	json_set_hex(cmd.d, "tbs", it->key_sha, SHA256_LEN);
	CHECK(named("other bytes are not begun"), forged(&r, &cmd) == -1);
	CHECK(named("nothing after it"), ask_do(&r, "c-root") == -1);
	CHECK_STR(named("after it, id"), r.refused, "hsm.replica");
	CHECK(named("no C_Sign"), calls('S') == signs);
	room_fini(&r);
}

int
main(void)
{
	counted_begin();
	consent_here();
	for (size_t i = 0; i < sizeof(ELSEWHERE) / sizeof(ELSEWHERE[0]); i++)
		consent_elsewhere(&ELSEWHERE[i]);
	quorum_active();
	return test_end();
}
