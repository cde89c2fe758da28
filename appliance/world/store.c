/* SPDX-License-Identifier: MIT */
/*
 * Archives of small files.  Invariant: names in a struct store are good,
 * strictly ascending, and so is every archive that is taken or made.
 */
#include "appliance/world/store.h"

#include <openssl/crypto.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char MAGIC[] = "tachiai store 1\n";
#define MAGIC_LEN (sizeof(MAGIC) - 1)

#define PART_BYTES                                             \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789._-"

static bool
part_good(const char *s, size_t len)
{
	if (len == 0 || len > 64 || s[0] == '.')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\0' || strchr(PART_BYTES, s[i]) == NULL)
			return false;
	}
	return true;
}

static bool
name_good(const char *s, size_t len)
{
	const char *slash = memchr(s, '/', len);
	size_t first = slash != NULL ? (size_t)(slash - s) : len;

	if (!part_good(s, first))
		return false;
	return slash == NULL || part_good(slash + 1, len - first - 1);
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "store.form", "what", what, NULL);
}

void
store_free(struct store *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->file[i].bytes.data != NULL)
			OPENSSL_cleanse(
			    s->file[i].bytes.data, s->file[i].bytes.len);
		buf_free(&s->file[i].bytes);
	}
	free(s->file);
	memset(s, 0, sizeof(*s));
}

int
store_add(
    struct store *s, const char *name, const void *p, size_t len, struct err *e)
{
	size_t at = 0;

	if (!name_good(name, strlen(name)))
		return form(e, "name");
	if (len > STORE_FILE_MAX || s->n == STORE_FILES)
		return form(e, "too much");
	while (at < s->n && strcmp(s->file[at].name, name) < 0)
		at++;
	if (at < s->n && strcmp(s->file[at].name, name) == 0)
		return form(e, "twice");
	if (s->n == s->room) {
		s->room = s->room == 0 ? 16 : 2 * s->room;
		s->file = xreallocarray(s->file, s->room, sizeof(*s->file));
	}
	memmove(&s->file[at + 1], &s->file[at], (s->n - at) * sizeof(*s->file));
	memset(&s->file[at], 0, sizeof(s->file[at]));
	memcpy(s->file[at].name, name, strlen(name) + 1);
	buf_add(&s->file[at].bytes, p, len);
	s->n++;
	return 0;
}

const struct store_file *
store_find(const struct store *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->file[i].name, name) == 0)
			return &s->file[i];
	}
	return NULL;
}

void
store_pack(const struct store *s, struct buf *out)
{
	buf_add(out, MAGIC, MAGIC_LEN);
	for (size_t i = 0; i < s->n; i++) {
		const struct store_file *f = &s->file[i];

		buf_be16(out, (uint16_t)strlen(f->name));
		buf_str(out, f->name);
		buf_be32(out, (uint32_t)f->bytes.len);
		buf_add(out, f->bytes.data, f->bytes.len);
	}
}

/* One file off the front of `c`, after the last of `s`. */
static int
unpack_one(struct cursor *c, struct store *s, struct err *e)
{
	char name[STORE_NAME] = "";
	const uint8_t *p;
	uint16_t name_len;
	uint32_t len;

	if (cursor_be16(c, &name_len) == -1 || name_len >= sizeof(name) ||
	    cursor_bytes(c, name, name_len) == -1 || !name_good(name, name_len))
		return form(e, "name");
	if (s->n > 0 && strcmp(s->file[s->n - 1].name, name) >= 0)
		return form(e, "order");
	if (cursor_be32(c, &len) == -1 || len > STORE_FILE_MAX ||
	    cursor_skip(c, len, &p) == -1)
		return form(e, "length");
	return store_add(s, name, p, len, e);
}

int
store_unpack(const uint8_t *p, size_t len, struct store *out, struct err *e)
{
	struct cursor c = { p, len };
	struct store s = STORE_INIT;
	const uint8_t *magic;

	if (cursor_skip(&c, MAGIC_LEN, &magic) == -1 ||
	    memcmp(magic, MAGIC, MAGIC_LEN) != 0)
		return form(e, "not a store");
	while (c.left > 0) {
		if (unpack_one(&c, &s, e) == -1) {
			store_free(&s);
			return -1;
		}
	}
	*out = s;
	return 0;
}
