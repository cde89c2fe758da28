/* SPDX-License-Identifier: MIT */
/*
 * What a file is, and what a payload becomes.  Invariant: a private key is
 * never sent, and nothing is written that was not checked.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "appliance/gap/check.h"
#include "ceremony/base/codec.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/words.h"

static const struct {
	const char *label;
	enum frame_type type;
} LABELS[] = {
	{ "CERTIFICATE REQUEST", FRAME_CSR },
	{ "NEW CERTIFICATE REQUEST", FRAME_CSR },
	{ "CERTIFICATE", FRAME_CERT },
	{ "X509 CRL", FRAME_CRL },
};

static enum frame_type
label_type(const char *label)
{
	for (size_t i = 0; i < sizeof(LABELS) / sizeof(*LABELS); i++)
		if (strcmp(LABELS[i].label, label) == 0)
			return LABELS[i].type;
	return FRAME_ANY;
}

/* PEM blocks: DER when they are one object or one chain; FRAME_TEXT when
 * they are several, FRAME_ANY when there is none. */
static enum frame_type
from_pem(const struct buf *file, struct buf *der)
{
	enum frame_type all = FRAME_ANY;
	char label[64];
	size_t pos = 0;
	int got;

	while ((got = pem_next(buf_cstr(file), file->len, &pos, label, der)) ==
	    1) {
		enum frame_type one = label_type(label);

		if (all == FRAME_ANY)
			all = one != FRAME_ANY ? one : FRAME_TEXT;
		else if (one == FRAME_CERT &&
		    (all == FRAME_CERT || all == FRAME_CHAIN))
			all = FRAME_CHAIN;
		else
			all = FRAME_TEXT;
	}
	return got == -1 ? FRAME_TEXT : all;
}

/* The first type that these bytes strictly are. */
static enum frame_type
from_der(const struct buf *file)
{
	static const enum frame_type ORDER[] = { FRAME_CSR, FRAME_CERT,
		FRAME_CRL, FRAME_CHAIN };
	struct options none = { .type = FRAME_ANY };
	struct object o = { FRAME_ANY, *file };
	struct err e;

	for (size_t i = 0; i < sizeof(ORDER) / sizeof(*ORDER); i++) {
		o.type = ORDER[i];
		if (object_check(&o, &none, &e) == 0)
			return o.type;
	}
	return FRAME_ANY;
}

static int
identify(const char *path, struct buf *file, struct object *o, struct err *e)
{
	struct buf der = BUF_INIT;

	if (memmem(file->data, file->len, "PRIVATE KEY-----", 16) != NULL)
		return err_set(
		    e, ERR_REFUSED, "gap.private", "file", path, NULL);
	o->type = file->len > 0 ? from_pem(file, &der) : FRAME_ANY;
	if (o->type == FRAME_ANY) {
		o->type = from_der(file);
		if (o->type == FRAME_ANY && check_text(file, e) == 0)
			o->type = FRAME_TEXT;
	} else if (o->type != FRAME_TEXT) {
		buf_free(file);
		*file = der;
		der = (struct buf)BUF_INIT;
	}
	buf_free(&der);
	if (o->type == FRAME_ANY || file->len == 0)
		return err_set(e, ERR_REFUSED, "gap.what", "file", path, NULL);
	o->payload = *file;
	*file = (struct buf)BUF_INIT;
	return 0;
}

int
object_load(const char *path, struct object *o, struct err *e)
{
	struct buf file = BUF_INIT;
	struct bundle b = BUNDLE_INIT;
	struct stat st;
	int ret;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		ret = directory_read(path, &b, e);
		if (ret == 0) {
			o->type = FRAME_TEXT;
			bundle_format(&b, &o->payload);
		}
		bundle_free(&b);
		return ret;
	}
	ret = file_read(path, FRAME_PAYLOAD_MAX * 2, &file, e);
	if (ret == 0)
		ret = identify(path, &file, o, e);
	buf_free(&file);
	return ret;
}

static void
as_pem(const struct object *o, struct buf *out)
{
	static const char *const LABEL[FRAME_TYPES] = {
		[FRAME_CSR] = "CERTIFICATE REQUEST",
		[FRAME_CERT] = "CERTIFICATE",
		[FRAME_CHAIN] = "CERTIFICATE",
		[FRAME_CRL] = "X509 CRL",
	};
	struct cursor c = { o->payload.data, o->payload.len };
	struct der d;

	while (c.left > 0 && der_next(&c, &d) == 0)
		pem_encode(out, LABEL[o->type], d.all.p, d.all.len);
}

int
object_write(const struct object *o, const struct options *opt, struct err *e)
{
	struct bundle b = BUNDLE_INIT;
	struct buf out = BUF_INIT;
	int ret;

	if (o->type == FRAME_TEXT && check_is_bundle(o)) {
		ret =
		    bundle_parse(buf_cstr(&o->payload), o->payload.len, &b, e);
		if (ret == 0)
			ret = directory_write(opt->out, &b, e);
		bundle_free(&b);
		return ret;
	}
	if (o->type == FRAME_TEXT || opt->der)
		return file_write(opt->out, o->payload.data, o->payload.len, e);
	as_pem(o, &out);
	ret = file_write(opt->out, out.data, out.len, e);
	buf_free(&out);
	return ret;
}

void
object_show(const struct object *o, const struct options *opt)
{
	uint8_t sha[SHA256_LEN];
	char hex[SHA256_HEX];

	sha256(sha, o->payload.data, o->payload.len);
	sha256_hex(hex, sha);
	fprintf(stderr, "%s, %zu bytes\n%s\n",
	    text_get(opt->lang, frame_type_label(o->type)), o->payload.len,
	    text_get(opt->lang, "gap.words"));
	for (size_t i = 0; i < SHA256_LEN; i += 4) {
		struct buf words = BUF_INIT;

		words_format(&words, sha + i, 4, i);
		fprintf(stderr, "  %.4s %.4s  %s\n", hex + 2 * i,
		    hex + 2 * i + 4, buf_cstr(&words));
		buf_free(&words);
	}
}
