/* SPDX-License-Identifier: MIT */
/* Golden screens: a code, a deviation, a doubt, the seal, help. */
#include "tests/unit/screens.h"
#include "tui/help.h"

static void
quiet_keys(struct view *v)
{
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
}

/* Not a real symbol: the finders, and stripes between them. */
static struct view *
code(void)
{
	struct view *v = ceremony_view(LANG_EN, "11:40 JST", "4.2", 17);
	uint8_t m[37 * 37], d[32];

	for (size_t y = 0; y < 37; y++) {
		for (size_t x = 0; x < 37; x++) {
			size_t fx = x > 28 ? 36 - x : x;
			size_t fy = y > 28 ? 36 - y : y;
			size_t ring = fx > 3 ? fx - 3 : 3 - fx;

			if ((fy > 3 ? fy - 3 : 3 - fy) > ring)
				ring = fy > 3 ? fy - 3 : 3 - fy;
			if (fx < 8 && fy < 8 && !(x > 28 && y > 28))
				m[y * 37 + x] = ring == 3 || ring < 2;
			else
				m[y * 37 + x] = (x * 5 + y * 3) % 7 < 3;
		}
	}
	v->act = "Act 4  Out";
	v->head = "Show c-int1: certificate, 893 b, 12 parts, 8 a second, 97 "
		  "shown";
	v->who = "Custodian 1; the online side films until it has 12 parts.";
	view_para(v, "SHA-256, compare on both sides:")->indent = 0;
	digest(d,
	    "131F0BB2FFFCC3B81C5DFEFB59E30D279C830B710DD79837D5D3C6A98F18D35F");
	view_words(v, WORDS_LINES, d, false);
	view_code(v, m, 37);
	view_key(v, KID_ENTER, "finished");
	view_key(v, KID_SPEED, NULL);
	view_key(v, KID_DENSITY, NULL);
	view_key(v, KID_PLAIN, NULL);
	quiet_keys(v);
	return v;
}

static void
deviation_fields(struct view *v)
{
	struct form f;
	struct view_item *it;

	form_init(&f);
	form_lines(&f, 400);
	form_lines(&f, 1000);
	form_choice(&f, 3);
	form_lines(&f, 400);
	form_set(&f, 0, "Bag 10482275 for HSM1, as the script says.");
	form_set(&f, 1,
	    "The bag bears 10482257; so does the list of safe B. Seal whole, "
	    "photo 3 taken. Two digits are swapped in the script.");
	f.field[2].choice = 0;
	form_set(&f, 3,
	    "Bag, list and the sheet of 2026-12-02 agree with each other.");
	f.away = true;
	f.now = 3;
	view_fields(v)->indent = 1;
	v->block[v->n_blocks - 1].width = 12;
	view_field(v, &f, 0, "expected", 64, NULL)->cursor = false;
	view_field(v, &f, 1, "happened", 64, NULL);
	view_field(v, &f, 2, "decision", 0, NULL);
	view_choice(v, "go on");
	view_choice(v, "do the step again");
	view_choice(v, "end the ceremony");
	it = view_field(v, &f, 3, "because", 64, NULL);
	CHECK("no cursor while letters are keys", !it->cursor);
	view_field_plain(
	    v, "decided by", "Manager 1, operations manager", NULL);
	form_free(&f);
}

