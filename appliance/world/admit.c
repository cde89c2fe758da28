/* SPDX-License-Identifier: MIT */
/*
 * A new medium for a volume that lost one: everything is copied to it, read
 * back and compared, and only then it gets its number.  Invariant: a medium
 * counts when an entry names its number (genesis, media.add); one that was
 * made and has no such entry is none, wherever the power went.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/world/volume.h"

static const char *const FOLDERS[] = { "objects", "tokens", "notes" };
static const char *const FILES[] = { "FORMAT.txt", "verify.sh" };

/* Does an entry of these lines name the number?  They are ours alone. */
static bool
names(const uint8_t *log, size_t len, const char *uuid)
{
	char quoted[JOURNAL_UUID + 2];
	int n = snprintf(quoted, sizeof(quoted), "\"%s\"", uuid);

	return len > 0 && memmem(log, len, quoted, (size_t)n) != NULL;
}

/* The first line says on which media the volume was made. */
static bool
names_media(const uint8_t *log, size_t len)
{
	static const char GENESIS[] = "\"ev\":\"genesis\"";
	static const char MEDIA[] = "\"media\":[\"";
	const uint8_t *nl = len > 0 ? memchr(log, '\n', len) : NULL;
	size_t n = nl != NULL ? (size_t)(nl - log) : 0;

	return n > 0 && memmem(log, n, GENESIS, sizeof(GENESIS) - 1) != NULL &&
	    memmem(log, n, MEDIA, sizeof(MEDIA) - 1) != NULL;
}

bool
volume_stranger(const struct medium *m, const uint8_t *a, size_t a_len,
    const uint8_t *b, size_t b_len)
{
	return m->of == 2 && (names_media(a, a_len) || names_media(b, b_len)) &&
	    !names(a, a_len, m->uuid) && !names(b, b_len, m->uuid);
}

/* Where everything comes from. */
static const struct medium *
source(const struct journal *j)
{
	return &j->medium[j->medium[0].state == MEDIUM_GOOD ? 0 : 1];
}

int
journal_number(char uuid[static JOURNAL_UUID], struct err *e)
{
	if (volume_number(uuid) == 0)
		return 0;
	return volume_path_failed("-", "getrandom", e);
}

enum journal_place
journal_look(const struct journal *j, const char *dir)
{
	struct buf lines = BUF_INIT;
	enum journal_place is = PLACE_TAKEN;
	char uuid[JOURNAL_UUID];

	switch (volume_look(dir, uuid, &lines)) {
	case VOLUME_NONE:
		is = PLACE_NONE;
		break;
	case VOLUME_FREE:
		is = PLACE_FREE;
		break;
	case VOLUME_LINES:
		if (lines.len <= j->log.len &&
		    memcmp(lines.data, j->log.data, lines.len) == 0)
			is = PLACE_BEGUN;
		break;
	case VOLUME_TAKEN:
		break;
	}
	/* It is in the volume: it comes back as what it is. */
	if (uuid[0] != '\0' && names(j->log.data, j->log.len, uuid))
		is = PLACE_TAKEN;
	buf_free(&lines);
	return is;
}

/* ---------------------------------------------------------------- copied */

struct pair {
	const struct medium *from, *to;
	const char *folder, *differs;
	char name[128];
};

static int
copy_file(void *arg, const char *name)
{
	struct pair *p = arg;
	struct buf b = BUF_INIT;
	int ret = volume_get(p->from, p->folder, name, JOURNAL_OBJECT_MAX, &b);

	if (ret == 0)
		ret = volume_put(p->to, p->folder, name, b.data, b.len);
	buf_free(&b);
	return ret;
}

/* One that the volume had when a copy was begun, and has not any more. */
static int
find_extra(void *arg, const char *name)
{
	struct pair *p = arg;
	struct buf b = BUF_INIT;
	int there =
	    volume_get(p->from, p->folder, name, JOURNAL_OBJECT_MAX, &b);

	buf_free(&b);
	snprintf(p->name, sizeof(p->name), "%.127s", name);
	return there == 0 ? 0 : 1;
}

static int
remove_extra(struct pair *p)
{
	int ret;

	while ((ret = volume_list(p->to, p->folder, find_extra, p)) == 1)
		if (volume_remove(p->to, p->folder, p->name) == -1)
			return -1;
	return ret;
}

