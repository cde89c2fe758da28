/* SPDX-License-Identifier: MIT */
/*
 * Inside the launcher: launcher.c is the loop, programs.c the children and
 * what they say, scene.c who has the real terminal.
 */
#ifndef TACHIAI_LAUNCHER_STATE_H
#define TACHIAI_LAUNCHER_STATE_H

#include <stdbool.h>
#include <time.h>

#include "appliance/launcher/child.h"
#include "appliance/launcher/filter.h"
#include "appliance/launcher/hub.h"
#include "appliance/launcher/launcher.h"

enum mode {
	MODE_CONSOLE, /* the console has the terminal */
	MODE_VISIT,   /* a tachiai-key has it */
	MODE_PAGE,    /* our own page stands there */
};

struct launcher {
	struct launcher_plan *plan;
	struct hub *hub;
	struct filter filter;
	enum mode mode;
	int keys, term; /* what is typed, what is drawn; may be one */
	int master, signals;
	int complaint[2];
	pid_t pid[PARTY_COUNT];
	int mute[PARTY_COUNT]; /* deaths in a row without a word */
	char *const *hsm;      /* the command line of tachiai-hsm */
	int decode_s; /* the longest one answer of tachiai-decode takes */
	time_t end[PARTY_COUNT]; /* when the one it owes is late; 0 never */
	struct buf drawn, typed, complaints;
	size_t drawn_at, typed_at;
	bool silent; /* the console's side of the pseudo-terminal is closed */
	bool waiting, unread, leaving, over;
	int code;
	struct err err;
};

/* launcher.c */
time_t launcher_now(void); /* monotonic seconds */
void launcher_end(struct launcher *l, int code);
int launcher_world(struct err *e, const char *what); /* from errno; -1 */

/* programs.c */
int programs_start(struct launcher *l, enum party who, enum child_io io,
    int pty, struct err *e);
void programs_stop(struct launcher *l, enum party who);
void programs_tell_console(
    struct launcher *l, enum msg_type type, const char *key, const char *value);
void programs_reap(struct launcher *l);
/* The events of the hub. */
void programs_message(void *arg, const struct msg *m);
void programs_offence(void *arg, enum party who, const struct err *e);
/* Everybody sees the end of their socket and has a moment to go. */
void programs_farewell(struct launcher *l);

/* scene.c */
void scene_keys(struct launcher *l);    /* the terminal has some */
void scene_drawing(struct launcher *l); /* the console has drawn */
void scene_send(int fd, struct buf *b, size_t *at);
void scene_resized(struct launcher *l);
/* The console has the terminal again and paints all of it. */
void scene_give_back(struct launcher *l, const char *why);

#endif
