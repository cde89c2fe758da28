/* SPDX-License-Identifier: MIT */
/*
 * The launcher's loop over the real terminal, the console's pseudo-terminal,
 * the children's sockets and the signals.  Invariant: it waits in poll(2)
 * and nowhere else; nothing here reads what messages say.
 */
#include "appliance/launcher/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "appliance/launcher/state.h"
#include "appliance/launcher/term.h"
#include "ceremony/base/utf8.h"

#define DRAWN_HIGH    ((size_t)1 << 16)
#define CAMERA_S      10 /* the longest one picture of a camera takes */
#define COMPLAINT_MAX ((size_t)16 << 10)

time_t
launcher_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

void
launcher_end(struct launcher *l, int code)
{
	if (!l->over)
		l->code = code;
	l->over = true;
}

int
launcher_world(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "launcher.world", "what", what, "why",
	    strerror(errno), NULL);
}

static void
signals(struct launcher *l)
{
	struct signalfd_siginfo si;
	bool children = false;

	while (read(l->signals, &si, sizeof(si)) == (ssize_t)sizeof(si)) {
		switch ((int)si.ssi_signo) {
		case SIGCHLD:
			children = true;
			break;
		case SIGWINCH:
			scene_resized(l);
			break;
		case SIGTERM:
		case SIGHUP:
			err_set(&l->err, ERR_WORLD, "launcher.closed", NULL);
			launcher_end(l, 3);
			break;
		default: /* the keyboard's signals mean nothing here */
			break;
		}
	}
	if (children)
		programs_reap(l);
}

/* What the programs say on their standard error, kept for the end. */
static bool
complaint(struct launcher *l)
{
	uint8_t in[1024];
	ssize_t n = read(l->complaint[0], in, sizeof(in));

	if (n > 0 && l->complaints.len < COMPLAINT_MAX)
		buf_add(&l->complaints, in, (size_t)n);
	return n > 0;
}

/* The loop */

enum {
	AT_SIGNALS,
	AT_COMPLAINT,
	AT_KEYS,
	AT_TERM,
	AT_MASTER,
	AT_HUB,
	AT_COUNT = AT_HUB + PARTY_COUNT,
};

/* Seconds for what it owes now; 0: as many as it likes. */
static int
allowed(const struct launcher *l, int who)
{
	if (who == PARTY_DECODE && hub_owes(l->hub, who, MSG_DECODE))
		return l->decode_s;
	/* A stick may be slow; a picture is there or not. */
	if (who == PARTY_COURIER && hub_owes(l->hub, who, MSG_CAMERA))
		return CAMERA_S;
	return 0;
}

/* Milliseconds until the next one is late, -1: nobody will be.  Whoever is
 * late already is ended. */
static int
patience(struct launcher *l)
{
	const time_t now = launcher_now();
	time_t next = 0;

	for (int i = 0; i < PARTY_COUNT; i++) {
		const int s = allowed(l, i);

		if (s == 0)
			l->end[i] = 0;
		else if (l->end[i] == 0)
			l->end[i] = now + s;
		else if (now >= l->end[i])
			programs_stop(l, i);
		if (l->end[i] > now && (next == 0 || l->end[i] < next))
			next = l->end[i];
	}
	return next == 0 ? -1 : (int)(next - now) * 1000;
}

