/* SPDX-License-Identifier: MIT */
/* For tests of reviews: whether a text, or these octets, are shown. */
#ifndef TACHIAI_TEST_SHOWN_H
#define TACHIAI_TEST_SHOWN_H

#include <string.h>

#include "ceremony/x509/review.h"

static inline bool
shown(const struct review *v, const char *text)
{
	for (size_t i = 0; i < v->n; i++)
		if (strstr(v->row[i].value, text) != NULL)
			return true;
	return false;
}

/* The same for octets, however they are set apart. */
static inline bool
shown_hex(const struct review *v, const char *hex)
{
	char tight[2200];

	for (size_t i = 0; i < v->n; i++) {
		size_t n = 0;

		for (const char *p = v->row[i].value; *p != '\0' &&
		    n + 1 < sizeof(tight); p++)
			if (*p != ' ')
				tight[n++] = *p;
		tight[n] = '\0';
		if (strcasestr(tight, hex) != NULL)
			return true;
	}
	return false;
}

#endif
