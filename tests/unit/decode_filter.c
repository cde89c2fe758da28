/* SPDX-License-Identifier: MIT */
/* The strict filter of tachiai-decode kills whatever it should. */
#include "tests/unit/test.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/strict.h"

static int pair[2]; /* [1] is the one descriptor of a confined child */

static int
try_open(void)
{
	return (int)syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
}

static int
try_old_open(void)
{
	return (int)syscall(SYS_open, "/etc/passwd", O_RDONLY);
}

static int
try_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int
try_exec(void)
{
	char *const argv[] = { NULL };

	return execve("/bin/true", argv, argv);
}

static int
try_fork(void)
{
	return fork();
}

static int
try_clone(void)
{
	return (int)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
}

static int
try_ptrace(void)
{
	return (int)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static int
try_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int
try_file_map(void)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, pair[1], 0) ==
	    MAP_FAILED;
}

static int
try_make_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int
try_other_fd(void)
{
	return (int)write(pair[0], "x", 1);
}

static int
try_dup(void)
{
	return dup(pair[1]);
}

static int
try_kill(void)
{
	return kill(getppid(), 0);
}

static int
try_ioctl(void)
{
	return (int)syscall(SYS_ioctl, pair[1], 0, 0);
}

static int
try_sendmsg(void)
{
	struct msghdr m = { .msg_name = NULL };

	return (int)sendmsg(pair[1], &m, 0);
}

static int
try_prctl(void)
{
	return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

/* Who waits may ask for one descriptor; it is the only one that is there. */
static int
try_wait(void)
{
	struct pollfd p = { pair[1], POLLIN | POLLOUT, 0 };

	return poll(&p, 1, 0) == 1 && p.revents == POLLOUT ? 0 : 1;
}

static int
try_wait_for_two(void)
{
	struct pollfd p[2] = { { pair[0], POLLIN, 0 }, { pair[1], POLLIN, 0 } };

	return poll(p, 2, 0);
}

static int
try_nothing(void)
{
	char *p = malloc(1 << 20);

	int bad = p == NULL || write(pair[1], "x", 1) != 1;

	if (p != NULL)
		memset(p, 1, 1 << 20);
	free(p);
	return bad;
}

static const struct {
	const char *name;
	int (*try)(void);
	int signal; /* 0: ends well */
	bool waits;
} ROWS[] = {
	{ "may answer and ask for memory", try_nothing, 0, false },
	{ "openat is killed", try_open, SIGSYS, false },
	{ "open is killed", try_old_open, SIGSYS, false },
	{ "socket is killed", try_socket, SIGSYS, false },
	{ "execve is killed", try_exec, SIGSYS, false },
	{ "fork is killed", try_fork, SIGSYS, false },
	{ "clone is killed", try_clone, SIGSYS, false },
	{ "ptrace is killed", try_ptrace, SIGSYS, false },
	{ "mmap of code is killed", try_code, SIGSYS, false },
	{ "mmap of a descriptor is killed", try_file_map, SIGSYS, false },
	{ "mprotect to code is killed", try_make_code, SIGSYS, false },
	{ "write elsewhere is killed", try_other_fd, SIGSYS, false },
	{ "dup is killed", try_dup, SIGSYS, false },
	{ "kill is killed", try_kill, SIGSYS, false },
	{ "ioctl is killed", try_ioctl, SIGSYS, false },
	{ "sendmsg is killed", try_sendmsg, SIGSYS, false },
	{ "prctl is killed", try_prctl, SIGSYS, false },
	{ "poll is killed", try_wait, SIGSYS, false },
	{ "who waits may wait", try_wait, 0, true },
	{ "for one alone", try_wait_for_two, SIGSYS, true },
	{ "and opens nothing", try_open, SIGSYS, true },
	{ "nor speaks to another", try_other_fd, SIGSYS, true },
};

static int
outcome(int (*try)(void), bool waits)
{
	struct err e;
	pid_t pid;
	int status = 0;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (strict_filter(pair[1], waits, &e) == -1)
			_exit(9);
		_exit(try() == 0 ? 0 : 8);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status);
}

static void
filter(void)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		abort();
	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++)
		CHECK(ROWS[i].name,
		    outcome(ROWS[i].try, ROWS[i].waits) == ROWS[i].signal);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
#ifdef __SANITIZE_ADDRESS__
	/* The sanitizer itself needs what the filter forbids. */
	printf("skip decode-filter: built with a sanitizer\n");
	printf("0 passed, 0 failed\n");
	return 0;
#else
	filter();
	return test_end();
#endif
}
