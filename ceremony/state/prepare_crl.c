/* SPDX-License-Identifier: MIT */
/*
 * Preparing a list.  Invariant: an entry of the issuer's last list stands in
 * every later one, and the number grows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/codec.h"
#include "ceremony/state/prepare_job.h"

#define REVOKED_MAX 65536

/* The issuer's list of the highest number that was signed. */
int
load_last_crl(struct job *j, struct err *e)
{
	const struct item *last = NULL;

	for (size_t i = 0; i < j->c->items; i++) {
		const struct item *it = &j->c->item[i];

		if (it->kind == ITEM_CRL && it->state == ITEM_DONE &&
		    it != j->it && strcmp(it->issuer, j->it->issuer) == 0 &&
		    (last == NULL || strtoll(it->serial, NULL, 10) >
		    strtoll(last->serial, NULL, 10)))
			last = it;
	}
	if (last == NULL)
		return 0;
	return j->c->objects.get(j->c->objects.arg, last->made_sha,
	    &j->last_crl, e);
}

struct revoked {
	struct crl_entry *entry;
	size_t n;
};

static void
add_revoked(struct revoked *r, const struct crl_entry *en)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->entry[i].serial_len == en->serial_len &&
		    memcmp(r->entry[i].serial, en->serial,
		    en->serial_len) == 0)
			return;
	r->entry = xreallocarray(r->entry, r->n + 1, sizeof(*r->entry));
	r->entry[r->n++] = *en;
}

/* Who was revoked stays revoked: the entries of the last list come first. */
static int
carry_over(const struct job *j, struct revoked *out, struct err *e)
{
	struct crl_entry en;
	struct cursor at;
	struct crl crl;
	int more;

	if (j->last_crl.len == 0)
		return 0;
	if (crl_parse(span_of(&j->last_crl), CERT_WHOLE, &crl, e) == -1)
		return -1;
	at = crl_entries(&crl);
	while ((more = crl_next(&at, &en, e)) == 1 && out->n < REVOKED_MAX)
		add_revoked(out, &en);
	return more == -1 ? -1 : 0;
}

/* The plan's revocations of this issuer's certificates, as list entries. */
static int
revocations(const struct job *j, struct revoked *out, struct err *e)
{
	const struct json *list = json_get(j->c->plan, "revocations");

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *r = json_at(list, i);
		const char *id = json_get_str(r, "certificate");
		const char *serial = json_get_str(r, "serial");
		const char *issuer = json_get_str(r, "issuer");
		const char *date = json_get_str(r, "date");
		const char *reason = json_get_str(r, "reason");
		const struct item *it = id != NULL ?
		    ceremony_item(j->c, id) : NULL;
		struct crl_entry en;

		if (it != NULL) {
			serial = it->serial;
			issuer = it->issuer;
		}
		if (issuer == NULL || strcmp(issuer, j->it->issuer) != 0)
			continue;
		memset(&en, 0, sizeof(en));
		en.serial_len = serial != NULL ? strlen(serial) / 2 : 0;
		en.reason = reason != NULL ? crl_reason(reason) : -1;
		if (serial == NULL || en.serial_len == 0 ||
		    en.serial_len > CRL_SERIAL_MAX ||
		    hex_decode(en.serial, en.serial_len, serial,
		    strlen(serial)) == -1 || date == NULL ||
		    civil_parse_plain(date, strlen(date), &en.date) == -1)
			return err_set(e, ERR_REFUSED, "prepare.revocation",
			    "item", j->it->id, NULL);
		add_revoked(out, &en);
	}
	return 0;
}

int
prepare_crl(struct job *j, struct prepared *out, struct err *e)
{
	const char *number = json_get_str(j->plan, "number");
	int64_t n = ceremony_crl_number(j->c, j->it->issuer) + 1;
	struct revoked revoked = { NULL, 0 };
	struct crl_spec spec;
	struct cert up;
	uint8_t be[8];
	int ret;

	if (n == 0)
		n = 1;
	if (number != NULL && strcmp(number, "next") != 0)
		n = strtoll(number, NULL, 10);
	if (cert_parse(span_of(&j->issuer), CERT_WHOLE, &up, e) == -1)
		return -1;
	out->alg = sigalg_from_der(up.alg);
	out->not_before = j->f->now;
	if (out->alg == NULL || crl_dates(j->profile, j->f->now,
	    up.not_after, &out->not_after, e) == -1)
		return -1;
	for (int i = 0; i < 8; i++)
		be[i] = (uint8_t)(n >> (56 - 8 * i));
	memset(&spec, 0, sizeof(spec));
	spec.profile = j->profile;
	spec.issuer = span_of(&j->issuer);
	spec.alg = out->alg;
	spec.number = (struct span){ be, sizeof(be) };
	spec.this_update = out->not_before;
	spec.next_update = out->not_after;
	snprintf(out->serial, sizeof(out->serial), "%lld", (long long)n);
	ret = carry_over(j, &revoked, e);
	if (ret == 0)
		ret = revocations(j, &revoked, e);
	if (ret == 0)
		ret = crl_build(&spec, revoked.entry, revoked.n, &out->tbs,
		    e);
	free(revoked.entry);
	return ret;
}
