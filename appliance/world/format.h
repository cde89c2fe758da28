/* SPDX-License-Identifier: MIT */
/*
 * What tachiai-console may ask the keeper of the media, over one socket of
 * packets: a line of text each way, fields ended by tabs in answers.
 *
 *   ask     look N             the N-th whole stick in the ports, from 0
 *           make DEV SEQ A|B   erase all of it, make an empty medium of a
 * volume anew A|B           let that medium of the volume go, mount it again
 *   answer  ok                 of the last two
 *           ok DEV SEQ BYTES AGAINST FS LABEL MAKER SERIAL
 *           no ERRNO           of look: ENOENT, there are no more
 *
 * SEQ is the kernel's number of what is in now (diskseq): a stick that was
 * taken out and put in again, or another one, has another.
 */
#ifndef TACHIAI_FORMAT_H
#define TACHIAI_FORMAT_H

#include <stdint.h>

#include "appliance/world/label.h"

#define FORMAT_SOCKET "/run/format"
#define FORMAT_TEXT   41 /* with NUL: maker, serial */

/* Why it is never erased here. */
enum format_against {
	FORMAT_MAY,
	FORMAT_BOOT,   /* the machine was started from it */
	FORMAT_IN_USE, /* it is a medium of this volume */
	FORMAT_VOLUME, /* it is called one, and there may be a volume on it */
	FORMAT_SWITCH, /* it cannot be written */
	FORMAT_SMALL,
	FORMAT_COUNT,
};

enum format_what {
	FORMAT_LOOK,
	FORMAT_MAKE,
	FORMAT_ANEW,
};

struct format_ask {
	enum format_what what;
	int64_t n; /* of look: which; of make: SEQ */
	char dev[16];
	char label; /* A, B */
};

struct format_stick {
	char dev[16];
	int64_t seq, bytes;
	enum format_against against;
	char fs[12];           /* "none" */
	char label[LABEL_LEN]; /* "" none */
	char maker[FORMAT_TEXT], serial[FORMAT_TEXT];
};

struct format_answer {
	int why;                   /* 0, or an errno */
	struct format_stick stick; /* of look */
};

#define FORMAT_LINE 256 /* bytes of a packet, at most */

/* Text of an ask or an answer, ended by NUL. */
void format_write_ask(
    const struct format_ask *a, char line[static FORMAT_LINE]);
void format_write_answer(enum format_what what, const struct format_answer *a,
    char line[static FORMAT_LINE]);

/* 0, or -1: it is none, and nothing was taken from it. */
int format_parse_ask(const char *line, struct format_ask *a);
int format_parse_answer(
    enum format_what what, const char *line, struct format_answer *a);

/* Ask over `fd`, wait, parse; 0, or -1 and errno (the keeper's, or EPIPE). */
int format_ask(int fd, const struct format_ask *ask, struct format_stick *out);

#endif
