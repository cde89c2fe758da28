/* SPDX-License-Identifier: MIT */
/*
 * From a YAML tree to the canonical form, key by key against the schema.
 * Invariant: a form that leaves files_parse() has every required key, no
 * unknown one, and every value is of its type.  The walk recurses over maps
 * of maps, bounded by the schema's own depth.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"
#include "ceremony/files/parse.h"
#include "ceremony/files/script.h"

#define MEMBERS_MAX 512 /* keys of one map, elements of one list */

static struct json *walk_map(
    struct walk *w, const char *group, const struct tree_node *map);
static struct json *walk_row(struct walk *w, const struct schema_row *row,
    const struct tree_node *value);

const struct tree_node *
walk_node(const struct walk *w, size_t i)
{
	return i != TREE_NONE ? &w->tree.node[i] : NULL;
}

/* A key in a map has its value behind it (tree.c). */
static const struct tree_node *
value_of(const struct walk *w, const struct tree_node *key)
{
	return &w->tree.node[key->next];
}

int
walk_refuse(struct walk *w, const char *id, const struct tree_node *at)
{
	return tree_refuse(w->e, id, w->name, at->line, at->column);
}

struct json *
walk_wrong(
    struct walk *w, const struct schema_row *row, const struct tree_node *at)
{
	char near[64] = "-";

	walk_refuse(w, schema_want(row->type), at);
	err_arg(w->e, "key", row->key);
	if (row->type == SCHEMA_ENUM) {
		if (at->kind == TREE_SCALAR)
			schema_nearest_word(
			    row->of, at->text, at->len, near, sizeof(near));
		err_arg(w->e, "near", near);
	}
	if (row->type == SCHEMA_INT || row->type == SCHEMA_DAYS) {
		err_arg_int(w->e, "min", row->min);
		err_arg_int(w->e, "max", row->max);
	}
	return NULL;
}

/* `at` should have been a list or a map. */
static struct json *
wrong_shape(
    struct walk *w, const struct schema_row *row, const struct tree_node *at)
{
	walk_refuse(w,
	    row->shape == SCHEMA_LIST ? "files.want-list" : "files.want-map",
	    at);
	err_arg(w->e, "key", row->key);
	return NULL;
}

/* Remember where the value of the present path stands. */
static void
walk_mark(struct walk *w, const struct tree_node *at)
{
	if (w->pos != NULL)
		files_pos_add(w->pos, buf_cstr(&w->path), at->line, at->column);
}

/* The canonical key: '-' becomes '_', a duration ends in _days. */
static void
canonical_key(const struct schema_row *row, char *out, size_t size)
{
	snprintf(out, size, "%s%s", row->key,
	    row->type == SCHEMA_DAYS ? "_days" : "");
	for (char *p = out; *p != '\0'; p++)
		if (*p == '-')
			*p = '_';
}

/* `path` grows by ".key" or "[i]"; the old length is given back. */
static size_t
path_key(struct walk *w, const char *key)
{
	size_t was = w->path.len;

	buf_fmt(&w->path, "%s%s", was != 0 ? "." : "", key);
	return was;
}

static size_t
path_index(struct walk *w, size_t i)
{
	size_t was = w->path.len;

	buf_fmt(&w->path, "[%zu]", i);
	return was;
}

static void
path_back(struct walk *w, size_t was)
{
	w->path.len = was;
	if (w->path.data != NULL)
		w->path.data[was] = '\0';
}

static struct json *
walk_list(
    struct walk *w, const struct schema_row *row, const struct tree_node *list)
{
	struct json *out = json_new_arr();
	const struct tree_node *n;
	size_t i = 0;

	if (list->count > (size_t)(row->max != 0 ? row->max : MEMBERS_MAX)) {
		walk_refuse(w, "files.many", list);
		err_arg(w->e, "key", row->key);
		goto bad;
	}
	if (row->min > 0 && list->count < (size_t)row->min) {
		walk_refuse(w, "files.few", list);
		err_arg(w->e, "key", row->key);
		err_arg_int(w->e, "min", row->min);
		goto bad;
	}
	for (n = walk_node(w, list->child); n != NULL;
	     n = walk_node(w, n->next)) {
		size_t was = path_index(w, i++);
		struct json *v;

		if (row->type == SCHEMA_MAP && strcmp(row->of, "act") == 0)
			w->act = i;
		if (row->type == SCHEMA_MAP && strcmp(row->of, "step") == 0)
			w->step = i;
		v = walk_row(w, row, n);

		path_back(w, was);
		if (v == NULL)
			goto bad;
		json_add(out, v);
	}
	return out;
bad:
	json_free(out);
	return NULL;
}

/* The same scalar stands as a key before `key` in `map`. */
static bool
key_seen(const struct walk *w, const struct tree_node *map,
    const struct tree_node *key)
{
	size_t i = map->child;

	while (&w->tree.node[i] != key) {
		const struct tree_node *n = &w->tree.node[i];

		if (n->len == key->len &&
		    memcmp(n->text, key->text, key->len) == 0)
			return true;
		i = w->tree.node[n->next].next; /* over its value */
	}
	return false;
}

