/* SPDX-License-Identifier: MIT */
/*
 * JSON in the strict profile.  Invariant: json_parse() accepts a text only
 * if json_encode() of the tree gives the same bytes.
 */
#include "ceremony/base/json.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/utf8.h"

struct json {
	enum json_type type;
	int64_t num;
	char *str;
	size_t n, room;
	char **key;         /* objects: kept in ascending order */
	struct json **item; /* arrays and objects */
};

struct parser {
	const char *s;
	size_t len, pos;
	int depth;
};

static struct json *parse_value(struct parser *p, int depth);

static struct json *
new_node(enum json_type type)
{
	struct json *j = xcalloc(1, sizeof(*j));

	j->type = type;
	return j;
}

void
json_free(struct json *j)
{
	if (j == NULL)
		return;
	for (size_t i = 0; i < j->n; i++) {
		json_free(j->item[i]);
		if (j->key != NULL)
			free(j->key[i]);
	}
	free(j->key);
	free(j->item);
	free(j->str);
	free(j);
}

static void
make_room(struct json *j)
{
	if (j->n < j->room)
		return;
	j->room = j->room != 0 ? j->room * 2 : 8;
	j->item = xreallocarray(j->item, j->room, sizeof(struct json *));
	if (j->type == JSON_OBJ)
		j->key = xreallocarray(j->key, j->room, sizeof(*j->key));
}

static int
peek(const struct parser *p)
{
	return p->pos < p->len ? (unsigned char)p->s[p->pos] : -1;
}

static int
take(struct parser *p, char c)
{
	if (peek(p) != (unsigned char)c)
		return -1;
	p->pos++;
	return 0;
}

/* A string's body as new memory, or NULL. */
static char *
parse_string(struct parser *p, size_t *len)
{
	struct buf b = BUF_INIT;

	if (take(p, '"') == -1)
		return NULL;
	for (;;) {
		uint32_t cp = 0;
		size_t n = p->pos < p->len
		    ? utf8_decode(p->s + p->pos, p->len - p->pos, &cp)
		    : 0;

		if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp <= 0x9f))
			goto bad;
		if (cp == '"') {
			p->pos++;
			return (char *)buf_take(&b, len);
		}
		if (cp == '\\') {
			p->pos++;
			if (peek(p) != '"' && peek(p) != '\\')
				goto bad;
		}
		buf_add(&b, p->s + p->pos, n);
		p->pos += n;
	}
bad:
	buf_free(&b);
	return NULL;
}

static struct json *
parse_int(struct parser *p)
{
	struct json *j;
	bool minus = peek(p) == '-';
	int64_t v = 0;
	size_t start;

	if (minus)
		p->pos++;
	start = p->pos;
	while (peek(p) >= '0' && peek(p) <= '9') {
		v = v * 10 + (peek(p) - '0');
		p->pos++;
		if (v > JSON_INT_MAX)
			return NULL;
	}
	if (p->pos == start || (p->s[start] == '0' && p->pos - start > 1) ||
	    (minus && v == 0))
		return NULL;
	j = new_node(JSON_INT);
	j->num = minus ? -v : v;
	return j;
}

static bool
key_ok(const char *k, size_t len)
{
	if (len == 0 || strlen(k) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!(k[i] >= 'a' && k[i] <= 'z') &&
		    !(k[i] >= '0' && k[i] <= '9') && k[i] != '_')
			return false;
	return true;
}

static struct json *
parse_array(struct parser *p, int depth)
{
	struct json *j = new_node(JSON_ARR), *v;

	p->pos++;
	if (take(p, ']') == 0)
		return j;
	for (;;) {
		v = parse_value(p, depth + 1);
		if (v == NULL)
			break;
		json_add(j, v);
		if (take(p, ']') == 0)
			return j;
		if (take(p, ',') == -1)
			break;
	}
	json_free(j);
	return NULL;
}

static struct json *
parse_object(struct parser *p, int depth)
{
	struct json *j = new_node(JSON_OBJ), *v;
	char *k = NULL;
	size_t klen;

	p->pos++;
	if (take(p, '}') == 0)
		return j;
	for (;;) {
		k = parse_string(p, &klen);
		if (k == NULL || !key_ok(k, klen) ||
		    (j->n > 0 && strcmp(j->key[j->n - 1], k) >= 0) ||
		    take(p, ':') == -1)
			break;
		v = parse_value(p, depth + 1);
		if (v == NULL)
			break;
		make_room(j);
		j->key[j->n] = k;
		j->item[j->n++] = v;
		k = NULL;
		if (take(p, '}') == 0)
			return j;
		if (take(p, ',') == -1)
			break;
	}
	free(k);
	json_free(j);
	return NULL;
}

/* Depth is bounded before the call, so the recursion is. */
static struct json *
parse_value(struct parser *p, int depth)
{
	struct json *j;
	int c = peek(p);

	if (c == '{' || c == '[') {
		if (depth >= p->depth)
			return NULL;
		return c == '{' ? parse_object(p, depth)
				: parse_array(p, depth);
	}
	if (c == '"') {
		size_t len;
		char *s = parse_string(p, &len);

		if (s == NULL)
			return NULL;
		j = new_node(JSON_STR);
		j->str = s;
		return j;
	}
	return parse_int(p);
}

