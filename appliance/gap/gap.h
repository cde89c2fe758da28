/* SPDX-License-Identifier: MIT */
/*
 * tachiai-gap: the online side of the air gap.  It shows an object as
 * frames, or makes the object from frames, checks what came for what it is,
 * and writes it as other programs take it.  It holds no secret and refuses
 * to send one.
 *
 * main.c     command line
 * object.c   what a file is; what came, checked and written
 * send.c     frames as texts, as PNG files; terminal.c on a terminal
 * receive.c  frames from texts and pictures
 * camera.c   pictures of a camera, with hints for who holds the code
 * pictures.c pictures to texts, in a tachiai-decode that can do nothing else
 * file.c     files
 */
#ifndef TACHIAI_GAP_H
#define TACHIAI_GAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"
#include "ceremony/text/text.h"
#include "media/bundle.h"
#include "media/frames/receive.h"
#include "media/frames/send.h"

enum exit_code {
	EXIT_GOOD = 0,
	EXIT_BAD = 1,
	EXIT_USAGE = 2,
	EXIT_WORLD = 3,
};

struct options {
	enum lang lang;
	/* send */
	const char *png;
	int version, rate, dots;
	long count;
	/* both */
	bool frames;
	/* receive */
	enum frame_type type;
	const char *root, *key, *out, *log, *camera;
	bool images, switch_over, der;
	char *const *arg;
	int args;
};

/* The payload of a transfer, and what it was made from. */
struct object {
	enum frame_type type;
	struct buf payload;
};

/* file.c.  ids gap.file {file, why} */
int file_read(const char *path, size_t max, struct buf *out, struct err *e);
int file_write(const char *path, const void *p, size_t len, struct err *e);
int directory_read(const char *path, struct bundle *b, struct err *e);
int directory_write(const char *path, const struct bundle *b, struct err *e);

/* object.c: the file at `path`, or the bundle.  ids gap.private, gap.what,
 * gap.file. */
int object_load(const char *path, struct object *o, struct err *e);
/* Strictly what its type says, and of the given root. */
int object_check(
    const struct object *o, const struct options *opt, struct err *e);
int object_write(
    const struct object *o, const struct options *opt, struct err *e);
/* What it is, its length, SHA-256 and words. */
void object_show(const struct object *o, const struct options *opt);

enum exit_code run_send(const struct options *o);
enum exit_code run_receive(const struct options *o);

/* terminal.c: until `q`. */
int show_on_terminal(
    const struct object *o, const struct options *opt, struct err *e);

/* pictures.c: tachiai-decode stands in `dir`; NULL: beside this program. */
struct pictures;
struct pictures *pictures_new(const char *dir);
void pictures_free(struct pictures *p);
typedef int pictures_take(void *arg, const char *text, size_t len);
/* Calls `take` for each text of the picture.  ids decode.*, msg.* */
int pictures_texts(struct pictures *p, const struct buf *picture,
    pictures_take *take, void *arg, struct err *e);
/* The same for a picture of a camera, by a reader that stays until it dies;
 * `form` gets what tachiai-decode says of the picture. */
int pictures_camera(struct pictures *p, const struct buf *picture,
    pictures_take *take, void *arg, struct json **form, struct err *e);

/* camera.c: pictures of the device or directory until `take` answers 1, or
 * the camera fails.  ids camera.*, media.* */
int camera_texts(const struct options *o, struct pictures *p,
    pictures_take *take, void *arg, struct err *e);

/* The sentence of `e` on stderr; the exit code that it means. */
enum exit_code complain(const struct options *o, const struct err *e);
/* A line of the catalogue on stderr. */
void say(const struct options *o, const char *id, const char *end);

#endif
