/* SPDX-License-Identifier: MIT */
/* Between the parts of the checker: findings, and the model of the room. */
#ifndef TACHIAI_CHECKER_H
#define TACHIAI_CHECKER_H

#include "ceremony/files/check.h"
#include "ceremony/files/script.h"

struct check {
	struct finding *finding;
	size_t n, room, refused;
	const struct json *form[FILES_KINDS]; /* NULL: did not parse */
	const char *name[FILES_KINDS];        /* NULL: no positions */
	struct files_pos *pos[FILES_KINDS];
	const char *sha256[FILES_KINDS]; /* NULL: not known */
	int minutes;
};

/* Where a finding stands. */
struct place {
	enum files_kind file;
	const char *path; /* of the canonical form */
	const char *step; /* its number, or "" */
};

/* Values that the sentence takes beside the place and {step}. */
struct said {
	const char *name, *value;
};

void check_refuse(struct check *c, const struct place *at, const char *id,
    struct said a, struct said b);
void check_warn(struct check *c, const struct place *at, const char *id,
    struct said a, struct said b);

#define SAID(name, value) ((struct said){ name, value })
#define SAID_NOTHING      ((struct said){ NULL, NULL })

/* "list[i]" and "list[i].key". */
void check_path(
    char out[static CHECK_PATH], const char *list, size_t i, const char *key);
/* "acts[a].steps[s].key", or without the key when it is "". */
void check_step_path(
    char out[static CHECK_PATH], const struct step *s, const char *key);
void check_number(char out[static 24], long long v);

/* The parts; each needs the forms that its name says. */
void check_profiles(struct check *c);
void check_plan(struct check *c);
void check_pins(struct check *c);
void check_people(struct check *c);
void check_walk(struct check *c);

#endif
