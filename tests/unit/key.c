/* SPDX-License-Identifier: MIT */
/*
 * tachiai-key in a real pseudo-terminal: this program plays the console and
 * tachiai-hsm on its socket and a custodian at its keyboard, through an
 * enrolment, the taking of shares, visits, and every refusal.
 */
#include "tests/unit/key_play.h"

/* The eight words from S-08, a blank behind each. */
static void
read_words(char out[static 128])
{
	size_t n = 0;

	for (int i = 1; i <= 8; i++) {
		char mark[8];

		snprintf(mark, sizeof(mark), "  %d  ", i);
		for (size_t r = 0; r < ROWS; r++) {
			const char *p = strstr(screen[r], mark);

			if (p == NULL)
				continue;
			p += strlen(mark);
			while (*p != ' ' && n + 2 < 128)
				out[n++] = *p++;
			out[n++] = ' ';
			break;
		}
	}
	out[n] = '\0';
}

static char words[128];

/* "word" with letters before each blank. */
static size_t
count_words(void)
{
	size_t n = 0;

	for (const char *p = words; *p != '\0'; p++)
		n += *p == ' ' && p > words && p[-1] != ' ';
	return n;
}

static bool
any_word_on_screen(void)
{
	char copy[128], *save = NULL;

	memcpy(copy, words, sizeof(copy));
	for (char *w = strtok_r(copy, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save))
		if (on_screen(w))
			return true;
	return false;
}

static void
enrolment(void)
{
	struct credential c;
	struct err e;

	fresh(due("enroll"));
	start();
	CHECK("eight words are shown", wait_for("I have written them"));
	do
		read_words(words);
	while (count_words() < 8 && turn());
	CHECK("eight of them", count_words() == 8);
	CHECK("the frame says who asks",
	    on_screen("tachiai-key") && on_screen("REHEARSAL"));
	type("\r");
	CHECK("then they are asked for", wait_for("word 1 of 8"));
	CHECK("and stand no more on the screen", !any_word_on_screen());
	CHECK("the stick was written", world.enrolled == 1);
	CHECK("nobody is enrolled yet", world.done == 0);
	type("qqq ");
	CHECK("a slip is named at the word",
	    wait_for("Word 1 is not on the list"));
	type("aardvark adroitness ");
	type("\177\177");
	type(words);
	CHECK("enrolment ends well", finish() == 0);
	CHECK("and is said once", world.done == 1 && world.enrolled == 1);
	CHECK("nothing was refused", world.tries == 0);
	CHECK("the file has its form",
	    credential_parse(buf_cstr(&world.credential), world.credential.len,
		&c, &e) == 0);
	CHECK_STR("of this person", c.person, "anna");
	credential_fini(&c);
}

/* Anna's share certificate, from the file. */
static void
anna_cert(int which, struct buf *der)
{
	struct credential c;
	struct err e;

	if (credential_parse(buf_cstr(&world.credential), world.credential.len,
		&c, &e) == -1)
		return;
	buf_add(der, c.cert[which].data, c.cert[which].len);
	credential_fini(&c);
}

static struct share
dealt(void)
{
	struct share s = { .origin = ORIGIN,
		.set = "k1",
		.purpose = "user-pin",
		.x = 2,
		.m = 2,
		.n = 3 };

	memset(s.share, 0x5a, sizeof(s.share));
	memset(s.salt, 0xa5, sizeof(s.salt));
	return s;
}

static void
taking_shares(void)
{
	struct buf cert = BUF_INIT, plain = BUF_INIT, cms = BUF_INIT;
	struct share s = dealt();
	struct json *d = due("visit");
	struct credential c;
	struct err e;

	anna_cert(CREDENTIAL_SHARE, &cert);
	share_encode(&s, &plain);
	CHECK("a share is sealed to her",
	    envelope_seal(
		cert.data, cert.len, plain.data, plain.len, &cms, &e) == 0);
	pem_encode(&world.blocks, "CMS", cms.data, cms.len);
	json_set_int(d, "blocks", 1);
	add_share(d, "k1", "user-pin");
	fresh(d);
	start();
	CHECK("shares are offered", wait_for("TAKE YOUR SHARES"));
	type(words);
	CHECK("and taken", finish() == 0 && world.written == 1);
	CHECK("each was opened and given",
	    world.shares == 1 && world.shared == 1 &&
		memcmp(&world.share[0], &s, sizeof(s)) == 0);
	CHECK("the file holds it",
	    credential_parse(buf_cstr(&world.credential), world.credential.len,
		&c, &e) == 0 &&
		c.n_shares == 1);
	CHECK("under its token",
	    c.n_shares == 1 && strcmp(c.share[0].token, "root-token") == 0 &&
		c.share[0].x == 2);
	credential_fini(&c);
	buf_free(&cms);
	buf_free(&plain);
	buf_free(&cert);
}

