/* SPDX-License-Identifier: MIT */
/*
 * Members of an object by the type of their value.  Invariant: nothing here
 * knows how a tree is made; bytes stand in it as hex or base64 strings.
 */
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/json.h"

struct json *
json_set_str(struct json *obj, const char *key, const char *s)
{
	return json_set(obj, key, json_new_str(s));
}

struct json *
json_set_int(struct json *obj, const char *key, int64_t v)
{
	return json_set(obj, key, json_new_int(v));
}

struct json *
json_set_hex(struct json *obj, const char *key, const uint8_t *p, size_t len)
{
	struct buf b = BUF_INIT;
	struct json *j;

	hex_encode(&b, p, len);
	j = json_set_str(obj, key, buf_cstr(&b));
	buf_free(&b);
	return j;
}

struct json *
json_set_b64(struct json *obj, const char *key, const uint8_t *p, size_t len)
{
	struct buf b = BUF_INIT;
	struct json *j;

	base64_encode(&b, p, len);
	j = json_set_str(obj, key, buf_cstr(&b));
	buf_free(&b);
	return j;
}

const char *
json_get_str(const struct json *obj, const char *key)
{
	return json_str(json_get(obj, key));
}

int64_t
json_get_int(const struct json *obj, const char *key, int64_t otherwise)
{
	int64_t v;

	return json_int(json_get(obj, key), &v) == 0 ? v : otherwise;
}

int
json_get_hex(const struct json *obj, const char *key, uint8_t *out, size_t len)
{
	const char *s = json_get_str(obj, key);

	return s != NULL ? hex_decode(out, len, s, strlen(s)) : -1;
}

int
json_get_b64(const struct json *obj, const char *key, struct buf *out)
{
	const char *s = json_get_str(obj, key);

	return s != NULL ? base64_decode(out, s, strlen(s)) : -1;
}
