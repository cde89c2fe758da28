/* SPDX-License-Identifier: MIT */
/* One row of the blank script: what a verb expects and what is written. */
#ifndef TACHIAI_BLANK_STEP_H
#define TACHIAI_BLANK_STEP_H

#include "ceremony/files/script.h"
#include "media/paper/blank.h"
#include "media/paper/paper.h"

/* Six columns: number, English, Japanese, who, expected, initials. */
void blank_step(
    struct table *t, const struct blank_files *in, const struct step *s);
/* A role in both languages. */
void blank_role(struct table *t, size_t column, const char *role);
/* Boxes for the words of a digest. */
void blank_words(struct flow *f);

#endif
