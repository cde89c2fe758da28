/* SPDX-License-Identifier: MIT */
/*
 * What steps to come want that is no stick: a camera, a drive that writes
 * discs, a printer.  None of them stops the day, for a stick serves instead;
 * but people are told at its start, while there is time to fetch one.
 */
#include <string.h>

#include "appliance/console/console.h"

static const struct {
	const char *device; /* as tachiai-courier calls it */
	const char *named, *told;
	enum verb verb;
	const char *to; /* of the step, or NULL: any */
} NEEDS[] = {
	{ "camera", "needs.camera", "told.no-camera", VERB_QR_SCAN, NULL },
	{ "disc", "needs.disc", "told.no-disc", VERB_EXPORT, "disc" },
	{ "printer", "needs.printer", "told.no-printer", VERB_PRINT, NULL },
};

#define ROWS (sizeof(NEEDS) / sizeof(*NEEDS))

/* The first step from now on that wants it, or NULL. */
static const char *
wanted(const struct console *k, size_t row)
{
	struct step s;

	for (size_t i = k->c->now; i < k->c->steps; i++) {
		const char *to;

		if (script_step(k->c->script, i, &s) == -1)
			break;
		to = json_get_str(s.json, "to");
		if (s.verb == NEEDS[row].verb && (NEEDS[row].to == NULL ||
		    (to != NULL && strcmp(to, NEEDS[row].to) == 0)))
			return ceremony_step_no(k->c, i);
	}
	return NULL;
}

/* What tachiai-courier has; without a script nothing is wanted. */
static bool
devices(struct console *k, struct msg *a)
{
	struct err e;

	return k->c->script != NULL &&
	    ask(k, PARTY_COURIER, MSG_STICKS, NULL, NULL, 0, a, &e) == 0;
}

void
needs_tell(struct console *k)
{
	struct msg a;

	if (!devices(k, &a))
		return;
	for (size_t i = 0; i < ROWS; i++) {
		const char *no = wanted(k, i);

		if (no != NULL && json_get_int(a.json, NEEDS[i].device, 0) != 1)
			ui_result(k, NEEDS[i].told, "step", no, NULL);
	}
	msg_fini(&a);
}

void
needs_facts(struct console *k, struct view *v)
{
	struct msg a;

	if (!devices(k, &a))
		return;
	for (size_t i = 0; i < ROWS; i++) {
		const char *no = wanted(k, i);

		if (no != NULL)
			view_fact(v, view_fill(v, NEEDS[i].named, NULL),
			    view_fill(v, json_get_int(a.json, NEEDS[i].device,
				0) == 1 ? "needs.here" : "needs.away",
				"step", no, NULL));
	}
	msg_fini(&a);
}
