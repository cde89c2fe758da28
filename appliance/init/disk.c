/* SPDX-License-Identifier: MIT */
/*
 * Discs and sticks as block devices: which there are, what stands at their
 * front, what they say they are.  Invariant: this only reads.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "ceremony/base/utf8.h"

#define BOOT_MS 20000 /* how long the boot medium is waited for */
#define IMAGE   "TACHIAI"

/* Discs and sticks, whole or in part; no other name is looked at. */
bool
disk_is_medium(const char *dev)
{
	return strlen(dev) < DISK_NAME &&
	    (strncmp(dev, "sd", 2) == 0 || strncmp(dev, "sr", 2) == 0);
}

static int
open_dev(const char *dev, int flags)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	return open(path, O_RDONLY | O_CLOEXEC | flags);
}

/*
 * A drive stays when its disc goes.  Its door is never locked: whoever takes
 * the disc out may, and is told.
 */
static bool
has_disc(const char *dev)
{
	int fd = open_dev(dev, O_NONBLOCK);
	int status = CDS_DISC_OK;

	if (fd == -1)
		return false;
	(void)ioctl(fd, CDROM_CLEAR_OPTIONS, CDO_LOCK);
	status = ioctl(fd, CDROM_DRIVE_STATUS, CDSL_CURRENT);
	close(fd);
	/* One that only spins up is there. */
	return status != CDS_NO_DISC && status != CDS_TRAY_OPEN;
}

bool
disk_is_there(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), BLOCKS "/%.15s", dev);
	return access(path, F_OK) == 0 &&
	    (strncmp(dev, "sr", 2) != 0 || has_disc(dev));
}

bool
disk_has_parts(const char *dev)
{
	char path[64];

	if (dev[strlen(dev) - 1] >= '0' && dev[strlen(dev) - 1] <= '9')
		return false;
	for (int i = 1; i <= 15; i++) {
		snprintf(path, sizeof(path), BLOCKS "/%.15s%d", dev, i);
		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

bool
disk_protected(const char *dev)
{
	char path[64], line[8];

	snprintf(path, sizeof(path), BLOCKS "/%.15s/ro", dev);
	read_line(path, line, sizeof(line));
	return strcmp(line, "0") != 0;
}

/* Of the nearest thing above it that has one: the stick, not its parts. */
void
disk_serial(const char *dev, char *out, size_t size)
{
	char link[64], path[PATH_MAX], file[PATH_MAX + 8], line[64];
	char *slash;

	out[0] = '\0';
	snprintf(link, sizeof(link), BLOCKS "/%.15s", dev);
	if (realpath(link, path) == NULL)
		return;
	while (out[0] == '\0' && (slash = strrchr(path, '/')) != NULL) {
		snprintf(file, sizeof(file), "%s/serial", path);
		read_line(file, line, sizeof(line));
		utf8_printable(out, size, line, strlen(line));
		*slash = '\0';
	}
}

/* Is this the image, from its first byte on? */
static bool
is_image(int fd)
{
	static uint8_t front[LABEL_FRONT];
	char label[LABEL_LEN];
	size_t len = mount_read_at(fd, front, LABEL_FRONT, 0);

	return label_read(front, len, label) == LABEL_ISO9660 &&
	    strcmp(label, IMAGE) == 0 && label_image_size(front, len) != 0;
}

int
disk_boot(char name[static DISK_NAME])
{
	const struct timespec soon = { 0, 50 * 1000000 };

	for (int ms = 0; ms < BOOT_MS; ms += 50) {
		DIR *d = opendir(BLOCKS);
		const struct dirent *de;

		while (d != NULL && (de = readdir(d)) != NULL) {
			size_t n = strlen(de->d_name);
			int fd;

			if (!disk_is_medium(de->d_name) ||
			    (de->d_name[1] == 'd' && de->d_name[n - 1] <= '9'))
				continue;
			fd = open_dev(de->d_name, 0);
			if (fd != -1 && is_image(fd)) {
				snprintf(name, DISK_NAME, "%.15s", de->d_name);
				closedir(d);
				return fd;
			}
			if (fd != -1)
				close(fd);
		}
		if (d != NULL)
			closedir(d);
		(void)nanosleep(&soon, NULL);
	}
	return -1;
}
