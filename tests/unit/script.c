/* SPDX-License-Identifier: MIT */
/* ceremony/files/script.h: steps, items, profiles and roles by name. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "ceremony/files/files.h"
#include "ceremony/files/schema.h"
#include "ceremony/files/script.h"

static struct json *
load(enum files_kind kind, const char *path)
{
	static uint8_t text[1 << 16];
	FILE *f = fopen(path, "rb");
	size_t n = f != NULL ? fread(text, 1, sizeof(text), f) : 0;
	struct json *j = NULL;
	struct err e;

	if (f != NULL)
		fclose(f);
	if (files_parse(kind, path, text, n, &j, &e) == -1)
		abort();
	return j;
}

static void
steps(const struct json *script)
{
	struct step s, same;
	size_t n = script_step_count(script);
	int sum = 0;

	CHECK("six acts", script_act_count(script) == 6);
	for (size_t i = 0; i < n; i++) {
		CHECK("a step is found by its number",
		    script_step(script, i, &s) == 0 && s.index == i &&
			script_step_find(script, s.no, &same) == 0 &&
			same.json == s.json);
		sum += s.minutes;
	}
	CHECK("no step behind the last", script_step(script, n, &s) == -1);
	CHECK("the day is the sum", script_minutes(script) == sum);
	CHECK("no step of that number",
	    script_step_find(script, "9.9", &s) == -1);
	CHECK("step 1.5",
	    script_step_find(script, "1.5", &s) == 0 && s.verb == VERB_CLOCK &&
		s.act == 0 && s.minutes == 4 && json_count(s.by) == 2 &&
		s.witness == NULL);
	CHECK("one witness is a list",
	    script_step_find(script, "3.3", &s) == 0 && s.verb == VERB_RUN &&
		json_list_has(s.witness, "SM1") &&
		json_list_has(s.plan, "root-token"));
	script_step(script, 0, &s);
	CHECK("text by language",
	    strstr(step_text(&s, LANG_JA), "手順書") != NULL &&
		strstr(step_text(&s, LANG_EN), "script") != NULL);
	CHECK_STR("act by language", script_act_title(script, 1, LANG_JA),
	    "要員の登録");
	CHECK("an act that is not there",
	    script_act_title(script, 6, LANG_EN) == NULL);
}

static void
people(const struct json *script)
{
	CHECK_STR("role", script_role(script, "CA2"), "ca-administrator");
	CHECK("no role", script_role(script, "CA9") == NULL);
	CHECK("also", script_code_has_role(script, "SM1", "log-examiner"));
	CHECK("not also", !script_code_has_role(script, "SM1", "ra-officer"));
	CHECK_STR("object", script_object_kind(script, "HSM1"), "hsm");
	CHECK("no object", script_object_kind(script, "CA1") == NULL);
}

static void
verbs(void)
{
	enum verb v;

	for (size_t i = 0; i < VERB_COUNT; i++)
		CHECK(verb_name((enum verb)i),
		    verb_parse(verb_name((enum verb)i), &v) == 0 && v == i);
	CHECK("no verb", verb_parse("sing", &v) == -1);
	CHECK("a run is a key operation", verb_class(VERB_RUN) == VERB_KEY);
}

static void
items(const struct json *plan, const struct json *later)
{
	struct plan_item it;
	size_t n = 0;

	while (plan_item_at(plan, n, &it) == 0)
		n++;
	CHECK("five items", n == 5);
	CHECK("a token is its own",
	    plan_item(plan, "root-token", &it) == 0 && it.kind == PLAN_TOKEN &&
		plan_item_key(plan, &it) == NULL);
	CHECK_STR("token", plan_item_token(plan, &it), "root-token");
	CHECK("an intermediate",
	    plan_item(plan, "c-int1", &it) == 0 &&
		it.kind == PLAN_CERTIFICATE && !it.expected);
	CHECK_STR("is signed by", plan_item_key(plan, &it), "k-root");
	CHECK_STR("in", plan_item_token(plan, &it), "root-token");
	CHECK("no item", plan_item(plan, "c-int9", &it) == -1);
	CHECK("expected",
	    plan_item(later, "c-root", &it) == 0 && it.expected &&
		it.kind == PLAN_CERTIFICATE);
	CHECK("issued by an expected one",
	    plan_item(later, "crl-2", &it) == 0 && !it.expected);
	CHECK_STR("with its key", plan_item_key(later, &it), "k-root");
	CHECK_STR("in its token", plan_item_token(later, &it), "root-token");
}

static void
profiles(const struct json *set)
{
	int quorum, of;

	CHECK("profile", profile_find(set, "root-p384") != NULL);
	CHECK("no profile", profile_find(set, "root-arl") == NULL);
	CHECK("crl profile", crl_profile_find(set, "root-arl") != NULL);
	profiles_role(set, "ca-administrator", &quorum, &of);
	CHECK("the set's quorum", quorum == 2 && of == 3);
	profiles_role(set, "ra-officer", &quorum, &of);
	CHECK("the CPS's quorum", quorum == 1 && of == 2);
	profiles_role(set, "witness", &quorum, &of);
	CHECK("no quorum", quorum == 0 && of == 0);
	CHECK("cost", profiles_scrypt_p(set) == 1);
	CHECK("cost unless said", profiles_scrypt_p(NULL) == 16);
	CHECK("idle unless said", profiles_idle_minutes(NULL) == 10);
}

/* What a step that fails leads to; and steps that are none. */
static void
failures(void)
{
	static const struct {
		const char *name, *first, *last;
		int want; /* -1: no step */
	} ROWS[] = {
		{ "fails: again, unless said", "\"do\":\"say\",", "",
		    ON_FAIL_RETRY },
		{ "fails: again", "\"do\":\"say\",",
		    ",\"on_fail\":\"retry\"", ON_FAIL_RETRY },
		{ "fails: a deviation", "\"do\":\"say\",",
		    ",\"on_fail\":\"deviation\"", ON_FAIL_DEVIATION },
		{ "fails: the end", "\"do\":\"say\",",
		    ",\"on_fail\":\"abort\"", ON_FAIL_ABORT },
		{ "no such verb", "\"do\":\"sing\",", "", -1 },
		{ "no verb", "", "", -1 },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct json *j = NULL;
		struct step s = { .on_fail = ON_FAIL_RETRY };
		struct err e;
		char text[160];
		int ret;

		snprintf(text, sizeof(text),
		    "{\"acts\":[{\"steps\":[{%s\"no\":\"1.1\"%s}]}]}",
		    ROWS[i].first, ROWS[i].last);
		if (json_parse(text, strlen(text), JSON_DEPTH, &j, &e) == -1)
			abort();
		ret = script_step(j, 0, &s);
		CHECK(ROWS[i].name, ROWS[i].want == -1 ? ret == -1 :
		    ret == 0 && (int)s.on_fail == ROWS[i].want);
		json_free(j);
	}
}

