/* SPDX-License-Identifier: MIT */
/* A device, or a directory as a camera. */
#include "appliance/courier/camera.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* One that failed is let go, and looked for again at the next ask. */
static int
from_device(struct camera *c, struct buf *out, struct err *e)
{
	if (c->video == NULL)
		c->video = video_open(c->dir.dir, now_ms(), e);
	if (c->video == NULL)
		return -1;
	if (video_next(c->video, now_ms(), out, e) == 0)
		return 0;
	camera_close(c);
	return -1;
}

bool
camera_here(const struct camera *c)
{
	struct stat st;

	return c->dir.dir != NULL && stat(c->dir.dir, &st) == 0 &&
	    (S_ISDIR(st.st_mode) || S_ISCHR(st.st_mode));
}

void
camera_close(struct camera *c)
{
	video_close(c->video);
	c->video = NULL;
}

static int
from_directory(struct camera *c, bool again, struct json *j, struct buf *out,
    struct err *e)
{
	struct json *list = NULL;
	const char *next = NULL;
	int ret = 0;

	if (again)
		c->last[0] = '\0';
	if (stick_files(&c->dir, &list, e) == -1)
		return -1;
	for (size_t i = 0; i < json_count(list) && next == NULL; i++) {
		const char *name = json_get_str(json_at(list, i), "name");

		if (name != NULL && strcmp(name, c->last) > 0)
			next = name;
	}
	if (next != NULL) {
		/* One that cannot be read is not asked for again. */
		snprintf(c->last, sizeof(c->last), "%s", next);
		ret = stick_read(&c->dir, next, CAMERA_PICTURE, out, e);
		if (ret == 0)
			json_set_str(j, "name", next);
	}
	json_free(list);
	return ret;
}

int
camera_next(struct camera *c, bool again, struct json *j, struct buf *out,
    struct err *e)
{
	struct stat st;

	if (c->dir.dir == NULL ||
	    (c->video == NULL && stat(c->dir.dir, &st) == 0 &&
		S_ISDIR(st.st_mode)))
		return from_directory(c, again, j, out, e);
	return from_device(c, out, e);
}
