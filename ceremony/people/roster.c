/* SPDX-License-Identifier: MIT */
/*
 * The roster's document.  Invariant: writer and reader agree to the byte,
 * so that the digest which everyone signs names these people and no others.
 */
#include "ceremony/people/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/people/role.h"

#define ROSTER_MAX ((size_t)256 << 10)

#define ID_MAX     32

/* What is left of the text, without '-' at its ends. */
static size_t
letters(const char *s, char out[static ID_MAX + 1])
{
	size_t n = 0;

	for (; *s != '\0' && n < ID_MAX; s++)
		if ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
			out[n++] = *s;
		else if (*s >= 'A' && *s <= 'Z')
			out[n++] = (char)(*s | 0x20);
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	return n;
}

void
roster_id(const char *name, const char *code,
    bool (*taken)(const void *arg, const char *id), const void *arg,
    char out[static 33])
{
	char number[16];
	size_t n = letters(name, out), digits;

	if (n == 0)
		n = letters(code, out);
	for (int i = 2; taken(arg, out) && i <= ROSTER_PEOPLE + 1; i++) {
		digits = (size_t)snprintf(number, sizeof(number), "-%d", i);
		if (n + digits > ID_MAX)
			n = ID_MAX - digits;
		memcpy(out + n, number, digits + 1);
	}
}

static void
put_person(struct json *people, const struct roster_person *p)
{
	struct json *o = json_add(people, json_new_obj());
	struct json *roles;
	const struct role_info *r;

	json_set_str(o, "id", p->id);
	json_set_str(o, "name", p->name);
	json_set_str(o, "code", p->code);
	roles = json_set(o, "roles", json_new_arr());
	for (size_t i = 0; (r = role_at(i)) != NULL; i++)
		if ((p->roles & r->role) != 0)
			json_add(roles, json_new_str(r->id));
	json_set_hex(o, "sign", p->sign, SHA256_LEN);
	json_set_hex(o, "share", p->share, SHA256_LEN);
	json_set_int(o, "cost", p->cost);
	json_set_str(o, "stick", p->stick);
}

void
roster_encode(const char *origin, const struct roster_person *p, size_t n,
    struct buf *out)
{
	struct json *doc = json_new_obj();
	struct json *people = json_set(doc, "people", json_new_arr());

	json_set_str(doc, "origin", origin);
	for (size_t i = 0; i < n; i++)
		put_person(people, &p[i]);
	json_encode(doc, out);
	json_free(doc);
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "roster.form", "what", what, NULL);
}

static int
take_text(const struct json *o, const char *key, char *out, size_t size)
{
	const char *s = json_get_str(o, key);

	if (s == NULL || strlen(s) >= size)
		return -1;
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
take_person(const struct json *o, struct roster_person *p)
{
	const struct json *roles = json_get(o, "roles");

	memset(p, 0, sizeof(*p));
	if (take_text(o, "id", p->id, sizeof(p->id)) == -1 ||
	    p->id[0] == '\0' ||
	    take_text(o, "name", p->name, sizeof(p->name)) == -1 ||
	    take_text(o, "code", p->code, sizeof(p->code)) == -1 ||
	    take_text(o, "stick", p->stick, sizeof(p->stick)) == -1 ||
	    json_get_hex(o, "sign", p->sign, SHA256_LEN) == -1 ||
	    json_get_hex(o, "share", p->share, SHA256_LEN) == -1)
		return -1;
	p->cost = json_get_int(o, "cost", -1);
	for (size_t i = 0; i < json_count(roles); i++) {
		const char *s = json_str(json_at(roles, i));
		const struct role_info *r = s != NULL ? role_find(s) : NULL;

		if (r == NULL)
			return -1;
		p->roles |= r->role;
	}
	return role_set_allowed(p->roles) && p->cost > 0 ? 0 : -1;
}

static bool
ids_unique(const struct roster_person *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(p[i].id, p[j].id) == 0)
				return false;
	return true;
}

int
roster_decode(const char *text, size_t len, const char *origin,
    struct roster_person **p, size_t *n, struct err *e)
{
	struct roster_person *got = NULL;
	const struct json *people;
	struct buf again = BUF_INIT;
	struct json *doc = NULL;
	int ret = -1;
	size_t k;

	if (len > ROSTER_MAX ||
	    json_parse(text, len, JSON_DEPTH, &doc, e) == -1) {
		form(e, "json");
		goto out;
	}
	people = json_get(doc, "people");
	k = json_count(people);
	if (people == NULL || json_type(people) != JSON_ARR || k == 0 ||
	    k > ROSTER_PEOPLE) {
		form(e, "people");
		goto out;
	}
	got = xcalloc(k, sizeof(*got));
	for (size_t i = 0; i < k; i++)
		if (take_person(json_at(people, i), &got[i]) == -1) {
			form(e, "person");
			err_arg_int(e, "at", (long long)i + 1);
			goto out;
		}
	if (!ids_unique(got, k)) {
		form(e, "id");
		goto out;
	}
	/* Whatever was not looked at above differs here. */
	roster_encode(origin, got, k, &again);
	if (again.len != len || memcmp(again.data, text, len) != 0) {
		form(e, "encoding");
		goto out;
	}
	*p = got;
	got = NULL;
	*n = k;
	ret = 0;
out:
	free(got);
	buf_free(&again);
	json_free(doc);
	return ret;
}
