/* SPDX-License-Identifier: MIT */
/* The two questions that this program may be started for. */
#ifndef TACHIAI_VISIT_H
#define TACHIAI_VISIT_H

#include "appliance/key/prompt.h"

enum visit_end {
	VISIT_DONE,
	VISIT_LEFT,    /* nothing signed */
	VISIT_REFUSED, /* shown, and told to the console */
};

/* Sign what is due, give the shares, take new ones. */
enum visit_end visit_run(struct session *s);
/* Make a credential, prove that its words open it. */
enum visit_end enroll_run(struct session *s);

/*
 * Ask for the words on this prompt until they open the signing key: then
 * VISIT_DONE, with s->sign and s->words.  A wrong try is told to the console
 * and asked again, after five with a pause that grows.
 */
enum visit_end visit_unlock(struct session *s, struct prompt *p);
/* Tell the console, show the sentence: VISIT_REFUSED. */
enum visit_end visit_refused(struct session *s, const struct err *why);

#endif
