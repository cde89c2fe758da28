/* SPDX-License-Identifier: MIT */
/* Lines of a transcript for tests: notes that follow each other. */
#ifndef TACHIAI_TEST_LINES_H
#define TACHIAI_TEST_LINES_H

#include <stdlib.h>

#include "ceremony/log/entry.h"

/* Append note `n` that follows `hash`, which becomes its own. */
static inline void
line_note(struct buf *out, int64_t n, uint8_t hash[static SHA256_LEN],
    const char *text)
{
	struct entry en;
	struct err e;

	entry_init(&en, EV_NOTE);
	en.n = n;
	en.t = 1781000000 + n;
	en.m = n * 1000;
	json_set_str(en.d, "text", text);
	if (entry_encode(&en, hash, out, &e) == -1)
		abort();
	for (int i = 0; i < SHA256_LEN; i++)
		hash[i] = en.hash[i];
	entry_fini(&en);
}

#endif
