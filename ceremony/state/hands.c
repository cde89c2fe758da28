/* SPDX-License-Identifier: MIT */
/*
 * What steps of the hands still ask for: the value that a comparison must
 * have, each person's word, the way of a branch.  Invariant: a step that
 * was answered otherwise than its script asks does not count as done.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/files/script.h"
#include "ceremony/state/fold.h"
#include "ceremony/state/next.h"

/* The value that was recorded under this name before step `now`, or NULL. */
static const struct step_record *
recorded(const struct ceremony *c, const char *field)
{
	const struct step_record *last = NULL;
	struct step s;

	for (size_t i = 0; i < c->now; i++) {
		const char *name;

		if (script_step(c->script, i, &s) == -1 ||
		    s.verb != VERB_RECORD || !c->step[i].read)
			continue;
		name = json_get_str(s.json, "field");
		if (name != NULL && strcmp(name, field) == 0)
			last = &c->step[i];
	}
	return last;
}

bool
ceremony_compared(const struct ceremony *c, const struct step *s)
{
	const struct step_record *r = &c->step[s->index], *other;
	const char *with = json_get_str(s->json, "with");
	const char *field = json_get_str(s->json, "field");
	uint8_t want[SHA256_LEN];

	/* What the machine shows is compared by eye, or by the console. */
	if (json_get(s->json, "shows") != NULL)
		return true;
	if (with != NULL) {
		sha256(want, with, strlen(with));
		if (!r->read || memcmp(want, r->value, SHA256_LEN) != 0)
			return false;
	}
	/* A record that was left out has nothing to be compared with. */
	other = field != NULL ? recorded(c, field) : NULL;
	return other == NULL || (r->read &&
	    memcmp(other->value, r->value, SHA256_LEN) == 0);
}

size_t
ceremony_each(const struct ceremony *c, const struct step *s)
{
	size_t n = json_count(json_get(s->json, "of"));
	size_t i = 0;

	while (i < n && (c->step[s->index].each >> i & 1) != 0)
		i++;
	return i;
}

size_t
ceremony_otherwise(const struct ceremony *c, const struct step *s)
{
	const char *to = json_get_str(s->json, "otherwise");
	struct step target;

	if (to == NULL || script_step_find(c->script, to, &target) == -1 ||
	    target.index <= s->index)
		return c->steps;
	return target.index;
}

const char *
hands_missing(const struct ceremony *c, const struct step *s)
{
	switch (s->verb) {
	case VERB_COMPARE:
		return ceremony_compared(c, s) ? NULL : "value";
	case VERB_FOREACH:
		return ceremony_each(c, s) ==
		    json_count(json_get(s->json, "of")) ? NULL : "everybody";
	case VERB_BRANCH:
		return c->step[s->index].answer == ANSWER_YES ? NULL :
		    "answer";
	default:
		return NULL;
	}
}

void
hands_keep(struct step_record *r, enum verb verb, const char *field,
    const char *value)
{
	bool yes = strcmp(value, "y") == 0;
	unsigned long n;

	if ((verb == VERB_RECORD && strcmp(field, "value") == 0) ||
	    (verb == VERB_COMPARE && strcmp(field, "first") == 0)) {
		r->read = true;
		sha256(r->value, value, strlen(value));
	} else if (verb == VERB_BRANCH && strcmp(field, "answer") == 0) {
		r->answer = yes ? ANSWER_YES : ANSWER_NO;
	} else if (verb == VERB_FOREACH && strncmp(field, "each-", 5) == 0) {
		n = strtoul(field + 5, NULL, 10);
		if (n < 1 || n > 32)
			return;
		r->each &= ~((uint32_t)1 << (n - 1));
		r->each |= (uint32_t)yes << (n - 1);
	}
}
