/* SPDX-License-Identifier: MIT */
/*
 * The launcher: one loop over the real terminal, the console's
 * pseudo-terminal, the children's sockets and their deaths.
 */
#ifndef TACHIAI_LAUNCHER_H
#define TACHIAI_LAUNCHER_H

#include <stddef.h>

#include "ceremony/base/err.h"
#include "ceremony/text/text.h"

#define LAUNCHER_ARGS 80 /* words on a child's command line, with NULL */

struct launcher_plan {
	const char *dir; /* where the other programs are */
	enum lang lang;  /* the console changes it */
	unsigned users;  /* program p is user users + p; 0: all are ours */
	/* Complete argument vectors, ended by NULL. */
	char *console[LAUNCHER_ARGS];
	char *hsm[LAUNCHER_ARGS];
	char *production[LAUNCHER_ARGS]; /* the same; [0] NULL: as hsm */
	char *courier[LAUNCHER_ARGS];
};

/*
 * Run until the console leaves or something ends.  Returns the exit code
 * (what the console left with, or 3 and `e`); the terminal is restored.
 */
int launcher_run(struct launcher_plan *plan, struct err *e);

#endif