static struct view *
deviation(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 10:15:48 JST", "1.6", 6);

	people(v, "SM CA1", 1);
	v->act = "DEVIATION 1";
	v->head = "opened at step 1.6, 10:06";
	v->who = "Manager 1 decides and dictates; Custodian 1 types.";
	v->then = "With the last \"seen\", Ctrl-T: Manager 1 signs the "
		  "decision.";
	deviation_fields(v);
	view_label(v, 12, "said \"seen\"",
	    "SM [x]   CA1 [x]   RA1 [x]   IW [x]   AU [ ]");
	view_para(v,
	    "a tick is set when the person says it; all initial the page "
	    "later")
	    ->indent = 13;
	v->block[v->n_blocks - 1].tight = true;
	view_say(v,
	    "Deviation one: the bag number differs from the script; we "
	    "go on.");
	view_label(v, 0, "AFTER",
	    "Step 1.6 counts as done with a deviation, marked [!].");
	view_result(
	    v, "10:05:40", "1.6", "bag number 10482257, expected 10482275");
	view_result(v, "10:06:02", "1.6", "deviation 1 opened");
	view_key(v, KID_TAB, "field");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_ESC, "back, the text is kept");
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
doubt(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:31:06 JST", "3.3", 14);

	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "IN DOUBT";
	v->head = "The machine stopped at 11:25:02, while crl-1 was being "
		  "signed";
	v->refusal =
	    "Whether crl-1 was signed is not known, so nothing else is done "
	    "until a quorum and the operations manager choose one of two "
	    "ways.";
	v->refusal_id = "doubt.open";
	v->who_last = true;
	v->who = "Manager 1 first: stick in, Ctrl-T.";
	v->then = "choose a or g together.";
	view_label(v, 10, "KNOWN",
	    "c-int1 was signed and verified: it is safe.\ncrl-1, number 1, was "
	    "about to be signed:\nendorse alkali escape replica");
	view_label(v, 10, "UNKNOWN",
	    "whether root-token gave a signature. It counts as given.")
	    ->tight = true;
	view_ways(v, "WAYS OUT");
	view_way(v, "a",
	    "Sign the very same bytes again: same number, same dates. No harm "
	    "if a first signature exists. This is the usual way.");
	view_way(v, "g",
	    "Give up number 1: it is listed as possibly issued, crl-1 becomes "
	    "2.");
	view_label(v, 10, "NEEDED",
	    "CA1 [ ]   CA2 [ ]   CA3 [ ]   2 of 3          SM [ ]\nEverybody "
	    "comes in again, because the machine was off.");
	view_result(v, "11:30:12", NULL,
	    "started again; media A and B equal, nothing confirmed was lost");
	view_result(
	    v, "11:30:40", NULL, "one operation without a known end: crl-1");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_ENTER, "details");
	quiet_keys(v);
	return v;
}

