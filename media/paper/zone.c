/* SPDX-License-Identifier: MIT */
/* One row a zone; summer times by the three kinds of rule there are. */
#include "media/paper/zone.h"

#include <stdbool.h>
#include <string.h>

#include "ceremony/base/civil.h"

enum rule {
	ALL_YEAR,
	EUROPE,   /* last Sundays of March and October, 01:00 UTC */
	AMERICA,  /* 2nd Sunday of March, 1st of November, 02:00 there */
	SYDNEY,   /* 1st Sundays of October and April, 02:00 standard */
	AUCKLAND, /* last Sunday of September, 1st of April, 14:00 UTC before */
};

static const struct {
	const char *name;
	int minutes; /* of standard time */
	enum rule rule;
	const char *shown, *summer;
} ZONE[] = {
	{ "UTC", 0, ALL_YEAR, "UTC", NULL },
	{ "Africa/Johannesburg", 120, ALL_YEAR, "SAST", NULL },
	{ "Africa/Lagos", 60, ALL_YEAR, "WAT", NULL },
	{ "Africa/Nairobi", 180, ALL_YEAR, "EAT", NULL },
	{ "America/Argentina/Buenos_Aires", -180, ALL_YEAR, "-03", NULL },
	{ "America/Bogota", -300, ALL_YEAR, "-05", NULL },
	{ "America/Chicago", -360, AMERICA, "CST", "CDT" },
	{ "America/Denver", -420, AMERICA, "MST", "MDT" },
	{ "America/Halifax", -240, AMERICA, "AST", "ADT" },
	{ "America/Los_Angeles", -480, AMERICA, "PST", "PDT" },
	{ "America/New_York", -300, AMERICA, "EST", "EDT" },
	{ "America/Phoenix", -420, ALL_YEAR, "MST", NULL },
	{ "America/Sao_Paulo", -180, ALL_YEAR, "-03", NULL },
	{ "America/St_Johns", -210, AMERICA, "NST", "NDT" },
	{ "America/Toronto", -300, AMERICA, "EST", "EDT" },
	{ "Asia/Bangkok", 420, ALL_YEAR, "+07", NULL },
	{ "Asia/Colombo", 330, ALL_YEAR, "+0530", NULL },
	{ "Asia/Dhaka", 360, ALL_YEAR, "+06", NULL },
	{ "Asia/Dubai", 240, ALL_YEAR, "+04", NULL },
	{ "Asia/Ho_Chi_Minh", 420, ALL_YEAR, "+07", NULL },
	{ "Asia/Hong_Kong", 480, ALL_YEAR, "HKT", NULL },
	{ "Asia/Jakarta", 420, ALL_YEAR, "WIB", NULL },
	{ "Asia/Kabul", 270, ALL_YEAR, "+0430", NULL },
	{ "Asia/Karachi", 300, ALL_YEAR, "PKT", NULL },
	{ "Asia/Kathmandu", 345, ALL_YEAR, "+0545", NULL },
	{ "Asia/Kolkata", 330, ALL_YEAR, "IST", NULL },
	{ "Asia/Kuala_Lumpur", 480, ALL_YEAR, "+08", NULL },
	{ "Asia/Riyadh", 180, ALL_YEAR, "+03", NULL },
	{ "Asia/Seoul", 540, ALL_YEAR, "KST", NULL },
	{ "Asia/Shanghai", 480, ALL_YEAR, "CST", NULL },
	{ "Asia/Singapore", 480, ALL_YEAR, "+08", NULL },
	{ "Asia/Taipei", 480, ALL_YEAR, "CST", NULL },
	{ "Asia/Tehran", 210, ALL_YEAR, "+0330", NULL },
	{ "Asia/Tokyo", 540, ALL_YEAR, "JST", NULL },
	{ "Asia/Yangon", 390, ALL_YEAR, "+0630", NULL },
	{ "Australia/Adelaide", 570, SYDNEY, "ACST", "ACDT" },
	{ "Australia/Brisbane", 600, ALL_YEAR, "AEST", NULL },
	{ "Australia/Darwin", 570, ALL_YEAR, "ACST", NULL },
	{ "Australia/Eucla", 525, ALL_YEAR, "+0845", NULL },
	{ "Australia/Melbourne", 600, SYDNEY, "AEST", "AEDT" },
	{ "Australia/Perth", 480, ALL_YEAR, "AWST", NULL },
	{ "Australia/Sydney", 600, SYDNEY, "AEST", "AEDT" },
	{ "Europe/Amsterdam", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Athens", 120, EUROPE, "EET", "EEST" },
	{ "Europe/Berlin", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Brussels", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Helsinki", 120, EUROPE, "EET", "EEST" },
	{ "Europe/Istanbul", 180, ALL_YEAR, "+03", NULL },
	{ "Europe/Lisbon", 0, EUROPE, "WET", "WEST" },
	{ "Europe/London", 0, EUROPE, "GMT", "BST" },
	{ "Europe/Madrid", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Moscow", 180, ALL_YEAR, "MSK", NULL },
	{ "Europe/Oslo", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Paris", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Prague", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Rome", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Stockholm", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Vienna", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Warsaw", 60, EUROPE, "CET", "CEST" },
	{ "Europe/Zurich", 60, EUROPE, "CET", "CEST" },
	{ "Pacific/Auckland", 720, AUCKLAND, "NZST", "NZDT" },
	{ "Pacific/Chatham", 765, AUCKLAND, "+1245", "+1345" },
	{ "Pacific/Honolulu", -600, ALL_YEAR, "HST", NULL },
	{ "Pacific/Marquesas", -570, ALL_YEAR, "-0930", NULL },
};

#define ZONES (sizeof(ZONE) / sizeof(*ZONE))
#define HOUR  3600
#define DAY   86400

/* Midnight, by UTC, of a month's nth Sunday; its last one for 0. */
static int64_t
sunday(int year, int month, int nth)
{
	struct civil c = {
		.year = year, .month = nth == 0 ? month + 1 : month, .day = 1
	};
	int64_t first = civil_to_seconds(&c);
	/* 1970-01-01 was a Thursday. */
	int64_t wait = (10 - first / DAY % 7) % 7;

	return first + (wait + 7 * (nth - 1)) * DAY;
}

static bool
summer(enum rule rule, int minutes, int64_t t)
{
	int64_t local = t + 60 * (int64_t)minutes;
	struct civil c;

	civil_from_seconds(local, &c);
	switch (rule) {
	case EUROPE:
		return t >= sunday(c.year, 3, 0) + HOUR &&
		    t < sunday(c.year, 10, 0) + HOUR;
	case AMERICA:
		return local >= sunday(c.year, 3, 2) + 2 * HOUR &&
		    local < sunday(c.year, 11, 1) + HOUR;
	case SYDNEY:
		return local < sunday(c.year, 4, 1) + 2 * HOUR ||
		    local >= sunday(c.year, 10, 1) + 2 * HOUR;
	case AUCKLAND:
		return t < sunday(c.year, 4, 1) - 10 * HOUR ||
		    t >= sunday(c.year, 9, 0) - 10 * HOUR;
	case ALL_YEAR:
		break;
	}
	return false;
}

int
zone_minutes(const char *name, int64_t t, const char **shown)
{
	size_t i = ZONES;

	while (name != NULL && i > 1 && strcmp(ZONE[i - 1].name, name) != 0)
		i--;
	i = name == NULL ? 0 : i - 1;
	if (summer(ZONE[i].rule, ZONE[i].minutes, t)) {
		*shown = ZONE[i].summer;
		return ZONE[i].minutes + 60;
	}
	*shown = ZONE[i].shown;
	return ZONE[i].minutes;
}

const char *
zone_name(size_t i)
{
	return i < ZONES ? ZONE[i].name : NULL;
}
