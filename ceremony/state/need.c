/* SPDX-License-Identifier: MIT */
/*
 * How many and which: what the profile set asks of people and modules.
 * Invariant: nothing below the CPS's floor counts, unless the set has an
 * override that names this very rule and value.
 */
#include <string.h>

#include "ceremony/files/script.h"
#include "ceremony/state/fold.h"

/* The role of a quorum step: the CA administrators unless it says. */
static const struct role_info *
step_role(const struct json *step)
{
	const char *id = json_get_str(step, "role");
	const struct role_info *r = id != NULL ? role_find(id) : NULL;

	return r != NULL ? r : role_info(ROLE_CA_ADMINISTRATOR);
}

size_t
ceremony_step_need(const struct ceremony *c, const struct json *step,
    unsigned *role)
{
	const struct role_info *r = step_role(step);
	const char *token = json_get_str(step, "token");
	int quorum, of;

	*role = r->role;
	if (!r->credential)
		return 0; /* nobody of that role can come in */
	if (r->role == ROLE_CA_ADMINISTRATOR)
		return (size_t)(token != NULL ? ceremony_quorum(c, token) :
						ceremony_ca_quorum(c));
	profiles_role(c->profiles, r->id, &quorum, &of);
	return (size_t)quorum;
}

size_t
ceremony_in_holding(const struct ceremony *c, unsigned roles)
{
	size_t n = 0;

	for (size_t i = 0; i < c->persons; i++)
		n += c->person[i].in && (c->person[i].roles & roles) != 0;
	return n;
}

bool
ceremony_step_quorum(const struct ceremony *c, const struct json *step)
{
	unsigned role;
	size_t need = ceremony_step_need(c, step, &role);

	return ceremony_in_holding(c, role) >= need &&
	    ceremony_in(c, ROLE_OPERATIONS_MANAGER) > 0;
}

int
ceremony_ca_quorum(const struct ceremony *c)
{
	int quorum, of;

	profiles_role(c->profiles, role_info(ROLE_CA_ADMINISTRATOR)->id,
	    &quorum, &of);
	return quorum < 2 ? 2 : quorum;
}

int
ceremony_headcount(const struct ceremony *c, const struct role_info *r)
{
	int said = profiles_of(c->profiles, r->id), floor = (int)r->needed;

	if (said < 0)
		return floor;
	if (said < floor && !profiles_loosened(c->profiles, r->id))
		return floor;
	return said;
}

bool
ceremony_module_listed(const struct ceremony *c)
{
	const struct json *list = json_get(c->profiles, "modules");
	uint8_t sha[SHA256_LEN];

	if (!c->production)
		return true;
	for (size_t i = 0; c->has_module && i < json_count(list); i++)
		if (json_get_hex(json_at(list, i), "sha256", sha,
		    SHA256_LEN) == 0 &&
		    memcmp(sha, c->module, SHA256_LEN) == 0)
			return true;
	return false;
}
