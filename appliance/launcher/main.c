/* SPDX-License-Identifier: MIT */
/*
 * tachiai: the program that people start.  It turns its command line into
 * those of the other programs, which stand beside it, and runs the launcher.
 */
#include <fcntl.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/launcher/image.h"
#include "appliance/launcher/launcher.h"
#include "appliance/launcher/term.h"
#include "appliance/world/confine.h"
#include "appliance/world/glyphs.h"
#include "appliance/world/msg.h"

/* The embedded HSM of rehearsals, where Debian has it. */
#ifndef DEFAULT_MODULE
#	define DEFAULT_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#endif

enum {
	O_VOLUME = 256,
	O_SCRIPT,
	O_PLAN,
	O_PROFILES,
	O_MODULE,
	O_PRODUCTION,
	O_STICK,
	O_CAMERA,
	O_PRINTER,
	O_DISC,
	O_ZONE,
	O_LANG,
	O_STICKS,
	O_KEEPER,
	O_CLOCK,
	O_FORMAT,
	O_FACTS,
	O_USERS,
	O_HELP,
};

static const struct option OPTIONS[] = {
	{ "volume", required_argument, NULL, O_VOLUME },
	{ "script", required_argument, NULL, O_SCRIPT },
	{ "plan", required_argument, NULL, O_PLAN },
	{ "profiles", required_argument, NULL, O_PROFILES },
	{ "module", required_argument, NULL, O_MODULE },
	{ "production", required_argument, NULL, O_PRODUCTION },
	{ "stick", required_argument, NULL, O_STICK },
	{ "camera", required_argument, NULL, O_CAMERA },
	{ "printer", required_argument, NULL, O_PRINTER },
	{ "disc", required_argument, NULL, O_DISC },
	{ "zone", required_argument, NULL, O_ZONE },
	{ "lang", required_argument, NULL, O_LANG },
	{ "sticks", required_argument, NULL, O_STICKS },
	{ "keeper", required_argument, NULL, O_KEEPER },
	{ "clock", required_argument, NULL, O_CLOCK },
	{ "format", required_argument, NULL, O_FORMAT },
	{ "facts", required_argument, NULL, O_FACTS },
	{ "users", required_argument, NULL, O_USERS },
	{ "help", no_argument, NULL, O_HELP },
	{ NULL, 0, NULL, 0 },
};

static int
usage(FILE *f)
{
	fputs("usage: tachiai [--volume DIR[,DIR]]\n"
	      "    [--script FILE --plan FILE --profiles FILE]\n"
	      "    [--module SO] [--production SO] [--stick NAME=DIR]...\n"
	      "    [--camera DIR|DEV] [--printer DEV]\n"
	      "    [--disc DEV|stdio:FILE] [--zone ZONE] [--lang en|ja]\n"
	      "    [--sticks DIR [--keeper SOCKET]] [--facts FILE]\n"
	      "    [--clock SOCKET] [--format SOCKET] [--users UID]\n",
	    f);
	return 2;
}

/* A word more, or -1 when there are too many. */
static int
add(char **argv, const char *word)
{
	size_t n = 0;

	while (argv[n] != NULL)
		n++;
	if (n + 1 >= LAUNCHER_ARGS)
		return -1;
	argv[n] = xstrdup(word);
	return 0;
}

static int
add_two(char **argv, const char *option, const char *value)
{
	return add(argv, option) == -1 ? -1 : add(argv, value);
}

/* The option as it came. */
static int
hand_on(char **argv, const char *name, const char *value)
{
	char option[32];

	snprintf(option, sizeof(option), "--%s", name);
	return add_two(argv, option, value);
}

static int
add_file(char **argv, const char *kind, const char *path, int *files)
{
	struct buf b = BUF_INIT;
	int r;

	buf_fmt(&b, "%s=%s", kind, path);
	r = add_two(argv, "--file", buf_cstr(&b));
	buf_free(&b);
	(*files)++;
	return r;
}

/* One module: the last that is named, or the one of rehearsals. */
static int
set_module(char **hsm, const char *path)
{
	for (size_t i = 0; hsm[i] != NULL; i++) {
		free(hsm[i]);
		hsm[i] = NULL;
	}
	return add(hsm, party_name(PARTY_HSM)) == -1
	    ? -1
	    : add_two(hsm, "--module", path);
}

static int
set_users(struct launcher_plan *p, const char *first)
{
	size_t n = strspn(first, "0123456789");

	if (n == 0 || n > 5 || first[n] != '\0')
		return -1;
	p->users = (unsigned)strtoul(first, NULL, 10);
	return p->users != 0 ? 0 : -1;
}

