/* SPDX-License-Identifier: MIT */
/*
 * Starting programs.  Invariant: between fork and exec only async-signal-safe
 * calls are made; whatever fails there ends the child with 127.
 */
#include "appliance/launcher/child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Numbers that nothing else has between fork and exec. */
#define CLOCK_AWAY 60
#define SOCK_AWAY  61

/* All that a child learns from the environment is the kind of terminal. */
static char *const *
environment(void)
{
	static char term[64];
	static char lang[] = "LC_ALL=C.UTF-8", path[] = "PATH=/usr/bin:/bin";
	static char *env[4];
	const char *t = getenv("TERM");

	if (t == NULL || strlen(t) > 40 || strchr(t, '/') != NULL)
		t = "linux";
	snprintf(term, sizeof(term), "TERM=%s", t);
	env[0] = term;
	env[1] = lang;
	env[2] = path;
	env[3] = NULL;
	return env;
}

static void
default_signals(void)
{
	struct sigaction sa;
	sigset_t none;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	for (int i = 1; i < NSIG; i++)
		(void)sigaction(i, &sa, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
own_terminal(const struct child_start *s, int null)
{
	switch (s->io) {
	case CHILD_TERMINAL:
		return 0;
	case CHILD_NULL:
		return dup2(null, 0) == -1 || dup2(null, 1) == -1 ? -1 : 0;
	case CHILD_PTY:
		break;
	}
	if (setsid() == -1 || ioctl(s->pty, TIOCSCTTY, 0) == -1)
		return -1;
	return dup2(s->pty, 0) == -1 || dup2(s->pty, 1) == -1 ? -1 : 0;
}

/* `from` becomes `to`, which stays open at exec. */
static int
move_to(int from, int to)
{
	if (from == to)
		return fcntl(from, F_SETFD, 0);
	return dup2(from, to) == -1 ? -1 : 0;
}

/* Another user, with no right of ours left after the exec to come. */
static int
own_user(uid_t user)
{
	if (user == 0)
		return 0;
	if (setgroups(0, NULL) == -1 || setresgid(user, user, user) == -1 ||
	    setresuid(user, user, user) == -1)
		return -1;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static _Noreturn void
become(const struct child_start *s, const char *path, int sock, int null,
    pid_t parent, char *const *env)
{
	/* A new user forgets the death signal: that comes after. */
	if (own_terminal(s, null) == -1 || own_user(s->user) == -1 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == -1 ||
	    getppid() != parent || dup2(s->complaints, 2) == -1)
		_exit(127);
	/* The timer is out of the socket's way, and the socket of the timer's.
	 */
	if (s->clock != -1 &&
	    (dup3(s->clock, CLOCK_AWAY, O_CLOEXEC) == -1 ||
		dup3(sock, SOCK_AWAY, O_CLOEXEC) == -1))
		_exit(127);
	if (move_to(s->clock != -1 ? SOCK_AWAY : sock, MSG_FD) == -1 ||
	    (s->clock != -1 && move_to(CLOCK_AWAY, CLOCK_FD) == -1) ||
	    close_range(s->clock != -1 ? CLOCK_FD + 1 : MSG_FD + 1, ~0U, 0) ==
		-1)
		_exit(127);
	default_signals();
	execve(path, s->argv, env);
	_exit(127);
}

static int
failed(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "launcher.world", "what", what, "why",
	    strerror(errno), NULL);
}

pid_t
child_start(const struct child_start *s, int *fd, struct err *e)
{
	char path[4096];
	char *const *env = environment();
	const char *name = party_name(s->who);
	int sv[2] = { -1, -1 }, null = -1;
	pid_t parent = getpid(), pid = -1;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", s->dir, name) >=
	    sizeof(path))
		errno = ENAMETOOLONG;
	else if (access(path, X_OK) == 0)
		goto there;
	return err_set(e, ERR_WORLD, "launcher.no-program", "program", name,
	    "why", strerror(errno), NULL);
there:
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) == -1) {
		failed(e, "socketpair");
		goto out;
	}
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null == -1) {
		failed(e, "/dev/null");
		goto out;
	}
	pid = fork();
	if (pid == 0)
		become(s, path, sv[1], null, parent, env);
	if (pid == -1) {
		failed(e, "fork");
		goto out;
	}
	*fd = sv[0];
	sv[0] = -1;
out:
	if (null != -1)
		close(null);
	if (sv[1] != -1)
		close(sv[1]);
	if (sv[0] != -1)
		close(sv[0]);
	return pid;
}

void
child_status(int status, char *out, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(out, size, "signal %d", WTERMSIG(status));
	else
		snprintf(out, size, "exit %d", WEXITSTATUS(status));
}
