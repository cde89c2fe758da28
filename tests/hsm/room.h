/* SPDX-License-Identifier: MIT */
/*
 * A room for tests of tachiai-hsm: eight people with keys, a transcript that
 * is built entry by entry with the core library, and the real program at the
 * other end of a socketpair.  The room plays console and tachiai-key, and
 * can be told to lie.
 */
#ifndef TACHIAI_TEST_ROOM_H
#define TACHIAI_TEST_ROOM_H

#include <openssl/evp.h>
#include <sys/types.h>

#include "appliance/world/msg.h"
#include "ceremony/state/decide.h"
#include "ceremony/state/prepare.h"
#include "ceremony/state/state.h"

#define ROOM_PEOPLE  8
#define ROOM_OBJECTS 256
#define ROOM_LINES   512

struct room_person {
	const char *id, *code;
	const char *roles[2];
	EVP_PKEY *sign, *share;
	struct buf sign_cert, share_cert;
	struct buf log_cms; /* DER, operations managers */
	struct buf user_cms, so_cms;
};

struct room {
	struct room_person p[ROOM_PEOPLE];
	/* the program */
	pid_t pid;
	int fd;
	uint32_t id;
	char module[340];
	const char *mode;   /* "rehearsal" */
	bool other_log_key; /* key.enroll names one that is not the token's */
	char epoch[EPOCH_LEN];
	struct buf epoch_cert;
	char refused[40]; /* id of the last refusal, "" none */
	char why[40];     /* its {why} */
	struct buf heard; /* everything it ever said */
	struct buf bytes; /* of the last answer */
	struct json *json;
	/* the console's own state */
	struct ceremony *c;
	struct buf object[ROOM_OBJECTS];
	size_t objects;
	struct buf line[ROOM_LINES];
	size_t lines;
	int64_t now;
	struct buf log_store, token_store;
	struct buf made; /* the last certificate */
};

/* The people, and the program started on `module`. */
void room_init(struct room *r, const char *module);
void room_fini(struct room *r);
/* The program anew: another epoch. */
void room_restart(struct room *r);
void room_stop(struct room *r);

/* Ask as console or key; 0, or -1 with the id in r->refused. */
int room_ask(struct room *r, enum msg_type type, struct json *j,
    const void *bytes, size_t len);

/* Let an object be known here and there. */
void room_object(
    struct room *r, const void *p, size_t len, uint8_t sha[static SHA256_LEN]);
void room_attach(struct room *r, struct command *cmd, const char *name,
    const void *p, size_t len);
struct json *room_json(const char *key, const char *value);
/* A member, if it is there. */
void room_copy(struct json *to, const struct json *from, const char *key);
/* The CMS block of a PEM text at *pos, which moves behind it. */
void room_pem(
    struct room *r, const struct buf *pem, size_t *pos, struct buf *der);
void room_command(struct command *cmd, enum event_type ev);
/* Decide, take, and stream; a failure here ends the test. */
void room_say(struct room *r, struct command *cmd);
/* Stream a line as it is; 0 or -1. */
int room_stream(struct room *r, const uint8_t *line, size_t len);

/* A statement of `person` over doc, signed by `signer`'s key. */
void room_statement(struct room *r, struct command *cmd, enum event_type ev,
    const char *person, const char *role, const char *signer, const char *epoch,
    const uint8_t doc[static SHA256_LEN]);
void room_state(struct room *r, enum event_type ev, const char *person,
    const char *role, const uint8_t doc[static SHA256_LEN]);

/* The day, in parts; each ends the test when it is refused. */
void room_begin(struct room *r); /* genesis, sitting */
void room_open(struct room *r);  /* genesis, log token, roster, logins */
void room_login(struct room *r, const char *person, const char *role);
void room_files(struct room *r); /* admitted and approved */
void room_step(struct room *r, enum event_type ev, const char *no);
void room_deal(struct room *r); /* shares out, opened */
void room_give_shares(struct room *r, const char *person);
/* A record of one item (and the deactivation), named by run.prepared. */
void room_prepare_run(struct room *r, const char *step, const char *item);
void room_consent(struct room *r, const char *person);
void room_witness(struct room *r, const char *person);
void room_item(struct room *r, enum event_type ev, const char *item);
void room_token(struct room *r); /* set up */
void room_activate(struct room *r);
void room_deactivate(struct room *r);
void room_key_begin(struct room *r);
void room_key(struct room *r); /* k-root */
void room_tbs(struct room *r, const char *item);
/* Everything up to consents for the root certificate. */
void room_until_certificate(struct room *r);
void room_sign_begin(struct room *r, const char *item);
void room_sign_end(struct room *r, const char *item);

/* Another program, told the whole volume, and a new sitting opened; the
 * first `lines` of it alone; the log token opened by a manager. */
void room_next_sitting(struct room *r);
void room_replay(struct room *r, size_t lines);
int room_log_open(struct room *r, const char *person);
/* An older copy of the volume: its first lines, another program, a sitting. */
void room_older(struct room *r, size_t lines);
/* What the shares of these two give, and the user PIN made of it. */
void room_secret(struct room *r, const char *a, const char *b,
    uint8_t secret[static 32], char pin[static 64]);
/* The share of one person, given as another's. */
int room_give_as(struct room *r, const char *holder, const char *as);

struct room_person *room_person(struct room *r, const char *id);
_Noreturn void room_die(struct room *r, const char *what, const struct err *e);

#endif
