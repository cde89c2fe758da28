/* SPDX-License-Identifier: MIT */
/*
 * The camera: whoever asks gets the newest picture, or none.  It is a device
 * (video.h), whose pictures are PGM; or a directory, whose files are its
 * pictures in the order of their names: PGM or PNG, or texts of frames, one
 * a line.
 */
#ifndef TACHIAI_CAMERA_H
#define TACHIAI_CAMERA_H

#include "appliance/courier/stick.h"
#include "appliance/courier/video.h"

#define CAMERA_PICTURE ((size_t)16 << 20) /* bytes of one */

struct camera {
	struct stick dir;    /* or device; dir NULL: there is no camera */
	struct video *video; /* NULL: not open */
	char last[STICK_NAME_MAX + 1];
};

/*
 * The next picture: `j` gets its name (of a file), `out` its bytes; nothing
 * of both when there is none yet.  `again`: from the first file.  ids
 * camera.*, media.absent, media.contents, media.pulled.
 */
int camera_next(struct camera *c, bool again, struct json *j, struct buf *out,
    struct err *e);
/* A device, or a directory for one, stands under its name. */
bool camera_here(const struct camera *c);
/* The device is let go. */
void camera_close(struct camera *c);

#endif
