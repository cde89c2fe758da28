/* SPDX-License-Identifier: MIT */
/* Steps as they were run, clauses and the entries that show them: sections
 * 7, 16 and 17. */
#include <stdio.h>
#include <string.h>

#include "ceremony/files/script.h"
#include "media/paper/log.h"

#define SIGN MM(11)

/* Where a step's entries stand. */
struct span_of {
	size_t begun, ended; /* n when there is none */
};

static struct span_of
step_entries(const struct paper_log *l, const char *no)
{
	struct span_of s = { l->n, l->n };

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *en = &l->entry[i];
		const char *step = json_get_str(en->d, "step");

		if (en->ev == NULL || step == NULL || strcmp(step, no) != 0)
			continue;
		if (en->ev->type == EV_STEP_BEGIN && s.begun == l->n)
			s.begun = i;
		if (en->ev->type == EV_STEP_END)
			s.ended = i;
	}
	return s;
}

static void
codes(struct table *t, size_t column, const struct json *list, struct style st)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_count(list); i++)
		buf_fmt(
		    &b, "%s%s", i > 0 ? " " : "", json_str(json_at(list, i)));
	table_text(t, column, st, buf_cstr(&b));
	buf_free(&b);
}

/* What was filled in, and what came of the step. */
static void
result(struct table *t, const struct paper_log *l, const struct step *s,
    struct span_of at)
{
	struct buf b = BUF_INIT;

	for (size_t i = at.begun; i < l->n && i <= at.ended; i++) {
		const struct entry *en = &l->entry[i];
		const char *field = json_get_str(en->d, "field");

		if (en->ev == NULL || en->ev->type != EV_STEP_FIELD ||
		    field == NULL || strcmp(field, "answer") == 0)
			continue;
		buf_reset(&b);
		buf_fmt(&b, "%s: %s", field, json_get_str(en->d, "value"));
		table_text(t, 4, PAPER_SMALL, buf_cstr(&b));
	}
	if (at.begun == l->n) {
		const char *id =
		    s->index > l->c->now ? "paper.after-seal" : "paper.not-run";

		table_text(t, 4, PAPER_BOLD, text_get(LANG_EN, id));
		table_text(t, 4, PAPER_HINT, text_get(LANG_JA, id));
	} else {
		buf_reset(&b);
		buf_fmt(&b, "%s  %zu–%zu",
		    at.ended < l->n
			? json_get_str(l->entry[at.ended].d, "result")
			: text_get(LANG_EN, "paper.is-seal"),
		    at.begun, at.ended < l->n ? at.ended : l->n - 1);
		table_text(t, 4, PAPER_BOLD, buf_cstr(&b));
	}
	buf_free(&b);
}

static void
row(struct table *t, const struct paper_log *l, const struct step *s)
{
	struct span_of at = step_entries(l, s->no);
	const char *en = step_text(s, LANG_EN), *ja = step_text(s, LANG_JA);
	struct buf b = BUF_INIT;
	char id[32];

	snprintf(id, sizeof(id), "verb.%s", verb_name(s->verb));
	table_text(t, 0, PAPER_BOLD, s->no);
	if (at.begun < l->n) {
		paper_hour(l, l->entry[at.begun].t, &b);
		if (at.ended < l->n) {
			buf_byte(&b, '\n');
			paper_hour(l, l->entry[at.ended].t, &b);
		}
	}
	table_text(t, 1, PAPER_SMALL, buf_cstr(&b));
	buf_reset(&b);
	paper_label(&b, id);
	table_text(t, 2, PAPER_BOLD, buf_cstr(&b));
	table_text(t, 2, PAPER_SMALL, en);
	if (ja != NULL && (en == NULL || strcmp(ja, en) != 0))
		table_text(t, 2, PAPER_HINT, ja);
	codes(t, 3, s->by, PAPER_BOLD);
	if (json_count(s->witness) > 0)
		table_text(
		    t, 3, PAPER_HINT, text_get(LANG_JA, "paper.witness"));
	codes(t, 3, s->witness, PAPER_SMALL);
	result(t, l, s, at);
	table_blank(t, 5, MM(7));
	table_row(t);
	buf_free(&b);
}