int
json_parse(
    const char *text, size_t len, int depth, struct json **out, struct err *e)
{
	struct parser p = { text, len, 0, depth };
	struct json *j = parse_value(&p, 0);

	if (j == NULL || p.pos != len) {
		json_free(j);
		err_set(e, ERR_FORM, "json.form", NULL);
		err_arg_int(e, "at", (long long)p.pos);
		return -1;
	}
	*out = j;
	return 0;
}

static void
encode_string(const char *s, struct buf *out)
{
	buf_byte(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(out, '\\');
		buf_byte(out, (uint8_t)*s);
	}
	buf_byte(out, '"');
}

void
json_encode(const struct json *j, struct buf *out)
{
	switch (j->type) {
	case JSON_INT:
		buf_fmt(out, "%lld", (long long)j->num);
		return;
	case JSON_STR:
		encode_string(j->str, out);
		return;
	case JSON_ARR:
	case JSON_OBJ:
		break;
	}
	buf_byte(out, j->type == JSON_OBJ ? '{' : '[');
	for (size_t i = 0; i < j->n; i++) {
		if (i > 0)
			buf_byte(out, ',');
		if (j->type == JSON_OBJ) {
			encode_string(j->key[i], out);
			buf_byte(out, ':');
		}
		json_encode(j->item[i], out);
	}
	buf_byte(out, j->type == JSON_OBJ ? '}' : ']');
}

struct json *
json_new_int(int64_t v)
{
	struct json *j = new_node(JSON_INT);

	if (v > JSON_INT_MAX || v < -JSON_INT_MAX)
		abort();
	j->num = v;
	return j;
}

struct json *
json_new_strn(const char *s, size_t len)
{
	struct json *j = new_node(JSON_STR);
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < len;) {
		uint32_t cp = 0;
		size_t n = utf8_decode(s + i, len - i, &cp);

		if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp <= 0x9f))
			buf_byte(&b, '?');
		else
			buf_add(&b, s + i, n);
		i += n != 0 ? n : 1;
	}
	j->str = (char *)buf_take(&b, NULL);
	return j;
}

struct json *
json_new_str(const char *s)
{
	return json_new_strn(s, strlen(s));
}

struct json *
json_new_arr(void)
{
	return new_node(JSON_ARR);
}

struct json *
json_new_obj(void)
{
	return new_node(JSON_OBJ);
}

struct json *
json_copy(const struct json *j)
{
	struct json *c = new_node(j->type);

	c->num = j->num;
	if (j->str != NULL)
		c->str = xstrdup(j->str);
	for (size_t i = 0; i < j->n; i++) {
		make_room(c);
		if (j->type == JSON_OBJ)
			c->key[c->n] = xstrdup(j->key[i]);
		c->item[c->n++] = json_copy(j->item[i]);
	}
	return c;
}

struct json *
json_set(struct json *obj, const char *key, struct json *v)
{
	size_t i;
	int cmp = 1;

	if (obj->type != JSON_OBJ || !key_ok(key, strlen(key)))
		abort();
	for (i = 0; i < obj->n; i++) {
		cmp = strcmp(obj->key[i], key);
		if (cmp >= 0)
			break;
	}
	if (i < obj->n && cmp == 0) {
		json_free(obj->item[i]);
		obj->item[i] = v;
		return v;
	}
	make_room(obj);
	memmove(
	    obj->key + i + 1, obj->key + i, (obj->n - i) * sizeof(*obj->key));
	memmove(obj->item + i + 1, obj->item + i,
	    (obj->n - i) * sizeof(struct json *));
	obj->key[i] = xstrdup(key);
	obj->item[i] = v;
	obj->n++;
	return v;
}

struct json *
json_add(struct json *arr, struct json *v)
{
	if (arr->type != JSON_ARR)
		abort();
	make_room(arr);
	arr->item[arr->n++] = v;
	return v;
}

enum json_type
json_type(const struct json *j)
{
	return j->type;
}

const struct json *
json_get(const struct json *obj, const char *key)
{
	if (obj == NULL || obj->type != JSON_OBJ)
		return NULL;
	for (size_t i = 0; i < obj->n; i++)
		if (strcmp(obj->key[i], key) == 0)
			return obj->item[i];
	return NULL;
}

const struct json *
json_at(const struct json *arr, size_t i)
{
	if (arr == NULL || arr->type != JSON_ARR || i >= arr->n)
		return NULL;
	return arr->item[i];
}

size_t
json_count(const struct json *j)
{
	return j != NULL ? j->n : 0;
}

const char *
json_key(const struct json *obj, size_t i)
{
	if (obj == NULL || obj->type != JSON_OBJ || i >= obj->n)
		return NULL;
	return obj->key[i];
}

const struct json *
json_value(const struct json *obj, size_t i)
{
	if (obj == NULL || obj->type != JSON_OBJ || i >= obj->n)
		return NULL;
	return obj->item[i];
}

const char *
json_str(const struct json *j)
{
	return j != NULL && j->type == JSON_STR ? j->str : NULL;
}

int
json_int(const struct json *j, int64_t *v)
{
	if (j == NULL || j->type != JSON_INT)
		return -1;
	*v = j->num;
	return 0;
}

bool
json_equal(const struct json *a, const struct json *b)
{
	if (a == NULL || b == NULL || a->type != b->type || a->n != b->n ||
	    a->num != b->num)
		return a == b;
	if (a->str != NULL && strcmp(a->str, b->str) != 0)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if ((a->key != NULL && strcmp(a->key[i], b->key[i]) != 0) ||
		    !json_equal(a->item[i], b->item[i]))
			return false;
	return true;
}
