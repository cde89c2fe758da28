/* SPDX-License-Identifier: MIT */
/*
 * What a plan and a profile set must hold to before any script is walked:
 * names that lead somewhere, kinds that fit, nobody alone (CPS 5.2.2).
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/files/checker.h"

static bool
is(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void
check_key_type(struct check *c, size_t i, const struct json *p)
{
	const struct json *key = json_get(p, "key");
	const char *type = json_get_str(key, "type");
	bool curve = json_get(key, "curve") != NULL;
	bool bits = json_get(key, "bits") != NULL;
	const char *sig = json_get_str(p, "signature");
	const char *name = json_get_str(p, "name");
	char path[CHECK_PATH];
	struct place at = { FILES_PROFILES, path, "" };

	if (curve != is(type, "ec") || bits != is(type, "rsa")) {
		check_path(path, "profiles", i, "key");
		check_refuse(
		    c, &at, "files.key-type", SAID("item", name), SAID_NOTHING);
	}
	/* A root signs itself: its own key must be able to. */
	if (is(json_get_str(p, "kind"), "root") && !is(sig, type) &&
	    !(is(type, "rsa") && strncmp(sig, "rsa-", 4) == 0) &&
	    !(is(type, "ec") && strncmp(sig, "ecdsa-", 6) == 0)) {
		check_path(path, "profiles", i, "signature");
		check_refuse(c, &at, "files.signature", SAID("item", name),
		    SAID("found", sig));
	}
}

static void
check_roles(struct check *c)
{
	const struct json *set = c->form[FILES_PROFILES];
	const struct json *roles = json_get(set, "roles");
	char path[CHECK_PATH];
	struct place at = { FILES_PROFILES, path, "" };

	for (size_t i = 0; i < json_count(roles); i++) {
		const char *role = json_get_str(json_at(roles, i), "name");
		int quorum, of, floor, least;

		check_path(path, "roles", i, "");
		profiles_role(NULL, role, &floor, &least);
		if (floor == 0 && !is(role, "witness") &&
		    !is(role, "auditor")) {
			check_refuse(c, &at, "files.unknown-role",
			    SAID("role", role), SAID_NOTHING);
			continue;
		}
		profiles_role(set, role, &quorum, &of);
		if (quorum > of)
			check_refuse(c, &at, "files.quorum-over",
			    SAID("item", role), SAID_NOTHING);
		if (is(role, "ca-administrator") && quorum < 2)
			check_refuse(c, &at, "files.m-one", SAID("item", role),
			    SAID_NOTHING);
		else if (of < 2 && !is(role, "service-owner") && least >= 2 &&
		    !profiles_loosened(set, role))
			check_refuse(c, &at, "files.loose", SAID("item", role),
			    SAID_NOTHING);
	}
}

/*
 * An override loosens one value that stands in the set, and that value only.
 * The one rule that a set may loosen is a role's head-count.
 */
static void
check_overrides(struct check *c)
{
	const struct json *set = c->form[FILES_PROFILES];
	const struct json *list = json_get(set, "overrides");
	char path[CHECK_PATH];
	struct place at = { FILES_PROFILES, path, "" };

	for (size_t i = 0; i < json_count(list); i++) {
		const char *rule = json_get_str(json_at(list, i), "rule");
		const char *value = json_get_str(json_at(list, i), "value");
		char role[33] = "", end = '\0', want[24];
		int floor, least;

		check_path(path, "overrides", i, "rule");
		(void)sscanf(rule, "roles.%32[a-z-].o%c", role, &end);
		profiles_role(NULL, role, &floor, &least);
		if (end != 'f' || least < 2 ||
		    strlen(rule) != strlen(role) + strlen("roles..of")) {
			check_refuse(c, &at, "files.unknown-override",
			    SAID("rule", rule), SAID_NOTHING);
			continue;
		}
		check_number(want, profiles_of(set, role));
		check_path(path, "overrides", i, "value");
		if (strcmp(value, want) != 0 || profiles_of(set, role) >= 2)
			check_refuse(c, &at, "files.override-value",
			    SAID("rule", rule), SAID("found", value));
	}
}

void
check_profiles(struct check *c)
{
	const struct json *set = c->form[FILES_PROFILES];
	const struct json *list = json_get(set, "profiles");
	char path[CHECK_PATH];
	struct place at = { FILES_PROFILES, path, "" };

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json *p = json_at(list, i);
		const struct json *v = json_get(p, "validity");

		check_key_type(c, i, p);
		check_path(path, "profiles", i, "validity");
		if ((json_get(v, "years") != NULL) ==
		    (json_get(v, "days") != NULL))
			check_refuse(c, &at, "files.validity",
			    SAID("item", json_get_str(p, "name")),
			    SAID_NOTHING);
	}
	check_roles(c);
	check_overrides(c);
	if (profiles_scrypt_p(set) < 16) {
		at.path = "credentials.scrypt_p";
		check_warn(
		    c, &at, "files.warn-cost", SAID_NOTHING, SAID_NOTHING);
	}
}

