/* SPDX-License-Identifier: MIT */
/*
 * What tachiai-hsm adds to a signature: checkpoints asked of the real
 * program over its socket, beside bare C_Sign of the same module with the
 * same kind of key (SoftHSM, Ed25519).  hsm [SIGNATURES].
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "appliance/hsm/key.h"
#include "appliance/hsm/ram.h"
#include "tests/hsm/room.h"

#define ROUNDS 10

static const char PIN[] = "pin-pin-pin-pin-pin-pin-pin-pin-0001";

static struct {
	struct room room;
	struct ram ram;
	struct p11 p11;
	struct hsm_token token;
	struct hsm_key key;
	uint8_t text[160]; /* as long as a checkpoint */
} w;

static _Noreturn void
die(const char *what, const struct err *e)
{
	char why[400] = "";

	if (e != NULL)
		err_describe(e, why, sizeof(why));
	fprintf(stderr, "hsm: %s %s\n", what, why);
	exit(1);
}

static const char *
softhsm(void)
{
	static const char *const PATHS[] = { "/usr/lib/softhsm/libsofthsm2.so",
		"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so" };

	for (size_t i = 0; i < sizeof(PATHS) / sizeof(PATHS[0]); i++)
		if (access(PATHS[i], R_OK) == 0)
			return PATHS[i];
	die("SoftHSM is not installed", NULL);
}

static void
bare_up(const char *module)
{
	static const struct hsm_key_spec SPEC = { KEY_ED25519, NULL, 0 };
	struct pin pin = { (const uint8_t *)PIN, sizeof(PIN) - 1 };
	struct err e = { 0 };

	w.ram = (struct ram)RAM_INIT;
	w.key = (struct hsm_key)HSM_KEY_INIT;
	if (ram_make(&w.ram, &e) == -1 ||
	    p11_load(&w.p11, module, w.ram.dir, &e) == -1 ||
	    p11_up(&w.p11, &e) == -1 ||
	    hsm_token_init(&w.p11, "bench", pin, pin, &w.token, &e) == -1 ||
	    hsm_token_login(&w.token, pin, &e) == -1 ||
	    hsm_key_generate(&w.token, &SPEC, (const uint8_t *)"bench", 5,
		"bench", &w.key, &e) == -1)
		die("the module", &e);
}

static void
bare(void)
{
	CK_MECHANISM m = { CKM_EDDSA, NULL, 0 };
	CK_FUNCTION_LIST *f = w.p11.f;
	uint8_t out[64];
	CK_ULONG len = sizeof(out);

	if (f->C_SignInit(w.token.session, &m, w.key.priv) != CKR_OK ||
	    f->C_Sign(w.token.session, w.text, sizeof(w.text), out, &len) !=
		CKR_OK)
		die("C_Sign", NULL);
}

static void
checked(void)
{
	struct span s = { w.text, sizeof(w.text) };
	struct buf sig = BUF_INIT;
	struct err e;

	if (hsm_key_sign(&w.token, &w.key, sigalg_find("ed25519"), s, "bench",
		NULL, &sig, &e) == -1)
		die("hsm_key_sign", &e);
	buf_free(&sig);
}

static void
asked(void)
{
	if (room_ask(&w.room, MSG_LOG_SIGN, NULL, NULL, 0) == -1)
		die("log.sign", NULL);
	buf_reset(&w.room.heard);
}

static double
measure(void (*what)(void), long count)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 0; i < count; i++)
		what();
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (double)(b.tv_sec - a.tv_sec) +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e9;
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*what)(void);
	} ROWS[] = {
		{ "bare C_Sign", bare },
		{ "and verified, as tachiai-hsm does", checked },
		{ "log.sign, asked of tachiai-hsm", asked },
	};
	long each = (argc > 1 ? atol(argv[1]) : 20000) / ROUNDS;
	double spent[3] = { 0 };
	const char *module = softhsm();

	room_init(&w.room, module);
	room_open(&w.room);
	bare_up(module);
	/* In turns, so that another load on the machine meets all alike. */
	for (int r = 0; r < ROUNDS; r++)
		for (int i = 0; i < 3; i++)
			spent[i] += measure(ROWS[i].what, each);
	printf("hsm: Ed25519 in SoftHSM, %ld signatures each\n", each * ROUNDS);
	for (int i = 0; i < 3; i++)
		printf("  %8.0f a second  %.3f of bare  %s\n",
		    (double)(each * ROUNDS) / spent[i], spent[0] / spent[i],
		    ROWS[i].name);
	hsm_key_fini(&w.key);
	hsm_token_close(&w.token);
	p11_close(&w.p11);
	ram_remove(&w.ram);
	room_fini(&w.room);
	return 0;
}
