/* SPDX-License-Identifier: MIT */
/* Entries: what is written is read, and nothing else is. */
#include "ceremony/log/entry.h"

#include <stdlib.h>

#include "tests/unit/test.h"

static const uint8_t ZERO[SHA256_LEN];

static void
sample(struct entry *en)
{
	entry_init(en, EV_NOTE);
	en->n = 7;
	en->s = 1;
	en->m = 1234;
	en->t = 1781000000;
	memset(en->r, 0xab, ENTRY_R);
	entry_by(en, "op/anna");
	entry_by(en, "op/bela");
	entry_said(en, "CA1");
	entry_attach(en, "photo", "image/png", ZERO, 12);
	json_set_str(en->d, "text", "a \"quoted\" \\ 立会い");
}

static void
test_round(void)
{
	struct entry en, got;
	struct buf line = BUF_INIT, again = BUF_INIT;
	struct err e;
	uint8_t digest[SHA256_LEN];

	sample(&en);
	CHECK("encode", entry_encode(&en, ZERO, &line, &e) == 0);
	CHECK_STR("the line", buf_cstr(&line) + 65,
	    "{\"att\":[{\"name\":\"photo\",\"sha256\":\"00000000000000000000"
	    "00000000000000000000000000000000000000000000\",\"size\":12,"
	    "\"type\":\"image/png\"}],\"by\":[\"op/anna\",\"op/bela\"],"
	    "\"d\":{\"text\":\"a \\\"quoted\\\" \\\\ 立会い\"},"
	    "\"ev\":\"note\",\"m\":1234,\"n\":7,"
	    "\"r\":\"abababababababababababababababab\",\"rc\":\"ok\","
	    "\"s\":1,\"said\":[\"CA1\"],\"t\":\"2026-06-09T10:13:20Z\","
	    "\"txt\":\"Note: a \\\"quoted\\\" \\\\ 立会い\"}\n");
	CHECK("decode", entry_decode(line.data, line.len, ZERO, &got, &e) ==
	    0);
	CHECK("encode again", entry_encode(&got, ZERO, &again, &e) == 0);
	CHECK("the same", again.len == line.len &&
	    memcmp(again.data, line.data, line.len) == 0 &&
	    memcmp(got.hash, en.hash, SHA256_LEN) == 0);
	CHECK("attachment", entry_attachment(&got, "photo", digest) == 0);
	CHECK("no attachment", entry_attachment(&got, "film", digest) == -1);
	digest[0] ^= 1;
	CHECK("other line before", entry_decode(line.data, line.len, digest,
	    &en, &e) == -1);
	CHECK_STR("its sentence", e.id, "entry.hash");
	entry_fini(&got);
	entry_fini(&en);
	buf_free(&line);
	buf_free(&again);
}

/* Hash a JSON text as a line and decode it. */
static int
decode(const char *json, struct err *e)
{
	struct buf rest = BUF_INIT, line = BUF_INIT;
	struct entry en;
	uint8_t h[SHA256_LEN];
	char hex[SHA256_HEX];
	int ret;

	sha256_hex(hex, ZERO);
	buf_fmt(&rest, "%s %s\n", hex, json);
	sha256(h, rest.data, rest.len);
	sha256_hex(hex, h);
	buf_fmt(&line, "%s %s\n", hex, json);
	ret = entry_decode(line.data, line.len, ZERO, &en, e);
	if (ret == 0)
		entry_fini(&en);
	buf_free(&rest);
	buf_free(&line);
	return ret;
}

#define HEAD "{\"by\":[],\"d\":{\"text\":\"x\"},\"ev\":\"note\""
#define R0 "\"r\":\"00000000000000000000000000000000\""
#define TAIL ",\"rc\":\"ok\",\"s\":0,\"t\":\"2026-06-09T10:13:20Z\"," \
	"\"txt\":\"Note: x\"}"

