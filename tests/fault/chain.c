/* SPDX-License-Identifier: MIT */
/*
 * chain LOG AT <JSON: the transcript LOG with entry AT replaced by the line
 * on standard input, and every hash from there made again: what somebody
 * without keys can do to a file.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ceremony/base/digest.h"

#define HASH (SHA256_HEX - 1)

/* "HASH JSON\n" with the hash that follows `prev`, which becomes it. */
static void
put(char prev[static SHA256_HEX], const char *json, size_t len)
{
	struct sha256_ctx *c = sha256_begin();
	uint8_t sha[SHA256_LEN];

	sha256_add(c, prev, HASH);
	sha256_add(c, " ", 1);
	sha256_add(c, json, len);
	sha256_end(c, sha);
	sha256_hex(prev, sha);
	printf("%s ", prev);
	fwrite(json, 1, len, stdout);
}

int
main(int argc, char **argv)
{
	char prev[SHA256_HEX], *line = NULL;
	FILE *log = argc == 3 ? fopen(argv[1], "r") : NULL;
	size_t room = 0;
	ssize_t n;
	long at = argc == 3 ? atol(argv[2]) : 0;

	if (log == NULL) {
		fprintf(stderr, "usage: chain LOG AT <JSON\n");
		return 2;
	}
	snprintf(prev, sizeof(prev), "%0*d", (int)HASH, 0);
	for (long i = 0; (n = getline(&line, &room, log)) > (ssize_t)HASH;
	    i++) {
		if (i < at) {
			snprintf(prev, sizeof(prev), "%.*s", (int)HASH, line);
			fwrite(line, 1, (size_t)n, stdout);
		} else if (i > at) {
			put(prev, line + HASH + 1, (size_t)n - HASH - 1);
		} else {
			n = getline(&line, &room, stdin);
			if (n <= 0)
				return 1;
			put(prev, line, (size_t)n);
		}
	}
	free(line);
	fclose(log);
	return ferror(stdout) != 0 || fflush(stdout) != 0;
}
