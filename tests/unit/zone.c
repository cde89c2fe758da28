/* SPDX-License-Identifier: MIT */
/*
 * Hours of zones against the C library's data base, from now on through the
 * years in which transcripts are read; every half hour around each change.
 */
#include "media/paper/zone.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/test.h"

#define FROM 1704067200 /* 2024-01-01 */
#define TO   1893456000 /* 2030-01-01 */
#define HALF 1800

/* "" when the data base agrees over the years, else where it does not. */
static void
compare(const char *name, char *out, size_t size)
{
	out[0] = '\0';
	setenv("TZ", name, 1);
	tzset();
	for (int64_t t = FROM; t < TO; t += HALF) {
		time_t at = (time_t)t;
		const char *shown;
		int minutes = zone_minutes(name, t, &shown);
		struct tm tm;

		localtime_r(&at, &tm);
		if (tm.tm_gmtoff == 60L * minutes &&
		    strcmp(tm.tm_zone, shown) == 0)
			continue;
		snprintf(out, size, "%lld: %d %s, not %ld %s", (long long)t,
		    minutes, shown, tm.tm_gmtoff / 60, tm.tm_zone);
		return;
	}
}

int
main(void)
{
	const char *shown;
	char said[200];

	for (size_t i = 0; zone_name(i) != NULL; i++) {
		compare(zone_name(i), said, sizeof(said));
		CHECK_STR(zone_name(i), said, "");
	}
	CHECK("no name is UTC", zone_minutes(NULL, FROM, &shown) == 0 &&
	    strcmp(shown, "UTC") == 0);
	CHECK("so is one that is not known",
	    zone_minutes("Mars/Olympus", FROM, &shown) == 0 &&
		strcmp(shown, "UTC") == 0);
	return test_end();
}
