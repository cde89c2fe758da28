/* SPDX-License-Identifier: MIT */
/*
 * Which function folds which event, and what those functions share.
 * Invariant: every row of the event table has a function.
 */
#include "ceremony/state/fold.h"

#include <stdio.h>
#include <string.h>

#include "ceremony/people/statement.h"

static fold_fn *const FOLD[EV_COUNT] = {
	[EV_GENESIS] = fold_genesis,
	[EV_FORMAT_UPGRADE] = fold_upgrade,
	[EV_SITTING_OPEN] = fold_sitting_open,
	[EV_SITTING_CLOSE] = fold_sitting_close,
	[EV_CLOSE_UNSEALED] = fold_close_unsealed,
	[EV_RECOVERY] = fold_recovery,
	[EV_MIRROR_REPAIR] = fold_plain,
	[EV_MEDIA_ONE] = fold_media_one,
	[EV_MEDIA_RETIRE] = fold_plain,
	[EV_MEDIA_ADD] = fold_media_add,
	[EV_FORK_RESOLVED] = fold_fork_resolved,
	[EV_LOSS_ACCEPTED] = fold_loss_accepted,
	[EV_CHECKPOINT_SIGN] = fold_checkpoint,
	[EV_LOG_INIT] = fold_log_init,
	[EV_LOG_SHARE] = fold_log_share,
	[EV_HSM_MODULE] = fold_hsm_module,
	[EV_ANOMALY] = fold_plain,
	[EV_NOTE] = fold_plain,
	[EV_CLOCK_SET] = fold_clock_set,
	[EV_ROOM_ENTER] = fold_plain,
	[EV_ROOM_LEAVE] = fold_plain,
	[EV_OBJECT_MOVE] = fold_plain,
	[EV_AUTH_LOGIN] = fold_login,
	[EV_AUTH_LOGOUT] = fold_logout,
	[EV_AUTH_FAIL] = fold_plain,
	[EV_KEY_ENROLL] = fold_key_enroll,
	[EV_CUSTODIAN_ENROLL] = fold_custodian_enroll,
	[EV_CUSTODIAN_NOTE] = fold_custodian_note,
	[EV_ROSTER_SIGN] = fold_roster_sign,
	[EV_ROSTER_SEAL] = fold_roster_seal,
	[EV_PROFILE_ADMIT] = fold_profile_admit,
	[EV_PLAN_ADMIT] = fold_plan_admit,
	[EV_SCRIPT_ADMIT] = fold_script_admit,
	[EV_APPROVE] = fold_approve,
	[EV_FILE_REFUSED] = fold_plain,
	[EV_STEP_BEGIN] = fold_step_begin,
	[EV_STEP_FIELD] = fold_step_field,
	[EV_STEP_END] = fold_step_end,
	[EV_DEVIATION_OPEN] = fold_deviation_open,
	[EV_DEVIATION_DECIDE] = fold_deviation_decide,
	[EV_BREAK_BEGIN] = fold_break_begin,
	[EV_BREAK_END] = fold_break_end,
	[EV_READBACK] = fold_readback,
	[EV_TOKEN_DEAL] = fold_token_deal,
	[EV_SHARE_OPEN] = fold_share_open,
	[EV_RUN_PREPARED] = fold_run_prepared,
	[EV_RUN_DROPPED] = fold_run_dropped,
	[EV_CONSENT] = fold_consent,
	[EV_WITNESS] = fold_witness,
	[EV_TOKEN_INIT_BEGIN] = fold_token_init_begin,
	[EV_TOKEN_INIT_END] = fold_token_init_end,
	[EV_TOKEN_ACTIVATE] = fold_token_activate,
	[EV_TOKEN_IDLE] = fold_token_idle,
	[EV_TOKEN_DEACTIVATE_BEGIN] = fold_deactivate_begin,
	[EV_TOKEN_DEACTIVATE_END] = fold_deactivate_end,
	[EV_KEY_GEN_BEGIN] = fold_key_begin,
	[EV_KEY_GEN_END] = fold_key_end,
	[EV_TBS_PREPARED] = fold_tbs_prepared,
	[EV_CERT_SIGN_BEGIN] = fold_cert_begin,
	[EV_CERT_SIGN_END] = fold_cert_end,
	[EV_CRL_SIGN_BEGIN] = fold_crl_begin,
	[EV_CRL_SIGN_END] = fold_crl_end,
	[EV_RESOLVE] = fold_resolve,
	[EV_DOUBT_RESOLVED] = fold_doubt_resolved,
	[EV_LINT_REFUSED] = fold_plain,
	[EV_LINT_TRIED] = fold_plain,
	[EV_CSR_IMPORT] = fold_csr_import,
	[EV_CSR_REFUSED] = fold_plain,
	[EV_CSR_APPROVE] = fold_csr_approve,
	[EV_EXPORT_BUNDLE] = fold_export_bundle,
	[EV_EXPORT_COPY] = fold_export_copy,
	[EV_PRINT_BEGIN] = fold_print_begin,
	[EV_PRINT] = fold_print,
	[EV_REVIEW] = fold_review,
};

