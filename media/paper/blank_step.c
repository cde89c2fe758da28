/* SPDX-License-Identifier: MIT */
/* The fifth column is made by one function a verb. */
#include "media/paper/blank_step.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/base/words.h"

#define INK MM(7)

/* What is being filled in. */
struct row {
	struct table *t;
	const struct blank_files *in;
	const struct step *s;
};

static void
say(const struct row *r, const char *id)
{
	table_text(r->t, 4, PAPER_SMALL, text_get(LANG_EN, id));
	table_text(r->t, 4, PAPER_HINT, text_get(LANG_JA, id));
}

/* A caption in both languages over a box. */
static void
box(const struct row *r, const char *id, int height)
{
	struct buf b = BUF_INIT;

	paper_label(&b, id);
	table_text(r->t, 4, PAPER_HINT, buf_cstr(&b));
	table_blank(r->t, 4, height);
	buf_free(&b);
}

static void
given(const struct row *r, const char *value)
{
	table_text(r->t, 4, PAPER_BOLD, value);
}

static void
field(const struct row *r, const char *key)
{
	given(r, json_get_str(r->s->json, key));
}

static void
digest(const struct row *r, const uint8_t sha[static SHA256_LEN])
{
	struct buf b = BUF_INIT;

	words_format(&b, sha, SHA256_LEN, 0);
	table_text(r->t, 4, PAPER_SMALL, buf_cstr(&b));
	buf_free(&b);
}

static void
shows(const struct row *r)
{
	static const struct {
		const char *name;
		int kind;
	} KNOWN[] = { { "script-hash", FILES_SCRIPT },
		{ "plan-hash", FILES_PLAN },
		{ "profiles-hash", FILES_PROFILES } };
	const char *what = json_get_str(r->s->json, "shows");

	for (size_t i = 0; what != NULL && i < 3; i++) {
		if (strcmp(KNOWN[i].name, what) != 0)
			continue;
		digest(r, r->in->sha256[KNOWN[i].kind]);
		box(r, "paper.equal", INK);
		return;
	}
	box(r, what != NULL ? "paper.words-shown" : "paper.equal",
	    what != NULL ? MM(16) : INK);
}

static void
record(const struct row *r)
{
	const char *type = json_get_str(r->s->json, "type");

	field(r, "field");
	if (json_get_str(r->s->json, "object") != NULL)
		field(r, "object");
	if (type != NULL && strcmp(type, "time") == 0)
		box(r, "paper.box-time", INK);
	else if (type != NULL && strcmp(type, "date") == 0)
		box(r, "paper.box-date", INK);
	else if (type != NULL && strcmp(type, "number") == 0)
		box(r, "paper.box-number", INK);
	else
		box(r, "paper.box-text", MM(12));
}

static void
custody(const struct row *r)
{
	struct buf b = BUF_INIT;
	const char *bag = json_get_str(r->s->json, "bag");

	buf_fmt(&b, "%s: %s → %s", json_get_str(r->s->json, "object"),
	    json_get_str(r->s->json, "from"), json_get_str(r->s->json, "to"));
	given(r, buf_cstr(&b));
	buf_free(&b);
	box(r, "paper.serial", INK);
	if (bag != NULL && strcmp(bag, "none") != 0)
		box(r,
		    strcmp(bag, "new") == 0 ? "paper.bag-new"
					    : "paper.bag-found",
		    INK);
}

static void
clock_step(const struct row *r)
{
	box(r, "paper.source-a", INK);
	box(r, "paper.source-b", INK);
	box(r, "paper.offset", INK);
}

static void
enroll(const struct row *r)
{
	field(r, "person");
	box(r, "paper.name", INK);
	box(r, "paper.document", INK);
	box(r, "paper.stick", INK);
}

static void
items(const struct row *r)
{
	for (size_t i = 0; i < json_count(r->s->plan); i++) {
		const char *id = json_str(json_at(r->s->plan, i));
		struct plan_item it;
		struct buf b = BUF_INIT;

		buf_str(&b, id);
		if (plan_item(r->in->form[FILES_PLAN], id, &it) == 0) {
			const char *profile = json_get_str(it.json, "profile");

			buf_fmt(&b, "  %s%s%s", plan_kind_name(it.kind),
			    profile != NULL ? ", " : "",
			    profile != NULL ? profile : "");
		}
		table_text(r->t, 4, PAPER_SMALL, buf_cstr(&b));
		buf_free(&b);
	}
}

static void
run(const struct row *r)
{
	items(r);
	box(r, "paper.record-words", INK);
	box(r, "paper.consented", INK);
}

static void
import(const struct row *r)
{
	items(r);
	for (size_t i = 0; i < json_count(r->s->plan); i++) {
		struct plan_item it;
		const struct json *request;
		uint8_t sha[SHA256_LEN];

		if (plan_item(r->in->form[FILES_PLAN],
			json_str(json_at(r->s->plan, i)), &it) == -1)
			continue;
		request = json_get(it.json, "request");
		given(r, json_get_str(request, "file"));
		if (json_get_hex(request, "sha256", sha, SHA256_LEN) == 0)
			digest(r, sha);
	}
	box(r, "paper.first-words", INK);
}

