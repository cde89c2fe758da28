/* SPDX-License-Identifier: MIT */
/* Golden screens: enrolment and the quorum, in both languages. */
#include "tests/unit/screens.h"

static void
enrol_fields(struct view *v)
{
	struct form f;

	form_init(&f);
	form_text(&f, 40, true);
	form_text(&f, 10, true);
	form_set(&f, 0, "passport, photo compared");
	form_set(&f, 1, "2026-11-20");
	f.now = 1;
	view_fields(v)->width = 12;
	view_field_plain(
	    v, "name", "Custodian 2", "no. 5 on the list of people");
	view_field_plain(v, "role", "CA administrator",
	    "no other role: allowed (CPS 5.2.4)");
	view_field(v, &f, 0, "document", 24, "seen by SM");
	view_field(v, &f, 1, "trained", 10, "good until 2027-11-20");
	view_field_plain(v, "stick", "CUST-2, s/n 4C53-0002", "empty, 15 GB");
	v->block[v->n_blocks - 1].note_col = 44;
	v->block[v->n_blocks - 1].tight = true;
	form_free(&f);
}

static struct view *
enrol(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-02 13:22:40 JST", "2.3", 9);

	v->title = "First enrolment";
	v->version = "1.1";
	v->of = 25;
	v->n = 0;
	v->in_note = "the roster is open";
	v->act = "Act 2  People";
	v->head = "Enrol a person, 4 of 8";
	v->who = "Custodian 2 sits at the keyboard; Manager 1 has seen the "
		 "document.";
	v->act_now = "Check each line, put in your own empty stick, press "
		     "Ctrl-T.";
	v->then = "tachiai-key makes the keys of Custodian 2 and shows eight "
		  "words, once.";
	enrol_fields(v);
	view_table(v, "role", 20, "needs", -6, "", 0, "enrolled", 0, NULL)
	    ->indent = 7;
	view_row(v, "Service Owner", "1", "", "0", NULL);
	view_row(
	    v, "operations manager", "2", "", "2   Manager 1, Manager 2", NULL);
	view_row(v, "CA administrator", "3", "", "1   Custodian 1", NULL);
	view_row(v, "RA officer", "2", "", "0", NULL);
	view_row(v, "log examiner", "2", "",
	    "2   Manager 1, Manager 2 (the pair allowed)", NULL);
	view_result(v, "13:20:05", "2.3",
	    "Custodian 1 enrolled; stick CUST-1 read back and opened again");
	view_result(v, "13:21:12", "2.3", "CUST-2 found, empty");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_TAB, "field");
	view_key(v, KID_ESC, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
quorum(void)
{
	struct view *v =
	    ceremony_view(LANG_EN, "2026-12-09 10:26:40 JST", "2.1", 8);

	people(v, "SM CA1", 1);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "Act 2  Key of Root R1";
	v->head = "Two of three come in";
	v->who = "Custodian 2 or Custodian 3: one more person.";
	v->act_now = "Sit down, put in your own stick, press Ctrl-T.";
	v->then =
	    "With the second person root-token becomes active. It goes "
	    "inactive again after 10 minutes unused, at a break, or when a "
	    "quorum says so.";
	view_para(v,
	    "Token root-token opens for 2 of the 3 CA administrators who hold "
	    "shares.");
	view_people(v);
	view_person(v, "CA1", "Custodian 1", MARK_DONE,
	    "in since 09:47, share given 10:26", "port 3");
	view_person(v, "CA2", "Custodian 2", MARK_OPEN, "not yet", NULL);
	view_person(v, "CA3", "Custodian 3", MARK_OPEN,
	    "not yet, not expected today", NULL);
	view_big(v, view_fill(v, "screen.needed", "have", "1", "m", "2", NULL));
	view_people(v)->width = 14;
	view_person(v, "SM ", "Manager 1", MARK_DONE,
	    "in since 09:43, witnesses every key operation", NULL);
	view_result(v, "10:24:40", "1.7",
	    "HSM1: serial number as expected, token root-token found");
	view_result(v, "10:26:31", "2.1",
	    "Custodian 1 gave a share: it is the one dealt on 2026-12-02");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_BREAK, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static struct view *
quorum_ja(void)
{
	struct view *v =
	    ceremony_view(LANG_JA, "2026-12-09 10:26:40 JST", "2.1", 8);

	people(v, "SM CA1", 1);
	token(v, VIEW_TOKEN_INACTIVE);
	v->act = "第2部  ルートR1の鍵ペア";
	v->head = "CA管理者の認証（3名中2名）";
	v->who = "Custodian 2 または Custodian 3（あと1名）";
	v->act_now =
	    "着席し、ご自身の媒体を挿入してから Ctrl-T を押してください。";
	v->then =
	    "2人目の認証が済むと root-token を活性化します。10分間使用しないとき、"
	    "中断のとき、または複数名の権限者の指示により、非活性化します。";
	view_para(v,
	    "root-token の活性化には、分割片を持つCA管理者3名のうち2名が必要です。");
	view_people(v);
	view_person(v, "CA1", "Custodian 1", MARK_DONE,
	    "認証済 09:47、分割片を提示 10:26", "差込口3");
	view_person(v, "CA2", "Custodian 2", MARK_OPEN, "未認証", NULL);
	view_person(v, "CA3", "Custodian 3", MARK_OPEN,
	    "未認証（本日は参加予定なし）", NULL);
	view_big(v, view_fill(v, "screen.needed", "have", "1", "m", "2", NULL));
	view_people(v)->width = 14;
	view_person(v, "SM ", "Manager 1", MARK_DONE,
	    "認証済 09:43（すべての鍵操作に立ち会います）", NULL);
	view_result(
	    v, "10:24:40", "1.7", "HSM1: 製造番号が一致、root-token を確認");
	view_result(v, "10:26:31", "2.1",
	    "Custodian 1 の分割片は 2026-12-02 に配付したもの");
	view_key(v, KID_TRUSTED, NULL);
	view_key(v, KID_SCRIPT, NULL);
	view_key(v, KID_DEVIATION, NULL);
	view_key(v, KID_NOTE, NULL);
	view_key(v, KID_BREAK, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

/* The sentence comes from the catalogue, through an error. */
static struct view *
refused_ja(void)
{
	struct view *v =
	    ceremony_view(LANG_JA, "2026-12-09 09:41:10 JST", NULL, 0);
	struct err e;

	(void)err_set(&e, ERR_REFUSED, "media.rollback", "n", "198", "k", "2",
	    "other", "B", NULL);
	v->stop = true;
	v->title = "開始できません";
	v->version = NULL;
	v->line2 = "example.jp / root-r1 / 7f3a9c0e12d4b865 / rehearsal";
	view_refuse(v, &e);
	view_table(
	    v, "記録の終わりを示すもの", 24, "番号", -6, "", 1, "判定", 0, NULL)
	    ->indent = 8;
	view_row(
	    v, "媒体A     stick A-01", "198", "", "この記録の終わり", NULL);
	view_row(v, "ログ用    card L-1", "231", "",
	    "33件超過（この記録より新しい）", NULL)
	    ->differs = true;
	view_ways(v, "対処");
	view_way(v, "r",
	    "媒体B（金庫A、封印袋10482277）を挿入し、再確認してください。");
	view_way(v, "a",
	    "欠落を受け入れます。CA管理者3名のうち2名とサービス責任者が、"
	    "失われた記録の終わりを指定します。証明書とCRLの番号は飛び番になり"
	    "ます。");
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_WAY_A, NULL);
	view_key(v, KID_LANG, NULL);
	view_key(v, KID_HELP, NULL);
	return v;
}

static const struct screen screens[] = {
	{ "enrol", enrol, NULL },
	{ "quorum", quorum, NULL },
	{ "quorum-ja", quorum_ja, NULL },
	{ "rollback-ja", refused_ja, NULL },
};

int
main(int argc, char **argv)
{
	return screens_main(
	    screens, sizeof(screens) / sizeof(screens[0]), argc, argv);
}
