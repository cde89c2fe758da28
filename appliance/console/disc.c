/* SPDX-License-Identifier: MIT */
/*
 * A copy for the outside on a disc: the bundle as one image, written once,
 * read back from the disc and compared to its last byte.
 */
#include "media/disc.h"

#include <string.h>

#include "appliance/console/console.h"

static struct {
	struct buf image;
	char of[NAME_LEN]; /* the bundle in it */
	uint8_t sha[SHA256_LEN];
	size_t sticks_for; /* the step, from 1, whose copies go on sticks */
} D;

bool
disc_asked(const struct next *n)
{
	const char *to = json_get_str(n->step.json, "to");

	return to != NULL && strcmp(to, "disc") == 0;
}

bool
disc_wanted(const struct console *k, const struct next *n)
{
	return disc_asked(n) && D.sticks_for != k->c->now + 1;
}

void
disc_turn(const struct console *k)
{
	D.sticks_for = D.sticks_for == k->c->now + 1 ? 0 : k->c->now + 1;
}

const struct buf *
disc_image(struct console *k, const uint8_t **sha)
{
	if (strcmp(D.of, out_name) != 0) {
		buf_reset(&D.image);
		disc_make(&OUT, out_name, console_now(k), &D.image);
		sha256(D.sha, D.image.data, D.image.len);
		memcpy(D.of, out_name, NAME_LEN);
	}
	*sha = D.sha;
	return &D.image;
}

const char *
disc_seen(struct console *k, struct view *v)
{
	bool here = false;
	struct msg a;
	struct err e;

	if (ask(k, PARTY_COURIER, MSG_STICKS, NULL, NULL, 0, &a, &e) == 0) {
		here = json_get_int(a.json, "disc", 0) == 1;
		msg_fini(&a);
	}
	k->wake_ms = ui_now_ms() + STICK_LOOK_MS;
	return view_fill(v, here ? "disc.here" : "disc.away", NULL);
}

static int
compare(const char *name, const struct buf *got, struct err *e)
{
	size_t at = 0;

	while (at < got->len && at < D.image.len &&
	    got->data[at] == D.image.data[at])
		at++;
	if (at == D.image.len)
		return 0;
	err_set(e, ERR_WORLD, "disc.readback", "k", name, NULL);
	err_arg_int(e, "at", (long long)(at / DISC_BLOCK));
	return -1;
}

int
disc_copy(struct console *k, const char *name, struct err *e)
{
	struct json *j;
	struct msg a;
	int ret;

	if (ask(k, PARTY_COURIER, MSG_BURN, NULL, D.image.data, D.image.len,
	    &a, e) == -1)
		return -1;
	msg_fini(&a);
	j = json_new_obj();
	json_set_int(j, "bytes", (int64_t)D.image.len);
	if (ask(k, PARTY_COURIER, MSG_DISC, j, NULL, 0, &a, e) == -1)
		return -1;
	ret = compare(name, &a.bytes, e);
	msg_fini(&a);
	return ret;
}
