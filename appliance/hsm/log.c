/* SPDX-License-Identifier: MIT */
/*
 * The log token: it holds the transcript key and nothing else.  Invariant:
 * that key signs checkpoints of this program's own fold, never bytes that
 * somebody sent.
 */
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

#include "appliance/hsm/hsm.h"

static const struct sigalg *
log_sigalg(enum key_type type)
{
	return sigalg_find(type == KEY_ED25519 ? "ed25519" : "ecdsa-sha256");
}

/* The key is what transcripts are signed with: Ed25519, or P-256. */
static int
take_key(struct hsm *h, struct hsm_key *k, struct err *e)
{
	struct spki spki;

	if (spki_parse(span_of(&k->spki), &spki, e) == -1)
		return -1;
	if (spki.type == KEY_ED25519)
		snprintf(h->log_alg, sizeof(h->log_alg), "ed25519");
	else if (spki.type == KEY_EC && strcmp(spki.curve, "P-256") == 0)
		snprintf(h->log_alg, sizeof(h->log_alg), "ecdsa-p256");
	else
		return err_set(e, ERR_REFUSED, "hsm.log-key", NULL);
	hsm_key_fini(&h->log_key);
	h->log_key = *k;
	k->spki = (struct buf)BUF_INIT;
	return 0;
}

int
hsm_log_open(struct hsm *h, const struct share_set *set,
    const uint8_t secret[static SHARE_SECRET], struct err *e)
{
	struct hsm_active a = { .id = "log" };
	struct hsm_key k = HSM_KEY_INIT;
	int64_t bits;
	int r = -1, found;

	if (h->log.id[0] != '\0')
		return 0;
	if (hsm_check_store(
		h, "log", h->c->has_log_store, h->c->log_store, e) == -1)
		return -1;
	hsm_pin(h, set->id, "log", secret, &a.pin, &bits);
	if (hsm_token_open(&h->p11, HSM_LOG_LABEL, NULL, &a.t, e) == -1 ||
	    hsm_token_login(&a.t, hsm_pin_of(&a.pin), e) == -1)
		goto out;
	found = hsm_key_find(
	    &a.t, (const uint8_t *)HSM_LOG_ID, sizeof(HSM_LOG_ID), &k, e);
	if (found == 0)
		err_set(e, ERR_REFUSED, "hsm.no-key", "item", HSM_LOG_LABEL,
		    "token", HSM_LOG_LABEL, NULL);
	if (found != 1)
		goto out;
	if (k.spki.len != h->c->log_spki.len ||
	    memcmp(k.spki.data, h->c->log_spki.data, k.spki.len) != 0) {
		err_set(e, ERR_REFUSED, "hsm.log-key", NULL);
		goto out;
	}
	if (take_key(h, &k, e) == -1)
		goto out;
	h->log = a;
	memset(&a, 0, sizeof(a));
	r = 0;
out:
	hsm_key_fini(&k);
	hsm_active_end(&a);
	return r;
}

/* A new token, its PINs from `secret`, its key: a.t is logged in. */
static int
make_token(struct hsm *h, const uint8_t secret[static SHARE_SECRET],
    struct hsm_active *a, struct hsm_key *k, int64_t *bits, struct err *e)
{
	struct hsm_key_spec spec = { KEY_EC, "P-256", 0 };
	struct json *attributes = NULL;
	struct secret so = SECRET_INIT;
	int64_t so_bits;
	int r = -1;

