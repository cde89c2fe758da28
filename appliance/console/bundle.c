/* SPDX-License-Identifier: MIT */
/*
 * The bundle for the outside: files, list, entry, checkpoint and proof.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "media/bundle.h"
#include "media/ics.h"

struct bundle OUT;
char out_name[NAME_LEN];

static void
add_pem(struct buf *pem, const char *label, const struct buf *der)
{
	pem_encode(pem, label, der->data, der->len);
}

/* "root", "intermediate", "intermediate-2" ... */
static void
file_name(char *out, size_t size, const char *kind, size_t nth,
    const char *ending)
{
	if (nth == 0)
		snprintf(out, size, "%s.%s", kind, ending);
	else
		snprintf(out, size, "%s-%zu.%s", kind, nth + 1, ending);
}

static int
load_made(struct console *k, const struct item *it, struct buf *out,
    struct err *e)
{
	return journal_object_get(k->j, it->made_sha, out, e);
}

/* Certificates from this one up to its root, appended to `chain`. */
static int
chain_up(struct console *k, const struct item *it, struct buf *chain,
    struct buf *ders, size_t *n, struct err *e)
{
	while (it != NULL && *n < 8) {
		if (load_made(k, it, &ders[*n], e) == -1)
			return -1;
		add_pem(chain, "CERTIFICATE", &ders[*n]);
		(*n)++;
		it = it->issuer[0] != '\0' ? ceremony_item(k->c,
		    it->issuer) : NULL;
	}
	return 0;
}

static int
add_chain(struct console *k, const struct item *it, size_t nth,
    struct err *e)
{
	struct buf chain = BUF_INIT, p7 = BUF_INIT;
	struct buf ders[8] = { BUF_INIT };
	struct span spans[8];
	char name[64];
	size_t n = 0;
	int ret;

	ret = chain_up(k, it, &chain, ders, &n, e);
	for (size_t i = 0; i < n; i++)
		spans[i] = span_of(&ders[i]);
	if (ret == 0)
		ret = p7_build(spans, n, &p7, e);
	if (ret == 0) {
		file_name(name, sizeof(name), "chain", nth, "pem");
		bundle_add(&OUT, name, chain.data, chain.len);
		file_name(name, sizeof(name), "chain", nth, "p7b");
		bundle_add(&OUT, name, p7.data, p7.len);
	}
	for (size_t i = 0; i < 8; i++)
		buf_free(&ders[i]);
	buf_free(&chain);
	buf_free(&p7);
	return ret;
}

static int
add_item(struct console *k, const struct item *it, size_t nth[3],
    struct err *e)
{
	static const char *const KIND[] = { "root", "intermediate",
		"root" };
	int kind = it->kind == ITEM_CRL ? 2 : it->issuer[0] == '\0' ? 0 : 1;
	struct buf der = BUF_INIT, pem = BUF_INIT;
	char name[64];
	int ret = -1;

	if (load_made(k, it, &der, e) == -1)
		goto out;
	if (kind == 2) {
		file_name(name, sizeof(name), "root-crl", nth[kind], "der");
		bundle_add(&OUT, name, der.data, der.len);
		add_pem(&pem, "X509 CRL", &der);
		file_name(name, sizeof(name), KIND[kind], nth[kind], "crl");
		bundle_add(&OUT, name, pem.data, pem.len);
	} else {
		file_name(name, sizeof(name), KIND[kind], nth[kind], "der");
		bundle_add(&OUT, name, der.data, der.len);
		add_pem(&pem, "CERTIFICATE", &der);
		file_name(name, sizeof(name), KIND[kind], nth[kind], "pem");
		bundle_add(&OUT, name, pem.data, pem.len);
		if (kind == 1 && add_chain(k, it, nth[kind], e) == -1)
			goto out;
	}
	nth[kind]++;
	ret = 0;
out:
	buf_free(&der);
	buf_free(&pem);
	return ret;
}

/* The issuer that the receivers need, though it was made another day. */
static int
add_issuers(struct console *k, const struct json *plan, size_t nth[3],
    struct err *e)
{
	for (size_t i = 0; i < json_count(plan); i++) {
		const struct item *it = ceremony_item(k->c,
		    json_str(json_at(plan, i)));

		while (it != NULL && it->issuer[0] != '\0')
			it = ceremony_item(k->c, it->issuer);
		if (it != NULL && it->kind == ITEM_CERT && nth[0] == 0)
			return add_item(k, it, nth, e);
	}
	return 0;
}

