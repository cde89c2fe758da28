/* SPDX-License-Identifier: MIT */
/*
 * Frames shown until all is in: CQ1, beside showing the parts in turn, and
 * beside the fountain code of BC-UR (BCR-2024-001), each with the same
 * frames lost.  Averages over the seeds 1 to SEEDS; BC-UR as its reference
 * implementation draws (xoshiro256**, alias sampler, degrees by 1/d) and
 * solves (by reduction).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/digest.h"
#include "media/frames/receive.h"
#include "media/frames/send.h"

#define SEEDS   10
#define RATE    8   /* frames a second */
#define UR_PART 437 /* bytes in a symbol of version 17, by two letters a byte \
		     */
#define LIMIT 20    /* times k: then it is given up */

struct loss {
	const char *name;
	int percent;
	bool periodic;
};

static const struct loss LOSSES[] = {
	{ "none", 0, false },
	{ "10 %", 10, false },
	{ "30 %", 30, false },
	{ "50 %", 50, false },
	{ "every 4th", 25, true },
};

static uint32_t
draw(uint32_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 17;
	*s ^= *s << 5;
	return *s;
}

static bool
lost(const struct loss *l, size_t shown, uint32_t *rng)
{
	return l->periodic ? shown % 4 == 3
			   : draw(rng) % 100 < (uint32_t)l->percent;
}

static uint32_t
begin(int seed)
{
	uint32_t s = (uint32_t)seed * 2654435761u;

	for (int i = 0; i < 8; i++)
		(void)draw(&s);
	return s;
}

/* ------------------------------------------------------------------- CQ1 */
static size_t
shown_cq1(const struct sender *s, const struct loss *l, int seed)
{
	struct receiver *r = receiver_new(FRAME_ANY);
	enum receive_news news = RECEIVE_AGAIN;
	uint32_t rng = begin(seed);
	size_t shown = 0;
	struct err e;

	for (; news != RECEIVE_DONE; shown++) {
		struct buf text = BUF_INIT;

		if (lost(l, shown, &rng))
			continue;
		sender_text(s, (uint32_t)shown, &text);
		if (receiver_take(r, buf_cstr(&text), text.len, 0, &news, &e) ==
		    -1)
			abort();
		buf_free(&text);
	}
	receiver_free(r);
	return shown;
}

/* ---------------------------------------------------------------- in turn */
static size_t
shown_in_turn(size_t k, const struct loss *l, int seed)
{
	bool *here = xcalloc(k, sizeof(*here));
	uint32_t rng = begin(seed);
	size_t shown = 0, left = k;

	for (; left > 0 && shown < LIMIT * k; shown++) {
		if (lost(l, shown, &rng) || here[shown % k])
			continue;
		here[shown % k] = true;
		left--;
	}
	free(here);
	return left == 0 ? shown : 0;
}

/* ------------------------------------------------------------------ BC-UR */
struct xoshiro {
	uint64_t s[4];
};

static uint64_t
rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

static double
next_double(struct xoshiro *x)
{
	uint64_t out = rotl(x->s[1] * 5, 7) * 9, t = x->s[1] << 17;

	x->s[2] ^= x->s[0];
	x->s[3] ^= x->s[1];
	x->s[1] ^= x->s[2];
	x->s[0] ^= x->s[3];
	x->s[2] ^= t;
	x->s[3] = rotl(x->s[3], 45);
	return (double)out / 18446744073709551616.0;
}

static void
xoshiro_seed(struct xoshiro *x, uint32_t seq, uint32_t checksum)
{
	struct buf b = BUF_INIT;
	uint8_t d[SHA256_LEN];

	buf_be32(&b, seq);
	buf_be32(&b, checksum);
	sha256(d, b.data, b.len);
	buf_free(&b);
	for (int i = 0; i < 4; i++) {
		x->s[i] = 0;
		for (int j = 0; j < 8; j++)
			x->s[i] = x->s[i] << 8 | d[8 * i + j];
	}
}

