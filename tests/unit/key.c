/* SPDX-License-Identifier: MIT */
/*
 * tachiai-key in a real pseudo-terminal: this program plays the console and
 * tachiai-hsm on its socket and a custodian at its keyboard, through an
 * enrolment, the taking of shares, and visits.
 */
#include "tests/unit/key_anna.h"

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

static void
taking_shares(void)
{
	struct buf cert = BUF_INIT, plain = BUF_INIT, cms = BUF_INIT;
	struct share s = anna_share();
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
	struct share s = anna_share();

	anna_record();
	fresh(anna_due());
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

int
main(void)
{
	anna_begin();
	enrolment();
	if (world.done == 1) {
		taking_shares();
		visit();
		shortest();
		leaving();
		cosigning();
	}
	anna_end();
	return test_end();
}
