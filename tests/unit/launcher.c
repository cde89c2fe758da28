/* SPDX-License-Identifier: MIT */
/* appliance/launcher: the filter before the terminal, and the hub. */
#include "tests/unit/test.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "appliance/launcher/filter.h"
#include "appliance/launcher/hub.h"
#include "appliance/launcher/term.h"

static const struct {
	const char *name, *in, *out;
} FILTER_ROWS[] = {
	{ "text", "a b\r\n\t", "a b\r\n\t" },
	{ "kanji", "\xe9\x8d\xb5", "\xe9\x8d\xb5" },
	{ "colours", "\033[1;31mx\033[0m", "\033[1;31mx\033[0m" },
	{ "cursor", "\033[12;5H\033[K\033M", "\033[12;5H\033[K\033M" },
	{ "other screen", "\033[?1049h\033[?25l", "\033[?1049h\033[?25l" },
	{ "line drawing", "\033(0q\033(B", "\033(0q\033(B" },
	{ "a mouse", "\033[?1000hx", "x" },
	{ "a mouse among others", "\033[?25;1000hx", "x" },
	{ "other keys", "\033[>4;2mx", "x" },
	{ "kitty's keys", "\033[>1u\033[=1ux", "x" },
	{ "win32 keys", "\033[?9001hx", "x" },
	{ "bracketed paste", "\033[?2004hx", "x" },
	{ "where is the cursor", "\033[6nx", "x" },
	{ "who are you", "\033[c\033[>cx", "x" },
	{ "window", "\033[8;1;1tx", "x" },
	{ "title", "\033]0;t\007x", "x" },
	{ "palette", "\033]4;0;#fff\033\\x", "x" },
	{ "a string of the device", "\033Pq#0\033\\x", "x" },
	{ "an open string", "\033_never ending", "" },
	{ "a cancelled string", "\033]0;t\x18x", "x" },
	{ "a cancelled sequence", "\033[1\x18x", "x" },
	{ "escape in a sequence", "\033[1\033[0mx", "\033[0mx" },
	{ "an ESC at the end", "x\033", "x" },
	{ "a control of 8 bits",
	    "\x9b"
	    "6nx",
	    "6nx" },
	{ "the same as a character",
	    "\xc2\x9b"
	    "6nx",
	    "6nx" },
	{ "a space that is none", "\xc2\xa0", "\xc2\xa0" },
	{ "half a character", "\xe9\x8dx", "x" },
	{ "a character too long", "\xc0\xafx", "x" },
	{ "a surrogate", "\xed\xa0\x80x", "x" },
	{ "a bell", "\007x", "x" },
	{ "an enquiry", "\005x", "x" },
	{ "colon arguments", "\033[4:3mx", "x" },
	{ "a test pattern", "\033#8x", "x" },
	{ "a full reset", "\033cx", "x" },
	{ "another coding", "\033%@x", "x" },
	{ "a status line", "\033[3$}x", "x" },
};

static void
filter(void)
{
	char longest[FILTER_SEQUENCE * 2];

	for (size_t i = 0; i < sizeof(FILTER_ROWS) / sizeof(*FILTER_ROWS);
	     i++) {
		const char *in = FILTER_ROWS[i].in;
		struct buf whole = BUF_INIT, cut = BUF_INIT;
		struct filter f = { 0 }, g = { 0 };

		filter_pass(&f, (const uint8_t *)in, strlen(in), &whole);
		for (; *in != '\0'; in++)
			filter_pass(&g, (const uint8_t *)in, 1, &cut);
		CHECK_STR(
		    FILTER_ROWS[i].name, buf_cstr(&whole), FILTER_ROWS[i].out);
		CHECK_STR("byte by byte", buf_cstr(&cut), FILTER_ROWS[i].out);
		buf_free(&whole);
		buf_free(&cut);
	}
	{
		struct buf out = BUF_INIT;
		struct filter f = { 0 };

		memset(longest, '1', sizeof(longest));
		memcpy(longest, "\033[", 2);
		filter_pass(
		    &f, (const uint8_t *)longest, sizeof(longest), &out);
		CHECK("a sequence without end",
		    memchr(buf_cstr(&out), 0x1b, out.len) == NULL);
		buf_free(&out);
	}
}

/* The hub between two ends that this program holds. */

static int offences, messages;

static void
on_message(void *arg, const struct msg *m)
{
	(void)arg;
	messages += m->type == MSG_WAITING;
}

static void
on_offence(void *arg, enum party who, const struct err *e)
{
	(void)arg;
	(void)who;
	(void)e;
	offences++;
}

static int
attach(struct hub *h, enum party who)
{
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sv) == -1)
		abort();
	hub_attach(h, who, sv[0]);
	return sv[1];
}

static void
serve(struct hub *h)
{
	struct pollfd p[PARTY_COUNT];

	for (;;) {
		size_t n = hub_poll(h, p);

		if (poll(p, (nfds_t)n, 0) <= 0)
			return;
		hub_serve(h, p, n);
		if (offences > 0)
			return;
	}
}

