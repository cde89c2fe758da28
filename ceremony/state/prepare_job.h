/* SPDX-License-Identifier: MIT */
/* Inside of preparing: one item with all that goes into its bytes. */
#ifndef TACHIAI_PREPARE_JOB_H
#define TACHIAI_PREPARE_JOB_H

#include "ceremony/state/prepare.h"

struct job {
	const struct ceremony *c;
	const struct item *it;
	const struct prepare_facts *f;
	const struct json *plan, *profile;
	struct buf issuer;    /* certificate, empty for a root */
	struct buf spki;      /* subject key */
	struct buf last_crl;  /* the issuer's last list, if any */
	struct json *subject; /* rows */
	int64_t key_born;
	bool root;
};

/* prepare_crl.c: the issuer's last list; the bytes of the next one. */
int load_last_crl(struct job *j, struct err *e);
int prepare_crl(struct job *j, struct prepared *out, struct err *e);

#endif
