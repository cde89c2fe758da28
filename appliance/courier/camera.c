/* SPDX-License-Identifier: MIT */
/* A directory as a camera. */
#include "appliance/courier/camera.h"

#include <stdio.h>
#include <string.h>

int
camera_next(struct camera *c, bool again, struct json *j, struct buf *out,
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
