/* SPDX-License-Identifier: MIT */
/*
 * Process 1 of the appliance: puts the machine in order, has the image
 * measured, starts the painter of the screen, the keeper of the media, the
 * setter of the clock, a module's daemon and the launcher, starts them again
 * when they die, and at the end switches off.  Invariant: there is no other way
 * out than power; it takes no word from anybody, and runs no shell.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/init/module.h"
#include "ceremony/text/text.h"

#define DEATHS_MAX 3  /* of one program, each sooner than: */
#define SOON_S     30 /* seconds after it was started */

static time_t
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* One sentence, in English: the kernel's font has no other. */
static void
say(const struct err *e)
{
	struct buf b = BUF_INIT;
	int fd;

	seat_text();
	fd = open(seat_keys(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
	text_error(LANG_EN, e, &b);
	buf_str(&b, "\r\n");
	if (fd != -1) {
		(void)!write(fd, "\r\n", 2);
		(void)!write(fd, b.data, b.len);
		close(fd);
	}
	buf_free(&b);
}

static _Noreturn void
stop(const struct err *e)
{
	say(e);
	for (;;)
		(void)pause();
}

/* What the medium holds, from its first byte to the image's last; or -1. */
static pid_t
measure_begin(struct facts *f)
{
	int medium = disk_boot(f->medium), p[2] = { -1, -1 };
	pid_t pid = -1;

	if (medium != -1 && pipe2(p, O_CLOEXEC) == 0 &&
	    fcntl(p[0], F_SETFL, O_NONBLOCK) == 0)
		pid = start_measure(medium, p[1]);
	if (medium != -1)
		close(medium);
	if (p[1] != -1)
		close(p[1]);
	if (pid > 0)
		measure_from(f, p[0]);
	else if (p[0] != -1)
		close(p[0]);
	return pid;
}

/* Let go of everything below `dir`. */
static void
unmount(const char *dir)
{
	DIR *d = opendir(dir);
	const struct dirent *de;
	char path[512];

	while (d != NULL && (de = readdir(d)) != NULL) {
		if (de->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, de->d_name);
		if (umount2(path, 0) == -1)
			(void)umount2(path, MNT_DETACH);
	}
	if (d != NULL)
		closedir(d);
}

/* Everybody ends; what they had in memory the kernel wipes as it is freed. */
static _Noreturn void
power_off(void)
{
	struct err e;

	(void)kill(-1, SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	sync();
	unmount(VOLUME_DIR);
	unmount(STICKS_DIR);
	(void)umount2("/dev/shm", MNT_DETACH);
	(void)umount2("/run", MNT_DETACH);
	err_set(&e, ERR_NONE, "init.off", NULL);
	say(&e);
	(void)reboot(RB_POWER_OFF);
	for (;;)
		(void)pause();
}

bool
lives_end(struct lives *l)
{
	l->deaths = now() - l->since < SOON_S ? l->deaths + 1 : 1;
	l->since = now();
	return l->deaths >= DEATHS_MAX;
}

/* Another painter, to whom all is drawn again; or the kernel's own text. */
static pid_t
paint_again(struct facts *f, struct lives *l, pid_t launcher)
{
	pid_t pid = -1;

	f->screens++;
	if (!lives_end(l))
		pid = seat_again();
	if (pid == -1)
		seat_text();
	(void)kill(launcher, pid != -1 ? SIGWINCH : SIGKILL);
	return pid;
}

/* Whoever ends next; meanwhile the medium is read back, and what a daemon
 * needs to know looked at. */
static pid_t
next_end(struct facts *f, int *status)
{
	const struct timespec look = { 0, 100 * 1000000 };
	sigset_t ends;
	pid_t pid;

	sigemptyset(&ends);
	sigaddset(&ends, SIGCHLD);
	while (atomic_load(&f->reading) || module_get()->daemon[0] != NULL) {
		measure_look(f);
		daemon_look(f);
		pid = waitpid(-1, status, WNOHANG);
		if (pid > 0)
			return pid;
		(void)sigtimedwait(&ends, NULL, &look);
	}
	return waitpid(-1, status, 0);
}

/* Screen, launcher and keeper for as long as people want them. */
static _Noreturn void
serve(struct facts *f, pid_t screen, pid_t measure)
{
	pid_t media = start_media(f), clock = start_clock(f);
	pid_t launcher = start_launcher(seat_keys(), seat_painted());
	struct lives of_launcher = { now(), 0 }, of_screen = { now(), 0 };
	struct err e;

	for (;;) {
		int status;
		pid_t pid = next_end(f, &status);

		if (pid > 0 && pid == measure) {
			/* Its number may be another's from now on. */
			measure_end(f, status);
			measure = -1;
		} else if (pid == media) {
			f->keepers++;
			media = start_media(f);
		} else if (pid == clock) {
			f->clocks++;
			clock = start_clock(f);
		} else if (daemon_ended(f, pid)) {
			continue;
		} else if (pid == screen) {
			screen = paint_again(f, &of_screen, launcher);
		} else if (pid == launcher) {
			if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
				power_off();
			if (lives_end(&of_launcher)) {
				err_set(&e, ERR_WORLD, "init.down", NULL);
				err_arg_int(&e, "n", of_launcher.deaths);
				stop(&e);
			}
			f->launchers++;
			launcher = start_launcher(seat_keys(), seat_painted());
		}
	}
}

/* A page that the keeper of the media, a child, reads what comes later in. */
static struct facts *
facts_new(void)
{
	struct facts *f = mmap(NULL, sizeof(*f), PROT_READ | PROT_WRITE,
	    /* cppcheck-suppress invalidFunctionArg ; -1: of no file */
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct stat st;
	struct err e;

	if (f == MAP_FAILED) {
		err_set(&e, ERR_WORLD, "init.mount", "what", "memory", "why",
		    strerror(errno), NULL);
		stop(&e);
	}
	if (stat("/init", &st) == 0)
		f->made = st.st_mtim.tv_sec;
	return f;
}

/*
 * The kernel found no console to give: without this, descriptors of ours had
 * the numbers that programs are given theirs by.
 */
static void
hold_standard(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
		;
	if (fd > STDERR_FILENO)
		close(fd);
}

int
main(void)
{
	pid_t screen, measure;
	struct facts *f;
	const char *what = "";
	struct err e;
	sigset_t all;

	if (getpid() != 1) {
		fputs("tachiai-init: the kernel starts this\n", stderr);
		return 2;
	}
	sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	(void)reboot(RB_DISABLE_CAD);
	if (mounts_make(&what) == -1) {
		err_set(&e, ERR_WORLD, "init.mount", "what", what, "why",
		    strerror(errno), NULL);
		stop(&e);
	}
	mounts_close();
	hold_standard();
	screen = seat_take();
	f = facts_new();
	measure = measure_begin(f);
	module_load(MODULE_FILE);
	facts_measured(f, "/sys");
	facts_write(f);
	serve(f, screen, measure);
}
