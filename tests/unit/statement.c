/* SPDX-License-Identifier: MIT */
/* Statements: the exact text, and every field that a signature covers. */
#include "ceremony/people/statement.h"

#include <stdlib.h>

#include "appliance/world/keypair.h"
#include "tests/unit/test.h"

static const char TEXT[] =
    "tachiai/1 statement\n"
    "consent\n"
    "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal\n"
    "00112233445566778899aabbccddeeff\n"
    "262 0101010101010101010101010101010101010101010101010101010101010101\n"
    "- -\n"
    "anna ca-administrator\n"
    "0202020202020202020202020202020202020202020202020202020202020202\n";

static struct statement
sample(void)
{
	struct statement st = { .kind = "consent",
		.origin = "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal",
		.epoch = "00112233445566778899aabbccddeeff",
		.asked = { .n = 262 },
		.seen = { .n = -1 },
		.person = "anna",
		.role = "ca-administrator" };

	memset(st.asked.hash, 1, SHA256_LEN);
	memset(st.doc, 2, SHA256_LEN);
	return st;
}

static struct buf cert = BUF_INIT;
static EVP_PKEY *key;

static bool
good(const struct statement *st, const struct buf *sig)
{
	struct err e;

	return statement_verify(
		   st, cert.data, cert.len, sig->data, sig->len, &e) == 0;
}

static void
fields(struct buf *sig)
{
	struct statement st;
	int passed = 0;

#define OTHER(change)                     \
	do {                              \
		st = sample();            \
		change;                   \
		passed += good(&st, sig); \
	} while (0)
	OTHER(st.kind[0] = 'C');
	OTHER(st.origin[0] = 'E');
	OTHER(st.epoch[0] = '1');
	OTHER(st.asked.n++);
	OTHER(st.asked.hash[31] ^= 1);
	OTHER(st.seen.n = 0);
	OTHER(st.person[0] = 'b');
	OTHER(st.role[0] = 'x');
	OTHER(st.doc[0] ^= 0x80);
#undef OTHER
	CHECK("every field is covered", passed == 0);
}

static void
entry(const struct buf *sig)
{
	struct statement st = sample(), back = sample();
	struct json *d = json_new_obj();
	struct buf got = BUF_INIT;
	struct err e;

	st.seen.n = 229;
	memset(st.seen.hash, 3, SHA256_LEN);
	statement_put(&st, sig->data, sig->len, d);
	CHECK("an entry keeps it",
	    statement_get(d, &back, &got, &e) == 0 && got.len == sig->len &&
		memcmp(&st, &back, sizeof(st)) == 0);
	json_set_str(d, "epoch", "0011");
	buf_reset(&got);
	CHECK("a short epoch",
	    statement_get(d, &back, &got, &e) == -1 && got.len == 0);
	CHECK_STR("by its id", e.id, "statement.form");
	json_set_str(d, "epoch", st.epoch);
	json_set_str(d, "person", "Anna\n");
	CHECK("a person that breaks a line",
	    statement_get(d, &back, &got, &e) == -1);
	json_set_str(d, "person", st.person);
	json_set_int(d, "seen_n", -2);
	CHECK("a number that nobody saw",
	    statement_get(d, &back, &got, &e) == -1);
	json_set_int(d, "seen_n", st.seen.n);
	json_set_str(d, "sig", "");
	CHECK("no signature",
	    statement_get(d, &back, &got, &e) == -1 && got.len == 0);
	json_set_str(d, "sig", "====");
	CHECK("a signature of no base64",
	    statement_get(d, &back, &got, &e) == -1 && got.len == 0);
	json_set_b64(d, "sig", sig->data, sig->len);
	CHECK("and all is well again",
	    statement_get(d, &back, &got, &e) == 0 && got.len == sig->len);
	buf_reset(&got);
	json_set_str(d, "doc", "00");
	CHECK("half a document",
	    statement_get(d, &back, &got, &e) == -1 && got.len == 0);
	json_free(d);
	buf_free(&got);
}

static void
forms(struct buf *sig)
{
	struct statement st = sample();
	struct buf longer = BUF_INIT;

	buf_add(&longer, sig->data, sig->len);
	buf_byte(&longer, 0);
	CHECK("a byte behind the signature", !good(&st, &longer));
	/* The same two numbers with a long form of the length. */
	buf_reset(&longer);
	buf_add(&longer, "\x30\x81", 2);
	buf_add(&longer, sig->data + 1, sig->len - 1);
	CHECK("another encoding of it", !good(&st, &longer));
	if (cert.data == NULL)
		abort();
	cert.data[cert.len - 1] ^= 1;
	CHECK("the certificate's own signature is not asked", good(&st, sig));
	cert.data[cert.len - 1] ^= 1;
	buf_free(&longer);
}

int
main(void)
{
	struct statement st = sample();
	struct buf text = BUF_INIT, sig = BUF_INIT;
	struct err e;

	key = keypair_new(&e);
	keypair_certificate(key, KEYPAIR_SIGN, "anna", 1796000000, &cert, &e);
	statement_text(&st, &text);
	CHECK_STR("the text", buf_cstr(&text), TEXT);
	keypair_sign(key, text.data, text.len, &sig, &e);
	CHECK("a signature holds", good(&st, &sig));
	fields(&sig);
	entry(&sig);
	forms(&sig);
	CHECK_STR("login", statement_kind(EV_AUTH_LOGIN), "login");
	CHECK_STR("a request", statement_kind(EV_CSR_APPROVE), "approve");
	CHECK("no statement", statement_kind(EV_NOTE) == NULL);
	EVP_PKEY_free(key);
	buf_free(&cert);
	buf_free(&text);
	buf_free(&sig);
	return test_end();
}
