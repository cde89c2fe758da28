/* SPDX-License-Identifier: MIT */
/*
 * A bundle as the one image that a disc is written with: ISO 9660 (ECMA-119,
 * interchange level 2) with the files' own names by Joliet.  All of them in
 * one folder, each from a block of its own; no byte of the image is left to
 * chance, so that every copy has one hash.
 */
#ifndef TACHIAI_DISC_H
#define TACHIAI_DISC_H

#include "media/bundle.h"

#define DISC_BLOCK 2048
#define DISC_LABEL 16 /* letters of a label that both readers show */

/*
 * `label` is taken in capitals, with '_' for what a label cannot have; `at`
 * stands for every date.  Names are of [A-Za-z0-9._-], less than BUNDLE_NAME.
 */
void disc_make(
    const struct bundle *b, const char *label, int64_t at, struct buf *out);

/*
 * Bytes of the image that a disc begins with, as its descriptor says; 0: it
 * is none.  `front` is at least the disc's first 17 blocks.
 */
uint64_t disc_extent(const uint8_t *front, size_t len);

#endif
