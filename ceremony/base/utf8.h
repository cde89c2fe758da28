/* SPDX-License-Identifier: MIT */
/*
 * UTF-8 text from outside: strict decoding (RFC 3629) and a filter that
 * leaves only what may stand in a cell or an entry: no control character,
 * no escape, no bidirectional control, no line or paragraph separator.
 */
#ifndef TACHIAI_UTF8_H
#define TACHIAI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decode one code point from s[0..len).  Returns its length in bytes (1..4)
 * and sets *cp, or 0 for a sequence that is not UTF-8, or an empty one.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);

/* Encode `cp` into out[0..4); returns the number of bytes, 0 if not a scalar.
 */
size_t utf8_encode(uint32_t cp, char out[static 4]);

/* Whole string is strict UTF-8. */
bool utf8_valid(const char *s, size_t len);

/* Code point may be shown and stored. */
bool utf8_is_printable(uint32_t cp);

/* Number of code points of a valid string. */
size_t utf8_count(const char *s, size_t len);

/*
 * Copy s[0..len) to out, at most size-1 bytes and never part of a character,
 * with '?' for whatever is not printable.  Always NUL-terminated.
 */
void utf8_printable(char *out, size_t size, const char *s, size_t len);

#endif
