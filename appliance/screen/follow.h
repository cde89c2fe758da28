/* SPDX-License-Identifier: MIT */
/*
 * What is drawn on a terminal, painted once it stands there.
 */
#ifndef TACHIAI_FOLLOW_H
#define TACHIAI_FOLLOW_H

#include "tui/painter.h"
#include "tui/vt.h"

#define FOLLOW_QUIET_MS 10 /* as long as this nobody draws: it is whole */
#define FOLLOW_READS    64 /* so many in a row, and it is shown all the same */

/*
 * Read `fd` to its end; what is drawn without a pause is painted in one go, so
 * that nobody sees half a screen.  Calls read(2) and poll(2) on `fd`, no other.
 * Returns how often something was painted.
 */
size_t follow(int fd, struct vt *v, struct painter *p);

#endif
