/* SPDX-License-Identifier: MIT */
/*
 * Inside of the fold.  One function a kind of entry: it checks `en` against
 * `c`; then, if `w` is not NULL (it is the same state, to be changed), it
 * takes the entry in, which cannot fail any more.
 */
#ifndef TACHIAI_FOLD_H
#define TACHIAI_FOLD_H

#include "ceremony/files/script.h"
#include "ceremony/state/state.h"

typedef int fold_fn(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e);

/* The function of each event, by type (fold.c). */
fold_fn *fold_of(enum event_type type);

/* fold_log.c */
fold_fn fold_genesis, fold_sitting_open, fold_sitting_close,
    fold_close_unsealed, fold_recovery, fold_checkpoint, fold_log_init,
    fold_log_share, fold_key_enroll, fold_clock_set, fold_plain, fold_hsm_module,
    fold_loss_accepted, fold_fork_resolved, fold_media_one, fold_media_add,
    fold_upgrade;
/* fold_people.c */
fold_fn fold_custodian_enroll, fold_custodian_note, fold_roster_sign,
    fold_roster_seal, fold_login, fold_logout, fold_approve, fold_resolve,
    fold_csr_approve;
/* fold_steps.c */
fold_fn fold_profile_admit, fold_plan_admit, fold_script_admit,
    fold_step_begin, fold_step_field, fold_step_end, fold_deviation_open,
    fold_deviation_decide, fold_break_begin, fold_break_end;
/* fold_runs.c */
fold_fn fold_token_deal, fold_share_open, fold_run_prepared,
    fold_run_dropped, fold_consent, fold_witness, fold_token_activate,
    fold_token_idle, fold_token_init_begin, fold_token_init_end,
    fold_deactivate_begin, fold_deactivate_end;
/* fold_paper.c */
fold_fn fold_print_begin, fold_print, fold_review;
/* fold_doubt.c */
fold_fn fold_doubt_resolved;
/* fold_items.c */
fold_fn fold_tbs_prepared, fold_key_begin, fold_key_end, fold_cert_begin,
    fold_cert_end, fold_crl_begin, fold_crl_end, fold_csr_import,
    fold_readback, fold_export_bundle, fold_export_copy;

/* Refuse: the entry does not fit where the ceremony stands. */
int fold_refuse(struct err *e, const struct entry *en, const char *why);

/* Members of d, which event_check() has held against the table. */
const char *d_str(const struct entry *en, const char *key);
int64_t d_int(const struct entry *en, const char *key);
void d_sha(const struct entry *en, const char *key,
    uint8_t out[static SHA256_LEN]);
bool d_has(const struct entry *en, const char *key);
void copy_str(char *out, size_t size, const char *s);

/* Mutable look-ups for committing. */
struct person *person_of(struct ceremony *w, const char *id);
struct token *token_of(struct ceremony *w, const char *id);
struct item *item_of(struct ceremony *w, const char *id);
struct run *run_of(struct ceremony *w);
struct share_set *set_of(struct ceremony *w, const char *id);

/* The bytes of attachment `name`, whose digest is checked. */
int fold_object(const struct ceremony *c, const struct entry *en,
    const char *name, struct buf *out, struct err *e);

/*
 * The statement in `en`: by the right person, in this epoch, over a head
 * that stands here, with a good signature.  *p is who.
 */
int fold_statement(const struct ceremony *c, const struct entry *en,
    bool must_be_in, const struct person **p, unsigned *role,
    uint8_t doc[static SHA256_LEN], struct err *e);

/* Consents, witness and activations end: epoch, break, idle, deactivation. */
void clear_consents(struct ceremony *w);
/* The token is active no more, and who wants it again consents again. */
void end_activation(struct ceremony *w, const char *token);
/* The deed failed: what it may have done, one authorisation allowed once. */
void fold_failed(struct ceremony *w, const struct item *it);
void clear_people(struct ceremony *w);
/* The open run is closed when each of its items is done. */
void close_run(struct ceremony *w);
/*
 * The open run's next item is `id` of `kind`, authorised and (unless it sets
 * a token up) its token active: what every deed needs.
 */
int fold_deed(const struct ceremony *c, const struct entry *en,
    enum item_kind kind, const struct item **it, struct err *e);
/* An outcome for the item that is begun. */
int fold_outcome(const struct ceremony *c, const struct entry *en,
    enum item_kind kind, const struct item **it, struct err *e);

/* hands.c: a field of this verb is kept; what the step's end still asks for,
 * NULL nothing. */
void hands_keep(struct step_record *r, enum verb verb, const char *field,
    const char *value);
const char *hands_missing(const struct ceremony *c, const struct step *s);

/* certificate.c: digest of a certificate's SPKI; a signature by its key. */
int certificate_spki_sha(const uint8_t *der, size_t len,
    uint8_t out[static SHA256_LEN]);
int signature_verify_cert(const uint8_t *der, size_t der_len,
    const void *text, size_t len, const uint8_t *sig, size_t sig_len);
/* `der` is a certificate or CRL of exactly these bytes, signed by the key. */
int signed_by(const uint8_t *der, size_t len, const uint8_t *tbs,
    size_t tbs_len, const uint8_t *spki, size_t spki_len);

#endif
