/* SPDX-License-Identifier: MIT */
/*
 * The growing buffer.  Invariant: data is NULL or data[len] is a NUL within
 * size, and size <= BUF_MAX + 1.
 */
#include "ceremony/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *
xmalloc(size_t size)
{
	void *p = malloc(size != 0 ? size : 1);

	if (p == NULL)
		abort();
	return p;
}

void *
xcalloc(size_t n, size_t size)
{
	void *p = calloc(n != 0 ? n : 1, size != 0 ? size : 1);

	if (p == NULL)
		abort();
	return p;
}

void *
xreallocarray(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n != 0 ? n : 1, size != 0 ? size : 1);
	if (p == NULL)
		abort();
	return p;
}

char *
xstrndup(const char *s, size_t len)
{
	char *p = xmalloc(len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *
xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

static void
grow(struct buf *b, size_t more)
{
	size_t need, size;

	if (more > BUF_MAX || b->len > BUF_MAX - more)
		abort();
	need = b->len + more + 1;
	if (b->data != NULL && need <= b->size)
		return;
	size = b->size < 64 ? 64 : b->size;
	while (size < need)
		size += size / 2;
	b->data = xreallocarray(b->data, size, 1);
	b->size = size;
}

void
buf_free(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->size = 0;
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data != NULL)
		b->data[0] = '\0';
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	grow(b, len);
	if (len != 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_byte(struct buf *b, uint8_t byte)
{
	buf_add(b, &byte, 1);
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	grow(b, (size_t)n);
	va_start(ap, fmt);
	(void)vsnprintf((char *)b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void
buf_be16(struct buf *b, uint16_t v)
{
	uint8_t x[2] = { (uint8_t)(v >> 8), (uint8_t)v };

	buf_add(b, x, sizeof(x));
}

void
buf_be32(struct buf *b, uint32_t v)
{
	buf_be16(b, (uint16_t)(v >> 16));
	buf_be16(b, (uint16_t)v);
}

void
buf_be64(struct buf *b, uint64_t v)
{
	buf_be32(b, (uint32_t)(v >> 32));
	buf_be32(b, (uint32_t)v);
}

const char *
buf_cstr(const struct buf *b)
{
	return b->data != NULL ? (const char *)b->data : "";
}

uint8_t *
buf_take(struct buf *b, size_t *len)
{
	uint8_t *p;

	if (b->data == NULL)
		buf_add(b, "", 0);
	p = b->data;
	if (len != NULL)
		*len = b->len;
	b->data = NULL;
	b->len = b->size = 0;
	return p;
}

int
cursor_skip(struct cursor *c, size_t len, const uint8_t **at)
{
	if (c->left < len)
		return -1;
	if (at != NULL)
		*at = c->p;
	c->p += len;
	c->left -= len;
	return 0;
}

int
cursor_bytes(struct cursor *c, void *out, size_t len)
{
	const uint8_t *at;

	if (cursor_skip(c, len, &at) == -1)
		return -1;
	if (len != 0)
		memcpy(out, at, len);
	return 0;
}

int
cursor_be16(struct cursor *c, uint16_t *v)
{
	uint8_t x[2];

	if (cursor_bytes(c, x, sizeof(x)) == -1)
		return -1;
	*v = (uint16_t)(x[0] << 8 | x[1]);
	return 0;
}

int
cursor_be32(struct cursor *c, uint32_t *v)
{
	uint8_t x[4];

	if (cursor_bytes(c, x, sizeof(x)) == -1)
		return -1;
	*v = (uint32_t)x[0] << 24 | (uint32_t)x[1] << 16 | (uint32_t)x[2] << 8 |
	    x[3];
	return 0;
}
