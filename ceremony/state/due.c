/* SPDX-License-Identifier: MIT */
/*
 * What a visit to the trusted prompt would sign.  Invariant: a statement is
 * due only if the fold would take it from this person now.
 */
#include <string.h>

#include "ceremony/state/next.h"

static struct due *
add(struct due_list *l, enum event_type event, unsigned role)
{
	struct due *d = &l->due[l->n++];

	memset(d, 0, sizeof(*d));
	d->event = event;
	d->role = role;
	return d;
}

static void
add_text(struct due_list *l, enum event_type event, unsigned role,
    struct buf *text)
{
	struct due *d = add(l, event, role);

	sha256(d->doc, text->data, text->len);
	d->text = *text;
	*text = (struct buf)BUF_INIT;
}

void
due_list_fini(struct due_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		buf_free(&l->due[i].text);
	l->n = 0;
}

/* The role in which a person comes in: what the moment needs, else the
 * first of the roles with a credential. */
static unsigned
login_role(const struct person *p)
{
	for (size_t i = 0; i < ROLE_COUNT; i++)
		if ((p->roles & role_at(i)->role) != 0 &&
		    role_at(i)->credential)
			return role_at(i)->role;
	return 0;
}

/* Who opens the sitting gives the log token's secret with it. */
static void
due_login(const struct ceremony *c, const struct person *p,
    struct due_list *out)
{
	const struct share_set *set = ceremony_set(c, "log", "log");

	add(out, EV_AUTH_LOGIN, login_role(p));
	if (c->sitting == SITTING_STARTED && set != NULL && p->log_share)
		memcpy(out->set[out->sets++], set->id, NAME_LEN);
}

static bool
has_resolved(const struct ceremony *c, const struct person *p,
    const uint8_t doc[static SHA256_LEN])
{
	for (size_t i = 0; i < c->resolves; i++)
		if (strcmp(c->resolve[i].person, p->id) == 0 &&
		    memcmp(c->resolve[i].doc, doc, SHA256_LEN) == 0)
			return true;
	return false;
}

static void
due_resolve(const struct ceremony *c, const struct person *p,
    struct buf *text, unsigned roles, struct due_list *out)
{
	uint8_t doc[SHA256_LEN];
	unsigned role = (p->roles & ROLE_CA_ADMINISTRATOR) != 0 ?
	    ROLE_CA_ADMINISTRATOR : (p->roles & ROLE_SERVICE_OWNER) != 0 ?
	    ROLE_SERVICE_OWNER : ROLE_OPERATIONS_MANAGER;

	sha256(doc, text->data, text->len);
	if ((p->roles & roles & role) != 0 && !has_resolved(c, p, doc))
		add_text(out, EV_RESOLVE, role, text);
	buf_free(text);
}

/* Consent with the share, or the witness, for the open run. */
static void
due_run(const struct ceremony *c, const struct person *p,
    const struct run *r, struct due_list *out)
{
	const struct share_set *set;
	struct due *d;

	if ((p->roles & ROLE_CA_ADMINISTRATOR) != 0) {
		for (size_t i = 0; i < r->consents; i++)
			if (strcmp(r->consent[i], p->id) == 0)
				return;
		if (r->consents >= (size_t)ceremony_quorum(c, r->token))
			return;
		d = add(out, EV_CONSENT, ROLE_CA_ADMINISTRATOR);
		memcpy(d->doc, r->record, SHA256_LEN);
		for (int i = 0; i < 2; i++) {
			set = ceremony_set(c, r->token,
			    i == 0 ? "user-pin" : "so-pin");
			if (set == NULL || share_set_x(set, p->id) == 0 ||
			    (i == 1 && c->item[r->item[0]].kind !=
			    ITEM_TOKEN))
				continue;
			memcpy(out->set[out->sets++], set->id, NAME_LEN);
		}
	} else if ((p->roles & ROLE_OPERATIONS_MANAGER) != 0 &&
	    r->witness[0] == '\0') {
		d = add(out, EV_WITNESS, ROLE_OPERATIONS_MANAGER);
		memcpy(d->doc, r->record, SHA256_LEN);
	}
}

