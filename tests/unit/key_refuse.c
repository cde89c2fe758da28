/* SPDX-License-Identifier: MIT */
/*
 * Every refusal of tachiai-key, said as its sentence before any word is asked
 * for, or after the words that were right; its pauses; a prompt that nobody
 * uses.
 */
#include "ceremony/people/role.h"
#include "tests/unit/key_anna.h"

/* Started with something wrong: refused by its sentence before any word. */
static void
refused(const char *name, struct json *d, const char *sentence, const char *id)
{
	char label[96];
	bool lies = world.lies;
	const char *epoch = world.epoch;

	fresh(d);
	world.lies = lies;
	world.epoch = epoch;
	start();
	snprintf(label, sizeof(label), "%s: its sentence", name);
	CHECK(label, wait_for(sentence));
	type("\r");
	snprintf(label, sizeof(label), "%s: ends", name);
	CHECK(label, finish() == 1 && world.statements == 0);
	snprintf(label, sizeof(label), "%s: told", name);
	CHECK_STR(label, world.tries == 1 ? world.tried[0] : "", id);
	world.lies = false;
	world.epoch = EPOCH;
}

static struct json *
changed(const char *member, const char *value)
{
	struct json *d = anna_due();

	json_set_str(d, member, value);
	return d;
}

static void
refusals(void)
{
	struct json *d;
	struct buf good = BUF_INIT;
	static const uint8_t none[SHA256_LEN];

	d = changed("person", "bert");
	refused("another person's stick", d, "This is the stick of",
	    "cred.wrong-person");
	d = changed("person", "bert");
	json_add(json_set(d, "counted", json_new_arr()), json_new_str("anna"));
	refused("one who is counted already", d, "has been counted already",
	    "role.same-person");
	d = changed("origin", "example.jp/other/7f3a9c0e12d4b865/rehearsal");
	refused("another CA system", d, "made for another CA system",
	    "cred.other-origin");
	d = changed("origin", "example.jp/root-r1/7f3a9c0e12d4b865/production");
	json_set_str(d, "mode", "production");
	refused("a rehearsal's stick in production", d,
	    "belongs to a rehearsal", "cred.other-mode");

	world.lies = true;
	refused("other bytes for a record", anna_due(),
	    "not what was to be signed", "key.object");
	world.epoch = "ffeeddccbbaa99887766554433221100";
	refused("another epoch", anna_due(), "different starts of the HSM",
	    "key.epoch");

	d = due("visit");
	add_statement(d, "consent", "none", none);
	refused("a consent to nothing shown", d, "does not have its form",
	    "key.due");
	d = due("visit");
	add_statement(d, "witness", "record", record);
	refused("a role without the right", d, "may not", "role.not-allowed");

	buf_add(&good, world.credential.data, world.credential.len);
	world.credential.data[world.credential.len / 2] ^= 1;
	refused("a damaged file", anna_due(), "is damaged", "cred.damaged");
	memcpy(world.credential.data, good.data, good.len);
	buf_free(&good);
}

/* Her file, of a production system, at the cost that a rehearsal may have. */
static void
low_cost(void)
{
	static const char was[] = "/rehearsal", is[] = "/production";
	struct buf good = world.credential, made = BUF_INIT;
	const char *s = buf_cstr(&good), *at;
	struct json *d;

	while ((at = strstr(s, was)) != NULL) {
		buf_add(&made, s, (size_t)(at - s));
		buf_str(&made, is);
		s = at + strlen(was);
	}
	buf_str(&made, s);
	world.credential = made;
	/* Whatever cost the profile set may speak of. */
	for (int cost = 1; cost <= 16; cost *= 16) {
		d = changed("origin",
		    "example.jp/root-r1/7f3a9c0e12d4b865/production");
		json_set_str(d, "mode", "production");
		json_set_int(d, "cost", cost);
		refused("a rehearsal's cost in production", d,
		    "protected for rehearsals only", "cred.low-cost");
	}
	buf_free(&made);
	world.credential = good;
}

static void
share_refusals(void)
{
	struct json *d = due("visit");

	add_share(d, "k9", "so-pin");
	fresh(d);
	start();
	wait_for("word 1 of 8");
	type(WORDS);
	CHECK("a share that is not there", wait_for("holds no share of"));
	type("\r");
	CHECK("ends", finish() == 1 && world.shares == 0);
	CHECK_STR("told", world.tried[0], "share.missing");

	d = due("visit");
	add_share(d, "k1", "so-pin");
	fresh(d);
	start();
	wait_for("word 1 of 8");
	type(WORDS);
	CHECK("a share for another purpose", wait_for("This is a share of"));
	type("\r");
	CHECK("stays here", finish() == 1 && world.shares == 0);

	d = due("visit");
	add_share(d, "k1", "user-pin");
	fresh(d);
	world.refuse_share = "share.retired";
	start();
	wait_for("word 1 of 8");
	type(WORDS);
	CHECK("what tachiai-hsm refuses is said", wait_for("was replaced by"));
	type("\033");
	CHECK("and ends", finish() == 1);
}

static void
pause_and_form(void)
{
	static const uint8_t none[SHA256_LEN];
	struct json *d = due("visit");

	add_statement(d, "login", "none", none);
	json_set_int(d, "tried", 6);
	json_set_int(d, "tried_ago", 10);
	fresh(d);
	start();
	CHECK("six wrong tries: a pause", wait_for("a pause, 1:"));
	CHECK("that names its rule", on_screen("NSR 2.2"));
	type(WORDS);
	type("\033");
	CHECK("no word is taken in it",
	    finish() == 1 && world.statements == 0 && world.tries == 0);

	d = due("visit");
	add_statement(d, "login", "none", none);
	json_set_int(d, "tried", 6);
	json_set_int(d, "tried_ago", 120);
	fresh(d);
	start();
	wait_for("word 1 of 8");
	type(WORDS);
	CHECK("when it is over, they are", finish() == 0);

	fresh(due("visit"));
	start();
	CHECK("a visit for nothing", wait_for("does not have its form"));
	type("\r");
	CHECK("leads back", finish() == 1);
}

/* Seconds that the prompt still waits; -1: it waits no more. */
static long
clock_left(void)
{
	struct itimerspec t;

	if (timerfd_gettime(key.clock, &t) == -1)
		return -1;
	return t.it_value.tv_sec + (t.it_value.tv_nsec > 0);
}

/* The launcher's timer is turned by hand: nobody waits three minutes. */
static void
unused(void)
{
	const struct itimerspec late = { .it_value.tv_sec = 2 * 3600 };
	const struct itimerspec over = { .it_value.tv_nsec = 1 };
	const uint8_t none[SHA256_LEN] = { 0 };
	struct json *d = due("visit");

	add_statement(d, "login", "none", none);
	fresh(d);
	start();
	CHECK("a prompt", wait_for("word 1 of 8"));
	CHECK("that waits three minutes at most",
	    clock_left() > 0 && clock_left() <= 180);
	timerfd_settime(key.clock, 0, &late, NULL);
	type("a");
	while (clock_left() > 180 && turn())
		;
	CHECK("a key winds the clock",
	    clock_left() > 0 && clock_left() <= 180);
	timerfd_settime(key.clock, 0, &over, NULL);
	CHECK("its end closes the prompt", finish() == 1);
	CHECK("and nothing was signed",
	    world.statements == 0 && world.shares == 0);
}

int
main(void)
{
	anna_begin();
	anna_record();
	anna_credential(ROLE_CA_ADMINISTRATOR);
	refusals();
	low_cost();
	share_refusals();
	pause_and_form();
	unused();
	anna_end();
	return test_end();
}
