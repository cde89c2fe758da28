/* SPDX-License-Identifier: MIT */
/*
 * What stays behind: copies and where they lie, things under seal, findings
 * to be followed up, dates that fall due, who has which copy, and the page
 * that may be published: sections 11, 13, 15, 17.
 */
#include <stdio.h>
#include <string.h>

#include "media/ics.h"
#include "media/paper/log.h"
#include "media/qr.h"

#define INK        MM(8)
#define SIGN       MM(10)
#define CODE_WIDE  MM(35)
#define CODE_STEP  MM(43.5)
#define CODE_HIGH  MM(40)
#define CODE_ROW   4
#define FINDINGS   5 /* rows left for ink */
#define COPIES     6
#define CODE_LEAST 8

#define HEADS(t, ...)                                  \
	heads(t, (const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static void
heads(struct table *t, const char *const *id, size_t n)
{
	for (size_t i = 0; i < n; i++)
		paper_head(t, i, id[i]);
}

static void
number(struct table *t, size_t column, int64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)n);
	table_text(t, column, PAPER_BOLD, text);
}

/* "Label  ラベル" in a cell. */
static void
labels(struct table *t, size_t column, const char *id)
{
	table_text(t, column, PAPER_SMALL, text_get(LANG_EN, id));
	table_text(t, column, PAPER_HINT, text_get(LANG_JA, id));
}

static void
copy_row(struct table *t, const char *what, const char *name, const char *where,
    const char *hex, int64_t entry)
{
	struct buf b = BUF_INIT;

	labels(t, 0, what);
	table_text(t, 0, PAPER_BOLD, name);
	table_text(t, 1, PAPER_SMALL, where);
	paper_hex(&b, hex);
	table_text(t, 2, PAPER_TINY_MONO, buf_cstr(&b));
	number(t, 3, entry);
	table_blank(t, 4, INK);
	table_blank(t, 5, INK);
	table_row(t);
	buf_free(&b);
}

/* Copies of what was made, and the volume's own media. */
void
transcript_backups(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(34), MM(16), MM(66), MM(14), MM(20),
		MM(24), 0 };
	const struct json *media = json_get(l->entry[0].d, "media");
	char head[SHA256_HEX], name[64];
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.backups");
	paper_say(f, PAPER_SMALL, "paper.backups-how");
	table_begin(&t, f, WIDTH);
	HEADS(&t, "paper.copy", "paper.medium", "paper.digest",
	    "paper.entry-no", "paper.bag", "paper.destination");
	for (size_t i = 0; (i = paper_find(l, i, EV_EXPORT_COPY)) < l->n; i++) {
		const struct json *d = l->entry[i].d;

		if (l->entry[i].rc != RC_OK || json_get_str(d, "sums") == NULL)
			continue;
		snprintf(name, sizeof(name), "%.32s, %lld",
		    json_get_str(d, "bundle"),
		    (long long)json_get_int(d, "copy", 0));
		copy_row(&t, "paper.copy-bundle", name,
		    json_get_str(d, "stick"), json_get_str(d, "sums"),
		    (int64_t)i);
	}
	sha256_hex(head, l->entry[l->n - 1].hash);
	for (size_t i = 0; i < json_count(media); i++) {
		const struct json *m = json_at(media, i);
		const char *label = json_get_str(m, "label");

		copy_row(&t, "paper.copy-volume",
		    label != NULL ? label
			: i == 0  ? "A"
				  : "B",
		    "", head, (int64_t)l->n - 1);
	}
	table_end(&t);
	flow_text(f, PAPER_BOLD, text_get(LANG_EN, "paper.no-key-copy"));
	flow_text(f, PAPER_HINT, text_get(LANG_JA, "paper.no-key-copy"));
}

/* The last move of this object that stands at or before entry i. */
static bool
last_move(const struct paper_log *l, size_t i)
{
	const char *object = json_get_str(l->entry[i].d, "object");
	size_t k = i + 1;

	while ((k = paper_find(l, k, EV_OBJECT_MOVE)) < l->n) {
		const char *other = json_get_str(l->entry[k].d, "object");

		if (other != NULL && object != NULL &&
		    strcmp(other, object) == 0)
			return false;
		k++;
	}
	return true;
}

