/* SPDX-License-Identifier: MIT */
/* appliance/world/keep: the line between tachiai-courier and the keeper. */
#include "tests/unit/test.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/world/keep.h"

static void
asks(void)
{
	static const struct {
		const char *line;
		bool good;
	} ROWS[] = {
		{ "write OUT1", true },
		{ "anew OUT1", true },
		{ "about A-b_c.1", true },
		{ "lend disc", true },
		{ "back disc", true },
		{ "lend", false },
		{ "lend /dev/sr0", false },
		{ "", false },
		{ "write", false },
		{ "write ", false },
		{ "write  OUT1", false },
		{ "write OUT1 ", false },
		{ "write OUT1\n", false },
		{ "Write OUT1", false },
		{ "mount OUT1", false },
		{ "write ../a", false },
		{ "write .a", false },
		{ "write a/b", false },
		{ "write /volume/a", false },
		{ "write abcdefghijklmnopqrstuvwxyz012345", true },
		{ "write abcdefghijklmnopqrstuvwxyz0123456", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct keep_ask a = { .what = KEEP_COUNT };
		char line[KEEP_LINE];
		int r = keep_parse_ask(ROWS[i].line, &a);

		CHECK(ROWS[i].line, r == (ROWS[i].good ? 0 : -1));
		if (r == 0) {
			keep_format_ask(&a, line);
			CHECK_STR("the same again", line, ROWS[i].line);
		} else {
			CHECK("nothing was taken", a.what == KEEP_COUNT);
		}
	}
}

static void
answers(void)
{
	static const struct {
		const char *line;
		bool good;
	} ROWS[] = {
		{ "ok vfat 0 ", true },
		{ "ok ext4 1 0123 Maker's own", true },
		{ "no 30", true },
		{ "no 0", false },
		{ "no", false },
		{ "no 030", false },
		{ "no 3x", false },
		{ "no 12345", false },
		{ "ok", false },
		{ "ok vfat", false },
		{ "ok vfat 2 x", false },
		{ "ok  0 x", false },
		{ "ok vfat 0", false },
		{ "ok thirteenchars 0 x", false },
	};
	char line[KEEP_LINE];

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct keep_answer a = { .why = -5 };
		int r = keep_parse_answer(ROWS[i].line, &a);

		CHECK(ROWS[i].line, r == (ROWS[i].good ? 0 : -1));
		if (r == 0) {
			keep_format_answer(&a, line);
			CHECK_STR("the same again", line, ROWS[i].line);
		} else {
			CHECK("nothing was taken", a.why == -5);
		}
	}
	memset(line, 'x', sizeof(line));
	memcpy(line, "ok vfat 0 ", 10);
	line[sizeof(line) - 1] = '\0';
	{
		struct keep_answer a = { .why = -5 };

		CHECK("a serial too long",
		    keep_parse_answer(line, &a) == -1 && a.why == -5);
	}
}

static void
asking(void)
{
	struct keep_answer a;
	char line[KEEP_LINE] = "";
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv) == -1)
		abort();
	(void)!write(sv[1], "ok vfat 1 4C53", 14);
	CHECK("answered",
	    keep_ask(sv[0], KEEP_ABOUT, "IN", &a) == 0 && a.protect &&
		strcmp(a.serial, "4C53") == 0 && strcmp(a.fs, "vfat") == 0);
	CHECK("asked", read(sv[1], line, sizeof(line) - 1) == 8);
	CHECK_STR("in these words", line, "about IN");
	(void)!write(sv[1], "no 30", 5);
	CHECK("refused",
	    keep_ask(sv[0], KEEP_WRITE, "IN", &a) == -1 && errno == EROFS);
	(void)!write(sv[1], "yes", 3);
	CHECK("no answer at all",
	    keep_ask(sv[0], KEEP_WRITE, "IN", &a) == -1 && errno == EPIPE);
	close(sv[1]);
	CHECK("nobody there",
	    keep_ask(sv[0], KEEP_WRITE, "IN", &a) == -1 && errno == EPIPE);
	memset(line, 'x', 40);
	line[40] = '\0';
	CHECK("a name that no stick has",
	    keep_ask(sv[0], KEEP_WRITE, line, &a) == -1 && errno == ENOENT);
	close(sv[0]);
}

/* Somebody who listens at `path`, answers one ask and dies. */
static pid_t
listener(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0), to;
	char line[KEEP_LINE];
	pid_t pid;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	(void)unlink(path);
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) == -1 ||
	    listen(fd, 1) == -1 || (pid = fork()) == -1)
		abort();
	if (pid == 0) {
		to = accept(fd, NULL, NULL);
		if (read(to, line, sizeof(line)) <= 0 ||
		    write(to, "ok ext4 0 x", 11) != 11)
			_exit(1);
		_exit(0);
	}
	close(fd);
	return pid;
}

/* Each of them answers once and is dead at the next ask. */
static void
lives(void)
{
	char dir[] = "/tmp/keep-XXXXXX", path[sizeof(dir) + 8];
	struct keep_answer a;
	struct keep_line l;
	int status;
	pid_t pid;

	if (mkdtemp(dir) == NULL)
		abort();
	snprintf(path, sizeof(path), "%s/line", dir);
	keep_line_open(&l, NULL);
	CHECK("nobody to ask", keep_line_fd(&l) == -1 && errno == EPIPE);
	for (int i = 0; i < KEEP_LIVES; i++) {
		pid = listener(path);
		if (i == 0)
			keep_line_open(&l, path);
		CHECK("the one that listens now answers",
		    keep_ask(keep_line_fd(&l), KEEP_ABOUT, "IN", &a) == 0);
		if (waitpid(pid, &status, 0) != pid)
			abort();
		CHECK("and dies", status == 0);
		CHECK("what it is asked then is not asked again",
		    i > 0 ||
			(keep_ask(l.fd[l.now], KEEP_ABOUT, "IN", &a) == -1 &&
			    errno == EPIPE));
	}
	pid = listener(path);
	CHECK("after so many it is for good",
	    keep_line_fd(&l) == -1 && errno == EPIPE);
	(void)kill(pid, SIGKILL);
	if (waitpid(pid, &status, 0) != pid || unlink(path) == -1 ||
	    rmdir(dir) == -1)
		abort();
}

int
main(void)
{
	asks();
	answers();
	asking();
	lives();
	return test_end();
}
