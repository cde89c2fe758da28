/* SPDX-License-Identifier: MIT */
/*
 * What can be admitted.  Invariant: bytes leave here only in the form that
 * their own encoder would write.
 */
#include "appliance/decode/decode.h"

#include <string.h>

#include "appliance/decode/picture.h"
#include "appliance/world/keypair.h"
#include "ceremony/base/digest.h"
#include "ceremony/files/files.h"
#include "ceremony/people/credential.h"
#include "ceremony/x509/x509.h"

struct artefact {
	const char *type, *name;
	const uint8_t *p;
	size_t len;
};

static int
decode_files(
    const struct artefact *a, struct json *form, struct buf *out, struct err *e)
{
	const char *path = json_get_str(form, "path");
	struct files_pos *pos = NULL;
	struct json *j = NULL;
	enum files_kind kind;
	int line, column;

	if (files_kind_parse(a->type, &kind) == -1)
		return err_set(
		    e, ERR_REFUSED, "decode.type", "type", a->type, NULL);
	if (files_parse_pos(kind, a->name, a->p, a->len, &j, &pos, e) == -1)
		return -1;
	if (path != NULL) {
		files_pos_find(pos, path, &line, &column);
		json_set_int(form, "line", line);
		json_set_int(form, "column", column);
	}
	json_encode(j, out);
	json_free(j);
	files_pos_free(pos);
	return 0;
}

static int
decode_csr(
    const struct artefact *a, struct json *form, struct buf *out, struct err *e)
{
	struct buf der = BUF_INIT;
	struct json *j = NULL;
	struct csr csr;
	int rc = -1;

	(void)form;
	if (csr_from_file(a->name, a->p, a->len, &der, e) == -1 ||
	    csr_parse(a->name, span_of(&der), &csr, e) == -1)
		goto out;
	j = csr_form(&csr);
	json_encode(j, out);
	rc = 0;
out:
	json_free(j);
	buf_free(&der);
	return rc;
}

static int
bad_credential(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "cred.form", "what", what, NULL);
}

/* P-256, self-signed, and truly by the key inside. */
static int
check_certificate(const struct buf *der, struct err *e)
{
	struct cert c;

	if (cert_parse(span_of(der), CERT_WHOLE, &c, e) == -1)
		return bad_credential(e, "certificate");
	if (c.key.type != KEY_EC || strcmp(c.key.curve, "P-256") != 0)
		return bad_credential(e, "key of a certificate");
	if (!cert_is_self_issued(&c) || cert_verify(&c, c.key.der, e) == -1)
		return bad_credential(e, "signature of a certificate");
	return 0;
}

/* PBES2 with scrypt, as hard to try as the file says; tachiai-key opens it. */
static int
check_key(const struct buf *der, int said, struct err *e)
{
	int cost;

	if (keypair_cost(der->data, der->len, &cost, e) == -1)
		return bad_credential(e, "key");
	if (cost != said)
		return bad_credential(e, "cost of a key");
	return 0;
}

/* A share is opened by tachiai-key alone: here it is whole. */
static int
check_share(const struct buf *der, struct err *e)
{
	struct der d;

	if (der_whole(span_of(der), DER_SEQ, &d) == -1)
		return bad_credential(e, "share");
	return 0;
}

static void
credential_shares(const struct credential *c, struct json *form)
{
	struct json *list = json_set(form, "shares", json_new_arr());

	for (size_t i = 0; i < c->n_shares; i++) {
		const struct credential_share *s = &c->share[i];
		struct json *j = json_add(list, json_new_obj());

		json_set_str(j, "set", s->set);
		json_set_str(j, "token", s->token);
		json_set_str(j, "purpose", s->purpose);
		json_set_int(j, "x", s->x);
		json_set_int(j, "m", s->m);
		json_set_int(j, "n", s->n);
	}
}

static int
check_credential(const struct credential *c, struct err *e)
{
	struct note note;

	for (size_t i = 0; i < 2; i++)
		if (check_certificate(&c->cert[i], e) == -1 ||
		    check_key(&c->key[i], c->cost, e) == -1)
			return -1;
	for (size_t i = 0; i < c->n_shares; i++)
		if (check_share(&c->share[i].cms, e) == -1)
			return -1;
	if (c->note.len > 0 &&
	    note_parse((const char *)c->note.data, c->note.len, &note, e) == -1)
		return -1;
	return 0;
}

static int
decode_credential(
    const struct artefact *a, struct json *form, struct buf *out, struct err *e)
{
	struct credential c;
	int rc = -1;

	credential_init(&c);
	if (a->len > CREDENTIAL_MAX) {
		bad_credential(e, "length");
		goto out;
	}
	if (credential_parse((const char *)a->p, a->len, &c, e) == -1 ||
	    check_credential(&c, e) == -1)
		goto out;
	json_set_str(form, "person", c.person);
	json_set_str(form, "name", c.name);
	json_set_str(form, "origin", c.origin);
	json_set_int(form, "cost", c.cost);
	credential_shares(&c, form);
	credential_format(&c, out);
	rc = 0;
out:
	credential_fini(&c);
	return rc;
}

static int
decode_picture(
    const struct artefact *a, struct json *form, struct buf *out, struct err *e)
{
	return picture_read(PICTURE_EVERY, a->p, a->len, form, out, e);
}

/* Two of three pictures of a camera are filtered, the third is not. */
static int
decode_camera(
    const struct artefact *a, struct json *form, struct buf *out, struct err *e)
{
	static unsigned at;

	return picture_read(at++ % 3 == 2 ? PICTURE_RAW : PICTURE_BOX, a->p,
	    a->len, form, out, e);
}

static const struct {
	const char *type;
	size_t max;
	int (*decode)(const struct artefact *a, struct json *form,
	    struct buf *out, struct err *e);
} TYPES[] = {
	{ "profile-set", FILES_MAX + 1, decode_files },
	{ "plan", FILES_MAX + 1, decode_files },
	{ "script", FILES_MAX + 1, decode_files },
	{ "csr", CSR_MAX * 2, decode_csr },
	{ "credential", CREDENTIAL_MAX, decode_credential },
	{ "picture", PICTURE_BYTES, decode_picture },
	{ "camera", PICTURE_BYTES, decode_camera },
};

int
decode_input(const char *type, const char *name, const uint8_t *in, size_t len,
    struct json *form, struct buf *out, struct err *e)
{
	const struct artefact a = { type, name, in, len };
	uint8_t digest[SHA256_LEN];

	for (size_t i = 0; i < sizeof(TYPES) / sizeof(*TYPES); i++) {
		if (strcmp(TYPES[i].type, type) != 0)
			continue;
		if (len > TYPES[i].max)
			return err_set(
			    e, ERR_LIMIT, "decode.size", "file", name, NULL);
		if (TYPES[i].decode(&a, form, out, e) == -1)
			return -1;
		sha256(digest, in, len);
		json_set_str(form, "type", type);
		json_set_hex(form, "sha256", digest, sizeof(digest));
		return 0;
	}
	return err_set(e, ERR_REFUSED, "decode.type", "type", type, NULL);
}
