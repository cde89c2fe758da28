/* SPDX-License-Identifier: MIT */
/*
 * What the statements do.  Invariant: a statement that did not reach its
 * condition within the patience fails the whole play, with the screen.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/player/verb.h"

long long
play_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (long long)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int
play_fail(struct play *p, const struct stmt *s, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	fprintf(stderr, "%s:%d: ", s->file, s->line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	screen_dump(p->screen, &b);
	fprintf(stderr, "\n--- the screen ---\n%s------------------\n",
	    buf_cstr(&b));
	buf_free(&b);
	return 1;
}

static int
do_wait(struct play *p, const struct stmt *s, const char *arg)
{
	long long end = play_now_ms() + p->patience_ms;

	while (!pattern_on_screen(p->screen, arg, p->vars)) {
		long long left = end - play_now_ms();

		if (left <= 0)
			return play_fail(
			    p, s, "waited in vain for \"%s\"", arg);
		if (screen_turn(p->screen, left > 1000 ? 1000 : (int)left) ==
			-1 &&
		    !pattern_on_screen(p->screen, arg, p->vars))
			return play_fail(p, s,
			    "the program ended before "
			    "\"%s\"",
			    arg);
	}
	return 0;
}

void
verb_settle(struct play *p)
{
	while (screen_turn(p->screen, p->settle_ms) == 1)
		;
}

static int
do_not(struct play *p, const struct stmt *s, const char *arg)
{
	verb_settle(p);
	return pattern_on_screen(p->screen, arg, p->vars)
	    ? play_fail(p, s, "\"%s\" is on the screen", arg)
	    : 0;
}

static void
keylog(struct play *p, const char *what)
{
	if (p->keylog != NULL)
		fprintf(p->keylog, "%s\n", what);
}

static int
do_type(struct play *p, const struct stmt *s, const char *arg)
{
	const char *k = arg;

	keylog(p, arg);
	screen_hold(p->screen, true);
	while (*k != '\0') {
		const char *end = *k == '<' ? strchr(k, '>') : NULL;
		char name[16];

		if (end == NULL || end - k >= (long)sizeof(name)) {
			screen_type(p->screen, k++, 1);
			continue;
		}
		memcpy(name, k + 1, (size_t)(end - k - 1));
		name[end - k - 1] = '\0';
		if (screen_key(p->screen, name) == -1)
			return play_fail(p, s, "no key <%s>", name);
		k = end + 1;
	}
	screen_hold(p->screen, false);
	return 0;
}

static int
do_secret(struct play *p, const struct stmt *s, const char *arg)
{
	const char *words = vars_get(p->secrets, arg);
	struct buf b = BUF_INIT;

	if (words == NULL)
		return play_fail(p, s, "no words are kept as %s", arg);
	buf_fmt(&b, "<%s>", arg);
	keylog(p, buf_cstr(&b));
	buf_free(&b);
	screen_type(p->screen, words, strlen(words));
	screen_type(p->screen, "\r", 1);
	return 0;
}

static int
do_words(struct play *p, const struct stmt *s, const char *arg)
{
	long long end = play_now_ms() + p->patience_ms;
	struct buf b = BUF_INIT;
	FILE *f;

	while (!pattern_words(p->screen, &b)) {
		buf_reset(&b);
		if (play_now_ms() > end || screen_turn(p->screen, 100) == -1) {
			buf_free(&b);
			return play_fail(p, s, "no eight words to be seen");
		}
	}
	vars_set(p->secrets, arg, buf_cstr(&b), b.len);
	if (p->cast != NULL && (f = fopen(p->cast, "a")) != NULL) {
		fprintf(f, "%s\t%s\n", arg, buf_cstr(&b));
		fclose(f);
	}
	buf_free(&b);
	return 0;
}

void
play_cast_load(struct play *p)
{
	char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(p->cast, "r");

	while (f != NULL && getline(&line, &size, f) != -1) {
		size_t n = strcspn(line, "\t"); /* names have blanks */
		size_t len = strcspn(line + n, "\n");

		if (line[n] == '\t' && len > 1) {
			line[n] = '\0';
			vars_set(p->secrets, line, line + n + 1, len - 1);
		}
	}
	free(line);
	if (f != NULL)
		fclose(f);
}

static int
do_resize(struct play *p, const struct stmt *s, const char *arg)
{
	int cols, rows;

	if (sscanf(arg, "%dx%d", &cols, &rows) != 2 || cols < 1 || rows < 1 ||
	    cols > PLAY_COLS_MAX || rows > PLAY_ROWS_MAX)
		return play_fail(p, s, "a size is COLUMNSxROWS");
	screen_resize(p->screen, cols, rows);
	return 0;
}