static struct view *
before_seal(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:53:17 JST", "5.2", 19);
	struct block *b;

	people(v, "SM CA1 CA2", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "Act 5  Closing";
	v->head = "Seal sitting 1";
	v->who = "Custodian 2 sits down and presses Ctrl-T.";
	v->then = "With the last of them the log token closes sitting 1. Then "
		  "its end is read aloud in words, and printing starts.";
	view_checks(v, "BEFORE THE SEAL")->width = 23;
	view_check(v, MARK_DONE, "CA tokens inactive",
	    "root-token, since 11:26, by a quorum");
	view_check(v, MARK_DONE, "nothing in doubt", NULL);
	view_check(v, MARK_DONE, "plan", "4 of 4 items done");
	view_check(v, MARK_DONE, "copies",
	    "bundle 2 of 2, volume 2 of 2, all read back");
	view_check(v, MARK_DONE, "objects", "HSM1 in safe B, bag 10482290");
	view_check(v, MARK_DONE, "deviations", "1, decided and signed");
	b = view_checks(v, "SIGN THE SEAL");
	b->text = "two of three CA administrators and the operations manager";
	b->width = 23;
	view_check(v, MARK_DONE, "CA1  Custodian 1", "11:52");
	view_check(v, MARK_OPEN, "CA2  Custodian 2", NULL);
	view_check(v, MARK_OPEN, "SM   Manager 1", NULL);
	view_result(v, "11:49:30", "5.1",
	    "HSM1 in safe B, bag 10482290, seen by Witness 1");
	view_result(v, "11:52:44", "5.2", "Custodian 1 signed the seal");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static void
due_dates(struct view *v)
{
	struct block *b;

	view_label(v, 5, "DUE",
	    "a rehearsal shows what would be due; printed, and in "
	    "due-dates.ics")
	    ->tight = true;
	b = view_facts(v);
	b->tight = true;
	b->indent = 2;
	b->width = 12;
	b->note_col = 38;
	view_fact2(v, "2026-12-10", "publish root and CRL", "2027-11-08",
	    "sitting for the next CRL");
	view_fact2(v, "2026-12-16", "disclose c-int1", "2027-12-08",
	    "CRL 1 ends, 11:13 JST");
	view_fact2(v, "2027-01-09", "log examined", "2041-12-09",
	    "15 years: leaves browsers");
	view_fact2(v, "2048-12-09", "keep transcript until", "2046-12-09",
	    "20 years: key ends, 10:31 JST");
}

static struct view *
sealed(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:58:03 JST", "5.2", 19);
	uint8_t d[32];

	people(v, "SM CA1 CA2", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "SEALED at 391, 2026-12-09 11:56:20 JST";
	v->head = "the words of the end";
	v->who_last = true;
	v->who = "Custodian 1 reads a line, all write it down. No stick comes "
		 "out yet.";
	v->then = "y: printing starts, then the sticks are brought up to "
		  "date.";
	digest(d,
	    "1A9408A50745BEB8830F041B80FC906517CFE236F60F0598F0DA4232E91F9255");
	view_words(v, WORDS_LINES, d, true)->tight = true;
	due_dates(v);
	view_label(v, 6, "LEFT",
	    "[ ] print 2 copies   [ ] sticks up to date: CA1 CA2 SM   [ ] "
	    "power off")
	    ->tight = true;
	view_result(v, "11:54:02", "5.2", "Custodian 2 signed the seal");
	view_result(v, "11:56:20", "5.2",
	    "sitting 1 sealed: Custodian 1, Custodian 2, Manager 1");
	view_key(v, KID_YES, "all have it");
	view_key(v, KID_NO, "read again");
	view_key(v, KID_WORDS, NULL);
	quiet_keys(v);
	return v;
}

static struct view *
help_page(enum lang lang, size_t page)
{
	struct view *v =
	    ceremony_view(lang, "2026-12-09 10:26:55 JST", "2.1", 8);

	people(v, "SM CA1", 1);
	token(v, VIEW_TOKEN_INACTIVE);
	help_fill(v, "2.1");
	v->page = page;
	view_result(v, "10:24:40", "1.7",
	    "HSM1: serial number as expected, token root-token found");
	view_result(v, "10:26:31", "2.1",
	    "Custodian 1 gave a share: it is the one dealt on 2026-12-02");
	return v;
}

static struct view *
help1(void)
{
	return help_page(LANG_EN, 0);
}

static struct view *
help2(void)
{
	return help_page(LANG_EN, 1);
}

static struct view *
help3(void)
{
	return help_page(LANG_EN, 2);
}

static struct view *
help1_ja(void)
{
	return help_page(LANG_JA, 0);
}

static struct view *
help2_ja(void)
{
	return help_page(LANG_JA, 1);
}

static struct view *
help3_ja(void)
{
	return help_page(LANG_JA, 2);
}

static const struct screen screens[] = {
	{ "code", code, NULL },
	{ "deviation", deviation, NULL },
	{ "doubt", doubt, NULL },
	{ "before-seal", before_seal, NULL },
	{ "sealed", sealed, NULL },
	{ "help-1", help1, NULL },
	{ "help-2", help2, NULL },
	{ "help-3", help3, NULL },
	{ "help-1-ja", help1_ja, NULL },
	{ "help-2-ja", help2_ja, NULL },
	{ "help-3-ja", help3_ja, NULL },
};

int
main(int argc, char **argv)
{
	return screens_main(
	    screens, sizeof(screens) / sizeof(screens[0]), argc, argv);
}
