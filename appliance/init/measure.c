/* SPDX-License-Identifier: MIT */
/*
 * The image, read back from its medium by tachiai-measure while people have
 * their first screen.  Invariant: a hash is known only when that program read
 * to the image's last byte and ended well; until then, and when it did not,
 * there is none.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "appliance/init/init.h"

#define DIGITS "0123456789"

static struct {
	int from;       /* what it says, or -1 */
	char line[128]; /* the last one, perhaps not whole yet */
	size_t have;
} measure = { .from = -1 };

/* "READ SIZE" on its way, "SHA256 SIZE" at the end. */
static void
take(struct facts *f, const char *line)
{
	unsigned long long part, size;

	if (strspn(line, DIGITS "abcdef") == 64 && line[64] == ' ') {
		memcpy(f->image, line, 64);
		snprintf(f->size, sizeof(f->size), "%.*s",
		    (int)strspn(line + 65, DIGITS), line + 65);
	} else if (strspn(line, DIGITS " ") == strlen(line) &&
	    sscanf(line, "%15llu %15llu", &part, &size) == 2 && size > 0 &&
	    part <= size) {
		atomic_store(&f->percent, (int)(part * 100 / size));
	}
}

void
measure_from(struct facts *f, int from)
{
	measure.from = from;
	measure.have = 0;
	atomic_store(&f->reading, from != -1);
}

void
measure_look(struct facts *f)
{
	char c;

	while (measure.from != -1 && read(measure.from, &c, 1) == 1) {
		if (c != '\n' && measure.have < sizeof(measure.line) - 1) {
			measure.line[measure.have++] = c;
			continue;
		}
		measure.line[measure.have] = '\0';
		measure.have = 0;
		take(f, measure.line);
	}
}

void
measure_end(struct facts *f, int status)
{
	measure_look(f);
	if (measure.from != -1)
		close(measure.from);
	measure.from = -1;
	if (status != 0)
		f->image[0] = f->size[0] = '\0';
	atomic_store(&f->reading, false);
}
