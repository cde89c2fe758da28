/* SPDX-License-Identifier: MIT */
/*
 * Camera and printer are handed to tachiai-courier, the TPM behind the
 * kernel's resource manager, where the production module is for one, to
 * tachiai-hsm: the first node of each becomes its user's, and a link of a fixed
 * name leads there while it is in.  USB devices of the production module become
 * tachiai-hsm's or its daemon's.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/init/module.h"
#include "appliance/world/msg.h"

#define COURIER (USER_FIRST + PARTY_COURIER)
#define HSM     (USER_FIRST + PARTY_HSM)

/* For one link the first row that has something. */
static const struct {
	const char *nodes, *name, *dev, *link;
	bool first; /* of a device's several nodes the one with index 0 */
	uid_t user;
} GIVEN[] = {
	/* The others of a camera are not for pictures. */
	{ "/sys/class/video4linux", "video", "/dev/video", CAMERA_LINK, true,
	    COURIER },
	{ "/sys/class/usbmisc", "lp", "/dev/usb/lp", PRINTER_LINK, false,
	    COURIER },
	{ "/sys/class/printer", "lp", "/dev/lp", PRINTER_LINK, false, COURIER },
	{ "/sys/class/tpmrm", "tpmrm", "/dev/tpmrm", TPM_LINK, false, HSM },
};

#define ROWS    (sizeof(GIVEN) / sizeof(*GIVEN))
#define DEVICES 16 /* of USB that one module has */

static bool
is_first(const char *nodes, const char *name)
{
	char path[320], line[8];

	snprintf(path, sizeof(path), "%s/%.255s/index", nodes, name);
	read_line(path, line, sizeof(line));
	return strcmp(line, "0") == 0;
}

/* The lowest number of its nodes, or -1. */
static long
first_node(size_t row)
{
	DIR *d = opendir(GIVEN[row].nodes);
	size_t len = strlen(GIVEN[row].name);
	const struct dirent *de;
	long best = -1;

	while (d != NULL && (de = readdir(d)) != NULL) {
		const char *digits = de->d_name + len;
		long n;

		if (strncmp(de->d_name, GIVEN[row].name, len) != 0 ||
		    digits[0] < '0' || digits[0] > '9' ||
		    digits[strspn(digits, "0123456789")] != '\0' ||
		    strlen(digits) > 3 ||
		    (GIVEN[row].first &&
			!is_first(GIVEN[row].nodes, de->d_name)))
			continue;
		n = strtol(digits, NULL, 10);
		if (best == -1 || n < best)
			best = n;
	}
	if (d != NULL)
		closedir(d);
	return best;
}

/* Its node may come a moment later than its row: then the next look does. */
static void
give(const char *dev, const char *link, uid_t user)
{
	char is[64] = "";

	if (readlink(link, is, sizeof(is) - 1) != -1 && strcmp(is, dev) == 0)
		return;
	(void)unlink(link);
	if (dev[0] != '\0' && chown(dev, user, user) == 0 &&
	    chmod(dev, 0600) == 0)
		(void)!symlink(dev, link);
}

/* One number of all that are the daemon's, never 0 for some. */
static unsigned
give_usb(void)
{
	struct module_usb list[DEVICES];
	size_t n = module_devices("/sys", list, DEVICES);
	unsigned plugged = 0;

	for (size_t i = 0; i < n; i++) {
		uid_t user = list[i].who == MODULE_HSM ? HSM : USER_DAEMON;
		struct stat st;
		char dev[40];

		snprintf(dev, sizeof(dev), "/dev/bus/usb/%03u/%03u",
		    list[i].bus, list[i].number);
		if (stat(dev, &st) == -1 || chmod(dev, 0600) == -1 ||
		    chown(dev, user, user) == -1)
			continue;
		if (list[i].who == MODULE_DAEMON)
			plugged = plugged * 31 + list[i].bus * 128 +
			    list[i].number + 1;
	}
	return plugged;
}

void
devices_give(struct facts *f)
{
	atomic_store(&f->plugged, give_usb());
	for (size_t i = 0; i < ROWS;) {
		const char *link = GIVEN[i].link;
		uid_t user = GIVEN[i].user;
		char dev[32] = "";

		for (; i < ROWS && strcmp(GIVEN[i].link, link) == 0; i++) {
			long n = first_node(i);

			if (user == HSM && !module_get()->tpm)
				continue;
			if (n != -1 && dev[0] == '\0')
				snprintf(
				    dev, sizeof(dev), "%s%ld", GIVEN[i].dev, n);
		}
		give(dev, link, user);
	}
}
