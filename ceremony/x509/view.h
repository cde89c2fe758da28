/* SPDX-License-Identifier: MIT */
/*
 * The exact bytes as rows for people: every field of a certificate, a CRL
 * or a request, parsed afresh, nothing left over, unknown things as hex.
 * The console's review and the trusted prompt both show these rows.
 */
#ifndef TACHIAI_X509_VIEW_H
#define TACHIAI_X509_VIEW_H

#include "ceremony/text/text.h"
#include "ceremony/x509/crl.h"
#include "ceremony/x509/csr.h"

#define VIEW_CRL_ENTRIES 64 /* rows of entries shown; the rest is counted */

/* Where a value comes from; text id "view.from.<name>". */
enum view_from {
	VIEW_PROFILE,
	VIEW_KEY,
	VIEW_ISSUER,
	VIEW_CLOCK,
	VIEW_TOKEN,   /* the token's random numbers */
	VIEW_MODE,    /* the mark of a rehearsal */
	VIEW_LOG,     /* the transcript: CRL number, revocations */
	VIEW_REQUEST,
};

struct view_row {
	const char *label; /* text id: "view.serial"; NULL: see name */
	char name[40];     /* dotted OID where there is no label */
	char *value;       /* printable, owned; may hold several lines */
	bool extension;
	bool critical;
	enum view_from from;
};

struct view_rows {
	struct view_row *row;
	size_t n, size;
};

#define VIEW_INIT { NULL, 0, 0 }

void view_rows_free(struct view_rows *v);
const char *view_from_label(enum view_from from); /* text id */

/* Rows on success only.  Times are shown as UTC. */
int cert_view(enum lang lang, struct span der, enum cert_part part,
    struct view_rows *out, struct err *e);
int crl_view(enum lang lang, struct span der, enum cert_part part,
    struct view_rows *out, struct err *e);
int csr_view(enum lang lang, const struct csr *r, struct view_rows *out,
    struct err *e);

#endif
