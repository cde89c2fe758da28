/* SPDX-License-Identifier: MIT */
/*
 * The memory of a screen, as the kernel gives it (/dev/fb0).
 */
#ifndef TACHIAI_FRAMEBUFFER_H
#define TACHIAI_FRAMEBUFFER_H

#include "ceremony/base/err.h"
#include "tui/painter.h"

/*
 * The screen behind `fd`, mapped for as long as the process lives; `fd` may
 * be closed.  ids screen.framebuffer {why}, tui.pixels: its pixels are not
 * numbers with colours in them.
 */
int framebuffer_map(int fd, struct pixels *px, struct err *e);

#endif
