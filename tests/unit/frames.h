/* SPDX-License-Identifier: MIT */
/* For tests of frames: bytes, senders, files of the tests. */
#ifndef TACHIAI_TEST_FRAMES_H
#define TACHIAI_TEST_FRAMES_H

#include <stdio.h>
#include <stdlib.h>

#include "media/frames/send.h"

static inline void
fill(uint8_t *p, size_t len, uint32_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 1664525u + 1013904223u;
		p[i] = (uint8_t)(seed >> 24);
	}
}

static inline struct sender *
send(enum frame_type type, const uint8_t *p, size_t len, int version)
{
	struct sender *s = NULL;
	struct err e;

	if (sender_new(&s, type, p, len, version, SEND_LARGEST, &e) == -1)
		abort();
	return s;
}

static inline void
load(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	uint8_t piece[4096];
	size_t n;

	if (f == NULL)
		return;
	while ((n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_add(out, piece, n);
	fclose(f);
}

#endif
