/* SPDX-License-Identifier: MIT */
/*
 * The epoch: one life of this program.  Invariant: its key never leaves this
 * process and dies with it, so that a share sealed to it is good once.
 */
#include <openssl/rand.h>
#include <string.h>

#include "appliance/hsm/hsm.h"
#include "appliance/world/keypair.h"

#define RANDOM_MAX 4096

int
hsm_epoch_begin(struct hsm *h, int64_t now, struct err *e)
{
	static const char HEX[] = "0123456789abcdef";
	uint8_t nonce[16];

	if (RAND_bytes(nonce, sizeof(nonce)) != 1)
		return err_set(e, ERR_WORLD, "hsm.random", NULL);
	for (size_t i = 0; i < sizeof(nonce); i++) {
		h->epoch[2 * i] = HEX[nonce[i] >> 4];
		h->epoch[2 * i + 1] = HEX[nonce[i] & 15];
	}
	h->key = keypair_new(e);
	if (h->key == NULL)
		return -1;
	return keypair_certificate(
	    h->key, KEYPAIR_EPOCH, h->epoch, now, &h->cert, e);
}

/* HELLO and EPOCH: who this is, and where its replica stands. */
int
hsm_hello(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	(void)bytes;
	(void)e;
	json_set_str(out, "epoch", h->epoch);
	json_set_b64(out, "cert", h->cert.data, h->cert.len);
	if (m->type == MSG_EPOCH)
		return 0;
	json_set(out, "module", p11_describe(&h->p11));
	json_set_int(out, "log", h->log.id[0] != '\0');
	json_set_int(out, "n", h->c->head.n);
	if (h->c->head.n >= 0)
		json_set_hex(out, "hash", h->c->head.hash, SHA256_LEN);
	return 0;
}

int
hsm_mix_random(struct hsm *h, uint8_t *out, size_t len, struct err *e)
{
	struct hsm_token *t = NULL;
	uint8_t *other;

	if (RAND_priv_bytes(out, (int)len) != 1)
		return err_set(e, ERR_WORLD, "hsm.random", NULL);
	if (h->ca.id[0] != '\0')
		t = &h->ca.t;
	else if (h->log.id[0] != '\0')
		t = &h->log.t;
	if (t == NULL)
		return 0;
	other = OPENSSL_secure_malloc(len);
	if (other == NULL)
		return err_set(e, ERR_WORLD, "hsm.random", NULL);
	if (hsm_token_random(t, other, len, e) == -1) {
		OPENSSL_secure_clear_free(other, len);
		OPENSSL_cleanse(out, len);
		return -1;
	}
	for (size_t i = 0; i < len; i++)
		out[i] ^= other[i];
	OPENSSL_secure_clear_free(other, len);
	return 0;
}

int
hsm_random(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	uint8_t r[RANDOM_MAX];
	int64_t n = json_get_int(m->json, "count", -1);

	(void)out;
	if (n < 1 || n > RANDOM_MAX)
		return err_set(e, ERR_LIMIT, "msg.form", "what", "count", NULL);
	if (hsm_mix_random(h, r, (size_t)n, e) == -1)
		return -1;
	buf_add(bytes, r, (size_t)n);
	OPENSSL_cleanse(r, sizeof(r));
	return 0;
}
