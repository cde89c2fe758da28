/* SPDX-License-Identifier: MIT */
/*
 * Landlock by its system calls: Debian 12's C library has no functions for
 * them, and its headers know the first of its versions only.  Invariant: what
 * this kernel can forbid is forbidden, or the function fails.
 */
#include "appliance/world/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/landlock.h, version 6. */
enum {
	FS_EXECUTE = 1 << 0,
	FS_WRITE_FILE = 1 << 1,
	FS_REMOVE = 1 << 4 | 1 << 5,
	FS_MAKE =
	    1 << 6 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12,
	FS_MAKE_ORDINARY = 1 << 7 | 1 << 8, /* folders, regular files */
	FS_MAKE_SOCK = 1 << 9,
	FS_REFER = 1 << 13,        /* since 2 */
	FS_TRUNCATE = 1 << 14,     /* since 3 */
	NET_TCP = 1 << 0 | 1 << 1, /* since 4: bind, connect */
	SCOPE = 1 << 0 | 1 << 1,   /* since 6: abstract sockets, signals */
	OF_VERSION = 1,
	RULE_BENEATH = 1,
};

struct ruleset {
	uint64_t fs, net, scope;
};

struct beneath {
	uint64_t allowed;
	int32_t fd;
} __attribute__((packed));

static int
failed(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "world.confine", "what", what, NULL);
}

/* The folder above a path, or the nearest above that which is there. */
static int
open_above(const char *path)
{
	char dir[4096];
	int fd = -1;

	if ((size_t)snprintf(dir, sizeof(dir), "%s", path) >= sizeof(dir))
		return -1;
	while (fd == -1 && strcmp(dir, ".") != 0 && strcmp(dir, "/") != 0) {
		char *slash = strrchr(dir, '/');

		while (slash != NULL && slash[1] == '\0' && slash != dir) {
			*slash = '\0';
			slash = strrchr(dir, '/');
		}
		if (slash == NULL)
			snprintf(dir, sizeof(dir), ".");
		else
			slash[slash == dir] = '\0';
		fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	}
	return fd;
}

static int
allow(int set, const struct paths_row *row, uint64_t handled)
{
	uint64_t allowed = FS_WRITE_FILE | FS_TRUNCATE;
	struct beneath b;
	int fd, ret;

	if (row->path == NULL)
		return 0;
	fd = row->how == PATHS_ALL || row->how == PATHS_BESIDE
	    ? open_above(row->path)
	    : open(row->path, O_PATH | O_CLOEXEC);
	if (fd == -1)
		return 0;
	if (row->how == PATHS_ALL || row->how == PATHS_BELOW ||
	    row->how == PATHS_SERVE)
		allowed |= FS_REMOVE | FS_MAKE_ORDINARY | FS_REFER;
	if (row->how == PATHS_SERVE)
		allowed |= FS_MAKE_SOCK;
	if (row->how == PATHS_RUN)
		allowed = FS_EXECUTE;
	b.allowed = allowed & handled;
	b.fd = fd;
	ret = (int)syscall(SYS_landlock_add_rule, set, RULE_BENEATH, &b, 0);
	close(fd);
	return ret;
}

int
paths_confine(const struct paths_row *rows, size_t n, struct err *e)
{
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, OF_VERSION);
	struct ruleset r = { FS_EXECUTE | FS_WRITE_FILE | FS_REMOVE | FS_MAKE,
		0, 0 };
	size_t size = sizeof(r.fs);
	int set, ret = 0;

	if (version < 1) /* none in this kernel, or turned off */
		return 0;
	if (version >= 2)
		r.fs |= FS_REFER;
	if (version >= 3)
		r.fs |= FS_TRUNCATE;
	if (version >= 4) {
		r.net = NET_TCP;
		size = sizeof(r.fs) + sizeof(r.net);
	}
	if (version >= 6) {
		r.scope = SCOPE;
		size = sizeof(r);
	}
	set = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (set == -1)
		return failed(e, "landlock");
	for (size_t i = 0; i < n && ret == 0; i++)
		ret = allow(set, &rows[i], r.fs);
	if (ret == 0)
		ret = (int)syscall(SYS_landlock_restrict_self, set, 0);
	close(set);
	return ret == 0 ? 0 : failed(e, "landlock");
}
