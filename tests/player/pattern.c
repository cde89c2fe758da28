/* SPDX-License-Identifier: MIT */
/*
 * Looking at the screen.  Invariant: a pattern matches within one row, and
 * a pattern that does not match sets nothing.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "tests/player/player.h"

struct var {
	char *name, *value;
};

struct vars {
	struct var *v;
	size_t n;
};

struct vars *
vars_new(void)
{
	return xcalloc(1, sizeof(struct vars));
}

void
vars_free(struct vars *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < v->n; i++) {
		free(v->v[i].name);
		free(v->v[i].value);
	}
	free(v->v);
	free(v);
}

void
vars_set(struct vars *v, const char *name, const char *value, size_t len)
{
	size_t i;

	for (i = 0; i < v->n; i++)
		if (strcmp(v->v[i].name, name) == 0)
			break;
	if (i == v->n) {
		v->v = xreallocarray(v->v, v->n + 1, sizeof(*v->v));
		v->v[v->n].name = xstrdup(name);
		v->v[v->n++].value = NULL;
	}
	free(v->v[i].value);
	v->v[i].value = xstrndup(value, len);
}

const char *
vars_get(const struct vars *v, const char *name)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->v[i].name, name) == 0)
			return v->v[i].value;
	return NULL;
}

#define NAME "=-_abcdefghijklmnopqrstuvwxyz0123456789"

/* The name in braces at p ("{name}"): its length with braces, or 0. */
static size_t
brace(const char *p, char name[static 64])
{
	const char *end = *p == '{' ? strchr(p, '}') : NULL;
	size_t n = end != NULL ? (size_t)(end - p - 1) : 0;

	if (n == 0 || n >= 64 || strspn(p + 1, NAME) != n)
		return 0;
	memcpy(name, p + 1, n);
	name[n] = '\0';
	return n + 2;
}

int
vars_expand(const struct vars *v, const char *text, struct buf *out,
    char missing[static 64])
{
	char name[64];

	while (*text != '\0') {
		size_t n = brace(text, name);
		const char *value;

		if (n == 0) {
			buf_byte(out, (uint8_t)*text++);
			continue;
		}
		value = vars_get(v, name[0] == '=' ? name + 1 : name);
		if (value == NULL) {
			memcpy(missing, name, sizeof(name));
			return -1;
		}
		buf_str(out, value);
		text += n;
	}
	return 0;
}

#define CAPTURES 16

struct match {
	struct {
		char name[64];
		const char *at;
		size_t len;
	} cap[CAPTURES];
	size_t n;
};

/* Literal text at `row`, up to the pattern's next brace: bytes used, or -1. */
static long
literal(const char *row, const char **pattern)
{
	const char *p = *pattern, *r = row;
	char name[64];

	while (*p != '\0' && brace(p, name) == 0) {
		if (*p == ' ') {
			if (*r != ' ')
				return -1;
			p += strspn(p, " ");
			r += strspn(r, " ");
			continue;
		}
		if (*p++ != *r++)
			return -1;
	}
	*pattern = p;
	return (long)(r - row);
}

/* The whole pattern at the very start of `row`. */
static bool
match_at(const char *row, const char *pattern, struct match *m)
{
	char name[64];
	size_t n;
	long used = literal(row, &pattern);

	m->n = 0;
	if (used == -1)
		return false;
	row += used;
	while ((n = brace(pattern, name)) != 0) {
		size_t len = 0;
		const char *rest = NULL;

		pattern += n;
		if (*pattern == '\0') {
			/* To the end of the row, or a gap of two blanks. */
			const char *gap = strstr(row, "  ");

			len = gap != NULL ? (size_t)(gap - row) : strlen(row);
			used = 0;
			rest = pattern;
		}
		while (rest == NULL && row[len] != '\0') {
			rest = pattern;
			used = literal(row + ++len, &rest);
			if (used == -1)
				rest = NULL;
		}
		if (rest == NULL || len == 0 || m->n == CAPTURES)
			return false;
		memcpy(m->cap[m->n].name, name, sizeof(name));
		m->cap[m->n].at = row;
		m->cap[m->n++].len = len;
		row += len + (size_t)used;
		pattern = rest;
	}
	return true;
}

bool
pattern_in_row(const char *row, const char *pattern, struct vars *v)
{
	struct match m;

	for (; *row != '\0'; row++) {
		if (!match_at(row, pattern, &m))
			continue;
		for (size_t i = 0; i < m.n && v != NULL; i++)
			vars_set(v, m.cap[i].name, m.cap[i].at, m.cap[i].len);
		return true;
	}
	return false;
}

/* {=name} becomes its value; the captures stay. */
static void
put_values(const char *pattern, const struct vars *v, struct buf *out)
{
	char name[64];

	while (*pattern != '\0') {
		size_t n = brace(pattern, name);
		const char *value =
		    n != 0 && name[0] == '=' ? vars_get(v, name + 1) : NULL;

		if (value != NULL) {
			buf_str(out, value);
			pattern += n;
		} else {
			buf_byte(out, (uint8_t)*pattern++);
		}
	}
}

bool
pattern_on_screen(struct screen *s, const char *pattern, struct vars *v)
{
	struct buf row = BUF_INIT, p = BUF_INIT;
	bool found = false;

	put_values(pattern, v, &p);
	for (int y = 0; y < screen_rows(s) && !found; y++) {
		buf_reset(&row);
		screen_row(s, y, &row);
		found = pattern_in_row(buf_cstr(&row), buf_cstr(&p), v);
	}
	buf_free(&row);
	buf_free(&p);
	return found;
}

/* A lone digit 1 to 8 and a word behind it, at or after *p. */
static int
numbered(const char **p, const char *start, const char **word, size_t *len)
{
	for (const char *q = *p; *q != '\0'; q++) {
		const char *w = q + 1;

		if (*q < '1' || *q > '8' || (q > start && q[-1] > ' ') ||
		    *w != ' ')
			continue;
		w += strspn(w, " ");
		*len = 0;
		while (isalpha((unsigned char)w[*len]))
			(*len)++;
		if (*len < 2)
			continue;
		*word = w;
		*p = w + *len;
		return *q - '0';
	}
	return 0;
}

bool
pattern_words(struct screen *s, struct buf *out)
{
	struct buf row = BUF_INIT;
	int next = 1;

	for (int y = 0; y < screen_rows(s) && next <= 8; y++) {
		const char *p, *word;
		size_t len;
		int n;

		buf_reset(&row);
		screen_row(s, y, &row);
		p = buf_cstr(&row);
		while (next <= 8 &&
		    (n = numbered(&p, buf_cstr(&row), &word, &len)) != 0) {
			if (n != next) {
				buf_reset(out);
				next = 1;
			}
			if (n != next)
				continue;
			if (next++ > 1)
				buf_byte(out, ' ');
			buf_add(out, word, len);
		}
	}
	buf_free(&row);
	return next == 9;
}
