/* SPDX-License-Identifier: MIT */
/*
 * Writing to where a write may take less than it was given: sticks, pipes,
 * terminals.
 */
#ifndef TACHIAI_WRITE_H
#define TACHIAI_WRITE_H

#include <stddef.h>

/* All of it; 0, or -1 with errno: less was written. */
int write_all(int fd, const void *bytes, size_t len);

#endif
