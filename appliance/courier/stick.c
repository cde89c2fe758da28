/* SPDX-License-Identifier: MIT */
/*
 * Sticks.  Invariant: the directory is opened anew for every act, and every
 * file by openat() without following links, so what is read is what stands
 * on the medium at that moment under that very name.
 */
#include "appliance/courier/stick.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "appliance/courier/keeper.h"
#include "appliance/world/write.h"
#include "ceremony/base/utf8.h"

#define LABEL_FILE ".stick"
#define LABEL_MAX  ((size_t)1024)
#define NAME_BYTES                                             \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789._-"

bool
stick_name_ok(const char *name)
{
	size_t n = strspn(name, NAME_BYTES);

	return n > 0 && n <= STICK_NAME_MAX && name[n] == '\0' &&
	    name[0] != '.';
}

static int
open_dir(const struct stick *s)
{
	if (s->dir == NULL)
		return -1;
	return open(s->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
absent(const struct stick *s, struct err *e)
{
	return err_set(e, ERR_REFUSED, "media.absent", "label", s->name, NULL);
}

static int
contents(const struct stick *s, const char *what, struct err *e)
{
	return err_set(e, ERR_REFUSED, "media.contents", "label", s->name,
	    "what", what, NULL);
}

/* `dir` is its folder as it was opened, or -1. */
static int
pulled(const struct stick *s, int dir, struct err *e)
{
	const char *id = errno == EIO && keeper_here(s, dir) ? "media.broken"
							     : "media.pulled";

	return err_set(e, ERR_WORLD, id, "label", s->name, NULL);
}

/* What a thing that is no plain file is called in a sentence. */
static const char *
kind_of(mode_t mode)
{
	if (S_ISLNK(mode))
		return "a link";
	if (S_ISFIFO(mode))
		return "a pipe";
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISCHR(mode) || S_ISBLK(mode))
		return "a device";
	return "what is no file";
}

/*
 * Open one plain file for reading.  O_NONBLOCK, because opening a pipe
 * would wait for somebody to write.
 */
static int
open_plain(int dir, const char *file, int flags, struct stat *st)
{
	int fd = openat(
	    dir, file, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);

	if (fd == -1)
		return -1;
	if (fstat(fd, st) == -1 || !S_ISREG(st->st_mode)) {
		close(fd);
		errno = ELOOP;
		return -1;
	}
	return fd;
}

/* At most `max` bytes; 1 when there is more, -1 with errno. */
static int
read_plain(int fd, size_t max, struct buf *out)
{
	uint8_t chunk[1 << 14];

	/* From the medium, not from what is remembered of it. */
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			return 0;
		if ((size_t)n > max - out->len)
			return 1;
		buf_add(out, chunk, (size_t)n);
	}
}

/* `label` or `serial` of the stick's own card; "" when it has none. */
static void
card_line(const struct buf *card, const char *key, char *out, size_t size)
{
	const char *p = buf_cstr(card);
	size_t klen = strlen(key);

	out[0] = '\0';
	while (*p != '\0') {
		size_t n = strcspn(p, "\n");

		if (n > klen && strncmp(p, key, klen) == 0 && p[klen] == ' ') {
			utf8_printable(out, size, p + klen + 1, n - klen - 1);
			return;
		}
		p += n + (p[n] == '\n');
	}
}

/* A write-protect switch shows as a file system, or a mode, without w. */
static bool
writable(int dir, const struct statvfs *v)
{
	struct stat st;

	return (v->f_flag & ST_RDONLY) == 0 && fstat(dir, &st) == 0 &&
	    (st.st_mode & 0222) != 0 &&
	    faccessat(dir, ".", W_OK, AT_EACCESS) == 0;
}

static int64_t
room(const struct statvfs *v)
{
	uint64_t blocks = v->f_bavail, size = v->f_frsize;

	if (size != 0 && blocks > (uint64_t)JSON_INT_MAX / size)
		return JSON_INT_MAX;
	return (int64_t)(blocks * size);
}

