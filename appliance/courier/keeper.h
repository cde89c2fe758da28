/* SPDX-License-Identifier: MIT */
/*
 * Sticks that the keeper of the media mounts: read-only, but from the first
 * write to the next look.  Where there is no keeper all of this does nothing.
 */
#ifndef TACHIAI_KEEPER_H
#define TACHIAI_KEEPER_H

#include "appliance/courier/stick.h"

/*
 * It can be written now.  ids media.absent, media.read-only, media.pulled.
 */
int keeper_open(const struct stick *s, struct err *e);
/*
 * What was written is on the medium, which was let go and mounted again,
 * read-only: what is read now comes from there.  ids media.absent,
 * media.pulled.
 */
int keeper_settle(const struct stick *s, struct err *e);
/*
 * The drive that writes discs is ours alone, and what is in it let go, until
 * keeper_back().  ids disc.none, disc.busy.
 */
int keeper_lend(int fd, struct err *e);
void keeper_back(int fd);
/* It ended: whoever started us starts us again, for the next one. */
bool keeper_gone(int fd);
/*
 * It is in still, though it failed: asked a moment later.  `dir` is its folder
 * as it was opened, or -1: another stick of that name is not this one.
 */
bool keeper_here(const struct stick *s, int dir);
/* Serial and switch of what is in, into `s`, asked for once each time. */
void keeper_look(struct stick *s);

#endif
