/* SPDX-License-Identifier: MIT */
/*
 * What comes next.  Invariant: the answer depends on the state alone, so a
 * console that was killed goes on where it stood.
 */
#include "ceremony/state/next.h"

#include <string.h>

/*
 * Both sets of a token that is not set up yet were dealt in this epoch: the
 * secrets live in the tachiai-hsm that drew them, and end with it.
 */
static bool
dealt(const struct ceremony *c, const char *token)
{
	const struct share_set *user = ceremony_set(c, token, "user-pin");
	const struct share_set *so = ceremony_set(c, token, "so-pin");

	return user != NULL && so != NULL &&
	    strcmp(user->epoch, c->epoch) == 0 &&
	    strcmp(so->epoch, c->epoch) == 0;
}

/* The item of this run step that is not ready for the record yet. */
static bool
next_unprepared(const struct ceremony *c, const struct step *s,
    struct next *out)
{
	for (size_t i = 0; i < json_count(s->plan); i++) {
		const struct item *it =
		    ceremony_item(c, json_str(json_at(s->plan, i)));
		const struct share_set *set;

		if (it == NULL || it->state == ITEM_DONE)
			continue;
		out->item = it;
		switch (it->kind) {
		case ITEM_TOKEN:
			if (!dealt(c, it->id)) {
				out->todo = TODO_DEAL;
				return true;
			}
			for (int p = 0; p < 2; p++) {
				set = ceremony_set(c, it->id,
				    p == 0 ? "user-pin" : "so-pin");
				for (int k = 0; k < set->n; k++)
					if (!set->opened[k]) {
						out->todo = TODO_SHARES;
						return true;
					}
			}
			break;
		case ITEM_CERT:
		case ITEM_CRL:
			if (!it->has_tbs) {
				out->todo = TODO_PREPARE;
				return true;
			}
			break;
		case ITEM_KEY:
		case ITEM_DEACTIVATE:
			break;
		}
	}
	return false;
}

static bool
all_done(const struct ceremony *c, const struct json *plan)
{
	for (size_t i = 0; i < json_count(plan); i++) {
		const struct item *it =
		    ceremony_item(c, json_str(json_at(plan, i)));

		if (it == NULL || it->state != ITEM_DONE)
			return false;
	}
	return true;
}

static void
next_run(const struct ceremony *c, struct next *out)
{
	const struct run *r = ceremony_run(c);
	const struct token *t;

	out->run = r;
	if (r == NULL) {
		/* Corrected files were admitted: they are approved first. */
		if (!c->approved && c->roster_sealed)
			out->todo = TODO_APPROVE;
		else if (all_done(c, out->step.plan))
			out->todo = TODO_END;
		else if (!next_unprepared(c, &out->step, out))
			out->todo = TODO_RECORD;
		return;
	}
	out->item = run_next(c, r);
	t = ceremony_token(c, r->token);
	if (out->item->state == ITEM_BEGUN) {
		/* What a look found is read out with consents of this epoch. */
		out->todo = !run_authorised(c, r) ? TODO_CONSENT :
		    out->item->kind != ITEM_TOKEN && t != NULL &&
		    !t->active ? TODO_ACTIVATE : TODO_OUTCOME;
		return;
	}
	if (out->item->kind == ITEM_TOKEN && !dealt(c, out->item->id))
		out->todo = TODO_DROP;
	else if (!run_authorised(c, r))
		out->todo = TODO_CONSENT;
	else if (out->item->kind != ITEM_TOKEN && t != NULL && !t->active)
		out->todo = TODO_ACTIVATE;
	else
		out->todo = TODO_DEED;
}

bool
import_asks(
    const struct ceremony *c, const struct step *s, const struct item *it)
{
	const struct json *plan = it->kind == ITEM_CERT && !it->has_tbs &&
		!it->csr_approved ? ceremony_item_plan(c, it) : NULL;

	return json_get(plan, "request") != NULL &&
	    (s->plan == NULL || json_list_has(s->plan, it->id));
}

