/* SPDX-License-Identifier: MIT */
/*
 * Entries, strictly both ways.  Invariant: entry_decode() accepts exactly
 * the lines that entry_encode() writes, besides kinds of a later table.
 */
#include "ceremony/log/entry.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"

#define OBJECT_MAX ((int64_t)64 << 20)
#define NAMES_MAX  32

#define LOWER      "abcdefghijklmnopqrstuvwxyz"
#define UPPER      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS     "0123456789"

static const char *const RCS[] = { "ok", "fail", "denied", "aborted" };

const char *
rc_name(enum rc rc)
{
	return RCS[rc];
}

static int
bad(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "entry.form", "what", what, NULL);
}

void
entry_init(struct entry *en, enum event_type type)
{
	memset(en, 0, sizeof(*en));
	en->ev = event_get(type);
	if (en->ev != NULL)
		memcpy(en->evname, en->ev->name, strlen(en->ev->name) + 1);
	en->by = json_new_arr();
	en->d = json_new_obj();
}

void
entry_fini(struct entry *en)
{
	json_free(en->by);
	json_free(en->said);
	json_free(en->att);
	json_free(en->d);
	memset(en, 0, sizeof(*en));
}

void
entry_by(struct entry *en, const char *name)
{
	json_add(en->by, json_new_str(name));
}

void
entry_said(struct entry *en, const char *code)
{
	if (en->said == NULL)
		en->said = json_new_arr();
	json_add(en->said, json_new_str(code));
}

void
entry_attach(struct entry *en, const char *name, const char *type,
    const uint8_t digest[static SHA256_LEN], int64_t size)
{
	struct json *a = json_new_obj();

	if (en->att == NULL)
		en->att = json_new_arr();
	json_set_str(a, "name", name);
	json_set_hex(a, "sha256", digest, SHA256_LEN);
	json_set_int(a, "size", size);
	json_set_str(a, "type", type);
	json_add(en->att, a);
}

int
entry_attachment(
    const struct entry *en, const char *name, uint8_t digest[static SHA256_LEN])
{
	for (size_t i = 0; i < json_count(en->att); i++) {
		const struct json *a = json_at(en->att, i);
		const char *s = json_get_str(a, "name");

		if (s != NULL && strcmp(s, name) == 0)
			return json_get_hex(a, "sha256", digest, SHA256_LEN);
	}
	return -1;
}

static bool
word(const char *s, size_t max, const char *set)
{
	return s != NULL && s[0] != '\0' && strlen(s) <= max &&
	    strspn(s, set) == strlen(s);
}

static bool
is_by(const char *s)
{
	return s != NULL && strncmp(s, "op/", 3) == 0 &&
	    word(s + 3, 32, LOWER DIGITS "-");
}

static bool
is_code(const char *s)
{
	return word(s, 64, LOWER UPPER DIGITS "._-");
}

/* An array of different good strings. */
static bool
names_good(const struct json *j, bool (*good)(const char *s))
{
	if (j == NULL || json_type(j) != JSON_ARR || json_count(j) > NAMES_MAX)
		return false;
	for (size_t i = 0; i < json_count(j); i++) {
		const char *s = json_str(json_at(j, i));

		if (!good(s))
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(json_str(json_at(j, k)), s) == 0)
				return false;
	}
	return true;
}

static bool
attachments_good(const struct json *att)
{
	uint8_t digest[SHA256_LEN];

	if (json_type(att) != JSON_ARR || json_count(att) > NAMES_MAX)
		return false;
	for (size_t i = 0; i < json_count(att); i++) {
		const struct json *a = json_at(att, i);
		const char *name = json_get_str(a, "name");
		int64_t size = json_get_int(a, "size", -1);

		if (json_type(a) != JSON_OBJ || json_count(a) != 4 ||
		    !is_code(name) || size < 0 || size > OBJECT_MAX ||
		    !word(json_get_str(a, "type"), 64, LOWER DIGITS "./+-") ||
		    json_get_hex(a, "sha256", digest, SHA256_LEN) == -1)
			return false;
		for (size_t k = 0; k < i; k++)
			if (strcmp(json_get_str(json_at(att, k), "name"),
				name) == 0)
				return false;
	}
	return true;
}

