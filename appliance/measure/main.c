/* SPDX-License-Identifier: MIT */
/*
 * tachiai-measure: reads the image that a medium begins with, on standard
 * input, to its last byte, and prints "SHA256 BYTES" of it; on the way, as a
 * line each, how many of how many it has read.  What the machine
 * started is read back here; it reports on itself, so this proves nothing to
 * people who do not trust it, and says the right value to those who compare.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/world/confine.h"
#include "appliance/world/label.h"
#include "appliance/world/paths.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"

#define CHUNK ((size_t)1 << 20)

/* Fill p[0..len) as far as there is something; -1 with errno. */
static ssize_t
read_full(uint8_t *p, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = read(STDIN_FILENO, p + have, len - have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

static int
failed(const char *what)
{
	fprintf(stderr, "tachiai-measure: %s\n", what);
	return 3;
}

int
main(int argc, char **argv)
{
	uint8_t *chunk = xmalloc(CHUNK), digest[SHA256_LEN];
	struct sha256_ctx *c = sha256_begin();
	uint64_t size = 0, left = 0;
	char hex[SHA256_HEX];
	struct err e;

	(void)argv;
	if (argc != 1) {
		fputs("usage: tachiai-measure <MEDIUM\n", stderr);
		return 2;
	}
	if (confine_basic(&e) == -1 || paths_confine(NULL, 0, &e) == -1)
		return failed("it could not be locked in");
	do {
		size_t want = size == 0 || left > CHUNK ? CHUNK : (size_t)left;
		ssize_t n = read_full(chunk, want);

		if (n == -1)
			return failed(strerror(errno));
		if (size == 0) {
			size = left = label_image_size(chunk,
			    (size_t)n < LABEL_FRONT ? (size_t)n : LABEL_FRONT);
			if (size == 0)
				return failed("no image stands there");
			if ((uint64_t)n > left)
				n = (ssize_t)left;
		}
		if (n == 0)
			return failed("the image ends too early");
		sha256_add(c, chunk, (size_t)n);
		left -= (uint64_t)n;
		printf("%llu %llu\n", (unsigned long long)(size - left),
		    (unsigned long long)size);
		(void)fflush(stdout);
	} while (left > 0);
	sha256_end(c, digest);
	sha256_hex(hex, digest);
	printf("%s %llu\n", hex, (unsigned long long)size);
	return 0;
}
