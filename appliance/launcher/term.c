/* SPDX-License-Identifier: MIT */
/*
 * The real terminal.  Invariant: `before` holds the modes that were found,
 * and is put back exactly once whichever way the program ends (but SIGKILL).
 */
#include "appliance/launcher/term.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "appliance/world/write.h"
#include "ceremony/base/utf8.h"

static struct termios before;
static volatile sig_atomic_t taken;

/*
 * CAN and ST end an unfinished sequence or string; soft reset; no mouse, no
 * bracketed paste, keys in their plain form; the other screen, sets, margins,
 * wrap, colours, cursor; clear.
 */
#define RESET                                                           \
	"\x18\x1b\\\x1b[!p\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l" \
	"\x1b[?1006l\x1b[?2004l\x1b[>4;0m\x1b[?1049h\x1b(B\x0f\x1b[r"   \
	"\x1b[?6l\x1b[?7h\x1b[?1l\x1b>\x1b[4l\x1b[0m\x1b[?25h\x1b[2J\x1b[H"
#define GOODBYE RESET "\x1b[?1049l"

static bool
one_terminal(void)
{
	struct stat in, out;

	return fstat(STDIN_FILENO, &in) == 0 &&
	    fstat(STDOUT_FILENO, &out) == 0 && in.st_rdev == out.st_rdev;
}

/* A screen that is painted has modes of its own: for words, or for drawing. */
static void
painted_modes(bool words)
{
	struct termios t;

	if (one_terminal() || tcgetattr(STDOUT_FILENO, &t) == -1)
		return;
	if (words)
		t.c_oflag |= OPOST | ONLCR;
	else
		t.c_oflag &= ~(tcflag_t)OPOST;
	(void)tcsetattr(STDOUT_FILENO, TCSANOW, &t);
}

void
term_restore(void)
{
	if (!taken)
		return;
	taken = 0;
	(void)write_all(STDOUT_FILENO, GOODBYE, sizeof(GOODBYE) - 1);
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	painted_modes(true);
}

void
term_hold(const char *sentence)
{
	ssize_t n;
	char c;

	/* What comes after the sentence answers it. */
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	fprintf(stderr, "\n%s\n", sentence);
	do {
		n = read(STDIN_FILENO, &c, 1);
	} while (
	    (n == -1 && errno == EINTR) || (n == 1 && c != '\n' && c != '\r'));
}

static void
fatal(int sig)
{
	term_restore();
	/* SA_RESETHAND: the second time it ends us. */
	(void)raise(sig);
}

static void
raw(void)
{
	struct termios t = before;

	cfmakeraw(&t);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &t);
	painted_modes(false);
}

/* A description of our own, so that O_NONBLOCK is ours alone. */
static int
reopen(int fd)
{
	const char *name = ttyname(fd);
	int own = -1;

	if (name != NULL)
		own = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return own != -1 ? own : fcntl(fd, F_DUPFD_CLOEXEC, 10);
}

int
term_take(int *keys, int *screen, struct err *e)
{
	static const int SIGNALS[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL,
		SIGSYS };
	struct sigaction sa;
	int out = -1, in = -1;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &before) == -1)
		return err_set(e, ERR_WORLD, "launcher.no-terminal", NULL);
	out = reopen(STDOUT_FILENO);
	in = one_terminal() ? out : reopen(STDIN_FILENO);
	if (out == -1 || in == -1) {
		if (out != -1)
			close(out);
		return err_set(e, ERR_WORLD, "launcher.no-terminal", NULL);
	}
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = fatal;
	sa.sa_flags = (int)SA_RESETHAND | SA_NODEFER;
	for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(*SIGNALS); i++)
		(void)sigaction(SIGNALS[i], &sa, NULL);
	(void)atexit(term_restore);
	raw();
	taken = 1;
	(void)write_all(STDOUT_FILENO, RESET, sizeof(RESET) - 1);
	*keys = in;
	*screen = out;
	return 0;
}

void
term_size(struct winsize *ws)
{
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, ws) == -1 || ws->ws_row == 0 ||
	    ws->ws_col == 0) {
		memset(ws, 0, sizeof(*ws));
		ws->ws_row = 24;
		ws->ws_col = 80;
	}
}

void
term_reset(struct buf *out)
{
	buf_str(out, RESET);
}

void
term_drop_input(void)
{
	(void)tcflush(STDIN_FILENO, TCIFLUSH);
	if (taken)
		raw(); /* whoever had it may have left it otherwise */
}

/* Cells of a code point, near enough for our own sentences. */
static int
cells(uint32_t cp)
{
	return cp >= 0x1100 ? 2 : 1;
}

void
term_page(struct buf *out, const char *sentence, int columns)
{
	const char *s = sentence, *end = s + strlen(s);
	int col = 0;

	term_reset(out);
	buf_str(out, "\x1b[3;3H");
	while (s < end) {
		uint32_t cp;
		size_t n = utf8_decode(s, (size_t)(end - s), &cp);
		int word = 0;

		if (n == 0)
			return;
		/* A Latin word goes to the next line as a whole. */
		while (s + word < end && s[word] > ' ')
			word++;
		if (col > 0 &&
		    (col + cells(cp) > columns - 4 ||
			(s[-1] == ' ' && col + word > columns - 4))) {
			buf_str(out, "\r\n  ");
			col = 0;
		}
		buf_add(out, s, n);
		col += cells(cp);
		s += n;
	}
}