/* What encoder and decoder both ask of the parts. */
static int
entry_good(const struct entry *en, bool table, struct err *e)
{
	if (en->n < 0 || en->n > JSON_INT_MAX || en->s < 0 ||
	    en->s > JSON_INT_MAX || en->m < 0 || en->m > JSON_INT_MAX)
		return bad(e, "n, s, m");
	if (!names_good(en->by, is_by))
		return bad(e, "by");
	if (en->said != NULL && !names_good(en->said, is_code))
		return bad(e, "said");
	if (en->att != NULL && !attachments_good(en->att))
		return bad(e, "att");
	if (json_type(en->d) != JSON_OBJ)
		return bad(e, "d");
	if (en->ev == NULL || !table)
		return 0;
	if (json_count(en->by) == 0 && en->rc == RC_OK &&
	    (en->ev->roles & EVENT_APPLIANCE) == 0)
		return bad(e, "by");
	return event_check(en->ev, en->d, en->rc == RC_OK, e);
}

static void
line_hash(const uint8_t prev[static SHA256_LEN], const void *rest, size_t len,
    uint8_t out[static SHA256_LEN])
{
	struct sha256_ctx *c = sha256_begin();
	char hex[SHA256_HEX];

	sha256_hex(hex, prev);
	sha256_add(c, hex, SHA256_HEX - 1);
	sha256_add(c, rest, len); /* " JSON\n" */
	sha256_end(c, out);
}

static struct json *
entry_json(const struct entry *en)
{
	struct json *j = json_new_obj();
	struct buf txt = BUF_INIT;
	char t[CIVIL_LEN];

	if (en->att != NULL && json_count(en->att) > 0)
		json_set(j, "att", json_copy(en->att));
	json_set(j, "by", json_copy(en->by));
	if (json_count(en->d) > 0)
		json_set(j, "d", json_copy(en->d));
	json_set_str(j, "ev", en->ev->name);
	json_set_int(j, "m", en->m);
	json_set_int(j, "n", en->n);
	json_set_hex(j, "r", en->r, ENTRY_R);
	json_set_str(j, "rc", rc_name(en->rc));
	json_set_int(j, "s", en->s);
	if (en->said != NULL && json_count(en->said) > 0)
		json_set(j, "said", json_copy(en->said));
	civil_format(en->t, t);
	json_set_str(j, "t", t);
	event_text(en->ev, LANG_EN, en->d, &txt);
	json_set_str(j, "txt", buf_cstr(&txt));
	buf_free(&txt);
	return j;
}

int
entry_encode(struct entry *en, const uint8_t prev[static SHA256_LEN],
    struct buf *line, struct err *e)
{
	struct buf rest = BUF_INIT;
	struct json *j = NULL, *again = NULL;
	char hex[SHA256_HEX];
	int ret = -1;

	if (en->ev == NULL)
		return bad(e, "ev");
	if (entry_good(en, true, e) == -1)
		return -1;
	j = entry_json(en);
	buf_byte(&rest, ' ');
	json_encode(j, &rest);
	if (json_parse(
		buf_cstr(&rest) + 1, rest.len - 1, JSON_DEPTH, &again, e) == -1)
		goto out;
	buf_byte(&rest, '\n');
	if (SHA256_HEX - 1 + rest.len > ENTRY_MAX) {
		err_set(e, ERR_LIMIT, "entry.long", "ev", en->evname, NULL);
		goto out;
	}
	line_hash(prev, rest.data, rest.len, en->hash);
	sha256_hex(hex, en->hash);
	buf_str(line, hex);
	buf_add(line, rest.data, rest.len);
	ret = 0;
out:
	json_free(again);
	json_free(j);
	buf_free(&rest);
	return ret;
}

static int
rc_parse(const char *s, enum rc *rc)
{
	for (size_t i = 0; s != NULL && i < sizeof(RCS) / sizeof(RCS[0]); i++)
		if (strcmp(RCS[i], s) == 0) {
			*rc = (enum rc)i;
			return 0;
		}
	return -1;
}

/* Optional members stand only when they are not empty. */
static int
take_optional(
    const struct json *j, const char *key, struct json **out, size_t *seen)
{
	const struct json *v = json_get(j, key);

	if (v == NULL)
		return 0;
	if (json_count(v) == 0)
		return -1;
	(*seen)++;
	*out = json_copy(v);
	return 0;
}