const char *
verb_word(const char *arg, char name[static 64])
{
	size_t n = strcspn(arg, " \t");

	snprintf(name, 64, "%.*s", n < 63 ? (int)n : 63, arg);
	return arg + n + strspn(arg + n, " \t");
}

/* plug NAME DIR: the folder is there; pull NAME: it stands elsewhere. */
static int
do_stick(struct play *p, const struct stmt *s, const char *arg)
{
	char name[64];
	const char *dir = verb_word(arg, name);
	struct buf away = BUF_INIT;
	struct stat st;
	int r;

	if (s->verb == VERB_PLUG && *dir != '\0')
		vars_set(p->sticks, name, dir, strlen(dir));
	dir = vars_get(p->sticks, name);
	if (dir == NULL)
		return play_fail(p, s, "no folder is known for %s", name);
	buf_fmt(&away, "%s.pulled", dir);
	if (s->verb == VERB_PULL)
		r = rename(dir, buf_cstr(&away));
	else if (stat(buf_cstr(&away), &st) == 0)
		r = rename(buf_cstr(&away), dir);
	else
		r = stat(dir, &st) == 0 ? 0 : mkdir(dir, 0755);
	buf_free(&away);
	return r == 0 ? 0 : play_fail(p, s, "%s: cannot", dir);
}

static int
do_setting(struct play *p, const struct stmt *s, const char *arg)
{
	char name[64];
	const char *value = verb_word(arg, name);

	if (s->verb == VERB_SET) {
		vars_set(p->vars, name, value, strlen(value));
	} else if (s->verb == VERB_PATIENCE) {
		p->patience_ms = atoi(arg) * 1000;
	} else if (s->verb == VERB_SETTLE) {
		p->settle_ms = atoi(arg);
	} else {
		if (p->masks == sizeof(p->mask) / sizeof(*p->mask))
			return play_fail(p, s, "too many masks");
		p->mask[p->masks++] = xstrdup(arg);
	}
	return 0;
}

static int
do_leave(struct play *p, const struct stmt *s, const char *arg)
{
	struct part *part = &p->part[p->parts];

	if (p->parts == sizeof(p->part) / sizeof(*p->part))
		return play_fail(p, s, "too many parts");
	if (sscanf(arg, "%d-%d %d-%d", &part->top, &part->bottom, &part->left,
		&part->right) != 4)
		return play_fail(p, s, "rows and columns, like 2-9 1-40");
	p->parts++;
	return 0;
}

static int
do_say(struct play *p, const struct stmt *s, const char *arg)
{
	(void)s;
	if (!p->quiet)
		fprintf(stderr, "%s\n", arg);
	return 0;
}

static verb_fn *const VERBS[VERB_COUNT] = {
	[VERB_WAIT] = do_wait,
	[VERB_NOT] = do_not,
	[VERB_TYPE] = do_type,
	[VERB_SCREEN] = verb_screen,
	[VERB_EXPECT] = verb_expect,
	[VERB_RESIZE] = do_resize,
	[VERB_WORDS] = do_words,
	[VERB_SECRET] = do_secret,
	[VERB_PLUG] = do_stick,
	[VERB_PULL] = do_stick,
	[VERB_KILL] = verb_kill,
	[VERB_RUN] = verb_run,
	[VERB_TAKE] = verb_take,
	[VERB_SET] = do_setting,
	[VERB_PATIENCE] = do_setting,
	[VERB_SETTLE] = do_setting,
	[VERB_MASK] = do_setting,
	[VERB_LEAVE] = do_leave,
	[VERB_PAPER] = verb_paper,
	[VERB_START] = verb_start,
	[VERB_EXIT] = verb_exit,
	[VERB_SAY] = do_say,
};

int
play_do(struct play *p, const struct stmt *s)
{
	struct buf b = BUF_INIT;
	const char *arg = s->arg;
	char missing[64];
	int r;

	/* In what is looked for, braces capture. */
	if (s->verb != VERB_WAIT && s->verb != VERB_NOT &&
	    s->verb != VERB_MASK) {
		if (vars_expand(p->vars, arg, &b, missing) == -1) {
			r = play_fail(p, s, "{%s} has no value", missing);
			goto out;
		}
		arg = buf_cstr(&b);
	}
	r = VERBS[s->verb](p, s, arg);
out:
	buf_free(&b);
	return r;
}

int
play_run(struct play *p)
{
	size_t i = 0;

	while (i < p->text.n) {
		const struct stmt *s = &p->text.stmt[i++];
		int r;

		if (s->verb == VERB_UNTIL)
			r = play_until(p, &i);
		else
			r = play_do(p, s);
		if (r != 0)
			return r;
	}
	return 0;
}
