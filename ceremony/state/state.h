/* SPDX-License-Identifier: MIT */
/*
 * The ceremony as a fold over its transcript.  Everything the appliance
 * knows is in `struct ceremony`, and it is changed by ceremony_apply()
 * alone: one committed line after the other.  Console, tachiai-hsm and
 * tachiai-verify run this same code; what it refuses never happened.
 *
 * Readers may read every field; nobody else writes one.
 */
#ifndef TACHIAI_STATE_H
#define TACHIAI_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"
#include "ceremony/log/checkpoint.h"
#include "ceremony/log/entry.h"
#include "ceremony/people/role.h"

#define NAME_LEN   33  /* persons, items, tokens, sets: [a-z0-9-]{1,32} */
#define SERIAL_LEN 48  /* certificate serial in hex, or CRL number */
#define EPOCH_LEN  33

/* Where attachments come from: 0 and the bytes appended, or -1. */
struct object_source {
	int (*get)(void *arg, const uint8_t sha256[static SHA256_LEN],
	    struct buf *out, struct err *e);
	void *arg;
};

struct person {
	char id[NAME_LEN];
	char name[129];   /* as it is spoken and printed */
	char code[17];    /* "CA1" in the script of the enrolment day */
	char stick[65];
	unsigned roles;
	int64_t cost;     /* scrypt p of the credential */
	uint8_t sign_sha[SHA256_LEN], share_sha[SHA256_LEN]; /* certificates */
	struct buf sign, share; /* DER of them */
	uint8_t spki_sha[SHA256_LEN]; /* of the signing key */
	bool signed_roster;
	bool in;          /* authenticated in this epoch */
	unsigned role_in; /* as what */
	int64_t in_since; /* posix */
	bool cosigned;    /* the checkpoint of this close */
	int64_t note;     /* size last written to the stick, -1 none */
	bool log_share;   /* holds the log token's secret */
};

#define SET_MAX 16 /* shares of a set */

struct share_set {
	char id[NAME_LEN];
	char token[NAME_LEN];
	char purpose[17]; /* user-pin, so-pin, log */
	int m, n;
	char holder[SET_MAX][NAME_LEN]; /* holder[i] has share x = i + 1 */
	uint8_t commit[SET_MAX][SHA256_LEN];
	uint8_t secret[SHA256_LEN]; /* commitment of the secret */
	bool opened[SET_MAX];
	bool in_force;  /* the token's PIN is of this set */
	char epoch[EPOCH_LEN]; /* in which it was dealt */
};

enum token_state {
	TOKEN_NONE,
	TOKEN_DEALT, /* shares dealt, no token yet */
	TOKEN_READY, /* set up */
};

struct token {
	char id[NAME_LEN];
	enum token_state state;
	bool active;
	char serial[65], manufacturer[65], model[65];
	int64_t bits;
	uint8_t store[SHA256_LEN]; /* digest of its store, of files */
	bool has_store;
};

enum item_kind {
	ITEM_TOKEN,      /* token-init */
	ITEM_KEY,        /* key-gen */
	ITEM_CERT,       /* cert-sign */
	ITEM_CRL,        /* crl-sign */
	ITEM_DEACTIVATE, /* the last deed of a list; id is the token's */
};

enum item_state {
	ITEM_PLANNED,
	ITEM_PREPARED, /* its bytes exist and were linted */
	ITEM_BEGUN,    /* intent without outcome */
	ITEM_DONE,
};

struct item {
	char id[NAME_LEN];
	enum item_kind kind;
	enum item_state state;
	size_t row; /* of the plan's section, where it was last seen */
	char token[NAME_LEN];
	char issuer[NAME_LEN];  /* certificate id; "" for a root */
	char key[NAME_LEN];     /* key item of the subject or the signer */
	uint8_t key_sha[SHA256_LEN]; /* SPKI of the signing key, or of the key made */
	bool has_tbs;
	uint8_t tbs[SHA256_LEN];
	char serial[SERIAL_LEN]; /* certificate serial or CRL number */
	int64_t not_before, not_after;
	int64_t rules, warned, refused;
	char cka_id[65];
	struct buf spki;         /* keys: DER */
	int64_t made;            /* keys: second of the generation */
	struct json *attributes; /* keys: read back */
	bool has_csr, csr_approved;
	uint8_t csr[SHA256_LEN], csr_form[SHA256_LEN];
	uint8_t csr_spki[SHA256_LEN]; /* of the key in the request */
	uint8_t made_sha[SHA256_LEN]; /* the certificate or CRL */
	int64_t done_t;
	char begun_epoch[EPOCH_LEN];
	bool read_back;
	int exported;            /* copies compared */
	int run;                 /* number of its run, -1 none */
};