static int
copy_lines(const struct journal *j, const struct medium *to)
{
	size_t at = 0;

	while (at < j->log.len) {
		ssize_t n = pwrite(
		    to->log, j->log.data + at, j->log.len - at, (off_t)at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (n == 0)
				errno = ENOSPC;
			return -1;
		}
		at += (size_t)n;
	}
	if (ftruncate(to->log, (off_t)j->log.len) == -1)
		return -1;
	return fdatasync(to->log);
}

/* The lines first: whoever finds this knows what it was to be. */
static int
copy_all(const struct journal *j, const struct medium *to)
{
	struct pair p = { .from = source(j), .to = to, .folder = "." };

	if (copy_lines(j, to) == -1)
		return -1;
	for (size_t i = 0; i < sizeof(FILES) / sizeof(*FILES); i++)
		if (copy_file(&p, FILES[i]) == -1)
			return -1;
	for (size_t i = 0; i < sizeof(FOLDERS) / sizeof(*FOLDERS); i++) {
		p.folder = FOLDERS[i];
		if (volume_list(p.from, p.folder, copy_file, &p) == -1 ||
		    remove_extra(&p) == -1)
			return -1;
	}
	return syncfs(to->dir);
}

int
journal_copy(const struct journal *j, const char *dir, struct err *e)
{
	enum journal_place is = journal_look(j, dir);
	struct medium m;
	int ret = 0;

	if (is != PLACE_FREE && is != PLACE_BEGUN)
		return err_set(
		    e, ERR_REFUSED, "media.exists", "label", dir, NULL);
	if (volume_begin(dir, &m, e) == -1)
		return -1;
	if (copy_all(j, &m) == -1)
		ret = volume_path_failed(dir, "copy", e);
	volume_close(&m);
	return ret;
}

/* -------------------------------------------------------------- compared */

static int
compare_file(void *arg, const char *name)
{
	struct pair *p = arg;
	struct buf a = BUF_INIT, b = BUF_INIT;
	uint8_t have[SHA256_LEN], want[SHA256_LEN];
	int ret = 1;

	if (volume_get(p->from, p->folder, name, JOURNAL_OBJECT_MAX, &a) == 0 &&
	    volume_get(p->to, p->folder, name, JOURNAL_OBJECT_MAX, &b) == 0) {
		sha256(want, a.data, a.len);
		sha256(have, b.data, b.len);
		ret = memcmp(want, have, SHA256_LEN) != 0;
	}
	if (ret != 0)
		snprintf(p->name, sizeof(p->name), "%.127s", name);
	buf_free(&a);
	buf_free(&b);
	return ret;
}

/* 0, or 1 and p->name differs. */
static int
compare_all(const struct journal *j, struct medium *to, struct pair *p)
{
	struct buf log = BUF_INIT;
	struct err e;
	int ret;

	snprintf(p->name, sizeof(p->name), "transcript.log");
	ret = volume_log(to, &log, &e) == 0 && log.len == j->log.len &&
		memcmp(log.data, j->log.data, log.len) == 0
	    ? 0
	    : 1;
	buf_free(&log);
	p->folder = ".";
	for (size_t i = 0; ret == 0 && i < sizeof(FILES) / sizeof(*FILES); i++)
		ret = compare_file(p, FILES[i]);
	for (size_t i = 0; ret == 0 && i < sizeof(FOLDERS) / sizeof(*FOLDERS);
	     i++) {
		p->folder = FOLDERS[i];
		snprintf(p->name, sizeof(p->name), "%s", p->folder);
		ret = volume_list(p->from, p->folder, compare_file, p);
		if (ret == 0)
			ret = volume_list(p->to, p->folder, find_extra, p);
	}
	return ret;
}

int
journal_admit(struct journal *j, const char *dir, char label, const char *uuid,
    struct err *e)
{
	struct pair p = { .from = source(j) };
	struct medium m;

	if (volume_reopen(dir, &m, e) == -1)
		return -1;
	p.to = &m;
	if (compare_all(j, &m, &p) != 0) {
		err_set(e, ERR_WORLD, "media.differs", "file", p.name, NULL);
	} else if (volume_name(&m, label, 2, uuid) == -1) {
		volume_path_failed(dir, "MEDIA", e);
	} else {
		memcpy(m.uuid, uuid, JOURNAL_UUID);
		m.label = label;
		m.of = 2;
		m.end = m.size;
		volume_close(&j->medium[label - 'A']);
		j->medium[label - 'A'] = m;
		return 0;
	}
	volume_close(&m);
	return -1;
}

void
journal_leave(struct journal *j, char label)
{
	volume_close(&j->medium[label - 'A']);
}
