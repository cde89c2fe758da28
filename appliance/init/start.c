/* SPDX-License-Identifier: MIT */
/*
 * Starting the programs of the appliance.  Invariant: between fork and exec
 * only calls on the kernel are made, and whatever fails there ends the child
 * with 127; a child holds the rights that its row says, and can gain none.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/init/module.h"
#include "appliance/world/confine.h"
#include "appliance/world/format.h"
#include "appliance/world/keep.h"
#include "appliance/world/msg.h"
#include "appliance/world/paths.h"

#define BIT(cap) (1ULL << (cap))
/* The launcher makes its children other users, and ends them. */
#define LAUNCHER_RIGHTS (BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_KILL))
#define MEDIA_RIGHTS    (BIT(CAP_SYS_ADMIN) | BIT(CAP_CHOWN) | BIT(CAP_FOWNER))

static int
set_rights(uint64_t rights)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct d[2];

	for (int i = 0; i < 2; i++) {
		d[i].effective = d[i].permitted = d[i].inheritable =
		    (uint32_t)(rights >> 32 * i);
	}
	return (int)syscall(SYS_capset, &h, d);
}

/* No right but these, for this process and whatever it may become. */
static int
keep_rights(uid_t user, uint64_t rights)
{
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if ((rights & BIT(cap)) == 0 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == -1)
			return -1;
	if (setgroups(0, NULL) == -1)
		return -1;
	if (user != 0 &&
	    (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == -1 ||
		setresgid(user, user, user) == -1 ||
		setresuid(user, user, user) == -1))
		return -1;
	if (set_rights(rights) == -1)
		return -1;
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
		if ((rights & BIT(cap)) != 0 && user != 0 &&
		    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) ==
			-1)
			return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static _Noreturn void
run(char *const argv[], const char *term)
{
	static char term_is[40];
	char *env[] = { term_is, (char[]){ "LC_ALL=C.UTF-8" },
		(char[]){ "PATH=" BIN }, NULL };

	sigset_t none;

	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	snprintf(term_is, sizeof(term_is), "TERM=%s", term);
	if (close_range(3, ~0U, 0) == 0)
		execve(argv[0], argv, env);
	_exit(127);
}

pid_t
start_measure(int medium, int out)
{
	char *argv[] = { (char[]){ BIN "/tachiai-measure" }, NULL };
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (dup2(medium, 0) == -1 || dup2(out, 1) == -1 ||
	    keep_rights(USER_MEASURE, 0) == -1)
		_exit(127);
	run(argv, "dumb");
}

/* A serial line is spoken to as people's terminals expect. */
static void
set_line(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t) == -1)
		return;
	(void)cfsetspeed(&t, B115200);
	t.c_cflag = (t.c_cflag & ~(tcflag_t)CSIZE) | CS8 | CREAD | CLOCAL;
	(void)tcsetattr(fd, TCSANOW, &t);
}

pid_t
start_screen(int terminal, int framebuffer, int ready)
{
	char *argv[] = { (char[]){ BIN "/tachiai-screen" },
		(char[]){ "/usr/share/tachiai/font" }, NULL };
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (setsid() == -1 || dup2(terminal, 0) == -1 ||
	    dup2(framebuffer, 1) == -1 || dup2(ready, 2) == -1 ||
	    keep_rights(USER_SCREEN, 0) == -1)
		_exit(127);
	run(argv, "dumb");
}

/* Whoever it is given to may open it by its name. */
static int
give_terminal(int fd, uid_t user)
{
	return fchown(fd, user, user) == -1 ? -1 : fchmod(fd, 0600);
}

pid_t
start_launcher(const char *keys, int painted)
{
	char *argv[] = { (char[]){ BIN "/tachiai" }, (char[]){ "--volume" },
		(char[]){ VOLUME_DIR "/a," VOLUME_DIR "/b" },
		(char[]){ "--sticks" }, (char[]){ STICKS_DIR },
		(char[]){ "--facts" }, (char[]){ FACTS_FILE },
		(char[]){ "--camera" }, (char[]){ CAMERA_LINK },
		(char[]){ "--printer" }, (char[]){ PRINTER_LINK },
		(char[]){ "--disc" }, (char[]){ DISC_LINK },
		(char[]){ "--keeper" }, (char[]){ KEEP_SOCKET },
		(char[]){ "--clock" }, (char[]){ CLOCK_SOCKET },
		(char[]){ "--format" }, (char[]){ FORMAT_SOCKET },
		(char[]){ "--production" }, (char[]){ PRODUCTION_MODULE },
		(char[]){ "--users" }, NULL, NULL };
	const uid_t user = USER_FIRST + PARTY_LAUNCHER;
	bool serial = strstr(keys, "ttyS") != NULL;
	pid_t pid = fork();
	char first[16];
	int fd, out;

	if (pid != 0)
		return pid;
	snprintf(first, sizeof(first), "%d", USER_FIRST);
	argv[sizeof(argv) / sizeof(*argv) - 2] = first;
	if (setsid() == -1 || (fd = open(keys, O_RDWR)) == -1 ||
	    ioctl(fd, TIOCSCTTY, 1) == -1 || give_terminal(fd, user) == -1)
		_exit(127);
	out = painted != -1 ? painted : fd;
	if (serial)
		set_line(fd);
	if (give_terminal(out, user) == -1 || dup2(fd, 0) == -1 ||
	    dup2(out, 1) == -1 || dup2(out, 2) == -1 ||
	    keep_rights(user, LAUNCHER_RIGHTS) == -1)
		_exit(127);
	run(argv, serial ? "vt220" : painted != -1 ? "tachiai" : "linux");
}

