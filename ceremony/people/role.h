/* SPDX-License-Identifier: MIT */
/*
 * Roles, what may not be combined, how many are needed, and who may do what:
 * one table (CPS 5.2.1 to 5.2.4).  A profile set may tighten it.
 */
#ifndef TACHIAI_ROLE_H
#define TACHIAI_ROLE_H

#include <stdbool.h>
#include <stddef.h>

#include "ceremony/base/err.h"

enum role {
	ROLE_SERVICE_OWNER = 1 << 0,
	ROLE_OPERATIONS_MANAGER = 1 << 1,
	ROLE_CA_ADMINISTRATOR = 1 << 2,
	ROLE_RA_OFFICER = 1 << 3,
	ROLE_LOG_EXAMINER = 1 << 4,
	ROLE_WITNESS = 1 << 5,
	ROLE_AUDITOR = 1 << 6,
};

#define ROLE_COUNT 7
#define ROLE_ALL   0x7f

struct role_info {
	enum role role;
	const char *id;    /* "ca-administrator" */
	const char *label; /* catalogue id: "role.ca-administrator" */
	unsigned with;     /* roles the same person may hold (5.2.4) */
	unsigned needed;   /* people enrolled at the least (5.2.2); 0: none */
	bool credential;   /* holds a credential */
};

/* Row i of the table, NULL behind the last; by id; by single role. */
const struct role_info *role_at(size_t i);
const struct role_info *role_find(const char *id);
const struct role_info *role_info(enum role role);

/* A set of roles one person may hold. */
bool role_set_allowed(unsigned roles);
/* The same as an act: role.conflict {person, role1, role2}. */
int role_set_check(const char *person, unsigned roles, struct err *e);

/*
 * Enough people in every role (5.2.2), one set of roles a person; the
 * Service Owner must be there too.  role.headcount {k, role}, role.none
 * {role}.
 */
int role_headcount(const unsigned *roles, size_t n, struct err *e);

/*
 * What people do, and which roles may do it (5.2.1, 5.2.3): the rights are
 * one table, asked at every deed and not at the login alone.
 */
enum deed {
	DEED_OPEN,   /* open a sitting, or go on with one */
	DEED_CLOSE,  /* begin the close */
	DEED_COSIGN, /* sign the checkpoint of a close */
	DEED_CLOCK,  /* read a reference, set the clock */
	DEED_ENROLL, /* be written into the roster by this person */
	DEED_SIGN_ROSTER,
	DEED_APPROVE, /* script, plan, profile set, image, exception */
	DEED_CONSENT, /* to an operation of a CA key */
	DEED_GIVE_SHARE,
	DEED_WITNESS, /* an operation of a CA key */
	DEED_CONFIRM_REQUEST,
	DEED_IMPORT,
	DEED_EXPORT,
	DEED_ATTEST,      /* a step of the hands */
	DEED_DEVIATE,     /* open a deviation */
	DEED_DECIDE,      /* decide one */
	DEED_RESOLVE,     /* choose the way out of a doubt */
	DEED_ACCEPT_LOSS, /* of entries, or choose one of two stories */
	DEED_BREAK,
	DEED_READ_LOG, /* on the console (5.4.4) */
	DEED_EXPORT_LOG,
	DEED_REVIEW_LOG, /* sign it off */
	DEED_COUNT,
};

struct deed_info {
	enum deed deed;
	const char *id;    /* "consent" */
	const char *label; /* catalogue id: "deed.consent" */
	unsigned roles;    /* who may */
	bool key;          /* moves a CA key (6.2) */
};

const struct deed_info *deed_info(enum deed deed);
/* One of `roles` may. */
bool role_may(unsigned roles, enum deed deed);
/* The same as an act: role.not-allowed {person, role, deed, allowed}. */
int role_check(
    const char *person, enum role role, enum deed deed, struct err *e);

#endif
