/* SPDX-License-Identifier: MIT */
/*
 * Whether a terminal can show a code in half blocks.  A kernel console says
 * which letters its font has; a terminal emulator can be asked nothing, and
 * there a person looks and decides.
 */
#ifndef TACHIAI_GLYPHS_H
#define TACHIAI_GLYPHS_H

#include <linux/kd.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * What a locale and the `n` pairs of a console's map say; `map` NULL: the
 * terminal has none that could be read, and only the locale counts.
 */
bool glyphs_half(bool utf8, const struct unipair *map, size_t n);

/* The same for the terminal `fd`, in the locale of this process. */
bool glyphs_half_blocks(int fd);

#endif