	hsm_pin(h, h->log_set, "log", secret, &a->pin, bits);
	hsm_pin(h, h->log_set, "log-so", secret, &so, &so_bits);
	if (hsm_token_init(&h->p11, HSM_LOG_LABEL, hsm_pin_of(&so),
		hsm_pin_of(&a->pin), &a->t, e) == -1 ||
	    hsm_token_login(&a->t, hsm_pin_of(&a->pin), e) == -1)
		goto out;
	if (h->p11.kind->edwards &&
	    p11_has_mechanism(&h->p11, a->t.slot.id, CKM_EDDSA, CKF_SIGN))
		spec.type = KEY_ED25519;
	if (hsm_key_generate(&a->t, &spec, (const uint8_t *)HSM_LOG_ID,
		sizeof(HSM_LOG_ID), "transcript key", k, e) == -1 ||
	    hsm_key_attributes(&a->t, k, &attributes, e) == -1 ||
	    hsm_key_pair_test(&a->t, k, HSM_LOG_LABEL, e) == -1)
		goto out;
	r = 0;
out:
	secret_free(&so);
	json_free(attributes);
	return r;
}

static void
describe(const struct hsm *h, int64_t bits,
    const uint8_t secret[static SHARE_SECRET], const struct buf *archive,
    struct json *out)
{
	const struct p11_slot *s = &h->log.t.slot;
	uint8_t digest[SHA256_LEN];

	json_set_str(out, "alg", h->log_alg);
	json_set_int(out, "bits", bits);
	json_set_str(out, "manufacturer", s->manufacturer);
	json_set_str(out, "model", s->model);
	json_set_str(out, "serial", s->serial);
	json_set_str(out, "set", h->log_set);
	json_set_b64(out, "spki", h->log_key.spki.data, h->log_key.spki.len);
	share_commit_secret(h->c->origin, h->log_set, secret, digest);
	json_set_hex(out, "verifier", digest, SHA256_LEN);
	if (archive->len == 0)
		return;
	sha256(digest, archive->data, archive->len);
	json_set_hex(out, "store", digest, SHA256_LEN);
}

int
hsm_log_init(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	struct hsm_active a = { .id = "log" };
	struct hsm_key k = HSM_KEY_INIT;
	uint8_t id[8];
	int64_t bits = 0;

	(void)m;
	if (h->stuck || h->c->head.n < 0 || h->c->log_ready ||
	    h->log.id[0] != '\0' || strcmp(h->c->epoch, h->epoch) != 0)
		return err_set(
		    e, ERR_REFUSED, "hsm.not-now", "item", HSM_LOG_LABEL, NULL);
	/* The profile set is not known yet, but this much is. */
	if (h->c->production && h->p11.kind->soft)
		return err_set(e, ERR_REFUSED, "hsm.not-listed", NULL);
	secret_new(&h->log_secret, SHARE_SECRET);
	h->log_secret.len = SHARE_SECRET;
	if (hsm_mix_random(h, h->log_secret.data, SHARE_SECRET, e) == -1 ||
	    hsm_mix_random(h, id, sizeof(id), e) == -1)
		goto bad;
	snprintf(h->log_set, sizeof(h->log_set),
	    "log-%02x%02x%02x%02x%02x%02x%02x%02x", id[0], id[1], id[2], id[3],
	    id[4], id[5], id[6], id[7]);
	if (make_token(h, h->log_secret.data, &a, &k, &bits, e) == -1 ||
	    take_key(h, &k, e) == -1)
		goto bad;
	h->log = a;
	if (hsm_cycle(h, HSM_LOG_LABEL, a.t.slot.serial, bytes, e) == -1) {
		secret_free(&h->log_secret);
		return -1;
	}
	describe(h, bits, h->log_secret.data, bytes, out);
	return 0;
bad:
	hsm_key_fini(&k);
	hsm_active_end(&a);
	secret_free(&h->log_secret);
	return -1;
}

