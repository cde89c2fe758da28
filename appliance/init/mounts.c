/* SPDX-License-Identifier: MIT */
/*
 * What the kernel offers, put in its places.  Invariant: nothing that can be
 * written to can be executed, and nothing that can be executed can be written
 * to once mounts_close() was called.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "appliance/init/init.h"

#define MODULES "/modules"
#define CLOSED  (MS_NOSUID | MS_NODEV | MS_NOEXEC)

static const struct {
	const char *type, *where, *options;
	unsigned long flags;
} MOUNTS[] = {
	{ "proc", "/proc", "hidepid=invisible", CLOSED },
	{ "sysfs", "/sys", NULL, CLOSED | MS_RDONLY },
	{ "securityfs", "/sys/kernel/security", NULL, CLOSED | MS_RDONLY },
	{ "devtmpfs", "/dev", "mode=755", MS_NOSUID | MS_NOEXEC },
	{ "devpts", "/dev/pts", "newinstance,ptmxmode=666,mode=600",
	    MS_NOSUID | MS_NOEXEC },
	{ "tmpfs", "/dev/shm", "mode=1777,size=64m", CLOSED },
	{ "tmpfs", "/run", "mode=755,size=4m", CLOSED },
	{ "tmpfs", VOLUME_DIR, "mode=755,size=64k", CLOSED },
	{ "tmpfs", STICKS_DIR, "mode=755,size=64k", CLOSED },
};

/* Knobs of the kernel; one that it does not have is not needed either. */
static const struct {
	const char *path, *value;
} KNOBS[] = {
	{ "/proc/sys/kernel/sysrq", "0" },
	{ "/proc/sys/kernel/ctrl-alt-del", "0" },
	{ "/proc/sys/kernel/dmesg_restrict", "1" },
	{ "/proc/sys/kernel/kptr_restrict", "2" },
	{ "/proc/sys/kernel/core_pattern", "|/nothing" },
	{ "/proc/sys/kernel/yama/ptrace_scope", "3" },
	{ "/proc/sys/kernel/printk", "1 4 1 1" },
	{ "/proc/sys/fs/protected_symlinks", "1" },
	{ "/proc/sys/fs/protected_hardlinks", "1" },
	{ "/proc/sys/fs/protected_fifos", "2" },
	{ "/proc/sys/fs/protected_regular", "2" },
	{ "/proc/sys/fs/suid_dumpable", "0" },
	{ "/proc/sys/vm/mmap_rnd_bits", "32" },
	{ "/proc/sys/kernel/modules_disabled", "1" },
};

static void
turn(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	(void)!write(fd, value, strlen(value));
	close(fd);
}

/*
 * A kernel that has its drivers as modules finds them in one folder, named
 * in the order of their needs; ours has the drivers within and no folder.
 */
static void
load_modules(void)
{
	struct dirent **list = NULL;
	int n = scandir(MODULES, &list, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		char path[512];
		int fd;

		snprintf(
		    path, sizeof(path), MODULES "/%.255s", list[i]->d_name);
		fd = list[i]->d_name[0] != '.'
		    ? open(path, O_RDONLY | O_CLOEXEC)
		    : -1;
		if (fd != -1) {
			(void)syscall(SYS_finit_module, fd, "", 0);
			close(fd);
		}
		free(list[i]);
	}
	free(list);
}

int
mounts_make(const char **what)
{
	const struct rlimit none = { 0, 0 };

	umask(022);
	for (size_t i = 0; i < sizeof(MOUNTS) / sizeof(*MOUNTS); i++) {
		*what = MOUNTS[i].where;
		(void)mkdir(MOUNTS[i].where, 0755);
		if (mount(MOUNTS[i].type, MOUNTS[i].where, MOUNTS[i].type,
			MOUNTS[i].flags, MOUNTS[i].options) == -1 &&
		    strcmp(MOUNTS[i].type, "securityfs") != 0)
			return -1;
	}
	*what = "/dev/ptmx";
	(void)unlink("/dev/ptmx");
	if (symlink("pts/ptmx", "/dev/ptmx") == -1)
		return -1;
	(void)setrlimit(RLIMIT_CORE, &none);
	load_modules();
	for (size_t i = 0; i < sizeof(KNOBS) / sizeof(*KNOBS); i++)
		turn(KNOBS[i].path, KNOBS[i].value);
	return 0;
}

void
mounts_close(void)
{
	(void)mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY | MS_NODEV, NULL);
}
