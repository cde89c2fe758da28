/* SPDX-License-Identifier: MIT */
/*
 * From a command to a line.  The world's facts come in; nothing is asked of
 * it here.  A line that comes out has been checked against the state as
 * ceremony_apply() will check it.
 */
#ifndef TACHIAI_DECIDE_H
#define TACHIAI_DECIDE_H

#include "ceremony/state/state.h"

struct facts {
	int64_t now;         /* posix seconds; behind the last line: its t */
	int64_t boot_ms;     /* ms since the sitting was opened */
	uint8_t r[ENTRY_R];  /* random, zeros for a sealing entry */
};

struct attachment {
	const char *name, *type;
	uint8_t sha256[SHA256_LEN];
	int64_t size;
};

struct command {
	int64_t now; /* the second its facts are of; 0: when it is decided */
	enum event_type event;
	enum rc rc;
	struct json *d;      /* taken, also on failure */
	const char *by[8];   /* person ids; NULL ends */
	const char *said[8]; /* codes; NULL ends */
	struct attachment att[4];
	size_t atts;
};

/* The line to append: to be committed, then given to ceremony_apply(). */
int ceremony_decide(const struct ceremony *c, struct command *cmd,
    const struct facts *f, struct buf *line, struct err *e);

#endif
