/* SPDX-License-Identifier: MIT */
/*
 * The keyboard.  Invariant: a byte that was typed is kept nowhere but in
 * one variable, which is cleansed before the next byte is read.
 */
#include "appliance/key/keyboard.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "appliance/world/msg.h"

#define ESC_WAIT_MS 40 /* what follows an escape comes at once */

static struct termios before;
static volatile sig_atomic_t taken, resized;

int64_t
keyboard_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* The time that a prompt waits begins anew. */
static int
wind_clock(void)
{
	const struct itimerspec t = { .it_value.tv_sec = KEYBOARD_IDLE_S };

	return timerfd_settime(CLOCK_FD, 0, &t, NULL);
}

void
keyboard_end(void)
{
	static const char clear[] = "\033[0m\033[2J\033[H\033[?25h";

	if (!taken)
		return;
	taken = 0;
	keyboard_write(clear, sizeof(clear) - 1);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
}

static void
on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

static void
on_end(int sig)
{
	keyboard_end();
	signal(sig, SIG_DFL);
	raise(sig);
}

int
keyboard_begin(struct err *e)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGABRT,
		SIGBUS, SIGFPE, SIGILL };
	struct sigaction sa;
	struct termios raw;

	if (wind_clock() == -1)
		return err_set(e, ERR_WORLD, "key.no-clock", NULL);
	if (tcgetattr(STDIN_FILENO, &before) == -1)
		return err_set(e, ERR_WORLD, "key.no-terminal", NULL);
	raw = before;
	cfmakeraw(&raw);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) == -1)
		return err_set(e, ERR_WORLD, "key.no-terminal", NULL);
	taken = 1;
	atexit(keyboard_end);
	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = on_resize;
	sigaction(SIGWINCH, &sa, NULL);
	sa.sa_handler = on_end;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaction(ends[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	keyboard_fresh();
	return 0;
}

void
keyboard_fresh(void)
{
	tcflush(STDIN_FILENO, TCIFLUSH);
	(void)wind_clock();
}

void
keyboard_size(size_t *rows, size_t *cols)
{
	struct winsize ws;

	*rows = 24;
	*cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row != 0 &&
	    ws.ws_col != 0) {
		*rows = ws.ws_row;
		*cols = ws.ws_col;
	}
}

void
keyboard_write(const void *p, size_t len)
{
	const uint8_t *at = p;

	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, at, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN) {
			struct pollfd room = { STDOUT_FILENO, POLLOUT, 0 };

			poll(&room, 1, -1);
			continue;
		}
		if (n <= 0)
			return;
		at += n;
		len -= (size_t)n;
	}
}

/* One byte: 1, 0 none within the time, -1 the terminal is gone. */
static int
read_byte(int wait_ms, char *c)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, wait_ms) <= 0)
		return 0;
	n = read(STDIN_FILENO, c, 1);
	if (n == 1)
		return 1;
	return n == -1 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

/* Behind an escape: nothing is the Esc key; CSI 5~ and 6~ are pages. */
static bool
escape_key(enum keyboard_key *key)
{
	char c, number = 0;

	*key = KEYBOARD_ESC;
	if (read_byte(ESC_WAIT_MS, &c) != 1)
		return true;
	if (c != '[' && c != 'O')
		return c == '\033';
	while (read_byte(ESC_WAIT_MS, &c) == 1) {
		if ((c < '0' || c > '9') && c != ';') {
			if (c != '~')
				return false;
			*key = number == '5' ? KEYBOARD_PGUP : KEYBOARD_PGDN;
			return number == '5' || number == '6';
		}
		number = number == 0 ? c : '?';
	}
	return false;
}

static bool
byte_key(char c, enum keyboard_key *key, char *letter)
{
	switch (c) {
	case '\033':
		return escape_key(key);
	case ' ':
		*key = KEYBOARD_SPACE;
		return true;
	case '\r':
	case '\n':
		*key = KEYBOARD_ENTER;
		return true;
	case '\b':
	case 0x7f:
		*key = KEYBOARD_BACKSPACE;
		return true;
	default:
		break;
	}
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9')) {
		*key = KEYBOARD_LETTER;
		*letter = c;
		return true;
	}
	return false;
}

static int
wait_ms(int64_t tick_end)
{
	int64_t left = tick_end - keyboard_now();

	if (tick_end < 0)
		return -1;
	return left > 0 ? (int)left : 0;
}

enum keyboard_key
keyboard_read(int fd, int tick_ms, char *letter)
{
	int64_t tick_end = tick_ms >= 0 ? keyboard_now() + tick_ms : -1;
	enum keyboard_key key;

	for (;;) {
		struct pollfd p[3] = { { STDIN_FILENO, POLLIN, 0 },
			{ fd, 0, 0 }, { CLOCK_FD, POLLIN, 0 } };
		bool known;
		char c;
		int n = poll(p, 3, wait_ms(tick_end));

		if (resized) {
			resized = 0;
			return KEYBOARD_RESIZE;
		}
		if (n > 0 && (p[1].revents & (POLLHUP | POLLERR)) != 0)
			return KEYBOARD_GONE;
		if (n > 0 && p[0].revents != 0) {
			n = read_byte(0, &c);
			if (n == -1)
				return KEYBOARD_GONE;
			if (n == 0)
				continue;
			(void)wind_clock();
			known = byte_key(c, &key, letter);
			OPENSSL_cleanse(&c, sizeof(c));
			if (known)
				return key;
		} else if (n > 0 && p[2].revents != 0)
			return KEYBOARD_IDLE;
		if (tick_end >= 0 && keyboard_now() >= tick_end)
			return KEYBOARD_TICK;
	}
}
