/* SPDX-License-Identifier: MIT */
/* Golden screens: the trusted prompt, its frame and its slots. */
#include "tests/unit/screens.h"
#include "tui/ansi.h"

static struct view *
prompt(enum lang lang, const char *clock)
{
	struct view *v = view_new(lang);

	v->mode = VIEW_REHEARSAL;
	v->clock = clock;
	v->title = "example.jp / root-r1 / 7f3a9c0e12d4b865 / rehearsal";
	return v;
}

static struct view *
words(void)
{
	struct view *v = prompt(LANG_EN, "13:23 JST");

	view_para(v, "Custodian 2, these eight words will open your stick.");
	view_para(v,
	    "They are shown once, here, to you alone. Everybody else looks "
	    "away.")
	    ->tight = true;
	view_slots(v, 8);
	view_para(v,
	    "Write them on your own card, in capital letters, numbered 1 to "
	    "8.");
	view_para(v,
	    "Say nothing aloud. Cover the card, then press Enter: the words "
	    "go away and you type them from the card, which opens your stick "
	    "for the first time.")
	    ->tight = true;
	view_para(v,
	    "The card goes into your own envelope, never into one safe with "
	    "your stick.");
	view_key(v, KID_ENTER, "I have written them");
	view_key(v, KID_ESC, "leave, nothing is made");
	return v;
}

static struct view *
come_in(void)
{
	struct view *v = prompt(LANG_EN, "10:27 JST");
	struct block *b;

	view_para(
	    v, "Custodian 2, CA administrator, you are asked to COME IN.");
	view_para(v, "This counts you in the quorum of root-token, 2 of 3.");
	view_para(v,
	    "It gives your share of root-token, encrypted, to tachiai-hsm and "
	    "no other.")
	    ->tight = true;
	view_para(v,
	    "It consents to nothing. You are in until you take out your stick, "
	    "until a break, or until the machine stops.")
	    ->tight = true;
	b = view_facts(v);
	b->width = 17;
	view_fact(
	    v, "You last saw", "229   standard confidence endorse scavenger");
	view_fact(
	    v, "", "sealed 2026-12-02 17:19 JST; it stands in this volume");
	view_fact(v, "Now", "262   snowcap tomorrow scenic puberty");
	b = view_label(v, 17, "Passphrase", "word 3 of 8     * *");
	view_para(v, "Say nothing aloud. Everybody else looks away.");
	view_para(v, "No other screen ever asks you for these words.")->tight =
	    true;
	CHECK("a label keeps its width", b->width == 17 || b->width == 0);
	view_key(v, KID_ENTER, "or space next word");
	view_key(v, KID_RUB, NULL);
	view_key(v, KID_ESC, "leave, nothing done");
	return v;
}

static void
deed(struct view *v, const char *n, const char *text)
{
	view_label(v, 3, n, text)->tight = true;
}

static void
two_lines(struct view *v, const char *hex)
{
	struct block *b;
	uint8_t d[32];

	digest(d, hex);
	b = view_words(v, WORDS_SHORT, d, false);
	b->indent = 3;
	b->tight = true;
}

static struct view *
consent(void)
{
	struct view *v = prompt(LANG_EN, "11:20 JST");

	v->act = "Custodian 2, CA administrator, you are asked to CONSENT to "
		 "3 deeds, in this order. Key: Example Root R1 REHEARSAL, on "
		 "root-token";
	view_para(v, "every field of the certificate");
	view_break(v);
	view_para(v, "every field of the CRL");
	view_break(v);
	deed(v, "1",
	    "SIGN A CERTIFICATE   C=JP, O=Example Trust K.K.,\nCN=Example TLS "
	    "CA R1 REHEARSAL     a CA, path length 0, TLS server\nfrom "
	    "2026-12-09 02:13:00 to 2036-12-09 02:12:59 UTC");
	two_lines(v, "1E82D9D55B6F9F94");
	deed(v, "2",
	    "SIGN A CRL   number 1, nothing revoked, next 2027-12-08 02:13:00 "
	    "UTC");
	two_lines(v, "58045CC3ECB80B50");
	deed(v, "3", "DEACTIVATE root-token");
	view_para(v,
	    "Good once, for these bytes only, until the machine stops. Your "
	    "share goes to tachiai-hsm with it. Each signature still takes "
	    "one key press in the room.");
	view_label(v, 17, "Passphrase", "word 1 of 8");
	view_para(v, "Say nothing aloud. Everybody else looks away.")->tight =
	    true;
	v->page = 2;
	view_key(v, KID_ENTER, "or space next word");
	view_key(v, KID_SHOW_UP, "pages 1 and 2");
	view_key(v, KID_ESC, "leave, nothing is signed");
	return v;
}

