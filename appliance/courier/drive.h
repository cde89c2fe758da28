/* SPDX-License-Identifier: MIT */
/*
 * A drive that writes discs, by libburn: `stdio:FILE` stands for one whose
 * disc is that file, empty while it is blank, and goes the same way.  A disc
 * is written once: one that holds anything, or could be written again, is
 * not touched.
 */
#ifndef TACHIAI_DRIVE_H
#define TACHIAI_DRIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

/* The drive, or what stands for it, is there; its disc is not looked at. */
bool drive_here(const char *adr);

/*
 * All of it from the first block on, then nothing can be added.  Refused, and
 * the disc is as it was: disc.none, disc.empty, disc.written, disc.kind
 * {kind}, disc.full {free, need}.  disc.failed {why}: it is spoiled.
 */
int drive_write(const char *adr, const void *bytes, size_t len, struct err *e);

/*
 * The first `len` bytes of the disc, from the disc.  ids disc.none,
 * disc.empty, disc.unread {why}.
 */
int drive_read(const char *adr, size_t len, struct buf *out, struct err *e);

#endif
