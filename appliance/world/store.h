/* SPDX-License-Identifier: MIT */
/*
 * Several small files as one string of bytes: how the files of a software
 * token cross between programs and stand on a volume.
 *
 *   "tachiai store 1\n"
 *   for each file, names strictly ascending bytewise:
 *     be16 length of the name, the name ([A-Za-z0-9._-]{1,64}, with at most
 *     one '/' between two such parts), be32 length, the bytes
 *
 * One set of files has one archive.  No directories of their own, no modes,
 * no times.
 */
#ifndef TACHIAI_STORE_H
#define TACHIAI_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define STORE_FILES    1024
#define STORE_FILE_MAX ((size_t)1 << 20)
#define STORE_NAME     130

struct store_file {
	char name[STORE_NAME];
	struct buf bytes;
};

struct store {
	struct store_file *file; /* ascending by name */
	size_t n, room;
};

#define STORE_INIT         \
	{                  \
		NULL, 0, 0 \
	}

void store_free(struct store *s); /* contents are wiped */
/* Put one file in; store.form {what} for a bad or a second name. */
int store_add(struct store *s, const char *name, const void *p, size_t len,
    struct err *e);
const struct store_file *store_find(const struct store *s, const char *name);

void store_pack(const struct store *s, struct buf *out);
/* Exactly p[0..len), strictly: store.form {what}. */
int store_unpack(
    const uint8_t *p, size_t len, struct store *out, struct err *e);

#endif
