/* SPDX-License-Identifier: MIT */
/*
 * The try: a plan item made with throw-away keys and linted, before a safe
 * is opened and before the real key exists (BR 4.3.1.2).  Nothing is signed;
 * a static value stands where an issuer's signature would.
 */
#ifndef TACHIAI_LINT_TRY_H
#define TACHIAI_LINT_TRY_H

#include "ceremony/lint/lint.h"

#define LINT_TRY_DEPTH 8

struct lint_try {
	const char *item;
	const struct json *profile; /* of a certificate */
	const struct json *subject; /* rows of plan or request; may be NULL */
	struct span spki;           /* a request's key; p NULL: throw-away */
	struct span done;           /* it exists already: its certificate */
	const struct lint_try *issuer; /* NULL: self-signed */
};

struct lint_try_facts {
	int64_t now;
	bool rehearsal;
	unsigned pack;
	const struct json *waive;
	const struct lint_known *known;
	size_t n_known;
};

/* As lint_cert(), and the ids of cert_dates() and cert_build(). */
int lint_try_cert(const struct lint_try *t, const struct lint_try_facts *f,
    struct lint_results *out, struct err *e);
/* The list that `crl_profile` gives under t, with no entry and number 1. */
int lint_try_crl(const char *item, const struct json *crl_profile,
    const struct lint_try *issuer, const struct lint_try_facts *f,
    struct lint_results *out, struct err *e);

#endif
