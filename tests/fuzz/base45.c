/* SPDX-License-Identifier: MIT */
/* Base45: what is decoded is encoded as the same characters. */
#include <stdlib.h>
#include <string.h>

#include "media/frames/base45.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf bytes = BUF_INIT, again = BUF_INIT;

	if (base45_decode(&bytes, (const char *)in, len) == 0) {
		base45_encode(&again, bytes.data, bytes.len);
		if (again.len != len ||
		    (len > 0 && memcmp(again.data, in, len) != 0) ||
		    base45_bytes(len) != bytes.len ||
		    base45_chars(bytes.len) != len)
			abort();
	} else if (bytes.len != 0) {
		abort();
	}
	buf_free(&bytes);
	buf_free(&again);
	return 0;
}
