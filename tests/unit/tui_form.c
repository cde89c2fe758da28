/* SPDX-License-Identifier: MIT */
/* Filling in, and the deed key: what is typed stays, what is held is one. */
#include "tui/form.h"

#include "tests/unit/test.h"

static enum form_event
press(struct form *f, enum key_name name)
{
	return form_key(f, &(struct key){ name, 0 });
}

static enum form_event
type(struct form *f, uint32_t c)
{
	return form_key(f, &(struct key){ PRESS_CHAR, c });
}

static void
write(struct form *f, const char *s)
{
	for (; *s != '\0'; s++)
		type(f, (unsigned char)*s);
}

static void
editing(void)
{
	struct form f;

	form_init(&f);
	form_text(&f, 8, true);
	write(&f, "10482257");
	CHECK_STR("typed", form_get(&f, 0), "10482257");
	CHECK("a full field takes no more", type(&f, '9') == FORM_NOTHING);
	press(&f, PRESS_LEFT);
	press(&f, PRESS_BACKSPACE);
	CHECK_STR("rubbed out before the cursor", form_get(&f, 0), "1048227");
	type(&f, '7');
	CHECK_STR("inserted at the cursor", form_get(&f, 0), "10482277");
	press(&f, PRESS_HOME);
	press(&f, PRESS_DELETE);
	CHECK_STR("deleted under the cursor", form_get(&f, 0), "0482277");
	CHECK("nothing to rub out at the start",
	    press(&f, PRESS_BACKSPACE) == FORM_NOTHING);
	CHECK("only ASCII is taken", type(&f, 0x3042) == FORM_NOTHING);
	CHECK("no control character", type(&f, 0x7f) == FORM_NOTHING);
	form_free(&f);
	form_init(&f);
	form_lines(&f, 20);
	type(&f, 0x672c);
	type(&f, 0x756a);
	press(&f, PRESS_LEFT);
	type(&f, 'a');
	CHECK_STR("whole characters", form_get(&f, 0), "本a番");
	press(&f, PRESS_END);
	press(&f, PRESS_BACKSPACE);
	CHECK_STR("a whole one is rubbed out", form_get(&f, 0), "本a");
	type(&f, 0x304b);
	type(&f, 0x3099);
	CHECK_STR("a mark joins", form_get(&f, 0), "本aか\u3099");
	press(&f, PRESS_LEFT);
	press(&f, PRESS_DELETE);
	CHECK_STR("deleted with its mark", form_get(&f, 0), "本a");
	type(&f, 0x304b);
	type(&f, 0x3099);
	press(&f, PRESS_BACKSPACE);
	CHECK_STR("rubbed out with its mark", form_get(&f, 0), "本a");
	press(&f, PRESS_HOME);
	CHECK("a mark joins nothing", type(&f, 0x3099) == FORM_NOTHING);
	form_bound(&f, 0, 6);
	press(&f, PRESS_END);
	CHECK("not over its bytes", type(&f, 0x756a) == FORM_NOTHING);
	CHECK("up to its bytes", type(&f, 'b') == FORM_CHANGED);
	form_set(&f, 0, "本番日");
	CHECK_STR("nor set over them", form_get(&f, 0), "本番");
	form_set(&f, 0, "x\033y");
	CHECK_STR("what is set is printable", form_get(&f, 0), "x");
	form_free(&f);
}

