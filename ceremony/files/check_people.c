/* SPDX-License-Identifier: MIT */
/*
 * The people and things of a script: codes that stand for somebody, roles
 * that one person may not hold together (CPS 5.2.4), actors that a step
 * needs.
 */
#include <string.h>

#include "ceremony/files/checker.h"

/* The only two of the five roles that one person may hold together. */
static bool
pair_allowed(const char *a, const char *b)
{
	static const char *const PAIR[] = { "operations-manager",
		"log-examiner" };

	return (strcmp(a, PAIR[0]) == 0 && strcmp(b, PAIR[1]) == 0) ||
	    (strcmp(a, PAIR[1]) == 0 && strcmp(b, PAIR[0]) == 0);
}

static void
check_pairs(struct check *c, size_t i, const struct json *role)
{
	const struct json *also = json_get(role, "also");
	const char *own = json_get_str(role, "role");
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, "" };

	check_path(path, "roles", i, "also");
	for (size_t k = 0; k < json_count(also); k++) {
		const char *other = json_str(json_at(also, k));

		if (!pair_allowed(own, other) || json_count(also) > 1)
			check_refuse(c, &at, "files.conflict",
			    SAID("person", json_get_str(role, "code")),
			    SAID("role", other));
	}
}

/* The code of roles[i] or objects[i] stands for nobody and nothing else. */
static bool
code_taken(
    const struct json *script, const char *list, size_t i, const char *code)
{
	static const char *const LIST[] = { "roles", "objects" };

	for (size_t l = 0; l < 2; l++) {
		const struct json *j = json_get(script, LIST[l]);
		bool same = strcmp(LIST[l], list) == 0;

		for (size_t k = 0; k < json_count(j); k++) {
			if (same && k >= i)
				break;
			if (strcmp(json_get_str(json_at(j, k), "code"), code) ==
			    0)
				return true;
		}
		if (same)
			break;
	}
	return false;
}

static void
check_codes(struct check *c, const char *list)
{
	const struct json *script = c->form[FILES_SCRIPT];
	const struct json *j = json_get(script, list);
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, "" };

	for (size_t i = 0; i < json_count(j); i++) {
		const char *code = json_get_str(json_at(j, i), "code");

		check_path(path, list, i, "code");
		if (code_taken(script, list, i, code))
			check_refuse(c, &at, "files.code-twice",
			    SAID("code", code), SAID_NOTHING);
		if (strcmp(list, "roles") == 0)
			check_pairs(c, i, json_at(j, i));
	}
}

/* list[0..n) has `code`. */
static bool
among(const struct json *list, size_t n, const char *code)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(json_str(json_at(list, i)), code) == 0)
			return true;
	return false;
}

/* Every code of a list of a step stands for a person, and for another. */
static void
check_list(struct check *c, const struct step *s, const char *key)
{
	const struct json *list = json_get(s->json, key);
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, s->no };

	check_step_path(path, s, key);
	for (size_t i = 0; i < json_count(list); i++) {
		const char *code = json_str(json_at(list, i));

		if (script_role(c->form[FILES_SCRIPT], code) == NULL)
			check_refuse(c, &at, "files.unknown-code",
			    SAID("code", code), SAID_NOTHING);
		else if (among(list, i, code) ||
		    (list == s->witness && json_list_has(s->by, code)))
			check_refuse(c, &at, "files.code-again",
			    SAID("code", code), SAID_NOTHING);
	}
}

static void
check_actor(struct check *c, const struct step *s)
{
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, s->no };
	const char *first = json_str(json_at(s->by, 0));
	const char *second = json_str(json_at(s->by, 1));

	check_step_path(path, s, "by");
	switch (s->verb) {
	case VERB_SAY:
	case VERB_ATTEST:
	case VERB_RECORD:
	case VERB_APPROVE:
		if (first == NULL)
			check_refuse(c, &at, "files.no-actor", SAID_NOTHING,
			    SAID_NOTHING);
		break;
	case VERB_CLOCK:
		if (second == NULL || strcmp(first, second) == 0)
			check_refuse(c, &at, "files.clock-two", SAID_NOTHING,
			    SAID_NOTHING);
		break;
	default:
		break;
	}
}

/* A step of the hands says what it is about. */
static void
check_subject(struct check *c, const struct step *s)
{
	static const char *const KEYS[] = { "text", "shows", "field", "with" };
	char path[CHECK_PATH];
	struct place at = { FILES_SCRIPT, path, s->no };

	check_step_path(path, s, "");
	if (s->verb != VERB_SAY && s->verb != VERB_ATTEST &&
	    s->verb != VERB_COMPARE && s->verb != VERB_BRANCH &&
	    s->verb != VERB_FOREACH)
		return;
	for (size_t i = 0; i < sizeof(KEYS) / sizeof(*KEYS); i++)
		if (json_get(s->json, KEYS[i]) != NULL)
			return;
	check_refuse(c, &at, "files.no-text", SAID_NOTHING, SAID_NOTHING);
}

void
check_people(struct check *c)
{
	const struct json *script = c->form[FILES_SCRIPT];
	struct step s;

	check_codes(c, "roles");
	check_codes(c, "objects");
	for (size_t i = 0; script_step(script, i, &s) == 0; i++) {
		char path[CHECK_PATH];
		struct place at = { FILES_SCRIPT, path, s.no };
		const char *person = json_get_str(s.json, "person");

		check_list(c, &s, "by");
		check_list(c, &s, "witness");
		if (s.verb == VERB_FOREACH)
			check_list(c, &s, "of");
		check_step_path(path, &s, "person");
		if (person != NULL && script_role(script, person) == NULL)
			check_refuse(c, &at, "files.unknown-code",
			    SAID("code", person), SAID_NOTHING);
		check_actor(c, &s);
		check_subject(c, &s);
	}
}
