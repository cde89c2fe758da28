/* SPDX-License-Identifier: MIT */
/*
 * Bundles.  Invariant: bundle_check() of what bundle_* wrote is 0, and every
 * changed byte of any file makes it -1.
 */
#include "media/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/json.h"
#include "ceremony/log/checkpoint.h"

void
bundle_free(struct bundle *b)
{
	for (size_t i = 0; i < b->n; i++)
		buf_free(&b->file[i].bytes);
	free(b->file);
	b->file = NULL;
	b->n = 0;
}

void
bundle_add(struct bundle *b, const char *name, const void *p, size_t len)
{
	size_t i;
	int cmp = 1;

	for (i = 0; i < b->n; i++) {
		cmp = strcmp(b->file[i].name, name);
		if (cmp >= 0)
			break;
	}
	if (i == b->n || cmp != 0) {
		b->file = xreallocarray(b->file, b->n + 1, sizeof(*b->file));
		memmove(b->file + i + 1, b->file + i,
		    (b->n - i) * sizeof(*b->file));
		memset(&b->file[i], 0, sizeof(b->file[i]));
		snprintf(b->file[i].name, sizeof(b->file[i].name), "%s", name);
		b->n++;
	}
	buf_reset(&b->file[i].bytes);
	buf_add(&b->file[i].bytes, p, len);
}

const struct bundle_file *
bundle_find(const struct bundle *b, const char *name)
{
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->file[i].name, name) == 0)
			return &b->file[i];
	return NULL;
}

static void
file_sha(const struct bundle_file *f, char hex[static SHA256_HEX])
{
	uint8_t d[SHA256_LEN];

	sha256(d, f->bytes.data, f->bytes.len);
	sha256_hex(hex, d);
}

static const char *const LATER[] = { "SHA256SUMS", "checkpoint.txt",
	"entry.txt", "manifest.json", "proof.json" };

/* Files that come after the manifest and are not in it. */
static bool
is_later(const char *name)
{
	for (size_t i = 0; i < sizeof(LATER) / sizeof(*LATER); i++)
		if (strcmp(name, LATER[i]) == 0)
			return true;
	return false;
}

void
bundle_manifest(struct bundle *b, const char *name, const char *origin,
    const char *mode, struct buf *out)
{
	struct json *j = json_new_obj();
	struct json *files = json_set(j, "files", json_new_arr());

	json_set_str(j, "bundle", name);
	json_set_str(j, "mode", mode);
	json_set_str(j, "origin", origin);
	for (size_t i = 0; i < b->n; i++) {
		char hex[SHA256_HEX];
		struct json *o;

		if (is_later(b->file[i].name))
			continue;
		o = json_add(files, json_new_obj());
		file_sha(&b->file[i], hex);
		json_set_str(o, "name", b->file[i].name);
		json_set_str(o, "sha256", hex);
		json_set_int(o, "size", (int64_t)b->file[i].bytes.len);
	}
	json_encode(j, out);
	json_free(j);
	bundle_add(b, "manifest.json", out->data, out->len);
}

void
bundle_sums(struct bundle *b)
{
	struct buf sums = BUF_INIT;

	for (size_t i = 0; i < b->n; i++) {
		char hex[SHA256_HEX];

		if (strcmp(b->file[i].name, "SHA256SUMS") == 0)
			continue;
		file_sha(&b->file[i], hex);
		buf_fmt(&sums, "%s  %s\n", hex, b->file[i].name);
	}
	bundle_add(b, "SHA256SUMS", sums.data, sums.len);
	buf_free(&sums);
}

void
bundle_prove(struct bundle *b, const struct bundle_proof *p)
{
	struct json *j = json_new_obj();
	struct json *list = json_set(j, "proof", json_new_arr());
	struct buf text = BUF_INIT;

	json_set_str(j, "alg", p->alg);
	json_set_int(j, "index", (int64_t)p->index);
	for (size_t i = 0; i + SHA256_LEN <= p->proof_len; i += SHA256_LEN) {
		struct buf one = BUF_INIT;

		base64_encode(&one, p->proof + i, SHA256_LEN);
		json_add(list, json_new_str(buf_cstr(&one)));
		buf_free(&one);
	}
	json_set_b64(j, "root", p->root, SHA256_LEN);
	json_set_b64(j, "sig", p->sig, p->sig_len);
	json_set_int(j, "size", (int64_t)p->size);
	json_set_b64(j, "spki", p->spki, p->spki_len);
	json_encode(j, &text);
	bundle_add(b, "proof.json", text.data, text.len);
	buf_reset(&text);
	checkpoint_text(&text, p->origin, p->size, p->root);
	bundle_add(b, "checkpoint.txt", text.data, text.len);
	bundle_add(b, "entry.txt", p->line, p->line_len);
	buf_free(&text);
	json_free(j);
}

