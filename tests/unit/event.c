/* SPDX-License-Identifier: MIT */
/* The event table: its rows are sound, its sentences and checks work. */
#include "ceremony/log/event.h"
#include "tests/unit/test.h"

static const char *const TYPES[] = {
	"id", "name", "role", "text", "int", "time", "sha", "hex", "b64",
	"obj", "arr",
};

static bool
type_known(const char *type, size_t len)
{
	for (size_t i = 0; i < sizeof(TYPES) / sizeof(TYPES[0]); i++)
		if (strlen(TYPES[i]) == len &&
		    strncmp(TYPES[i], type, len) == 0)
			return true;
	return false;
}

/* Fields ascend, types are known, every brace of a sentence is a field. */
static bool
row_sound(const struct event *ev)
{
	char names[32][32], before[32] = "";
	size_t n = 0;
	const char *s = ev->fields;

	while (*s != '\0') {
		size_t name = strcspn(s, ":"), type;

		if (name >= sizeof(before) || n == 32)
			return false;
		memcpy(names[n], s, name);
		names[n][name] = '\0';
		if (strcmp(before, names[n]) >= 0)
			return false;
		strcpy(before, names[n++]);
		s += name + 1;
		type = strcspn(s, " ?");
		if (!type_known(s, type))
			return false;
		s += type;
		s += *s == '?';
		s += *s == ' ';
	}
	for (int lang = 0; lang < 2; lang++)
		for (s = strchr(lang == 0 ? ev->en : ev->ja, '{'); s != NULL;
		    s = strchr(s + 1, '{')) {
			bool found = false;

			for (size_t i = 0; i < n; i++)
				found |= strncmp(s + 1, names[i],
				    strlen(names[i])) == 0 &&
				    s[1 + strlen(names[i])] == '}';
			if (!found)
				return false;
		}
	return true;
}

static void
test_rows(void)
{
	bool sound = true, unique = true;

	for (size_t i = 0; event_at(i) != NULL; i++) {
		const struct event *ev = event_at(i);

		if (!row_sound(ev)) {
			printf("# %s\n", ev->name);
			sound = false;
		}
		unique &= event_find(ev->name) == ev;
		unique &= event_get((enum event_type)i) == ev;
	}
	CHECK("rows are sound", sound);
	CHECK("names are unique", unique);
	CHECK("no row behind the last", event_at(EV_COUNT) == NULL);
	CHECK("unknown name", event_find("token.steal") == NULL);
	CHECK("statement", event_is_statement(event_get(EV_CONSENT)));
	CHECK("no statement", !event_is_statement(event_get(EV_NOTE)));
}

static int
check(enum event_type type, const char *d, bool whole)
{
	struct json *j = NULL;
	struct err e;
	int ret;

	if (json_parse(d, strlen(d), 4, &j, &e) == -1)
		return -2;
	ret = event_check(event_get(type), j, whole, &e);
	json_free(j);
	return ret;
}

#define SHA "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
test_check(void)
{
	static const struct {
		const char *name;
		enum event_type type;
		const char *d;
		bool whole;
		int want;
	} ROWS[] = {
		{ "good", EV_NOTE, "{\"text\":\"x\"}", true, 0 },
		{ "missing", EV_NOTE, "{}", true, -1 },
		{ "missing allowed", EV_NOTE, "{}", false, 0 },
		{ "surplus", EV_NOTE, "{\"a\":1,\"text\":\"x\"}", true, -1 },
		{ "surplus in part", EV_NOTE, "{\"a\":1}", false, -1 },
		{ "type int", EV_NOTE, "{\"text\":1}", true, -1 },
		{ "optional", EV_ANOMALY, "{\"what\":\"x\"}", true, 0 },
		{ "id", EV_ANOMALY, "{\"what\":\"x y\"}", true, -1 },
		{ "id empty", EV_ANOMALY, "{\"what\":\"\"}", true, -1 },
		{ "name", EV_AUTH_LOGOUT,
		    "{\"person\":\"Anna\",\"why\":\"x\"}", true, -1 },
		{ "role", EV_ROOM_ENTER, "{\"code\":\"W1\",\"name\":\"W\","
		    "\"role\":\"king\"}", true, -1 },
		{ "role good", EV_ROOM_ENTER, "{\"code\":\"W1\","
		    "\"name\":\"W\",\"role\":\"witness\"}", true, 0 },
		{ "sha", EV_READBACK, "{\"of\":\"x\",\"sha256\":\"" SHA
		    "\"}", true, 0 },
		{ "sha short", EV_READBACK,
		    "{\"of\":\"x\",\"sha256\":\"aa\"}", true, -1 },
		{ "time", EV_CLOCK_SET, "{\"new\":\"2026-02-30T00:00:00Z\","
		    "\"offset\":0,\"old\":\"2026-02-20T00:00:00Z\","
		    "\"sources\":[]}", true, -1 },
		{ "array", EV_CLOCK_SET, "{\"new\":\"2026-02-20T00:00:00Z\","
		    "\"offset\":-3,\"old\":\"2026-02-20T00:00:00Z\","
		    "\"sources\":{}}", true, -1 },
		{ "hex odd", EV_KEY_GEN_BEGIN, "{\"cka_id\":\"abc\","
		    "\"item\":\"k\",\"run\":1,\"token\":\"t\"}", true, -1 },
		{ "b64", EV_CHECKPOINT_SIGN, "{\"alg\":\"ed25519\","
		    "\"name\":\"x\",\"root\":\"QQ==\",\"sig\":\"QR==\","
		    "\"size\":1,\"time\":0}", true, -1 },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		CHECK(ROWS[i].name, check(ROWS[i].type, ROWS[i].d,
		    ROWS[i].whole) == ROWS[i].want);
}

static void
test_text(void)
{
	struct json *d = json_new_obj(), *list;
	struct buf out = BUF_INIT;
	char big[513];

	json_set_str(d, "what", "clock");
	event_text(event_get(EV_ANOMALY), LANG_EN, d, &out);
	CHECK_STR("a missing value", buf_cstr(&out),
	    "Something unexpected: clock -.");
	buf_reset(&out);
	list = json_set(d, "value", json_new_arr());
	json_add(list, json_new_str("a"));
	json_add(list, json_new_int(-7));
	event_text(event_get(EV_ANOMALY), LANG_JA, d, &out);
	CHECK_STR("an array", buf_cstr(&out), "想定外の事象：clock a, -7。");
	buf_reset(&out);
	memset(big, 'x', sizeof(big) - 1);
	big[512] = '\0';
	json_set_str(d, "text", big);
	for (size_t i = 0; i + 3 <= 512; i += 3)
		memcpy(big + i, "認", 3);
	json_set_str(d, "expected", big);
	json_set_str(d, "happened", big);
	event_text(event_get(EV_DEVIATION_OPEN), LANG_EN, d, &out);
	CHECK("bounded", out.len > 1021 && out.len <= 1024);
	CHECK("no part of a character",
	    (out.data[out.len - 1] & 0xc0) == 0x80 &&
	    out.data[out.len - 3] == 0xe8);
	buf_free(&out);
	json_free(d);
}

static void
test_table(void)
{
	struct buf out = BUF_INIT;
	struct json *j = NULL;
	struct err e;

	event_table(&out);
	CHECK("table parses",
	    json_parse(buf_cstr(&out), out.len, JSON_DEPTH, &j, &e) == 0);
	CHECK("table is whole",
	    json_count(json_get(j, "events")) == EV_COUNT);
	json_free(j);
	buf_free(&out);
}

int
main(void)
{
	test_rows();
	test_check();
	test_text();
	test_table();
	return test_end();
}
