/* SPDX-License-Identifier: MIT */
/*
 * Distinguished names.  Invariant: a name that was parsed holds only
 * values of its string type's repertoire; a name that was built holds one
 * attribute per RDN and the string types of the table.
 */
#include "ceremony/x509/name.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/utf8.h"

/* In the order of BR 7.1.4.2; maxima are RFC 5280's upper bounds. */
static const struct name_type TYPES[] = {
	{ "DC", "0.9.2342.19200300.100.1.25", "name.dc", 1, 63, DER_IA5 },
	{ "C", "2.5.4.6", "name.c", 2, 2, DER_PRINTABLE },
	{ "ST", "2.5.4.8", "name.st", 3, 128, DER_UTF8 },
	{ "L", "2.5.4.7", "name.l", 4, 128, DER_UTF8 },
	{ "postalCode", "2.5.4.17", "name.postal-code", 5, 40, DER_UTF8 },
	{ "street", "2.5.4.9", "name.street", 6, 128, DER_UTF8 },
	{ "O", "2.5.4.10", "name.o", 7, 64, DER_UTF8 },
	{ "SN", "2.5.4.4", "name.surname", 8, 64, DER_UTF8 },
	{ "GN", "2.5.4.42", "name.given-name", 9, 64, DER_UTF8 },
	{ "OU", "2.5.4.11", "name.ou", 10, 64, DER_UTF8 },
	{ "CN", "2.5.4.3", "name.cn", 11, 64, DER_UTF8 },
	{ "serialNumber", "2.5.4.5", "name.serial-number", 12, 64,
	    DER_PRINTABLE },
	{ "organizationIdentifier", "2.5.4.97", "name.org-id", 12, 256,
	    DER_UTF8 },
	{ "title", "2.5.4.12", "name.title", 12, 64, DER_UTF8 },
	{ "emailAddress", "1.2.840.113549.1.9.1", "name.email", 12, 255,
	    DER_IA5 },
};

#define TYPE_COUNT (sizeof(TYPES) / sizeof(TYPES[0]))
#define VALUE_MAX  1024

const struct name_type *
name_type_find(const char *name)
{
	for (size_t i = 0; name != NULL && i < TYPE_COUNT; i++)
		if (strcmp(TYPES[i].name, name) == 0 ||
		    strcmp(TYPES[i].oid, name) == 0)
			return &TYPES[i];
	return NULL;
}

static bool
printable_char(uint8_t ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	    (ch >= '0' && ch <= '9') ||
	    (ch != '\0' && strchr(" '()+,-./:=?", ch) != NULL);
}

/* The value keeps to its string type. */
static bool
value_good(uint8_t tag, struct span v)
{
	if (v.len == 0 || v.len > VALUE_MAX)
		return false;
	switch (tag) {
	case DER_UTF8:
		return utf8_valid((const char *)v.p, v.len) &&
		    memchr(v.p, '\0', v.len) == NULL;
	case DER_PRINTABLE:
		for (size_t i = 0; i < v.len; i++)
			if (!printable_char(v.p[i]))
				return false;
		return true;
	case DER_IA5:
		for (size_t i = 0; i < v.len; i++)
			if (v.p[i] < 0x20 || v.p[i] > 0x7e)
				return false;
		return true;
	case DER_T61:
		return memchr(v.p, '\0', v.len) == NULL;
	case DER_BMP:
		return v.len % 2 == 0;
	case DER_UNIVERSAL:
		return v.len % 4 == 0;
	default:
		return false;
	}
}

static int
parse_attr(struct cursor *set, bool first, struct name *n)
{
	struct name_attr *a = &n->attr[n->n];
	struct der seq, oid, value;
	struct cursor c;
	char dotted[80];

	if (n->n == NAME_ATTRS || der_want(set, DER_SEQ, &seq) != 0)
		return -1;
	c = der_inside(&seq);
	if (der_want(&c, DER_OID, &oid) != 0 || der_next(&c, &value) != 0 ||
	    c.left != 0 ||
	    der_oid_text(oid.body, dotted, sizeof(dotted)) != 0 ||
	    !value_good(value.tag, value.body))
		return -1;
	a->type = name_type_find(dotted);
	a->oid = oid.body;
	a->tag = value.tag;
	a->value = value.body;
	a->first = first;
	n->n++;
	return 0;
}

/* DER: the elements of a SET OF ascend. */
static bool
set_ascends(struct span before, struct span now)
{
	size_t len = before.len < now.len ? before.len : now.len;
	int order = memcmp(before.p, now.p, len);

	return order < 0 || (order == 0 && before.len <= now.len);
}

int
name_parse(struct span der, struct name *out, struct err *e)
{
	struct name n;
	struct der seq, rdn, peek;
	struct cursor c, set, look;

	memset(&n, 0, sizeof(n));
	if (der_whole(der, DER_SEQ, &seq) != 0)
		return err_set(e, ERR_FORM, "name.form", NULL);
	c = der_inside(&seq);
	while (c.left > 0) {
		struct span before = { NULL, 0 };

		if (der_want(&c, DER_SET, &rdn) != 0 || rdn.body.len == 0)
			return err_set(e, ERR_FORM, "name.form", NULL);
		set = der_inside(&rdn);
		while (set.left > 0) {
			look = set;
			if (der_next(&look, &peek) != 0 ||
			    parse_attr(&set, before.p == NULL, &n) != 0 ||
			    (before.p != NULL &&
				!set_ascends(before, peek.all)))
				return err_set(e, ERR_FORM, "name.form", NULL);
			before = peek.all;
		}
	}
	n.der = der;
	*out = n;
	return 0;
}

const struct name_attr *
name_get(const struct name *n, const char *type)
{
	const struct name_type *t = name_type_find(type);

	for (size_t i = 0; t != NULL && i < n->n; i++)
		if (n->attr[i].type == t)
			return &n->attr[i];
	return NULL;
}

