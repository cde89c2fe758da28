/* SPDX-License-Identifier: MIT */
/*
 * Reading the text: one statement a line, `#` comments.  Invariant: what is
 * in the list is a known verb with an argument where one is needed, and
 * every until has its end.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/player/player.h"

#define LINES_MAX 10000

static const struct {
	const char *name;
	enum verb verb;
	bool argument;
} VERBS[] = {
	{ "wait", VERB_WAIT, true },
	{ "not", VERB_NOT, true },
	{ "type", VERB_TYPE, true },
	{ "screen", VERB_SCREEN, true },
	{ "expect", VERB_EXPECT, true },
	{ "resize", VERB_RESIZE, true },
	{ "words", VERB_WORDS, true },
	{ "secret", VERB_SECRET, true },
	{ "plug", VERB_PLUG, true },
	{ "pull", VERB_PULL, true },
	{ "kill", VERB_KILL, true },
	{ "run", VERB_RUN, true },
	{ "take", VERB_TAKE, true },
	{ "set", VERB_SET, true },
	{ "patience", VERB_PATIENCE, true },
	{ "settle", VERB_SETTLE, true },
	{ "mask", VERB_MASK, true },
	{ "leave", VERB_LEAVE, true },
	{ "paper", VERB_PAPER, true },
	{ "start", VERB_START, true },
	{ "exit", VERB_EXIT, true },
	{ "say", VERB_SAY, true },
	{ "until", VERB_UNTIL, true },
	{ "on", VERB_ON, true },
	{ "every", VERB_EVERY, true },
	{ "end", VERB_END, false },
	{ "include", VERB_INCLUDE, true },
};

static int
bad(const char *file, int line, const char *why)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, why);
	return -1;
}

/* "one text in quotes" loses them; whatever else stays as it is. */
static char *
unquoted(const char *arg)
{
	size_t n = strlen(arg);

	if (n >= 2 && arg[0] == '"' && strchr(arg + 1, '"') == arg + n - 1)
		return xstrndup(arg + 1, n - 2);
	return xstrdup(arg);
}

static int
statement(struct text_file *t, const char *file, int line, char *s)
{
	size_t len = strcspn(s, " \t");
	char *arg = s + len + strspn(s + len, " \t");

	for (size_t i = 0; i < sizeof(VERBS) / sizeof(*VERBS); i++) {
		struct stmt *st;

		if (strlen(VERBS[i].name) != len ||
		    strncmp(VERBS[i].name, s, len) != 0)
			continue;
		if ((*arg != '\0') != VERBS[i].argument)
			return bad(file, line, "argument missing, or too much");
		if (t->n == LINES_MAX)
			return bad(file, line, "too many lines");
		t->stmt = xreallocarray(t->stmt, t->n + 1, sizeof(*t->stmt));
		st = &t->stmt[t->n++];
		st->file = file;
		st->line = line;
		st->verb = VERBS[i].verb;
		st->arg = st->verb == VERB_ON || st->verb == VERB_EVERY
		    ? xstrdup(arg)
		    : unquoted(arg);
		return 0;
	}
	return bad(file, line, "no such statement");
}

/* `A; B; C` behind a rule's `do` are statements of their own. */
static int
statements(struct text_file *t, const char *file, int line, char *s)
{
	while (s != NULL) {
		char *next = strstr(s, " ; ");

		if (next != NULL) {
			*next = '\0';
			next += 3;
		}
		s += strspn(s, " \t");
		if (*s != '\0' && statement(t, file, line, s) == -1)
			return -1;
		s = next;
	}
	return 0;
}

/* on "A" and not "B" do STATEMENTS */
static int
rule(struct text_file *t, const char *file, int line, char *s)
{
	bool quoted = false;
	char *p;

	for (p = s; *p != '\0'; p++) {
		if (*p == '"')
			quoted = !quoted;
		if (!quoted && strncmp(p, " do", 3) == 0 &&
		    (p[3] == ' ' || p[3] == '\0'))
			break;
	}
	if (*p == '\0')
		return bad(file, line, "a rule has no `do'");
	*p = '\0';
	if (statement(t, file, line, s) == -1)
		return -1;
	return p[3] == '\0' ? 0 : statements(t, file, line, p + 4);
}

