/* SPDX-License-Identifier: MIT */
/*
 * What people decide about the log itself: ends that are lost, one medium
 * alone, another table of events, a doubt that they see in two ways.
 */
#include "ceremony/log/event_set.h"
#include "tests/unit/state_refuse.h"

static enum todo
todo(void)
{
	struct next n;

	ceremony_next(sealed.c, &n);
	return n.todo;
}

static void
open_with(const char *media, struct json *memories)
{
	struct command cmd;
	static const uint8_t zero[SHA256_LEN];

	sealed.now += 600;
	sealed.ms = 0;
	snprintf(sealed.epoch, sizeof(sealed.epoch), "%032x", 77);
	day_cmd(&cmd, EV_SITTING_OPEN);
	json_set_hex(cmd.d, "cert", zero, SHA256_LEN);
	json_set_str(cmd.d, "epoch", sealed.epoch);
	json_set_hex(cmd.d, "image", zero, SHA256_LEN);
	json_set(cmd.d, "media", json_new_arr());
	if (media != NULL)
		json_add(json_set(cmd.d, "media", json_new_arr()),
		    json_new_str(media));
	json_set(cmd.d, "memories", memories);
	json_set_int(cmd.d, "sitting", sealed.c->s + 1);
	sealed_do(&cmd);
}

static void
memory(struct json *list, const char *source, int64_t n, const uint8_t *hash)
{
	struct json *m = json_add(list, json_new_obj());
	static const uint8_t OTHER[SHA256_LEN] = { 0xab };

	json_set_hex(m, "head", hash != NULL ? hash : OTHER, SHA256_LEN);
	json_set_int(m, "lost", hash == NULL);
	json_set_int(m, "n", n);
	json_set_str(m, "source", source);
}

/* What this person is asked to sign, other than coming in; 0 or 1. */
static size_t
due(size_t i, const char *way, uint8_t doc[static SHA256_LEN])
{
	struct due_list l;
	size_t n = 0;

	ceremony_due(sealed.c, ceremony_person(sealed.c, SEALED_WHO[i].id),
	    way, NULL, &l);
	for (size_t k = 0; k < l.n; k++)
		if (l.due[k].event == EV_RESOLVE) {
			memcpy(doc, l.due[k].doc, SHA256_LEN);
			n++;
		}
	due_list_fini(&l);
	return n;
}

static void
sign(size_t i, const char *way, const uint8_t want[static SHA256_LEN])
{
	uint8_t doc[SHA256_LEN];

	day_login(i);
	CHECK("one statement is due, over this record", due(i, way, doc) == 1 &&
	    memcmp(doc, want, SHA256_LEN) == 0);
	sealed_statement(EV_RESOLVE, i, want);
}

static void
digest(struct buf *record, uint8_t out[static SHA256_LEN])
{
	sha256(out, record->data, record->len);
	buf_free(record);
}

/* Those who signed, or a manager who comes alone. */
static void
resolvers(struct command *cmd)
{
	cmd->by[0] = "mina";
	for (size_t i = 0; i < sealed.c->resolves; i++)
		cmd->by[i] = sealed.c->resolve[i].person;
}

static struct command *
accept(const uint8_t record[static SHA256_LEN], size_t heads)
{
	static struct command cmd;
	struct json *list;

	day_cmd(&cmd, EV_LOSS_ACCEPTED);
	resolvers(&cmd);
	list = json_set(cmd.d, "heads", json_new_arr());
	for (size_t i = 0; i < heads; i++)
		json_add(list, json_new_str("999"));
	json_set_hex(cmd.d, "record", record, SHA256_LEN);
	json_set_int(cmd.d, "skip", LOSS_SKIP);
	return &cmd;
}

/* Two custodians remember one end that is not here, a third one that is. */
static void
test_loss(void)
{
	struct json *list = json_new_arr();
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], doc[SHA256_LEN];
	struct command cmd;

	day_branch(day.second);
	memory(list, "anna", 99999, NULL);
	memory(list, "bela", 3, ceremony_hash(sealed.c, 3));
	memory(list, "cleo", 99999, NULL);
	open_with(NULL, list);
	CHECK("one end is lost", sealed.c->losts == 1 &&
	    sealed.c->loss_pending && !sealed.c->forked);
	CHECK("a manager comes first", todo() == TODO_OPEN);
	day_login(MINA);
	CHECK("then the loss is decided", todo() == TODO_LOSS);
	day_cmd(&cmd, EV_BREAK_BEGIN);
	CHECK_STR("nothing goes on meanwhile", sealed_says(&cmd),
	    "loss.pending");
	CHECK("a loss is signed for whatever the way",
	    ceremony_way_record(sealed.c, NULL, &b));
	digest(&b, want);
	CHECK("a manager does not decide", due(MINA, NULL, doc) == 0);
	CHECK("an RA officer does not", due(REI, NULL, doc) == 0);
	CHECK_STR("not without statements", sealed_says(accept(want, 1)),
	    "state.order quorum");
	sign(ANNA, NULL, want);
	sign(BELA, NULL, want);
	CHECK_STR("not without the owner", sealed_says(accept(want, 1)),
	    "state.order quorum");
	sign(SORA, NULL, want);
	CHECK_STR("not fewer ends", sealed_says(accept(want, 0)),
	    "state.order record");
	sealed_do(accept(want, 1));
	CHECK("it is abandoned", !sealed.c->loss_pending &&
	    todo() == TODO_FILES && sealed.c->burnts > 0);
	/* Who remembers it later is no news. */
	list = json_new_arr();
	memory(list, "anna", 99999, NULL);
	open_with(NULL, list);
	CHECK("and asked no more", !sealed.c->loss_pending &&
	    sealed.c->losts == 1);
}

