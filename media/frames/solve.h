/* SPDX-License-Identifier: MIT */
/*
 * Inside media/frames: k unknown symbols, found from sums of them.  Gauss's
 * elimination over GF(256), one sum at a time.
 */
#ifndef TACHIAI_SOLVE_H
#define TACHIAI_SOLVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct solve;

struct solve *solve_new(size_t k, size_t t);
void solve_free(struct solve *s);

/* row[0..k+t): coefficients, then their sum; overwritten.  true: it told
 * something new. */
bool solve_add(struct solve *s, uint8_t *row);
size_t solve_rank(const struct solve *s);
/* Rank k: the k symbols, t bytes each, one after the other. */
void solve_finish(struct solve *s, uint8_t *out);

#endif