#define RUN_ITEMS 256

struct run {
	int no;
	char step[17];
	char token[NAME_LEN];
	uint8_t record[SHA256_LEN];
	size_t n;
	size_t item[RUN_ITEMS]; /* indices of items, in their order */
	bool open;
	char consent[SET_MAX][NAME_LEN]; /* in this epoch */
	size_t consents;
	char witness[NAME_LEN]; /* "" none */
	bool activated;         /* in this epoch, by these consents */
};

struct resolve { /* a `resolve` statement of this epoch */
	char person[NAME_LEN];
	unsigned role;
	uint8_t doc[SHA256_LEN];
};

struct deviation {
	int no;
	char step[17];
	char expected[513], happened[513], because[513];
	char decision[17]; /* "" while open */
};

enum step_state {
	STEP_TODO,
	STEP_NOW,
	STEP_DONE,
	STEP_DEVIATED,
	STEP_NOT_RUN,
};

struct step_record {
	enum step_state state;
	int64_t begun, ended; /* posix */
	bool read;            /* record, compare: the last value's digest */
	uint8_t value[SHA256_LEN];
	bool reviewed;        /* review: signed off while it ran */
	uint32_t each;        /* foreach: a bit for each who has said so */
	enum {
		ANSWER_NONE,
		ANSWER_YES,
		ANSWER_NO,
	} answer; /* of a branch */
};

enum sitting_state {
	SITTING_NONE,    /* no volume, or between sittings (sealed) */
	SITTING_STARTED, /* sitting.open; nobody in yet */
	SITTING_OPEN,    /* an operations manager is in, or no roster yet */
	SITTING_CLOSING, /* sitting.close: cosignatures come */
	SITTING_SEALED,  /* only a coda may follow */
};

struct lost { /* an end that somebody remembers and this volume has not */
	char source[129];
	struct head head;
};

#define LOSS_SKIP 16 /* CRL numbers that are passed over after a loss */

struct burnt { /* serial or number listed as possibly issued */
	char item[NAME_LEN];
	char serial[SERIAL_LEN];
	uint8_t tbs[SHA256_LEN];
};

enum paper_kind { /* documents that the console makes */
	PAPER_TRANSCRIPT, /* up to the last seal */
	PAPER_SHEET,      /* of enrolment, up to roster.seal */
	PAPER_KINDS,
};

struct printing { /* print.begin without its print */
	bool open;
	enum paper_kind kind;
	int64_t copy, end, pages;
	uint8_t sha[SHA256_LEN];
	char to[65];
};

struct ceremony {
	struct object_source objects;

	/* the log */
	struct event_set *events; /* the table in force; NULL: our own */
	char origin[161];
	char mode[17]; /* rehearsal, production */
	bool production;
	struct head head;        /* n -1 before the genesis */
	uint8_t (*hashes)[SHA256_LEN]; /* HASH of every entry */
	size_t hashes_room;
	struct merkle merkle;
	int64_t last_t, last_m;
	uint8_t log_spki_sha[SHA256_LEN];
	struct buf log_spki;     /* DER; empty before key.enroll */
	char log_alg[17];
	bool log_ready;          /* log.init seen */
	uint8_t log_store[SHA256_LEN];
	bool has_log_store;

	/* the sitting */
	enum sitting_state sitting;
	int64_t s;               /* number of the sitting, -1 none */
	char epoch[EPOCH_LEN];
	int64_t opened_t;
	bool has_module;         /* hsm.module seen in this sitting */
	uint8_t module[SHA256_LEN]; /* digest of its file */
	bool clock_set;
	bool crashed;            /* the sitting before was not sealed */
	struct lost *lost;       /* named by sitting.open; kept for ever */
	size_t losts;
	bool loss_pending;       /* until loss.accepted nothing else is done */
	bool forked;             /* and one of them is another story */
	size_t media;            /* of the volume, by its genesis, and added */
	char one[2];             /* this sitting's medium, where it is alone */
	bool one_pending;        /* until media.one nothing else is done */
	bool on_break;
	int64_t closed;          /* n of the last sitting.close, -1 none */
	int64_t sealed;          /* n of the last sealing entry, -1 none */
	int64_t checkpoint_size; /* of the last log checkpoint, 0 none */
	uint8_t checkpoint_root[SHA256_LEN];
	int64_t checkpoint_n;    /* n of that entry */
	int64_t signed_unclosed; /* certificates and CRLs ended since a seal */

