/* SPDX-License-Identifier: MIT */
/*
 * Cells: how wide text is on a screen of fixed cells, where it may be cut
 * and where a line may end.  From tables of our own, never from the locale,
 * so that a screen looks the same on every machine.  All text is UTF-8; a
 * byte that is not counts as one cell ('?').
 */
#ifndef TACHIAI_WIDTH_H
#define TACHIAI_WIDTH_H

#include <stddef.h>
#include <stdint.h>

/* 0 (combining, joins the cell before), 1, or 2 (East Asian wide). */
int width_char(uint32_t cp);

/* Cells of a string; of s[0..len). */
size_t width_str(const char *s);
size_t width_strn(const char *s, size_t len);

/* How many bytes of s[0..len) fill at most `cells`, whole characters. */
size_t width_fit(const char *s, size_t len, size_t cells);

/*
 * One line of a paragraph: how many bytes of s[0..len) go on a line of
 * `cells` (at least 2), blanks at its end left out; *next is where the next
 * line begins.  ASCII words are kept whole while they fit on a line; no
 * line begins with a closing mark, a small kana or a long vowel mark, none
 * ends with an opening mark.  A '\n' ends a line.
 */
size_t width_wrap(const char *s, size_t len, size_t cells, size_t *next);

/* Number of lines that width_wrap() makes of s (at least 1). */
size_t width_lines(const char *s, size_t cells);

#endif
