/* SPDX-License-Identifier: MIT */
/*
 * The image of a disc, read by a small reader that knows nothing of how it
 * was made: both trees, every file's bytes, and the extent that it says.
 * As `disc image OUT LABEL FILE...' it writes one for other readers.
 */
#include "media/disc.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

#define AT 1795432000 /* 2026-11-23 */

static uint32_t
le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
}

static uint32_t
be32(const uint8_t *p)
{
	return p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[0] << 24;
}

struct row {
	char name[80];
	uint32_t block, size;
};

/* The rows of the folder that the descriptor in block `at` leads to. */
static size_t
rows(const struct buf *b, size_t at, struct row *r, size_t max, bool *ok)
{
	const uint8_t *d = b->data + at * DISC_BLOCK;
	uint32_t block = le32(d + 158), size = le32(d + 166);
	const uint8_t *p = b->data + (size_t)block * DISC_BLOCK;
	bool wide = d[0] == 2;
	size_t n = 0, seen = 0;

	*ok &= be32(d + 162) == block && be32(d + 170) == size &&
	    memcmp(d + 1, "CD001\1", 6) == 0 && size % DISC_BLOCK == 0;
	for (size_t i = 0; i < size;) {
		const uint8_t *e = p + i;
		size_t len = e[0], used = 0;

		if (len == 0) {
			i += DISC_BLOCK - i % DISC_BLOCK;
			continue;
		}
		*ok &= i % DISC_BLOCK + len <= DISC_BLOCK && len % 2 == 0 &&
		    le32(e + 2) == be32(e + 6) && le32(e + 10) == be32(e + 14);
		i += len;
		if (seen++ < 2) {
			*ok &= e[25] == 2 && le32(e + 2) == block;
			continue;
		}
		if (n == max)
			return n;
		for (size_t c = wide ? 1 : 0; c < e[32]; c += wide ? 2 : 1)
			r[n].name[used++] = (char)e[33 + c];
		r[n].name[used] = '\0';
		*ok &= e[25] == 0 && used > 2 &&
		    strcmp(r[n].name + used - 2, ";1") == 0;
		r[n].name[used > 2 ? used - 2 : 0] = '\0';
		r[n].block = le32(e + 2);
		r[n++].size = le32(e + 10);
	}
	return n;
}

static const struct row *
find(const struct row *r, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(r[i].name, name) == 0)
			return &r[i];
	return NULL;
}

/* Each file is there under its own name, once, with its bytes. */
static bool
holds(const struct buf *image, const struct bundle *b)
{
	struct row *wide = xcalloc(BUNDLE_FILES, sizeof(*wide));
	struct row *plain = xcalloc(BUNDLE_FILES, sizeof(*plain));
	bool ok = true;
	size_t n;

	n = rows(image, 17, wide, BUNDLE_FILES, &ok);
	ok &= n == b->n && rows(image, 16, plain, BUNDLE_FILES, &ok) == b->n;
	for (size_t i = 0; i < b->n && ok; i++) {
		const struct bundle_file *f = &b->file[i];
		const struct row *r = find(wide, n, f->name);
		size_t as = 0;

		ok = r != NULL && r->size == f->bytes.len &&
		    (size_t)r->block * DISC_BLOCK + r->size <= image->len &&
		    (r->size == 0 ||
			memcmp(image->data + (size_t)r->block * DISC_BLOCK,
			    f->bytes.data, r->size) == 0);
		for (size_t j = 0; j < n && ok; j++)
			as += plain[j].block == r->block &&
			    plain[j].size == r->size;
		ok &= as >= 1;
	}
	for (size_t i = 0; i + 1 < n && ok; i++)
		ok = strcmp(wide[i].name, wide[i + 1].name) < 0 &&
		    strcmp(plain[i].name, plain[i + 1].name) < 0;
	free(wide);
	free(plain);
	return ok;
}

static bool
good(size_t files, size_t step)
{
	struct bundle b = BUNDLE_INIT;
	struct buf image = BUF_INIT, again = BUF_INIT;
	char name[80]; /* longer than any that it makes */
	bool ok;

	for (size_t i = 0; i < files; i++) {
		uint8_t bytes[5000];

		memset(bytes, (int)i, sizeof(bytes));
		snprintf(name, sizeof(name), "%.*s%zu%s", (int)(i % 40),
		    "intermediate-of-a-very-long-name-that-wants-room", i,
		    i % 3 == 0       ? ""
			: i % 3 == 1 ? ".pem"
				     : ".tar.p7b");
		bundle_add(&b, name, bytes, i * step % sizeof(bytes));
	}
	disc_make(&b, "br-tls-1", AT, &image);
	disc_make(&b, "br-tls-1", AT, &again);
	ok = image.len % DISC_BLOCK == 0 &&
	    disc_extent(image.data, image.len) == image.len &&
	    holds(&image, &b) && image.len == again.len &&
	    memcmp(image.data, again.data, image.len) == 0 &&
	    memcmp(image.data + 16 * DISC_BLOCK + 40, "BR_TLS_1  ", 10) == 0;
	/* The reader can say no. */
	if (ok && files > 0) {
		image.data[image.len - 1] ^= 1;
		image.data[17 * DISC_BLOCK + 158] ^= 1;
		ok = !holds(&image, &b);
	}
	bundle_free(&b);
	buf_free(&image);
	buf_free(&again);
	return ok;
}

static void
test_extent(void)
{
	uint8_t front[17 * DISC_BLOCK] = { 0 };

	CHECK("nothing is no image", disc_extent(front, sizeof(front)) == 0);
	memcpy(front + sizeof(front) - DISC_BLOCK, "\1CD001\1", 7);
	front[sizeof(front) - DISC_BLOCK + 80] = 5;
	CHECK("its size", disc_extent(front, sizeof(front)) == 5 * DISC_BLOCK);
	CHECK("cut off", disc_extent(front, sizeof(front) - 1) == 0);
}

/* image OUT LABEL FILE...: for a reader that is a kernel. */
static int
write_image(char **argv, int n)
{
	struct bundle b = BUNDLE_INIT;
	struct buf image = BUF_INIT;
	static char bytes[1 << 20];
	FILE *f;
	bool ok;

	for (int i = 2; i < n; i++) {
		const char *slash = strrchr(argv[i], '/');

		f = fopen(argv[i], "re");
		if (f == NULL)
			return 2;
		bundle_add(&b, slash != NULL ? slash + 1 : argv[i], bytes,
		    fread(bytes, 1, sizeof(bytes), f));
		fclose(f);
	}
	disc_make(&b, argv[1], AT, &image);
	f = fopen(argv[0], "we");
	ok = f != NULL && fwrite(image.data, image.len, 1, f) == 1;
	if (f != NULL && fclose(f) != 0)
		ok = false;
	bundle_free(&b);
	buf_free(&image);
	return ok ? 0 : 2;
}

int
main(int argc, char **argv)
{
	if (argc > 4 && strcmp(argv[1], "image") == 0)
		return write_image(argv + 2, argc - 2);
	CHECK("no file", good(0, 0));
	CHECK("one empty file", good(1, 0));
	CHECK("a few", good(14, 777));
	CHECK("folders of many blocks", good(BUNDLE_FILES, 4111));
	test_extent();
	return test_end();
}
