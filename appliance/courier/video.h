/* SPDX-License-Identifier: MIT */
/*
 * A camera by the kernel's Video4Linux2 interface: grey pictures, and of
 * those that are ready only the newest.  Nothing of what a driver answers is
 * believed before it is within bounds.
 */
#ifndef TACHIAI_VIDEO_H
#define TACHIAI_VIDEO_H

#include <stdbool.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define VIDEO_STALL_MS 4000 /* without a picture: it has stalled */

struct video;

/*
 * The device at `path`, streaming YUYV, UYVY, NV12, GREY or MJPEG at 1280 by
 * 720, or one of these at 640 by 480: the first of all these that it takes.
 * NULL and camera.absent {device, why}, camera.kind {device, what},
 * camera.size {device, wide, high}.
 */
struct video *video_open(const char *path, int64_t now_ms, struct err *e);
void video_close(struct video *v);

/*
 * The newest picture, a PGM or the camera's own JPEG, is appended to `out`, or
 * nothing when there is none yet; it does not wait.  After -1 the camera is of
 * no use any more. ids camera.gone {device}, camera.picture {device, bytes,
 * want}, camera.stalled {device}.
 */
int video_next(struct video *v, int64_t now_ms, struct buf *out, struct err *e);

#endif
