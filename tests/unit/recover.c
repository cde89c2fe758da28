/* SPDX-License-Identifier: MIT */
/*
 * Recovery against a model of what a cut of the power may leave: every byte
 * prefix of the write, sectors never written, garbage, a block lost later.
 * Counted: states in which something acknowledged is lost, and states that
 * are taken as clean though they are not.
 */
#include "ceremony/log/recover.h"

#include "tests/unit/lines.h"
#include "tests/unit/test.h"

#define LINES 9

static struct buf whole;        /* all lines */
static size_t ends[LINES + 1];  /* where line i begins; the last end */

static struct {
	long states, lost, silent, stops;
} count;

static void
make_history(void)
{
	uint8_t hash[SHA256_LEN] = { 0 };

	for (int i = 0; i < LINES; i++) {
		char text[64];

		ends[i] = whole.len;
		snprintf(text, sizeof(text), "line %d of the test 立会い", i);
		line_note(&whole, i, hash, text);
	}
	ends[LINES] = whole.len;
}

/*
 * The two media as a crash left them.  `acked` bytes were acknowledged
 * before.  What is opened must hold them all, be a prefix of the history,
 * and what is given up must be shown.
 */
static void
judge(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len,
    size_t acked)
{
	struct recovery r;
	const uint8_t *best;
	size_t good;

	recover_decide(a, a_len, b, b_len, false, &r);
	count.states++;
	if (!recover_opens(&r)) {
		count.stops++;
		return;
	}
	best = r.best == 0 ? a : b;
	good = r.side[r.best].good;
	if (good < acked || good > whole.len ||
	    memcmp(best, whole.data, good) != 0)
		count.lost++;
	if (r.verdict == RECOVER_CLEAN && (a_len != b_len ||
	    a_len != good || memcmp(a, b, a_len) != 0))
		count.silent++;
}

/* Every state of one medium while line i is written to it. */
static void
crash_in_write(int i, int side)
{
	size_t from = ends[i], to = ends[i + 1];
	uint8_t *m = malloc(to + 600);
	size_t other = side == 0 ? from : to;

	for (size_t cut = from; cut <= to; cut++) {
		for (int kind = 0; kind < 4; kind++) {
			size_t len = kind == 0 ? cut : to;

			memcpy(m, whole.data, to);
			if (kind == 1) /* grown, not written */
				memset(m + cut, 0, to - cut);
			if (kind == 2) /* somebody else's bytes */
				for (size_t k = cut; k < to; k++)
					m[k] = (uint8_t)(k * 151 + 7);
			if (kind == 3 && cut < to) { /* a hole of 64 */
				size_t n = to - cut < 64 ? to - cut : 64;

				memset(m + cut, 0, n);
			}
			if (side == 0)
				judge(m, len, whole.data, other, from);
			else
				judge(whole.data, other, m, len, from);
		}
	}
	free(m);
}

static void
test_crashes(void)
{
	for (int i = 0; i < LINES; i++)
		for (int side = 0; side < 2; side++)
			crash_in_write(i, side);
	printf("# %ld states, %ld stops, %ld lost, %ld silent\n",
	    count.states, count.stops, count.lost, count.silent);
	CHECK("states enough", count.states > 10000);
	CHECK("nothing acknowledged is lost", count.lost == 0);
	CHECK("nothing passes silently", count.silent == 0);
	/* A line whole but for its hash: only then people are asked. */
	CHECK("stops are rare", count.stops * 20 < count.states);
}

/* A block of one medium lost long after it was written. */
static void
test_lost_blocks(void)
{
	uint8_t *m = malloc(whole.len);
	long stops, states = 0, wrong = 0;

	count.lost = count.silent = count.stops = 0;
	for (size_t at = 0; at < whole.len; at += 7) {
		size_t n = whole.len - at < 512 ? whole.len - at : 512;

		for (int side = 0; side < 2; side++) {
			memcpy(m, whole.data, whole.len);
			memset(m + at, 0, n);
			states++;
			if (side == 0)
				judge(m, whole.len, whole.data, whole.len,
				    whole.len);
			else
				judge(whole.data, whole.len, m, whole.len,
				    whole.len);
		}
	}
	stops = count.stops;
	wrong = count.lost + count.silent;
	CHECK("the other medium makes it good", stops == 0 && wrong == 0 &&
	    states > 500);
	free(m);
}