static int
take_line(struct text_file *t, const char *file, int line, char *s)
{
	size_t len;

	s += strspn(s, " \t");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		s[--len] = '\0';
	if (len == 0 || s[0] == '#')
		return 0;
	if (strncmp(s, "on ", 3) == 0 || strncmp(s, "every ", 6) == 0)
		return rule(t, file, line, s);
	return statement(t, file, line, s);
}

static int
read_one(struct text_file *t, const char *name)
{
	size_t known = sizeof(t->files) / sizeof(*t->files);
	char *line = NULL, *file;
	size_t size = 0;
	int n = 0, r = 0;
	FILE *f;

	if (t->n_files == known)
		return bad(name, 0, "too many files");
	file = t->files[t->n_files++] = xstrdup(name);
	f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	if (f == NULL)
		return bad(name, 0, strerror(errno));
	while (r == 0 && getline(&line, &size, f) != -1)
		r = take_line(t, file, ++n, line);
	free(line);
	if (f != stdin)
		fclose(f);
	return r;
}

/* The path of an included file is that of its includer, and the name. */
static char *
beside(const char *includer, const char *name)
{
	const char *slash = strrchr(includer, '/');
	struct buf b = BUF_INIT;

	if (name[0] != '/' && slash != NULL)
		buf_add(&b, includer, (size_t)(slash - includer) + 1);
	buf_str(&b, name);
	return (char *)buf_take(&b, NULL);
}

/* Put what statement `at` includes in its place. */
static int
include(struct text_file *t, size_t at)
{
	struct text_file more = { 0 };
	char *path = beside(t->stmt[at].file, t->stmt[at].arg);
	int r;

	memcpy(more.files, t->files, sizeof(t->files));
	more.n_files = t->n_files;
	r = read_one(&more, path);
	free(path);
	memcpy(t->files, more.files, sizeof(t->files));
	t->n_files = more.n_files;
	free(t->stmt[at].arg);
	t->stmt = xreallocarray(t->stmt, t->n + more.n, sizeof(*t->stmt));
	memmove(t->stmt + at + more.n, t->stmt + at + 1,
	    (t->n - at - 1) * sizeof(*t->stmt));
	if (more.n != 0)
		memcpy(t->stmt + at, more.stmt, more.n * sizeof(*t->stmt));
	t->n = t->n - 1 + more.n;
	free(more.stmt);
	return r;
}

static int
blocks(const struct text_file *t)
{
	const struct stmt *open = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct stmt *s = &t->stmt[i];

		if (s->verb == VERB_UNTIL && open != NULL)
			return bad(s->file, s->line, "until inside until");
		if (s->verb == VERB_UNTIL)
			open = s;
		if ((s->verb == VERB_ON || s->verb == VERB_EVERY ||
			s->verb == VERB_END) &&
		    open == NULL)
			return bad(s->file, s->line, "outside of until");
		if (open != NULL && s == open + 1 && s->verb != VERB_ON &&
		    s->verb != VERB_EVERY && s->verb != VERB_END)
			return bad(s->file, s->line, "a rule must come first");
		if (s->verb == VERB_END)
			open = NULL;
	}
	return open != NULL ? bad(open->file, open->line, "until has no end")
			    : 0;
}

int
text_read(struct text_file *t, const char *file)
{
	memset(t, 0, sizeof(*t));
	if (read_one(t, file) == -1)
		return -1;
	for (size_t i = 0; i < t->n; i++)
		while (i < t->n && t->stmt[i].verb == VERB_INCLUDE)
			if (include(t, i) == -1)
				return -1;
	return blocks(t);
}

void
text_fini(struct text_file *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->stmt[i].arg);
	free(t->stmt);
	for (size_t i = 0; i < t->n_files; i++)
		free(t->files[i]);
	memset(t, 0, sizeof(*t));
}
