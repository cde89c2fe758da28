/* SPDX-License-Identifier: MIT */
/*
 * The keeper of the media, a process of its own: what has a file system and
 * a label is mounted under that label, what is gone is let go.  Invariant: a
 * folder of VOLUME_DIR or STICKS_DIR is there exactly while its medium is; a
 * stick can be written only from when tachiai-courier asked for that until it
 * asked for the stick anew, and a disc that the drive was lent for is not
 * mounted until it is back.  A stick is erased when tachiai-console asked for
 * that very one, and never the boot medium, a medium of the volume or what is
 * called one.  Nobody else can say anything to this process.
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
#include "appliance/world/format.h"
#include "appliance/world/keep.h"
#include "appliance/world/msg.h"

#define MEDIA_MAX 64
#define LOOK_MS   250
#define LABEL     "TACHIAI"
#define COURIER   ((uid_t)USER_FIRST + PARTY_COURIER)
#define CONSOLE   ((uid_t)USER_FIRST + PARTY_CONSOLE)
#define SMALLEST  ((int64_t)48 << 20) /* bytes of a medium */

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
			return CONSOLE;
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
			h->user = CONSOLE;
			h->how = MOUNT_WRITE;
			h->fs = LABEL_EXT4; /* no other is one */
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

/* That disk or a part of it, and no other: sda1 of sda. */
static bool
is_part(const char *dev, const char *disk)
{
	size_t n = strlen(disk);

	return strncmp(dev, disk, n) == 0 &&
	    strspn(dev + n, "0123456789") == strlen(dev + n);
}

/* A switch of its own, not that nothing is written to it now. */
static bool
has_switch(struct keeper *k, const char *dev)
{
	bool is;

	mount_guard(dev, MOUNT_WRITE);
	is = disk_protected(dev);
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->held[i].dev, dev) == 0)
			mount_guard(dev, k->held[i].how);
	return is;
}

static enum format_against
against(struct keeper *k, const struct format_stick *s)
{
	/* Or it came again, or is another one of these. */
	if (is_boot(k, s->dev) || strcmp(s->label, LABEL) == 0)
		return FORMAT_BOOT;
	for (size_t i = 0; i < k->n; i++)
		if (is_part(k->held[i].dev, s->dev) &&
		    strncmp(k->held[i].where, VOLUME_DIR "/", 8) == 0)
			return FORMAT_IN_USE;
	if (strncmp(s->label, LABEL "-", strlen(LABEL) + 1) == 0)
		return FORMAT_VOLUME;
	if (s->bytes < SMALLEST)
		return FORMAT_SMALL;
	return has_switch(k, s->dev) ? FORMAT_SWITCH : FORMAT_MAY;
}

static int
look_at(struct keeper *k, int64_t n, struct format_stick *s)
{
	char dev[DISK_NAME];

	if (format_nth(n, dev) == -1)
		return ENOENT;
	format_describe(dev, s);
	s->against = against(k, s);
	return 0;
}

/* The very stick that was looked at; 0, or an errno. */
static int
make_medium(struct keeper *k, const struct format_ask *ask)
{
	struct format_stick s;
	char where[] = VOLUME_DIR "/?";
	int why;

	where[sizeof(where) - 2] = (char)(ask->label - 'A' + 'a');
	if (access(where, F_OK) == 0)
		return EEXIST;
	for (int64_t n = 0;; n++) {
		if (look_at(k, n, &s) != 0)
			return ENOENT;
		if (strcmp(s.dev, ask->dev) == 0)
			break;
	}
	if (s.seq != ask->n)
		return ENOENT;
	if (s.against != FORMAT_MAY)
		return EPERM;
	for (size_t i = k->n; i-- > 0;)
		if (is_part(k->held[i].dev, s.dev)) {
			mount_guard(k->held[i].dev, MOUNT_WRITE);
			go(k, i);
		}
	why = format_make(s.dev, ask->label);
	look(k);
	return why == 0 && access(where, F_OK) == -1 ? EIO : why;
}

/* A medium of the volume that nobody has open: let go, and mounted again. */
static int
medium_anew(struct keeper *k, char label)
{
	char where[] = VOLUME_DIR "/?";

	where[sizeof(where) - 2] = (char)(label - 'A' + 'a');
	for (size_t i = 0; i < k->n; i++)
		if (strcmp(k->held[i].where, where) == 0)
			return mount_anew(&k->held[i], MOUNT_WRITE);
	return ENOENT;
}

/* What tachiai-console asks: of whole sticks. */
static void
serve_console(void *arg, const char *line, char *reply)
{
	struct format_answer a = { .why = EINVAL };
	struct format_ask ask = { .what = FORMAT_MAKE };

	if (format_parse_ask(line, &ask) == 0) {
		if (ask.what == FORMAT_LOOK)
			a.why = look_at(arg, ask.n, &a.stick);
		else if (ask.what == FORMAT_MAKE)
			a.why = make_medium(arg, &ask);
		else
			a.why = medium_anew(arg, ask.label);
	}
	format_write_answer(ask.what, &a, reply);
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
	keep_listen(KEEP_SOCKET, COURIER, serve, drive_back);
	keep_listen(FORMAT_SOCKET, CONSOLE, serve_console, NULL);
	for (;;) {
		look(&k);
		devices_give(f);
		facts_write(f);
		keep_serve(LOOK_MS, &k);
	}
}
