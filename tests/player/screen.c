/* SPDX-License-Identifier: MIT */
/*
 * The terminal: a pseudo-terminal whose other side is a libvterm screen.
 * Invariant: every byte the program writes is interpreted in order before
 * anybody looks, and nothing here waits but in poll(2).
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

#include "ceremony/base/utf8.h"
#include "tests/player/player.h"

struct screen {
	VTerm *vt;
	VTermScreen *vs;
	int cols, rows;
	int fd;
	pid_t pid;
	struct buf held; /* typed, not yet sent */
	bool hold;
	bool ended; /* nobody has the other side any more */
	unsigned long age;
	char cut[3]; /* a character whose end is to be read yet */
	size_t cuts;
};

struct screen *
screen_new(int cols, int rows)
{
	struct screen *s = xcalloc(1, sizeof(*s));

	s->cols = cols;
	s->rows = rows;
	s->fd = -1;
	s->pid = -1;
	s->vt = vterm_new(rows, cols);
	if (s->vt == NULL)
		abort();
	vterm_set_utf8(s->vt, 1);
	s->vs = vterm_obtain_screen(s->vt);
	vterm_screen_enable_altscreen(s->vs, 1);
	vterm_screen_reset(s->vs, 1);
	return s;
}

void
screen_free(struct screen *s)
{
	if (s == NULL)
		return;
	if (s->fd != -1)
		close(s->fd);
	if (s->pid > 0) {
		/* The end of its terminal is a SIGHUP; then patience ends. */
		for (int i = 0; i < 50; i++) {
			if (waitpid(s->pid, NULL, WNOHANG) == s->pid) {
				s->pid = -1;
				break;
			}
			(void)poll(NULL, 0, 100);
		}
	}
	if (s->pid > 0) {
		(void)kill(s->pid, SIGKILL);
		(void)waitpid(s->pid, NULL, 0);
	}
	vterm_free(s->vt);
	buf_free(&s->held);
	free(s);
}

int
screen_start(struct screen *s, char *const *argv)
{
	struct winsize ws;

	memset(&ws, 0, sizeof(ws));
	ws.ws_col = (unsigned short)s->cols;
	ws.ws_row = (unsigned short)s->rows;
	s->pid = forkpty(&s->fd, NULL, NULL, &ws);
	if (s->pid == 0) {
		(void)setenv("TERM", "xterm-256color", 1);
		(void)setenv("LC_ALL", "C.UTF-8", 1);
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	return s->pid == -1 ? -1 : 0;
}

bool
screen_started(const struct screen *s)
{
	return s->pid != -1;
}

pid_t
screen_pid(const struct screen *s)
{
	return s->pid;
}

unsigned long
screen_age(const struct screen *s)
{
	return s->age;
}

int
screen_rows(const struct screen *s)
{
	return s->rows;
}

/* What the terminal itself answers, and keys by name, go to the program. */
static void
flush_keys(struct screen *s)
{
	char b[256];
	size_t n;

	while ((n = vterm_output_read(s->vt, b, sizeof(b))) > 0)
		if (s->fd != -1)
			screen_type(s, b, n);
}

/* How many bytes at the end of b[0..n) begin a character and do not end it. */
static size_t
unended(const char *b, size_t n)
{
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		const unsigned char c = (unsigned char)b[n - back];

		if (c >= 0xc0)
			return back < 2U + (c >= 0xe0) + (c >= 0xf0) ? back : 0;
		if (c < 0x80)
			break;
	}
	return 0;
}

/* libvterm loses a character that comes in two pieces. */
static void
feed(struct screen *s, char *b, size_t n)
{
	s->cuts = unended(b, n);
	memcpy(s->cut, b + n - s->cuts, s->cuts);
	(void)vterm_input_write(s->vt, b, n - s->cuts);
}

int
screen_turn(struct screen *s, int ms)
{
	struct pollfd p = { s->fd, POLLIN, 0 };
	char b[sizeof(s->cut) + (1 << 14)];
	ssize_t n;

	if (s->fd == -1 || s->ended)
		return -1;
	if (poll(&p, 1, ms) <= 0)
		return 0;
	memcpy(b, s->cut, s->cuts);
	n = read(s->fd, b + s->cuts, sizeof(b) - s->cuts);
	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		/* Not closed yet: that would be a SIGHUP to who is leaving. */
		s->ended = true;
		return -1;
	}
	feed(s, b, s->cuts + (size_t)n);
	s->age++;
	flush_keys(s);
	return 1;
}

void
screen_resize(struct screen *s, int cols, int rows)
{
	struct winsize ws;

	memset(&ws, 0, sizeof(ws));
	ws.ws_col = (unsigned short)cols;
	ws.ws_row = (unsigned short)rows;
	s->cols = cols;
	s->rows = rows;
	vterm_set_size(s->vt, rows, cols);
	if (s->fd != -1)
		(void)ioctl(s->fd, TIOCSWINSZ, &ws);
}

