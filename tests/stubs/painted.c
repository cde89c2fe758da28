/* SPDX-License-Identifier: MIT */
/*
 * Stands in for process 1 and tachiai-screen: painted PROGRAM ARGUMENTS...
 * is typed to where this is started, and draws on a terminal of its own, whose
 * cells are shown here.  Once the console has said that it got a P, the painter
 * dies: what stood there is gone, and has to be drawn again.
 */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tui/ansi.h"
#include "tui/vt.h"

#define ROWS 24
#define COLS 80

static void
show(const struct vt *v)
{
	struct buf out = BUF_INIT;

	ansi_paint(vt_grid(v), false, &out);
	(void)!write(STDOUT_FILENO, out.data, out.len);
	buf_free(&out);
}

int
main(int argc, char **argv)
{
	struct winsize ws = { .ws_row = ROWS, .ws_col = COLS };
	struct vt *v = vt_new(ROWS, COLS);
	int master, slave, status = 0;
	uint8_t in[4096];
	struct termios t;
	bool again = false;
	pid_t pid;

	if (argc < 2 || openpty(&master, &slave, NULL, NULL, &ws) == -1)
		return 2;
	(void)tcgetattr(slave, &t);
	cfmakeraw(&t);
	(void)tcsetattr(slave, TCSANOW, &t);
	pid = fork();
	if (pid == 0) {
		(void)dup2(slave, STDOUT_FILENO);
		(void)dup2(slave, STDERR_FILENO);
		close(master);
		close(slave);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	close(slave);
	for (;;) {
		ssize_t n = read(master, in, sizeof(in));

		if (n <= 0)
			break;
		vt_put(v, in, (size_t)n);
		show(v);
		/* The console said so: its painter is another one now. */
		if (!again && memmem(in, (size_t)n, "key 50", 6) != NULL) {
			again = true;
			vt_free(v);
			v = vt_new(ROWS, COLS);
			(void)kill(pid, SIGWINCH);
		}
	}
	vt_free(v);
	(void)waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}
