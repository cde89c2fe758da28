/* SPDX-License-Identifier: MIT */
/*
 * For tests of the lint: a good certificate of every kind, under one root,
 * and what a rule says of other bytes.
 */
#ifndef TACHIAI_LINT_WORLD_H
#define TACHIAI_LINT_WORLD_H

#include <stdio.h>

#include "tests/unit/lint_kinds.h"
#include "tests/unit/lint_parts.h"

static struct {
	struct soft_key key[KINDS];
	struct json *profile[KINDS];
	struct buf tbs[KINDS], root, sub;
} w;

static inline void
build(enum kind k, const char *curve, int64_t days)
{
	uint8_t serial[CERT_SERIAL_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
		12, 13, 14, 15, (uint8_t)k };
	struct buf key = BUF_INIT, name = BUF_INIT, len = BUF_INIT;
	struct cert_spec s = { .serial = { serial, sizeof(serial) },
		.not_before = SOFT_NOW,
		.not_after = SOFT_NOW + days * 86400 - 1,
		.alg = sigalg_find("ecdsa-sha384"),
		.rehearsal = true };
	struct err e;
	char why[400];

	soft_key_new(&w.key[k], curve);
	buf_fmt(&key, "{\"curve\":\"%s\",\"type\":\"ec\"}", curve);
	buf_fmt(&name, "\"subject\":[{\"type\":\"C\",\"value\":\"JP\"},"
	    "{\"type\":\"O\",\"value\":\"Example Trust K.K.\"},"
	    "{\"type\":\"CN\",\"value\":\"Example %s\"}]", OF[k].cn);
	buf_fmt(&len, "{\"days\":%lld}", (long long)days);
	w.profile[k] = soft_profile(OF[k].kind, OF[k].ext, buf_cstr(&key),
	    OF[k].policies, s.alg->name, buf_cstr(&name), buf_cstr(&len));
	s.profile = w.profile[k];
	s.spki = span_of(&w.key[k].spki);
	if (k != GOOD_ROOT)
		s.issuer = span_of(&w.root);
	if (cert_build(&s, &w.tbs[k], &e) != 0) {
		err_describe(&e, why, sizeof(why));
		printf("# %s: %s\n", OF[k].name, why);
		exit(1);
	}
	if (k == GOOD_ROOT)
		soft_wrap(span_of(&w.tbs[k]), s.alg, &w.key[k], &w.root);
	buf_free(&key);
	buf_free(&name);
	buf_free(&len);
}

static inline struct lint_facts
facts(enum kind k)
{
	struct lint_facts f = { .item = OF[k].name,
		.profile = w.profile[k],
		.key_born = SOFT_NOW - 60,
		.now = SOFT_NOW,
		.rehearsal = true,
		.pack = LINT_PACK_CABF | LINT_PACK_RFC5280 };

	if (k != GOOD_ROOT)
		f.issuer = span_of(&w.root);
	return f;
}

/* The verdict of `rule` on these bytes. */
static inline enum lint_verdict
verdict(struct span der, enum cert_part part, const struct lint_facts *f,
    const char *rule)
{
	static struct lint_results out;
	struct err e = { 0 };

	(void)lint_cert(der, part, f, &out, &e);
	lint_saw(&out);
	for (size_t i = 0; i < out.n; i++)
		if (strcmp(out.row[i].rule->id, rule) == 0)
			return out.row[i].verdict;
	printf("# %s: not run, %s %s\n", rule, e.id, err_value(&e, "what"));
	return LINT_NONE;
}

static inline bool
fired(enum lint_verdict v)
{
	return v == LINT_REFUSED || v == LINT_WARNED;
}

static inline void
world_begin(void)
{
	build(GOOD_ROOT, "P-384", 7000);
	build(TLS, "P-384", 1095);
	build(PRIV, "P-384", 1095);
	build(CROSS, "P-384", 1095);
	build(OCSP, "P-256", 90);
	build(INFRA, "P-256", 365);
}

static inline void
world_end(void)
{
	for (int k = 0; k < KINDS; k++) {
		buf_free(&w.tbs[k]);
		json_free(w.profile[k]);
		soft_key_free(&w.key[k]);
	}
	buf_free(&w.root);
}

#endif
