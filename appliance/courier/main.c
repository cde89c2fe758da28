/* SPDX-License-Identifier: MIT */
/*
 * tachiai-courier: carries files between sticks and the console, and knows
 * nothing of what is in them.  Invariant: it answers every ask, with what
 * was done or with the one sentence that says why not.
 */
#include <dirent.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/courier/camera.h"
#include "appliance/courier/drive.h"
#include "appliance/courier/keeper.h"
#include "appliance/courier/printer.h"
#include "appliance/world/confine.h"
#include "appliance/world/keep.h"
#include "appliance/world/msg.h"
#include "appliance/world/paths.h"

#define STICKS_MAX 32

struct courier {
	struct stick stick[STICKS_MAX];
	size_t n;
	struct camera camera;
	const char *printer; /* device, or NULL */
	const char *disc;    /* drive, or NULL */
	const char *sticks;  /* a folder whose folders are sticks, or NULL */
	const char *door;    /* of the keeper that mounts those, or NULL */
	int keeper;          /* a socket to it; 0 none */
};

static struct stick *
find(struct courier *c, const char *name)
{
	for (size_t i = 0; name != NULL && i < c->n; i++)
		if (strcmp(c->stick[i].name, name) == 0)
			return &c->stick[i];
	return NULL;
}

/* The row of `name`, made when it is not there; NULL: not a name, or full. */
static struct stick *
row(struct courier *c, const char *name)
{
	struct stick *s = find(c, name);

	if (s != NULL || c->n == STICKS_MAX || !stick_name_ok(name))
		return s;
	s = &c->stick[c->n++];
	s->name = name;
	return s;
}

/* NAME=DIR */
static int
option_stick(struct courier *c, char *arg)
{
	char *eq = strchr(arg, '=');
	struct stick *s;

	if (eq == NULL || eq[1] == '\0')
		return -1;
	*eq = '\0';
	s = row(c, arg);
	if (s == NULL || s->dir != NULL)
		return -1;
	s->dir = eq + 1;
	return 0;
}

/* KIND=PATH: a file of the command line, shown on the stick IN. */
static int
option_file(struct courier *c, char *arg)
{
	static const struct {
		const char *kind, *name;
	} KINDS[STICK_OVERLAY] = {
		{ "profiles", "profiles.yaml" },
		{ "plan", "plan.yaml" },
		{ "script", "script.yaml" },
	};
	char *eq = strchr(arg, '=');
	struct stick *s;

	if (eq == NULL || eq[1] == '\0')
		return -1;
	*eq = '\0';
	for (size_t i = 0; i < STICK_OVERLAY; i++) {
		if (strcmp(KINDS[i].kind, arg) != 0)
			continue;
		s = row(c, "IN");
		if (s == NULL || s->overlays == STICK_OVERLAY)
			return -1;
		s->overlay[s->overlays].name = KINDS[i].name;
		s->overlay[s->overlays++].path = eq + 1;
		return 0;
	}
	return -1;
}

