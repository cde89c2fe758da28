/* SPDX-License-Identifier: MIT */
/* Golden screens: the work of the day, from a refusal to the copies. */
#include "tests/unit/screens.h"

static void
quiet_keys(struct view *v)
{
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
}

static struct view *
refused(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 10:29:14 JST", "2.2", 9);

	people(v, "SM CA1 CA2", 2);
	token(v, VIEW_TOKEN_ACTIVE);
	v->act = "Act 2  Key of Root R1";
	v->head = "REFUSED: k-root and c-root";
	v->refusal =
	    "Root R1 was not made, because its certificate would carry a unit "
	    "(OU), which BR 7.1.2.10.2 forbids in a root: have the profile "
	    "set corrected and approved again.";
	v->refusal_id = "lint.refused CRT-9";
	v->who = "Manager 1 decides.";
	v->who_last = true;
	v->then = "root-token goes inactive in 8 minutes.";
	view_para(v,
	    "NO KEY EXISTS, nothing was signed: the try used a throw-away "
	    "key.");
	view_table(v, "rule", 8, "field", 13, "found", 19, "must be", 9,
	    "stands in", 0, NULL)
	    ->indent = 7;
	view_row(v, "CRT-9", "subject, OU", "\"Root Operations\"", "absent",
	    "example-trust-2026, root-p384, line 21", NULL);
	view_para(v, "97 rules tried: 1 refused, 0 warned")->tight = true;
	view_ways(v, "WAYS ON");
	view_way(v, "r",
	    "Bring corrected files (profile set and script), approved by the "
	    "Service Owner, on the stick IN; the step is tried again.");
	view_way(v, "d",
	    "Open a deviation and end the ceremony in good "
	    "order.");
	view_para(v, "There is no way on with this profile.")->tight = true;
	view_result(v, "10:28:58", "2.1",
	    "root-token became active: Custodian 1, Custodian 2, Manager 1");
	view_result(v, "10:29:14", "2.2", "k-root refused; no key was made");
	view_key(v, KID_WAY_R, "corrected files");
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_ENTER, "details");
	view_key(v, KID_NOTE, NULL);
	quiet_keys(v);
	return v;
}

