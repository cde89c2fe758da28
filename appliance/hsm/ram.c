/* SPDX-License-Identifier: MIT */
/*
 * Token files in memory.  Invariant: nothing is written outside the one
 * directory that ram_make() made, and names come from a checked archive.
 */
#include "appliance/hsm/ram.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/store.h"

#define PREFIX   "tachiai-hsm-"
#define UUID_LEN 36

static int
bad(struct err *e, const char *why)
{
	return err_set(e, ERR_WORLD, "hsm.store", "why", why, NULL);
}

static bool
dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Remove what stands under `dir`, `deep` levels of directories at most. */
static void
empty(int dir, int deep)
{
	int fd = dup(dir);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);
	struct dirent *de;

	if (d == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	rewinddir(d);
	while ((de = readdir(d)) != NULL) {
		int sub;

		if (dots(de->d_name))
			continue;
		if (unlinkat(dir, de->d_name, 0) == 0 || deep == 0)
			continue;
		sub = openat(dir, de->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (sub == -1)
			continue;
		empty(sub, deep - 1);
		close(sub);
		unlinkat(dir, de->d_name, AT_REMOVEDIR);
	}
	closedir(d);
}

/* Directories of programs that are no more: nobody holds their lock. */
static void
remove_left_behind(const char *base)
{
	DIR *d = opendir(base);
	struct dirent *de;

	if (d == NULL)
		return;
	while ((de = readdir(d)) != NULL) {
		int fd;
		struct stat st;

		if (strncmp(de->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		fd = openat(dirfd(d), de->d_name,
		    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd == -1)
			continue;
		if (fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
		    flock(fd, LOCK_EX | LOCK_NB) == 0) {
			empty(fd, 3);
			unlinkat(dirfd(d), de->d_name, AT_REMOVEDIR);
		}
		close(fd);
	}
	closedir(d);
}

/* Ours, locked, and still there: another start may have taken it for one
 * left behind before the lock stood. */
static bool
held(struct ram *r)
{
	struct stat a, b;

	r->fd = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return r->fd != -1 && flock(r->fd, LOCK_EX | LOCK_NB) == 0 &&
	    fstat(r->fd, &a) == 0 && stat(r->dir, &b) == 0 &&
	    a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

int
ram_make(struct ram *r, struct err *e)
{
	static const char *const BASES[] = { "/dev/shm", "/dev/shm", "/dev/shm",
		"/run" };

	for (size_t i = 0; i < sizeof(BASES) / sizeof(BASES[0]); i++) {
		remove_left_behind(BASES[i]);
		snprintf(
		    r->dir, sizeof(r->dir), "%s/" PREFIX "XXXXXX", BASES[i]);
		if (mkdtemp(r->dir) == NULL)
			continue;
		if (held(r))
			return 0;
		ram_remove(r);
	}
	r->dir[0] = '\0';
	return bad(e, strerror(errno));
}

void
ram_remove(struct ram *r)
{
	if (r->dir[0] == '\0')
		return;
	if (r->fd != -1) {
		empty(r->fd, 3);
		rmdir(r->dir);
		close(r->fd);
	}
	r->fd = -1;
	r->dir[0] = '\0';
}

/* The name without its dashes ends with the serial number. */
static bool
serial_of(const char *uuid, const char *serial)
{
	char hex[UUID_LEN + 1];
	size_t n = 0, len = strlen(serial);

	if (strlen(uuid) != UUID_LEN)
		return false;
	for (size_t i = 0; i < UUID_LEN; i++) {
		if (uuid[i] != '-')
			hex[n++] = uuid[i];
	}
	hex[n] = '\0';
	return len > 0 && len <= n && strcmp(hex + n - len, serial) == 0;
}

static int
read_file(int dir, const char *name, struct buf *all, struct err *e)
{
	uint8_t part[65536];
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n = -1;

	if (fd == -1)
		return bad(e, strerror(errno));
	while ((n = read(fd, part, sizeof(part))) > 0 &&
	    all->len <= STORE_FILE_MAX)
		buf_add(all, part, (size_t)n);
	close(fd);
	if (n == -1)
		return bad(e, strerror(errno));
	return all->len != 0 ? 0 : bad(e, "an empty file");
}

static int
add_file(
    struct store *s, int dir, const char *uuid, const char *name, struct err *e)
{
	char path[2 * 256 + 2];
	struct buf all = BUF_INIT;
	int r = read_file(dir, name, &all, e);

	snprintf(path, sizeof(path), "%s%s%s", uuid, uuid[0] != '\0' ? "/" : "",
	    name);
	if (r == 0)
		r = store_add(s, path, all.data, all.len, e);
	buf_free(&all);
	return r;
}

static int
add_files(struct store *s, int dir, const char *uuid, struct err *e)
{
	int copy = dup(dir);
	DIR *d = copy == -1 ? NULL : fdopendir(copy);
	struct dirent *de;
	int r = 0;

	if (d == NULL)
		return bad(e, strerror(errno));
	while (r == 0 && (de = readdir(d)) != NULL) {
		size_t len = strlen(de->d_name);

		/* Locks are made again when they are wanted. */
		if (dots(de->d_name) ||
		    (len > 5 && strcmp(de->d_name + len - 5, ".lock") == 0))
			continue;
		r = add_file(s, dir, uuid, de->d_name, e);
	}
	closedir(d);
	return r;
}

/* The directory of tokens, or -1. */
static int
tokens(const struct ram *r, struct err *e)
{
	int fd = openat(r->fd, "tokens", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return bad(e, strerror(errno));
	return fd;
}

/* The one file of every token. */
static int
export_file(
    const struct ram *r, const char *file, struct buf *archive, struct err *e)
{
	struct store s = STORE_INIT;
	int ret = add_file(&s, r->fd, "", file, e);

	if (ret == 0)
		store_pack(&s, archive);
	store_free(&s);
	return ret;
}

static int
export_folder(
    const struct ram *r, const char *serial, struct buf *archive, struct err *e)
{
	struct store s = STORE_INIT;
	char uuid[UUID_LEN + 1] = "";
	struct dirent *de;
	int fd = tokens(r, e), sub, ret = -1;
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL)
		return fd == -1 ? -1 : bad(e, strerror(errno));
	while ((de = readdir(d)) != NULL) {
		if (serial_of(de->d_name, serial))
			memcpy(uuid, de->d_name, sizeof(uuid));
	}
	if (uuid[0] == '\0') {
		bad(e, "not there");
		goto out;
	}
	sub = openat(
	    dirfd(d), uuid, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub == -1) {
		bad(e, strerror(errno));
		goto out;
	}
	ret = add_files(&s, sub, uuid, e);
	close(sub);
	if (ret == 0)
		store_pack(&s, archive);
out:
	closedir(d);
	store_free(&s);
	return ret;
}

int
ram_export(const struct ram *r, const char *file, const char *serial,
    struct buf *archive, struct err *e)
{
	return file != NULL ? export_file(r, file, archive, e)
			    : export_folder(r, serial, archive, e);
}

/* All files belong to one token, whose name is a uuid. */
static int
check_names(
    const struct store *s, char uuid[static UUID_LEN + 1], struct err *e)
{
	if (s->n == 0)
		return bad(e, "no file");
	for (size_t i = 0; i < s->n; i++) {
		const char *slash = strchr(s->file[i].name, '/');

		if (slash == NULL || slash - s->file[i].name != UUID_LEN ||
		    strspn(s->file[i].name, "0123456789abcdef-") != UUID_LEN ||
		    memcmp(s->file[i].name, s->file[0].name, UUID_LEN) != 0)
			return bad(e, "name");
		if (s->file[i].bytes.len == 0)
			return bad(e, "an empty file");
	}
	memcpy(uuid, s->file[0].name, UUID_LEN);
	uuid[UUID_LEN] = '\0';
	return 0;
}

static int
write_file(int dir, const char *name, const struct buf *b, struct err *e)
{
	int fd =
	    openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t done = 0;

	if (fd == -1)
		return bad(e, strerror(errno));
	while (done < b->len) {
		ssize_t n = write(fd, b->data + done, b->len - done);

		if (n <= 0) {
			close(fd);
			return bad(e, strerror(errno));
		}
		done += (size_t)n;
	}
	return close(fd) == 0 ? 0 : bad(e, strerror(errno));
}

/*
 * How often an SQLite database was changed (its file format, 1.3.7).  Each
 * archive of one file is a later state of the same, made when one of its
 * tokens was: the latest has everything that the others have.
 */
static bool
changes(const struct buf *b, uint32_t *n)
{
	static const char MAGIC[16] = "SQLite format 3";

	if (b->len < 100 || memcmp(b->data, MAGIC, sizeof(MAGIC)) != 0)
		return false;
	*n = (uint32_t)b->data[24] << 24 | (uint32_t)b->data[25] << 16 |
	    (uint32_t)b->data[26] << 8 | b->data[27];
	return true;
}

static int
import_file(
    const struct ram *r, const char *file, const struct store *s, struct err *e)
{
	struct buf here = BUF_INIT;
	struct err none = { 0 };
	uint32_t old = 0, new = 0;
	bool later;

	if (s->n != 1 || strcmp(s->file[0].name, file) != 0)
		return bad(e, "name");
	if (!changes(&s->file[0].bytes, &new))
		return bad(e, "no database");
	later = read_file(r->fd, file, &here, &none) == -1 ||
	    !changes(&here, &old) || new > old;
	buf_free(&here);
	if (!later)
		return 0;
	if (unlinkat(r->fd, file, 0) == -1 && errno != ENOENT)
		return bad(e, strerror(errno));
	return write_file(r->fd, file, &s->file[0].bytes, e);
}

static int
import_folder(const struct ram *r, const struct store *s, struct err *e)
{
	char uuid[UUID_LEN + 1];
	int fd = -1, sub = -1, ret = -1;

	if (check_names(s, uuid, e) == -1)
		goto out;
	fd = tokens(r, e);
	if (fd == -1)
		goto out;
	if (mkdirat(fd, uuid, 0700) == -1 && errno != EEXIST) {
		bad(e, strerror(errno));
		goto out;
	}
	sub = openat(fd, uuid, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sub == -1) {
		bad(e, strerror(errno));
		goto out;
	}
	empty(sub, 0);
	ret = 0;
	for (size_t i = 0; ret == 0 && i < s->n; i++)
		ret = write_file(
		    sub, s->file[i].name + UUID_LEN + 1, &s->file[i].bytes, e);
out:
	if (sub != -1)
		close(sub);
	if (fd != -1)
		close(fd);
	return ret;
}

int
ram_import(const struct ram *r, const char *file, const uint8_t *archive,
    size_t len, struct err *e)
{
	struct store s = STORE_INIT;
	int ret = store_unpack(archive, len, &s, e);

	if (ret == 0)
		ret = file != NULL ? import_file(r, file, &s, e)
				   : import_folder(r, &s, e);
	store_free(&s);
	return ret;
}