/* To-be-signed bytes: of a certificate made here. */
static void
add_record(uint8_t digest[static SHA256_LEN])
{
	struct buf der = BUF_INIT;
	struct oprec_item *it;
	struct oprec r;
	struct cert c;
	struct err e;
	uint8_t tbs[SHA256_LEN];

	keypair_certificate(world.epoch_key, KEYPAIR_SIGN, "Example Root",
	    1796000000, &der, &e);
	cert_parse(span_of(&der), CERT_WHOLE, &c, &e);
	buf_add(&world.object[0], c.tbs.p, c.tbs.len);
	sha256(tbs, c.tbs.p, c.tbs.len);
	oprec_init(&r);
	snprintf(r.origin, sizeof(r.origin), ORIGIN);
	snprintf(r.step, sizeof(r.step), "2.3");
	snprintf(r.token, sizeof(r.token), "root-token");
	it = oprec_add(&r, OPREC_CERT_SIGN, "c-root");
	memset(it->key, 'a', 64);
	snprintf(it->mechanism, sizeof(it->mechanism), "ecdsa-sha256");
	cert_serial_hex(&c, it->serial, sizeof(it->serial));
	it->has_tbs = true;
	memcpy(it->tbs, tbs, SHA256_LEN);
	oprec_add(&r, OPREC_DEACTIVATE, "root-token");
	CHECK("a record", oprec_encode(&r, &world.object[1], &e) == 0);
	world.objects = 2;
	sha256(digest, world.object[1].data, world.object[1].len);
	oprec_fini(&r);
	buf_free(&der);
}

static uint8_t record[SHA256_LEN];

static struct json *
consent_due(void)
{
	static const uint8_t none[SHA256_LEN];
	struct json *d = due("visit");

	add_statement(d, "login", "none", none);
	add_statement(d, "consent", "record", record);
	add_share(d, "k1", "user-pin");
	return d;
}

static bool
statement_good(const struct json *j, const char *kind)
{
	struct buf cert = BUF_INIT, sig = BUF_INIT;
	struct statement st;
	struct err e;
	bool good;

	memset(&st, 0, sizeof(st));
	snprintf(st.kind, sizeof(st.kind), "%s", kind);
	snprintf(st.origin, sizeof(st.origin), ORIGIN);
	anna_cert(CREDENTIAL_SIGN, &cert);
	good = strcmp(json_get_str(j, "kind"), kind) == 0 &&
	    statement_get(j, &st, &sig, &e) == 0 && st.asked.n == 262 &&
	    strcmp(st.epoch, EPOCH) == 0 &&
	    statement_verify(&st, cert.data, cert.len, sig.data, sig.len, &e) ==
		0;
	st.asked.n++;
	good = good &&
	    statement_verify(&st, cert.data, cert.len, sig.data, sig.len, &e) ==
		-1;
	buf_free(&sig);
	buf_free(&cert);
	return good;
}

static void
visit(void)
{
	struct share s = dealt();

	add_record(record);
	fresh(consent_due());
	start();
	CHECK("every field of what is signed has its page",
	    wait_for("Every field of the certificate c-root"));
	type("qqq\r"); /* not a page for words: nothing happens */
	for (int i = 0; i < 9 && !on_screen("word 1 of 8"); i++) {
		char page[32];

		snprintf(page, sizeof(page), "page %d of", i + 2);
		type("\033[6~");
		if (!wait_for(page))
			break;
	}
	CHECK("the last page asks", on_screen("word 1 of 8"));
	CHECK("the last page says whose words, and what for",
	    on_screen(", CONSENT: word 1 of 8"));
	CHECK("names the deeds",
	    on_screen("CONSENT to 2 deeds") && on_screen("DEACTIVATE"));
	CHECK("nothing was signed before", world.statements == 0);
	type("aardvark adroitness absurd adviser ");
	CHECK("stars count the words", wait_for("* * * *"));
	type("aardvark adroitness absurd adviser ");
	CHECK("wrong words are named",
	    wait_for("do not open the stick of Custodian 2"));
	CHECK_STR("and told", world.tried[0], "cred.wrong-passphrase");
	type(words);
	CHECK("the right ones end the visit", finish() == 0);
	CHECK("two statements", world.statements == 2);
	CHECK(
	    "a login that holds", statement_good(world.statement[0], "login"));
	CHECK("a consent that holds",
	    statement_good(world.statement[1], "consent"));
	CHECK("and the share, for this epoch only",
	    world.shares == 1 && memcmp(&world.share[0], &s, sizeof(s)) == 0);
}

