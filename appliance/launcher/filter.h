/* SPDX-License-Identifier: MIT */
/*
 * What the console may say to the real terminal: text, and the control
 * sequences of an allow-list.  Everything else is dropped: whatever would
 * make the terminal answer, send its keys in another form (so that Ctrl-T
 * would no longer be Ctrl-T), change its colours for good, or keep a string
 * open over the trusted prompt.
 */
#ifndef TACHIAI_FILTER_H
#define TACHIAI_FILTER_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"

#define FILTER_SEQUENCE 64 /* bytes of the longest sequence let through */

struct filter {
	int state; /* zero to begin with */
	size_t n;
	uint8_t seq[FILTER_SEQUENCE];
};

/* Append what may pass of in[0..len) to `out`; a sequence waits for its end. */
void filter_pass(
    struct filter *f, const uint8_t *in, size_t len, struct buf *out);

#endif
