/* SPDX-License-Identifier: MIT */
/*
 * The setter of the clock, a process and a user of its own, with the right to
 * do that and no other.  Invariant: the clock moves by no more than half a
 * day, and never to before the image was made, what it was set to before, or
 * the last entry that the asker knows; all of it is UTC.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/rtc.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "appliance/init/init.h"
#include "appliance/world/clock.h"
#include "appliance/world/keep.h"
#include "appliance/world/msg.h"

#define RTC     "/dev/rtc0"
#define CONSOLE ((uid_t)USER_FIRST + PARTY_CONSOLE)
#define SECOND  1000000000L
#define HALF    (SECOND / 2)

struct setter {
	int64_t made;  /* the image was */
	int64_t known; /* what the clock was set to last */
	int rtc;       /* -1: the machine has none that we know */
};

static struct setter setter = { .rtc = -1 };

int
clock_judge(
    int64_t now, int64_t known, int64_t made, const struct clock_ask *ask)
{
	int64_t to;

	if (ask->by > CLOCK_JUMP_S || ask->by < -CLOCK_JUMP_S)
		return ERANGE;
	to = now + ask->by;
	if (to < made || to - made > IMAGE_AGE_S || to < known ||
	    to < ask->last)
		return ERANGE;
	return 0;
}

/* Its second ends half a second after it was written: so it is written then. */
static bool
write_rtc(int fd)
{
	struct timespec now, rest = { 0, 0 };
	struct rtc_time t = { 0 }, is;
	struct tm tm;

	if (fd == -1 || clock_gettime(CLOCK_REALTIME, &now) == -1)
		return false;
	rest.tv_nsec = (SECOND + HALF - now.tv_nsec) % SECOND;
	(void)nanosleep(&rest, NULL);
	if (clock_gettime(CLOCK_REALTIME, &now) == -1 ||
	    gmtime_r(&now.tv_sec, &tm) == NULL)
		return false;
	t.tm_sec = tm.tm_sec;
	t.tm_min = tm.tm_min;
	t.tm_hour = tm.tm_hour;
	t.tm_mday = tm.tm_mday;
	t.tm_mon = tm.tm_mon;
	t.tm_year = tm.tm_year;
	if (ioctl(fd, RTC_SET_TIME, &t) == -1 ||
	    ioctl(fd, RTC_RD_TIME, &is) == -1)
		return false;
	tm.tm_sec = is.tm_sec;
	tm.tm_min = is.tm_min;
	tm.tm_hour = is.tm_hour;
	tm.tm_mday = is.tm_mday;
	tm.tm_mon = is.tm_mon;
	tm.tm_year = is.tm_year;
	/* Reading it takes it up to a second more. */
	return timegm(&tm) - now.tv_sec >= 0 && timegm(&tm) - now.tv_sec <= 2;
}

static void
set(struct setter *s, const struct clock_ask *ask, struct clock_answer *a)
{
	struct timespec t;

	if (clock_gettime(CLOCK_REALTIME, &t) == -1) {
		a->why = errno;
		return;
	}
	a->why = clock_judge(t.tv_sec, s->known, s->made, ask);
	t.tv_sec += ask->by;
	if (a->why == 0 && clock_settime(CLOCK_REALTIME, &t) == -1)
		a->why = errno;
	if (a->why != 0)
		return;
	s->known = t.tv_sec;
	a->rtc = write_rtc(s->rtc);
}

static void
serve(void *arg, const char *line, char *reply)
{
	struct clock_answer a = { .why = EINVAL };
	struct clock_ask ask;

	if (clock_parse_ask(line, &ask) == 0) {
		a.why = 0;
		set(arg, &ask, &a);
	}
	clock_format_answer(&a, reply);
}

void
clock_listen(const struct facts *f)
{
	setter.made = f->made;
	setter.rtc = open(RTC, O_RDONLY | O_CLOEXEC);
	keep_listen(CLOCK_SOCKET, CONSOLE, serve, NULL);
}

_Noreturn void
clock_keep(void)
{
	for (;;)
		keep_serve(-1, &setter);
}
