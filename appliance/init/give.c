/* SPDX-License-Identifier: MIT */
/*
 * Camera and printer are handed to tachiai-courier, the TPM behind the
 * kernel's resource manager to tachiai-hsm: the first node of each becomes its
 * user's, and a link of a fixed name leads there while it is in.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/init/init.h"
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

#define ROWS (sizeof(GIVEN) / sizeof(*GIVEN))

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

void
devices_give(void)
{
	for (size_t i = 0; i < ROWS;) {
		const char *link = GIVEN[i].link;
		uid_t user = GIVEN[i].user;
		char dev[32] = "";

		for (; i < ROWS && strcmp(GIVEN[i].link, link) == 0; i++) {
			long n = first_node(i);

			if (n != -1 && dev[0] == '\0')
				snprintf(
				    dev, sizeof(dev), "%s%ld", GIVEN[i].dev, n);
		}
		give(dev, link, user);
	}
}
