/* SPDX-License-Identifier: MIT */
/*
 * tachiai-gap: command line.  Exit codes: 0 done, 1 what came is bad,
 * 2 usage, 3 the world failed.
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/gap/gap.h"

void
say(const struct options *o, const char *id, const char *end)
{
	fprintf(stderr, "%s%s", text_get(o->lang, id), end);
}

enum exit_code
complain(const struct options *o, const struct err *e)
{
	struct buf b = BUF_INIT;

	text_error(o->lang, e, &b);
	fprintf(stderr, "%s (%s)\n", buf_cstr(&b), e->id);
	buf_free(&b);
	return e->code == ERR_WORLD ? EXIT_WORLD : EXIT_BAD;
}

static enum exit_code
usage(void)
{
	fprintf(stderr,
	    "usage: tachiai-gap send FILE|BUNDLE [--png DIR | --frames]\n"
	    "           [--version 3..40] [--count N] [--rate 2..12] "
	    "[--dots N]\n"
	    "       tachiai-gap receive --frames | --images FILE... | "
	    "--camera DEV\n"
	    "           [--type csr|certificate|chain|crl|text] [--root PEM]\n"
	    "           [--key SHA256] [--switch] [--log FILE] [--der] "
	    "-o FILE\n"
	    "       both: [--lang en|ja]\n");
	return EXIT_USAGE;
}

/* A number of least to most, or -1. */
static long
number(const char *s, long least, long most)
{
	char *end;
	long n = strtol(s, &end, 10);

	return *s == '\0' || *end != '\0' || n < least || n > most ? -1 : n;
}

static int
one_option(struct options *o, int c)
{
	long n = 1;

	switch (c) {
	case 'p':
		o->png = optarg;
		break;
	case 'f':
		o->frames = true;
		break;
	case 'v':
		o->version =
		    (int)(n = number(optarg, SEND_LEAST, SEND_LARGEST));
		break;
	case 'n':
		o->count = n = number(optarg, 1, FRAME_SEQ_MAX);
		break;
	case 'r':
		o->rate =
		    (int)(n = number(optarg, SEND_RATE_MIN, SEND_RATE_MAX));
		break;
	case 'd':
		o->dots = (int)(n = number(optarg, 1, 32));
		break;
	case 'i':
		o->images = true;
		break;
	case 'c':
		o->camera = optarg;
		break;
	case 't':
		o->type = frame_type_find(optarg);
		n = o->type == FRAME_ANY ? -1 : 1;
		break;
	case 'R':
		o->root = optarg;
		break;
	case 'k':
		o->key = optarg;
		break;
	case 's':
		o->switch_over = true;
		break;
	case 'L':
		o->log = optarg;
		break;
	case 'D':
		o->der = true;
		break;
	case 'o':
		o->out = optarg;
		break;
	case 'l':
		o->lang = strcmp(optarg, "ja") == 0 ? LANG_JA : LANG_EN;
		n = o->lang == LANG_JA || strcmp(optarg, "en") == 0 ? 1 : -1;
		break;
	default:
		return -1;
	}
	return n == -1 ? -1 : 0;
}

static int
options(struct options *o, int argc, char **argv)
{
	static const struct option LONG[] = {
		{ "png", required_argument, NULL, 'p' },
		{ "frames", no_argument, NULL, 'f' },
		{ "version", required_argument, NULL, 'v' },
		{ "count", required_argument, NULL, 'n' },
		{ "rate", required_argument, NULL, 'r' },
		{ "dots", required_argument, NULL, 'd' },
		{ "images", no_argument, NULL, 'i' },
		{ "camera", required_argument, NULL, 'c' },
		{ "type", required_argument, NULL, 't' },
		{ "root", required_argument, NULL, 'R' },
		{ "key", required_argument, NULL, 'k' },
		{ "switch", no_argument, NULL, 's' },
		{ "log", required_argument, NULL, 'L' },
		{ "der", no_argument, NULL, 'D' },
		{ "out", required_argument, NULL, 'o' },
		{ "lang", required_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "o:", LONG, NULL)) != -1)
		if (one_option(o, c) == -1)
			return -1;
	o->arg = argv + optind;
	o->args = argc - optind;
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = { .lang = LANG_EN,
		.version = SEND_USUAL,
		.rate = SEND_RATE,
		.dots = 4,
		.type = FRAME_ANY };
	const char *what = argc > 1 ? argv[1] : "";

	(void)setlocale(LC_CTYPE, "");
	if (argc < 2 || options(&o, argc - 1, argv + 1) == -1)
		return usage();
	if (strcmp(what, "send") == 0 && o.args == 1 && !o.images &&
	    o.out == NULL && o.camera == NULL && !(o.frames && o.png != NULL))
		return run_send(&o);
	if (strcmp(what, "receive") == 0 && o.out != NULL &&
	    o.frames + o.images + (o.camera != NULL) == 1 &&
	    (o.args > 0) == o.images && o.png == NULL)
		return run_receive(&o);
	return usage();
}
