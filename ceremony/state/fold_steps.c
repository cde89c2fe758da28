/* SPDX-License-Identifier: MIT */
/* Folding the steps: which one is now, what ended, deviations, breaks. */
#include <stdlib.h>
#include <string.h>

#include "ceremony/files/script.h"
#include "ceremony/state/fold.h"
#include "ceremony/state/next.h"

static int
step_index(const struct ceremony *c, const struct entry *en, struct err *e)
{
	if (c->now >= c->steps ||
	    strcmp(ceremony_step_no(c, c->now), d_str(en, "step")) != 0)
		return fold_refuse(e, en, "step");
	return 0;
}

int
fold_step_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (step_index(c, en, e) == -1)
		return -1;
	if (c->step[c->now].state != STEP_TODO || c->on_break)
		return fold_refuse(e, en, "begun");
	if (w != NULL) {
		w->step[w->now].state = STEP_NOW;
		w->step[w->now].begun = en->t;
	}
	return 0;
}

int
fold_step_field(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct step s;

	if (step_index(c, en, e) == -1)
		return -1;
	if (c->step[c->now].state != STEP_NOW)
		return fold_refuse(e, en, "not-begun");
	if (w != NULL && script_step(c->script, c->now, &s) == 0)
		hands_keep(&w->step[w->now], s.verb, d_str(en, "field"),
		    d_str(en, "value"));
	return 0;
}

/* Every plan item that the step names, done, read back or exported. */
static bool
items_all(const struct ceremony *c, const struct json *list,
    bool (*good)(const struct ceremony *, const struct item *))
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		const struct item *it =
		    id != NULL ? ceremony_item(c, id) : NULL;

		if (it == NULL || !good(c, it))
			return false;
	}
	return true;
}

static bool
item_done(const struct ceremony *c, const struct item *it)
{
	(void)c;
	return it->state == ITEM_DONE;
}

/* The facts without which a verb is not done; NULL: nothing is missing. */
static const char *
missing(const struct ceremony *c, const struct json *step)
{
	const char *verb = json_get_str(step, "do");
	const struct token *t;

	if (verb == NULL)
		return "verb";
	if (strcmp(verb, "clock") == 0 && !c->clock_set)
		return "clock";
	if (strcmp(verb, "approve") == 0 && !c->approved)
		return "approval";
	if (strcmp(verb, "roster-seal") == 0 && !c->roster_sealed)
		return "roster";
	if (strcmp(verb, "enroll") == 0 && (json_get_str(step, "person") ==
	    NULL || ceremony_code(c, json_get_str(step, "person")) == NULL))
		return "person";
	if (strcmp(verb, "run") == 0 && (ceremony_run(c) != NULL ||
	    !items_all(c, json_get(step, "plan"), item_done)))
		return "items";
	if (strcmp(verb, "quorum") == 0 && !ceremony_step_quorum(c, step))
		return "quorum";
	if (strcmp(verb, "export") == 0 && !ceremony_exported(c))
		return "copies";
	if (strcmp(verb, "deactivate") == 0) {
		t = json_get_str(step, "token") != NULL ?
		    ceremony_token(c, json_get_str(step, "token")) : NULL;
		if (t == NULL || t->active)
			return "token";
	}
	if (strcmp(verb, "readback") == 0) {
		const struct item *it = json_get_str(step, "of") != NULL ?
		    ceremony_item(c, json_get_str(step, "of")) : NULL;

		if (it == NULL || !it->read_back)
			return "readback";
	}
	if (strcmp(verb, "seal") == 0 && c->sitting != SITTING_SEALED)
		return "seal";
	return NULL;
}

/* Every deviation of this step, and whether one of them was decided. */
static bool
deviated(const struct ceremony *c, bool *decided)
{
	bool any = false;

	*decided = ceremony_ending(c);
	for (size_t i = 0; i < c->deviations; i++) {
		if (strcmp(c->deviation[i].step,
		    ceremony_step_no(c, c->now)) != 0)
			continue;
		any = true;
		if (c->deviation[i].decision[0] != '\0')
			*decided = true;
	}
	return any;
}

