/* SPDX-License-Identifier: MIT */
/*
 * A camera of the online side, by the same code as the appliance's: the
 * newest picture, read by a tachiai-decode that stays, and a hint when what
 * the camera sees changes.
 */
#include "appliance/courier/camera.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "appliance/gap/gap.h"
#include "media/frames/sight.h"

#define REST_MS 20 /* between two looks, when there is no picture */
#define BLIND   3  /* pictures: one turn of tachiai-decode's filters */

struct looking {
	const struct options *opt;
	pictures_take *take;
	void *arg;
	bool done;
	size_t chars;
	unsigned blind;   /* pictures since one with a code */
	const char *told; /* the last hint */
};

static int
text(void *arg, const char *p, size_t len)
{
	struct looking *l = arg;

	l->chars = len;
	l->done = l->take(l->arg, p, len) != 0;
	return l->done;
}

static void
hint(struct looking *l, const struct json *form)
{
	const char *id = sight_hint(form, l->chars);
	int64_t tenths = sight_dots(form, l->chars);
	struct buf b = BUF_INIT;
	char dots[24];
	struct err e;

	l->blind = json_get_int(form, "codes", 0) > 0 ? 0 : l->blind + 1;
	if ((l->blind > 0 && l->blind < BLIND) || id == l->told)
		return;
	l->told = id;
	if (id == NULL)
		return;
	snprintf(dots, sizeof(dots), "%d.%d", (int)(tenths / 10),
	    (int)(tenths % 10));
	err_set(&e, ERR_NONE, id, "dots", dots, NULL);
	text_error(l->opt->lang, &e, &b);
	fprintf(stderr, "%s\n", buf_cstr(&b));
	buf_free(&b);
}

/* 1: there was a picture; 0 none; -1 the camera, or its reader, failed. */
static int
one(struct looking *l, struct camera *c, struct pictures *p, struct err *e)
{
	struct json *j = json_new_obj(), *form = NULL;
	struct buf picture = BUF_INIT;
	int ret = camera_next(c, false, j, &picture, e);

	if (ret == 0 && picture.len > 0) {
		ret = 1;
		if (pictures_camera(p, &picture, text, l, &form, e) == 0)
			hint(l, form);
		else if (strcmp(e->id, "launcher.no-program") == 0)
			ret = -1;
		else /* the picture is lost, the transfer is not */
			(void)complain(l->opt, e);
	}
	json_free(form);
	json_free(j);
	buf_free(&picture);
	return ret;
}

int
camera_texts(const struct options *o, struct pictures *p, pictures_take *take,
    void *arg, struct err *e)
{
	struct camera c = { .dir = { .name = "camera", .dir = o->camera } };
	struct looking l = { .opt = o, .take = take, .arg = arg };
	int r = 0;

	while (!l.done && (r = one(&l, &c, p, e)) != -1)
		if (r == 0)
			(void)poll(NULL, 0, REST_MS);
	camera_close(&c);
	return r == -1 ? -1 : 0;
}
