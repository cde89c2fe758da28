/* SPDX-License-Identifier: MIT */
/* Cover, people, things, steps, departures and signatures, all to be filled. */
#include "media/paper/blank.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/files/script.h"
#include "media/paper/blank_step.h"
#include "media/paper/paper.h"

#define INK   MM(8)  /* a line of handwriting */
#define SIGN  MM(11) /* a signature */
#define CODES 64

static void
title(struct flow *f, const struct json *script)
{
	struct style ja = { FACE_WIDE, PT(15), 0 };
	const char *en = script_title(script, LANG_EN);
	const char *text = script_title(script, LANG_JA);

	f->y += MM(10);
	flow_text(f, PAPER_TITLE, en != NULL ? en : "");
	if (text != NULL && en != NULL && strcmp(en, text) != 0)
		flow_text(f, ja, text);
	f->y += MM(8);
}

static void
file_row(struct table *t, const struct blank_files *in, enum files_kind kind,
    const char *label, const char *key)
{
	struct buf b = BUF_INIT;
	char hex[SHA256_HEX];

	table_text(t, 0, PAPER_SMALL, text_get(LANG_EN, label));
	table_text(t, 0, PAPER_HINT, text_get(LANG_JA, label));
	buf_str(&b, json_get_str(in->form[kind], key));
	if (json_get_str(in->form[kind], "version") != NULL)
		buf_fmt(&b, "   %s", json_get_str(in->form[kind], "version"));
	table_text(t, 1, PAPER_BOLD, buf_cstr(&b));
	buf_reset(&b);
	sha256_hex(hex, in->sha256[kind]);
	paper_hex(&b, hex);
	table_text(t, 1, PAPER_MONO, buf_cstr(&b));
	buf_reset(&b);
	paper_words(&b, in->sha256[kind]);
	table_text(t, 1, PAPER_SMALL, buf_cstr(&b));
	table_row(t);
	buf_free(&b);
}

static void
cover(struct flow *f, const struct blank_files *in)
{
	const struct json *script = in->form[FILES_SCRIPT];
	const struct json *policy =
	    json_get(in->form[FILES_PROFILES], "policy");
	struct buf b = BUF_INIT;
	struct table t;

	title(f, script);
	paper_rows(&t, f);
	file_row(&t, in, FILES_SCRIPT, "paper.script", "script");
	file_row(&t, in, FILES_PLAN, "paper.plan", "plan");
	file_row(&t, in, FILES_PROFILES, "paper.profiles", "profile_set");
	buf_fmt(&b, "CPS %s   CP %s", json_get_str(policy, "cps_oid"),
	    json_get_str(policy, "cp_oid"));
	paper_row(&t, "paper.policy", PAPER_BODY, buf_cstr(&b));
	if (json_get_str(policy, "approved") != NULL)
		paper_row(&t, "paper.approved", PAPER_BODY,
		    json_get_str(policy, "approved"));
	buf_reset(&b);
	buf_fmt(&b, "%zu   /   %d min", script_step_count(script),
	    script_minutes(script));
	paper_row(&t, "paper.length", PAPER_BODY, buf_cstr(&b));
	paper_row_blank(&t, "paper.mode", INK);
	paper_row_blank(&t, "paper.when", INK);
	paper_row_blank(&t, "paper.where", INK);
	paper_row(&t, "paper.retain", PAPER_BODY,
	    text_get(LANG_EN, "paper.ten-years"));
	table_end(&t);
	f->y += MM(4);
	paper_say(f, PAPER_SMALL, "paper.approve-this");
	paper_rows(&t, f);
	paper_row_blank(&t, "paper.owner-signs", SIGN);
	table_end(&t);
	buf_free(&b);
}

