/* SPDX-License-Identifier: MIT */
/*
 * Papers on pages.  Invariant: every line comes from the bytes whose hash
 * is signed, parsed by ceremony/x509 and ceremony/people, and from nothing
 * that the console said about them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "appliance/key/papers.h"
#include "ceremony/base/civil.h"
#include "ceremony/base/words.h"
#include "ceremony/people/role.h"
#include "ceremony/x509/x509.h"

#define SUMMARY_INDENT 3

static void
rows_block(struct view *v, const char *head, const struct review *rows)
{
	view_para(v, head);
	view_facts(v);
	for (size_t i = 0; i < rows->n; i++) {
		const struct review_row *r = &rows->row[i];
		const char *label = r->label != NULL
		    ? text_get(v->lang, r->label)
		    : view_str(v, r->name);

		view_fact(v, label,
		    r->critical ? view_fmt(v, "%s  (critical)", r->value)
				: r->value);
	}
}

static void
item_details(
    const struct oprec_item *it, const struct review *rows, struct view *v)
{
	rows_block(v,
	    view_fill(v,
		it->kind == OPREC_CERT_SIGN ? "ask.every.cert"
					    : "ask.every.crl",
		"item", it->item, NULL),
	    rows);
	view_words(v, WORDS_LINES, it->tbs, false);
	view_break(v);
}

/* Its list, when there are several of its kind; NULL: it stands alone. */
static const struct list *
list_of(const struct paper *p, const struct oprec_item *it)
{
	const struct list *l =
	    &p->list[it->kind == OPREC_CRL_SIGN ? PAPER_CRLS : PAPER_CERTS];

	return it->has_tbs && l->n > 1 ? l : NULL;
}

static void
record_details(const struct paper *p, struct view *v)
{
	static const char *const HEADS[PAPER_LISTS] = {
		[PAPER_CERTS] = "ask.list.certs",
		[PAPER_CRLS] = "ask.list.crls",
	};

	for (size_t i = 0; i < PAPER_LISTS; i++)
		if (p->list[i].n > 1)
			list_show(&p->list[i], HEADS[i], WORDS_SHORT, v);
	for (size_t i = 0; i < p->rec.n; i++)
		if (p->rec.item[i].has_tbs &&
		    list_of(p, &p->rec.item[i]) == NULL)
			item_details(&p->rec.item[i], &p->rows[i], v);
}

static const char *
role_names(struct view *v, unsigned roles)
{
	const struct role_info *r;
	struct buf b = BUF_INIT;
	const char *s;

	for (size_t i = 0; (r = role_at(i)) != NULL; i++)
		if ((roles & r->role) != 0)
			buf_fmt(&b, "%s%s", b.len > 0 ? ", " : "",
			    text_get(v->lang, r->label));
	s = view_str(v, buf_cstr(&b));
	buf_free(&b);
	return s;
}

static void
roster_details(const struct paper *p, struct view *v)
{
	struct buf words = BUF_INIT;

	view_para(v, text_get(v->lang, "ask.every.roster"));
	view_table(v, "", 5, "", 22, "", 0, NULL);
	for (size_t i = 0; i < p->n_people; i++) {
		const struct roster_person *r = &p->people[i];

		buf_reset(&words);
		words_format(&words, r->sign, 4, 0);
		view_row(v, r->code, r->name, role_names(v, r->roles), NULL);
		view_row(v, "", "", view_str(v, buf_cstr(&words)), NULL);
	}
	buf_free(&words);
	view_break(v);
}

static void
csr_details(const struct paper *p, struct view *v)
{
	struct review rows = REVIEW_INIT;
	struct csr csr;
	struct err e;

	if (csr_parse("CSR", span_of(&p->csr), &csr, &e) == -1 ||
	    csr_view(v->lang, &csr, &rows, &e) == -1)
		return;
	rows_block(v, text_get(v->lang, "ask.every.csr"), &rows);
	review_free(&rows);
	view_break(v);
}

void
papers_details(const struct papers *p, struct view *v)
{
	if (p->requests.n > 1)
		list_show(&p->requests, "ask.list.csrs", WORDS_LINES, v);
	for (size_t i = 0; i < p->n; i++) {
		const struct paper *paper = &p->paper[i];

		if (paper->st->shown == SHOWN_ROSTER)
			roster_details(paper, v);
		else if (paper->st->shown == SHOWN_CSR && p->requests.n == 1)
			csr_details(paper, v);
		else if (paper->st->shown == SHOWN_RECORD)
			record_details(paper, v);
	}
}

static const char *
when(struct view *v, int64_t t)
{
	char s[CIVIL_LEN];

	if (t == CERT_NO_TIME)
		return "-";
	civil_format(t, s);
	s[10] = ' ';
	s[19] = '\0';
	return view_fmt(v, "%s UTC", s);
}

