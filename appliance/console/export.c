/* SPDX-License-Identifier: MIT */
/*
 * Read back, and the copies for the outside, on sticks or on discs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "media/bundle.h"

#define COPIES 16 /* the most that a script asks for */

static char copy_stick[COPIES][32];

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

/* One copy, as it is shown and made, of `of`. */
struct copy {
	int nr, of;
	bool disc;
	char name[32];
};

/* What the next entry has no room for: why not, or the extent of a disc. */
static int
say_more(struct console *k, const struct step *s, const struct copy *y,
    const struct err *why)
{
	char field[24], value[120], hex[SHA256_HEX];
	const uint8_t *sha;
	size_t bytes;

	snprintf(field, sizeof(field), "copy-%d", y->nr);
	if (why != NULL) {
		snprintf(value, sizeof(value), "%s: %s", y->name, why->id);
	} else {
		bytes = disc_image(k, &sha)->len;
		sha256_hex(hex, sha);
		snprintf(value, sizeof(value), "%s: %zu bytes, SHA-256 %s",
		    y->name, bytes, hex);
	}
	return put_field(k, s, field, value);
}

static void
put_copy(struct console *k, const struct step *s, const struct copy *y,
    const struct err *why)
{
	struct command cmd = { .event = EV_EXPORT_COPY };
	const struct bundle_file *sums = bundle_find(&OUT, "SHA256SUMS");
	uint8_t sha[SHA256_LEN];
	struct err e;

	if ((y->disc || why != NULL) && say_more(k, s, y, why) == -1)
		return;
	sha256(sha, sums->bytes.data, sums->bytes.len);
	cmd.rc = why == NULL ? RC_OK : RC_FAIL;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "bundle", out_name);
	json_set_int(cmd.d, "copy", y->nr);
	json_set_str(cmd.d, "stick", y->name);
	json_set_hex(cmd.d, "sums", sha, SHA256_LEN);
	if (commit(k, &cmd, &e) == -1)
		ui_refuse(k, &e);
}

/* What is in the bundle, where it goes, which copies there are. */
static void
show_copies(struct console *k, struct view *v, const struct copy *y)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < OUT.n; i++)
		buf_fmt(&names, "%s%s", i > 0 ? "  " : "", OUT.file[i].name);
	view_label(v, 8, view_fill(v, "export.bundle", NULL),
	    view_str(v, buf_cstr(&names)));
	buf_free(&names);
	if (y->disc)
		view_label(v, 8, view_fill(v, "export.drive", NULL),
		    disc_seen(k, v));
	else
		view_label(v, 8, view_fill(v, "enroll.stick-label", NULL),
		    stick_seen(k, v, y->name));
	view_checks(v, view_fill(v, "export.copies", NULL));
	for (int i = 1; i <= y->of; i++)
		view_check(v,
		    i < y->nr        ? MARK_DONE
			: i == y->nr ? MARK_NOW
				     : MARK_OPEN,
		    view_fmt(
			v, "%d  %s", i, i < y->nr ? copy_stick[i - 1] : ""),
		    i < y->nr ? view_fill(v, "export.same", NULL) : "");
}

/* What is read aloud: the hash of SHA256SUMS, or of all of the disc. */
static void
show_words(struct console *k, struct view *v, const struct copy *y)
{
	const struct bundle_file *sums = bundle_find(&OUT, "SHA256SUMS");
	uint8_t sha[SHA256_LEN];
	const uint8_t *image;
	size_t bytes;

	if (y->disc) {
		bytes = disc_image(k, &image)->len;
		view_para(v, view_fill(v, "export.disc-words", "bytes",
		    view_fmt(v, "%zu", bytes), NULL));
		view_words(v, WORDS_SHORT, image, true);
		return;
	}
	sha256(sha, sums->bytes.data, sums->bytes.len);
	view_para(v, view_fill(v, "export.words", NULL));
	view_words(v, WORDS_SHORT, sha, true);
}

static struct view *
headed(struct console *k, const struct next *n, const struct copy *y)
{
	struct view *v = ui_view(k, NULL);

	v->head =
	    view_fill(v, "export.head", "n", view_fmt(v, "%d", y->of), NULL);
	step_heads(k, v, &n->step);
	return v;
}

static struct view *
show_export(struct console *k, const struct next *n, const struct copy *y)
{
	struct view *v = headed(k, n, y);

	v->act_now = view_fill(v, y->disc ? "export.do-disc" : "export.do",
	    "stick", y->name, NULL);
	if (OUT.n > 0) {
		show_copies(k, v, y);
		show_words(k, v, y);
	}
	v->then =
	    view_fill(v, "export.then", "n", view_fmt(v, "%d", y->of), NULL);
	view_key(v, KID_ENTER, NULL);
	if (disc_asked(n))
		view_key(v, KID_STICK, view_fill(v, y->disc ?
		    "export.key-stick" : "export.key-disc", NULL));
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

/* It takes minutes, and nothing else is on the screen meanwhile. */
static int
burn(struct console *k, const struct next *n, const struct copy *y,
    struct err *e)
{
	struct view *v = headed(k, n, y);

	v->act_now = view_fill(v, "export.burning", "stick", y->name, NULL);
	show_words(k, v, y);
	ui_paint(v);
	view_free(v);
	return disc_copy(k, y->name, e);
}

/* S-19 */
void
do_export(struct console *k, const struct next *n)
{
	struct copy y = { k->c->copies + 1,
		(int)json_get_int(n->step.json, "copies", 2), disc_wanted(k, n),
		"" };
	struct key key;
	struct err e;

	if (OUT.n == 0 || strcmp(k->c->bundle, out_name) != 0)
		if (make_bundle(k, &n->step, &e) == -1) {
			bundle_free(&OUT);
			ui_refuse(k, &e);
		}
	snprintf(y.name, sizeof(y.name), "%s%u", y.disc ? "DISC" : "OUT",
	    (unsigned)y.nr % 100);
	if (ui_wait(k, show_export(k, n, &y), KX_STEP | KX_WORDS |
	    (disc_asked(n) ? KX_CAMERA : 0), &key) != UI_KEY || OUT.n == 0)
		return;
	if (key.cp == 's' && disc_asked(n)) {
		ui_clear(k);
		disc_turn(k);
	}
	if (key.name != PRESS_ENTER)
		return;
	ui_clear(k);
	if ((y.disc ? burn(k, n, &y, &e) : write_copy(k, y.name, &e)) == -1) {
		put_copy(k, &n->step, &y, &e);
		ui_refuse(k, &e);
		return;
	}
	if (y.nr <= COPIES)
		snprintf(
		    copy_stick[y.nr - 1], sizeof(copy_stick[0]), "%s", y.name);
	put_copy(k, &n->step, &y, NULL);
	ui_result(k, y.disc ? "told.disc" : "told.copy", "stick", y.name,
	    NULL);
}
