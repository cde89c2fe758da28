/* SPDX-License-Identifier: MIT */
/*
 * The keeper of the media, a process of its own: what has a file system and
 * a label is mounted under that label, what is gone is let go.  Invariant: a
 * folder of VOLUME_DIR or STICKS_DIR is there exactly while its medium is;
 * nothing on a medium is executed, a device or setuid.  Nobody can say
 * anything to this process.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/label.h"
#include "appliance/world/msg.h"

#define BLOCKS    "/sys/class/block"
#define MEDIA_MAX 64
#define LOOK_MS   250
#define BOOT_MS   20000 /* how long the boot medium is waited for */
#define IMAGE     "TACHIAI"
#define FLAGS     (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NOSYMFOLLOW)

struct held {
	char dev[16];
	char where[64]; /* "" known, and not mounted */
};

struct keeper {
	struct held held[MEDIA_MAX];
	size_t n;
	const char *boot; /* its blocks are none of ours */
};

static void
sleep_ms(long ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&ts, NULL);
}

static bool
is_there(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), BLOCKS "/%.15s", dev);
	return access(path, F_OK) == 0;
}

/* Discs and sticks, whole or in part; no other name is looked at. */
static bool
is_medium(const char *dev)
{
	return strlen(dev) < sizeof(((struct held *)0)->dev) &&
	    (strncmp(dev, "sd", 2) == 0 || strncmp(dev, "sr", 2) == 0);
}

/* A whole stick whose parts have names of their own. */
static bool
has_parts(const char *dev)
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

