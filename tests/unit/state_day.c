/* SPDX-License-Identifier: MIT */
/*
 * A whole ceremony and a second sitting, line by line: what comes next, for
 * whom the moment waits, and what each would sign, held against a list that
 * was read by people (state_day.golden; `state_day list` prints it); every
 * prefix folded anew gives the same answers; the bytes of every tbs.prepared
 * are made again.
 */
#include "tests/unit/day.h"
#include "tests/unit/test.h"

static const char *const TODO[] = {
	[TODO_LOG_INIT] = "log-init", [TODO_OPEN] = "open",
	[TODO_DOUBT] = "doubt", [TODO_FILES] = "files",
	[TODO_BREAK] = "break", [TODO_BEGIN] = "begin",
	[TODO_HANDS] = "hands", [TODO_CLOCK] = "clock",
	[TODO_ENROLL] = "enroll", [TODO_ROSTER] = "roster",
	[TODO_APPROVE] = "approve", [TODO_QUORUM] = "quorum",
	[TODO_IMPORT] = "import", [TODO_CONFIRM] = "confirm",
	[TODO_DEAL] = "deal", [TODO_SHARES] = "shares",
	[TODO_PREPARE] = "prepare", [TODO_RECORD] = "record",
	[TODO_CONSENT] = "consent", [TODO_ACTIVATE] = "activate",
	[TODO_DEED] = "deed", [TODO_OUTCOME] = "outcome",
	[TODO_READBACK] = "readback", [TODO_EXPORT] = "export",
	[TODO_SHOW] = "show",
	[TODO_CLOSE] = "close",
	[TODO_COSIGN] = "cosign", [TODO_NOTES] = "notes",
	[TODO_PAPER] = "paper", [TODO_END] = "end", [TODO_DONE] = "done",
};

/* "consent 3.3 root-token waiting: anna=consent+2 mina=witness" */
static void
moment(const struct ceremony *c, struct buf *out)
{
	const struct person *who[SEALED_PEOPLE];
	struct next n;
	size_t k;

	ceremony_next(c, &n);
	buf_fmt(out, "%s", TODO[n.todo]);
	if (n.step.json != NULL)
		buf_fmt(out, " %s", n.step.no);
	if (n.item != NULL)
		buf_fmt(out, " %s", n.item->id);
	k = ceremony_waiting(c, NULL, NULL, who, SEALED_PEOPLE);
	for (size_t i = 0; i < k; i++) {
		struct due_list l;

		ceremony_due(c, who[i], NULL, NULL, &l);
		buf_fmt(out, " %s:", who[i]->id);
		for (size_t d = 0; d < l.n; d++)
			buf_fmt(out, "%s%s", d != 0 ? "," : "",
			    event_get(l.due[d].event)->name);
		if (l.cosign)
			buf_fmt(out, "cosign");
		if (l.sets != 0)
			buf_fmt(out, "+%zu", l.sets);
		due_list_fini(&l);
	}
}

static void
event_of(size_t i, struct buf *out)
{
	const char *ev = strstr(buf_cstr(&day.line[i]), "\"ev\":\"") + 6;

	buf_fmt(out, "%.*s", (int)strcspn(ev, "\""), ev);
}

static void
story(struct buf *out)
{
	struct ceremony *c = day_fold(0);
	struct err e;

	for (size_t i = 0; i < day.lines; i++) {
		if (ceremony_apply(c, day.line[i].data, day.line[i].len,
		    &e) == -1)
			sealed_die("fold", &e);
		event_of(i, out);
		buf_fmt(out, " -> ");
		moment(c, out);
		buf_fmt(out, "\n");
	}
	ceremony_free(c);
}

static void
test_story(const struct buf *got)
{
	struct buf want = day_slurp("tests/unit", "state_day.golden");
	const char *g = buf_cstr(got), *w = buf_cstr(&want);
	size_t line = 1;

	while (*g != '\0' && *g == *w) {
		line += *g == '\n';
		g++;
		w++;
	}
	if (*g != *w)
		printf("# line %zu: got %.60s, want %.60s\n", line, g, w);
	CHECK("each moment asks for what the list says", *g == *w);
	buf_free(&want);
}

/* A fold of the first n lines alone answers as the one that went by. */
static void
test_prefixes(const struct buf *all)
{
	const char *p = buf_cstr(all);
	bool same = true;

	for (size_t i = 0; i < day.lines; i++) {
		const char *end = strchr(p, '\n');

		if (i % 13 == 0 || i == day.lines - 1) {
			struct ceremony *c = day_fold(i + 1);
			struct buf b = BUF_INIT;

			event_of(i, &b);
			buf_fmt(&b, " -> ");
			moment(c, &b);
			same &= b.len == (size_t)(end - p) &&
			    memcmp(b.data, p, b.len) == 0;
			buf_free(&b);
			ceremony_free(c);
		}
		p = end + 1;
	}
	CHECK("prefixes folded anew stand where they stood", same);
}

static void
test_rebuild(void)
{
	bool same = true;

	for (size_t k = 0; k < 5; k++) {
		size_t at = day_find(EV_TBS_PREPARED, k);
		struct ceremony *c = day_fold(at);
		struct buf got = BUF_INIT;
		uint8_t want[SHA256_LEN], sha[SHA256_LEN];
		struct entry en;
		struct err e;

		memset(&en, 0, sizeof(en));
		if (entry_decode(day.line[at].data, day.line[at].len,
		    c->head.hash, &en, &e) == -1 ||
		    ceremony_rebuild(c, &en, &got, &e) == -1)
			sealed_die("rebuild", &e);
		json_get_hex(en.d, "tbs", want, SHA256_LEN);
		sha256(sha, got.data, got.len);
		same &= memcmp(want, sha, SHA256_LEN) == 0;
		buf_reset(&got);
		json_set_str(en.d, "item", "nothing");
		same &= ceremony_rebuild(c, &en, &got, &e) == -1 &&
		    strcmp(e.id, "prepare.key") == 0 && got.len == 0;
		entry_fini(&en);
		buf_free(&got);
		ceremony_free(c);
	}
	CHECK("bytes that were prepared are made again", same);
}

/* What came back lints clean, as the bytes before it did. */
static void
test_lint_made(void)
{
	struct ceremony *c = day_fold(day.lines);
	bool clean = true;

	for (size_t i = 0; i < c->items; i++) {
		const struct item *it = &c->item[i];
		static struct lint_results res;
		struct buf der = BUF_INIT;
		struct err e;

		if (it->kind != ITEM_CERT && it->kind != ITEM_CRL)
			continue;
		memset(&res, 0, sizeof(res));
		if (it->state == ITEM_DONE && ceremony_plan_item(c, it->id,
		    NULL) != NULL && (sealed_object(NULL, it->made_sha, &der,
		    &e) == -1 || ceremony_lint_made(c, it, der.data, der.len,
		    it->done_t, &res, &e) == -1 || res.refused != 0)) {
			printf("# %s\n", it->id);
			clean = false;
		}
		buf_free(&der);
	}
	CHECK("what was signed lints clean", clean);
	ceremony_free(c);
}

int
main(int argc, char **argv)
{
	struct buf got = BUF_INIT;
	struct next n;

	day_make();
	story(&got);
	if (argc > 1 && strcmp(argv[1], "list") == 0) {
		printf("%s", buf_cstr(&got));
		return 0;
	}
	ceremony_next(sealed.c, &n);
	CHECK("the script is at its end", n.todo == TODO_DONE);
	test_story(&got);
	test_prefixes(&got);
	test_rebuild();
	test_lint_made();
	buf_free(&got);
	day_free();
	return test_end();
}