static int
options(struct courier *c, int argc, char **argv)
{
	static const struct option OPTIONS[] = {
		{ "stick", required_argument, NULL, 's' },
		{ "file", required_argument, NULL, 'f' },
		{ "camera", required_argument, NULL, 'c' },
		{ "printer", required_argument, NULL, 'p' },
		{ "disc", required_argument, NULL, 'o' },
		{ "sticks", required_argument, NULL, 'd' },
		{ "keeper", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		if (o == 'c')
			c->camera.dir.dir = optarg;
		else if (o == 'p')
			c->printer = optarg;
		else if (o == 'o')
			c->disc = optarg;
		else if (o == 'd')
			c->sticks = optarg;
		else if (o == 'k')
			c->door = optarg;
		else if ((o == 's' && option_stick(c, optarg) == -1) ||
		    (o == 'f' && option_file(c, optarg) == -1) || o == '?')
			return -1;
	return optind == argc ? 0 : -1;
}

/* The sticks of the folder as it is now; a name once seen stays known. */
static void
look(struct courier *c)
{
	DIR *d = c->sticks != NULL ? opendir(c->sticks) : NULL;
	const struct dirent *de;
	struct buf path = BUF_INIT;

	while (d != NULL && (de = readdir(d)) != NULL) {
		struct stick *s = find(c, de->d_name);

		if (s != NULL || c->n == STICKS_MAX ||
		    !stick_name_ok(de->d_name))
			continue;
		buf_reset(&path);
		buf_fmt(&path, "%s/%s", c->sticks, de->d_name);
		s = &c->stick[c->n++];
		s->name = xstrdup(de->d_name);
		s->dir = xstrdup(buf_cstr(&path));
		s->keeper = c->keeper;
	}
	if (d != NULL)
		closedir(d);
	buf_free(&path);
}

/* A disc is written, or read back. */
static int
disc(const struct courier *c, const struct msg *m, struct buf *out,
    struct err *e)
{
	int64_t n = json_get_int(m->json, "bytes", 0);
	int ret;

	if (m->type == MSG_DISC && (n <= 0 || n > (int64_t)STICK_FILE_MAX))
		return err_set(e, ERR_FORM, "msg.form", "what", "bytes", NULL);
	if (keeper_lend(c->keeper, e) == -1)
		return -1;
	ret = m->type == MSG_DISC
	    ? drive_read(c->disc, (size_t)n, out, e)
	    : drive_write(c->disc, buf_cstr(&m->bytes), m->bytes.len, e);
	keeper_back(c->keeper);
	return ret;
}

/* Fill `j` and `bytes` for the answer, or -1 and why not. */
static int
serve(struct courier *c, const struct msg *m, struct json *j, struct buf *bytes,
    struct err *e)
{
	const char *name = json_get_str(m->json, "stick");
	const char *file = json_get_str(m->json, "file");
	struct json *list = NULL;
	struct stick *s;

	look(c);
	s = find(c, name);
	if (m->type == MSG_STICKS) {
		list = json_set(j, "sticks", json_new_arr());
		for (size_t i = 0; i < c->n; i++) {
			keeper_look(&c->stick[i]);
			json_add(list, stick_describe(&c->stick[i]));
		}
		json_set_int(j, "camera", camera_here(&c->camera));
		json_set_int(j, "printer", printer_here(c->printer));
		json_set_int(j, "disc", drive_here(c->disc));
		return 0;
	}
	if (m->type == MSG_CAMERA)
		return camera_next(&c->camera,
		    json_get_int(m->json, "again", 0) == 1, j, bytes, e);
	if (m->type == MSG_PRINT)
		return printer_here(c->printer)
		    ? printer_write(
			  c->printer, buf_cstr(&m->bytes), m->bytes.len, e)
		    : err_set(e, ERR_REFUSED, "print.none", NULL);
	if (m->type == MSG_BURN || m->type == MSG_DISC)
		return disc(c, m, bytes, e);
	if (s == NULL)
		return err_set(
		    e, ERR_REFUSED, "media.absent", "label", name, NULL);
	/* Before a write it can be written, before all else it cannot. */
	if ((m->type == MSG_WRITE ? keeper_open : keeper_settle)(s, e) == -1)
		return -1;
	if (m->type == MSG_RELEASE)
		return stick_release(s, e);
	if (m->type == MSG_FILES) {
		if (stick_files(s, &list, e) == -1)
			return -1;
		json_set(j, "files", list);
		return 0;
	}
	if (file == NULL)
		file = "";
	if (m->type == MSG_READ)
		return stick_read(s, file,
		    json_get_int(m->json, "back", 0) == 1 ? STICK_FILE_MAX
							  : STICK_IMPORT_MAX,
		    bytes, e);
	if (m->type == MSG_WRITE && m->bytes.len <= STICK_FILE_MAX)
		return stick_write(
		    s, file, buf_cstr(&m->bytes), m->bytes.len, e);
	return err_set(e, ERR_FORM, "msg.form", "what", "type", NULL);
}

/* 1, 0 at the end of everything, -1. */
static int
one(struct courier *c, struct err *e)
{
	struct json *j = NULL;
	struct buf bytes = BUF_INIT;
	struct err why;
	struct msg m;
	int r = msg_read(MSG_FD, &m, e);

	if (r != 1)
		return r;
	j = json_new_obj();
	if (serve(c, &m, j, &bytes, &why) == 0) {
		r = msg_answer(MSG_FD, &m, j, bytes.data, bytes.len, e);
		j = NULL;
	} else {
		r = msg_refuse(MSG_FD, &m, &why, e);
	}
	json_free(j);
	buf_free(&bytes);
	msg_fini(&m);
	return r == -1 ? -1 : 1;
}

/* What it may write to: sticks, the printer, the camera's knobs. */
static int
confine(const struct courier *c, struct err *e)
{
	struct paths_row rows[STICKS_MAX + 3];
	size_t n = 0;

	if (confine_basic(e) == -1)
		return -1;
	rows[n++] = (struct paths_row){ "/dev", PATHS_WRITE };
	rows[n++] = (struct paths_row){ c->printer, PATHS_BESIDE };
	rows[n++] = (struct paths_row){ c->sticks, PATHS_BELOW };
	/* Folders that stand for sticks come and go. */
	for (size_t i = 0; i < c->n; i++)
		rows[n++] = (struct paths_row){ c->stick[i].dir, PATHS_ALL };
	return paths_confine(rows, n, e);
}

int
main(int argc, char **argv)
{
	static struct courier c = { .camera.dir.name = "camera" };
	char line[512];
	struct err e;
	int r;

	if (options(&c, argc, argv) == -1) {
		fputs(
		    "usage: tachiai-courier [--stick NAME=DIR]...\n"
		    "    [--file profiles|plan|script=PATH]... [--camera DIR|DEV]\n"
		    "    [--sticks DIR [--keeper SOCKET]] [--printer DEV]\n"
		    "    [--disc DEV|stdio:FILE]\n",
		    stderr);
		return 2;
	}
	/* A printer that went away is an answer, not the end. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (c.door != NULL)
		c.keeper = keep_connect(c.door);
	r = c.keeper != -1
	    ? confine(&c, &e)
	    : err_set(&e, ERR_WORLD, "world.confine", "what", c.door, NULL);
	if (r == 0)
		while ((r = one(&c, &e)) == 1 && !keeper_gone(c.keeper))
			;
	if (r == -1) {
		err_describe(&e, line, sizeof(line));
		fprintf(stderr, "tachiai-courier: %s\n", line);
		return 3;
	}
	return 0;
}
