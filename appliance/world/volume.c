/* SPDX-License-Identifier: MIT */
/*
 * One medium.  Invariant: a file has its name only when it is whole and
 * synced, and a folder is a medium only when MEDIA stands in it, which is
 * written last.
 */
#include "appliance/world/volume.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int
volume_failed(const struct medium *m, const char *what, struct err *e)
{
	char label[2] = { m->label != '\0' ? m->label : '-', '\0' };

	return err_set(e, ERR_WORLD, "media.io", "a", label, "what", what,
	    "why", strerrordesc_np(errno), NULL);
}

int
volume_path_failed(const char *path, const char *what, struct err *e)
{
	return err_set(e, ERR_WORLD, "media.io", "a", path, "what", what, "why",
	    strerrordesc_np(errno), NULL);
}

/* All of it in one write; a short one is a failure, never continued. */
static int
write_whole(int fd, const void *p, size_t len)
{
	ssize_t n;

	if (len == 0)
		return 0;
	do
		n = write(fd, p, len);
	while (n == -1 && errno == EINTR);
	if (n == (ssize_t)len)
		return 0;
	if (n >= 0)
		errno = ENOSPC;
	return -1;
}

static int
put_at(int dir, const char *name, mode_t mode, const void *p, size_t len)
{
	char temp[128];
	int fd, ret = -1;

	snprintf(temp, sizeof(temp), ".%s.new", name);
	fd = openat(dir, temp,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd == -1)
		return -1;
	if (write_whole(fd, p, len) == 0 && fsync(fd) == 0)
		ret = 0;
	if (close(fd) == -1)
		ret = -1;
	if (ret == -1)
		return -1;
	if (renameat(dir, temp, dir, name) == -1 || fsync(dir) == -1)
		return -1;
	return 0;
}

/* One file of a volume is run, by hand; one never changes. */
static mode_t
mode_of(const char *name)
{
	if (strcmp(name, "verify.sh") == 0)
		return 0755;
	return strcmp(name, "MEDIA") == 0 ? 0444 : 0644;
}

