/* SPDX-License-Identifier: MIT */
/*
 * Writing all of something.  Invariant: what a signal interrupted goes on.
 */
#include "appliance/world/write.h"

#include <errno.h>
#include <stdint.h>
#include <unistd.h>

int
write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		p += n;
		len -= (size_t)n;
	}
	return 0;
}
