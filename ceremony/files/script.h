/* SPDX-License-Identifier: MIT */
/*
 * Typed access to canonical ceremony files: the steps of a script, the
 * items of a plan, the profiles and roles of a profile set.  Nothing here
 * copies: every pointer lives as long as the tree it was taken from.  All
 * functions take canonical forms that files_parse() made, and give NULL, 0
 * or -1 for what is not there.
 */
#ifndef TACHIAI_SCRIPT_H
#define TACHIAI_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/json.h"
#include "ceremony/text/text.h"

/* X(NAME, "name", minutes when the step says none, class) */
#define VERBS(X)                                      \
	X(SAY, "say", 1, VERB_HANDS)                  \
	X(ATTEST, "attest", 2, VERB_HANDS)            \
	X(RECORD, "record", 1, VERB_HANDS)            \
	X(COMPARE, "compare", 2, VERB_HANDS)          \
	X(CUSTODY, "custody", 5, VERB_WORLD)          \
	X(CLOCK, "clock", 4, VERB_WORLD)              \
	X(APPROVE, "approve", 3, VERB_PEOPLE)         \
	X(ENROLL, "enroll", 8, VERB_PEOPLE)           \
	X(ROSTER_SEAL, "roster-seal", 6, VERB_PEOPLE) \
	X(QUORUM, "quorum", 3, VERB_PEOPLE)           \
	X(RUN, "run", 10, VERB_KEY)                   \
	X(READBACK, "readback", 3, VERB_WORLD)        \
	X(IMPORT, "import", 5, VERB_WORLD)            \
	X(EXPORT, "export", 7, VERB_WORLD)            \
	X(QR_SHOW, "qr-show", 3, VERB_WORLD)          \
	X(QR_SCAN, "qr-scan", 4, VERB_WORLD)          \
	X(DEACTIVATE, "deactivate", 4, VERB_KEY)      \
	X(BREAK, "break", 10, VERB_PEOPLE)            \
	X(BRANCH, "branch", 1, VERB_HANDS)            \
	X(FOREACH, "foreach", 3, VERB_HANDS)          \
	X(REVIEW, "review", 10, VERB_CODA)            \
	X(SEAL, "seal", 9, VERB_WORLD)                \
	X(PRINT, "print", 10, VERB_CODA)              \
	X(LOGOUT, "logout", 1, VERB_CODA)

enum verb_class {
	VERB_HANDS,  /* said, seen, filled in: changes no fact; coda too */
	VERB_PEOPLE, /* who is enrolled, in, or has approved */
	VERB_WORLD,  /* things, files and the clock */
	VERB_KEY,    /* needs quorum, consents and the operations manager */
	VERB_CODA,   /* also after the seal */
};

enum verb {
#define X(NAME, text, minutes, class) VERB_##NAME,
	VERBS(X)
#undef X
	    VERB_COUNT,
};

const char *verb_name(enum verb v); /* "roster-seal" */
int verb_parse(const char *name, enum verb *v);
enum verb_class verb_class(enum verb v);
int verb_minutes(enum verb v); /* what a step without minutes counts */

enum on_fail {
	ON_FAIL_RETRY, /* when the step says nothing */
	ON_FAIL_DEVIATION,
	ON_FAIL_ABORT,
};

struct step {
	const struct json *json; /* the whole step; fields by json_get() */
	const char *no;          /* "2.3" */
	size_t index;            /* counted through the script, from 0 */
	size_t act;              /* from 0 */
	enum verb verb;
	enum on_fail on_fail;
	int minutes;
	/* Lists of strings; NULL where the step has none. */
	const struct json *by;      /* codes */
	const struct json *witness; /* codes */
	const struct json *plan;    /* plan items */
};

size_t script_act_count(const struct json *script);
size_t script_step_count(const struct json *script);
/* The i-th step, through all acts: 0, or -1 behind the last. */
int script_step(const struct json *script, size_t i, struct step *out);
/* The step numbered `no`: 0 or -1. */
int script_step_find(
    const struct json *script, const char *no, struct step *out);
int script_minutes(const struct json *script); /* the expected day */

/* Text per language: `lang`, else English; NULL when there is none. */
const char *files_text(const struct json *text, enum lang lang);
const char *step_text(const struct step *s, enum lang lang);
const char *script_title(const struct json *script, enum lang lang);
const char *script_act_title(
    const struct json *script, size_t act, enum lang lang);

/* The main role of a code ("CA1" -> "ca-administrator"), or NULL. */
const char *script_role(const struct json *script, const char *code);
/* The code stands for `role`, as its role or among `also`. */
bool script_code_has_role(
    const struct json *script, const char *code, const char *role);
/* The kind of an object ("HSM1" -> "hsm"), or NULL. */
const char *script_object_kind(const struct json *script, const char *code);

/* `list` (of strings) has `s`. */
bool json_list_has(const struct json *list, const char *s);

enum plan_kind {
	PLAN_TOKEN,
	PLAN_KEY,
	PLAN_CERTIFICATE,
	PLAN_CRL,
	PLAN_CSR,
	PLAN_CROSS,
	PLAN_OCSP,
	PLAN_DESTROY,
	PLAN_BACKUP,
	PLAN_RESTORE,
	PLAN_KINDS,
};

const char *plan_kind_name(enum plan_kind kind); /* "certificate" */
const char *plan_kind_list(enum plan_kind kind); /* "certificates" */

struct plan_item {
	enum plan_kind kind;
	const struct json *json;
	const char *id;
	bool expected; /* not made by this plan: it stands in the volume */
};

/* By id: among what the plan makes, then among what it expects. */
int plan_item(const struct json *plan, const char *id, struct plan_item *out);
/* The i-th item that the plan makes, in the order of plan_kind: 0 or -1. */
int plan_item_at(const struct json *plan, size_t i, struct plan_item *out);
/* The token in which the item's work is done: its id, or NULL. */
const char *plan_item_token(
    const struct json *plan, const struct plan_item *item);
/* The key that signs or is meant by the item: its id, or NULL. */
const char *plan_item_key(
    const struct json *plan, const struct plan_item *item);

const struct json *profile_find(const struct json *profiles, const char *name);
const struct json *crl_profile_find(
    const struct json *profiles, const char *name);
/* The set's quorum and head-count of a role, else the CPS's (5.2.2). */
void profiles_role(
    const struct json *profiles, const char *role, int *quorum, int *of);
/* The set's own head-count of a role, -1 none; below the CPS's floor of two
 * it counts only with an override of rule roles.<role>.of and this value. */
int profiles_of(const struct json *profiles, const char *role);
bool profiles_loosened(const struct json *profiles, const char *role);
int profiles_scrypt_p(const struct json *profiles);     /* 16 */
int profiles_idle_minutes(const struct json *profiles); /* 10 */

#endif
