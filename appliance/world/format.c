/* SPDX-License-Identifier: MIT */
/*
 * The line between tachiai-console and the keeper of the media.  Invariant:
 * one encoding for each ask and answer; what is not one is nothing.
 */
#include "appliance/world/format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/world/keep.h"
#include "ceremony/base/utf8.h"

#define DIGITS "0123456789"
#define LOWER  "abcdefghijklmnopqrstuvwxyz" DIGITS

/* Up to 15 digits, no zero in front of others; what follows, or NULL. */
static const char *
number(const char *s, int64_t *out)
{
	size_t n = strspn(s, DIGITS);

	if (n == 0 || n > 15 || (s[0] == '0' && n > 1))
		return NULL;
	*out = strtoll(s, NULL, 10);
	return s + n;
}

/* What stands before `end`, of these bytes, at most size - 1; or NULL. */
static const char *
word(const char *s, const char *bytes, char end, char *out, size_t size)
{
	size_t n = strspn(s, bytes);

	if (n == 0 || n >= size || s[n] != end)
		return NULL;
	memcpy(out, s, n);
	out[n] = '\0';
	return s + n + (end != '\0');
}

/* A field of text that ends with a tab; printable, and may be empty. */
static const char *
text(const char *s, char *out, size_t size)
{
	const char *tab = strchr(s, '\t');
	size_t n = tab != NULL ? (size_t)(tab - s) : size;

	if (n >= size)
		return NULL;
	utf8_printable(out, size, s, n);
	if (strlen(out) != n || memcmp(out, s, n) != 0)
		return NULL;
	return tab + 1;
}

void
format_write_ask(const struct format_ask *a, char line[static FORMAT_LINE])
{
	if (a->what == FORMAT_LOOK)
		snprintf(line, FORMAT_LINE, "look %" PRId64, a->n);
	else if (a->what == FORMAT_MAKE)
		snprintf(line, FORMAT_LINE, "make %s %" PRId64 " %c", a->dev,
		    a->n, a->label);
	else
		snprintf(line, FORMAT_LINE, "anew %c", a->label);
}

static bool
is_label(const char *s)
{
	return (s[0] == 'A' || s[0] == 'B') && s[1] == '\0';
}

int
format_parse_ask(const char *line, struct format_ask *a)
{
	struct format_ask got = { .what = FORMAT_LOOK };
	const char *p = line + 5;

	if (strncmp(line, "look ", 5) == 0) {
		p = number(p, &got.n);
		if (p == NULL || p[0] != '\0')
			return -1;
	} else if (strncmp(line, "make ", 5) == 0) {
		got.what = FORMAT_MAKE;
		p = word(p, LOWER, ' ', got.dev, sizeof(got.dev));
		if (p == NULL || (p = number(p, &got.n)) == NULL ||
		    p[0] != ' ' || !is_label(p + 1))
			return -1;
		got.label = p[1];
	} else if (strncmp(line, "anew ", 5) == 0 && is_label(p)) {
		got.what = FORMAT_ANEW;
		got.label = p[0];
	} else {
		return -1;
	}
	*a = got;
	return 0;
}

void
format_write_answer(enum format_what what, const struct format_answer *a,
    char line[static FORMAT_LINE])
{
	const struct format_stick *s = &a->stick;

	if (a->why != 0)
		snprintf(line, FORMAT_LINE, "no %d", a->why);
	else if (what != FORMAT_LOOK)
		snprintf(line, FORMAT_LINE, "ok");
	else
		snprintf(line, FORMAT_LINE,
		    "ok %s %" PRId64 " %" PRId64 " %d %s\t%s\t%s\t%s\t", s->dev,
		    s->seq, s->bytes, (int)s->against, s->fs, s->label,
		    s->maker, s->serial);
}

static int
parse_stick(const char *p, struct format_stick *s)
{
	int64_t against;

	memset(s, 0, sizeof(*s));
	p = word(p, LOWER, ' ', s->dev, sizeof(s->dev));
	if (p == NULL || (p = number(p, &s->seq)) == NULL || *p++ != ' ' ||
	    (p = number(p, &s->bytes)) == NULL || *p++ != ' ' ||
	    (p = number(p, &against)) == NULL || *p++ != ' ' ||
	    against >= FORMAT_COUNT ||
	    (p = word(p, LOWER, '\t', s->fs, sizeof(s->fs))) == NULL ||
	    (p = text(p, s->label, sizeof(s->label))) == NULL ||
	    (p = text(p, s->maker, sizeof(s->maker))) == NULL ||
	    (p = text(p, s->serial, sizeof(s->serial))) == NULL)
		return -1;
	s->against = (enum format_against)against;
	return p[0] == '\0' ? 0 : -1;
}

int
format_parse_answer(
    enum format_what what, const char *line, struct format_answer *a)
{
	struct format_answer got = { .why = 0 };
	int64_t why;
	const char *p;

	if (strncmp(line, "no ", 3) == 0) {
		p = number(line + 3, &why);
		if (p == NULL || p[0] != '\0' || why < 1 || why > 4095)
			return -1;
		got.why = (int)why;
	} else if (what == FORMAT_LOOK) {
		if (strncmp(line, "ok ", 3) != 0 ||
		    parse_stick(line + 3, &got.stick) == -1)
			return -1;
	} else if (strcmp(line, "ok") != 0) {
		return -1;
	}
	*a = got;
	return 0;
}

int
format_ask(int fd, const struct format_ask *ask, struct format_stick *out)
{
	struct format_answer a;
	char line[FORMAT_LINE];

	format_write_ask(ask, line);
	if (keep_exchange(fd, line, sizeof(line)) == -1 ||
	    format_parse_answer(ask->what, line, &a) == -1) {
		errno = EPIPE;
		return -1;
	}
	errno = a.why;
	if (a.why != 0)
		return -1;
	if (out != NULL)
		*out = a.stick;
	return 0;
}
