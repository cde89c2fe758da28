/* SPDX-License-Identifier: MIT */
/*
 * The files of a volume, read only.  Invariant: nothing is read without a
 * bound, and an object is judged by its bytes, never by its name alone.
 * What a volume holds are files: no link that could lead elsewhere tomorrow,
 * and no pipe that would keep the auditor waiting.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/verify/verify.h"

#define OBJECT_MAX ((size_t)64 << 20)
#define PIECE      65536

static int
open_file(const char *dir, const char *name)
{
	char path[4096];
	int n = name[0] == '/'
	    ? snprintf(path, sizeof(path), "%s", name)
	    : snprintf(path, sizeof(path), "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

/* A file of the volume itself. */
static int
open_own(const char *dir, const char *name)
{
	char path[4096];
	struct stat st;
	int fd, n = snprintf(path, sizeof(path), "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(
	    path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static int
unreadable(const char *name, struct err *e)
{
	return err_set(e, ERR_WORLD, "verify.read", "file", name, "why",
	    strerrordesc_np(errno), NULL);
}

/* All of fd, which is closed. */
static int
read_whole(int fd, const char *name, size_t max, struct buf *out, struct err *e)
{
	uint8_t piece[PIECE];
	size_t all = 0;
	ssize_t n;
	int ret = -1;

	if (fd == -1)
		return unreadable(name, e);
	for (;;) {
		n = read(fd, piece, sizeof(piece));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		all += (size_t)n;
		if (all > max) {
			errno = EFBIG;
			n = -1;
			break;
		}
		buf_add(out, piece, (size_t)n);
	}
	if (n == -1)
		unreadable(name, e);
	else
		ret = 0;
	close(fd);
	return ret;
}

int
disk_file(const char *dir, const char *name, size_t max, struct buf *out,
    struct err *e)
{
	return read_whole(open_file(dir, name), name, max, out, e);
}

static int
no_object(const char *hex, const char *what, struct err *e)
{
	err_set(e, ERR_FORM, "log.object", "sha256", hex, "what", what, NULL);
	err_arg(e, "n", "-");
	return -1;
}

int
disk_object(void *disk, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	const struct disk *d = disk;
	char hex[SHA256_HEX], name[96];
	uint8_t got[SHA256_LEN];
	size_t start = out->len;

	sha256_hex(hex, sha);
	snprintf(name, sizeof(name), "objects/%s", hex);
	if (read_whole(open_own(d->path, name), name, OBJECT_MAX, out, e) == -1)
		return no_object(hex, "missing", e);
	sha256(got, out->data + start, out->len - start);
	if (memcmp(got, sha, SHA256_LEN) != 0)
		return no_object(hex, "sha256", e);
	return 0;
}

int
disk_check(void *disk, const uint8_t sha[static SHA256_LEN], int64_t size,
    struct err *e)
{
	const struct disk *d = disk;
	char hex[SHA256_HEX], name[96];
	uint8_t got[SHA256_LEN], piece[PIECE];
	struct sha256_ctx *c;
	int64_t all = 0;
	ssize_t n;
	int fd;

	sha256_hex(hex, sha);
	snprintf(name, sizeof(name), "objects/%s", hex);
	fd = open_own(d->path, name);
	if (fd == -1)
		return no_object(hex, "missing", e);
	c = sha256_begin();
	while ((n = read(fd, piece, sizeof(piece))) > 0 ||
	    (n == -1 && errno == EINTR)) {
		if (n == -1)
			continue;
		sha256_add(c, piece, (size_t)n);
		all += n;
	}
	sha256_end(c, got);
	close(fd);
	if (all != size)
		return no_object(hex, "size", e);
	if (memcmp(got, sha, SHA256_LEN) != 0)
		return no_object(hex, "sha256", e);
	return 0;
}

int
disk_walk(const struct disk *d, struct scan *s, struct err *e)
{
	uint8_t piece[PIECE];
	int fd = open_own(d->path, "transcript.log"), ret = 0;
	ssize_t n;

	if (fd == -1) {
		unreadable("transcript.log", e);
		return -2;
	}
	while (ret == 0) {
		n = read(fd, piece, sizeof(piece));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			unreadable("transcript.log", e);
			ret = -2;
		}
		if (n <= 0)
			break;
		ret = scan_feed(s, piece, (size_t)n, e);
	}
	close(fd);
	return ret;
}

int
disk_objects(
    const struct disk *d, void (*fn)(void *arg, const char *name), void *arg)
{
	int fd = open_file(d->path, "objects");
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	const struct dirent *de;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return -1;
	}
	while ((de = readdir(dir)) != NULL)
		if (de->d_name[0] != '.')
			fn(arg, de->d_name);
	closedir(dir);
	return 0;
}