static void
test_strict(void)
{
	static const struct {
		const char *name, *json;
		int want;
	} ROWS[] = {
		{ "good", HEAD ",\"m\":0,\"n\":0," R0 TAIL, 0 },
		{ "unknown kind", "{\"by\":[],\"ev\":\"later.kind\",\"m\":0,"
		    "\"n\":0," R0 TAIL, 0 },
		{ "surplus member", HEAD ",\"m\":0,\"n\":0,\"q\":1," R0 TAIL,
		    -1 },
		{ "no m", HEAD ",\"n\":0," R0 TAIL, -1 },
		{ "m below zero", HEAD ",\"m\":-1,\"n\":0," R0 TAIL, -1 },
		{ "m is text", HEAD ",\"m\":\"0\",\"n\":0," R0 TAIL, -1 },
		{ "short r", HEAD ",\"m\":0,\"n\":0,\"r\":\"00\"" TAIL, -1 },
		{ "empty d", "{\"by\":[],\"d\":{},\"ev\":\"later.kind\","
		    "\"m\":0,\"n\":0," R0 TAIL, -1 },
		{ "empty att", "{\"att\":[],\"by\":[],\"d\":{\"text\":\"x\"},"
		    "\"ev\":\"note\",\"m\":0,\"n\":0," R0 TAIL, -1 },
		{ "by nobody", "{\"by\":[\"anna\"],\"d\":{\"text\":\"x\"},"
		    "\"ev\":\"note\",\"m\":0,\"n\":0," R0 TAIL, -1 },
		{ "by twice", "{\"by\":[\"op/a\",\"op/a\"],"
		    "\"d\":{\"text\":\"x\"},\"ev\":\"note\",\"m\":0,"
		    "\"n\":0," R0 TAIL, -1 },
		{ "other rc", HEAD ",\"m\":0,\"n\":0," R0 ",\"rc\":\"fine\","
		    "\"s\":0,\"t\":\"2026-06-09T10:13:20Z\","
		    "\"txt\":\"Note: x\"}", -1 },
		{ "other txt", HEAD ",\"m\":0,\"n\":0," R0 ",\"rc\":\"ok\","
		    "\"s\":0,\"t\":\"2026-06-09T10:13:20Z\","
		    "\"txt\":\"Note: y\"}", -1 },
		{ "no date", HEAD ",\"m\":0,\"n\":0," R0 ",\"rc\":\"ok\","
		    "\"s\":0,\"t\":\"2026-06-31T10:13:20Z\","
		    "\"txt\":\"Note: x\"}", -1 },
		{ "statement by nobody", "{\"by\":[],\"d\":{},\"ev\":"
		    "\"consent\",\"m\":0,\"n\":0," R0 TAIL, -1 },
		{ "not an object", "[]", -1 },
	};
	struct err e;

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++)
		CHECK(ROWS[i].name, decode(ROWS[i].json, &e) == ROWS[i].want);
}

static void
test_bits(void)
{
	struct entry en, got;
	struct buf line = BUF_INIT;
	struct err e;
	size_t caught = 0, tried = 0;

	sample(&en);
	entry_encode(&en, ZERO, &line, &e);
	for (size_t i = 0; i < line.len * 8; i++, tried++) {
		line.data[i / 8] ^= (uint8_t)(1 << i % 8);
		if (entry_decode(line.data, line.len, ZERO, &got, &e) == -1)
			caught++;
		else
			entry_fini(&got);
		line.data[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	CHECK("every bit", caught == tried && tried > 3000);
	for (caught = tried = 0; tried < line.len; tried++)
		caught += entry_decode(line.data, tried, ZERO, &got, &e) == -1;
	CHECK("every cut", caught == tried);
	entry_fini(&en);
	buf_free(&line);
}

static void
test_bounds(void)
{
	struct entry en;
	struct buf line = BUF_INIT;
	struct json *list;
	struct err e;

	entry_init(&en, EV_LOSS_ACCEPTED);
	entry_by(&en, "op/anna");
	list = json_set(en.d, "heads", json_new_arr());
	json_set_hex(en.d, "record", ZERO, SHA256_LEN);
	json_set_int(en.d, "skip", 0);
	for (int i = 0; i < 100; i++) {
		char s[200];

		memset(s, 'x', sizeof(s) - 1);
		s[sizeof(s) - 1] = '\0';
		json_add(list, json_new_str(s));
	}
	CHECK("too long", entry_encode(&en, ZERO, &line, &e) == -1);
	CHECK_STR("its sentence", e.id, "entry.long");
	CHECK("nothing written", line.len == 0);
	entry_fini(&en);
	entry_init(&en, EV_NOTE);
	CHECK("nothing without its fields",
	    entry_encode(&en, ZERO, &line, &e) == -1);
	CHECK_STR("which field", err_value(&e, "field"), "text");
	en.rc = RC_FAIL;
	CHECK("a failure may lack them",
	    entry_encode(&en, ZERO, &line, &e) == 0);
	entry_fini(&en);
	buf_free(&line);
}

int
main(void)
{
	test_round();
	test_strict();
	test_bits();
	test_bounds();
	return test_end();
}