/* Two stories from line 5 on. */
static void
test_fork_later(void)
{
	struct recovery r;
	struct buf other = BUF_INIT;
	uint8_t hash[SHA256_LEN] = { 0 };

	for (int i = 0; i < LINES; i++) {
		char text[64];

		snprintf(text, sizeof(text), "line %d of the test %s", i,
		    i < 5 ? "立会い" : "other");
		line_note(&other, i, hash, text);
	}
	recover_decide(whole.data, whole.len, other.data, other.len, false,
	    &r);
	CHECK("fork at line 5", r.verdict == RECOVER_FORK && r.fork_n == 5);
	buf_free(&other);
}

static void
test_verdicts(void)
{
	struct recovery r;
	struct buf other = BUF_INIT;
	uint8_t hash[SHA256_LEN] = { 0 };
	size_t half = ends[4];
	uint8_t *big;

	recover_decide(whole.data, half, whole.data, half, false, &r);
	CHECK("clean", r.verdict == RECOVER_CLEAN && r.head.n == 3);
	recover_decide(whole.data, half + 20, whole.data, half, false, &r);
	CHECK("torn", r.verdict == RECOVER_TORN && r.side[0].tail == 20);
	recover_decide(whole.data, half, whole.data, whole.len, false, &r);
	CHECK("mirror", r.verdict == RECOVER_MIRROR && r.best == 1 &&
	    r.lines == LINES - 4);
	recover_decide(whole.data, half, NULL, 0, false, &r);
	CHECK("one", r.verdict == RECOVER_ONE && r.head.n == 3);
	recover_decide(NULL, 0, whole.data, half + 3, true, &r);
	CHECK("one, accepted", r.verdict == RECOVER_TORN && r.best == 1);
	recover_decide((const uint8_t *)"", 0, (const uint8_t *)"", 0, false,
	    &r);
	CHECK("empty", r.verdict == RECOVER_CLEAN && r.head.n == -1);

	/* A complete-looking line behind G was perhaps acknowledged. */
	buf_add(&other, whole.data, whole.len);
	other.data[ends[LINES - 1] + 100] ^= 1;
	recover_decide(other.data, other.len, whole.data, ends[LINES - 1],
	    false, &r);
	CHECK("damaged", r.verdict == RECOVER_DAMAGED && r.damaged == 0);
	recover_decide(other.data, other.len, whole.data, whole.len, false,
	    &r);
	CHECK("mended", r.verdict == RECOVER_MIRROR && r.best == 1);
	recover_decide(other.data, other.len, NULL, 0, true, &r);
	CHECK("damaged alone", r.verdict == RECOVER_DAMAGED);

	buf_reset(&other);
	line_note(&other, 0, hash, "another story");
	recover_decide(whole.data, half, other.data, other.len, false, &r);
	CHECK("fork", r.verdict == RECOVER_FORK && r.fork_n == 0);
	test_fork_later();

	/* Torn here, and broken there behind the same line. */
	buf_reset(&other);
	buf_add(&other, whole.data, ends[5]);
	other.data[ends[4] + 100] ^= 1;
	recover_decide(whole.data, half + 20, other.data, other.len, false,
	    &r);
	CHECK("damaged on the other", r.verdict == RECOVER_DAMAGED &&
	    r.damaged == 1);

	big = calloc(1, half + RECOVER_TORN_MAX + 1);
	memcpy(big, whole.data, half);
	recover_decide(big, half + RECOVER_TORN_MAX, whole.data, half, false,
	    &r);
	CHECK("long tail", r.verdict == RECOVER_TORN);
	recover_decide(big, half + RECOVER_TORN_MAX + 1, whole.data, half,
	    false, &r);
	CHECK("too long a tail", r.verdict == RECOVER_DAMAGED);
	free(big);
	buf_free(&other);
}

static void
test_memory(void)
{
	struct head end = { 7, { 1 } }, old = { 3, { 2 } }, own = { 7, { 1 } };
	struct head more = { 9, { 3 } };
	const uint8_t at3[SHA256_LEN] = { 2 }, other[SHA256_LEN] = { 9 };

	CHECK("the end", recover_memory(&own, &end, end.hash) == MEMORY_END);
	CHECK("older", recover_memory(&old, &end, at3) == MEMORY_OLDER);
	CHECK("rollback", recover_memory(&more, &end, NULL) ==
	    MEMORY_BEYOND);
	CHECK("fork", recover_memory(&old, &end, other) == MEMORY_OTHER);
}

int
main(void)
{
	make_history();
	test_crashes();
	test_lost_blocks();
	test_verdicts();
	test_memory();
	buf_free(&whole);
	return test_end();
}
