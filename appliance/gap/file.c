/* SPDX-License-Identifier: MIT */
/*
 * Files, read within a bound and written whole or not at all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/gap/gap.h"
#include "appliance/world/write.h"

static int
bad_file(const char *path, struct err *e)
{
	return err_set(e, ERR_WORLD, "gap.file", "file", path, "why",
	    strerrordesc_np(errno), NULL);
}

int
file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
	uint8_t piece[65536];
	ssize_t n;
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO
					: open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return bad_file(path, e);
	while ((n = read(fd, piece, sizeof(piece))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n > 0 && out->len + (size_t)n > max) {
			errno = EFBIG;
			n = -1;
		}
		if (n == -1)
			break;
		buf_add(out, piece, (size_t)n);
	}
	if (n == -1)
		bad_file(path, e);
	if (fd != STDIN_FILENO)
		close(fd);
	return n == -1 ? -1 : 0;
}

int
file_write(const char *path, const void *p, size_t len, struct err *e)
{
	struct buf name = BUF_INIT;
	int fd = -1, ret = -1;

	if (strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, p, len) == -1
		    ? bad_file(path, e)
		    : 0;
	buf_fmt(&name, "%s.XXXXXX", path);
	fd = mkostemp((char *)name.data, O_CLOEXEC);
	if (fd == -1) {
		bad_file(path, e);
		goto out;
	}
	if (write_all(fd, p, len) == -1 || fchmod(fd, 0644) == -1 ||
	    fsync(fd) == -1 || rename(buf_cstr(&name), path) == -1) {
		bad_file(path, e);
		(void)unlink(buf_cstr(&name));
		goto out;
	}
	ret = 0;
out:
	if (fd != -1)
		close(fd);
	buf_free(&name);
	return ret;
}

int
directory_read(const char *path, struct bundle *b, struct err *e)
{
	DIR *d = opendir(path);
	const struct dirent *de;
	int ret = 0;

	if (d == NULL)
		return bad_file(path, e);
	while (ret == 0 && (de = readdir(d)) != NULL) {
		struct buf bytes = BUF_INIT, name = BUF_INIT;

		if (de->d_name[0] == '.')
			continue;
		buf_fmt(&name, "%s/%s", path, de->d_name);
		if (b->n == BUNDLE_FILES || strlen(de->d_name) >= BUNDLE_NAME)
			ret = err_set(e, ERR_FORM, "bundle.file", "name",
			    de->d_name, NULL);
		else
			ret = file_read(
			    buf_cstr(&name), FRAME_PAYLOAD_MAX, &bytes, e);
		if (ret == 0)
			bundle_add(b, de->d_name, bytes.data, bytes.len);
		buf_free(&bytes);
		buf_free(&name);
	}
	closedir(d);
	return ret;
}

int
directory_write(const char *path, const struct bundle *b, struct err *e)
{
	int ret = 0;

	if (mkdir(path, 0755) == -1 && errno != EEXIST)
		return bad_file(path, e);
	for (size_t i = 0; ret == 0 && i < b->n; i++) {
		struct buf name = BUF_INIT;

		buf_fmt(&name, "%s/%s", path, b->file[i].name);
		ret = file_write(buf_cstr(&name), b->file[i].bytes.data,
		    b->file[i].bytes.len, e);
		buf_free(&name);
	}
	return ret;
}
