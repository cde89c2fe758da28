/* SPDX-License-Identifier: MIT */
/*
 * A printer that is a device: it is asked how it is, where it can say so,
 * and is given bytes until it takes no more.
 */
#ifndef TACHIAI_PRINTER_H
#define TACHIAI_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"

/* Something that bytes can be written to stands under this name. */
bool printer_here(const char *path);

/*
 * Write all of it.  Refused, and nothing came out: print.offline,
 * print.no-paper, print.device {why}.  The world failed, and pages may have
 * come out: print.stopped {part, why} (part: hundredths that went).
 */
int printer_write(
    const char *path, const void *bytes, size_t len, struct err *e);

#endif
