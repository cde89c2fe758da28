/* SPDX-License-Identifier: MIT */
/*
 * appliance/courier/video: a camera that is a file in memory and an ioctl(2)
 * of this program.  Everything but that call is the kernel's own: the
 * descriptor, the mapping, the end.  What it cannot show is how real drivers
 * time and order their answers.
 */
#include "tests/unit/test.h"

#include <errno.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "appliance/courier/camera.h"

#define PLACE ((size_t)2 << 20) /* of a buffer in the file */
#define QUEUE 8

static struct {
	int fd; /* of the file in memory */
	/* what it says it is */
	uint32_t caps, pixel, wide, high, pad, asked, buffers, length;
	unsigned step, first; /* of the grey in it */
	bool no_streamon;
	/* what it does next: numbers of ready buffers, and how DQBUF fails */
	unsigned ready[QUEUE], n, at;
	uint32_t used, flags;
	int why;
	/* what was done to it */
	unsigned queued, on, off;
} D;

static int
fails(int why)
{
	errno = why;
	return -1;
}

static int
format(struct v4l2_format *f)
{
	struct v4l2_pix_format *p = &f->fmt.pix;

	D.asked++;
	/* As drivers do: what cannot be is made what can. */
	p->pixelformat = D.pixel;
	p->width = D.wide;
	p->height = D.high;
	p->field = V4L2_FIELD_NONE;
	p->bytesperline = D.wide * D.step + D.pad;
	p->sizeimage = D.step == 0 ? (uint32_t)PLACE
				   : p->bytesperline * D.high;
	if (D.length == 0)
		D.length = p->sizeimage < D.used ? D.used : p->sizeimage;
	return 0;
}

static int
dequeue(struct v4l2_buffer *b)
{
	if (D.at == D.n)
		return fails(D.why);
	b->index = D.ready[D.at++];
	b->bytesused = D.used;
	b->flags = D.flags;
	return 0;
}

int
ioctl(int fd, unsigned long request, ...)
{
	struct v4l2_requestbuffers *r;
	struct v4l2_buffer *b;
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	(void)fd;
	switch (request) {
	case VIDIOC_QUERYCAP:
		if (D.caps == 0)
			return fails(ENOTTY);
		((struct v4l2_capability *)arg)->capabilities =
		    V4L2_CAP_DEVICE_CAPS;
		((struct v4l2_capability *)arg)->device_caps = D.caps;
		return 0;
	case VIDIOC_S_FMT:
		return format(arg);
	case VIDIOC_REQBUFS:
		r = arg;
		r->count = D.buffers;
		return 0;
	case VIDIOC_QUERYBUF:
		b = arg;
		b->length = D.length;
		b->m.offset = (uint32_t)(b->index * PLACE);
		return 0;
	case VIDIOC_QBUF:
		D.queued++;
		return 0;
	case VIDIOC_DQBUF:
		return dequeue(arg);
	case VIDIOC_STREAMON:
		D.on++;
		return D.no_streamon ? fails(ENOSPC) : 0;
	case VIDIOC_STREAMOFF:
		D.off++;
		return 0;
	default:
		return fails(ENOTTY);
	}
}

/* A good camera, whose buffer i is full of rows i, i + 1, ... */
static void
camera(uint32_t pixel, uint32_t wide, uint32_t high, uint32_t pad)
{
	size_t bytes = pixel == V4L2_PIX_FMT_GREY ||
		pixel == V4L2_PIX_FMT_NV12
	    ? 1
	    : 2;
	int fd = D.fd;

	memset(&D, 0, sizeof(D));
	D.fd = fd;
	D.caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
	D.pixel = pixel;
	D.wide = wide;
	D.high = high;
	D.pad = pad;
	D.step = pixel == V4L2_PIX_FMT_MJPEG ? 0 : (unsigned)bytes;
	D.first = pixel == V4L2_PIX_FMT_UYVY;
	D.buffers = 4;
	D.why = EAGAIN;
	D.used = (uint32_t)((wide * bytes + pad) * high);
	if (pixel == V4L2_PIX_FMT_NV12)
		D.used += D.used / 2; /* colour, of which nothing is taken */
	for (size_t i = 0; i < 4; i++) {
		uint8_t *p = mmap(NULL, PLACE, PROT_READ | PROT_WRITE,
		    MAP_SHARED, D.fd, (off_t)(i * PLACE));

		memset(p, 0xee, PLACE);
		for (size_t y = 0; y < high; y++)
			for (size_t x = 0; x < wide; x++)
				p[y * (wide * bytes + pad) + x * bytes +
				    D.first] = (uint8_t)(i + y + x);
		munmap(p, PLACE);
	}
}

