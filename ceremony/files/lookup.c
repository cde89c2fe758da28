/* SPDX-License-Identifier: MIT */
/*
 * Finding in the schema: a kind of file by its name, a key in its group, the
 * known word nearest to an unknown one.
 */
#include <stdint.h>
#include <string.h>

#include "ceremony/files/schema.h"

static const char *const WANT[] = {
	[SCHEMA_ID] = "files.want-id",
	[SCHEMA_CODE] = "files.want-code",
	[SCHEMA_NAME] = "files.want-name",
	[SCHEMA_TEXT] = "files.want-text",
	[SCHEMA_INT] = "files.want-int",
	[SCHEMA_BOOL] = "files.want-bool",
	[SCHEMA_TIME] = "files.want-time",
	[SCHEMA_DATE] = "files.want-date",
	[SCHEMA_ENUM] = "files.want-enum",
	[SCHEMA_OID] = "files.want-oid",
	[SCHEMA_OID_NAME] = "files.want-oid-name",
	[SCHEMA_URL] = "files.want-url",
	[SCHEMA_SHA256] = "files.want-sha256",
	[SCHEMA_HEAD] = "files.want-head",
	[SCHEMA_SERIAL] = "files.want-serial",
	[SCHEMA_NUMBER] = "files.want-number",
	[SCHEMA_DAYS] = "files.want-days",
	[SCHEMA_SUBJECT] = "files.want-map",
	[SCHEMA_MAP] = "files.want-map",
};

static const char *const KIND[] = {
	[FILES_PROFILES] = "profile-set",
	[FILES_PLAN] = "plan",
	[FILES_SCRIPT] = "script",
};

const char *
files_kind_name(enum files_kind kind)
{
	return KIND[kind];
}

int
files_kind_parse(const char *name, enum files_kind *kind)
{
	for (size_t i = 0; i < FILES_KINDS; i++) {
		if (strcmp(KIND[i], name) == 0) {
			*kind = (enum files_kind)i;
			return 0;
		}
	}
	return -1;
}

static bool
in_group(const struct schema_row *r, const char *group, const char *also)
{
	return strcmp(r->group, group) == 0 ||
	    (also != NULL && strcmp(r->group, also) == 0);
}

const struct schema_row *
schema_find(const char *group, const char *also, const char *key, size_t len)
{
	const struct schema_row *r;

	for (size_t i = 0; (r = schema_at(i)) != NULL; i++)
		if (in_group(r, group, also) && strlen(r->key) == len &&
		    memcmp(r->key, key, len) == 0)
			return r;
	return NULL;
}

#define WORD_MAX 31 /* no known key is longer */

/*
 * Edit distance (insert, delete, replace, swap of neighbours), of at most
 * WORD_MAX bytes; longer words are far from everything.
 */
static unsigned
distance(const char *a, size_t na, const char *b, size_t nb)
{
	unsigned d[WORD_MAX + 1][WORD_MAX + 1];

	if (na > WORD_MAX || nb > WORD_MAX)
		return UINT32_MAX;
	for (unsigned i = 0; i <= na; i++) {
		for (unsigned k = 0; k <= nb; k++) {
			unsigned best;

			if (i == 0 || k == 0) {
				d[i][k] = i + k;
				continue;
			}
			best = d[i - 1][k - 1] + (a[i - 1] != b[k - 1]);
			if (d[i - 1][k] + 1 < best)
				best = d[i - 1][k] + 1;
			if (d[i][k - 1] + 1 < best)
				best = d[i][k - 1] + 1;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] &&
			    a[i - 2] == b[k - 1] && d[i - 2][k - 2] + 1 < best)
				best = d[i - 2][k - 2] + 1;
			d[i][k] = best;
		}
	}
	return d[na][nb];
}

const char *
schema_nearest(const char *group, const char *also, const char *key, size_t len)
{
	const struct schema_row *r;
	const char *near = NULL;
	unsigned best = UINT32_MAX;

	for (size_t i = 0; (r = schema_at(i)) != NULL; i++) {
		unsigned d;

		if (!in_group(r, group, also))
			continue;
		d = distance(key, len, r->key, strlen(r->key));
		if (near == NULL || d < best) {
			best = d;
			near = r->key;
		}
	}
	return near;
}

size_t
schema_word(const char *words, size_t i, const char **at)
{
	for (;;) {
		size_t len = strcspn(words, " ");

		if (i-- == 0) {
			*at = words;
			return len;
		}
		if (words[len] == '\0')
			return 0;
		words += len + 1;
	}
}

bool
schema_has_word(const char *words, const char *s, size_t len)
{
	const char *w;
	size_t n;

	for (size_t i = 0; (n = schema_word(words, i, &w)) != 0; i++)
		if (n == len && memcmp(w, s, n) == 0)
			return true;
	return false;
}

void
schema_nearest_word(
    const char *words, const char *s, size_t len, char *out, size_t size)
{
	const char *w, *near = "";
	size_t n, near_len = 0;
	unsigned best = UINT32_MAX;

	for (size_t i = 0; (n = schema_word(words, i, &w)) != 0; i++) {
		unsigned d = distance(s, len, w, n);

		if (near_len == 0 || d < best) {
			best = d;
			near = w;
			near_len = n;
		}
	}
	if (near_len >= size)
		near_len = size - 1;
	memcpy(out, near, near_len);
	out[near_len] = '\0';
}

const char *
schema_want(enum schema_type type)
{
	return WANT[type];
}

const char *
schema_top(enum files_kind kind)
{
	return files_kind_name(kind);
}
