/* SPDX-License-Identifier: MIT */
/*
 * What the statements do.  Invariant: a statement that did not reach its
 * condition within the patience fails the whole play, with the screen.
 */
#include <ctype.h>
#include <dirent.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/player/player.h"

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

static void
settle(struct play *p)
{
	while (screen_turn(p->screen, p->settle_ms) == 1)
		;
}

static int
do_not(struct play *p, const struct stmt *s, const char *arg)
{
	settle(p);
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
do_screen(struct play *p, const struct stmt *s, const char *arg)
{
	struct buf b = BUF_INIT;
	FILE *f;
	int r = 0;

	settle(p);
	screen_dump(p->screen, &b);
	f = fopen(arg, "w");
	if (f == NULL || fwrite(buf_cstr(&b), 1, b.len, f) != b.len)
		r = play_fail(p, s, "%s cannot be written", arg);
	if (f != NULL)
		fclose(f);
	buf_free(&b);
	return r;
}

/* Digits and letters of whatever a mask matches become 9 and x. */
static void
apply_mask(struct buf *b, const char *mask)
{
	char *at = (char *)b->data;
	regmatch_t m;
	regex_t re;

	if (regcomp(&re, mask, REG_EXTENDED | REG_NEWLINE) != 0)
		return;
	while (at != NULL && *at != '\0' && regexec(&re, at, 1, &m, 0) == 0 &&
	    m.rm_eo > m.rm_so) {
		for (char *c = at + m.rm_so; c < at + m.rm_eo; c++) {
			if (isdigit((unsigned char)*c))
				*c = '9';
			else if (isalpha((unsigned char)*c))
				*c = 'x';
		}
		at += m.rm_eo;
	}
	regfree(&re);
}

static const char *const TIMES[] = {
	"[0-9]{4}-[0-9]{2}-[0-9]{2}",
	"[0-9]{2}:[0-9]{2}(:[0-9]{2})?",
};

static void
apply_masks(const struct play *p, struct buf *b)
{
	for (size_t i = 0; i < sizeof(TIMES) / sizeof(*TIMES); i++)
		apply_mask(b, TIMES[i]);
	for (size_t i = 0; i < p->masks; i++)
		apply_mask(b, p->mask[i]);
}

/* Shows the first row that differs; 1 when one does. */
static int
compare(struct play *p, const struct stmt *s, const struct buf *want,
    const struct buf *got)
{
	const char *a = buf_cstr(want), *b = buf_cstr(got);

	for (int row = 1; *a != '\0' || *b != '\0'; row++) {
		size_t n = strcspn(a, "\n"), k = strcspn(b, "\n");

		if (n != k || strncmp(a, b, n) != 0)
			return play_fail(p, s,
			    "row %d differs\nwant |%.*s|\ngot  |%.*s|", row,
			    (int)n, a, (int)k, b);
		a += n + (a[n] == '\n');
		b += k + (b[k] == '\n');
	}
	return 0;
}

static int
do_expect(struct play *p, const struct stmt *s, const char *arg)
{
	struct buf want = BUF_INIT, got = BUF_INIT;
	char chunk[4096];
	size_t n;
	FILE *f;
	int r;

	if (p->update)
		return do_screen(p, s, arg);
	f = fopen(arg, "r");
	if (f == NULL)
		return play_fail(p, s, "%s cannot be read", arg);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&want, chunk, n);
	fclose(f);
	settle(p);
	screen_dump(p->screen, &got);
	apply_masks(p, &want);
	apply_masks(p, &got);
	r = compare(p, s, &want, &got);
	buf_free(&want);
	buf_free(&got);
	return r;
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

/* The first word of `arg` and the rest. */
static const char *
split(const char *arg, char name[static 64])
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
	const char *dir = split(arg, name);
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

/* The parent and the name of a process, from /proc/PID/stat. */
static int
stat_of(long pid, long *parent, char name[static 32])
{
	char path[64], line[512];
	char *end;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return -1;
	n = fread(line, 1, sizeof(line) - 1, f);
	fclose(f);
	line[n] = '\0';
	end = strrchr(line, ')');
	if (end == NULL || strchr(line, '(') == NULL)
		return -1;
	*end = '\0';
	snprintf(name, 32, "%.31s", strchr(line, '(') + 1);
	return sscanf(end + 1, " %*c %ld", parent) == 1 ? 0 : -1;
}

/* A descendant of the program by its name; the kernel keeps 15 bytes. */
static pid_t
descendant(struct play *p, const char *program)
{
	DIR *d = opendir("/proc");
	struct dirent *ent;
	pid_t found = -1;

	while (d != NULL && found == -1 && (ent = readdir(d)) != NULL) {
		long pid = strtol(ent->d_name, NULL, 10), up, parent;
		char name[32], other[32];

		if (pid <= 0 || stat_of(pid, &up, name) == -1 ||
		    strncmp(name, program, 15) != 0)
			continue;
		if (pid == (long)screen_pid(p->screen))
			found = (pid_t)pid;
		for (int depth = 0; depth < 16 && up > 1; depth++) {
			if (up == (long)screen_pid(p->screen))
				found = (pid_t)pid;
			if (stat_of(up, &parent, other) == -1)
				break;
			up = parent;
		}
	}
	if (d != NULL)
		closedir(d);
	return found;
}

static int
do_kill(struct play *p, const struct stmt *s, const char *arg)
{
	static const struct {
		const char *name;
		int sig;
	} SIGNALS[] = {
		{ "KILL", SIGKILL },
		{ "TERM", SIGTERM },
		{ "STOP", SIGSTOP },
		{ "CONT", SIGCONT },
		{ "HUP", SIGHUP },
		{ "INT", SIGINT },
		{ "SEGV", SIGSEGV },
	};
	char program[64];
	const char *name = split(arg, program);
	long long end = play_now_ms() + p->patience_ms;
	pid_t pid = descendant(p, program);
	int sig = 0;

	/* It may be about to start. */
	while (pid == -1 && play_now_ms() < end &&
	    screen_turn(p->screen, 50) != -1)
		pid = descendant(p, program);
	for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(*SIGNALS); i++)
		if (strcmp(SIGNALS[i].name, name) == 0)
			sig = SIGNALS[i].sig;
	if (sig == 0)
		return play_fail(p, s, "no signal %s", name);
	if (pid == -1 || kill(pid, sig) == -1)
		return play_fail(p, s, "no program %s runs here", program);
	return 0;
}

