/* SPDX-License-Identifier: MIT */
/*
 * The keys of custodians and epochs: P-256 with a self-signed certificate,
 * the private key locked as PKCS#8 that `openssl pkey` opens.
 */
#ifndef TACHIAI_KEYPAIR_H
#define TACHIAI_KEYPAIR_H

#include <openssl/evp.h>
#include <stddef.h>
#include <stdint.h>

#include "appliance/world/secret.h"
#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"

enum keypair_use {
	KEYPAIR_SIGN,  /* statements: digitalSignature */
	KEYPAIR_SHARE, /* shares of a custodian: keyAgreement */
	KEYPAIR_EPOCH, /* shares on their way to tachiai-hsm: keyAgreement */
};

/* A fresh P-256 key.  The caller frees. */
EVP_PKEY *keypair_new(struct err *e);

/*
 * The key's self-signed certificate, CN=`name`, OU by its use, valid from
 * `now` for twenty years (a roster ends it, not a date); append DER.
 */
int keypair_certificate(EVP_PKEY *key, enum keypair_use use, const char *name,
    int64_t now, struct buf *der, struct err *e);

/*
 * PKCS#8 EncryptedPrivateKeyInfo and back: PBES2, scrypt N=2^14 r=8 p=cost,
 * AES-256-CBC.  keypair_unlock() holds the file's parameters against `cost`
 * before it works for them: keypair.form; a wrong passphrase is keypair.locked.
 */
int keypair_lock(EVP_PKEY *key, const struct secret *passphrase, int cost,
    struct buf *der, struct err *e);
int keypair_unlock(const uint8_t *der, size_t len,
    const struct secret *passphrase, int cost, EVP_PKEY **key, struct err *e);
/* The cost p that the DER asks for: key.form for any other scheme. */
int keypair_cost(const uint8_t *der, size_t len, int *cost, struct err *e);

/* The private key is the certificate's, on P-256. */
int keypair_matches(EVP_PKEY *key, const uint8_t *cert, size_t len);

/* ECDSA with SHA-256 over text, low s, strict DER, appended. */
int keypair_sign(EVP_PKEY *key, const void *text, size_t len, struct buf *sig,
    struct err *e);

#endif
