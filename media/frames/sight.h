/* SPDX-License-Identifier: MIT */
/* What a person at a camera should do, from what was seen in a picture. */
#ifndef TACHIAI_SIGHT_H
#define TACHIAI_SIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/json.h"

#define SIGHT_DARK  60 /* mean grey under which no code is found */
#define SIGHT_SMALL 30 /* tenths of a pixel a module: below it, come closer */

/* Tenths of a pixel a module, from the corners that tachiai-decode gives of
 * a code and the length of its text; 0 when there is none. */
int64_t sight_dots(const struct json *form, size_t chars);

/* qr.none, qr.dark, qr.small {dots} as `id` of a sentence, or NULL. */
const char *sight_hint(const struct json *form, size_t chars);

#endif
