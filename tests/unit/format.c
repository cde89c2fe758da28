/* SPDX-License-Identifier: MIT */
/* appliance/world/format: the line by which a stick is made a medium. */
#include "tests/unit/test.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/world/format.h"

static void
asks(void)
{
	static const struct {
		const char *line;
		bool good;
	} ROWS[] = {
		{ "look 0", true },
		{ "look 17", true },
		{ "look 999999999999999", true },
		{ "look 9999999999999999", false },
		{ "look -1", false },
		{ "look 01", false },
		{ "look", false },
		{ "look ", false },
		{ "look 1 ", false },
		{ "look 1\n", false },
		{ "make sda 5 A", true },
		{ "make sdb 12 B", true },
		{ "make sda 5 C", false },
		{ "make sda 5 a", false },
		{ "make sda 5 AB", false },
		{ "make sda 5", false },
		{ "make sda A", false },
		{ "make sda  5 A", false },
		{ "make /dev/sda 5 A", false },
		{ "make ../sda 5 A", false },
		{ "make SDA 5 A", false },
		{ "make  5 A", false },
		{ "make sdaaaaaaaaaaaaa 5 A", true },
		{ "make sdaaaaaaaaaaaaaa 5 A", false },
		{ "anew A", true },
		{ "anew B", true },
		{ "anew C", false },
		{ "anew ", false },
		{ "anew A ", false },
		{ "wipe sda 5 A", false },
		{ "", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct format_ask a = { .n = 12345 };
		char line[FORMAT_LINE];
		int r = format_parse_ask(ROWS[i].line, &a);

		CHECK(ROWS[i].line, r == (ROWS[i].good ? 0 : -1));
		if (r == 0) {
			format_write_ask(&a, line);
			CHECK_STR("the same again", line, ROWS[i].line);
		} else {
			CHECK("nothing was taken", a.n == 12345);
		}
	}
}

static void
answers(void)
{
	static const struct {
		enum format_what what;
		const char *line;
		bool good;
	} ROWS[] = {
		{ FORMAT_MAKE, "ok", true },
		{ FORMAT_ANEW, "ok", true },
		{ FORMAT_MAKE, "ok ", false },
		{ FORMAT_LOOK, "ok", false },
		{ FORMAT_MAKE, "no 16", true },
		{ FORMAT_LOOK, "no 2", true },
		{ FORMAT_LOOK, "no 0", false },
		{ FORMAT_LOOK, "no 4096", false },
		{ FORMAT_LOOK, "no 2 ", false },
		{ FORMAT_LOOK, "ok sda 5 64 0 vfat\tIN\tAcme Stick\t007\t",
		    true },
		{ FORMAT_LOOK, "ok sda 5 64 5 none\t\t\t\t", true },
		{ FORMAT_LOOK, "ok sda 5 64 6 none\t\t\t\t", false },
		{ FORMAT_LOOK, "ok sda 5 64 0 none\t\t\t", false },
		{ FORMAT_LOOK, "ok sda 5 64 0 none\t\t\t\t\t", false },
		{ FORMAT_LOOK, "ok sda 5 64 0 none\t\t\t\tx", false },
		{ FORMAT_LOOK, "ok sda 5 64 0 \t\t\t\t", false },
		{ FORMAT_LOOK, "ok sda 5 64 none\t\t\t\t", false },
		{ FORMAT_LOOK, "ok sda 5 64 0 none\t\tA\033[2J\t\t", false },
		{ FORMAT_LOOK,
		    "ok sda 5 64 0 none\t012345678901234567890123456789012\t"
		    "\t\t", false },
		{ FORMAT_LOOK, "", false },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		struct format_answer a = { .why = 12345 };
		char line[FORMAT_LINE];
		int r = format_parse_answer(ROWS[i].what, ROWS[i].line, &a);

		CHECK(ROWS[i].line, r == (ROWS[i].good ? 0 : -1));
		if (r == 0) {
			format_write_answer(ROWS[i].what, &a, line);
			CHECK_STR("the same again", line, ROWS[i].line);
		} else {
			CHECK("nothing was taken", a.why == 12345);
		}
	}
}

/* The longest of all has room. */
static void
longest(void)
{
	struct format_answer a, b;
	char line[FORMAT_LINE];
	struct format_stick *s = &a.stick;

	memset(&a, 0, sizeof(a));
	memset(s->dev, 'a', sizeof(s->dev) - 1);
	memset(s->fs, 'f', sizeof(s->fs) - 1);
	memset(s->label, 'L', sizeof(s->label) - 1);
	memset(s->maker, 'M', sizeof(s->maker) - 1);
	memset(s->serial, 'S', sizeof(s->serial) - 1);
	s->seq = s->bytes = INT64_C(999999999999999);
	s->against = FORMAT_SMALL;
	format_write_answer(FORMAT_LOOK, &a, line);
	CHECK("the longest", format_parse_answer(FORMAT_LOOK, line, &b) == 0 &&
	    strcmp(b.stick.serial, s->serial) == 0 &&
	    b.stick.bytes == s->bytes);
}

static void
over_a_socket(void)
{
	struct format_ask ask = { .what = FORMAT_LOOK };
	struct format_stick got;
	char line[FORMAT_LINE] = "";
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sv) == -1)
		return;
	(void)!write(sv[1], "ok sdb 5 64 0 ext4\tX\tY\tZ\t", 26);
	CHECK("asked", format_ask(sv[0], &ask, &got) == 0 &&
	    strcmp(got.dev, "sdb") == 0 && strcmp(got.serial, "Z") == 0);
	(void)!read(sv[1], line, sizeof(line) - 1);
	CHECK_STR("by this", line, "look 0");
	(void)!write(sv[1], "no 16", 5);
	CHECK("refused", format_ask(sv[0], &ask, &got) == -1 && errno == EBUSY);
	close(sv[1]);
	CHECK("gone", format_ask(sv[0], &ask, &got) == -1 && errno == EPIPE);
	close(sv[0]);
}

int
main(void)
{
	asks();
	answers();
	longest();
	over_a_socket();
	return test_end();
}
