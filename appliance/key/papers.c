/* SPDX-License-Identifier: MIT */
/*
 * Fetching papers.  Invariant: no statement leaves this program whose
 * document was not hashed, parsed and shown here, in the form that its kind
 * asks for.
 */
#include "appliance/key/papers.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/people/role.h"
#include "ceremony/x509/x509.h"

/* Which papers a kind of statement may be about, and the right it needs. */
static const struct {
	const char *kind;
	unsigned shown; /* bits of 1 << enum shown */
	enum deed deed;
} KINDS[] = {
	{ "login", 1u << SHOWN_NONE, DEED_COUNT },
	{ "consent", 1u << SHOWN_RECORD, DEED_CONSENT },
	{ "witness", 1u << SHOWN_RECORD, DEED_WITNESS },
	{ "roster", 1u << SHOWN_ROSTER, DEED_SIGN_ROSTER },
	{ "approve", 1u << SHOWN_FILES, DEED_APPROVE },
	{ "approve", 1u << SHOWN_CSR, DEED_CONFIRM_REQUEST },
	{ "resolve", 1u << SHOWN_DOUBT, DEED_RESOLVE },
	{ "resolve", 1u << SHOWN_DEVIATION, DEED_RESOLVE },
	{ "resolve", 1u << SHOWN_LOSS, DEED_RESOLVE },
	{ "resolve", 1u << SHOWN_ONE, DEED_RESOLVE },
	{ "resolve", 1u << SHOWN_UPGRADE, DEED_RESOLVE },
	{ "resolve", 1u << SHOWN_MEDIUM, DEED_RESOLVE },
	{ "review", 1u << SHOWN_CLOSE, DEED_REVIEW_LOG },
};

static int
form(struct err *e, const char *field)
{
	return err_set(e, ERR_FORM, "key.due", "field", field, NULL);
}

static int
check_kind(
    const struct session *s, const struct due_statement *st, struct err *e)
{
	static const uint8_t none[SHA256_LEN];
	const struct role_info *r = role_find(st->role);

	if ((s->cred.roles & r->role) == 0)
		return err_set(e, ERR_REFUSED, "cred.other-role", "person",
		    s->due.name, "role", r->label, NULL);
	if ((st->shown == SHOWN_NONE) !=
	    (memcmp(st->doc, none, SHA256_LEN) == 0))
		return form(e, "doc");
	for (size_t i = 0; i < sizeof(KINDS) / sizeof(KINDS[0]); i++) {
		if (strcmp(KINDS[i].kind, st->kind) != 0 ||
		    (KINDS[i].shown & 1u << st->shown) == 0)
			continue;
		return KINDS[i].deed == DEED_COUNT
		    ? 0
		    : role_check(s->due.name, r->role, KINDS[i].deed, e);
	}
	return form(e, st->kind);
}

/* The to-be-signed bytes, whose serial must be the record's. */
static int
check_tbs(const struct oprec_item *it, const struct buf *tbs, struct err *e)
{
	char serial[64];
	struct span n;
	struct cert c;
	struct crl l;

	if (it->kind == OPREC_CERT_SIGN) {
		if (cert_parse(span_of(tbs), CERT_TBS, &c, e) == -1)
			return -1;
		cert_serial_hex(&c, serial, sizeof(serial));
	} else {
		if (crl_parse(span_of(tbs), CERT_TBS, &l, e) == -1)
			return -1;
		if (crl_number(&l, &n) == -1)
			return form(e, it->item);
		crl_number_text(n, serial, sizeof(serial));
	}
	return strcmp(serial, it->serial) == 0 ? 0 : form(e, it->item);
}

static int
fetch_record(struct session *s, struct paper *p, struct err *e)
{
	if (oprec_decode(buf_cstr(&p->doc), p->doc.len, &p->rec, e) == -1)
		return -1;
	if (strcmp(p->rec.origin, s->due.origin) != 0)
		return form(e, "origin");
	p->tbs = xcalloc(p->rec.n, sizeof(*p->tbs));
	for (size_t i = 0; i < p->rec.n; i++) {
		const struct oprec_item *it = &p->rec.item[i];

		if (it->has_tbs &&
		    (session_object(s, it->tbs, &p->tbs[i], e) == -1 ||
			check_tbs(it, &p->tbs[i], e) == -1))
			return -1;
	}
	return 0;
}

