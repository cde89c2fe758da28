/* SPDX-License-Identifier: MIT */
/*
 * The journal.  Invariant: what stands in j->log stands on every good
 * medium up to medium.end; a medium whose write or sync failed is never
 * written again.
 */
#include "appliance/world/journal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/world/volume.h"

int
journal_create(const char *const dir[static 2], struct err *e)
{
	int of = dir[1] != NULL ? 2 : 1;

	for (int i = 0; i < of; i++)
		if (volume_create(dir[i], (char)('A' + i), of, e) == -1)
			return -1;
	return 0;
}

bool
journal_unborn(const char *const dir[static 2])
{
	return volume_unborn(dir[0]) &&
	    (dir[1] == NULL || volume_unborn(dir[1]));
}

bool
journal_begun(const char *dir)
{
	return volume_begun(dir);
}

static int
half_alone(const char *label, struct err *e)
{
	return err_set(
	    e, ERR_REFUSED, "media.half-alone", "label", label, NULL);
}

/* The media by their labels; at least one is here.  *half: a copy is that was
 * begun, and has no label yet. */
static int
open_media(const char *const dir[static 2], struct journal *j, bool *half,
    struct err *e)
{
	const char *begun = NULL;
	int here = 0;

	for (int i = 0; i < 2; i++) {
		struct medium m;
		int at;

		if (dir[i] == NULL)
			continue;
		if (volume_begun(dir[i])) {
			begun = dir[i];
			continue;
		}
		if (volume_open(dir[i], &m, e) == -1)
			return -1;
		at = m.label - 'A';
		if (j->medium[at].state != MEDIUM_ABSENT) {
			char label[2] = { m.label, '\0' };

			volume_close(&m);
			return err_set(
			    e, ERR_REFUSED, "media.twins", "a", label, NULL);
		}
		j->medium[at] = m;
		here++;
	}
	*half = begun != NULL;
	if (here == 0 && begun != NULL)
		return half_alone(begun, e);
	if (here == 0)
		return err_set(
		    e, ERR_REFUSED, "media.not-a-volume", "label", "-", NULL);
	return 0;
}

/* The sentence of a verdict that does not open. */
static int
refuse(const struct recovery *r, bool half, struct err *e)
{
	static const char *const LABEL[] = { "A", "B" };

	switch (r->verdict) {
	case RECOVER_ONE:
		return err_set(e, ERR_REFUSED,
		    half ? "media.half" : "media.one-only", "a", LABEL[r->best],
		    "b", LABEL[1 - r->best], NULL);
	case RECOVER_FORK:
		err_set(e, ERR_REFUSED, "media.fork", "a", LABEL[0], "source",
		    LABEL[1], NULL);
		err_arg_int(e, "n", r->fork_n);
		return -1;
	case RECOVER_DAMAGED:
		err_set(e, ERR_REFUSED, "media.damaged", "a", LABEL[r->damaged],
		    NULL);
		err_arg_int(e, "n", r->side[r->damaged].head.n);
		return -1;
	case RECOVER_CLEAN:
	case RECOVER_TORN:
	case RECOVER_MIRROR:
		break;
	}
	return 0;
}

/* What the media say, those that are here. */
static void
judge(struct journal *j, const struct buf log[static 2], bool accept_one,
    struct recovery *found)
{
	static const uint8_t NOTHING[1];
	const uint8_t *p[2] = { NULL, NULL };

	for (int i = 0; i < 2; i++) {
		if (j->medium[i].state == MEDIUM_ABSENT)
			continue;
		p[i] = log[i].data != NULL ? log[i].data : NOTHING;
		if (j->medium[i].of == 1)
			accept_one = true;
	}
	recover_decide(p[0], log[0].len, p[1], log[1].len, accept_one, found);
}

/* A medium that no whole line names is as if it were not here. */
static bool
leave_strangers(
    struct journal *j, struct buf log[static 2], const struct recovery *found)
{
	bool is[2], any = false;

	for (int i = 0; i < 2; i++)
		is[i] = j->medium[i].state != MEDIUM_ABSENT &&
		    volume_stranger(&j->medium[i], log[0].data,
			found->side[0].good, log[1].data, found->side[1].good);
	for (int i = 0; i < 2; i++) {
		if (!is[i])
			continue;
		volume_close(&j->medium[i]);
		buf_free(&log[i]);
		any = true;
	}
	return any;
}

static int
decide(struct journal *j, bool accept_one, bool half, struct recovery *found,
    struct err *e)
{
	struct buf log[2] = { BUF_INIT, BUF_INIT };
	int ret = -1;

