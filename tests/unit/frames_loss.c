/* SPDX-License-Identifier: MIT */
/*
 * Whole transfers with frames lost: how many frames are shown until all is
 * in, on average over the seeds, against the k / (1 - p) that no code can go
 * below.
 */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "media/frames/receive.h"
#include "media/frames/send.h"

#define SEEDS 12 /* 1 to 12 */

static uint32_t
next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/* Whether this frame is lost: `percent` of all at random, 25 of four. */
static bool
lost(int percent, bool periodic, uint32_t shown, uint32_t *rng)
{
	if (periodic)
		return shown % 4 == 3;
	return next(rng) % 100 < (uint32_t)percent;
}

/* Frames shown from `begin` on until the payload is whole; 0: it is not. */
static size_t
transfer(const struct sender *s, const uint8_t *p, uint32_t begin, int percent,
    bool periodic, uint32_t seed)
{
	struct receiver *r = receiver_new(s->type);
	enum receive_news news = RECEIVE_AGAIN;
	uint32_t rng = seed * 2654435761u, shown = 0;
	struct err e;
	size_t len = 0, limit = s->k * 4 + 100;
	const uint8_t *got;

	for (int i = 0; i < 8; i++)
		(void)next(&rng);
	while (news != RECEIVE_DONE && shown < limit) {
		struct buf text = BUF_INIT;

		if (!lost(percent, periodic, shown, &rng)) {
			sender_text(s, begin + shown, &text);
			if (receiver_take(r, buf_cstr(&text), text.len,
				shown * 125, &news, &e) == -1)
				break;
		}
		buf_free(&text);
		shown++;
	}
	got = receiver_payload(r, &len);
	if (got == NULL || len != s->len || memcmp(got, p, len) != 0)
		shown = 0;
	receiver_free(r);
	return shown;
}

/* One size, one loss; from the first frame on, or late. */
static void
row(const struct sender *s, const uint8_t *p, int percent, bool periodic,
    bool late)
{
	double ideal = (double)s->k * 100 / (100 - percent), sum = 0;
	int seeds = periodic ? 1 : SEEDS;
	bool all = true;
	char name[128];

	if (s->k > 200 && seeds > 1)
		seeds = SEEDS / 2;
	for (int seed = 1; seed <= seeds; seed++) {
		size_t shown = transfer(s, p, late ? (uint32_t)s->k : 0,
		    percent, periodic, (uint32_t)seed);

		all = all && shown != 0;
		sum += (double)shown;
	}
	sum /= seeds;
	snprintf(name, sizeof(name),
	    "%zu bytes, k %zu, %s%d %% lost%s: %.1f shown, ideal %.1f", s->len,
	    s->k, periodic ? "every fourth, " : "", percent,
	    late ? ", late" : "", sum, ideal);
	CHECK(name, all && sum <= 1.03 * ideal + 1);
}

int
main(void)
{
	static const size_t SIZES[] = { 1024, 6 * 1024, 50 * 1024, 200 * 1024 };
	static const int LOST[] = { 0, 10, 30, 50 };
	static uint8_t p[200 * 1024];
	uint32_t rng = 5;

	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)next(&rng);
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(*SIZES); i++) {
		struct sender *s = NULL;
		struct err e;

		if (sender_new(&s, FRAME_CRL, p, SIZES[i], SEND_USUAL,
			SEND_LARGEST, &e) == -1)
			abort();
		for (int late = 0; late < 2; late++) {
			for (size_t l = 0; l < 4; l++)
				row(s, p, LOST[l], false, late != 0);
			row(s, p, 25, true, late != 0);
		}
		sender_free(s);
	}
	return test_end();
}