void
transcript_steps(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(11), MM(17), MM(76), MM(18), MM(36),
		MM(16), 0 };
	static const char *const HEAD[] = { "paper.no", "paper.time-short",
		"paper.step", "paper.who", "paper.result",
		"paper.initials-only" };
	struct table t;
	struct step s;

	flow_page(f);
	paper_heading(f, "paper.steps");
	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 6; k++)
		paper_head(&t, k, HEAD[k]);
	for (size_t i = 0; script_step(l->c->script, i, &s) == 0; i++)
		row(&t, l, &s);
	table_end(&t);
}

/*
 * Clause, what it asks, and the events that show it; a trailing '*' stands
 * for all events that begin so.  "A1" and the like are classes of CPS 5.4.1.
 */
static const struct {
	const char *clause, *label, *events;
} CLAUSE[] = {
#define CLAUSE(clause, label, events) { clause, label, events },
#include "media/paper/clause.def"
#undef CLAUSE
};

static bool
named(const char *word, size_t len, const struct entry *en)
{
	if (len == 2 && strlen(en->ev->cps_class) == 2)
		return memcmp(word, en->ev->cps_class, 2) == 0;
	if (len > 0 && word[len - 1] == '*')
		return strncmp(word, en->ev->name, len - 1) == 0;
	return strlen(en->ev->name) == len &&
	    memcmp(word, en->ev->name, len) == 0;
}

static bool
shows(const struct entry *en, const void *arg)
{
	const char *s = arg;

	while (en->ev != NULL && *s != '\0') {
		size_t n = strcspn(s, " ");

		if (named(s, n, en))
			return true;
		s += n + (s[n] == ' ');
	}
	return false;
}

void
transcript_clauses(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(26), MM(78), MM(70), 0 };
	static const char *const HEAD[] = { "paper.clause", "paper.asks",
		"paper.entries" };
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.clauses");
	paper_say(f, PAPER_SMALL, "paper.clauses-how");
	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 3; k++)
		paper_head(&t, k, HEAD[k]);
	for (size_t i = 0; i < sizeof(CLAUSE) / sizeof(*CLAUSE); i++) {
		struct buf b = BUF_INIT;

		table_text(&t, 0, PAPER_BOLD, CLAUSE[i].clause);
		table_text(
		    &t, 1, PAPER_SMALL, text_get(LANG_EN, CLAUSE[i].label));
		table_text(
		    &t, 1, PAPER_HINT, text_get(LANG_JA, CLAUSE[i].label));
		paper_entries(l, shows, CLAUSE[i].events, &b);
		if (b.len == 0)
			buf_str(&b, "—");
		table_text(&t, 2, PAPER_SMALL, buf_cstr(&b));
		table_row(&t);
		buf_free(&b);
	}
	table_end(&t);
}

void
transcript_sign_off(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(16), MM(42), MM(62), MM(54), 0 };
	const struct json *roles = json_get(l->c->script, "roles");
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.sign-off");
	paper_say(f, PAPER_BODY, "paper.sign-off-how");
	table_begin(&t, f, WIDTH);
	paper_head(&t, 0, "paper.code");
	paper_head(&t, 1, "paper.name");
	paper_head(&t, 2, "paper.signature");
	paper_head(&t, 3, "paper.date-time");
	for (size_t i = 0; i < json_count(roles); i++) {
		const struct json *r = json_at(roles, i);
		const char *code = json_get_str(r, "code");
		const struct person *p = ceremony_code(l->c, code);
		const struct role_info *info =
		    role_find(json_get_str(r, "role"));

		table_text(&t, 0, PAPER_BOLD, code);
		table_text(&t, 1, PAPER_SMALL, p != NULL ? p->name : "");
		if (info != NULL)
			table_text(
			    &t, 1, PAPER_HINT, text_get(LANG_JA, info->label));
		table_blank(&t, 2, SIGN);
		table_blank(&t, 3, SIGN);
		table_row(&t);
	}
	table_end(&t);
}
