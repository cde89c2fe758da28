/* SPDX-License-Identifier: MIT */
/*
 * Typed access to plans and profile sets.  Invariant: all items of a plan
 * share one space of ids, whatever their kind.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/files/script.h"

static const struct {
	const char *name, *list;
} ITEM[PLAN_KINDS] = {
	[PLAN_TOKEN] = { "token", "tokens" },
	[PLAN_KEY] = { "key", "keys" },
	[PLAN_CERTIFICATE] = { "certificate", "certificates" },
	[PLAN_CRL] = { "crl", "crls" },
	[PLAN_CSR] = { "csr", "csrs" },
	[PLAN_CROSS] = { "cross", "cross" },
	[PLAN_OCSP] = { "ocsp", "ocsp" },
	[PLAN_DESTROY] = { "destroy", "destroy" },
	[PLAN_BACKUP] = { "backup", "backups" },
	[PLAN_RESTORE] = { "restore", "restores" },
};

/* The CPS's floor (5.2.2), where a profile set says nothing. */
static const struct {
	const char *role;
	int quorum, of;
} ROLE_NEED[] = {
	{ "service-owner", 1, 1 },
	{ "operations-manager", 1, 2 },
	{ "ca-administrator", 2, 3 },
	{ "ra-officer", 1, 2 },
	{ "log-examiner", 1, 2 },
};

const char *
plan_kind_name(enum plan_kind kind)
{
	return ITEM[kind].name;
}

const char *
plan_kind_list(enum plan_kind kind)
{
	return ITEM[kind].list;
}

static int
find_item(const struct json *from, const char *id, struct plan_item *out)
{
	for (size_t k = 0; k < PLAN_KINDS; k++) {
		const struct json *list = json_get(from, ITEM[k].list);

		for (size_t i = 0; i < json_count(list); i++) {
			const struct json *j = json_at(list, i);
			const char *s = json_get_str(j, "id");

			if (s == NULL || strcmp(s, id) != 0)
				continue;
			*out = (struct plan_item){
				.kind = (enum plan_kind)k, .json = j, .id = s
			};
			return 0;
		}
	}
	return -1;
}

int
plan_item(const struct json *plan, const char *id, struct plan_item *out)
{
	if (find_item(plan, id, out) == 0)
		return 0;
	if (find_item(json_get(plan, "expect"), id, out) == -1)
		return -1;
	out->expected = true;
	return 0;
}

int
plan_item_at(const struct json *plan, size_t i, struct plan_item *out)
{
	for (size_t k = 0; k < PLAN_KINDS; k++) {
		const struct json *list = json_get(plan, ITEM[k].list);

		if (i < json_count(list)) {
			const struct json *j = json_at(list, i);

			*out = (struct plan_item){ .kind = (enum plan_kind)k,
				.json = j,
				.id = json_get_str(j, "id") };
			return 0;
		}
		i -= json_count(list);
	}
	return -1;
}

const char *
plan_item_key(const struct json *plan, const struct plan_item *item)
{
	const char *issuer = json_get_str(item->json, "issuer");
	struct plan_item by;

	if (item->kind == PLAN_TOKEN)
		return NULL;
	if (item->kind == PLAN_KEY)
		return item->id;
	if (issuer == NULL)
		return json_get_str(item->json, "key");
	/* An issuer is a root's or cross certificate's own key: one step. */
	if (plan_item(plan, issuer, &by) == -1)
		return NULL;
	return json_get_str(by.json, "key");
}

const char *
plan_item_token(const struct json *plan, const struct plan_item *item)
{
	const char *key;
	struct plan_item k;

	if (item->kind == PLAN_TOKEN)
		return item->id;
	if (item->kind == PLAN_KEY)
		return json_get_str(item->json, "token");
	key = plan_item_key(plan, item);
	if (key == NULL || plan_item(plan, key, &k) == -1)
		return NULL;
	return json_get_str(k.json, "token");
}

static const struct json *
find_named(const struct json *list, const char *name)
{
	for (size_t i = 0; i < json_count(list); i++) {
		const char *s = json_get_str(json_at(list, i), "name");

		if (s != NULL && strcmp(s, name) == 0)
			return json_at(list, i);
	}
	return NULL;
}

const struct json *
profile_find(const struct json *profiles, const char *name)
{
	return find_named(json_get(profiles, "profiles"), name);
}

const struct json *
crl_profile_find(const struct json *profiles, const char *name)
{
	return find_named(json_get(profiles, "crl_profiles"), name);
}

void
profiles_role(
    const struct json *profiles, const char *role, int *quorum, int *of)
{
	const struct json *r = find_named(json_get(profiles, "roles"), role);

	*quorum = 0;
	*of = 0;
	for (size_t i = 0; i < sizeof(ROLE_NEED) / sizeof(*ROLE_NEED); i++) {
		if (strcmp(ROLE_NEED[i].role, role) == 0) {
			*quorum = ROLE_NEED[i].quorum;
			*of = ROLE_NEED[i].of;
		}
	}
	*quorum = (int)json_get_int(r, "quorum", *quorum);
	*of = (int)json_get_int(r, "of", *of);
}

int
profiles_of(const struct json *profiles, const char *role)
{
	return (int)json_get_int(
	    find_named(json_get(profiles, "roles"), role), "of", -1);
}

bool
profiles_loosened(const struct json *profiles, const char *role)
{
	const struct json *list = json_get(profiles, "overrides");
	char rule[64], value[16];

	snprintf(rule, sizeof(rule), "roles.%.40s.of", role);
	snprintf(value, sizeof(value), "%d", profiles_of(profiles, role));
	for (size_t i = 0; i < json_count(list); i++) {
		const char *r = json_get_str(json_at(list, i), "rule");
		const char *v = json_get_str(json_at(list, i), "value");

		if (r != NULL && v != NULL && strcmp(r, rule) == 0 &&
		    strcmp(v, value) == 0)
			return true;
	}
	return false;
}

int
profiles_scrypt_p(const struct json *profiles)
{
	return (int)json_get_int(
	    json_get(profiles, "credentials"), "scrypt_p", 16);
}

int
profiles_idle_minutes(const struct json *profiles)
{
	return (int)json_get_int(profiles, "idle_minutes", 10);
}