/* Every request of the step: more than a visit holds come in the next. */
static void
due_requests(
    const struct ceremony *c, const struct step *s, struct due_list *out)
{
	for (size_t i = 0; i < c->items && out->n < DUE_MAX; i++)
		if (import_asks(c, s, &c->item[i]))
			memcpy(add(out, EV_CSR_APPROVE, ROLE_RA_OFFICER)->doc,
			    c->item[i].csr, SHA256_LEN);
}

/* "B <uuid>", and " <device>" where that is erased for it. */
static bool
medium_way(const struct ceremony *c, const char *way, struct buf *out)
{
	const char *medium = way[0] == 'A' ? "A" : "B", *device;
	char uuid[40];
	size_t n;

	if (way[0] == '\0' || way[1] != ' ')
		return false;
	n = strcspn(way + 2, " ");
	if (n >= sizeof(uuid))
		return false;
	memcpy(uuid, way + 2, n);
	uuid[n] = '\0';
	device = way[2 + n] == ' ' ? way + 3 + n : NULL;
	ceremony_medium_record(c, medium, uuid, device, out);
	return true;
}

/* What a quorum and the operations manager sign at this moment, if anything. */
static bool
way_record(const struct ceremony *c, const struct next *next, const char *way,
    struct buf *out)
{
	struct buf table = BUF_INIT;
	uint8_t sha[SHA256_LEN];

	if (next->todo == TODO_ONE) {
		ceremony_one_record(c, out);
	} else if (way != NULL && strcmp(way, "upgrade") == 0) {
		event_table(&table);
		sha256(sha, table.data, table.len);
		ceremony_upgrade_record(c, sha, out);
		buf_free(&table);
	} else if (way != NULL && strncmp(way, WAY_MEDIUM,
	    strlen(WAY_MEDIUM)) == 0) {
		return medium_way(c, way + strlen(WAY_MEDIUM), out);
	} else if (next->todo == TODO_DOUBT && way != NULL) {
		ceremony_doubt_record(c, next->item, way, out);
	} else {
		return false;
	}
	return true;
}

bool
ceremony_way_record(const struct ceremony *c, const char *way, struct buf *out)
{
	struct next next;

	ceremony_next(c, &next);
	if (next.todo != TODO_LOSS)
		return way_record(c, &next, way, out);
	ceremony_loss_record(c, out);
	return true;
}

/*
 * The log is signed off up to its end, or up to the seal that it has; by the
 * log examiners whom the step names, or by any.
 */
static void
due_review(const struct ceremony *c, const struct person *p,
    const struct next *next, struct due_list *out)
{
	const struct json *by = next->step.by;
	bool named = json_count(by) == 0;

	for (size_t i = 0; i < json_count(by); i++)
		named = named || strcmp(json_str(json_at(by, i)), p->code) ==
		    0;
	if (next->todo != TODO_REVIEW || !named ||
	    (p->roles & ROLE_LOG_EXAMINER) == 0)
		return;
	memcpy(add(out, EV_REVIEW, ROLE_LOG_EXAMINER)->doc,
	    ceremony_hash(c, c->sitting == SITTING_SEALED ? c->sealed :
	    c->head.n), SHA256_LEN);
}

static void
due_now(const struct ceremony *c, const struct next *next,
    const struct person *p, const char *way, const struct buf *deviation,
    struct due_list *out)
{
	struct buf text = BUF_INIT;