static int
set_lang(struct launcher_plan *p, const char *lang)
{
	if (strcmp(lang, "ja") != 0 && strcmp(lang, "en") != 0)
		return -1;
	p->lang = lang[0] == 'j' ? LANG_JA : LANG_EN;
	return add_two(p->console, "--lang", lang);
}

/* 0, -1 for a wrong command line, 1 when help was asked for. */
static int
options(int argc, char **argv, struct launcher_plan *p)
{
	int c, at = 0, r = 0, files = 0;

	while (
	    r == 0 && (c = getopt_long(argc, argv, "", OPTIONS, &at)) != -1) {
		switch (c) {
		case O_VOLUME:
		case O_ZONE:
		case O_FACTS:
		case O_CLOCK:
		case O_FORMAT:
			r = hand_on(p->console, OPTIONS[at].name, optarg);
			break;
		case O_CAMERA:
		case O_PRINTER:
		case O_DISC:
		case O_STICKS:
		case O_KEEPER:
			r = hand_on(p->courier, OPTIONS[at].name, optarg);
			break;
		case O_LANG:
			r = set_lang(p, optarg);
			break;
		case O_SCRIPT:
			r = add_file(p->courier, "script", optarg, &files);
			break;
		case O_PLAN:
			r = add_file(p->courier, "plan", optarg, &files);
			break;
		case O_PROFILES:
			r = add_file(p->courier, "profiles", optarg, &files);
			break;
		case O_MODULE:
		case O_PRODUCTION:
			r = set_module(
			    c == O_MODULE ? p->hsm : p->production, optarg);
			break;
		case O_STICK:
			if (strchr(optarg, '=') == NULL)
				return -1;
			r = add_two(p->courier, "--stick", optarg);
			break;
		case O_USERS:
			r = set_users(p, optarg);
			break;
		case O_HELP:
			return 1;
		default:
			return -1;
		}
	}
	return r == -1 || optind != argc || (files != 0 && files != 3) ? -1 : 0;
}

/* A stick is a folder: an image becomes one. */
static int
mount_images(struct launcher_plan *p, struct err *e)
{
	const uid_t user = p->users != 0 ? p->users + PARTY_COURIER : geteuid();
	struct buf b = BUF_INIT;

	for (size_t i = 1; p->courier[i] != NULL; i++) {
		char *file = strchr(p->courier[i], '='), *dir;

		if (strcmp(p->courier[i - 1], "--stick") != 0 ||
		    !image_is_one(file + 1))
			continue;
		dir = image_mount(file + 1, user, e);
		if (dir == NULL)
			return -1;
		*file = '\0';
		buf_reset(&b);
		buf_fmt(&b, "%s=%s", p->courier[i], dir);
		free(p->courier[i]);
		free(dir);
		p->courier[i] = xstrdup(buf_cstr(&b));
	}
	buf_free(&b);
	return 0;
}

/* The folder of this very program. */
static char *
own_folder(void)
{
	static char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (slash == NULL)
		return NULL;
	*slash = '\0';
	return path;
}

int
main(int argc, char **argv)
{
	static struct launcher_plan plan;
	const struct rlimit none = { 0, 0 };
	struct buf b = BUF_INIT;
	struct err e;
	int r;

	/* A closed standard descriptor must not become one of ours. */
	while ((r = open("/dev/null", O_RDWR)) >= 0 && r <= STDERR_FILENO)
		;
	if (r > STDERR_FILENO)
		close(r);
	(void)umask(077);
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	add(plan.console, party_name(PARTY_CONSOLE));
	add(plan.courier, party_name(PARTY_COURIER));
	set_module(plan.hsm, DEFAULT_MODULE);
	r = options(argc, argv, &plan);
	if (r == 1) {
		usage(stdout);
		return 0;
	}
	if (r == -1)
		return usage(stderr);
	/* The console is told: its own terminal is none that could be asked. */
	(void)setlocale(LC_CTYPE, "");
	if (!glyphs_half_blocks(STDOUT_FILENO))
		(void)add(plan.console, "--whole-cells");
	plan.dir = own_folder();
	if (plan.dir == NULL) {
		fputs("tachiai: /proc/self/exe cannot be read\n", stderr);
		return 3;
	}
	/* A child is bounded further, by itself. */
	r = mount_images(&plan, &e) == 0 && confine_privileged(&e) == 0
	    ? launcher_run(&plan, &e)
	    : 2;
	images_leave();
	if (e.code != ERR_NONE) {
		text_error(plan.lang, &e, &b);
		fprintf(stderr, "%s (%s)\n", buf_cstr(&b), e.id);
		buf_free(&b);
	}
	/* On the appliance the first screen comes at once, and over this. */
	if (r != 0 && plan.users != 0)
		term_hold(text_get(plan.lang, "launcher.again"));
	return r;
}
