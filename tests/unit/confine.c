/* SPDX-License-Identifier: MIT */
/* appliance/world/confine: what a confined program cannot do any more. */
#include "tests/unit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/confine.h"
#include "appliance/world/paths.h"

static char dir[] = "/tmp/confine-XXXXXX";

static int
try_exec(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return 0;
}

static int
try_start(void)
{
	execl("/bin/false", "false", (char *)NULL);
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

/* A socket that was made before, for somebody who listens at DIR/socket. */
static int made;

static int
confine_made(struct err *e)
{
	made = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	return confine_caller(e);
}

static int
confine_basic_made(struct err *e)
{
	made = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	return confine_basic(e);
}

static int
try_caller(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	snprintf(to.sun_path, sizeof(to.sun_path), "%s/socket", dir);
	return connect(made, (const struct sockaddr *)&to, sizeof(to)) == 0 &&
		listen(made, 1) == -1 && errno == EPERM
	    ? try_local()
	    : 0;
}

static int
listening(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", dir);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(fd, 2) == -1)
		abort();
	return fd;
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

/* A module's daemon serves, hears what is plugged in, and is started. */
static int
try_daemon(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd == -1 || (listen(fd, 1) == -1 && errno == EPERM))
		return 1;
	if (socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT) == -1 &&
	    errno == EPERM)
		return 2;
	if (socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) != -1 ||
	    errno != EPERM || socket(AF_PACKET, SOCK_RAW, 0) != -1 ||
	    errno != EPERM || socket(AF_INET6, SOCK_STREAM, 0) != -1 ||
	    errno != EPERM)
		return 3;
	return try_socket();
}

/* DIR/in is its folder, and DIR/in/run the one program there is. */
static int
confine_served(struct err *e)
{
	char in[64], file[72];
	const struct paths_row rows[] = { { in, PATHS_SERVE },
		{ file, PATHS_RUN } };

	snprintf(in, sizeof(in), "%s/in", dir);
	snprintf(file, sizeof(file), "%s/in/run", dir);
	return confine_daemon(e) == -1 ? -1 : paths_confine(rows, 2, e);
}

static int
try_served(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char file[72];

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/socket", dir);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == 0 ||
	    errno != EACCES)
		return 1;
	snprintf(at.sun_path, sizeof(at.sun_path), "%s/in/socket", dir);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == -1 ||
	    unlink(at.sun_path) == -1)
		return 2;
	if (execl("/bin/true", "true", (char *)NULL) == -1 && errno != EACCES)
		return 3;
	snprintf(file, sizeof(file), "%s/in/run", dir);
	(void)execl(file, "run", (char *)NULL);
	return errno == ENOEXEC ? 42 : 4; /* it may be: no program at all */
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

static bool
makes(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd != -1)
		close(fd);
	return fd != -1 && unlink(path) == 0;
}

/* DIR/in may be written to, whatever of it comes later, and no more. */
static int
confine_in(struct err *e)
{
	char in[64], away[64];
	const struct paths_row rows[] = { { in, PATHS_BELOW },
		{ away, PATHS_BELOW }, { NULL, PATHS_ALL },
		{ "/dev/null", PATHS_WRITE } };

	snprintf(in, sizeof(in), "%s/in", dir);
	snprintf(away, sizeof(away), "%s/away", dir);
	return confine_process(e) == -1 ? -1 : paths_confine(rows, 4, e);
}

/* The folder above one that is not there yet. */
static int
confine_above(struct err *e)
{
	char later[64];
	const struct paths_row row = { later, PATHS_ALL };

	snprintf(later, sizeof(later), "%s/in/not/there", dir);
	return confine_process(e) == -1 ? -1 : paths_confine(&row, 1, e);
}

static int
try_paths(void)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (!makes("in/x") || makes("x") || errno != EACCES ||
	    access(dir, R_OK) == -1 || null == -1)
		return 1;
	errno = 0;
	if (execl("/bin/true", "true", (char *)NULL) == -1 && errno != EACCES)
		return 2;
	return kill(getppid(), 0) == -1 && errno == EPERM ? 42 : 3;
}

/* A printer's file, there or not: written, and never made. */
static int
confine_beside(struct err *e)
{
	char lp[64];
	const struct paths_row row = { lp, PATHS_BESIDE };

	snprintf(lp, sizeof(lp), "%s/in/lp", dir);
	return confine_process(e) == -1 ? -1 : paths_confine(&row, 1, e);
}

static int
try_beside(void)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/in/lp2", dir);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	return fd != -1 && !makes("in/x") && errno == EACCES ? 42 : 1;
}

static int
try_above(void)
{
	return makes("in/x") && !makes("x") && errno == EACCES &&
		open("/dev/null", O_WRONLY | O_CLOEXEC) == -1
	    ? 42
	    : 1;
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
	char in[64], file[80];
	int fd;

	if (mkdtemp(dir) == NULL)
		return 2;
	snprintf(in, sizeof(in), "%s/in", dir);
	if (mkdir(in, 0700) == -1)
		return 2;
	CHECK("writes where it may", confined_by(confine_in, try_paths) == 42);
	CHECK("and where a folder will be",
	    confined_by(confine_above, try_above) == 42);
	snprintf(file, sizeof(file), "%s/lp2", in);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK("a printer's file, and none is made",
	    fd != -1 && confined_by(confine_beside, try_beside) == 42);
	if (fd == -1 || close(fd) == -1 || unlink(file) == -1)
		return 2;
	snprintf(file, sizeof(file), "%s/run", in);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	if (fd == -1 || write(fd, "no program", 10) != 10 || close(fd) == -1)
		return 2;
	CHECK("a daemon: its folder, and itself started alone",
	    confined_by(confine_served, try_served) == 42);
	if (unlink(file) == -1)
		return 2;
	fd = listening();
	CHECK("sockets that were made before are connected, and no other made",
	    confined_by(confine_made, try_caller) == 42);
	CHECK("and not even connected without a right to it",
	    confined_by(confine_basic_made, try_caller) == 0);
	snprintf(file, sizeof(file), "%s/socket", dir);
	if (close(fd) == -1 || unlink(file) == -1)
		return 2;
	if (rmdir(in) == -1 || rmdir(dir) == -1)
		return 2;
	CHECK("starting a program kills", confined(try_exec) == -SIGSYS);
	CHECK("tracing kills", confined(try_trace) == -SIGSYS);
	CHECK("no sockets", confined(try_socket) == 42);
	CHECK("not even local ones", confined(try_local) == 42);
	CHECK("all else goes on", confined(try_work) == 42);
	CHECK("a module: local daemons alone",
	    confined_by(confine_module, try_module) == 42);
	CHECK("a daemon: local sockets, and what is plugged in",
	    confined_by(confine_daemon, try_daemon) == 42);
	CHECK("a daemon traces nobody",
	    confined_by(confine_daemon, try_trace) == -SIGSYS);
	CHECK("who keeps rights starts others",
	    confined_by(confine_privileged, try_start) == 1);
	CHECK("and traces nobody",
	    confined_by(confine_privileged, try_trace) == -SIGSYS);
	CHECK("a module starts nothing",
	    confined_by(confine_module, try_exec) == -SIGSYS);
	return test_end();
}
