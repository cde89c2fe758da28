/* SPDX-License-Identifier: MIT */
/*
 * The drive that writes discs.  Invariant: its node is tachiai-courier's
 * while it is lent and nobody else's but ours before and after; while it is
 * lent nothing in this process opens it, for a disc that is being written
 * must not be asked how it is.
 */
#include <fcntl.h>
#include <linux/cdrom.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/msg.h"

#define COURIER    ((uid_t)USER_FIRST + PARTY_COURIER)
#define DRIVES_MAX 16
#define WRITES     (CDC_CD_R | CDC_DVD_R)

static struct {
	char dev[DISK_NAME]; /* "" none that writes */
	bool lent;
} D;

static int
open_drive(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static bool
is_there(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), BLOCKS "/%.15s", dev);
	return access(path, F_OK) == 0;
}

/* What it says of itself: the kernel asked it once, when it came. */
static bool
is_writer(const char *dev)
{
	int fd = open_drive(dev), can;

	if (fd == -1)
		return false;
	can = ioctl(fd, CDROM_GET_CAPABILITY, 0);
	close(fd);
	return can > 0 && ((unsigned)can & WRITES) != 0;
}

static int
give(const char *dev, uid_t user)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	return chown(path, user, user) == -1 ? -1 : chmod(path, 0600);
}

/* The one of the lowest number that writes and is not `boot`. */
static void
choose(const char *boot)
{
	char dev[DISK_NAME], path[64];

	for (int i = 0; i < DRIVES_MAX && D.dev[0] == '\0'; i++) {
		snprintf(dev, sizeof(dev), "sr%d", i);
		if (strcmp(dev, boot) != 0 && is_there(dev) && is_writer(dev))
			memcpy(D.dev, dev, sizeof(dev));
	}
	snprintf(path, sizeof(path), "/dev/%.15s", D.dev);
	if (D.dev[0] != '\0')
		(void)!symlink(path, DISC_LINK);
}

void
drive_begin(void)
{
	char dev[DISK_NAME];

	(void)unlink(DISC_LINK);
	for (int i = 0; i < DRIVES_MAX; i++) {
		snprintf(dev, sizeof(dev), "sr%d", i);
		(void)give(dev, 0);
	}
}

void
drive_look(const char *boot)
{
	if (D.dev[0] != '\0' && is_there(D.dev))
		return;
	D.dev[0] = '\0';
	D.lent = false;
	(void)unlink(DISC_LINK);
	choose(boot);
}

const char *
drive_writes(void)
{
	return D.dev;
}

bool
drive_is_lent(const char *dev)
{
	return D.lent && strcmp(dev, D.dev) == 0;
}

int
drive_lend(void)
{
	mount_guard(D.dev, MOUNT_WRITE);
	D.lent = give(D.dev, COURIER) == 0;
	return D.lent ? 0 : -1;
}

/* Whoever had it may have died with its door locked. */
void
drive_back(void)
{
	int fd;

	if (!D.lent)
		return;
	(void)give(D.dev, 0);
	D.lent = false;
	fd = open_drive(D.dev);
	if (fd == -1)
		return;
	(void)ioctl(fd, CDROM_LOCKDOOR, 0);
	close(fd);
}
