/* SPDX-License-Identifier: MIT */
/*
 * The bundle: the files that leave the room, with a manifest that is an
 * object of the transcript, the checkpoint that the log token signed at
 * export, and the proof that the manifest's entry stands under it.
 *
 *   manifest.json    {"bundle","files":[{"name","sha256","size"}...],"mode",
 *                    "origin"}; files ascending by name, without the four
 *                    that follow it
 *   entry.txt        the line of the entry export.bundle, which names the
 *                    manifest's SHA-256
 *   proof.json       {"alg","index","proof":[b64...],"root","sig","size",
 *                    "spki"}: inclusion of that line (RFC 6962), and the
 *                    transcript key's signature over the checkpoint
 *   checkpoint.txt   the signed text: origin, size, root
 *   SHA256SUMS       of every other file, for sha256sum -c
 */
#ifndef TACHIAI_BUNDLE_H
#define TACHIAI_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"

#define BUNDLE_FILES 600
#define BUNDLE_NAME  65

struct bundle_file {
	char name[BUNDLE_NAME];
	struct buf bytes;
};

struct bundle {
	size_t n;
	struct bundle_file *file; /* ascending by name after bundle_sort() */
};

#define BUNDLE_TEXT "tachiai/1 bundle\n" /* first line of a bundle as text */

#define BUNDLE_INIT     \
	{               \
		0, NULL \
	}

void bundle_free(struct bundle *b);
/* Take a copy of the bytes under this name; a second one replaces. */
void bundle_add(struct bundle *b, const char *name, const void *p, size_t len);
const struct bundle_file *bundle_find(const struct bundle *b, const char *name);

/* manifest.json over what is in the bundle now; also appended to `out`. */
void bundle_manifest(struct bundle *b, const char *name, const char *origin,
    const char *mode, struct buf *out);
/* SHA256SUMS over all other files. */
void bundle_sums(struct bundle *b);

struct bundle_proof {
	const char *alg;
	const uint8_t *spki;
	size_t spki_len;
	const char *origin;
	uint64_t index, size;
	uint8_t root[SHA256_LEN];
	const uint8_t *proof; /* hashes, one after the other */
	size_t proof_len;
	const uint8_t *sig;
	size_t sig_len;
	const uint8_t *line; /* the entry, LF included */
	size_t line_len;
};

/* entry.txt, proof.json, checkpoint.txt. */
void bundle_prove(struct bundle *b, const struct bundle_proof *p);

/*
 * Check everything: sums, manifest, entry, inclusion, signature; with `key`
 * (SHA-256 of the transcript key's SPKI, from the enrolment sheet) whose it
 * is.  ids: bundle.file {name}, bundle.manifest, bundle.proof, bundle.key.
 */
int bundle_check(const struct bundle *b, const uint8_t *key, struct err *e);

/*
 * The bundle as one text, and back: exactly what bundle_format() wrote.
 * `out` is the caller's then, bundle_free().  id bundle.text.
 */
void bundle_format(const struct bundle *b, struct buf *out);
int bundle_parse(
    const char *text, size_t len, struct bundle *out, struct err *e);

#endif