int
fold_step_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const char *result = d_str(en, "result"), *why;
	bool decided, any, good = true;
	enum step_state state;
	size_t to = c->now + 1;
	struct step s;

	if (step_index(c, en, e) == -1)
		return -1;
	if (c->step[c->now].state != STEP_NOW ||
	    script_step(c->script, c->now, &s) == -1)
		return fold_refuse(e, en, "not-begun");
	any = deviated(c, &decided);
	if (strcmp(result, "done") == 0) {
		state = any ? STEP_DEVIATED : STEP_DONE;
		why = missing(c, s.json);
		if (why == NULL)
			why = hands_missing(c, &s);
		if (why != NULL)
			return fold_refuse(e, en, why);
	} else if (strcmp(result, "otherwise") == 0) {
		state = any ? STEP_DEVIATED : STEP_DONE;
		to = ceremony_otherwise(c, &s);
		if (c->step[c->now].answer != ANSWER_NO || to == c->steps)
			return fold_refuse(e, en, "answer");
	} else if (strcmp(result, "deviated") == 0) {
		state = STEP_DEVIATED;
		good = false;
	} else if (strcmp(result, "not-run") == 0) {
		state = STEP_NOT_RUN;
		good = false;
	} else {
		return fold_refuse(e, en, "result");
	}
	if (!good && (!decided || ceremony_run(c) != NULL))
		return fold_refuse(e, en, "deviation");
	if (w == NULL)
		return 0;
	w->step[w->now].state = state;
	w->step[w->now].ended = en->t;
	while (++w->now < to)
		w->step[w->now].state = STEP_NOT_RUN;
	return 0;
}

int
fold_deviation_open(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	struct deviation d;

	memset(&d, 0, sizeof(d));
	if (d_int(en, "no") != (int64_t)c->deviations + 1)
		return fold_refuse(e, en, "number");
	if (w == NULL)
		return 0;
	d.no = (int)d_int(en, "no");
	copy_str(d.step, sizeof(d.step), d_str(en, "step"));
	copy_str(d.expected, sizeof(d.expected), d_str(en, "expected"));
	copy_str(d.happened, sizeof(d.happened), d_str(en, "happened"));
	w->deviation = xreallocarray(w->deviation, w->deviations + 1,
	    sizeof(*w->deviation));
	w->deviation[w->deviations++] = d;
	return 0;
}

int
fold_deviation_decide(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	int64_t no = d_int(en, "no");
	const char *decision = d_str(en, "decision");
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], doc[SHA256_LEN];
	bool ok = false;

	if (no < 1 || no > (int64_t)c->deviations ||
	    c->deviation[no - 1].decision[0] != '\0')
		return fold_refuse(e, en, "number");
	if (strcmp(decision, "go-on") != 0 && strcmp(decision, "again") != 0 &&
	    strcmp(decision, "end") != 0)
		return fold_refuse(e, en, "decision");
	ceremony_deviation_record(c, (int)no, decision, d_str(en, "because"),
	    &b);
	sha256(want, b.data, b.len);
	buf_free(&b);
	d_sha(en, "record", doc);
	for (size_t i = 0; i < c->resolves; i++)
		if (c->resolve[i].role == ROLE_OPERATIONS_MANAGER &&
		    memcmp(c->resolve[i].doc, want, SHA256_LEN) == 0)
			ok = true;
	if (!ok || memcmp(doc, want, SHA256_LEN) != 0)
		return fold_refuse(e, en, "statement");
	if (w == NULL)
		return 0;
	copy_str(w->deviation[no - 1].decision, 17, decision);
	copy_str(w->deviation[no - 1].because, 513, d_str(en, "because"));
	return 0;
}

int
fold_break_begin(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (c->on_break)
		return fold_refuse(e, en, "break");
	for (size_t i = 0; i < c->tokens; i++)
		if (c->token[i].active)
			return err_set(e, ERR_REFUSED, "seal.active",
			    "token", c->token[i].id, NULL);
	if (w == NULL)
		return 0;
	w->on_break = true;
	clear_people(w);
	clear_consents(w);
	return 0;
}

int
fold_break_end(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	if (!c->on_break)
		return fold_refuse(e, en, "break");
	if (w != NULL)
		w->on_break = false;
	return 0;
}
