/* SPDX-License-Identifier: MIT */
/*
 * Folding people: enrolment, the roster, who is in, and the statements that
 * are not about an operation.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/people/statement.h"
#include "ceremony/state/fold.h"

static unsigned
roles_of(const struct json *list)
{
	unsigned roles = 0;

	for (size_t i = 0; i < json_count(list); i++) {
		const char *id = json_str(json_at(list, i));
		const struct role_info *ri =
		    id != NULL ? role_find(id) : NULL;

		if (ri == NULL || (roles & ri->role) != 0)
			return 0;
		roles |= ri->role;
	}
	return roles;
}

int
fold_custodian_enroll(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	unsigned roles = roles_of(json_get(en->d, "roles"));
	struct person p;
	uint8_t got[SHA256_LEN];
	int ret = -1;

	memset(&p, 0, sizeof(p));
	if (c->roster_sealed)
		return fold_refuse(e, en, "roster-sealed");
	if (ceremony_person(c, d_str(en, "person")) != NULL ||
	    ceremony_code(c, d_str(en, "code")) != NULL)
		return fold_refuse(e, en, "known");
	if (roles == 0 || !role_set_allowed(roles))
		return err_set(e, ERR_REFUSED, "role.conflict", "person",
		    d_str(en, "name"), "role1", "-", "role2", "-", NULL);
	d_sha(en, "sign", p.sign_sha);
	d_sha(en, "share", p.share_sha);
	if (fold_object(c, en, "sign", &p.sign, e) == -1 ||
	    fold_object(c, en, "share", &p.share, e) == -1)
		goto out;
	sha256(got, p.sign.data, p.sign.len);
	if (memcmp(got, p.sign_sha, SHA256_LEN) != 0 ||
	    certificate_spki_sha(p.sign.data, p.sign.len, p.spki_sha) == -1) {
		fold_refuse(e, en, "certificate");
		goto out;
	}
	sha256(got, p.share.data, p.share.len);
	if (memcmp(got, p.share_sha, SHA256_LEN) != 0) {
		fold_refuse(e, en, "certificate");
		goto out;
	}
	for (size_t i = 0; i < c->persons; i++)
		if (memcmp(c->person[i].spki_sha, p.spki_sha,
		    SHA256_LEN) == 0) {
			fold_refuse(e, en, "key-known");
			goto out;
		}
	ret = 0;
	if (w == NULL)
		goto out;
	copy_str(p.id, sizeof(p.id), d_str(en, "person"));
	copy_str(p.name, sizeof(p.name), d_str(en, "name"));
	copy_str(p.code, sizeof(p.code), d_str(en, "code"));
	copy_str(p.stick, sizeof(p.stick), d_str(en, "stick"));
	p.roles = roles;
	p.cost = d_int(en, "cost");
	p.note = -1;
	w->person = xreallocarray(w->person, w->persons + 1,
	    sizeof(*w->person));
	w->person[w->persons++] = p;
	return 0;
out:
	buf_free(&p.sign);
	buf_free(&p.share);
	return ret;
}

int
fold_custodian_note(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p = ceremony_person(c, d_str(en, "person"));

	if (p == NULL)
		return fold_refuse(e, en, "person");
	if (w != NULL)
		person_of(w, p->id)->note = d_int(en, "size");
	return 0;
}

static void
roster_digest(const struct ceremony *c, uint8_t out[static SHA256_LEN])
{
	struct buf b = BUF_INIT;

	ceremony_roster(c, &b);
	sha256(out, b.data, b.len);
	buf_free(&b);
}

int
fold_roster_sign(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;
	unsigned role;
	uint8_t doc[SHA256_LEN], want[SHA256_LEN];

	if (c->roster_sealed)
		return fold_refuse(e, en, "roster-sealed");
	if (fold_statement(c, en, false, &p, &role, doc, e) == -1)
		return -1;
	roster_digest(c, want);
	if (memcmp(doc, want, SHA256_LEN) != 0)
		return fold_refuse(e, en, "roster");
	if (w != NULL)
		person_of(w, p->id)->signed_roster = true;
	return 0;
}

int
fold_roster_seal(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	uint8_t doc[SHA256_LEN], want[SHA256_LEN];

	if (c->roster_sealed)
		return fold_refuse(e, en, "roster-sealed");
	if (c->log_spki.len == 0)
		return fold_refuse(e, en, "log-key");
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		const struct role_info *ri = role_at(i);
		unsigned have = 0;

		for (size_t k = 0; k < c->persons; k++)
			if ((c->person[k].roles & ri->role) != 0)
				have++;
		if (have < (unsigned)ceremony_headcount(c, ri)) {
			err_set(e, ERR_REFUSED, "role.headcount", "role",
			    ri->id, NULL);
			err_arg_int(e, "k", have);
			return -1;
		}
	}
	for (size_t i = 0; i < c->persons; i++)
		if (!c->person[i].signed_roster ||
		    ((c->person[i].roles & ROLE_OPERATIONS_MANAGER) != 0 &&
		    !c->person[i].log_share))
			return fold_refuse(e, en, "signatures");
	d_sha(en, "digest", doc);
	roster_digest(c, want);
	if (memcmp(doc, want, SHA256_LEN) != 0 ||
	    d_int(en, "people") != (int64_t)c->persons)
		return fold_refuse(e, en, "roster");
	if (w == NULL)
		return 0;
	w->roster_sealed = true;
	w->roster_n = en->n;
	memcpy(w->roster, want, SHA256_LEN);
	return 0;
}

int
fold_login(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;
	struct person *q;
	unsigned role;
	uint8_t doc[SHA256_LEN];

	if (!c->roster_sealed)
		return fold_refuse(e, en, "roster-open");
	if (fold_statement(c, en, false, &p, &role, doc, e) == -1)
		return -1;
	if (p->in)
		return err_set(e, ERR_REFUSED, "role.same-person", "person",
		    p->name, "m", "2", NULL);
	if (c->sitting == SITTING_STARTED &&
	    role != ROLE_OPERATIONS_MANAGER)
		return err_set(e, ERR_REFUSED, "sitting.manager-first",
		    "person", p->name, NULL);
	if (w == NULL)
		return 0;
	q = person_of(w, p->id);
	q->in = true;
	q->role_in = role;
	q->in_since = en->t;
	if (w->sitting == SITTING_STARTED)
		w->sitting = SITTING_OPEN;
	return 0;
}

int
fold_logout(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p = ceremony_person(c, d_str(en, "person"));

	if (p == NULL || !p->in)
		return fold_refuse(e, en, "not-in");
	if (w != NULL)
		person_of(w, p->id)->in = false;
	return 0;
}

int
fold_approve(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;
	struct buf b = BUF_INIT;
	unsigned role;
	uint8_t doc[SHA256_LEN], want[SHA256_LEN];

	if (fold_statement(c, en, true, &p, &role, doc, e) == -1)
		return -1;
	ceremony_approval(c, &b);
	sha256(want, b.data, b.len);
	buf_free(&b);
	if (c->script == NULL || memcmp(doc, want, SHA256_LEN) != 0)
		return fold_refuse(e, en, "files");
	if (w != NULL)
		w->approved = true;
	return 0;
}

int
fold_resolve(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;
	struct resolve r;
	unsigned role;

	memset(&r, 0, sizeof(r));
	if (fold_statement(c, en, true, &p, &role, r.doc, e) == -1)
		return -1;
	for (size_t i = 0; i < c->resolves; i++)
		if (strcmp(c->resolve[i].person, p->id) == 0 &&
		    memcmp(c->resolve[i].doc, r.doc, SHA256_LEN) == 0)
			return err_set(e, ERR_REFUSED, "role.same-person",
			    "person", p->name, "m", "2", NULL);
	if (w == NULL)
		return 0;
	copy_str(r.person, sizeof(r.person), p->id);
	r.role = role;
	w->resolve = xreallocarray(w->resolve, w->resolves + 1,
	    sizeof(*w->resolve));
	w->resolve[w->resolves++] = r;
	return 0;
}

int
fold_csr_approve(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	const struct person *p;
	unsigned role;
	uint8_t doc[SHA256_LEN];

	if (fold_statement(c, en, true, &p, &role, doc, e) == -1)
		return -1;
	for (size_t i = 0; i < c->items; i++)
		if (c->item[i].has_csr && !c->item[i].has_tbs &&
		    memcmp(c->item[i].csr, doc, SHA256_LEN) == 0) {
			if (w != NULL)
				w->item[i].csr_approved = true;
			return 0;
		}
	return fold_refuse(e, en, "request");
}
