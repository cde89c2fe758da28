/* SPDX-License-Identifier: MIT */
/* A volume up to its last seal, as the printed documents are made from. */
#ifndef TACHIAI_SEALED_H
#define TACHIAI_SEALED_H

#include "appliance/verify/verify.h"
#include "media/paper/log.h"

struct sealed {
	struct disk disk;
	struct verdict v;
	struct ceremony *c;
	struct buf *line;
	struct entry *entry;
	size_t n; /* up to the seal; lines behind it are kept, too */
	size_t lines;
	struct paper_log log;
};

/* The whole verdict first; said on failure.  verify.unsealed,
 * verify.no-sitting {n}. */
enum exit_code sealed_load(const struct options *o, struct sealed *s);
void sealed_fini(struct sealed *s);

#endif
