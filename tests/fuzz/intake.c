/* SPDX-License-Identifier: MIT */
/*
 * Requests, certificates, lists and chains, PEM or DER, as files that come
 * in at either side: the first byte says as what.  A request has one
 * canonical form that reads back; what is shown of any of them is printable.
 */
#include <stdlib.h>
#include <string.h>

#include "appliance/decode/decode.h"
#include "appliance/gap/gap.h"
#include "ceremony/base/utf8.h"
#include "ceremony/x509/review.h"
#include "ceremony/x509/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void
must(int cond)
{
	if (!cond)
		abort();
}

static void
shown(struct review *v)
{
	for (size_t i = 0; i < v->n; i++)
		must(v->row[i].value != NULL &&
		    utf8_valid(v->row[i].value, strlen(v->row[i].value)));
	review_free(v);
}

/* By the program that a request meets. */
static void
artefact(const char *type, const uint8_t *in, size_t len)
{
	struct json *form = json_new_obj(), *back = NULL;
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct err e;

	if (decode_input(type, "f", in, len, form, &out, &e) == -1) {
		must(out.len == 0 && e.code != ERR_NONE);
	} else if (strcmp(type, "csr") == 0) {
		must(json_parse(
			 buf_cstr(&out), out.len, JSON_DEPTH, &back, &e) == 0);
		json_encode(back, &again);
		must(again.len == out.len &&
		    memcmp(again.data, out.data, out.len) == 0);
	}
	json_free(form);
	json_free(back);
	buf_free(&out);
	buf_free(&again);
}

static void
certificate(const uint8_t *in, size_t len)
{
	struct buf der = BUF_INIT;
	struct review v = REVIEW_INIT;
	struct cert c;
	struct err e;

	if (cert_from_file(in, len, &der, &e) == 0 &&
	    cert_parse(span_of(&der), CERT_WHOLE, &c, &e) == 0) {
		(void)cert_verify(&c, c.key.der, &e);
		if (cert_view(LANG_EN, span_of(&der), CERT_WHOLE, &v, &e) == 0)
			shown(&v);
	}
	buf_free(&der);
}

static void
list(const uint8_t *in, size_t len)
{
	struct buf der = BUF_INIT;
	struct review v = REVIEW_INIT;
	struct cursor at;
	struct crl_entry one;
	struct crl c;
	struct err e;
	size_t n = 0;
	int r;

	if (crl_from_file(in, len, &der, &e) == 0 &&
	    crl_parse(span_of(&der), CERT_WHOLE, &c, &e) == 0) {
		at = crl_entries(&c);
		while ((r = crl_next(&at, &one, &e)) == 1)
			n++;
		must(r == -1 || n == c.n_revoked);
		if (crl_view(LANG_JA, span_of(&der), CERT_WHOLE, &v, &e) == 0)
			shown(&v);
	}
	buf_free(&der);
}

/* A transfer that came, as the online side takes it. */
static void
transfer(enum frame_type type, const uint8_t *in, size_t len)
{
	struct options none = { .type = FRAME_ANY };
	struct object o = { type, BUF_INIT };
	struct err e;

	buf_add(&o.payload, in, len);
	(void)object_check(&o, &none, &e);
	buf_free(&o.payload);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	if (len == 0)
		return 0;
	switch (in[0] % 6) {
	case 0:
		artefact("csr", in + 1, len - 1);
		break;
	case 1:
		certificate(in + 1, len - 1);
		break;
	case 2:
		list(in + 1, len - 1);
		break;
	case 3:
		transfer(FRAME_CHAIN, in + 1, len - 1);
		break;
	case 4:
		artefact("credential", in + 1, len - 1);
		break;
	default:
		transfer(FRAME_TEXT, in + 1, len - 1);
		break;
	}
	return 0;
}