static void
moving(void)
{
	struct form f;

	form_init(&f);
	form_text(&f, 8, true);
	form_yesno(&f);
	form_choice(&f, 3);
	CHECK("an empty field is not ended",
	    press(&f, PRESS_ENTER) == FORM_NOTHING && f.now == 0);
	type(&f, 'a');
	CHECK("Enter leads on",
	    press(&f, PRESS_ENTER) == FORM_NEXT && f.now == 1);
	CHECK("nothing is preselected",
	    !form_filled(&f, 1) && form_chosen(&f, 2) == -1);
	CHECK("other letters are the screen's", type(&f, 'd') == FORM_PASS);
	CHECK("an answer leads on",
	    type(&f, 'y') == FORM_NEXT && f.now == 2 &&
		strcmp(form_get(&f, 1), "y") == 0);
	CHECK("Tab behind an answer goes no further",
	    press(&f, PRESS_TAB) == FORM_MOVED && f.now == 2);
	CHECK("back by Tab the other way",
	    press(&f, PRESS_BACKTAB) == FORM_MOVED && f.now == 1);
	CHECK("n replaces it",
	    type(&f, 'n') == FORM_NEXT && strcmp(form_get(&f, 1), "n") == 0);
	CHECK("nor does Enter",
	    press(&f, PRESS_ENTER) == FORM_MOVED && f.now == 2);
	CHECK("an open choice is not ended",
	    press(&f, PRESS_ENTER) == FORM_NOTHING);
	press(&f, PRESS_RIGHT);
	press(&f, PRESS_RIGHT);
	CHECK("a choice is made", form_chosen(&f, 2) == 1);
	CHECK("all is filled in", form_complete(&f));
	CHECK("Enter on the last ends", press(&f, PRESS_ENTER) == FORM_DONE);
	press(&f, PRESS_TAB);
	CHECK("Tab goes round", f.now == 0);
	CHECK("Esc keeps the text",
	    press(&f, PRESS_ESC) == FORM_ESC &&
		strcmp(form_get(&f, 0), "a") == 0);
	CHECK("then letters are keys",
	    type(&f, 'd') == FORM_PASS && (form_where(&f) & KX_TEXT) == 0);
	CHECK("Tab leads back in",
	    press(&f, PRESS_TAB) == FORM_MOVED && f.now == 0 &&
		(form_where(&f) & KX_TEXT) != 0);
	f.field[1].locked = true;
	press(&f, PRESS_TAB);
	CHECK("a locked field is passed over", f.now == 2);
	form_free(&f);
	form_init(&f);
	form_yesno(&f);
	CHECK("the last answer waits for Enter",
	    type(&f, 'y') == FORM_CHANGED && press(&f, PRESS_ENTER) ==
		FORM_DONE);
	form_free(&f);
}

static void
deeds(void)
{
	struct deed_gate g = { 0 };
	struct key s = { PRESS_CHAR, 'S' }, d = { PRESS_CHAR, 'D' },
		   enter = { PRESS_ENTER, 0 };
	int64_t t;

	deed_show(&g, 'S', 10000);
	CHECK("nothing in the first second", !deed_press(&g, &s, 10900));
	CHECK("a press soon after that one is a held key",
	    !deed_press(&g, &s, 11100));
	CHECK("Enter is never a deed", !deed_press(&g, &enter, 13000));
	CHECK("another letter is not this deed", !deed_press(&g, &d, 13100));
	CHECK("one fresh press", deed_press(&g, &s, 14000));
	CHECK("only one", !deed_press(&g, &s, 20000));
	/* the next deed is offered while S is still down */
	t = 20000;
	deed_show(&g, 'S', t);
	for (int i = 0; i < 200; i++) {
		t += 30;
		if (deed_press(&g, &s, t))
			break;
	}
	CHECK("a held key does nothing for six seconds", t == 26000);
	CHECK("let go and pressed again it counts",
	    deed_press(&g, &s, t + DEED_QUIET_MS));
}

/* A key held through five deeds, each shown at once, signs one. */
static void
held_through(void)
{
	struct deed_gate g = { 0 };
	struct key s = { PRESS_CHAR, 'S' };
	int deeds_done = 0;

	deed_show(&g, 'S', 0);
	for (int64_t t = 1500; t < 30000; t += 33) {
		if (deed_press(&g, &s, t)) {
			deeds_done++;
			deed_show(&g, 'S', t + 5);
		}
	}
	CHECK("held through five deeds: one", deeds_done == 1);
}

int
main(void)
{
	editing();
	moving();
	deeds();
	held_through();
	return test_end();
}
