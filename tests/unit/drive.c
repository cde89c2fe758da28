/* SPDX-License-Identifier: MIT */
/*
 * A drive that writes discs, with a file for its disc: what is written comes
 * back, once; what holds something stays as it is; what fails in the middle
 * says so.
 */
#include "appliance/courier/drive.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/test.h"

#define BYTES ((size_t)200 * 2048)

static char path[200], adr[208];

/* The disc that is in the drive now: its first bytes. */
static void
put_in(const void *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd == -1 || write(fd, bytes, len) != (ssize_t)len)
		abort();
	close(fd);
}

static bool
refused(int r, const struct err *e, const char *id)
{
	return r == -1 && strcmp(e->id, id) == 0;
}

static size_t
file_size(void)
{
	struct stat st;

	return stat(path, &st) == 0 ? (size_t)st.st_size : 0;
}

static void
test_none(void)
{
	struct buf out = BUF_INIT;
	struct err e;

	CHECK("no drive", !drive_here(NULL) && !drive_here("stdio:/nowhere"));
	CHECK("a folder is none", !drive_here("stdio:/"));
	CHECK("a file is none by itself", !drive_here(path));
	CHECK("not written",
	    refused(drive_write(NULL, "x", 1, &e), &e, "disc.none"));
	CHECK("not read",
	    refused(
		drive_read("stdio:/nowhere", 1, &out, &e), &e, "disc.none") &&
		out.len == 0);
}

static void
test_write(const uint8_t *bytes)
{
	struct buf out = BUF_INIT;
	struct err e;

	put_in("", 0);
	CHECK("here", drive_here(adr));
	CHECK("written", drive_write(adr, bytes, BYTES, &e) == 0);
	CHECK("zeros behind it", file_size() == BYTES + 150 * 2048);
	CHECK("read back",
	    drive_read(adr, BYTES, &out, &e) == 0 && out.len == BYTES &&
		memcmp(out.data, bytes, BYTES) == 0);
	buf_reset(&out);
	CHECK("not twice",
	    refused(drive_write(adr, bytes + 1, BYTES - 1, &e), &e,
		"disc.written"));
	CHECK("as it was",
	    drive_read(adr, BYTES, &out, &e) == 0 &&
		memcmp(out.data, bytes, BYTES) == 0);
	buf_reset(&out);
	CHECK("no more than there is",
	    refused(drive_read(adr, BYTES * 3, &out, &e), &e, "disc.unread") &&
		out.len == 0);
	put_in("x", 1);
	CHECK("one byte is something",
	    refused(drive_write(adr, bytes, BYTES, &e), &e, "disc.written") &&
		file_size() == 1);
	buf_free(&out);
}

/* Its end comes early, as on a disc that has a fault there. */
static void
test_fails(const uint8_t *bytes)
{
	struct rlimit was, is;
	struct err e;

	put_in("", 0);
	if (getrlimit(RLIMIT_FSIZE, &was) == -1)
		abort();
	is = was;
	is.rlim_cur = BYTES / 2;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &is) == -1)
		abort();
	CHECK("fails in the middle",
	    refused(drive_write(adr, bytes, BYTES, &e), &e, "disc.failed"));
	CHECK("and says why",
	    err_value(&e, "why") != NULL && strlen(err_value(&e, "why")) > 1);
	if (setrlimit(RLIMIT_FSIZE, &was) == -1)
		abort();
	CHECK("and is not taken again",
	    refused(drive_write(adr, bytes, BYTES, &e), &e, "disc.written"));
	put_in("", 0);
	CHECK("the next one is good", drive_write(adr, bytes, BYTES, &e) == 0);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	uint8_t *bytes = malloc(BYTES);

	if (bytes == NULL)
		return 2;
	for (size_t i = 0; i < BYTES; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 2048 + 1);
	snprintf(path, sizeof(path), "%s/drive-%d", tmp != NULL ? tmp : "/tmp",
	    (int)getpid());
	snprintf(adr, sizeof(adr), "stdio:%s", path);
	test_none();
	test_write(bytes);
	test_fails(bytes);
	unlink(path);
	free(bytes);
	return test_end();
}
