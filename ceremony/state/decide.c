/* SPDX-License-Identifier: MIT */
/*
 * From a command to a line.  Invariant: a line is given out only if
 * ceremony_check() takes it, and its time is never before that of the line
 * before (section 4 of the format: time steps at clock.set alone, and not
 * back).
 */
#include "ceremony/state/decide.h"

#include <stdio.h>
#include <string.h>

int
ceremony_decide(const struct ceremony *c, struct command *cmd,
    const struct facts *f, struct buf *line, struct err *e)
{
	struct entry en;
	bool seal = cmd->event == EV_CHECKPOINT_SIGN &&
	    cmd->by[0] == NULL && ceremony_cosigned(c);
	int ret = -1;

	entry_init(&en, cmd->event);
	/* By the table in force, which may be an older one. */
	en.ev = event_set_find(c->events, event_get(cmd->event)->name);
	en.n = c->head.n + 1;
	en.s = cmd->event == EV_SITTING_OPEN ? c->s + 1 : c->s;
	if (en.s < 0)
		en.s = 0;
	/* A clock that fell behind stands still until it is set: its own
	 * reading is the console's anomaly, not this entry's time. */
	en.t = seal || f->now < c->last_t ? c->last_t : f->now;
	en.m = seal || f->boot_ms < 0 ? c->last_m : f->boot_ms;
	if (cmd->event == EV_SITTING_OPEN || c->head.n < 0)
		en.m = 0;
	else if (en.m < c->last_m && en.s == c->s)
		en.m = c->last_m;
	if (!seal)
		memcpy(en.r, f->r, ENTRY_R);
	en.rc = cmd->rc;
	if (cmd->d != NULL) {
		json_free(en.d);
		en.d = cmd->d;
		cmd->d = NULL;
	}
	for (size_t i = 0; i < 8 && cmd->by[i] != NULL; i++) {
		char by[NAME_LEN + 4];

		snprintf(by, sizeof(by), "op/%.32s", cmd->by[i]);
		entry_by(&en, by);
	}
	for (size_t i = 0; i < 8 && cmd->said[i] != NULL; i++)
		entry_said(&en, cmd->said[i]);
	for (size_t i = 0; i < cmd->atts; i++)
		entry_attach(&en, cmd->att[i].name, cmd->att[i].type,
		    cmd->att[i].sha256, cmd->att[i].size);
	if (ceremony_check(c, &en, e) == -1 ||
	    entry_encode(&en, c->head.hash, line, e) == -1)
		goto out;
	ret = 0;
out:
	entry_fini(&en);
	return ret;
}
