/* SPDX-License-Identifier: MIT */
/*
 * Which rules of the lint spoke and which kept quiet, held against the table
 * itself: a rule that no test makes fire, or none lets pass, is a failure.
 */
#ifndef TACHIAI_LINT_SEEN_H
#define TACHIAI_LINT_SEEN_H

#include <stdio.h>
#include <string.h>

#include "ceremony/lint/lint.h"

#define SEEN_FIRED 1u
#define SEEN_QUIET 2u

static unsigned char seen[256]; /* by the rule's place in the table */

static inline void
lint_saw(const struct lint_results *out)
{
	for (size_t i = 0; i < out->n; i++)
		for (size_t k = 0; lint_rule_at(k) != NULL; k++) {
			if (lint_rule_at(k) != out->row[i].rule)
				continue;
			if (out->row[i].verdict == LINT_GOOD)
				seen[k] |= SEEN_QUIET;
			else if (out->row[i].verdict != LINT_NONE)
				seen[k] |= SEEN_FIRED;
		}
}

/* A rule that cannot do one of the two, and must not. */
static inline void
lint_excuse(const char *id, unsigned what)
{
	for (size_t k = 0; lint_rule_at(k) != NULL; k++)
		if (strcmp(lint_rule_at(k)->id, id) == 0)
			seen[k] ^= (unsigned char)what;
}

/* Rules of these kinds (`only`: and of no other) that lack one of the two;
 * each is named. */
static inline size_t
lint_unseen(unsigned kinds, bool only)
{
	size_t missing = 0;

	for (size_t k = 0; lint_rule_at(k) != NULL; k++) {
		const struct lint_rule *r = lint_rule_at(k);

		if ((r->kinds & kinds) == 0 ||
		    (only && (r->kinds & ~kinds) != 0) ||
		    seen[k] == (SEEN_FIRED | SEEN_QUIET))
			continue;
		printf("# %s was never seen%s%s\n", r->id,
		    (seen[k] & SEEN_FIRED) != 0 ? "" : " to fire",
		    (seen[k] & SEEN_QUIET) != 0 ? "" : " to be content");
		missing++;
	}
	return missing;
}

#endif
