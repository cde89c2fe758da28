/* SPDX-License-Identifier: MIT */
/*
 * Images of sticks.  Invariant: mounts stand in a namespace of our own that
 * those of the machine come into and none of ours leave; a loop device is
 * the kernel's again with its last user.
 */
#include "appliance/launcher/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/mount.h"
#include "ceremony/base/buf.h"

#define TRIES 16 /* others take loop devices at the same moment */

/* Below it a folder for each image; NULL: none yet. */
static char *place;

bool
image_is_one(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

/* A namespace of our own, and a folder in memory for what is mounted. */
static int
take_place(void)
{
	if (place != NULL)
		return 0;
	place = mkdtemp(xstrdup("/tmp/tachiai-XXXXXX"));
	if (place == NULL || unshare(CLONE_NEWNS) == -1)
		return -1;
	/* Under chroot(8) the root may be no mount: nothing is had there. */
	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) == -1) {
		errno = EPERM;
		return -1;
	}
	if (mount("none", place, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		"mode=0755,size=64k") == -1)
		return -1;
	return 0;
}

/* Loop device `n` over what `how` says: its descriptor, or -1 with errno. */
static int
attach_to(int n, const struct loop_config *how)
{
	const bool reads = (how->info.lo_flags & LO_FLAGS_READ_ONLY) != 0;
	char path[32];
	int dev, why;

	snprintf(path, sizeof(path), "/dev/loop%d", n);
	dev = open(path, (reads ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (dev == -1 || ioctl(dev, LOOP_CONFIGURE, how) == 0)
		return dev;
	why = errno;
	close(dev);
	errno = why;
	return -1;
}

/* A free loop device over `fd`: its descriptor, or -1; *n its number. */
static int
attach(int fd, bool writes, int *n)
{
	const struct loop_config how = {
		.fd = (uint32_t)fd,
		.info.lo_flags = LO_FLAGS_AUTOCLEAR |
		    (writes ? 0U : (uint32_t)LO_FLAGS_READ_ONLY),
	};
	int door = open("/dev/loop-control", O_RDWR | O_CLOEXEC), dev = -1;

	if (door == -1)
		return -1;
	for (int i = 0; i < TRIES && dev == -1; i++) {
		*n = ioctl(door, LOOP_CTL_GET_FREE);
		dev = *n < 0 ? -1 : attach_to(*n, &how);
		if (dev == -1 && errno != EBUSY)
			break;
	}
	close(door);
	return dev;
}

/* What stands on the loop device, at `where`. */
static int
stand(int n, bool writes, const char *where, uid_t user)
{
	char label[LABEL_LEN], name[16];
	enum label_fs fs = LABEL_NONE;

	snprintf(name, sizeof(name), "loop%d", n);
	if (mount_look(name, &fs, label) == -1)
		return -1;
	writes = writes && mount_writes(fs);
	return mount_medium(
	    name, fs, where, user, writes ? MOUNT_WRITE : MOUNT_READ);
}

char *
image_mount(const char *path, uid_t user, struct err *e)
{
	static int count;
	bool writes = true;
	struct buf where = BUF_INIT;
	char *ret = NULL;
	int fd, dev = -1, n = 0;

	if (geteuid() != 0) {
		err_set(e, ERR_REFUSED, "launcher.image", "file", path, NULL);
		return NULL;
	}
	fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1 && (errno == EACCES || errno == EROFS)) {
		writes = false;
		fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	}
	if (fd != -1 && take_place() == 0) {
		buf_fmt(&where, "%s/%d", place, count++);
		if (mkdir(buf_cstr(&where), 0700) == 0)
			dev = attach(fd, writes, &n);
	}
	if (dev != -1 && stand(n, writes, buf_cstr(&where), user) == 0)
		ret = xstrdup(buf_cstr(&where));
	else if (errno == EPERM) /* a root that may not mount */
		err_set(e, ERR_REFUSED, "launcher.image", "file", path, NULL);
	else
		err_set(e, ERR_REFUSED, "launcher.image-unread", "file", path,
		    "why", strerror(errno), NULL);
	if (dev != -1)
		close(dev);
	if (fd != -1)
		close(fd);
	buf_free(&where);
	return ret;
}

void
images_leave(void)
{
	if (place == NULL)
		return;
	(void)umount2(place, MNT_DETACH);
	(void)rmdir(place);
	free(place);
	place = NULL;
}
