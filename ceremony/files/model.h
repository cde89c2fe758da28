/* SPDX-License-Identifier: MIT */
/*
 * The model of the room: the facts that steps need and set.  One struct,
 * walked over the steps in order.
 */
#ifndef TACHIAI_MODEL_H
#define TACHIAI_MODEL_H

#include "ceremony/files/checker.h"

#define MODEL_CODES  64
#define MODEL_TOKENS 32
#define MODEL_ITEMS  1200
#define MODEL_FIELDS 128

struct model_item {
	struct plan_item item;
	bool made;
	bool brought; /* its request is here */
	bool gone;    /* a key that was destroyed */
	size_t run;   /* number of the step that made it, from 1 */
	int copies;   /* exported */
};

struct model_object {
	const char *code, *at; /* where it is; NULL: not yet known */
	bool out;              /* on the table or in the machine */
};

struct model {
	struct check *c;
	const struct json *script, *plan;
	struct step step; /* the one in hand */
	struct model_item item[MODEL_ITEMS];
	size_t items;
	struct model_object object[MODEL_CODES];
	size_t objects;
	const char *enrolled[MODEL_CODES]; /* codes */
	size_t n_enrolled;
	const char *field[MODEL_FIELDS]; /* recorded */
	size_t fields;
	bool enrolment; /* people are enrolled by this script */
	bool pending;   /* enrolled, but the roster is not sealed */
	bool roster, clock, clock_said, approved, sealed;
	bool quorum;              /* came in, for every token */
	const char *quorum_token; /* came in, for this one */
	const char *active;       /* a token that may be active */
	int since_break;          /* minutes */
	bool long_said;
};

/* Refuse or warn at key `key` of the step in hand ("" for the step). */
void model_refuse(struct model *m, const char *key, const char *id,
    struct said a, struct said b);
void model_warn(struct model *m, const char *key, const char *id, struct said a,
    struct said b);
struct model_item *model_item(struct model *m, const char *id);
/* People of the script in `role`; on an enrolment day, those enrolled. */
int model_count(const struct model *m, const char *role);
bool model_enrolled(const struct model *m, const char *code);
/* One of the codes in `list` stands for `role`. */
bool model_has_role(
    const struct model *m, const struct json *list, const char *role);

/* Everybody in `list` who holds one of the five roles is enrolled. */
void model_known(struct model *m, const char *key, const struct json *list);

void model_run(struct model *m);
void model_deactivate(struct model *m);
void model_readback(struct model *m);
void model_import(struct model *m);
void model_export(struct model *m);
/* What must be done and put away when a sitting is sealed. */
void model_seal(struct model *m);

#endif
