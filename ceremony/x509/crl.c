/* SPDX-License-Identifier: MIT */
/*
 * CRLs: the streaming writer.  Invariant: the lengths of the first pass are
 * those of the second; when the caller's answers differ between the two,
 * nothing more is written and the call fails.
 */
#include "ceremony/x509/crl.h"

#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/x509/part.h"

#define SINK_CHUNK   8192
#define SECOND_LIMIT ((size_t)16 << 20)

struct reason {
	int code;
	const char *name;
};

static const struct reason REASONS[] = {
	{ 0, "unspecified" },
	{ 1, "keyCompromise" },
	{ 2, "cACompromise" },
	{ 3, "affiliationChanged" },
	{ 4, "superseded" },
	{ 5, "cessationOfOperation" },
	{ 6, "certificateHold" },
	{ 8, "removeFromCRL" },
	{ 9, "privilegeWithdrawn" },
	{ 10, "aACompromise" },
};

int
crl_reason(const char *name)
{
	for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
		if (name != NULL && strcmp(REASONS[i].name, name) == 0)
			return REASONS[i].code;
	return -1;
}

const char *
crl_reason_name(int reason)
{
	for (size_t i = 0; i < sizeof(REASONS) / sizeof(REASONS[0]); i++)
		if (REASONS[i].code == reason)
			return REASONS[i].name;
	return NULL;
}

int
crl_dates(const struct json *profile, int64_t this_update,
    int64_t issuer_not_after, int64_t *next_update, struct err *e)
{
	int64_t days = json_get_int(profile, "next_update_days", 0), next;

	if (days <= 0 || days > 36525)
		return err_set(e, ERR_REFUSED, "profile.field", "field",
		    "next-update", NULL);
	next = this_update + days * 86400;
	if (issuer_not_after != CERT_NO_TIME && next > issuer_not_after)
		next = issuer_not_after;
	if (next <= this_update)
		return err_set(e, ERR_REFUSED, "profile.issuer-ended", "item",
		    "CRL", NULL);
	*next_update = next;
	return 0;
}

static int
put_entry(struct buf *out, const struct crl_entry *r, struct err *e)
{
	struct buf body = BUF_INIT, exts = BUF_INIT, value = BUF_INIT;
	int ret = -1;

	if (r->serial_len == 0 || r->serial_len > CRL_SERIAL_MAX) {
		err_set(
		    e, ERR_FORM, "crl.form", "what", "userCertificate", NULL);
		goto out;
	}
	der_put(&body, DER_INT, r->serial, r->serial_len);
	der_put_time(&body, r->date);
	if (r->reason >= 0) {
		der_put_int(&value, DER_ENUM, r->reason);
		(void)ext_put(&exts, "2.5.29.21", false, &value);
		der_put_buf(&body, DER_SEQ, &exts);
	}
	der_put_buf(out, DER_SEQ, &body);
	ret = 0;
out:
	buf_free(&value);
	buf_free(&exts);
	buf_free(&body);
	return ret;
}

/* [0] crlExtensions: AKI, CRLNumber, and an IDP where the profile has one. */
static void
put_tail(struct buf *out, const struct crl_spec *s, struct span aki)
{
	const char *idp = json_get_str(s->profile, "idp");
	struct buf list = BUF_INIT, value = BUF_INIT, seq = BUF_INIT;

	ext_put_aki(&list, aki);
	der_put_uint(&value, s->number.p, s->number.len);
	(void)ext_put(&list, "2.5.29.20", false, &value);
	if (idp != NULL && strcmp(idp, "none") != 0) {
		struct json *url = json_new_str(idp);
		struct buf name = BUF_INIT;

		buf_reset(&value);
		ext_put_full_name(&name, url);
		der_put_buf(&value, DER_SEQ, &name);
		(void)ext_put(&list, "2.5.29.28", true, &value);
		buf_free(&name);
		json_free(url);
	}
	der_put_buf(&seq, DER_SEQ, &list);
	der_put_buf(out, DER_CTXC(0), &seq);
	buf_free(&seq);
	buf_free(&value);
	buf_free(&list);
}

static int
put_front(struct buf *out, const struct crl_spec *s, const struct cert *issuer,
    struct span *aki, struct err *e)
{
	if (cert_ski(issuer, aki) != 0)
		return err_set(e, ERR_REFUSED, "cert.form", "what",
		    "subjectKeyIdentifier", NULL);
	if (s->number.len > CRL_NUMBER_MAX ||
	    (s->number.len == CRL_NUMBER_MAX && s->number.p[0] >= 0x80))
		return err_set(
		    e, ERR_FORM, "crl.form", "what", "cRLNumber", NULL);
	if (sigalg_fits(s->alg, &issuer->key, e) != 0)
		return -1;
	der_put_int(out, DER_INT, 1); /* v2 */
	buf_add(out, s->alg->der.p, s->alg->der.len);
	buf_add(out, issuer->subject.der.p, issuer->subject.der.len);
	der_put_time(out, s->this_update);
	der_put_time(out, s->next_update);
	return 0;
}