/* Every field, once: a page is painted many times. */
static int
review_record(enum lang lang, struct paper *p, struct err *e)
{
	p->rows = xcalloc(p->rec.n, sizeof(*p->rows));
	for (size_t i = 0; i < p->rec.n; i++) {
		const struct oprec_item *it = &p->rec.item[i];
		bool crl = it->kind == OPREC_CRL_SIGN;

		if (!it->has_tbs)
			continue;
		if ((crl ? crl_view(lang, span_of(&p->tbs[i]), CERT_TBS,
			       &p->rows[i], e)
			 : cert_view(lang, span_of(&p->tbs[i]), CERT_TBS,
			       &p->rows[i], e)) == -1)
			return -1;
		list_add(&p->list[crl ? PAPER_CRLS : PAPER_CERTS], it->item,
		    it->tbs, &p->rows[i]);
	}
	for (size_t i = 0; i < PAPER_LISTS; i++)
		list_compare(&p->list[i]);
	return 0;
}

static int
fetch_json(struct session *s, struct paper *p, struct err *e)
{
	const char *origin;

	if (json_parse(
		buf_cstr(&p->doc), p->doc.len, JSON_DEPTH, &p->json, e) == -1)
		return -1;
	origin = json_get_str(p->json, "origin");
	if (origin == NULL || strcmp(origin, s->due.origin) != 0)
		return form(e, "origin");
	return 0;
}

static int
fetch(struct session *s, struct paper *p, struct err *e)
{
	struct csr csr;

	if (check_kind(s, p->st, e) == -1)
		return -1;
	if (p->st->shown == SHOWN_NONE || p->st->shown == SHOWN_CLOSE)
		return 0;
	if (session_object(s, p->st->doc, &p->doc, e) == -1)
		return -1;
	switch (p->st->shown) {
	case SHOWN_RECORD:
		return fetch_record(s, p, e);
	case SHOWN_ROSTER:
		return roster_decode(buf_cstr(&p->doc), p->doc.len,
		    s->due.origin, &p->people, &p->n_people, e);
	case SHOWN_CSR:
		/* The file as it came in: PEM or DER, shown as DER. */
		if (csr_from_file("CSR", p->doc.data, p->doc.len, &p->csr, e) ==
		    -1)
			return -1;
		return csr_parse("CSR", span_of(&p->csr), &csr, e);
	default:
		return fetch_json(s, p, e);
	}
}

static int
review_request(struct papers *p, const struct paper *paper, struct err *e)
{
	struct review rows = REVIEW_INIT;
	struct csr csr;

	if (csr_parse("CSR", span_of(&paper->csr), &csr, e) == -1 ||
	    csr_view(p->due->lang, &csr, &rows, e) == -1)
		return -1;
	list_add(&p->requests, "", paper->st->doc, &rows);
	review_free(&rows);
	return 0;
}

int
papers_review(struct papers *p, struct err *e)
{
	for (size_t i = 0; i < p->n; i++) {
		struct paper *paper = &p->paper[i];

		if (paper->st->shown == SHOWN_RECORD &&
		    review_record(p->due->lang, paper, e) == -1)
			return -1;
		if (paper->st->shown == SHOWN_CSR &&
		    review_request(p, paper, e) == -1)
			return -1;
	}
	list_compare(&p->requests);
	return 0;
}

int
papers_fetch(struct session *s, struct papers *p, struct err *e)
{
	memset(p, 0, sizeof(*p));
	p->due = &s->due;
	for (size_t i = 0; i < s->due.n_statements; i++) {
		struct paper *paper = &p->paper[p->n++];

		oprec_init(&paper->rec);
		paper->st = &s->due.statement[i];
		if (fetch(s, paper, e) == -1)
			return -1;
	}
	return papers_review(p, e);
}

void
papers_free(struct papers *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct paper *paper = &p->paper[i];

		for (size_t k = 0; paper->tbs != NULL && k < paper->rec.n; k++)
			buf_free(&paper->tbs[k]);
		free(paper->tbs);
		for (size_t k = 0; paper->rows != NULL && k < paper->rec.n; k++)
			review_free(&paper->rows[k]);
		free(paper->rows);
		for (size_t k = 0; k < PAPER_LISTS; k++)
			list_free(&paper->list[k]);
		oprec_fini(&paper->rec);
		free(paper->people);
		json_free(paper->json);
		buf_free(&paper->csr);
		buf_free(&paper->doc);
	}
	list_free(&p->requests);
	memset(p, 0, sizeof(*p));
}
