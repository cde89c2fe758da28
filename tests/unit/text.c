/* SPDX-License-Identifier: MIT */
/*
 * The catalogue's own rules: ids are unique; both languages have the same
 * braces; a refusal or warning is one sentence of at most 200 characters
 * that ends in a full stop, and none speaks like a machine.
 */
#include "ceremony/text/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <strings.h>

#include "ceremony/base/utf8.h"
#include "tests/unit/test.h"
#include "tui/keys.h"

#define SENTENCE_MAX 200
#define BRACES_MAX   16

struct braces {
	size_t n;
	char name[BRACES_MAX][32];
};

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool
find_braces(const char *s, struct braces *b)
{
	size_t name;

	b->n = 0;
	while ((s = strchr(s, '{')) != NULL) {
		const char *end = strchr(s, '}');

		if (end == NULL || end == s + 1 || end - s > 63 ||
		    b->n == BRACES_MAX)
			return false;
		/* {n|word|words}: the words are the language's own */
		name = strcspn(s + 1, "|}");
		if (name == 0 || name >= sizeof(b->name[0]))
			return false;
		memset(b->name[b->n], 0, sizeof(b->name[0]));
		memcpy(b->name[b->n++], s + 1, name);
		s = end;
	}
	qsort(b->name, b->n, sizeof(b->name[0]), compare);
	return true;
}

/* Every value that one language names, the other names too. */
static bool
same_braces(const struct text *t)
{
	struct braces en, ja;
	size_t i = 0, k = 0;

	if (!find_braces(t->en, &en))
		return false;
	if (t->ja == NULL)
		return true;
	if (!find_braces(t->ja, &ja))
		return false;
	while (i < en.n && k < ja.n) {
		if (strcmp(en.name[i], ja.name[k]) != 0)
			return false;
		while (i + 1 < en.n && strcmp(en.name[i], en.name[i + 1]) == 0)
			i++;
		while (k + 1 < ja.n && strcmp(ja.name[k], ja.name[k + 1]) == 0)
			k++;
		i++;
		k++;
	}
	return i == en.n && k == ja.n;
}

static bool
is_sentence(const struct text *t)
{
	size_t len = strlen(t->en);

	if (t->kind != TEXT_REFUSED && t->kind != TEXT_WARNING)
		return true;
	return len > 0 && t->en[len - 1] == '.' && t->ja != NULL &&
	    utf8_count(t->en, len) <= SENTENCE_MAX &&
	    utf8_count(t->ja, strlen(t->ja)) <= SENTENCE_MAX;
}

/* A whole word, in any case. */
static bool
says(const char *s, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = s; *p != '\0'; p++)
		if (strncasecmp(p, word, n) == 0 &&
		    (p == s || !isalpha((unsigned char)p[-1])) &&
		    !isalpha((unsigned char)p[n]))
			return true;
	return false;
}

static bool
is_polite(const struct text *t)
{
	if (t->kind == TEXT_EVENT)
		return true;
	return !says(t->en, "error") && !says(t->en, "invalid") &&
	    !says(t->en, "please");
}

static bool
is_text(const struct text *t)
{
	return utf8_valid(t->en, strlen(t->en)) && t->en[0] != '\0' &&
	    (t->ja == NULL ||
		(utf8_valid(t->ja, strlen(t->ja)) && t->ja[0] != '\0'));
}

static bool
is_unique(size_t at)
{
	const char *id = text_at(at)->id;

	for (size_t i = 0; i < at; i++)
		if (strcmp(text_at(i)->id, id) == 0)
			return false;
	return true;
}

static void
rule(const char *name, bool (*good)(const struct text *))
{
	const struct text *t;
	bool all = true;

	for (size_t i = 0; (t = text_at(i)) != NULL; i++) {
		if (!good(t)) {
			printf("# %s: %s\n", name, t->id);
			all = false;
		}
	}
	CHECK(name, all);
}

static void
unique_ids(void)
{
	bool all = true;

	for (size_t i = 0; text_at(i) != NULL; i++) {
		if (!is_unique(i)) {
			printf("# twice: %s\n", text_at(i)->id);
			all = false;
		}
	}
	CHECK("ids are unique", all);
}

/* The key table speaks through the catalogue only. */
static void
key_texts(void)
{
	const struct key_row *row;
	bool all = true;

	for (size_t i = 0; (row = keys_at(i)) != NULL; i++) {
		const char *ids[4] = { row->brief, row->what, row->there,
			row->never };

		for (size_t k = 0; k < 4; k++) {
			if (ids[k] != NULL && text_find(ids[k]) == NULL) {
				printf("# no text: %s\n", ids[k]);
				all = false;
			}
		}
	}
	CHECK("every key has its texts", all);
}

int
main(void)
{
	unique_ids();
	rule("both languages have the same braces", same_braces);
	rule("refusals and warnings are sentences in both languages",
	    is_sentence);
	rule("no sentence says error, invalid or please", is_polite);
	rule("all of it is text", is_text);
	key_texts();
	CHECK("an unknown id gives itself",
	    strcmp(text_get(LANG_EN, "no.such"), "no.such") == 0);
	return test_end();
}
