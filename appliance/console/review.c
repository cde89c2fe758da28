/* SPDX-License-Identifier: MIT */
/*
 * What is to be done, read from the exact bytes, and who has consented.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/x509/review.h"

/* Each rule that warned: its id, its clause, and what it says. */
static void
warnings(struct console *k, struct view *v, const struct item *it,
    const struct buf *tbs)
{
	struct lint_results *res;
	struct err e;

	if (it->warned == 0)
		return;
	res = xcalloc(1, sizeof(*res));
	(void)ceremony_lint_tbs(k->c, it, tbs->data, tbs->len, console_now(k),
	    res, &e);
	for (size_t i = 0; i < res->n; i++) {
		const struct lint_row *r = &res->row[i];

		if (r->verdict != LINT_WARNED)
			continue;
		view_label(v, 8, view_fill(v, "review.warned", NULL),
		    view_fill(v, "review.warned-text", "rule", r->rule->id,
		    "clause", r->rule->clause, "what", view_fill(v,
		    r->rule->what, NULL), NULL));
	}
	free(res);
}

/* Every field of the exact bytes of an item. */
static void
review_item(struct console *k, struct view *v, const struct item *it)
{
	struct buf tbs = BUF_INIT;
	struct review rv;
	uint8_t sha[SHA256_LEN];
	struct err e;
	int ret;

	if (journal_object_get(k->j, it->tbs, &tbs, &e) == -1) {
		view_refuse(v, &e);
		return;
	}
	memset(&rv, 0, sizeof(rv));
	ret = it->kind == ITEM_CRL ?
	    crl_view(k->lang, span_of(&tbs), CERT_TBS, &rv, &e) :
	    cert_view(k->lang, span_of(&tbs), CERT_TBS, &rv, &e);
	if (ret == -1) {
		view_refuse(v, &e);
	} else {
		view_table(v, view_fill(v, "review.field", NULL),
		    k->lang == LANG_JA ? 22 : 24,
		    view_fill(v, "review.value", NULL), 34,
		    view_fill(v, "review.critical", NULL), 8,
		    view_fill(v, "review.from", NULL), 0, NULL);
		for (size_t i = 0; i < rv.n; i++)
			view_row(v, rv.row[i].label != NULL ?
			    view_fill(v, rv.row[i].label, NULL) :
			    view_str(v, rv.row[i].name),
			    view_str(v, rv.row[i].value),
			    rv.row[i].critical ? view_fill(v, "review.yes",
			    NULL) : "", view_fill(v,
			    review_from_label(rv.row[i].from), NULL), NULL);
		view_label(v, 8, view_fill(v, "review.rules", NULL),
		    view_fill(v, "review.rules-text", "rules",
		    view_fmt(v, "%lld", (long long)it->rules), "warned",
		    view_fmt(v, "%lld", (long long)it->warned), NULL));
		warnings(k, v, it, &tbs);
		view_label(v, 8, view_fill(v, "review.words", NULL),
		    view_fill(v, "review.words-text", NULL));
		sha256(sha, tbs.data, tbs.len);
		view_words(v, WORDS_SHORT, sha, true);
	}
	review_free(&rv);
	buf_free(&tbs);
}

const char *
deed_text(struct view *v, const struct item *it)
{
	switch (it->kind) {
	case ITEM_TOKEN:
		return view_fill(v, "deed.token", "item", it->id, NULL);
	case ITEM_KEY:
		return view_fill(v, "deed.key", "item", it->id, NULL);
	case ITEM_CERT:
		return view_fill(v, "deed.cert", "item", it->id, NULL);
	case ITEM_CRL:
		return view_fill(v, "deed.crl", "item", it->id, NULL);
	case ITEM_DEACTIVATE:
		break;
	}
	return view_fill(v, "deed.deactivate", "item", it->id, NULL);
}

enum key_id
deed_key(const struct item *it)
{
	switch (it->kind) {
	case ITEM_TOKEN:
		return KID_SETUP;
	case ITEM_KEY:
		return KID_MAKE;
	case ITEM_CERT:
	case ITEM_CRL:
		return KID_SIGN;
	case ITEM_DEACTIVATE:
		break;
	}
	return KID_DEACTIVATE;
}

static void
consent_rows(struct console *k, struct view *v, const struct run *r)
{
	view_people(v);
	for (size_t i = 0; i < k->c->persons; i++) {
		const struct person *p = &k->c->person[i];
		bool ca = (p->roles & ROLE_CA_ADMINISTRATOR) != 0;
		bool done = strcmp(r->witness, p->id) == 0;

		if (!ca && (p->roles & ROLE_OPERATIONS_MANAGER) == 0)
			continue;
		for (size_t q = 0; q < r->consents; q++)
			done |= strcmp(r->consent[q], p->id) == 0;
		view_person(v, p->code, p->name, done ? MARK_DONE :
		    visit_person(k) == p ? MARK_NOW : MARK_OPEN,
		    view_fill(v, ca ? "consent.ca" : "consent.om", NULL),
		    p->stick);
	}
}

/* S-15 page by page, then S-09's rows: nobody consents before the last. */
void
do_consent(struct console *k, const struct next *n)
{
	const struct run *r = n->run;
	struct view *v = ui_view(k, "consent.head");
	const struct person *p = visit_person(k);
	struct key key;
	char num[16];

	if (p != NULL)
		v->who = view_fill(v, "people.who", "person", p->name,
		    "code", p->code, NULL);
	for (size_t i = 0; i < r->n; i++) {
		const struct item *it = &k->c->item[r->item[i]];

		if ((it->kind != ITEM_CERT && it->kind != ITEM_CRL) ||
		    it->state == ITEM_DONE)
			continue;
		view_label(v, 8, it->id, deed_text(v, it));
		review_item(k, v, it);
		view_break(v);
	}
	v->act_now = view_fill(v, v->n_blocks > 0 ? "consent.do" :
	    "consent.do-list", NULL);
	view_deeds(v);
	for (size_t i = 0; i < r->n; i++) {
		const struct item *it = &k->c->item[r->item[i]];

		snprintf(num, sizeof(num), "%zu", i + 1);
		view_deed(v, it->state == ITEM_DONE ? MARK_DONE : MARK_OPEN,
		    view_str(v, num), deed_text(v, it), "", NULL);
	}
	consent_rows(k, v, r);
	v->then = view_fill(v, k->seen_all ? "consent.then" : "review.more",
	    NULL);
	/* Nobody is called before the last page was shown. */
	if (k->seen_all)
		view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_MOVE, NULL);
	step_keys(v);
	if (ui_wait(k, v, KX_STEP | KX_REVIEW | KX_LIST, &key) != UI_KEY)
		return;
	if (key.name == PRESS_DOWN || key.name == PRESS_UP)
		k->chosen++;
}
