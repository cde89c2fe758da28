/* SPDX-License-Identifier: MIT */
/* Frames: what is decoded encodes to the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "appliance/world/msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf again = BUF_INIT;
	struct msg m;
	struct err e;
	size_t used = 0;

	if (msg_decode(in, len, &used, &m, &e) != 1)
		return 0;
	msg_encode(&m, &again);
	if (used > len || again.len != used ||
	    memcmp(again.data, in, used) != 0)
		abort();
	buf_free(&again);
	msg_fini(&m);
	return 0;
}