struct json *
stick_describe(const struct stick *s)
{
	struct json *j = json_new_obj();
	struct buf card = BUF_INIT;
	struct statvfs v;
	struct stat st;
	char label[65], serial[65];
	int dir = open_dir(s), fd = -1;

	memset(&v, 0, sizeof(v));
	if (dir != -1 && fstatvfs(dir, &v) == -1)
		v.f_flag = ST_RDONLY;
	/* A mounted stick does not say itself which one it is. */
	if (dir != -1 && s->keeper == 0)
		fd = open_plain(dir, LABEL_FILE, O_NOFOLLOW, &st);
	if (fd != -1) {
		(void)read_plain(fd, LABEL_MAX, &card);
		close(fd);
	}
	card_line(&card, "label", label, sizeof(label));
	card_line(&card, "serial", serial, sizeof(serial));
	if (s->keeper != 0)
		memcpy(serial, s->serial, sizeof(s->serial));
	json_set_str(j, "name", s->name);
	json_set_str(j, "label", label[0] != '\0' ? label : s->name);
	json_set_str(j, "serial", serial);
	json_set_int(j, "here", dir != -1 || s->overlays != 0);
	json_set_int(j, "writable",
	    dir != -1 && (s->keeper != 0 ? !s->protect : writable(dir, &v)));
	json_set_int(j, "free", dir != -1 ? room(&v) : 0);
	buf_free(&card);
	if (dir != -1)
		close(dir);
	return j;
}

static const struct stick_overlay *
overlay(const struct stick *s, const char *file)
{
	for (size_t i = 0; i < s->overlays; i++)
		if (strcmp(s->overlay[i].name, file) == 0)
			return &s->overlay[i];
	return NULL;
}

struct found {
	char name[STICK_NAME_MAX + 1];
	int64_t size;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct found *)a)->name, ((const struct found *)b)->name);
}

/* One more thing in the directory; folders and dot files are passed over. */
static int
look_at(const struct stick *s, int dir, const char *name, struct found *f,
    size_t *n, struct err *e)
{
	char what[200], shown[65];
	struct stat st;

	if (name[0] == '.' || overlay(s, name) != NULL)
		return 0;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return pulled(s, dir, e);
	if (S_ISDIR(st.st_mode))
		return 0;
	/* A name may hold anything, and what is said of it may not. */
	utf8_printable(shown, sizeof(shown), name, strlen(name));
	if (!S_ISREG(st.st_mode)) {
		snprintf(
		    what, sizeof(what), "%s (%s)", kind_of(st.st_mode), shown);
		return contents(s, what, e);
	}
	if (!stick_name_ok(name)) {
		snprintf(what, sizeof(what), "the name \"%s\"", shown);
		return contents(s, what, e);
	}
	if (*n == STICK_FILES_MAX)
		return contents(s, "more than 64 files", e);
	memcpy(f[*n].name, name, strlen(name) + 1); /* stick_name_ok() */
	f[(*n)++].size = st.st_size;
	return 0;
}

static int
overlay_sizes(const struct stick *s, struct found *f, size_t *n, struct err *e)
{
	for (size_t i = 0; i < s->overlays; i++) {
		struct stat st;

		if (stat(s->overlay[i].path, &st) == -1)
			return err_set(e, ERR_REFUSED, "media.no-file", "label",
			    s->name, "file", s->overlay[i].path, NULL);
		snprintf(
		    f[*n].name, sizeof(f[*n].name), "%s", s->overlay[i].name);
		f[(*n)++].size = st.st_size;
	}
	return 0;
}

int
stick_files(const struct stick *s, struct json **out, struct err *e)
{
	struct found f[STICK_FILES_MAX + STICK_OVERLAY];
	struct json *list = NULL;
	int fd = open_dir(s), ret = -1;
	struct dirent *d;
	DIR *dir = NULL;
	size_t n = 0, seen = 0;

	if (fd == -1 && s->overlays == 0)
		return absent(s, e);
	if (fd != -1 && (dir = fdopendir(fd)) == NULL) {
		pulled(s, fd, e);
		close(fd);
		return -1;
	}
	while (dir != NULL) {
		errno = 0;
		d = readdir(dir);
		if (d == NULL && errno != 0) {
			pulled(s, fd, e);
			goto out;
		}
		if (d == NULL)
			break;
		if (++seen > STICK_LOOK_MAX) {
			contents(s, "more than 1024 things", e);
			goto out;
		}
		if (look_at(s, fd, d->d_name, f, &n, e) == -1)
			goto out;
	}
	/* A FAT that was pulled has no names at all. */
	if (dir != NULL && n == 0 && !keeper_here(s, fd)) {
		absent(s, e);
		goto out;
	}
	if (overlay_sizes(s, f, &n, e) == -1)
		goto out;
	qsort(f, n, sizeof(*f), by_name);
	list = json_new_arr();
	for (size_t i = 0; i < n; i++) {
		struct json *j = json_add(list, json_new_obj());

		json_set_str(j, "name", f[i].name);
		json_set_int(j, "size", f[i].size);
	}
	*out = list;
	ret = 0;
out:
	if (dir != NULL)
		closedir(dir);
	return ret;
}

