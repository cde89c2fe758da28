/* SPDX-License-Identifier: MIT */
/*
 * JSON in the transcript's strict profile (docs/transcript.5, section 2):
 * objects, arrays, strings, integers; keys [a-z0-9_]+ strictly ascending;
 * |integer| < 2^53; only the escapes \" and \\; no control characters; no
 * white space.  In this profile a value has exactly one encoding.
 *
 * Trees are owned by their root; json_free(root) frees all.
 */
#ifndef TACHIAI_JSON_H
#define TACHIAI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

#define JSON_INT_MAX   ((int64_t)9007199254740991)
#define JSON_DEPTH     6  /* in entries, messages and records */
#define JSON_DEPTH_MAX 16 /* in canonical ceremony files */

enum json_type {
	JSON_INT,
	JSON_STR,
	JSON_ARR,
	JSON_OBJ,
};

struct json; /* one value */

/* Parse exactly text[0..len).  id: json.form {at}. */
int json_parse(
    const char *text, size_t len, int depth, struct json **out, struct err *e);
void json_free(struct json *j);

/* Append the one encoding; keys are sorted here. */
void json_encode(const struct json *j, struct buf *out);

/* Building.  Strings must be valid UTF-8 without control characters: other
 * code points are written as '?'.  Setters return the new member. */
struct json *json_new_int(int64_t v);
struct json *json_new_str(const char *s);
struct json *json_new_strn(const char *s, size_t len);
struct json *json_new_arr(void);
struct json *json_new_obj(void);
struct json *json_copy(const struct json *j);

/* Take ownership of `v`; an existing member is replaced. */
struct json *json_set(struct json *obj, const char *key, struct json *v);
struct json *json_set_str(struct json *obj, const char *key, const char *s);
struct json *json_set_int(struct json *obj, const char *key, int64_t v);
struct json *json_set_hex(
    struct json *obj, const char *key, const uint8_t *p, size_t len);
struct json *json_set_b64(
    struct json *obj, const char *key, const uint8_t *p, size_t len);
struct json *json_add(struct json *arr, struct json *v);

/* Reading: NULL, 0 or -1 where the member or the type is not there. */
enum json_type json_type(const struct json *j);
const struct json *json_get(const struct json *obj, const char *key);
const struct json *json_at(const struct json *arr, size_t i);
size_t json_count(const struct json *j); /* members or elements; NULL: 0 */
const char *json_key(const struct json *obj, size_t i);
const struct json *json_value(const struct json *obj, size_t i);
const char *json_str(const struct json *j); /* "" is a string too */
int json_int(const struct json *j, int64_t *v);
const char *json_get_str(const struct json *obj, const char *key);
/* The member's integer, or `otherwise`. */
int64_t json_get_int(
    const struct json *obj, const char *key, int64_t otherwise);
int json_get_hex(
    const struct json *obj, const char *key, uint8_t *out, size_t len);
int json_get_b64(const struct json *obj, const char *key, struct buf *out);
bool json_equal(const struct json *a, const struct json *b);

#endif
