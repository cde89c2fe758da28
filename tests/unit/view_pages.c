/* SPDX-License-Identifier: MIT */
/*
 * Extremes: whatever a view holds, every row of it is on some page, bars
 * shorten by their rules, and fields scroll in themselves.
 */
#include "tests/unit/screens.h"

static char *
shown(const struct view *v, size_t rows, size_t cols)
{
	struct grid *g = layout_new(v, NULL, rows, cols);
	struct buf out = BUF_INIT;
	size_t len;

	CHECK("rules are kept", keeps_rules(g, rows, cols));
	grid_dump(g, &out);
	buf_byte(&out, '\0');
	grid_free(g);
	return (char *)buf_take(&out, &len);
}

static bool
shows(const struct view *v, const char *text)
{
	char *s = shown(v, 24, 80);
	bool yes = strstr(s, text) != NULL;

	free(s);
	return yes;
}

static void
paging(void)
{
	struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	size_t pages, found = 0;
	bool then = true, keys = true;

	v->act = "Act 2";
	v->head = "Everybody";
	v->who = "Manager 1.";
	v->then = "The next step.";
	view_para(v, "First the people.");
	view_people(v);
	for (int i = 1; i <= 40; i++)
		view_person(v, view_fmt(v, "P%02d", i),
		    i == 7 ? "Ferdinand Maria von und zu Hohenzollern-Sigmarin"
			     "gen-Hechingen"
			   : "Somebody",
		    MARK_OPEN, "not yet", NULL);
	view_key(v, KID_HELP, NULL);
	pages = layout_pages(v);
	CHECK("forty people take four pages or more", pages >= 4);
	for (v->page = 0; v->page < pages; v->page++) {
		char *s = shown(v, 24, 80);

		for (int i = 1; i <= 40; i++) {
			char code[16];

			snprintf(code, sizeof(code), "P%02d ", i);
			found += strstr(s, code) != NULL;
		}
		then = then && strstr(s, "The next step.") != NULL &&
		    strstr(s, "WHO   Manager 1.") != NULL;
		keys = keys && strstr(s, "Space next page") != NULL;
		free(s);
	}
	CHECK("each of them is on exactly one page", found == 40);
	CHECK("WHO and THEN are on every page", then);
	CHECK("every page names the key to the next", keys);
	v->page = 1;
	CHECK("the page says which it is", shows(v, "Everybody: page 2 of"));
	v->page = 99;
	CHECK("a page over the last is the last", shows(v, "P40"));
	view_free(v);
}

/* A table of a hundred rows, two of them different. */
static void
long_table(void)
{
	struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	size_t pages, heads = 0, rows = 0;

	v->act = "A batch";
	view_table(v, "number", -6, "", 1, "name", 20, "verdict", 0, NULL)
	    ->rule = true;
	for (int i = 0; i < 100; i++) {
		struct view_item *it = view_row(v, view_fmt(v, "%d", i), "",
		    view_fmt(v, "item-%02d", i), "same", NULL);

		it->differs = i == 3 || i == 70;
	}
	view_key(v, KID_HELP, NULL);
	pages = layout_pages(v);
	CHECK("a hundred rows below their heading", pages == 8);
	for (v->page = 0; v->page < pages; v->page++) {
		char *s = shown(v, 24, 80);

		heads += strstr(s, "number   name") != NULL;
		for (int i = 0; i < 100; i++) {
			char name[24];

			snprintf(name, sizeof(name), "item-%02d ", i);
			rows += strstr(s, name) != NULL;
		}
		free(s);
	}
	CHECK("each row is on exactly one page", rows == 100);
	CHECK("the heading is on every page", heads == pages);
	CHECK("the next difference", layout_difference(v, 0) == 5);
	CHECK("and round to the first", layout_difference(v, 5) == 0);
	view_free(v);
}

