/* SPDX-License-Identifier: MIT */
/*
 * The reactive block: look at the settled screen, do the first rule that
 * holds, look again.  Invariant: an `on` rule that was done is not done
 * again until it did not hold for a moment, or holds with other captures;
 * an `every` rule is done once for each screen that settled anew.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "tests/player/player.h"

struct rule {
	const struct stmt *on;
	size_t from, to; /* its statements */
	bool spent;
	char *captures; /* with which it was done */
};

/* The next quoted text of a rule's condition; false at its end. */
static bool
term(const char **p, bool *negated, struct buf *text)
{
	const char *q = *p, *end;

	*negated = false;
	buf_reset(text);
	q += strspn(q, " ");
	if (strncmp(q, "and ", 4) == 0)
		q += 4;
	q += strspn(q, " ");
	if (strncmp(q, "not ", 4) == 0) {
		*negated = true;
		q += 4;
	}
	q += strspn(q, " ");
	if (*q != '"' || (end = strchr(q + 1, '"')) == NULL)
		return false;
	buf_add(text, q + 1, (size_t)(end - q - 1));
	*p = end + 1;
	return true;
}

/* All terms hold; *captures (to free) is what the names took. */
static bool
holds(struct play *p, const struct stmt *on, char **captures)
{
	struct buf text = BUF_INIT, took = BUF_INIT;
	const char *at = on->arg;
	bool yes = true, negated;
	char missing[64];
	size_t n = 0;

	while (yes && term(&at, &negated, &text)) {
		n++;
		yes = pattern_on_screen(p->screen, buf_cstr(&text), p->vars) !=
		    negated;
		if (yes && !negated)
			(void)vars_expand(
			    p->vars, buf_cstr(&text), &took, missing);
	}
	yes = yes && n > 0 && at[strspn(at, " ")] == '\0';
	*captures = (char *)buf_take(&took, NULL);
	buf_free(&text);
	return yes;
}

static size_t
rules_find(struct play *p, size_t *at, struct rule *r, size_t max)
{
	size_t n = 0, i = *at;

	for (; p->text.stmt[i].verb != VERB_END; i++) {
		enum verb v = p->text.stmt[i].verb;

		if ((v == VERB_ON || v == VERB_EVERY) && n < max) {
			memset(&r[n], 0, sizeof(r[n]));
			r[n].on = &p->text.stmt[i];
			r[n].from = i + 1;
			n++;
		}
		if (n > 0)
			r[n - 1].to = i + 1;
	}
	*at = i + 1;
	return n;
}

/* Rules that do not hold now may be done again later. */
static void
rearm(struct play *p, struct rule *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *captures = NULL;

		if (!r[i].spent)
			continue;
		if (!holds(p, r[i].on, &captures) ||
		    strcmp(captures, r[i].captures) != 0)
			r[i].spent = false;
		free(captures);
	}
}

/* Do the first rule that holds: 1 done, 0 none, -1 failed. */
static int
fire(struct play *p, struct rule *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *captures = NULL;

		if ((r[i].spent && r[i].on->verb == VERB_ON) ||
		    !holds(p, r[i].on, &captures)) {
			free(captures);
			continue;
		}
		free(r[i].captures);
		r[i].captures = captures;
		r[i].spent = true;
		if (!p->quiet)
			fprintf(stderr, "play: %s:%d\n", r[i].on->file,
			    r[i].on->line);
		for (size_t k = r[i].from; k < r[i].to; k++)
			if (play_do(p, &p->text.stmt[k]) != 0)
				return -1;
		return 1;
	}
	return 0;
}

/*
 * Take output until the screen has settled.  1 it changed since `age`, 0 it
 * did not before `end`, -1 the program ended.
 */
static int
settle(
    struct play *p, unsigned long age, struct rule *r, size_t n, long long end)
{
	int t = 1;

	while (screen_age(p->screen) == age) {
		long long left = end - play_now_ms();

		if (left <= 0)
			return 0;
		t = screen_turn(p->screen, left > 1000 ? 1000 : (int)left);
		if (t == -1)
			return -1;
	}
	while (t == 1) {
		rearm(p, r, n);
		t = screen_turn(p->screen, p->settle_ms);
	}
	return t == -1 ? -1 : 1;
}

static void
keep(const struct play *p, const char *as, const struct buf *b)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_fmt(&path, "%s/%06u.%s", p->film, p->filmed, as);
	f = fopen(buf_cstr(&path), "w");
	if (f != NULL) {
		fwrite(b->data, 1, b->len, f);
		fclose(f);
	}
	buf_free(&path);
}

/* -f: every settled screen is two files, in their order. */
static void
film(struct play *p)
{
	struct buf text = BUF_INIT, ansi = BUF_INIT;

	if (p->film == NULL)
		return;
	screen_dump(p->screen, &text);
	screen_ansi(p->screen, &ansi);
	keep(p, "txt", &text);
	keep(p, "ansi", &ansi);
	p->filmed++;
	buf_free(&text);
	buf_free(&ansi);
}

#define RULES_MAX 256

int
play_until(struct play *p, size_t *at)
{
	const struct stmt *until = &p->text.stmt[*at - 1];
	struct rule *r = xcalloc(RULES_MAX, sizeof(*r));
	size_t n = rules_find(p, at, r, RULES_MAX);
	unsigned long age = screen_age(p->screen) - 1;
	long long end = play_now_ms() + p->patience_ms;
	int ret = 1, s = 1, did = 0;

	for (;;) {
		rearm(p, r, n);
		s = settle(p, age, r, n, end);
		age = screen_age(p->screen);
		film(p);
		if (pattern_on_screen(p->screen, until->arg, p->vars)) {
			ret = 0;
			break;
		}
		if (s == -1) {
			play_fail(p, until, "the program ended before \"%s\"",
			    until->arg);
			break;
		}
		/* A clock on the screen changes for ever. */
		if (s == 0 || play_now_ms() >= end) {
			play_fail(p, until, "nothing was done, no \"%s\"",
			    until->arg);
			break;
		}
		did = fire(p, r, n);
		if (did == -1)
			break;
		if (did == 1)
			end = play_now_ms() + p->patience_ms;
	}
	for (size_t i = 0; i < n; i++)
		free(r[i].captures);
	free(r);
	return ret;
}
