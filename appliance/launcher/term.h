/* SPDX-License-Identifier: MIT */
/*
 * The real terminal: raw while the launcher runs, as it was found on every
 * way out, reset to a known state before and after somebody else has it.
 */
#ifndef TACHIAI_TERM_H
#define TACHIAI_TERM_H

#include <stdbool.h>
#include <sys/ioctl.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/text/text.h"

/*
 * Take the terminal on descriptors 0 and 1: raw mode, another screen.  From
 * here on it is restored at exit() and on fatal signals.  Returns a
 * descriptor of our own on it (non-blocking where the system allows), or -1
 * (launcher.no-terminal).
 */
int term_take(struct err *e);
void term_restore(void); /* may be called twice */

void term_size(struct winsize *ws);

/* The sequence that ends whatever was begun, and clears. */
void term_reset(struct buf *out);
/* Forget what was typed and not read. */
void term_drop_input(void);
/* One sentence on an empty screen of `columns` cells. */
void term_page(struct buf *out, const char *sentence, int columns);

#endif
