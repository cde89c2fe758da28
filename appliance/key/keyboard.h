/* SPDX-License-Identifier: MIT */
/*
 * The real terminal while this program has it: raw, read with read(2),
 * restored on every way out.  Only the keys of a trusted prompt come through.
 * The launcher's timer, CLOCK_FD, ends a prompt that nobody uses.
 */
#ifndef TACHIAI_KEYBOARD_H
#define TACHIAI_KEYBOARD_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"

enum keyboard_key {
	KEYBOARD_LETTER, /* a letter or a digit */
	KEYBOARD_SPACE,
	KEYBOARD_ENTER,
	KEYBOARD_BACKSPACE,
	KEYBOARD_PGUP,
	KEYBOARD_PGDN,
	KEYBOARD_ESC,
	KEYBOARD_RESIZE, /* paint again */
	KEYBOARD_TICK,   /* the time given to keyboard_read() is over */
	KEYBOARD_IDLE,   /* the timer: KEYBOARD_IDLE_S without a key */
	KEYBOARD_GONE,   /* the terminal or the launcher went away */
};

#define KEYBOARD_IDLE_S 180

/* Raw mode on descriptors 0 and 1: key.no-terminal; key.no-clock. */
int keyboard_begin(struct err *e);
/* As it was, and the screen empty.  Also run at exit. */
void keyboard_end(void);

/*
 * The next key.  With tick_ms >= 0, KEYBOARD_TICK after that time; `fd` is
 * watched for its end.  *letter is set for KEYBOARD_LETTER alone.
 */
enum keyboard_key keyboard_read(int fd, int tick_ms, char *letter);
/* Forget what was typed ahead; begin the three minutes anew. */
void keyboard_fresh(void);

void keyboard_size(size_t *rows, size_t *cols);
/* All bytes to the terminal. */
void keyboard_write(const void *p, size_t len);

/* Milliseconds of a clock that nobody sets. */
int64_t keyboard_now(void);

#endif
