/* SPDX-License-Identifier: MIT */
/* Between the parts of the parser: the walk, and the types of scalars. */
#ifndef TACHIAI_PARSE_H
#define TACHIAI_PARSE_H

#include <stdbool.h>

#include "ceremony/base/buf.h"
#include "ceremony/files/files.h"
#include "ceremony/files/schema.h"
#include "ceremony/files/tree.h"

struct walk {
	const char *name; /* the file's */
	struct tree tree;
	struct buf path;       /* of the value in hand */
	struct files_pos *pos; /* filled, or NULL */
	size_t act, step;      /* numbers of the step in hand, from 1 */
	struct err *e;
};

struct files_pos *files_pos_new(void);
void files_pos_add(
    struct files_pos *pos, const char *path, int line, int column);

const struct tree_node *walk_node(const struct walk *w, size_t i);
/* Set the error with the place of `at`; -1. */
int walk_refuse(struct walk *w, const char *id, const struct tree_node *at);
/* `at` is not what `row` wants; NULL. */
struct json *walk_wrong(
    struct walk *w, const struct schema_row *row, const struct tree_node *at);
/* A scalar as its canonical value, or NULL with the error set. */
struct json *walk_scalar(
    struct walk *w, const struct schema_row *row, const struct tree_node *v);

bool type_id(const char *s, size_t len);

/* The attributes that a subject may have, and the verbs of a step. */
extern const char TYPE_ATTRIBUTES[];
extern const char TYPE_VERBS[];

#endif
