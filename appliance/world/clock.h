/* SPDX-License-Identifier: MIT */
/*
 * What tachiai-console may ask the setter of the clock, over one socket of
 * packets: a line of text each way.
 *
 *   ask     set SECONDS LAST   move the clock by SECONDS, but not to before
 *                              LAST, a time of 1970's seconds
 *   answer  ok RTC             RTC 0 or 1: the clock that goes on while the
 *                              machine is off has it too, and was read back
 *           no ERRNO
 *
 * Who asks says by how much, never to what: how long the packet took does not
 * count.
 */
#ifndef TACHIAI_CLOCK_H
#define TACHIAI_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_SOCKET "/run/clock"
#define CLOCK_LINE   64 /* bytes of a packet, at most */
/* What is read off a clock is a time of day, so no more than half of one. */
#define CLOCK_JUMP_S 43200

struct clock_ask {
	int64_t by;   /* seconds */
	int64_t last; /* no earlier than this */
};

struct clock_answer {
	int why; /* 0, or an errno */
	bool rtc;
};

/* Text of an ask or an answer, ended by NUL. */
void clock_format_ask(const struct clock_ask *a, char line[static CLOCK_LINE]);
void clock_format_answer(
    const struct clock_answer *a, char line[static CLOCK_LINE]);

/* 0, or -1: it is none, and nothing was taken from it. */
int clock_parse_ask(const char *line, struct clock_ask *a);
int clock_parse_answer(const char *line, struct clock_answer *a);

/* Ask over `fd` (of keep_connect()), wait; 0, or -1 and errno: ERANGE for what
 * is never done, EPIPE where nobody answers. */
int clock_ask(int fd, const struct clock_ask *ask, struct clock_answer *out);

#endif