void
screen_row(struct screen *s, int y, struct buf *out)
{
	size_t from = out->len;

	for (int x = 0; x < s->cols; x++) {
		VTermPos pos = { .row = y, .col = x };
		VTermScreenCell cell;

		if (!vterm_screen_get_cell(s->vs, pos, &cell))
			continue;
		if (cell.chars[0] == (uint32_t)-1)
			continue; /* the right half of a wide character */
		if (cell.chars[0] == 0)
			buf_byte(out, ' ');
		for (int i = 0;
		     i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++) {
			char c[4];

			buf_add(out, c, utf8_encode(cell.chars[i], c));
		}
	}
	while (out->len > from && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
}

void
screen_dump(struct screen *s, struct buf *out)
{
	for (int y = 0; y < s->rows; y++) {
		screen_row(s, y, out);
		buf_byte(out, '\n');
	}
}

/* White paper, or letters and paper changed with each other. */
static bool
is_light(const VTermScreenCell *c)
{
	bool white = VTERM_COLOR_IS_INDEXED(&c->bg) &&
	    !VTERM_COLOR_IS_DEFAULT_BG(&c->bg) && c->bg.indexed.idx % 8 == 7 &&
	    c->bg.indexed.idx < 16;

	return white != (c->attrs.reverse != 0);
}

void
screen_paper(struct screen *s, struct buf *out)
{
	for (int y = 0; y < s->rows; y++) {
		for (int x = 0; x < s->cols; x++) {
			VTermPos pos = { .row = y, .col = x };
			VTermScreenCell c;

			buf_byte(out,
			    vterm_screen_get_cell(s->vs, pos, &c) &&
				    is_light(&c)
				? '.'
				: '#');
		}
		buf_byte(out, '\n');
	}
}

/* The eight colours of a console; others are none. */
static void
put_colour(const VTermColor *c, int base, struct buf *out)
{
	if (VTERM_COLOR_IS_INDEXED(c) && !VTERM_COLOR_IS_DEFAULT_FG(c) &&
	    !VTERM_COLOR_IS_DEFAULT_BG(c) && c->indexed.idx < 16)
		buf_fmt(out, ";%d", base + c->indexed.idx % 8);
}

void
screen_ansi(struct screen *s, struct buf *out)
{
	for (int y = 0; y < s->rows; y++) {
		buf_fmt(out, "\033[%d;1H", y + 1);
		for (int x = 0; x < s->cols; x++) {
			VTermPos pos = { .row = y, .col = x };
			VTermScreenCell c;
			char part[4];

			if (!vterm_screen_get_cell(s->vs, pos, &c) ||
			    c.chars[0] == (uint32_t)-1)
				continue;
			buf_fmt(out, "\033[0%s%s%s", c.attrs.bold ? ";1" : "",
			    c.attrs.underline ? ";4" : "",
			    c.attrs.reverse ? ";7" : "");
			put_colour(&c.fg, 30, out);
			put_colour(&c.bg, 40, out);
			buf_byte(out, 'm');
			if (c.chars[0] == 0)
				buf_byte(out, ' ');
			for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL &&
			     c.chars[i] != 0; i++)
				buf_add(out, part, utf8_encode(c.chars[i],
				    part));
		}
	}
}

void
screen_type(struct screen *s, const void *bytes, size_t len)
{
	const char *p = bytes;

	if (s->hold) {
		buf_add(&s->held, bytes, len);
		return;
	}
	while (s->fd != -1 && !s->ended && len > 0) {
		ssize_t n = write(s->fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		p += n;
		len -= (size_t)n;
	}
}

void
screen_hold(struct screen *s, bool hold)
{
	s->hold = hold;
	if (hold)
		return;
	screen_type(s, buf_cstr(&s->held), s->held.len);
	buf_free(&s->held);
}

static const struct {
	const char *name;
	const char *bytes; /* or, where NULL, the terminal's own key */
	VTermKey key;
} KEYS[] = {
	{ "Enter", "\r", VTERM_KEY_NONE },
	{ "Esc", "\x1b", VTERM_KEY_NONE },
	{ "Tab", "\t", VTERM_KEY_NONE },
	{ "Space", " ", VTERM_KEY_NONE },
	{ "Backspace", "\x7f", VTERM_KEY_NONE },
	{ "lt", "<", VTERM_KEY_NONE },
	{ "Up", NULL, VTERM_KEY_UP },
	{ "Down", NULL, VTERM_KEY_DOWN },
	{ "Left", NULL, VTERM_KEY_LEFT },
	{ "Right", NULL, VTERM_KEY_RIGHT },
	{ "Home", NULL, VTERM_KEY_HOME },
	{ "End", NULL, VTERM_KEY_END },
	{ "PgUp", NULL, VTERM_KEY_PAGEUP },
	{ "PgDn", NULL, VTERM_KEY_PAGEDOWN },
	{ "Del", NULL, VTERM_KEY_DEL },
};

int
screen_key(struct screen *s, const char *name)
{
	char ctrl;
	int f;

	for (size_t i = 0; i < sizeof(KEYS) / sizeof(*KEYS); i++) {
		if (strcmp(KEYS[i].name, name) != 0)
			continue;
		if (KEYS[i].bytes != NULL)
			screen_type(s, KEYS[i].bytes, 1);
		else
			vterm_keyboard_key(s->vt, KEYS[i].key, VTERM_MOD_NONE);
		flush_keys(s);
		return 0;
	}
	if (strncmp(name, "C-", 2) == 0 && name[2] != '\0' && name[3] == '\0') {
		ctrl = (char)(name[2] & 0x1f);
		screen_type(s, &ctrl, 1);
		return 0;
	}
	if (name[0] == 'F' && (f = atoi(name + 1)) >= 1 && f <= 12) {
		vterm_keyboard_key(
		    s->vt, (VTermKey)VTERM_KEY_FUNCTION(f), VTERM_MOD_NONE);
		flush_keys(s);
		return 0;
	}
	return -1;
}

int
screen_exit(struct screen *s, int ms)
{
	long long end = play_now_ms() + ms;
	int status;

	while (play_now_ms() <= end) {
		/* Its output is taken on, or it might never end. */
		if (screen_turn(s, 20) == -1)
			(void)poll(NULL, 0, 20);
		if (waitpid(s->pid, &status, WNOHANG) != s->pid)
			continue;
		while (screen_turn(s, 0) == 1)
			;
		s->pid = -1;
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
					   : WEXITSTATUS(status);
	}
	return -1;
}