/* Whatever is chosen in a list of many stands on the page that is said. */
static void
long_list(void)
{
	size_t first = 0, last = 0;

	for (int now = -1; now < 40; now++) {
		struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
		struct layout *l;
		char *s;

		view_checks(v, "STICKS");
		for (int i = 0; i < 40; i++)
			view_check(v, i == now ? MARK_NOW : MARK_OPEN,
			    view_fmt(v, "stick-%02d", i), "vfat");
		view_key(v, KID_HELP, NULL);
		l = layout_open(v);
		v->page = layout_now(l);
		if (now == -1) {
			CHECK("nothing is chosen: no page", v->page == SIZE_MAX);
		} else {
			last = v->page;
			first = now == 0 ? last : first;
			s = shown(v, 24, 80);
			CHECK("what is chosen is on its page",
			    strstr(s, view_fmt(v, "[>] stick-%02d", now)) !=
				NULL);
			free(s);
		}
		layout_close(l);
		view_free(v);
	}
	CHECK("from the first page to the third", first == 0 && last >= 2);
}

static void
long_everything(void)
{
	struct view *v = ceremony_view(LANG_JA, "10:00", "2.1", 8);
	struct buf name = BUF_INIT;
	size_t pages;
	bool seen = false;

	for (int i = 0; i < 64; i++)
		buf_str(&name, "漢");
	v->who = view_str(v, buf_cstr(&name));
	v->act_now = v->who;
	v->then = v->who;
	v->refusal = v->who;
	v->refusal_id = "test.long";
	v->act = v->who;
	v->head = v->who;
	view_people(v);
	view_person(v, "CA1", v->who, MARK_DONE, v->who, v->who);
	view_table(v, "a", 40, "b", 40, "c", 40, NULL);
	view_row(v, v->who, v->who, v->who, NULL);
	view_say(v, "THE LAST LINE");
	pages = layout_pages(v);
	for (v->page = 0; v->page < pages; v->page++)
		seen = seen || shows(v, "THE LAST LINE");
	CHECK("nothing pushes the last line off", seen);
	buf_free(&name);
	view_free(v);
}

static void
bars(void)
{
	struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);

	token(v, VIEW_TOKEN_ACTIVE);
	people(v, "SM CA1 CA2 CA3 CA4 CA5", 5);
	CHECK("codes while there is room",
	    shows(v, "in SM CA1 CA2 CA3 CA4 CA5 | root-token ACTIVE"));
	people(v, "CA6 CA7 CA8 CA9", 9);
	CHECK("then a number", shows(v, "in 10 | root-token ACTIVE"));
	v->token = "a-token-with-a-name-of-thirtytwo";
	v->deviation = "1";
	CHECK("then the token has no name",
	    shows(v, "in 10 | token ACTIVE | 2 of 3: 9 here | deviation 1"));
	v->mode = VIEW_PRODUCTION;
	CHECK("the mode stands first", shows(v, " PRODUCTION 本番 | "));
	v->stop = true;
	CHECK("STOP stands before it", shows(v, " STOP | PRODUCTION 本番"));
	view_free(v);
}

static void
foot(void)
{
	struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	char *s;

	for (int i = 1; i <= 30; i++)
		view_result(
		    v, "10:00:00", "2.1", view_fmt(v, "result %02d.", i));
	CHECK("the last two results",
	    shows(v, "result 29.") && shows(v, "result 30.") &&
		!shows(v, "result 28."));
	s = shown(v, 48, 80);
	CHECK("a taller screen has more of them",
	    strstr(s, "result 05.") != NULL && strstr(s, "result 30.") != NULL);
	free(s);
	v->hint = "This key does nothing here.";
	CHECK("a hint takes the last row",
	    shows(v, "This key does nothing here.") && shows(v, "result 30.") &&
		!shows(v, "result 29."));
	view_free(v);
}

static void
fields(void)
{
	struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	struct form f;

	form_init(&f);
	form_text(&f, 40, true);
	form_lines(&f, 1000);
	form_set(&f, 0, "0123456789ABCDEFGHIJ");
	view_fields(v);
	view_field(v, &f, 0, "number", 8, NULL);
	CHECK("the end is shown where the cursor is", shows(v, "<CDEFGHIJ]"));
	view_free(v);
	v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	f.field[0].at = 0;
	view_fields(v);
	view_field(v, &f, 0, "number", 8, NULL);
	CHECK("the start where the cursor is there", shows(v, "[01234567>"));
	view_free(v);
	v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	for (int i = 0; i < 99; i++)
		form_key(&f, &(struct key){ PRESS_DOWN, 0 });
	f.now = 1;
	for (int i = 1; i <= 60; i++)
		form_set(&f, 1, view_fmt(v, "%s word%02d", form_get(&f, 1), i));
	view_fields(v);
	view_field(v, &f, 1, "text", 30, NULL);
	CHECK("many lines: those of the cursor",
	    shows(v, "word60") && !shows(v, "word01") && shows(v, "<"));
	form_free(&f);
	view_free(v);
}