static int
open_dev(const char *dev)
{
	char path[64];

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static size_t
read_at(int fd, uint8_t *to, size_t len, uint64_t at)
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

/* Is this the image, from its first byte on? */
static bool
is_image(int fd)
{
	static uint8_t front[LABEL_FRONT];
	char label[LABEL_LEN];
	size_t len = read_at(fd, front, LABEL_FRONT, 0);

	return label_read(front, len, label) == LABEL_ISO9660 &&
	    strcmp(label, IMAGE) == 0 && label_image_size(front, len) != 0;
}

int
media_boot(char name[static 16])
{
	for (long ms = 0; ms < BOOT_MS; ms += 50) {
		DIR *d = opendir(BLOCKS);
		const struct dirent *de;

		while (d != NULL && (de = readdir(d)) != NULL) {
			size_t n = strlen(de->d_name);
			int fd;

			if (!is_medium(de->d_name) ||
			    (de->d_name[1] == 'd' && de->d_name[n - 1] <= '9'))
				continue;
			fd = open_dev(de->d_name);
			if (fd != -1 && is_image(fd)) {
				snprintf(name, 16, "%.15s", de->d_name);
				closedir(d);
				return fd;
			}
			if (fd != -1)
				close(fd);
		}
		if (d != NULL)
			closedir(d);
		sleep_ms(50);
	}
	return -1;
}

/* Where a medium of that label stands, and whose it is. */
static uid_t
place(const struct keeper *k, const char *label, char *where, size_t size)
{
	char name[LABEL_LEN + 4];

	if (strcmp(label, IMAGE "-A") == 0 || strcmp(label, IMAGE "-B") == 0) {
		snprintf(where, size, VOLUME_DIR "/%c",
		    label[strlen(label) - 1] - 'A' + 'a');
		if (access(where, F_OK) != 0)
			return USER_FIRST + PARTY_CONSOLE;
	}
	snprintf(name, sizeof(name), "%s", label[0] != '\0' ? label : "STICK");
	for (int i = 2;; i++) {
		snprintf(where, size, STICKS_DIR "/%s", name);
		if (access(where, F_OK) != 0 || i == MEDIA_MAX)
			break;
		snprintf(name, sizeof(name), "%.28s-%d",
		    label[0] != '\0' ? label : "STICK", i);
	}
	(void)k;
	return USER_FIRST + PARTY_COURIER;
}

/* Mounted for that user alone; 0 or -1. */
static int
mount_one(const char *dev, enum label_fs fs, const char *where, uid_t user)
{
	char path[64], options[96] = "";
	unsigned long ro = fs == LABEL_ISO9660 ? MS_RDONLY : 0;

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	if (fs == LABEL_VFAT || fs == LABEL_EXFAT)
		snprintf(options, sizeof(options), "uid=%u,gid=%u,umask=077%s",
		    user, user, fs == LABEL_VFAT ? ",shortname=mixed" : "");
	else if (fs == LABEL_ISO9660)
		snprintf(options, sizeof(options),
		    "uid=%u,gid=%u,mode=0400,dmode=0500", user, user);
	else
		snprintf(options, sizeof(options), "errors=remount-ro");
	if (mkdir(where, 0700) == -1)
		return -1;
	if (mount(path, where, label_fs_name(fs), FLAGS | ro, options) == -1 &&
	    mount(path, where, label_fs_name(fs), FLAGS | MS_RDONLY, options) ==
		-1) {
		rmdir(where);
		return -1;
	}
	if (fs == LABEL_EXT4 && chown(where, user, user) == 0)
		(void)chmod(where, 0700);
	return 0;
}

/* Which file system, under which label; FAT's is the root directory's. */
static enum label_fs
look_at(int fd, char label[static LABEL_LEN])
{
	static uint8_t front[LABEL_FRONT], dir[LABEL_DIR];
	size_t len = read_at(fd, front, sizeof(front), 0);
	enum label_fs fs = label_read(front, len, label);
	uint64_t at = label_dir_at(fs, front, len);

	if (at != 0)
		label_dir_read(
		    fs, dir, read_at(fd, dir, sizeof(dir), at), label);
	return fs;
}

static void
come(struct keeper *k, const char *dev)
{
	struct held *h = &k->held[k->n];
	char label[LABEL_LEN];
	enum label_fs fs;
	int fd;
	uid_t user;

	fd = open_dev(dev);
	if (fd == -1)
		return; /* an empty drive, or gone again */
	fs = look_at(fd, label);
	close(fd);
	snprintf(h->dev, sizeof(h->dev), "%.15s", dev);
	h->where[0] = '\0';
	k->n++;
	if (fs == LABEL_NONE)
		return;
	user = place(k, label, h->where, sizeof(h->where));
	if (mount_one(dev, fs, h->where, user) == -1)
		h->where[0] = '\0';
}

static void
go(struct keeper *k, size_t i)
{
	if (k->held[i].where[0] != '\0') {
		(void)umount2(k->held[i].where, MNT_DETACH);
		(void)rmdir(k->held[i].where);
	}
	k->held[i] = k->held[--k->n];
}

static bool
is_known(const struct keeper *k, const char *dev)
{
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->held[i].dev, dev) == 0)
			return true;
	return false;
}

static void
look(struct keeper *k)
{
	DIR *d = opendir(BLOCKS);
	const struct dirent *de;

	for (size_t i = k->n; i-- > 0;)
		if (!is_there(k->held[i].dev))
			go(k, i);
	while (d != NULL && (de = readdir(d)) != NULL)
		if (k->n < MEDIA_MAX && is_medium(de->d_name) &&
		    (k->boot[0] == '\0' ||
			strncmp(de->d_name, k->boot, strlen(k->boot)) != 0) &&
		    !is_known(k, de->d_name) && !has_parts(de->d_name))
			come(k, de->d_name);
	if (d != NULL)
		closedir(d);
}

_Noreturn void
media_keep(const struct facts *f)
{
	static struct keeper k;
	char boot[16];

	snprintf(boot, sizeof(boot), "%s", f->medium);
	k.boot = boot;
	for (;;) {
		/* The boot medium was taken out: its name may come again. */
		if (boot[0] != '\0' && !is_there(boot))
			boot[0] = '\0';
		look(&k);
		facts_write(f);
		sleep_ms(LOOK_MS);
	}
}
