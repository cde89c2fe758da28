/* SPDX-License-Identifier: MIT */
/*
 * The launcher's children: started, told of, ended.  Invariant: whoever dies
 * is detached from the hub, which refuses what it owed, before it is started
 * again; one that dies several times without a word stays down.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/launcher/state.h"

#define DEATHS_MAX  3  /* in a row, without a word */
#define DECODE_S    60 /* the longest one artefact may take */
#define FAREWELL_MS 3000

int
programs_start(struct launcher *l, enum party who, enum child_io io, int pty,
    struct err *e)
{
	char *alone[2] = { NULL, NULL };
	struct child_start s = { l->plan->dir, who, io, pty, l->complaint[1],
		-1, alone,
		l->plan->users != 0 ? l->plan->users + (uid_t)who : 0 };
	char name[32];
	int fd = -1;

	/* Who asks a person does not ask for ever. */
	if (who == PARTY_KEY) {
		s.clock =
		    timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
		if (s.clock == -1)
			return launcher_world(e, "timerfd");
	}

	(void)snprintf(name, sizeof(name), "%s", party_name(who));
	alone[0] = name;
	if (who == PARTY_CONSOLE)
		s.argv = l->plan->console;
	else if (who == PARTY_HSM)
		s.argv = l->hsm;
	else if (who == PARTY_COURIER)
		s.argv = l->plan->courier;
	l->pid[who] = child_start(&s, &fd, e);
	if (s.clock != -1)
		close(s.clock);
	if (l->pid[who] == -1)
		return -1;
	hub_attach(l->hub, who, fd);
	return 0;
}

void
programs_stop(struct launcher *l, enum party who)
{
	if (l->pid[who] > 0)
		(void)kill(l->pid[who], SIGKILL);
}

void
programs_tell_console(
    struct launcher *l, enum msg_type type, const char *key, const char *value)
{
	struct msg m;

	msg_init(&m, PARTY_CONSOLE, type, 0);
	if (key != NULL)
		json_set_str(m.json, key, value);
	hub_send(l->hub, &m);
	msg_fini(&m);
}

static void
tell_death(struct launcher *l, enum party who, const char *status, bool again)
{
	struct msg m;

	msg_init(&m, PARTY_CONSOLE, MSG_DIED, 0);
	json_set_str(m.json, "program", party_name(who));
	json_set_str(m.json, "status", status);
	json_set_int(m.json, "again", again);
	hub_send(l->hub, &m);
	msg_fini(&m);
}

static void
decode_start(struct launcher *l, const struct msg *m)
{
	int64_t s = json_get_int(m->json, "seconds", DECODE_S);
	struct msg answer;
	struct err e;

	msg_init(&answer, m->from, MSG_ANSWER, m->id);
	answer.from = PARTY_LAUNCHER;
	json_set_int(answer.json, "ok", 1);
	if (hub_owes(l->hub, PARTY_DECODE, MSG_DECODE)) {
		err_set(&e, ERR_REFUSED, "decode.busy", NULL);
		msg_refusal(&answer, &e);
	} else {
		/* One that has answered and is not gone yet. */
		if (l->pid[PARTY_DECODE] > 0) {
			programs_stop(l, PARTY_DECODE);
			(void)waitpid(l->pid[PARTY_DECODE], NULL, 0);
			l->pid[PARTY_DECODE] = 0;
		}
		if (programs_start(l, PARTY_DECODE, CHILD_NULL, -1, &e) == -1)
			msg_refusal(&answer, &e);
		l->decode_s = s < 1 || s > DECODE_S ? DECODE_S : (int)s;
		l->end[PARTY_DECODE] = 0;
	}
	hub_send(l->hub, &answer);
	msg_fini(&answer);
}

/* A volume's mode says which module; the console only says the mode. */
static void
module_start(struct launcher *l, const struct msg *m)
{
	const char *mode = json_get_str(m->json, "mode");
	char *const *argv = l->plan->hsm;
	struct msg answer;
	struct err e;

	if (mode != NULL && strcmp(mode, "production") == 0 &&
	    l->plan->production[0] != NULL)
		argv = l->plan->production;
	msg_init(&answer, m->from, MSG_ANSWER, m->id);
	answer.from = PARTY_LAUNCHER;
	json_set_int(answer.json, "ok", 1);
	if (argv != l->hsm) {
		l->hsm = argv;
		if (l->pid[PARTY_HSM] > 0) {
			programs_stop(l, PARTY_HSM);
			(void)waitpid(l->pid[PARTY_HSM], NULL, 0);
			l->pid[PARTY_HSM] = 0;
		}
		err_set(&e, ERR_WORLD, "world.died", "program",
		    party_name(PARTY_HSM), NULL);
		(void)hub_detach(l->hub, PARTY_HSM, &e);
		l->mute[PARTY_HSM] = 0;
		if (programs_start(l, PARTY_HSM, CHILD_NULL, -1, &e) == -1)
			msg_refusal(&answer, &e);
	}
	hub_send(l->hub, &answer);
	msg_fini(&answer);
}

