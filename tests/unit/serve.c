/* SPDX-License-Identifier: MIT */
/* appliance/init/serve: two doors of one process, one asker at each. */
#include "tests/unit/test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/keep.h"

static char dir[] = "/tmp/tachiai-serve-XXXXXX";
static char path[2][64];
static int gone_fd;

static void
say_first(void *arg, const char *line, char *reply)
{
	snprintf(reply, KEEP_LINE, "first %d %.100s", *(const int *)arg, line);
}

static void
say_second(void *arg, const char *line, char *reply)
{
	snprintf(reply, KEEP_LINE, "second %d %.100s", *(const int *)arg, line);
}

static void
gone(void)
{
	(void)!write(gone_fd, "g", 1);
}

static _Noreturn void
keep(int ready)
{
	int number = 7;

	keep_listen(path[0], geteuid(), say_first, gone);
	keep_listen(path[1], geteuid(), say_second, NULL);
	(void)!write(ready, "r", 1);
	for (;;)
		keep_serve(-1, &number);
}

static const char *
said(int fd, const char *line)
{
	static char reply[KEEP_LINE + 1];
	ssize_t n;

	if (send(fd, line, strlen(line), MSG_NOSIGNAL) == -1)
		return "not sent";
	n = recv(fd, reply, KEEP_LINE, 0);
	reply[n > 0 ? n : 0] = '\0';
	return reply;
}

int
main(void)
{
	char byte, line[KEEP_LINE + 8];
	int p[2], a, b, c;
	pid_t pid;

	if (mkdtemp(dir) == NULL || pipe(p) == -1)
		return 1;
	for (int i = 0; i < 2; i++)
		snprintf(path[i], sizeof(path[i]), "%s/%d", dir, i);
	pid = fork();
	if (pid == 0) {
		gone_fd = p[1];
		keep(p[1]);
	}
	CHECK("they listen", read(p[0], &byte, 1) == 1 && byte == 'r');
	a = keep_connect(path[0]);
	b = keep_connect(path[1]);
	CHECK_STR("the first", said(a, "one"), "first 7 one");
	CHECK_STR("the second", said(b, "two"), "second 7 two");
	CHECK_STR("the first still", said(a, "three"), "first 7 three");
	/* Another one at the same door takes it; the other door stays. */
	c = keep_connect(path[0]);
	CHECK_STR("another one", said(c, "four"), "first 7 four");
	CHECK("the one before was let go",
	    read(p[0], &byte, 1) == 1 && byte == 'g' && said(a, "x")[0] != 'f');
	CHECK_STR("the other door", said(b, "five"), "second 7 five");
	/* A packet that is too long ends it. */
	memset(line, 'l', sizeof(line) - 1);
	line[sizeof(line) - 1] = '\0';
	CHECK_STR("too long", said(b, line), "");
	b = keep_connect(path[1]);
	CHECK_STR("and again", said(b, "six"), "second 7 six");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	unlink(path[0]);
	unlink(path[1]);
	rmdir(dir);
	return test_end();
}