/* UTF-16 or UTF-32 (big-endian) and Latin-1 as UTF-8. */
static void
widen(const struct name_attr *a, struct buf *out)
{
	size_t step = a->tag == DER_BMP ? 2 : a->tag == DER_UNIVERSAL ? 4 : 1;
	char part[4];

	for (size_t i = 0; i + step <= a->value.len; i += step) {
		uint32_t cp = 0;
		size_t n;

		for (size_t k = 0; k < step; k++)
			cp = cp << 8 | a->value.p[i + k];
		n = utf8_encode(cp, part);
		if (n == 0)
			buf_byte(out, '?');
		else
			buf_add(out, part, n);
	}
}

void
name_value(const struct name_attr *a, char *out, size_t size)
{
	struct buf text = BUF_INIT;

	if (a->tag == DER_BMP || a->tag == DER_UNIVERSAL || a->tag == DER_T61)
		widen(a, &text);
	else
		buf_add(&text, a->value.p, a->value.len);
	utf8_printable(out, size, buf_cstr(&text), text.len);
	buf_free(&text);
}

static void
attr_label(const struct name_attr *a, char *out, size_t size)
{
	if (a->type != NULL)
		snprintf(out, size, "%s", a->type->name);
	else if (der_oid_text(a->oid, out, size) != 0)
		snprintf(out, size, "?");
}

void
name_line(const struct name *n, char *out, size_t size)
{
	struct buf text = BUF_INIT;
	char label[80], value[VALUE_MAX + 1];

	for (size_t i = n->n; i-- > 0;) {
		attr_label(&n->attr[i], label, sizeof(label));
		name_value(&n->attr[i], value, sizeof(value));
		buf_fmt(
		    &text, "%s%s=%s", text.len > 0 ? ", " : "", label, value);
	}
	utf8_printable(out, size, buf_cstr(&text), text.len);
	buf_free(&text);
}

void
name_short(const struct name *n, char *out, size_t size)
{
	const struct name_attr *cn = name_get(n, "CN");

	if (cn != NULL)
		name_value(cn, out, size);
	else
		name_line(n, out, size);
}

struct json *
name_rows(const struct name *n)
{
	struct json *rows = json_new_arr();
	char label[80], value[VALUE_MAX + 1];

	for (size_t i = 0; i < n->n; i++) {
		struct json *row = json_add(rows, json_new_obj());

		attr_label(&n->attr[i], label, sizeof(label));
		name_value(&n->attr[i], value, sizeof(value));
		json_set_str(row, "type", label);
		json_set_str(row, "value", value);
	}
	return rows;
}

/* Lower case (ASCII), blanks folded, none at the ends. */
static void
fold(const char *s, char *out, size_t size)
{
	size_t n = 0;

	for (; *s != '\0' && n + 1 < size; s++) {
		if (*s == ' ' && (n == 0 || out[n - 1] == ' '))
			continue;
		out[n++] = (char)(*s >= 'A' && *s <= 'Z' ? *s + 32 : *s);
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

bool
name_alike(const struct name *a, const struct name *b)
{
	char x[VALUE_MAX + 1], y[VALUE_MAX + 1], fx[VALUE_MAX + 1],
	    fy[VALUE_MAX + 1];

	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (!span_equal(a->attr[i].oid, b->attr[i].oid) ||
		    a->attr[i].first != b->attr[i].first)
			return false;
		name_value(&a->attr[i], x, sizeof(x));
		name_value(&b->attr[i], y, sizeof(y));
		fold(x, fx, sizeof(fx));
		fold(y, fy, sizeof(fy));
		if (strcmp(fx, fy) != 0)
			return false;
	}
	return true;
}

static bool
ends_in_mark(const char *s)
{
	size_t len = strlen(s), mark = strlen(NAME_MARK);

	return len >= mark && strcmp(s + len - mark, NAME_MARK) == 0;
}

static int
put_attr(const struct json *row, bool mark, struct buf *out, struct err *e)
{
	const char *type = json_get_str(row, "type");
	const char *value = json_get_str(row, "value");
	const struct name_type *t = name_type_find(type);
	struct buf text = BUF_INIT, pair = BUF_INIT, seq = BUF_INIT;
	int ret = -1;

	if (t == NULL) {
		err_set(e, ERR_REFUSED, "name.type", "type",
		    type != NULL ? type : "?", NULL);
		goto out;
	}
	buf_str(&text, value != NULL ? value : "");
	if (mark && strcmp(t->name, "CN") == 0 &&
	    !ends_in_mark(buf_cstr(&text)))
		buf_str(&text, NAME_MARK);
	if (value == NULL || !value_good(t->tag, span_of(&text)) ||
	    utf8_count(buf_cstr(&text), text.len) > t->max) {
		err_set(e, ERR_REFUSED, "name.value", "type", t->name, NULL);
		goto out;
	}
	if (der_put_oid(&pair, t->oid) != 0)
		goto out;
	der_put_buf(&pair, t->tag, &text);
	der_put_buf(&seq, DER_SEQ, &pair);
	der_put_buf(out, DER_SET, &seq);
	ret = 0;
out:
	buf_free(&seq);
	buf_free(&pair);
	buf_free(&text);
	return ret;
}

int
name_build(const struct json *rows, bool mark, struct buf *out, struct err *e)
{
	struct buf body = BUF_INIT;
	int ret = -1;

	for (size_t i = 0; i < json_count(rows); i++)
		if (put_attr(json_at(rows, i), mark, &body, e) != 0)
			goto out;
	der_put_buf(out, DER_SEQ, &body);
	ret = 0;
out:
	buf_free(&body);
	return ret;
}
