/* SPDX-License-Identifier: MIT */
/*
 * The journal with a file system that fails: every write and sync by turns
 * fails, is short, or is the last thing the program does.
 */
#include "appliance/world/journal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/faults.h"
#include "tests/unit/lines.h"
#include "tests/unit/test.h"

#define LINES 4

static char base[] = "/tmp/tachiai-journal-XXXXXX";
static char dirs[2][64];
static const char *dir[2] = { dirs[0], dirs[1] };
static struct buf want; /* the history */
static size_t ends[LINES + 1];

static void
clear(void)
{
	char cmd[160];

	snprintf(cmd, sizeof(cmd), "rm -rf %s %s", dirs[0], dirs[1]);
	if (system(cmd) != 0)
		abort();
}

static void
make_history(void)
{
	uint8_t hash[SHA256_LEN] = { 0 };

	for (int i = 0; i < LINES; i++) {
		ends[i] = want.len;
		line_note(&want, i, hash, i % 2 == 0 ? "even" : "odd");
	}
	ends[LINES] = want.len;
}

static void
fresh(void)
{
	struct err e;

	clear();
	if (journal_create(dir, &e) == -1)
		abort();
}

/* The work that is interrupted: objects and lines; counts what is said. */
static void
work(struct journal *j, volatile int *acked)
{
	uint8_t sha[SHA256_LEN];
	struct err e;

	for (int i = 0; i < LINES; i++) {
		if (journal_object_put(j, dirs[0], (size_t)i + 1, sha, &e) ==
			-1 ||
		    journal_store_put(j, "root-token", NULL, &i, sizeof(i),
			sha, &e) == -1 ||
		    journal_append(j, want.data + ends[i],
			ends[i + 1] - ends[i], &e) == -1)
			return;
		*acked = i + 1;
	}
}

static void
test_plain(void)
{
	struct journal *j = NULL, *k = NULL;
	struct recovery found;
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN], sha2[SHA256_LEN];
	struct err e;
	size_t len;
	int acked = 0;

	clear();
	CHECK("create", journal_create(dir, &e) == 0);
	CHECK("not born before a line stands", journal_unborn(dir) &&
	    journal_create(dir, &e) == 0);
	CHECK("open", journal_open(dir, false, &j, &found, &e) == 0);
	CHECK("empty", found.verdict == RECOVER_CLEAN && found.head.n == -1);
	CHECK("one writer", journal_open(dir, false, &k, &found, &e) == -1 &&
	    strcmp(e.id, "media.busy") == 0);
	work(j, &acked);
	CHECK("all acknowledged", acked == LINES);
	CHECK("create twice", !journal_unborn(dir) &&
	    journal_create(dir, &e) == -1 &&
	    strcmp(e.id, "media.exists") == 0);
	CHECK("media", journal_media(j) == 2 &&
	    journal_medium(j, 0).state == MEDIUM_GOOD &&
	    journal_medium(j, 1).label[0] == 'B' &&
	    strlen(journal_medium(j, 1).uuid) == 36);
	journal_object_put(j, "abc", 3, sha, &e);
	CHECK("object", journal_object_get(j, sha, &b, &e) == 0 &&
	    b.len == 3 && memcmp(b.data, "abc", 3) == 0);
	sha[0] ^= 1;
	CHECK("no object", journal_object_get(j, sha, &b, &e) == -1 &&
	    strcmp(e.id, "media.object") == 0);
	buf_reset(&b);
	journal_store_put(j, "log", NULL, "one", 3, sha, &e);
	journal_store_put(j, "log", sha, "two", 3, sha2, &e);
	CHECK("store in force stays", journal_store_get(j, "log", sha, &b,
	    &e) == 0);
	CHECK("the other store", journal_store_other(j, "log", sha, sha,
	    &e) == 1 && memcmp(sha, sha2, SHA256_LEN) == 0);
	journal_store_put(j, "log", sha2, "three", 5, sha, &e);
	sha256(sha, "one", 3);
	CHECK("the oldest goes", journal_store_get(j, "log", sha, &b,
	    &e) == -1);
	CHECK("store's name", journal_store_put(j, "../x", NULL, "a", 1, sha,
	    &e) == -1);
	CHECK("note", journal_note(j, 4, "note\n", 5, &e) == 0);
	journal_close(j);
	CHECK("open again", journal_open(dir, false, &j, &found, &e) == 0 &&
	    memcmp(journal_log(j, &len), want.data, want.len) == 0 &&
	    len == want.len);
	journal_close(j);
	buf_free(&b);
}

