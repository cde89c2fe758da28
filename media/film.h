/* SPDX-License-Identifier: MIT */
/*
 * A film as its pictures: Motion-JPEG in AVI, as cameras and telephones make
 * it.  Nothing of a picture is read here.
 */
#ifndef TACHIAI_FILM_H
#define TACHIAI_FILM_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/buf.h"

bool film_is(const struct buf *file);

/*
 * The next picture from `*at` on, which is 0 first; false: there is none any
 * more.  `*at` only grows; `picture` is emptied, and stays the caller's.
 */
bool film_next(const struct buf *file, size_t *at, struct buf *picture);

#endif