static void
give(unsigned n, unsigned a, unsigned b, unsigned c)
{
	D.at = 0;
	D.n = n;
	D.ready[0] = a;
	D.ready[1] = b;
	D.ready[2] = c;
}

static const char *
path(void)
{
	static char p[64];

	snprintf(p, sizeof(p), "/proc/self/fd/%d", D.fd);
	return p;
}

/* `out` is the picture of buffer i, and nothing else. */
static bool
is(const struct buf *out, unsigned i)
{
	char head[32];
	size_t n = (size_t)snprintf(
	    head, sizeof(head), "P5\n%u %u\n255\n", D.wide, D.high);

	if (out->len != n + (size_t)D.wide * D.high ||
	    memcmp(out->data, head, n) != 0)
		return false;
	for (size_t y = 0; y < D.high; y++)
		for (size_t x = 0; x < D.wide; x++)
			if (out->data[n + y * D.wide + x] !=
			    (uint8_t)(i + y + x))
				return false;
	return true;
}

static void
pictures(void)
{
	static const struct {
		const char *name;
		uint32_t pixel, wide, high, pad, asked;
	} ROWS[] = {
		{ "YUYV 1280x720", V4L2_PIX_FMT_YUYV, 1280, 720, 0, 1 },
		{ "UYVY 1280x720", V4L2_PIX_FMT_UYVY, 1280, 720, 0, 2 },
		{ "NV12 1280x720", V4L2_PIX_FMT_NV12, 1280, 720, 0, 3 },
		{ "GREY 1280x720", V4L2_PIX_FMT_GREY, 1280, 720, 0, 4 },
		{ "YUYV 640x480", V4L2_PIX_FMT_YUYV, 640, 480, 0, 6 },
		{ "GREY 640x480", V4L2_PIX_FMT_GREY, 640, 480, 0, 9 },
		{ "rows with padding", V4L2_PIX_FMT_YUYV, 640, 480, 64, 6 },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct buf out = BUF_INIT;
		struct video *v;
		struct err e;

		camera(ROWS[i].pixel, ROWS[i].wide, ROWS[i].high, ROWS[i].pad);
		v = video_open(path(), 0, &e);
		CHECK(ROWS[i].name, v != NULL && D.asked == ROWS[i].asked);
		if (v == NULL)
			continue;
		CHECK("no picture yet",
		    video_next(v, 1, &out, &e) == 0 && out.len == 0);
		give(3, 2, 0, 1);
		D.queued = 0;
		CHECK("of three the newest", video_next(v, 2, &out, &e) == 0);
		CHECK("pixel for pixel", is(&out, 1));
		CHECK("all went back", D.queued == 3);
		video_close(v);
		CHECK("switched off", D.off == 1);
		buf_free(&out);
	}
}

/* A JPEG goes on as it came, with its own length. */
static void
jpeg(void)
{
	struct buf out = BUF_INIT;
	struct video *v;
	struct err e;
	uint8_t *p;

	camera(V4L2_PIX_FMT_MJPEG, 640, 480, 0);
	p = mmap(NULL, PLACE, PROT_READ | PROT_WRITE, MAP_SHARED, D.fd,
	    (off_t)PLACE);
	memcpy(p, "\xff\xd8\xff\xd9 and more", 13);
	munmap(p, PLACE);
	D.used = 9;
	v = video_open(path(), 0, &e);
	CHECK("MJPEG 640x480", v != NULL && D.asked == 10);
	give(2, 0, 1, 0);
	CHECK("the newest", video_next(v, 1, &out, &e) == 0);
	CHECK("as it came", out.len == 9 &&
	    memcmp(out.data, "\xff\xd8\xff\xd9 and ", 9) == 0);
	give(1, 1, 0, 0);
	D.used = 3;
	CHECK("no JPEG is that short", video_next(v, 2, &out, &e) == -1);
	CHECK_STR("its sentence", e.id, "camera.picture");
	video_close(v);
	buf_free(&out);
}

