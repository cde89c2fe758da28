/* SPDX-License-Identifier: MIT */
/*
 * The launcher's loop.  Invariants: the attention key never reaches the
 * console; while a tachiai-key has the terminal, or a page of the launcher's
 * own stands there, nothing of the console's is drawn; what the console
 * draws goes through the filter; nothing here reads what messages say but
 * those that are for the launcher.
 */
#include "appliance/launcher/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "appliance/launcher/child.h"
#include "appliance/launcher/filter.h"
#include "appliance/launcher/hub.h"
#include "appliance/launcher/term.h"
#include "ceremony/base/utf8.h"

#define ATTENTION     0x14 /* Ctrl-T */
#define TYPED_MAX     4096 /* keys the console has not read; more are lost */
#define DRAWN_HIGH    ((size_t)1 << 16)
#define COMPLAINT_MAX ((size_t)16 << 10)
#define DEATHS_MAX    3  /* in a row, without a word */
#define DECODE_S      60 /* the longest one artefact may take */
#define FAREWELL_MS   3000

enum mode {
	MODE_CONSOLE, /* the console has the terminal */
	MODE_VISIT,   /* a tachiai-key has it */
	MODE_PAGE,    /* our own page stands there */
};

struct launcher {
	const struct launcher_plan *plan;
	struct hub *hub;
	struct filter filter;
	enum mode mode;
	int term, master, signals;
	int complaint[2];
	pid_t pid[PARTY_COUNT];
	int mute[PARTY_COUNT]; /* deaths in a row without a word */
	time_t decode_end;
	struct buf drawn, typed, complaints;
	size_t drawn_at, typed_at;
	bool silent; /* the console's side of the pseudo-terminal is closed */
	bool waiting, leaving, over;
	int code;
	struct err err;
};

static time_t
monotonic(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static void
end(struct launcher *l, int code)
{
	if (!l->over)
		l->code = code;
	l->over = true;
}

static int
world(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "launcher.world", "what", what, "why",
	    strerror(errno), NULL);
}

/* Programs */

static int
start(struct launcher *l, enum party who, enum child_io io, int pty,
    struct err *e)
{
	char *alone[2] = { NULL, NULL };
	struct child_start s = { l->plan->dir, who, io, pty, l->complaint[1],
		alone };
	char name[32];
	int fd = -1;

	(void)snprintf(name, sizeof(name), "%s", party_name(who));
	alone[0] = name;
	if (who == PARTY_CONSOLE)
		s.argv = l->plan->console;
	else if (who == PARTY_HSM)
		s.argv = l->plan->hsm;
	else if (who == PARTY_COURIER)
		s.argv = l->plan->courier;
	l->pid[who] = child_start(&s, &fd, e);
	if (l->pid[who] == -1)
		return -1;
	hub_attach(l->hub, who, fd);
	return 0;
}

static void
stop(struct launcher *l, enum party who)
{
	if (l->pid[who] > 0)
		(void)kill(l->pid[who], SIGKILL);
}

static void
tell_console(
    struct launcher *l, enum msg_type type, const char *key, const char *value)
{
	struct msg m;

	msg_init(&m, PARTY_CONSOLE, type, 0);
	if (key != NULL)
		json_set_str(m.json, key, value);
	hub_send(l->hub, &m);
	msg_fini(&m);
}

static void
tell_death(struct launcher *l, enum party who, const char *status, bool again)
{
	struct msg m;

	msg_init(&m, PARTY_CONSOLE, MSG_DIED, 0);
	json_set_str(m.json, "program", party_name(who));
	json_set_str(m.json, "status", status);
	json_set_int(m.json, "again", again);
	hub_send(l->hub, &m);
	msg_fini(&m);
}

/* The terminal */

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
	tell_console(l, MSG_VISIT_BEGIN, NULL, NULL);
	if (!l->waiting) {
		show_page(l, text_get(l->plan->lang, "launcher.nothing-waits"));
	} else if (start(l, PARTY_KEY, CHILD_TERMINAL, -1, &e) == -1) {
		text_error(l->plan->lang, &e, &b);
		show_page(l, buf_cstr(&b));
		buf_free(&b);
	} else {
		l->mode = MODE_VISIT;
	}
}

/* The console has the terminal again and paints all of it. */
static void
give_back(struct launcher *l, const char *why)
{
	clear_terminal(l);
	l->mode = MODE_CONSOLE;
	tell_console(l, MSG_VISIT_END, "why", why);
	if (l->pid[PARTY_CONSOLE] > 0)
		(void)kill(l->pid[PARTY_CONSOLE], SIGWINCH);
}