	out->n = out->sets = 0;
	out->cosign = false;
	if (!c->roster_sealed) {
		if (next->todo == TODO_ROSTER && !p->signed_roster) {
			ceremony_roster(c, &text);
			add_text(out, EV_ROSTER_SIGN, login_role(p), &text);
		}
		return;
	}
	if (c->sitting == SITTING_CLOSING) {
		out->cosign = p->in && !p->cosigned && (p->role_in &
		    (ROLE_CA_ADMINISTRATOR | ROLE_OPERATIONS_MANAGER)) != 0;
		return;
	}
	/* After the seal nobody comes in any more. */
	if (c->sitting == SITTING_SEALED || c->sitting == SITTING_NONE) {
		if (p->in)
			due_review(c, p, next, out);
		return;
	}
	if (!p->in)
		due_login(c, p, out);
	if (next->todo == TODO_LOSS) {
		ceremony_loss_record(c, &text);
		due_resolve(c, p, &text, ROLE_CA_ADMINISTRATOR |
		    ROLE_SERVICE_OWNER, out);
		return;
	}
	if (way_record(c, next, way, &text)) {
		due_resolve(c, p, &text, ROLE_CA_ADMINISTRATOR |
		    ROLE_OPERATIONS_MANAGER, out);
		return;
	}
	if (deviation != NULL && deviation->len > 0) {
		buf_add(&text, deviation->data, deviation->len);
		due_resolve(c, p, &text, ROLE_OPERATIONS_MANAGER, out);
		return;
	}
	if (next->todo == TODO_APPROVE &&
	    (p->roles & ROLE_SERVICE_OWNER) != 0) {
		ceremony_approval(c, &text);
		add_text(out, EV_APPROVE, ROLE_SERVICE_OWNER, &text);
	}
	if (next->todo == TODO_CONFIRM && (p->roles & ROLE_RA_OFFICER) != 0)
		due_requests(c, &next->step, out);
	if (next->todo == TODO_CONSENT)
		due_run(c, p, next->run, out);
	due_review(c, p, next, out);
}

void
ceremony_due(const struct ceremony *c, const struct person *p,
    const char *way, const struct buf *deviation, struct due_list *out)
{
	struct next next;

	ceremony_next(c, &next);
	due_now(c, &next, p, way, deviation, out);
}

/* Does the moment wait for this person? */
static bool
wanted(const struct ceremony *c, const struct next *next,
    const struct person *p, const struct due_list *l)
{
	bool login = l->n > 0 && l->due[0].event == EV_AUTH_LOGIN;
	const struct share_set *set;
	unsigned role;
	size_t need;

	for (size_t i = 0; i < l->n; i++)
		if (l->due[i].event == EV_RESOLVE)
			return true;
	switch (next->todo) {
	case TODO_OPEN:
		return login && (p->roles & ROLE_OPERATIONS_MANAGER) != 0;
	case TODO_QUORUM:
		need = ceremony_step_need(c, next->step.json, &role);
		return login && (((p->roles & role) != 0 &&
		    ceremony_in_holding(c, role) < need) ||
		    ((p->roles & ROLE_OPERATIONS_MANAGER) != 0 &&
		    ceremony_in(c, ROLE_OPERATIONS_MANAGER) == 0));
	case TODO_SHARES:
		for (int i = 0; i < 2; i++) {
			set = ceremony_set(c, next->item->id,
			    i == 0 ? "user-pin" : "so-pin");
			if (share_set_x(set, p->id) != 0 &&
			    !set->opened[share_set_x(set, p->id) - 1])
				return true;
		}
		return false;
	case TODO_CLOSE:
		/* While it closes nobody comes in any more. */
		return login && (((p->roles & ROLE_OPERATIONS_MANAGER) != 0 &&
		    ceremony_in(c, ROLE_OPERATIONS_MANAGER) == 0) ||
		    ((p->roles & ROLE_CA_ADMINISTRATOR) != 0 &&
		    ceremony_in(c, ROLE_CA_ADMINISTRATOR) <
		    (size_t)ceremony_seal_quorum(c)));
	case TODO_COSIGN:
		return l->cosign;
	default:
		return l->n > (login ? 1u : 0u);
	}
}

size_t
ceremony_waiting(const struct ceremony *c, const char *way,
    const struct buf *deviation, const struct person **out, size_t max)
{
	struct next next;
	size_t n = 0;

	ceremony_next(c, &next);
	for (size_t i = 0; i < c->persons && n < max; i++) {
		struct due_list l;

		due_now(c, &next, &c->person[i], way, deviation, &l);
		if (wanted(c, &next, &c->person[i], &l))
			out[n++] = &c->person[i];
		due_list_fini(&l);
	}
	return n;
}
