/* SPDX-License-Identifier: MIT */
/*
 * The review rows.  Invariant: a row is written for every field that the
 * strict parser found, and the strict parser leaves no byte over.
 */
#include "ceremony/x509/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/x509/review_ext.h"

void
review_free(struct review *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->row[i].value);
	free(v->row);
	memset(v, 0, sizeof(*v));
}

const char *
review_from_label(enum review_from from)
{
	static const char *const LABELS[] = {
		[REVIEW_PROFILE] = "view.from.profile",
		[REVIEW_KEY] = "view.from.key",
		[REVIEW_ISSUER] = "view.from.issuer",
		[REVIEW_CLOCK] = "view.from.clock",
		[REVIEW_TOKEN] = "view.from.token",
		[REVIEW_MODE] = "view.from.mode",
		[REVIEW_LOG] = "view.from.log",
		[REVIEW_REQUEST] = "view.from.request",
	};

	return LABELS[from];
}

static struct review_row *
add(struct review *v, const char *label, enum review_from from,
    const char *value)
{
	struct review_row *r;

	if (v->n == v->size) {
		v->size = v->size > 0 ? 2 * v->size : 32;
		v->row = xreallocarray(v->row, v->size, sizeof(*v->row));
	}
	r = &v->row[v->n++];
	memset(r, 0, sizeof(*r));
	r->label = label;
	r->from = from;
	r->value = xstrdup(value);
	return r;
}

static void
add_hex(
    struct review *v, const char *label, enum review_from from, struct span s)
{
	struct buf hex = BUF_INIT;

	review_hex(&hex, s);
	add(v, label, from, buf_cstr(&hex));
	buf_free(&hex);
}

/* The compact form in which a serial number is read and compared. */
static void
add_serial(struct review *v, struct span s)
{
	struct buf hex = BUF_INIT;

	hex_encode(&hex, s.p, s.len);
	add(v, "view.serial", REVIEW_TOKEN, buf_cstr(&hex));
	buf_free(&hex);
}

static void
add_time(struct review *v, const char *label, int64_t t)
{
	char text[CIVIL_LEN];

	civil_format(t, text);
	add(v, label, REVIEW_CLOCK, text);
}

static void
add_alg(struct review *v, const char *label, struct span alg)
{
	const struct sigalg *a = sigalg_from_der(alg);

	if (a != NULL)
		add(v, label, REVIEW_ISSUER, a->name);
	else
		add_hex(v, label, REVIEW_ISSUER, alg);
}

/* One row per attribute: the label of the whole, then type and value. */
static void
add_name(struct review *v, const char *label, enum review_from from,
    const struct name *n)
{
	char value[1100], type[80], line[1200];
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < n->n; i++) {
		const struct name_attr *a = &n->attr[i];

		if (a->type != NULL)
			snprintf(type, sizeof(type), "%s", a->type->name);
		else if (der_oid_text(a->oid, type, sizeof(type)) != 0)
			snprintf(type, sizeof(type), "?");
		name_value(a, value, sizeof(value));
		snprintf(line, sizeof(line), "%s%s%s=%s",
		    text.len > 0 ? "\n" : "", a->first ? "" : "+ ", type,
		    value);
		buf_str(&text, line);
	}
	add(v, label, from, buf_cstr(&text));
	buf_free(&text);
}

static void
add_exts(enum lang lang, struct review *v, const struct cert_ext *ext, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct review_ext *x;
		struct buf text = BUF_INIT;
		char oid[128] = "?";
		struct review_row *r;

		(void)der_oid_text(ext[i].oid, oid, sizeof(oid));
		x = review_ext_find(oid);
		if (x == NULL || x->show(lang, ext[i].value, &text) != 0) {
			buf_reset(&text);
			review_hex(&text, ext[i].value);
		}
		r = add(v, x != NULL ? x->label : NULL,
		    x != NULL ? x->from : REVIEW_PROFILE, buf_cstr(&text));
		snprintf(r->name, sizeof(r->name), "%.39s", oid);
		r->extension = true;
		r->critical = ext[i].critical;
		buf_free(&text);
	}
}

