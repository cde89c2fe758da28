/* SPDX-License-Identifier: MIT */
/*
 * How fast a verifier walks over a transcript, and in how much memory:
 * scan [ENTRIES].  The entries are made on the way and not counted.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "ceremony/log/event_set.h"
#include "ceremony/log/scan.h"

static const uint8_t ZERO[SHA256_LEN];

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* The table of events, and no other object. */
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

	if (n == 0) {
		event_table(&table);
		sha256(sha, table.data, table.len);
		buf_free(&table);
		json_set_hex(en->d, "form", ZERO, SHA256_LEN);
		json_set_str(en->d, "format", "tachiai/1");
		json_set_hex(en->d, "image", ZERO, SHA256_LEN);
		json_set(en->d, "media", json_new_arr());
		json_set_str(en->d, "mode", "rehearsal");
		json_set_str(en->d, "origin", "example.jp/x/0/rehearsal");
		json_set_hex(en->d, "table", sha, SHA256_LEN);
		json_set_hex(en->d, "verify", ZERO, SHA256_LEN);
	} else if (n == 1) {
		json_set_hex(en->d, "cert", ZERO, SHA256_LEN);
		json_set_hex(en->d, "epoch", ZERO, 16);
		json_set_hex(en->d, "image", ZERO, SHA256_LEN);
		json_set(en->d, "media", json_new_arr());
		json_set(en->d, "memories", json_new_arr());
		json_set_int(en->d, "sitting", 0);
	} else {
		entry_by(en, "op/anna");
		json_set_str(en->d, "field", "serial");
		json_set_str(en->d, "step", "2.3");
		json_set_str(en->d, "value", "a value of some length, as "
		    "people type it from a label, 製造番号 0123456789");
	}
}

int
main(int argc, char **argv)
{
	static const struct scan_world world = { NULL, get_object, NULL, NULL,
		NULL };
	long long count = argc > 1 ? atoll(argv[1]) : 100000, bytes = 0;
	struct scan *s = scan_new(&world);
	struct scan_result r;
	uint8_t prev[SHA256_LEN] = { 0 };
	struct rusage use;
	struct err e;
	double spent = 0, start;

	for (long long n = 0; n < count; n++) {
		struct entry en;
		struct buf line = BUF_INIT;

		entry_init(&en, n == 0 ? EV_GENESIS : n == 1 ?
		    EV_SITTING_OPEN : EV_STEP_FIELD);
		en.n = n;
		en.t = 1781000000 + n;
		en.m = n * 1000;
		fill(&en, n);
		if (entry_encode(&en, prev, &line, &e) == -1)
			return 1;
		memcpy(prev, en.hash, SHA256_LEN);
		start = now();
		if (scan_feed(s, line.data, line.len, &e) == -1)
			return 1;
		spent += now() - start;
		bytes += (long long)line.len;
		entry_fini(&en);
		buf_free(&line);
	}
	if (scan_end(s, &r, &e) == -1 || r.entries != count)
		return 1;
	scan_free(s);
	getrusage(RUSAGE_SELF, &use);
	printf("scan: %lld entries, %lld bytes, %.0f entries a second, "
	    "peak %ld KiB\n", count, bytes, (double)count / spent,
	    use.ru_maxrss);
	return 0;
}
