/* SPDX-License-Identifier: MIT */
/*
 * One token of a module: set up, opened, logged in and out.  PINs are bytes
 * of the caller's locked memory and are never kept here.
 */
#ifndef TACHIAI_HSM_TOKEN_H
#define TACHIAI_HSM_TOKEN_H

#include "appliance/hsm/p11.h"

struct hsm_token {
	struct p11 *p;
	struct p11_slot slot;
	CK_SESSION_HANDLE session;
	bool open; /* a session stands */
	bool in;   /* the user is logged in */
};

/* A PIN as PKCS#11 takes it: not ended by NUL. */
struct pin {
	const uint8_t *p;
	size_t len;
};

/*
 * C_InitToken on a blank slot with the SO PIN, C_InitPIN as SO, logged out
 * again; *out is open, nobody in.  A kind without C_InitToken (NSS) gets
 * the user PIN on the one token that stands there.  hsm.exists {token} when
 * a token of that label is there already, or as p11_error().
 */
int hsm_token_init(struct p11 *p, const char *label, struct pin so,
    struct pin user, struct hsm_token *out, struct err *e);

/* A read-write session with the token of that label (and serial). */
int hsm_token_open(struct p11 *p, const char *label, const char *serial,
    struct hsm_token *out, struct err *e);
/* C_Login as user; hsm.pin and the flags of the token say what is left. */
int hsm_token_login(struct hsm_token *t, struct pin pin, struct err *e);
void hsm_token_logout(struct hsm_token *t);
void hsm_token_close(struct hsm_token *t); /* logout, too */

/* The wrong-PIN flags that stand now (CKF_USER_PIN_*), 0 when not told. */
CK_FLAGS hsm_token_pin_flags(struct hsm_token *t);

/* Bytes of the token's generator: hsm.random when it has none. */
int hsm_token_random(
    struct hsm_token *t, uint8_t *out, size_t len, struct err *e);

#endif
