/* SPDX-License-Identifier: MIT */
/*
 * Asking the keeper of the media.  Invariant: how a stick is mounted is read
 * off the stick itself each time, never remembered: it may have come again.
 */
#include "appliance/courier/keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>

#include "appliance/world/keep.h"

static int
failed(const struct stick *s, struct err *e)
{
	const bool refused = errno == EROFS || errno == EACCES;
	const bool gone = errno == ENOENT;

	/* One that is being pulled refuses, too, and is gone then. */
	if (refused && keeper_here(s, -1))
		return err_set(
		    e, ERR_REFUSED, "media.read-only", "label", s->name, NULL);
	if (refused || gone)
		return err_set(
		    e, ERR_REFUSED, "media.absent", "label", s->name, NULL);
	return err_set(e, ERR_WORLD, "media.pulled", "label", s->name, NULL);
}

/* Mounted so that it can be written; -1: not to be seen. */
static int
is_open(const struct stick *s)
{
	struct statvfs v;

	if (statvfs(s->dir, &v) == -1)
		return -1;
	return (v.f_flag & ST_RDONLY) == 0;
}

static int
turn(const struct stick *s, enum keep_what what, struct err *e)
{
	struct keep_answer a;
	int is;

	if (s->keeper == 0 || s->dir == NULL)
		return 0;
	is = is_open(s);
	if (is == (what == KEEP_WRITE))
		return 0;
	if (is == -1)
		return failed(s, e);
	return keep_ask(s->keeper, what, s->name, &a) == 0 ? 0 : failed(s, e);
}

int
keeper_open(const struct stick *s, struct err *e)
{
	return turn(s, KEEP_WRITE, e);
}

int
keeper_settle(const struct stick *s, struct err *e)
{
	return turn(s, KEEP_ANEW, e);
}

int
keeper_lend(int fd, struct err *e)
{
	struct keep_answer a;

	if (fd == 0 || keep_ask(fd, KEEP_LEND, KEEP_DRIVE, &a) == 0)
		return 0;
	return err_set(e, ERR_REFUSED,
	    errno == ENOENT ? "disc.none" : "disc.busy", "why",
	    strerrordesc_np(errno), NULL);
}

void
keeper_back(int fd)
{
	struct keep_answer a;

	if (fd != 0)
		(void)keep_ask(fd, KEEP_BACK, KEEP_DRIVE, &a);
}

bool
keeper_here(const struct stick *s, int dir)
{
	/* A device that was pulled fails before it is gone. */
	const struct timespec moment = { 0, 400 * 1000000 };
	struct stat was, is;
	struct keep_answer a;

	if (s->keeper != 0) {
		(void)nanosleep(&moment, NULL);
		if (keep_ask(s->keeper, KEEP_ABOUT, s->name, &a) == -1)
			return false;
	}
	if (s->dir == NULL || stat(s->dir, &is) == -1)
		return false;
	/* While `dir` is open no other device has its number. */
	return dir == -1 || (fstat(dir, &was) == 0 && was.st_dev == is.st_dev);
}

bool
keeper_gone(int fd)
{
	return fd != 0 && keep_hung_up(fd);
}

void
keeper_look(struct stick *s)
{
	struct keep_answer a;
	struct stat st;

	if (s->keeper == 0)
		return;
	if (s->dir == NULL || stat(s->dir, &st) == -1) {
		s->seen = 0;
		return;
	}
	if (st.st_dev == s->seen ||
	    keep_ask(s->keeper, KEEP_ABOUT, s->name, &a) == -1)
		return;
	s->seen = st.st_dev;
	s->protect = a.protect;
	memcpy(s->serial, a.serial, sizeof(s->serial));
}
