/* SPDX-License-Identifier: MIT */
/*
 * Read back, and two copies for the outside.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "media/bundle.h"

static char copy_stick[2][32];

/* S-18 */
void
do_readback(struct console *k, const struct next *n)
{
	struct command cmd = { .event = EV_READBACK };
	const struct item *it = n->item;
	struct view *v;
	struct key key;

	v = ui_view(k, "readback.head");
	step_heads(k, v, &n->step);
	if (it == NULL) {
		view_free(v);
		return;
	}
	view_para(v, view_fill(v, "readback.what", "item", it->id, NULL));
	bars_words(v, it->made_sha, k);
	v->act_now = view_fill(v, "readback.do", NULL);
	v->then = view_fill(v, "readback.then", NULL);
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_ANSWER | KX_WORDS, &key) != UI_KEY ||
	    key.cp != 'y')
		return;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "of", it->id);
	json_set_hex(cmd.d, "sha256", it->made_sha, SHA256_LEN);
	for (size_t i = 0; i < json_count(n->step.witness) && i < 7; i++)
		cmd.said[i] = json_str(json_at(n->step.witness, i));
	(void)commit_shown(k, &cmd);
}

/* A stick that was there when its copy was begun was pulled out. */
static int
not_finished(const char *stick, size_t files, struct err *e)
{
	if (files > 0 && strcmp(e->id, "media.absent") == 0)
		err_set(e, ERR_WORLD, "media.pulled", "label", stick, NULL);
	return -1;
}

static int
write_copy(struct console *k, const char *stick, struct err *e)
{
	struct json *j;
	struct msg a;

	for (size_t i = 0; i < OUT.n; i++)
		if (write_stick(k, stick, OUT.file[i].name,
		    OUT.file[i].bytes.data, OUT.file[i].bytes.len, e) == -1)
			return not_finished(stick, i, e);
	j = json_new_obj();
	json_set_str(j, "stick", stick);
	if (ask(k, PARTY_COURIER, MSG_RELEASE, j, NULL, 0, &a, e) == 0)
		msg_fini(&a);
	/* Out and in again: every file from the medium itself. */
	for (size_t i = 0; i < OUT.n; i++) {
		struct buf b = BUF_INIT;
		const struct bundle_file *f = &OUT.file[i];
		int bad = read_stick(k, stick, f->name, true, &b, e);

		if (bad == 0 && (b.len != f->bytes.len ||
		    memcmp(b.data, f->bytes.data, b.len) != 0))
			bad = err_set(e, ERR_WORLD, "media.readback", "file",
			    f->name, "k", stick, NULL);
		buf_free(&b);
		if (bad == -1)
			return not_finished(stick, OUT.n, e);
	}
	return 0;
}

static void
put_copy(struct console *k, const char *stick, int copy, enum rc rc)
{
	struct command cmd = { .event = EV_EXPORT_COPY, .rc = rc };
	const struct bundle_file *sums = bundle_find(&OUT, "SHA256SUMS");
	uint8_t sha[SHA256_LEN];
	struct err e;

	sha256(sha, sums->bytes.data, sums->bytes.len);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "bundle", out_name);
	json_set_int(cmd.d, "copy", copy);
	json_set_str(cmd.d, "stick", stick);
	json_set_hex(cmd.d, "sums", sha, SHA256_LEN);
	if (commit(k, &cmd, &e) == -1)
		ui_refuse(k, &e);
}

/* S-19 */
void
do_export(struct console *k, const struct next *n)
{
	int copy = k->c->copies + 1;
	const struct bundle_file *sums;
	struct view *v;
	struct key key;
	struct err e;
	char stick[32];

	if (OUT.n == 0 || strcmp(k->c->bundle, out_name) != 0)
		if (make_bundle(k, &n->step, &e) == -1) {
			bundle_free(&OUT);
			ui_refuse(k, &e);
		}
	snprintf(stick, sizeof(stick), "OUT%u", (unsigned)copy % 100);
	v = ui_view(k, "export.head");
	step_heads(k, v, &n->step);
	v->act_now = view_fill(v, "export.do", "stick", stick, NULL);
	if (OUT.n > 0) {
		uint8_t sha[SHA256_LEN];
		struct buf names = BUF_INIT;

		sums = bundle_find(&OUT, "SHA256SUMS");
		sha256(sha, sums->bytes.data, sums->bytes.len);
		for (size_t i = 0; i < OUT.n; i++)
			buf_fmt(&names, "%s%s", i > 0 ? "  " : "",
			    OUT.file[i].name);
		view_label(v, 8, view_fill(v, "export.bundle", NULL),
		    view_str(v, buf_cstr(&names)));
		buf_free(&names);
		view_label(v, 8, view_fill(v, "enroll.stick-label", NULL),
		    stick_seen(k, v, stick));
		view_checks(v, view_fill(v, "export.copies", NULL));
		for (int i = 1; i <= 2; i++)
			view_check(v, i < copy ? MARK_DONE : i == copy ?
			    MARK_NOW : MARK_OPEN, view_fmt(v, "%d  %s", i,
			    i < copy ? copy_stick[i - 1] : ""),
			    i < copy ? view_fill(v, "export.same", NULL) :
			    "");
		view_para(v, view_fill(v, "export.words", NULL));
		view_words(v, WORDS_SHORT, sha, true);
	}
	v->then = view_fill(v, "export.then", NULL);
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	if (ui_wait(k, v, KX_STEP | KX_WORDS, &key) != UI_KEY ||
	    key.name != PRESS_ENTER || OUT.n == 0)
		return;
	ui_clear(k);
	if (write_copy(k, stick, &e) == -1) {
		put_copy(k, stick, copy, RC_FAIL);
		ui_refuse(k, &e);
		return;
	}
	if (copy <= 2)
		snprintf(copy_stick[copy - 1], sizeof(copy_stick[0]), "%s",
		    stick);
	put_copy(k, stick, copy, RC_OK);
	ui_result(k, "told.copy", "stick", stick, NULL);
}
