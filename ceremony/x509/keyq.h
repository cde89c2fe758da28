/* SPDX-License-Identifier: MIT */
/*
 * Quality of a public key: the rules KEY-1 to KEY-9 (BR 6.1.1.3, 6.1.5,
 * 6.1.6, 7.1.3.1; SP 800-89 5.3.3; SP 800-56A), one row each, so that a
 * screen can say "9 of 9 good".  KEY-10 (one key serves one CA) needs the
 * other keys, and stands in the lint.
 */
#ifndef TACHIAI_KEYQ_H
#define TACHIAI_KEYQ_H

#include "ceremony/x509/key.h"

enum keyq_verdict {
	KEYQ_GOOD,
	KEYQ_NONE,   /* not for this type of key */
	KEYQ_MANUAL, /* to be confirmed by a person (Debian weak keys) */
	KEYQ_WARN,
	KEYQ_BAD,
};

struct keyq_row {
	const char *rule; /* "KEY-1" */
	const char *what; /* text id of what was asked */
	enum keyq_verdict verdict;
	const char *why; /* text id, when warned or bad */
};

#define KEYQ_ROWS 12

struct keyq {
	struct keyq_row row[KEYQ_ROWS];
	size_t n;
	size_t good, none, warned, bad, manual;
};

/* web: the rule KEY-8 (RSA and P-256/384/521 only) counts. */
void keyq_check(const struct spki *k, bool web, struct keyq *out);
/* The first bad row, or NULL. */
const struct keyq_row *keyq_first_bad(const struct keyq *q);
/* The smallest prime factor below 752 of an RSA modulus, or 0. */
unsigned keyq_small_factor(const struct spki *k);

#endif
