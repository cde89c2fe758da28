/* SPDX-License-Identifier: MIT */
/* Share records: what is decoded is encoded as the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "ceremony/people/share.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf again = BUF_INIT;
	struct share s;
	struct err e;

	if (share_decode(in, len, &s, &e) == -1)
		return 0;
	share_encode(&s, &again);
	if (again.len != len || memcmp(again.data, in, len) != 0)
		abort();
	buf_free(&again);
	return 0;
}
