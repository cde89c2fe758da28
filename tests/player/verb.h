/* SPDX-License-Identifier: MIT */
/* Statements of a play, and what they share; verb.c has the table. */
#ifndef TACHIAI_PLAYER_VERB_H
#define TACHIAI_PLAYER_VERB_H

#include "tests/player/player.h"

/* `arg` with its names filled in; 0, or play_fail(). */
typedef int verb_fn(struct play *p, const struct stmt *s, const char *arg);

/* verb_screen.c */
verb_fn verb_screen, verb_expect, verb_paper;
/* verb_program.c */
verb_fn verb_kill, verb_run, verb_take, verb_start, verb_exit;

/* Wait until nothing comes any more. */
void verb_settle(struct play *p);
/* The first word of `arg` into `name`; the rest. */
const char *verb_word(const char *arg, char name[static 64]);

#endif