static struct view *
camera(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:04:31 JST", "3.1", 12);
	struct block *b;

	people(v, "SM CA1 CA2 RA1", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "Act 3  Intermediate";
	v->head = "Take in the request by camera";
	v->who = "RA Officer 1 holds the screen of the online side before the "
		 "camera.";
	v->act_now = "Bring the code into the frame until all parts are in.";
	v->then = "With 7 of 7 the request is checked and shown. Until then "
		  "it is nothing.";
	b = view_camera(v,
	    "Too small: 2.4 dots a square. Come closer: 3 will do, 4 is "
	    "good.");
	b->part = 5;
	b->total = 7;
	b->camera.found = true;
	b->camera.x = 360;
	b->camera.y = 400;
	b->camera.w = 300;
	b->camera.h = 480;
	b->camera.light = 4;
	b->camera.size = 2;
	b->note = "2.4";
	view_fact(v, "what", "certificate request, 512 bytes");
	view_fact(v, "its label", "4C1E 90A7 22D0 55B1");
	view_fact(
	    v, "pictures", "31 taken, 24 with a code, 0 of another object");
	view_result(v, "11:04:12", "3.1", "camera on");
	view_result(
	    v, "11:04:19", "3.1", "a certificate request is being shown");
	view_key(v, KID_ESC, "stop, parts are kept");
	view_key(v, KID_STICK, NULL);
	quiet_keys(v);
	return v;
}

static void
compare_row(struct view *v, const char *field, const char *request,
    const char *plan, const char *result, const char *verdict)
{
	view_row(v, field, request, plan, result, verdict, NULL)->strong =
	    strcmp(verdict, "DROP") == 0;
}

static struct view *
request(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:07:18 JST", "3.2", 13);
	struct block *b;
	uint8_t d[32];

	people(v, "SM CA1 CA2 RA1", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "Act 3  Intermediate";
	v->head = "Request, plan, result of int1";
	v->who = "RA Officer 1 compares line by line; all follow on the "
		 "printed plan.";
	v->then = "Page 2: the words of the request, which RA Officer 1 has "
		  "on paper.";
	b = view_table(v, "field", 13, "the request asks", 19, "the plan says",
	    19, "will be", 19, "", 4, NULL);
	b->rule = true;
	b->tight = true;
	compare_row(v, "key", "EC P-384", "EC P-384", "EC P-384", "same");
	compare_row(
	    v, "key words", "beehive Eskimo", "-", "beehive Eskimo", "req.");
	compare_row(v, "proof of key", "signature verifies", "must verify", "-",
	    "good");
	compare_row(v, "C", "JP", "JP", "JP", "same");
	compare_row(v, "O", "Example Trust K.K.", "Example Trust K.K.",
	    "Example Trust K.K.", "same");
	compare_row(v, "OU", "Section 4", "-", "-", "DROP");
	compare_row(v, "CN", "Example TLS CA R1", "Example TLS CA R1",
	    "Example TLS CA R1", "same");
	compare_row(v, "", "", "", "REHEARSAL", "mode");
	compare_row(v, "path length", "3", "0", "0", "DROP");
	compare_row(v, "key usage", "certs CRLs digital", "certs CRLs",
	    "certs CRLs", "DROP");
	compare_row(v, "other names", "www.example.jp", "-", "-", "DROP");
	view_label(v, 17, "WILL BE IGNORED",
	    "OU, path length 3, digital signature, the other name.")
	    ->tight = true;
	view_break(v);
	digest(d,
	    "1A9408A50745BEB8830F041B80FC906517CFE236F60F0598F0DA4232E91F9255");
	view_words(v, WORDS_LINES, d, true);
	view_result(v, "11:05:02", "3.1",
	    "request received by camera, 7 parts, 512 bytes");
	view_result(v, "11:05:04", "3.1",
	    "int1: well formed, owns its key, key quality 9 of 9 good");
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_DIFFERENCE, NULL);
	view_key(v, KID_REFUSE, NULL);
	quiet_keys(v);
	return v;
}

static struct view *
request_words(void)
{
	struct view *v = request();

	v->page = 1;
	return v;
}

static void
extension(struct view *v, const char *name, const char *value,
    const char *critical, const char *from)
{
	view_row(v, name, value, critical, from, NULL);
}

static struct view *
certificate(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:14:52 JST", "3.3", 14);
	uint8_t d[32];

	people(v, "SM CA1 CA2 RA1", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "Act 3  Intermediate";
	v->head = "Certificate c-int1 as prepared";
	v->who = "Custodian 1 reads, everybody compares with the printed "
		 "plan.";
	v->then = "Next comes crl-1, then Ctrl-T asks for consent to both.";
	view_para(v, "serial, names, key and dates")->tight = true;
	view_break(v);
	view_table(
	    v, "extension", 24, "value", 34, "critical", 8, "from", 0, NULL)
	    ->tight = true;
	extension(
	    v, "basic constraints", "CA yes, path length 0", "yes", "profile");
	extension(
	    v, "key usage", "sign certificates, sign CRLs", "yes", "profile");
	extension(v, "extended key usage", "TLS server", "no", "profile");
	extension(
	    v, "certificate policies", "2.23.140.1.2.2 (OV)", "no", "profile");
	extension(v, "", "1.3.6.1.4.1.99999.1.1", "", "");
	extension(v, "CRL distribution point", "http://crl.example.jp/r1.crl",
	    "no", "profile");
	extension(v, "issuer certificate", "http://ca.example.jp/r1.cer", "no",
	    "profile");
	extension(v, "subject key identifier", "D6A8 5643 7396 C012 ... (20)",
	    "no", "the key");
	extension(v, "authority key identifier", "C72C 58AA B08D 96F3 ... (20)",
	    "no", "c-root");
	view_label(v, 25, "no other",
	    "RULES  97 of cabf-br-2.2.6 as of 2026-11-01: 0 refused")
	    ->tight = true;
	view_label(v, 7, "WORDS",
	    "of the 712 bytes to be signed; the trusted prompt must show the "
	    "same:")
	    ->tight = true;
	digest(d, "1E82D9D55B6F9F94");
	view_words(v, WORDS_SHORT, d, true)->tight = true;
	v->page = 1;
	view_result(v, "11:13:40", "3.3",
	    "prepared in this order: c-int1, crl-1, deactivate root-token");
	view_result(v, "11:13:58", "3.3", "page 1 of c-int1 seen");
	view_key(v, KID_NEXT_PAGE, NULL);
	view_key(v, KID_PAGE_BEFORE, NULL);
	view_key(v, KID_WORDS, "hex");
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
deed(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:24:31 JST", "3.3", 14);

	people(v, "SM CA1 CA2 RA1", 2);
	token(v, VIEW_TOKEN_ACTIVE);
	v->act = "Act 3  Intermediate";
	v->head = "Do it: one press, one deed";
	v->who = "Custodian 1 at the keyboard, Custodian 2 beside; Manager 1 "
		 "watches.";
	v->act_now = "Say the line marked >>, wait for \"yes\" from Custodian "
		     "2, press S.";
	v->then = "S signs crl-1 and nothing else. Esc leaves it; c-int1 "
		  "stays signed.";
	view_deeds(v);
	view_deed(v, MARK_DONE, "1", "sign c-int1", "S", "11:24:09 JST");
	view_deed_check(v, MARK_DONE, "the signature verifies");
	view_deed_check(v, MARK_DONE, "the very bytes reviewed");
	view_deed_check(v, MARK_DONE, "97 rules once more");
	view_deed_check(v, MARK_DONE, "chain to Root R1");
	view_deed(v, MARK_NOW, "2", "sign crl-1", "S", NULL);
	view_deed_line(v, "endorse alkali escape replica");
	view_deed_line(v, "tumor provincial alone embezzle");
	view_deed(v, MARK_OPEN, "3", "deactivate root-token", "D", NULL);
	view_say(v, "We sign CRL number one with Root R1. Yes?");
	view_label(v, 12, "CONSENTED",
	    "CA1 11:18   CA2 11:20   witness SM 11:22     2 of 2 and the "
	    "manager");
	view_result(v, "11:22:40", "3.3", "root-token became active");
	view_result(v, "11:24:09", "3.3", "c-int1 signed by Root R1");
	view_key(v, KID_SIGN, "sign crl-1");
	view_key(v, KID_ESC, "not yet");
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	quiet_keys(v);
	return v;
}

static struct view *
read_back(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:29:05 JST", "3.4", 15);
	uint8_t d[32];

	people(v, "SM CA1 CA2 RA1", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "Act 3  Intermediate";
	v->head = "Read back c-int1: all its words";
	v->who_last = true;
	v->who = "Custodian 2 reads a line; Witness 1 and Auditor 1 write its "
		 "first word into boxes 1 to 8 of step 3.4 and say "
		 "\"check\".";
	v->act_now = "y when all eight boxes are filled, n if anyone said "
		     "\"stop\".";
	v->then = "Step 4.1 makes the copies for the outside.";
	view_label(v, 0, "DONE",
	    "11:24:09 JST, 02:24:09 UTC: c-int1 for Example TLS CA R1 "
	    "REHEARSAL, signed by Root R1, 893 bytes. SHA-256, fingerprint of "
	    "the certificate:");
	digest(d,
	    "131F0BB2FFFCC3B81C5DFEFB59E30D279C830B710DD79837D5D3C6A98F18D35F");
	view_words(v, WORDS_LINES, d, true)->tight = true;
	view_result(v, "11:25:02", "3.3",
	    "crl-1 signed by Root R1, number 1, nothing revoked");
	view_result(v, "11:26:48", "3.3",
	    "root-token made inactive: Custodian 1, Custodian 2, Manager 1");
	view_key(v, KID_YES, "all have it");
	view_key(v, KID_NO, "read again");
	view_key(v, KID_WORDS, NULL);
	view_key(v, KID_DEVIATION, NULL);
	quiet_keys(v);
	return v;
}

static struct view *
read_back_hex(void)
{
	struct view *v = read_back();

	v->block[1].form = WORDS_HEX;
	return v;
}

static struct view *
copies(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 11:34:20 JST", "4.1", 16);
	struct block *b;
	uint8_t d[32];

	people(v, "SM CA1 CA2", 2);
	token(v, VIEW_TOKEN_INACTIVE);
	v->media = "A B OUT-1";
	v->act = "Act 4  Out";
	v->head = "Two copies for the outside: copy 2";
	v->who = "Custodian 1 changes the sticks; Witness 1 watches the "
		 "labels.";
	v->act_now = "Take out OUT-1, put in OUT-2.";
	v->then = "The step closes when both copies compare. The seal waits "
		  "for that.";
	b = view_facts(v);
	b->indent = 7;
	b->width = 8;
	view_fact(v, "bundle", "root-r1-generation, 12 files, 14 210 bytes");
	view_fact(v, "",
	    "root.pem  root.der  intermediate.pem  intermediate.der  "
	    "chain.pem chain.p7b  root.crl  manifest.json  checkpoint.txt  "
	    "SHA256SUMS README.txt  due-dates.ics");
	view_table(v, "copy", 5, "stick", 19, "written", 10, "out and in again",
	    17, "compared", 0, NULL)
	    ->indent = 7;
	view_row(v, "1", "OUT-1  9A31-7701", "12 of 12", "yes",
	    "12 of 12 the same", NULL);
	view_row(v, "2", "OUT-2  -", "waiting for the stick", NULL);
	view_para(v,
	    "SHA-256 of SHA256SUMS, which the taker of the sticks compares:");
	digest(d, "D0FD1F95EB13B446");
	view_words(v, WORDS_SHORT, d, true)->tight = true;
	view_result(v, "11:33:02", "4.1", "OUT-1 written, 12 files");
	view_result(
	    v, "11:34:15", "4.1", "OUT-1 put in again, every file the same");
	view_key(v, KID_ENTER, "look again");
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_BREAK, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static const struct screen screens[] = {
	{ "refused", refused, NULL },
	{ "camera", camera, NULL },
	{ "request", request, NULL },
	{ "request-words", request_words, NULL },
	{ "certificate", certificate, NULL },
	{ "deed", deed, NULL },
	{ "read-back", read_back, NULL },
	{ "read-back-hex", read_back_hex, NULL },
	{ "copies", copies, NULL },
};

int
main(int argc, char **argv)
{
	return screens_main(
	    screens, sizeof(screens) / sizeof(screens[0]), argc, argv);
}
