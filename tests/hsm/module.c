/* SPDX-License-Identifier: MIT */
/*
 * A module that lies or breaks, under the real tachiai-hsm: what it gives is
 * verified before it leaves, and nothing is done twice, whichever call fails.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "ceremony/text/text.h"
#include "tests/hsm/counted.h"
#include "tests/unit/test.h"

static void
until_key(struct room *r)
{
	room_open(r);
	room_files(r);
	room_token(r);
	room_step(r, EV_STEP_BEGIN, "1.2");
	room_prepare_run(r, "1.2", "k-root");
	agreed(r);
	room_activate(r);
	room_key_begin(r);
}

static void
until_signature(struct room *r)
{
	room_until_certificate(r);
	agreed(r);
	room_activate(r);
	room_sign_begin(r, "c-root");
}

static void
bare_point(void)
{
	struct room r;

	begin(&r, "bare point");
	shim("lie point");
	until_signature(&r);
	CHECK(named("signed all the same"), ask_do(&r, "c-root") == 0);
	room_fini(&r);
}

static void
module_lies(void)
{
	struct room r;
	int signs;

	begin(&r, "module lies");
	until_signature(&r);
	signs = calls('S');
	shim("lie signature");
	CHECK(named("a wrong signature does not leave"),
	    ask_do(&r, "c-root") == -1);
	CHECK_STR(named("its id"), r.refused, "sign.differs");
	shim("");
	CHECK(named("and is not tried again"), ask_do(&r, "c-root") == -1);
	CHECK(named("one C_Sign"), calls('S') == signs + 1);
	room_fini(&r);
}

static void
module_attributes(void)
{
	struct room r;

	begin(&r, "module attributes");
	until_key(&r);
	shim("lie attributes");
	CHECK(named("a key that can leave is not used"),
	    ask_do(&r, "k-root") == -1);
	CHECK_STR(named("its id"), r.refused, "hsm.attributes");
	CHECK(named("looked for, it is there"),
	    room_ask(&r, MSG_LOOK, named_item("item", "k-root"), NULL, 0) ==
		    0 &&
		json_get_int(r.json, "found", -1) == 1);
	room_fini(&r);
}

static void
module_breaks(void)
{
	struct room r;

	begin(&r, "module breaks");
	until_signature(&r);
	shim("fail C_Sign");
	CHECK(named("refused"), ask_do(&r, "c-root") == -1);
	CHECK_STR(named("its id"), r.refused, "hsm.silent");
	room_fini(&r);
}

/*
 * Tokens that were written and cannot be kept leave it in no known state: it
 * ends of itself, without an answer, and the next start looks.
 */
static bool
ended(const struct room *r, const char *first, int makes)
{
	siginfo_t how;

	return strcmp(first, "msg.gone") == 0 && calls('G') == makes + 1 &&
	    waitid(P_PID, (id_t)r->pid, &how, WEXITED | WNOWAIT) == 0 &&
	    how.si_code == CLD_EXITED && how.si_status == 3;
}

/* The deed with its call `n` failing: 1 there is no such call, 0, -1 bad. */
static int
one_call(const char *item, void (*until)(struct room *), int n)
{
	static char name[80];
	struct room r;
	char lie[32], first[40];
	int makes, signs, ok, again, ret = 0;

	snprintf(name, sizeof(name), "call %d of %s", n, item);
	begin(&r, name);
	until(&r);
	makes = calls('G');
	signs = calls('S');
	snprintf(lie, sizeof(lie), "fail-at %d", n);
	shim(lie);
	ok = ask_do(&r, item) == 0;
	snprintf(first, sizeof(first), "%s", r.refused);
	shim("");
	again = ask_do(&r, item) == 0;
	/* The same answer, a sentence, nothing twice; still alive, or ended. */
	if (again != ok || strcmp(first, r.refused) != 0 ||
	    (!ok && text_find(first) == NULL) || calls('G') > makes + 1 ||
	    calls('S') > signs + 1)
		ret = -1;
	else if (room_ask(&r, MSG_HELLO, NULL, NULL, 0) == -1)
		ret = !ok && ended(&r, first, makes) ? 0 : -1;
	else if (calls('F') == 0)
		ret = ok ? 1 : -1;
	room_fini(&r);
	return ret;
}

static void
every_call(const char *item, void (*until)(struct room *))
{
	int n = 0, r = 0;

	while (n < 200 && r == 0)
		r = one_call(item, until, ++n);
	name_scenario(item);
	CHECK(named("each call fails, and nothing is done twice"), r == 1);
	CHECK(named("there were calls"), n > 3);
	printf("# %d calls\n", n - 1);
}

int
main(void)
{
	counted_begin();
	bare_point();
	module_lies();
	module_attributes();
	module_breaks();
	every_call("c-root", until_signature);
	every_call("k-root", until_key);
	return test_end();
}
