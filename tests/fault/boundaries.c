/* SPDX-License-Identifier: MIT */
/*
 * The media and sticks of a ceremony as they stood at every moment, from what
 * tests/fault/at.c kept of the calls that changed them in ROOM.
 *   boundaries replay OPS ROOM DIR LIST: make them again in DIR, one call
 *     after the other; before each, after each, and (writes) after some parts
 *     of it, the console's journal must open the media, or know them for a
 *     volume that is not made yet, find every line that was synced on both or
 *     told to tachiai-hsm, and change nothing by opening.  At the end DIR has
 *     every byte of ROOM.  LIST gets a line "NAME STATE KIND" for each
 *     boundary and each kind that it is of: NAME as at.c has it, STATE a
 *     number that differs where any byte differs.
 *   boundaries at OPS ROOM NAME DIR: the room of NAME in DIR; the lines that
 *     were told by then to standard output.
 *   boundaries open A B: the journal opens these two.
 * DIR holds what the room held before the first call.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/journal.h"
#include "tests/unit/test.h"

#define PATH 4096

static const char *const MEDIUM[2] = { "volume", "medium-b" };
static const char *room, *dir;
static char media[2][PATH];
static FILE *list;
static long opened, calls, state, verdicts[6];
static size_t size[2], synced[2]; /* bytes of transcript.log */
static bool born;                 /* the genesis is on both */
static struct buf told;           /* lines that tachiai-hsm was told of */
static long unborn;

/* One call, as at.c wrote it down. */
struct call {
	long number;
	char kind[16];
	long long place;
	size_t len;
	uint8_t *bytes;
	char path[PATH], other[PATH]; /* in DIR; a rename's new name */
	int medium;                   /* 0, 1, 2 a stick, -1 elsewhere */
	bool log;                     /* transcript.log */
};

static void
die(const char *what, const char *path)
{
	printf("not ok %s %s\n0 passed, 1 failed\n", what, path);
	exit(1);
}

static bool
is(const struct call *c, const char *kind)
{
	return strcmp(c->kind, kind) == 0;
}

/* Where it is in DIR, and on what. */
static void
place(struct call *c, const char *path)
{
	static const char *const PART[] = { "volume", "medium-b", "sticks" };
	size_t n = strlen(room);

	c->medium = -1;
	snprintf(c->path, sizeof(c->path), "%s", path);
	if (strncmp(path, room, n) != 0 || path[n] != '/')
		return;
	snprintf(c->path, sizeof(c->path), "%.2000s%.2000s", dir, path + n);
	for (int i = 0; i < 3; i++) {
		size_t len = strlen(PART[i]);

		if (strncmp(path + n + 1, PART[i], len) == 0 &&
		    (path[n + 1 + len] == '/' || path[n + 1 + len] == '\0'))
			c->medium = i;
	}
	n = strlen(path);
	c->log = n > 14 && strcmp(path + n - 14, "transcript.log") == 0;
}

/* The next call of the room, or of those who are told; false at the end. */
static bool
next_call(FILE *f, struct call *c)
{
	char head[3 * PATH], *arrow;
	bool ours;
	int skip;

	do {
		memset(c, 0, sizeof(*c));
		if (fgets(head, sizeof(head), f) == NULL)
			return false;
		head[strcspn(head, "\n")] = '\0';
		if (sscanf(head, "%ld %15s %lld %zu %n", &c->number, c->kind,
		    &c->place, &c->len, &skip) != 4)
			die("form", head);
		arrow = strstr(head + skip, " -> ");
		if (arrow != NULL) {
			*arrow = '\0';
			snprintf(c->other, sizeof(c->other), "%s", arrow + 4);
		}
		c->bytes = malloc(c->len + 1);
		if (c->bytes == NULL ||
		    fread(c->bytes, 1, c->len, f) != c->len)
			die("short", head);
		place(c, head + skip);
		ours = c->medium != -1 || is(c, "told");
		if (!ours)
			free(c->bytes);
	} while (!ours);
	return true;
}

static void
put(const struct call *c, size_t len)
{
	int fd = open(c->path, O_WRONLY);
	off_t at = is(c, "pwrite") ? (off_t)c->place : lseek(fd, 0, SEEK_END);

	if (fd == -1 || pwrite(fd, c->bytes, len, at) != (ssize_t)len)
		die("write", c->path);
	close(fd);
}