/* All requests of the step come in, then one visit confirms them. */
static void
next_import(const struct ceremony *c, struct next *out)
{
	const struct item *confirm = NULL;

	for (size_t i = 0; i < c->items; i++) {
		const struct item *it = &c->item[i];

		if (!import_asks(c, &out->step, it))
			continue;
		if (!it->has_csr) {
			out->item = it;
			out->todo = TODO_IMPORT;
			return;
		}
		if (confirm == NULL)
			confirm = it;
	}
	out->item = confirm;
	out->todo = confirm != NULL ? TODO_CONFIRM : TODO_END;
}

static void
next_seal(const struct ceremony *c, struct next *out)
{
	if (c->sitting == SITTING_OPEN) {
		out->todo = TODO_CLOSE;
		return;
	}
	if (c->sitting == SITTING_CLOSING) {
		out->todo = TODO_COSIGN;
		return;
	}
	for (size_t i = 0; i < c->persons; i++)
		if (c->person[i].in && c->person[i].note <= c->sealed) {
			out->todo = TODO_NOTES;
			return;
		}
	out->todo = TODO_END;
}

/* The last decision about the step that runs, or "". */
static const char *
decision(const struct ceremony *c)
{
	const char *last = "";

	for (size_t i = 0; i < c->deviations; i++)
		if (c->deviation[i].decision[0] != '\0' &&
		    strcmp(c->deviation[i].step,
		    ceremony_step_no(c, c->now)) == 0)
			last = c->deviation[i].decision;
	return last;
}

/* Steps that a decision to go on may close without what they ask for. */
static bool
may_go_on(enum verb v)
{
	switch (v) {
	case VERB_CUSTODY:
	case VERB_CLOCK:
	case VERB_ENROLL:
	case VERB_QUORUM:
	case VERB_READBACK:
	case VERB_QR_SHOW:
	case VERB_QR_SCAN:
	case VERB_BREAK:
		return true;
	default:
		return verb_class(v) == VERB_HANDS ||
		    verb_class(v) == VERB_CODA;
	}
}

/* Steps by which a ceremony that ends early still closes in good order. */
static bool
closes(const struct ceremony *c, const struct step *s)
{
	const char *to = json_get_str(s->json, "to");

	if (!c->roster_sealed)
		return false; /* nobody could sign a seal */
	switch (s->verb) {
	case VERB_CUSTODY:
		return to != NULL && strcmp(to, "table") != 0;
	case VERB_EXPORT:
		return c->signed_unclosed > 0;
	case VERB_DEACTIVATE:
	case VERB_SEAL:
		return true;
	default:
		return verb_class(s->verb) == VERB_CODA;
	}
}

/* What decided deviations say about the step; false: nothing. */
static bool
next_decided(const struct ceremony *c, struct next *out)
{
	const struct run *r = ceremony_run(c);

	if (ceremony_ending(c) && (r != NULL || !closes(c, &out->step))) {
		out->todo = r == NULL ? TODO_NOT_RUN : TODO_DROP;
		/* An active token is made inactive by its consented deed. */
		return r == NULL || (!r->activated && run_next(c, r) != NULL &&
		    run_next(c, r)->state != ITEM_BEGUN);
	}
	if (r == NULL && may_go_on(out->step.verb) &&
	    strcmp(decision(c), "go-on") == 0) {
		out->todo = TODO_DEVIATED;
		return true;
	}
	return false;
}

/* What the step says under this name; "" nothing, and nothing is named so. */
static const char *
step_says(const struct next *out, const char *name)
{
	const char *s = json_get_str(out->step.json, name);

	return s != NULL ? s : "";
}

static void
next_readback(const struct ceremony *c, struct next *out)
{
	out->item = ceremony_item(c, step_says(out, "of"));
	out->todo = out->item != NULL && out->item->read_back ? TODO_END :
	    TODO_READBACK;
}

