/* SPDX-License-Identifier: MIT */
/*
 * The trusted prompt on the real terminal: pages, the line of the
 * passphrase, and the few keys.  Words are typed on the last page only, and
 * only when every page before it has been shown.
 */
#ifndef TACHIAI_PROMPT_H
#define TACHIAI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "appliance/key/session.h"
#include "tui/view.h"

/* Fill the body; called whenever it may say another thing. */
typedef void prompt_body_fn(struct view *v, void *arg);

enum prompt_end {
	PROMPT_DONE,
	PROMPT_LEFT, /* Esc */
	PROMPT_IDLE, /* three minutes without a key */
	PROMPT_GONE, /* nobody there any more */
};

struct prompt {
	struct session *s;
	prompt_body_fn *body;
	void *arg;
	bool words;        /* the passphrase is asked for */
	bool slots;        /* s->pass is painted into the body's slots */
	const char *enter; /* label ids */
	const char *leave;
	struct err refusal; /* id "" none */
	size_t page;
	bool at_end; /* the last page is shown */
	bool whose;  /* several pages: the last says once more whose words */
};

/* Words until eight stand in s->pass; or Enter, on the last page. */
enum prompt_end prompt_run(struct prompt *p);
/* One line while something takes its time. */
void prompt_wait(struct session *s, const char *id);
/* A refusal to be read, Enter or Esc leaves. */
enum prompt_end prompt_refuse(struct session *s, const struct err *why);

#endif