static void
no_camera(void)
{
	static const struct {
		const char *name, *id;
		uint32_t caps, pixel, wide, high, buffers, length;
		bool no_streamon;
	} ROWS[] = {
		{ "a file", "camera.kind", 0, V4L2_PIX_FMT_YUYV, 640, 480, 4,
		    0, false },
		{ "an output", "camera.kind",
		    V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING,
		    V4L2_PIX_FMT_YUYV, 640, 480, 4, 0, false },
		{ "H.264 alone", "camera.kind", 0x04000001,
		    V4L2_PIX_FMT_H264, 640, 480, 4, 0, false },
		{ "MJPEG of another size", "camera.size", 0x04000001,
		    V4L2_PIX_FMT_MJPEG, 800, 600, 4, 0, false },
		{ "another size", "camera.size", 0x04000001,
		    V4L2_PIX_FMT_YUYV, 320, 240, 4, 0, false },
		{ "one buffer", "camera.kind", 0x04000001, V4L2_PIX_FMT_YUYV,
		    640, 480, 1, 0, false },
		{ "small buffers", "camera.kind", 0x04000001,
		    V4L2_PIX_FMT_YUYV, 640, 480, 4, 4096, false },
		{ "no room on the bus", "camera.kind", 0x04000001,
		    V4L2_PIX_FMT_YUYV, 640, 480, 4, 0, true },
	};
	struct err e;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		camera(ROWS[i].pixel, ROWS[i].wide, ROWS[i].high, 0);
		D.caps = ROWS[i].caps;
		D.buffers = ROWS[i].buffers;
		D.length = ROWS[i].length;
		D.no_streamon = ROWS[i].no_streamon;
		CHECK(ROWS[i].name, video_open(path(), 0, &e) == NULL);
		CHECK_STR("its sentence", e.id, ROWS[i].id);
	}
	CHECK("no device", video_open("/dev/video-none", 0, &e) == NULL);
	CHECK_STR("its sentence", e.id, "camera.absent");
}

static void
failing(void)
{
	static const struct {
		const char *name, *id;
		unsigned index;
		int32_t more; /* bytes than a picture has */
		uint32_t flags;
		int why;
		int64_t ms;
	} ROWS[] = {
		{ "unplugged", "camera.gone", 9, 0, 0, ENODEV, 1 },
		{ "an error of the bus", "camera.gone", 9, 0, 0, EIO, 1 },
		{ "too few bytes", "camera.picture", 1, -2, 0, EAGAIN, 1 },
		{ "more than its buffer", "camera.picture", 1, 4, 0, EAGAIN,
		    1 },
		{ "no such buffer", "camera.picture", 7, 0, 0, EAGAIN, 1 },
		{ "stalled", "camera.stalled", 9, 0, 0, EAGAIN,
		    VIDEO_STALL_MS },
		{ "only damaged pictures", "camera.stalled", 1, 0,
		    V4L2_BUF_FLAG_ERROR, EAGAIN, VIDEO_STALL_MS },
		{ "one damaged picture", NULL, 1, -900, V4L2_BUF_FLAG_ERROR,
		    EAGAIN, 1 },
		{ "not stalled yet", NULL, 9, 0, 0, EAGAIN,
		    VIDEO_STALL_MS - 1 },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct buf out = BUF_INIT;
		struct video *v;
		struct err e;
		int r;

		camera(V4L2_PIX_FMT_YUYV, 640, 480, 0);
		v = video_open(path(), 0, &e);
		give(ROWS[i].index == 9 ? 0 : 1, ROWS[i].index, 0, 0);
		D.used += (uint32_t)ROWS[i].more;
		D.flags = ROWS[i].flags;
		D.why = ROWS[i].why;
		r = v != NULL ? video_next(v, ROWS[i].ms, &out, &e) : -2;
		CHECK(ROWS[i].name, r == (ROWS[i].id == NULL ? 0 : -1));
		CHECK("nothing was taken", out.len == 0);
		if (ROWS[i].id != NULL)
			CHECK_STR("its sentence", e.id, ROWS[i].id);
		video_close(v);
		buf_free(&out);
	}
}

/* By the courier's own door: gone, and there again at a later ask. */
static void
again(void)
{
	struct camera c = { .dir = { .name = "camera" } };
	struct json *j = json_new_obj();
	struct buf out = BUF_INIT;
	struct err e;

	camera(V4L2_PIX_FMT_GREY, 640, 480, 0);
	c.dir.dir = path();
	give(1, 3, 0, 0);
	CHECK("a picture", camera_next(&c, true, j, &out, &e) == 0 &&
	    is(&out, 3));
	give(0, 0, 0, 0);
	D.why = ENODEV;
	CHECK("unplugged", camera_next(&c, false, j, &out, &e) == -1);
	CHECK("let go", D.off == 1 && c.video == NULL);
	D.why = EAGAIN;
	give(1, 2, 0, 0);
	buf_reset(&out);
	CHECK("plugged in again", camera_next(&c, false, j, &out, &e) == 0 &&
	    is(&out, 2));
	camera_close(&c);
	c.dir.dir = "/dev/video-none";
	CHECK("none", camera_next(&c, false, j, &out, &e) == -1);
	CHECK_STR("its sentence", e.id, "camera.absent");
	buf_free(&out);
	json_free(j);
}

int
main(void)
{
	D.fd = memfd_create("camera", MFD_CLOEXEC);
	if (D.fd == -1 || ftruncate(D.fd, (off_t)(4 * PLACE)) == -1)
		return 1;
	pictures();
	jpeg();
	no_camera();
	failing();
	again();
	return test_end();
}
