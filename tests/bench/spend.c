/* SPDX-License-Identifier: MIT */
/*
 * spend FILE COMMAND...: run a command in this terminal, and append to FILE
 * what it and all programs that it started and waited for have spent: CPU
 * seconds, wall seconds, and the peak KiB of the largest of them.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage use;
	int status;
	pid_t pid;
	FILE *f;

	if (argc < 3) {
		fputs("usage: spend FILE COMMAND...\n", stderr);
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid = fork();
	if (pid == 0) {
		execv(argv[2], argv + 2);
		_exit(127);
	}
	if (pid == -1 || wait4(pid, &status, 0, &use) != pid)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &b);
	f = fopen(argv[1], "ae");
	if (f == NULL)
		return 2;
	fprintf(f, "%.3f %.3f %ld\n",
	    seconds(use.ru_utime) + seconds(use.ru_stime),
	    (double)(b.tv_sec - a.tv_sec) +
		(double)(b.tv_nsec - a.tv_nsec) / 1e9,
	    use.ru_maxrss);
	fclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
