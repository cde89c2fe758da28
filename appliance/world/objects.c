/* SPDX-License-Identifier: MIT */
/*
 * Objects, token stores and notes of a volume.  Invariant: a file is named
 * by the SHA-256 of its bytes, and what does not fit its name is not given
 * out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/world/journal.h"
#include "appliance/world/volume.h"
#include "ceremony/base/codec.h"

#define TOKEN_NAME 32

/* On every good medium; a failure retires it. */
static int
put_everywhere(struct journal *j, const char *folder, const char *name,
    const void *p, size_t len, struct err *e)
{
	char label[2] = { '-', '\0' };
	int good = 0;

	for (int i = 0; i < 2; i++) {
		struct medium *m = &j->medium[i];

		if (m->state != MEDIUM_GOOD)
			continue;
		label[0] = m->label;
		if (volume_put(m, folder, name, p, len) == -1)
			m->state = MEDIUM_RETIRED;
		else
			good++;
	}
	if (good == 0)
		return err_set(e, ERR_WORLD, "log.stopped", "a", label, NULL);
	return 0;
}

static bool
read_good(const struct medium *m, const char *folder, const char *name,
    const uint8_t sha[static SHA256_LEN], struct buf *out)
{
	uint8_t got[SHA256_LEN];

	if (m->state == MEDIUM_ABSENT ||
	    volume_get(m, folder, name, JOURNAL_OBJECT_MAX, out) == -1)
		return false;
	sha256(got, out->data, out->len);
	return memcmp(got, sha, SHA256_LEN) == 0;
}

/* From whichever medium has it as it was; appended to out. */
static int
get_anywhere(struct journal *j, const char *folder, const char *name,
    const uint8_t sha[static SHA256_LEN], struct buf *out)
{
	struct buf b = BUF_INIT;
	int ret = -1;

	for (int i = 0; i < 2 && ret == -1; i++)
		if (read_good(&j->medium[i], folder, name, sha, &b)) {
			buf_add(out, b.data, b.len);
			ret = 0;
		}
	buf_free(&b);
	return ret;
}

static int
too_big(const char *what, struct err *e)
{
	err_set(e, ERR_LIMIT, "media.too-big", "what", what, NULL);
	err_arg_int(e, "most", (long long)JOURNAL_OBJECT_MAX);
	return -1;
}

int
journal_object_put(struct journal *j, const void *p, size_t len,
    uint8_t sha[static SHA256_LEN], struct err *e)
{
	struct buf b = BUF_INIT;
	char name[SHA256_HEX];
	bool here = true;

	if (len > JOURNAL_OBJECT_MAX)
		return too_big("the object", e);
	sha256(sha, p, len);
	sha256_hex(name, sha);
	for (int i = 0; i < 2; i++)
		if (j->medium[i].state == MEDIUM_GOOD &&
		    !read_good(&j->medium[i], "objects", name, sha, &b))
			here = false;
	buf_free(&b);
	return here ? 0 : put_everywhere(j, "objects", name, p, len, e);
}

int
journal_object_get(struct journal *j, const uint8_t sha[static SHA256_LEN],
    struct buf *out, struct err *e)
{
	char name[SHA256_HEX];

	sha256_hex(name, sha);
	if (get_anywhere(j, "objects", name, sha, out) == -1)
		return err_set(
		    e, ERR_WORLD, "media.object", "sha256", name, NULL);
	return 0;
}

/* "<token>-<sha256>"; false when the token's name is none. */
static bool
store_name(char *out, size_t size, const char *token,
    const uint8_t sha[static SHA256_LEN])
{
	char hex[SHA256_HEX];
	size_t n = strlen(token);

	if (n == 0 || n > TOKEN_NAME ||
	    strspn(token, "abcdefghijklmnopqrstuvwxyz0123456789-") != n)
		return false;
	sha256_hex(hex, sha);
	snprintf(out, size, "%s-%s", token, hex);
	return true;
}

/* The digest in a store's name, if it is one of this token. */
static bool
store_digest(
    const char *name, const char *token, uint8_t sha[static SHA256_LEN])
{
	size_t n = strlen(token);

	return strlen(name) == n + 1 + 64 && strncmp(name, token, n) == 0 &&
	    name[n] == '-' &&
	    hex_decode(sha, SHA256_LEN, name + n + 1, 64) == 0;
}