static int
bad_file(struct err *e, const char *name)
{
	return err_set(e, ERR_REFUSED, "bundle.file", "name", name, NULL);
}

/* Its name ends a line of the sums; the sums themselves are in no line. */
static bool
is_listed(const struct bundle_file *sums, const char *name)
{
	char line[BUNDLE_NAME + 3];

	snprintf(line, sizeof(line), "  %s\n", name);
	return strcmp(name, sums->name) == 0 ||
	    memmem(sums->bytes.data, sums->bytes.len, line, strlen(line)) !=
	    NULL;
}

/* Made again from the files: the same bytes, no file more or less. */
static int
check_sums(const struct bundle *b, struct err *e)
{
	const struct bundle_file *sums = bundle_find(b, "SHA256SUMS");
	struct bundle copy = BUNDLE_INIT;
	const struct bundle_file *again;
	int ret = 0;

	for (size_t i = 0; sums != NULL && i < b->n; i++)
		if (!is_listed(sums, b->file[i].name))
			return err_set(e, ERR_REFUSED, "bundle.extra", "name",
			    b->file[i].name, NULL);
	for (size_t i = 0; i < b->n; i++)
		bundle_add(&copy, b->file[i].name, b->file[i].bytes.data,
		    b->file[i].bytes.len);
	bundle_sums(&copy);
	again = bundle_find(&copy, "SHA256SUMS");
	if (sums == NULL || again == NULL ||
	    sums->bytes.len != again->bytes.len ||
	    memcmp(sums->bytes.data, again->bytes.data, sums->bytes.len) != 0)
		ret = bad_file(e, "SHA256SUMS");
	bundle_free(&copy);
	return ret;
}

static int
check_manifest(const struct bundle *b, struct err *e)
{
	const struct bundle_file *m = bundle_find(b, "manifest.json");
	struct bundle copy = BUNDLE_INIT;
	struct buf again = BUF_INIT;
	struct json *j = NULL;
	const char *name, *origin, *mode;
	int ret = -1;

	if (m == NULL)
		return bad_file(e, "manifest.json");
	if (json_parse(buf_cstr(&m->bytes), m->bytes.len, JSON_DEPTH, &j, e) ==
	    -1)
		return -1;
	name = json_get_str(j, "bundle");
	origin = json_get_str(j, "origin");
	mode = json_get_str(j, "mode");
	for (size_t i = 0; i < b->n; i++)
		bundle_add(&copy, b->file[i].name, b->file[i].bytes.data,
		    b->file[i].bytes.len);
	if (name != NULL && origin != NULL && mode != NULL)
		bundle_manifest(&copy, name, origin, mode, &again);
	if (again.len != m->bytes.len || again.len == 0 ||
	    memcmp(again.data, m->bytes.data, again.len) != 0)
		err_set(e, ERR_REFUSED, "bundle.manifest", NULL);
	else
		ret = 0;
	bundle_free(&copy);
	buf_free(&again);
	json_free(j);
	return ret;
}

