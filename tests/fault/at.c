/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into tachiai-console by a wrapper that stands in its place; the
 * programs themselves are the ones that ship.  What it is told stands in the
 * file FAULT_PLAN, read again for every call:
 *
 *   PLACE WORD     die once: PLACE is what the console is about to do with
 *                  the line that holds WORD
 *
 * and it keeps, in the folder FAULT_LOG:
 *
 *   ops     what changed the volume, in order: kind, path, place, bytes
 *   sent    every byte that left for the other programs
 *   got     every byte that came from them, and from the terminal
 *   painted every byte of the screen
 *   died    the plan's line, once it was done
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SOCK_FD 3 /* to the launcher */

/*
 * Places, in their order:
 *   before-A  nothing of the line is written
 *   half-A    half of it
 *   sync-A    all of it, not synced
 *   before-B  on A and synced, B has nothing
 *   half-B, sync-B
 *   synced    on both, nobody was told
 *   told      tachiai-hsm was told, nothing followed
 */
static char plan_place[32], plan_word[64];
static int media_seen; /* writes of the line in question */

static void
die(void)
{
	char path[PATH_MAX];
	const char *dir = getenv("FAULT_LOG"), *plan = getenv("FAULT_PLAN");

	snprintf(path, sizeof(path), "%s/died", dir != NULL ? dir : ".");
	if (plan != NULL)
		(void)rename(plan, path);
	(void)kill(getpid(), SIGKILL);
	for (;;)
		(void)pause();
}

