/* SPDX-License-Identifier: MIT */
/*
 * Requests: taken from the stick IN, decoded, shown beside plan and result,
 * confirmed by an RA officer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/x509/key.h"

int
refused_csr(struct console *k, const struct item *it, const char *file,
    const struct err *why)
{
	struct command cmd = { .event = EV_CSR_REFUSED, .rc = RC_DENIED };
	struct err e;

	cmd.d = json_new_obj();
	json_set_str(cmd.d, "file", file);
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "why", why->id);
	(void)commit(k, &cmd, &e);
	ui_refuse(k, why);
	return -1;
}

/* The key that the item's profile asks for, "?" where it asks for none. */
static void
wanted_key(struct console *k, const struct item *it,
    char out[static KEY_NAME_LEN])
{
	const struct json *plan = ceremony_plan_item(k->c, it->id, NULL);
	const char *profile = json_get_str(plan, "profile");

	spki_want_name(json_get(profile != NULL ?
	    profile_find(k->c->profiles, profile) : NULL, "key"), out);
}

/* It would be refused when its certificate is prepared: better now. */
static int
key_fits(struct console *k, const struct item *it, const struct json *form,
    struct err *e)
{
	const char *found = json_get_str(json_get(form, "key"), "name");
	char must[KEY_NAME_LEN];

	wanted_key(k, it, must);
	if (found != NULL && (must[0] == '?' || strcmp(found, must) == 0))
		return 0;
	return err_set(e, ERR_REFUSED, "spki.profile", "found",
	    found != NULL ? found : "?", "must", must, NULL);
}

/* Decode in tachiai-decode, keep, name it in an entry. */
int
take_request(struct console *k, const struct item *it, const char *file,
    const char *stick, const struct buf *raw)
{
	struct command cmd = { .event = EV_CSR_IMPORT };
	struct buf form = BUF_INIT, der = BUF_INIT;
	struct json *j = NULL;
	uint8_t csr[SHA256_LEN], sha[SHA256_LEN], as[SHA256_LEN];
	struct err e;
	int ret = -1;

	if (decode(k, "csr", file, raw->data, raw->len, NULL, &form, &e) ==
	    -1 || json_parse(buf_cstr(&form), form.len, JSON_DEPTH_MAX, &j,
	    &e) == -1 || json_get_b64(j, "der_b64", &der) == -1 ||
	    key_fits(k, it, j, &e) == -1 ||
	    object_put(k, raw->data, raw->len, as, &e) == -1 ||
	    object_put(k, der.data, der.len, csr, &e) == -1 ||
	    object_put(k, form.data, form.len, sha, &e) == -1)
		goto bad;
	cmd.d = json_new_obj();
	json_set_hex(cmd.d, "csr", csr, SHA256_LEN);
	json_set_str(cmd.d, "file", file);
	json_set_hex(cmd.d, "form", sha, SHA256_LEN);
	json_set_str(cmd.d, "item", it->id);
	json_set_str(cmd.d, "spki", json_get_str(j, "spki_sha256") != NULL ?
	    json_get_str(j, "spki_sha256") : "");
	json_set_str(cmd.d, "stick", stick);
	attach(&cmd, "csr", "der", csr, der.len);
	attach(&cmd, "file", "csr", as, raw->len);
	attach(&cmd, "form", "json", sha, form.len);
	ret = commit(k, &cmd, &e);
	if (ret == 0)
		ui_result(k, "told.request", "item", it->id, NULL);
bad:
	if (ret == -1)
		refused_csr(k, it, file, &e);
	json_free(j);
	buf_free(&der);
	buf_free(&form);
	return ret;
}

static void
from_stick(struct console *k, const struct item *it, const char *file)
{
	struct buf raw = BUF_INIT;
	struct err e;

	if (read_stick(k, "IN", file, false, &raw, &e) == -1)
		(void)refused_csr(k, it, file, &e);
	else
		(void)take_request(k, it, file, "IN", &raw);
	buf_free(&raw);
}

