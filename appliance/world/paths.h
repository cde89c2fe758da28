/* SPDX-License-Identifier: MIT */
/*
 * Where a program may write, by Landlock: on top of confine_basic() and
 * confine_module(), and of the rights of its user.
 */
#ifndef TACHIAI_PATHS_H
#define TACHIAI_PATHS_H

#include <stddef.h>

#include "ceremony/base/err.h"

enum paths_how {
	PATHS_ALL,    /* made, written, removed in the folder above `path` */
	PATHS_BELOW,  /* the same in `path` itself, a folder */
	PATHS_WRITE,  /* written, at `path` or below it: devices */
	PATHS_BESIDE, /* written, in the folder above `path` */
	PATHS_RUN,    /* executed, and not written */
	PATHS_SERVE,  /* as PATHS_BELOW, and sockets are made there */
};

struct paths_row {
	const char *path; /* NULL, or one that is not there: passed over */
	enum paths_how how;
};

/*
 * From now on: no file is made, written to, cut or removed but as `rows`
 * say, wherever it is mounted; nothing else is executed; no TCP; no signal to
 * and no abstract socket of a process that was not started from here, and none
 * such traced.  Descriptors that are open stay as they are.  A kernel
 * without Landlock changes nothing, an old one does less: neither is an
 * error.  id world.confine {what}.
 */
int paths_confine(const struct paths_row *rows, size_t n, struct err *e);

#endif
