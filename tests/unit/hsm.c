/* SPDX-License-Identifier: MIT */
/*
 * Parts of tachiai-hsm that need no module: idleness, the directory in
 * memory, and that every message it may get has someone to answer it.
 */
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/hsm/hsm.h"
#include "appliance/world/store.h"
#include "ceremony/text/text.h"
#include "tests/unit/test.h"

static int
no_object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	(void)arg;
	(void)sha;
	(void)out;
	return err_set(e, ERR_WORLD, "test.none", NULL);
}

static void
idle(void)
{
	struct object_source source = { no_object, NULL };
	struct hsm h = { .ram = RAM_INIT };
	struct err e = { 0 };
	struct msg m;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		exit(2);
	h.fd = fd[0];
	h.c = ceremony_new(&source);
	h.pool = OPENSSL_secure_zalloc(HSM_POOL * sizeof(*h.pool));
	h.last_use_ms = 1000;
	CHECK("nothing active, no timer", hsm_idle_ms(&h, 5000) == -1);
	h.pooled = 1;
	memset(h.pool[0].share, 0xa5, SHARE_SECRET);
	CHECK("a share waits ten minutes", hsm_idle_ms(&h, 1000) == 10 * 60000);
	memcpy(h.ca.id, "root-token", sizeof("root-token"));
	CHECK("time goes, to two minutes before",
	    hsm_idle_ms(&h, 61000) == 7 * 60000);
	hsm_idle(&h, 1000 + 8 * 60000 - 1);
	CHECK("not said a millisecond early",
	    recv(fd[1], &(char){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == -1);
	hsm_idle(&h, 1000 + 8 * 60000);
	CHECK("said beforehand",
	    msg_read(fd[1], &m, &e) == 1 && m.type == MSG_IDLE &&
		strcmp(json_get_str(m.json, "why"), "soon") == 0);
	msg_fini(&m);
	CHECK("once", hsm_idle_ms(&h, 1000 + 8 * 60000) == 2 * 60000);
	h.last_use_ms++;
	CHECK("a use begins anew", hsm_idle_ms(&h, 1001) == 8 * 60000);
	h.last_use_ms--;
	hsm_idle(&h, 1000 + 10 * 60000 - 1);
	CHECK("not a millisecond early", h.ca.id[0] != '\0' && h.pooled == 1);
	hsm_idle(&h, 1000 + 10 * 60000);
	CHECK("inactive", h.ca.id[0] == '\0');
	CHECK("shares are gone", h.pooled == 0);
	CHECK("and wiped", h.pool[0].share[5] == 0);
	CHECK("said so",
	    msg_read(fd[1], &m, &e) == 1 && m.type == MSG_IDLE &&
		strcmp(json_get_str(m.json, "why"), "idle") == 0 &&
		strcmp(json_get_str(m.json, "token"), "root-token") == 0);
	msg_fini(&m);
	OPENSSL_secure_free(h.pool);
	hsm_replica_free(&h);
	close(fd[0]);
	close(fd[1]);
}

/* Each row that goes to tachiai-hsm is answered; an unknown is refused. */
static void
rows(void)
{
	struct object_source source = { no_object, NULL };
	struct hsm h = { .ram = RAM_INIT };
	struct err e = { 0 };
	size_t answered = 0, owed = 0;
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1)
		exit(2);
	h.fd = fd[0];
	h.c = ceremony_new(&source);
	/* Stuck: the one thing that every deed must look at first. */
	h.stuck = true;
	h.p11.kind = p11_kind_at(0);
	for (int t = MSG_ANSWER + 1; t < MSG_COUNT; t++) {
		const struct msg_rule *r = msg_rule((enum msg_type)t);
		struct msg m, a;
		struct err why = { 0 };
		int ok;

		if (r->to != PARTY_HSM || r->type == MSG_STORE)
			continue;
		owed++;
		msg_init(&m, PARTY_HSM, r->type, 7);
		ok = hsm_dispatch(&h, &m, &e) == 0 &&
		    msg_read(fd[1], &a, &e) == 1 && a.id == 7;
		answered += ok != 0;
		if (ok && msg_answer_ok(&a, &why) == -1)
			CHECK(r->name, text_find(why.id) != NULL);
		msg_fini(&m);
		if (ok)
			msg_fini(&a);
	}
	CHECK("every row is answered", owed > 10 && answered == owed);
	hsm_replica_free(&h);
	close(fd[0]);
	close(fd[1]);
}

static void
memory(void)
{
	struct ram a = RAM_INIT, b = RAM_INIT;
	struct store s = STORE_INIT;
	struct buf pack = BUF_INIT, out = BUF_INIT;
	struct err e = { 0 };
	struct stat st;
	char path[200], left[64] = "/dev/shm/tachiai-hsm-LEFTXX";

	CHECK("a directory", ram_make(&a, &e) == 0);
	CHECK("private", stat(a.dir, &st) == 0 && (st.st_mode & 0777) == 0700);
	snprintf(path, sizeof(path), "%s/tokens", a.dir);
	mkdir(path, 0700);
	/* One that was left behind goes, one that is in use stays. */
	mkdir(left, 0700);
	CHECK("another", ram_make(&b, &e) == 0);
	CHECK("left behind is removed", access(left, F_OK) == -1);
	CHECK("in use stays", access(a.dir, F_OK) == 0);
	store_add(&s, "00000000-0000-0000-0123-456789abcdef/token.object", "x",
	    1, &e);
	store_pack(&s, &pack);
	CHECK("import", ram_import(&a, NULL, pack.data, pack.len, &e) == 0);
	CHECK("export by serial",
	    ram_export(&a, NULL, "0123456789abcdef", &out, &e) == 0 &&
		out.len == pack.len &&
		memcmp(out.data, pack.data, out.len) == 0);
	CHECK("no such serial",
	    ram_export(&a, NULL, "1123456789abcdef", &out, &e) == -1);
	store_add(&s, "00000000-0000-0000-0123-456789abcde0/token.object", "x",
	    1, &e);
	buf_reset(&pack);
	store_pack(&s, &pack);
	CHECK("two tokens in one archive",
	    ram_import(&a, NULL, pack.data, pack.len, &e) == -1);
	store_free(&s);
	store_add(
	    &s, "00000000-0000-0000-0123-456789abcdef/token.object", "", 0, &e);
	buf_reset(&pack);
	store_pack(&s, &pack);
	CHECK("an empty file is damage",
	    ram_import(&a, NULL, pack.data, pack.len, &e) == -1);
	CHECK_STR("damage, id", e.id, "hsm.store");
	memcpy(path, a.dir, sizeof(a.dir));
	ram_remove(&a);
	ram_remove(&b);
	CHECK("removed", access(path, F_OK) == -1);
	store_free(&s);
	buf_free(&pack);
	buf_free(&out);
}

/* An archive of the one file of all tokens, changed so many times. */
static void
database(unsigned changes, const char *magic, struct buf *out)
{
	struct store s = STORE_INIT;
	uint8_t db[128] = { 0 };
	struct err e;

	memcpy(db, magic, strlen(magic));
	db[26] = (uint8_t)(changes >> 8);
	db[27] = (uint8_t)changes;
	store_add(&s, "all.sqlite3", db, sizeof(db), &e);
	buf_reset(out);
	store_pack(&s, out);
	store_free(&s);
}

static bool
holds(const struct ram *r, const struct buf *pack)
{
	struct buf out = BUF_INIT;
	struct err e;
	bool same = ram_export(r, "all.sqlite3", "-", &out, &e) == 0 &&
	    out.len == pack->len && memcmp(out.data, pack->data, out.len) == 0;

	buf_free(&out);
	return same;
}

/* Of several archives the one changed last, in whatever order they come. */
static void
one_file(void)
{
	struct ram r = RAM_INIT;
	struct buf a = BUF_INIT, b = BUF_INIT, c = BUF_INIT;
	struct err e = { 0 };

	CHECK("one file: a directory", ram_make(&r, &e) == 0);
	database(255, "SQLite format 3", &a);
	database(256, "SQLite format 3", &b);
	database(9, "SQLite format 4", &c);
	CHECK("one file: the first",
	    ram_import(&r, "all.sqlite3", a.data, a.len, &e) == 0 &&
		holds(&r, &a));
	CHECK("one file: a later one",
	    ram_import(&r, "all.sqlite3", b.data, b.len, &e) == 0 &&
		holds(&r, &b));
	CHECK("one file: an earlier one changes nothing",
	    ram_import(&r, "all.sqlite3", a.data, a.len, &e) == 0 &&
		holds(&r, &b));
	CHECK("one file: no database",
	    ram_import(&r, "all.sqlite3", c.data, c.len, &e) == -1 &&
		holds(&r, &b));
	CHECK("one file: of another name",
	    ram_import(&r, "other.sqlite3", b.data, b.len, &e) == -1);
	ram_remove(&r);
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
}

/* The manual page's tables are the code's. */
static void
manual(void)
{
	FILE *f = fopen("docs/tachiai-hsm.8", "re");
	struct buf page = BUF_INIT;
	char line[1024], row[160];

	CHECK("the manual page is here", f != NULL);
	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL)
		buf_str(&page, line);
	fclose(f);
	for (size_t i = 0; p11_kind_at(i) != NULL; i++) {
		const struct p11_kind *k = p11_kind_at(i);

		snprintf(row, sizeof(row),
		    "\n.It %s Ta %s Ta %s Ta %d Ta %s Ta %s\n", k->name,
		    k->store ? "yes" : "no", k->full ? "full" : "minimal",
		    k->local, k->edwards ? "yes" : "no",
		    k->loose ? "yes" : "no");
		CHECK(k->name, strstr(buf_cstr(&page), row) != NULL);
	}
	for (int t = MSG_ANSWER + 1; t < MSG_COUNT; t++) {
		const struct msg_rule *r = msg_rule((enum msg_type)t);

		if (r->to != PARTY_HSM && r->from != PARTY_HSM)
			continue;
		snprintf(row, sizeof(row), "%s", r->name);
		CHECK(r->name, strstr(buf_cstr(&page), row) != NULL);
	}
	buf_free(&page);
}

