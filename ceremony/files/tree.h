/* SPDX-License-Identifier: MIT */
/*
 * YAML over memory, by libyaml's events: a plain tree of scalars, lists and
 * maps with the place of each.  What the ceremony files do not use is
 * refused here: anchors, aliases, tags, directives, a second document, more
 * depth than 16, bytes that are not printable text.
 */
#ifndef TACHIAI_TREE_H
#define TACHIAI_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"

#define TREE_DEPTH 16
#define TREE_NONE  SIZE_MAX

enum tree_kind {
	TREE_SCALAR,
	TREE_LIST,
	TREE_MAP, /* children: key, value, key, value ... */
};

struct tree_node {
	enum tree_kind kind;
	bool plain;       /* a scalar without quotes */
	int line, column; /* from 1 */
	char *text;       /* scalars: valid UTF-8, printable */
	size_t len;
	size_t child, next; /* indices, or TREE_NONE */
	size_t count;       /* children */
};

struct tree {
	struct tree_node *node; /* node[0] is the root */
	size_t n, room;
};

/* `name` is the file's, for the sentences.  On failure *out is untouched. */
int tree_load(const char *name, const uint8_t *p, size_t len, struct tree *out,
    struct err *e);
void tree_free(struct tree *t);

/* Set `e` with file, line and column. */
int tree_refuse(
    struct err *e, const char *id, const char *name, int line, int column);

#endif
