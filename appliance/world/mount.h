/* SPDX-License-Identifier: MIT */
/*
 * Media as block devices: what stands on one, and how it is mounted.  A DEV
 * is the name of a device below /dev.
 */
#ifndef TACHIAI_MOUNT_H
#define TACHIAI_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "appliance/world/label.h"

enum mount_how {
	MOUNT_READ,
	MOUNT_WRITE,
};

/* As many bytes of `len` as there are from `at` on. */
size_t mount_read_at(int fd, uint8_t *to, size_t len, uint64_t at);
/* Its file system and label; -1: it cannot be read, or is empty. */
int mount_look(
    const char *dev, enum label_fs *fs, char label[static LABEL_LEN]);
/* /dev/DEV at `where`, for `user` alone; 0, or -1 and errno (EROFS: a file
 * system that is never written here). */
int mount_medium(const char *dev, enum label_fs fs, const char *where,
    uid_t user, enum mount_how how);
bool mount_writes(enum label_fs fs);
/* Nothing is written to /dev/DEV, by anybody; or it may be again. */
void mount_guard(const char *dev, enum mount_how how);

#endif
