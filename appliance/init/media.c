/* SPDX-License-Identifier: MIT */
/*
 * The keeper of the media, a process of its own: what has a file system and
 * a label is mounted under that label, what is gone is let go.  Invariant: a
 * folder of VOLUME_DIR or STICKS_DIR is there exactly while its medium is; a
 * stick can be written only from when tachiai-courier asked for that until it
 * asked for the stick anew, and a disc that the drive was lent for is not
 * mounted until it is back.  Nobody else can say anything to this process.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/keep.h"
#include "appliance/world/msg.h"

#define MEDIA_MAX 64
#define LOOK_MS   250
#define LABEL     "TACHIAI"
#define COURIER   ((uid_t)USER_FIRST + PARTY_COURIER)

struct held {
	char dev[DISK_NAME];
	char where[64]; /* "" known, and not mounted */
	enum label_fs fs;
	uid_t user;
	enum mount_how how; /* it was mounted last */
};

struct keeper {
	struct held held[MEDIA_MAX];
	size_t n;
	char boot[DISK_NAME]; /* its blocks are none of ours; "" it is out */
};

/* Where a medium of that label stands, and whose it is. */
static uid_t
place(const char *label, char *where, size_t size)
{
	char name[LABEL_LEN + 4];

	if (strcmp(label, LABEL "-A") == 0 || strcmp(label, LABEL "-B") == 0) {
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
	return COURIER;
}

/* The volume is written all day; a stick when it is asked for. */
static int
first_mount(struct held *h)
{
	h->how = MOUNT_WRITE;
	if (h->user != COURIER &&
	    mount_medium(h->dev, h->fs, h->where, h->user, h->how) == 0)
		return 0;
	h->how = MOUNT_READ;
	return mount_medium(h->dev, h->fs, h->where, h->user, h->how);
}

static void
come(struct keeper *k, const char *dev)
{
	struct held *h = &k->held[k->n];
	char label[LABEL_LEN];

	if (strlen(dev) >= sizeof(h->dev) ||
	    mount_look(dev, &h->fs, label) == -1)
		return; /* an empty drive, or gone again */
	snprintf(h->dev, sizeof(h->dev), "%.15s", dev);
	h->where[0] = '\0';
	k->n++;
	if (h->fs == LABEL_NONE)
		return;
	h->user = place(label, h->where, sizeof(h->where));
	if (mkdir(h->where, 0700) == -1) {
		h->where[0] = '\0';
	} else if (first_mount(h) == -1) {
		rmdir(h->where);
		h->where[0] = '\0';
	}
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

static bool
is_boot(const struct keeper *k, const char *dev)
{
	size_t len = strlen(k->boot);

	if (len == 0 || strncmp(dev, k->boot, len) != 0)
		return false;
	/* It, or a part of it: sda1 of sda, but not sr10 of sr1. */
	dev += len;
	if (isdigit((unsigned char)k->boot[len - 1]))
		return dev[0] == '\0' || dev[0] == 'p';
	return dev[0] == '\0' || isdigit((unsigned char)dev[0]);
}

static void
look(struct keeper *k)
{
	DIR *d = opendir(BLOCKS);
	const struct dirent *de;

	/* The boot medium was taken out: its name may come again. */
	if (k->boot[0] != '\0' && !disk_is_there(k->boot))
		k->boot[0] = '\0';
	drive_look(k->boot);
	for (size_t i = k->n; i-- > 0;)
		if (!disk_is_there(k->held[i].dev))
			go(k, i);
	while (d != NULL && (de = readdir(d)) != NULL)
		if (k->n < MEDIA_MAX && disk_is_medium(de->d_name) &&
		    !drive_is_lent(de->d_name) && !is_boot(k, de->d_name) &&
		    !is_known(k, de->d_name) && !disk_has_parts(de->d_name) &&
		    disk_is_there(de->d_name))
			come(k, de->d_name);
	if (d != NULL)
		closedir(d);
}

/* What was mounted there is gone. */
static void
clear_folder(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *de;
	char path[300];

	while (d != NULL && (de = readdir(d)) != NULL)
		if (de->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%s", dir, de->d_name);
			(void)rmdir(path);
		}
	if (d != NULL)
		closedir(d);
}

/*
 * The keeper before this one died and left what it had mounted: a stick is
 * let go and found again; the volume, which is being written, stays.
 */
static void
adopt(struct keeper *k)
{
	char line[512];
	FILE *f = fopen("/proc/self/mounts", "re");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		struct held *h = &k->held[k->n];
		char dev[DISK_NAME], where[sizeof(h->where)];

		if (sscanf(line, "/dev/%15s %63s ", dev, where) != 2)
			continue;
		if (strncmp(where, STICKS_DIR "/", 8) == 0) {
			(void)umount2(where, MNT_DETACH);
		} else if (strncmp(where, VOLUME_DIR "/", 8) == 0 &&
		    k->n < MEDIA_MAX) {
			snprintf(h->dev, sizeof(h->dev), "%s", dev);
			snprintf(h->where, sizeof(h->where), "%s", where);
			h->user = USER_FIRST + PARTY_CONSOLE;
			k->n++;
		}
	}
	if (f != NULL)
		fclose(f);
	clear_folder(STICKS_DIR);
}

/* Let go whole, so that nothing of it is remembered, and mounted again. */
static int
mount_anew(struct held *h, enum mount_how how)
{
	int why;

	if (umount2(h->where, UMOUNT_NOFOLLOW) == -1)
		return errno;
	h->how = how;
	if (mount_medium(h->dev, h->fs, h->where, h->user, how) == 0)
		return 0;
	why = errno == EACCES ? EROFS : errno;
	/* Write-protected, say: it can still be read. */
	h->how = MOUNT_READ;
	(void)mount_medium(h->dev, h->fs, h->where, h->user, h->how);
	return why;
}

/* Its own switch, not that nothing is written to it now. */
static bool
is_protected(const struct held *h)
{
	bool is;

	if (!mount_writes(h->fs))
		return true;
	mount_guard(h->dev, MOUNT_WRITE);
	is = disk_protected(h->dev);
	mount_guard(h->dev, h->how);
	return is;
}

/* What is in it is nothing here until it is back; 0, or an errno. */
static int
lend(struct keeper *k)
{
	const char *dev = drive_writes();

	if (dev[0] == '\0')
		return ENOENT;
	for (size_t i = k->n; i-- > 0;) {
		if (strcmp(k->held[i].dev, dev) != 0)
			continue;
		if (k->held[i].where[0] != '\0' &&
		    umount2(k->held[i].where, UMOUNT_NOFOLLOW) == -1)
			return errno;
		go(k, i);
	}
	return drive_lend() == 0 ? 0 : errno;
}

/* The drive itself, for as long as a disc is written or read back. */
static void
answer_drive(
    struct keeper *k, const struct keep_ask *ask, struct keep_answer *a)
{
	memset(a, 0, sizeof(*a));
	if (strcmp(ask->name, KEEP_DRIVE) != 0)
		a->why = EINVAL;
	else if (ask->what == KEEP_LEND)
		a->why = lend(k);
	else
		drive_back();
	memcpy(a->fs, KEEP_DRIVE, sizeof(KEEP_DRIVE));
}

/* What tachiai-courier asks: of its own sticks alone. */
static void
answer(struct keeper *k, const struct keep_ask *ask, struct keep_answer *a)
{
	struct held *h = NULL;
	char where[sizeof(h->where)];

	memset(a, 0, sizeof(*a));
	snprintf(where, sizeof(where), STICKS_DIR "/%s", ask->name);
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->held[i].where, where) == 0)
			h = &k->held[i];
	if (h == NULL || !disk_is_there(h->dev))
		a->why = ENOENT;
	else if (ask->what == KEEP_WRITE)
		a->why = mount_anew(h, MOUNT_WRITE);
	else if (ask->what == KEEP_ANEW)
		a->why = mount_anew(h, MOUNT_READ);
	if (a->why != 0)
		return;
	snprintf(a->fs, sizeof(a->fs), "%s", label_fs_name(h->fs));
	a->protect = is_protected(h);
	disk_serial(h->dev, a->serial, sizeof(a->serial));
}

static void
serve(void *arg, const char *line, char *reply)
{
	struct keep_answer a = { .why = EINVAL };
	struct keep_ask ask;

	if (keep_parse_ask(line, &ask) == 0)
		(ask.what == KEEP_LEND || ask.what == KEEP_BACK
			? answer_drive
			: answer)(arg, &ask, &a);
	keep_format_answer(&a, reply);
}

_Noreturn void
media_keep(struct facts *f)
{
	static struct keeper k;

	snprintf(k.boot, sizeof(k.boot), "%s", f->medium);
	adopt(&k);
	drive_begin();
	keep_listen(KEEP_SOCKET, COURIER);
	for (;;) {
		look(&k);
		devices_give();
		facts_write(f);
		keep_serve(LOOK_MS, serve, drive_back, &k);
	}
}
