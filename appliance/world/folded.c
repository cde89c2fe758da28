/* SPDX-License-Identifier: MIT */
/* Invariant: an entry is kept only if the fold took it. */
#include "appliance/world/folded.h"

#include <stdlib.h>
#include <string.h>

bool
folded_at(const struct ceremony *c, const void *arg)
{
	return c->head.n == *(const int64_t *)arg;
}

/* One line more, by the table in force where it stands. */
static int
keep(struct folded *f, const uint8_t *line, size_t len, struct err *e)
{
	static const uint8_t ZERO[SHA256_LEN];
	const uint8_t *prev = f->n > 0 ? f->entry[f->n - 1].hash : ZERO;
	struct entry en;

	/* The first line's table is known once it is folded. */
	if (f->n > 0 &&
	    entry_decode_by(f->c->events, line, len, prev, &en, e) == -1)
		return -1;
	if (ceremony_apply(f->c, line, len, e) == -1) {
		if (f->n > 0)
			entry_fini(&en);
		return -1;
	}
	if (f->n == 0 &&
	    entry_decode_by(f->c->events, line, len, prev, &en, e) == -1)
		return -1;
	f->entry = xreallocarray(f->entry, f->n + 1, sizeof(*f->entry));
	f->line = xreallocarray(f->line, f->n + 1, sizeof(*f->line));
	memset(&f->line[f->n], 0, sizeof(*f->line));
	buf_add(&f->line[f->n], line, len);
	f->entry[f->n++] = en;
	return 0;
}

int
folded_make(struct folded *f, const uint8_t *log, size_t len,
    const struct object_source *objects, folded_stop *stop, const void *arg,
    struct err *e)
{
	bool found = false;

	memset(f, 0, sizeof(*f));
	f->c = ceremony_new(objects);
	while (len > 0 && !found) {
		const uint8_t *nl = memchr(log, '\n', len);
		size_t n = nl != NULL ? (size_t)(nl - log) + 1 : len;

		if (keep(f, log, n, e) == -1)
			return -1;
		found = stop(f->c, arg);
		log += n;
		len -= n;
	}
	f->log = (struct paper_log){ .c = f->c,
		.origin = f->c->origin,
		.entry = f->entry,
		.line = f->line,
		.n = f->n };
	return found ? 0 : 1;
}

void
folded_fini(struct folded *f)
{
	for (size_t i = 0; i < f->n; i++) {
		entry_fini(&f->entry[i]);
		buf_free(&f->line[i]);
	}
	free(f->entry);
	free(f->line);
	ceremony_free(f->c);
	memset(f, 0, sizeof(*f));
}