void
do_import(struct console *k, const struct next *n)
{
	const struct json *plan = ceremony_plan_item(k->c, n->item->id,
	    NULL);
	const char *file = json_get_str(json_get(plan, "request"), "file");
	bool scan = n->step.verb == VERB_QR_SCAN;
	struct view *v;
	struct key key;

	if (scan && !scan_by_stick()) {
		do_scan(k, n);
		return;
	}
	v = ui_view(k, "import.head");
	step_heads(k, v, &n->step);
	view_para(v, view_fill(v, "import.what", "file", file, "item",
	    n->item->id, NULL));
	v->then = view_fill(v, "import.then", NULL);
	view_key(v, KID_ENTER, NULL);
	if (scan)
		view_key(v, KID_STICK, NULL);
	step_keys(v);
	if (ui_wait(k, v, KX_STEP | (scan ? KX_CAMERA : 0), &key) != UI_KEY)
		return;
	if (scan && key.cp == 's')
		scan_turn();
	if (key.name == PRESS_ENTER) {
		ui_clear(k);
		if (file != NULL)
			from_stick(k, n->item, file);
	}
}

static struct json *
csr_form_of(struct console *k, const struct item *it)
{
	struct buf b = BUF_INIT;
	struct json *j = NULL;
	struct err e;

	if (journal_object_get(k->j, it->csr_form, &b, &e) == -1 ||
	    json_parse(buf_cstr(&b), b.len, JSON_DEPTH_MAX, &j, &e) == -1)
		j = NULL;
	buf_free(&b);
	return j;
}

static const char *
subject_value(const struct json *list, const char *type)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *t = json_get_str(json_at(list, i), "type");

		if (t != NULL && strcmp(t, type) == 0)
			return json_get_str(json_at(list, i), "value");
	}
	return NULL;
}

static const char *
mark_of(struct view *v, const char *asks, const char *will)
{
	return view_fill(v, strcmp(asks, "-") == 0 ? "csr.plan-wins" :
	    strcmp(asks, will) == 0 ? "csr.same" : "csr.drop", NULL);
}

/* "certs CRLs digital", in the order of RFC 5280's bits. */
static const char *
usage_text(struct view *v, int64_t bits)
{
	struct buf b = BUF_INIT;
	const char *s;

	for (int i = 0; i < 9; i++) {
		char id[16];

		if (bits < 0 || (bits >> i & 1) == 0)
			continue;
		snprintf(id, sizeof(id), "usage.%d", i);
		buf_fmt(&b, "%s%s", b.len > 0 ? " " : "",
		    text_get(v->lang, id));
	}
	s = b.len > 0 ? view_str(v, buf_cstr(&b)) : "-";
	buf_free(&b);
	return s;
}

/* Extensions that a request asks for: the profile decides, never it. */
static void
wanted_rows(struct view *v, const struct json *wants,
    const struct json *profile)
{
	int64_t asked = json_get_int(wants, "path_len", -1);
	int64_t path = json_get_int(profile, "path_len", -1);
	int64_t usage = 1 << 5 | 1 << 6;
	const char *a = asked >= 0 ? view_fmt(v, "%lld", (long long)asked) :
	    "-";
	const char *w = path >= 0 ? view_fmt(v, "%lld", (long long)path) : "-";
	const struct json *names = json_get(wants, "names");

	if (asked >= 0 || path >= 0)
		view_row(v, view_fill(v, "csr.path", NULL), a, w, w,
		    mark_of(v, a, w), NULL);
	if (json_get_int(profile, "digital_signature", 0) == 1)
		usage |= 1;
	a = usage_text(v, json_get_int(wants, "key_usage", -1));
	w = usage_text(v, usage);
	view_row(v, view_fill(v, "csr.usage", NULL), a, w, w,
	    mark_of(v, a, w), NULL);
	for (size_t i = 0; i < json_count(names); i++) {
		const char *name = json_str(json_at(names, i));

		view_row(v, view_fill(v, "csr.other", NULL),
		    name != NULL ? view_str(v, name) : "-", "-", "-",
		    view_fill(v, "csr.drop", NULL), NULL);
	}
}

