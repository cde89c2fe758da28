/* SPDX-License-Identifier: MIT */
/* Hints for whoever holds the code. */
#include "media/frames/sight.h"

#include "media/frames/send.h"

int64_t
sight_dots(const struct json *form, size_t chars)
{
	int64_t wide =
	    json_get_int(form, "right", 0) - json_get_int(form, "left", 0);
	int v = 1;

	while (v < SEND_LARGEST && send_characters(v) < chars)
		v++;
	return wide > 0 ? wide * 10 / (17 + 4 * v) : 0;
}

const char *
sight_hint(const struct json *form, size_t chars)
{
	if (form == NULL)
		return NULL;
	if (json_get_int(form, "codes", 0) == 0)
		return json_get_int(form, "light", 255) < SIGHT_DARK
		    ? "qr.dark"
		    : "qr.none";
	return sight_dots(form, chars) < SIGHT_SMALL ? "qr.small" : NULL;
}