	/* people */
	struct person *person;
	size_t persons;
	bool roster_sealed;
	uint8_t roster[SHA256_LEN];
	int64_t roster_n;        /* n of roster.seal, -1 none */
	struct share_set *set;
	size_t sets;

	/* the ceremony files */
	struct json *profiles, *plan, *script; /* canonical forms, or NULL */
	uint8_t profiles_file[SHA256_LEN], plan_file[SHA256_LEN],
	    script_file[SHA256_LEN];
	bool approved; /* these three, by the Service Owner */

	/* the script */
	struct step_record *step;
	size_t steps;
	size_t now;    /* index of the step that runs or comes next */
	struct deviation *deviation;
	size_t deviations;

	/* keys, certificates, CRLs */
	struct token *token;
	size_t tokens;
	struct item *item;
	size_t items;
	struct run *run;
	size_t runs;
	struct burnt *burnt;
	size_t burnts;
	struct resolve *resolve;
	size_t resolves;
	int bundles;
	char bundle[NAME_LEN];
	uint8_t manifest[SHA256_LEN];
	int copies;    /* of the last bundle, compared */
	size_t bundle_step; /* index of the step that made it */

	/* paper */
	int printed[PAPER_KINDS]; /* tries, of the document of the last end */
	int meant[PAPER_KINDS];   /* copies of it, 0 until the first is begun */
	struct printing printing; /* begun; whether it came out is not known */
	int64_t reviewed;         /* n up to which the log was signed off, -1 */
	int64_t reviewed_t;       /* and when */
};

struct ceremony *ceremony_new(const struct object_source *objects);
void ceremony_free(struct ceremony *c);

/*
 * Decode and check one line and take it into the state.  On -1 nothing has
 * changed.  ceremony_check() only says whether it would be taken; the entry
 * must be encoded or decoded against c->head.
 */
int ceremony_apply(struct ceremony *c, const uint8_t *line, size_t len,
    struct err *e);
int ceremony_check(const struct ceremony *c, const struct entry *en,
    struct err *e);

/* Look-ups: NULL, or -1, when not there. */
const struct person *ceremony_person(const struct ceremony *c,
    const char *id);
const struct person *ceremony_code(const struct ceremony *c,
    const char *code);
const struct token *ceremony_token(const struct ceremony *c, const char *id);
const struct item *ceremony_item(const struct ceremony *c, const char *id);
const struct run *ceremony_run(const struct ceremony *c); /* the open one */
/* The set in force, or last dealt, for a token and purpose. */
const struct share_set *ceremony_set(const struct ceremony *c,
    const char *token, const char *purpose);
const struct share_set *ceremony_set_by_id(const struct ceremony *c,
    const char *id);
/* x of a person's share in the set, 0 none. */
int share_set_x(const struct share_set *set, const char *person);

/* The close is cosigned by a quorum and an operations manager: what the
 * transcript key signs next is the seal. */
bool ceremony_cosigned(const struct ceremony *c);
/*
 * CA administrators whose cosignatures a seal needs: two, or as many as the
 * largest user-PIN set that was dealt (transcript(5)).  A verifier that
 * reads no profile set comes to the same number (seal.c).
 */
int ceremony_seal_quorum(const struct ceremony *c);
/* People of a role who are in. */
size_t ceremony_in(const struct ceremony *c, unsigned roles);
/* People who are in and hold one of the roles, whichever they came in as. */
size_t ceremony_in_holding(const struct ceremony *c, unsigned roles);
/* The copies that the export step asks for were made by this very step. */
bool ceremony_exported(const struct ceremony *c);
/* CA administrators needed where no token's set says it (CPS 5.2.2). */
int ceremony_ca_quorum(const struct ceremony *c);
/* Quorum of the token's user set (m), or of the plan before it is dealt. */
int ceremony_quorum(const struct ceremony *c, const char *token);
/*
 * The people whom a quorum step asks for are in: of its role as many as the
 * token's set, or the profile set, says, and an operations manager.
 */
