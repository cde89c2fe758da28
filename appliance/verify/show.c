/* SPDX-License-Identifier: MIT */
/*
 * What a volume says, for people and for programs.  Every answer comes from
 * the stream that was verified, never from a second reading of the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/verify/verify.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"

/* One run over the volume with something to do at every entry. */
static enum exit_code
walk(const struct options *o, also_fn *also, void *arg, struct verdict *v)
{
	struct disk d = { o->arg[0] };
	struct err e;
	int64_t at;
	enum exit_code code = verdict_make(&d, o, also, arg, v, &at, &e);

	if (code != EXIT_GOOD)
		verdict_fail(code, at, &e, o->json);
	return code;
}

static int
print_entry(void *arg, const struct ceremony *before, const struct entry *en,
    const uint8_t *line, size_t len, struct err *e)
{
	const struct options *o = arg;
	struct buf txt = BUF_INIT;
	char t[CIVIL_LEN];

	(void)before;
	(void)e;
	if (o->json) {
		fwrite(line + SHA256_HEX, 1, len - SHA256_HEX, stdout);
		return 0;
	}
	civil_format(en->t, t);
	printf("%6lld  %s  ", (long long)en->n, t);
	for (size_t i = 0; i < json_count(en->by); i++)
		printf("%s%s", i > 0 ? "," : "", json_str(json_at(en->by, i)));
	if (en->ev != NULL)
		event_text(en->ev, LANG_EN, en->d, &txt);
	printf("%s%s%s%s\n", json_count(en->by) > 0 ? "  " : "",
	    en->rc != RC_OK ? rc_name(en->rc) : "", en->rc != RC_OK ? ": " : "",
	    en->ev != NULL ? buf_cstr(&txt) : en->evname);
	buf_free(&txt);
	return 0;
}

enum exit_code
run_entries(const struct options *o)
{
	struct options copy = *o;
	struct verdict v;
	enum exit_code code = walk(o, print_entry, &copy, &v);

	verdict_fini(&v);
	return code;
}

/* Heads where somebody's memory is likely to stand: seals, and the end. */
struct heads {
	bool json;
	int64_t sealed; /* of the fold so far */
	struct head last;
	struct json *list;
};

static void
add_head(struct heads *h, int64_t n, const uint8_t hash[static SHA256_LEN])
{
	struct json *o;
	char hex[SHA256_HEX];

	if (!h->json) {
		sha256_hex(hex, hash);
		printf("%lld %s\n", (long long)n, hex);
		return;
	}
	o = json_new_obj();
	json_set_hex(o, "hash", hash, SHA256_LEN);
	json_set_int(o, "n", n);
	json_add(h->list, o);
}

static int
see_head(void *arg, const struct ceremony *before, const struct entry *en,
    const uint8_t *line, size_t len, struct err *e)
{
	struct heads *h = arg;

	(void)line;
	(void)len;
	(void)e;
	if (before != NULL && before->sealed > h->sealed) {
		h->sealed = before->sealed;
		add_head(h, h->last.n, h->last.hash);
	}
	h->last.n = en->n;
	memcpy(h->last.hash, en->hash, SHA256_LEN);
	return 0;
}

enum exit_code
run_heads(const struct options *o)
{
	struct heads h = { .json = o->json,
		.sealed = -1,
		.last = { .n = -1 },
		.list = json_new_arr() };
	struct verdict v;
	enum exit_code code = walk(o, see_head, &h, &v);

	if (code == EXIT_GOOD) {
		add_head(&h, h.last.n, h.last.hash);
		if (h.json) {
			print_json(h.list);
			h.list = NULL;
		}
	}
	json_free(h.list);
	verdict_fini(&v);
	return code;
}

struct named {
	const struct options *o;
	struct json *list;
	char (*hex)[SHA256_HEX];
	size_t n;
};

static int
see_objects(void *arg, const struct ceremony *before, const struct entry *en,
    const uint8_t *line, size_t len, struct err *e)
{
	struct named *t = arg;

	(void)before;
	(void)line;
	(void)len;
	(void)e;
	for (size_t i = 0; i < json_count(en->att); i++) {
		const struct json *a = json_at(en->att, i);
		const char *hex = json_get_str(a, "sha256");
		struct json *row;

		t->hex = xreallocarray(t->hex, t->n + 1, sizeof(*t->hex));
		memcpy(t->hex[t->n++], hex, SHA256_HEX);
		if (!t->o->json) {
			printf("%6lld  %s  %9lld  %s  %s\n", (long long)en->n,
			    hex, (long long)json_get_int(a, "size", 0),
			    json_get_str(a, "name"), json_get_str(a, "type"));
			continue;
		}
		row = json_copy(a);
		json_set_int(row, "n", en->n);
		json_add(t->list, row);
	}
	return 0;
}

static void
see_spare(void *arg, const char *name)
{
	const struct named *t = arg;

	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->hex[i], name) == 0)
			return;
	fprintf(stderr, "note: objects/%s is named by no entry\n", name);
}

enum exit_code
run_objects(const struct options *o)
{
	struct named t = { .o = o, .list = json_new_arr() };
	struct disk d = { o->arg[0] };
	struct verdict v;
	enum exit_code code = walk(o, see_objects, &t, &v);

	if (code == EXIT_GOOD) {
		(void)disk_objects(&d, see_spare, &t);
		if (o->json) {
			print_json(t.list);
			t.list = NULL;
		}
	}
	json_free(t.list);
	free(t.hex);
	verdict_fini(&v);
	return code;
}

static const char *const SITTINGS[] = { "none", "started", "open", "closing",
	"sealed" };
static const char *const ITEMS[] = { "planned", "prepared", "begun", "done" };

