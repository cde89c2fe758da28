/* SPDX-License-Identifier: MIT */
/*
 * Ceremony files (ceremony-files(5)): profile set, plan and script, from
 * YAML to the canonical JSON that alone is folded.
 *
 * In the canonical form keys are written with '_' for '-', booleans are 0
 * and 1, a map with free keys is an array whose elements have "name", what
 * may be given once or as a list is a list, text is {en, ja?}, a duration
 * is a number of days under a key that ends in _days, and every step has
 * its number "no" ("act.step", both from 1).
 */
#ifndef TACHIAI_FILES_H
#define TACHIAI_FILES_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

#define FILES_MAX ((size_t)1 << 20) /* bytes of one file */

enum files_kind {
	FILES_PROFILES,
	FILES_PLAN,
	FILES_SCRIPT,
	FILES_KINDS,
};

/* "profile-set", "plan", "script"; the same back, or -1. */
const char *files_kind_name(enum files_kind kind);
int files_kind_parse(const char *name, enum files_kind *kind);

/*
 * Where a value of the canonical form stood in the file.  Paths are written
 * as acts[0].steps[2].by; a path that is not known gives the place of its
 * nearest known beginning.  Lines and columns count from 1.
 */
struct files_pos;
void files_pos_free(struct files_pos *pos);
void files_pos_find(
    const struct files_pos *pos, const char *path, int *line, int *column);

/*
 * Parse the whole of yaml[0..len).  `name` is the file's name, for the
 * sentences only.  On success *out is the canonical form, owned by the
 * caller; `pos` may be NULL, or takes a table to free.  On failure both are
 * untouched and `e` has the values file, line and column; ids files.size,
 * files.utf8, files.bytes, files.scalar, files.yaml {what}, files.empty,
 * files.anchor, files.tag, files.directive, files.documents, files.depth,
 * files.many, files.few, files.key, files.unknown-key {key, near},
 * files.twice {key}, files.missing {key}, files.verb {found, near},
 * files.want-TYPE {key}.
 */
int files_parse(enum files_kind kind, const char *name, const uint8_t *yaml,
    size_t len, struct json **out, struct err *e);
int files_parse_pos(enum files_kind kind, const char *name, const uint8_t *yaml,
    size_t len, struct json **out, struct files_pos **pos, struct err *e);

#endif
