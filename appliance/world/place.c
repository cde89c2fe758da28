/* SPDX-License-Identifier: MIT */
/*
 * What stands in a folder, and how it becomes a medium.  Invariant: whatever
 * has a byte that is not ours is left alone, and MEDIA is written last.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/volume.h"

static const char *const FOLDERS[] = { "objects", "notes", "tokens" };

/* RFC 9562 version 4. */
int
volume_number(char out[static JOURNAL_UUID])
{
	uint8_t r[16];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r))
		return -1;
	r[6] = (uint8_t)((r[6] & 0x0f) | 0x40);
	r[8] = (uint8_t)((r[8] & 0x3f) | 0x80);
	snprintf(out, JOURNAL_UUID,
	    "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x-%02x%02x%02x%02x%02x%02x",
	    r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10],
	    r[11], r[12], r[13], r[14], r[15]);
	return 0;
}

/* Is this of ours, or what an interrupted write of it leaves? */
static bool
is_ours(const char *name)
{
	static const char *const NAMES[] = { ".", "..", "lost+found",
		"FORMAT.txt", "verify.sh", "transcript.log", "MEDIA",
		".FORMAT.txt.new", ".verify.sh.new", ".transcript.log.new",
		".MEDIA.new" };

	for (size_t i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]); i++)
		if (strcmp(name, FOLDERS[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++)
		if (strcmp(name, NAMES[i]) == 0)
			return true;
	return false;
}

static bool
only_ours(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *de;
	bool yes = true;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return false;
	}
	while ((de = readdir(d)) != NULL)
		yes &= is_ours(de->d_name);
	closedir(d);
	return yes;
}

/* Bytes of the transcript; 0 where there is none, -1 what is no file. */
static off_t
lines_in(int dir)
{
	struct stat st;

	if (fstatat(dir, "transcript.log", &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	return S_ISREG(st.st_mode) ? st.st_size : -1;
}

/* Nothing, or no more than an interrupted creation leaves. */
static bool
is_free(int dir)
{
	return only_ours(dir) && lines_in(dir) == 0 &&
	    faccessat(dir, "MEDIA", F_OK, AT_SYMLINK_NOFOLLOW) == -1;
}

int
volume_folders(const struct medium *m)
{
	for (size_t i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]); i++)
		if (mkdirat(m->dir, FOLDERS[i], 0755) == -1 && errno != EEXIST)
			return -1;
	return 0;
}

int
volume_name(const struct medium *m, char label, int of, const char *uuid)
{
	char media[64];
	int n =
	    snprintf(media, sizeof(media), "%s %c of %d\n", uuid, label, of);

	return volume_put(m, ".", "MEDIA", media, (size_t)n);
}

static int
fill(int dir, char label, int of)
{
	const struct medium m = { .dir = dir };
	char uuid[JOURNAL_UUID];
	const uint8_t *p;
	size_t len;

	if (volume_folders(&m) == -1)
		return -1;
	p = journal_format_txt(&len);
	if (volume_put(&m, ".", "FORMAT.txt", p, len) == -1)
		return -1;
	p = journal_verify_sh(&len);
	if (volume_put(&m, ".", "verify.sh", p, len) == -1 ||
	    volume_put(&m, ".", "transcript.log", "", 0) == -1 ||
	    volume_number(uuid) == -1)
		return -1;
	return volume_name(&m, label, of, uuid);
}

/* A medium on which no line ever stood; its label and number are in *m. */
static bool
is_blank(int dir, struct medium *m)
{
	m->dir = dir;
	return volume_read_media(m) == 0 && lines_in(dir) == 0 &&
	    faccessat(dir, "transcript.log", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
volume_begun(const char *path)
{
	struct medium m = { .log = -1 };
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool yes;

	if (dir == -1)
		return false;
	m.dir = dir;
	yes =
	    lines_in(dir) > 0 && only_ours(dir) && volume_read_media(&m) == -1;
	close(dir);
	return yes;
}

bool
volume_unborn(const char *path)
{
	struct medium m = { .log = -1 };
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool yes;

	if (dir == -1)
		return errno == ENOENT;
	yes = is_free(dir) || is_blank(dir, &m);
	close(dir);
	return yes;
}

int
volume_create(const char *path, char label, int of, struct err *e)
{
	struct medium m = { .log = -1 };
	int dir, ret = 0;

	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		return volume_path_failed(path, "mkdir", e);
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir == -1)
		return volume_path_failed(path, "open", e);
	if (is_free(dir)) {
		ret = fill(dir, label, of);
		if (ret == -1)
			volume_path_failed(path, "write", e);
	} else if (!is_blank(dir, &m) || m.label != label || m.of != of) {
		ret = err_set(
		    e, ERR_REFUSED, "media.exists", "label", path, NULL);
	}
	close(dir);
	return ret;
}

enum volume_place
volume_look(const char *path, char uuid[static JOURNAL_UUID], struct buf *lines)
{
	enum volume_place is = VOLUME_TAKEN;
	struct medium m;
	off_t len;

	uuid[0] = '\0';
	volume_open_dir(path, &m);
	if (m.dir == -1)
		return errno == ENOENT ? VOLUME_NONE : VOLUME_TAKEN;
	len = lines_in(m.dir);
	if (len == -1 || !only_ours(m.dir) || (size_t)len > LOG_MAX)
		goto out;
	if (volume_read_media(&m) == 0)
		memcpy(uuid, m.uuid, JOURNAL_UUID);
	else if (faccessat(m.dir, "MEDIA", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		goto out;
	if (len == 0)
		is = VOLUME_FREE;
	else if (volume_get(&m, ".", "transcript.log", LOG_MAX, lines) == 0)
		is = VOLUME_LINES;
out:
	volume_close(&m);
	return is;
}
