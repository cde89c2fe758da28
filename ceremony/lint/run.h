/* SPDX-License-Identifier: MIT */
/* One run of the lint, as its rules see it.  Private to ceremony/lint. */
#ifndef TACHIAI_LINT_RUN_H
#define TACHIAI_LINT_RUN_H

#include "ceremony/lint/lint.h"
#include "ceremony/x509/part.h"

struct lint_run {
	const struct lint_facts *facts;
	int kind;                /* enum cert_kind, CERT_KINDS for a list */
	const struct cert *cert; /* or */
	const struct crl *crl;
	const struct cert *issuer; /* itself for a root; NULL: not at hand */
	struct keyq quality;
	struct lint_row *row; /* of the rule that runs */
};

/* Write down what stands there and what must; gives LINT_REFUSED. */
enum lint_verdict lint_bad(struct lint_run *r, const char *field,
    const char *found, const char *must_be);
/* The same with a time, a number, an OID, bytes in hex. */
enum lint_verdict lint_bad_time(
    struct lint_run *r, const char *field, int64_t found, int64_t must_be);
enum lint_verdict lint_bad_int(
    struct lint_run *r, const char *field, int64_t found, const char *must_be);
enum lint_verdict lint_bad_span(struct lint_run *r, const char *field,
    struct span found, const char *must_be);

/* The tables of the parts; lint.c joins them. */
#define LINT_RULES(name)                      \
	extern const struct lint_rule name[]; \
	extern const size_t name##_count
LINT_RULES(LINT_KEY_RULES);
LINT_RULES(LINT_BODY_RULES);
LINT_RULES(LINT_NAME_RULES);
LINT_RULES(LINT_EXT_RULES);
LINT_RULES(LINT_USE_RULES);
LINT_RULES(LINT_PROFILE_RULES);
LINT_RULES(LINT_LIST_RULES);

#define K(kind)       (1u << (kind))
#define LINT_CAS      (K(CERT_ROOT) | K(CERT_CROSS) | K(CERT_TLS_SUB) | K(CERT_SUB))
#define LINT_SUBS     (K(CERT_CROSS) | K(CERT_TLS_SUB) | K(CERT_SUB))
#define LINT_ENDS     (K(CERT_OCSP) | K(CERT_INFRA))
#define LINT_CERTS    (LINT_CAS | LINT_ENDS)
#define LINT_BOTH     (LINT_PACK_CABF | LINT_PACK_RFC5280)
#define LINT_COUNT(a) (sizeof(a) / sizeof((a)[0]))

#endif
