/* SPDX-License-Identifier: MIT */
/* Golden screens: from power on to the first step of hands. */
#include "tests/unit/screens.h"

static struct view *
opening(void)
{
	struct view *v = view_new(LANG_EN);
	struct block *b;
	uint8_t d[32];

	v->title = "TACHIAI 1.0.0 | starting, no volume is open";
	v->clock = "this clock 2026-12-09 00:34 UTC";
	v->line2 =
	    "SELF-REPORTED by this machine. Trust the value that you took "
	    "elsewhere.";
	v->who = "One person reads; all others compare with the published "
		 "sheet.";
	v->act_now = "Read one line aloud; the others say \"check\" or "
		     "\"stop\".";
	v->then = "Enter looks for the volume. The boot stick may be pulled "
		  "out now.";
	digest(d,
	    "61CBBBA5C1B4CCB9DF42B502C8BADDDD74AFC0AEEEF67AAB10727B9A59E13B69");
	view_words(v, WORDS_LINES, d, true);
	b = view_facts(v);
	b->note_col = 39;
	view_fact2(
	    v, "network", "none can exist", "self-tests", "14 of 14 good");
	view_fact2(v, "machine", "EXAMPLE WS-2, s/n 0000-0417", "storage",
	    "memory only, nothing on disk");
	view_fact(v, "devices",
	    "keyboard, camera, printer, token reader, 2 sticks; none "
	    "unexpected");
	view_result(v, "00:33:52", NULL,
	    "started; the image read back from the boot stick is the one "
	    "started");
	view_result(v, "00:34:01", NULL, "self-tests good");
	view_key(v, KID_ENTER, NULL);
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
volume_bars(const char *title)
{
	struct view *v = view_new(LANG_EN);

	v->mode = VIEW_REHEARSAL;
	v->title = title;
	v->clock = "2026-12-09 09:41:10 JST";
	v->line2 = "example.jp / root-r1 / 7f3a9c0e12d4b865 / rehearsal";
	return v;
}

static void
memory_table(struct view *v)
{
	struct block *b = view_table(v, "who remembers the end", 22, "number",
	    -9, "", 1, "verdict", 0, NULL);

	b->indent = 7;
}

static struct view *
volume(void)
{
	struct view *v = volume_bars("volume found, closed");
	struct block *b;
	struct view_item *it;
	struct form f;

	v->who = "Manager 1, operations manager; Witness 1 reads the printed "
		 "sheet.";
	v->act_now = "Type the number and the first eight words that the "
		     "last sheet shows.";
	v->then = "When all five fit, Ctrl-T lets Manager 1 open sitting 1.";
	memory_table(v);
	view_row(v, "medium A   stick A-01", "231", "", "the end", NULL);
	view_row(v, "medium B   stick B-01", "231", "", "the same", NULL);
	view_row(v, "log token  card L-1", "231", "", "the same", NULL);
	view_row(v, "Manager 1  stick SM-1", "229", "",
	    "older, and stands in this volume", NULL);
	view_row(v, "sheet of 2026-12-02", "[231]", "", "word 3 of 8", NULL);
	form_init(&f);
	form_text(&f, 100, true);
	form_set(&f, 0, "indoors everyday ");
	b = view_fields(v);
	b->tight = true;
	b->indent = 11;
	it = view_field(v, &f, 0, NULL, 53, NULL);
	CHECK("the cursor is in the field", it->cursor);
	form_free(&f);
	b = view_facts(v);
	b->width = 15;
	view_fact(v, "last sitting",
	    "0, sealed 2026-12-02 17:19 JST at 226, nothing missing");
	view_fact(v, "left open", "no operation, no deviation, no copy due");
	view_fact(v, "this clock",
	    "was compared 7 days ago; step 1.5 compares it again");
	view_result(v, "09:40:58", NULL,
	    "medium A and medium B found, equal to the last byte");
	view_result(v, "09:41:03", NULL, "log token answers");
	view_key(v, KID_ENTER, "next word");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_ESC, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
rollback(void)
{
	struct view *v = volume_bars("volume stays closed");
	struct view_item *it;

	v->stop = true;
	v->refusal =
	    "This volume ends at 198 but two others remember more: it is an "
	    "older copy and stays closed; put in medium B, or call a quorum "
	    "and the Service Owner.";
	v->refusal_id = "media.rollback";
	memory_table(v);
	view_row(v, "medium A   stick A-01", "198", "",
	    "the volume here ends there", NULL);
	view_row(v, "medium B", "-", "", "not here", NULL);
	it = view_row(
	    v, "log token  card L-1", "231", "", "33 BEYOND THE END", NULL);
	it->differs = true;
	it = view_row(
	    v, "Manager 1  stick SM-1", "229", "", "31 BEYOND THE END", NULL);
	it->differs = true;
	view_label(v, 9, "MISSING",
	    "199 to 231, sitting 0, 2026-12-02. Nothing on any medium was "
	    "changed.");
	view_ways(v, "WAYS OUT");
	view_way(v, "r",
	    "Put in medium B (last in bag 10482277, safe A), then look "
	    "again.");
	view_way(v, "q", "Take everything back to the safes and power off.");
	view_way(v, "a",
	    "Accept the loss: 2 of 3 CA administrators and the Service Owner "
	    "name the lost end; certificate serial and CRL numbers then "
	    "jump.");
	view_result(v, "09:41:03", NULL, "log token answers");
	view_result(v, "09:41:10", NULL, "stopped: older copy");
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_WAY_Q, NULL);
	view_key(v, KID_WAY_A, "accept the loss");
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static void
reference(struct view *v, const struct form *f, size_t i, const char *label,
    const char *by, const char *shown, const char *behind)
{
	struct view_item *it;

	view_fields(v)->width = 14;
	view_field(v, f, i, label, 30, by);
	it = view_field(v, f, i + 1, "it will show", 8, shown);
	it->indent = 11;
	it = view_field_plain(v, "this machine is", NULL, behind);
	it->indent = 11;
	it->label_w = 24;
}

static struct view *
clock_step(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 09:47:53 JST", "1.5", 5);
	struct form f;

	people(v, "SM CA1", 1);
	v->act = "Act 1  Opening";
	v->head = "Set the clock";
	v->who = "Custodian 1 reads reference 1, Manager 1 reads reference "
		 "2.";
	v->act_now = "Type the next full minute your clock will show; Enter "
		     "when it shows it.";
	v->then = "If both agree, the clock moves forward by about 7 s, once.";
	form_init(&f);
	for (size_t i = 0; i < 2; i++) {
		form_text(&f, 40, true);
		form_text(&f, 8, true);
	}
	form_set(&f, 0, "JJY radio clock, s/n 5512");
	form_set(&f, 1, "09:48:00");
	form_set(&f, 2, "GNSS receiver, s/n 0031");
	form_set(&f, 3, "09:49:00");
	f.now = 3;
	reference(v, &f, 0, "reference 1", "read by CA1",
	    "Enter pressed at  09:47:53 on this machine", "7 s behind");
	reference(
	    v, &f, 2, "reference 2", "read by SM", "waiting for Enter", "-");
	form_free(&f);
	view_para(v,
	    "Two different sources, read by two people; at most 2 s between "
	    "them.");
	view_para(v,
	    "Never back behind 2026-12-02 17:20:41 JST, the last moment known "
	    "here.")
	    ->tight = true;
	view_result(
	    v, "09:46:20", "1.4", "cameras run since 09:12, said Manager 1");
	view_result(v, "09:47:53", "1.5", "reference 1 read");
	view_key(v, KID_ENTER, "mark");
	view_key(v, KID_TAB, NULL);
	view_key(v, KID_ESC, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static void
script_steps(struct view *v, struct block *b)
{
	view_script_act(v, b, "1", "Opening", 7, 52);
	view_script_step(v, b, MARK_DONE, "1.1", "SM",
	    "safety, rules of the room", "09:44", "2 min", "1");
	view_script_step(v, b, MARK_DONE, "1.2", "IW",
	    "image words equal the published ones", "09:45", "1", "1");
	view_script_step(v, b, MARK_DONE, "1.3", "AU",
	    "script words equal the approved ones", "09:46", "1", "1");
	view_script_step(v, b, MARK_DONE, "1.4", "SM", "cameras running since",
	    "09:46", "1", "0");
	view_script_step(v, b, MARK_DONE, "1.5", "CA1 SM",
	    "clock from two references", "09:50", "4", "4");
	view_script_step(v, b, MARK_PROBLEM, "1.6", "CA1",
	    "HSM1 from safe B to the table", "10:19", "6", "29");
	view_script_note(
	    v, b, "deviation 1: bag number differs from the script");
	view_script_step(v, b, MARK_DONE, "1.7", "CA1",
	    "serial number of HSM1, token found", "10:24", "4", "5");
	view_script_act(v, b, "2", "Key of Root R1", 4, 35);
	view_script_step(v, b, MARK_NOW, "2.1", "CA", "two of three come in",
	    "NOW", "4", NULL);
	view_script_step(v, b, MARK_OPEN, "2.2", "CA SM", "make the key k-root",
	    NULL, "6", NULL);
	view_script_step(v, b, MARK_OPEN, "2.3", "CA SM",
	    "certificate c-root: review, consent, sign", NULL, "22", NULL);
	view_script_step(
	    v, b, MARK_OPEN, "2.4", "CA2", "read back c-root", NULL, "3", NULL);
	view_script_act(v, b, "3", "Intermediate", 4, 30);
	view_script_step(v, b, MARK_OPEN, "3.1", "RA1", "take in the request",
	    NULL, "6", NULL);
	view_script_step(v, b, MARK_OPEN, "3.2", "RA1", "request, plan, result",
	    NULL, "6", NULL);
	view_script_step(v, b, MARK_OPEN, "3.3", "CA SM",
	    "certificate c-int1 and CRL", NULL, "14", NULL);
	view_script_step(
	    v, b, MARK_OPEN, "3.4", "CA2", "read back c-int1", NULL, "4", NULL);
	view_script_act(v, b, "4", "Out", 2, 14);
	view_script_step(
	    v, b, MARK_OPEN, "4.1", "CA1", "two copies", NULL, "9", NULL);
	view_script_step(
	    v, b, MARK_OPEN, "4.2", "CA1", "show the codes", NULL, "5", NULL);
	view_script_act(v, b, "5", "Closing", 5, 35);
	for (int i = 1; i <= 5; i++)
		view_script_step(v, b, MARK_OPEN, view_fmt(v, "5.%d", i),
		    "CA SM", "closing", NULL, "7", NULL);
}

static struct view *
script(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 10:26:40 JST", "2.1", 8);

	people(v, "SM CA1", 1);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "The script: Generation of Root R1";
	v->head = "now at step 2.1";
	script_steps(v, view_script(v));
	v->foot_free = true;
	view_result(v, NULL, NULL, view_fill(v, "screen.legend", NULL));
	view_result(v, NULL, NULL,
	    "43 minutes gone, 19 planned. With the plan from here the end is "
	    "at 12:20 JST.");
	view_key(v, KID_MOVE, NULL);
	view_key(v, KID_ENTER, "text of the step");
	view_key(v, KID_ESC, "back to step 2.1");
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
hands(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 10:02:15 JST", "1.6", 6);
	struct form f;

	people(v, "SM CA1", 1);
	v->act = "Act 1  Opening";
	v->head = "HSM1 from safe B to the table";
	v->who = "Custodian 1 acts and types. Witness 1 goes along and looks "
		 "at the bag.";
	v->act_now = "Fetch HSM1. Read the number on the bag aloud, digit by "
		     "digit.";
	v->then = "HSM1 counts as on the table. Step 1.7 asks for its serial "
		  "number.";
	view_say(v, "The bag of HSM one bears the number ...");
	form_init(&f);
	form_text(&f, 8, true);
	form_text(&f, 8, true);
	form_yesno(&f);
	form_yesno(&f);
	form_set(&f, 0, "10482257");
	f.now = 1;
	view_fields(v)->width = 17;
	view_field(
	    v, &f, 0, "bag number", 8, "typed by Custodian 1, from the bag");
	view_field(
	    v, &f, 1, "once more", 8, "typed as Witness 1 reads it aloud");
	view_field(v, &f, 2, "seal", 1, "unopened and whole, y or n");
	view_field(v, &f, 3, "Witness 1", 1, "says \"seen\", y or n");
	form_free(&f);
	view_para(v,
	    "The script knows the number too; it is shown when all four are "
	    "filled in.")
	    ->indent = 1;
	view_para(v,
	    "n, or a number that differs, opens a deviation. Nothing is lost "
	    "by it.")
	    ->indent = 1;
	v->block[v->n_blocks - 1].tight = true;
	view_result(v, "09:50:31", "1.5",
	    "clock set forward by 7 s; the references agree within 1 s");
	view_result(
	    v, "09:52:10", "1.6", "Custodian 1 and Witness 1 went to safe B");
	view_key(v, KID_ENTER, "next");
	view_key(v, KID_YES, NULL);
	view_key(v, KID_NO, NULL);
	view_key(v, KID_TAB, "field");
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_BREAK, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static const struct screen screens[] = {
	{ "opening", opening, NULL },
	{ "volume", volume, NULL },
	{ "rollback", rollback, NULL },
	{ "clock", clock_step, NULL },
	{ "script", script, NULL },
	{ "hands", hands, NULL },
};

int
main(int argc, char **argv)
{
	return screens_main(
	    screens, sizeof(screens) / sizeof(screens[0]), argc, argv);
}
