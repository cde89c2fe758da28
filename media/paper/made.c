/* SPDX-License-Identifier: MIT */
/* Keys, and certificates and lists a page each: sections 8 and 9. */
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/x509/review.h"
#include "media/frames/send.h"
#include "media/paper/log.h"
#include "media/qr.h"

#define CODE_WIDE MM(56)
#define CODES_MAX 2

static void
hex_row(struct table *t, const char *label,
    const uint8_t sha[static SHA256_LEN], bool words)
{
	struct buf b = BUF_INIT;
	char hex[SHA256_HEX];

	table_text(t, 0, PAPER_SMALL, text_get(LANG_EN, label));
	table_text(t, 0, PAPER_HINT, text_get(LANG_JA, label));
	sha256_hex(hex, sha);
	paper_hex(&b, hex);
	table_text(t, 1, PAPER_MONO, buf_cstr(&b));
	if (words) {
		buf_reset(&b);
		paper_words(&b, sha);
		table_text(t, 1, PAPER_SMALL, buf_cstr(&b));
	}
	/* BR 8.6: capitals, nothing between them. */
	for (size_t i = 0; hex[i] != '\0'; i++)
		hex[i] = (char)(hex[i] >= 'a' ? hex[i] - 'a' + 'A' : hex[i]);
	table_text(t, 1, PAPER_TINY_MONO, hex);
	table_row(t);
	buf_free(&b);
}

static void
attributes(struct table *t, const struct item *it)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < json_count(it->attributes); i++) {
		buf_fmt(&b, "%s%s=", i > 0 ? "  " : "",
		    json_key(it->attributes, i));
		if (json_str(json_value(it->attributes, i)) != NULL)
			buf_str(&b, json_str(json_value(it->attributes, i)));
		else
			json_encode(json_value(it->attributes, i), &b);
	}
	paper_row(t, "paper.attributes", PAPER_SMALL, buf_cstr(&b));
	buf_free(&b);
}

static const char *
mechanism(const struct paper_log *l, const char *item)
{
	for (size_t i = 0; (i = paper_find(l, i, EV_KEY_GEN_END)) < l->n; i++)
		if (strcmp(json_get_str(l->entry[i].d, "item"), item) == 0)
			return json_get_str(l->entry[i].d, "mechanism");
	return NULL;
}

static void
key(struct flow *f, const struct paper_log *l, const struct item *it)
{
	struct table t;
	struct buf b = BUF_INIT;

	flow_need(f, MM(120));
	buf_fmt(&b, "%s   %s", it->id, it->token);
	flow_text(f, PAPER_HEADING, buf_cstr(&b));
	paper_rows(&t, f);
	paper_time_row(&t, l, "paper.born", PAPER_BOLD, it->made);
	hex_row(&t, "paper.spki", it->key_sha, true);
	paper_row(&t, "paper.cka-id", PAPER_MONO, it->cka_id);
	paper_row(&t, "paper.mechanism", PAPER_BODY, mechanism(l, it->id));
	attributes(&t, it);
	paper_time_row(
	    &t, l, "paper.fifteen", PAPER_BOLD, civil_add_years(it->made, 15));
	paper_time_row(&t, l, "paper.twenty", PAPER_BOLD,
	    civil_add_years(it->made, 20) - 1);
	table_end(&t);
	f->y += MM(4);
	buf_free(&b);
}

void
transcript_keys(struct flow *f, const struct paper_log *l)
{
	flow_page(f);
	paper_heading(f, "paper.keys");
	paper_say(f, PAPER_SMALL, "paper.keys-how");
	for (size_t i = 0; i < l->c->items; i++)
		if (l->c->item[i].kind == ITEM_KEY &&
		    l->c->item[i].state == ITEM_DONE)
			key(f, l, &l->c->item[i]);
}

/* "c-root   0143..." */
static void
object_title(const struct item *it, struct buf *out)
{
	buf_fmt(out, "%s   %s", it->id, it->serial);
}

/* Rows of the exact bytes, parsed afresh. */
static void
fields(struct flow *f, const struct item *it, const struct buf *der)
{
	static const int WIDTH[] = { MM(42), MM(74), 0 };
	struct review v = REVIEW_INIT;
	const struct span bytes = { der->data, der->len };
	struct buf title = BUF_INIT;
	struct table t;
	struct err e;
	int ret = it->kind == ITEM_CERT
	    ? cert_view(LANG_EN, bytes, CERT_WHOLE, &v, &e)
	    : crl_view(LANG_EN, bytes, CERT_WHOLE, &v, &e);

	table_begin(&t, f, WIDTH);
	t.pad = MM(0.4);
	object_title(it, &title);
	table_again(&t, PAPER_BOLD, buf_cstr(&title));
	buf_free(&title);
	for (size_t i = 0; ret == 0 && i < v.n; i++) {
		const struct review_row *r = &v.row[i];
		struct buf b = BUF_INIT;

		if (r->label != NULL)
			paper_label(&b, r->label);
		else
			buf_str(&b, r->name);
		if (r->critical)
			buf_str(&b, "  (critical)");
		table_text(&t, 0, PAPER_HINT, buf_cstr(&b));
		table_text(&t, 1, PAPER_SMALL, r->value);
		table_row(&t);
		buf_free(&b);
	}
	table_end(&t);
	review_free(&v);
}

