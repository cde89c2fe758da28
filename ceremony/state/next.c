/* SPDX-License-Identifier: MIT */
/*
 * What comes next.  Invariant: the answer depends on the state alone, so a
 * console that was killed goes on where it stood.
 */
#include "ceremony/state/next.h"

#include <string.h>

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
			if (ceremony_set(c, it->id, "user-pin") == NULL ||
			    ceremony_set(c, it->id, "so-pin") == NULL) {
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
		if (all_done(c, out->step.plan))
			out->todo = TODO_END;
		else if (!next_unprepared(c, &out->step, out))
			out->todo = TODO_RECORD;
		return;
	}
	out->item = run_next(c, r);
	if (out->item->state == ITEM_BEGUN) {
		out->todo = TODO_OUTCOME;
		return;
	}
	t = ceremony_token(c, r->token);
	if (!run_authorised(c, r))
		out->todo = TODO_CONSENT;
	else if (out->item->kind != ITEM_TOKEN && t != NULL && !t->active)
		out->todo = TODO_ACTIVATE;
	else
		out->todo = TODO_DEED;
}

/* An import step's items: the certificates whose request is in its file. */
static void
next_import(const struct ceremony *c, struct next *out)
{
	for (size_t i = 0; i < c->items; i++) {
		const struct item *it = &c->item[i];
		const struct json *plan = it->kind == ITEM_CERT ?
		    ceremony_plan_item(c, it->id, NULL) : NULL;

		if (json_get(plan, "request") == NULL || it->has_tbs ||
		    (out->step.plan != NULL &&
		    !json_list_has(out->step.plan, it->id)))
			continue;
		if (!it->has_csr || !it->csr_approved) {
			out->item = it;
			out->todo = it->has_csr ? TODO_CONFIRM : TODO_IMPORT;
			return;
		}
	}
	out->todo = TODO_END;
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

static void
next_step(const struct ceremony *c, struct next *out)
{
	const struct item *it;
	const struct token *t;
	const char *id;

	switch (out->step.verb) {
	case VERB_CLOCK:
		out->todo = c->clock_set ? TODO_END : TODO_CLOCK;
		break;
	case VERB_ENROLL:
		id = json_get_str(out->step.json, "person");
		out->todo = id != NULL && ceremony_code(c, id) != NULL ?
		    TODO_END : TODO_ENROLL;
		break;
	case VERB_ROSTER_SEAL:
		out->todo = c->roster_sealed ? TODO_END : TODO_ROSTER;
		break;
	case VERB_APPROVE:
		out->todo = c->approved ? TODO_END : TODO_APPROVE;
		break;
	case VERB_QUORUM:
		id = json_get_str(out->step.json, "token");
		out->todo = ceremony_in(c, ROLE_CA_ADMINISTRATOR) >=
		    (size_t)ceremony_quorum(c, id != NULL ? id : "") &&
		    ceremony_in(c, ROLE_OPERATIONS_MANAGER) > 0 ?
		    TODO_END : TODO_QUORUM;
		break;
	case VERB_RUN:
		next_run(c, out);
		break;
	case VERB_IMPORT:
		next_import(c, out);
		break;
	case VERB_READBACK:
		id = json_get_str(out->step.json, "of");
		it = id != NULL ? ceremony_item(c, id) : NULL;
		out->item = it;
		out->todo = it != NULL && it->read_back ? TODO_END :
		    TODO_READBACK;
		break;
	case VERB_EXPORT:
		out->todo = ceremony_exported(c) ? TODO_END : TODO_EXPORT;
		break;
	case VERB_DEACTIVATE:
		id = json_get_str(out->step.json, "token");
		t = id != NULL ? ceremony_token(c, id) : NULL;
		out->todo = t != NULL && t->active ? TODO_DEACTIVATE :
		    TODO_END;
		break;
	case VERB_SEAL:
		next_seal(c, out);
		break;
	case VERB_BREAK:
		out->todo = c->step[c->now].ended != 0 ? TODO_END : TODO_HANDS;
		break;
	case VERB_PRINT:
	case VERB_REVIEW:
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
	else if (ceremony_doubt(c) != NULL) {
		out->item = ceremony_doubt(c);
		out->todo = TODO_DOUBT;
	} else if (c->script == NULL)
		out->todo = TODO_FILES;
	else if (c->on_break)
		out->todo = TODO_BREAK;
	else if (c->now >= c->steps)
		out->todo = TODO_DONE;
	else if (script_step(c->script, c->now, &out->step) == -1)
		out->todo = TODO_DONE;
	else if (c->step[c->now].state == STEP_TODO)
		out->todo = TODO_BEGIN;
	else
		next_step(c, out);
	out->step_index = c->now;
}