static void
people(struct flow *f, const struct json *script)
{
	static const int WIDTH[] = { MM(13), MM(37), MM(46), MM(24), MM(34),
		MM(20), 0 };
	static const char *const HEAD[] = { "paper.code", "paper.role",
		"paper.name", "paper.document", "paper.signature",
		"paper.arrived" };
	const struct json *roles = json_get(script, "roles");
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.participants");
	paper_say(f, PAPER_SMALL, "paper.participants-how");
	table_begin(&t, f, WIDTH);
	for (size_t i = 0; i < 6; i++)
		paper_head(&t, i, HEAD[i]);
	for (size_t i = 0; i < json_count(roles); i++) {
		const struct json *r = json_at(roles, i);
		const struct json *also = json_get(r, "also");

		table_text(&t, 0, PAPER_BOLD, json_get_str(r, "code"));
		blank_role(&t, 1, json_get_str(r, "role"));
		for (size_t k = 0; k < json_count(also); k++)
			blank_role(&t, 1, json_str(json_at(also, k)));
		table_blank(&t, 2, SIGN);
		table_blank(&t, 3, SIGN);
		table_blank(&t, 4, SIGN);
		table_blank(&t, 5, SIGN);
		table_row(&t);
	}
	for (int i = 0; i < 2; i++) { /* somebody always comes along */
		for (size_t k = 0; k < 6; k++)
			table_blank(&t, k, SIGN);
		table_row(&t);
	}
	table_end(&t);
}

static void
objects(struct flow *f, const struct json *script)
{
	static const int WIDTH[] = { MM(16), MM(22), MM(46), MM(26), MM(32),
		MM(32), 0 };
	static const char *const HEAD[] = { "paper.code", "paper.kind",
		"paper.serial", "paper.firmware", "paper.bag-found",
		"paper.bag-new" };
	const struct json *list = json_get(script, "objects");
	struct table t;

	flow_gap(f, MM(6));
	flow_need(f, MM(80));
	paper_heading(f, "paper.objects");
	table_begin(&t, f, WIDTH);
	for (size_t i = 0; i < 6; i++)
		paper_head(&t, i, HEAD[i]);
	for (size_t i = 0; i < json_count(list) + 3; i++) {
		const struct json *o = json_at(list, i);

		if (o != NULL) {
			table_text(&t, 0, PAPER_BOLD, json_get_str(o, "code"));
			table_text(&t, 1, PAPER_BODY, json_get_str(o, "kind"));
		} else {
			table_blank(&t, 0, INK);
			table_blank(&t, 1, INK);
		}
		for (size_t k = 2; k < 6; k++)
			table_blank(&t, k, INK);
		table_row(&t);
	}
	table_end(&t);
}

static void
act_title(struct table *t, const struct json *script, size_t act)
{
	const char *en = script_act_title(script, act, LANG_EN);
	const char *ja = script_act_title(script, act, LANG_JA);
	struct buf b = BUF_INIT;

	buf_fmt(&b, "%zu  %s", act + 1, en != NULL ? en : "");
	if (ja != NULL && en != NULL && strcmp(en, ja) != 0)
		buf_fmt(&b, "  %s", ja);
	table_title(t, PAPER_HEADING, buf_cstr(&b));
	buf_free(&b);
}

static void
steps(struct flow *f, const struct blank_files *in)
{
	static const int WIDTH[] = { MM(10), MM(45), MM(45), MM(15), MM(41),
		MM(18), 0 };
	static const char *const HEAD[] = { "paper.no", "paper.step",
		"paper.step", "paper.who", "paper.expected", "paper.initials" };
	const struct json *script = in->form[FILES_SCRIPT];
	struct table t = { 0 };
	size_t act = SIZE_MAX;
	struct step s;

	flow_page(f);
	for (size_t i = 0; script_step(script, i, &s) == 0; i++) {
		if (s.act != act) {
			if (act != SIZE_MAX)
				table_end(&t);
			act = s.act;
			flow_gap(f, MM(5));
			table_begin(&t, f, WIDTH);
			act_title(&t, script, act);
			for (size_t k = 0; k < 6; k++)
				paper_head(&t, k, HEAD[k]);
		}
		blank_step(&t, in, &s);
		table_row(&t);
	}
	if (act != SIZE_MAX)
		table_end(&t);
}

