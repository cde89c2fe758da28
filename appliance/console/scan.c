/* SPDX-License-Identifier: MIT */
/*
 * S-13: a request taken in by camera.  The courier gives pictures,
 * tachiai-decode what the codes in them say, and here frames become a
 * request; it is nothing before it is whole and was decoded like any other.
 * A picture that its reader dies of costs that picture, and an entry says so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "appliance/decode/picture.h"
#include "media/frames/receive.h"
#include "media/frames/sight.h"

#define SCAN_MS    100 /* between two looks at a camera that has nothing */
#define BLIND      3   /* pictures: one turn of tachiai-decode's filters */
#define DEAD_TOLD  10  /* deaths with an entry each; then every so many */

/* A reader of pictures: how many it is given, how long it may take for one,
 * and the most that it can rightly say of it. */
#define READER_PICTURES 30
#define READER_S        10
#define READER_BYTES    (PICTURE_CODES * (2 + (size_t)PICTURE_TEXT))

static struct {
	size_t step; /* that reads, +1; 0 none */
	char item[NAME_LEN];
	struct receiver *r;
	size_t pictures, codes, dead;
	size_t blind; /* pictures since one that had a code */
	struct json *last; /* form of the last picture, or NULL */
	size_t chars;      /* of the first text of it */
	bool again;        /* the camera begins anew */
	bool asked;        /* which of two objects */
	bool stick;        /* people took the stick instead */
	const struct item *now;
	struct err bad; /* the last refusal; id "" none */
} S;

/* A reader of pictures that ends before its time is an entry. */
static void
died(struct console *k)
{
	struct command cmd = { .event = EV_ANOMALY, .rc = RC_FAIL };
	char count[24];
	struct err e;

	if (S.dead++ >= DEAD_TOLD && S.dead % DEAD_TOLD != 0)
		return;
	snprintf(count, sizeof(count), "%zu", S.dead);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "value", count);
	json_set_str(cmd.d, "what", "camera-reader");
	(void)commit(k, &cmd, &e);
}

/* Another reader before this one has used up its time. */
static int
fresh_reader(struct console *k, struct err *e)
{
	struct json *j = json_new_obj();
	struct msg a;

	k->reader_used = 0;
	json_set_int(j, "seconds", READER_S);
	if (ask(k, PARTY_LAUNCHER, MSG_DECODE_START, j, NULL, 0, &a, e) == -1)
		return -1;
	msg_fini(&a);
	return 0;
}

int
picture_codes(struct console *k, const struct buf *picture,
    struct json **form, struct buf *texts, struct err *e)
{
	struct json *j = json_new_obj();
	struct msg a;

	if ((k->reader_used == 0 || k->reader_used == READER_PICTURES) &&
	    fresh_reader(k, e) == -1) {
		json_free(j);
		return -1;
	}
	k->reader_used++;
	json_set_str(j, "type", "camera");
	json_set_str(j, "name", "camera");
	if (ask(k, PARTY_DECODE, MSG_DECODE, j, picture->data, picture->len,
	    &a, e) == -1) {
		if (strcmp(e->id, "decode.died") == 0) {
			k->reader_used = 0;
			died(k);
		}
		return -1;
	}
	if (a.bytes.len > READER_BYTES) {
		msg_fini(&a);
		k->reader_used = 0;
		died(k);
		return err_set(e, ERR_WORLD, "decode.died", NULL);
	}
	buf_add(texts, a.bytes.data, a.bytes.len);
	if (form != NULL) {
		*form = a.json;
		a.json = json_new_obj();
	}
	msg_fini(&a);
	return 0;
}

static void
begin(struct console *k, const struct next *n)
{
	if (S.step == k->c->now + 1 && strcmp(S.item, n->item->id) == 0)
		return;
	receiver_free(S.r);
	json_free(S.last);
	memset(&S, 0, sizeof(S));
	S.step = k->c->now + 1;
	snprintf(S.item, sizeof(S.item), "%s", n->item->id);
	S.r = receiver_new(FRAME_CSR);
	S.again = true;
}

/* A refusal is shown and written once, not with every picture. */
static void
refuse(struct console *k, const struct err *e)
{
	if (strcmp(S.bad.id, e->id) == 0)
		return;
	S.bad = *e;
	(void)refused_csr(k, S.now, "camera", e);
}

/* The camera, or who asks it, not what it sees. */
static bool
of_camera(const struct err *e)
{
	return strncmp(e->id, "camera.", 7) == 0 ||
	    strcmp(e->id, "world.died") == 0;
}

