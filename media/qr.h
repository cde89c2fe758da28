/* SPDX-License-Identifier: MIT */
/*
 * Text to the modules of one QR symbol.  One mode for the whole text, so
 * that every reader gives back the same bytes; never structured append.
 */
#ifndef TACHIAI_QR_H
#define TACHIAI_QR_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"

enum qr_mode {
	QR_BYTES,
	QR_ALPHANUMERIC, /* 0-9 A-Z and " $%*+-./:" */
};

enum qr_level {
	QR_LEVEL_L,
	QR_LEVEL_M,
	QR_LEVEL_Q,
};

#define QR_QUIET 4 /* modules of white around a symbol */

struct qr {
	int version;
	int side;        /* modules, quiet zone included */
	uint8_t *module; /* side * side, 1 dark; owned */
};

/*
 * The smallest symbol from version `least` to `most`; the same for both: of
 * exactly that one.  qr.symbol {most} when the text needs a larger one.
 */
int qr_make(const void *text, size_t len, enum qr_mode mode,
    enum qr_level level, int least, int most, struct qr *out, struct err *e);
void qr_fini(struct qr *q);

#endif