/* The codes of an object: PEM in one that any telephone reads, else the
 * frames of a transfer; 0 when there would be too many. */
static size_t
codes(const struct item *it, const struct buf *der, struct qr q[CODES_MAX])
{
	struct buf pem = BUF_INIT;
	struct sender *s = NULL;
	struct err e;
	size_t n = 0;

	pem_encode(&pem, it->kind == ITEM_CERT ? "CERTIFICATE" : "X509 CRL",
	    der->data, der->len);
	if (qr_make(pem.data, pem.len, QR_BYTES, QR_LEVEL_L, 1, SEND_FAST, q,
		&e) == 0)
		n = 1;
	else if (sender_new(&s, it->kind == ITEM_CERT ? FRAME_CERT : FRAME_CRL,
		     der->data, der->len, SEND_FAST, SEND_FAST, &e) == 0) {
		for (; s->k <= CODES_MAX && n < s->k; n++) {
			struct buf text = BUF_INIT;
			int ret;

			sender_text(s, (uint32_t)n, &text);
			ret = qr_make(text.data, text.len, QR_ALPHANUMERIC,
			    QR_LEVEL_L, 1, SEND_FAST, &q[n], &e);
			buf_free(&text);
			if (ret == -1)
				break;
		}
		sender_free(s);
	}
	buf_free(&pem);
	return n;
}

/* Down the right side of the page, beside the fields. */
static void
show_codes(struct flow *f, const struct item *it, const struct buf *der)
{
	struct qr q[CODES_MAX];
	size_t n = codes(it, der, q);
	int x = f->left + f->width - CODE_WIDE, y = f->y;

	for (size_t i = 0; i < n; i++) {
		doc_symbol(
		    f->doc, f->page, x, y, CODE_WIDE, q[i].module, q[i].side);
		y += CODE_WIDE;
		qr_fini(&q[i]);
	}
	for (int lang = 0; lang < LANG_COUNT; lang++)
		y += flow_put(f, x + MM(2), y, CODE_WIDE - MM(2), PAPER_HINT,
		    text_get((enum lang)lang,
			n > 0 ? "paper.object-code" : "paper.object-large"));
}

static void
made(struct flow *f, const struct paper_log *l, const struct item *it)
{
	struct buf b = BUF_INIT, der = BUF_INIT;
	struct table t;
	struct err e;

	flow_page(f);
	paper_heading(
	    f, it->kind == ITEM_CERT ? "paper.certificate" : "paper.crl");
	object_title(it, &b);
	flow_text(f, PAPER_HEADING, buf_cstr(&b));
	f->y += MM(1);
	paper_rows(&t, f);
	paper_time_row(&t, l, "paper.signed-at", PAPER_BOLD, it->done_t);
	hex_row(&t, "paper.fingerprint", it->made_sha, true);
	if (it->has_csr)
		hex_row(&t, "paper.request", it->csr, false);
	buf_reset(&b);
	buf_fmt(&b, "%lld / %lld / %lld", (long long)it->rules,
	    (long long)it->warned, (long long)it->refused);
	paper_row(&t, "paper.lint", PAPER_BODY, buf_cstr(&b));
	if (it->kind == ITEM_CERT && it->issuer[0] != '\0')
		paper_time_row(&t, l, "paper.disclose", PAPER_BOLD,
		    it->done_t + 7 * 86400);
	if (it->kind == ITEM_CRL)
		paper_time_row(
		    &t, l, "paper.next-update", PAPER_BOLD, it->not_after);
	table_end(&t);
	f->y += MM(3);
	if (l->c->objects.get(l->c->objects.arg, it->made_sha, &der, &e) == 0) {
		show_codes(f, it, &der);
		fields(f, it, &der);
	}
	buf_free(&der);
	buf_free(&b);
}

void
transcript_objects(struct flow *f, const struct paper_log *l)
{
	for (size_t i = 0; i < l->c->items; i++) {
		const struct item *it = &l->c->item[i];

		if ((it->kind == ITEM_CERT || it->kind == ITEM_CRL) &&
		    it->state == ITEM_DONE)
			made(f, l, it);
	}
}