/* What the call does, a write with the first `len` of its bytes. */
static void
apply(const struct call *c, size_t len)
{
	char to[PATH];
	int fd;

	if (is(c, "pwrite") || is(c, "write")) {
		put(c, len);
	} else if (is(c, "create")) {
		fd = open(c->path, O_WRONLY | O_CREAT | O_TRUNC,
		    (mode_t)c->place);
		if (fd == -1)
			die("create", c->path);
		close(fd);
	} else if (is(c, "rename")) {
		snprintf(to, sizeof(to), "%.*s/%.200s",
		    (int)(strrchr(c->path, '/') - c->path), c->path, c->other);
		if (rename(c->path, to) == -1)
			die("rename", c->path);
	} else if (is(c, "unlink")) {
		(void)unlink(c->path);
	} else if (is(c, "mkdir")) {
		(void)mkdir(c->path, 0755);
	} else if (is(c, "ftruncate")) {
		if (truncate(c->path, (off_t)c->place) == -1)
			die("truncate", c->path);
	} else if (!is(c, "fsync") && !is(c, "fdatasync") && !is(c, "told")) {
		die("what call is", c->kind);
	}
}

/* ------------------------------------------------- kinds of boundaries */

/* What kind of entry the line is; those of one write are of its first. */
static void
event_of(const struct call *c, char out[static 64])
{
	const char *ev = memmem(c->bytes, c->len, "\"ev\":\"", 6);

	snprintf(out, 64, "-");
	if (ev != NULL)
		(void)sscanf(ev + 6, "%63[a-z._]", out);
}

/* "objects A", "making B", "credential", "bundle", and the file's name. */
static void
thing_of(const struct call *c, char out[static 64], const char **file)
{
	const char *slash = strrchr(c->path, '/'), *at = slash;
	size_t n;

	if (*c->other != '\0')
		*file = c->other;
	else
		*file = slash + 1;
	if (c->medium == 2) {
		snprintf(out, 64, strstr(*file, ".tachiai.pem") != NULL ?
		    "credential" : "bundle");
		*file += strncmp(*file, ".new-", 5) == 0 ? 5 : 0;
		return;
	}
	n = strlen(dir) + 1 + strlen(MEDIUM[c->medium]);
	while (at > c->path + n + 1 && at[-1] != '/')
		at--;
	if (c->log)
		snprintf(out, 64, "transcript.log %c", 'A' + c->medium);
	else if (slash > c->path + n)
		snprintf(out, 64, "%.*s %c", (int)(slash - at), at,
		    'A' + c->medium);
	else if (is(c, "fsync") && strlen(c->path) > n && slash[1] != '.')
		snprintf(out, 64, "%s %c", slash + 1, 'A' + c->medium);
	else
		snprintf(out, 64, "making %c", 'A' + c->medium);
}

/* LIST: before this call, or (a write) in the midst of it. */
static void
tell_kinds(const struct call *c, bool half)
{
	char name[32], thing[64], ev[64];
	const char *file;

	if (list == NULL)
		return;
	snprintf(name, sizeof(name), half ? "%ld/2 %ld" : "%ld %ld",
	    c->number, state);
	if (is(c, "told") || (c->log && is(c, "pwrite"))) {
		event_of(c, ev);
		if (half)
			fprintf(list, "%s entry %s: torn\n", name, ev);
		else if (is(c, "told"))
			fprintf(list, "%s entry %s: on both\n", name, ev);
		else if (c->medium == 1)
			fprintf(list, "%s entry %s: on one\n", name, ev);
	}
	if (is(c, "told")) {
		fprintf(list, "%s call told\n", name);
		return;
	}
	thing_of(c, thing, &file);
	fprintf(list, "%s call %s %s%s\n", name, c->kind, thing,
	    half ? ": half" : "");
	if (half && (strcmp(thing, "bundle") == 0 ||
	    strncmp(thing, "making", 6) == 0))
		fprintf(list, "%s file of %s: %s: torn\n", name, thing, file);
}

static void
look(const char *what)
{
	const char *const both[2] = { media[0], media[1] };
	struct recovery r;
	struct journal *j = NULL;
	struct err e;
	size_t len, sure = synced[0] < synced[1] ? synced[0] : synced[1];

	if (!born && journal_unborn(both)) {
		unborn++;
		return;
	}
	opened++;
	if (journal_open(both, false, &j, &r, &e) == -1) {
		printf("not ok call %ld (%s): does not open: %s\n", calls,
		    what, e.id);
		test_bad++;
		return;
	}
	verdicts[r.verdict]++;
	(void)journal_log(j, &len);
	if (len < sure || len < told.len || (told.len > 0 &&
	    memcmp(journal_log(j, &len), told.data, told.len) != 0)) {
		printf("not ok call %ld (%s): %zu of %zu bytes, told %zu\n",
		    calls, what, len, sure, told.len);
		test_bad++;
	}
	journal_close(j);
}

/* Lines: nothing, some bytes, half, all but the end, all of it. */
static void
write_lines(const struct call *c)
{
	const size_t part[] = { 1, 65, 66, c->len / 2, c->len - 1 };
	size_t *end = &size[c->medium];

	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		if (part[i] >= c->len)
			continue;
		apply(c, part[i]);
		look("part of a line");
		if (truncate(c->path, (off_t)*end) == -1)
			die("truncate", c->path);
	}
	apply(c, c->len);
	if (*end < (size_t)c->place + c->len)
		*end = (size_t)c->place + c->len;
}