static struct json *
people_json(const struct ceremony *c)
{
	struct json *list = json_new_arr();

	for (size_t i = 0; i < c->persons; i++) {
		const struct person *p = &c->person[i];
		struct json *o = json_new_obj(), *roles = json_new_arr();

		for (size_t k = 0; role_at(k) != NULL; k++)
			if ((p->roles & role_at(k)->role) != 0)
				json_add(roles, json_new_str(role_at(k)->id));
		json_set_str(o, "code", p->code);
		json_set_str(o, "id", p->id);
		json_set_int(o, "in", p->in);
		json_set_str(o, "name", p->name);
		json_set(o, "roles", roles);
		json_set_hex(o, "spki", p->spki_sha, SHA256_LEN);
		json_add(list, o);
	}
	return list;
}

static struct json *
items_json(const struct ceremony *c)
{
	struct json *list = json_new_arr();

	for (size_t i = 0; i < c->items; i++) {
		const struct item *it = &c->item[i];
		struct json *o = json_new_obj();

		if (it->kind == ITEM_DEACTIVATE) {
			json_free(o);
			continue;
		}
		json_set_str(o, "id", it->id);
		json_set_str(o, "kind", item_kind_name(it->kind));
		if (it->serial[0] != '\0')
			json_set_str(o, "serial", it->serial);
		if (it->state == ITEM_DONE &&
		    (it->kind == ITEM_CERT || it->kind == ITEM_CRL))
			json_set_hex(o, "sha256", it->made_sha, SHA256_LEN);
		json_set_str(o, "state", ITEMS[it->state]);
		if (it->has_tbs)
			json_set_hex(o, "tbs", it->tbs, SHA256_LEN);
		json_add(list, o);
	}
	return list;
}

static struct json *
state_json(const struct ceremony *c)
{
	struct json *j = json_new_obj(), *devs = json_new_arr();
	struct json *tokens = json_new_arr(), *burnt = json_new_arr();
	const struct item *doubt = ceremony_doubt(c);

	for (size_t i = 0; i < c->deviations; i++) {
		struct json *o = json_new_obj();

		json_set_str(o, "decision", c->deviation[i].decision);
		json_set_str(o, "expected", c->deviation[i].expected);
		json_set_str(o, "happened", c->deviation[i].happened);
		json_set_int(o, "no", c->deviation[i].no);
		json_set_str(o, "step", c->deviation[i].step);
		json_add(devs, o);
	}
	for (size_t i = 0; i < c->tokens; i++) {
		struct json *o = json_new_obj();

		json_set_int(o, "active", c->token[i].active);
		json_set_str(o, "id", c->token[i].id);
		json_set_str(o, "model", c->token[i].model);
		json_set_str(o, "serial", c->token[i].serial);
		json_add(tokens, o);
	}
	for (size_t i = 0; i < c->burnts; i++) {
		struct json *o = json_new_obj();

		json_set_str(o, "item", c->burnt[i].item);
		json_set_str(o, "serial", c->burnt[i].serial);
		json_add(burnt, o);
	}
	json_set_int(j, "approved", c->approved);
	json_set(j, "burnt", burnt);
	json_set(j, "deviations", devs);
	if (doubt != NULL)
		json_set_str(j, "doubt", doubt->id);
	json_set_int(j, "entries", c->head.n + 1);
	json_set_hex(j, "head", c->head.hash, SHA256_LEN);
	json_set(j, "items", items_json(c));
	json_set_str(j, "mode", c->mode);
	json_set_str(j, "origin", c->origin);
	json_set(j, "people", people_json(c));
	json_set_int(j, "roster_sealed", c->roster_sealed);
	if (c->sealed >= 0)
		json_set_int(j, "sealed", c->sealed);
	json_set_int(j, "sitting", c->s);
	json_set_str(j, "sitting_state", SITTINGS[c->sitting]);
	json_set(j, "tokens", tokens);
	return j;
}

/* A member a line: names, then values. */
static void
print_plain(const struct json *j)
{
	for (size_t i = 0; i < json_count(j); i++) {
		const struct json *v = json_value(j, i);
		struct buf b = BUF_INIT;

		if (json_str(v) != NULL) {
			printf("%-14s %s\n", json_key(j, i), json_str(v));
		} else if (json_type(v) == JSON_ARR) {
			for (size_t k = 0; k < json_count(v); k++) {
				buf_reset(&b);
				json_encode(json_at(v, k), &b);
				printf(
				    "%-14s %s\n", json_key(j, i), buf_cstr(&b));
			}
		} else {
			json_encode(v, &b);
			printf("%-14s %s\n", json_key(j, i), buf_cstr(&b));
		}
		buf_free(&b);
	}
}

enum exit_code
run_state(const struct options *o)
{
	struct verdict v;
	enum exit_code code = walk(o, NULL, NULL, &v);
	struct json *j;

	if (code == EXIT_GOOD && v.state == NULL) {
		code = verdict_fail(EXIT_BAD, 0, &v.note[0], o->json);
	} else if (code == EXIT_GOOD) {
		j = state_json(v.state);
		if (!o->json)
			print_plain(j);
		if (o->json)
			print_json(j);
		else
			json_free(j);
	}
	verdict_fini(&v);
	return code;
}

enum exit_code
run_report(const struct options *o)
{
	struct options verdict = *o;
	enum exit_code code;

	if (o->out != NULL)
		return run_report_pdf(o);
	code = run_verdict(&verdict);
	if (code != EXIT_GOOD || o->json)
		return code;
	printf("\n");
	code = run_state(o);
	if (code != EXIT_GOOD)
		return code;
	printf("\n");
	return run_entries(o);
}
