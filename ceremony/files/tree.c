/* SPDX-License-Identifier: MIT */
/*
 * YAML events to a tree.  Invariant: a tree holds printable UTF-8 only, is
 * at most TREE_DEPTH deep, and every map has an even number of children.
 */
#include "ceremony/files/tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/utf8.h"
#include "ceremony/files/files.h"

struct loader {
	yaml_parser_t parser;
	const char *name;
	struct tree tree;
	size_t open[TREE_DEPTH]; /* lists and maps not yet ended */
	size_t last[TREE_DEPTH]; /* the last child of each */
	size_t depth;
	bool root, document, end;
};

int
tree_refuse(
    struct err *e, const char *id, const char *name, int line, int column)
{
	err_set(e, ERR_FORM, id, "file", name, NULL);
	err_arg_int(e, "line", line);
	err_arg_int(e, "column", column);
	return -1;
}

void
tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->node[i].text);
	free(t->node);
	*t = (struct tree){ NULL, 0, 0 };
}

/* Printable UTF-8 and line ends only, also in comments. */
static int
check_bytes(const char *name, const char *s, size_t len, struct err *e)
{
	int line = 1, column = 1;
	uint32_t cp = 0;
	size_t n;

	for (size_t i = 0; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &cp);
		if (n == 0)
			return tree_refuse(e, "files.utf8", name, line, column);
		if (cp == '\n') {
			line++;
			column = 1;
			continue;
		}
		if (cp == '\r' && i + 1 < len && s[i + 1] == '\n')
			continue;
		if (!utf8_is_printable(cp))
			return tree_refuse(
			    e, "files.bytes", name, line, column);
		column++;
	}
	return 0;
}

static int
refuse(const struct loader *l, const yaml_mark_t *at, const char *id,
    struct err *e)
{
	return tree_refuse(
	    e, id, l->name, (int)at->line + 1, (int)at->column + 1);
}

/* A new node as the next child of what is open; its index. */
static size_t
add_node(struct loader *l, enum tree_kind kind, const yaml_mark_t *at)
{
	struct tree *t = &l->tree;
	struct tree_node *n;
	size_t i = t->n;

	if (t->n == t->room) {
		t->room = t->room != 0 ? t->room * 2 : 64;
		t->node = xreallocarray(t->node, t->room, sizeof(*t->node));
	}
	n = &t->node[t->n++];
	*n = (struct tree_node){ .kind = kind,
		.line = (int)at->line + 1,
		.column = (int)at->column + 1,
		.child = TREE_NONE,
		.next = TREE_NONE };
	if (l->depth > 0) {
		struct tree_node *up = &t->node[l->open[l->depth - 1]];

		if (up->count++ == 0)
			up->child = i;
		else
			t->node[l->last[l->depth - 1]].next = i;
		l->last[l->depth - 1] = i;
	}
	l->root = true;
	return i;
}

static int
on_scalar(struct loader *l, const yaml_event_t *ev, struct err *e)
{
	const char *s = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length, n, i;
	struct tree_node *node;
	uint32_t cp = 0;

	for (i = 0; i < len; i += n) {
		n = utf8_decode(s + i, len - i, &cp);
		if (n == 0 || !utf8_is_printable(cp))
			return refuse(l, &ev->start_mark, "files.scalar", e);
	}
	i = add_node(l, TREE_SCALAR, &ev->start_mark);
	node = &l->tree.node[i];
	node->text = xstrndup(s, len);
	node->len = len;
	node->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return 0;
}

static int
on_open(struct loader *l, enum tree_kind kind, const yaml_event_t *ev,
    struct err *e)
{
	size_t i;

	if (l->depth == TREE_DEPTH)
		return refuse(l, &ev->start_mark, "files.depth", e);
	i = add_node(l, kind, &ev->start_mark);
	l->open[l->depth] = i;
	l->last[l->depth] = TREE_NONE;
	l->depth++;
	return 0;
}

static int
on_document(struct loader *l, const yaml_event_t *ev, struct err *e)
{
	if (l->document)
		return refuse(l, &ev->start_mark, "files.documents", e);
	if (ev->data.document_start.version_directive != NULL ||
	    ev->data.document_start.tag_directives.start !=
		ev->data.document_start.tag_directives.end)
		return refuse(l, &ev->start_mark, "files.directive", e);
	l->document = true;
	return 0;
}

/* Anchor or tag of an event. */
static int
check_plain(const struct loader *l, const yaml_event_t *ev,
    const yaml_char_t *anchor, const yaml_char_t *tag, struct err *e)
{
	if (anchor != NULL)
		return refuse(l, &ev->start_mark, "files.anchor", e);
	if (tag != NULL)
		return refuse(l, &ev->start_mark, "files.tag", e);
	return 0;
}

static int
on_event(struct loader *l, const yaml_event_t *ev, struct err *e)
{
	switch (ev->type) {
	case YAML_ALIAS_EVENT:
		return refuse(l, &ev->start_mark, "files.anchor", e);
	case YAML_SCALAR_EVENT:
		if (check_plain(l, ev, ev->data.scalar.anchor,
			ev->data.scalar.tag, e) == -1)
			return -1;
		return on_scalar(l, ev, e);
	case YAML_SEQUENCE_START_EVENT:
		if (check_plain(l, ev, ev->data.sequence_start.anchor,
			ev->data.sequence_start.tag, e) == -1)
			return -1;
		return on_open(l, TREE_LIST, ev, e);
	case YAML_MAPPING_START_EVENT:
		if (check_plain(l, ev, ev->data.mapping_start.anchor,
			ev->data.mapping_start.tag, e) == -1)
			return -1;
		return on_open(l, TREE_MAP, ev, e);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		l->depth--;
		return 0;
	case YAML_DOCUMENT_START_EVENT:
		return on_document(l, ev, e);
	case YAML_STREAM_END_EVENT:
		l->end = true;
		return 0;
	default:
		return 0;
	}
}

/* What libyaml could not read: its place, and its own words as a value. */
static int
yaml_broken(struct loader *l, struct err *e)
{
	const yaml_parser_t *p = &l->parser;
	const yaml_mark_t *at = &p->problem_mark;

	if (p->error == YAML_MEMORY_ERROR)
		abort();
	refuse(l, at, "files.yaml", e);
	err_arg(e, "what", p->problem != NULL ? p->problem : "-");
	return -1;
}

int
tree_load(const char *name, const uint8_t *p, size_t len, struct tree *out,
    struct err *e)
{
	struct loader l = { .name = name };
	int rc = -1;

	if (len > FILES_MAX)
		return tree_refuse(e, "files.size", name, 1, 1);
	if (len == 0)
		return tree_refuse(e, "files.empty", name, 1, 1);
	if (check_bytes(name, (const char *)p, len, e) == -1)
		return -1;
	if (!yaml_parser_initialize(&l.parser))
		abort();
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser, p, len);
	while (!l.end) {
		yaml_event_t ev;
		int bad;

		if (!yaml_parser_parse(&l.parser, &ev)) {
			yaml_broken(&l, e);
			goto out;
		}
		bad = on_event(&l, &ev, e);
		yaml_event_delete(&ev);
		if (bad)
			goto out;
	}
	if (!l.root) {
		tree_refuse(e, "files.empty", name, 1, 1);
		goto out;
	}
	*out = l.tree;
	l.tree = (struct tree){ NULL, 0, 0 };
	rc = 0;
out:
	tree_free(&l.tree);
	yaml_parser_delete(&l.parser);
	return rc;
}
