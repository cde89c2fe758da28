/* SPDX-License-Identifier: MIT */
/*
 * Roles and rights.  Invariant: the two tables below are the whole truth;
 * no role that reviews, confirms, approves or witnesses moves a CA key, and
 * the one that does reviews nothing (CPS 5.2.1, 5.2.4).
 */
#include "ceremony/people/role.h"

#include <string.h>

#define SO ROLE_SERVICE_OWNER
#define OM ROLE_OPERATIONS_MANAGER
#define CA ROLE_CA_ADMINISTRATOR
#define RA ROLE_RA_OFFICER
#define LE ROLE_LOG_EXAMINER
#define IW ROLE_WITNESS
#define AU ROLE_AUDITOR

static const struct role_info ROLES[] = {
	{ SO, "service-owner", "role.service-owner", SO, 1, true },
	{ OM, "operations-manager", "role.operations-manager", OM | LE, 2,
	    true },
	{ CA, "ca-administrator", "role.ca-administrator", CA, 2, true },
	{ RA, "ra-officer", "role.ra-officer", RA, 2, true },
	{ LE, "log-examiner", "role.log-examiner", LE | OM, 2, true },
	{ IW, "witness", "role.witness", IW, 0, false },
	{ AU, "auditor", "role.auditor", AU, 0, false },
};

static const struct deed_info DEEDS[DEED_COUNT] = {
#define DEED(NAME, id, roles, key) \
	[DEED_##NAME] = { DEED_##NAME, id, "deed." id, roles, key }
	DEED(OPEN, "open", OM, false),
	DEED(CLOSE, "close", OM, false),
	DEED(COSIGN, "cosign", SO | OM | CA | RA | LE, false),
	DEED(CLOCK, "clock", OM | CA, false),
	DEED(ENROLL, "enroll", OM, false),
	DEED(SIGN_ROSTER, "sign-roster", SO | OM | CA | RA | LE, false),
	DEED(APPROVE, "approve", SO, false),
	DEED(CONSENT, "consent", CA, true),
	DEED(GIVE_SHARE, "give-share", CA, true),
	DEED(WITNESS, "witness", OM, false),
	DEED(CONFIRM_REQUEST, "confirm-request", RA, false),
	DEED(IMPORT, "import", OM | CA | RA, false),
	DEED(EXPORT, "export", OM | CA, false),
	DEED(ATTEST, "attest", ROLE_ALL, false),
	DEED(DEVIATE, "deviate", ROLE_ALL, false),
	DEED(DECIDE, "decide", OM, false),
	DEED(RESOLVE, "resolve", SO | OM | CA, false),
	DEED(ACCEPT_LOSS, "accept-loss", SO | OM | CA, false),
	DEED(BREAK, "break", OM | CA, false),
	DEED(READ_LOG, "read-log", OM | LE | AU, false),
	DEED(EXPORT_LOG, "export-log", LE, false),
	DEED(REVIEW_LOG, "review-log", LE, false),
#undef DEED
};

const struct role_info *
role_at(size_t i)
{
	return i < sizeof(ROLES) / sizeof(ROLES[0]) ? &ROLES[i] : NULL;
}

const struct role_info *
role_find(const char *id)
{
	const struct role_info *r;

	for (size_t i = 0; (r = role_at(i)) != NULL; i++)
		if (strcmp(r->id, id) == 0)
			return r;
	return NULL;
}

const struct role_info *
role_info(enum role role)
{
	const struct role_info *r;

	for (size_t i = 0; (r = role_at(i)) != NULL; i++)
		if (r->role == role)
			return r;
	return NULL;
}

bool
role_set_allowed(unsigned roles)
{
	const struct role_info *r;

	if (roles == 0 || (roles & ~(unsigned)ROLE_ALL) != 0)
		return false;
	for (size_t i = 0; (r = role_at(i)) != NULL; i++)
		if ((roles & r->role) != 0 && (roles & ~r->with) != 0)
			return false;
	return true;
}

int
role_set_check(const char *person, unsigned roles, struct err *e)
{
	const struct role_info *r, *first = NULL;

	if (role_set_allowed(roles))
		return 0;
	for (size_t i = 0; (r = role_at(i)) != NULL; i++) {
		if ((roles & r->role) == 0)
			continue;
		if (first == NULL)
			first = r;
		else if ((first->with & r->role) == 0)
			return err_set(e, ERR_REFUSED, "role.conflict",
			    "person", person, "role1", first->label, "role2",
			    r->label, NULL);
	}
	return err_set(e, ERR_REFUSED, "role.unknown", "person", person, NULL);
}

int
role_headcount(const unsigned *roles, size_t n, struct err *e)
{
	const struct role_info *r;

	for (size_t i = 0; (r = role_at(i)) != NULL; i++) {
		unsigned k = 0;

		for (size_t j = 0; j < n; j++)
			if ((roles[j] & r->role) != 0)
				k++;
		if (k >= r->needed)
			continue;
		if (k == 0)
			return err_set(e, ERR_REFUSED, "role.none", "role",
			    r->label, NULL);
		err_set(
		    e, ERR_REFUSED, "role.headcount", "role", r->label, NULL);
		err_arg_int(e, "k", k);
		return -1;
	}
	return 0;
}

const struct deed_info *
deed_info(enum deed deed)
{
	return (unsigned)deed < DEED_COUNT ? &DEEDS[deed] : NULL;
}

bool
role_may(unsigned roles, enum deed deed)
{
	const struct deed_info *d = deed_info(deed);

	return d != NULL && (roles & d->roles) != 0;
}

int
role_check(const char *person, enum role role, enum deed deed, struct err *e)
{
	const struct deed_info *d = deed_info(deed);
	const struct role_info *r, *allowed = NULL;

	if (role_may(role, deed))
		return 0;
	for (size_t i = 0; d != NULL && (r = role_at(i)) != NULL; i++)
		if (allowed == NULL && (d->roles & r->role) != 0)
			allowed = r;
	r = role_info(role);
	return err_set(e, ERR_REFUSED, "role.not-allowed", "person", person,
	    "role", r != NULL ? r->label : "-", "deed",
	    d != NULL ? d->label : "-", "allowed",
	    allowed != NULL ? allowed->label : "-", NULL);
}
