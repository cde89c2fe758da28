/* SPDX-License-Identifier: MIT */
/*
 * appliance/courier/stick: a stick that was pulled while it is still mounted.
 * A FAT shows no names then, so whoever mounted it is asked.
 */
#include "appliance/courier/stick.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/test.h"

static char dir[200];

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
		while (recv(sv[1], line, sizeof(line), 0) > 0)
			(void)send(sv[1], says, strlen(says), MSG_NOSIGNAL);
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
	(void)rmdir(dir);
	return test_end();
}
