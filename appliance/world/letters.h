/* SPDX-License-Identifier: MIT */
/* The font files that printed pages are set in, read from where Debian's
 * packages fonts-liberation and fonts-ipaexfont-gothic put them. */
#ifndef TACHIAI_LETTERS_H
#define TACHIAI_LETTERS_H

#include "media/page/page.h"

struct letters {
	struct buf bytes[FACE_COUNT];
	struct font *font[FACE_COUNT];
};

/* verify.read {file, why}, page.font {what}; to be finished either way. */
int letters_load(struct letters *l, struct err *e);
void letters_fini(struct letters *l);
const struct font *const *letters_fonts(const struct letters *l);

#endif
