/* SPDX-License-Identifier: MIT */
/*
 * One medium of a volume: its folder, its MEDIA line, whole files that are
 * there or not there.  The journal alone uses this.
 */
#ifndef TACHIAI_VOLUME_H
#define TACHIAI_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "appliance/world/journal.h"

#define LOG_MAX (BUF_MAX - ((size_t)1 << 20))

struct medium {
	enum medium_state state;
	int dir;    /* descriptor, -1 none */
	int log;    /* descriptor of transcript.log, locked */
	char label; /* A, B */
	int of;     /* media of its volume from the start */
	char uuid[JOURNAL_UUID];
	size_t end;  /* bytes of the transcript that are good here */
	size_t size; /* bytes of the file; more than `end` before mending */
};

struct journal {
	struct medium medium[2];
	struct buf log;  /* the transcript: whole good lines */
	struct buf torn; /* bytes that the first append writes over */
	bool mended;
};

/*
 * place.c.  Make an empty medium in `path`, MEDIA last; what an interrupted
 * creation left is gone on with.  media.exists, media.io.
 */
int volume_create(const char *path, char label, int of, struct err *e);

/* Nothing is there, or a medium, whole or not, on which no line ever stood. */
bool volume_unborn(const char *path);
/* Lines, and nothing that says which medium this is: a copy was begun. */
bool volume_begun(const char *path);

/* What stands in a folder that may become a medium. */
enum volume_place {
	VOLUME_NONE,  /* no folder */
	VOLUME_FREE,  /* nothing, or a medium without a line */
	VOLUME_LINES, /* a medium, or a copy begun for one */
	VOLUME_TAKEN, /* anything else */
};
/* With its number, "" where it has none, and its lines. */
enum volume_place volume_look(
    const char *path, char uuid[static JOURNAL_UUID], struct buf *lines);

/* A number of its own: RFC 9562 version 4.  -1 with errno. */
int volume_number(char out[static JOURNAL_UUID]);
/* Write MEDIA; make the three folders: -1 with errno. */
int volume_name(const struct medium *m, char label, int of, const char *uuid);
int volume_folders(const struct medium *m);

/* Open and lock; everything of *m is set.  -1 leaves it absent. */
int volume_open(const char *path, struct medium *m, struct err *e);
/*
 * The same without MEDIA, which goes where it is there, and with folders and a
 * transcript, which are made where they are not; and as that was left.
 */
int volume_begin(const char *path, struct medium *m, struct err *e);
int volume_reopen(const char *path, struct medium *m, struct err *e);
/* Its folder alone, m->dir, -1 with errno. */
void volume_open_dir(const char *path, struct medium *m);
/* "<uuid> <label> of <media>" of MEDIA; -1: none is there. */
int volume_read_media(struct medium *m);
void volume_close(struct medium *m);

/* Keep transcript.log under another name, begin an empty one.  -1: errno. */
int volume_put_aside(struct medium *m, int64_t entries);
/* Its transcript from the medium itself: media.too-big, media.io. */
int volume_log(struct medium *m, struct buf *out, struct err *e);

/*
 * Write folder/name whole: temporary name, sync, rename, sync of the folder.
 * -1 with errno; the caller retires the medium.
 */
int volume_put(const struct medium *m, const char *folder, const char *name,
    const void *p, size_t len);
/* Read it, off the medium: 0, or -1 when it is not there, over `max` or
 * unreadable. */
int volume_get(const struct medium *m, const char *folder, const char *name,
    size_t max, struct buf *out);
int volume_remove(const struct medium *m, const char *folder, const char *name);

/* Call fn for every name of a folder; stops at and returns a non-zero. */
typedef int volume_name_fn(void *arg, const char *name);
int volume_list(
    const struct medium *m, const char *folder, volume_name_fn *fn, void *arg);

/* err_set() of media.io from errno. */
int volume_failed(const struct medium *m, const char *what, struct err *e);
int volume_path_failed(const char *path, const char *what, struct err *e);

/* admit.c.  No entry of either transcript names the number of this medium,
 * though they name some: it was made, and never admitted. */
bool volume_stranger(const struct medium *m, const uint8_t *a, size_t a_len,
    const uint8_t *b, size_t b_len);

/* The other's missing objects and stores; -1 with errno. */
int volume_copy_missing(struct journal *j, int from, int to);

#endif
