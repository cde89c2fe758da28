/* SPDX-License-Identifier: MIT */
/*
 * The schema of the ceremony files: one static table that knows every key
 * of profile sets, plans and scripts.  The parser walks it, the manual page
 * is tested against it.
 */
#ifndef TACHIAI_SCHEMA_H
#define TACHIAI_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/files/files.h"

enum schema_type {
	SCHEMA_ID,       /* [a-z0-9-]{1,32} */
	SCHEMA_CODE,     /* [A-Z][A-Z0-9]{0,7}: a person or thing of a script */
	SCHEMA_NAME,     /* one line of text */
	SCHEMA_TEXT,     /* one line, or {en, ja} */
	SCHEMA_INT,      /* min..max */
	SCHEMA_BOOL,     /* true, false */
	SCHEMA_TIME,     /* YYYY-MM-DD hh:mm:ss, UTC */
	SCHEMA_DATE,     /* YYYY-MM-DD */
	SCHEMA_ENUM,     /* one of the words in `of`, split by blanks */
	SCHEMA_OID,      /* dotted */
	SCHEMA_OID_NAME, /* dotted, or one of the words in `of` */
	SCHEMA_URL,      /* http:// or https:// */
	SCHEMA_SHA256,   /* 64 lower-case hex digits */
	SCHEMA_HEAD,     /* none, continue, or 64 hex digits */
	SCHEMA_SERIAL,   /* lower-case hex, 2 to 40 digits, pairs */
	SCHEMA_NUMBER,   /* "next", or a decimal number up to 20 octets */
	SCHEMA_DAYS,     /* "364 days" -> KEY_days: 364 */
	SCHEMA_SUBJECT,  /* {C: JP, ...} in order -> [{type, value}] */
	SCHEMA_MAP,      /* the keys of group `of` */
};

enum schema_shape {
	SCHEMA_ONE,
	SCHEMA_LIST,  /* a list */
	SCHEMA_EASY,  /* one or a list; always a list in the form */
	SCHEMA_NAMED, /* a map with free keys; a list with "name" */
};

struct schema_row {
	const char *group;
	const char *key; /* as written in YAML */
	enum schema_type type;
	enum schema_shape shape;
	bool required;
	int min, max;   /* integers and days; lists: elements */
	const char *of; /* words or group */
};

const struct schema_row *schema_at(size_t i); /* NULL behind the last */
/*
 * The row of `key` (key[0..len)) in `group`, or in `also` (may be NULL).
 */
const struct schema_row *schema_find(
    const char *group, const char *also, const char *key, size_t len);
/* The known key nearest to key[0..len) by edit distance; NULL for none. */
const char *schema_nearest(
    const char *group, const char *also, const char *key, size_t len);
/* The i-th word of a blank-separated list: its length, 0 behind the last. */
size_t schema_word(const char *words, size_t i, const char **at);
bool schema_has_word(const char *words, const char *s, size_t len);
/* The word nearest to s[0..len), copied to out; "" for none. */
void schema_nearest_word(
    const char *words, const char *s, size_t len, char *out, size_t size);
/* The name of a type for sentences: a text id ("files.want-id"). */
const char *schema_want(enum schema_type type);
/* The top group of a kind: "profile-set", "plan", "script". */
const char *schema_top(enum files_kind kind);

#endif
