/* SPDX-License-Identifier: MIT */
/*
 * Typed access to scripts.  Invariant: a step is numbered by its place, and
 * `no` in the canonical form is that number.
 */
#include "ceremony/files/script.h"

#include <string.h>

static const struct {
	const char *name;
	int minutes;
	enum verb_class class;
} VERB[VERB_COUNT] = {
#define X(NAME, text, minutes, class) { text, minutes, class },
	VERBS(X)
#undef X
};

static const char *const ON_FAIL[] = { "retry", "deviation", "abort" };

const char *
verb_name(enum verb v)
{
	return VERB[v].name;
}

int
verb_parse(const char *name, enum verb *v)
{
	for (size_t i = 0; i < VERB_COUNT; i++) {
		if (strcmp(VERB[i].name, name) == 0) {
			*v = (enum verb)i;
			return 0;
		}
	}
	return -1;
}

enum verb_class
verb_class(enum verb v)
{
	return VERB[v].class;
}

int
verb_minutes(enum verb v)
{
	return VERB[v].minutes;
}

size_t
script_act_count(const struct json *script)
{
	return json_count(json_get(script, "acts"));
}

size_t
script_step_count(const struct json *script)
{
	const struct json *acts = json_get(script, "acts");
	size_t n = 0;

	for (size_t a = 0; a < json_count(acts); a++)
		n += json_count(json_get(json_at(acts, a), "steps"));
	return n;
}

static int
step_fill(const struct json *j, size_t index, size_t act, struct step *out)
{
	struct step s = { .json = j, .index = index, .act = act };
	const char *verb = json_get_str(j, "do");
	const char *fail = json_get_str(j, "on_fail");

	s.no = json_get_str(j, "no");
	if (verb == NULL || s.no == NULL || verb_parse(verb, &s.verb) == -1)
		return -1;
	for (size_t i = 0; fail != NULL && i < 3; i++)
		if (strcmp(ON_FAIL[i], fail) == 0)
			s.on_fail = (enum on_fail)i;
	s.minutes = (int)json_get_int(j, "minutes", verb_minutes(s.verb));
	s.by = json_get(j, "by");
	s.witness = json_get(j, "witness");
	s.plan = json_get(j, "plan");
	*out = s;
	return 0;
}

int
script_step(const struct json *script, size_t i, struct step *out)
{
	const struct json *acts = json_get(script, "acts");
	size_t left = i;

	for (size_t a = 0; a < json_count(acts); a++) {
		const struct json *steps = json_get(json_at(acts, a), "steps");

		if (left < json_count(steps))
			return step_fill(json_at(steps, left), i, a, out);
		left -= json_count(steps);
	}
	return -1;
}

int
script_step_find(const struct json *script, const char *no, struct step *out)
{
	struct step s;

	for (size_t i = 0; script_step(script, i, &s) == 0; i++) {
		if (strcmp(s.no, no) == 0) {
			*out = s;
			return 0;
		}
	}
	return -1;
}

int
script_minutes(const struct json *script)
{
	struct step s;
	int sum = 0;

	for (size_t i = 0; script_step(script, i, &s) == 0; i++)
		sum += s.minutes;
	return sum;
}

const char *
files_text(const struct json *text, enum lang lang)
{
	const char *s = lang == LANG_JA ? json_get_str(text, "ja") : NULL;

	return s != NULL ? s : json_get_str(text, "en");
}

const char *
step_text(const struct step *s, enum lang lang)
{
	return files_text(json_get(s->json, "text"), lang);
}

const char *
script_title(const struct json *script, enum lang lang)
{
	return files_text(json_get(script, "title"), lang);
}

const char *
script_act_title(const struct json *script, size_t act, enum lang lang)
{
	const struct json *a = json_at(json_get(script, "acts"), act);

	return files_text(json_get(a, "act"), lang);
}

/* The element of `list` whose member `key` is `value`. */
static const struct json *
find_by(const struct json *list, const char *key, const char *value)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *s = json_get_str(json_at(list, i), key);

		if (s != NULL && strcmp(s, value) == 0)
			return json_at(list, i);
	}
	return NULL;
}

const char *
script_role(const struct json *script, const char *code)
{
	return json_get_str(
	    find_by(json_get(script, "roles"), "code", code), "role");
}

bool
script_code_has_role(
    const struct json *script, const char *code, const char *role)
{
	const struct json *r = find_by(json_get(script, "roles"), "code", code);
	const char *own = json_get_str(r, "role");

	return (own != NULL && strcmp(own, role) == 0) ||
	    json_list_has(json_get(r, "also"), role);
}

const char *
script_object_kind(const struct json *script, const char *code)
{
	return json_get_str(
	    find_by(json_get(script, "objects"), "code", code), "kind");
}

bool
json_list_has(const struct json *list, const char *s)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *have = json_str(json_at(list, i));

		if (have != NULL && strcmp(have, s) == 0)
			return true;
	}
	return false;
}