/* Production takes what the profile set lists, member by member; a module
 * whose tokens are files never, whatever is listed. */
static void
listed(void)
{
	static const struct {
		const char *name, *manufacturer, *model, *firmware;
		uint8_t sha;
		bool store, production, good;
	} ROWS[] = {
		{ "as it is listed", "M", "X1", "2.0", 7, false, true, true },
		{ "another library", "M", "X1", "2.0", 8, false, true, false },
		{ "another manufacturer", "N", "X1", "2.0", 7, false, true,
		    false },
		{ "another model", "M", "X2", "2.0", 7, false, true, false },
		{ "another firmware", "M", "X1", "2.1", 7, false, true, false },
		{ "tokens that are files", "M", "X1", "2.0", 7, true, true,
		    false },
		{ "a rehearsal takes any", "N", "X2", "0", 8, true, false,
		    true },
	};
	static const struct p11_kind FILES = { .store = true, .soft = true },
				     CARD = { 0 };
	uint8_t sha[SHA256_LEN] = { 7 };
	struct object_source source = { no_object, NULL };
	struct json *set = json_new_obj(), *row;
	struct err e = { 0 };

	row = json_add(json_set(set, "modules", json_new_arr()),
	    json_new_obj());
	json_set_str(row, "firmware", "2.0");
	json_set_str(row, "manufacturer", "M");
	json_set_str(row, "model", "X1");
	json_set_hex(row, "sha256", sha, SHA256_LEN);
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
		struct hsm h = { .ram = RAM_INIT };
		struct p11_slot slot = { 0 };

		h.c = ceremony_new(&source);
		h.c->profiles = json_copy(set);
		h.c->production = ROWS[i].production;
		h.p11.kind = ROWS[i].store ? &FILES : &CARD;
		h.p11.info.sha256[0] = ROWS[i].sha;
		snprintf(slot.manufacturer, sizeof(slot.manufacturer), "%s",
		    ROWS[i].manufacturer);
		snprintf(slot.model, sizeof(slot.model), "%s", ROWS[i].model);
		snprintf(slot.firmware, sizeof(slot.firmware), "%s",
		    ROWS[i].firmware);
		CHECK(ROWS[i].name,
		    hsm_listed(&h, &slot, &e) == (ROWS[i].good ? 0 : -1) &&
			(ROWS[i].good ||
			    strcmp(e.id, "hsm.not-listed") == 0));
		hsm_replica_free(&h);
	}
	json_free(set);
}

int
main(void)
{
	manual();
	idle();
	rows();
	listed();
	memory();
	one_file();
	return test_end();
}
