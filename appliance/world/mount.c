/* SPDX-License-Identifier: MIT */
/*
 * The one place where a medium is looked at and mounted: which file systems,
 * with which flags, in one table.  Invariant: nothing on a medium is executed,
 * a device, setuid or a link that is followed; and it is read-only unless it
 * is the volume's or was asked for, for as long as something is written.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/mount.h"

#define FLAGS                                                            \
	(MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | \
	    MS_NOSYMFOLLOW)

/*
 * What is not here is not mounted.  A file system without owners is all its
 * user's.  errors=: a medium that says the machine should stop at its errors
 * is not obeyed.  noload: an ext4 that was pulled is not mended while it is
 * only read.
 */
static const struct {
	enum label_fs fs;
	bool writes, owners;
	const char *options, *read;
} WAYS[] = {
	{ LABEL_VFAT, true, false,
	    "umask=077,shortname=mixed,errors=remount-ro", "" },
	{ LABEL_EXFAT, true, false, "umask=077,errors=remount-ro", "" },
	{ LABEL_EXT4, true, true, "errors=remount-ro", ",noload" },
	{ LABEL_ISO9660, false, false, "mode=0400,dmode=0500", "" },
	{ LABEL_UDF, false, false, "mode=0400,dmode=0500", "" },
};

size_t
mount_read_at(int fd, uint8_t *to, size_t len, uint64_t at)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n =
		    pread(fd, to + have, len - have, (off_t)(at + have));

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}

/* A file system whose label stands elsewhere: as many looks as it takes. */
static enum label_fs
look_at(int fd, char label[static LABEL_LEN])
{
	static uint8_t front[LABEL_FRONT], dir[LABEL_DIR];
	size_t len = mount_read_at(fd, front, sizeof(front), 0);
	enum label_fs fs = label_read(front, len, label);
	uint64_t at = label_dir_at(fs, front, len);

	for (int i = 0; i < 2 && fs == LABEL_UDF && at == 0; i++)
		at = label_udf_at(i, dir,
		    mount_read_at(fd, dir, LABEL_ANCHOR, label_udf_anchor(i)));
	if (at != 0)
		label_dir_read(
		    fs, dir, mount_read_at(fd, dir, sizeof(dir), at), label);
	return fs;
}

int
mount_look(const char *dev, enum label_fs *fs, char label[static LABEL_LEN])
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	*fs = look_at(fd, label);
	close(fd);
	return 0;
}

/*
 * Whatever a file system writes of its own accord, such as a count of its
 * errors, though it was mounted to be read.
 */
void
mount_guard(const char *dev, enum mount_how how)
{
	const int on = how == MOUNT_READ;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd == -1)
		return;
	(void)ioctl(fd, BLKROSET, &on);
	close(fd);
}

bool
mount_writes(enum label_fs fs)
{
	for (size_t i = 0; i < sizeof(WAYS) / sizeof(*WAYS); i++)
		if (WAYS[i].fs == fs)
			return WAYS[i].writes;
	return false;
}

int
mount_medium(const char *dev, enum label_fs fs, const char *where, uid_t user,
    enum mount_how how)
{
	char path[64], owner[48] = "", options[160];
	size_t i = 0, n = sizeof(WAYS) / sizeof(*WAYS);

	while (i < n && WAYS[i].fs != fs)
		i++;
	if (i == n || (how == MOUNT_WRITE && !WAYS[i].writes)) {
		errno = i == n ? ENODEV : EROFS;
		return -1;
	}
	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	if (!WAYS[i].owners)
		snprintf(owner, sizeof(owner), "uid=%u,gid=%u,", user, user);
	mount_guard(dev, how);
	snprintf(options, sizeof(options), "%s%s%s", owner, WAYS[i].options,
	    how == MOUNT_READ ? WAYS[i].read : "");
	if (mount(path, where, label_fs_name(fs),
		FLAGS | (how == MOUNT_READ ? MS_RDONLY : 0), options) == -1)
		return -1;
	/* It keeps owners of its own: its folder is the user's. */
	if (how == MOUNT_WRITE && WAYS[i].owners &&
	    (chown(where, user, user) == -1 || chmod(where, 0700) == -1)) {
		(void)umount2(where, MNT_DETACH);
		return -1;
	}
	return 0;
}