/* First pass: how long all entries are together. */
static int
measure(
    size_t n, crl_entry_fn *entry, void *arg, uint64_t *total, struct err *e)
{
	struct buf one = BUF_INIT;
	struct crl_entry r;
	int ret = -1;

	*total = 0;
	for (size_t i = 0; i < n; i++) {
		buf_reset(&one);
		if (entry(arg, i, &r, e) != 0 || put_entry(&one, &r, e) != 0)
			goto out;
		*total += one.len;
	}
	ret = 0;
out:
	buf_free(&one);
	return ret;
}

/* Second pass: `buffer` holds the front, and is handed on when it is full. */
static int
emit(size_t n, crl_entry_fn *entry, void *arg, uint64_t total,
    struct buf *buffer, crl_sink_fn *sink, void *sink_arg, struct err *e)
{
	struct crl_entry r;
	uint64_t left = total;

	for (size_t i = 0; i < n; i++) {
		size_t before = buffer->len;

		if (entry(arg, i, &r, e) != 0 || put_entry(buffer, &r, e) != 0)
			return -1;
		if (buffer->len - before > left)
			return err_set(e, ERR_FORM, "crl.form", "what",
			    "revokedCertificates", NULL);
		left -= buffer->len - before;
		if (buffer->len >= SINK_CHUNK) {
			if (sink(sink_arg, buffer->data, buffer->len, e) != 0)
				return -1;
			buf_reset(buffer);
		}
	}
	if (left != 0)
		return err_set(e, ERR_FORM, "crl.form", "what",
		    "revokedCertificates", NULL);
	return 0;
}

int
crl_stream(const struct crl_spec *s, size_t n, crl_entry_fn *entry,
    void *entry_arg, crl_sink_fn *sink, void *sink_arg, struct err *e)
{
	struct buf front = BUF_INIT, tail = BUF_INIT, out = BUF_INIT;
	struct cert issuer;
	struct span aki;
	uint64_t total = 0, all;
	int ret = -1;

	if (cert_parse(s->issuer, CERT_WHOLE, &issuer, e) != 0 ||
	    put_front(&front, s, &issuer, &aki, e) != 0 ||
	    measure(n, entry, entry_arg, &total, e) != 0)
		goto out;
	put_tail(&tail, s, aki);
	all = (uint64_t)front.len + tail.len;
	if (n > 0)
		all += der_head_len(total) + total;
	if (all > UINT32_MAX) {
		err_set(e, ERR_LIMIT, "crl.form", "what", "form.size", NULL);
		goto out;
	}
	der_put_head(&out, DER_SEQ, all);
	buf_add(&out, front.data, front.len);
	if (n > 0) /* else the field is absent: RFC 5280 5.1.2.6 */
		der_put_head(&out, DER_SEQ, total);
	if (emit(n, entry, entry_arg, total, &out, sink, sink_arg, e) != 0)
		goto out;
	buf_add(&out, tail.data, tail.len);
	ret = sink(sink_arg, out.data, out.len, e);
out:
	buf_free(&out);
	buf_free(&tail);
	buf_free(&front);
	return ret;
}

static int
entry_of_array(void *arg, size_t i, struct crl_entry *out, struct err *e)
{
	const struct crl_entry *const *list = arg;

	(void)e;
	*out = (*list)[i];
	return 0;
}

static int
sink_to_buf(void *arg, const uint8_t *p, size_t len, struct err *e)
{
	(void)e;
	buf_add(arg, p, len);
	return 0;
}

int
crl_build(const struct crl_spec *s, const struct crl_entry *entry, size_t n,
    struct buf *tbs, struct err *e)
{
	struct buf out = BUF_INIT;
	int ret =
	    crl_stream(s, n, entry_of_array, &entry, sink_to_buf, &out, e);

	if (ret == 0)
		buf_add(tbs, out.data, out.len);
	buf_free(&out);
	return ret;
}

static int
reread(struct span der, unsigned char **tbs)
{
	const unsigned char *p = der.p;
	X509_CRL *x = d2i_X509_CRL(NULL, &p, (long)der.len);
	int len = -1;

	if (x != NULL && p == der.p + der.len)
		len = i2d_re_X509_CRL_tbs(x, tbs);
	X509_CRL_free(x);
	return len;
}

int
crl_assemble(struct span tbs, const struct sigalg *alg, struct span signer,
    const uint8_t *raw, size_t raw_len, struct buf *der, struct err *e)
{
	/* libcrypto's tree of a list takes some twenty times its bytes: over
	 * the limit our own parser is alone. */
	static const struct signed_kind KIND = { "crl.form", "list", reread,
		SECOND_LIMIT };
	struct crl c;

	if (crl_parse(tbs, CERT_TBS, &c, e) != 0)
		return -1;
	return signed_assemble(
	    &KIND, tbs, c.alg, alg, signer, raw, raw_len, der, e);
}

int
crl_verify(const struct crl *c, struct span signer, struct err *e)
{
	return signed_verify(
	    c->tbs, c->alg, c->outer_alg, c->signature, signer, e);
}
