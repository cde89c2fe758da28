/* SPDX-License-Identifier: MIT */
/* A volume up to its last seal, as the printed documents are made from. */
#ifndef TACHIAI_SEALED_H
#define TACHIAI_SEALED_H

#include "appliance/verify/verify.h"
#include "appliance/world/folded.h"

struct sealed {
	struct disk disk;
	struct verdict v;
	struct buf lines;     /* of the whole volume */
	struct folded folded; /* up to the seal; the print that `o` names */
};

/*
 * The whole verdict first; said on failure.  Up to the last seal; up to that
 * of the sitting `o` names; or, with `stop`, up to where that says.
 * verify.unsealed, verify.no-sitting {n}.
 */
enum exit_code sealed_load(
    const struct options *o, folded_stop *stop, struct sealed *s);
void sealed_fini(struct sealed *s);

#endif
