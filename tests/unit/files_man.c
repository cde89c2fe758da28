/* SPDX-License-Identifier: MIT */
/*
 * ceremony-files(5) against the schema: every key stands under its group,
 * with its need, and no other; its worked example is good, and its bad
 * variant gives the sentence that the page shows.
 */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "ceremony/files/check.h"
#include "ceremony/files/schema.h"
#include "ceremony/files/script.h"

static char page[1 << 17];

/* The line at s, without its end; *next behind it. */
static size_t
line_len(const char *s, const char **next)
{
	size_t n = strcspn(s, "\n");

	*next = s + n + (s[n] != '\0');
	return n;
}

/* The group's text: from its .Ss to the next .Ss or .Sh, or NULL. */
static const char *
group_text(const char *group, const char **end)
{
	char head[64];
	const char *s, *a, *b;

	snprintf(head, sizeof(head), "\n.Ss %s\n", group);
	s = strstr(page, head);
	if (s == NULL)
		return NULL;
	s += strlen(head);
	a = strstr(s, "\n.Ss ");
	b = strstr(s, "\n.Sh ");
	*end = a != NULL && a < b ? a : b;
	return s;
}

static int
row_stands(const struct schema_row *r)
{
	const char *end, *at, *next, *s = group_text(r->group, &end);
	char item[64];
	size_t n;

	snprintf(item, sizeof(item), ".It Cm %s Pq ", r->key);
	for (at = s; at != NULL && at < end; at = next) {
		n = line_len(at, &next);
		if (strncmp(at, item, strlen(item)) != 0)
			continue;
		return r->required ==
		    (n > 11 && strncmp(at + n - 11, " , required", 11) == 0);
	}
	return 0;
}

/* Every .It of a group of the schema is a key of it. */
static int
only_known(const char *group)
{
	const char *end, *next, *s = group_text(group, &end);

	for (; s != NULL && s < end; s = next) {
		line_len(s, &next);
		if (strncmp(s, ".It Cm ", 7) != 0)
			continue;
		s += 7;
		if (schema_find(group, NULL, s, strcspn(s, " \n")) == NULL)
			return 0;
	}
	return 1;
}

static void
keys(void)
{
	const struct schema_row *r;
	char name[128];

	for (size_t i = 0; (r = schema_at(i)) != NULL; i++) {
		snprintf(
		    name, sizeof(name), "page has %s %s", r->group, r->key);
		CHECK(name, row_stands(r) && only_known(r->group));
	}
	for (size_t v = 0; v < VERB_COUNT; v++) {
		snprintf(
		    name, sizeof(name), "\n.It Cm %s", verb_name((enum verb)v));
		if (v == VERB_QR_SCAN)
			snprintf(name, sizeof(name), "import , qr-scan\n");
		CHECK(verb_name((enum verb)v),
		    strstr(strstr(page, ".Sh THE MODEL"), name) != NULL);
	}
}

/* The literal text between the marks of `name`. */
static struct buf
example(const char *name)
{
	struct buf b = BUF_INIT;
	char mark[64];
	const char *s, *next;

	snprintf(mark, sizeof(mark), ".\\\" begin %s\n.Bd -literal\n", name);
	s = strstr(page, mark);
	for (s = s != NULL ? s + strlen(mark) : ""; *s != '\0'; s = next) {
		size_t n = line_len(s, &next);

		if (strncmp(s, ".Ed", 3) == 0)
			break;
		buf_add(&b, s, n);
		buf_str(&b, "\n");
	}
	return b;
}

static void
check_example(struct buf b[static FILES_KINDS], struct check **out)
{
	static const char *const NAME[FILES_KINDS] = { "profiles.yaml",
		"plan.yaml", "script.yaml" };
	struct files_input in[FILES_KINDS];

	for (size_t k = 0; k < FILES_KINDS; k++)
		in[k] = (struct files_input){ NAME[k], b[k].data, b[k].len };
	*out = files_check(in);
}

static void
worked_example(void)
{
	static const char GONE[] = "consent: quorum, ";
	struct buf b[FILES_KINDS] = { example("profiles.yaml"),
		example("plan.yaml"), example("script.yaml") };
	struct buf shown = example("finding"), said = BUF_INIT;
	struct check *c;
	char minutes[64], *at;

	check_example(b, &c);
	CHECK("the example is good", check_count(c) == 0);
	snprintf(
	    minutes, sizeof(minutes), " %d minutes long", check_minutes(c));
	CHECK("and as long as said", strstr(page, minutes) != NULL);
	check_free(c);
	at = strstr((char *)b[FILES_SCRIPT].data, GONE);
	CHECK("the example can be spoiled", at != NULL);
	if (at != NULL)
		memmove(at, at + strlen(GONE), strlen(at + strlen(GONE)) + 1);
	b[FILES_SCRIPT].len = strlen((char *)b[FILES_SCRIPT].data);
	check_example(b, &c);
	if (check_count(c) == 1)
		finding_text(check_at(c, 0), LANG_EN, &said);
	buf_str(&said, "\n");
	for (size_t i = 0; i + 1 < shown.len; i++)
		if (shown.data[i] == '\n')
			shown.data[i] = ' ';
	CHECK_STR("the sentence shown", buf_cstr(&said), buf_cstr(&shown));
	check_free(c);
	for (size_t k = 0; k < FILES_KINDS; k++)
		buf_free(&b[k]);
	buf_free(&shown);
	buf_free(&said);
}

/* Every id of a finding stands in the page, and in both languages. */
static void
ids(void)
{
	const struct text *t;
	size_t n = 0;

	for (size_t i = 0; (t = text_at(i)) != NULL; i++) {
		/* Labels of the console begin so, too. */
		if (strncmp(t->id, "files.", 6) != 0 ||
		    (t->kind != TEXT_REFUSED && t->kind != TEXT_WARNING))
			continue;
		n++;
		CHECK(t->id, strstr(page, t->id) != NULL && t->ja != NULL);
	}
	CHECK("ids", n > 100);
}

int
main(void)
{
	FILE *f = fopen("docs/ceremony-files.5", "r");

	if (f == NULL || fread(page, 1, sizeof(page) - 1, f) == 0)
		return 1;
	fclose(f);
	keys();
	worked_example();
	ids();
	return test_end();
}
