/* SPDX-License-Identifier: MIT */
/*
 * The letters of a terminal.  Invariant: half blocks are said to be there
 * only if nothing that can be asked says otherwise: most console fonts of
 * Debian lack them, and a code without them is no code.
 */
#include "appliance/world/glyphs.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "ceremony/base/buf.h"

#define MAP_MAX 65535 /* pairs that the kernel can count */

bool
glyphs_half(bool utf8, const struct unipair *map, size_t n)
{
	/* upper half, lower half, full block */
	static const unsigned short NEEDED[] = { 0x2580, 0x2584, 0x2588 };

	if (!utf8)
		return false;
	if (map == NULL)
		return true;
	for (size_t i = 0; i < sizeof(NEEDED) / sizeof(NEEDED[0]); i++) {
		bool found = false;

		for (size_t k = 0; k < n && !found; k++)
			found = map[k].unicode == NEEDED[i];
		if (!found)
			return false;
	}
	return true;
}

bool
glyphs_half_blocks(int fd)
{
	struct unipair *pair = xcalloc(MAP_MAX, sizeof(*pair));
	struct unimapdesc map = { .entry_ct = MAP_MAX, .entries = pair };
	bool console = ioctl(fd, GIO_UNIMAP, &map) == 0;
	bool half = glyphs_half(strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
	    console ? pair : NULL, console ? map.entry_ct : 0);

	free(pair);
	return half;
}
