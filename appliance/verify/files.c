/* SPDX-License-Identifier: MIT */
/*
 * Single files before and after the day: the checker over script, plan and
 * profile set; the lint of a certificate or a list; a request.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/verify/verify.h"
#include "ceremony/base/civil.h"
#include "ceremony/files/check.h"
#include "ceremony/lint/lint.h"
#include "ceremony/x509/review.h"

static enum exit_code
plain_fail(const struct options *o, const struct err *e)
{
	struct buf b = BUF_INIT;
	bool world = e->code == ERR_WORLD;

	if (o->json || world) {
		verdict_fail(world ? EXIT_WORLD : EXIT_BAD, 0, e, o->json);
	} else {
		text_error(LANG_EN, e, &b);
		printf("FAIL: %s (%s)\n", buf_cstr(&b), e->id);
	}
	buf_free(&b);
	return world ? EXIT_WORLD : EXIT_BAD;
}

enum exit_code
run_check(const struct options *o)
{
	static const enum files_kind ORDER[FILES_KINDS] = { FILES_SCRIPT,
		FILES_PLAN, FILES_PROFILES };
	struct files_input in[FILES_KINDS];
	struct buf bytes[FILES_KINDS] = { BUF_INIT, BUF_INIT, BUF_INIT };
	struct check *c = NULL;
	enum exit_code code = EXIT_GOOD;
	struct err e;

	for (int i = 0; i < FILES_KINDS; i++) {
		if (disk_file(".", o->arg[i], FILES_MAX + 1, &bytes[i], &e) ==
		    -1) {
			code = plain_fail(o, &e);
			goto out;
		}
		in[ORDER[i]].name = o->arg[i];
		in[ORDER[i]].yaml = bytes[i].data;
		in[ORDER[i]].len = bytes[i].len;
	}
	c = files_check(in);
	if (check_refused(c) > 0)
		code = EXIT_BAD;
	if (o->json) {
		print_json(check_json(c, LANG_EN));
		goto out;
	}
	for (size_t i = 0; i < check_count(c); i++) {
		struct buf b = BUF_INIT;

		finding_text(check_at(c, i), LANG_EN, &b);
		printf("%s%s\n",
		    check_at(c, i)->refused ? "" : "warning: ", buf_cstr(&b));
		buf_free(&b);
	}
	printf("%s %zu findings, %zu refused, %d minutes\n",
	    code == EXIT_GOOD ? "OK" : "FAIL:", check_count(c),
	    check_refused(c), check_minutes(c));
out:
	check_free(c);
	for (int i = 0; i < FILES_KINDS; i++)
		buf_free(&bytes[i]);
	return code;
}

/* The options that say by which rules; all owned. */
struct rules {
	struct json *set;
	struct buf issuer;
	struct lint_facts facts;
	int64_t from; /* --as-of: the second, or the first of the day */
};

static const struct json *
named(const struct json *list, const char *name)
{
	for (size_t i = 0; name != NULL && i < json_count(list); i++) {
		const char *s = json_get_str(json_at(list, i), "name");

		if (s != NULL && strcmp(s, name) == 0)
			return json_at(list, i);
	}
	return NULL;
}

/* --as-of: a second, or any second of a day. */
static int
as_of(const char *s, int64_t *from, int64_t *to)
{
	char plain[32];

	*from = *to = CERT_NO_TIME; /* the file's own beginning */
	if (s == NULL)
		return 0;
	if (strlen(s) != 10) {
		if (civil_parse(s, strlen(s), to) == -1)
			return -1;
		*from = *to;
		return 0;
	}
	snprintf(plain, sizeof(plain), "%sT00:00:00Z", s);
	if (civil_parse(plain, strlen(plain), from) == -1)
		return -1;
	*to = *from + 86399;
	return 0;
}

/* Of the seconds it may have been signed in, the one nearest its start. */
static int64_t
signed_at(const struct rules *r, int64_t start)
{
	if (r->facts.now == CERT_NO_TIME)
		return start;
	if (start < r->from)
		return r->from;
	return start < r->facts.now ? start : r->facts.now;
}