void
programs_message(void *arg, const struct msg *m)
{
	struct launcher *l = arg;
	const char *text;
	int64_t code;

	switch (m->type) {
	case MSG_WAITING:
		text = json_get_str(m->json, "text");
		l->waiting = text != NULL && text[0] != '\0';
		l->unread = json_get(m->json, "unread") != NULL;
		break;
	case MSG_LANG:
		text = json_get_str(m->json, "lang");
		l->plan->lang =
		    text != NULL && strcmp(text, "ja") == 0 ? LANG_JA : LANG_EN;
		break;
	case MSG_DECODE_START:
		decode_start(l, m);
		break;
	case MSG_MODULE:
		module_start(l, m);
		break;
	case MSG_LEAVE:
		code = json_get_int(m->json, "code", 0);
		l->leaving = true;
		l->code = code < 0 || code > 3 ? 3 : (int)code;
		break;
	default:
		break;
	}
}

void
programs_offence(void *arg, enum party who, const struct err *e)
{
	(void)e;
	programs_stop(arg, who);
}

/* Deaths */

static void
restart(struct launcher *l, enum party who, const char *status, bool spoke)
{
	struct err e;
	bool again;

	l->mute[who] = spoke ? 0 : l->mute[who] + 1;
	again = l->mute[who] < DEATHS_MAX &&
	    programs_start(l, who, CHILD_NULL, -1, &e) == 0;
	tell_death(l, who, status, again);
}

static void
died(struct launcher *l, enum party who, int status)
{
	bool spoke = hub_has_spoken(l->hub, who);
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	bool left = WIFEXITED(status) && WEXITSTATUS(status) == 1;
	char how[32];
	struct err e;

	child_status(status, how, sizeof(how));
	l->pid[who] = 0;
	err_set(&e, ERR_WORLD,
	    who == PARTY_DECODE ? "decode.died" : "world.died", "program",
	    party_name(who), NULL);
	(void)hub_detach(l->hub, who, &e);
	switch (who) {
	case PARTY_CONSOLE:
		if (l->leaving) {
			launcher_end(l, l->code);
			break;
		}
		err_set(&l->err, ERR_WORLD, "launcher.console-died", "status",
		    how, NULL);
		launcher_end(l, 3);
		break;
	case PARTY_KEY:
		if (!good && !left)
			tell_death(l, who, how, false);
		scene_give_back(l, good ? "done" : left ? "left" : "died");
		break;
	case PARTY_HSM:
	case PARTY_COURIER:
		restart(l, who, how, spoke);
		break;
	default:
		break;
	}
}

void
programs_reap(struct launcher *l)
{
	int status;
	pid_t pid;

	while (!l->over && (pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (int i = 0; i < PARTY_COUNT; i++)
			if (l->pid[i] == pid)
				died(l, (enum party)i, status);
}

static bool
anybody_left(const struct launcher *l)
{
	for (int i = 0; i < PARTY_COUNT; i++)
		if (l->pid[i] > 0)
			return true;
	return false;
}

/* Everybody sees the end of their socket and has a moment to go. */
void
programs_farewell(struct launcher *l)
{
	struct pollfd p = { l->signals, POLLIN, 0 };
	struct signalfd_siginfo si;
	int status, left = FAREWELL_MS / 100;
	pid_t pid;

	hub_free(l->hub);
	l->hub = NULL;
	if (l->master != -1)
		close(l->master);
	if (l->pid[PARTY_KEY] > 0)
		programs_stop(l, PARTY_KEY);
	while (anybody_left(l)) {
		pid = waitpid(-1, &status, WNOHANG);
		for (int i = 0; i < PARTY_COUNT && pid > 0; i++)
			if (l->pid[i] == pid)
				l->pid[i] = 0;
		if (pid == -1)
			break;
		if (pid > 0)
			continue;
		if (poll(&p, 1, 100) > 0)
			(void)!read(l->signals, &si, sizeof(si));
		if (left-- == 0)
			for (int i = 0; i < PARTY_COUNT; i++)
				programs_stop(l, (enum party)i);
	}
}
