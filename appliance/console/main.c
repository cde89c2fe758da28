/* SPDX-License-Identifier: MIT */
/*
 * tachiai-console: asks the state what comes next, does it, asks again.
 * Started by the launcher on a pseudo-terminal, with its socket as
 * descriptor 3.
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/console/console.h"
#include "appliance/world/confine.h"
#include "appliance/world/paths.h"

typedef void todo_fn(struct console *k, const struct next *n);

static todo_fn *const TODO[] = {
	[TODO_LOG_INIT] = do_log_init,
	[TODO_OPEN] = do_open,
	[TODO_LOSS] = do_loss,
	[TODO_ONE] = do_one,
	[TODO_DOUBT] = do_doubt,
	[TODO_FILES] = do_files,
	[TODO_BREAK] = do_break,
	[TODO_BEGIN] = do_begin,
	[TODO_HANDS] = do_hands,
	[TODO_CLOCK] = do_clock,
	[TODO_ENROLL] = do_enroll,
	[TODO_ROSTER] = do_people,
	[TODO_APPROVE] = do_people,
	[TODO_QUORUM] = do_people,
	[TODO_IMPORT] = do_import,
	[TODO_CONFIRM] = do_confirm,
	[TODO_DEAL] = do_deal,
	[TODO_SHARES] = do_people,
	[TODO_PREPARE] = do_prepare,
	[TODO_RECORD] = do_record,
	[TODO_CONSENT] = do_consent,
	[TODO_ACTIVATE] = do_activate,
	[TODO_DEED] = do_deed,
	[TODO_OUTCOME] = do_outcome,
	[TODO_READBACK] = do_readback,
	[TODO_EXPORT] = do_export,
	[TODO_SHOW] = do_show,
	[TODO_CLOSE] = do_close,
	[TODO_COSIGN] = do_cosign,
	[TODO_NOTES] = do_notes,
	[TODO_REVIEW] = do_review,
	[TODO_PAPER] = do_paper,
	[TODO_END] = do_end,
	[TODO_DEVIATED] = do_deviated,
	[TODO_NOT_RUN] = do_not_run,
	[TODO_DROP] = do_drop,
	[TODO_DONE] = do_done,
};

static void
on_died(struct console *k, const struct msg *m)
{
	const char *program = json_get_str(m->json, "program");
	struct err e;

	if (program == NULL)
		return;
	ui_result(k, "told.died", "program", program, NULL);
	if (strcmp(program, "tachiai-hsm") != 0 || !(k->hsm_here ||
	    k->hsm_lost))
		return;
	k->hsm_lost = false;
	if (json_get_int(m->json, "again", 0) == 1 &&
	    restart_hsm(k, &e) == 0)
		return;
	if (k->hsm_lost)
		return; /* it died once more: that death is on the way */
	if (json_get_int(m->json, "again", 0) != 1)
		err_set(&e, ERR_WORLD, "hsm.gone", NULL);
	ui_refuse(k, &e);
	k->over = true;
	k->code = 3;
}

static void
on_idle(struct console *k, const struct msg *m)
{
	struct command cmd = { .event = EV_TOKEN_IDLE };
	const char *token = json_get_str(m->json, "token");
	const char *why = json_get_str(m->json, "why");
	struct err e;

	if (why != NULL && strcmp(why, "soon") == 0) {
		ui_result(k, "told.idle-soon", "token", token, NULL);
		return;
	}
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "token", token != NULL ? token : "-");
	json_set_str(cmd.d, "why", why != NULL ? why : "idle");
	if (commit(k, &cmd, &e) == -1)
		return;
	ui_result(k, "told.idle", "token", token, NULL);
	err_set(&e, ERR_REFUSED, "hsm.idle", "token", token, NULL);
	err_arg_int(&e, "min", profiles_idle_minutes(k->c->profiles));
	ui_refuse(k, &e);
}

void
handle_message(struct console *k, struct msg *m)
{
	switch (m->type) {
	case MSG_VISIT_BEGIN:
		k->visiting = true;
		break;
	case MSG_VISIT_END:
		k->visiting = false;
		ui_repaint(k);
		break;
	case MSG_DIED:
		on_died(k, m);
		break;
	case MSG_IDLE:
		on_idle(k, m);
		break;
	default:
		visit_message(k, m);
		break;
	}
}

