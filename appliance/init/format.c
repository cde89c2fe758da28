/* SPDX-License-Identifier: MIT */
/*
 * A stick made an empty medium of a volume: what is in the ports, whole, and
 * everything on one of them erased.  Invariant: this process writes zeros and
 * nothing else; the file system is made by mke2fs, a child that can write to
 * that one device alone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/format.h"
#include "appliance/world/mount.h"
#include "ceremony/base/utf8.h"

#define EDGE ((off_t)1 << 20) /* of both ends: tables, labels */

/* A stick, not a part of one and not a disc. */
static int
is_stick(const struct dirent *de)
{
	const char *dev = de->d_name;

	return disk_is_medium(dev) && strncmp(dev, "sd", 2) == 0 &&
	    dev[strcspn(dev, "0123456789")] == '\0' && disk_is_there(dev);
}

int
format_nth(int64_t n, char dev[static DISK_NAME])
{
	struct dirent **list = NULL;
	int found = scandir(BLOCKS, &list, is_stick, alphasort);
	int ret = n < found ? 0 : -1;

	if (ret == 0)
		snprintf(dev, DISK_NAME, "%.15s", list[n]->d_name);
	for (int i = 0; i < found; i++)
		free(list[i]);
	free(list);
	return ret;
}

static int64_t
number(const char *dev, const char *file)
{
	char path[80], line[24];

	snprintf(path, sizeof(path), BLOCKS "/%.15s/%s", dev, file);
	read_line(path, line, sizeof(line));
	return strtoll(line, NULL, 10);
}

/* Blanks at its end are none of its name. */
static void
add_name(char *out, size_t size, const char *dev, const char *file)
{
	char path[80], line[64], text[40];
	size_t n = strlen(out);

	snprintf(path, sizeof(path), BLOCKS "/%.15s/device/%s", dev, file);
	read_line(path, line, sizeof(line));
	utf8_printable(text, sizeof(text), line, strlen(line));
	for (size_t end = strlen(text); end > 0 && text[end - 1] == ' '; end--)
		text[end - 1] = '\0';
	if (text[0] != '\0' && n + 1 < size)
		snprintf(out + n, size - n, "%s%s", n > 0 ? " " : "", text);
}

void
format_describe(const char *dev, struct format_stick *out)
{
	enum label_fs fs = LABEL_NONE;
	const char *name;

	memset(out, 0, sizeof(*out));
	snprintf(out->dev, sizeof(out->dev), "%.15s", dev);
	out->seq = number(dev, "diskseq");
	out->bytes = number(dev, "size") * 512;
	add_name(out->maker, sizeof(out->maker), dev, "vendor");
	add_name(out->maker, sizeof(out->maker), dev, "model");
	disk_serial(dev, out->serial, sizeof(out->serial));
	/* In parts: the first one's stands for them. */
	for (int i = 0; i <= 15 && fs == LABEL_NONE; i++) {
		char part[DISK_NAME + 4];

		snprintf(
		    part, sizeof(part), i == 0 ? "%.12s" : "%.12s%d", dev, i);
		if (disk_is_there(part) &&
		    mount_look(part, &fs, out->label) == -1)
			fs = LABEL_NONE;
	}
	name = label_fs_name(fs);
	snprintf(out->fs, sizeof(out->fs), "%s",
	    name != NULL              ? name
		: disk_has_parts(dev) ? "parts"
				      : "none");
}

/* Zeros where a table or another file system's label may stand. */
static int
wipe(int fd)
{
	static const uint8_t ZEROS[1 << 16];
	off_t end = lseek(fd, 0, SEEK_END);
	const off_t from[] = { 0, end - EDGE };

	if (end < 2 * EDGE) {
		errno = ENOSPC;
		return -1;
	}
	for (size_t i = 0; i < sizeof(from) / sizeof(*from); i++)
		for (off_t at = 0; at < EDGE; at += (off_t)sizeof(ZEROS))
			if (pwrite(fd, ZEROS, sizeof(ZEROS), from[i] + at) !=
			    (ssize_t)sizeof(ZEROS))
				return -1;
	return fsync(fd);
}

int
format_make(const char *dev, char label)
{
	char path[64], want[] = "TACHIAI-?", got[LABEL_LEN];
	enum label_fs fs;
	int fd, why = 0;

	want[sizeof(want) - 2] = label;
	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	mount_guard(dev, MOUNT_WRITE);
	/* Nobody else has it, mounted or not. */
	fd = open(path, O_RDWR | O_EXCL | O_CLOEXEC);
	if (fd == -1)
		return errno;
	if (wipe(fd) == -1)
		why = errno != 0 ? errno : EIO;
	/* Its parts are no more. */
	if (why == 0)
		(void)ioctl(fd, BLKRRPART);
	close(fd);
	if (why != 0)
		return why;
	if (start_mke2fs(dev, label) == -1 || mount_look(dev, &fs, got) == -1 ||
	    fs != LABEL_EXT4 || strcmp(got, want) != 0)
		return EIO;
	return 0;
}