/* Columns: what the request asks for, what the plan says, what will be. */
static void
side_by_side(struct console *k, struct view *v, const struct item *it)
{
	static const char *const TYPES[] = { "C", "ST", "L", "O", "OU",
		"CN" };
	struct json *form = csr_form_of(k, it);
	const struct json *plan = ceremony_plan_item(k->c, it->id, NULL);
	const char *pname = json_get_str(plan, "profile");
	const struct json *profile = pname != NULL ?
	    profile_find(k->c->profiles, pname) : NULL;
	const struct json *asked = json_get(form, "subject");
	const struct json *planned = json_get(plan, "subject") != NULL ?
	    json_get(plan, "subject") : json_get(profile, "subject");
	const struct json *wants = json_get(form, "wants");
	char must[KEY_NAME_LEN];

	view_table(v, view_fill(v, "csr.field", NULL), 12,
	    view_fill(v, "csr.asks", NULL), 19,
	    view_fill(v, "csr.plan", NULL), 19,
	    view_fill(v, "csr.will", NULL), 19, "", 0, NULL);
	wanted_key(k, it, must);
	view_row(v, view_fill(v, "csr.key", NULL),
	    json_get_str(json_get(form, "key"), "name"), view_str(v, must),
	    json_get_str(json_get(form, "key"), "name"),
	    view_fill(v, "csr.same", NULL), NULL);
	view_row(v, view_fill(v, "csr.proof-row", NULL),
	    view_fill(v, "csr.verifies", NULL), "-", "-",
	    view_fill(v, "csr.good", NULL), NULL);
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES); i++) {
		const char *a = subject_value(asked, TYPES[i]);
		const char *p = subject_value(planned, TYPES[i]);
		const char *w = p != NULL ? p : planned == NULL ? a : NULL;
		const char *mark;
		bool same;

		if (a == NULL && w == NULL)
			continue;
		same = a != NULL && w != NULL && strcmp(a, w) == 0;
		mark = w == NULL ? "csr.drop" : same ? "csr.same" :
		    "csr.plan-wins";
		if (w != NULL && !k->c->production &&
		    strcmp(TYPES[i], "CN") == 0) {
			w = view_fmt(v, "%s REHEARSAL", w);
			if (same)
				mark = "csr.marked";
		}
		view_row(v, TYPES[i], a != NULL ? view_str(v, a) : "-",
		    p != NULL ? view_str(v, p) : "-",
		    w != NULL ? view_str(v, w) : "-",
		    view_fill(v, mark, NULL), NULL);
	}
	wanted_rows(v, wants, json_get(profile, "extensions"));
	json_free(form);
}

/* S-14: the RA officer compares, then confirms at the trusted prompt. */
void
do_confirm(struct console *k, const struct next *n)
{
	struct view *v = ui_view(k, "confirm.head");
	const struct person *p = visit_person(k);
	struct key key;

	if (p != NULL)
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
	v->act_now = view_fill(v, "confirm.do", NULL);
	for (size_t i = 0; i < k->c->items; i++) {
		const struct item *it = &k->c->item[i];

		if (!import_asks(k->c, &n->step, it))
			continue;
		if (v->n_blocks > 0)
			view_break(v);
		side_by_side(k, v, it);
		view_break(v);
		view_para(v, view_fill(v, "confirm.words", "item", it->id,
		    NULL));
		bars_words(v, it->csr, k);
	}
	v->then = view_fill(v, k->seen_all ? "confirm.then" :
	    "review.more", NULL);
	view_key(v, KID_NEXT_PAGE, NULL);
	if (k->seen_all)
		view_key(v, KID_TRUSTED, NULL);
	step_keys(v);
	(void)ui_wait(k, v, KX_STEP | KX_REVIEW | KX_WORDS, &key);
}
