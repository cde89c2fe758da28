/* SPDX-License-Identifier: MIT */
/*
 * Rooms on a module that counts its calls (tests/hsm/shim.c) and lies when it
 * is told to: for programs that hold tachiai-hsm against one kind of harm.
 */
#ifndef TACHIAI_TEST_COUNTED_H
#define TACHIAI_TEST_COUNTED_H

#include "tests/hsm/room.h"

/* First: a folder for the shims, and the secure heap. */
void counted_begin(void);
/* A room on a shim of its own; `name` stands before every check of it. */
void begin(struct room *r, const char *name);
/* "scenario: what", until the next call. */
const char *named(const char *what);
/* Another scenario's name, with no room. */
void name_scenario(const char *name);

/* What the module does from now on: a line of the shim's, "" nothing. */
void shim(const char *lie);
/* How often: 'S' C_Sign, 'G' a key made, 'I' a token set up, 'F' a failure. */
int calls(char letter);

struct json *named_item(const char *key, const char *value);
int ask_do(struct room *r, const char *item);
int ask_activate(struct room *r);
/* The shares of the first so many administrators. */
void given(struct room *r, int shares);
/* Two shares, two consents, and the witness. */
void agreed(struct room *r);
/* Stream a line that an honest console would not make: 0 or -1. */
int forged(struct room *r, struct command *cmd);

#endif