/* Vose's alias method over the weights 1/1, 1/2 ... 1/k. */
struct alias {
	size_t k;
	double *p;
	size_t *other;
};

static void
alias_init(struct alias *a, size_t k)
{
	size_t *small = xcalloc(k, sizeof(*small));
	size_t *large = xcalloc(k, sizeof(*large));
	size_t s = 0, l = 0;
	double sum = 0;

	a->k = k;
	a->p = xcalloc(k, sizeof(*a->p));
	a->other = xcalloc(k, sizeof(*a->other));
	for (size_t i = 0; i < k; i++)
		sum += 1.0 / (double)(i + 1);
	for (size_t i = k; i-- > 0;) {
		a->p[i] = (double)k / (double)(i + 1) / sum;
		if (a->p[i] < 1)
			small[s++] = i;
		else
			large[l++] = i;
	}
	while (s > 0 && l > 0) {
		size_t x = small[--s], g = large[--l];

		a->other[x] = g;
		a->p[g] += a->p[x] - 1;
		if (a->p[g] < 1)
			small[s++] = g;
		else
			large[l++] = g;
	}
	while (l > 0)
		a->p[large[--l]] = 1;
	while (s > 0)
		a->p[small[--s]] = 1;
	free(small);
	free(large);
}

static void
alias_free(struct alias *a)
{
	free(a->p);
	free(a->other);
}

/* A part is the set of fragments that are in its sum. */
struct part {
	size_t n;
	bool *has;
};

static void
part_draw(struct part *p, const struct alias *a, size_t seq, uint32_t checksum)
{
	size_t *left = xcalloc(a->k, sizeof(*left)), n = a->k, at;
	struct xoshiro x;
	double r1, r2;

	p->has = xcalloc(a->k, sizeof(*p->has));
	p->n = 1;
	if (seq <= a->k) {
		p->has[seq - 1] = true;
		free(left);
		return;
	}
	xoshiro_seed(&x, (uint32_t)seq, checksum);
	r1 = next_double(&x);
	r2 = next_double(&x);
	at = (size_t)((double)a->k * r1);
	p->n = (r2 < a->p[at] ? at : a->other[at]) + 1;
	for (size_t i = 0; i < a->k; i++)
		left[i] = i;
	for (size_t i = 0; i < p->n; i++) {
		at = (size_t)(next_double(&x) * (double)n);
		p->has[left[at]] = true;
		memmove(left + at, left + at + 1, (n - at - 1) * sizeof(*left));
		n--;
	}
	free(left);
}

static bool
within(const struct part *a, const struct part *b, size_t k)
{
	if (a->n >= b->n)
		return false;
	for (size_t i = 0; i < k; i++)
		if (a->has[i] && !b->has[i])
			return false;
	return true;
}

static void
take_out(struct part *from, const struct part *p, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (p->has[i])
			from->has[i] = false;
	from->n -= p->n;
}

struct ur {
	size_t k, simple, mixes;
	bool *known;
	struct part *mixed;
};

static void ur_take(struct ur *u, struct part *p);

/* Take `p` out of all sums that hold it; those that become one fragment
 * are taken in their turn. */
static void
ur_reduce(struct ur *u, const struct part *p)
{
	struct part *out = xcalloc(u->mixes + 1, sizeof(*out));
	size_t ready = 0, keep = 0;

	for (size_t i = 0; i < u->mixes; i++) {
		if (within(p, &u->mixed[i], u->k))
			take_out(&u->mixed[i], p, u->k);
		if (u->mixed[i].n == 1)
			out[ready++] = u->mixed[i];
		else
			u->mixed[keep++] = u->mixed[i];
	}
	u->mixes = keep;
	for (size_t i = 0; i < ready; i++)
		ur_take(u, &out[i]);
	free(out);
}