static bool
planned(void)
{
	const char *path = getenv("FAULT_PLAN");
	char text[128];
	long fd, n;

	if (path == NULL)
		return false;
	fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return false;
	n = syscall(SYS_read, fd, text, sizeof(text) - 1);
	(void)syscall(SYS_close, fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	return sscanf(text, "%31s %63s", plan_place, plan_word) == 2;
}

static bool
at(const char *place)
{
	return strcmp(plan_place, place) == 0;
}

static void
keep(const char *file, const void *p, size_t len)
{
	const char *dir = getenv("FAULT_LOG");
	char path[PATH_MAX];
	long fd;

	if (dir == NULL || len == 0)
		return;
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = syscall(SYS_openat, AT_FDCWD, path,
	    O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	(void)syscall(SYS_write, fd, p, len);
	(void)syscall(SYS_close, fd);
}

static void
path_of(int fd, char *out, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, out, size - 1);
	out[n > 0 ? n : 0] = '\0';
}

/* "KIND PLACE LEN PATH[ -> NEW]\n" and LEN bytes. */
static void
op(const char *kind, int fd, const char *name, const char *other,
    long long place, const void *p, size_t len)
{
	char dir[PATH_MAX], head[3 * PATH_MAX], *all;
	int n;

	path_of(fd, dir, sizeof(dir));
	n = snprintf(head, sizeof(head), "%s %lld %zu %s%s%s%s%s\n", kind,
	    place, len, dir, name != NULL ? "/" : "",
	    name != NULL ? name : "", other != NULL ? " -> " : "",
	    other != NULL ? other : "");
	all = malloc((size_t)n + len);
	if (all == NULL)
		return;
	memcpy(all, head, (size_t)n);
	if (len > 0)
		memcpy(all + n, p, len);
	keep("ops", all, (size_t)n + len);
	free(all);
}

static bool
is_file(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t place)
{
	char which[3][16] = { "before-A", "half-A", "sync-A" };
	long n;

	if (planned() && memmem(p, len, plan_word, strlen(plan_word)) !=
	    NULL) {
		char letter = media_seen++ == 0 ? 'A' : 'B';

		for (int i = 0; i < 3; i++)
			which[i][strlen(which[i]) - 1] = letter;
		if (at(which[0]))
			die();
		if (at(which[1])) {
			(void)syscall(SYS_pwrite64, fd, p, len / 2, place);
			die();
		}
	} else {
		media_seen = 0;
	}
	op("pwrite", fd, NULL, NULL, place, p, len);
	n = syscall(SYS_pwrite64, fd, p, len, place);
	if (media_seen > 0 && at(which[2]))
		die();
	return n;
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off_t place)
{
	return pwrite(fd, p, len, place);
}

int
fdatasync(int fd)
{
	long r;

	op("fdatasync", fd, NULL, NULL, 0, NULL, 0);
	r = syscall(SYS_fdatasync, fd);
	if (media_seen == 2 && at("synced"))
		die();
	return (int)r;
}

int
fsync(int fd)
{
	op("fsync", fd, NULL, NULL, 0, NULL, 0);
	return (int)syscall(SYS_fsync, fd);
}

int
ftruncate(int fd, off_t len)
{
	op("ftruncate", fd, NULL, NULL, len, NULL, 0);
	return (int)syscall(SYS_ftruncate, fd, len);
}

int
ftruncate64(int fd, off_t len)
{
	return ftruncate(fd, len);
}

int
renameat(int from, const char *a, int to, const char *b)
{
	op("rename", from, a, b, 0, NULL, 0);
	return (int)syscall(SYS_renameat, from, a, to, b);
}

int
unlinkat(int dir, const char *name, int flags)
{
	op("unlink", dir, name, NULL, 0, NULL, 0);
	return (int)syscall(SYS_unlinkat, dir, name, flags);
}

int
mkdirat(int dir, const char *name, mode_t mode)
{
	op("mkdir", dir, name, NULL, 0, NULL, 0);
	return (int)syscall(SYS_mkdirat, dir, name, mode);
}

ssize_t
write(int fd, const void *p, size_t len)
{
	long n;

	if (fd == SOCK_FD)
		keep("sent", p, len);
	else if (fd == 1)
		keep("painted", p, len);
	else if (is_file(fd))
		op("write", fd, NULL, NULL, 0, p, len);
	n = syscall(SYS_write, fd, p, len);
	if (fd == SOCK_FD && media_seen == 2 && at("told"))
		die();
	return n;
}

static void
keep_vec(const char *file, const struct iovec *v, size_t n, size_t len)
{
	for (size_t i = 0; i < n && len > 0; i++) {
		size_t part = v[i].iov_len < len ? v[i].iov_len : len;

		keep(file, v[i].iov_base, part);
		len -= part;
	}
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	long n;

	if (fd == SOCK_FD)
		keep_vec("sent", m->msg_iov, m->msg_iovlen, SIZE_MAX);
	n = syscall(SYS_sendmsg, fd, m, flags);
	if (fd == SOCK_FD && media_seen == 2 && at("told"))
		die();
	return n;
}

ssize_t
writev(int fd, const struct iovec *v, int count)
{
	long n;

	if (fd == SOCK_FD)
		keep_vec("sent", v, (size_t)count, SIZE_MAX);
	n = syscall(SYS_writev, fd, v, count);
	if (fd == SOCK_FD && media_seen == 2 && at("told"))
		die();
	return n;
}

ssize_t
send(int fd, const void *p, size_t len, int flags)
{
	long n;

	if (fd == SOCK_FD)
		keep("sent", p, len);
	n = syscall(SYS_sendto, fd, p, len, flags, NULL, 0);
	if (fd == SOCK_FD && media_seen == 2 && at("told"))
		die();
	return n;
}

/* What comes in: the terminal and the socket. */
ssize_t
read(int fd, void *p, size_t len)
{
	long n = syscall(SYS_read, fd, p, len);

	if (n > 0 && (fd == SOCK_FD || fd == 0))
		keep("got", p, (size_t)n);
	return n;
}

ssize_t
recv(int fd, void *p, size_t len, int flags)
{
	long n = syscall(SYS_recvfrom, fd, p, len, flags, NULL, NULL);

	if (n > 0)
		keep("got", p, (size_t)n);
	return n;
}

ssize_t
recvmsg(int fd, struct msghdr *m, int flags)
{
	long n = syscall(SYS_recvmsg, fd, m, flags);

	if (n > 0)
		keep_vec("got", m->msg_iov, m->msg_iovlen, (size_t)n);
	return n;
}

ssize_t
readv(int fd, const struct iovec *v, int count)
{
	long n = syscall(SYS_readv, fd, v, count);

	if (n > 0 && (fd == SOCK_FD || fd == 0))
		keep_vec("got", v, (size_t)count, (size_t)n);
	return n;
}