/* The certificate item, made or expected, that issues: its profile. */
static const struct json *
issuer_profile(struct check *c, const char *id)
{
	struct plan_item by;
	const char *name;

	if (plan_item(c->form[FILES_PLAN], id, &by) == -1 ||
	    (by.kind != PLAN_CERTIFICATE && by.kind != PLAN_CROSS))
		return NULL;
	name = json_get_str(by.json, "profile");
	return name != NULL ? profile_find(c->form[FILES_PROFILES], name)
			    : NULL;
}

static bool
kind_issues(const char *kind)
{
	return is(kind, "root") || is(kind, "cross") ||
	    is(kind, "tls-subordinate") || is(kind, "subordinate");
}

struct at_item {
	struct check *c;
	const struct json *json;
	const char *list, *id;
	size_t i;
};

static void
refuse_item(
    const struct at_item *a, const char *key, const char *id, const char *found)
{
	char path[CHECK_PATH];
	struct place at = { FILES_PLAN, path, "" };

	check_path(path, a->list, a->i, key);
	check_refuse(a->c, &at, id, SAID("item", a->id), SAID("found", found));
}

static void
check_profile_of(const struct at_item *a, enum plan_kind kind)
{
	const struct json *set = a->c->form[FILES_PROFILES];
	const char *name = json_get_str(a->json, "profile");

	if (name == NULL)
		return;
	if ((kind == PLAN_CRL ? crl_profile_find(set, name)
			      : profile_find(set, name)) == NULL)
		refuse_item(a, "profile", "files.unknown-profile", name);
}

static void
check_issuer_of(const struct at_item *a, enum plan_kind kind)
{
	const char *issuer = json_get_str(a->json, "issuer");
	const char *name = json_get_str(a->json, "profile");
	const struct json *by, *crl;
	const char *by_kind;

	if (issuer == NULL)
		return;
	by = issuer_profile(a->c, issuer);
	by_kind = json_get_str(by, "kind");
	if (by == NULL) {
		refuse_item(a, "issuer", "files.unknown-issuer", issuer);
		return;
	}
	if (!kind_issues(by_kind)) {
		refuse_item(a, "issuer", "files.not-an-issuer", issuer);
		return;
	}
	if (kind != PLAN_CRL || name == NULL)
		return;
	crl = crl_profile_find(a->c->form[FILES_PROFILES], name);
	if (crl != NULL && !is(json_get_str(crl, "issuer_kind"), by_kind))
		refuse_item(a, "profile", "files.crl-kind", name);
}

static void
check_key_of(const struct at_item *a)
{
	const char *key = json_get_str(a->json, "key");
	struct plan_item k;

	if (key != NULL &&
	    (plan_item(a->c->form[FILES_PLAN], key, &k) == -1 ||
		k.kind != PLAN_KEY))
		refuse_item(a, "key", "files.unknown-key-item", key);
}

/* Self-signed by its own key, or issued over a request: one of the two. */
static void
check_certificate(const struct at_item *a)
{
	const char *name = json_get_str(a->json, "profile");
	const char *kind = json_get_str(
	    profile_find(a->c->form[FILES_PROFILES], name), "kind");
	bool key = json_get(a->json, "key") != NULL;
	bool issuer = json_get(a->json, "issuer") != NULL;
	bool request = json_get(a->json, "request") != NULL;

	if (key == issuer || issuer != request)
		refuse_item(a, "", "files.certificate-shape", name);
	else if (kind != NULL && key != is(kind, "root"))
		refuse_item(a, "profile", "files.root-kind", name);
}

/* The name is reviewed with the plan: a request alone does not choose it. */
static void
check_subject_of(const struct at_item *a)
{
	const char *name = json_get_str(a->json, "profile");
	const struct json *p =
	    profile_find(a->c->form[FILES_PROFILES], name != NULL ? name : "");

	if (p != NULL && json_count(json_get(p, "subject")) == 0 &&
	    json_count(json_get(a->json, "subject")) == 0)
		refuse_item(a, "", "files.no-subject", name);
}

/* Words that a plan may have one day, and that nothing does yet. */
static void
check_deed(const struct at_item *a, enum plan_kind kind)
{
	switch (kind) {
	case PLAN_TOKEN:
	case PLAN_KEY:
	case PLAN_CERTIFICATE:
		return;
	case PLAN_CRL:
		if (json_get(a->json, "series") != NULL)
			refuse_item(a, "series", "files.not-yet", "series");
		return;
	default:
		refuse_item(a, "", "files.not-yet", a->list);
	}
}

