/* SPDX-License-Identifier: MIT */
/*
 * Steps of the hands: what was answered decides whether a step counts as
 * done, and where a branch leads.
 */
#include "tests/unit/state_refuse.h"

static void
say(const char *field, const char *value)
{
	struct command cmd;

	day_cmd(&cmd, EV_STEP_FIELD);
	json_set_str(cmd.d, "field", field);
	json_set_str(cmd.d, "step",
	    ceremony_step_no(sealed.c, sealed.c->now));
	json_set_str(cmd.d, "value", value);
	sealed_do(&cmd);
}

static const char *
ends(const char *result)
{
	struct command cmd;

	day_cmd(&cmd, EV_STEP_END);
	json_set_str(cmd.d, "result", result);
	json_set_str(cmd.d, "step",
	    ceremony_step_no(sealed.c, sealed.c->now));
	return sealed_says(&cmd);
}

static enum todo
next(void)
{
	struct next n;

	ceremony_next(sealed.c, &n);
	return n.todo;
}

static void
begin(const char *no)
{
	CHECK_STR("the next step", ceremony_step_no(sealed.c, sealed.c->now),
	    no);
	day_step(EV_STEP_BEGIN, NULL);
}

static void
to_the_script(void)
{
	struct object_source objects = { sealed_object, NULL };

	sealed.now = SOFT_NOW - 200000;
	sealed.log = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	sealed.c = ceremony_new(&objects);
	day.dir = "tests/ceremonies/hands";
	sealed_genesis();
	sealed_open(0);
	while (next() != TODO_BEGIN)
		(void)day_once();
}

static void
test_values(void)
{
	begin("1.1");
	say("value", "09:12");
	day_step(EV_STEP_END, "done");
	begin("1.2");
	CHECK_STR("nothing was compared", ends("done"), "state.order value");
	say("first", "09:13");
	CHECK_STR("another value than the one recorded", ends("done"),
	    "state.order value");
	say("first", "09:12");
	day_step(EV_STEP_END, "done");
	begin("1.3");
	say("second", "4417");
	CHECK_STR("the second reading alone", ends("done"),
	    "state.order value");
	say("first", "4418");
	CHECK_STR("another value than the script's", ends("done"),
	    "state.order value");
	say("first", "4417");
	/* A second comparison with what was recorded, behind the first. */
	step_says("field", "cctv-start");
	CHECK_STR("the script's value, and not the recorded one",
	    ends("done"), "state.order value");
	step_says("field", "never-recorded");
	CHECK_STR("nothing was recorded: the script's alone", ends("done"),
	    "taken");
	day_step(EV_STEP_END, "done");
	begin("1.4");
	CHECK_STR("what the machine shows is not typed", ends("done"),
	    "taken");
	day_step(EV_STEP_END, "done");
}

static void
test_each(void)
{
	begin("1.5");
	CHECK("somebody is asked", next() == TODO_HANDS);
	say("each-1", "y");
	say("each-3", "y");
	CHECK_STR("not everybody", ends("done"), "state.order everybody");
	say("each-2", "y");
	CHECK("all have said so", next() == TODO_END);
	say("each-1", "n");
	CHECK("one takes it back", next() == TODO_HANDS);
	say("each-33", "y");
	say("each-0", "y");
	CHECK("nobody else counts", next() == TODO_HANDS);
	say("each-1", "y");
	day_step(EV_STEP_END, "done");
}

static void
test_branch(void)
{
	size_t at = sealed.c->now;

	begin("1.6");
	CHECK_STR("not without an answer", ends("done"),
	    "state.order answer");
	CHECK_STR("nor elsewhere", ends("otherwise"), "state.order answer");
	say("answer", "y");
	CHECK_STR("yes does not lead elsewhere", ends("otherwise"),
	    "state.order answer");
	say("answer", "n");
	CHECK_STR("no does not go on", ends("done"), "state.order answer");
	day_step(EV_STEP_END, "otherwise");
	CHECK_STR("the way of the no",
	    ceremony_step_no(sealed.c, sealed.c->now), "1.9");
	CHECK("what lies between was not run",
	    sealed.c->step[at].state == STEP_DONE &&
		sealed.c->step[at + 1].state == STEP_NOT_RUN &&
		sealed.c->step[at + 2].state == STEP_NOT_RUN &&
		sealed.c->step[at + 3].state == STEP_TODO);
	begin("1.9");
	CHECK_STR("only a branch leads elsewhere", ends("otherwise"),
	    "state.order answer");
}

int
main(void)
{
	to_the_script();
	test_values();
	test_each();
	test_branch();
	day_free();
	return test_end();
}
