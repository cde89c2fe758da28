/* SPDX-License-Identifier: MIT */
/* ceremony/log/event_set: an older table keeps its words and its meaning. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "ceremony/state/state.h"

/* The one object of these transcripts: a table. */
struct shelf {
	struct buf table;
	uint8_t sha[SHA256_LEN];
};

static int
shelf_get(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	struct shelf *s = arg;

	if (memcmp(sha, s->sha, SHA256_LEN) != 0)
		return err_set(e, ERR_WORLD, "object.digest", "name", "-",
		    NULL);
	buf_add(out, s->table.data, s->table.len);
	return 0;
}

/* Our own table with `from` replaced by `to`, once. */
static void
altered(struct shelf *s, const char *from, const char *to)
{
	struct buf own = BUF_INIT;
	const char *text, *at;

	event_table(&own);
	text = buf_cstr(&own);
	at = strstr(text, from);
	if (at == NULL)
		abort();
	buf_reset(&s->table);
	buf_add(&s->table, text, (size_t)(at - text));
	buf_str(&s->table, to);
	buf_str(&s->table, at + strlen(from));
	sha256(s->sha, s->table.data, s->table.len);
	buf_free(&own);
}

static void
genesis_line(const struct event_set *set, const struct shelf *s,
    struct buf *line, uint8_t hash[static SHA256_LEN])
{
	uint8_t prev[SHA256_LEN] = { 0 }, any[SHA256_LEN] = { 7 };
	struct entry en;
	struct err e;

	entry_init(&en, EV_GENESIS);
	en.ev = event_set_find(set, "genesis");
	en.n = 0;
	en.t = 1800000000;
	json_set_hex(en.d, "form", any, SHA256_LEN);
	json_set_str(en.d, "format", "tachiai/1");
	json_set_hex(en.d, "image", any, SHA256_LEN);
	json_set(en.d, "media", json_new_arr());
	json_set_str(en.d, "mode", "rehearsal");
	json_set_str(en.d, "origin",
	    "example.jp/r/0011223344556677/rehearsal");
	json_set_hex(en.d, "table", s->sha, SHA256_LEN);
	json_set_hex(en.d, "verify", any, SHA256_LEN);
	CHECK("genesis by the older table",
	    entry_encode(&en, prev, line, &e) == 0);
	memcpy(hash, en.hash, SHA256_LEN);
	entry_fini(&en);
}

static void
older_words(void)
{
	struct shelf s = { BUF_INIT, { 0 } };
	struct object_source src = { shelf_get, &s };
	struct event_set *set = NULL;
	struct buf line = BUF_INIT;
	uint8_t hash[SHA256_LEN];
	struct ceremony *c;
	struct entry en;
	struct err e;

	altered(&s, "The transcript of {origin} begins",
	    "Here begins the log of {origin}");
	CHECK("an older table is read",
	    event_set_parse(s.table.data, s.table.len, &set, &e) == 0);
	CHECK("it is not our own", !event_set_is_own(s.sha));
	CHECK("same fields, same meaning",
	    event_set_find(set, "genesis")->type == EV_GENESIS);
	genesis_line(set, &s, &line, hash);
	c = ceremony_new(&src);
	CHECK("the fold reads it by its own table",
	    ceremony_apply(c, line.data, line.len, &e) == 0 &&
	    strcmp(c->mode, "rehearsal") == 0);
	CHECK("our table refuses its words", entry_decode(line.data, line.len,
	    (const uint8_t[SHA256_LEN]){ 0 }, &en, &e) == -1 &&
	    strcmp(e.id, "entry.text") == 0);
	ceremony_free(c);
	s.sha[0] ^= 1; /* the object is not there under that name */
	c = ceremony_new(&src);
	CHECK("without its table nothing is read",
	    ceremony_apply(c, line.data, line.len, &e) == -1 &&
	    c->head.n == -1);
	ceremony_free(c);
	buf_free(&line);
	event_set_free(set);
	buf_free(&s.table);
}

static void
other_fields(void)
{
	struct shelf s = { BUF_INIT, { 0 } };
	struct event_set *set = NULL;
	struct err e;

	altered(&s, "{\"name\":\"text\",\"optional\":0,\"type\":\"text\"}],"
	    "\"ja\"", "{\"name\":\"words\",\"optional\":0,"
	    "\"type\":\"text\"}],\"ja\"");
	CHECK("a table with other fields is read",
	    event_set_parse(s.table.data, s.table.len, &set, &e) == 0);
	CHECK("other fields, no meaning",
	    event_set_find(set, "note")->type == EV_COUNT);
	CHECK("a kind it lacks is not found",
	    event_set_find(set, "weather.seen") == NULL);
	event_set_free(set);
	buf_free(&s.table);
	altered(&s, "{\"name\":\"pcrs\",\"optional\":1,\"type\":\"arr\"},",
	    "");
	CHECK("a table that lacks what may be missing is read",
	    event_set_parse(s.table.data, s.table.len, &set, &e) == 0);
	CHECK("and means the same",
	    event_set_find(set, "sitting.open")->type == EV_SITTING_OPEN);
	event_set_free(set);
	buf_free(&s.table);
	altered(&s, "{\"name\":\"media\",\"optional\":0,\"type\":\"arr\"},"
	    "{\"name\":\"memories\"", "{\"name\":\"memories\"");
	CHECK("one that lacks what may not is read",
	    event_set_parse(s.table.data, s.table.len, &set, &e) == 0);
	CHECK("and means nothing",
	    event_set_find(set, "sitting.open")->type == EV_COUNT);
	event_set_free(set);
	buf_free(&s.table);
}

static const struct {
	const char *name, *from, *to;
} BAD[] = {
	{ "table: other format", "\"format\":\"tachiai/1\"",
	    "\"format\":\"tachiai/2\"" },
	{ "table: a name twice", "\"name\":\"format.upgrade\"",
	    "\"name\":\"genesis\"" },
	{ "table: a row without a sentence", "\"en\":\"Note: {text}\",",
	    "" },
	{ "table: not the strict form", "{\"events\"", "{ \"events\"" },
};

int
main(void)
{
	struct err e;

	older_words();
	other_fields();
	for (size_t i = 0; i < sizeof(BAD) / sizeof(*BAD); i++) {
		struct shelf s = { BUF_INIT, { 0 } };
		struct event_set *set = NULL;

		altered(&s, BAD[i].from, BAD[i].to);
		CHECK(BAD[i].name, event_set_parse(s.table.data, s.table.len,
		    &set, &e) == -1 && strcmp(e.id, "event.table") == 0 &&
		    set == NULL);
		event_set_free(set);
		buf_free(&s.table);
	}
	CHECK("NULL is our own table",
	    event_set_find(NULL, "note") == event_find("note"));
	return test_end();
}
