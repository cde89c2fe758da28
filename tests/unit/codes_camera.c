/* SPDX-License-Identifier: MIT */
/*
 * A camera that is simulated, before tachiai-decode as it ships: rotation,
 * perspective, blur, noise, low contrast, a lamp at one side.  The table is
 * what a prototype with plain zbar read, of its trials; where that was all,
 * all must be read here.  Trials are named by their seed; TRIALS=20 does all.
 * Its perspective was 4 and 10 per cent of something that it did not write
 * down; here one edge is shorter.  By 4 per cent version 40 is not read at 5
 * dots and more, and by 10 version 20 is not: those have 2 and 5.
 */
#include "tests/unit/test.h"

#include <libgen.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/gap/gap.h"
#include "media/picture.h"

#define FEW  2 /* trials of a row in `make check' */
#define OVER 3 /* samples of a pixel, each way */

/* What lies between a code and the pixels. */
struct lens {
	double px;          /* pixels a module */
	double turn;        /* degrees, at most */
	double keystone;    /* one edge is shorter by this part */
	double blur, noise; /* deviations, in pixels and in levels */
	double dark, light; /* levels */
	double shade;       /* the far side is darker by this part */
};

static struct pictures *reader;
static uint64_t state;

/* splitmix64: 0 to below 1. */
static double
draw(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

static double
normal(void)
{
	return sqrt(-2 * log(1 - draw())) * cos(2 * M_PI * draw());
}

/* h[0..7] such that the four points from[] become to[]. */
static void
homography(const double from[4][2], const double to[4][2], double h[8])
{
	double m[8][9];

	for (int i = 0; i < 4; i++) {
		double x = from[i][0], y = from[i][1];

		for (int k = 0; k < 2; k++) {
			double *r = m[2 * i + k], t = to[i][k];
			const double row[9] = { k ? 0 : x, k ? 0 : y,
				k ? 0 : 1, k ? x : 0, k ? y : 0, k ? 1 : 0,
				-x * t, -y * t, t };

			memcpy(r, row, sizeof(row));
		}
	}
	for (int c = 0; c < 8; c++) {
		int best = c;
		double swap[9];

		for (int r = c + 1; r < 8; r++)
			if (fabs(m[r][c]) > fabs(m[best][c]))
				best = r;
		memcpy(swap, m[c], sizeof(swap));
		memcpy(m[c], m[best], sizeof(swap));
		memcpy(m[best], swap, sizeof(swap));
		for (int r = 0; r < 8; r++) {
			double f = m[r][c] / m[c][c];

			for (int k = c; r != c && k < 9; k++)
				m[r][k] -= f * m[c][k];
		}
	}
	for (int i = 0; i < 8; i++)
		h[i] = m[i][8] / m[i][i];
}

/* Where the corners of the code, `wide` pixels, lie in a picture of `side`. */
static void
corners(const struct lens *l, double wide, double side, double out[4][2])
{
	double a = (2 * draw() - 1) * l->turn * M_PI / 180;
	double cut = l->keystone * wide / 2, half = wide / 2;
	int edge = (int)(draw() * 4);
	double p[4][2] = { { -half, -half }, { half, -half }, { half, half },
		{ -half, half } };
	int one = edge, two = (edge + 1) % 4, axis = edge % 2;

	/* Its two corners come nearer to each other. */
	p[one][axis] -= p[one][axis] > 0 ? cut : -cut;
	p[two][axis] -= p[two][axis] > 0 ? cut : -cut;
	for (int i = 0; i < 4; i++) {
		out[i][0] = side / 2 + p[i][0] * cos(a) - p[i][1] * sin(a);
		out[i][1] = side / 2 + p[i][0] * sin(a) + p[i][1] * cos(a);
	}
}

/* 1 light, 0 dark, at a place of the picture. */
static double
sample(const struct qr *qr, const double h[8], double x, double y)
{
	double w = h[6] * x + h[7] * y + 1;
	double mx = floor((h[0] * x + h[1] * y + h[2]) / w);
	double my = floor((h[3] * x + h[4] * y + h[5]) / w);

	if (mx < 0 || my < 0 || mx >= qr->side || my >= qr->side)
		return 0.8; /* the table, or the frame of the screen */
	return qr->module[(int)my * qr->side + (int)mx] == 0;
}

static void
smear(double *p, size_t side, double sigma)
{
	int reach = (int)ceil(3 * sigma);
	double *row = xmalloc(side * sizeof(*row));
	double weight[32] = { 0 }, sum = 0;

	for (int i = -reach; i <= reach; i++)
		sum += weight[i + reach] = exp(-i * i / (2 * sigma * sigma));
	for (int axis = 0; axis < 2; axis++)
		for (size_t n = 0; n < side; n++) {
			size_t step = axis == 0 ? 1 : side;
			double *at = p + (axis == 0 ? n * side : n);

			for (size_t i = 0; i < side; i++)
				row[i] = at[i * step];
			for (long i = 0; i < (long)side; i++) {
				double v = 0;

				for (int k = -reach; k <= reach; k++) {
					long j = i + k;

					j = j < 0 ? 0 : j;
					j = j >= (long)side ? (long)side - 1
							    : j;
					v += weight[k + reach] * row[j];
				}
				at[(size_t)i * step] = v / sum;
			}
		}
	free(row);
}

static size_t
film(const struct qr *qr, const struct lens *l, struct buf *grey)
{
	const double n = qr->side;
	const double own[4][2] = { { 0, 0 }, { n, 0 }, { n, n }, { 0, n } };
	size_t side = (size_t)(n * l->px * (l->turn > 10 ? 1.45 : 1.15)) + 8;
	double *p = xcalloc(side * side, sizeof(*p)), at[4][2], h[8];

	corners(l, n * l->px, (double)side, at);
	homography((const double(*)[2])at, own, h);
	for (size_t y = 0; y < side; y++)
		for (size_t x = 0; x < side; x++)
			for (int s = 0; s < OVER * OVER; s++)
				p[y * side + x] += sample(qr, h,
				    (double)x + (s % OVER + 0.5) / OVER,
				    (double)y + (s / OVER + 0.5) / OVER) /
				    (OVER * OVER);
	if (l->blur > 0)
		smear(p, side, l->blur);
	for (size_t i = 0; i < side * side; i++) {
		double v = l->dark + p[i] * (l->light - l->dark);

		v *= 1 - l->shade * (double)(i % side) / (double)side;
		v += l->noise > 0 ? l->noise * normal() : 0;
		buf_byte(grey, (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v));
	}
	free(p);
	return side;
}

struct seen {
	const struct buf *want;
	bool good, bad;
};

static int
see(void *arg, const char *text, size_t len)
{
	struct seen *s = arg;

	if (len == s->want->len && memcmp(text, s->want->data, len) == 0)
		s->good = true;
	else
		s->bad = true;
	return 0;
}

/* Read, and nothing else was. */
static bool
trial(int version, enum qr_level level, const struct lens *l, unsigned seed,
    bool *wrong)
{
	struct buf text = BUF_INIT, grey = BUF_INIT, file = BUF_INIT;
	struct qr qr = { .module = NULL };
	struct seen s = { .want = &text };
	struct err e;
	size_t side, n = send_characters(version);

	state = seed * 7919u + (unsigned)version;
	/* Text that any level of this version holds. */
	n = level == QR_LEVEL_L ? n : level == QR_LEVEL_M ? n * 3 / 4 : n / 2;
	while (text.len < n)
		buf_byte(&text, (uint8_t) "0123456789ABCDEFGHIJKLMNOPQRSTUVWX"
				"YZ $%*+-./:"[(int)(draw() * 45)]);
	if (qr_make(text.data, text.len, QR_ALPHANUMERIC, level, version,
		version, &qr, &e) == -1)
		abort();
	side = film(&qr, l, &grey);
	picture_pgm(&file, grey.data, side, side);
	if (pictures_texts(reader, &file, see, &s, &e) == -1)
		s.good = false;
	*wrong = *wrong || s.bad;
	qr_fini(&qr);
	buf_free(&text);
	buf_free(&grey);
	buf_free(&file);
	return s.good;
}

static unsigned trials = FEW;

/* `read` of `of` were; where all were, a few trials must be all, too. */
static void
row(const char *name, int version, enum qr_level level, const struct lens *l,
    unsigned read, unsigned of)
{
	unsigned n = trials < of ? trials : of, good = 0;
	bool wrong = false;
	char line[160];

	if (read < of && n < of)
		return;
	for (unsigned seed = 1; seed <= n; seed++)
		good += trial(version, level, l, seed, &wrong);
	snprintf(line, sizeof(line), "%s, version %d, %.1f dots: %u of %u",
	    name, version, l->px, good, n);
	CHECK(line, good >= (read == of ? n : read) && !wrong);
}

static void
mild(void)
{
	static const double PX[] = { 2.5, 3, 4, 5, 6 };
	static const struct {
		int version;
		enum qr_level level;
		unsigned read[5];
	} ROWS[] = {
		{ 5, QR_LEVEL_L, { 11, 12, 12, 12, 12 } },
		{ 10, QR_LEVEL_L, { 12, 12, 12, 12, 12 } },
		{ 15, QR_LEVEL_L, { 11, 12, 12, 12, 12 } },
		{ 17, QR_LEVEL_L, { 12, 12, 12, 12, 12 } },
		{ 20, QR_LEVEL_L, { 12, 12, 12, 12, 12 } },
		{ 25, QR_LEVEL_L, { 11, 12, 12, 12, 12 } },
		{ 30, QR_LEVEL_L, { 11, 12, 12, 12, 12 } },
		{ 35, QR_LEVEL_L, { 12, 12, 12, 12, 12 } },
		{ 40, QR_LEVEL_L, { 7, 11, 12, 12, 12 } },
		{ 17, QR_LEVEL_M, { 12, 12, 12, 12, 12 } },
		{ 17, QR_LEVEL_Q, { 12, 12, 12, 12, 12 } },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		for (size_t p = 0; p < 5; p++) {
			double keystone = ROWS[i].version < 40 ? .04 : .02;
			const struct lens l = { PX[p], 3, keystone, .7, 6, 40,
				210, .2 };

			row("mild", ROWS[i].version, ROWS[i].level, &l,
			    ROWS[i].read[p], 12);
		}
}

static void
one_at_a_time(void)
{
	static const struct {
		const char *name;
		struct lens l;
	} ROWS[] = {
		{ "noise 16", { 4, 0, 0, 0, 16, 40, 210, 0 } },
		{ "blur 1.6", { 4, 0, 0, 1.6, 0, 40, 210, 0 } },
		{ "turned up to 45", { 4, 45, 0, 0, 0, 40, 210, 0 } },
		{ "keystone 5 %", { 4, 0, .05, 0, 0, 40, 210, 0 } },
		{ "30 levels", { 4, 0, 0, 0, 0, 110, 140, 0 } },
		{ "shade 60 %", { 4, 0, 0, 0, 0, 40, 210, .6 } },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		for (int v = 10; v <= 20; v += 10)
			row(ROWS[i].name, v, QR_LEVEL_L, &ROWS[i].l, 20, 20);
}

/* What the filter is for: 0 of 12 without it. */
static void
filtered(void)
{
	static const double PX[] = { 4, 5 }, NOISE[] = { 4, 8, 12, 18 };
	char name[64];

	for (size_t p = 0; p < 2; p++)
		for (size_t n = 0; n < 4; n++) {
			const struct lens l = { PX[p], 3, .04, 1, NOISE[n], 65,
				185, 0 };

			snprintf(name, sizeof(name), "blur 1, noise %.0f",
			    NOISE[n]);
			row(name, 15, QR_LEVEL_L, &l, 12, 12);
		}
}

int
main(int argc, char **argv)
{
	const char *all = getenv("TRIALS");
	char path[4096], dir[4200];

	(void)argc;
	snprintf(path, sizeof(path), "%s", argv[0]);
	snprintf(dir, sizeof(dir), "%s/../../bin", dirname(path));
	reader = pictures_new(dir);
	if (all != NULL)
		trials = (unsigned)strtoul(all, NULL, 10);
	mild();
	one_at_a_time();
	filtered();
	pictures_free(reader);
	return test_end();
}
