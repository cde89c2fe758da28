/* SPDX-License-Identifier: MIT */
/*
 * Reading a table of events.  Invariant: the rows of a set are the rows of
 * its object, and own the strings that they point to.
 */
#include "ceremony/log/event_set.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/people/role.h"

#define ROWS_MAX   256
#define FIELDS_MAX 32

struct event_row {
	struct event ev;
	char *name, *cps_class, *fields, *en, *ja;
};

struct event_set {
	size_t n;
	struct event_row *row;
};

void
event_set_free(struct event_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n; i++) {
		free(set->row[i].name);
		free(set->row[i].cps_class);
		free(set->row[i].fields);
		free(set->row[i].en);
		free(set->row[i].ja);
	}
	free(set->row);
	free(set);
}

/* "name:type" and "?" of each field, a blank between: as a row has it. */
static int
take_fields(const struct json *list, struct buf *out)
{
	if (json_count(list) > FIELDS_MAX)
		return -1;
	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *f = json_at(list, i);
		const char *name = json_get_str(f, "name");
		const char *type = json_get_str(f, "type");

		if (name == NULL || type == NULL || strlen(name) > 31 ||
		    strlen(type) > 7 || strpbrk(name, " :?") != NULL ||
		    strpbrk(type, " :?") != NULL)
			return -1;
		buf_fmt(out, "%s%s:%s%s", i > 0 ? " " : "", name, type,
		    json_get_int(f, "optional", 0) == 1 ? "?" : "");
	}
	return 0;
}

static unsigned
take_roles(const struct json *by)
{
	unsigned roles = 0;

	for (size_t i = 0; i < json_count(by); i++) {
		const char *s = json_str(json_at(by, i));
		const struct role_info *ri = s != NULL ? role_find(s) : NULL;

		if (ri != NULL)
			roles |= ri->role;
		else if (s != NULL && strcmp(s, "appliance") == 0)
			roles |= EVENT_APPLIANCE;
	}
	return roles;
}

/*
 * The fields of an earlier table mean what ours mean if ours have, besides
 * them, nothing but what may be missing.
 */
static bool
means_the_same(const char *own, const char *fields)
{
	while (*own != '\0') {
		size_t n = strcspn(own, " ");

		if (strncmp(own, fields, n) == 0 &&
		    (fields[n] == ' ' || fields[n] == '\0'))
			fields += n + (fields[n] == ' ');
		else if (own[n - 1] != '?')
			return false;
		own += n + (own[n] == ' ');
	}
	return *fields == '\0';
}

static int
take_row(const struct json *j, struct event_row *row)
{
	const char *name = json_get_str(j, "name");
	const char *cps_class = json_get_str(j, "class");
	const char *en = json_get_str(j, "en"), *ja = json_get_str(j, "ja");
	const struct event *own;
	struct buf fields = BUF_INIT;

	if (name == NULL || cps_class == NULL || en == NULL || ja == NULL ||
	    strlen(name) > 64 ||
	    take_fields(json_get(j, "fields"), &fields) == -1) {
		buf_free(&fields);
		return -1;
	}
	row->name = xstrdup(name);
	row->cps_class = xstrdup(cps_class);
	row->en = xstrdup(en);
	row->ja = xstrdup(ja);
	row->fields = xstrdup(buf_cstr(&fields));
	buf_free(&fields);
	own = event_find(name);
	row->ev.type = own != NULL && means_the_same(own->fields, row->fields)
	    ? own->type
	    : EV_COUNT;
	row->ev.name = row->name;
	row->ev.cps_class = row->cps_class;
	row->ev.roles = take_roles(json_get(j, "by"));
	row->ev.fields = row->fields;
	row->ev.en = row->en;
	row->ev.ja = row->ja;
	return 0;
}

int
event_set_parse(
    const void *p, size_t len, struct event_set **out, struct err *e)
{
	struct event_set *set = xcalloc(1, sizeof(*set));
	const struct json *rows;
	struct json *j = NULL;
	size_t n;
	int ret = -1;

	if (json_parse(p, len, JSON_DEPTH, &j, e) == -1)
		goto out;
	rows = json_get(j, "events");
	n = json_count(rows);
	if (n == 0 || n > ROWS_MAX || json_get_str(j, "format") == NULL ||
	    strcmp(json_get_str(j, "format"), "tachiai/1") != 0)
		goto out;
	set->row = xcalloc(n, sizeof(*set->row));
	for (size_t i = 0; i < n; i++) {
		if (take_row(json_at(rows, i), &set->row[i]) == -1)
			goto out;
		set->n++;
		if (event_set_find(set, set->row[i].name) != &set->row[i].ev)
			goto out; /* a name twice */
	}
	*out = set;
	set = NULL;
	ret = 0;
out:
	if (ret == -1)
		err_set(e, ERR_FORM, "event.table", NULL);
	json_free(j);
	event_set_free(set);
	return ret;
}

const struct event *
event_set_find(const struct event_set *set, const char *name)
{
	if (set == NULL)
		return event_find(name);
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->row[i].name, name) == 0)
			return &set->row[i].ev;
	return NULL;
}

bool
event_set_is_own(const uint8_t digest[static SHA256_LEN])
{
	struct buf table = BUF_INIT;
	uint8_t own[SHA256_LEN];

	event_table(&table);
	sha256(own, table.data, table.len);
	buf_free(&table);
	return memcmp(own, digest, SHA256_LEN) == 0;
}

int
event_set_load(const struct json *d, event_object_fn *object, void *arg,
    struct event_set **out, struct err *e)
{
	struct buf table = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	int ret;

	*out = NULL;
	if (json_get_hex(d, "table", want, SHA256_LEN) == -1)
		return err_set(e, ERR_FORM, "event.table", NULL);
	if (event_set_is_own(want))
		return 0;
	ret = object(arg, want, &table, e);
	if (ret == 0) {
		sha256(got, table.data, table.len);
		ret = memcmp(got, want, SHA256_LEN) == 0
		    ? event_set_parse(table.data, table.len, out, e)
		    : err_set(e, ERR_FORM, "event.table", NULL);
	}
	buf_free(&table);
	return ret;
}
