/* SPDX-License-Identifier: MIT */
/*
 * Video4Linux2: QUERYCAP, S_FMT, REQBUFS, mmap, STREAMON, and then the newest
 * buffer.  Invariant: a picture leaves here only as grey pixels of a size that
 * was asked for, or as the JPEG that the camera made, which is not looked into;
 * copied out before its buffer goes back to the driver.
 */
#include "appliance/courier/video.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define BUFFERS  4
#define JPEG_MIN 4                   /* bytes: its beginning and its end */
#define ROW_MAX  ((uint32_t)1 << 14) /* bytes of a row, padding included */

/*
 * What is taken, the best first: where the grey of a pixel stands, and from
 * one to the next; colour is passed over.  NV12 has all its grey in front.
 * step 0: a JPEG, for cameras that have nothing else of that size.
 */
static const struct kind_of_pixel {
	uint32_t pixel;
	unsigned step, first;
} PIXEL[] = {
	{ V4L2_PIX_FMT_YUYV, 2, 0 },
	{ V4L2_PIX_FMT_UYVY, 2, 1 },
	{ V4L2_PIX_FMT_NV12, 1, 0 },
	{ V4L2_PIX_FMT_GREY, 1, 0 },
	{ V4L2_PIX_FMT_MJPEG, 0, 0 },
};

#define PIXELS (sizeof(PIXEL) / sizeof(*PIXEL))

struct video {
	const char *path;
	int fd;
	const struct kind_of_pixel *kind;
	uint32_t wide, high, line; /* line: bytes from row to row */
	unsigned n;
	struct {
		uint8_t *p;
		size_t len;
	} map[BUFFERS];
	int64_t last_ms; /* of a picture, or of the start */
};

static int
control(int fd, unsigned long request, void *arg)
{
	int r;

	do
		r = ioctl(fd, request, arg);
	while (r == -1 && errno == EINTR);
	return r;
}

static int
kind(const struct video *v, const char *what, struct err *e)
{
	return err_set(e, ERR_REFUSED, "camera.kind", "device", v->path, "what",
	    what, NULL);
}

static int
gone(const struct video *v, struct err *e)
{
	return err_set(e, ERR_WORLD, "camera.gone", "device", v->path, NULL);
}

static int
ask_what(const struct video *v, struct err *e)
{
	const uint32_t need = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	struct v4l2_capability c;
	uint32_t caps;

	memset(&c, 0, sizeof(c));
	if (control(v->fd, VIDIOC_QUERYCAP, &c) == -1)
		return kind(v, "no camera", e);
	caps = (c.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? c.device_caps
							    : c.capabilities;
	return (caps & need) == need ? 0 : kind(v, "no capture", e);
}

/* 1: the driver took it; 0: something else; -1: its answer makes no sense. */
static int
try_format(struct video *v, const struct kind_of_pixel *k, uint32_t wide,
    uint32_t high, struct v4l2_pix_format *got)
{
	struct v4l2_format f;

	memset(&f, 0, sizeof(f));
	f.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	f.fmt.pix.width = wide;
	f.fmt.pix.height = high;
	f.fmt.pix.pixelformat = k->pixel;
	f.fmt.pix.field = V4L2_FIELD_NONE;
	if (control(v->fd, VIDIOC_S_FMT, &f) == -1)
		return 0;
	*got = f.fmt.pix;
	if (got->pixelformat != k->pixel || got->width != wide ||
	    got->height != high || got->field != V4L2_FIELD_NONE)
		return 0;
	v->line = got->bytesperline != 0 && k->step != 0 ? got->bytesperline
							 : wide * k->step;
	if (v->line < wide * k->step || v->line > ROW_MAX)
		return -1;
	v->kind = k;
	v->wide = wide;
	v->high = high;
	return 1;
}

static bool
is_taken(uint32_t pixel)
{
	for (size_t i = 0; i < PIXELS; i++)
		if (PIXEL[i].pixel == pixel)
			return true;
	return false;
}

static int
choose_format(struct video *v, struct err *e)
{
	static const uint32_t SIZE[][2] = { { 1280, 720 }, { 640, 480 } };
	struct v4l2_pix_format got;

	memset(&got, 0, sizeof(got));
	for (size_t s = 0; s < 2; s++)
		for (size_t p = 0; p < PIXELS; p++) {
			int r = try_format(
			    v, &PIXEL[p], SIZE[s][0], SIZE[s][1], &got);

			if (r == 1)
				return 0;
			if (r == -1)
				return kind(v, "rows too short or long", e);
		}
	if (!is_taken(got.pixelformat))
		return kind(v, "no YUYV, UYVY, NV12, GREY, MJPEG", e);
	err_set(e, ERR_REFUSED, "camera.size", "device", v->path, NULL);
	err_arg_int(e, "wide", got.width);
	err_arg_int(e, "high", got.height);
	return -1;
}

/* The least that a picture has. */
static size_t
picture_bytes(const struct video *v)
{
	if (v->kind->step == 0)
		return JPEG_MIN;
	/* The last row may end with its last pixel. */
	return (size_t)v->line * (v->high - 1) +
	    (size_t)v->wide * v->kind->step;
}

static int
queue(const struct video *v, unsigned i)
{
	struct v4l2_buffer b;

	memset(&b, 0, sizeof(b));
	b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b.memory = V4L2_MEMORY_MMAP;
	b.index = i;
	return control(v->fd, VIDIOC_QBUF, &b);
}

static int
map_one(struct video *v, unsigned i)
{
	struct v4l2_buffer b;
	void *p;

	memset(&b, 0, sizeof(b));
	b.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b.memory = V4L2_MEMORY_MMAP;
	b.index = i;
	if (control(v->fd, VIDIOC_QUERYBUF, &b) == -1 ||
	    b.length < picture_bytes(v))
		return -1;
	p = mmap(
	    NULL, b.length, PROT_READ, MAP_SHARED, v->fd, (off_t)b.m.offset);
	if (p == MAP_FAILED)
		return -1;
	v->map[i].p = p;
	v->map[i].len = b.length;
	return 0;
}

static int
start(struct video *v, struct err *e)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	struct v4l2_requestbuffers r;

	memset(&r, 0, sizeof(r));
	r.count = BUFFERS;
	errno = 0;
	r.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	r.memory = V4L2_MEMORY_MMAP;
	if (control(v->fd, VIDIOC_REQBUFS, &r) == -1 || r.count < 2)
		return kind(v, errno == EBUSY ? "in use" : "no buffers", e);
	v->n = r.count < BUFFERS ? r.count : BUFFERS;
	for (unsigned i = 0; i < v->n; i++)
		if (map_one(v, i) == -1 || queue(v, i) == -1)
			return kind(v, "buffers too small", e);
	if (control(v->fd, VIDIOC_STREAMON, &type) == -1)
		return kind(v, strerrordesc_np(errno), e);
	return 0;
}

