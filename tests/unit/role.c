/* SPDX-License-Identifier: MIT */
/* Roles: every pair, the head-counts, and all roles times all deeds. */
#include "ceremony/people/role.h"

#include <string.h>

#include "ceremony/people/roster.h"
#include "ceremony/text/text.h"
#include "tests/unit/test.h"

static void
pairs(void)
{
	const struct role_info *a, *b;
	int allowed = 0, wrong = 0;

	for (size_t i = 0; (a = role_at(i)) != NULL; i++)
		for (size_t j = 0; j < i; j++) {
			b = role_at(j);
			if (!role_set_allowed(a->role | b->role))
				continue;
			allowed++;
			if ((a->role | b->role) !=
			    (ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER))
				wrong++;
		}
	CHECK("one pair of twenty-one is allowed", allowed == 1);
	CHECK("it is operations manager and log examiner", wrong == 0);
	for (unsigned set = 0; set <= ROLE_ALL; set++)
		if (role_set_allowed(set) && __builtin_popcount(set) > 2)
			wrong++;
	CHECK("no three roles in one hand", wrong == 0);
	CHECK("no role at all", !role_set_allowed(0));
	CHECK("an unknown role", !role_set_allowed(1u << 7));
}

/* Ids that are taken, NULL behind the last. */
static bool
taken(const void *arg, const char *id)
{
	for (const char *const *t = arg; *t != NULL; t++)
		if (strcmp(*t, id) == 0)
			return true;
	return false;
}

static void
ids(void)
{
	static const char *const SATO[] = { "sato-jiro", "sato-jiro-2", "ca1",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL };
	static const struct {
		const char *label, *name, *id;
	} rows[] = {
		{ "letters and digits", "Custodian 2", "custodian-2" },
		{ "signs between are one", " Dr. O'Neil -", "dr-o-neil" },
		{ "what is not ASCII parts", "Zo\u00eb M\u00fcller", "zo-m-ller" },
		{ "no ASCII at all: the code", "\u5c71\u7530 \u82b1\u5b50",
		    "ca1-2" },
		{ "its ASCII part", "\u5c71\u7530 Hanako", "hanako" },
		{ "a third of these letters", "SATO, Jiro", "sato-jiro-3" },
		{ "cut where it is long",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-2" },
	};
	char id[33];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		roster_id(rows[i].name, "CA1", taken, SATO, id);
		CHECK_STR(rows[i].label, id, rows[i].id);
	}
}

static void
conflict(void)
{
	struct buf b = BUF_INIT;
	struct err e;

	CHECK("what may be in one hand is not",
	    role_set_check("anna", ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		&e) == 0);
	CHECK("a conflict is refused",
	    role_set_check(
		"anna", ROLE_CA_ADMINISTRATOR | ROLE_LOG_EXAMINER, &e) == -1);
	CHECK_STR("by its id", e.id, "role.conflict");
	text_error(LANG_EN, &e, &b);
	CHECK_STR("in English", buf_cstr(&b),
	    "anna is CA administrator and cannot be log examiner as well "
	    "(CPS 5.2.4): enrol somebody else, or ask the Service Owner to "
	    "approve a deviation.");
	buf_reset(&b);
	text_error(LANG_JA, &e, &b);
	CHECK("labels follow the language",
	    strstr(buf_cstr(&b), "annaはCA管理者であり、ログ検査者を") != NULL);
	buf_free(&b);
}