static void
spoil(int which, size_t cut, const char *more)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/transcript.log", dirs[which]);
	fd = open(path, O_WRONLY | O_APPEND);
	if (fd == -1 || ftruncate(fd, (off_t)cut) == -1 ||
	    syscall(SYS_write, fd, more, strlen(more)) == -1)
		abort();
	close(fd);
}

static bool
media_equal(void)
{
	char cmd[600];

	snprintf(cmd, sizeof(cmd), "cmp -s %s/transcript.log "
	    "%s/transcript.log && diff -rq %s/objects %s/objects >/dev/null "
	    "&& diff -rq %s/tokens %s/tokens >/dev/null", dirs[0], dirs[1],
	    dirs[0], dirs[1], dirs[0], dirs[1]);
	return system(cmd) == 0;
}

static void
test_mend(void)
{
	const char *alone[2] = { dirs[1], NULL }, *same[2] = { dirs[0],
		dirs[0] };
	struct journal *j = NULL;
	struct recovery found;
	struct stat st;
	struct err e;
	char path[96];
	size_t len;
	int acked = 0;

	fresh();
	journal_open(dir, false, &j, &found, &e);
	work(j, &acked);
	journal_close(j);
	/* A torn line on A: shown, kept until the line that says so. */
	spoil(0, ends[LINES - 1] + 90, "");
	spoil(1, ends[LINES - 1], "");
	CHECK("torn", journal_open(dir, false, &j, &found, &e) == 0 &&
	    found.verdict == RECOVER_TORN && journal_torn(j)->len == 90);
	snprintf(path, sizeof(path), "%s/transcript.log", dirs[0]);
	CHECK("opening changes nothing", stat(path, &st) == 0 &&
	    (size_t)st.st_size == ends[LINES - 1] + 90);
	CHECK("append over it", journal_append(j, want.data +
	    ends[LINES - 1], ends[LINES] - ends[LINES - 1], &e) == 0 &&
	    media_equal());
	journal_close(j);
	/* A medium behind: lines and objects are copied to it. */
	spoil(0, ends[1], "");
	snprintf(path, sizeof(path), "rm -f %s/objects/*", dirs[0]);
	CHECK("objects gone", system(path) == 0 && !media_equal());
	CHECK("behind", journal_open(dir, false, &j, &found, &e) == 0 &&
	    found.verdict == RECOVER_MIRROR && found.best == 1 &&
	    found.lines == LINES - 1);
	{
		struct buf line = BUF_INIT;
		uint8_t hash[SHA256_LEN];

		memcpy(hash, found.head.hash, SHA256_LEN);
		line_note(&line, LINES, hash, "mended");
		CHECK("mended", journal_append(j, line.data, line.len,
		    &e) == 0 && media_equal());
		buf_free(&line);
	}
	journal_close(j);
	CHECK("one alone stops", journal_open(alone, false, &j, &found,
	    &e) == -1 && strcmp(e.id, "media.one-only") == 0);
	CHECK("its sentence", strcmp(err_value(&e, "a"), "B") == 0 &&
	    strcmp(err_value(&e, "b"), "A") == 0);
	CHECK("two people decide", journal_open(alone, true, &j, &found,
	    &e) == 0 && journal_log(j, &len) != NULL && len > want.len &&
	    journal_medium(j, 0).state == MEDIUM_ABSENT);
	journal_close(j);
	/* The same folder twice: its lock, or its label. */
	CHECK("twins", journal_open(same, false, &j, &found, &e) == -1);
	spoil(0, 0, "not a transcript\n");
	spoil(1, 0, "");
	CHECK("rubbish is put aside", journal_open(dir, false, &j, &found,
	    &e) == 0 && found.verdict == RECOVER_TORN);
	journal_close(j);
}