/* What is reviewed is the log, which is signed for; files are read on paper. */
static void
next_review(const struct ceremony *c, struct next *out)
{
	const char *what = step_says(out, "what");

	out->todo = what[0] != '\0' && strcmp(what, "transcript") != 0 ?
	    TODO_PAPER : c->step[c->now].reviewed ? TODO_END : TODO_REVIEW;
}

/* A step that runs: its own part is open, or done and the step ends. */
static void
next_step(const struct ceremony *c, struct next *out)
{
	switch (out->step.verb) {
	case VERB_CLOCK:
		out->todo = c->clock_set ? TODO_END : TODO_CLOCK;
		break;
	case VERB_ENROLL:
		out->todo = ceremony_code(c, step_says(out, "person")) != NULL ?
		    TODO_END : TODO_ENROLL;
		break;
	case VERB_ROSTER_SEAL:
		out->todo = c->roster_sealed ? TODO_END : TODO_ROSTER;
		break;
	case VERB_APPROVE:
		out->todo = c->approved ? TODO_END : TODO_APPROVE;
		break;
	case VERB_QUORUM:
		out->todo = ceremony_step_quorum(c, out->step.json) ?
		    TODO_END : TODO_QUORUM;
		break;
	case VERB_RUN:
		next_run(c, out);
		break;
	case VERB_IMPORT:
	case VERB_QR_SCAN:
		next_import(c, out);
		break;
	case VERB_READBACK:
		next_readback(c, out);
		break;
	case VERB_EXPORT:
		out->todo = ceremony_exported(c) ? TODO_END : TODO_EXPORT;
		break;
	case VERB_QR_SHOW:
		out->todo = TODO_SHOW;
		break;
	case VERB_DEACTIVATE: /* a run ended with its token inactive */
		out->todo = TODO_END;
		break;
	case VERB_FOREACH:
		out->todo = ceremony_each(c, &out->step) ==
		    json_count(json_get(out->step.json, "of")) ? TODO_END :
		    TODO_HANDS;
		break;
	case VERB_SEAL:
		next_seal(c, out);
		break;
	case VERB_BREAK:
		out->todo = c->step[c->now].ended != 0 ? TODO_END : TODO_HANDS;
		break;
	case VERB_REVIEW:
		next_review(c, out);
		break;
	case VERB_PRINT:
	case VERB_LOGOUT:
		out->todo = TODO_PAPER;
		break;
	default:
		out->todo = TODO_HANDS;
		break;
	}
}

void
ceremony_next(const struct ceremony *c, struct next *out)
{
	memset(out, 0, sizeof(*out));
	out->run = ceremony_run(c);
	if (!c->log_ready || c->log_spki.len == 0)
		out->todo = TODO_LOG_INIT;
	else if (c->sitting == SITTING_STARTED)
		out->todo = TODO_OPEN;
	else if (c->loss_pending)
		out->todo = TODO_LOSS;
	else if (c->one_pending)
		out->todo = TODO_ONE;
	else if (ceremony_doubt(c) != NULL) {
		out->item = ceremony_doubt(c);
		out->todo = TODO_DOUBT;
	} else if (c->script == NULL || !ceremony_pinned(c))
		out->todo = TODO_FILES;
	else if (c->on_break)
		out->todo = TODO_BREAK;
	else if (c->now >= c->steps)
		/* A sitting opened after the end is another ceremony's. */
		out->todo = c->sitting == SITTING_OPEN ? TODO_FILES :
							 TODO_DONE;
	else if (script_step(c->script, c->now, &out->step) == -1)
		out->todo = TODO_DONE;
	else if (c->step[c->now].state == STEP_TODO)
		out->todo = TODO_BEGIN;
	else if (!next_decided(c, out))
		next_step(c, out);
	out->step_index = c->now;
}
