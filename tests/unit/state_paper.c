/* SPDX-License-Identifier: MIT */
/*
 * What the fold takes of paper and of reviews: each document when it has its
 * end, each try counted and ended once, a review up to an entry that stands
 * here.
 */
#include "tests/unit/day.h"
#include "tests/unit/test.h"

/* print.begin, of one copy that is meant, or print. */
static void
print_of(struct command *cmd, enum event_type event, const char *doc,
    int64_t end, int64_t copy)
{
	memset(cmd, 0, sizeof(*cmd));
	cmd->event = event;
	cmd->d = json_new_obj();
	json_set_int(cmd->d, "copy", copy);
	json_set_str(cmd->d, "doc", doc);
	json_set_int(cmd->d, "end", end);
	if (event == EV_PRINT_BEGIN)
		json_set_int(cmd->d, "meant", 1);
	json_set_int(cmd->d, "pages", 36);
	json_set_hex(cmd->d, "sha256", sealed.c->roster, SHA256_LEN);
	json_set_str(cmd->d, "to", "OUT1");
}

static const char *
says(const char *doc, int64_t end, int64_t copy)
{
	struct command cmd;

	print_of(&cmd, EV_PRINT_BEGIN, doc, end, copy);
	return sealed_says(&cmd);
}

static void
begun(const char *doc, int64_t end, int64_t copy)
{
	struct command cmd;

	print_of(&cmd, EV_PRINT_BEGIN, doc, end, copy);
	sealed_do(&cmd);
}

static void
ended(const char *doc, int64_t end, int64_t copy, enum rc rc)
{
	struct command cmd;

	print_of(&cmd, EV_PRINT, doc, end, copy);
	cmd.rc = rc;
	sealed_do(&cmd);
}

static void
printed(const char *doc, int64_t end, int64_t copy, enum rc rc)
{
	begun(doc, end, copy);
	ended(doc, end, copy, rc);
}

static void
test_sheet(void)
{
	size_t seal = day_find(EV_ROSTER_SEAL, 0);
	int64_t end = (int64_t)seal;

	day_branch(seal);
	CHECK_STR("no sheet before the roster",
	    says("sheet", end, 0), "sheet.no-roster");
	CHECK("its end is not known", ceremony_paper_end(sealed.c,
	    PAPER_SHEET) == -1);
	day_branch(seal + 1);
	CHECK("its end is the roster's seal", ceremony_paper_end(sealed.c,
	    PAPER_SHEET) == end);
	CHECK_STR("another end", says("sheet", end - 1, 0),
	    "state.order copy");
	CHECK_STR("a re-print that is none", says("sheet", end, 1),
	    "state.order copy");
	CHECK_STR("nothing of that name", says("poster", end, 0),
	    "state.order doc");
	CHECK_STR("no transcript yet", says("transcript", end, 0),
	    "print.wait");
	printed("sheet", end, 0, RC_OK);
	CHECK_STR("not twice the first", says("sheet", end, 0),
	    "state.order copy");
	printed("sheet", end, 1, RC_FAIL);
	CHECK_STR("a try that failed may have left pages",
	    says("sheet", end, 1), "state.order copy");
	printed("sheet", end, 2, RC_OK);
	CHECK_STR("by its name", paper_kind_name(PAPER_SHEET), "sheet");
	CHECK("three tries", sealed.c->printed[PAPER_SHEET] == 3);
}

/* An end for each beginning: the very same, once. */
static void
test_begun(void)
{
	static const struct {
		const char *name, *key, *text;
		int64_t number;
	} OTHER[] = {
		{ "another document", "doc", "transcript", 0 },
		{ "another stick", "to", "OUT2", 0 },
		{ "another end", "end", NULL, 3 },
		{ "another number", "copy", NULL, 1 },
		{ "fewer pages", "pages", NULL, 35 },
		{ "other bytes", "sha256", "00000000000000000000000000000000"
		    "00000000000000000000000000000000", 0 },
	};
	struct command cmd;
	int64_t end;

	day_branch(day_find(EV_ROSTER_SEAL, 0) + 1);
	end = sealed.c->roster_n;
	print_of(&cmd, EV_PRINT, "sheet", end, 0);
	CHECK_STR("no end without a beginning", sealed_says(&cmd),
	    "state.order begun");
	print_of(&cmd, EV_PRINT_BEGIN, "sheet", end, 0);
	json_set_int(cmd.d, "meant", 2);
	CHECK_STR("more than the script means", sealed_says(&cmd),
	    "state.order meant");
	print_of(&cmd, EV_PRINT_BEGIN, "sheet", end, 0);
	cmd.rc = RC_FAIL;
	CHECK_STR("a beginning does not fail", sealed_says(&cmd),
	    "state.order rc");
	begun("sheet", end, 0);
	CHECK("it is known to be open", sealed.c->printing.open &&
	    sealed.c->printed[PAPER_SHEET] == 1);
	CHECK_STR("one at a time", says("sheet", end, 1), "state.order copy");
	for (size_t i = 0; i < sizeof(OTHER) / sizeof(*OTHER); i++) {
		print_of(&cmd, EV_PRINT, "sheet", end, 0);
		if (OTHER[i].text != NULL)
			json_set_str(cmd.d, OTHER[i].key, OTHER[i].text);
		else
			json_set_int(cmd.d, OTHER[i].key, OTHER[i].number);
		CHECK_STR(OTHER[i].name, sealed_says(&cmd),
		    "state.order begun");
	}
	ended("sheet", end, 0, RC_DENIED);
	CHECK("where nothing came out the number serves again",
	    !sealed.c->printing.open && sealed.c->printed[PAPER_SHEET] == 0);
	begun("sheet", end, 0);
	ended("sheet", end, 0, RC_ABORTED);
	CHECK("what nobody saw counts", !sealed.c->printing.open &&
	    sealed.c->printed[PAPER_SHEET] == 1);
}