static const struct {
	const char *name;
	unsigned roles[9];
	size_t n;
	const char *id; /* NULL: enough */
} COUNTS[] = {
	{ "the least roster",
	    { ROLE_SERVICE_OWNER, ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		ROLE_CA_ADMINISTRATOR, ROLE_CA_ADMINISTRATOR,
		ROLE_CA_ADMINISTRATOR, ROLE_RA_OFFICER, ROLE_RA_OFFICER },
	    8, NULL },
	{ "one CA administrator",
	    { ROLE_SERVICE_OWNER, ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		ROLE_CA_ADMINISTRATOR, ROLE_RA_OFFICER, ROLE_RA_OFFICER },
	    6, "role.headcount" },
	{ "no Service Owner",
	    { ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		ROLE_CA_ADMINISTRATOR, ROLE_CA_ADMINISTRATOR, ROLE_RA_OFFICER,
		ROLE_RA_OFFICER },
	    6, "role.none" },
	{ "managers who are no examiners",
	    { ROLE_SERVICE_OWNER, ROLE_OPERATIONS_MANAGER,
		ROLE_OPERATIONS_MANAGER, ROLE_CA_ADMINISTRATOR,
		ROLE_CA_ADMINISTRATOR, ROLE_RA_OFFICER, ROLE_RA_OFFICER,
		ROLE_LOG_EXAMINER },
	    8, "role.headcount" },
	{ "nobody", { 0 }, 0, "role.none" },
};

static void
counts(void)
{
	for (size_t i = 0; i < sizeof(COUNTS) / sizeof(COUNTS[0]); i++) {
		struct err e = { 0 };
		int r = role_headcount(COUNTS[i].roles, COUNTS[i].n, &e);

		CHECK(COUNTS[i].name,
		    COUNTS[i].id == NULL
			? r == 0
			: r == -1 && strcmp(e.id, COUNTS[i].id) == 0);
	}
}

/* Columns: SO OM CA RA LE IW AU, as the table of roles. */
static const struct {
	enum deed deed;
	const char *who;
} RIGHTS[] = {
	{ DEED_OPEN, ".x....." },
	{ DEED_CLOSE, ".x....." },
	{ DEED_COSIGN, "xxxxx.." },
	{ DEED_CLOCK, ".xx...." },
	{ DEED_ENROLL, ".x....." },
	{ DEED_SIGN_ROSTER, "xxxxx.." },
	{ DEED_APPROVE, "x......" },
	{ DEED_CONSENT, "..x...." },
	{ DEED_GIVE_SHARE, "..x...." },
	{ DEED_WITNESS, ".x....." },
	{ DEED_CONFIRM_REQUEST, "...x..." },
	{ DEED_IMPORT, ".xxx..." },
	{ DEED_EXPORT, ".xx...." },
	{ DEED_ATTEST, "xxxxxxx" },
	{ DEED_DEVIATE, "xxxxxxx" },
	{ DEED_DECIDE, ".x....." },
	{ DEED_RESOLVE, "xxx...." },
	{ DEED_ACCEPT_LOSS, "xxx...." },
	{ DEED_BREAK, ".xx...." },
	{ DEED_READ_LOG, ".x..x.x" },
	{ DEED_EXPORT_LOG, "....x.." },
	{ DEED_REVIEW_LOG, "....x.." },
};

static void
rights(void)
{
	const struct role_info *r;
	int wrong = 0, key = 0;

	CHECK("every deed has its row",
	    sizeof(RIGHTS) / sizeof(RIGHTS[0]) == DEED_COUNT);
	for (size_t d = 0; d < DEED_COUNT; d++) {
		const struct deed_info *info = deed_info(RIGHTS[d].deed);

		wrong += text_find(info->label) == NULL;
		for (size_t i = 0; (r = role_at(i)) != NULL; i++) {
			bool may = RIGHTS[d].who[i] == 'x';
			struct err e;

			if (role_may(r->role, RIGHTS[d].deed) != may ||
			    role_check("p", r->role, RIGHTS[d].deed, &e) !=
				(may ? 0 : -1)) {
				printf("# %s %s\n", r->id, info->id);
				wrong++;
			}
			if (info->key && may &&
			    r->role != ROLE_CA_ADMINISTRATOR)
				key++;
		}
	}
	CHECK("roles times deeds, as written here again", wrong == 0);
	CHECK("only CA administrators move a key", key == 0);
	CHECK("no such deed", !role_may(ROLE_ALL, DEED_COUNT));
}

int
main(void)
{
	pairs();
	ids();
	conflict();
	counts();
	rights();
	CHECK("roles by id", role_find("auditor")->role == ROLE_AUDITOR);
	CHECK("no such role", role_find("root") == NULL);
	return test_end();
}