fold_fn *
fold_of(enum event_type type)
{
	return FOLD[type];
}

int
fold_refuse(struct err *e, const struct entry *en, const char *why)
{
	return err_set(e, ERR_REFUSED, "state.order", "ev", en->evname,
	    "why", why, NULL);
}

/* Nothing in the state depends on it. */
int
fold_plain(const struct ceremony *c, struct ceremony *w,
    const struct entry *en, struct err *e)
{
	(void)c;
	(void)w;
	(void)en;
	(void)e;
	return 0;
}

const char *
d_str(const struct entry *en, const char *key)
{
	const char *s = json_get_str(en->d, key);

	return s != NULL ? s : "";
}

int64_t
d_int(const struct entry *en, const char *key)
{
	return json_get_int(en->d, key, -1);
}

void
d_sha(const struct entry *en, const char *key,
    uint8_t out[static SHA256_LEN])
{
	if (json_get_hex(en->d, key, out, SHA256_LEN) == -1)
		memset(out, 0, SHA256_LEN);
}

bool
d_has(const struct entry *en, const char *key)
{
	return json_get(en->d, key) != NULL;
}

void
copy_str(char *out, size_t size, const char *s)
{
	size_t len = strnlen(s, size - 1);

	memcpy(out, s, len);
	out[len] = '\0';
}

int
fold_object(const struct ceremony *c, const struct entry *en,
    const char *name, struct buf *out, struct err *e)
{
	uint8_t want[SHA256_LEN], got[SHA256_LEN];

	if (entry_attachment(en, name, want) == -1)
		return fold_refuse(e, en, "attachment");
	if (c->objects.get(c->objects.arg, want, out, e) == -1)
		return -1;
	sha256(got, out->data, out->len);
	if (memcmp(want, got, SHA256_LEN) != 0)
		return err_set(e, ERR_FORM, "object.digest", "name", name,
		    NULL);
	return 0;
}

/* Who says it, alone, and in a role that may. */
static int
statement_author(const struct ceremony *c, const struct entry *en,
    const struct statement *st, const struct person **p, unsigned *role,
    struct err *e)
{
	const struct role_info *ri = role_find(st->role);
	char by[sizeof(st->person) + 4];

	snprintf(by, sizeof(by), "op/%s", st->person);
	*p = ceremony_person(c, st->person);
	if (*p == NULL || ri == NULL || json_count(en->by) != 1 ||
	    strcmp(json_str(json_at(en->by, 0)), by) != 0)
		return err_set(e, ERR_REFUSED, "cred.not-enrolled", "person",
		    st->person, "date", "-", NULL);
	if (((*p)->roles & ri->role) == 0 || (en->ev->roles & ri->role) == 0)
		return err_set(e, ERR_REFUSED, "role.not-allowed", "person",
		    (*p)->name, "role", st->role, "deed", st->kind, "allowed",
		    "-", NULL);
	*role = ri->role;
	return 0;
}

/*
 * Where it was said: in this epoch, at an entry that stands here, by somebody
 * whose last seal stands here too or was abandoned.
 */
