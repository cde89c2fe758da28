/* SPDX-License-Identifier: MIT */
/*
 * Anna, administrator, for tests of tachiai-key: her stick, her share, a
 * record that waits for her consent.
 */
#ifndef TACHIAI_KEY_ANNA_H
#define TACHIAI_KEY_ANNA_H

#include "tests/unit/key_play.h"

#define WORDS                                      \
	"aardvark adroitness aardvark adroitness " \
	"aardvark adroitness aardvark adroitness "
#define PASSPHRASE                                 \
	"aardvark adroitness aardvark adroitness " \
	"aardvark adroitness aardvark adroitness"

/* Of the one record: objects 0, the bytes to be signed, and 1, the record. */
static uint8_t record[SHA256_LEN];

/* The others are there, with a key of this epoch. */
static inline void
anna_begin(void)
{
	struct err e;

	signal(SIGPIPE, SIG_IGN);
	world.epoch = EPOCH;
	world.epoch_key = keypair_new(&e);
	keypair_certificate(world.epoch_key, KEYPAIR_EPOCH, "epoch", 1796000000,
	    &world.epoch_cert, &e);
}

static inline void
anna_end(void)
{
	fresh(NULL);
	EVP_PKEY_free(world.epoch_key);
	buf_free(&world.epoch_cert);
	buf_free(&world.credential);
	buf_free(&world.blocks);
	buf_free(&world.object[0]);
	buf_free(&world.object[1]);
	buf_free(&key.in);
}

static inline struct share
anna_share(void)
{
	struct share s = { .origin = ORIGIN,
		.set = "k1",
		.purpose = "user-pin",
		.x = 2,
		.m = 2,
		.n = 3 };

	memset(s.share, 0x5a, sizeof(s.share));
	memset(s.salt, 0xa5, sizeof(s.salt));
	return s;
}

/* One of her certificates, from the file. */
static inline void
anna_cert(int which, struct buf *der)
{
	struct credential c;
	struct err e;

	if (credential_parse(buf_cstr(&world.credential), world.credential.len,
		&c, &e) == -1)
		return;
	buf_add(der, c.cert[which].data, c.cert[which].len);
	credential_fini(&c);
}

/* Her share of k1, as it lies sealed on her stick. */
static inline void
anna_seal(struct credential *c)
{
	struct share s = anna_share();
	struct buf plain = BUF_INIT;
	struct err e;

	c->share[0] = (struct credential_share){ .set = "k1",
		.token = "root-token",
		.purpose = "user-pin",
		.x = s.x,
		.m = s.m,
		.n = s.n };
	share_encode(&s, &plain);
	if (envelope_seal(c->cert[CREDENTIAL_SHARE].data,
	    c->cert[CREDENTIAL_SHARE].len, plain.data, plain.len,
	    &c->share[0].cms, &e) == 0)
		c->n_shares = 1;
	buf_free(&plain);
}

/* Her stick, without an enrolment: WORDS open it. */
static inline void
anna_credential(unsigned roles)
{
	struct secret pass = SECRET_INIT;
	struct credential c;
	struct err e;

	secret_new(&pass, 128);
	secret_add(&pass, PASSPHRASE, strlen(PASSPHRASE));
	credential_init(&c);
	snprintf(c.person, sizeof(c.person), "anna");
	snprintf(c.name, sizeof(c.name), "Custodian 2");
	snprintf(c.origin, sizeof(c.origin), ORIGIN);
	c.roles = roles;
	c.cost = 1;
	for (int i = 0; i < 2; i++) {
		EVP_PKEY *k = keypair_new(&e);

		keypair_certificate(k, i == CREDENTIAL_SIGN ? KEYPAIR_SIGN :
		    KEYPAIR_SHARE, "anna", 1796000000, &c.cert[i], &e);
		keypair_lock(k, &pass, 1, &c.key[i], &e);
		EVP_PKEY_free(k);
	}
	anna_seal(&c);
	buf_reset(&world.credential);
	credential_format(&c, &world.credential);
	credential_fini(&c);
	secret_free(&pass);
}

/* To-be-signed bytes: of a certificate made here. */
static inline void
anna_record(void)
{
	struct buf der = BUF_INIT;
	struct oprec_item *it;
	struct oprec r;
	struct cert c;
	struct err e;
	uint8_t tbs[SHA256_LEN];

	keypair_certificate(world.epoch_key, KEYPAIR_SIGN, "Example Root",
	    1796000000, &der, &e);
	cert_parse(span_of(&der), CERT_WHOLE, &c, &e);
	buf_add(&world.object[0], c.tbs.p, c.tbs.len);
	sha256(tbs, c.tbs.p, c.tbs.len);
	oprec_init(&r);
	snprintf(r.origin, sizeof(r.origin), ORIGIN);
	snprintf(r.step, sizeof(r.step), "2.3");
	snprintf(r.token, sizeof(r.token), "root-token");
	it = oprec_add(&r, OPREC_CERT_SIGN, "c-root");
	memset(it->key, 'a', 64);
	snprintf(it->mechanism, sizeof(it->mechanism), "ecdsa-sha256");
	cert_serial_hex(&c, it->serial, sizeof(it->serial));
	it->has_tbs = true;
	memcpy(it->tbs, tbs, SHA256_LEN);
	oprec_add(&r, OPREC_DEACTIVATE, "root-token");
	CHECK("a record", oprec_encode(&r, &world.object[1], &e) == 0);
	world.objects = 2;
	sha256(record, world.object[1].data, world.object[1].len);
	oprec_fini(&r);
	buf_free(&der);
}

/* A visit that logs in, consents to the record, and gives the share. */
static inline struct json *
anna_due(void)
{
	static const uint8_t none[SHA256_LEN];
	struct json *d = due("visit");

	add_statement(d, "login", "none", none);
	add_statement(d, "consent", "record", record);
	add_share(d, "k1", "user-pin");
	return d;
}

#endif
