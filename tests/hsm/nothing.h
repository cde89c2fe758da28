/* SPDX-License-Identifier: MIT */
/* For programs with checks: after a lie the module is not reached. */
#ifndef TACHIAI_TEST_NOTHING_H
#define TACHIAI_TEST_NOTHING_H

#include "tests/hsm/counted.h"
#include "tests/unit/test.h"

/* Nothing is active, and nothing was signed since `signs`. */
static inline void
nothing(struct room *r, int signs, const char *id)
{
	int a = ask_activate(r);

	CHECK(named("not activated"), a == -1);
	CHECK_STR(named("not activated, id"), r->refused, id);
	CHECK(named("not signed"), ask_do(r, "c-root") == -1);
	CHECK(named("no C_Sign"), calls('S') == signs);
}

#endif
