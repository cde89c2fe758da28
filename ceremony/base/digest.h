/* SPDX-License-Identifier: MIT */
/* SHA-256, the one hash of the formats (libcrypto does the work). */
#ifndef TACHIAI_DIGEST_H
#define TACHIAI_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN 32
#define SHA256_HEX 65 /* with NUL */

void sha256(uint8_t out[static SHA256_LEN], const void *p, size_t len);

/* In parts.  sha256_end() frees. */
struct sha256_ctx;
struct sha256_ctx *sha256_begin(void);
void sha256_add(struct sha256_ctx *c, const void *p, size_t len);
void sha256_end(struct sha256_ctx *c, uint8_t out[static SHA256_LEN]);

/* Lower-case hex with NUL. */
void sha256_hex(
    char out[static SHA256_HEX], const uint8_t digest[static SHA256_LEN]);

#endif
