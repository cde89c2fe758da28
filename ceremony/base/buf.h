/* SPDX-License-Identifier: MIT */
/*
 * The growing buffer: all length arithmetic of the project goes through it.
 * A buffer never grows over BUF_MAX; running out of memory, or over the
 * bound, is abort() (the transcript is the truth, any process may die).
 * `struct buf b = BUF_INIT;` ... `buf_free(&b);`
 */
#ifndef TACHIAI_BUF_H
#define TACHIAI_BUF_H

#include <stddef.h>
#include <stdint.h>

#define BUF_MAX ((size_t)256 << 20)

struct buf {
	uint8_t *data; /* NULL while empty; one NUL always stands behind len */
	size_t len;    /* bytes used */
	size_t size;   /* bytes allocated */
};

#define BUF_INIT           \
	{                  \
		NULL, 0, 0 \
	}

void buf_free(struct buf *b);
void buf_reset(struct buf *b); /* len = 0, memory kept */

void buf_add(struct buf *b, const void *data, size_t len);
void buf_str(struct buf *b, const char *s);
void buf_byte(struct buf *b, uint8_t byte);
void buf_fmt(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_be16(struct buf *b, uint16_t v);
void buf_be32(struct buf *b, uint32_t v);
void buf_be64(struct buf *b, uint64_t v);

/* The bytes as a string (NUL behind the last byte); "" while empty. */
const char *buf_cstr(const struct buf *b);

/* Give the memory away: the caller frees with free().  b is empty after. */
uint8_t *buf_take(struct buf *b, size_t *len);

/* Memory that never is NULL. */
void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xreallocarray(void *p, size_t n, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);

/* A reader over bytes that belong to somebody else. */
struct cursor {
	const uint8_t *p;
	size_t left;
};

/* 0, or -1 and nothing consumed when fewer bytes are left. */
int cursor_bytes(struct cursor *c, void *out, size_t len);
int cursor_skip(struct cursor *c, size_t len, const uint8_t **at);
int cursor_be16(struct cursor *c, uint16_t *v);
int cursor_be32(struct cursor *c, uint32_t *v);

#endif