static struct view *
come_in_ja(void)
{
	struct view *v = prompt(LANG_JA, "10:27 JST");

	view_para(v, "Custodian 2（CA管理者）の認証を行います。");
	view_para(v,
	    "root-token の必要人数（3名中2名）に数えられ、分割片は暗号化して "
	    "tachiai-hsm のみに渡されます。この操作は何にも同意しません。");
	view_label(v, 17, "パスフレーズ", "8語中3語目     * *");
	view_key(v, KID_ENTER, "次の語");
	view_key(v, KID_ESC, "戻る");
	return v;
}

static void
slots(void)
{
	struct view *v = words();
	struct grid *g = trusted_new(v, "tachiai-key", 24, 80);
	size_t row = 0, col = 0, blank = 0;
	bool good = true;

	for (size_t i = 0; i < 8; i++) {
		good = good && trusted_slot(v, 24, 80, i, &row, &col) == 0;
		for (size_t c = 0; c < 12; c++)
			blank += grid_at(g, row, col + c)->cp == ' ';
		good =
		    good && grid_at(g, row, col - 3)->cp == '1' + (uint32_t)i;
	}
	CHECK("every word has a slot behind its number", good);
	CHECK("nothing stands in the slots", blank == 8 * 12);
	CHECK("there is no ninth slot",
	    trusted_slot(v, 24, 80, 8, &row, &col) == -1);
	grid_free(g);
	view_free(v);
}

static void
frame_at_every_size(void)
{
	static const size_t sizes[][2] = { { 24, 80 }, { 30, 100 },
		{ 48, 128 } };
	struct view *v = consent();
	bool good = true;

	for (size_t i = 0; i < 3; i++) {
		size_t rows = sizes[i][0], cols = sizes[i][1];
		struct grid *g = trusted_new(v, "tachiai-key", rows, cols);

		for (size_t r = 0; r < rows; r++)
			good = good && grid_at(g, r, 0)->cp == '#' &&
			    grid_at(g, r, cols - 1)->cp == '#';
		for (size_t c = 0; c < cols; c++)
			good = good && grid_at(g, 0, c)->cp == '#' &&
			    grid_at(g, rows - 1, c)->cp == '#';
		grid_free(g);
	}
	CHECK("the frame is whole at every size", good);
	CHECK("a consent of three pages", trusted_pages(v) == 3);
	view_free(v);
}

static void
painted(void)
{
	struct view *v = come_in();
	struct grid *g = trusted_new(v, "tachiai-key", 24, 80);
	struct buf out = BUF_INIT;
	bool clean = true;

	ansi_paint(g, false, &out);
	for (size_t i = 0; i < out.len; i++)
		clean = clean && (out.data[i] >= 0x20 || out.data[i] == 0x1b);
	CHECK("no control but ESC is painted", clean);
	CHECK("the cursor is hidden first",
	    strncmp(buf_cstr(&out), "\033[?25l", 6) == 0);
	CHECK("all is painted from nothing",
	    strstr(buf_cstr(&out), "\033[2J") != NULL);
	CHECK("the last row is placed",
	    strstr(buf_cstr(&out), "\033[24;1H") != NULL);
	buf_free(&out);
	grid_free(g);
	view_free(v);
}

static const struct screen screens[] = {
	{ "trusted-words", words, "tachiai-key" },
	{ "trusted-come-in", come_in, "tachiai-key" },
	{ "trusted-come-in-ja", come_in_ja, "tachiai-key" },
	{ "trusted-consent", consent, "tachiai-key" },
};

int
main(int argc, char **argv)
{
	slots();
	frame_at_every_size();
	painted();
	return screens_main(
	    screens, sizeof(screens) / sizeof(screens[0]), argc, argv);
}