static int
no_option(const char *what, struct err *e)
{
	return err_set(e, ERR_FORM, "verify.option", "what", what, NULL);
}

static int
rules_load(
    const struct options *o, const char *list, struct rules *r, struct err *e)
{
	struct buf b = BUF_INIT;
	const struct json *lint;
	const char *pack;
	int ret = -1;

	memset(r, 0, sizeof(*r));
	r->facts.item = o->arg[0];
	r->facts.key_born = CERT_NO_TIME;
	r->facts.pack = LINT_PACK_RFC5280;
	if (as_of(o->as_of, &r->from, &r->facts.now) == -1)
		return no_option("--as-of", e);
	if (o->profiles != NULL) {
		if (disk_file(".", o->profiles, FILES_MAX + 1, &b, e) == -1 ||
		    files_parse(FILES_PROFILES, o->profiles, b.data, b.len,
			&r->set, e) == -1)
			goto out;
		lint = json_get(r->set, "lint");
		pack = json_get_str(lint, "pack");
		if (pack != NULL && lint_pack(pack) != 0)
			r->facts.pack = lint_pack(pack);
		r->facts.waive = json_get(lint, "waive");
		r->facts.profile = named(json_get(r->set, list), o->profile);
	}
	if (o->profile != NULL && r->facts.profile == NULL) {
		no_option("--profile", e);
		goto out;
	}
	if (o->issuer != NULL) {
		buf_reset(&b);
		if (disk_file(".", o->issuer, FILES_MAX, &b, e) == -1 ||
		    cert_from_file(b.data, b.len, &r->issuer, e) == -1)
			goto out;
		r->facts.issuer.p = r->issuer.data;
		r->facts.issuer.len = r->issuer.len;
	}
	ret = 0;
out:
	buf_free(&b);
	return ret;
}

static void
rules_fini(struct rules *r)
{
	json_free(r->set);
	buf_free(&r->issuer);
}

static const char *const VERDICTS[] = { "good", "none", "warned", "waived",
	"refused", "expired" };

static void
print_rows(const struct lint_results *res, bool json, bool refused)
{
	struct json *j = json_new_obj(), *rows = json_new_arr();

	for (size_t i = 0; i < res->n; i++) {
		const struct lint_row *row = &res->row[i];
		struct json *o = json_add(rows, json_new_obj());

		json_set_str(o, "clause", row->rule->clause);
		json_set_str(o, "field", row->field);
		json_set_str(o, "found", row->found);
		json_set_str(o, "must_be", row->must_be);
		json_set_str(o, "rule", row->rule->id);
		json_set_str(o, "severity",
		    row->rule->severity == LINT_MUST ? "must" : "should");
		json_set_str(o, "text", text_get(LANG_EN, row->rule->what));
		json_set_str(o, "verdict", VERDICTS[row->verdict]);
		if (!json && row->verdict != LINT_GOOD &&
		    row->verdict != LINT_NONE)
			printf("%-8s %-8s %s: %s (%s, found %s, must be %s)"
			       "\n",
			    VERDICTS[row->verdict], row->rule->id,
			    row->rule->clause,
			    text_get(LANG_EN, row->rule->what), row->field,
			    row->found, row->must_be);
	}
	json_set_int(j, "good", (int64_t)res->good);
	json_set_int(j, "none", (int64_t)res->none);
	json_set_int(j, "refused", (int64_t)res->refused);
	json_set(j, "rows", rows);
	json_set_str(j, "verdict", refused ? "fail" : "ok");
	json_set_int(j, "waived", (int64_t)res->waived);
	json_set_int(j, "warned", (int64_t)res->warned);
	if (json) {
		print_json(j);
		return;
	}
	json_free(j);
	printf("%s %zu rules: %zu good, %zu do not concern it, %zu warned, "
	       "%zu waived, %zu refused\n",
	    refused ? "FAIL:" : "OK", res->n, res->good, res->none, res->warned,
	    res->waived, res->refused);
}

