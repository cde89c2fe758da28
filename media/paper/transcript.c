/* SPDX-License-Identifier: MIT */
/*
 * The annotated transcript.  Comment first, which shows at head and foot the
 * seal that it comments on; then the record, whose pages lock: the hash at
 * the foot of one is the hash at the head of the next; then how it is checked,
 * and its end.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/words.h"
#include "media/paper/code.h"
#include "media/paper/record.h"
#include "media/qr.h"

#define COMMENT_BOTTOM MM(249)
#define COMMENT_CODE   MM(29)
#define CODES          64

struct stamp {
	const struct paper_log *l;
	struct record record;
	struct doc *doc;
};

static void
lines(void *arg, size_t page, struct buf *head, struct buf *foot)
{
	const struct stamp *s = arg;
	const struct record *r = &s->record;
	struct head seal;

	if (page >= r->first && page < r->first + r->n) {
		record_lines(s->l, &r->page[page - r->first], head, foot);
		return;
	}
	record_before(s->l, s->l->n, &seal);
	record_head(head, "paper.comment-on", &seal);
	record_head(foot, "paper.comment-on", &seal);
	buf_byte(foot, '\n');
	words_format(foot, seal.hash, 8, 0);
}

/* A page of comment has a small code that says to what it belongs. */
static int
comment_code(struct stamp *s, size_t page, struct err *e)
{
	struct buf payload = BUF_INIT, packed = BUF_INIT, text = BUF_INIT;
	struct head seal;
	struct qr q;
	int ret;

	record_before(s->l, s->l->n, &seal);
	code_head(&payload, s->l->c->origin, &seal);
	code_pack(&payload, &packed);
	code_frame(&packed, 1, page + 1, s->doc->n, &text);
	ret = qr_make(text.data, text.len, QR_ALPHANUMERIC, QR_LEVEL_M, 1,
	    CODE_VERSION, &q, e);
	if (ret == 0) {
		doc_symbol(s->doc, page,
		    PAPER_LEFT + PAPER_WIDTH - COMMENT_CODE, MM(254),
		    COMMENT_CODE, q.module, q.side);
		qr_fini(&q);
	}
	buf_free(&payload);
	buf_free(&packed);
	buf_free(&text);
	return ret;
}

static void
signatures(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(14), MM(44), MM(116), 0 };
	static const char *const HEAD[] = { "paper.entry-no", "paper.signer",
		"paper.signature-text" };
	struct table t;
	size_t from = l->n;

	while (from > 0 && l->entry[from - 1].ev != NULL &&
	    l->entry[from - 1].ev->type == EV_CHECKPOINT_SIGN)
		from--;
	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 3; k++)
		paper_head(&t, k, HEAD[k]);
	for (size_t i = from; i < l->n; i++) {
		const struct json *d = l->entry[i].d;
		struct buf b = BUF_INIT;

		buf_fmt(&b, "%zu", i);
		table_text(&t, 0, PAPER_BOLD, buf_cstr(&b));
		table_text(&t, 1, PAPER_SMALL, json_get_str(d, "name"));
		buf_reset(&b);
		buf_fmt(&b, "%s, size %lld, time %lld", json_get_str(d, "alg"),
		    (long long)json_get_int(d, "size", 0),
		    (long long)json_get_int(d, "time", 0));
		table_text(&t, 1, PAPER_HINT, buf_cstr(&b));
		table_text(&t, 2, PAPER_TINY_MONO, json_get_str(d, "sig"));
		table_row(&t);
		buf_free(&b);
	}
	table_end(&t);
}

/* Keys that the signatures above are checked with. */
static void
keys(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(14), MM(44), MM(116), 0 };
	static const char *const HEAD[] = { "paper.entry-no", "paper.signer",
		"paper.spki" };
	struct table t;

	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 3; k++)
		paper_head(&t, k, HEAD[k]);
	for (size_t i = 0; (i = paper_find(l, i, EV_KEY_ENROLL)) < l->n; i++) {
		const struct json *d = l->entry[i].d;
		struct buf b = BUF_INIT;

		buf_fmt(&b, "%zu", i);
		table_text(&t, 0, PAPER_BOLD, buf_cstr(&b));
		table_text(&t, 1, PAPER_SMALL, json_get_str(d, "name"));
		table_text(&t, 2, PAPER_TINY_MONO, json_get_str(d, "spki"));
		table_row(&t);
		buf_free(&b);
	}
	table_end(&t);
}