/* Why openat() of a file failed, in the person's words. */
static int
no_file(const struct stick *s, int dir, const char *file, struct err *e)
{
	struct stat st;

	if (errno == ELOOP)
		return contents(s, "a link, a pipe or a device", e);
	/* Or the whole stick is gone. */
	if (errno == ENOENT)
		return dir != -1 && !keeper_here(s, dir)
		    ? absent(s, e)
		    : err_set(e, ERR_REFUSED, "media.no-file", "label", s->name,
			  "file", file, NULL);
	if (errno != EACCES)
		return pulled(s, dir, e);
	/* A device on a medium is not even opened. */
	if (dir != -1 && fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(st.st_mode))
		return contents(s, kind_of(st.st_mode), e);
	return contents(s, "a file that is another user's", e);
}

int
stick_read(const struct stick *s, const char *file, size_t max, struct buf *out,
    struct err *e)
{
	const struct stick_overlay *o = overlay(s, file);
	struct buf bytes = BUF_INIT;
	int dir = -1, fd = -1, ret = -1, r;
	struct stat st;

	if (!stick_name_ok(file)) {
		contents(s, "a name that is not plain", e);
		goto out;
	}
	if (o != NULL) {
		fd = open_plain(AT_FDCWD, o->path, 0, &st);
	} else {
		dir = open_dir(s);
		if (dir == -1) {
			absent(s, e);
			goto out;
		}
		fd = open_plain(dir, file, O_NOFOLLOW, &st);
	}
	if (fd == -1) {
		no_file(s, dir, file, e);
		goto out;
	}
	r = read_plain(fd, max, &bytes);
	if (r == 1)
		contents(s, "a file that is too big", e);
	else if (r == -1)
		pulled(s, dir, e);
	if (r != 0)
		goto out;
	buf_add(out, bytes.data, bytes.len);
	ret = 0;
out:
	buf_free(&bytes);
	if (fd != -1)
		close(fd);
	if (dir != -1)
		close(dir);
	return ret;
}

static int
no_room(const struct stick *s, int dir, size_t need, struct err *e)
{
	struct statvfs v;

	err_set(e, ERR_REFUSED, "media.full", "label", s->name, NULL);
	err_arg_int(e, "free", fstatvfs(dir, &v) == 0 ? room(&v) : 0);
	err_arg_int(e, "need", (long long)need);
	return -1;
}

static int
write_failed(const struct stick *s, int dir, size_t need, struct err *e)
{
	/* It could be written when it was begun: the file system closed
	 * itself at an error of the medium. */
	if (errno == EROFS && s->keeper != 0)
		errno = EIO;
	switch (errno) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return no_room(s, dir, need, e);
	case EROFS:
	case EACCES:
	case EPERM:
		return err_set(
		    e, ERR_REFUSED, "media.read-only", "label", s->name, NULL);
	default:
		return pulled(s, dir, e);
	}
}

int
stick_write(const struct stick *s, const char *file, const void *bytes,
    size_t len, struct err *e)
{
	char temp[STICK_NAME_MAX + 8];
	struct statvfs v;
	struct stat st;
	int dir = -1, fd = -1, ret = -1;

	if (!stick_name_ok(file) || overlay(s, file) != NULL)
		return contents(s, "a name that is not plain", e);
	dir = open_dir(s);
	if (dir == -1)
		return absent(s, e);
	snprintf(temp, sizeof(temp), ".new-%s", file);
	if (fstatvfs(dir, &v) == -1 || !writable(dir, &v)) {
		errno = EROFS;
		write_failed(s, dir, len, e);
		goto out;
	}
	if (fstatat(dir, file, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    !S_ISREG(st.st_mode)) {
		contents(s, kind_of(st.st_mode), e);
		goto out;
	}
	if ((uint64_t)room(&v) < len) {
		no_room(s, dir, len, e);
		goto out;
	}
	(void)unlinkat(dir, temp, 0);
	fd = openat(dir, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd == -1 || write_all(fd, bytes, len) == -1 ||
	    fdatasync(fd) == -1 || renameat(dir, temp, dir, file) == -1) {
		write_failed(s, dir, len, e);
		(void)unlinkat(dir, temp, 0);
		goto out;
	}
	if (fsync(dir) == -1) {
		pulled(s, dir, e);
		goto out;
	}
	ret = 0;
out:
	if (fd != -1)
		close(fd);
	close(dir);
	return ret;
}

int
stick_release(const struct stick *s, struct err *e)
{
	int dir = open_dir(s), r;

	if (dir == -1)
		return s->overlays != 0 ? 0 : absent(s, e);
	r = syncfs(dir) == 0 ? 0 : pulled(s, dir, e);
	close(dir);
	return r;
}