static int
open_folder(const struct medium *m, const char *folder)
{
	return openat(
	    m->dir, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

int
volume_put(const struct medium *m, const char *folder, const char *name,
    const void *p, size_t len)
{
	mode_t mode = mode_of(name);
	int dir = open_folder(m, folder), ret, saved;

	if (dir == -1)
		return -1;
	ret = put_at(dir, name, mode, p, len);
	saved = errno;
	close(dir);
	errno = saved;
	return ret;
}

/* The whole of an open file, at most `max` bytes. */
static int
read_whole(int fd, size_t max, struct buf *out)
{
	uint8_t *part = xmalloc(1 << 16);
	ssize_t n;

	for (;;) {
		n = read(fd, part, 1 << 16);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		if (out->len + (size_t)n > max) {
			errno = EFBIG;
			n = -1;
			break;
		}
		buf_add(out, part, (size_t)n);
	}
	free(part);
	return n == 0 ? 0 : -1;
}

int
volume_get(const struct medium *m, const char *folder, const char *name,
    size_t max, struct buf *out)
{
	int dir = open_folder(m, folder), fd, ret;

	if (dir == -1)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	close(dir);
	if (fd == -1)
		return -1;
	/* What the medium has, not what an earlier write left behind. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	buf_reset(out);
	ret = read_whole(fd, max, out);
	close(fd);
	return ret;
}

int
volume_remove(const struct medium *m, const char *folder, const char *name)
{
	int dir = open_folder(m, folder), ret;

	if (dir == -1)
		return -1;
	ret = unlinkat(dir, name, 0);
	if (ret == 0)
		ret = fsync(dir);
	close(dir);
	return ret;
}

int
volume_list(
    const struct medium *m, const char *folder, volume_name_fn *fn, void *arg)
{
	int fd = open_folder(m, folder), ret = 0;
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *de;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	while (ret == 0 && (de = readdir(d)) != NULL)
		if (de->d_name[0] != '.')
			ret = fn(arg, de->d_name);
	closedir(d);
	return ret;
}

static bool
uuid_good(const char *s)
{
	for (size_t i = 0; i < JOURNAL_UUID - 1; i++)
		if (i == 8 || i == 13 || i == 18 || i == 23
			? s[i] != '-'
			: strchr("0123456789abcdef", s[i]) == NULL ||
			    s[i] == '\0')
			return false;
	return true;
}

/* "<uuid> <label> of <media>\n" and no other byte. */
int
volume_read_media(struct medium *m)
{
	struct buf b = BUF_INIT;
	const char *s;
	int fd, ret = -1;

	fd = openat(m->dir, "MEDIA", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return -1;
	if (read_whole(fd, 64, &b) == -1 || b.len != JOURNAL_UUID + 7)
		goto out;
	s = buf_cstr(&b);
	if (!uuid_good(s) || s[36] != ' ' || (s[37] != 'A' && s[37] != 'B') ||
	    strncmp(s + 38, " of ", 4) != 0 || (s[42] != '1' && s[42] != '2') ||
	    s[43] != '\n')
		goto out;
	memcpy(m->uuid, s, JOURNAL_UUID - 1);
	m->uuid[JOURNAL_UUID - 1] = '\0';
	m->label = s[37];
	m->of = s[42] - '0';
	ret = 0;
out:
	close(fd);
	buf_free(&b);
	return ret;
}

/* Its transcript, locked; what it has is read off the medium. */
static int
open_log(struct medium *m, struct err *e)
{
	struct stat st;

	m->log =
	    openat(m->dir, "transcript.log", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (m->log == -1 || fstat(m->log, &st) == -1)
		return volume_failed(m, "transcript.log", e);
	if (flock(m->log, LOCK_EX | LOCK_NB) == -1)
		return err_set(e, ERR_REFUSED, "media.busy", NULL);
	/* Read what the medium has, not what an earlier write left behind. */
	(void)posix_fadvise(m->log, 0, 0, POSIX_FADV_DONTNEED);
	m->size = (size_t)st.st_size;
	m->state = MEDIUM_GOOD;
	return 0;
}

void
volume_open_dir(const char *path, struct medium *m)
{
	memset(m, 0, sizeof(*m));
	m->log = -1;
	m->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
volume_open(const char *path, struct medium *m, struct err *e)
{
	volume_open_dir(path, m);
	if (m->dir == -1 || volume_read_media(m) == -1)
		err_set(
		    e, ERR_REFUSED, "media.not-a-volume", "label", path, NULL);
	else if (open_log(m, e) == 0)
		return 0;
	volume_close(m);
	return -1;
}

int
volume_begin(const char *path, struct medium *m, struct err *e)
{
	int fd = -1;

	volume_open_dir(path, m);
	if (m->dir != -1 &&
	    (unlinkat(m->dir, "MEDIA", 0) == 0 || errno == ENOENT) &&
	    volume_folders(m) == 0)
		fd = openat(m->dir, "transcript.log",
		    O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (fd == -1 || fsync(m->dir) == -1) {
		volume_path_failed(path, "write", e);
		if (fd != -1)
			close(fd);
		volume_close(m);
		return -1;
	}
	close(fd);
	if (open_log(m, e) == 0)
		return 0;
	volume_close(m);
	return -1;
}

int
volume_reopen(const char *path, struct medium *m, struct err *e)
{
	volume_open_dir(path, m);
	if (m->dir == -1)
		volume_path_failed(path, "open", e);
	else if (open_log(m, e) == 0)
		return 0;
	volume_close(m);
	return -1;
}

void
volume_close(struct medium *m)
{
	if (m->log != -1)
		close(m->log);
	if (m->dir != -1)
		close(m->dir);
	memset(m, 0, sizeof(*m));
	m->log = m->dir = -1;
}

int
volume_log(struct medium *m, struct buf *out, struct err *e)
{
	uint8_t *part;
	ssize_t n;
	size_t at = 0;

	if (m->size > LOG_MAX) {
		err_set(e, ERR_LIMIT, "media.too-big", "what", "transcript.log",
		    NULL);
		err_arg_int(e, "most", (long long)LOG_MAX);
		return -1;
	}
	part = xmalloc(1 << 16);
	while (at < m->size) {
		n = pread(m->log, part, 1 << 16, (off_t)at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_add(out, part, (size_t)n);
		at += (size_t)n;
	}
	free(part);
	if (at < m->size)
		return volume_failed(m, "read", e);
	return 0;
}

int
volume_put_aside(struct medium *m, int64_t entries)
{
	char name[64];

	snprintf(name, sizeof(name), "abandoned-%lld.log", (long long)entries);
	if (renameat(m->dir, "transcript.log", m->dir, name) == -1 ||
	    put_at(m->dir, "transcript.log", 0644, "", 0) == -1)
		return -1;
	close(m->log);
	m->log =
	    openat(m->dir, "transcript.log", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (m->log == -1 || flock(m->log, LOCK_EX | LOCK_NB) == -1)
		return -1;
	m->size = 0;
	return 0;
}
