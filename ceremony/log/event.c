/* SPDX-License-Identifier: MIT */
/*
 * The event table and what is read from it: the check of an entry's data,
 * its sentence, and the table as an object.  Invariant: every row's fields
 * ascend and have a known type (tests/unit/event.c).
 */
#include "ceremony/log/event.h"

#include <inttypes.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/log/entry.h"
#include "ceremony/people/role.h"

#define TEXT_BYTES 512 /* of one field of type text */
#define HEX_CHARS  128
#define B64_CHARS  8192

#define A1         "A1"
#define A2         "A2"
#define A3         "A3"
#define A4         "A4"
#define A5         "A5"
#define A6         "A6"
#define B1         "B1"
#define B2         "B2"
#define NO         "NO"
#define SO         ROLE_SERVICE_OWNER
#define OM         ROLE_OPERATIONS_MANAGER
#define CA         ROLE_CA_ADMINISTRATOR
#define RA         ROLE_RA_OFFICER
#define LE         ROLE_LOG_EXAMINER
#define APPLIANCE  EVENT_APPLIANCE

#define EVENT(NAME, name, class, roles, fields, en, ja) \
	{ EV_##NAME, name, class, roles, fields, en, ja },
static const struct event EVENTS[] = {
#include "ceremony/log/event.def"
};
#undef EVENT

/* One "name:type" of a row. */
struct field {
	char name[32];
	char type[8];
	bool optional;
};

const struct event *
event_at(size_t i)
{
	return i < EV_COUNT ? &EVENTS[i] : NULL;
}

const struct event *
event_find(const char *name)
{
	for (size_t i = 0; i < EV_COUNT; i++)
		if (strcmp(EVENTS[i].name, name) == 0)
			return &EVENTS[i];
	return NULL;
}

const struct event *
event_get(enum event_type type)
{
	return event_at((size_t)type);
}

bool
event_is_statement(const struct event *ev)
{
	return strcmp(ev->fields, STATEMENT) == 0;
}

/* The next field of a row: true, and *s moved behind it. */
static bool
next_field(const char **s, struct field *f)
{
	size_t name, type;

	while (**s == ' ')
		(*s)++;
	if (**s == '\0')
		return false;
	name = strcspn(*s, ":");
	type = strcspn(*s + name + 1, " ?");
	if (name >= sizeof(f->name) || type >= sizeof(f->type))
		return false;
	memcpy(f->name, *s, name);
	f->name[name] = '\0';
	memcpy(f->type, *s + name + 1, type);
	f->type[type] = '\0';
	*s += name + 1 + type;
	f->optional = **s == '?';
	if (f->optional)
		(*s)++;
	return true;
}

static bool
made_of(const char *s, size_t min, size_t max, const char *set)
{
	size_t n = strlen(s);

	return n >= min && n <= max && strspn(s, set) == n;
}

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool
is_id(const char *s)
{
	return made_of(s, 1, 64, LOWER UPPER DIGITS "._-");
}

static bool
is_name(const char *s)
{
	return made_of(s, 1, 32, LOWER DIGITS "-");
}

static bool
is_role(const char *s)
{
	return role_find(s) != NULL;
}

static bool
is_text(const char *s)
{
	return strlen(s) <= TEXT_BYTES;
}

static bool
is_time(const char *s)
{
	int64_t t;

	return civil_parse(s, strlen(s), &t) == 0;
}

static bool
is_sha(const char *s)
{
	return made_of(s, 64, 64, DIGITS "abcdef");
}

static bool
is_hex(const char *s)
{
	return strlen(s) % 2 == 0 && made_of(s, 2, HEX_CHARS, DIGITS "abcdef");
}

static bool
is_b64(const char *s)
{
	struct buf b = BUF_INIT;
	size_t n = strlen(s);
	bool good = n > 0 && n <= B64_CHARS && base64_decode(&b, s, n) == 0;

	buf_free(&b);
	return good;
}

static const struct {
	const char *type;
	bool (*good)(const char *s);
} STRINGS[] = {
	{ "id", is_id },
	{ "name", is_name },
	{ "role", is_role },
	{ "text", is_text },
	{ "time", is_time },
	{ "sha", is_sha },
	{ "hex", is_hex },
	{ "b64", is_b64 },
};

static bool
value_fits(const char *type, const struct json *v)
{
	if (strcmp(type, "int") == 0)
		return json_type(v) == JSON_INT;
	if (strcmp(type, "obj") == 0)
		return json_type(v) == JSON_OBJ;
	if (strcmp(type, "arr") == 0)
		return json_type(v) == JSON_ARR;
	if (json_str(v) == NULL)
		return false;
	for (size_t i = 0; i < sizeof(STRINGS) / sizeof(STRINGS[0]); i++)
		if (strcmp(STRINGS[i].type, type) == 0)
			return STRINGS[i].good(json_str(v));
	return false;
}

int
event_check(
    const struct event *ev, const struct json *d, bool whole, struct err *e)
{
	const char *s = ev->fields;
	struct field f;
	size_t seen = 0;

	while (next_field(&s, &f)) {
		const struct json *v = json_get(d, f.name);

		if (v == NULL && whole && !f.optional)
			return err_set(e, ERR_FORM, "entry.field", "ev",
			    ev->name, "field", f.name, NULL);
		if (v == NULL)
			continue;
		if (!value_fits(f.type, v))
			return err_set(e, ERR_FORM, "entry.field", "ev",
			    ev->name, "field", f.name, NULL);
		seen++;
	}
	if (seen != json_count(d))
		return err_set(e, ERR_FORM, "entry.field", "ev", ev->name,
		    "field", "-", NULL);
	return 0;
}

/* A value as it stands in a sentence; arrays as their strings and numbers. */
static void
put_value(const struct json *v, struct buf *out)
{
	int64_t n;

	if (json_int(v, &n) == 0) {
		buf_fmt(out, "%" PRId64, n);
	} else if (json_str(v) != NULL) {
		buf_str(out, json_str(v));
	} else if (json_type(v) == JSON_ARR) {
		for (size_t i = 0; i < json_count(v); i++) {
			const struct json *x = json_at(v, i);

			if (i > 0)
				buf_str(out, ", ");
			if (json_int(x, &n) == 0)
				buf_fmt(out, "%" PRId64, n);
			else
				buf_str(out,
				    json_str(x) != NULL ? json_str(x) : "-");
		}
	} else {
		buf_byte(out, '-');
	}
}

void
event_text(const struct event *ev, enum lang lang, const struct json *d,
    struct buf *out)
{
	const char *s = lang == LANG_JA ? ev->ja : ev->en;
	size_t start = out->len;

	while (*s != '\0') {
		size_t n = *s == '{' ? strcspn(s, "}") : 0;
		char name[32];
		const struct json *v;

		if (n == 0 || n > sizeof(name) || s[n] != '}') {
			buf_byte(out, (uint8_t)*s++);
			continue;
		}
		memcpy(name, s + 1, n - 1);
		name[n - 1] = '\0';
		v = json_get(d, name);
		if (v != NULL)
			put_value(v, out);
		else
			buf_byte(out, '-');
		s += n + 1;
	}
	if (out->len - start > ENTRY_TXT) {
		size_t end = start + ENTRY_TXT;

		while ((out->data[end] & 0xc0) == 0x80)
			end--; /* no part of a character stays */
		out->len = end;
		out->data[end] = '\0';
	}
}

static const char *const ROLE_IDS[] = {
	"service-owner",
	"operations-manager",
	"ca-administrator",
	"ra-officer",
	"log-examiner",
};

static struct json *
event_row(const struct event *ev)
{
	struct json *row = json_new_obj(), *fields = json_new_arr();
	struct json *by = json_new_arr();
	const char *s = ev->fields;
	struct field f;

	while (next_field(&s, &f)) {
		struct json *o = json_new_obj();

		json_set_str(o, "name", f.name);
		json_set_int(o, "optional", f.optional);
		json_set_str(o, "type", f.type);
		json_add(fields, o);
	}
	if ((ev->roles & EVENT_APPLIANCE) != 0)
		json_add(by, json_new_str("appliance"));
	for (size_t i = 0; i < sizeof(ROLE_IDS) / sizeof(ROLE_IDS[0]); i++)
		if ((ev->roles & 1U << i) != 0)
			json_add(by, json_new_str(ROLE_IDS[i]));
	json_set(row, "by", by);
	json_set_str(row, "class", ev->cps_class);
	json_set_str(row, "en", ev->en);
	json_set(row, "fields", fields);
	json_set_str(row, "ja", ev->ja);
	json_set_str(row, "name", ev->name);
	return row;
}

void
event_table(struct buf *out)
{
	struct json *rows = json_new_arr(), *table = json_new_obj();

	for (size_t i = 0; i < EV_COUNT; i++)
		json_add(rows, event_row(&EVENTS[i]));
	json_set(table, "events", rows);
	json_set_str(table, "format", "tachiai/1");
	json_encode(table, out);
	json_free(table);
}
