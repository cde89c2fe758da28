/* SPDX-License-Identifier: MIT */
/*
 * The fold's door.  Invariant: the state changes by ceremony_apply() only,
 * and only after the entry was decoded, held against the event table and the
 * rights of those who stand in it, and checked by its own function.
 */
#include "ceremony/state/state.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/state/fold.h"

struct ceremony *
ceremony_new(const struct object_source *objects)
{
	struct ceremony *c = xcalloc(1, sizeof(*c));

	c->objects = *objects;
	c->head.n = -1;
	c->s = -1;
	c->closed = -1;
	c->sealed = -1;
	c->roster_n = -1;
	c->reviewed = -1;
	return c;
}

void
ceremony_free(struct ceremony *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->persons; i++) {
		buf_free(&c->person[i].sign);
		buf_free(&c->person[i].share);
	}
	for (size_t i = 0; i < c->items; i++) {
		buf_free(&c->item[i].spki);
		json_free(c->item[i].attributes);
	}
	event_set_free(c->events);
	free(c->lost);
	free(c->person);
	free(c->set);
	free(c->step);
	free(c->deviation);
	free(c->token);
	free(c->item);
	free(c->run);
	free(c->burnt);
	free(c->resolve);
	free(c->hashes);
	buf_free(&c->log_spki);
	json_free(c->profiles);
	json_free(c->plan);
	json_free(c->script);
	free(c);
}

/* Who stands in `by` is in, and one of the event's roles. */
static int
check_rights(const struct ceremony *c, const struct entry *en, struct err *e)
{
	size_t n = json_count(en->by);

	if (n == 0) {
		if ((en->ev->roles & EVENT_APPLIANCE) == 0 &&
		    en->rc == RC_OK)
			return fold_refuse(e, en, "by");
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		const char *by = json_str(json_at(en->by, i));
		const struct person *p;

		if (by == NULL || strncmp(by, "op/", 3) != 0 ||
		    (p = ceremony_person(c, by + 3)) == NULL)
			return err_set(e, ERR_REFUSED, "cred.not-enrolled",
			    "person", by, "date", "-", NULL);
		if (!p->in && !event_is_statement(en->ev))
			return fold_refuse(e, en, "not-in");
		if ((en->ev->roles & p->roles) == 0)
			return err_set(e, ERR_REFUSED, "role.not-allowed",
			    "person", p->name, "role", "-", "deed",
			    en->ev->name, "allowed", "-", NULL);
	}
	return 0;
}

/* What may stand before a sitting is open, while it closes, after the seal. */
static int
check_sitting(const struct ceremony *c, const struct entry *en, struct err *e)
{
	enum event_type t = en->ev->type;

	if (t == EV_GENESIS || t == EV_SITTING_OPEN || t == EV_RECOVERY ||
	    t == EV_MIRROR_REPAIR || t == EV_MEDIA_ONE ||
	    t == EV_MEDIA_RETIRE || t == EV_ANOMALY ||
	    (t == EV_PRINT && c->printing.open))
		return 0;
	switch (c->sitting) {
	case SITTING_NONE:
		return fold_refuse(e, en, "no-sitting");
	case SITTING_STARTED:
		if (t == EV_AUTH_LOGIN || t == EV_AUTH_FAIL ||
		    t == EV_LOG_INIT || t == EV_KEY_ENROLL ||
		    t == EV_HSM_MODULE || t == EV_CHECKPOINT_SIGN ||
		    t == EV_PRINT_BEGIN || t == EV_PRINT)
			return 0;
		return fold_refuse(e, en, "not-opened");
	case SITTING_OPEN:
		return 0;
	case SITTING_CLOSING:
		if (t == EV_CHECKPOINT_SIGN || t == EV_CLOSE_UNSEALED ||
		    t == EV_AUTH_FAIL)
			return 0;
		return fold_refuse(e, en, "closing");
	case SITTING_SEALED:
		if (t == EV_AUTH_LOGOUT || t == EV_CUSTODIAN_NOTE ||
		    t == EV_STEP_BEGIN || t == EV_STEP_END ||
		    t == EV_STEP_FIELD || t == EV_NOTE ||
		    t == EV_ROOM_LEAVE || t == EV_PRINT_BEGIN ||
		    t == EV_PRINT || t == EV_REVIEW ||
		    t == EV_AUTH_FAIL)
			return 0;
		return fold_refuse(e, en, "sealed");
	}
	return 0;
}

/* While something is in doubt, only what can end it. */
static int
check_doubt(const struct ceremony *c, const struct entry *en, struct err *e)
{
	const struct item *it = ceremony_doubt(c);

	if (it == NULL)
		return 0;
	switch (en->ev->type) {
	case EV_AUTH_LOGIN:
	case EV_AUTH_LOGOUT:
	case EV_AUTH_FAIL:
	case EV_RESOLVE:
	case EV_DOUBT_RESOLVED:
	case EV_NOTE:
	case EV_ANOMALY:
	case EV_CHECKPOINT_SIGN:
	case EV_SITTING_OPEN:
	case EV_RECOVERY:
	case EV_MIRROR_REPAIR:
	case EV_MEDIA_ONE:
	case EV_MEDIA_RETIRE:
	case EV_KEY_ENROLL:
	case EV_LOG_INIT:
	case EV_HSM_MODULE:
		return 0;
	default:
		return err_set(e, ERR_REFUSED, "doubt.open", "item", it->id,
		    "done", item_kind_name(it->kind), NULL);
	}
}

