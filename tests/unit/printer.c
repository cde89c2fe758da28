/* SPDX-License-Identifier: MIT */
/*
 * A printer as devices and files play it: one that is full, one that nobody
 * listens at, one that stops in the middle, one that takes all.
 */
#include "appliance/courier/printer.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#define LEN 40000

static uint8_t page[LEN], back[LEN + 1];
static char folder[] = "/tmp/printer-XXXXXX", path[64];

static const char *
name(const char *file)
{
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static void
make(const char *file)
{
	int fd = open(name(file), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	close(fd);
}

static size_t
size_of(const char *file)
{
	struct stat st;

	return stat(name(file), &st) == 0 ? (size_t)st.st_size : 0;
}

static void
test_refused(void)
{
	struct err e = { 0 };
	int fd;

	CHECK("nothing there", !printer_here(name("none")) &&
	    !printer_here(NULL) && !printer_here(folder));
	CHECK("no device", printer_write(name("none"), page, LEN, &e) == -1);
	CHECK_STR("says why", e.id, "print.device");
	CHECK("a folder is none", printer_write(folder, page, LEN, &e) == -1);
	CHECK_STR("says so", e.id, "print.device");
	CHECK("no paper", printer_write("/dev/full", page, LEN, &e) == -1);
	CHECK_STR("no-paper", e.id, "print.no-paper");
	CHECK("nothing came out", e.code == ERR_REFUSED);
	CHECK("a pipe", mkfifo(name("pipe"), 0600) == 0);
	CHECK("nobody listens", printer_write(path, page, LEN, &e) == -1);
	CHECK_STR("off line", e.id, "print.offline");
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	CHECK("somebody does", printer_write(path, page, LEN, &e) == 0 &&
	    read(fd, back, LEN) == LEN && memcmp(page, back, LEN) == 0);
	close(fd);
}

/* A limit of the process plays the printer that stops. */
static void
test_stopped(void)
{
	struct rlimit was, limit;
	struct err e = { 0 };

	make("stops");
	getrlimit(RLIMIT_FSIZE, &was);
	limit = was;
	limit.rlim_cur = LEN / 4;
	(void)signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	CHECK("it stops", printer_write(name("stops"), page, LEN, &e) == -1);
	setrlimit(RLIMIT_FSIZE, &was);
	CHECK_STR("and says so", e.id, "print.stopped");
	CHECK_STR("how far it came", err_value(&e, "part"), "25");
	CHECK("pages may have come out", e.code == ERR_WORLD &&
	    size_of("stops") == LEN / 4);
}

static void
test_prints(void)
{
	struct err e = { 0 };

	make("all");
	CHECK("all of it", printer_write(name("all"), page, LEN, &e) == 0 &&
	    size_of("all") == LEN);
	CHECK("the next behind it", printer_write(name("all"), page, LEN,
	    &e) == 0 && size_of("all") == 2 * (size_t)LEN);
}

int
main(void)
{
	for (size_t i = 0; i < LEN; i++)
		page[i] = (uint8_t)(i * 7 + i / 251);
	if (mkdtemp(folder) == NULL)
		return 1;
	test_refused();
	test_stopped();
	test_prints();
	unlink(name("pipe"));
	unlink(name("stops"));
	unlink(name("all"));
	rmdir(folder);
	return test_end();
}
