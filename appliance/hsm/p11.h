/* SPDX-License-Identifier: MIT */
/*
 * A PKCS#11 module (OASIS PKCS#11 2.40 base, 3.0 Edwards): loaded by path,
 * brought up and down, its answers turned into sentences, and what is known
 * of its kind held in one table.
 */
#ifndef TACHIAI_P11_H
#define TACHIAI_P11_H

#include <p11-kit-1/p11-kit/pkcs11.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

/* What to expect of a kind of module.  An answer that differs is reported
 * (hsm.attributes): the table is never widened at run time. */
struct p11_kind {
	const char *name;         /* "softhsm"; the family of its PINs */
	const char *manufacturer; /* how C_GetInfo's begins */
	bool store;       /* tokens are files that belong to the volume */
	bool soft;        /* and who has these has the keys: never production */
	const char *file; /* all tokens in this one; NULL: a folder each */
	bool init;        /* C_InitToken takes a label and makes a token */
	bool so_pin;      /* C_InitToken sets an SO PIN */
	bool full;        /* takes the full private template */
	bool local;       /* CKA_LOCAL reads 1 for a key made inside */
	bool history;     /* NEVER_EXTRACTABLE and ALWAYS_SENSITIVE read 1 */
	bool edwards;     /* Ed25519 signs */
	bool rsa_uses; /* RSA keys read DECRYPT/UNWRAP=1 whatever was asked */
	bool loose;    /* C_CopyObject and C_WrapKey take what is not
			* extractable: recorded with the key */
};

struct p11_info {
	char manufacturer[33], library[33];
	char version[16];
	uint8_t sha256[SHA256_LEN]; /* of the module's file */
};

struct p11 {
	void *dl;
	CK_FUNCTION_LIST *f;
	const struct p11_kind *kind; /* NULL until the first p11_up() */
	struct p11_info info;
	char reserved[256]; /* string for C_Initialize; "" none */
	bool is_up;
};

/*
 * Load the module at `path`.  `dir` is a private directory in memory: a
 * module that keeps files (SoftHSM: dir/tokens and dir/softhsm2.conf, NSS and
 * tpm2-pkcs11: dir) is told to keep them there.  ids: hsm.module {path, why},
 * hsm.store.
 */
int p11_load(struct p11 *p, const char *path, const char *dir, struct err *e);
/* C_Initialize and C_GetInfo; C_Finalize.  Handles die with p11_down(). */
int p11_up(struct p11 *p, struct err *e);
void p11_down(struct p11 *p);
void p11_close(struct p11 *p); /* down; the code stays mapped */

const struct p11_kind *p11_kind_at(size_t i); /* NULL behind the last */

/*
 * Turn a return value into a sentence: hsm.silent, hsm.pin, hsm.locked,
 * hsm.full, hsm.mechanism, hsm.key, or hsm.call {call, rv}; each with
 * {token}.  Always returns -1.
 */
int p11_error(CK_RV rv, const char *call, const char *token, struct err *e);

/* A blank-padded field as a string without trailing blanks. */
void p11_string(char *out, size_t size, const unsigned char *field, size_t len);

struct p11_slot {
	CK_SLOT_ID id;
	CK_FLAGS flags;
	char label[33], serial[17], manufacturer[33], model[17];
	char firmware[16];
	CK_ULONG pin_min, pin_max;
};

/* Slots with a token, at most `max`; the count, or -1. */
int p11_slots(struct p11 *p, struct p11_slot *out, size_t max, struct err *e);
/* The one token with that label (and serial, unless NULL).  hsm.no-token
 * {token}, hsm.wrong-token {serial, want}, hsm.two-tokens {token}: some
 * modules give all their tokens one serial number. */
int p11_find(struct p11 *p, const char *label, const char *serial,
    struct p11_slot *out, struct err *e);
/* A slot whose token is not initialised: hsm.not-blank, hsm.no-blank. */
int p11_blank(struct p11 *p, struct p11_slot *out, struct err *e);
bool p11_has_mechanism(
    struct p11 *p, CK_SLOT_ID slot, CK_MECHANISM_TYPE m, CK_FLAGS flag);

/* {kind, library, manufacturer, sha256, version} */
struct json *p11_describe(const struct p11 *p);

#endif