/* Where each thing was left, to be signed for by who keeps it. */
void
transcript_sealing(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(14), MM(30), MM(30), MM(30), MM(24),
		MM(46), 0 };
	struct table t;
	bool any = false;

	paper_heading(f, "paper.sealing");
	table_begin(&t, f, WIDTH);
	HEADS(&t, "paper.entry-no", "paper.thing", "paper.bag", "paper.left-at",
	    "paper.photograph", "paper.received");
	for (size_t i = 0; (i = paper_find(l, i, EV_OBJECT_MOVE)) < l->n; i++) {
		const struct json *d = l->entry[i].d;
		const char *bag = json_get_str(d, "bag");

		if (!last_move(l, i))
			continue;
		any = true;
		number(&t, 0, (int64_t)i);
		table_text(&t, 1, PAPER_BOLD, json_get_str(d, "object"));
		table_text(&t, 2, PAPER_SMALL, bag != NULL ? bag : "—");
		table_text(&t, 3, PAPER_SMALL, json_get_str(d, "to"));
		table_blank(&t, 4, SIGN);
		table_blank(&t, 5, SIGN);
		table_row(&t);
	}
	if (!any) {
		labels(&t, 1, "paper.none");
		table_row(&t);
	}
	table_end(&t);
}

/* What somebody has to look at again. */
static bool
is_finding(const struct entry *en)
{
	static const enum event_type TYPE[] = { EV_DEVIATION_OPEN, EV_ANOMALY,
		EV_RECOVERY, EV_MIRROR_REPAIR, EV_MEDIA_ONE, EV_MEDIA_RETIRE,
		EV_LOSS_ACCEPTED, EV_FORK_RESOLVED, EV_DOUBT_RESOLVED,
		EV_RUN_DROPPED, EV_LINT_REFUSED, EV_CLOSE_UNSEALED,
		EV_FILE_REFUSED, EV_CSR_REFUSED };

	if (en->ev == NULL)
		return false;
	for (size_t i = 0; i < sizeof(TYPE) / sizeof(*TYPE); i++)
		if (en->ev->type == TYPE[i])
			return true;
	return en->rc != RC_OK && en->ev->type != EV_AUTH_FAIL;
}

void
transcript_findings(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(10), MM(14), MM(62), MM(18), MM(38),
		MM(32), 0 };
	struct table t;
	int64_t no = 0;
	char text[24];

	flow_page(f);
	paper_heading(f, "paper.findings");
	paper_say(f, PAPER_SMALL, "paper.findings-how");
	table_begin(&t, f, WIDTH);
	HEADS(&t, "paper.no", "paper.entry-no", "paper.finding", "paper.risk",
	    "paper.measure", "paper.owner-due");
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *en = &l->entry[i];

		if (!is_finding(en))
			continue;
		snprintf(text, sizeof(text), "F%lld", (long long)++no);
		table_text(&t, 0, PAPER_BOLD, text);
		number(&t, 1, (int64_t)i);
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			struct buf b = BUF_INIT;

			paper_sentence(en, (enum lang)lang, &b);
			table_text(&t, 2,
			    lang == LANG_EN ? PAPER_SMALL : PAPER_HINT,
			    buf_cstr(&b));
			buf_free(&b);
		}
		for (size_t k = 3; k < 6; k++)
			table_blank(&t, k, INK);
		table_row(&t);
	}
	for (int i = 0; i < FINDINGS; i++) {
		snprintf(text, sizeof(text), "F%lld", (long long)++no);
		table_text(&t, 0, PAPER_BOLD, text);
		for (size_t k = 1; k < 6; k++)
			table_blank(&t, k, SIGN);
		table_row(&t);
	}
	table_end(&t);
}

struct dates {
	const struct paper_log *l;
	struct flow *f;
	struct table t;
	int64_t n;
	int column; /* of the codes */
};

static const char *
item_of(const void *arg, const char *name)
{
	const struct due_date *d = arg;

	return strcmp(name, "item") == 0 ? d->item : NULL;
}

static void
due_row(void *arg, const struct due_date *due)
{
	struct dates *d = arg;

	number(&d->t, 0, ++d->n);
	for (int lang = 0; lang < LANG_COUNT; lang++) {
		struct buf b = BUF_INIT;

		text_fill(
		    text_get((enum lang)lang, due->what), item_of, due, &b);
		table_text(&d->t, 1, lang == LANG_EN ? PAPER_BOLD : PAPER_HINT,
		    buf_cstr(&b));
		buf_free(&b);
	}
	paper_when(&d->t, 2, d->l, due->t);
	table_row(&d->t);
}

/* A calendar of this date alone, CODE_ROW codes beside each other. */
static void
due_code(void *arg, const struct due_date *due)
{
	struct dates *d = arg;
	struct flow *f = d->f;
	struct buf ics = BUF_INIT;
	struct qr q;
	struct err e;
	char no[24];
	int x;

	if (d->column == 0)
		flow_need(f, CODE_HIGH);
	x = f->left + d->column * CODE_STEP;
	snprintf(no, sizeof(no), "%lld", (long long)++d->n);
	flow_put(f, x, f->y, MM(8), PAPER_HEADING, no);
	ics_one(d->l->c, due, &ics);
	if (qr_make(ics.data, ics.len, QR_BYTES, QR_LEVEL_L, CODE_LEAST, 25, &q,
		&e) == 0) {
		doc_symbol(f->doc, f->page, x + MM(8), f->y, CODE_WIDE,
		    q.module, q.side);
		qr_fini(&q);
	}
	buf_free(&ics);
	d->column = (d->column + 1) % CODE_ROW;
	if (d->column == 0)
		f->y += CODE_HIGH;
}

