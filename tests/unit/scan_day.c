/* SPDX-License-Identifier: MIT */
/*
 * The walk over a whole day of deeds, into which a table of events comes:
 * quorums, objects that are others than their digest says, and a caller who
 * has seen enough.
 */
#include "ceremony/log/scan.h"
#include "tests/unit/day.h"
#include "tests/unit/test.h"

static struct {
	uint8_t swapped[SHA256_LEN]; /* the object that is another */
	int64_t stop;                /* -1: never */
	int64_t seen;
} world;

static int
object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	if (memcmp(sha, world.swapped, SHA256_LEN) == 0) {
		buf_str(out, "another");
		return 0;
	}
	return sealed_object(arg, sha, out, e);
}

static int
take(void *arg, const struct entry *en, const uint8_t *line, size_t len,
    struct err *e)
{
	(void)arg;
	(void)line;
	(void)len;
	world.seen = en->n;
	if (en->n == world.stop)
		return err_set(e, ERR_REFUSED, "state.order", "ev",
		    en->ev->name, "why", "enough", NULL);
	return 0;
}

/* The id by which the walk ends, "" at the end; *at the entry it failed. */
static const char *
walk(const struct buf *file, int64_t *at)
{
	const struct scan_world w = { .object = object, .entry = take };
	struct scan *s = scan_new(&w);
	struct scan_result r;
	static struct err e;
	const char *said = "";

	e = (struct err){ 0 };
	if (scan_feed(s, file->data, file->len, &e) == -1 ||
	    scan_end(s, &r, &e) == -1)
		said = e.id;
	*at = scan_at(s);
	scan_free(s);
	return said;
}

static void
sign(size_t i, const uint8_t doc[static SHA256_LEN])
{
	day_login(i);
	sealed_statement(EV_RESOLVE, i, doc);
}

/* The day with a table named anew behind its 20th step. */
static size_t
upgraded(struct buf *file)
{
	size_t at = day_find(EV_STEP_END, 20);
	struct buf b = BUF_INIT;
	struct command cmd;
	uint8_t table[SHA256_LEN], record[SHA256_LEN];

	day_branch(at);
	event_table(&b);
	sha256(table, b.data, b.len);
	buf_reset(&b);
	ceremony_upgrade_record(sealed.c, table, &b);
	sha256(record, b.data, b.len);
	buf_free(&b);
	sign(MINA, record);
	sign(ANNA, record);
	sign(BELA, record);
	day_cmd(&cmd, EV_FORMAT_UPGRADE);
	for (int i = 0; i < 3; i++)
		cmd.by[i] = SEALED_WHO[i == 0 ? MINA : i == 1 ? ANNA : BELA].id;
	json_set_hex(cmd.d, "record", record, SHA256_LEN);
	json_set_hex(cmd.d, "table", table, SHA256_LEN);
	sealed_do(&cmd);
	while (day_once())
		continue;
	for (size_t i = 0; i < at; i++)
		buf_add(file, day.line[i].data, day.line[i].len);
	for (size_t i = at; i < sealed.lines; i++)
		buf_add(file, sealed.line[i].data, sealed.line[i].len);
	return sealed.lines;
}

/* The digest that d.<field> of the day's nth line of this kind says. */
static void
named_digest(enum event_type ev, const char *field,
    uint8_t out[static SHA256_LEN])
{
	const struct buf *line = &day.line[day_find(ev, 0)];
	char mark[40];
	const char *at;

	snprintf(mark, sizeof(mark), "\"%s\":\"", field);
	at = strstr(buf_cstr(line), mark);
	if (at == NULL || hex_decode(out, SHA256_LEN, at + strlen(mark),
	    SHA256_HEX - 1) == -1)
		sealed_die(field, NULL);
}

int
main(void)
{
	struct buf file = BUF_INIT, plain = BUF_INIT;
	size_t lines;
	int64_t at;

	world.stop = -1;
	day_make();
	for (size_t i = 0; i < day.lines; i++)
		buf_add(&plain, day.line[i].data, day.line[i].len);
	CHECK_STR("two sittings of deeds", walk(&plain, &at), "");
	CHECK("every entry was seen", world.seen + 1 == (int64_t)day.lines);
	lines = upgraded(&file);
	CHECK_STR("with a table named anew", walk(&file, &at), "");
	CHECK("to its end", world.seen + 1 == (int64_t)lines);
	world.stop = 17;
	CHECK_STR("the caller ends it", walk(&plain, &at), "state.order");
	CHECK("there", at == 17 && world.seen == 17);
	world.stop = -1;
	named_digest(EV_CUSTODIAN_ENROLL, "sign", world.swapped);
	CHECK_STR("another certificate than enrolled", walk(&plain, &at),
	    "log.object");
	CHECK("at its enrolment",
	    at == (int64_t)day_find(EV_CUSTODIAN_ENROLL, 0));
	named_digest(EV_KEY_ENROLL, "spki", world.swapped);
	CHECK_STR("another key of the log", walk(&plain, &at), "log.object");
	buf_free(&file);
	buf_free(&plain);
	day_free();
	return test_end();
}