/* The camera itself failed: said and written once, until it gives again. */
static void
failed(struct console *k, const struct err *why)
{
	struct command cmd = { .event = EV_ANOMALY, .rc = RC_FAIL };
	struct err e;

	if (strcmp(S.bad.id, why->id) == 0)
		return;
	S.bad = *why;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "value", why->id);
	json_set_str(cmd.d, "what", "camera");
	(void)commit(k, &cmd, &e);
	ui_refuse(k, why);
}

/* The whole payload as the file that the plan pins: DER, or its PEM. */
static void
whole(struct console *k)
{
	const struct json *plan = json_get(
	    ceremony_plan_item(k->c, S.item, NULL), "request");
	const char *file = json_get_str(plan, "file");
	struct buf der = BUF_INIT, pem = BUF_INIT;
	uint8_t pin[SHA256_LEN], sha[SHA256_LEN];
	const uint8_t *p;
	size_t len;
	bool as_pem;

	p = receiver_payload(S.r, &len);
	buf_add(&der, p, len);
	pem_encode(&pem, "CERTIFICATE REQUEST", p, len);
	sha256(sha, pem.data, pem.len);
	as_pem = json_get_hex(plan, "sha256", pin, SHA256_LEN) == 0 &&
	    memcmp(pin, sha, SHA256_LEN) == 0;
	ui_clear(k);
	(void)take_request(k, S.now, file != NULL ? file : "camera", "camera",
	    as_pem ? &pem : &der);
	receiver_free(S.r);
	S.r = receiver_new(FRAME_CSR);
	S.step = 0; /* refused: from the start; taken: another item */
	buf_free(&der);
	buf_free(&pem);
}

static int
take(void *arg, const char *text, size_t len)
{
	struct console *k = arg;
	enum receive_news news = RECEIVE_AGAIN;
	struct err e;

	S.codes++;
	S.chars = len;
	if (receiver_take(S.r, text, len, ui_now_ms(), &news, &e) == -1) {
		if (strcmp(e.id, "qr.form") != 0)
			refuse(k, &e);
		return 0;
	}
	if (news == RECEIVE_SWITCH)
		S.asked = true;
	if (news == RECEIVE_MORE) {
		ui_clear(k);
		S.asked = false;
		memset(&S.bad, 0, sizeof(S.bad));
	}
	return news == RECEIVE_DONE;
}

/* The texts of a picture, each with its length before it. */
static int
take_all(struct console *k, const struct buf *texts)
{
	struct cursor c = { texts->data, texts->len };
	const uint8_t *text;
	uint16_t n;

	while (cursor_be16(&c, &n) == 0 && cursor_skip(&c, n, &text) == 0)
		if (take(k, (const char *)text, n) != 0)
			return 1;
	return 0;
}

static bool
is_text(const struct buf *b)
{
	return b->len > 4 && (memcmp(b->data, "CQ1:", 4) == 0 ||
	    memcmp(b->data, "#", 1) == 0 || memcmp(b->data, "----", 4) == 0);
}

/* One picture, or a file of frames; 1: the request is whole. */
static int
look(struct console *k, const struct buf *b)
{
	struct buf texts = BUF_INIT;
	struct json *form = NULL;
	struct err e;
	int ret = 0;

	if (is_text(b))
		return frames_each(buf_cstr(b), b->len, take, k);
	S.pictures++;
	if (picture_codes(k, b, &form, &texts, &e) == 0) {
		json_free(S.last);
		S.last = form;
		S.blind = json_get_int(form, "codes", 0) > 0 ? 0 : S.blind + 1;
		ret = take_all(k, &texts);
	} else if (strcmp(e.id, "decode.died") == 0) {
		/* Until the next picture comes. */
		err_set(&S.bad, ERR_WORLD, "camera.reader", NULL);
		ui_refuse(k, &S.bad);
	} else {
		refuse(k, &e);
	}
	buf_free(&texts);
	return ret;
}

/* The newest picture, if there is one. */
static bool
newest(struct console *k)
{
	struct json *j = json_new_obj();
	struct msg a;
	struct err e;
	bool any;

	if (S.again)
		json_set_int(j, "again", 1);
	S.again = false;
	if (ask(k, PARTY_COURIER, MSG_CAMERA, j, NULL, 0, &a, &e) == -1) {
		if (of_camera(&e))
			failed(k, &e);
		else
			refuse(k, &e);
		return false;
	}
	any = a.bytes.len > 0;
	if (any && of_camera(&S.bad)) {
		memset(&S.bad, 0, sizeof(S.bad));
		ui_clear(k);
	}
	if (any && look(k, &a.bytes) != 0)
		whole(k);
	msg_fini(&a);
	return any;
}