static void
keys(struct launcher *l)
{
	uint8_t in[1024];
	ssize_t n = read(l->term, in, sizeof(in));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		world(&l->err, "terminal");
		end(l, 3);
		return;
	}
	if (l->mode == MODE_PAGE) {
		give_back(l, "none");
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

static void
drawing(struct launcher *l)
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

static void
send_some(int fd, struct buf *b, size_t *at)
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

static void
resized(struct launcher *l)
{
	struct winsize ws;

	term_size(&ws);
	if (l->master != -1)
		(void)ioctl(l->master, TIOCSWINSZ, &ws);
}

/* Messages for the launcher */

static void
decode_start(struct launcher *l, const struct msg *m)
{
	struct msg answer;
	struct err e;

	msg_init(&answer, m->from, MSG_ANSWER, m->id);
	answer.from = PARTY_LAUNCHER;
	json_set_int(answer.json, "ok", 1);
	if (hub_owes(l->hub, PARTY_DECODE)) {
		err_set(&e, ERR_REFUSED, "decode.busy", NULL);
		msg_refusal(&answer, &e);
	} else {
		/* One that has answered and is not gone yet. */
		if (l->pid[PARTY_DECODE] > 0) {
			stop(l, PARTY_DECODE);
			(void)waitpid(l->pid[PARTY_DECODE], NULL, 0);
			l->pid[PARTY_DECODE] = 0;
		}
		if (start(l, PARTY_DECODE, CHILD_NULL, -1, &e) == -1)
			msg_refusal(&answer, &e);
		l->decode_end = monotonic() + DECODE_S;
	}
	hub_send(l->hub, &answer);
	msg_fini(&answer);
}

static void
on_message(void *arg, const struct msg *m)
{
	struct launcher *l = arg;
	const char *text;
	int64_t code;

	switch (m->type) {
	case MSG_WAITING:
		text = json_get_str(m->json, "text");
		l->waiting = text != NULL && text[0] != '\0';
		break;
	case MSG_DECODE_START:
		decode_start(l, m);
		break;
	case MSG_LEAVE:
		code = json_get_int(m->json, "code", 0);
		l->leaving = true;
		l->code = code < 0 || code > 3 ? 3 : (int)code;
		break;
	default:
		break;
	}
}

static void
on_offence(void *arg, enum party who, const struct err *e)
{
	(void)e;
	stop(arg, who);
}

/* Deaths */

static void
restart(struct launcher *l, enum party who, const char *status, bool spoke)
{
	struct err e;
	bool again;

	l->mute[who] = spoke ? 0 : l->mute[who] + 1;
	again =
	    l->mute[who] < DEATHS_MAX && start(l, who, CHILD_NULL, -1, &e) == 0;
	tell_death(l, who, status, again);
}

static void
died(struct launcher *l, enum party who, int status)
{
	bool spoke = hub_has_spoken(l->hub, who);
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	char how[32];
	struct err e;

	child_status(status, how, sizeof(how));
	l->pid[who] = 0;
	err_set(&e, ERR_WORLD,
	    who == PARTY_DECODE ? "decode.died" : "world.died", "program",
	    party_name(who), NULL);
	(void)hub_detach(l->hub, who, &e);
	switch (who) {
	case PARTY_CONSOLE:
		if (l->leaving) {
			end(l, l->code);
			break;
		}
		err_set(&l->err, ERR_WORLD, "launcher.console-died", "status",
		    how, NULL);
		end(l, 3);
		break;
	case PARTY_KEY:
		if (!good)
			tell_death(l, who, how, false);
		give_back(l, good ? "done" : "died");
		break;
	case PARTY_HSM:
	case PARTY_COURIER:
		restart(l, who, how, spoke);
		break;
	default:
		break;
	}
}

static void
reap(struct launcher *l)
{
	int status;
	pid_t pid;

	while (!l->over && (pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < PARTY_COUNT; i++)
			if (l->pid[i] == pid)
				died(l, (enum party)i, status);
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
			resized(l);
			break;
		case SIGTERM:
		case SIGHUP:
			errno = EINTR;
			world(&l->err, "terminal");
			end(l, 3);
			break;
		default: /* the keyboard's signals mean nothing here */
			break;
		}
	}
	if (children)
		reap(l);
}

/* What the programs say on their standard error, kept for the end. */
static void
complaint(struct launcher *l)
{
	uint8_t in[1024];
	ssize_t n = read(l->complaint[0], in, sizeof(in));

	if (n > 0 && l->complaints.len < COMPLAINT_MAX)
		buf_add(&l->complaints, in, (size_t)n);
}

