/* SPDX-License-Identifier: MIT */
/*
 * Checkpoints: the RFC 6962 root over the lines of the transcript, computed
 * while streaming, and the C2SP texts that are signed over it.
 */
#ifndef TACHIAI_CHECKPOINT_H
#define TACHIAI_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"

struct merkle {
	uint64_t size;
	uint8_t node[64][SHA256_LEN]; /* roots of the full subtrees */
};

/* Zero-initialised is the empty tree. */
void merkle_add(struct merkle *m, const void *line, size_t len);
void merkle_root(const struct merkle *m, uint8_t root[static SHA256_LEN]);

/* "<origin>\n<size>\n<base64 root>\n" */
void checkpoint_text(struct buf *out, const char *origin, uint64_t size,
    const uint8_t root[static SHA256_LEN]);
/* "cosignature/v1\ntime <posix>\n" and the checkpoint. */
void cosignature_text(struct buf *out, int64_t time, const char *origin,
    uint64_t size, const uint8_t root[static SHA256_LEN]);

/*
 * Inclusion proof of leaf `index` in the tree of `size` leaves, whose leaf
 * hashes are given; appends 32-byte hashes.  And its check.
 */
void merkle_leaf(const void *line, size_t len, uint8_t out[static SHA256_LEN]);
void merkle_proof(const uint8_t (*leaf)[SHA256_LEN], uint64_t size,
    uint64_t index, struct buf *proof);
int merkle_proof_check(const uint8_t leaf[static SHA256_LEN], uint64_t size,
    uint64_t index, const uint8_t *proof, size_t len,
    const uint8_t root[static SHA256_LEN]);

/*
 * Verify a signature of `alg` ("ed25519", or "ecdsa-p256": DER, low s) over
 * text by the key of DER SubjectPublicKeyInfo.  0 or -1.
 */
int signature_verify(const char *alg, const uint8_t *spki, size_t spki_len,
    const void *text, size_t len, const uint8_t *sig, size_t sig_len);

#endif
