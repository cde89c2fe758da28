/* SPDX-License-Identifier: MIT */
/*
 * The sockets of the keeper, and that of the setter.  Invariant: one asker at
 * a time at each, of one user, whom the kernel names; a packet that is too
 * long or from anybody else is nothing.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/keep.h"

#define DOORS 2 /* of one process */

static struct door {
	int fd, asker;
	uid_t who;
	keep_say_fn *say;
	void (*gone)(void);
} door[DOORS];
static int doors;

void
keep_listen(const char *path, uid_t user, keep_say_fn *say, void (*gone)(void))
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct door *d = &door[doors];

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	(void)unlink(path);
	*d = (struct door){ socket(AF_UNIX,
				SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
				0),
		-1, user, say, gone };
	if (doors++ == DOORS || d->fd == -1 ||
	    bind(d->fd, (const struct sockaddr *)&at, sizeof(at)) == -1 ||
	    chown(path, user, user) == -1 || listen(d->fd, 1) == -1)
		_exit(127);
}

static void
let_go(struct door *d)
{
	close(d->asker);
	d->asker = -1;
	if (d->gone != NULL)
		d->gone();
}

static void
let_in(struct door *d)
{
	struct ucred c;
	socklen_t len = sizeof(c);
	int fd = accept4(d->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd == -1)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len) == -1 ||
	    c.uid != d->who) {
		close(fd);
		return;
	}
	if (d->asker != -1)
		let_go(d);
	d->asker = fd;
}

static void
hear(struct door *d, void *arg)
{
	char line[KEEP_LINE], reply[KEEP_LINE];
	ssize_t n = recv(d->asker, line, sizeof(line) - 1, MSG_TRUNC);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0 && (size_t)n < sizeof(line)) {
		line[n] = '\0';
		d->say(arg, line, reply);
		if (send(d->asker, reply, strlen(reply), MSG_NOSIGNAL) != -1)
			return;
	}
	let_go(d);
}

void
keep_serve(int ms, void *arg)
{
	struct pollfd p[2 * DOORS];

	/* As many asks as come without a pause, then a look at the ports. */
	for (int n = 0; n < 64; n++) {
		for (int i = 0; i < doors; i++) {
			p[2 * i] = (struct pollfd){ door[i].asker, POLLIN, 0 };
			p[2 * i + 1] = (struct pollfd){ door[i].fd, POLLIN, 0 };
		}
		if (poll(p, 2 * (nfds_t)doors, n == 0 ? ms : 0) <= 0)
			break;
		for (int i = 0; i < doors; i++) {
			if (p[2 * i].revents != 0)
				hear(&door[i], arg);
			if (p[2 * i + 1].revents != 0)
				let_in(&door[i]);
		}
	}
}