/* The text that the transcript key signed last. */
static void
checkpoint(struct flow *f, const struct paper_log *l)
{
	const struct json *d = l->entry[l->n - 1].d;
	struct buf b = BUF_INIT;

	buf_fmt(&b, "%s\n%lld\n%s", l->c->origin,
	    (long long)json_get_int(d, "size", 0), json_get_str(d, "root"));
	flow_text(f, PAPER_TINY_MONO, buf_cstr(&b));
	f->y += MM(2);
	buf_free(&b);
}

static void
how_to_check(struct flow *f, const struct paper_log *l)
{
	flow_page(f);
	paper_heading(f, "paper.enrolled-keys");
	paper_say(f, PAPER_SMALL, "paper.enrolled-how");
	keys(f, l);
	paper_heading(f, "paper.by-hand");
	paper_say(f, PAPER_SMALL, "paper.by-hand-how");
	flow_text(f, PAPER_MONO,
	    "p=$(printf '0%.0s' $(seq 64))\n"
	    "while IFS= read -r line; do\n"
	    "  p=$(printf '%s %s\\n' \"$p\" \"$line\" | sha256sum | cut -c1-64)\n"
	    "done <entries; echo \"$p\"");
}

static void
last_page(struct flow *f, const struct paper_log *l)
{
	struct buf b = BUF_INIT;
	struct head h;
	char hex[SHA256_HEX];

	record_before(l, l->n, &h);
	flow_page(f);
	paper_heading(f, "paper.the-end");
	paper_say(f, PAPER_SMALL, "paper.the-end-how");
	f->y += MM(3);
	sha256_hex(hex, h.hash);
	paper_hex(&b, hex);
	flow_text(f, (struct style){ FACE_MONO, PT(12), 0 }, buf_cstr(&b));
	buf_reset(&b);
	f->y += MM(3);
	paper_words(&b, h.hash);
	flow_text(f, (struct style){ FACE_BOLD, PT(11), 0 }, buf_cstr(&b));
	f->y += MM(4);
	paper_heading(f, "paper.checkpoint");
	checkpoint(f, l);
	signatures(f, l);
	buf_free(&b);
}

int
transcript_make(const struct paper_log *l,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	static void (*const SECTION[])(struct flow *,
	    const struct paper_log *) = { transcript_cover, transcript_people,
		transcript_room, transcript_steps, transcript_keys,
		transcript_objects, transcript_media, transcript_backups,
		transcript_sealing, transcript_deviations, transcript_findings,
		transcript_due, transcript_clauses, transcript_sign_off,
		transcript_copies, transcript_attestation };
	const struct json *roles = json_get(l->c->script, "roles");
	const char *code[CODES];
	struct paper_frame frame = { .title = "paper.transcript",
		.name = l->c->origin,
		.lines = lines,
		.foot = PAPER_TINY_MONO,
		.initials = code };
	struct stamp s = { .l = l };
	struct flow f;
	int ret;

	s.doc = doc_new(font, l->c->origin);
	flow_begin(
	    &f, s.doc, PAPER_LEFT, PAPER_WIDTH, PAPER_TOP, COMMENT_BOTTOM);
	for (size_t i = 0; i < sizeof(SECTION) / sizeof(*SECTION); i++)
		SECTION[i](&f, l);
	f.bottom = PAPER_BOTTOM;
	record_make(&f, l, &s.record);
	f.bottom = COMMENT_BOTTOM;
	how_to_check(&f, l);
	last_page(&f, l);
	for (size_t i = 0; i < json_count(roles) && i < CODES; i++)
		code[frame.n_initials++] =
		    json_get_str(json_at(roles, i), "code");
	frame.mode = l->c->production ? "paper.production" : "paper.rehearsal";
	frame.narrow_to = s.record.first;
	frame.narrow_from = s.record.first + s.record.n;
	frame.arg = &s;
	paper_stamp(s.doc, &frame);
	ret = record_codes(s.doc, l, &s.record, e);
	for (size_t i = 0; ret == 0 && i < s.doc->n; i++)
		if (i < frame.narrow_to || i >= frame.narrow_from)
			ret = comment_code(&s, i, e);
	if (ret == 0)
		ret = doc_check(s.doc, e);
	if (ret == 0)
		*out = s.doc;
	else
		doc_free(s.doc);
	record_fini(&s.record);
	return ret;
}
