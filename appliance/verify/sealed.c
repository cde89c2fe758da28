/* SPDX-License-Identifier: MIT */
/* Invariant: only a volume with a good verdict comes out of here. */
#include "appliance/verify/sealed.h"

#include <stdlib.h>
#include <string.h>

static int
keep(void *arg, const struct ceremony *before, const struct entry *en,
    const uint8_t *line, size_t len, struct err *e)
{
	struct sealed *s = arg;

	(void)before;
	(void)en;
	(void)e;
	buf_add(&s->lines, line, len);
	return 0;
}

static int
get_object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	return disk_object(arg, sha, out, e);
}

/* The seal of the sitting with this number. */
static bool
seal_of(const struct ceremony *c, const void *arg)
{
	return c->sealed >= 0 && c->sealed == c->head.n &&
	    c->s == *(const int64_t *)arg;
}

static int
fold(
    struct sealed *s, const struct options *o, folded_stop *stop, struct err *e)
{
	const struct object_source objects = { get_object, &s->disk };
	int64_t n = s->v.result.sealed;
	int ret;

	if (stop == NULL && o->sitting != NULL) {
		n = strtoll(o->sitting, NULL, 10);
		stop = seal_of;
	}
	ret = folded_make(&s->folded, s->lines.data, s->lines.len, &objects,
	    stop != NULL ? stop : folded_at, &n, e);
	if (ret == 1 && o->sitting != NULL)
		return err_set(
		    e, ERR_REFUSED, "verify.no-sitting", "n", o->sitting, NULL);
	return ret == -1 ? -1 : 0;
}

enum exit_code
sealed_load(const struct options *o, folded_stop *stop, struct sealed *s)
{
	struct err e;
	int64_t at;
	enum exit_code code;

	memset(s, 0, sizeof(*s));
	s->disk.path = o->arg[0];
	code = verdict_make(&s->disk, o, keep, s, &s->v, &at, &e);
	if (code != EXIT_GOOD)
		return verdict_fail(code, at, &e, o->json);
	if (s->v.result.sealed < 0) {
		err_set(&e, ERR_REFUSED, "verify.unsealed", NULL);
		return verdict_fail(EXIT_BAD, s->v.result.entries, &e, o->json);
	}
	if (fold(s, o, stop, &e) == -1)
		return verdict_fail(EXIT_BAD, 0, &e, o->json);
	s->folded.log.copy = o->copy;
	s->folded.log.of = o->of;
	return EXIT_GOOD;
}

void
sealed_fini(struct sealed *s)
{
	folded_fini(&s->folded);
	buf_free(&s->lines);
	verdict_fini(&s->v);
	memset(s, 0, sizeof(*s));
}
