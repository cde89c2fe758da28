/* SPDX-License-Identifier: MIT */
/*
 * What a program gives up before it touches anything from outside.  The
 * filters are one-way: nothing here can be undone by the same process.
 */
#ifndef TACHIAI_CONFINE_H
#define TACHIAI_CONFINE_H

#include "ceremony/base/err.h"

/*
 * For every program: no core file, not dumpable (so not traceable by others
 * of the same user), no new privileges, files made are the owner's alone.
 * id world.confine {what}.
 */
int confine_process(struct err *e);

/*
 * The coarse filter, on top of confine_process(): whoever starts another
 * program, traces one, loads code into the kernel or changes name spaces is
 * killed; sockets, keys of the kernel and mounts answer EPERM.
 */
int confine_basic(struct err *e);
/* The same for a program whose sockets are made: it may connect those, and
 * makes no other. */
int confine_caller(struct err *e);
/* The same for a program with a vendor's module in it: it may connect to a
 * local daemon (pcscd, a resource manager), and to nothing else. */
int confine_module(struct err *e);
/* The same for a module's daemon that is about to be started: it may listen
 * at a local socket, hear the kernel say what is plugged in, and be started,
 * which paths_confine() bounds. */
int confine_daemon(struct err *e);
/* For a program that keeps rights of its own, to start others, to mount, to set
 * the clock: it does what those are for, and is killed by what nobody here
 * does; without confine_process(). */
int confine_privileged(struct err *e);

#endif
