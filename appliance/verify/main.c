/* SPDX-License-Identifier: MIT */
/*
 * tachiai-verify: what the auditor asks of a volume, a bundle or a file.
 * Exit codes: 0 good, 1 bad, 2 usage, 3 the world failed.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/verify/verify.h"

#define ANY 0 /* one argument or more */

static const struct {
	const char *name;
	int args;
	enum exit_code (*run)(const struct options *o);
	const char *usage;
} COMMANDS[] = {
	{ "report", 1, run_report, "report VOLUME [-o FILE]" },
	{ "entries", 1, run_entries, "entries VOLUME" },
	{ "heads", 1, run_heads, "heads VOLUME" },
	{ "objects", 1, run_objects, "objects VOLUME" },
	{ "state", 1, run_state, "state VOLUME" },
	{ "rebuild", 1, run_rebuild, "rebuild VOLUME" },
	{ "bundle", 1, run_bundle, "bundle DIR [--key SHA256]" },
	{ "check", 3, run_check, "check SCRIPT PLAN PROFILES" },
	{ "blank", 3, run_blank, "blank SCRIPT PLAN PROFILES -o FILE" },
	{ "transcript", 1, run_transcript,
	    "transcript VOLUME [--sitting N] [--copy N[/OF]] -o FILE" },
	{ "sheet", 1, run_sheet, "sheet VOLUME [--copy N[/OF]] -o FILE" },
	{ "paper", ANY, run_paper,
	    "paper IMAGE... [--heads FILE] [--words WORDS] [--text FILE "
	    "[--volume VOLUME [--sitting N] [--copy N[/OF]]]] "
	    "[--show | --lines | --codes]" },
	{ "lint", 1, run_lint, "lint FILE [RULES]" },
	{ "crl", 1, run_crl, "crl FILE [RULES]" },
	{ "csr", 1, run_csr, "csr FILE [RULES]" },
};

#define COUNT (sizeof(COMMANDS) / sizeof(COMMANDS[0]))

static enum exit_code
usage(void)
{
	fprintf(
	    stderr, "usage: tachiai-verify [--heads FILE] [--json] VOLUME\n");
	for (size_t i = 0; i < COUNT; i++)
		fprintf(stderr, "       tachiai-verify %s [--json]\n",
		    COMMANDS[i].usage);
	fprintf(stderr,
	    "RULES: --profiles FILE --profile NAME --as-of DATE "
	    "--issuer FILE\n");
	return EXIT_USAGE;
}

static const struct option LONG[] = {
	{ "heads", required_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "key", required_argument, NULL, 'k' },
	{ "profiles", required_argument, NULL, 'P' },
	{ "profile", required_argument, NULL, 'p' },
	{ "as-of", required_argument, NULL, 'a' },
	{ "issuer", required_argument, NULL, 'i' },
	{ "words", required_argument, NULL, 'w' },
	{ "text", required_argument, NULL, 't' },
	{ "show", no_argument, NULL, 's' },
	{ "lines", no_argument, NULL, 'l' },
	{ "codes", no_argument, NULL, 'c' },
	{ "copy", required_argument, NULL, 'C' },
	{ "sitting", required_argument, NULL, 'S' },
	{ "volume", required_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* "2", of a re-print; "1/2", of the copies that were meant. */
static int
take_copy(const char *s, struct options *o)
{
	size_t n = strspn(s, "0123456789"), m = 0;

	if (s[n] == '/')
		m = strspn(s + n + 1, "0123456789");
	if (n == 0 || n > 4 || m > 4 || s[n + (m > 0 ? m + 1 : 0)] != '\0')
		return -1;
	o->copy = strtoll(s, NULL, 10);
	o->of = m > 0 ? strtoll(s + n + 1, NULL, 10) : 0;
	return o->copy < 1 || (m > 0 && o->copy > o->of) ? -1 : 0;
}

/* One option; -1 for what is none. */
static int
take(int c, struct options *o)
{
	switch (c) {
	case 'h':
		o->heads = optarg;
		break;
	case 'j':
		o->json = true;
		break;
	case 'k':
		o->key = optarg;
		break;
	case 'P':
		o->profiles = optarg;
		break;
	case 'p':
		o->profile = optarg;
		break;
	case 'a':
		o->as_of = optarg;
		break;
	case 'i':
		o->issuer = optarg;
		break;
	case 'w':
		o->words = optarg;
		break;
	case 't':
		o->text = optarg;
		break;
	case 's':
		o->show = true;
		break;
	case 'C':
		return take_copy(optarg, o);
	case 'S':
		if (optarg[0] == '\0' || strlen(optarg) > 9 ||
		    strspn(optarg, "0123456789") != strlen(optarg))
			return -1;
		o->sitting = optarg;
		break;
	case 'V':
		o->volume = optarg;
		break;
	case 'c':
		o->codes = true;
		break;
	case 'l':
		o->lines = true;
		break;
	case 'o':
		o->out = optarg;
		break;
	default:
		return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct options o = { .json = false };
	int c;

	while ((c = getopt_long(argc, argv, "o:", LONG, NULL)) != -1) {
		if (take(c, &o) == -1)
			return usage();
	}
	argc -= optind;
	argv += optind;
	if (argc < 1)
		return usage();
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(argv[0], COMMANDS[i].name) != 0)
			continue;
		if (COMMANDS[i].args == ANY ? argc < 2
					    : argc - 1 != COMMANDS[i].args)
			return usage();
		o.all = argv + 1;
		for (int k = 1; k < argc && k <= 4; k++)
			o.arg[k - 1] = argv[k];
		o.args = argc - 1;
		return COMMANDS[i].run(&o);
	}
	if (argc != 1)
		return usage();
	o.arg[0] = argv[0];
	o.args = 1;
	return run_verdict(&o);
}