static void export(const struct row *r)
{
	struct buf b = BUF_INIT;
	int64_t copies = json_get_int(r->s->json, "copies", 1);

	items(r);
	buf_fmt(&b, "× %lld", (long long)copies);
	given(r, buf_cstr(&b));
	buf_free(&b);
	for (int64_t i = 0; i < copies && i < 4; i++)
		box(r, "paper.stick", INK);
}

static void
quorum(const struct row *r)
{
	const char *role = json_get_str(r->s->json, "role");
	struct buf b = BUF_INIT;
	int m = 0, of = 0;

	if (role != NULL)
		profiles_role(r->in->form[FILES_PROFILES], role, &m, &of);
	blank_role(r->t, 4, role);
	buf_fmt(&b, "%d / %d", m, of);
	given(r, buf_cstr(&b));
	buf_free(&b);
	box(r, "paper.who-came", INK);
}

/* A box for each who says so. */
static void
each(const struct row *r)
{
	const struct json *of = json_get(r->s->json, "of");

	for (size_t i = 0; i < json_count(of); i++) {
		given(r, json_str(json_at(of, i)));
		box(r, "paper.done", INK);
	}
}

static void
column(const struct row *r)
{
	switch (r->s->verb) {
	case VERB_SAY:
	case VERB_LOGOUT:
		break;
	case VERB_FOREACH:
		each(r);
		break;
	case VERB_COMPARE:
		if (json_get_str(r->s->json, "with") != NULL)
			given(r, json_get_str(r->s->json, "with"));
		shows(r);
		break;
	case VERB_ATTEST:
		shows(r);
		break;
	case VERB_RECORD:
		record(r);
		break;
	case VERB_CUSTODY:
		custody(r);
		break;
	case VERB_CLOCK:
		clock_step(r);
		break;
	case VERB_ENROLL:
		enroll(r);
		break;
	case VERB_QUORUM:
		quorum(r);
		break;
	case VERB_RUN:
	case VERB_DEACTIVATE:
		run(r);
		break;
	case VERB_READBACK:
		field(r, "of");
		box(r, "paper.first-words", MM(14));
		break;
	case VERB_IMPORT:
	case VERB_QR_SCAN:
		import(r);
		break;
	case VERB_EXPORT:
	case VERB_QR_SHOW:
		export(r);
		break;
	case VERB_BREAK:
		box(r, "paper.break-from", INK);
		box(r, "paper.break-stays", INK);
		break;
	case VERB_BRANCH:
		field(r, "otherwise");
		box(r, "paper.chosen", INK);
		break;
	case VERB_SEAL:
		say(r, "paper.seal-words");
		break;
	default:
		box(r, "paper.done", INK);
	}
}

static void
who(struct table *t, const struct json *list, bool witness)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_count(list); i++)
		buf_fmt(
		    &b, "%s%s", i > 0 ? " " : "", json_str(json_at(list, i)));
	if (b.len > 0 && witness) {
		table_text(
		    t, 3, PAPER_HINT, text_get(LANG_JA, "paper.witness"));
		table_text(t, 3, PAPER_SMALL, buf_cstr(&b));
	} else if (b.len > 0) {
		table_text(t, 3, PAPER_BOLD, buf_cstr(&b));
	}
	buf_free(&b);
}

void
blank_role(struct table *t, size_t column_no, const char *role)
{
	char id[48];

	if (role == NULL)
		return;
	snprintf(id, sizeof(id), "role.%s", role);
	table_text(t, column_no, PAPER_SMALL, text_get(LANG_EN, id));
	table_text(t, column_no, PAPER_HINT, text_get(LANG_JA, id));
}

void
blank_step(struct table *t, const struct blank_files *in, const struct step *s)
{
	const struct row r = { t, in, s };
	char id[32], minutes[24];
	const char *ja = step_text(s, LANG_JA), *en = step_text(s, LANG_EN);

	snprintf(id, sizeof(id), "verb.%s", verb_name(s->verb));
	snprintf(minutes, sizeof(minutes), "%d min", s->minutes);
	table_text(t, 0, PAPER_BOLD, s->no);
	table_text(t, 0, PAPER_HINT, minutes);
	table_text(t, 1, PAPER_BOLD, text_get(LANG_EN, id));
	table_text(t, 1, PAPER_BODY, en);
	table_text(
	    t, 2, (struct style){ FACE_BOLD, PT(8), 0 }, text_get(LANG_JA, id));
	if (ja != NULL && (en == NULL || strcmp(ja, en) != 0))
		table_text(t, 2, (struct style){ FACE_WIDE, PT(8), 0 }, ja);
	who(t, s->by, false);
	who(t, s->witness, true);
	column(&r);
	table_blank(t, 5, MM(8.5));
}

void
blank_words(struct flow *f)
{
	int w = f->width / 8;

	for (int row = 0; row < 4; row++) {
		flow_need(f, MM(9));
		for (int i = 0; i < 8; i++)
			doc_blank(f->doc, f->page, f->left + i * w, f->y,
			    w - MM(1), MM(8));
		f->y += MM(9);
	}
}