bool ceremony_step_quorum(const struct ceremony *c, const struct json *step);
size_t ceremony_step_need(const struct ceremony *c, const struct json *step,
    unsigned *role);
/* People of a role that a roster needs (CPS 5.2.2). */
int ceremony_headcount(const struct ceremony *c, const struct role_info *r);
/* What a production volume signs with: the profile set lists the module. */
bool ceremony_module_listed(const struct ceremony *c);
/* Run authorised in this epoch: m consents and the witness. */
bool run_authorised(const struct ceremony *c, const struct run *r);
/* The script names this plan and this profile set. */
bool ceremony_pinned(const struct ceremony *c);
/* A deviation was decided so: the ceremony ends in good order. */
bool ceremony_ending(const struct ceremony *c);
/*
 * First item of a run that is not done, NULL when all are; where the
 * ceremony ends, of what was not begun only the deactivation counts.
 */
const struct item *run_next(const struct ceremony *c, const struct run *r);
/* An intent without an outcome from another epoch: NULL none. */
const struct item *ceremony_doubt(const struct ceremony *c);
/* Entry hash at n; NULL beyond the end. */
const uint8_t *ceremony_hash(const struct ceremony *c, int64_t n);
/* The roster as the canonical JSON that everyone signs. */
void ceremony_roster(const struct ceremony *c, struct buf *out);
/* The document the Service Owner approves: the three files' digests. */
void ceremony_approval(const struct ceremony *c, struct buf *out);
/* The document of a doubt's way out, or of a deviation's decision. */
void ceremony_doubt_record(const struct ceremony *c, const struct item *it,
    const char *way, struct buf *out);
void ceremony_deviation_record(const struct ceremony *c, int no,
    const char *decision, const char *because, struct buf *out);
/* The document by which two people open with one medium alone. */
void ceremony_one_record(const struct ceremony *c, struct buf *out);
/* The document by which a new medium, A or B, joins the volume; `device`: what
 * is erased for it, or NULL. */
void ceremony_medium_record(const struct ceremony *c, const char *medium,
    const char *uuid, const char *device, struct buf *out);
/* A CA administrator and an operations manager signed it: who the latter is, or
 * NULL.  It is emptied. */
const char *ceremony_two_signed(const struct ceremony *c, struct buf *record);
/* The document by which a new table of events comes in force. */
void ceremony_upgrade_record(const struct ceremony *c,
    const uint8_t table[static SHA256_LEN], struct buf *out);
/* The table in force is not this program's. */
bool ceremony_other_table(const struct ceremony *c);
/* The document of a loss that is accepted: the abandoned ends. */
void ceremony_loss_record(const struct ceremony *c, struct buf *out);
/* This end was abandoned, or is about to be. */
bool ceremony_is_lost(const struct ceremony *c, const struct head *h);
/* Highest CRL number of an issuer so far, -1 none; jumps by loss.accepted. */
int64_t ceremony_crl_number(const struct ceremony *c, const char *issuer);

const char *item_kind_name(enum item_kind kind); /* "cert-sign" */
/* The section of a plan that has its items; NULL for deactivate. */
const char *item_section(enum item_kind kind);
/* The item's row of the plan, NULL where it has none; and its kind. */
const struct json *ceremony_plan_item(const struct ceremony *c,
    const char *id, enum item_kind *kind);
/* The same for an item of the state, found at once. */
const struct json *ceremony_item_plan(const struct ceremony *c,
    const struct item *it);
/* SPKI of the key that signs an item; NULL while it does not exist. */
const struct buf *ceremony_signer_spki(const struct ceremony *c,
    const struct item *it);
/* fold_paper.c: "transcript"; the entry that it ends at, -1: there is none;
 * how many copies of it were meant when the first was begun, or are by the
 * script: what is made beyond them is a re-print. */
const char *paper_kind_name(enum paper_kind kind);
int64_t ceremony_paper_end(const struct ceremony *c, enum paper_kind kind);
int ceremony_paper_meant(const struct ceremony *c, enum paper_kind kind);
/* Step i of the script (0-based); its number, "2.1". */
const struct json *ceremony_step(const struct ceremony *c, size_t i);
const char *ceremony_step_no(const struct ceremony *c, size_t i);
/* The step that is now is a run over `item`. */
bool ceremony_step_runs(const struct ceremony *c, const char *item);

#endif
