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
 * here on it is restored at exit() and on fatal signals.  The two may be two
 * terminals: one with the keys, and one that shows what is drawn.  *keys and
 * *screen become descriptors of our own on them, one and the same where it is
 * one (non-blocking where the system allows).  id launcher.no-terminal.
 */
int term_take(int *keys, int *screen, struct err *e);
void term_restore(void); /* may be called twice */

void term_size(struct winsize *ws);

/* The sequence that ends whatever was begun, and clears. */
void term_reset(struct buf *out);
/* Forget what was typed and not read. */
void term_drop_input(void);
/* Say it, until Enter, or the end of the terminal; it was restored before. */
void term_hold(const char *sentence);
/* One sentence on an empty screen of `columns` cells. */
void term_page(struct buf *out, const char *sentence, int columns);

#endif
