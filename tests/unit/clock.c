/* SPDX-License-Identifier: MIT */
/* appliance/world/clock: the line between console and setter of the clock. */
#include "tests/unit/test.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/world/clock.h"

static void
asks(void)
{
	static const struct {
		const char *line;
		bool good;
	} ROWS[] = {
		{ "set 0 0", true },
		{ "set -7 1796000000", true },
		{ "set 999999999999 0", true },
		{ "set 9999999999999 0", false },
		{ "", false },
		{ "set", false },
		{ "set ", false },
		{ "set 7", false },
		{ "set 7 ", false },
		{ "set 7  0", false },
		{ "set 07 0", false },
		{ "set -0 0", false },
		{ "set +7 0", false },
		{ "set 7 0\n", false },
		{ "set 7 0 0", false },
		{ "Set 7 0", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct clock_ask a = { .by = 12345 };
		char line[CLOCK_LINE];
		int r = clock_parse_ask(ROWS[i].line, &a);

		CHECK(ROWS[i].line, r == (ROWS[i].good ? 0 : -1));
		if (r == 0) {
			clock_format_ask(&a, line);
			CHECK_STR("the same again", line, ROWS[i].line);
		} else {
			CHECK("nothing was taken", a.by == 12345);
		}
	}
}

static void
answers(void)
{
	static const struct {
		const char *line;
		bool good;
	} ROWS[] = {
		{ "ok 0", true },
		{ "ok 1", true },
		{ "no 34", true },
		{ "ok 2", false },
		{ "ok", false },
		{ "ok 1 ", false },
		{ "no 0", false },
		{ "no 4096", false },
		{ "no 034", false },
		{ "no", false },
		{ "", false },
		{ "ja 1", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct clock_answer a = { .why = -5 };
		char line[CLOCK_LINE];
		int r = clock_parse_answer(ROWS[i].line, &a);

		CHECK(ROWS[i].line, r == (ROWS[i].good ? 0 : -1));
		if (r == 0) {
			clock_format_answer(&a, line);
			CHECK_STR("the same again", line, ROWS[i].line);
		} else {
			CHECK("nothing was taken", a.why == -5);
		}
	}
}

/* What the other side answered before it was asked. */
static int
asked(const char *reply, struct clock_answer *a, char heard[static CLOCK_LINE])
{
	const struct clock_ask ask = { -7, 1000 };
	int p[2], r, why;
	ssize_t n = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, p) == -1)
		return -2;
	if (reply != NULL)
		n = send(p[1], reply, strlen(reply), 0);
	else
		(void)shutdown(p[1], SHUT_RDWR);
	r = n == -1 ? -2 : clock_ask(p[0], &ask, a);
	why = errno;
	n = recv(p[1], heard, CLOCK_LINE - 1, MSG_DONTWAIT);
	heard[n > 0 ? n : 0] = '\0';
	close(p[0]);
	close(p[1]);
	errno = why;
	return r;
}

static void
over_a_socket(void)
{
	struct clock_answer a = { 0 };
	char heard[CLOCK_LINE];

	CHECK("set", asked("ok 1", &a, heard) == 0 && a.rtc);
	CHECK_STR("what was asked", heard, "set -7 1000");
	CHECK("set, not the other one", asked("ok 0", &a, heard) == 0 && !a.rtc);
	CHECK("never", asked("no 34", &a, heard) == -1 && errno == ERANGE);
	CHECK("no answer", asked("what", &a, heard) == -1 && errno == EPIPE);
	CHECK("nobody", asked(NULL, &a, heard) == -1 && errno == EPIPE);
}

int
main(void)
{
	asks();
	answers();
	over_a_socket();
	return test_end();
}