/* A failure is an entry too, but a deed only where its fold knows failures. */
static int
check_rc(const struct entry *en, struct err *e)
{
	if (en->rc == RC_OK || fold_of(en->ev->type) == fold_plain)
		return 0;
	switch (en->ev->type) {
	case EV_TOKEN_INIT_END:
	case EV_KEY_GEN_END:
	case EV_CERT_SIGN_END:
	case EV_CRL_SIGN_END:
	case EV_TOKEN_DEACTIVATE_END:
	case EV_EXPORT_COPY:
	case EV_PRINT:
		return 0;
	default:
		return fold_refuse(e, en, "rc");
	}
}

/* While a loss waits to be accepted, or one medium alone to be decided on,
 * only what can do that. */
static int
check_loss(const struct ceremony *c, const struct entry *en, struct err *e)
{
	if (!c->loss_pending && !c->one_pending)
		return 0;
	switch (en->ev->type) {
	case EV_SITTING_OPEN:
	case EV_HSM_MODULE:
	case EV_AUTH_LOGIN:
	case EV_AUTH_LOGOUT:
	case EV_AUTH_FAIL:
	case EV_RESOLVE:
	case EV_LOSS_ACCEPTED:
	case EV_FORK_RESOLVED:
	case EV_NOTE:
	case EV_ANOMALY:
	case EV_CHECKPOINT_SIGN:
	case EV_RECOVERY:
	case EV_MIRROR_REPAIR:
	case EV_MEDIA_ONE:
	case EV_MEDIA_RETIRE:
		return 0;
	default:
		return err_set(e, ERR_REFUSED, c->loss_pending ?
		    "loss.pending" : "media.one-pending", "a", c->one, NULL);
	}
}

int
ceremony_check(const struct ceremony *c, const struct entry *en,
    struct err *e)
{
	if (en->ev == NULL || en->ev->type == EV_COUNT)
		return err_set(e, ERR_FORM, "entry.unknown", "ev",
		    en->evname, NULL);
	if ((c->head.n == -1) != (en->ev->type == EV_GENESIS))
		return fold_refuse(e, en, "genesis");
	if (check_rc(en, e) == -1 || check_sitting(c, en, e) == -1 ||
	    check_loss(c, en, e) == -1 || check_doubt(c, en, e) == -1 ||
	    check_rights(c, en, e) == -1)
		return -1;
	return fold_of(en->ev->type)(c, NULL, en, e);
}

static void
take_head(struct ceremony *c, const struct entry *en, const uint8_t *line,
    size_t len)
{
	size_t n = (size_t)en->n;

	if (n >= c->hashes_room) {
		c->hashes_room = c->hashes_room != 0 ?
		    c->hashes_room * 2 : 256;
		c->hashes = xreallocarray(c->hashes, c->hashes_room,
		    SHA256_LEN);
	}
	memcpy(c->hashes[n], en->hash, SHA256_LEN);
	c->head.n = en->n;
	memcpy(c->head.hash, en->hash, SHA256_LEN);
	merkle_add(&c->merkle, line, len);
	c->last_t = en->t;
	c->last_m = en->m;
}

/* The first line says by which table it is to be read. */
static int
genesis_table(struct ceremony *c, const uint8_t *line, size_t len,
    struct err *e)
{
	struct entry en;
	int ret;

	if (entry_decode_form(line, len, c->head.hash, &en, e) == -1)
		return -1;
	event_set_free(c->events);
	c->events = NULL;
	ret = strcmp(en.evname, "genesis") != 0 ? 0 :
	    event_set_load(en.d, c->objects.get, c->objects.arg, &c->events,
	    e);
	entry_fini(&en);
	return ret;
}

/* A new table is in force from the next line on. */
static void
switch_table(struct ceremony *c, const struct entry *en)
{
	struct event_set *next;
	struct err e;

	if (en->ev->type != EV_FORMAT_UPGRADE || en->rc != RC_OK)
		return;
	if (event_set_load(en->d, c->objects.get, c->objects.arg, &next,
	    &e) == -1)
		abort(); /* it was read when the entry was checked */
	event_set_free(c->events);
	c->events = next;
}

int
ceremony_apply(struct ceremony *c, const uint8_t *line, size_t len,
    struct err *e)
{
	struct entry en;
	int64_t s = c->s;
	int ret = -1;

	memset(&en, 0, sizeof(en));
	if ((c->head.n == -1 && genesis_table(c, line, len, e) == -1) ||
	    entry_decode_by(c->events, line, len, c->head.hash, &en, e) == -1)
		goto out;
	if (en.n != c->head.n + 1) {
		fold_refuse(e, &en, "sequence");
		goto out;
	}
	if (en.ev != NULL && en.ev->type == EV_SITTING_OPEN)
		s++;
	if (en.s != (s < 0 ? 0 : s)) {
		fold_refuse(e, &en, "sitting");
		goto out;
	}
	if (ceremony_check(c, &en, e) == -1)
		goto out;
	if (fold_of(en.ev->type)(c, c, &en, e) == -1)
		abort(); /* it was checked on the line before */
	take_head(c, &en, line, len);
	switch_table(c, &en);
	ret = 0;
out:
	entry_fini(&en);
	return ret;
}
