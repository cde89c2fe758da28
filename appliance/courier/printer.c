/* SPDX-License-Identifier: MIT */
/* Invariant: nothing waits for ever: a printer has WAIT_MS to take bytes. */
#include "appliance/courier/printer.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/lp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define WAIT_MS 60000
#define PIECE   4096

static bool
kind(const struct stat *st)
{
	return S_ISCHR(st->st_mode) || S_ISREG(st->st_mode) ||
	    S_ISFIFO(st->st_mode);
}

bool
printer_here(const char *path)
{
	struct stat st;

	return path != NULL && stat(path, &st) == 0 && kind(&st);
}

/* What the device says of itself; one that says nothing is ready. */
static int
ready(int fd, struct err *e)
{
	unsigned status = 0;

	if (ioctl(fd, LPGETSTATUS, &status) == -1)
		return 0;
	if ((status & LP_POUTPA) != 0)
		return err_set(e, ERR_REFUSED, "print.no-paper", NULL);
	if ((status & LP_PSELECD) == 0 || (status & LP_PERRORP) == 0)
		return err_set(e, ERR_REFUSED, "print.offline", NULL);
	return 0;
}

static int
no_device(int why, struct err *e)
{
	if (why == ENXIO || why == EIO || why == EBUSY)
		return err_set(e, ERR_REFUSED, "print.offline", NULL);
	return err_set(
	    e, ERR_REFUSED, "print.device", "why", strerrordesc_np(why), NULL);
}

/* What could not be written, after so many hundredths. */
static int
stopped(int why, size_t done, size_t len, struct err *e)
{
	if (done == 0 && why == ENOSPC)
		return err_set(e, ERR_REFUSED, "print.no-paper", NULL);
	if (done == 0 && (why == EIO || why == EPIPE || why == ETIMEDOUT))
		return err_set(e, ERR_REFUSED, "print.offline", NULL);
	err_set(e, ERR_WORLD, "print.stopped", "why",
	    why == ENOSPC ? "no paper" : strerrordesc_np(why), NULL);
	err_arg_int(e, "part", len > 0 ? (long long)(done * 100 / len) : 0);
	return -1;
}

/* 0, or errno. */
static int
piece(int fd, const uint8_t *p, size_t len, size_t *n)
{
	struct pollfd pfd = { fd, POLLOUT, 0 };
	ssize_t w;

	*n = 0;
	if (poll(&pfd, 1, WAIT_MS) == 0)
		return ETIMEDOUT;
	w = write(fd, p, len < PIECE ? len : PIECE);
	if (w == -1)
		return errno == EINTR || errno == EAGAIN ? 0 : errno;
	*n = (size_t)w;
	return 0;
}

int
printer_write(const char *path, const void *bytes, size_t len, struct err *e)
{
	int fd =
	    open(path, O_WRONLY | O_NONBLOCK | O_APPEND | O_NOCTTY | O_CLOEXEC);
	const uint8_t *p = bytes;
	struct stat st;
	size_t done = 0, n;
	int ret = -1, why;

	if (fd == -1)
		return no_device(errno, e);
	if (fstat(fd, &st) == -1 || !kind(&st)) {
		no_device(ENODEV, e);
		goto out;
	}
	if (S_ISCHR(st.st_mode) && ready(fd, e) == -1)
		goto out;
	while (done < len) {
		why = piece(fd, p + done, len - done, &n);
		done += n;
		if (why != 0) {
			stopped(why, done, len, e);
			goto out;
		}
	}
	ret = 0;
out:
	if (close(fd) == -1 && ret == 0)
		ret = stopped(errno, done, len, e);
	return ret;
}