/* The loop */

enum {
	AT_SIGNALS,
	AT_COMPLAINT,
	AT_TERM,
	AT_MASTER,
	AT_HUB,
	AT_COUNT = AT_HUB + PARTY_COUNT,
};

static int
patience(const struct launcher *l)
{
	time_t now = monotonic();

	if (!hub_owes(l->hub, PARTY_DECODE))
		return -1;
	return now >= l->decode_end ? 0 : (int)(l->decode_end - now) * 1000;
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
	p[AT_TERM].fd = l->mode == MODE_VISIT ? -1 : l->term;
	p[AT_TERM].events = POLLIN;
	if (l->drawn_at < l->drawn.len)
		p[AT_TERM].events |= POLLOUT;
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
			world(&l->err, "poll");
			end(l, 3);
		}
		return;
	}
	if (patience(l) == 0)
		stop(l, PARTY_DECODE);
	if ((p[AT_COMPLAINT].revents & POLLIN) != 0)
		complaint(l);
	hub_serve(l->hub, p + AT_HUB, n);
	if ((p[AT_MASTER].revents & POLLOUT) != 0 && l->typed.len != 0)
		send_some(l->master, &l->typed, &l->typed_at);
	if ((p[AT_MASTER].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		drawing(l);
	if ((p[AT_TERM].revents & POLLOUT) != 0 && l->drawn.len != 0)
		send_some(l->term, &l->drawn, &l->drawn_at);
	if ((p[AT_TERM].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		keys(l);
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
		return world(e, "pipe");
	(void)fcntl(l->complaint[0], F_SETFL, O_NONBLOCK);
	(void)fcntl(l->complaint[1], F_SETFL, O_NONBLOCK);
	l->term = term_take(e);
	if (l->term == -1)
		return -1;
	term_size(&ws);
	if (openpty(&l->master, &slave, NULL, NULL, &ws) == -1)
		return world(e, "openpty");
	(void)fcntl(l->master, F_SETFD, FD_CLOEXEC);
	(void)fcntl(l->master, F_SETFL, O_RDWR | O_NONBLOCK);
	(void)fcntl(slave, F_SETFD, FD_CLOEXEC);
	if (start(l, PARTY_HSM, CHILD_NULL, -1, e) == 0 &&
	    start(l, PARTY_COURIER, CHILD_NULL, -1, e) == 0 &&
	    start(l, PARTY_CONSOLE, CHILD_PTY, slave, e) == 0)
		ret = 0;
	close(slave);
	return ret;
}

static bool
anybody_left(const struct launcher *l)
{
	for (int i = 0; i < PARTY_COUNT; i++)
		if (l->pid[i] > 0)
			return true;
	return false;
}

/* Everybody sees the end of their socket and has a moment to go. */
static void
farewell(struct launcher *l)
{
	struct pollfd p = { l->signals, POLLIN, 0 };
	struct signalfd_siginfo si;
	int status, left = FAREWELL_MS / 100;
	pid_t pid;

	hub_free(l->hub);
	l->hub = NULL;
	if (l->master != -1)
		close(l->master);
	if (l->pid[PARTY_KEY] > 0)
		stop(l, PARTY_KEY);
	while (anybody_left(l)) {
		pid = waitpid(-1, &status, WNOHANG);
		for (int i = 0; i < PARTY_COUNT && pid > 0; i++)
			if (l->pid[i] == pid)
				l->pid[i] = 0;
		if (pid == -1)
			break;
		if (pid > 0)
			continue;
		if (poll(&p, 1, 100) > 0)
			(void)!read(l->signals, &si, sizeof(si));
		if (left-- == 0)
			for (int i = 0; i < PARTY_COUNT; i++)
				stop(l, (enum party)i);
	}
	while (poll(&(struct pollfd){ l->complaint[0], POLLIN, 0 }, 1, 0) > 0 &&
	    l->complaints.len < COMPLAINT_MAX)
		complaint(l);
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
launcher_run(const struct launcher_plan *plan, struct err *e)
{
	struct launcher l = { .plan = plan,
		.term = -1,
		.master = -1,
		.signals = -1,
		.complaint = { -1, -1 } };
	const struct hub_events ev = { &l, on_message, on_offence };

	l.hub = hub_new(&ev);
	if (open_all(&l, &l.err) == -1)
		end(&l, 3);
	while (!l.over)
		turn(&l);
	farewell(&l);
	term_restore();
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
	if (l.term != -1)
		close(l.term);
	return l.code;
}