struct video *
video_open(const char *path, int64_t now_ms, struct err *e)
{
	struct video *v = xcalloc(1, sizeof(*v));

	v->path = path;
	v->last_ms = now_ms;
	v->fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (v->fd == -1) {
		err_set(e, ERR_REFUSED, "camera.absent", "device", path, "why",
		    strerrordesc_np(errno), NULL);
		goto bad;
	}
	if (ask_what(v, e) == 0 && choose_format(v, e) == 0 && start(v, e) == 0)
		return v;
bad:
	video_close(v);
	return NULL;
}

void
video_close(struct video *v)
{
	int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;

	if (v == NULL)
		return;
	if (v->n > 0)
		(void)control(v->fd, VIDIOC_STREAMOFF, &type);
	for (unsigned i = 0; i < v->n; i++)
		if (v->map[i].p != NULL)
			(void)munmap(v->map[i].p, v->map[i].len);
	if (v->fd != -1)
		close(v->fd);
	free(v);
}

static void
as_pgm(const struct video *v, const uint8_t *p, struct buf *out)
{
	uint8_t row[1280];

	buf_fmt(out, "P5\n%u %u\n255\n", v->wide, v->high);
	for (uint32_t y = 0; y < v->high; y++, p += v->line) {
		for (uint32_t x = 0; x < v->wide; x++)
			row[x] = p[x * v->kind->step + v->kind->first];
		buf_add(out, row, v->wide);
	}
}

/* The next buffer that is ready: its number, -1 none, -2 the camera is gone,
 * -3 what no driver may answer. */
static int
dequeue(const struct video *v, struct v4l2_buffer *b)
{
	memset(b, 0, sizeof(*b));
	b->type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
	b->memory = V4L2_MEMORY_MMAP;
	if (control(v->fd, VIDIOC_DQBUF, b) == -1)
		return errno == EAGAIN ? -1 : -2;
	return b->index < v->n ? (int)b->index : -3;
}

static int
short_picture(const struct video *v, uint32_t bytes, struct err *e)
{
	err_set(e, ERR_REFUSED, "camera.picture", "device", v->path, NULL);
	err_arg_int(e, "bytes", bytes);
	err_arg_int(e, "want", (long long)picture_bytes(v));
	return -1;
}

int
video_next(struct video *v, int64_t now_ms, struct buf *out, struct err *e)
{
	struct v4l2_buffer b;
	int newest = -1, i;
	size_t used = 0;

	/* As often as there are buffers: a fast camera must not hold us. */
	for (unsigned n = 0; n < v->n; n++) {
		if ((i = dequeue(v, &b)) == -1)
			break;
		if (i == -2)
			return gone(v, e);
		if (i == -3)
			return short_picture(v, 0, e);
		if ((b.flags & V4L2_BUF_FLAG_ERROR) == 0 &&
		    (b.bytesused < picture_bytes(v) ||
			b.bytesused > v->map[i].len))
			return short_picture(v, b.bytesused, e);
		if ((b.flags & V4L2_BUF_FLAG_ERROR) != 0) {
			if (queue(v, (unsigned)i) == -1)
				return gone(v, e);
			continue;
		}
		if (newest != -1 && queue(v, (unsigned)newest) == -1)
			return gone(v, e);
		newest = i;
		used = b.bytesused;
	}
	if (newest == -1)
		return now_ms - v->last_ms < VIDEO_STALL_MS
		    ? 0
		    : err_set(e, ERR_WORLD, "camera.stalled", "device", v->path,
			  NULL);
	if (v->kind->step == 0)
		buf_add(out, v->map[newest].p, used);
	else
		as_pgm(v, v->map[newest].p, out);
	v->last_ms = now_ms;
	return queue(v, (unsigned)newest) == -1 ? gone(v, e) : 0;
}
