/* SPDX-License-Identifier: MIT */
/*
 * tachiai-key: one question at the trusted prompt, then it dies.  It holds
 * the real terminal and, while it is open, one credential; never the token,
 * never the transcript.
 */
#include <stdio.h>
#include <string.h>

#include "appliance/key/keyboard.h"
#include "appliance/key/visit.h"
#include "appliance/world/confine.h"
#include "appliance/world/paths.h"

#define HEAP ((size_t)1 << 16) /* bytes of secure memory */

static int
complain(const struct err *e)
{
	char text[512];

	err_describe(e, text, sizeof(text));
	fprintf(stderr, "tachiai-key: %s\n", text);
	return 3;
}

static int
run(void)
{
	struct session s;
	enum visit_end end;
	struct err e;

	session_init(&s, MSG_FD);
	if (session_due(&s, &e) == -1) {
		prompt_refuse(&s, &e);
		end = VISIT_LEFT;
	} else if (s.due.enroll) {
		end = enroll_run(&s);
	} else {
		end = visit_run(&s);
	}
	session_fini(&s);
	return end == VISIT_DONE ? 0 : 1;
}

int
main(int argc, char *argv[])
{
	struct err e;
	int code;

	if (argc > 1) {
		fprintf(stderr, "usage: %s\n", argv[0]);
		return 2;
	}
	if (confine_basic(&e) == -1 || paths_confine(NULL, 0, &e) == -1 ||
	    secret_begin(HEAP, &e) == -1 || keyboard_begin(&e) == -1)
		return complain(&e);
	code = run();
	keyboard_end();
	return code;
}
