/* SPDX-License-Identifier: MIT */
/*
 * The socket of the keeper, and that of the setter.  Invariant: one asker at a
 * time, of one user, whom the kernel names; a packet that is too long or from
 * anybody else is nothing.
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

static int door = -1, asker = -1;
static uid_t who;

void
keep_listen(const char *path, uid_t user)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	who = user;
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	(void)unlink(path);
	door =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (door == -1 ||
	    bind(door, (const struct sockaddr *)&at, sizeof(at)) == -1 ||
	    chown(path, user, user) == -1 || listen(door, 1) == -1)
		_exit(127);
}

static void
let_go(void (*gone)(void))
{
	close(asker);
	asker = -1;
	if (gone != NULL)
		gone();
}

static void
let_in(void (*gone)(void))
{
	struct ucred c;
	socklen_t len = sizeof(c);
	int fd = accept4(door, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd == -1)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &len) == -1 ||
	    c.uid != who) {
		close(fd);
		return;
	}
	if (asker != -1)
		let_go(gone);
	asker = fd;
}

static void
hear(void (*say)(void *arg, const char *line, char *reply), void (*gone)(void),
    void *arg)
{
	char line[KEEP_LINE], reply[KEEP_LINE];
	ssize_t n = recv(asker, line, sizeof(line) - 1, MSG_TRUNC);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0 && (size_t)n < sizeof(line)) {
		line[n] = '\0';
		say(arg, line, reply);
		if (send(asker, reply, strlen(reply), MSG_NOSIGNAL) != -1)
			return;
	}
	let_go(gone);
}

void
keep_serve(int ms, void (*say)(void *arg, const char *line, char *reply),
    void (*gone)(void), void *arg)
{
	struct pollfd p[2] = { { door, POLLIN, 0 }, { asker, POLLIN, 0 } };

	/* As many asks as come without a pause, then a look at the ports. */
	for (int n = 0; n < 64 && poll(p, 2, n == 0 ? ms : 0) > 0; n++) {
		if (p[1].revents != 0)
			hear(say, gone, arg);
		if (p[0].revents != 0)
			let_in(gone);
		p[1].fd = asker;
	}
}