static int
do_run(struct play *p, const struct stmt *s, const char *arg)
{
	int status = system(arg); /* NOLINT(cert-env33-c): the text says what */

	return WIFEXITED(status) && WEXITSTATUS(status) == 0
	    ? 0
	    : play_fail(p, s, "failed: %s", arg);
}

static int
do_start(struct play *p, const struct stmt *s, const char *arg)
{
	char sh[] = "/bin/sh", c[] = "-c";
	struct buf b = BUF_INIT;
	char *argv[4] = { sh, c, NULL, NULL };
	int r;

	if (screen_started(p->screen))
		return play_fail(p, s, "something runs already");
	buf_fmt(&b, "exec %s", arg);
	argv[2] = (char *)b.data;
	r = screen_start(p->screen, argv);
	buf_free(&b);
	return r == -1 ? play_fail(p, s, "cannot start %s", arg) : 0;
}

static int
do_exit(struct play *p, const struct stmt *s, const char *arg)
{
	int code = screen_exit(p->screen, p->patience_ms);

	if (code == -1)
		return play_fail(p, s, "the program goes on");
	return code == atoi(arg)
	    ? 0
	    : play_fail(p, s, "exit %d instead of %s", code, arg);
}

static int
do_setting(struct play *p, const struct stmt *s, const char *arg)
{
	char name[64];
	const char *value = split(arg, name);

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

typedef int verb_fn(struct play *p, const struct stmt *s, const char *arg);

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
	[VERB_SCREEN] = do_screen,
	[VERB_EXPECT] = do_expect,
	[VERB_RESIZE] = do_resize,
	[VERB_WORDS] = do_words,
	[VERB_SECRET] = do_secret,
	[VERB_PLUG] = do_stick,
	[VERB_PULL] = do_stick,
	[VERB_KILL] = do_kill,
	[VERB_RUN] = do_run,
	[VERB_SET] = do_setting,
	[VERB_PATIENCE] = do_setting,
	[VERB_SETTLE] = do_setting,
	[VERB_MASK] = do_setting,
	[VERB_START] = do_start,
	[VERB_EXIT] = do_exit,
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