static void
say(int fd, enum party from, enum party to, enum msg_type type, uint32_t id)
{
	struct msg m;
	struct err e;

	msg_init(&m, to, type, id);
	m.from = from;
	if (msg_write(fd, &m, &e) == -1)
		abort();
	msg_fini(&m);
}

/* The next message at `fd`: its type and id, or -1. */
static int
heard(int fd, uint32_t *id)
{
	struct msg m;
	struct err e;
	int type;

	if (msg_read(fd, &m, &e) != 1)
		return -1;
	type = (int)m.type;
	*id = m.id;
	msg_fini(&m);
	return type;
}

static void
hub_asks(void)
{
	const struct hub_events ev = { NULL, on_message, on_offence };
	struct hub *h = hub_new(&ev);
	int console = attach(h, PARTY_CONSOLE), hsm = attach(h, PARTY_HSM);
	int key = attach(h, PARTY_KEY);
	uint32_t first = 0, second = 0, id = 0;
	struct err why;

	say(console, PARTY_CONSOLE, PARTY_HSM, MSG_HELLO, 7);
	say(key, PARTY_KEY, PARTY_HSM, MSG_EPOCH, 7);
	serve(h);
	CHECK("the first is forwarded", heard(hsm, &first) == MSG_HELLO);
	CHECK("the second too", heard(hsm, &second) == MSG_EPOCH);
	CHECK("with ids of the hub's own", first != second);
	CHECK("it owes", hub_owes(h, PARTY_HSM, MSG_HELLO));
	say(hsm, PARTY_HSM, PARTY_KEY, MSG_ANSWER, second);
	serve(h);
	CHECK("answered with the asker's id",
	    heard(key, &id) == MSG_ANSWER && id == 7);
	/* The one who asked is gone before the answer. */
	say(key, PARTY_KEY, PARTY_HSM, MSG_EPOCH, 8);
	serve(h);
	CHECK("asked", heard(hsm, &second) == MSG_EPOCH);
	close(key);
	err_set(&why, ERR_WORLD, "world.died", NULL);
	CHECK("nothing owed by it", hub_detach(h, PARTY_KEY, &why) == 0);
	key = attach(h, PARTY_KEY);
	say(hsm, PARTY_HSM, PARTY_KEY, MSG_ANSWER, second);
	serve(h);
	CHECK("the next one does not hear it", heard(key, &id) == -1);
	CHECK("and nobody is to blame", offences == 0);
	/* The one who owes an answer dies. */
	CHECK("one refusal", hub_detach(h, PARTY_HSM, &why) == 1);
	serve(h);
	CHECK("refused", heard(console, &id) == MSG_ANSWER && id == 7);
	say(console, PARTY_CONSOLE, PARTY_HSM, MSG_HELLO, 9);
	serve(h);
	CHECK("refused at once when it is not there",
	    heard(console, &id) == MSG_ANSWER && id == 9);
	say(console, PARTY_CONSOLE, PARTY_LAUNCHER, MSG_WAITING, 0);
	serve(h);
	CHECK("the launcher's own", messages == 1);
	hub_free(h);
	close(console);
	close(hsm);
	close(key);
}

static void
hub_offences(void)
{
	static const struct {
		const char *name;
		enum party from, to;
		enum msg_type type;
	} ROWS[] = {
		{ "in another's name", PARTY_KEY, PARTY_HSM, MSG_EPOCH },
		{ "in the launcher's name", PARTY_LAUNCHER, PARTY_CONSOLE,
		    MSG_DIED },
		{ "an answer nobody asked for", PARTY_CONSOLE, PARTY_HSM,
		    MSG_ANSWER },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		const struct hub_events ev = { NULL, on_message, on_offence };
		struct hub *h = hub_new(&ev);
		int console = attach(h, PARTY_CONSOLE);
		int hsm = attach(h, PARTY_HSM);
		uint32_t id;

		offences = 0;
		say(console, ROWS[i].from, ROWS[i].to, ROWS[i].type, 1);
		serve(h);
		CHECK(ROWS[i].name, offences == 1);
		CHECK("nobody hears it", heard(hsm, &id) == -1);
		say(console, PARTY_CONSOLE, PARTY_HSM, MSG_HELLO, 1);
		offences = 0;
		serve(h);
		CHECK("nor anything after it", heard(hsm, &id) == -1);
		hub_free(h);
		close(console);
		close(hsm);
	}
	offences = 0;
}

static void
page(void)
{
	struct buf b = BUF_INIT;

	term_page(&b, "one two three four five", 14);
	CHECK("words are not cut",
	    strstr(buf_cstr(&b), "two\xc2") == NULL &&
		strstr(buf_cstr(&b), "one two \r\n  three ") != NULL);
	buf_free(&b);
}

int
main(void)
{
	filter();
	hub_asks();
	hub_offences();
	page();
	return test_end();
}