/* `p` is the receiver's now. */
static void
ur_take(struct ur *u, struct part *p)
{
	for (size_t i = 0; i < u->k; i++)
		if (p->n > 1 && p->has[i] && u->known[i]) {
			p->has[i] = false;
			p->n--;
		}
	for (size_t i = 0; i < u->mixes; i++) {
		if (within(&u->mixed[i], p, u->k))
			take_out(p, &u->mixed[i], u->k);
		else if (u->mixed[i].n == p->n &&
		    memcmp(u->mixed[i].has, p->has, u->k) == 0)
			p->n = 0;
	}
	if (p->n == 1) {
		size_t i = 0;

		while (!p->has[i])
			i++;
		if (!u->known[i]) {
			u->known[i] = true;
			u->simple++;
			ur_reduce(u, p);
		}
		free(p->has);
	} else if (p->n > 1) {
		ur_reduce(u, p);
		u->mixed =
		    xreallocarray(u->mixed, u->mixes + 1, sizeof(*u->mixed));
		u->mixed[u->mixes++] = *p;
	} else {
		free(p->has);
	}
}

static size_t
shown_ur(const struct alias *a, const struct loss *l, int seed)
{
	struct ur u = { .k = a->k };
	uint32_t rng = begin(seed);
	size_t shown = 0;

	u.known = xcalloc(a->k, sizeof(*u.known));
	for (; u.simple < a->k && shown < LIMIT * a->k; shown++) {
		struct part p;

		if (lost(l, shown, &rng))
			continue;
		part_draw(&p, a, shown + 1, (uint32_t)seed * 40503u);
		ur_take(&u, &p);
	}
	for (size_t i = 0; i < u.mixes; i++)
		free(u.mixed[i].has);
	free(u.mixed);
	free(u.known);
	return u.simple == a->k ? shown : 0;
}

/* -------------------------------------------------------------- the table */
static void
column(double sum, bool all, double ideal)
{
	if (all)
		printf("  %7.1f %5.2f", sum / SEEDS, sum / SEEDS / ideal);
	else
		printf("  %13s", "never");
}

static void
row(const struct sender *s, const struct alias *a, const struct loss *l)
{
	double cq1 = 0, turn = 0, ur = 0;
	double lose = 100.0 / (100 - l->percent);
	double ideal = (double)s->k * lose, ideal_ur = (double)a->k * lose;
	bool turn_all = true, ur_all = true;

	for (int seed = 1; seed <= SEEDS; seed++) {
		size_t t = shown_in_turn(s->k, l, seed);
		size_t u = shown_ur(a, l, seed);

		cq1 += (double)shown_cq1(s, l, seed);
		turn += (double)t;
		ur += (double)u;
		turn_all = turn_all && t != 0;
		ur_all = ur_all && u != 0;
	}
	printf("%7zu  %-9s", s->len, l->name);
	column(cq1, true, ideal);
	column(turn, turn_all, ideal);
	column(ur, ur_all, ideal_ur);
	printf("  %7.0f", (double)s->len * RATE * SEEDS / cq1);
	if (ur_all)
		printf("  %7.0f", (double)s->len * RATE * SEEDS / ur);
	printf("\n");
}

int
main(void)
{
	static const size_t SIZES[] = { 1024, 6 * 1024, 50 * 1024, 200 * 1024 };
	static uint8_t p[200 * 1024];
	uint32_t rng = 5;

	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (uint8_t)draw(&rng);
	printf("frames shown until all is in, and how many times the ideal;\n"
	       "bytes a second at %d frames a second; symbols of version %d\n"
	       "  bytes  lost                CQ1        in turn"
	       "          BC-UR  CQ1 B/s   UR B/s\n",
	    RATE, SEND_USUAL);
	for (size_t i = 0; i < sizeof(SIZES) / sizeof(*SIZES); i++) {
		struct sender *s = NULL;
		struct alias a;
		struct err e;

		if (sender_new(&s, FRAME_CRL, p, SIZES[i], SEND_USUAL,
			SEND_USUAL, &e) == -1)
			abort();
		alias_init(&a, (SIZES[i] + UR_PART - 1) / UR_PART);
		for (size_t l = 0; l < sizeof(LOSSES) / sizeof(*LOSSES); l++)
			row(s, &a, &LOSSES[l]);
		alias_free(&a);
		sender_free(s);
	}
	return 0;
}
