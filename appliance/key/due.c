/* SPDX-License-Identifier: MIT */
/*
 * Reading what is due.  Invariant: every string is bounded and printable,
 * every list is bounded, and a visit asks for something.
 */
#include "appliance/key/due.h"

#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/people/credential.h"
#include "ceremony/people/role.h"

static const char *const TYPES[SHOWN_TYPES] = {
	[SHOWN_NONE] = "none",
	[SHOWN_RECORD] = "record",
	[SHOWN_ROSTER] = "roster",
	[SHOWN_FILES] = "files",
	[SHOWN_CSR] = "csr",
	[SHOWN_CLOSE] = "close",
	[SHOWN_DOUBT] = "doubt",
	[SHOWN_DEVIATION] = "deviation",
	[SHOWN_LOSS] = "loss",
	[SHOWN_ONE] = "one",
	[SHOWN_UPGRADE] = "upgrade",
	[SHOWN_MEDIUM] = "medium",
};

static int
form(struct err *e, const char *field)
{
	return err_set(e, ERR_FORM, "key.due", "field", field, NULL);
}

static int
text(const struct json *j, const char *key, char *out, size_t size,
    struct err *e)
{
	const char *s = json_get_str(j, key);

	if (s == NULL || strlen(s) >= size)
		return form(e, key);
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

#define TEXT(j, key, field, e) text(j, key, field, sizeof(field), e)

static int
parse_statement(const struct json *j, struct due_statement *st, struct err *e)
{
	const char *type = json_get_str(json_get(j, "shown"), "type");
	unsigned t = 0;

	while (t < SHOWN_TYPES && (type == NULL || strcmp(type, TYPES[t]) != 0))
		t++;
	if (t == SHOWN_TYPES)
		return form(e, "shown");
	st->shown = (enum shown)t;
	if (TEXT(j, "kind", st->kind, e) == -1 ||
	    TEXT(j, "role", st->role, e) == -1)
		return -1;
	if (role_find(st->role) == NULL)
		return form(e, "role");
	/* A review is of the log up to a hash: there is nothing to fetch. */
	if (strcmp(st->kind, "review") == 0 && st->shown == SHOWN_NONE)
		st->shown = SHOWN_CLOSE;
	if (json_get_hex(j, "doc", st->doc, SHA256_LEN) == -1)
		return form(e, "doc");
	return 0;
}

static int
parse_share(const struct json *j, struct due_share *s, struct err *e)
{
	if (TEXT(j, "set", s->set, e) == -1 ||
	    TEXT(j, "token", s->token, e) == -1 ||
	    TEXT(j, "purpose", s->purpose, e) == -1)
		return -1;
	s->m = (int)json_get_int(j, "m", 1);
	s->n = (int)json_get_int(j, "n", 1);
	return 0;
}

static int
parse_lists(const struct json *j, struct due *d, struct err *e)
{
	const struct json *a = json_get(j, "statements");

	d->n_statements = json_count(a);
	if (d->n_statements > DUE_STATEMENTS)
		return form(e, "statements");
	for (size_t i = 0; i < d->n_statements; i++)
		if (parse_statement(json_at(a, i), &d->statement[i], e) == -1)
			return -1;
	a = json_get(j, "shares");
	d->n_shares = json_count(a);
	if (d->n_shares > DUE_SHARES)
		return form(e, "shares");
	for (size_t i = 0; i < d->n_shares; i++)
		if (parse_share(json_at(a, i), &d->share[i], e) == -1)
			return -1;
	return 0;
}

/* Of the same quorum: their sticks count once. */
static int
parse_counted(const struct json *j, struct due *d, struct err *e)
{
	const struct json *a = json_get(j, "counted");

	d->needed = (int)json_get_int(j, "needed", 2);
	d->n_counted = json_count(a);
	if (d->n_counted > DUE_COUNTED)
		return form(e, "counted");
	for (size_t i = 0; i < d->n_counted; i++) {
		const char *s = json_str(json_at(a, i));

		if (s == NULL || strlen(s) >= sizeof(d->counted[i]))
			return form(e, "counted");
		memcpy(d->counted[i], s, strlen(s) + 1);
	}
	return 0;
}

static int
root_get(const struct json *j, uint8_t out[static SHA256_LEN])
{
	struct buf b = BUF_INIT;
	int ret = -1;

	if (json_get_b64(j, "root", &b) == 0 && b.len == SHA256_LEN) {
		memcpy(out, b.data, SHA256_LEN);
		ret = 0;
	}
	buf_free(&b);
	return ret;
}

static int
parse_memory(const struct json *j, struct due *d, struct err *e)
{
	const struct json *o = json_get(j, "cosign");

	if (o != NULL) {
		d->cosign = true;
		d->cosign_size = json_get_int(o, "size", -1);
		d->cosign_time = json_get_int(o, "time", -1);
		if (d->cosign_size < 1 || d->cosign_time < 0 ||
		    root_get(o, d->cosign_root) == -1)
			return form(e, "cosign");
	}
	o = json_get(j, "remembered");
	if (o == NULL)
		return 0;
	d->remembered = true;
	d->remembered_here = json_get_int(o, "here", 0) == 1;
	d->seen.n = json_get_int(o, "n", -1);
	if (d->seen.n < 0 ||
	    json_get_hex(o, "hash", d->seen.hash, SHA256_LEN) == -1)
		return form(e, "remembered");
	if (json_get(o, "text") != NULL)
		return TEXT(o, "text", d->seen_text, e);
	return 0;
}

static int
parse_person(const struct json *j, struct due *d, struct err *e)
{
	const struct json *roles = json_get(j, "roles");
	size_t used = 0;

	if (TEXT(j, "person", d->person, e) == -1 ||
	    TEXT(j, "name", d->name, e) == -1 ||
	    TEXT(j, "code", d->code, e) == -1 ||
	    TEXT(j, "role", d->role, e) == -1 ||
	    TEXT(j, "stick", d->stick, e) == -1)
		return -1;
	for (size_t i = 0; i < json_count(roles); i++) {
		const char *s = json_str(json_at(roles, i));
		size_t n = s != NULL ? strlen(s) : 0;

		if (s == NULL || role_find(s) == NULL ||
		    n + 2 > sizeof(d->roles) - used)
			return form(e, "roles");
		if (used > 0)
			d->roles[used++] = ' ';
		memcpy(d->roles + used, s, n + 1);
		used += n;
	}
	if (used == 0 || role_find(d->role) == NULL)
		return form(e, "roles");
	d->cost = (int)json_get_int(j, "cost", -1);
	if (d->cost < 1 || d->cost > 1024)
		return form(e, "cost");
	d->tried = (int)json_get_int(j, "tried", 0);
	d->tried_ago = json_get_int(j, "tried_ago", 0);
	return 0;
}

int
due_parse(const struct json *j, struct due *out, struct err *e)
{
	const char *kind = json_get_str(j, "kind");
	const char *lang = json_get_str(j, "lang");
	struct due d;

	memset(&d, 0, sizeof(d));
	d.lang = lang != NULL && strcmp(lang, "ja") == 0 ? LANG_JA : LANG_EN;
	if (TEXT(j, "origin", d.origin, e) == -1 ||
	    TEXT(j, "clock", d.clock, e) == -1 ||
	    TEXT(j, "epoch", d.epoch, e) == -1 ||
	    parse_person(j, &d, e) == -1 || parse_lists(j, &d, e) == -1 ||
	    parse_counted(j, &d, e) == -1 || parse_memory(j, &d, e) == -1)
		return -1;
	d.now = json_get_int(j, "now", -1);
	d.head.n = json_get_int(j, "head_n", -1);
	if (d.head.n < 0 ||
	    json_get_hex(j, "head", d.head.hash, SHA256_LEN) == -1)
		return form(e, "head");
	if (origin_mode(d.origin)[0] == '\0')
		return form(e, "origin");
	d.production = strcmp(origin_mode(d.origin), "production") == 0;
	if (d.production && d.cost < CREDENTIAL_COST)
		d.cost = CREDENTIAL_COST;
	if (json_get_str(j, "mode") == NULL ||
	    strcmp(json_get_str(j, "mode"), origin_mode(d.origin)) != 0)
		return form(e, "mode");
	d.blocks = json_get_int(j, "blocks", 0) == 1;
	d.enroll = kind != NULL && strcmp(kind, "enroll") == 0;
	if (!d.enroll && (kind == NULL || strcmp(kind, "visit") != 0))
		return form(e, "kind");
	if (d.enroll ==
	    (d.n_statements != 0 || d.cosign || d.n_shares != 0 || d.blocks))
		return form(e, "statements");
	*out = d;
	return 0;
}