static void
test_transcript(void)
{
	size_t open = day_find(EV_SITTING_OPEN, 1);
	int64_t end;

	day_branch(open);
	end = sealed.c->sealed;
	CHECK("after the seal its end is the seal", end > 0 &&
	    ceremony_paper_end(sealed.c, PAPER_TRANSCRIPT) == end);
	CHECK_STR("not up to a later entry",
	    says("transcript", sealed.c->head.n, 0), "state.order copy");
	printed("transcript", end, 0, RC_OK);
	printed("transcript", end, 1, RC_OK);
	printed("sheet", sealed.c->roster_n, 0, RC_OK);
	CHECK("each is counted by itself",
	    sealed.c->printed[PAPER_TRANSCRIPT] == 2 &&
		sealed.c->printed[PAPER_SHEET] == 1);
	day_branch(day_find(EV_SITTING_CLOSE, 0));
	CHECK_STR("before the first seal it waits",
	    says("transcript", (int64_t)sealed.c->head.n, 0), "print.wait");
	day_branch(open + 1);
	CHECK_STR("when the next sitting begins, still that of the last seal",
	    says("transcript", end, 0), "taken");
	day_branch(day_find(EV_SITTING_CLOSE, 1));
	CHECK_STR("and when it is open",
	    says("transcript", end, 0), "taken");
	CHECK_STR("not up to where it is now",
	    says("transcript", (int64_t)sealed.c->head.n, 0),
	    "state.order copy");
	day_branch(day.lines);
	CHECK("the next seal begins anew",
	    sealed.c->printed[PAPER_TRANSCRIPT] == 0 &&
		ceremony_paper_end(sealed.c, PAPER_TRANSCRIPT) > end);
}

/* How many copies are meant is what the script's steps say. */
static void
test_meant(void)
{
	struct next n;
	struct json *step;

	day_branch(day_find(EV_STEP_END, 20));
	ceremony_next(sealed.c, &n);
	step = (struct json *)(uintptr_t)n.step.json;
	json_set_str(step, "do", "print");
	json_set_str(step, "what", "transcript");
	json_set_int(step, "copies", 3);
	CHECK("three of the transcript",
	    ceremony_paper_meant(sealed.c, PAPER_TRANSCRIPT) == 3);
	CHECK("one of the sheet",
	    ceremony_paper_meant(sealed.c, PAPER_SHEET) == 1);
	json_set_str(step, "what", "roster");
	CHECK("a roster on paper is the sheet",
	    ceremony_paper_meant(sealed.c, PAPER_SHEET) == 3 &&
		ceremony_paper_meant(sealed.c, PAPER_TRANSCRIPT) == 1);
}

/* A review by person i, in a role, up to `doc`. */
static const char *
review(size_t i, const char *role, const uint8_t doc[static SHA256_LEN],
    bool keep)
{
	struct command cmd = { .event = EV_REVIEW,
		.by = { SEALED_WHO[i].id } };
	struct statement st = { .seen = { .n = -1 } };
	struct buf text = BUF_INIT;
	uint8_t sig[80];
	size_t n;

	st.asked = sealed.c->head;
	memcpy(st.doc, doc, SHA256_LEN);
	snprintf(st.kind, sizeof(st.kind), "review");
	snprintf(st.origin, sizeof(st.origin), "%s", SEALED_ORIGIN);
	snprintf(st.epoch, sizeof(st.epoch), "%s", sealed.epoch);
	snprintf(st.person, sizeof(st.person), "%s", SEALED_WHO[i].id);
	snprintf(st.role, sizeof(st.role), "%s", role);
	statement_text(&st, &text);
	n = sealed_sign_low(sealed.key[i], &text, sig);
	buf_free(&text);
	cmd.d = json_new_obj();
	statement_put(&st, sig, n, cmd.d);
	if (!keep)
		return sealed_says(&cmd);
	sealed_do(&cmd);
	return "taken";
}

static void
test_review(void)
{
	static const uint8_t ZERO[SHA256_LEN];
	const struct person *mina;
	uint8_t at9[SHA256_LEN];

	day_branch(day_find(EV_TOKEN_DEAL, 0));
	for (size_t i = 0; i < SEALED_PEOPLE; i++)
		day_login(i);
	memcpy(at9, ceremony_hash(sealed.c, 9), SHA256_LEN);
	CHECK("nobody has reviewed", sealed.c->reviewed == -1);
	CHECK_STR("up to nothing", review(MINA, "log-examiner", ZERO, false),
	    "state.order head");
	CHECK_STR("as operations manager",
	    review(MINA, "operations-manager", at9, false),
	    "role.not-allowed");
	review(MINA, "log-examiner", at9, true);
	mina = ceremony_person(sealed.c, SEALED_WHO[MINA].id);
	CHECK("up to entry 9, by one who is in", sealed.c->reviewed == 9 &&
	    sealed.c->reviewed_t == sealed.c->last_t && mina->in);
	CHECK_STR("not back again",
	    review(MINA, "log-examiner", ceremony_hash(sealed.c, 8), false),
	    "state.order head");
	CHECK_STR("further",
	    review(MINA, "log-examiner", sealed.c->head.hash, false),
	    "taken");
}

int
main(void)
{
	day_make();
	test_sheet();
	test_begun();
	test_transcript();
	test_meant();
	test_review();
	day_free();
	return test_end();
}