static void
add_key(struct review *v, const struct spki *k, enum review_from from)
{
	struct span digest = { k->sha256, sizeof(k->sha256) };

	add(v, "view.key", from, k->name);
	if (k->type == KEY_RSA) {
		add_hex(v, "view.modulus", from, k->modulus);
		add_hex(v, "view.exponent", from, k->exponent);
	} else {
		add_hex(v, "view.point", from, k->key);
	}
	add_hex(v, "view.spki-sha256", from, digest);
}

static void
add_outer(struct review *v, struct span alg, struct span sig)
{
	if (alg.p == NULL)
		return;
	add_alg(v, "view.outer-alg", alg);
	add_hex(v, "view.signature", REVIEW_ISSUER, sig);
}

int
cert_view(enum lang lang, struct span der, enum cert_part part,
    struct review *out, struct err *e)
{
	struct review v = REVIEW_INIT;
	struct cert c;
	char version[16];

	if (cert_parse(der, part, &c, e) != 0)
		return -1;
	snprintf(version, sizeof(version), "v%d", c.version);
	add(&v, "view.version", REVIEW_PROFILE, version);
	add_serial(&v, c.serial);
	add_alg(&v, "view.alg", c.alg);
	add_name(&v, "view.issuer", REVIEW_ISSUER, &c.issuer);
	add_time(&v, "view.not-before", c.not_before);
	add_time(&v, "view.not-after", c.not_after);
	add_name(&v, "view.subject",
	    cert_is_rehearsal(&c) ? REVIEW_MODE : REVIEW_PROFILE, &c.subject);
	add_key(&v, &c.key, REVIEW_KEY);
	if (c.issuer_uid.p != NULL)
		add_hex(&v, "view.issuer-uid", REVIEW_PROFILE, c.issuer_uid);
	if (c.subject_uid.p != NULL)
		add_hex(&v, "view.subject-uid", REVIEW_PROFILE, c.subject_uid);
	add_exts(lang, &v, c.ext, c.n_ext);
	add_outer(&v, c.outer_alg, c.signature);
	*out = v;
	return 0;
}

static void
add_entry(enum lang lang, struct review *v, const struct crl_entry *r)
{
	const char *reason = crl_reason_name(r->reason);
	struct buf text = BUF_INIT;
	char date[CIVIL_LEN];

	civil_format(r->date, date);
	hex_encode(&text, r->serial, r->serial_len);
	buf_fmt(&text, "\n%s", date);
	if (reason != NULL)
		buf_fmt(&text, " %s", reason);
	else if (r->reason >= 0)
		buf_fmt(&text, " %d", r->reason);
	if (r->more)
		buf_fmt(&text, " %s", text_get(lang, "view.entry-more"));
	add(v, "view.revoked", REVIEW_LOG, buf_cstr(&text));
	buf_free(&text);
}

int
crl_view(enum lang lang, struct span der, enum cert_part part,
    struct review *out, struct err *e)
{
	struct review v = REVIEW_INIT;
	struct crl_entry r;
	struct cursor at;
	struct crl c;
	char count[32];

	if (crl_parse(der, part, &c, e) != 0)
		return -1;
	snprintf(count, sizeof(count), "v%d", c.version);
	add(&v, "view.version", REVIEW_PROFILE, count);
	add_alg(&v, "view.alg", c.alg);
	add_name(&v, "view.issuer", REVIEW_ISSUER, &c.issuer);
	add_time(&v, "view.this-update", c.this_update);
	if (c.next_update != CERT_NO_TIME)
		add_time(&v, "view.next-update", c.next_update);
	snprintf(count, sizeof(count), "%zu", c.n_revoked);
	add(&v, "view.revoked-count", REVIEW_LOG, count);
	at = crl_entries(&c);
	for (size_t i = 0; i < REVIEW_CRL_ENTRIES; i++) {
		if (crl_next(&at, &r, e) != 1)
			break;
		add_entry(lang, &v, &r);
	}
	add_exts(lang, &v, c.ext, c.n_ext);
	add_outer(&v, c.outer_alg, c.signature);
	*out = v;
	return 0;
}

int
csr_view(enum lang lang, const struct csr *r, struct review *out, struct err *e)
{
	struct review v = REVIEW_INIT;

	(void)e;
	add_name(&v, "view.subject", REVIEW_REQUEST, &r->subject);
	add_key(&v, &r->key, REVIEW_REQUEST);
	add_exts(lang, &v, r->ext, r->n_ext);
	add_outer(&v, r->alg, r->signature);
	*out = v;
	return 0;
}
