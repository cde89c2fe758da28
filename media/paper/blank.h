/* SPDX-License-Identifier: MIT */
/*
 * The blank script: what is printed before the day, read by everyone and
 * approved by its hash.  Each step stands with its number, both languages,
 * who does it, what is expected, and boxes of the shape of what is written
 * in them.
 */
#ifndef TACHIAI_BLANK_H
#define TACHIAI_BLANK_H

#include "ceremony/files/files.h"
#include "media/page/page.h"

struct blank_files {
	const struct json *form[FILES_KINDS]; /* canonical */
	uint8_t sha256[FILES_KINDS][32];      /* of the YAML files */
};

/* page.overlap, page.outside; *out is the caller's. */
int blank_make(const struct blank_files *in,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e);

#endif
