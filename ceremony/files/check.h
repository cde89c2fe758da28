/* SPDX-License-Identifier: MIT */
/*
 * The checker: walks a script with its plan and profile set before the day,
 * against a model of the room (ceremony-files(5), "The model of the room"),
 * and collects everything that it would refuse, not only the first.
 */
#ifndef TACHIAI_CHECK_H
#define TACHIAI_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/files/files.h"
#include "ceremony/text/text.h"

#define CHECK_PATH 96

struct files_input {
	const char *name; /* for the sentences */
	const uint8_t *yaml;
	size_t len;
};

struct finding {
	bool refused;          /* else a warning */
	enum files_kind file;  /* in which of the three it stands */
	char path[CHECK_PATH]; /* of the canonical form, "" not known */
	int line, column;      /* 0 when positions are not known */
	char step[16];         /* "2.3", or "" */
	struct err e;          /* with file, line, column and step if known */
};

struct check; /* the findings */

/*
 * Parse and check three files.  A file that does not parse is a finding, and
 * the rest is then checked as far as it can be without it.  Never NULL.
 */
struct check *files_check(const struct files_input in[static FILES_KINDS]);

/*
 * Check canonical forms, as the console does on the day: `form` by
 * enum files_kind, `sha256` the hex digests of the three YAML files (an
 * element may be NULL: that pin is not checked).  No positions.
 */
struct check *files_check_forms(const struct json *const form[FILES_KINDS],
    const char *const sha256[FILES_KINDS]);

void check_free(struct check *c);
size_t check_count(const struct check *c);
const struct finding *check_at(const struct check *c, size_t i);
size_t check_refused(const struct check *c); /* findings that refuse */
int check_minutes(const struct check *c);    /* the expected day */

/*
 * files_check_forms(), and the first refusal: 0 or -1.  What the console asks
 * when the last of the three files is admitted; on -1 *out says where it
 * stands, and whoever has the file finds the line by out->path.
 */
int files_check_day(const struct json *const form[FILES_KINDS],
    const char *const sha256[FILES_KINDS], struct finding *out, struct err *e);

/*
 * All of it: {findings: [{column, file, id, line, refused, step, text}],
 * minutes, refused}; `file` is the kind's name.  The caller owns it.
 */
struct json *check_json(const struct check *c, enum lang lang);

/* The same as text_placed() of its error. */
void finding_text(const struct finding *f, enum lang lang, struct buf *out);

#endif
