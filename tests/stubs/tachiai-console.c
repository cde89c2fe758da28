/* SPDX-License-Identifier: MIT */
/*
 * Stands in for tachiai-console in tests of the launcher: one key, one deed,
 * and a line that says what came of it.
 */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "appliance/world/msg.h"

extern char **environ;

static int
say(const char *s)
{
	printf("%s\r\n", s);
	fflush(stdout);
	return 0;
}

static void
told(void *arg, struct msg *m)
{
	const struct msg_rule *r = msg_rule(m->type);
	const char *program = json_get_str(m->json, "program");
	const char *why = json_get_str(m->json, "why");
	const char *status = json_get_str(m->json, "status");
	struct json *j;
	struct err e;

	(void)arg;
	if (m->type == MSG_DUE) {
		j = json_new_obj();
		json_set_str(j, "due", "nothing");
		(void)msg_answer(MSG_FD, m, j, NULL, 0, &e);
		return;
	}
	printf("told %s %s%s%s%s\r\n", r->name, program != NULL ? program : "",
	    why != NULL ? why : "", status != NULL ? ", " : "",
	    status != NULL ? status : "");
	fflush(stdout);
}

/* Asks, shows the answer's `show` or the refusal's id. */
static void
ask(enum party to, enum msg_type type, const char *key, const char *value,
    const char *bytes)
{
	static uint32_t id;
	struct buf b = BUF_INIT;
	struct msg m, answer;
	struct err e;

	msg_init(&m, to, type, ++id);
	if (key != NULL)
		json_set_str(m.json, key, value);
	if (key != NULL && strcmp(key, "count") == 0)
		json_set_int(m.json, key, atoi(value));
	if (bytes != NULL)
		buf_str(&m.bytes, bytes);
	if (msg_ask(MSG_FD, &m, &answer, told, NULL, &e) == -1) {
		printf("refused %s\r\n", e.id);
	} else {
		json_encode(answer.json, &b);
		printf("answer %s and %zu bytes\r\n", buf_cstr(&b),
		    answer.bytes.len);
		msg_fini(&answer);
	}
	fflush(stdout);
	buf_free(&b);
}

static void
tell(enum msg_type type, const char *key, const char *value)
{
	struct msg m;
	struct err e;

	msg_init(&m, PARTY_LAUNCHER, type, 0);
	if (key != NULL)
		json_set_str(m.json, key, value);
	(void)msg_write(MSG_FD, &m, &e);
	msg_fini(&m);
}

/* What the launcher gave us: descriptors beyond 3, names in environ. */
static void
inheritance(void)
{
	DIR *d = opendir("/proc/self/fd");
	struct dirent *ent;
	int own = dirfd(d), more = 0, names = 0;

	while ((ent = readdir(d)) != NULL)
		more += atoi(ent->d_name) > MSG_FD && atoi(ent->d_name) != own;
	closedir(d);
	for (char **p = environ; *p != NULL; p++)
		names += strncmp(*p, "TERM=", 5) != 0 &&
		    strncmp(*p, "PATH=", 5) != 0 &&
		    strncmp(*p, "LC_ALL=", 7) != 0;
	printf("inherited %d descriptors, %d names\r\n", more, names);
	fflush(stdout);
}

/* Keys that ask. */
static const struct {
	char key;
	enum party to;
	enum msg_type type;
	const char *name, *value, *bytes;
} ASKS[] = {
	{ 's', PARTY_COURIER, MSG_STICKS, NULL, NULL, NULL },
	{ 'h', PARTY_HSM, MSG_HELLO, NULL, NULL, NULL },
	{ 'k', PARTY_HSM, MSG_HELLO, "how", "die", NULL },
	{ 'f', PARTY_HSM, MSG_HELLO, "how", "form", NULL },
	{ 'b', PARTY_HSM, MSG_RANDOM, "count", "41943040", NULL },
	{ 'd', PARTY_LAUNCHER, MSG_DECODE_START, NULL, NULL, NULL },
	{ 'd', PARTY_DECODE, MSG_DECODE, NULL, NULL, "good" },
	{ 'D', PARTY_LAUNCHER, MSG_DECODE_START, NULL, NULL, NULL },
	{ 'D', PARTY_DECODE, MSG_DECODE, NULL, NULL, "!" },
	{ 'v', PARTY_COURIER, MSG_CAMERA, NULL, NULL, NULL },
	{ 'n', PARTY_DECODE, MSG_DECODE, NULL, NULL, "good" },
};

static bool
asks(char c)
{
	bool asked = false;

	for (size_t i = 0; i < sizeof(ASKS) / sizeof(*ASKS); i++)
		if (ASKS[i].key == c) {
			ask(ASKS[i].to, ASKS[i].type, ASKS[i].name,
			    ASKS[i].value, ASKS[i].bytes);
			asked = true;
		}
	return asked;
}

static int
key(char c)
{
	static const char rubbish[] = "a frame of nothing";
	struct winsize ws;

	if (asks(c))
		return 0;
	switch (c) {
	case 'w':
		tell(MSG_WAITING, "text", "anna is asked to come in");
		return say("waiting is announced");
	case 'u':
		tell(MSG_WAITING, "unread", "anna");
		return say("a page is not read");
	case 'W':
		tell(MSG_WAITING, "text", "");
		return say("nothing waits");
	case 'i':
		inheritance();
		return 0;
	case 'e':
		printf("\033]0;a title\007\033[6n\033[c\033[?1000h"
		       "\033[>4;2mfiltered\r\n");
		fflush(stdout);
		return 0;
	case 'z':
		(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws);
		printf("size %dx%d\r\n", ws.ws_col, ws.ws_row);
		fflush(stdout);
		return 0;
	case 'x':
		(void)!write(MSG_FD, rubbish, sizeof(rubbish));
		return say("rubbish is sent");
	case 'c':
		abort();
	case 'q':
	case 'Q':
		tell(MSG_LEAVE, NULL, NULL);
		return -1;
	default:
		printf("key %02x\r\n", (unsigned)(unsigned char)c);
		fflush(stdout);
		return 0;
	}
}

int
main(int argc, char **argv)
{
	struct pollfd p[2] = { { STDIN_FILENO, POLLIN, 0 },
		{ MSG_FD, POLLIN, 0 } };
	struct termios t;
	struct msg m;
	struct err e;
	char c;

	(void)signal(SIGWINCH, SIG_IGN);
	(void)tcgetattr(STDIN_FILENO, &t);
	cfmakeraw(&t);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
	tell(MSG_READY, NULL, NULL);
	printf("\033[?1049h\033[H\033[2J");
	for (int i = 1; i < argc; i++)
		printf("argument %s\r\n", argv[i]);
	say("the console is ready");
	for (;;) {
		if (poll(p, 2, -1) == -1)
			return 1;
		if (p[1].revents != 0) {
			if (msg_read(MSG_FD, &m, &e) != 1)
				return 1;
			told(NULL, &m);
			msg_fini(&m);
		} else if (p[0].revents != 0 &&
		    (read(STDIN_FILENO, &c, 1) != 1 || key(c) == -1)) {
			return 0;
		}
	}
}