static void
shortest(void)
{
	char copy[128], prefix[128], *save = NULL;
	static const uint8_t none[SHA256_LEN];
	struct json *d = due("visit");
	size_t n = 0, place = 0;

	memcpy(copy, words, sizeof(copy));
	for (char *w = strtok_r(copy, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save), place++) {
		size_t k = 1;
		int byte;

		while (words_prefix(w, k, place, &byte) != 1)
			k++;
		memcpy(prefix + n, w, k);
		n += k;
		prefix[n++] = ' ';
	}
	prefix[n] = '\0';
	add_statement(d, "login", "none", none);
	fresh(d);
	start();
	wait_for("word 1 of 8");
	CHECK("a login shows the head", on_screen("262"));
	type(prefix);
	CHECK("unique beginnings serve", finish() == 0);
}

static void
leaving(void)
{
	static const uint8_t none[SHA256_LEN];
	struct json *d = due("visit");

	add_statement(d, "login", "none", none);
	fresh(d);
	start();
	wait_for("word 1 of 8");
	type("aardvark \033");
	CHECK("Esc leaves", finish() == 1);
	CHECK("with nothing signed", world.statements == 0);
}

static void
cosigning(void)
{
	static const uint8_t root[SHA256_LEN] = { 9 };
	struct buf text = BUF_INIT, sig = BUF_INIT, cert = BUF_INIT;
	struct json *d = due("visit"), *o;
	uint8_t *spki = NULL;
	const uint8_t *p;
	X509 *x;
	int n;

	o = json_set(d, "cosign", json_new_obj());
	json_set_b64(o, "root", root, SHA256_LEN);
	json_set_int(o, "size", 263);
	json_set_int(o, "time", 1796000100);
	fresh(d);
	start();
	CHECK("the end is shown", wait_for("SIGN THE END"));
	type(words);
	CHECK("and signed", finish() == 0 && world.statements == 1);
	cosignature_text(&text, 1796000100, ORIGIN, 263, root);
	anna_cert(CREDENTIAL_SIGN, &cert);
	p = cert.data;
	x = d2i_X509(NULL, &p, (long)cert.len);
	n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &spki);
	json_get_b64(world.statement[0], "sig", &sig);
	CHECK("a cosignature that holds",
	    signature_verify("ecdsa-p256", spki, (size_t)n, text.data, text.len,
		sig.data, sig.len) == 0);
	OPENSSL_free(spki);
	X509_free(x);
	buf_free(&cert);
	buf_free(&sig);
	buf_free(&text);
}

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
	struct json *d = consent_due();

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
	d = changed("origin", "example.jp/other/7f3a9c0e12d4b865/rehearsal");
	refused("another CA system", d, "made for another CA system",
	    "cred.other-origin");
	d = changed("origin", "example.jp/root-r1/7f3a9c0e12d4b865/production");
	json_set_str(d, "mode", "production");
	refused("a rehearsal's stick in production", d,
	    "belongs to a rehearsal", "cred.other-mode");

	world.lies = true;
	refused("other bytes for a record", consent_due(),
	    "not what was to be signed", "key.object");
	world.epoch = "ffeeddccbbaa99887766554433221100";
	refused("another epoch", consent_due(), "different starts of the HSM",
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
	refused("a damaged file", consent_due(), "is damaged", "cred.damaged");
	memcpy(world.credential.data, good.data, good.len);
	buf_free(&good);
}

static void
share_refusals(void)
{
	struct json *d = due("visit");

	add_share(d, "k9", "so-pin");
	fresh(d);
	start();
	wait_for("word 1 of 8");
	type(words);
	CHECK("a share that is not there", wait_for("holds no share of"));
	type("\r");
	CHECK("ends", finish() == 1 && world.shares == 0);
	CHECK_STR("told", world.tried[0], "share.missing");

	d = due("visit");
	add_share(d, "k1", "so-pin");
	fresh(d);
	start();
	wait_for("word 1 of 8");
	type(words);
	CHECK("a share for another purpose", wait_for("is not the one"));
	type("\r");
	CHECK("stays here", finish() == 1 && world.shares == 0);

	d = due("visit");
	add_share(d, "k1", "user-pin");
	fresh(d);
	world.refuse_share = "share.retired";
	start();
	wait_for("word 1 of 8");
	type(words);
	CHECK("what tachiai-hsm refuses is said", wait_for("was replaced on"));
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
	type(words);
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
	type(words);
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
	struct err e;

	signal(SIGPIPE, SIG_IGN);
	world.epoch = EPOCH;
	world.epoch_key = keypair_new(&e);
	keypair_certificate(world.epoch_key, KEYPAIR_EPOCH, "epoch", 1796000000,
	    &world.epoch_cert, &e);
	enrolment();
	if (world.done == 1) {
		taking_shares();
		visit();
		shortest();
		leaving();
		cosigning();
		refusals();
		share_refusals();
		pause_and_form();
		unused();
	}
	fresh(NULL);
	EVP_PKEY_free(world.epoch_key);
	buf_free(&world.epoch_cert);
	buf_free(&world.credential);
	buf_free(&world.blocks);
	buf_free(&world.object[0]);
	buf_free(&world.object[1]);
	buf_free(&key.in);
	return test_end();
}
