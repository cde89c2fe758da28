/* SPDX-License-Identifier: MIT */
/*
 * The line between tachiai-console and the setter of the clock.  Invariant:
 * one encoding for each ask and answer; what is not one is nothing.
 */
#include "appliance/world/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/world/keep.h"

#define DIGITS "0123456789"

void
clock_format_ask(const struct clock_ask *a, char line[static CLOCK_LINE])
{
	snprintf(line, CLOCK_LINE, "set %" PRId64 " %" PRId64, a->by, a->last);
}

/* Up to 12 digits, no zero in front of others; what follows, or NULL. */
static const char *
number(const char *s, int64_t *out)
{
	bool minus = s[0] == '-';
	size_t n = strspn(s + minus, DIGITS);

	if (n == 0 || n > 12 || (s[minus] == '0' && (n > 1 || minus)))
		return NULL;
	*out = strtoll(s, NULL, 10);
	return s + minus + n;
}

int
clock_parse_ask(const char *line, struct clock_ask *a)
{
	const char *p = line + 4;
	struct clock_ask got;

	if (strncmp(line, "set ", 4) != 0 || (p = number(p, &got.by)) == NULL ||
	    p[0] != ' ' || (p = number(p + 1, &got.last)) == NULL ||
	    p[0] != '\0')
		return -1;
	*a = got;
	return 0;
}

void
clock_format_answer(const struct clock_answer *a, char line[static CLOCK_LINE])
{
	if (a->why != 0)
		snprintf(line, CLOCK_LINE, "no %d", a->why);
	else
		snprintf(line, CLOCK_LINE, "ok %d", a->rtc);
}

int
clock_parse_answer(const char *line, struct clock_answer *a)
{
	const char *p;
	int64_t n;

	if (strlen(line) < 3)
		return -1;
	p = number(line + 3, &n);
	if (p == NULL || p[0] != '\0')
		return -1;
	if (strncmp(line, "no ", 3) == 0 && n > 0 && n < 4096)
		*a = (struct clock_answer){ .why = (int)n };
	else if (strncmp(line, "ok ", 3) == 0 && (n == 0 || n == 1))
		*a = (struct clock_answer){ .rtc = n == 1 };
	else
		return -1;
	return 0;
}

int
clock_ask(int fd, const struct clock_ask *ask, struct clock_answer *out)
{
	char line[CLOCK_LINE];

	clock_format_ask(ask, line);
	if (keep_exchange(fd, line, sizeof(line)) == -1 ||
	    clock_parse_answer(line, out) == -1) {
		errno = EPIPE;
		return -1;
	}
	errno = out->why;
	return out->why == 0 ? 0 : -1;
}
