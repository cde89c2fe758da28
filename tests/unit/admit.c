/* SPDX-License-Identifier: MIT */
/*
 * A new medium for a volume that lost one: written when people have signed,
 * read back and compared; and the power that goes at every call on the way.
 * Whatever it leaves is not taken for a medium before an entry names it, loses
 * no line of the first one, and can be gone on from.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "appliance/world/journal.h"
#include "ceremony/base/codec.h"
#include "tests/unit/faults.h"
#include "tests/unit/lines.h"
#include "tests/unit/test.h"

static const char NUMBER[] = "0f1e2d3c-4b5a-4697-8876-65544332211f";
static char base[] = "/tmp/tachiai-admit-XXXXXX";
static char dirs[2][64];
static const char *dir[2] = { dirs[0], dirs[1] };
static const char *first[2] = { dirs[0], NULL };
static uint8_t tip[SHA256_LEN]; /* of the first medium's last line */
static int64_t next_n;
static size_t whole; /* bytes of the first medium's lines */

/* A is the first medium's folder, B the other's. */
static void
shell(const char *command)
{
	if (system(command) != 0)
		abort();
}

static void
add_line(struct buf *out, enum event_type ev, struct json *d)
{
	struct entry en;
	struct err e;

	entry_init(&en, ev);
	en.n = next_n++;
	en.t = 1781000000 + en.n;
	en.m = en.n * 1000;
	json_free(en.d);
	en.d = d;
	if (ev == EV_MEDIA_ADD)
		entry_by(&en, "op/mina");
	if (entry_encode(&en, tip, out, &e) == -1)
		abort();
	memcpy(tip, en.hash, SHA256_LEN);
	entry_fini(&en);
}

static struct json *
genesis(const struct journal *j)
{
	static const uint8_t SHA[SHA256_LEN] = { 1 };
	static const char *const SUMS[] = { "form", "image", "table",
		"verify" };
	struct json *d = json_new_obj(), *media;

	media = json_set(d, "media", json_new_arr());
	for (int i = 0; i < 2; i++)
		json_add(media, json_new_str(journal_medium(j, i).uuid));
	for (size_t i = 0; i < 4; i++)
		json_set_hex(d, SUMS[i], SHA, SHA256_LEN);
	json_set_str(d, "format", "tachiai/1");
	json_set_str(d, "mode", "rehearsal");
	json_set_str(d, "origin", "example.jp/ca/0011223344556677/rehearsal");
	return d;
}

/* The entry that admits it. */
static int
admitted(struct journal *j, const char *uuid)
{
	struct json *d = json_new_obj();
	struct buf b = BUF_INIT;
	struct err e;
	int ret;

	json_set_str(d, "medium", "B");
	json_set_str(d, "uuid", uuid);
	add_line(&b, EV_MEDIA_ADD, d);
	ret = journal_append(j, b.data, b.len, &e);
	buf_free(&b);
	return ret;
}

/* A volume of two with a genesis, objects, a store and a note; B is lost. */
static void
fresh(void)
{
	struct recovery found;
	struct buf b = BUF_INIT;
	struct journal *j = NULL;
	uint8_t sha[SHA256_LEN];
	struct err e;

	shell("rm -rf $A $B");
	memset(tip, 0, sizeof(tip));
	next_n = 0;
	if (journal_create(dir, &e) == -1 ||
	    journal_open(dir, false, &j, &found, &e) == -1)
		abort();
	for (size_t i = 1; i < 4; i++)
		journal_object_put(j, dirs[0], i, sha, &e);
	journal_store_put(j, "log", NULL, "store", 5, sha, &e);
	journal_note(j, 1, "note\n", 5, &e);
	add_line(&b, EV_GENESIS, genesis(j));
	line_note(&b, next_n++, tip, "a day");
	whole = b.len;
	if (journal_append(j, b.data, b.len, &e) == -1)
		abort();
	buf_free(&b);
	journal_close(j);
	shell("rm -r $B");
}

static struct journal *
open_first(void)
{
	struct journal *j = NULL;
	struct recovery found;
	struct err e;

	return journal_open(first, true, &j, &found, &e) == 0 ? j : NULL;
}

static bool
equal(void)
{
	return system("diff -rq -x MEDIA -x '.*.new' $A $B >/dev/null") == 0;
}

/* What journal_open() says of both. */
static const char *
says(bool accept_one, bool *two)
{
	static struct err e;
	struct recovery found;
	struct journal *j = NULL;
	size_t len;

	*two = false;
	if (journal_open(dir, accept_one, &j, &found, &e) == -1)
		return e.id;
	*two = journal_medium(j, 1).state == MEDIUM_GOOD;
	(void)journal_log(j, &len);
	journal_close(j);
	return len >= whole ? "" : "lost lines";
}

