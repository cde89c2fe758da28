/* SPDX-License-Identifier: MIT */
/*
 * Civil time (proleptic Gregorian, UTC, no leap seconds), without the C
 * library's clock, zone or locale.  Seconds are posix seconds.
 */
#ifndef TACHIAI_CIVIL_H
#define TACHIAI_CIVIL_H

#include <stddef.h>
#include <stdint.h>

#define CIVIL_LEN 21 /* "2026-12-09T01:13:00Z" and NUL */

struct civil {
	int year; /* 1..9999 */
	int month, day, hour, minute, second;
};

int64_t civil_to_seconds(const struct civil *c);
void civil_from_seconds(int64_t t, struct civil *c);

/* "YYYY-MM-DDThh:mm:ssZ"; t must lie in the years 1 to 9999. */
void civil_format(int64_t t, char out[static CIVIL_LEN]);
/* Exactly that form, a real date; 0 or -1. */
int civil_parse(const char *s, size_t len, int64_t *t);
/* "YYYY-MM-DD hh:mm:ss", the form of the ceremony files. */
int civil_parse_plain(const char *s, size_t len, int64_t *t);

/* t plus whole calendar years (29 February becomes 28 where it must). */
int64_t civil_add_years(int64_t t, int years);

#endif
