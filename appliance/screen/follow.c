/* SPDX-License-Identifier: MIT */
/*
 * Following a terminal.  Invariant: whatever was read is painted before this
 * waits without an end, or ends.
 */
#include "appliance/screen/follow.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 14)

/* Is something there, now or in a moment? */
static bool
goes_on(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, FOLLOW_QUIET_MS) > 0;
}

/* One part of what is drawn; false: nobody draws any more. */
static bool
take(int fd, struct vt *v)
{
	static uint8_t chunk[CHUNK];
	ssize_t n;

	do
		n = read(fd, chunk, sizeof(chunk));
	while (n == -1 && errno == EINTR);
	if (n > 0)
		vt_put(v, chunk, (size_t)n);
	return n > 0;
}

size_t
follow(int fd, struct vt *v, struct painter *p)
{
	size_t painted = 0;

	while (take(fd, v)) {
		bool more = true;

		for (int i = 1; more && i < FOLLOW_READS && goes_on(fd); i++)
			more = take(fd, v);
		(void)painter_paint(p, vt_grid(v), false);
		painted++;
		if (!more)
			break;
	}
	return painted;
}