static void
turn(struct launcher *l)
{
	struct pollfd p[AT_COUNT];
	size_t n;

	memset(p, 0, sizeof(p));
	p[AT_SIGNALS].fd = l->signals;
	p[AT_SIGNALS].events = POLLIN;
	p[AT_COMPLAINT].fd = l->complaint[0];
	p[AT_COMPLAINT].events = POLLIN;
	p[AT_KEYS].fd = l->mode == MODE_VISIT ? -1 : l->keys;
	p[AT_KEYS].events = POLLIN;
	p[AT_TERM].fd = -1;
	p[AT_TERM].events = POLLOUT;
	if (l->mode != MODE_VISIT && l->drawn_at < l->drawn.len)
		p[AT_TERM].fd = l->term;
	p[AT_MASTER].fd = l->master;
	if (l->drawn.len - l->drawn_at < DRAWN_HIGH)
		p[AT_MASTER].events |= POLLIN;
	if (l->typed_at < l->typed.len)
		p[AT_MASTER].events |= POLLOUT;
	if (p[AT_MASTER].events == 0 || l->silent)
		p[AT_MASTER].fd = -1;
	n = hub_poll(l->hub, p + AT_HUB);
	if (poll(p, AT_COUNT, patience(l)) == -1) {
		if (errno != EINTR) {
			launcher_world(&l->err, "poll");
			launcher_end(l, 3);
		}
		return;
	}
	(void)patience(l);
	if ((p[AT_COMPLAINT].revents & POLLIN) != 0)
		(void)complaint(l);
	hub_serve(l->hub, p + AT_HUB, n);
	if ((p[AT_MASTER].revents & POLLOUT) != 0 && l->typed.len != 0)
		scene_send(l->master, &l->typed, &l->typed_at);
	if ((p[AT_MASTER].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		scene_drawing(l);
	if (p[AT_TERM].revents != 0 && l->drawn.len != 0)
		scene_send(l->term, &l->drawn, &l->drawn_at);
	if ((p[AT_KEYS].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		scene_keys(l);
	if ((p[AT_SIGNALS].revents & POLLIN) != 0)
		signals(l);
}

static int
catch_signals(void)
{
	static const int SET[] = { SIGCHLD, SIGWINCH, SIGTERM, SIGHUP, SIGINT,
		SIGQUIT, SIGTSTP, SIGPIPE, SIGTTIN, SIGTTOU };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(SET) / sizeof(*SET); i++)
		sigaddset(&set, SET[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static int
open_all(struct launcher *l, struct err *e)
{
	struct winsize ws;
	int slave = -1, ret = -1;

	l->signals = catch_signals();
	if (l->signals == -1 || pipe2(l->complaint, O_CLOEXEC) == -1)
		return launcher_world(e, "pipe");
	(void)fcntl(l->complaint[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(l->complaint[1], F_SETFL, O_NONBLOCK);
	if (term_take(&l->keys, &l->term, e) == -1)
		return -1;
	term_size(&ws);
	if (openpty(&l->master, &slave, NULL, NULL, &ws) == -1)
		return launcher_world(e, "openpty");
	(void)fcntl(l->master, F_SETFD, FD_CLOEXEC);
	(void)fcntl(l->master, F_SETFL, O_RDWR | O_NONBLOCK);
	(void)fcntl(slave, F_SETFD, FD_CLOEXEC);
	if (programs_start(l, PARTY_HSM, CHILD_NULL, -1, e) == 0 &&
	    programs_start(l, PARTY_COURIER, CHILD_NULL, -1, e) == 0 &&
	    programs_start(l, PARTY_CONSOLE, CHILD_PTY, slave, e) == 0)
		ret = 0;
	close(slave);
	return ret;
}

static void
print_complaints(const struct launcher *l)
{
	const char *s = buf_cstr(&l->complaints);

	while (*s != '\0') {
		size_t n = strcspn(s, "\n");
		char line[256];
		struct buf b = BUF_INIT;

		utf8_printable(line, sizeof(line), s, n);
		buf_fmt(&b, "%s\n", line);
		(void)!write(STDERR_FILENO, b.data, b.len);
		buf_free(&b);
		s += n + (s[n] == '\n');
	}
}

int
launcher_run(struct launcher_plan *plan, struct err *e)
{
	struct launcher l = { .plan = plan,
		.keys = -1,
		.hsm = plan->hsm,
		.term = -1,
		.master = -1,
		.signals = -1,
		.complaint = { -1, -1 } };
	const struct hub_events ev = { &l, programs_message, programs_offence };

	l.hub = hub_new(&ev);
	if (open_all(&l, &l.err) == -1)
		launcher_end(&l, 3);
	while (!l.over)
		turn(&l);
	programs_farewell(&l);
	term_restore();
	while (l.complaints.len < COMPLAINT_MAX && complaint(&l))
		;
	print_complaints(&l);
	*e = l.err;
	buf_free(&l.drawn);
	buf_free(&l.typed);
	buf_free(&l.complaints);
	for (int i = 0; i < 2; i++)
		if (l.complaint[i] != -1)
			close(l.complaint[i]);
	if (l.signals != -1)
		close(l.signals);
	if (l.keys != -1 && l.keys != l.term)
		close(l.keys);
	if (l.term != -1)
		close(l.term);
	return l.code;
}