/* The entry names this manifest and stands under the signed checkpoint. */
static int
check_entry(const struct bundle *b, const struct json *proof,
    const uint8_t root[static SHA256_LEN], struct err *e)
{
	const struct bundle_file *entry = bundle_find(b, "entry.txt");
	const struct bundle_file *m = bundle_find(b, "manifest.json");
	struct buf hashes = BUF_INIT;
	struct json *j = NULL;
	uint8_t want[SHA256_LEN], got[SHA256_LEN], leaf[SHA256_LEN];
	const char *ev;
	int ret = -1;

	if (entry == NULL || entry->bytes.len < 67 || m == NULL)
		return bad_file(e, "entry.txt");
	for (size_t i = 0; i < json_count(json_get(proof, "proof")); i++) {
		const char *s = json_str(json_at(json_get(proof, "proof"), i));

		if (s == NULL || base64_decode(&hashes, s, strlen(s)) == -1)
			goto out;
	}
	if (json_parse(buf_cstr(&entry->bytes) + 65, entry->bytes.len - 66,
		JSON_DEPTH, &j, e) == -1)
		goto out;
	ev = json_get_str(j, "ev");
	sha256(got, m->bytes.data, m->bytes.len);
	merkle_leaf(entry->bytes.data, entry->bytes.len, leaf);
	if (ev == NULL || strcmp(ev, "export.bundle") != 0 ||
	    json_get_hex(json_get(j, "d"), "manifest", want, SHA256_LEN) ==
		-1 ||
	    memcmp(want, got, SHA256_LEN) != 0 ||
	    json_get_int(j, "n", -1) != json_get_int(proof, "index", -2) ||
	    merkle_proof_check(leaf, (uint64_t)json_get_int(proof, "size", 0),
		(uint64_t)json_get_int(proof, "index", 0), hashes.data,
		hashes.len, root) == -1)
		goto out;
	ret = 0;
out:
	if (ret == -1)
		err_set(e, ERR_REFUSED, "bundle.proof", NULL);
	json_free(j);
	buf_free(&hashes);
	return ret;
}

static int
check_signature(const struct bundle *b, const struct json *proof,
    const uint8_t root[static SHA256_LEN], const uint8_t *key, struct err *e)
{
	const struct bundle_file *cp = bundle_find(b, "checkpoint.txt");
	const struct bundle_file *m = bundle_find(b, "manifest.json");
	struct buf spki = BUF_INIT, sig = BUF_INIT, text = BUF_INIT;
	struct json *manifest = NULL;
	uint8_t sha[SHA256_LEN];
	const char *alg = json_get_str(proof, "alg"), *origin;
	int ret = -1;

	if (cp == NULL || alg == NULL || m == NULL ||
	    json_parse(buf_cstr(&m->bytes), m->bytes.len, JSON_DEPTH, &manifest,
		e) == -1 ||
	    (origin = json_get_str(manifest, "origin")) == NULL ||
	    json_get_b64(proof, "spki", &spki) == -1 ||
	    json_get_b64(proof, "sig", &sig) == -1) {
		err_set(e, ERR_REFUSED, "bundle.proof", NULL);
		goto out;
	}
	checkpoint_text(
	    &text, origin, (uint64_t)json_get_int(proof, "size", 0), root);
	sha256(sha, spki.data, spki.len);
	if (text.len != cp->bytes.len ||
	    memcmp(text.data, cp->bytes.data, text.len) != 0 ||
	    signature_verify(alg, spki.data, spki.len, text.data, text.len,
		sig.data, sig.len) == -1)
		err_set(e, ERR_REFUSED, "bundle.proof", NULL);
	else if (key != NULL && memcmp(sha, key, SHA256_LEN) != 0)
		err_set(e, ERR_REFUSED, "bundle.key", NULL);
	else
		ret = 0;
out:
	json_free(manifest);
	buf_free(&spki);
	buf_free(&sig);
	buf_free(&text);
	return ret;
}

int
bundle_check(const struct bundle *b, const uint8_t *key, struct err *e)
{
	const struct bundle_file *p = bundle_find(b, "proof.json");
	struct json *proof = NULL;
	struct buf root = BUF_INIT;
	int ret = -1;

	if (check_sums(b, e) == -1 || check_manifest(b, e) == -1)
		return -1;
	if (p == NULL)
		return bad_file(e, "proof.json");
	if (json_parse(
		buf_cstr(&p->bytes), p->bytes.len, JSON_DEPTH, &proof, e) == -1)
		return -1;
	if (json_get_b64(proof, "root", &root) == -1 || root.len != SHA256_LEN)
		err_set(e, ERR_REFUSED, "bundle.proof", NULL);
	else if (check_entry(b, proof, root.data, e) == 0)
		ret = check_signature(b, proof, root.data, key, e);
	buf_free(&root);
	json_free(proof);
	return ret;
}