/* Room for what went otherwise: the printed forms are numbered by hand. */
static void
deviations(struct flow *f)
{
	static const char *const ROW[] = { "paper.dev-step",
		"paper.dev-expected", "paper.dev-happened", "paper.dev-decided",
		"paper.dev-initials" };
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.deviations");
	paper_say(f, PAPER_SMALL, "paper.deviations-how");
	for (int i = 0; i < 2; i++) {
		paper_rows(&t, f);
		for (size_t k = 0; k < 5; k++)
			paper_row_blank(&t, ROW[k], k == 0 ? INK : MM(15));
		table_end(&t);
		f->y += MM(5);
	}
}

static void
sign_off(struct flow *f, const struct json *script)
{
	static const int WIDTH[] = { MM(16), MM(42), MM(62), MM(54), 0 };
	const struct json *roles = json_get(script, "roles");
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.sign-off");
	paper_say(f, PAPER_BODY, "paper.sign-off-how");
	table_begin(&t, f, WIDTH);
	paper_head(&t, 0, "paper.code");
	paper_head(&t, 1, "paper.role");
	paper_head(&t, 2, "paper.signature");
	paper_head(&t, 3, "paper.date-time");
	for (size_t i = 0; i < json_count(roles); i++) {
		const struct json *r = json_at(roles, i);

		table_text(&t, 0, PAPER_BOLD, json_get_str(r, "code"));
		blank_role(&t, 1, json_get_str(r, "role"));
		table_blank(&t, 2, SIGN);
		table_blank(&t, 3, SIGN);
		table_row(&t);
	}
	table_end(&t);
	paper_heading(f, "paper.last-words");
	paper_say(f, PAPER_SMALL, "paper.last-words-how");
	blank_words(f);
}

static void
lines(void *arg, size_t page, struct buf *head, struct buf *foot)
{
	const struct blank_files *in = arg;
	char hex[SHA256_HEX];

	(void)page;
	sha256_hex(hex, in->sha256[FILES_SCRIPT]);
	buf_fmt(head, "%s  SHA-256 %s", text_get(LANG_EN, "paper.script"), hex);
	buf_str(foot, text_get(LANG_EN, "paper.blank-foot"));
	buf_byte(foot, '\n');
	buf_str(foot, text_get(LANG_JA, "paper.blank-foot"));
}

int
blank_make(const struct blank_files *in,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	const struct json *script = in->form[FILES_SCRIPT];
	const struct json *roles = json_get(script, "roles");
	const char *code[CODES];
	struct buf name = BUF_INIT;
	struct paper_frame frame = { .title = "paper.blank",
		.lines = lines,
		.foot = PAPER_HINT,
		.initials = code };
	struct blank_files copy = *in;
	struct doc *d;
	struct flow f;
	int ret;

	buf_fmt(&name, "%s  %s", json_get_str(script, "script"),
	    json_get_str(script, "version"));
	d = doc_new(font, buf_cstr(&name));
	flow_begin(&f, d, PAPER_LEFT, PAPER_WIDTH, PAPER_TOP, PAPER_BOTTOM);
	cover(&f, in);
	people(&f, script);
	objects(&f, script);
	steps(&f, in);
	deviations(&f);
	sign_off(&f, script);
	for (size_t i = 0; i < json_count(roles) && i < CODES; i++)
		code[frame.n_initials++] =
		    json_get_str(json_at(roles, i), "code");
	frame.name = buf_cstr(&name);
	frame.arg = &copy;
	paper_stamp(d, &frame);
	ret = doc_check(d, e);
	if (ret == 0)
		*out = d;
	else
		doc_free(d);
	buf_free(&name);
	return ret;
}
