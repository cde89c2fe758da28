/* SPDX-License-Identifier: MIT */
/* SHA-256.  Invariant: a digest always is of all bytes given, or abort(). */
#include "ceremony/base/digest.h"

#include <stdlib.h>

#include <openssl/evp.h>

struct sha256_ctx {
	EVP_MD_CTX *md;
};

struct sha256_ctx *
sha256_begin(void)
{
	struct sha256_ctx *c = malloc(sizeof(*c));

	if (c == NULL || (c->md = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(c->md, EVP_sha256(), NULL) != 1)
		abort();
	return c;
}

void
sha256_add(struct sha256_ctx *c, const void *p, size_t len)
{
	if (len != 0 && EVP_DigestUpdate(c->md, p, len) != 1)
		abort();
}

void
sha256_end(struct sha256_ctx *c, uint8_t out[static SHA256_LEN])
{
	if (EVP_DigestFinal_ex(c->md, out, NULL) != 1)
		abort();
	EVP_MD_CTX_free(c->md);
	free(c);
}

void
sha256(uint8_t out[static SHA256_LEN], const void *p, size_t len)
{
	struct sha256_ctx *c = sha256_begin();

	sha256_add(c, p, len);
	sha256_end(c, out);
}

void
sha256_hex(char out[static SHA256_HEX], const uint8_t digest[static SHA256_LEN])
{
	for (size_t i = 0; i < SHA256_LEN; i++) {
		out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
		out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
	}
	out[2 * SHA256_LEN] = '\0';
}