static void
one(const struct call *c)
{
	struct call rest = *c;
	size_t half = c->len / 2;

	calls++;
	look("before");
	tell_kinds(c, false);
	if (!is(c, "fsync") && !is(c, "fdatasync") && !is(c, "told"))
		state++;
	if (half > 0 && (is(c, "pwrite") || is(c, "write"))) {
		tell_kinds(c, true);
		state++;
	}
	if (is(c, "told")) {
		if (memmem(told.data, told.len, c->bytes, c->len) == NULL)
			buf_add(&told, c->bytes, c->len);
	} else if (is(c, "pwrite") && c->log) {
		write_lines(c);
	} else if (is(c, "write")) {
		apply(c, half);
		look("half a file");
		rest.bytes += half;
		rest.len -= half;
		apply(&rest, rest.len);
	} else {
		apply(c, c->len);
	}
	if (is(c, "ftruncate") && c->log)
		size[c->medium] = (size_t)c->place;
	if (is(c, "fdatasync") && c->log) {
		synced[c->medium] = size[c->medium];
		born = synced[0] > 0 && synced[1] > 0;
	}
	look("after");
}

static FILE *
open_ops(const char *ops, const char *in, const char *to)
{
	FILE *f = fopen(ops, "rb");

	if (f == NULL)
		die("ops", ops);
	room = in;
	dir = to;
	for (int i = 0; i < 2; i++)
		snprintf(media[i], sizeof(media[i]), "%.2000s/%s", dir,
		    MEDIUM[i]);
	return f;
}

static int
replay(const char *ops, const char *in, const char *to, const char *to_list)
{
	FILE *f = open_ops(ops, in, to);
	char command[3 * PATH];
	struct call c;

	list = fopen(to_list, "w");
	if (list == NULL)
		die("list", to_list);
	while (next_call(f, &c)) {
		one(&c);
		free(c.bytes);
	}
	fclose(f);
	if (fclose(list) != 0)
		die("list", to_list);
	printf("# %ld calls, %ld states of media and sticks; %ld times not "
	    "made yet, opened %ld times: clean %ld, torn %ld, mirror %ld\n",
	    calls, state + 1, unborn, opened, verdicts[RECOVER_CLEAN],
	    verdicts[RECOVER_TORN], verdicts[RECOVER_MIRROR]);
	CHECK("opened at every call", calls > 500 && test_bad == 0 &&
	    opened + unborn > 2 * calls);
	CHECK("a volume that is being made was among them", unborn > 20);
	CHECK("all lines were told", told.len > 0 && told.len == synced[0]);
	CHECK("torn and mirrored were among them",
	    verdicts[RECOVER_TORN] > 100 && verdicts[RECOVER_MIRROR] > 100);
	snprintf(command, sizeof(command), "for d in volume medium-b sticks; "
	    "do diff -r '%.2000s'/$d '%.2000s'/$d || exit 1; done", in, to);
	CHECK("the end is the end", system(command) == 0);
	return test_end();
}

/* As a kill there leaves it: what the calls before did, and half of one. */
static int
at(const char *ops, const char *in, const char *name, const char *to)
{
	FILE *f = open_ops(ops, in, to);
	long number = atol(name);
	struct call c;

	while (next_call(f, &c) && c.number < number) {
		if (is(&c, "told"))
			fwrite(c.bytes, 1, c.len, stdout);
		apply(&c, c.len);
		free(c.bytes);
	}
	if (c.number != number)
		die("no boundary", name);
	if (strchr(name, '/') != NULL)
		apply(&c, c.len / 2);
	free(c.bytes);
	fclose(f);
	return fflush(stdout) != 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "open") == 0) {
		const char *const both[2] = { argv[2], argv[3] };
		struct journal *j = NULL;
		struct recovery r;
		struct err e;

		if (journal_open(both, false, &j, &r, &e) == -1) {
			printf("%s\n", e.id);
			return 1;
		}
		printf("verdict %d, %lld lines, %zu torn\n", (int)r.verdict,
		    (long long)r.head.n + 1, journal_torn(j)->len);
		journal_close(j);
		return 0;
	}
	if (argc == 6 && strcmp(argv[1], "replay") == 0)
		return replay(argv[2], argv[3], argv[4], argv[5]);
	if (argc == 6 && strcmp(argv[1], "at") == 0)
		return at(argv[2], argv[3], argv[4], argv[5]);
	fprintf(stderr, "usage: boundaries replay OPS ROOM DIR LIST\n"
	    "       boundaries at OPS ROOM NAME DIR\n"
	    "       boundaries open A B\n");
	return 2;
}