static const char *
deed_cert(struct view *v, const struct buf *tbs)
{
	char subject[NAME_LINE_MAX], path[24];
	int64_t path_len = -1;
	struct cert c;
	struct err e;

	if (cert_parse(span_of(tbs), CERT_TBS, &c, &e) == -1)
		return "";
	name_line(&c.subject, subject, sizeof(subject));
	if (!cert_is_ca(&c, &path_len))
		return view_fill(v, "ask.deed.cert-end", "subject", subject,
		    "from", when(v, c.not_before), "to", when(v, c.not_after),
		    NULL);
	snprintf(path, sizeof(path), "%" PRId64, path_len);
	return view_fill(v, "ask.deed.cert-ca", "subject", subject, "path",
	    path_len < 0 ? "-" : path, "from", when(v, c.not_before), "to",
	    when(v, c.not_after), NULL);
}

static const char *
deed_crl(struct view *v, const struct oprec_item *it, const struct buf *tbs)
{
	struct crl l;
	struct err e;

	if (crl_parse(span_of(tbs), CERT_TBS, &l, &e) == -1)
		return "";
	return view_fill(v, "ask.deed.crl", "number", it->serial, "count",
	    view_fmt(v, "%zu", l.n_revoked), "next", when(v, l.next_update),
	    NULL);
}

static const char *
deed_text(
    struct view *v, const struct oprec *r, size_t i, const struct buf *tbs)
{
	const struct oprec_item *it = &r->item[i];

	switch (it->kind) {
	case OPREC_CERT_SIGN:
		return deed_cert(v, tbs);
	case OPREC_CRL_SIGN:
		return deed_crl(v, it, tbs);
	case OPREC_KEY_GEN:
		return view_fill(v, "ask.deed.key", "item", it->item,
		    "mechanism", it->mechanism, "token", r->token, NULL);
	case OPREC_TOKEN_INIT:
		return view_fill(v, "ask.deed.token", "token", r->token, NULL);
	default:
		return view_fill(
		    v, "ask.deed.deactivate", "token", r->token, NULL);
	}
}

/* The name that the signing key goes by, from the bytes to be signed. */
static const char *
signer(struct view *v, const struct paper *p)
{
	char name[NAME_LINE_MAX];
	struct cert c;
	struct crl l;
	struct err e;

	for (size_t i = 0; i < p->rec.n; i++) {
		if (!p->rec.item[i].has_tbs)
			continue;
		if (p->rec.item[i].kind == OPREC_CERT_SIGN &&
		    cert_parse(span_of(&p->tbs[i]), CERT_TBS, &c, &e) == 0)
			name_short(&c.issuer, name, sizeof(name));
		else if (p->rec.item[i].kind == OPREC_CRL_SIGN &&
		    crl_parse(span_of(&p->tbs[i]), CERT_TBS, &l, &e) == 0)
			name_short(&l.issuer, name, sizeof(name));
		else
			continue;
		return view_str(v, name);
	}
	return NULL;
}

/* Who is asked for what, by which key. */
static const char *
record_asks(const struct papers *ps, const struct paper *p, struct view *v)
{
	static const char *const keyed[2] = { "ask.witness", "ask.consent" };
	static const char *const plain[2] = { "ask.witness.token",
		"ask.consent.token" };
	bool consent = strcmp(p->st->kind, "consent") == 0;
	const char *key = signer(v, p);

	return view_fill(v, key != NULL ? keyed[consent] : plain[consent],
	    "name", ps->due->name, "role",
	    text_get(v->lang, role_find(p->st->role)->label), "n",
	    view_fmt(v, "%zu", p->rec.n), "key", key != NULL ? key : "-",
	    "token", p->rec.token, NULL);
}

/* The deed at i, in short; the index behind it, or behind its whole list. */
static size_t
deed_summary(const struct paper *p, size_t i, struct view *v)
{
	const struct oprec_item *it = &p->rec.item[i];
	const struct list *l = list_of(p, it);
	struct buf words = BUF_INIT;
	size_t end = i + 1;

	while (l != NULL && end < p->rec.n && p->rec.item[end].kind == it->kind)
		end++;
	if (end > i + 1) {
		view_para(v,
		    view_fill(v,
			it->kind == OPREC_CERT_SIGN ? "ask.deeds.certs"
						    : "ask.deeds.crls",
			"from", view_fmt(v, "%zu", i + 1), "to",
			view_fmt(v, "%zu", end), "n",
			view_fmt(v, "%zu", end - i), "first", it->item, "last",
			p->rec.item[end - 1].item, NULL))
		    ->tight = i > 0;
		return end;
	}
	view_para(v,
	    view_fmt(v, "%zu  %s", i + 1, deed_text(v, &p->rec, i, &p->tbs[i])))
	    ->tight = i > 0;
	for (size_t k = 0; it->has_tbs && k < 2; k++) {
		struct block *b;

		buf_reset(&words);
		words_format(&words, it->tbs + 4 * k, 4, 4 * k);
		b = view_para(v, buf_cstr(&words));
		b->tight = true;
		b->indent = SUMMARY_INDENT;
	}
	buf_free(&words);
	return end;
}