/* What the console hands over for the right: every text knows the other. */
static void
both(void)
{
	struct view *v = view_new(LANG_EN), *o;
	struct err e = { 0 };

	v->head = view_fill(v, "request.head", NULL);
	CHECK("a view of one language has no other", view_other(v) == NULL);
	v->both = true;
	v->act = view_fill(v, "bar.act", "n", "5", "title",
	    view_pair(v, "Out", "\u5916\u3078"), NULL);
	v->head = view_str(v, view_fill(v, "leave.head", NULL));
	v->who = view_str(v, "Custodian 2");
	v->act_now = view_pair(v, "Go.", NULL);
	err_set(&e, ERR_REFUSED, "csr.proof", "file", "a.csr", NULL);
	view_refuse(v, &e);
	view_say(v, view_fill(v, "leave.then", NULL));
	o = view_other(v);
	CHECK("the other language", o->lang == LANG_JA);
	CHECK("of a text within a text", strstr(o->act, "\u5916\u3078") !=
	    NULL && strstr(o->act, "Out") == NULL);
	CHECK_STR("of a copy", o->head, text_get(LANG_JA, "leave.head"));
	CHECK_STR("a name is itself", o->who, "Custodian 2");
	CHECK_STR("what was written once is itself", o->act_now, "Go.");
	CHECK("a refusal", strcmp(o->refusal, v->refusal) != 0 &&
	    strstr(o->refusal, "a.csr") != NULL);
	CHECK("what is said aloud", o->n_blocks == 1 &&
	    strcmp(o->block[0].text, text_get(LANG_JA, "leave.then")) == 0);
	CHECK("nothing that is not there", o->then == NULL);
	view_free(o);
	view_free(v);
}

static void
wide(void)
{
	struct view *v = ceremony_view(LANG_EN, "10:00", "2.1", 8);
	struct view *o = ceremony_view(LANG_JA, "10:00", "2.1", 8);
	struct block *b = view_side_script(v);
	struct grid *g;
	struct buf out = BUF_INIT;

	v->who = "Custodian 2.";
	o->who = "管理者2。";
	view_script_act(v, b, "1", "Opening", 60, 60);
	for (int i = 1; i <= 60; i++)
		view_script_step(v, b, i == 30 ? MARK_NOW : MARK_DONE,
		    view_fmt(v, "1.%d", i), "CA", "some step", NULL, NULL,
		    NULL);
	g = layout_new(v, o, 36, 120);
	grid_dump(g, &out);
	CHECK("the present step is at the right",
	    strstr(buf_cstr(&out), "[>] 1.30 some step") != NULL);
	CHECK("the other language too",
	    strstr(buf_cstr(&out), "管理者2。") != NULL);
	CHECK("what is left out is marked",
	    strstr(buf_cstr(&out), "| ...") != NULL);
	grid_free(g);
	buf_reset(&out);
	g = layout_new(v, o, 30, 99);
	grid_dump(g, &out);
	CHECK("not below a hundred columns",
	    strstr(buf_cstr(&out), "[>] 1.30") == NULL);
	grid_free(g);
	buf_free(&out);
	view_free(v);
	view_free(o);
}

static void
codes(void)
{
	CHECK("version 5 at 80x24",
	    layout_code_room(24, 80, false) >= 37 &&
		layout_code_room(24, 80, false) < 41);
	CHECK("version 17 at 128x48",
	    layout_code_room(48, 128, false) >= 85 &&
		layout_code_room(48, 128, false) < 89);
	CHECK(
	    "whole cells: none at 80x24", layout_code_room(24, 80, true) < 21);
	CHECK("version 5 at 128x48",
	    layout_code_room(48, 128, true) >= 37 &&
		layout_code_room(48, 128, true) < 41);
	CHECK("none on a small screen", layout_code_room(23, 80, false) == 0);
}

int
main(void)
{
	paging();
	long_table();
	long_list();
	long_everything();
	bars();
	foot();
	fields();
	both();
	wide();
	codes();
	return test_end();
}
