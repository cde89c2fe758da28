/* SPDX-License-Identifier: MIT */
/*
 * The PGP words: a byte is a word, of one list at even places and of
 * another at odd ones, so that a word left out or two words exchanged are
 * noticed.  One word stands for exactly one byte of its list.
 */
#ifndef TACHIAI_WORDS_H
#define TACHIAI_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"

#define WORDS_MAX 12 /* longest word with NUL */

/* The word of `byte` at place `at` (0 is the first: an even place). */
const char *words_get(uint8_t byte, size_t at);

/*
 * The byte of a whole word s[0..len) at place `at`, letters of any case;
 * -1 when it is not on that place's list.
 */
int words_find(const char *s, size_t len, size_t at);

/*
 * How many words of the list begin with s[0..len), letters of any case; with
 * exactly one, or with a whole word, *byte is set.  A whole word counts 1
 * though longer words begin with it.
 */
int words_prefix(const char *s, size_t len, size_t at, int *byte);

/*
 * Read n words of text[0..len), separated by blanks, line ends, '-' or '.';
 * unique beginnings serve.  0, or -1 with *bad the place of the first word
 * that is not of its list (or of the first missing or surplus word).
 */
int words_parse(
    const char *text, size_t len, uint8_t *out, size_t n, size_t *bad);

/* Words of p[0..len), a blank between them, the first at place `at`. */
void words_format(struct buf *out, const uint8_t *p, size_t len, size_t at);

#endif
