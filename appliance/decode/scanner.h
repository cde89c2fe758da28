/* SPDX-License-Identifier: MIT */
/*
 * Inside tachiai-decode: zbar's scanner as it is used here.
 */
#ifndef TACHIAI_SCANNER_H
#define TACHIAI_SCANNER_H

#include <zbar.h>

/* Looks at every `density`-th row and column; zbar_image_scanner_destroy(). */
zbar_image_scanner_t *scanner_new(int density);

#endif
