/* SPDX-License-Identifier: MIT */
/* tests/play: a person at a terminal, as a text (docs/play.1). */
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/player/player.h"

static int
usage(void)
{
	fputs("usage: play [-qu] [-c CAST] [-D NAME=VALUE]... [-k KEYLOG]\n"
	      "    [-p SECONDS] [-s COLUMNSxROWS] FILE [-- COMMAND...]\n",
	    stderr);
	return 2;
}

static int
define(struct play *p, const char *arg)
{
	const char *eq = strchr(arg, '=');
	char name[64];

	if (eq == NULL || (size_t)(eq - arg) >= sizeof(name))
		return -1;
	memcpy(name, arg, (size_t)(eq - arg));
	name[eq - arg] = '\0';
	vars_set(p->vars, name, eq + 1, strlen(eq + 1));
	return 0;
}

static int
options(struct play *p, int argc, char **argv, int *cols, int *rows)
{
	int c;

	while ((c = getopt(argc, argv, "+c:D:f:k:p:qs:u")) != -1) {
		switch (c) {
		case 'c':
			p->cast = optarg;
			play_cast_load(p);
			break;
		case 'D':
			if (define(p, optarg) == -1)
				return -1;
			break;
		case 'f':
			p->film = optarg;
			break;
		case 'k':
			p->keylog = fopen(optarg, "w");
			if (p->keylog == NULL) {
				perror(optarg);
				return -1;
			}
			setvbuf(p->keylog, NULL, _IOLBF, 0);
			break;
		case 'p':
			p->patience_ms = atoi(optarg) * 1000;
			break;
		case 'q':
			p->quiet = true;
			break;
		case 's':
			if (sscanf(optarg, "%dx%d", cols, rows) != 2 ||
			    *cols < 1 || *rows < 1 || *cols > PLAY_COLS_MAX ||
			    *rows > PLAY_ROWS_MAX)
				return -1;
			break;
		case 'u':
			p->update = true;
			break;
		default:
			return -1;
		}
	}
	return optind < argc && p->patience_ms > 0 ? 0 : -1;
}

int
main(int argc, char **argv)
{
	struct play p = { .patience_ms = 60000, .settle_ms = 80 };
	int cols = 80, rows = 24, r = 2;

	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	p.vars = vars_new();
	p.secrets = vars_new();
	p.sticks = vars_new();
	if (options(&p, argc, argv, &cols, &rows) == -1) {
		r = usage();
		goto out;
	}
	p.screen = screen_new(cols, rows);
	if (text_read(&p.text, argv[optind++]) == -1)
		goto out;
	if (optind < argc && strcmp(argv[optind], "--") == 0)
		optind++;
	if (optind < argc && screen_start(p.screen, argv + optind) == -1) {
		perror(argv[optind]);
		goto out;
	}
	r = play_run(&p);
out:
	screen_free(p.screen);
	text_fini(&p.text);
	vars_free(p.vars);
	vars_free(p.secrets);
	vars_free(p.sticks);
	for (size_t i = 0; i < p.masks; i++)
		free(p.mask[i]);
	if (p.keylog != NULL)
		fclose(p.keylog);
	return r;
}
