/* SPDX-License-Identifier: MIT */
/*
 * The camera: whoever asks gets the newest picture, or none.  On a
 * developer's machine it is a directory, whose files are its pictures in the
 * order of their names: PGM or PNG, or texts of frames, one a line.
 */
#ifndef TACHIAI_CAMERA_H
#define TACHIAI_CAMERA_H

#include "appliance/courier/stick.h"

#define CAMERA_PICTURE ((size_t)16 << 20) /* bytes of one */

struct camera {
	struct stick dir; /* dir NULL: there is no camera */
	char last[STICK_NAME_MAX + 1];
};

/*
 * The next picture: `j` gets its name, `out` its bytes; nothing of both
 * when there is none yet.  `again`: from the first one.  ids media.absent,
 * media.contents, media.pulled.
 */
int camera_next(struct camera *c, bool again, struct json *j, struct buf *out,
    struct err *e);

#endif
