/* SPDX-License-Identifier: MIT */
/* Credentials: what is parsed is written as the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "ceremony/people/credential.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct buf again = BUF_INIT;
	struct credential c;
	struct err e;

	if (credential_parse((const char *)in, len, &c, &e) == -1)
		return 0;
	credential_format(&c, &again);
	if (again.len != len || memcmp(again.data, in, len) != 0)
		abort();
	buf_free(&again);
	credential_fini(&c);
	return 0;
}
