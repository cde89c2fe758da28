/* SPDX-License-Identifier: MIT */
/* The enrolment sheet. */
#include "media/paper/sheet.h"

#include <string.h>

#include "ceremony/base/codec.h"

#define SIGN MM(13)

struct foot {
	uint8_t roster[SHA256_LEN];
};

static void
lines(void *arg, size_t page, struct buf *head, struct buf *foot)
{
	const struct foot *f = arg;

	(void)page;
	buf_fmt(head, "%s  SHA-256 ", text_get(LANG_EN, "sheet.roster"));
	hex_encode(head, f->roster, SHA256_LEN);
	buf_fmt(foot, "%s\n%s", text_get(LANG_EN, "sheet.foot"),
	    text_get(LANG_JA, "sheet.foot"));
}

static void
print(struct table *t, size_t column, const uint8_t sha[static SHA256_LEN])
{
	struct buf b = BUF_INIT;
	char hex[SHA256_HEX];

	sha256_hex(hex, sha);
	paper_hex(&b, hex);
	table_text(t, column, PAPER_TINY_MONO, buf_cstr(&b));
	buf_reset(&b);
	paper_words(&b, sha);
	table_text(
	    t, column, (struct style){ FACE_TEXT, PT(7), 0 }, buf_cstr(&b));
	buf_free(&b);
}

static void
top(struct flow *f, const struct paper_log *l, const struct entry *seal)
{
	struct table t;
	struct buf b = BUF_INIT;

	f->y += MM(2);
	flow_text(f, PAPER_TITLE, text_get(LANG_EN, "sheet.title"));
	flow_text(f, (struct style){ FACE_WIDE, PT(14), 0 },
	    text_get(LANG_JA, "sheet.title"));
	f->y += MM(4);
	paper_copy(f, l);
	paper_say(f, PAPER_SMALL, "sheet.how");
	paper_rows(&t, f);
	paper_row(&t, "paper.origin", PAPER_BOLD, l->origin);
	paper_time(l, seal->t, &b);
	buf_fmt(&b, ", %s %lld", text_get(LANG_EN, "paper.entry-no"),
	    (long long)seal->n);
	paper_row(&t, "sheet.sealed", PAPER_BODY, buf_cstr(&b));
	table_text(&t, 0, PAPER_SMALL, text_get(LANG_EN, "sheet.log-key"));
	table_text(&t, 0, PAPER_HINT, text_get(LANG_JA, "sheet.log-key"));
	print(&t, 1, l->c->log_spki_sha);
	table_row(&t);
	table_text(&t, 0, PAPER_SMALL, text_get(LANG_EN, "sheet.roster"));
	table_text(&t, 0, PAPER_HINT, text_get(LANG_JA, "sheet.roster"));
	print(&t, 1, l->c->roster);
	table_row(&t);
	table_end(&t);
	f->y += MM(4);
	buf_free(&b);
}

static void
people(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(12), MM(38), MM(92), MM(32), 0 };
	static const char *const HEAD[] = { "paper.code", "sheet.who",
		"sheet.key", "paper.signature" };
	struct table t;

	table_begin(&t, f, WIDTH);
	for (size_t i = 0; i < 4; i++)
		paper_head(&t, i, HEAD[i]);
	for (size_t i = 0; i < l->c->persons; i++) {
		const struct person *p = &l->c->person[i];

		table_text(&t, 0, PAPER_BOLD, p->code);
		table_text(&t, 1, PAPER_BOLD, p->name);
		table_text(&t, 1, PAPER_HINT, p->id);
		for (size_t k = 0; role_at(k) != NULL; k++) {
			if ((p->roles & role_at(k)->role) == 0)
				continue;
			table_text(&t, 1, PAPER_SMALL,
			    text_get(LANG_EN, role_at(k)->label));
			table_text(&t, 1, PAPER_HINT,
			    text_get(LANG_JA, role_at(k)->label));
		}
		print(&t, 2, p->spki_sha);
		table_blank(&t, 3, SIGN);
		table_row(&t);
	}
	table_end(&t);
}

int
sheet_make(const struct paper_log *l,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	size_t i = paper_find(l, 0, EV_ROSTER_SEAL);
	struct foot foot;
	struct paper_frame frame = { .title = "sheet.title",
		.name = l->origin,
		.lines = lines,
		.arg = &foot,
		.foot = PAPER_HINT };
	struct doc *d;
	struct flow f;

	if (i == l->n)
		return err_set(e, ERR_REFUSED, "sheet.no-roster", NULL);
	memcpy(foot.roster, l->c->roster, SHA256_LEN);
	frame.mode = l->c->production ? "paper.production" : "paper.rehearsal";
	d = doc_new(font, l->origin);
	flow_begin(&f, d, PAPER_LEFT, PAPER_WIDTH, PAPER_TOP, PAPER_BOTTOM);
	top(&f, l, &l->entry[i]);
	people(&f, l);
	paper_stamp(d, &frame);
	if (doc_check(d, e) == -1) {
		doc_free(d);
		return -1;
	}
	*out = d;
	return 0;
}