/* Sealed to a manager who was enrolled in this sitting. */
int
hsm_log_share(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	const char *who = json_get_str(m->json, "person");
	const struct person *p =
	    who != NULL ? ceremony_person(h->c, who) : NULL;
	struct share *s;
	int r;

	if (h->stuck || h->log_secret.data == NULL || !h->c->log_ready ||
	    h->c->roster_sealed || ceremony_set_by_id(h->c, h->log_set) == NULL)
		return err_set(
		    e, ERR_REFUSED, "hsm.not-now", "item", HSM_LOG_LABEL, NULL);
	if (p == NULL || (p->roles & ROLE_OPERATIONS_MANAGER) == 0)
		return err_set(e, ERR_REFUSED, "cred.not-enrolled", "person",
		    who != NULL ? who : "-", NULL);
	s = OPENSSL_secure_zalloc(sizeof(*s));
	if (s == NULL)
		return err_set(e, ERR_LIMIT, "hsm.shares-full", NULL);
	snprintf(s->origin, sizeof(s->origin), "%s", h->c->origin);
	snprintf(s->set, sizeof(s->set), "%s", h->log_set);
	snprintf(s->purpose, sizeof(s->purpose), "log");
	s->x = s->m = s->n = 1;
	memcpy(s->share, h->log_secret.data, SHARE_SECRET);
	r = hsm_mix_random(h, s->salt, SHARE_SALT, e);
	if (r == 0)
		r = hsm_seal_share(p, s, bytes, e);
	if (r == 0)
		json_set_str(out, "set", h->log_set);
	OPENSSL_secure_clear_free(s, sizeof(*s));
	return r;
}

/* ECDSA with s in the lower half: the other s is n - s. */
static int
low_s(struct buf *der)
{
	const uint8_t *p = der->data;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der->len);
	EC_GROUP *g = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	BIGNUM *r = NULL, *s = BN_new(), *half = BN_new();
	uint8_t *out = NULL;
	int len = -1;

	if (sig == NULL || g == NULL || s == NULL || half == NULL)
		goto out;
	BN_rshift1(half, EC_GROUP_get0_order(g));
	if (BN_cmp(ECDSA_SIG_get0_s(sig), half) > 0) {
		r = BN_dup(ECDSA_SIG_get0_r(sig));
		if (r == NULL ||
		    BN_sub(s, EC_GROUP_get0_order(g), ECDSA_SIG_get0_s(sig)) !=
			1 ||
		    ECDSA_SIG_set0(sig, r, s) != 1)
			goto out;
		r = s = NULL;
	}
	len = i2d_ECDSA_SIG(sig, &out);
	if (len > 0) {
		buf_reset(der);
		buf_add(der, out, (size_t)len);
	}
out:
	OPENSSL_free(out);
	BN_free(half);
	BN_free(s);
	BN_free(r);
	EC_GROUP_free(g);
	ECDSA_SIG_free(sig);
	return len > 0 ? 0 : -1;
}

int
hsm_log_sign(struct hsm *h, const struct msg *m, struct json *out,
    struct buf *bytes, struct err *e)
{
	uint8_t root[SHA256_LEN];
	struct buf text = BUF_INIT, sig = BUF_INIT;
	uint64_t size = (uint64_t)(h->c->head.n + 1);
	int r = -1;

	(void)m;
	(void)bytes;
	if (h->stuck)
		return err_set(e, ERR_REFUSED, "hsm.replica", "why", "-", NULL);
	if (h->log.id[0] == '\0' || size == 0)
		return err_set(e, ERR_REFUSED, "hsm.log-closed", NULL);
	merkle_root(&h->c->merkle, root);
	checkpoint_text(&text, h->c->origin, size, root);
	if (hsm_key_sign(&h->log.t, &h->log_key, log_sigalg(h->log_key.type),
		span_of(&text), HSM_LOG_LABEL, NULL, &sig, e) == -1)
		goto out;
	if ((h->log_key.type == KEY_EC && low_s(&sig) == -1) ||
	    signature_verify(h->log_alg, h->log_key.spki.data,
		h->log_key.spki.len, text.data, text.len, sig.data,
		sig.len) == -1) {
		err_set(e, ERR_REFUSED, "sign.differs", "item", HSM_LOG_LABEL,
		    NULL);
		goto out;
	}
	json_set_str(out, "alg", h->log_alg);
	json_set_int(out, "size", (int64_t)size);
	json_set_b64(out, "root", root, SHA256_LEN);
	json_set_b64(out, "sig", sig.data, sig.len);
	r = 0;
out:
	buf_free(&text);
	buf_free(&sig);
	return r;
}
