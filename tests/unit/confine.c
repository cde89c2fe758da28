/* SPDX-License-Identifier: MIT */
/* appliance/world/confine: what a confined program cannot do any more. */
#include "tests/unit/test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/confine.h"

static int
try_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return 0;
}

static int
try_trace(void)
{
	(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	return 0;
}

static int
try_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) == -1 && errno == EPERM ? 42 : 0;
}

static int
try_local(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) == -1 && errno == EPERM ? 42
								       : 43;
}

/* A module may call its daemon, and nobody may call the module. */
static int
try_module(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd != -1 && listen(fd, 1) == -1 && errno == EPERM &&
		try_socket() == 42
	    ? 42
	    : 0;
}

static int
try_work(void)
{
	struct rlimit r;

	return prctl(PR_GET_DUMPABLE) == 0 &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
		getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0 &&
		access("/", R_OK) == 0
	    ? 42
	    : 0;
}

/* Exit code, or minus the signal. */
static int
confined_by(int (*confine)(struct err *e), int (*what)(void))
{
	struct err e;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (confine(&e) == -1)
			_exit(99);
		_exit(what());
	}
	if (waitpid(pid, &status, 0) != pid)
		abort();
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int
confined(int (*what)(void))
{
	return confined_by(confine_basic, what);
}

int
main(void)
{
	CHECK("starting a program kills", confined(try_exec) == -SIGSYS);
	CHECK("tracing kills", confined(try_trace) == -SIGSYS);
	CHECK("no sockets", confined(try_socket) == 42);
	CHECK("not even local ones", confined(try_local) == 42);
	CHECK("all else goes on", confined(try_work) == 42);
	CHECK("a module: local daemons alone",
	    confined_by(confine_module, try_module) == 42);
	CHECK("a module starts nothing",
	    confined_by(confine_module, try_exec) == -SIGSYS);
	return test_end();
}