static int
prove(struct console *k, int64_t index, struct err *e)
{
	struct bundle_proof p;
	struct buf proof = BUF_INIT, sig = BUF_INIT;
	size_t len, lines = 0;
	const uint8_t *log = journal_log(k->j, &len), *at = log;
	uint8_t (*leaf)[SHA256_LEN];
	struct json *j = NULL;
	int ret = -1;

	memset(&p, 0, sizeof(p));
	leaf = xcalloc((size_t)k->c->head.n + 1, SHA256_LEN);
	while (len > 0) {
		const uint8_t *nl = memchr(at, '\n', len);
		size_t n = (size_t)(nl - at) + 1;

		merkle_leaf(at, n, leaf[lines]);
		if ((int64_t)lines == index) {
			p.line = at;
			p.line_len = n;
		}
		if ((int64_t)lines == k->c->checkpoint_n &&
		    json_parse((const char *)at + 65, n - 66, JSON_DEPTH, &j,
		    e) == -1)
			goto out;
		lines++;
		at += n;
		len -= n;
	}
	p.alg = k->c->log_alg;
	p.spki = k->c->log_spki.data;
	p.spki_len = k->c->log_spki.len;
	p.origin = k->c->origin;
	p.index = (uint64_t)index;
	p.size = (uint64_t)k->c->checkpoint_size;
	memcpy(p.root, k->c->checkpoint_root, SHA256_LEN);
	merkle_proof((const uint8_t (*)[SHA256_LEN])leaf, p.size, p.index, &proof);
	p.proof = proof.data;
	p.proof_len = proof.len;
	if (json_get_b64(json_get(j, "d"), "sig", &sig) == -1) {
		err_set(e, ERR_FORM, "json.form", "at", "0", NULL);
		goto out;
	}
	p.sig = sig.data;
	p.sig_len = sig.len;
	bundle_prove(&OUT, &p);
	ret = 0;
out:
	json_free(j);
	free(leaf);
	buf_free(&proof);
	buf_free(&sig);
	return ret;
}

/* The dates that follow from what leaves, for the receivers' calendars. */
static void
add_dates(struct console *k)
{
	struct buf ics = BUF_INIT;

	ics_make(k->c, &ics);
	if (k->c->signed_unclosed > 0)
		bundle_add(&OUT, "due-dates.ics", ics.data, ics.len);
	buf_free(&ics);
}

/* Files, manifest, entry, checkpoint, proof, sums. */
int
make_bundle(struct console *k, const struct step *s, struct err *e)
{
	struct command cmd = { .event = EV_EXPORT_BUNDLE };
	struct buf readme = BUF_INIT, manifest = BUF_INIT;
	struct json *items;
	uint8_t sha[SHA256_LEN];
	size_t nth[3] = { 0, 0, 0 }, bytes = 0;
	int64_t index;
	int ret = -1;

	bundle_free(&OUT);
	for (size_t i = 0; i < json_count(s->plan); i++)
		if (add_item(k, ceremony_item(k->c,
		    json_str(json_at(s->plan, i))), nth, e) == -1)
			goto out;
	if (add_issuers(k, s->plan, nth, e) == -1)
		goto out;
	add_dates(k);
	buf_fmt(&readme, "%s\n", text_get(LANG_EN, k->c->production ?
	    "bundle.readme-production" : "bundle.readme-rehearsal"));
	buf_fmt(&readme, "%s\n", k->c->origin);
	buf_str(&readme, text_get(LANG_EN, "bundle.readme"));
	buf_str(&readme, "\n\n    sha256sum -c SHA256SUMS\n"
	    "    openssl verify -x509_strict -CAfile root.pem "
	    "intermediate.pem\n    tachiai-verify bundle .\n");
	bundle_add(&OUT, "README.txt", readme.data, readme.len);
	snprintf(out_name, sizeof(out_name), "%.20s-%u",
	    json_get_str(k->c->plan, "plan"), (unsigned)(k->c->bundles + 1) %
	    1000);
	bundle_manifest(&OUT, out_name, k->c->origin, k->c->mode, &manifest);
	for (size_t i = 0; i < OUT.n; i++)
		bytes += OUT.file[i].bytes.len;
	if (object_put(k, manifest.data, manifest.len, sha, e) == -1)
		goto out;
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "bundle", out_name);
	json_set_int(cmd.d, "bytes", (int64_t)bytes);
	json_set_int(cmd.d, "files", (int64_t)OUT.n);
	items = json_set(cmd.d, "items", json_new_arr());
	for (size_t i = 0; i < json_count(s->plan); i++)
		json_add(items, json_copy(json_at(s->plan, i)));
	json_set_hex(cmd.d, "manifest", sha, SHA256_LEN);
	attach(&cmd, "manifest", "json", sha, manifest.len);
	if (commit(k, &cmd, e) == -1)
		goto out;
	index = k->c->head.n;
	if (log_checkpoint(k, e) == -1 || prove(k, index, e) == -1)
		goto out;
	bundle_sums(&OUT);
	ret = bundle_check(&OUT, k->c->log_spki_sha, e);
out:
	buf_free(&readme);
	buf_free(&manifest);
	return ret;
}