/* Looks for one store that is neither of the two digests. */
struct other {
	const char *token;
	const uint8_t *keep[2];
	char name[TOKEN_NAME + 66];
	uint8_t sha[SHA256_LEN];
};

static int
find_other(void *arg, const char *name)
{
	struct other *o = arg;

	if (!store_digest(name, o->token, o->sha))
		return 0;
	for (int i = 0; i < 2; i++)
		if (o->keep[i] != NULL &&
		    memcmp(o->keep[i], o->sha, SHA256_LEN) == 0)
			return 0;
	snprintf(o->name, sizeof(o->name), "%s", name);
	return 1;
}

static void
remove_others(struct journal *j, struct other *o)
{
	for (int i = 0; i < 2; i++) {
		struct medium *m = &j->medium[i];

		while (m->state == MEDIUM_GOOD &&
		    volume_list(m, "tokens", find_other, o) == 1)
			if (volume_remove(m, "tokens", o->name) == -1)
				m->state = MEDIUM_RETIRED;
	}
}

int
journal_store_put(struct journal *j, const char *token, const uint8_t *in_force,
    const void *p, size_t len, uint8_t sha[static SHA256_LEN], struct err *e)
{
	struct other o = { .token = token, .keep = { in_force, sha } };
	char name[TOKEN_NAME + 66];

	if (len > JOURNAL_OBJECT_MAX)
		return too_big(token, e);
	sha256(sha, p, len);
	if (!store_name(name, sizeof(name), token, sha))
		return err_set(
		    e, ERR_FORM, "media.store", "token", token, NULL);
	if (put_everywhere(j, "tokens", name, p, len, e) == -1)
		return -1;
	remove_others(j, &o);
	return 0;
}

void
journal_store_settle(struct journal *j, const char *token,
    const uint8_t in_force[static SHA256_LEN])
{
	struct other o = { .token = token, .keep = { in_force, NULL } };

	remove_others(j, &o);
}

int
journal_store_get(struct journal *j, const char *token,
    const uint8_t sha[static SHA256_LEN], struct buf *out, struct err *e)
{
	char name[TOKEN_NAME + 66];

	if (!store_name(name, sizeof(name), token, sha) ||
	    get_anywhere(j, "tokens", name, sha, out) == -1)
		return err_set(
		    e, ERR_WORLD, "media.store", "token", token, NULL);
	return 0;
}

int
journal_store_other(struct journal *j, const char *token,
    const uint8_t *in_force, uint8_t sha[static SHA256_LEN], struct err *e)
{
	struct other o = { .token = token, .keep = { in_force, NULL } };

	(void)e;
	for (int i = 0; i < 2; i++)
		if (j->medium[i].state != MEDIUM_ABSENT &&
		    volume_list(&j->medium[i], "tokens", find_other, &o) == 1) {
			memcpy(sha, o.sha, SHA256_LEN);
			return 1;
		}
	return 0;
}

int
journal_note(
    struct journal *j, int64_t size, const void *p, size_t len, struct err *e)
{
	char name[40];

	snprintf(name, sizeof(name), "%lld.note", (long long)size);
	return put_everywhere(j, "notes", name, p, len, e);
}

struct copying {
	struct journal *j;
	const char *folder;
	int from, to;
};

static int
copy_name(void *arg, const char *name)
{
	struct copying *c = arg;
	const struct medium *from = &c->j->medium[c->from];
	const struct medium *to = &c->j->medium[c->to];
	struct buf b = BUF_INIT;
	int ret = 0;

	if (volume_get(to, c->folder, name, JOURNAL_OBJECT_MAX, &b) == -1 &&
	    volume_get(from, c->folder, name, JOURNAL_OBJECT_MAX, &b) == 0)
		ret = volume_put(to, c->folder, name, b.data, b.len);
	buf_free(&b);
	return ret;
}

int
volume_copy_missing(struct journal *j, int from, int to)
{
	static const char *const FOLDERS[] = { "objects", "tokens", "notes" };
	struct copying c = { .j = j, .from = from, .to = to };

	for (size_t i = 0; i < sizeof(FOLDERS) / sizeof(FOLDERS[0]); i++) {
		c.folder = FOLDERS[i];
		if (volume_list(&j->medium[from], FOLDERS[i], copy_name, &c) ==
		    -1)
			return -1;
	}
	return 0;
}