/* The word that was perhaps meant, cut to the space there is. */
static void
nearest(void)
{
	char out[8];

	schema_nearest_word("custody clock", "clok", 4, out, sizeof(out));
	CHECK_STR("the nearest word", out, "clock");
	schema_nearest_word("custody-of-all clock", "custodyofall", 12, out,
	    sizeof(out));
	CHECK_STR("a long one, cut", out, "custody");
}

int
main(void)
{
	struct json *script =
	    load(FILES_SCRIPT, "docs/ceremonies/br-tls/script.yaml");
	struct json *plan =
	    load(FILES_PLAN, "docs/ceremonies/br-tls/plan.yaml");
	struct json *later =
	    load(FILES_PLAN, "tests/ceremonies/next/plan.yaml");
	struct json *set =
	    load(FILES_PROFILES, "docs/ceremonies/br-tls/profiles.yaml");

	steps(script);
	people(script);
	verbs();
	items(plan, later);
	profiles(set);
	failures();
	nearest();
	CHECK_STR("the title", script_title(script, LANG_EN),
	    json_get_str(json_get(script, "title"), "en"));
	CHECK("in the other language", strcmp(script_title(script, LANG_JA),
	    script_title(script, LANG_EN)) != 0);
	CHECK_STR("a kind's name", plan_kind_name(PLAN_TOKEN), "token");
	json_free(script);
	json_free(plan);
	json_free(later);
	json_free(set);
	return test_end();
}