void
transcript_due(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(12), MM(92), MM(70), 0 };
	struct dates d = { .l = l, .f = f };

	flow_page(f);
	paper_heading(f, "paper.due");
	paper_say(f, PAPER_SMALL,
	    l->c->production ? "paper.due-how" : "paper.due-rehearsal");
	table_begin(&d.t, f, WIDTH);
	HEADS(&d.t, "paper.no", "paper.due-what", "paper.due-when");
	ceremony_dates(l->c, due_row, &d);
	if (d.n == 0) {
		labels(&d.t, 1, "paper.none");
		table_row(&d.t);
	}
	table_end(&d.t);
	f->y += MM(4);
	d.n = 0;
	ceremony_dates(l->c, due_code, &d);
	if (d.column != 0)
		f->y += CODE_HIGH;
}

void
transcript_copies(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(24), MM(50), MM(42), MM(58), 0 };
	struct table t;

	(void)l;
	flow_need(f, MM(105));
	paper_heading(f, "paper.distribution");
	paper_say(f, PAPER_SMALL, "paper.distribution-how");
	table_begin(&t, f, WIDTH);
	HEADS(&t, "paper.copy", "paper.recipient", "paper.kept-at",
	    "paper.received");
	for (int i = 0; i < COPIES; i++) {
		for (size_t k = 0; k < 4; k++)
			table_blank(&t, k, SIGN);
		table_row(&t);
	}
	table_end(&t);
}

/* How many consented to each run at the least: nobody is named. */
static void
attested_people(struct table *t, const struct paper_log *l)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; role_at(i) != NULL; i++) {
		const struct role_info *r = role_at(i);
		int n = 0;

		for (size_t k = 0; k < l->c->persons; k++)
			n += (l->c->person[k].roles & r->role) != 0;
		if (n > 0)
			buf_fmt(&b, "%s%s %d", b.len > 0 ? ", " : "",
			    text_get(LANG_EN, r->label), n);
	}
	paper_row(t, "paper.attest-people", PAPER_BODY, buf_cstr(&b));
	buf_free(&b);
}

static void
attested_digest(struct table *t, const char *label, const char *name,
    const uint8_t sha[static SHA256_LEN])
{
	struct buf b = BUF_INIT;
	char hex[SHA256_HEX];

	labels(t, 0, label);
	table_text(t, 1, PAPER_BOLD, name);
	sha256_hex(hex, sha);
	paper_hex(&b, hex);
	table_text(t, 1, PAPER_MONO, buf_cstr(&b));
	table_row(t);
	buf_free(&b);
}

/* What may leave the house: no names, no places, no serial numbers. */
void
transcript_attestation(struct flow *f, const struct paper_log *l)
{
	struct table t;

	flow_page(f);
	f->y += MM(4);
	flow_text(f, PAPER_TITLE, text_get(LANG_EN, "paper.attestation"));
	flow_text(f, (struct style){ FACE_WIDE, PT(14), 0 },
	    text_get(LANG_JA, "paper.attestation"));
	f->y += MM(3);
	paper_say(f, PAPER_BODY,
	    l->c->production ? "paper.attest" : "paper.attest-rehearsal");
	paper_rows(&t, f);
	paper_row(&t, "paper.origin", PAPER_BOLD, l->c->origin);
	paper_time_row(
	    &t, l, "paper.sealed-at", PAPER_BODY, l->entry[l->n - 1].t);
	attested_people(&t, l);
	attested_digest(&t, "paper.sealed-head", "", l->entry[l->n - 1].hash);
	attested_digest(&t, "paper.script", "", l->c->script_file);
	for (size_t i = 0; i < l->c->items; i++) {
		const struct item *it = &l->c->item[i];

		if (it->state != ITEM_DONE)
			continue;
		if (it->kind == ITEM_KEY)
			attested_digest(&t, "paper.spki", it->id, it->key_sha);
		else if (it->kind == ITEM_CERT && it->issuer[0] == '\0')
			attested_digest(
			    &t, "paper.fingerprint", it->id, it->made_sha);
	}
	paper_row_blank(&t, "paper.attest-by", MM(12));
	paper_row_blank(&t, "paper.signature", MM(12));
	paper_row_blank(&t, "paper.date-time", MM(9));
	table_end(&t);
}
