/* SPDX-License-Identifier: MIT */
/*
 * What tachiai-courier may ask the keeper of the media, over one socket of
 * packets: a line of text each way.
 *
 *   ask     write NAME     mount the stick so that it can be written
 *           anew NAME      let it go and mount it again, read-only
 *           about NAME
 *           lend disc      let the disc go; the drive that writes is the
 *                          asker's, until it says or ends
 *           back disc
 *   answer  ok FS PROTECTED SERIAL...    PROTECTED 0 or 1: it cannot be written
 *           no ERRNO
 *
 * The keeper takes names of sticks that it mounted itself, and that one word,
 * and nothing else: no path, no type, no flag.
 */
#ifndef TACHIAI_KEEP_H
#define TACHIAI_KEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/err.h"

#define KEEP_SOCKET "/run/keeper"
#define KEEP_LINE   256 /* bytes of a packet, at most */
#define KEEP_NAME   33
#define KEEP_DRIVE  "disc"

enum keep_what {
	KEEP_WRITE,
	KEEP_ANEW,
	KEEP_ABOUT,
	KEEP_LEND,
	KEEP_BACK,
	KEEP_COUNT,
};

struct keep_ask {
	enum keep_what what;
	char name[KEEP_NAME];
};

struct keep_answer {
	int why; /* 0, or an errno */
	char fs[12];
	bool protect;
	char serial[64];
};

/* Text of an ask or an answer, ended by NUL. */
void keep_format_ask(const struct keep_ask *a, char line[static KEEP_LINE]);
void keep_format_answer(
    const struct keep_answer *a, char line[static KEEP_LINE]);

/* 0, or -1: it is none, and nothing was taken from it. */
int keep_parse_ask(const char *line, struct keep_ask *a);
int keep_parse_answer(const char *line, struct keep_answer *a);

/* Send the packet `line` over `fd` and wait for the one that answers it, in
 * its place; -1: nobody is there.  Of clock.h's and format.h's asks, too. */
int keep_exchange(int fd, char *line, size_t size);

/* Ask over `fd`, wait, parse; 0, or -1 and errno (the keeper's, or EPIPE). */
int keep_ask(
    int fd, enum keep_what what, const char *name, struct keep_answer *out);

/* The keeper's socket at `path`, or -1 and errno. */
int keep_connect(const char *path);

/*
 * A way to such a socket for a program that can make none later.  When whoever
 * listened has died, one that was made ahead is connected to who listens now,
 * before the next ask; an ask that had no answer is not sent again.
 */
#define KEEP_LIVES 8 /* of who listens */

struct keep_line {
	const char *path; /* NULL: there is nobody to ask */
	int fd[KEEP_LIVES];
	size_t now;
	bool open; /* fd[now] was connected */
};

/* Make the sockets and connect the first; before the filter. */
void keep_line_open(struct keep_line *l, const char *path);
/* To whoever listens now, or -1 and errno. */
int keep_line_fd(struct keep_line *l);

/* Has the other side of `fd` ended, or said what it was not asked? */
bool keep_hung_up(int fd);

#endif