static void
test_plain(void)
{
	struct journal *j;
	struct err e;
	char uuid[JOURNAL_UUID];
	bool two;

	fresh();
	j = open_first();
	CHECK("nothing is there", journal_look(j, dirs[1]) == PLACE_NONE);
	mkdir(dirs[1], 0755);
	CHECK("an empty folder", journal_look(j, dirs[1]) == PLACE_FREE);
	CHECK("a number", journal_number(uuid, &e) == 0 &&
	    strlen(uuid) == 36 && uuid[14] == '4');
	CHECK("nothing is written for it", rmdir(dirs[1]) == 0 &&
	    mkdir(dirs[1], 0755) == 0);
	CHECK("copied", journal_copy(j, dirs[1], &e) == 0);
	shell("test ! -e $B/MEDIA");
	CHECK("it is begun", journal_begun(dirs[1]) &&
	    journal_look(j, dirs[1]) == PLACE_BEGUN);
	CHECK("admitted", journal_admit(j, dirs[1], 'B', uuid, &e) == 0 &&
	    equal());
	CHECK("with its number", strcmp(journal_medium(j, 1).uuid, uuid) == 0);
	CHECK("verify.sh is run by hand", system("test -x $B/verify.sh") == 0);
	CHECK("and an entry", admitted(j, uuid) == 0 && equal());
	journal_close(j);
	CHECK_STR("both open", says(false, &two), "");
	CHECK("as two", two);
	j = open_first();
	CHECK("it is in the volume",
	    journal_look(j, dirs[1]) == PLACE_TAKEN &&
	    journal_copy(j, dirs[1], &e) == -1 &&
	    strcmp(e.id, "media.exists") == 0);
	journal_close(j);
}

/* What is not a place for it. */
static void
test_places(void)
{
	static const char *const TAKEN[] = {
		"touch $B/somebodys",
		"echo another story >$B/transcript.log",
		"ln -s /dev/null $B/transcript.log",
		"mkdir $B/transcript.log",
		"echo what >$B/MEDIA",
	};
	struct journal *j;
	struct err e;

	fresh();
	j = open_first();
	for (size_t i = 0; i < sizeof(TAKEN) / sizeof(*TAKEN); i++) {
		shell("rm -rf $B; mkdir $B");
		shell(TAKEN[i]);
		CHECK(TAKEN[i], journal_look(j, dirs[1]) == PLACE_TAKEN &&
		    journal_copy(j, dirs[1], &e) == -1);
	}
	shell("rm -rf $B; mkdir $B $B/lost+found");
	CHECK("a file system's own folder",
	    journal_look(j, dirs[1]) == PLACE_FREE);
	journal_close(j);
}

/* What comes back is not what was copied. */
static void
test_differs(void)
{
	static const struct {
		const char *how, *file;
	} SPOILT[] = {
		{ "for f in $B/objects/*; do printf x >>$f; break; done", NULL },
		{ "for f in $B/tokens/*; do rm $f; done", NULL },
		{ "touch $B/tokens/log-more", "log-more" },
		{ "printf x | dd of=$B/transcript.log bs=1 seek=70 conv=notrunc"
		  " 2>/dev/null", "transcript.log" },
		{ "truncate -s -1 $B/transcript.log", "transcript.log" },
		{ "printf x >>$B/notes/1.note", "1.note" },
		{ "printf x >>$B/verify.sh", "verify.sh" },
		{ "rm -r $B/notes", NULL },
	};
	struct err e;
	bool two;

	for (size_t i = 0; i < sizeof(SPOILT) / sizeof(*SPOILT); i++) {
		struct journal *j;

		fresh();
		j = open_first();
		mkdir(dirs[1], 0755);
		journal_copy(j, dirs[1], &e);
		shell(SPOILT[i].how);
		CHECK(SPOILT[i].how,
		    journal_admit(j, dirs[1], 'B', NUMBER, &e) == -1 &&
		    strcmp(e.id, "media.differs") == 0 &&
		    journal_medium(j, 1).state == MEDIUM_ABSENT);
		if (SPOILT[i].file != NULL)
			CHECK_STR("says which", err_value(&e, "file"),
			    SPOILT[i].file);
		journal_close(j);
		CHECK_STR("it counts for nothing", says(false, &two),
		    "media.half");
	}
}

/* ------------------------------------------------------- at every call */

