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
	s->line = xreallocarray(s->line, s->lines + 1, sizeof(*s->line));
	memset(&s->line[s->lines], 0, sizeof(*s->line));
	buf_add(&s->line[s->lines++], line, len);
	return 0;
}

static int
get_object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	return disk_object(arg, sha, out, e);
}

/* Up to the last seal, or up to that of one sitting. */
static int
fold(struct sealed *s, const char *sitting, struct err *e)
{
	bool found = sitting == NULL;

	const struct object_source objects = { get_object, &s->disk };
	static const uint8_t ZERO[SHA256_LEN];

	s->c = ceremony_new(&objects);
	s->entry = xcalloc(s->n, sizeof(*s->entry));
	for (size_t i = 0; i < s->n; i++) {
		if (ceremony_apply(s->c, s->line[i].data, s->line[i].len, e) ==
		    -1)
			return -1;
		if (found || s->c->sealed != (int64_t)i ||
		    s->c->s != strtoll(sitting, NULL, 10))
			continue;
		found = true;
		s->n = i + 1;
	}
	if (!found)
		return err_set(
		    e, ERR_REFUSED, "verify.no-sitting", "n", sitting, NULL);
	for (size_t i = 0; i < s->n; i++) {
		const uint8_t *prev = i > 0 ? s->entry[i - 1].hash : ZERO;
		struct entry *en = &s->entry[i];

		if (entry_decode_by(s->c->events, s->line[i].data,
			s->line[i].len, prev, en, e) == -1 &&
		    entry_decode_form(
			s->line[i].data, s->line[i].len, prev, en, e) == -1) {
			s->n = i;
			return -1;
		}
	}
	return 0;
}

enum exit_code
sealed_load(const struct options *o, struct sealed *s)
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
	s->n = (size_t)s->v.result.sealed + 1;
	if (fold(s, o->sitting, &e) == -1)
		return verdict_fail(EXIT_BAD, 0, &e, o->json);
	s->log = (struct paper_log){
		.c = s->c,
		.origin = s->c->origin,
		.entry = s->entry,
		.line = s->line,
		.n = s->n,
	};
	return EXIT_GOOD;
}

void
sealed_fini(struct sealed *s)
{
	for (size_t i = 0; s->entry != NULL && i < s->n; i++)
		entry_fini(&s->entry[i]);
	for (size_t i = 0; i < s->lines; i++)
		buf_free(&s->line[i]);
	free(s->entry);
	free(s->line);
	ceremony_free(s->c);
	verdict_fini(&s->v);
	memset(s, 0, sizeof(*s));
}
