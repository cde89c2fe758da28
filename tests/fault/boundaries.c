/* SPDX-License-Identifier: MIT */
/*
 * The two media of a ceremony as they stood at every moment.
 *   boundaries replay OPS A B DIR: make the media again in DIR from what
 *     tests/fault/at.c kept of A and B, one call after the other; before
 *     each, after each, and (writes) after some parts of it, the console's
 *     journal must open them, or know them for a volume that is not made
 *     yet, find every line that was synced on both or told to tachiai-hsm,
 *     and change nothing by opening.
 *   boundaries open A B: the journal opens these two.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/world/journal.h"
#include "tests/unit/test.h"

static const char *from[2], *dir;
static char media[2][2048];
static long opened, calls, verdicts[6];
static size_t size[2], synced[2]; /* bytes of transcript.log */
static bool born;                 /* the genesis is on both */
static struct buf told;           /* lines that tachiai-hsm was told of */
static long unborn;

static void
die(const char *what, const char *path)
{
	printf("not ok %s %s\n0 passed, 1 failed\n", what, path);
	exit(1);
}

/* Which medium, and the path in DIR; -1 if it is of neither. */
static int
place(const char *path, char *out, size_t len)
{
	for (int i = 0; i < 2; i++) {
		size_t n = strlen(from[i]);

		if (strncmp(path, from[i], n) == 0 && (path[n] == '/' ||
		    path[n] == '\0')) {
			snprintf(out, len, "%s%s", media[i], path + n);
			return i;
		}
	}
	return -1;
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

static int
file_at(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	if (fd == -1)
		die("open", path);
	return fd;
}

static void
put(const char *path, const uint8_t *p, size_t len, long long at)
{
	int fd = file_at(path);

	if (pwrite(fd, p, len, (off_t)at) != (ssize_t)len)
		die("write", path);
	close(fd);
}

static bool
is_log(const char *path)
{
	size_t n = strlen(path);

	return n > 14 && strcmp(path + n - 14, "transcript.log") == 0;
}

/* Lines: nothing, some bytes, half, all but the end, all of it. */
static void
write_lines(int m, const char *path, const uint8_t *p, size_t len,
    long long at)
{
	const size_t part[] = { 1, 65, 66, len / 2, len - 1 };

	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++) {
		size_t had = size[m];

		if (part[i] >= len)
			continue;
		put(path, p, part[i], at);
		look("part of a line");
		if (truncate(path, (off_t)had) == -1)
			die("truncate", path);
	}
	put(path, p, len, at);
	if (size[m] < (size_t)at + len)
		size[m] = (size_t)at + len;
}

static long long written; /* where plain writes of a file stand */
static char written_path[4096];

static void
one(const char *kind, long long at, char *path, const uint8_t *p, size_t len)
{
	char a[4096], b[4096], *arrow = strstr(path, " -> ");
	int m;

	if (arrow != NULL)
		*arrow = '\0';
	if (strcmp(kind, "told") == 0) {
		if (memmem(told.data, told.len, p, len) == NULL)
			buf_add(&told, p, len);
		calls++;
		look("told");
		return;
	}
	m = place(path, a, sizeof(a));
	if (m == -1)
		return;
	calls++;
	look("before");
	if (strcmp(kind, "pwrite") == 0 && is_log(a)) {
		write_lines(m, a, p, len, at);
	} else if (strcmp(kind, "write") == 0) {
		if (strcmp(written_path, a) != 0)
			written = 0;
		snprintf(written_path, sizeof(written_path), "%s", a);
		put(a, p, len / 2, written);
		look("half a file");
		put(a, p, len, written);
		written += (long long)len;
	} else if (strcmp(kind, "rename") == 0) {
		char *slash;

		snprintf(b, sizeof(b), "%s", a);
		slash = strrchr(b, '/');
		snprintf(slash + 1, sizeof(b) - (size_t)(slash + 1 - b),
		    "%s", arrow + 4);
		/* An empty file was made and never written. */
		if (access(a, F_OK) == -1)
			close(file_at(a));
		if (rename(a, b) == -1)
			die("rename", a);
		written_path[0] = '\0';
	} else if (strcmp(kind, "unlink") == 0) {
		(void)unlink(a);
	} else if (strcmp(kind, "mkdir") == 0) {
		(void)mkdir(a, 0755);
	} else if (strcmp(kind, "ftruncate") == 0) {
		if (truncate(a, (off_t)at) == -1)
			die("truncate", a);
		size[m] = (size_t)at;
	} else if (strcmp(kind, "fdatasync") == 0 && is_log(a)) {
		synced[m] = size[m];
		born = synced[0] > 0 && synced[1] > 0;
	}
	look("after");
}

static void
replay(const char *ops)
{
	FILE *f = fopen(ops, "rb");
	char head[12300], kind[16];
	long long at;
	size_t len;
	int skip;

	if (f == NULL)
		die("ops", ops);
	while (fgets(head, sizeof(head), f) != NULL) {
		uint8_t *p;

		head[strcspn(head, "\n")] = '\0';
		if (sscanf(head, "%15s %lld %zu %n", kind, &at, &len,
		    &skip) != 3)
			die("form", head);
		p = malloc(len + 1);
		if (p == NULL || fread(p, 1, len, f) != len)
			die("short", ops);
		one(kind, at, head + skip, p, len);
		free(p);
	}
	fclose(f);
}

static bool
same_log(void)
{
	char a[4200], b[4200], command[9000];

	for (int i = 0; i < 2; i++) {
		snprintf(a, sizeof(a), "%.4000s/transcript.log", media[i]);
		snprintf(b, sizeof(b), "%.4000s/transcript.log", from[i]);
		snprintf(command, sizeof(command), "cmp -s '%s' '%s'", a, b);
		if (system(command) != 0)
			return false;
	}
	return true;
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
	if (argc != 6 || strcmp(argv[1], "replay") != 0) {
		fprintf(stderr, "usage: boundaries replay OPS A B DIR\n");
		return 2;
	}
	from[0] = argv[3];
	from[1] = argv[4];
	dir = argv[5];
	for (int i = 0; i < 2; i++) {
		snprintf(media[i], sizeof(media[i]), "%s/%c", dir, 'A' + i);
		if (mkdir(media[i], 0755) == -1)
			die("mkdir", media[i]);
	}
	replay(argv[2]);
	printf("# %ld calls; %ld times not made yet, opened %ld times: clean "
	    "%ld, torn %ld, mirror %ld\n", calls, unborn, opened,
	    verdicts[RECOVER_CLEAN], verdicts[RECOVER_TORN],
	    verdicts[RECOVER_MIRROR]);
	CHECK("opened at every call", opened > 2 * 500 && test_bad == 0);
	CHECK("a volume that is being made was among them", unborn > 20);
	CHECK("all lines were told", told.len > 0 && told.len == synced[0]);
	CHECK("torn and mirrored were among them",
	    verdicts[RECOVER_TORN] > 100 && verdicts[RECOVER_MIRROR] > 100);
	CHECK("the end is the end", same_log());
	return test_end();
}
