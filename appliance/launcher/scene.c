/* SPDX-License-Identifier: MIT */
/*
 * Who has the real terminal: the console, a tachiai-key, or a page of the
 * launcher's own.  Invariants: the attention key never reaches the console;
 * while the console does not have the terminal nothing of its drawing is
 * shown, and what it draws goes through the filter.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/launcher/state.h"
#include "appliance/launcher/term.h"

#define ATTENTION 0x14 /* Ctrl-T */
#define TYPED_MAX 4096 /* keys the console has not read; more are lost */

static void
put_now(const struct buf *b)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = write(STDOUT_FILENO, b->data + at, b->len - at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		at += (size_t)n;
	}
}

/* Nothing of the console's is on its way in either direction any more. */
static void
clear_terminal(struct launcher *l)
{
	struct buf b = BUF_INIT;

	buf_reset(&l->drawn);
	buf_reset(&l->typed);
	l->drawn_at = l->typed_at = 0;
	memset(&l->filter, 0, sizeof(l->filter));
	term_reset(&b);
	put_now(&b);
	buf_free(&b);
	term_drop_input();
}

static void
show_page(struct launcher *l, const char *sentence)
{
	struct buf b = BUF_INIT;
	struct winsize ws;

	term_size(&ws);
	term_page(&b, sentence, ws.ws_col);
	put_now(&b);
	buf_free(&b);
	l->mode = MODE_PAGE;
}

static void
attention(struct launcher *l)
{
	struct buf b = BUF_INIT;
	struct err e;

	clear_terminal(l);
	programs_tell_console(l, MSG_VISIT_BEGIN, NULL, NULL);
	if (!l->waiting) {
		show_page(l,
		    text_get(l->plan->lang,
			l->unread ? "launcher.unread"
				  : "launcher.nothing-waits"));
	} else if (programs_start(l, PARTY_KEY, CHILD_TERMINAL, -1, &e) == -1) {
		text_error(l->plan->lang, &e, &b);
		show_page(l, buf_cstr(&b));
		buf_free(&b);
	} else {
		l->mode = MODE_VISIT;
	}
}

/* The console has the terminal again and paints all of it. */
void
scene_give_back(struct launcher *l, const char *why)
{
	clear_terminal(l);
	l->mode = MODE_CONSOLE;
	programs_tell_console(l, MSG_VISIT_END, "why", why);
	if (l->pid[PARTY_CONSOLE] > 0)
		(void)kill(l->pid[PARTY_CONSOLE], SIGWINCH);
}

void
scene_keys(struct launcher *l)
{
	uint8_t in[1024];
	ssize_t n = read(l->keys, in, sizeof(in));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		launcher_world(&l->err, "terminal");
		launcher_end(l, 3);
		return;
	}
	if (l->mode == MODE_PAGE) {
		scene_give_back(l, "none");
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (in[i] == ATTENTION) {
			attention(l);
			return;
		}
		if (l->typed.len - l->typed_at < TYPED_MAX)
			buf_byte(&l->typed, in[i]);
	}
}

void
scene_drawing(struct launcher *l)
{
	uint8_t in[1 << 14];
	ssize_t n = read(l->master, in, sizeof(in));

	/* Elsewhere the console's drawing is dropped: it paints anew. */
	if (n > 0 && l->mode == MODE_CONSOLE)
		filter_pass(&l->filter, in, (size_t)n, &l->drawn);
	/* EIO: the console has closed its side, its death will be told. */
	if (n == 0 || (n == -1 && errno != EINTR && errno != EAGAIN))
		l->silent = true;
}

void
scene_send(int fd, struct buf *b, size_t *at)
{
	ssize_t n = write(fd, b->data + *at, b->len - *at);

	if (n > 0)
		*at += (size_t)n;
	else if (n == -1 && errno != EAGAIN && errno != EINTR)
		*at = b->len;
	if (*at == b->len) {
		buf_reset(b);
		*at = 0;
	}
}

void
scene_resized(struct launcher *l)
{
	struct winsize ws;

	term_size(&ws);
	if (l->master != -1)
		(void)ioctl(l->master, TIOCSWINSZ, &ws);
	/* Who shows it may have begun anew: all of it is painted again. */
	if (l->mode == MODE_CONSOLE)
		programs_tell_console(l, MSG_VISIT_END, "why", "none");
	else if (l->mode == MODE_VISIT && l->pid[PARTY_KEY] > 0)
		(void)kill(l->pid[PARTY_KEY], SIGWINCH);
}