static int
usage(void)
{
	fprintf(stderr,
	    "usage: tachiai-console [--volume DIR[,DIR]] "
	    "[--zone ZONE] [--lang en|ja] [--facts FILE] "
	    "[--clock SOCKET] [--format SOCKET] [--whole-cells]\n");
	return 2;
}

static int
parse_args(struct console *k, int argc, char **argv)
{
	static const struct option OPTS[] = {
		{ "volume", required_argument, NULL, 'v' },
		{ "zone", required_argument, NULL, 'z' },
		{ "lang", required_argument, NULL, 'l' },
		{ "facts", required_argument, NULL, 'f' },
		{ "clock", required_argument, NULL, 'c' },
		{ "format", required_argument, NULL, 'm' },
		{ "whole-cells", no_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	char *comma;
	int o;

	k->zone = "UTC";
	while ((o = getopt_long(argc, argv, "", OPTS, NULL)) != -1) {
		switch (o) {
		case 'v':
			k->dir[0] = optarg;
			comma = strchr(optarg, ',');
			if (comma != NULL) {
				*comma = '\0';
				k->dir[1] = comma + 1;
			}
			break;
		case 'f':
			k->facts = optarg;
			break;
		case 'c':
			k->clock.path = optarg;
			break;
		case 'm':
			k->format.path = optarg;
			break;
		case 'w':
			k->whole = true;
			break;
		case 'z':
			k->zone = optarg;
			break;
		case 'l':
			k->lang = strcmp(optarg, "ja") == 0 ? LANG_JA :
			    LANG_EN;
			break;
		default:
			return -1;
		}
	}
	return k->dir[0] != NULL && optind == argc ? 0 : -1;
}

/* The last words when the console cannot go on. */
static void
fail(struct console *k, const struct err *e)
{
	struct buf b = BUF_INIT;

	text_error(k->lang, e, &b);
	fprintf(stderr, "tachiai-console: %s (%s)\n", buf_cstr(&b), e->id);
	buf_free(&b);
}

static void
say_leave(struct console *k)
{
	struct msg m;
	struct err e;

	msg_init(&m, PARTY_LAUNCHER, MSG_LEAVE, 0);
	json_set_int(m.json, "code", k->code);
	(void)msg_write(MSG_FD, &m, &e);
	msg_fini(&m);
}

int
main(int argc, char **argv)
{
	static struct console k;
	struct msg m;
	struct err e;

	(void)setlocale(LC_CTYPE, "");
	memset(&e, 0, sizeof(e));
	if (parse_args(&k, argc, argv) == -1)
		return usage();
	/* Later no socket can be made. */
	keep_line_open(&k.clock, k.clock.path);
	keep_line_open(&k.format, k.format.path);
	/* The folders that hold the volume's: these come and go. */
	struct paths_row writes[2] = { { k.dir[0], PATHS_ALL },
		{ k.dir[1], PATHS_ALL } };
	if (confine_process(&e) == -1 || confine_caller(&e) == -1 ||
	    paths_confine(writes, 2, &e) == -1 || ui_open(&k, &e) == -1) {
		fail(&k, &e);
		return 3;
	}
	console_start_clock(&k);
	form_init(&k.form);
	msg_init(&m, PARTY_LAUNCHER, MSG_READY, 0);
	(void)msg_write(MSG_FD, &m, &e);
	msg_fini(&m);
	if (open_volume(&k, &e) == -1 && !k.over) {
		k.over = true;
		k.code = 3;
		k.refusal = e;
	}
	while (!k.over) {
		struct next n;

		ui_settle(&k);
		if (k.over)
			break;
		note_restarts(&k);
		ceremony_next(k.c, &n);
		if (table_differs(&k, &n))
			do_upgrade(&k);
		else
			TODO[n.todo](&k, &n);
	}
	ui_close();
	if (k.code != 0 && k.refusal.id[0] != '\0')
		fail(&k, &k.refusal);
	say_leave(&k);
	form_free(&k.form);
	if (k.j != NULL)
		journal_close(k.j);
	ceremony_free(k.c);
	return k.code;
}
