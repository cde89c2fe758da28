/* SPDX-License-Identifier: MIT */
/*
 * A file system that fails, for tests: the calls that change it are taken over
 * here, in front of the C library's.  Call `fault_at` fails, is short, is not
 * made and the program dies, or is made in part and then.
 */
#ifndef TACHIAI_TEST_FAULTS_H
#define TACHIAI_TEST_FAULTS_H

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

enum fault { FAIL, SHORT, DIE, DIE_HALF };

static long fault_at = -1, calls;
static enum fault fault;

/* The bytes that still go through; -1 with errno when the call fails. */
static ssize_t
step(size_t len)
{
	if (++calls != fault_at)
		return (ssize_t)len;
	switch (fault) {
	case FAIL:
		errno = EIO;
		return -1;
	case DIE:
		_exit(9);
	case SHORT:
	case DIE_HALF:
		break;
	}
	return (ssize_t)(len / 2);
}

static void
step_end(void)
{
	if (calls == fault_at && fault == DIE_HALF)
		_exit(9);
}

ssize_t
pwrite(int fd, const void *p, size_t len, off_t at)
{
	ssize_t n = step(len);

	if (n >= 0)
		n = syscall(SYS_pwrite64, fd, p, n, at);
	step_end();
	return n;
}

ssize_t
write(int fd, const void *p, size_t len)
{
	ssize_t n = fd > 2 ? step(len) : (ssize_t)len;

	if (n >= 0)
		n = syscall(SYS_write, fd, p, n);
	step_end();
	return n;
}

int
fdatasync(int fd)
{
	(void)fd; /* the cut of the power is modelled in recover.c */
	return step(0) == -1 ? -1 : 0;
}

int
fsync(int fd)
{
	(void)fd;
	return step(0) == -1 ? -1 : 0;
}

int
renameat(int from, const char *a, int to, const char *b)
{
	return step(0) == -1 ? -1 : (int)syscall(SYS_renameat2, from, a, to,
	    b, 0);
}

int
unlinkat(int dir, const char *name, int flags)
{
	return step(0) == -1 ? -1
			     : (int)syscall(SYS_unlinkat, dir, name, flags);
}

int
mkdirat(int dir, const char *name, mode_t mode)
{
	return step(0) == -1 ? -1 : (int)syscall(SYS_mkdirat, dir, name, mode);
}

int
ftruncate(int fd, off_t len)
{
	return step(0) == -1 ? -1 : (int)syscall(SYS_ftruncate, fd, len);
}

#endif
