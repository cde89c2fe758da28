/* SPDX-License-Identifier: MIT */
/*
 * spend FILE COMMAND...: run a command in this terminal, follow every program
 * that it starts, and append to FILE one line a program,
 *
 *	NAME COUNT CPU-SECONDS PEAK-KIB
 *
 * with the sum of their CPU time and the peak of the largest of that name;
 * at the end `all`, with the wall seconds in place of the count.  Nothing is
 * stopped but at fork, exec and end, and whoever runs this (a player at the
 * terminal) is not counted.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROGRAMS 32
#define OPTIONS                                                           \
	(PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | \
	    PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL)

static struct program {
	char name[64];
	long count, peak;
	double cpu;
} program[PROGRAMS];
static size_t programs;

static struct program *
program_named(const char *name)
{
	for (size_t i = 0; i < programs; i++)
		if (strcmp(program[i].name, name) == 0)
			return &program[i];
	if (programs == PROGRAMS)
		return &program[PROGRAMS - 1];
	snprintf(program[programs].name, sizeof(program->name), "%s", name);
	return &program[programs++];
}

/* The value behind `field` in /proc/PID/FILE; the first number without. */
static double
number_in(pid_t pid, const char *file, const char *field)
{
	char path[64], line[256];
	double n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, field, strlen(field)) == 0) {
			n = strtod(line + strlen(field), NULL);
			break;
		}
	if (f != NULL)
		fclose(f);
	return n;
}

/* The last moment at which a process has its memory and its name. */
static void
ending(pid_t pid)
{
	char path[64], exe[512];
	struct program *p;
	const char *name;
	ssize_t n;
	long peak;

	snprintf(path, sizeof(path), "/proc/%d/exe", (int)pid);
	n = readlink(path, exe, sizeof(exe) - 1);
	exe[n > 0 ? n : 0] = '\0';
	name = strrchr(exe, '/');
	p = program_named(name != NULL ? name + 1 : "-");
	p->count++;
	p->cpu += number_in(pid, "schedstat", "") / 1e9;
	peak = (long)number_in(pid, "status", "VmHWM:");
	if (peak > p->peak)
		p->peak = peak;
}

/* Until all are gone; the first one's status. */
static int
follow(pid_t first)
{
	int status, result = 1;
	pid_t pid;

	for (;;) {
		long sig = 0;

		pid = waitpid(-1, &status, __WALL);
		if (pid == -1 && errno == EINTR)
			continue;
		if (pid == -1)
			return result;
		if (!WIFSTOPPED(status)) {
			if (pid == first && WIFEXITED(status))
				result = WEXITSTATUS(status);
			continue;
		}
		if (status >> 16 == PTRACE_EVENT_EXIT)
			ending(pid);
		else if (status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP &&
		    WSTOPSIG(status) != SIGSTOP)
			sig = WSTOPSIG(status);
		(void)ptrace(PTRACE_CONT, pid, NULL, sig);
	}
}

static void
report(FILE *f, double wall)
{
	double cpu = 0;
	long peak = 0;

	for (size_t i = 0; i < programs; i++) {
		const struct program *p = &program[i];

		fprintf(
		    f, "%s %ld %.4f %ld\n", p->name, p->count, p->cpu, p->peak);
		cpu += p->cpu;
		peak = p->peak > peak ? p->peak : peak;
	}
	fprintf(f, "all %.3f %.4f %ld\n", wall, cpu, peak);
}

int
main(int argc, char **argv)
{
	struct timespec a, b;
	int status, result;
	pid_t pid;
	FILE *f;

	if (argc < 3) {
		fputs("usage: spend FILE COMMAND...\n", stderr);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, __WALL) != pid ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, OPTIONS) == -1 ||
	    ptrace(PTRACE_CONT, pid, NULL, 0L) == -1)
		return 2;
	result = follow(pid);
	clock_gettime(CLOCK_MONOTONIC, &b);
	f = fopen(argv[1], "ae");
	if (f == NULL)
		return 2;
	report(f,
	    (double)(b.tv_sec - a.tv_sec) +
		(double)(b.tv_nsec - a.tv_nsec) / 1e9);
	fclose(f);
	return result;
}