/* What every key must be: a scalar, given once, not one of too many. */
static int
check_key(
    struct walk *w, const struct tree_node *map, const struct tree_node *key)
{
	if (map->count / 2 > MEMBERS_MAX) {
		walk_refuse(w, "files.many", map);
		err_arg(w->e, "key",
		    w->path.len != 0 ? buf_cstr(&w->path) : w->name);
		return -1;
	}
	if (key->kind != TREE_SCALAR)
		return walk_refuse(w, "files.key", key);
	if (key_seen(w, map, key)) {
		walk_refuse(w, "files.twice", key);
		err_arg(w->e, "key", key->text);
		return -1;
	}
	return 0;
}

static struct json *
walk_named(
    struct walk *w, const struct schema_row *row, const struct tree_node *map)
{
	struct json *out = json_new_arr();
	const struct tree_node *k, *v;
	size_t i = 0;

	for (k = walk_node(w, map->child); k != NULL;
	     k = walk_node(w, v->next)) {
		struct json *j;
		size_t was;

		v = value_of(w, k);
		if (check_key(w, map, k) == -1)
			goto bad;
		if (!type_id(k->text, k->len)) {
			walk_wrong(w,
			    &(const struct schema_row){
				.key = row->key, .type = SCHEMA_ID },
			    k);
			goto bad;
		}
		if (v->kind != TREE_MAP) {
			walk_wrong(w, row, v);
			goto bad;
		}
		was = path_index(w, i++);
		walk_mark(w, k);
		j = walk_map(w, row->of, v);
		path_back(w, was);
		if (j == NULL)
			goto bad;
		json_set_str(j, "name", k->text);
		json_add(out, j);
	}
	return out;
bad:
	json_free(out);
	return NULL;
}

/* {C: JP, DC: [example, jp]} -> [{type, value}...], in order. */
static struct json *
walk_subject(struct walk *w, const struct tree_node *map)
{
	struct json *out = json_new_arr(), *row;
	const struct tree_node *k, *v, *n;

	for (k = walk_node(w, map->child); k != NULL;
	     k = walk_node(w, v->next)) {
		v = value_of(w, k);
		if (check_key(w, map, k) == -1)
			goto bad;
		if (!schema_has_word(TYPE_ATTRIBUTES, k->text, k->len)) {
			char near[32];

			schema_nearest_word(TYPE_ATTRIBUTES, k->text, k->len,
			    near, sizeof(near));
			walk_refuse(w, "files.unknown-key", k);
			err_arg(w->e, "key", k->text);
			err_arg(w->e, "near", near);
			goto bad;
		}
		n = v->kind == TREE_LIST ? walk_node(w, v->child) : v;
		for (; n != NULL;
		     n = v->kind == TREE_LIST ? walk_node(w, n->next) : NULL) {
			if (n->kind != TREE_SCALAR || n->len == 0) {
				walk_wrong(w,
				    &(const struct schema_row){
					.key = "subject", .type = SCHEMA_NAME },
				    n);
				goto bad;
			}
			row = json_add(out, json_new_obj());
			json_set_str(row, "type", k->text);
			json_set(row, "value", json_new_strn(n->text, n->len));
		}
	}
	return out;
bad:
	json_free(out);
	return NULL;
}

/* One value, not a list of them. */
static struct json *
walk_one(
    struct walk *w, const struct schema_row *row, const struct tree_node *v)
{
	if (row->type == SCHEMA_MAP || row->type == SCHEMA_SUBJECT) {
		if (v->kind != TREE_MAP)
			return walk_wrong(w, row, v);
		return row->type == SCHEMA_MAP ? walk_map(w, row->of, v)
					       : walk_subject(w, v);
	}
	if (row->type == SCHEMA_TEXT && v->kind == TREE_MAP)
		return walk_map(w, "text", v);
	if (v->kind != TREE_SCALAR)
		return walk_wrong(w, row, v);
	return walk_scalar(w, row, v);
}

/* An element of a list, or a value of shape ONE. */
static struct json *
walk_row(
    struct walk *w, const struct schema_row *row, const struct tree_node *value)
{
	walk_mark(w, value);
	return walk_one(w, row, value);
}

static struct json *
walk_value(
    struct walk *w, const struct schema_row *row, const struct tree_node *v)
{
	struct json *out, *one;
	size_t was;

	switch (row->shape) {
	case SCHEMA_ONE:
		break;
	case SCHEMA_LIST:
		if (v->kind != TREE_LIST)
			return wrong_shape(w, row, v);
		return walk_list(w, row, v);
	case SCHEMA_EASY:
		if (v->kind == TREE_LIST)
			return walk_list(w, row, v);
		was = path_index(w, 0);
		one = walk_row(w, row, v);
		path_back(w, was);
		if (one == NULL)
			return NULL;
		out = json_new_arr();
		json_add(out, one);
		return out;
	case SCHEMA_NAMED:
		if (v->kind != TREE_MAP)
			return wrong_shape(w, row, v);
		return walk_named(w, row, v);
	}
	return walk_row(w, row, v);
}