static void
test_one_directory(void)
{
	const char *one[2] = { dirs[0], NULL };
	struct journal *j = NULL;
	struct recovery found;
	struct err e;
	int acked = 0;

	clear();
	CHECK("volume of one", journal_create(one, &e) == 0 &&
	    journal_open(one, false, &j, &found, &e) == 0 &&
	    journal_media(j) == 1);
	work(j, &acked);
	CHECK("works", acked == LINES);
	journal_close(j);
}

/* What is opened after a fault holds all that was acknowledged. */
static bool
survives(int acked)
{
	struct journal *j = NULL;
	struct recovery found;
	struct err e;
	size_t len;
	bool good;

	if (journal_open(dir, false, &j, &found, &e) == -1)
		return false;
	(void)journal_log(j, &len);
	good = len >= ends[acked] && len <= want.len &&
	    (len == 0 || memcmp(journal_log(j, &len), want.data, len) == 0);
	/* And the rest can be written. */
	if (good && len < want.len)
		good = journal_append(j, want.data + len, want.len - len,
		    &e) == 0;
	journal_close(j);
	return good;
}

static long
run_fault(enum fault f, volatile int *acked)
{
	long tried = 0, bad = 0;

	for (long at = 1;; at++) {
		pid_t pid;
		int status;

		fresh();
		*acked = 0;
		pid = fork();
		if (pid == 0) {
			struct journal *j = NULL;
			struct recovery found;
			struct err e;

			calls = 0;
			fault = f;
			fault_at = at;
			if (journal_open(dir, false, &j, &found, &e) == 0)
				work(j, acked);
			_exit(calls < at ? 1 : 0);
		}
		waitpid(pid, &status, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
			break; /* beyond the last call */
		tried++;
		if (!survives(*acked))
			bad++;
		if ((f == FAIL || f == SHORT) && *acked < LINES)
			bad++; /* the other medium goes on */
	}
	printf("# fault kind %d: %ld places\n", (int)f, tried);
	return tried < 50 ? 1 : bad;
}

static void
test_faults(void)
{
	volatile int *acked = mmap(NULL, sizeof(*acked),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	CHECK("every call fails", run_fault(FAIL, acked) == 0);
	CHECK("every write is short", run_fault(SHORT, acked) == 0);
	CHECK("death before every call", run_fault(DIE, acked) == 0);
	CHECK("death within every call", run_fault(DIE_HALF, acked) == 0);
}

static void
test_all_gone(void)
{
	struct journal *j = NULL;
	struct recovery found;
	struct err e;
	const char *one[2] = { dirs[0], NULL };

	clear();
	if (journal_create(one, &e) == -1 ||
	    journal_open(one, false, &j, &found, &e) == -1)
		abort();
	calls = 0;
	fault = FAIL;
	fault_at = 2; /* the sync behind the write */
	CHECK("no medium left", journal_append(j, want.data, ends[1], &e) ==
	    -1 && strcmp(e.id, "log.stopped") == 0);
	fault_at = -1;
	CHECK("never again", journal_append(j, want.data, ends[1], &e) == -1);
	journal_close(j);
}

int
main(void)
{
	if (mkdtemp(base) == NULL)
		return 1;
	snprintf(dirs[0], sizeof(dirs[0]), "%s/a", base);
	snprintf(dirs[1], sizeof(dirs[1]), "%s/b", base);
	make_history();
	test_plain();
	test_mend();
	test_one_directory();
	test_faults();
	test_all_gone();
	clear();
	rmdir(base);
	buf_free(&want);
	return test_end();
}
