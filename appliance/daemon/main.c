/* SPDX-License-Identifier: MIT */
/*
 * tachiai-daemon FOLDER PATH WORD...: gives up what a module's daemon needs
 * not, and becomes it.  Invariant: PATH is the only program that it, and
 * whatever it becomes, can start; it writes to FOLDER and to USB devices
 * alone.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "appliance/world/confine.h"
#include "appliance/world/paths.h"

#define FILES 256
#define SIZE  ((rlim_t)1 << 20) /* of a file that it writes */
#define SPACE ((rlim_t)1 << 30) /* of memory */
#define TASKS 64

static int
bound(void)
{
	const struct {
		int what;
		rlim_t most;
	} ROWS[] = {
		{ RLIMIT_NOFILE, FILES },
		{ RLIMIT_FSIZE, SIZE },
		{ RLIMIT_AS, SPACE },
		{ RLIMIT_NPROC, TASKS },
	};

	for (size_t i = 0; i < sizeof(ROWS) / sizeof(*ROWS); i++) {
		const struct rlimit r = { ROWS[i].most, ROWS[i].most };

		if (setrlimit(ROWS[i].what, &r) == -1)
			return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct err e;

	if (argc < 3) {
		fputs("usage: tachiai-daemon FOLDER PATH [WORD...]\n", stderr);
		return 2;
	}
	const struct paths_row rows[] = {
		{ argv[1], PATHS_SERVE },
		{ "/dev/bus/usb", PATHS_WRITE },
		{ "/dev/null", PATHS_WRITE },
		{ argv[2], PATHS_RUN },
		/* Whoever is started is started by this. */
		{ "/lib64/ld-linux-x86-64.so.2", PATHS_RUN },
	};
	if (bound() == -1 || confine_daemon(&e) == -1 ||
	    paths_confine(rows, sizeof(rows) / sizeof(*rows), &e) == -1) {
		fputs("tachiai-daemon: it could not be locked in\n", stderr);
		return 3;
	}
	(void)execv(argv[2], argv + 2);
	return 127;
}
