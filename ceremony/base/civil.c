/* SPDX-License-Identifier: MIT */
/* Civil time.  Invariant: from(to(c)) == c for every real date. */
#include "ceremony/base/civil.h"

#include <stdio.h>
#include <string.h>

static int64_t
days_from(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int64_t
civil_to_seconds(const struct civil *c)
{
	return days_from(c->year, c->month, c->day) * 86400 + c->hour * 3600 +
	    c->minute * 60 + c->second;
}

void
civil_from_seconds(int64_t t, struct civil *c)
{
	int64_t days = t / 86400, rest = t % 86400, era, doe, yoe, doy, mp;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	c->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	c->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	c->year = (int)(yoe + era * 400 + (c->month <= 2));
	c->hour = (int)(rest / 3600);
	c->minute = (int)(rest % 3600 / 60);
	c->second = (int)(rest % 60);
}

void
civil_format(int64_t t, char out[static CIVIL_LEN])
{
	struct civil c;
	char s[80];

	civil_from_seconds(t, &c);
	snprintf(s, sizeof(s), "%04d-%02d-%02dT%02d:%02d:%02dZ", c.year,
	    c.month, c.day, c.hour, c.minute, c.second);
	memcpy(out, s, CIVIL_LEN - 1);
	out[CIVIL_LEN - 1] = '\0';
}

/* `form` has a 0 for every digit. */
static int
parse_form(const char *s, size_t len, const char *form, int64_t *t)
{
	struct civil c = { 0 }, back;
	int *field[] = { &c.year, &c.month, &c.day, &c.hour, &c.minute,
		&c.second };
	size_t f = 0;
	int64_t v;

	if (len != strlen(form))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (form[i] != '0') {
			if (s[i] != form[i])
				return -1;
			f++;
			continue;
		}
		if (s[i] < '0' || s[i] > '9' || f > 5)
			return -1;
		*field[f] = *field[f] * 10 + (s[i] - '0');
	}
	if (c.year < 1 || c.month < 1 || c.month > 12 || c.day < 1 ||
	    c.day > 31 || c.hour > 23 || c.minute > 59 || c.second > 59)
		return -1;
	v = civil_to_seconds(&c);
	civil_from_seconds(v, &back);
	if (back.day != c.day || back.month != c.month)
		return -1;
	*t = v;
	return 0;
}

int
civil_parse(const char *s, size_t len, int64_t *t)
{
	return parse_form(s, len, "0000-00-00T00:00:00Z", t);
}

int
civil_parse_plain(const char *s, size_t len, int64_t *t)
{
	return parse_form(s, len, "0000-00-00 00:00:00", t);
}

int64_t
civil_add_years(int64_t t, int years)
{
	struct civil c, back;
	int64_t v;

	civil_from_seconds(t, &c);
	c.year += years;
	v = civil_to_seconds(&c);
	civil_from_seconds(v, &back);
	if (back.month != c.month) {
		c.day = 28;
		v = civil_to_seconds(&c);
	}
	return v;
}
