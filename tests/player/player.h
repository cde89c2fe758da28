/* SPDX-License-Identifier: MIT */
/*
 * tests/play: a person at a terminal, as a text.  screen.c is the terminal,
 * pattern.c looks at it, text.c reads the text, verb*.c do its statements,
 * main.c is the command.  docs/play.1 is the manual.
 */
#ifndef TACHIAI_PLAYER_H
#define TACHIAI_PLAYER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "ceremony/base/buf.h"

#define PLAY_COLS_MAX 512
#define PLAY_ROWS_MAX 256

/* A program in a pseudo-terminal, and what its screen shows. */
struct screen;

struct screen *screen_new(int cols, int rows);
void screen_free(struct screen *s); /* ends the program */
int screen_start(struct screen *s, char *const *argv);
bool screen_started(const struct screen *s);
pid_t screen_pid(const struct screen *s);
/* Wait for output at most `ms`, take it: 1 some, 0 none, -1 program ended. */
int screen_turn(struct screen *s, int ms);
/* Counts up whenever output came. */
unsigned long screen_age(const struct screen *s);
void screen_resize(struct screen *s, int cols, int rows);
int screen_rows(const struct screen *s);
/* Row `y` as UTF-8 without trailing blanks. */
void screen_row(struct screen *s, int y, struct buf *out);
/* All rows, each with a newline. */
void screen_dump(struct screen *s, struct buf *out);
/* Which cells are light, '.', and which dark, '#': blanks have no letter. */
void screen_paper(struct screen *s, struct buf *out);
/* The same for a terminal: what is bold, underlined, turned or coloured. */
void screen_ansi(struct screen *s, struct buf *out);
void screen_type(struct screen *s, const void *bytes, size_t len);
/* Between true and false, what is typed is kept, then sent in one piece. */
void screen_hold(struct screen *s, bool hold);
/* "Up" "F1" "C-T" "Enter" ...: typed as the terminal would; -1 unknown. */
int screen_key(struct screen *s, const char *name);
/* Wait at most `ms` for the program's end; its exit code, 128+signal, -1. */
int screen_exit(struct screen *s, int ms);

/* Names with values: captures, `set`, -D. */
struct vars;

struct vars *vars_new(void);
void vars_free(struct vars *v);
void vars_set(struct vars *v, const char *name, const char *value, size_t len);
const char *vars_get(const struct vars *v, const char *name);
/* {name} becomes its value; -1 and the name when there is none. */
int vars_expand(const struct vars *v, const char *text, struct buf *out,
    char missing[static 64]);

/*
 * Is `pattern` somewhere in one row of the screen?  A run of blanks matches
 * any run, {name} takes what stands there, {=name} is the value.  Captures
 * are set in `v` only when all matched.
 */
bool pattern_on_screen(struct screen *s, const char *pattern, struct vars *v);
/* In one line; for tests and for pattern_on_screen(). */
bool pattern_in_row(const char *row, const char *pattern, struct vars *v);
/* The eight numbered words of the trusted prompt: "a b c d e f g h". */
bool pattern_words(struct screen *s, struct buf *out);

/* The text. */
enum verb {
	VERB_WAIT,
	VERB_NOT,
	VERB_TYPE,
	VERB_SCREEN,
	VERB_EXPECT,
	VERB_RESIZE,
	VERB_WORDS,
	VERB_SECRET,
	VERB_PLUG,
	VERB_PULL,
	VERB_KILL,
	VERB_RUN,
	VERB_TAKE,
	VERB_SET,
	VERB_PATIENCE,
	VERB_SETTLE,
	VERB_MASK,
	VERB_LEAVE,
	VERB_PAPER,
	VERB_START,
	VERB_EXIT,
	VERB_SAY,
	VERB_UNTIL,
	VERB_ON,
	VERB_EVERY,
	VERB_END,
	VERB_INCLUDE,
	VERB_COUNT,
};

struct stmt {
	const char *file;
	int line;
	enum verb verb;
	char *arg;
};

struct text_file {
	struct stmt *stmt;
	size_t n;
	char *files[32]; /* names, for stmt.file */
	size_t n_files;
};

/* Reads FILE and what it includes; 0, or -1 and a message on stderr. */
int text_read(struct text_file *t, const char *file);
void text_fini(struct text_file *t);

/* Rows and columns from 1, both ends in it. */
struct part {
	int top, bottom, left, right;
};

struct play {
	struct text_file text;
	struct screen *screen;
	struct vars *vars;
	struct vars *secrets; /* eight words by name */
	struct vars *sticks;  /* directory by name */
	FILE *keylog;
	const char *cast;
	const char *film; /* directory of settled screens (.txt, .ansi), or NULL */
	unsigned filmed;
	int patience_ms, settle_ms;
	bool update, quiet;
	char *mask[16];
	size_t masks;
	struct part part[4]; /* of the screen, that expect leaves out */
	size_t parts;
};

/* All statements: 0, or 1 and the place, the reason and the screen. */
int play_run(struct play *p);
/* One statement that is no block; 0 or 1. */
int play_do(struct play *p, const struct stmt *s);
/* Says where and why, shows the screen; returns 1. */
int play_fail(struct play *p, const struct stmt *s, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
long long play_now_ms(void);
/* until ... end: *at is its first statement, moved behind `end`. */
int play_until(struct play *p, size_t *at);
void play_cast_load(struct play *p);

#endif
