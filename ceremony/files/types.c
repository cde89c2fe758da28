/* SPDX-License-Identifier: MIT */
/*
 * The types of scalars.  Invariant: one value has one canonical form, and
 * what is quoted in YAML is text, never a number or a truth value.
 */
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/utf8.h"
#include "ceremony/files/parse.h"
#include "ceremony/files/script.h"

#define NAME_CHARS 1000 /* of one line of text */
#define OID_ARC    18   /* digits of one arc */
#define NUMBER_LEN 48   /* digits of 2^159 */

const char TYPE_ATTRIBUTES[] =
    "DC C ST L postalCode street O SN GN OU CN serialNumber "
    "organizationIdentifier title emailAddress";

const char TYPE_VERBS[] =
#define X(NAME, text, minutes, class) text " "
    VERBS(X)
#undef X
    ;

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

bool
type_id(const char *s, size_t len)
{
	if (len == 0 || len > 32)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_lower(s[i]) && !is_digit(s[i]) && s[i] != '-')
			return false;
	return true;
}

static bool
type_code(const char *s, size_t len)
{
	if (len == 0 || len > 8 || !(s[0] >= 'A' && s[0] <= 'Z'))
		return false;
	for (size_t i = 1; i < len; i++)
		if (!(s[i] >= 'A' && s[i] <= 'Z') && !is_digit(s[i]))
			return false;
	return true;
}

/* Plain null is not text, nor is nothing. */
static bool
type_name(const struct tree_node *v)
{
	if (v->len == 0 || utf8_count(v->text, v->len) > NAME_CHARS)
		return false;
	return !v->plain ||
	    (strcmp(v->text, "~") != 0 && strcmp(v->text, "null") != 0);
}

/* 0..999999999 without sign or leading zero; -1 is not a number. */
static int64_t
type_int(const char *s, size_t len)
{
	int64_t v = 0;

	if (len == 0 || len > 9 || (s[0] == '0' && len > 1))
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (!is_digit(s[i]))
			return -1;
		v = v * 10 + (s[i] - '0');
	}
	return v;
}

static bool
type_oid(const char *s, size_t len)
{
	size_t arcs = 0, digits = 0, start = 0;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && is_digit(s[i])) {
			if (++digits > OID_ARC)
				return false;
			continue;
		}
		if (digits == 0 || (i < len && s[i] != '.') ||
		    (s[start] == '0' && digits > 1))
			return false;
		if (arcs == 0 && (digits > 1 || s[start] > '2'))
			return false;
		if (arcs == 1 && s[0] < '2' &&
		    (digits > 2 || (digits == 2 && s[start] > '3')))
			return false;
		arcs++;
		digits = 0;
		start = i + 1;
	}
	return arcs >= 2 && len <= 120;
}

static bool
type_url(const char *s, size_t len)
{
	if (len > 400 ||
	    (strncmp(s, "http://", 7) != 0 && strncmp(s, "https://", 8) != 0))
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] <= ' ' || s[i] >= 0x7f || s[i] == '"' || s[i] == '<' ||
		    s[i] == '>' || s[i] == '\\')
			return false;
	return s[len - 1] != '/' || len > 8;
}

static bool
type_hex(const char *s, size_t len, size_t min, size_t max)
{
	if (len < min || len > max || len % 2 != 0)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_digit(s[i]) && !(s[i] >= 'a' && s[i] <= 'f'))
			return false;
	return true;
}

static bool
type_date(const char *s, size_t len)
{
	char whole[24];
	int64_t t;

	if (len != 10)
		return false;
	memcpy(whole, s, 10);
	memcpy(whole + 10, " 00:00:00", 10);
	return civil_parse_plain(whole, 19, &t) == 0;
}

static bool
type_number(const char *s, size_t len)
{
	if (strcmp(s, "next") == 0)
		return true;
	if (len == 0 || len > NUMBER_LEN || (s[0] == '0' && len > 1))
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_digit(s[i]))
			return false;
	return true;
}

/* "364 days" or "1 day"; -1 is neither. */
static int64_t
type_days(const char *s, size_t len)
{
	const char *blank = memchr(s, ' ', len);
	int64_t v;

	if (blank == NULL)
		return -1;
	v = type_int(s, (size_t)(blank - s));
	if (strcmp(blank, v == 1 ? " day" : " days") != 0)
		return -1;
	return v;
}

/* The text types: the value stands as it was written. */
static bool
type_text(const struct schema_row *row, const struct tree_node *v)
{
	const char *s = v->text;
	int64_t t;

	switch (row->type) {
	case SCHEMA_ID:
		return type_id(s, v->len);
	case SCHEMA_CODE:
		return type_code(s, v->len);
	case SCHEMA_NAME:
		return type_name(v);
	case SCHEMA_TIME:
		return civil_parse_plain(s, v->len, &t) == 0;
	case SCHEMA_DATE:
		return type_date(s, v->len);
	case SCHEMA_ENUM:
		return v->len > 0 && schema_has_word(row->of, s, v->len);
	case SCHEMA_OID:
		return type_oid(s, v->len);
	case SCHEMA_OID_NAME:
		return v->len > 0 &&
		    (schema_has_word(row->of, s, v->len) ||
			type_oid(s, v->len));
	case SCHEMA_URL:
		return type_url(s, v->len);
	case SCHEMA_SHA256:
		return type_hex(s, v->len, 64, 64);
	case SCHEMA_HEAD:
		return strcmp(s, "none") == 0 || strcmp(s, "continue") == 0 ||
		    type_hex(s, v->len, 64, 64);
	case SCHEMA_SERIAL:
		return type_hex(s, v->len, 2, 40);
	case SCHEMA_NUMBER:
		return type_number(s, v->len);
	default:
		return false;
	}
}

/* A plain whole number within the row's bounds. */
static struct json *
scalar_int(
    struct walk *w, const struct schema_row *row, const struct tree_node *v)
{
	int64_t n = row->type == SCHEMA_DAYS ? type_days(v->text, v->len)
	    : v->plain                       ? type_int(v->text, v->len)
					     : -1;

	if (n < row->min || n > row->max)
		return walk_wrong(w, row, v);
	return json_new_int(n);
}

struct json *
walk_scalar(
    struct walk *w, const struct schema_row *row, const struct tree_node *v)
{
	struct json *out;

	if (row->type == SCHEMA_INT || row->type == SCHEMA_DAYS)
		return scalar_int(w, row, v);
	if (row->type == SCHEMA_BOOL) {
		if (!v->plain ||
		    (strcmp(v->text, "true") != 0 &&
			strcmp(v->text, "false") != 0))
			return walk_wrong(w, row, v);
		return json_new_int(v->text[0] == 't');
	}
	if (row->type == SCHEMA_TEXT) {
		if (!type_name(v))
			return walk_wrong(w, row, v);
		out = json_new_obj();
		json_set(out, "en", json_new_strn(v->text, v->len));
		return out;
	}
	if (!type_text(row, v))
		return walk_wrong(w, row, v);
	return json_new_strn(v->text, v->len);
}
