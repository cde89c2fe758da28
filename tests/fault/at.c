/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into tachiai-console and tachiai-courier by wrappers that stand in
 * their places; the programs themselves are the ones that ship.  Every call
 * that changes a file, and every line that is told to tachiai-hsm, is one
 * boundary; they are counted from 1, those of both programs together.  "N" is
 * the moment before call N, "N/2" (a write) the one after half of its bytes.
 * In the folder FAULT_LOG it keeps
 *
 *   calls   how many there were
 *   ops     the calls in their order: number, kind, place, bytes, path
 *   told    the lines that tachiai-hsm was told of
 *   sent    every byte that left for the other programs
 *   got     every byte that came from them, from the terminal, from files
 *   painted every byte of the screen
 *   memory  all that stands in writable memory when the console ends
 *   died    N or N/2, once a program was killed there
 *
 * and it reads there, when it starts,
 *
 *   kill    N or N/2: die there, by SIGKILL
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
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SOCK_FD    3 /* to the launcher */
#define MSG_HEADER 16
#define TO_HSM     3 /* the receiver in a frame's header, PARTY_HSM */

static long kill_at, now; /* the call that this program is in */
static bool kill_half;
static long *calls; /* of all programs, in memory that they share */

static long
open_in_log(const char *file, int flags)
{
	const char *dir = getenv("FAULT_LOG");
	char path[PATH_MAX];

	if (dir == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	return syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

/* What is kept, opened before the program closes the file system to itself. */
static const char *const FILES[] = { "ops", "told", "sent", "got", "painted",
	"memory", "died" };
#define N_FILES (sizeof(FILES) / sizeof(*FILES))
#define HIGH    512 /* out of the way of the program's own */
static long kept[N_FILES], maps = -1;

static long
put_high(long fd)
{
	long high = syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, HIGH);

	if (high < 0)
		return fd;
	(void)syscall(SYS_close, fd);
	return high;
}

__attribute__((constructor)) static void
begin(void)
{
	char text[64] = "";
	long fd = open_in_log("kill", O_RDONLY);
	void *p;

	for (size_t i = 0; i < N_FILES; i++)
		kept[i] = put_high(open_in_log(FILES[i],
		    O_WRONLY | O_CREAT | O_APPEND));
	maps = put_high(syscall(SYS_openat, AT_FDCWD, "/proc/self/maps",
	    O_RDONLY | O_CLOEXEC, 0));

	if (fd >= 0) {
		(void)syscall(SYS_read, fd, text, sizeof(text) - 1);
		(void)syscall(SYS_close, fd);
	}
	kill_at = atol(text);
	kill_half = strchr(text, '/') != NULL;
	fd = open_in_log("calls", O_RDWR | O_CREAT);
	if (fd < 0)
		return;
	(void)syscall(SYS_ftruncate, fd, sizeof(*calls));
	p = mmap(NULL, sizeof(*calls), PROT_READ | PROT_WRITE, MAP_SHARED,
	    (int)fd, 0);
	if (p != MAP_FAILED)
		calls = p;
	(void)syscall(SYS_close, fd);
}

static void
keep(const char *file, const void *p, size_t len)
{
	for (size_t i = 0; i < N_FILES; i++)
		if (len > 0 && kept[i] >= 0 && strcmp(FILES[i], file) == 0)
			(void)syscall(SYS_write, kept[i], p, len);
}

/* Die, if this is the boundary. */
static void
boundary(bool half)
{
	char name[32];
	int n;

	if (now != kill_at || half != kill_half)
		return;
	n = snprintf(name, sizeof(name), half ? "%ld/2\n" : "%ld\n", now);
	keep("died", name, (size_t)n);
	(void)kill(getpid(), SIGKILL);
	for (;;)
		(void)pause();
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

/* Before a call: "NUMBER KIND PLACE LEN PATH[ -> NEW]\n" and LEN bytes. */
static void
op(const char *kind, int fd, const char *name, const char *other,
    long long place, const void *p, size_t len)
{
	char dir[PATH_MAX], head[3 * PATH_MAX], *all;
	int n;

	if (calls == NULL)
		return;
	now = __atomic_add_fetch(calls, 1, __ATOMIC_SEQ_CST);
	boundary(false);
	path_of(fd, dir, sizeof(dir));
	n = snprintf(head, sizeof(head), "%ld %s %lld %zu %s%s%s%s%s\n",
	    now, kind, place, len, dir, name != NULL ? "/" : "",
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

/* Is half of this write the last of this program? */
static bool
halved(void)
{
	return now == kill_at && kill_half;
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t place)
{
	op("pwrite", fd, NULL, NULL, place, p, len);
	if (halved()) {
		(void)syscall(SYS_pwrite64, fd, p, len / 2, place);
		boundary(true);
	}
	return syscall(SYS_pwrite64, fd, p, len, place);
}

ssize_t
pwrite64(int fd, const void *p, size_t len, off_t place)
{
	return pwrite(fd, p, len, place);
}

int
fdatasync(int fd)
{
	op("fdatasync", fd, NULL, NULL, 0, NULL, 0);
	return (int)syscall(SYS_fdatasync, fd);
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

/* Only what makes a file is a boundary. */
int
openat(int dir, const char *name, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	if ((flags & O_CREAT) != 0) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
		op("create", dir, name, NULL, mode, NULL, 0);
	}
	return (int)syscall(SYS_openat, dir, name, flags, mode);
}

int
openat64(int dir, const char *name, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	return openat(dir, name, flags, mode);
}

int
linkat(int from, const char *a, int to, const char *b, int flags)
{
	op("link", from, a, b, 0, NULL, 0);
	return (int)syscall(SYS_linkat, from, a, to, b, flags);
}

int
symlinkat(const char *what, int dir, const char *name)
{
	op("symlink", dir, name, what, 0, NULL, 0);
	return (int)syscall(SYS_symlinkat, what, dir, name);
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
	size_t half = 0;

	if (fd == SOCK_FD) {
		keep("sent", p, len);
	} else if (fd == 1) {
		keep("painted", p, len);
	} else if (is_file(fd)) {
		op("write", fd, NULL, NULL, 0, p, len);
		if (halved()) {
			half = len / 2;
			(void)syscall(SYS_write, fd, p, half);
			boundary(true);
		}
	}
	return syscall(SYS_write, fd, (const char *)p + half, len - half) +
	    (long)half;
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

/*
 * A line of the transcript leaves for tachiai-hsm: from here on it is
 * acknowledged.  The frame is that of appliance/world/msg.c.
 */
static void
tell(const uint8_t *p, size_t len)
{
	size_t at;

	keep("sent", p, len);
	if (len < MSG_HEADER || p[5] != TO_HSM)
		return;
	at = MSG_HEADER + ((size_t)p[12] << 24 | (size_t)p[13] << 16 |
	    (size_t)p[14] << 8 | p[15]);
	if (at + 74 < len && p[at + 64] == ' ' && p[at + 65] == '{' &&
	    p[len - 1] == '\n') {
		op("told", SOCK_FD, NULL, NULL, 0, p + at, len - at);
		keep("told", p + at, len - at);
	}
}

ssize_t
send(int fd, const void *p, size_t len, int flags)
{
	if (fd == SOCK_FD)
		tell(p, len);
	return syscall(SYS_sendto, fd, p, len, flags, NULL, 0);
}

ssize_t
sendmsg(int fd, const struct msghdr *m, int flags)
{
	if (fd == SOCK_FD)
		keep_vec("sent", m->msg_iov, m->msg_iovlen, SIZE_MAX);
	return syscall(SYS_sendmsg, fd, m, flags);
}

ssize_t
writev(int fd, const struct iovec *v, int count)
{
	if (fd == SOCK_FD)
		keep_vec("sent", v, (size_t)count, SIZE_MAX);
	return syscall(SYS_writev, fd, v, count);
}

/* What comes in: from the terminal, the socket and files. */
ssize_t
read(int fd, void *p, size_t len)
{
	long n = syscall(SYS_read, fd, p, len);

	if (n > 0)
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

	if (n > 0)
		keep_vec("got", v, (size_t)count, (size_t)n);
	return n;
}

ssize_t
pread(int fd, void *p, size_t len, off_t place)
{
	long n = syscall(SYS_pread64, fd, p, len, place);

	if (n > 0)
		keep("got", p, (size_t)n);
	return n;
}

ssize_t
pread64(int fd, void *p, size_t len, off_t place)
{
	return pread(fd, p, len, place);
}

/* Everything writable, as it stands when main() has returned. */
__attribute__((destructor)) static void
end(void)
{
	static char text[1 << 18];
	long n, len = 0;

	while (maps >= 0 && len < (long)sizeof(text) - 1 &&
	    (n = syscall(SYS_read, maps, text + len,
	    sizeof(text) - 1 - (size_t)len)) > 0)
		len += n;
	text[len] = '\0';
	for (char *l = text; l != NULL && *l != '\0';
	    l = strchr(l, '\n'), l += l != NULL) {
		unsigned long from, to;
		char right[5];

		if (sscanf(l, "%lx-%lx %4s", &from, &to, right) == 3 &&
		    right[0] == 'r' && right[1] == 'w')
			keep("memory", (const void *)from, to - from);
	}
}
