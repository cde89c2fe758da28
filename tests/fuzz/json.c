/* SPDX-License-Identifier: MIT */
/* The strict JSON profile: one value, one encoding. */
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf again = BUF_INIT;
	struct json *j = NULL;
	struct err e;

	if (json_parse((const char *)in, len, JSON_DEPTH, &j, &e) == -1)
		return 0;
	json_encode(j, &again);
	if (again.len != len || memcmp(again.data, in, len) != 0)
		abort();
	buf_free(&again);
	json_free(j);
	return 0;
}