static enum exit_code
run_lint_of(const struct options *o, bool list)
{
	static struct lint_results res; /* large */
	struct buf file = BUF_INIT, der = BUF_INIT;
	struct rules r;
	struct span bytes;
	struct cert c = { .not_before = 0 };
	struct crl l = { .this_update = 0 };
	struct err e;
	enum exit_code code = EXIT_BAD;
	int ret;

	if (rules_load(o, list ? "crl_profiles" : "profiles", &r, &e) == -1) {
		code = plain_fail(o, &e);
		goto out;
	}
	if (disk_file(".", o->arg[0], (size_t)64 << 20, &file, &e) == -1 ||
	    (list ? crl_from_file(file.data, file.len, &der, &e)
		  : cert_from_file(file.data, file.len, &der, &e)) == -1) {
		code = plain_fail(o, &e);
		goto out;
	}
	bytes.p = der.data;
	bytes.len = der.len;
	if (list)
		r.facts.rehearsal = r.facts.issuer.p != NULL &&
		    cert_parse(r.facts.issuer, CERT_WHOLE, &c, &e) == 0 &&
		    cert_is_rehearsal(&c);
	else
		r.facts.rehearsal =
		    cert_parse(bytes, CERT_WHOLE, &c, &e) == 0 &&
		    cert_is_rehearsal(&c);
	r.facts.now = signed_at(&r,
	    !list                                           ? c.not_before
		: crl_parse(bytes, CERT_WHOLE, &l, &e) == 0 ? l.this_update
							    : 0);
	ret = list ? lint_crl(bytes, CERT_WHOLE, &r.facts, &res, &e)
		   : lint_cert(bytes, CERT_WHOLE, &r.facts, &res, &e);
	if (res.n == 0) {
		code = ret == -1 ? plain_fail(o, &e) : EXIT_BAD;
		goto out;
	}
	print_rows(&res, o->json, ret == -1);
	code = ret == -1 ? EXIT_BAD : EXIT_GOOD;
out:
	rules_fini(&r);
	buf_free(&file);
	buf_free(&der);
	return code;
}

enum exit_code
run_lint(const struct options *o)
{
	return run_lint_of(o, false);
}

enum exit_code
run_crl(const struct options *o)
{
	return run_lint_of(o, true);
}

enum exit_code
run_csr(const struct options *o)
{
	struct buf file = BUF_INIT, der = BUF_INIT;
	struct review rows = REVIEW_INIT;
	struct rules r;
	struct csr csr;
	struct err e;
	enum exit_code code = EXIT_GOOD;
	const struct json *key;

	if (rules_load(o, "profiles", &r, &e) == -1 ||
	    disk_file(".", o->arg[0], FILES_MAX, &file, &e) == -1 ||
	    csr_from_file(o->arg[0], file.data, file.len, &der, &e) == -1 ||
	    csr_parse(o->arg[0], (struct span){ der.data, der.len }, &csr,
		&e) == -1) {
		code = plain_fail(o, &e);
		goto out;
	}
	key = json_get(r.facts.profile, "key");
	if (key != NULL && spki_fits(&csr.key, key, &e) == -1) {
		code = plain_fail(o, &e);
		goto out;
	}
	if (o->json) {
		print_json(csr_form(&csr));
		goto out;
	}
	if (csr_view(LANG_EN, &csr, &rows, &e) == -1) {
		code = plain_fail(o, &e);
		goto out;
	}
	for (size_t i = 0; i < rows.n; i++)
		printf("%-20s %s\n",
		    rows.row[i].label != NULL
			? text_get(LANG_EN, rows.row[i].label)
			: rows.row[i].name,
		    rows.row[i].value);
	printf("OK\n");
out:
	review_free(&rows);
	rules_fini(&r);
	buf_free(&file);
	buf_free(&der);
	return code;
}
