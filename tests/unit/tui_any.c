/* SPDX-License-Identifier: MIT */
/*
 * Views of no sense at all, from a fixed sequence of numbers: whatever is
 * asked for, cells are whole, sizes are kept, and every text is on a page.
 */
#include "tests/unit/screens.h"

#define VIEWS 50
#define TEXTS 40

static uint32_t seed = 20261209;

static uint32_t
any(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* A text that begins with its number: "T07 ..." */
static const char *
some_text(struct view *v, unsigned *n)
{
	static const char *const bits[] = { " ", "word ", "本番", "、", "（",
		"ー", "e\xcc\x81", "\n", "unbreakablylongwordwithoutanyblank",
		"\xff", "\033[2J", "ｶﾅ", "한글", "x " };
	struct buf b = BUF_INIT;
	const char *s;
	uint32_t len = any(4) == 0 ? any(120) : any(12);

	if (any(12) == 0)
		return any(2) == 0 ? "" : NULL;
	if (*n >= TEXTS)
		return "more";
	buf_fmt(&b, "T%02u ", (*n)++);
	for (uint32_t i = 0; i < len; i++)
		buf_str(&b, bits[any(sizeof(bits) / sizeof(bits[0]))]);
	s = view_str(v, buf_cstr(&b));
	buf_free(&b);
	return s;
}

static void
some_fields(struct view *v, unsigned *n)
{
	struct form f;

	form_init(&f);
	form_text(&f, 200, false);
	form_lines(&f, 400);
	form_choice(&f, 2);
	form_set(&f, 0, "abc本番def");
	form_set(&f, 1, "words of several lines 本番 and more and more of it");
	f.now = any(3);
	f.field[0].at = 0;
	view_fields(v);
	view_field(v, &f, 0, some_text(v, n), any(90), "note");
	view_field(v, &f, 1, "lines", any(90), NULL);
	view_field(v, &f, 2, "choice", 0, NULL);
	view_choice(v, "one");
	view_choice(v, "two");
	view_field_plain(v, "plain", some_text(v, n), some_text(v, n));
	form_free(&f);
}

static void
some_block(struct view *v, unsigned *n)
{
	uint8_t d[32] = { 1, 2, 3 };

	switch (any(12)) {
	case 0:
		view_label(v, any(20), "LABEL", some_text(v, n));
		break;
	case 1:
		view_say(v, some_text(v, n));
		break;
	case 2:
		view_words(v, (enum words_form)any(3), d, any(2) == 0);
		break;
	case 3:
		view_person(v, "CA1", some_text(v, n), MARK_DONE,
		    some_text(v, n), any(2) == 0 ? "port 3" : NULL);
		break;
	case 4:
		view_table(
		    v, "a", (int)any(60), "b", -(int)any(60), "c", 0, NULL);
		view_row(v, some_text(v, n), "12", some_text(v, n), NULL)
		    ->differs = true;
		break;
	case 5:
		view_fact2(v, "fact", some_text(v, n), "two", some_text(v, n));
		break;
	case 6:
		view_check(v, MARK_PROBLEM, some_text(v, n), some_text(v, n));
		break;
	case 7:
		view_way(v, "r", some_text(v, n));
		break;
	case 8:
		view_deed(v, MARK_NOW, "1", some_text(v, n), "S", "10:00");
		view_deed_check(v, MARK_DONE, some_text(v, n));
		view_deed_line(v, some_text(v, n));
		break;
	case 9:
		some_fields(v, n);
		break;
	case 10:
		view_break(v);
		view_progress(v, "so far", any(30), any(20), some_text(v, n));
		break;
	default:
		view_para(v, some_text(v, n))->tight = any(2) == 0;
	}
}

static struct view *
some_view(unsigned *n)
{
	struct view *v =
	    ceremony_view(any(2) == 0 ? LANG_EN : LANG_JA, "10:00", "2.1", 8);

	v->act = some_text(v, n);
	v->head = some_text(v, n);
	v->who = some_text(v, n);
	v->act_now = any(2) == 0 ? some_text(v, n) : NULL;
	v->then = some_text(v, n);
	v->who_last = any(2) == 0;
	v->refusal = any(3) == 0 ? some_text(v, n) : NULL;
	v->refusal_id = "some.id";
	for (uint32_t i = any(14); i > 0; i--)
		some_block(v, n);
	return v;
}

/* Texts of the first `n` that no page of v shows. */
static unsigned
missing(struct view *v, unsigned n, bool *good)
{
	static const size_t sizes[][2] = { { 24, 80 }, { 31, 101 },
		{ 50, 133 } };
	bool seen[TEXTS] = { false };
	unsigned lost = 0;
	size_t pages = layout_pages(v);

	for (v->page = 0; v->page < pages; v->page++) {
		for (size_t i = 0; i < 3; i++) {
			struct grid *g =
			    layout_new(v, v, sizes[i][0], sizes[i][1]);
			struct buf out = BUF_INIT;

			*good =
			    *good && keeps_rules(g, sizes[i][0], sizes[i][1]);
			grid_dump(g, &out);
			for (unsigned t = 0; i == 0 && t < n; t++) {
				char name[16];

				snprintf(name, sizeof(name), "T%02u", t);
				seen[t] = seen[t] ||
				    strstr(buf_cstr(&out), name) != NULL;
			}
			buf_free(&out);
			grid_free(g);
		}
	}
	for (unsigned t = 0; t < n; t++) {
		if (!seen[t]) {
			printf("# T%02u is on no page\n", t);
			lost++;
		}
	}
	return lost;
}

int
main(void)
{
	bool good = true;
	unsigned lost = 0;

	for (int i = 0; i < VIEWS; i++) {
		unsigned n = 0;
		struct view *v = some_view(&n);
		unsigned gone = missing(v, n, &good);

		if (gone > 0)
			printf("# view %d\n", i);
		lost += gone;
		view_free(v);
	}
	CHECK("cells are whole at every size", good);
	CHECK("every text is on a page", lost == 0);
	return test_end();
}
