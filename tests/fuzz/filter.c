/* SPDX-License-Identifier: MIT */
/*
 * The filter before the terminal: what it lets through it lets through
 * again unchanged, and the cuts between reads change nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "appliance/launcher/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf once = BUF_INIT, twice = BUF_INIT, cut = BUF_INIT;
	struct filter f = { 0 }, g = { 0 }, h = { 0 };

	filter_pass(&f, in, len, &once);
	filter_pass(&g, once.data, once.len, &twice);
	for (size_t i = 0; i < len; i++)
		filter_pass(&h, in + i, 1, &cut);
	if (once.len != twice.len || once.len != cut.len ||
	    (once.len != 0 &&
		(memcmp(once.data, twice.data, once.len) != 0 ||
		    memcmp(once.data, cut.data, once.len) != 0)))
		abort();
	buf_free(&once);
	buf_free(&twice);
	buf_free(&cut);
	return 0;
}