static int
text_good(const struct entry *en, const char *txt, bool table, struct err *e)
{
	struct buf want = BUF_INIT;
	int ret = 0;

	if (txt == NULL || strlen(txt) > ENTRY_TXT)
		return bad(e, "txt");
	if (en->ev == NULL || !table)
		return 0;
	event_text(en->ev, LANG_EN, en->d, &want);
	if (strcmp(buf_cstr(&want), txt) != 0)
		ret =
		    err_set(e, ERR_FORM, "entry.text", "ev", en->evname, NULL);
	buf_free(&want);
	return ret;
}

/* The members of the JSON part into *en, which entry_fini() empties. */
static int
take_members(const struct json *j, const struct event_set *set, bool table,
    struct entry *en, struct err *e)
{
	const char *s;
	size_t seen = 9; /* by ev m n r rc s t txt */
	struct json *d = NULL;

	if (json_type(j) != JSON_OBJ)
		return bad(e, "JSON");
	s = json_get_str(j, "ev");
	if (!word(s, sizeof(en->evname) - 1, LOWER DIGITS "._-"))
		return bad(e, "ev");
	memcpy(en->evname, s, strlen(s) + 1);
	en->ev = event_set_find(set, s);
	if (json_get(j, "by") == NULL ||
	    json_type(json_get(j, "by")) != JSON_ARR)
		return bad(e, "by");
	en->by = json_copy(json_get(j, "by"));
	if (take_optional(j, "d", &d, &seen) == -1)
		return bad(e, "d");
	en->d = d != NULL ? d : json_new_obj();
	if (take_optional(j, "att", &en->att, &seen) == -1)
		return bad(e, "att");
	if (take_optional(j, "said", &en->said, &seen) == -1)
		return bad(e, "said");
	en->m = json_get_int(j, "m", -1);
	en->n = json_get_int(j, "n", -1);
	en->s = json_get_int(j, "s", -1);
	if (json_get_hex(j, "r", en->r, ENTRY_R) == -1)
		return bad(e, "r");
	if (rc_parse(json_get_str(j, "rc"), &en->rc) == -1)
		return bad(e, "rc");
	s = json_get_str(j, "t");
	if (s == NULL || civil_parse(s, strlen(s), &en->t) == -1)
		return bad(e, "t");
	if (json_count(j) != seen)
		return bad(e, "members");
	if (entry_good(en, table, e) == -1)
		return -1;
	return text_good(en, json_get_str(j, "txt"), table, e);
}

static int
decode(const struct event_set *set, const uint8_t *line, size_t len,
    const uint8_t prev[static SHA256_LEN], bool table, struct entry *en,
    struct err *e)
{
	struct entry got = { 0 };
	uint8_t want[SHA256_LEN];
	struct json *j = NULL;
	int ret = -1;

	if (len > ENTRY_MAX)
		return err_set(e, ERR_LIMIT, "entry.long", "ev", "-", NULL);
	if (len < SHA256_HEX + 3 || line[len - 1] != '\n' ||
	    line[SHA256_HEX - 1] != ' ' ||
	    hex_decode(
		got.hash, SHA256_LEN, (const char *)line, SHA256_HEX - 1) == -1)
		return bad(e, "line");
	line_hash(prev, line + SHA256_HEX - 1, len - (SHA256_HEX - 1), want);
	if (memcmp(want, got.hash, SHA256_LEN) != 0)
		return err_set(e, ERR_FORM, "entry.hash", NULL);
	if (json_parse((const char *)line + SHA256_HEX, len - SHA256_HEX - 1,
		JSON_DEPTH, &j, e) == -1)
		return bad(e, "JSON");
	ret = take_members(j, set, table, &got, e);
	json_free(j);
	if (ret == -1)
		entry_fini(&got);
	else
		*en = got;
	return ret;
}

int
entry_decode(const uint8_t *line, size_t len,
    const uint8_t prev[static SHA256_LEN], struct entry *en, struct err *e)
{
	return decode(NULL, line, len, prev, true, en, e);
}

int
entry_decode_by(const struct event_set *set, const uint8_t *line, size_t len,
    const uint8_t prev[static SHA256_LEN], struct entry *en, struct err *e)
{
	return decode(set, line, len, prev, true, en, e);
}

int
entry_decode_form(const uint8_t *line, size_t len,
    const uint8_t prev[static SHA256_LEN], struct entry *en, struct err *e)
{
	return decode(NULL, line, len, prev, false, en, e);
}
