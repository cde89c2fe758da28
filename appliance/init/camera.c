/* SPDX-License-Identifier: MIT */
/*
 * The camera is handed to tachiai-courier: the first node of the first
 * camera becomes its user's, and CAMERA_LINK names it while it is there.
 * A camera has several nodes; the first, index 0, is the one with pictures.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/init/init.h"

#define NODES "/sys/class/video4linux"
#define NEW   CAMERA_LINK ".new"

/* The number of its node, or -1. */
static long
first_node(void)
{
	DIR *d = opendir(NODES);
	const struct dirent *de;
	long best = -1;

	while (d != NULL && (de = readdir(d)) != NULL) {
		char path[128], line[8];
		char *end;
		long n;

		if (strncmp(de->d_name, "video", 5) != 0)
			continue;
		n = strtol(de->d_name + 5, &end, 10);
		if (end == de->d_name + 5 || *end != '\0' || n > 255)
			continue;
		snprintf(path, sizeof(path), NODES "/video%ld/index", n);
		read_line(path, line, sizeof(line));
		if (strcmp(line, "0") == 0 && (best == -1 || n < best))
			best = n;
	}
	if (d != NULL)
		closedir(d);
	return best;
}

void
camera_give(uid_t user)
{
	static long given = -1;
	long n = first_node();
	char dev[32];

	if (n == given)
		return;
	(void)unlink(CAMERA_LINK);
	given = -1;
	if (n == -1)
		return;
	snprintf(dev, sizeof(dev), "/dev/video%ld", n);
	if (chown(dev, user, user) == -1 || chmod(dev, 0600) == -1 ||
	    (symlink(dev, CAMERA_LINK) == -1 && errno != EEXIST))
		return; /* its node comes a moment later */
	given = n;
}