static int
statement_place(const struct ceremony *c, const struct statement *st,
    const char *name, struct err *e)
{
	const uint8_t *hash = ceremony_hash(c, st->asked.n);

	if (strcmp(st->epoch, c->epoch) != 0)
		return err_set(e, ERR_REFUSED, "statement.epoch", "person",
		    name, NULL);
	if (hash == NULL || memcmp(hash, st->asked.hash, SHA256_LEN) != 0)
		return err_set(e, ERR_REFUSED, "statement.head", "person",
		    name, NULL);
	if (st->seen.n < 0)
		return 0;
	hash = ceremony_hash(c, st->seen.n);
	if ((hash != NULL && memcmp(hash, st->seen.hash, SHA256_LEN) == 0) ||
	    ceremony_is_lost(c, &st->seen))
		return 0;
	err_set(e, ERR_REFUSED, hash == NULL ? "media.rollback" : "media.fork",
	    "a", "A", "source", name, "k", "1", "other", "B", NULL);
	err_arg_int(e, "n", c->head.n);
	return -1;
}

int
fold_statement(const struct ceremony *c, const struct entry *en,
    bool must_be_in, const struct person **p, unsigned *role,
    uint8_t doc[static SHA256_LEN], struct err *e)
{
	struct statement st;
	struct buf sig = BUF_INIT;
	int ret = -1;

	memset(&st, 0, sizeof(st));
	if (statement_get(en->d, &st, &sig, e) == -1)
		goto out;
	copy_str(st.kind, sizeof(st.kind), statement_kind(en->ev->type));
	copy_str(st.origin, sizeof(st.origin), c->origin);
	if (statement_author(c, en, &st, p, role, e) == -1 ||
	    statement_place(c, &st, (*p)->name, e) == -1)
		goto out;
	if (must_be_in && !(*p)->in) {
		fold_refuse(e, en, "not-in");
		goto out;
	}
	if (statement_verify(&st, (*p)->sign.data, (*p)->sign.len, sig.data,
	    sig.len, e) == -1)
		goto out;
	memcpy(doc, st.doc, SHA256_LEN);
	ret = 0;
out:
	buf_free(&sig);
	return ret;
}

void
clear_consents(struct ceremony *w)
{
	for (size_t i = 0; i < w->runs; i++) {
		w->run[i].consents = 0;
		w->run[i].witness[0] = '\0';
		w->run[i].activated = false;
	}
}

void
end_activation(struct ceremony *w, const char *token)
{
	struct token *t = token_of(w, token);

	if (t != NULL)
		t->active = false;
	clear_consents(w);
}

void
fold_failed(struct ceremony *w, const struct item *it)
{
	w->item[it - w->item].state = ITEM_PREPARED;
	end_activation(w, it->token);
}

void
clear_people(struct ceremony *w)
{
	for (size_t i = 0; i < w->persons; i++) {
		w->person[i].in = false;
		w->person[i].cosigned = false;
	}
	w->resolves = 0;
}

void
close_run(struct ceremony *w)
{
	struct run *r = run_of(w);

	if (r != NULL && run_next(w, r) == NULL)
		r->open = false;
}

int
fold_deed(const struct ceremony *c, const struct entry *en,
    enum item_kind kind, const struct item **it, struct err *e)
{
	const struct run *r = ceremony_run(c);
	const struct token *t;

	if (r == NULL || r->no != d_int(en, "run"))
		return fold_refuse(e, en, "no-run");
	*it = run_next(c, r);
	if (*it == NULL || strcmp((*it)->id, d_str(en, "item")) != 0 ||
	    (*it)->kind != kind)
		return fold_refuse(e, en, "not-next");
	if ((*it)->state == ITEM_BEGUN)
		return fold_refuse(e, en, "begun");
	if (!run_authorised(c, r))
		return err_set(e, ERR_REFUSED, "run.not-authorised", "item",
		    (*it)->id, NULL);
	if (kind == ITEM_TOKEN)
		return 0;
	t = ceremony_token(c, r->token);
	if (t == NULL || !t->active || !r->activated)
		return fold_refuse(e, en, "inactive");
	return 0;
}

int
fold_outcome(const struct ceremony *c, const struct entry *en,
    enum item_kind kind, const struct item **it, struct err *e)
{
	const struct run *r = ceremony_run(c);

	if (r == NULL || r->no != d_int(en, "run"))
		return fold_refuse(e, en, "no-run");
	*it = run_next(c, r);
	if (*it == NULL || strcmp((*it)->id, d_str(en, "item")) != 0 ||
	    (*it)->kind != kind || (*it)->state != ITEM_BEGUN ||
	    strcmp((*it)->begun_epoch, c->epoch) != 0)
		return fold_refuse(e, en, "not-begun");
	return 0;
}
