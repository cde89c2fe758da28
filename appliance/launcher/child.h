/* SPDX-License-Identifier: MIT */
/*
 * Starting programs: the only place of the project that forks and executes.
 * A child gets its socket as MSG_FD, where one is given a timer as CLOCK_FD, a
 * short environment of our making, no other descriptor, default signals, and a
 * kill when the launcher dies.
 */
#ifndef TACHIAI_CHILD_H
#define TACHIAI_CHILD_H

#include <sys/types.h>

#include "appliance/world/msg.h"

enum child_io {
	CHILD_NULL,     /* /dev/null as 0 and 1 */
	CHILD_PTY,      /* `pty` as 0 and 1, and as controlling terminal */
	CHILD_TERMINAL, /* ours */
};

struct child_start {
	const char *dir; /* where the programs are */
	enum party who;
	enum child_io io;
	int pty;           /* slave side; CHILD_PTY */
	int complaints;    /* write end; becomes 2 */
	int clock;         /* timer; becomes CLOCK_FD; -1 none */
	char *const *argv; /* ended by NULL; argv[0] is the program's name */
	uid_t user;        /* becomes this user and group; 0: stays ours */
};

/*
 * Returns the pid and our end of the socket in *fd, or -1
 * (launcher.no-program when it is not there, launcher.world).
 */
pid_t child_start(const struct child_start *s, int *fd, struct err *e);

/* "signal 9" or "exit 3", for a wait status. */
void child_status(int status, char *out, size_t size);

#endif
