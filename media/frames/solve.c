/* SPDX-License-Identifier: MIT */
/*
 * Elimination.  Invariant: row p, where there is one, has zeros before
 * column p and a one there.
 */
#include "media/frames/solve.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"
#include "media/frames/gf256.h"

struct solve {
	size_t k, t, rank;
	uint8_t *row; /* k rows of k + t */
	bool *here;
};

struct solve *
solve_new(size_t k, size_t t)
{
	struct solve *s = xcalloc(1, sizeof(*s));

	s->k = k;
	s->t = t;
	s->row = xcalloc(k, k + t);
	s->here = xcalloc(k, sizeof(*s->here));
	return s;
}

void
solve_free(struct solve *s)
{
	if (s == NULL)
		return;
	free(s->row);
	free(s->here);
	free(s);
}

static uint8_t *
row_at(struct solve *s, size_t p)
{
	return s->row + p * (s->k + s->t);
}

bool
solve_add(struct solve *s, uint8_t *row)
{
	size_t wide = s->k + s->t;

	for (size_t p = 0; p < s->k; p++) {
		if (row[p] == 0)
			continue;
		if (s->here[p]) {
			gf256_add_row(
			    row + p, row_at(s, p) + p, row[p], wide - p);
			continue;
		}
		gf256_mul_row(row + p, gf256_inv(row[p]), wide - p);
		memcpy(row_at(s, p), row, wide);
		s->here[p] = true;
		s->rank++;
		return true;
	}
	return false;
}

size_t
solve_rank(const struct solve *s)
{
	return s->rank;
}

void
solve_finish(struct solve *s, uint8_t *out)
{
	for (size_t p = s->k; p-- > 0;) {
		const uint8_t *row = row_at(s, p);
		uint8_t *to = out + p * s->t;

		memcpy(to, row + s->k, s->t);
		for (size_t q = p + 1; q < s->k; q++)
			gf256_add_row(to, out + q * s->t, row[q], s->t);
	}
}
