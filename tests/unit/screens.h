/* SPDX-License-Identifier: MIT */
/*
 * Golden screens: each test builds a view and compares its cells with a
 * file of tests/screens.  Run with the argument "write" to write the files;
 * a change of a screen is then a difference to be read in review.
 */
#ifndef TACHIAI_SCREENS_H
#define TACHIAI_SCREENS_H

#include <stdlib.h>

#include "ceremony/base/codec.h"
#include "tests/unit/test.h"
#include "tui/layout.h"
#include "tui/trusted.h"
#include "tui/view.h"
#include "tui/width.h"

struct screen {
	const char *name; /* tests/screens/NAME.txt */
	struct view *(*build)(void);
	const char *program; /* of a trusted prompt, or NULL */
};

static bool screens_write;

/* What most drawings share. */
__attribute__((unused)) static struct view *
ceremony_view(enum lang lang, const char *clock, const char *step, unsigned at)
{
	struct view *v = view_new(lang);

	v->mode = VIEW_REHEARSAL;
	v->title = lang == LANG_JA ? "ルートR1の鍵ペアの生成"
				   : "Generation of Root R1";
	v->version = "1.4";
	v->clock = clock;
	v->step = step;
	v->at = at;
	v->of = 22;
	v->m = 2;
	v->n = 3;
	v->media = "A B";
	return v;
}

/* Codes, separated by blanks, and the token. */
__attribute__((unused)) static void
people(struct view *v, const char *codes, unsigned have)
{
	char code[8];
	int used = 0;

	v->have = have;
	while (sscanf(codes, "%7s%n", code, &used) == 1) {
		view_in(v, code);
		codes += used;
	}
}

__attribute__((unused)) static void
token(struct view *v, enum view_token state)
{
	v->token = "root-token";
	v->token_state = state;
}

__attribute__((unused)) static void
digest(uint8_t out[static 32], const char *hex)
{
	char low[65] = { 0 };

	for (size_t i = 0; i < 64 && hex[i] != '\0'; i++)
		low[i] = hex[i] >= 'A' && hex[i] <= 'F'
		    ? (char)(hex[i] - 'A' + 'a')
		    : hex[i];
	memset(out, 0, 32);
	(void)hex_decode(out, strlen(low) / 2, low, strlen(low));
}

/* Each of the wide layouts keeps these. */
__attribute__((unused)) static bool
keeps_rules(const struct grid *g, size_t rows, size_t cols)
{
	struct buf out = BUF_INIT;
	bool good = g->rows == rows && g->cols == cols && grid_whole(g);
	size_t lines = 0;
	const char *p, *end;

	grid_dump(g, &out);
	for (p = buf_cstr(&out); good && (end = strchr(p, '\n')) != NULL;
	     p = end + 1) {
		good = width_strn(p, (size_t)(end - p)) == cols;
		lines++;
	}
	buf_free(&out);
	return good && lines == rows;
}

/* The first 80 columns of the rows above the foot are those of 80x24. */
__attribute__((unused)) static bool
same_place(const struct grid *small, const struct grid *big)
{
	for (size_t r = 0; r < 20; r++)
		for (size_t c = 0; c < 80; c++)
			if (small->cell[r * 80 + c].cp !=
			    big->cell[r * big->cols + c].cp)
				return false;
	return true;
}

static char *
screens_read(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = BUF_INIT;
	char part[512];
	size_t n;

	if (f == NULL)
		return NULL;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	buf_byte(&b, '\0');
	return (char *)buf_take(&b, &n);
}

static struct grid *
screens_grid(
    const struct screen *s, const struct view *v, size_t rows, size_t cols)
{
	return s->program != NULL ? trusted_new(v, s->program, rows, cols)
				  : layout_new(v, v, rows, cols);
}

static void
screens_sizes(const struct screen *s, const struct view *v)
{
	static const size_t sizes[][2] = { { 24, 80 }, { 25, 80 }, { 30, 100 },
		{ 36, 120 }, { 48, 128 }, { 67, 240 } };
	struct grid *first = screens_grid(s, v, 24, 80);
	bool rules = true, place = true;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct grid *g = screens_grid(s, v, sizes[i][0], sizes[i][1]);

		rules = rules && keeps_rules(g, sizes[i][0], sizes[i][1]);
		if (v->code == NULL && s->program == NULL)
			place = place && same_place(first, g);
		grid_free(g);
	}
	CHECK(s->name, rules);
	CHECK(s->name, place);
	grid_free(first);
	first = screens_grid(s, v, 23, 79);
	CHECK(s->name, keeps_rules(first, 23, 79));
	grid_free(first);
}

static void
screens_check(const struct screen *s)
{
	struct view *v = s->build();
	struct grid *g = screens_grid(s, v, 24, 80);
	struct buf out = BUF_INIT;
	char path[128], *want;

	grid_dump(g, &out);
	snprintf(path, sizeof(path), "tests/screens/%s.txt", s->name);
	if (screens_write) {
		FILE *f = fopen(path, "w");

		if (f != NULL) {
			fputs(buf_cstr(&out), f);
			fclose(f);
		}
	}
	want = screens_read(path);
	CHECK_STR(s->name, buf_cstr(&out), want != NULL ? want : "(no file)");
	screens_sizes(s, v);
	free(want);
	buf_free(&out);
	grid_free(g);
	view_free(v);
}

__attribute__((unused)) static int
screens_main(const struct screen *s, size_t n, int argc, char **argv)
{
	screens_write = argc > 1 && strcmp(argv[1], "write") == 0;
	for (size_t i = 0; i < n; i++)
		screens_check(&s[i]);
	return test_end();
}

#endif
