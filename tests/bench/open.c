/* SPDX-License-Identifier: MIT */
/*
 * Opening a volume: both media read and compared, then the fold over every
 * line, for a tenth of the entries and for all of them; what is linear costs
 * the same an entry in both rows.  open [ENTRIES].
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "appliance/world/journal.h"
#include "ceremony/log/event_set.h"
#include "ceremony/state/state.h"

static const uint8_t ZERO[SHA256_LEN];

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static _Noreturn void
die(const char *what, const struct err *e)
{
	fprintf(stderr, "open: %s %s\n", what, e != NULL ? e->id : "");
	exit(1);
}

static int
get_object(void *arg, const uint8_t sha[static SHA256_LEN], struct buf *out,
    struct err *e)
{
	(void)arg;
	if (!event_set_is_own(sha))
		return err_set(e, ERR_FORM, "log.object", NULL);
	event_table(out);
	return 0;
}

static void
fill(struct entry *en, int64_t n)
{
	struct buf table = BUF_INIT;
	uint8_t sha[SHA256_LEN];

	if (n > 1) {
		json_set_str(en->d, "value", "a value of some length, as a "
					     "program says it of itself");
		json_set_str(en->d, "what", "bench");
		return;
	}
	json_set_hex(en->d, "image", ZERO, SHA256_LEN);
	json_set(en->d, "media", json_new_arr());
	if (n == 1) {
		json_set_hex(en->d, "cert", ZERO, SHA256_LEN);
		json_set_hex(en->d, "epoch", ZERO, 16);
		json_set(en->d, "memories", json_new_arr());
		json_set_int(en->d, "sitting", 0);
		return;
	}
	event_table(&table);
	sha256(sha, table.data, table.len);
	buf_free(&table);
	json_set_hex(en->d, "form", ZERO, SHA256_LEN);
	json_set_str(en->d, "format", "tachiai/1");
	json_set_str(en->d, "mode", "rehearsal");
	json_set_str(en->d, "origin", "example.jp/x/0/rehearsal");
	json_set_hex(en->d, "table", sha, SHA256_LEN);
	json_set_hex(en->d, "verify", ZERO, SHA256_LEN);
}

/* A transcript on both media of a new volume. */
static void
make(const char *const dir[static 2], int64_t count)
{
	uint8_t prev[SHA256_LEN] = { 0 };
	struct err e;
	FILE *f[2];

	if (journal_create(dir, &e) == -1)
		die("journal_create", &e);
	for (int i = 0; i < 2; i++) {
		char path[160];

		snprintf(path, sizeof(path), "%s/transcript.log", dir[i]);
		f[i] = fopen(path, "we");
		if (f[i] == NULL)
			die(path, NULL);
	}
	for (int64_t n = 0; n < count; n++) {
		struct buf line = BUF_INIT;
		struct entry en;

		entry_init(&en, n == 0 ? EV_GENESIS
			: n == 1       ? EV_SITTING_OPEN
				       : EV_ANOMALY);
		en.n = n;
		en.t = 1781000000 + n;
		en.m = n * 1000;
		fill(&en, n);
		if (entry_encode(&en, prev, &line, &e) == -1)
			die("entry_encode", &e);
		memcpy(prev, en.hash, SHA256_LEN);
		for (int i = 0; i < 2; i++)
			fwrite(line.data, 1, line.len, f[i]);
		entry_fini(&en);
		buf_free(&line);
	}
	for (int i = 0; i < 2; i++)
		if (fclose(f[i]) != 0)
			die(dir[i], NULL);
}

static void
fold(const uint8_t *log, size_t len)
{
	static const struct object_source objects = { get_object, NULL };
	struct ceremony *c = ceremony_new(&objects);
	struct err e;

	while (len > 0) {
		const uint8_t *nl = memchr(log, '\n', len);
		size_t n = (size_t)(nl - log) + 1;

		if (ceremony_apply(c, log, n, &e) == -1)
			die("ceremony_apply", &e);
		log += n;
		len -= n;
	}
	ceremony_free(c);
}

static void
measure(const char *top, int64_t count)
{
	char a[100], b[100], command[240];
	const char *const dir[2] = { a, b };
	double start, opened, folded;
	struct journal *j = NULL;
	struct recovery found;
	struct rusage use;
	const uint8_t *log;
	struct err e;
	size_t len;

	snprintf(a, sizeof(a), "%s/a", top);
	snprintf(b, sizeof(b), "%s/b", top);
	make(dir, count);
	start = now();
	if (journal_open(dir, false, &j, &found, &e) == -1)
		die("journal_open", &e);
	opened = now();
	log = journal_log(j, &len);
	fold(log, len);
	folded = now();
	getrusage(RUSAGE_SELF, &use);
	printf("  %8lld entries  both media read %6.2f s, %5.1f us an entry; "
	       "folded %6.2f s, %5.1f us; peak %ld KiB\n",
	    (long long)count, opened - start,
	    1e6 * (opened - start) / (double)count, folded - opened,
	    1e6 * (folded - opened) / (double)count, use.ru_maxrss);
	journal_close(j);
	snprintf(command, sizeof(command), "rm -rf '%s' '%s'", a, b);
	if (system(command) != 0)
		die(command, NULL);
}

int
main(int argc, char **argv)
{
	int64_t count = argc > 1 ? atoll(argv[1]) : 100000;
	char top[] = "/tmp/open.XXXXXX";

	if (mkdtemp(top) == NULL)
		die(top, NULL);
	puts("open: a volume of two media");
	measure(top, count / 10);
	measure(top, count);
	(void)rmdir(top);
	return 0;
}
