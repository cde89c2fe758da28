/* SPDX-License-Identifier: MIT */
/*
 * The exact bytes as rows for people: every field of a certificate, a CRL
 * or a request, parsed afresh, nothing left over, unknown things as hex.
 * The console's review and the trusted prompt both show these rows.
 */
#ifndef TACHIAI_REVIEW_H
#define TACHIAI_REVIEW_H

#include "ceremony/text/text.h"
#include "ceremony/x509/crl.h"
#include "ceremony/x509/csr.h"

#define REVIEW_CRL_ENTRIES 64 /* rows of entries shown; the rest is counted */

/* Where a value comes from; text id "view.from.<name>". */
enum review_from {
	REVIEW_PROFILE,
	REVIEW_KEY,
	REVIEW_ISSUER,
	REVIEW_CLOCK,
	REVIEW_TOKEN, /* the token's random numbers */
	REVIEW_MODE,  /* the mark of a rehearsal */
	REVIEW_LOG,   /* the transcript: CRL number, revocations */
	REVIEW_REQUEST,
};

struct review_row {
	const char *label; /* text id: "view.serial"; NULL: see name */
	char name[40];     /* dotted OID where there is no label */
	char *value;       /* printable, owned; may hold several lines */
	bool extension;
	bool critical;
	enum review_from from;
};

struct review {
	struct review_row *row;
	size_t n, size;
};

#define REVIEW_INIT        \
	{                  \
		NULL, 0, 0 \
	}

void review_free(struct review *v);
const char *review_from_label(enum review_from from); /* text id */

/* Rows on success only.  Times are shown as UTC. */
int cert_view(enum lang lang, struct span der, enum cert_part part,
    struct review *out, struct err *e);
int crl_view(enum lang lang, struct span der, enum cert_part part,
    struct review *out, struct err *e);
int csr_view(
    enum lang lang, const struct csr *r, struct review *out, struct err *e);

#endif