/* The group of a step's own verb, from its key `do`; -1 with `e` set. */
static int
step_group(struct walk *w, const struct tree_node *map, char *out, size_t size)
{
	const struct tree_node *k, *v;
	char near[32];
	enum verb verb;

	for (k = walk_node(w, map->child); k != NULL;
	     k = walk_node(w, v->next)) {
		v = value_of(w, k);
		if (k->kind != TREE_SCALAR || strcmp(k->text, "do") != 0)
			continue;
		if (v->kind == TREE_SCALAR && verb_parse(v->text, &verb) == 0) {
			snprintf(out, size, "step/%s", v->text);
			return 0;
		}
		snprintf(near, sizeof(near), "-");
		if (v->kind == TREE_SCALAR)
			schema_nearest_word(
			    TYPE_VERBS, v->text, v->len, near, sizeof(near));
		walk_refuse(w, "files.verb", v);
		err_arg(w->e, "found", v->kind == TREE_SCALAR ? v->text : "-");
		err_arg(w->e, "near", near);
		return -1;
	}
	walk_refuse(w, "files.missing", map);
	err_arg(w->e, "key", "do");
	return -1;
}

static int
check_required(struct walk *w, const char *group, const char *also,
    const struct tree_node *map, const struct json *have)
{
	const struct schema_row *row;
	char key[32];

	for (size_t i = 0; (row = schema_at(i)) != NULL; i++) {
		if (!row->required ||
		    (strcmp(row->group, group) != 0 &&
			(also == NULL || strcmp(row->group, also) != 0)))
			continue;
		canonical_key(row, key, sizeof(key));
		if (json_get(have, key) != NULL)
			continue;
		walk_refuse(w, "files.missing", map);
		err_arg(w->e, "key", row->key);
		return -1;
	}
	return 0;
}

static int
unknown_key(struct walk *w, const char *group, const char *also,
    const struct tree_node *key)
{
	const char *near = schema_nearest(group, also, key->text, key->len);

	walk_refuse(w, "files.unknown-key", key);
	err_arg(w->e, "key", key->text);
	err_arg(w->e, "near", near != NULL ? near : "-");
	return -1;
}

/* A step's number: the place of its act, and its place in it. */
static void
number_step(const struct walk *w, struct json *step)
{
	char no[48];

	snprintf(no, sizeof(no), "%zu.%zu", w->act, w->step);
	json_set_str(step, "no", no);
}

static struct json *
walk_map(struct walk *w, const char *group, const struct tree_node *map)
{
	struct json *out = json_new_obj();
	const struct tree_node *k, *v;
	char verb[32], name[32];
	const char *also = NULL;

	if (strcmp(group, "step") == 0) {
		if (step_group(w, map, verb, sizeof(verb)) == -1)
			goto bad;
		also = verb;
	}
	for (k = walk_node(w, map->child); k != NULL;
	     k = walk_node(w, v->next)) {
		const struct schema_row *row;
		struct json *j;
		size_t was;

		v = value_of(w, k);
		if (check_key(w, map, k) == -1)
			goto bad;
		row = schema_find(group, also, k->text, k->len);
		if (row == NULL) {
			unknown_key(w, group, also, k);
			goto bad;
		}
		canonical_key(row, name, sizeof(name));
		was = path_key(w, name);
		walk_mark(w, v);
		j = walk_value(w, row, v);
		path_back(w, was);
		if (j == NULL)
			goto bad;
		json_set(out, name, j);
	}
	if (check_required(w, group, also, map, out) == -1)
		goto bad;
	if (also != NULL)
		number_step(w, out);
	return out;
bad:
	json_free(out);
	return NULL;
}

int
files_parse_pos(enum files_kind kind, const char *name, const uint8_t *yaml,
    size_t len, struct json **out, struct files_pos **pos, struct err *e)
{
	struct walk w = { .name = name, .e = e };
	struct json *form = NULL;

	if (tree_load(name, yaml, len, &w.tree, e) == -1)
		return -1;
	if (pos != NULL)
		w.pos = files_pos_new();
	if (w.tree.node[0].kind == TREE_MAP)
		form = walk_map(&w, schema_top(kind), &w.tree.node[0]);
	else
		tree_refuse(e, "files.not-a-map", name, 1, 1);
	tree_free(&w.tree);
	buf_free(&w.path);
	if (form == NULL) {
		files_pos_free(w.pos);
		return -1;
	}
	*out = form;
	if (pos != NULL)
		*pos = w.pos;
	return 0;
}

int
files_parse(enum files_kind kind, const char *name, const uint8_t *yaml,
    size_t len, struct json **out, struct err *e)
{
	return files_parse_pos(kind, name, yaml, len, out, NULL, e);
}
