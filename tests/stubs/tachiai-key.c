/* SPDX-License-Identifier: MIT */
/*
 * Stands in for tachiai-key in tests of the launcher: shows that it has the
 * terminal, asks tachiai-hsm and the console, and leaves as it is told.
 */
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "appliance/world/msg.h"

static const char *
ask(enum party to, enum msg_type type, const char *key)
{
	static char value[64];
	struct msg m, answer;
	struct err e;

	msg_init(&m, to, type, 1);
	if (msg_ask(MSG_FD, &m, &answer, NULL, NULL, &e) == -1)
		return "refused";
	snprintf(value, sizeof(value), "%s", json_get_str(answer.json, key));
	msg_fini(&answer);
	return value;
}

int
main(void)
{
	struct termios t;
	char c = 'q';

	printf("TRUSTED PROMPT, epoch %s", ask(PARTY_HSM, MSG_EPOCH, "epoch"));
	printf(", due %s\r\n", ask(PARTY_CONSOLE, MSG_DUE, "due"));
	fflush(stdout);
	(void)!read(STDIN_FILENO, &c, 1);
	if (c == 'c')
		abort();
	if (c == 'o') {
		/* Leaves a mess: lines, echo, a mouse, an open string. */
		(void)tcgetattr(STDIN_FILENO, &t);
		t.c_lflag |= ECHO | ICANON | ISIG;
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
		printf("\033[?1000h\033]0;unfinished");
		fflush(stdout);
	}
	return c == 'l';
}
