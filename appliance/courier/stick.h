/* SPDX-License-Identifier: MIT */
/*
 * A stick: a directory that is there or not, and the few plain files in it.
 * Names are of [A-Za-z0-9._-], at most 64, without a dot in front; only
 * regular files of that directory are read or written, never a link, a pipe,
 * a device or a folder.  `.stick` in it may say `label TEXT` and
 * `serial TEXT`, a line each.
 */
#ifndef TACHIAI_STICK_H
#define TACHIAI_STICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

#define STICK_FILES_MAX  64   /* on one stick */
#define STICK_LOOK_MAX   1024 /* things of any kind in its folder */
#define STICK_NAME_MAX   64
#define STICK_IMPORT_MAX ((size_t)1 << 20)  /* bytes of a file brought in */
#define STICK_FILE_MAX   ((size_t)64 << 20) /* bytes of one written by us */
#define STICK_OVERLAY    3

/* A file of the command line that is shown as if it stood on the stick. */
struct stick_overlay {
	const char *name;
	const char *path;
};

struct stick {
	const char *name;
	const char *dir; /* NULL: only overlays */
	struct stick_overlay overlay[STICK_OVERLAY];
	size_t overlays;
	int keeper;      /* a socket to whoever mounted it; 0 nobody */
	dev_t seen;      /* what the following is of; 0 nothing */
	bool protect;    /* its switch is on */
	char serial[64]; /* what its maker wrote on it */
};

bool stick_name_ok(const char *name);

/* {name, label, serial, here, writable, free} */
struct json *stick_describe(const struct stick *s);

/*
 * [{name, size}], by name.  ids media.absent, media.contents {label, what}.
 */
int stick_files(const struct stick *s, struct json **out, struct err *e);

/*
 * The whole file from the medium, at most `max` bytes.  ids media.absent,
 * media.contents, media.no-file, media.pulled.
 */
int stick_read(const struct stick *s, const char *file, size_t max,
    struct buf *out, struct err *e);

/*
 * The file is there whole, on the medium, under its name, or it is as it was
 * before.  ids media.absent, media.full, media.read-only, media.pulled.
 */
int stick_write(const struct stick *s, const char *file, const void *bytes,
    size_t len, struct err *e);

/* Everything written has reached the medium. */
int stick_release(const struct stick *s, struct err *e);

#endif