static void
make(bool entry)
{
	struct journal *j = open_first();
	struct err e;

	calls = 0;
	if (j != NULL && journal_copy(j, dirs[1], &e) == 0 &&
	    journal_admit(j, dirs[1], 'B', NUMBER, &e) == 0 && entry)
		(void)admitted(j, NUMBER);
	journal_close(j);
}

static bool
entry_there(void)
{
	/* On one of them: a write that failed retired the other. */
	return system("grep -qs '\"ev\":\"media.add\".*}$' "
		      "$A/transcript.log $B/transcript.log") == 0;
}

/* Whatever stands there: good, and told apart; and it is gone on from. */
static bool
goes_on(void)
{
	struct journal *j;
	enum journal_place is;
	uint8_t sha[SHA256_LEN];
	struct err e;
	bool two, add = entry_there();
	const char *said = says(false, &two);

	if (add != two || (!add && strcmp(said, "media.half") != 0 &&
	    strcmp(said, "media.one-only") != 0 &&
	    strcmp(said, "media.not-a-volume") != 0))
		return false;
	if (add)
		return said[0] == '\0';
	j = open_first();
	is = j != NULL ? journal_look(j, dirs[1]) : PLACE_NONE;
	if (is != PLACE_FREE && is != PLACE_BEGUN)
		return false;
	/* The second try has other stores: what the first left goes. */
	if (journal_store_put(j, "log", NULL, "later", 5, sha, &e) == -1 ||
	    journal_copy(j, dirs[1], &e) == -1 ||
	    journal_admit(j, dirs[1], 'B', NUMBER, &e) == -1 ||
	    admitted(j, NUMBER) == -1 || !equal())
		return false;
	journal_close(j);
	return says(false, &two)[0] == '\0' && two;
}

static long
run_fault(enum fault f)
{
	long tried = 0, bad = 0;

	for (long at = 1;; at++) {
		int status;
		pid_t pid;

		fresh();
		mkdir(dirs[1], 0755);
		pid = fork();
		if (pid == 0) {
			fault = f;
			fault_at = at;
			make(true);
			_exit(calls < at ? 1 : 0);
		}
		waitpid(pid, &status, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
			break;
		tried++;
		if (!goes_on()) {
			printf("# kind %d, call %ld\n", (int)f, at);
			bad++;
		}
	}
	printf("# fault kind %d: %ld places\n", (int)f, tried);
	return tried < 40 ? 1 : bad;
}

/* No entry: the number stands on it, and it is none. */
static void
test_unnamed(void)
{
	struct recovery found;
	struct journal *j = NULL;
	int64_t lines;
	struct err e;
	int which;
	bool two;

	fresh();
	mkdir(dirs[1], 0755);
	make(false);
	CHECK_STR("before its entry", says(false, &two), "media.half");
	CHECK_STR("people go on with one", says(true, &two), "");
	CHECK("and with no more", !two);
	j = open_first();
	CHECK("it does not come back", journal_join(j, dirs[1], false, &which,
	    &lines, &e) == -1 && strcmp(e.id, "media.half") == 0 &&
	    strcmp(err_value(&e, "a"), "A") == 0 &&
	    strcmp(err_value(&e, "b"), "B") == 0);
	journal_close(j);
	{
		const char *alone[2] = { dirs[1], NULL };

		CHECK("alone it opens to nobody", journal_open(alone, true, &j,
		    &found, &e) == -1 && strcmp(e.id, "media.half-alone") == 0);
		shell("rm -f $B/MEDIA");
		CHECK("nor without its number", journal_open(alone, true, &j,
		    &found, &e) == -1 && strcmp(e.id, "media.half-alone") == 0);
	}
	j = open_first();
	CHECK("nor does that come back", journal_join(j, dirs[1], false, &which,
	    &lines, &e) == -1 && strcmp(e.id, "media.half") == 0);
	journal_close(j);
	CHECK("a new volume is not made on it", !journal_unborn(dir));
}

int
main(void)
{
	if (mkdtemp(base) == NULL)
		return 1;
	snprintf(dirs[0], sizeof(dirs[0]), "%s/a", base);
	snprintf(dirs[1], sizeof(dirs[1]), "%s/b", base);
	setenv("A", dirs[0], 1);
	setenv("B", dirs[1], 1);
	test_plain();
	test_places();
	test_differs();
	test_unnamed();
	CHECK("every call fails", run_fault(FAIL) == 0);
	CHECK("every write is short", run_fault(SHORT) == 0);
	CHECK("death before every call", run_fault(DIE) == 0);
	CHECK("death within every call", run_fault(DIE_HALF) == 0);
	shell("rm -rf $A $B");
	rmdir(base);
	return test_end();
}
