/* SPDX-License-Identifier: MIT */
/*
 * Where people sit: a keyboard, and what shows them what is drawn.  Three
 * kinds: pixels that tachiai-screen paints, the kernel's own text on the
 * screen, and a serial line.  Invariant: the launcher's terminal is the same
 * one for as long as it lives, whoever paints it in between; a screen that
 * cannot be painted is the kernel's own again.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "appliance/init/init.h"

#define SCREEN      "/dev/tty1"
#define LINE        "/dev/ttyS0"
#define FRAMEBUFFER "/dev/fb0"

static struct seat {
	const char *keys;
	int master, slave; /* of the terminal that is painted, or -1 */
} seat = { "/dev/console", -1, -1 };

/* The kernel draws its text on the screen, or it does not. */
static void
set_text(bool text)
{
	int fd = open(seat.keys, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd == -1)
		return;
	(void)ioctl(fd, KDSETMODE, text ? KD_TEXT : KD_GRAPHICS);
	close(fd);
}

/* A terminal for the launcher, with no language of its own in between. */
static int
make_terminal(void)
{
	struct termios t;
	int lock = 0;

	seat.master = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (seat.master == -1 || ioctl(seat.master, TIOCSPTLCK, &lock) == -1)
		return -1;
	seat.slave =
	    ioctl(seat.master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (seat.slave == -1 || tcgetattr(seat.slave, &t) == -1)
		return -1;
	cfmakeraw(&t);
	return tcsetattr(seat.slave, TCSANOW, &t);
}

static void
drop_terminal(void)
{
	if (seat.master != -1)
		close(seat.master);
	if (seat.slave != -1)
		close(seat.slave);
	seat.master = seat.slave = -1;
}

/* The painter, once it has said that it paints; -1: it does not. */
static pid_t
start_painter(void)
{
	int fb = open(FRAMEBUFFER, O_RDWR | O_CLOEXEC), p[2] = { -1, -1 };
	pid_t pid = -1;
	char ready;

	if (fb != -1 && pipe2(p, O_CLOEXEC) == 0)
		pid = start_screen(seat.master, fb, p[1]);
	if (p[1] != -1)
		close(p[1]);
	if (pid > 0 && read(p[0], &ready, 1) != 1) {
		(void)waitpid(pid, NULL, 0);
		pid = -1;
	}
	if (p[0] != -1)
		close(p[0]);
	if (fb != -1)
		close(fb);
	return pid;
}

pid_t
seat_take(void)
{
	pid_t pid = -1;

	if (!devices_screen("/sys")) {
		seat.keys = LINE;
		return -1;
	}
	seat.keys = SCREEN;
	if (make_terminal() == 0) {
		set_text(false);
		pid = start_painter();
	}
	if (pid == -1)
		seat_text();
	return pid;
}

pid_t
seat_again(void)
{
	return seat.master != -1 ? start_painter() : -1;
}

void
seat_text(void)
{
	drop_terminal();
	set_text(true);
}

const char *
seat_keys(void)
{
	return seat.keys;
}

int
seat_painted(void)
{
	return seat.slave;
}
