/* SPDX-License-Identifier: MIT */
/*
 * appliance/courier/stick: a stick that was pulled while it is still mounted.
 * A FAT shows no names then, so whoever mounted it is asked; and another one of
 * its name may be in by then.
 */
#include "appliance/courier/stick.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/test.h"

static char dir[200];
static char link_at[200]; /* "", or what leads to dir, and then elsewhere */

/* A keeper that answers everything so. */
static pid_t
keeper(const char *says, int *fd)
{
	char line[256];
	int sv[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == -1 ||
	    (pid = fork()) == -1)
		abort();
	if (pid == 0) {
		close(sv[0]);
		while (recv(sv[1], line, sizeof(line), 0) > 0) {
			if (link_at[0] != '\0' &&
			    (unlink(link_at) == -1 ||
				symlink("/proc", link_at) == -1))
				_exit(1);
			(void)send(sv[1], says, strlen(says), MSG_NOSIGNAL);
		}
		_exit(0);
	}
	close(sv[1]);
	*fd = sv[0];
	return pid;
}

/* The id of what reading a file, and the list of files, ended with. */
static void
look(const char *says, char read_id[static 64], char files_id[static 64])
{
	struct stick s = { .name = "OUT1", .dir = dir };
	pid_t pid = keeper(says, &s.keeper);
	struct buf out = BUF_INIT;
	struct json *list = NULL;
	struct err e;

	memset(&e, 0, sizeof(e));
	(void)stick_read(&s, "root.pem", 100, &out, &e);
	snprintf(read_id, 64, "%s", e.id);
	memset(&e, 0, sizeof(e));
	(void)stick_files(&s, &list, &e);
	snprintf(files_id, 64, "%s", e.id);
	json_free(list);
	buf_free(&out);
	close(s.keeper);
	(void)waitpid(pid, NULL, 0);
}

/* It is read where a link leads, to another file system once that is asked. */
static void
other(char id[static 64])
{
	char own[sizeof(dir)], all[64];

	memcpy(own, dir, sizeof(own));
	snprintf(link_at, sizeof(link_at), "%.190s/link", own);
	snprintf(dir, sizeof(dir), "%.180s/link/self", own);
	if (symlink(own, link_at) == -1)
		abort();
	snprintf(own + strlen(own), 6, "/self");
	if (mkdir(own, 0700) == -1)
		abort();
	look("ok vfat 0 X1", id, all);
	(void)unlink(link_at);
	(void)rmdir(own);
	own[strlen(own) - 5] = '\0';
	memcpy(dir, own, sizeof(dir));
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	char one[64], all[64], file[sizeof(dir) + 16];
	int fd;

	snprintf(dir, sizeof(dir), "%s/stick-XXXXXX",
	    tmp != NULL && strlen(tmp) < 150 ? tmp : "/tmp");
	if (mkdtemp(dir) == NULL)
		return 2;
	look("ok vfat 0 X1", one, all);
	CHECK_STR("it is in: such a file is not on it", one, "media.no-file");
	CHECK_STR("and it has none", all, "");
	look("no 2", one, all);
	CHECK_STR("it is out: no word of a file", one, "media.absent");
	CHECK_STR("nor of a list", all, "media.absent");
	snprintf(file, sizeof(file), "%s/root.pem", dir);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1 || close(fd) == -1)
		return 2;
	look("no 2", one, all);
	CHECK_STR("what can still be read is read", one, "");
	CHECK_STR("so is the list", all, "");
	(void)unlink(file);
	other(one);
	CHECK_STR(
	    "another one of its name is in: it is out", one, "media.absent");
	(void)rmdir(dir);
	return test_end();
}
