/* SPDX-License-Identifier: MIT */
/* The auditor's report: what was concluded, and from which entries. */
#include <stdlib.h>
#include <string.h>

#include "media/paper/record.h"
#include "media/paper/sheet.h"

static void
lines(void *arg, size_t page, struct buf *head, struct buf *foot)
{
	const struct paper_log *l = arg;
	struct head seal;

	(void)page;
	record_before(l, l->n, &seal);
	record_head(head, "paper.comment-on", &seal);
	buf_fmt(foot, "%s\n%s", text_get(LANG_EN, "report.foot"),
	    text_get(LANG_JA, "report.foot"));
}

static void
verdicts(struct flow *f, const char *lines_of)
{
	static const int WIDTH[] = { MM(64), MM(110), 0 };
	struct table t;
	char *last = NULL;

	table_begin(&t, f, WIDTH);
	paper_head(&t, 0, "report.verdict");
	paper_head(&t, 1, "report.evidence");
	while (*lines_of != '\0') {
		size_t n = strcspn(lines_of, "\n");
		size_t tab = strcspn(lines_of, "\t");
		char *id = xstrndup(lines_of, tab < n ? tab : n);
		char *value = xstrndup(lines_of + (tab < n ? tab + 1 : n),
		    tab < n ? n - tab - 1 : 0);

		if (last == NULL || strcmp(last, id) != 0) {
			table_text(&t, 0, PAPER_BOLD, text_get(LANG_EN, id));
			table_text(&t, 0, PAPER_HINT, text_get(LANG_JA, id));
		}
		table_text(&t, 1, PAPER_SMALL, value);
		table_row(&t);
		free(last);
		last = id;
		free(value);
		lines_of += n + (lines_of[n] == '\n');
	}
	table_end(&t);
	free(last);
}

static const char *
code_of(const struct paper_log *l, const char *person)
{
	const struct person *p = ceremony_person(l->c, person);

	return p != NULL ? p->code : person;
}

/* A run: its record, who witnessed and consented, what was done. */
static void
run(struct table *t, const struct paper_log *l, size_t at)
{
	const struct json *d = l->entry[at].d;
	const char *record = json_get_str(d, "record");
	int64_t no = json_get_int(d, "run", -1);
	struct buf who = BUF_INIT, witness = BUF_INIT, deeds = BUF_INIT,
		   first = BUF_INIT;

	for (size_t i = at + 1; i < l->n; i++) {
		const struct entry *en = &l->entry[i];
		const char *doc = json_get_str(en->d, "doc");

		if (en->ev == NULL || en->rc != RC_OK)
			continue;
		if (en->ev->type == EV_RUN_PREPARED)
			break;
		if (doc != NULL && strcmp(doc, record) == 0 &&
		    (en->ev->type == EV_CONSENT || en->ev->type == EV_WITNESS))
			buf_fmt(en->ev->type == EV_CONSENT ? &who : &witness,
			    "%s (%zu)  ",
			    code_of(l, json_get_str(en->d, "person")), i);
		if (json_get_int(en->d, "run", -1) == no &&
		    json_get_str(en->d, "item") != NULL)
			buf_fmt(&deeds, "%s %s (%zu)\n", en->ev->name,
			    json_get_str(en->d, "item"), i);
	}
	buf_fmt(&first, "%lld", (long long)no);
	table_text(t, 0, PAPER_BOLD, buf_cstr(&first));
	buf_reset(&first);
	buf_fmt(&first, "%s (%zu)", json_get_str(d, "step"), at);
	table_text(t, 1, PAPER_SMALL, buf_cstr(&first));
	table_text(t, 1, PAPER_HINT, json_get_str(d, "token"));
	table_text(t, 2, PAPER_SMALL, buf_cstr(&who));
	table_text(t, 3, PAPER_SMALL, buf_cstr(&witness));
	table_text(t, 4, PAPER_SMALL, buf_cstr(&deeds));
	table_row(t);
	buf_free(&who);
	buf_free(&witness);
	buf_free(&deeds);
	buf_free(&first);
}

static void
runs(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(12), MM(26), MM(38), MM(28), MM(70),
		0 };
	static const char *const HEAD[] = { "report.run", "paper.step",
		"report.consents", "paper.witness", "report.deeds" };
	struct table t;

	paper_heading(f, "report.quorums");
	paper_say(f, PAPER_SMALL, "report.quorums-how");
	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 5; k++)
		paper_head(&t, k, HEAD[k]);
	for (size_t i = 0; (i = paper_find(l, i, EV_RUN_PREPARED)) < l->n; i++)
		run(&t, l, i);
	table_end(&t);
}

int
report_make(const struct paper_log *l, const char *said,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	struct paper_log copy = *l;
	struct paper_frame frame = { .title = "report.title",
		.name = l->origin,
		.lines = lines,
		.arg = &copy,
		.foot = PAPER_HINT };
	struct doc *d = doc_new(font, l->origin);
	struct flow f;

	frame.mode = l->c->production ? "paper.production" : "paper.rehearsal";
	flow_begin(&f, d, PAPER_LEFT, PAPER_WIDTH, PAPER_TOP, PAPER_BOTTOM);
	f.y += MM(2);
	flow_text(&f, PAPER_TITLE, text_get(LANG_EN, "report.title"));
	flow_text(&f, (struct style){ FACE_WIDE, PT(14), 0 },
	    text_get(LANG_JA, "report.title"));
	f.y += MM(4);
	verdicts(&f, said);
	runs(&f, l);
	transcript_people(&f, l);
	transcript_keys(&f, l);
	transcript_objects(&f, l);
	transcript_deviations(&f, l);
	transcript_clauses(&f, l);
	paper_stamp(d, &frame);
	if (doc_check(d, e) == -1) {
		doc_free(d);
		return -1;
	}
	*out = d;
	return 0;
}