	for (int i = 0; i < 2; i++)
		if (j->medium[i].state != MEDIUM_ABSENT &&
		    volume_log(&j->medium[i], &log[i], e) == -1)
			goto out;
	judge(j, log, accept_one, found);
	if (leave_strangers(j, log, found)) {
		half = true;
		if (journal_media(j) == 0) {
			half_alone("-", e);
			goto out;
		}
		judge(j, log, accept_one, found);
	}
	if (!recover_opens(found)) {
		refuse(found, half, e);
		goto out;
	}
	for (int i = 0; i < 2; i++) {
		j->medium[i].end = found->side[i].good;
		buf_add(&j->torn, log[i].data + found->side[i].good,
		    found->side[i].tail);
	}
	buf_add(&j->log, log[found->best].data, found->side[found->best].good);
	ret = 0;
out:
	buf_free(&log[0]);
	buf_free(&log[1]);
	return ret;
}

int
journal_open(const char *const dir[static 2], bool accept_one,
    struct journal **out, struct recovery *found, struct err *e)
{
	struct journal *j = xcalloc(1, sizeof(*j));
	bool half = false;

	memset(found, 0, sizeof(*found));
	for (int i = 0; i < 2; i++)
		j->medium[i].dir = j->medium[i].log = -1;
	if (open_media(dir, j, &half, e) == -1 ||
	    decide(j, accept_one, half, found, e) == -1) {
		journal_close(j);
		return -1;
	}
	*out = j;
	return 0;
}

void
journal_close(struct journal *j)
{
	if (j == NULL)
		return;
	volume_close(&j->medium[0]);
	volume_close(&j->medium[1]);
	buf_free(&j->log);
	buf_free(&j->torn);
	free(j);
}

struct medium_info
journal_medium(const struct journal *j, int which)
{
	const struct medium *m = &j->medium[which];
	struct medium_info info = { .state = m->state };

	info.label[0] = (char)('A' + which);
	memcpy(info.uuid, m->uuid, sizeof(info.uuid));
	return info;
}

int
journal_media(const struct journal *j)
{
	for (int i = 0; i < 2; i++)
		if (j->medium[i].state != MEDIUM_ABSENT)
			return j->medium[i].of;
	return 0;
}

const uint8_t *
journal_log(const struct journal *j, size_t *len)
{
	*len = j->log.len;
	return j->log.data;
}

const struct buf *
journal_torn(const struct journal *j)
{
	return &j->torn;
}

/* j->log from medium.end on, in one write over whatever is torn there. */
static int
write_medium(struct journal *j, struct medium *m)
{
	const uint8_t *p = j->log.data + m->end;
	size_t len = j->log.len - m->end;
	ssize_t n;

	do
		n = pwrite(m->log, p, len, (off_t)m->end);
	while (n == -1 && errno == EINTR);
	if (n != (ssize_t)len) {
		if (n >= 0)
			errno = ENOSPC;
		return -1;
	}
	if (m->size > j->log.len && ftruncate(m->log, (off_t)j->log.len) == -1)
		return -1;
	if (fdatasync(m->log) == -1)
		return -1;
	m->end = m->size = j->log.len;
	return 0;
}

/* Before the first append: what the other medium lacks besides lines. */
static void
mend(struct journal *j)
{
	int from = j->medium[1].end > j->medium[0].end ? 1 : 0;
	struct medium *to = &j->medium[1 - from];

	if (j->mended)
		return;
	j->mended = true;
	if (to->state != MEDIUM_GOOD || j->medium[from].end == to->end)
		return;
	if (volume_copy_missing(j, from, 1 - from) == -1)
		to->state = MEDIUM_RETIRED;
}

int
journal_append(struct journal *j, const void *lines, size_t len, struct err *e)
{
	char label[2] = { '-', '\0' };
	int good = 0;

	if (len == 0 || ((const uint8_t *)lines)[len - 1] != '\n')
		abort();
	if (j->log.len + len > LOG_MAX) {
		err_set(e, ERR_LIMIT, "media.too-big", "what", "transcript.log",
		    NULL);
		err_arg_int(e, "most", (long long)LOG_MAX);
		return -1;
	}
	mend(j);
	buf_add(&j->log, lines, len);
	for (int i = 0; i < 2; i++) {
		struct medium *m = &j->medium[i];

		if (m->state != MEDIUM_GOOD)
			continue;
		label[0] = m->label;
		if (write_medium(j, m) == -1)
			m->state = MEDIUM_RETIRED;
		else
			good++;
	}
	if (good > 0)
		return 0;
	j->log.len -= len;
	return err_set(e, ERR_WORLD, "log.stopped", "a", label, NULL);
}
