/* SPDX-License-Identifier: MIT */
/*
 * The first process of the camera's test kernel: it leaves a child behind and
 * becomes /init, the appliance's own.  The child shows a film, over and over,
 * to the output of the vivid driver, whose camera shows what is put in there.
 *
 * The film is a disk: "TACHIAI-FILM\n" and zeros to 16 bytes; pictures, wide,
 * high, milliseconds for each, 4 bytes each, little-endian; at 4096 the
 * pictures, one byte a pixel.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MAGIC "TACHIAI-FILM\n"
#define FIRST 4096
#define NODES 4

struct film {
	int fd;
	uint32_t pictures, wide, high, ms;
};

static void
nap(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What went wrong is said where the test looks: on the serial line. */
static _Noreturn void
die(const char *what)
{
	FILE *f = fopen("/dev/ttyS0", "we");

	if (f != NULL) {
		fprintf(f, "\r\nFILM: %s: %s\r\n", what, strerror(errno));
		fclose(f);
	}
	_exit(1);
}

static bool
find_film(struct film *f)
{
	char path[16];
	uint32_t h[8];

	for (char c = 'a'; c <= 'z'; c++) {
		snprintf(path, sizeof(path), "/dev/sd%c", c);
		f->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (f->fd == -1)
			continue;
		if (pread(f->fd, h, sizeof(h), 0) == (ssize_t)sizeof(h) &&
		    memcmp(h, MAGIC, sizeof(MAGIC) - 1) == 0) {
			f->pictures = h[4];
			f->wide = h[5];
			f->high = h[6];
			f->ms = h[7];
			return true;
		}
		close(f->fd);
	}
	return false;
}

/* The node of vivid that can do this. */
static int
find_node(uint32_t caps)
{
	for (int i = 0; i < NODES; i++) {
		struct v4l2_capability c;
		char path[16];
		int fd;

		snprintf(path, sizeof(path), "/dev/video%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd == -1)
			continue;
		if (ioctl(fd, VIDIOC_QUERYCAP, &c) == 0 &&
		    strcmp((const char *)c.driver, "vivid") == 0 &&
		    (c.device_caps & caps) != 0)
			return fd;
		close(fd);
	}
	return -1;
}

/* The menu of that name, set to its entry that begins so; -1 none. */
static int
set_menu(int fd, const char *name, const char *entry)
{
	struct v4l2_queryctrl q = { .id = V4L2_CTRL_FLAG_NEXT_CTRL };

	for (; ioctl(fd, VIDIOC_QUERYCTRL, &q) == 0;
	     q.id |= V4L2_CTRL_FLAG_NEXT_CTRL) {
		if (strcmp((const char *)q.name, name) != 0)
			continue;
		for (int i = q.minimum; i <= q.maximum; i++) {
			struct v4l2_querymenu m = { .id = q.id,
				.index = (uint32_t)i };
			struct v4l2_control c = { q.id, i };

			if (ioctl(fd, VIDIOC_QUERYMENU, &m) == 0 &&
			    strncmp((const char *)m.name, entry,
				strlen(entry)) == 0)
				return ioctl(fd, VIDIOC_S_CTRL, &c);
		}
	}
	errno = ENOENT;
	return -1;
}

static void
draw(const struct film *f, uint32_t n, uint8_t *to, uint32_t line)
{
	static uint8_t row[4096];
	off_t at = FIRST + (off_t)n * f->wide * f->high;

	for (uint32_t y = 0; y < f->high; y++, at += f->wide, to += line) {
		if (pread(f->fd, row, f->wide, at) != (ssize_t)f->wide)
			die("a row");
		for (uint32_t x = 0; x < f->wide; x++) {
			to[2 * x] = row[x];
			to[2 * x + 1] = 128;
		}
	}
}

static struct v4l2_buffer
buffer(uint32_t i)
{
	struct v4l2_buffer b;

	memset(&b, 0, sizeof(b));
	b.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
	b.memory = V4L2_MEMORY_MMAP;
	b.field = V4L2_FIELD_NONE;
	b.index = i;
	return b;
}

static _Noreturn void
show(const struct film *f, int fd)
{
	struct v4l2_requestbuffers r = { .count = 2,
		.type = V4L2_BUF_TYPE_VIDEO_OUTPUT,
		.memory = V4L2_MEMORY_MMAP };
	struct v4l2_format o = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT };
	int type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
	int64_t from = now_ms();
	uint32_t drawn[2] = { UINT32_MAX, UINT32_MAX };
	uint8_t *p[2];
	struct v4l2_buffer b;

	o.fmt.pix.width = f->wide;
	o.fmt.pix.height = f->high;
	o.fmt.pix.pixelformat = V4L2_PIX_FMT_YUYV;
	o.fmt.pix.field = V4L2_FIELD_NONE;
	if (ioctl(fd, VIDIOC_S_FMT, &o) == -1 ||
	    o.fmt.pix.width != f->wide || o.fmt.pix.height != f->high ||
	    o.fmt.pix.pixelformat != V4L2_PIX_FMT_YUYV)
		die("format");
	if (ioctl(fd, VIDIOC_REQBUFS, &r) == -1 || r.count != 2)
		die("buffers");
	for (uint32_t i = 0; i < 2; i++) {
		b = buffer(i);
		if (ioctl(fd, VIDIOC_QUERYBUF, &b) == -1)
			die("buffer");
		p[i] = mmap(NULL, b.length, PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, (off_t)b.m.offset);
		if (p[i] == MAP_FAILED)
			die("mmap");
	}
	for (uint32_t i = 0;; i++) {
		uint32_t n = (uint32_t)((now_ms() - from) / f->ms) %
		    f->pictures;

		if (i >= 2) {
			b = buffer(0);
			if (ioctl(fd, VIDIOC_DQBUF, &b) == -1)
				die("dequeue");
		} else {
			b = buffer(i);
		}
		if (drawn[b.index] != n)
			draw(f, n, p[b.index], o.fmt.pix.bytesperline);
		drawn[b.index] = n;
		b.bytesused = o.fmt.pix.sizeimage;
		b.field = V4L2_FIELD_NONE;
		if (ioctl(fd, VIDIOC_QBUF, &b) == -1)
			die("queue");
		if (i == 1 && ioctl(fd, VIDIOC_STREAMON, &type) == -1)
			die("stream");
	}
}

static _Noreturn void
child(void)
{
	struct film f;
	int in, out;

	while ((out = find_node(V4L2_CAP_VIDEO_OUTPUT)) == -1)
		nap(50);
	in = find_node(V4L2_CAP_VIDEO_CAPTURE);
	if (in == -1 ||
	    set_menu(in, "HDMI 000-0 Is Connected To", "Output HDMI") == -1)
		die("loop");
	if (set_menu(in, "OSD Text Mode", "None") == -1)
		die("text");
	close(in);
	while (!find_film(&f))
		nap(50);
	if (f.pictures == 0 || f.wide > 4096 || f.ms == 0)
		die("film");
	show(&f, out);
}

int
main(void)
{
	char *argv[] = { (char[]){ "/init" }, NULL };
	char *envp[] = { NULL };

	if (fork() == 0)
		child();
	execve(argv[0], argv, envp);
	return 1;
}
