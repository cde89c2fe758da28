/* SPDX-License-Identifier: MIT */
/*
 * The line between tachiai-courier and the keeper of the media.  Invariant:
 * one encoding for each ask and answer; what is not one is nothing.
 */
#include "appliance/world/keep.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define NAME_BYTES                                             \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789._-"
/* Looks for a keeper that is being started again. */
#define PATIENCE 100

#define LOWER    "abcdefghijklmnopqrstuvwxyz0123456789"

static const char *const WHAT[KEEP_COUNT] = {
	[KEEP_WRITE] = "write ",
	[KEEP_ANEW] = "anew ",
	[KEEP_ABOUT] = "about ",
	[KEEP_LEND] = "lend ",
	[KEEP_BACK] = "back ",
};

void
keep_format_ask(const struct keep_ask *a, char line[static KEEP_LINE])
{
	snprintf(line, KEEP_LINE, "%s%s", WHAT[a->what], a->name);
}

int
keep_parse_ask(const char *line, struct keep_ask *a)
{
	for (int i = 0; i < KEEP_COUNT; i++) {
		const char *name = line + strlen(WHAT[i]);
		size_t n;

		if (strncmp(line, WHAT[i], strlen(WHAT[i])) != 0)
			continue;
		n = strspn(name, NAME_BYTES);
		if (n == 0 || n >= sizeof(a->name) || name[n] != '\0' ||
		    name[0] == '.')
			return -1;
		a->what = (enum keep_what)i;
		memcpy(a->name, name, n + 1);
		return 0;
	}
	return -1;
}

void
keep_format_answer(const struct keep_answer *a, char line[static KEEP_LINE])
{
	if (a->why != 0)
		snprintf(line, KEEP_LINE, "no %d", a->why);
	else
		snprintf(line, KEEP_LINE, "ok %s %d %s", a->fs, a->protect,
		    a->serial);
}

int
keep_parse_answer(const char *line, struct keep_answer *a)
{
	const char *p = line + 3;
	size_t n;

	if (strncmp(line, "no ", 3) == 0) {
		n = strspn(p, "0123456789");
		if (n == 0 || n > 4 || p[n] != '\0' || p[0] == '0')
			return -1;
		memset(a, 0, sizeof(*a));
		a->why = (int)strtol(p, NULL, 10);
		return 0;
	}
	if (strncmp(line, "ok ", 3) != 0)
		return -1;
	n = strspn(p, LOWER);
	if (n == 0 || n >= sizeof(a->fs) || p[n] != ' ' ||
	    (p[n + 1] != '0' && p[n + 1] != '1') || p[n + 2] != ' ' ||
	    strlen(p + n + 3) >= sizeof(a->serial))
		return -1;
	memset(a, 0, sizeof(*a));
	memcpy(a->fs, p, n);
	a->protect = p[n + 1] == '1';
	memcpy(a->serial, p + n + 3, strlen(p + n + 3));
	return 0;
}

int
keep_exchange(int fd, char *line, size_t size)
{
	ssize_t n = send(fd, line, strlen(line), MSG_NOSIGNAL);

	while (
	    n > 0 && (n = recv(fd, line, size - 1, 0)) == -1 && errno == EINTR)
		n = 1;
	line[n > 0 ? n : 0] = '\0';
	return n > 0 ? 0 : -1;
}

int
keep_ask(int fd, enum keep_what what, const char *name, struct keep_answer *out)
{
	struct keep_ask ask = { .what = what };
	char line[KEEP_LINE];

	if (strlen(name) >= sizeof(ask.name)) {
		errno = ENOENT;
		return -1;
	}
	memcpy(ask.name, name, strlen(name) + 1);
	keep_format_ask(&ask, line);
	if (keep_exchange(fd, line, sizeof(line)) == -1 ||
	    keep_parse_answer(line, out) == -1) {
		errno = EPIPE;
		return -1;
	}
	errno = out->why;
	return out->why == 0 ? 0 : -1;
}

static int
make(void)
{
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

static int
reach(int fd, const char *path)
{
	const struct timespec soon = { 0, 50 * 1000000 };
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	for (int i = 0; fd != -1 && i < PATIENCE; i++) {
		if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
			return 0;
		(void)nanosleep(&soon, NULL);
	}
	return -1;
}

int
keep_connect(const char *path)
{
	int fd = make();

	if (reach(fd, path) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

void
keep_line_open(struct keep_line *l, const char *path)
{
	*l = (struct keep_line){ .path = path };
	for (size_t i = 0; path != NULL && i < KEEP_LIVES; i++)
		l->fd[i] = make();
	l->open = path != NULL && reach(l->fd[0], path) == 0;
}

int
keep_line_fd(struct keep_line *l)
{
	if (l->open && keep_hung_up(l->fd[l->now])) {
		close(l->fd[l->now]);
		l->open = false;
		l->now++;
	}
	if (l->path == NULL || l->now == KEEP_LIVES) {
		errno = EPIPE;
		return -1;
	}
	l->open = l->open || reach(l->fd[l->now], l->path) == 0;
	return l->open ? l->fd[l->now] : -1;
}

bool
keep_hung_up(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, 0) != 0;
}