static void
test_one_medium(void)
{
	struct buf b = BUF_INIT;
	uint8_t want[SHA256_LEN], doc[SHA256_LEN];
	struct command cmd;

	day_branch(day_find(EV_STEP_END, 20));
	/* As after a genesis that names two. */
	sealed.c->media = 2;
	open_with("b", json_new_arr());
	day_login(MINA);
	CHECK("one medium of two: people decide", todo() == TODO_ONE);
	ceremony_one_record(sealed.c, &b);
	digest(&b, want);
	CHECK("the owner does not", due(SORA, NULL, doc) == 0);
	day_cmd(&cmd, EV_MEDIA_ONE);
	json_set_str(cmd.d, "medium", "b");
	CHECK_STR("not without them", sealed_says(&cmd),
	    "state.order two-people");
	sign(ANNA, NULL, want);
	sign(MINA, NULL, want);
	day_cmd(&cmd, EV_MEDIA_ONE);
	json_set_str(cmd.d, "medium", "a");
	CHECK_STR("not for the other", sealed_says(&cmd),
	    "state.order medium");
	day_cmd(&cmd, EV_MEDIA_ONE);
	json_set_str(cmd.d, "medium", "b");
	sealed_do(&cmd);
	CHECK("and the day goes on", todo() != TODO_ONE);
}

static struct command medium_cmd;

static struct command *
medium(const char *name, const char *uuid)
{
	day_cmd(&medium_cmd, EV_MEDIA_ADD);
	json_set_str(medium_cmd.d, "medium", name);
	json_set_str(medium_cmd.d, "uuid", uuid);
	medium_cmd.by[0] = "mina";
	return &medium_cmd;
}

/* A new one: two people sign for its very number. */
static void
test_new_medium(void)
{
	static const char *const UUID = "0f1e2d3c-4b5a-4697-8876-65544332211f";
	static const char *const OTHER =
	    "1f1e2d3c-4b5a-4697-8876-65544332211f";
	struct buf rec = BUF_INIT;
	uint8_t want[SHA256_LEN];
	struct buf asked = BUF_INIT;
	char way[64];

	day_branch(day_find(EV_STEP_END, 20));
	sealed.c->media = 1;
	snprintf(way, sizeof(way), WAY_MEDIUM "B %s", UUID);
	ceremony_medium_record(sealed.c, "B", UUID, NULL, &rec);
	CHECK("no way, no document",
	    !ceremony_way_record(sealed.c, NULL, &asked));
	CHECK("the way's document is the medium's",
	    ceremony_way_record(sealed.c, way, &asked) &&
	    asked.len == rec.len &&
	    memcmp(asked.data, rec.data, rec.len) == 0);
	buf_free(&asked);
	digest(&rec, want);
	sign(ANNA, way, want);
	sign(MINA, way, want);
	CHECK_STR("not another number", sealed_says(medium("B", OTHER)),
	    "state.order two-people");
	CHECK_STR("not the other medium", sealed_says(medium("A", UUID)),
	    "state.order two-people");
	CHECK_STR("no third medium", sealed_says(medium("C", UUID)),
	    "state.order medium");
	sealed_do(medium("B", UUID));
	CHECK("the volume is on two", sealed.c->media == 2);
	sealed_do(medium("B", UUID));
	CHECK("and on no more", sealed.c->media == 2);
	/* A stick that is erased for it: its name is signed, too. */
	snprintf(way, sizeof(way), WAY_MEDIUM "A %s Acme 8 GB", OTHER);
	ceremony_medium_record(sealed.c, "A", OTHER, "Acme 8 GB", &rec);
	CHECK("the way's document names the stick",
	    ceremony_way_record(sealed.c, way, &asked) &&
	    asked.len == rec.len &&
	    memcmp(asked.data, rec.data, rec.len) == 0);
	buf_free(&asked);
	digest(&rec, want);
	sign(ANNA, way, want);
	sign(MINA, way, want);
	CHECK_STR("not without its stick", sealed_says(medium("A", OTHER)),
	    "state.order two-people");
	json_set_str(medium("A", OTHER)->d, "device", "Acme 16 GB");
	CHECK_STR("not another stick", sealed_says(&medium_cmd),
	    "state.order two-people");
	json_set_str(medium("A", OTHER)->d, "device", "Acme 8 GB");
	sealed_do(&medium_cmd);
	CHECK("the stick that they signed for", sealed.c->media == 2);
	CHECK("a number that is none", !ceremony_way_record(sealed.c,
	    WAY_MEDIUM "A 00000000000000000000000000000000000000000 x",
	    &asked));
	CHECK("half a way is none", due(BELA, WAY_MEDIUM, want) == 0);
}