static bool
has_list(const struct paper *p)
{
	return p->list[PAPER_CERTS].n > 1 || p->list[PAPER_CRLS].n > 1;
}

static void
record_summary(const struct papers *ps, const struct paper *p, struct view *v)
{
	bool consent = strcmp(p->st->kind, "consent") == 0;

	if (!has_list(p))
		view_para(v, record_asks(ps, p, v));
	for (size_t i = 0; i < p->rec.n;)
		i = deed_summary(p, i, v);
	if (has_list(p)) {
		view_para(v, text_get(v->lang, "ask.list.words"));
		view_words(v, WORDS_LINES, p->st->doc, false)->tight = true;
	}
	view_para(v,
	    text_get(
		v->lang, consent ? "ask.consent.scope" : "ask.witness.scope"));
}

/* In the reader's words where there are some. */
static const char *
member_label(struct view *v, const char *key)
{
	const char *id = view_fmt(v, "ask.member.%s", key);

	return text_find(id) != NULL ? text_get(v->lang, id) : view_str(v, key);
}

/* A small document: each member, digests in words. */
static void
json_summary(const struct paper *p, struct view *v)
{
	struct buf words = BUF_INIT;

	view_facts(v);
	for (size_t i = 0; i < json_count(p->json); i++) {
		const char *key = json_key(p->json, i);
		const char *s = json_str(json_value(p->json, i));
		uint8_t sha[SHA256_LEN];
		int64_t n;

		if (strcmp(key, "origin") == 0)
			continue;
		if (json_get_hex(p->json, key, sha, SHA256_LEN) == 0) {
			buf_reset(&words);
			words_format(&words, sha, 8, 0);
			s = view_str(v, buf_cstr(&words));
		} else if (s == NULL &&
		    json_int(json_value(p->json, i), &n) == 0) {
			s = view_fmt(v, "%" PRId64, n);
		}
		view_fact(v, member_label(v, key), s != NULL ? s : "-");
	}
	buf_free(&words);
}

static void
digest_words(const uint8_t sha[static SHA256_LEN], struct view *v)
{
	view_words(v, WORDS_LINES, sha, false);
}

/* A stick is erased for the medium that they are asked to take. */
static bool
erases(const struct paper *p)
{
	return p->st->shown == SHOWN_MEDIUM &&
	    json_get_str(p->json, "device") != NULL;
}

void
papers_summary(const struct papers *p, struct view *v)
{
	static const char *const ASKS[SHOWN_TYPES] = {
		[SHOWN_NONE] = "ask.login",
		[SHOWN_ROSTER] = "ask.roster",
		[SHOWN_FILES] = "ask.files",
		[SHOWN_CSR] = "ask.csr",
		[SHOWN_CLOSE] = "ask.review",
		[SHOWN_DOUBT] = "ask.doubt",
		[SHOWN_DEVIATION] = "ask.deviation",
		[SHOWN_LOSS] = "ask.loss",
		[SHOWN_ONE] = "ask.one",
		[SHOWN_UPGRADE] = "ask.upgrade",
		[SHOWN_MEDIUM] = "ask.medium",
	};

	for (size_t i = 0; i < p->n; i++) {
		const struct paper *paper = &p->paper[i];
		enum shown shown = paper->st->shown;

		if (shown == SHOWN_RECORD) {
			record_summary(p, paper, v);
			continue;
		}
		/* Several requests: the top of every page asks for all. */
		if (shown == SHOWN_CSR && p->requests.n > 1)
			continue;
		view_para(v,
		    view_fill(v, erases(paper) ? "ask.erase" : ASKS[shown],
			"name", p->due->name, "role",
			text_get(v->lang, role_find(paper->st->role)->label),
			"n", view_fmt(v, "%zu", paper->n_people), NULL));
		if (paper->json != NULL)
			json_summary(paper, v);
		else if (shown != SHOWN_NONE)
			digest_words(paper->st->doc, v);
	}
}

void
papers_top(const struct papers *p, struct view *v)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct paper *paper = &p->paper[i];

		if (paper->st->shown == SHOWN_RECORD && has_list(paper))
			v->act = record_asks(p, paper, v);
		else if (paper->st->shown == SHOWN_CSR && p->requests.n > 1)
			v->act = view_fill(v, "ask.csrs", "name", p->due->name,
			    "role",
			    text_get(
				v->lang, role_find(paper->st->role)->label),
			    "n", view_fmt(v, "%zu", p->requests.n), NULL);
	}
}
