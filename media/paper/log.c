/* SPDX-License-Identifier: MIT */
/* What the parts of the printed transcript ask of its entries. */
#include "media/paper/log.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "media/paper/zone.h"

static void
local(const struct paper_log *l, int64_t t, struct civil *c)
{
	const char *shown;
	int minutes =
	    zone_minutes(json_get_str(l->c->script, "zone"), t, &shown);

	civil_from_seconds(t + 60 * (int64_t)minutes, c);
}

void
paper_time(const struct paper_log *l, int64_t t, struct buf *out)
{
	struct civil c;
	const char *shown;

	local(l, t, &c);
	zone_minutes(json_get_str(l->c->script, "zone"), t, &shown);
	buf_fmt(out, "%04d-%02d-%02d %02d:%02d:%02d %s", c.year, c.month, c.day,
	    c.hour, c.minute, c.second, shown);
}

void
paper_time_row(struct table *t, const struct paper_log *l, const char *label,
    struct style st, int64_t when)
{
	struct buf b = BUF_INIT;
	char utc[CIVIL_LEN];

	paper_time(l, when, &b);
	civil_format(when, utc);
	buf_fmt(&b, "   %s", utc);
	paper_row(t, label, st, buf_cstr(&b));
	buf_free(&b);
}

void
paper_when(
    struct table *t, size_t column, const struct paper_log *l, int64_t when)
{
	struct buf b = BUF_INIT;
	char utc[CIVIL_LEN];

	paper_time(l, when, &b);
	table_text(t, column, PAPER_SMALL, buf_cstr(&b));
	civil_format(when, utc);
	table_text(t, column, PAPER_HINT, utc);
	buf_free(&b);
}

void
paper_copy(struct flow *f, const struct paper_log *l)
{
	const char *id = l->of > 0 ? "paper.copy-no" : "paper.reprint";
	struct buf b = BUF_INIT;

	if (l->copy == 0)
		return;
	buf_fmt(&b, "%s  %s %lld", text_get(LANG_JA, id), text_get(LANG_EN, id),
	    (long long)l->copy);
	if (l->of > 0)
		buf_fmt(&b, " / %lld", (long long)l->of);
	flow_text(f, PAPER_HEADING, buf_cstr(&b));
	f->y += MM(2);
	buf_free(&b);
}

void
paper_hour(const struct paper_log *l, int64_t t, struct buf *out)
{
	struct civil c;

	local(l, t, &c);
	buf_fmt(out, "%02d:%02d:%02d", c.hour, c.minute, c.second);
}

size_t
paper_find(const struct paper_log *l, size_t from, enum event_type type)
{
	while (from < l->n &&
	    (l->entry[from].ev == NULL || l->entry[from].ev->type != type))
		from++;
	return from;
}

void
paper_entries(const struct paper_log *l,
    bool (*fn)(const struct entry *en, const void *arg), const void *arg,
    struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++) {
		size_t from = i;

		while (i < l->n && fn(&l->entry[i], arg))
			i++;
		if (i == from)
			continue;
		buf_fmt(out, "%s%zu", any ? ", " : "", from);
		if (i - from > 1)
			buf_fmt(out, "–%zu", i - 1);
		any = true;
	}
}

void
paper_sentence(const struct entry *en, enum lang lang, struct buf *out)
{
	if (en->rc != RC_OK)
		buf_fmt(out, "[%s] ", rc_name(en->rc));
	if (en->ev != NULL)
		event_text(en->ev, lang, en->d, out);
	else
		buf_str(out, en->evname);
}

/* The code that a person was enrolled with. */
static const char *
code_of(const struct paper_log *l, const char *id)
{
	for (size_t i = 0; (i = paper_find(l, i, EV_CUSTODIAN_ENROLL)) < l->n;
	     i++) {
		const char *who = json_get_str(l->entry[i].d, "person");

		if (who != NULL && strcmp(who, id) == 0)
			return json_get_str(l->entry[i].d, "code");
	}
	return NULL;
}

void
paper_by(const struct paper_log *l, const struct entry *en, struct buf *out)
{
	for (size_t i = 0; i < json_count(en->by); i++) {
		const char *name = json_str(json_at(en->by, i));
		const char *code =
		    strncmp(name, "op/", 3) == 0 ? code_of(l, name + 3) : NULL;

		buf_fmt(
		    out, "%s%s", i > 0 ? ", " : "", code != NULL ? code : name);
	}
	for (size_t i = 0; i < json_count(en->said); i++)
		buf_fmt(out, "%s(%s)",
		    i > 0 || json_count(en->by) > 0 ? " " : "",
		    json_str(json_at(en->said, i)));
}