#define MKE2FS "/sbin/mke2fs"
#define LOADER "/lib64/ld-linux-x86-64.so.2"

static _Noreturn void
become_mke2fs(const char *path, char label)
{
	char name[] = "TACHIAI-?", device[64];
	/* All of it is written now, and the same on a stick of any size. */
	char *argv[] = { (char[]){ MKE2FS }, (char[]){ "-q" }, (char[]){ "-F" },
		(char[]){ "-b" }, (char[]){ "4096" }, (char[]){ "-I" },
		(char[]){ "256" }, (char[]){ "-N" }, (char[]){ "32768" },
		(char[]){ "-m" }, (char[]){ "0" }, (char[]){ "-e" },
		(char[]){ "remount-ro" }, (char[]){ "-O" },
		(char[]){ "none,has_journal,dir_index,filetype,extent,64bit,"
			  "sparse_super,large_file,metadata_csum" },
		(char[]){ "-E" },
		(char[]){ "nodiscard,lazy_itable_init=0,lazy_journal_init=0,"
			  "root_owner=0:0" },
		(char[]){ "-L" }, name, device, NULL };
	char *env[] = { (char[]){ "MKE2FS_CONFIG=/dev/null" },
		(char[]){ "LC_ALL=C" }, NULL };
	const struct paths_row rows[] = { { path, PATHS_WRITE },
		{ "/dev/null", PATHS_WRITE }, { MKE2FS, PATHS_RUN },
		{ LOADER, PATHS_RUN } };
	const struct {
		int what;
		struct rlimit is;
	} LIMITS[] = {
		{ RLIMIT_AS, { 512 << 20, 512 << 20 } },
		{ RLIMIT_CPU, { 300, 300 } },
		{ RLIMIT_NOFILE, { 64, 64 } },
		{ RLIMIT_CORE, { 0, 0 } },
	};
	sigset_t none;
	struct err e;
	int null = open("/dev/null", O_RDWR);

	name[sizeof(name) - 2] = label;
	snprintf(device, sizeof(device), "%s", path);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (null == -1 || dup2(null, fd) == -1)
			_exit(127);
	for (size_t i = 0; i < sizeof(LIMITS) / sizeof(*LIMITS); i++)
		if (setrlimit(LIMITS[i].what, &LIMITS[i].is) == -1)
			_exit(127);
	/* Nothing that is executed can gain what is given up here. */
	if (set_rights(0) == 0 && paths_confine(rows, 4, &e) == 0 &&
	    close_range(3, ~0U, 0) == 0)
		execve(argv[0], argv, env);
	_exit(127);
}

int
start_mke2fs(const char *dev, char label)
{
	char path[64];
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), "/dev/%.15s", dev);
	pid = fork();
	if (pid == 0)
		become_mke2fs(path, label);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0 ? 0
									 : -1;
}

pid_t
start_media(struct facts *f)
{
	pid_t pid = fork();
	struct err e;

	if (pid != 0)
		return pid;
	if (keep_rights(0, MEDIA_RIGHTS) == -1 || confine_privileged(&e) == -1)
		_exit(127);
	media_keep(f);
}

pid_t
start_daemon(const struct module *m)
{
	char *argv[MODULE_WORDS + 3] = { (char[]){ BIN "/tachiai-daemon" },
		(char *)(uintptr_t)m->folder };
	pid_t pid = fork();
	int fd;

	if (pid != 0)
		return pid;
	for (size_t i = 0; i < MODULE_WORDS; i++)
		argv[i + 2] = m->daemon[i];
	if (setsid() == -1 || (fd = open("/dev/null", O_RDWR)) == -1 ||
	    dup2(fd, 0) == -1 || dup2(fd, 1) == -1 || dup2(fd, 2) == -1 ||
	    keep_rights(USER_DAEMON, 0) == -1)
		_exit(127);
	run(argv, "dumb");
}

pid_t
start_clock(const struct facts *f)
{
	pid_t pid = fork();
	struct err e;

	if (pid != 0)
		return pid;
	clock_listen(f);
	if (keep_rights(USER_CLOCK, BIT(CAP_SYS_TIME)) == -1 ||
	    confine_privileged(&e) == -1)
		_exit(127);
	clock_keep();
}
