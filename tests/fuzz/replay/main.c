/* SPDX-License-Identifier: MIT */
/*
 * A fuzzer's seeds replayed by a plain build: each file whole, cut at up to
 * CUTS places and with a bit flipped at up to FLIPS places, spread evenly,
 * is decoded once; what is wrong aborts.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"

#define CUTS  256
#define FLIPS 1024

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

/* In memory of exactly that size, so that a byte too far is noticed. */
static void
try(const uint8_t *in, size_t len)
{
	uint8_t *copy = xmalloc(len);

	if (len != 0)
		memcpy(copy, in, len);
	(void)LLVMFuzzerTestOneInput(copy, len);
	free(copy);
}

static void
replay(struct buf *b)
{
	size_t bits = b->len * 8, cut = b->len / CUTS + 1;
	size_t flip = bits / FLIPS + 1;

	/* A step that is odd meets every bit of a byte. */
	flip |= 1;
	try(b->data, b->len);
	for (size_t i = 0; i < b->len; i += cut)
		try(b->data, i);
	for (size_t i = 0; i < bits; i += flip) {
		b->data[i / 8] ^= (uint8_t)(1 << i % 8);
		try(b->data, b->len);
		b->data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
}

int
main(int argc, char **argv)
{
	struct dirent *ent;
	int seeds = 0;
	DIR *d;

	d = argc == 2 ? opendir(argv[1]) : NULL;
	while (d != NULL && (ent = readdir(d)) != NULL) {
		struct buf b = BUF_INIT, path = BUF_INIT;
		char chunk[4096];
		size_t n;
		FILE *f;

		buf_fmt(&path, "%s/%s", argv[1], ent->d_name);
		f = ent->d_name[0] != '.' ? fopen(buf_cstr(&path), "r") : NULL;
		buf_free(&path);
		if (f == NULL)
			continue;
		while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
			buf_add(&b, chunk, n);
		fclose(f);
		replay(&b);
		buf_free(&b);
		seeds++;
	}
	if (d != NULL)
		closedir(d);
	printf("%d passed, %d failed\n", seeds, seeds == 0);
	return seeds == 0;
}
