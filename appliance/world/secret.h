/* SPDX-License-Identifier: MIT */
/*
 * Secrets: bytes in memory that is locked, left out of dumps and of
 * children, walled in by pages that may not be touched, and wiped when
 * given back.  There is no formatter: a secret cannot become text, an entry
 * or a page.
 */
#ifndef TACHIAI_SECRET_H
#define TACHIAI_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"

/*
 * Once, first thing in a program that holds secrets: OpenSSL's secure heap
 * of `heap` bytes (a power of two), no core, no ptrace, no swap of what
 * stands in the heap.  secret.memory {what} when the machine does not give
 * it; the program then ends.
 */
int secret_begin(size_t heap, struct err *e);

struct secret {
	uint8_t *data; /* secure memory */
	size_t len;    /* bytes used */
	size_t size;
};

#define SECRET_INIT        \
	{                  \
		NULL, 0, 0 \
	}

/* An empty secret with room for `size` bytes; aborts when there is none. */
void secret_new(struct secret *s, size_t size);
/* Append; a secret never grows: over its room is abort(). */
void secret_add(struct secret *s, const void *data, size_t len);
/* Wipe, keep the room; wipe and give back. */
void secret_wipe(struct secret *s);
void secret_free(struct secret *s);

#endif
