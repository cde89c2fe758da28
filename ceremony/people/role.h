/* SPDX-License-Identifier: MIT */
/*
 * Roles, what may not be combined, how many are needed, and who may do what:
 * one table (CPS 5.2.1 to 5.2.4).  A profile set may tighten it.
 */
#ifndef TACHIAI_ROLE_H
#define TACHIAI_ROLE_H

#include <stdbool.h>
#include <stddef.h>

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

#endif
