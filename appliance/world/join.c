/* SPDX-License-Identifier: MIT */
/*
 * A medium that comes back.  Invariant: what a medium has and the journal
 * has not is never written over: it is refused, or put aside under a name
 * of its own.
 */
#include <stdlib.h>
#include <string.h>

#include "appliance/world/volume.h"

/* 0: it may come back as it is; 1: with its own story put aside. */
static int
judge(const struct recovery *r, char label, bool abandon, struct err *e)
{
	char name[2] = { label, '\0' };

	if (r->verdict == RECOVER_DAMAGED) {
		err_set(e, ERR_REFUSED, "media.damaged", "a", name, NULL);
		err_arg_int(e, "n", r->side[1].head.n);
		return -1;
	}
	if (r->verdict != RECOVER_FORK &&
	    r->side[1].entries <= r->side[0].entries)
		return 0;
	if (abandon)
		return 1;
	err_set(e, ERR_REFUSED, "media.fork", "a", label == 'A' ? "B" : "A",
	    "source", name, NULL);
	err_arg_int(e, "n",
	    r->verdict == RECOVER_FORK ? r->fork_n : r->side[0].entries);
	return -1;
}

/* Begun as a copy, and never admitted. */
static int
half(int at, struct err *e)
{
	static const char *const LABEL[] = { "A", "B" };

	return err_set(e, ERR_REFUSED, "media.half", "a", LABEL[1 - at], "b",
	    LABEL[at], NULL);
}

static int
join(struct journal *j, struct medium *m, bool abandon, int64_t *lines,
    struct err *e)
{
	static const uint8_t NOTHING[1];
	int at = m->label - 'A', ret = -1, aside;
	struct buf log = BUF_INIT;
	struct recovery r;

	if (volume_log(m, &log, e) == -1)
		goto out;
	recover_decide(j->log.data, j->log.len,
	    log.data != NULL ? log.data : NOTHING, log.len, false, &r);
	if (volume_stranger(
		m, j->log.data, j->log.len, log.data, r.side[1].good)) {
		half(at, e);
		goto out;
	}
	aside = judge(&r, m->label, abandon, e);
	if (aside == -1)
		goto out;
	if (aside == 1 && volume_put_aside(m, r.side[1].entries) == -1) {
		volume_failed(m, "transcript.log", e);
		goto out;
	}
	m->end = aside == 1 ? 0 : r.side[1].good;
	*lines = r.side[0].entries - (aside == 1 ? 0 : r.side[1].entries);
	j->medium[at] = *m;
	if (volume_copy_missing(j, 1 - at, at) == -1) {
		volume_failed(m, "objects", e);
		memset(&j->medium[at], 0, sizeof(j->medium[at]));
		j->medium[at].dir = j->medium[at].log = -1;
		goto out;
	}
	ret = 0;
out:
	buf_free(&log);
	return ret;
}

int
journal_join(struct journal *j, const char *dir, bool abandon, int *which,
    int64_t *lines, struct err *e)
{
	struct medium m;

	/* One that failed lets go of its lock. */
	for (int i = 0; i < 2; i++)
		if (j->medium[i].state == MEDIUM_RETIRED)
			volume_close(&j->medium[i]);
	if (volume_begun(dir))
		return half(j->medium[0].state == MEDIUM_GOOD ? 1 : 0, e);
	if (volume_open(dir, &m, e) == -1)
		return -1;
	if (j->medium[m.label - 'A'].state == MEDIUM_GOOD) {
		char label[2] = { m.label, '\0' };

		volume_close(&m);
		return err_set(e, ERR_REFUSED, "media.twins", "a", label, NULL);
	}
	*which = m.label - 'A';
	if (join(j, &m, abandon, lines, e) == -1) {
		volume_close(&m);
		return -1;
	}
	return 0;
}
