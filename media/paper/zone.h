/* SPDX-License-Identifier: MIT */
/*
 * The hours of a zone, without a data base of zones: rules as they have been
 * in force for years.  Whatever is printed in a zone stands in UTC besides,
 * so that a law that changes one misleads nobody.
 */
#ifndef TACHIAI_ZONE_H
#define TACHIAI_ZONE_H

#include <stddef.h>
#include <stdint.h>

/* Minutes east of UTC at t, and how that is called; UTC for NULL and for a
 * name that is not known. */
int zone_minutes(const char *name, int64_t t, const char **shown);

/* Names that are known, by number; NULL behind the last. */
const char *zone_name(size_t i);

#endif