static const char *
hint(struct view *v, int64_t tenths)
{
	struct receive_facts f;
	const char *id;
	char text[24];

	receiver_facts(S.r, &f);
	if (S.asked) {
		snprintf(text, sizeof(text), "%zu", f.other_len);
		return view_fill(v, "qr.other", "type",
		    text_get(v->lang, frame_type_label(f.other_type)), "size",
		    text, NULL);
	}
	id = sight_hint(S.last, S.chars);
	if (id == NULL || (S.blind > 0 && S.blind < BLIND))
		return NULL;
	snprintf(text, sizeof(text), "%d.%d", (int)tenths / 10,
	    (int)tenths % 10);
	return view_fill(v, id, "dots", text, NULL);
}

/* Where the code lies in the picture, in thousandths. */
static void
place(struct view *v, struct block *b, int64_t tenths)
{
	int64_t wide = json_get_int(S.last, "wide", 1);
	int64_t high = json_get_int(S.last, "high", 1);
	int64_t left = json_get_int(S.last, "left", 0);
	int64_t top = json_get_int(S.last, "top", 0);

	b->camera.light = (int)json_get_int(S.last, "light", 0) / 51;
	if (json_get_int(S.last, "codes", 0) == 0 || wide < 1 || high < 1)
		return;
	b->camera.found = true;
	b->camera.x = (int)(left * 1000 / wide);
	b->camera.y = (int)(top * 1000 / high);
	b->camera.w = (int)((json_get_int(S.last, "right", 0) - left) * 1000 /
	    wide);
	b->camera.h = (int)((json_get_int(S.last, "bottom", 0) - top) * 1000 /
	    high);
	b->camera.size = tenths >= 50 ? 5 : (int)tenths / 10;
	b->note = view_fmt(v, "%d.%d", (int)tenths / 10, (int)tenths % 10);
}

static struct view *
screen(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "scan.head");
	int64_t tenths = S.last != NULL ? sight_dots(S.last, S.chars) : 0;
	struct receive_facts f;
	struct block *b;
	char parts[24], bytes[24], codes[24], other[24];

	receiver_facts(S.r, &f);
	step_heads(k, v, &n->step);
	snprintf(parts, sizeof(parts), "%zu", f.k);
	snprintf(bytes, sizeof(bytes), "%zu", f.len);
	b = view_camera(v, hint(v, tenths));
	b->part = f.rank;
	b->total = f.k;
	place(v, b, tenths);
	if (f.k > 0) {
		view_fact(v, view_fill(v, "scan.what", NULL), view_fill(v,
		    "scan.object", "type", text_get(v->lang,
		    frame_type_label(f.type)), "bytes", bytes, NULL));
		view_fact(v, view_fill(v, "scan.label", NULL), view_fmt(v,
		    "%02X%02X %02X%02X %02X%02X %02X%02X", f.id[0], f.id[1],
		    f.id[2], f.id[3], f.id[4], f.id[5], f.id[6], f.id[7]));
	}
	snprintf(bytes, sizeof(bytes), "%zu", S.pictures);
	snprintf(codes, sizeof(codes), "%zu", S.codes);
	snprintf(other, sizeof(other), "%zu", f.other);
	view_fact(v, view_fill(v, "scan.pictures", NULL), view_fill(v,
	    "scan.taken", "pictures", bytes, "codes", codes, "other", other,
	    NULL));
	v->then = view_fill(v, f.k > 0 ? "scan.then" : "scan.until", "n",
	    parts, NULL);
	if (S.asked) {
		view_key(v, KID_YES, NULL);
		view_key(v, KID_NO, NULL);
	}
	view_key(v, KID_STICK, NULL);
	step_keys(v);
	return v;
}

bool
scan_by_stick(void)
{
	return S.stick && S.step != 0;
}

void
scan_turn(void)
{
	S.stick = !S.stick;
}

void
do_scan(struct console *k, const struct next *n)
{
	struct view *v;
	struct key key;
	bool any;

	begin(k, n);
	S.now = n->item;
	any = newest(k);
	if (S.step == 0 || k->over)
		return;
	v = screen(k, n);
	k->wake_ms = ui_now_ms() + (any ? 1 : SCAN_MS);
	if (ui_wait(k, v, KX_STEP | KX_CAMERA | (S.asked ? KX_ANSWER : 0),
	    &key) != UI_KEY)
		return;
	if (key.cp == 's')
		scan_turn();
	if (S.asked && key.cp == 'y')
		receiver_switch(S.r);
	if (S.asked && (key.cp == 'y' || key.cp == 'n'))
		S.asked = false;
}