static struct command *
upgrade(const uint8_t table[static SHA256_LEN],
    const uint8_t record[static SHA256_LEN])
{
	static struct command cmd;

	day_cmd(&cmd, EV_FORMAT_UPGRADE);
	resolvers(&cmd);
	json_set_hex(cmd.d, "record", record, SHA256_LEN);
	json_set_hex(cmd.d, "table", table, SHA256_LEN);
	return &cmd;
}

/* The program's own table, by name; and one that nobody has. */
static void
test_upgrade(void)
{
	static const uint8_t NONE[SHA256_LEN] = { 4 };
	struct buf b = BUF_INIT;
	uint8_t table[SHA256_LEN], want[SHA256_LEN], none[SHA256_LEN];

	day_branch(day_find(EV_STEP_END, 20));
	event_table(&b);
	digest(&b, table);
	ceremony_upgrade_record(sealed.c, table, &b);
	digest(&b, want);
	ceremony_upgrade_record(sealed.c, NONE, &b);
	digest(&b, none);
	CHECK_STR("not without statements", sealed_says(upgrade(table, want)),
	    "state.order quorum");
	sign(MINA, "upgrade", want);
	sign(ANNA, "upgrade", want);
	sign(BELA, "upgrade", want);
	CHECK_STR("not another table", sealed_says(upgrade(NONE, want)),
	    "state.order record");
	sealed_do(upgrade(table, want));
	CHECK("the table is this program's",
	    !ceremony_other_table(sealed.c));
	sealed_statement(EV_RESOLVE, MINA, none);
	sealed_statement(EV_RESOLVE, ANNA, none);
	sealed_statement(EV_RESOLVE, BELA, none);
	CHECK_STR("a table that is not there", sealed_says(upgrade(NONE, none)),
	    "log.object");
}

/* A doubt is resolved by those who said the same way. */
static void
test_two_ways(void)
{
	struct buf b = BUF_INIT;
	uint8_t none[SHA256_LEN], found[SHA256_LEN];
	const struct item *it;
	struct command cmd;

	day_branch(day_find(EV_TOKEN_INIT_END, 0));
	open_with(NULL, json_new_arr());
	day_login(MINA);
	it = ceremony_doubt(sealed.c);
	ceremony_doubt_record(sealed.c, it, "none", &b);
	digest(&b, none);
	ceremony_doubt_record(sealed.c, it, "found", &b);
	digest(&b, found);
	sign(MINA, "none", none);
	sign(ANNA, "found", found);
	sign(BELA, "none", none);
	for (int i = 0; i < 2; i++) {
		day_cmd(&cmd, EV_DOUBT_RESOLVED);
		json_set_str(cmd.d, "item", it->id);
		json_set_hex(cmd.d, "record", none, SHA256_LEN);
		json_set_str(cmd.d, "way", "none");
		CHECK_STR(i == 0 ? "one of them said another way" :
		    "with a third", sealed_says(&cmd),
		    i == 0 ? "state.order quorum" : "taken");
		if (i == 0)
			sign(CLEO, "none", none);
	}
}

/*
 * Before the roster is sealed the log token's secret lives in one program
 * alone: a sitting that ends there leaves a token that nobody opens again.
 */
static void
test_log_token(void)
{
	day_branch(day_find(EV_ROSTER_SIGN, 2));
	CHECK("a log token, people, two signatures", sealed.c->log_ready &&
	    sealed.c->log_spki.len > 0 && sealed.c->persons == SEALED_PEOPLE &&
	    ceremony_person(sealed.c, "mina")->log_share &&
	    ceremony_set(sealed.c, "log", "log")->in_force);
	open_with(NULL, json_new_arr());
	CHECK("another one is made", todo() == TODO_LOG_INIT &&
	    !sealed.c->log_ready &&
	    !ceremony_set(sealed.c, "log", "log")->in_force);
	CHECK("nobody has its share, or has signed",
	    !ceremony_person(sealed.c, "mina")->log_share &&
	    !ceremony_person(sealed.c, "sora")->signed_roster);
	CHECK("and everybody stays enrolled",
	    sealed.c->persons == SEALED_PEOPLE);
}

int
main(void)
{
	day_make();
	day_whole = day_fold(day.lines);
	test_loss();
	test_one_medium();
	test_new_medium();
	test_upgrade();
	test_two_ways();
	test_log_token();
	ceremony_free(day_whole);
	day_free();
	return test_end();
}
