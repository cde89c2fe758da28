/* SPDX-License-Identifier: MIT */
/*
 * Programs: started, ended, hit.  Invariant: a signal goes to a descendant
 * of the program in the terminal, and to nobody else.
 */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/player/verb.h"

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

int
verb_kill(struct play *p, const struct stmt *s, const char *arg)
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
	const char *name = verb_word(arg, program);
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

int
verb_run(struct play *p, const struct stmt *s, const char *arg)
{
	int status = system(arg); /* NOLINT(cert-env33-c): the text says what */

	return WIFEXITED(status) && WEXITSTATUS(status) == 0
	    ? 0
	    : play_fail(p, s, "failed: %s", arg);
}

/* NAME COMMAND: the first line that it prints is the value. */
int
verb_take(struct play *p, const struct stmt *s, const char *arg)
{
	size_t n = strcspn(arg, " \t");
	char name[64], line[512];
	FILE *f;

	if (n == 0 || n >= sizeof(name) || arg[n] == '\0')
		return play_fail(p, s, "needs a name and a command");
	memcpy(name, arg, n);
	name[n] = '\0';
	f = popen(arg + n, "r"); /* NOLINT(cert-env33-c): as for run */
	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	if (f == NULL || pclose(f) != 0)
		return play_fail(p, s, "failed: %s", arg + n);
	vars_set(p->vars, name, line, strcspn(line, "\n"));
	return 0;
}

int
verb_start(struct play *p, const struct stmt *s, const char *arg)
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

int
verb_exit(struct play *p, const struct stmt *s, const char *arg)
{
	int code = screen_exit(p->screen, p->patience_ms);

	if (code == -1)
		return play_fail(p, s, "the program goes on");
	return code == atoi(arg)
	    ? 0
	    : play_fail(p, s, "exit %d instead of %s", code, arg);
}
