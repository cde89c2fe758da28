/* SPDX-License-Identifier: MIT */
/*
 * The image of a stick, on a developer's machine: mounted as a stick would
 * be, where no other program sees it, until this one and its children end.
 */
#ifndef TACHIAI_IMAGE_H
#define TACHIAI_IMAGE_H

#include <stdbool.h>
#include <sys/types.h>

#include "ceremony/base/err.h"

/* It stands there and is no folder. */
bool image_is_one(const char *path);

/*
 * A folder (the caller's to free) that its contents stand in, for `user`;
 * written to the image at once.  NULL: launcher.image {file} (only root can
 * mount), launcher.image-unread {file, why}.
 */
char *image_mount(const char *path, uid_t user, struct err *e);

/* The folders that stood for images, which are in use no more, go. */
void images_leave(void);

#endif
