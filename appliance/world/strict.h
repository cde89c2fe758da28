/* SPDX-License-Identifier: MIT */
/*
 * The strict confinement, for a process that parses bytes from outside: it
 * can read and answer on one descriptor, ask for memory that cannot run, and
 * end.  Everything else kills it.
 */
#ifndef TACHIAI_STRICT_H
#define TACHIAI_STRICT_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/err.h"

#define STRICT_MEMORY  ((size_t)512 << 20) /* bytes of address space */
#define STRICT_SECONDS 10                  /* of processor time */
#define STRICT_ALL_DAY 0 /* as much as it wants; and it may wait */

/*
 * To be called first: what libcrypto would otherwise look for in files later
 * on, and the C library, which asks for the size of memory at its first
 * large sort.
 */
bool strict_prepare(void);

/*
 * Close every descriptor but `fd`, set the limits (`seconds` of processor
 * time: STRICT_SECONDS or STRICT_ALL_DAY), load the filter.  One
 * way.  What must be loaded from files (libcrypto's tables) is loaded before.
 * id world.confine {what}.
 */
int strict_confine(int fd, unsigned seconds, struct err *e);

/*
 * The filter alone, for the tests of the filter.  Who `waits` may also ask
 * whether one descriptor has something, and wait for that.
 */
int strict_filter(int fd, bool waits, struct err *e);

#endif
