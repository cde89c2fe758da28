/* SPDX-License-Identifier: MIT */
/*
 * The roster: who is enrolled in which role with which keys, as the one
 * document that everybody's `roster` statement signs and the enrolment
 * sheet prints.
 *
 * {"origin":...,"people":[{"code","cost","id","name","roles":[...],
 *  "share","sign","stick"},...]}
 *
 * share and sign are SHA-256 of the certificates.  People stand in the order
 * of their enrolment, roles in the order of the table.
 */
#ifndef TACHIAI_ROSTER_H
#define TACHIAI_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

#define ROSTER_PEOPLE 64

struct roster_person {
	char id[33];
	char name[129];
	char code[17];
	unsigned roles;
	uint8_t sign[SHA256_LEN], share[SHA256_LEN]; /* of the DER */
	int64_t cost;
	char stick[65];
};

/*
 * The id of somebody new, [a-z0-9-]{1,32}: the ASCII letters and digits of
 * the name in lower case, other characters between them as one '-'; of the
 * code in the script where the name has none.  If that is taken, with -2 or
 * the next free number behind it.  The same answer for the same people, always.
 */
void roster_id(const char *name, const char *code,
    bool (*taken)(const void *arg, const char *id), const void *arg,
    char out[static 33]);

/* Append the canonical JSON; its SHA-256 is what is signed. */
void roster_encode(const char *origin, const struct roster_person *p, size_t n,
    struct buf *out);

/*
 * Read such a document strictly (one encoding; ids unique; roles that one
 * person may hold).  *p is the caller's to free().  roster.form {what}.
 */
int roster_decode(const char *text, size_t len, const char *origin,
    struct roster_person **p, size_t *n, struct err *e);

#endif