static void
check_token(const struct at_item *a)
{
	int quorum = (int)json_get_int(a->json, "quorum", 0);
	int of = (int)json_get_int(a->json, "of", 0);
	int so = (int)json_get_int(a->json, "so_quorum", quorum);
	int need, holders;

	profiles_role(
	    a->c->form[FILES_PROFILES], "ca-administrator", &need, &holders);
	if (quorum < 2)
		refuse_item(a, "quorum", "files.m-one", NULL);
	else if (quorum < need)
		refuse_item(a, "quorum", "files.quorum-below", NULL);
	if (quorum > of || so > of)
		refuse_item(a, "of", "files.quorum-over", NULL);
	if (so < quorum)
		refuse_item(a, "so_quorum", "files.so-quorum", NULL);
}

static void
check_item(const struct at_item *a, enum plan_kind kind)
{
	const struct json *plan = a->c->form[FILES_PLAN];
	const char *token = json_get_str(a->json, "token");
	struct plan_item t;

	check_deed(a, kind);
	if (kind == PLAN_TOKEN)
		check_token(a);
	if (kind == PLAN_KEY && token != NULL &&
	    (plan_item(plan, token, &t) == -1 || t.kind != PLAN_TOKEN))
		refuse_item(a, "token", "files.unknown-token", token);
	check_profile_of(a, kind);
	check_issuer_of(a, kind);
	if (kind != PLAN_KEY)
		check_key_of(a);
	if (kind == PLAN_CERTIFICATE)
		check_certificate(a);
	if (kind == PLAN_CERTIFICATE || kind == PLAN_CSR || kind == PLAN_OCSP)
		check_subject_of(a);
}

/* Ids are one space: the first to bear one keeps it. */
static void
check_twice(const struct at_item *a)
{
	struct plan_item first;

	if (plan_item(a->c->form[FILES_PLAN], a->id, &first) == 0 &&
	    first.json != a->json)
		refuse_item(a, "id", "files.id-twice", NULL);
}

static void
check_revocations(struct check *c)
{
	const struct json *plan = c->form[FILES_PLAN];
	const struct json *list = json_get(plan, "revocations");
	const struct json *crls = json_get(plan, "crls");

	for (size_t i = 0; i < json_count(list); i++) {
		struct at_item a = { c, json_at(list, i), "revocations", NULL,
			i };
		const char *issuer = json_get_str(a.json, "issuer");
		bool listed = false;

		a.id = json_get_str(a.json, "certificate");
		if (a.id == NULL)
			a.id = json_get_str(a.json, "serial");
		if ((json_get(a.json, "certificate") != NULL) ==
		    (json_get(a.json, "serial") != NULL))
			refuse_item(&a, "", "files.revocation-shape", NULL);
		check_issuer_of(&a, PLAN_CERTIFICATE);
		for (size_t k = 0; k < json_count(crls); k++)
			listed |= is(
			    json_get_str(json_at(crls, k), "issuer"), issuer);
		if (!listed)
			refuse_item(&a, "issuer", "files.unlisted", issuer);
	}
}

static void
check_expect(struct check *c)
{
	const struct json *expect = json_get(c->form[FILES_PLAN], "expect");
	const char *head = json_get_str(expect, "head");
	struct place at = { FILES_PLAN, "expect.head", "" };

	if (is(head, "none") && json_count(expect) > 1)
		check_refuse(
		    c, &at, "files.expect-none", SAID_NOTHING, SAID_NOTHING);
	for (size_t k = 0; k < PLAN_KINDS; k++) {
		const char *bare = plan_kind_list((enum plan_kind)k);
		const struct json *items = json_get(expect, bare);
		char list[48];
		struct at_item a = { c, NULL, list, NULL, 0 };

		snprintf(list, sizeof(list), "expect.%s", bare);
		for (; a.i < json_count(items); a.i++) {
			a.json = json_at(items, a.i);
			a.id = json_get_str(a.json, "id");
			check_twice(&a);
			if (k == PLAN_CERTIFICATE)
				check_key_of(&a);
			check_profile_of(&a, (enum plan_kind)k);
		}
	}
}

void
check_plan(struct check *c)
{
	const struct json *plan = c->form[FILES_PLAN];

	for (size_t k = 0; k < PLAN_KINDS; k++) {
		struct at_item a = { c, NULL, plan_kind_list((enum plan_kind)k),
			NULL, 0 };
		const struct json *items = json_get(plan, a.list);

		for (; a.i < json_count(items); a.i++) {
			a.json = json_at(items, a.i);
			a.id = json_get_str(a.json, "id");
			check_twice(&a);
			check_item(&a, (enum plan_kind)k);
		}
	}
	check_revocations(c);
	check_expect(c);
}
