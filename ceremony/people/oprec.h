/* SPDX-License-Identifier: MIT */
/*
 * The operation record: the irreversible deeds of one run, in their order,
 * that people consent to and witness; an object of the transcript.
 *
 * {"items":[{"cka_id"?,"item","key"?,"kind","mechanism"?,"serial"?,
 *  "tbs"?},...],"origin","run","step","token"}
 *
 * kind         cka_id  key            mechanism       tbs  serial
 * token-init   -       -              -               -    -
 * key-gen      hex     -              "ec:P-384" ...  -    -
 * cert-sign    -       SPKI of the    "ecdsa-sha384"  yes  hex
 * crl-sign     -       signer, hash   likewise        yes  number
 * deactivate   -       -              -               -    -
 */
#ifndef TACHIAI_OPREC_H
#define TACHIAI_OPREC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"

#define OPREC_ITEMS 256

enum oprec_kind {
	OPREC_TOKEN_INIT,
	OPREC_KEY_GEN,
	OPREC_CERT_SIGN,
	OPREC_CRL_SIGN,
	OPREC_DEACTIVATE,
	OPREC_KINDS,
};

struct oprec_item {
	enum oprec_kind kind;
	char item[33];
	char key[65];       /* CKA_ID of a key-gen, else SPKI hash; "" none */
	char mechanism[33]; /* "" none */
	char serial[49];    /* "" none */
	bool has_tbs;
	uint8_t tbs[SHA256_LEN];
};

struct oprec {
	char origin[161];
	int64_t run;
	char step[17];
	char token[33];
	size_t n;
	struct oprec_item *item;
};

const char *oprec_kind_name(enum oprec_kind kind); /* "cert-sign" */

void oprec_init(struct oprec *r);
void oprec_fini(struct oprec *r);
/* Append a blank item of this kind and id, to be filled in. */
struct oprec_item *oprec_add(
    struct oprec *r, enum oprec_kind kind, const char *item);

/*
 * The rules: every field that its kind has and no other, items unique, no
 * signature in a record that makes a key, and the deactivation last (a
 * token-init, which leaves the token inactive, may end a record too).
 * oprec.form {item, what}.
 */
int oprec_check(const struct oprec *r, struct err *e);

/* Canonical JSON of a record that oprec_check() takes. */
int oprec_encode(const struct oprec *r, struct buf *out, struct err *e);
/* Strict: one encoding, and checked.  oprec.form {item, what}. */
int oprec_decode(
    const char *text, size_t len, struct oprec *out, struct err *e);

#endif
