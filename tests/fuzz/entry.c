/* SPDX-License-Identifier: MIT */
/* Entries: the JSON part of a line; what is taken is written the same. */
#include <stdlib.h>
#include <string.h>

#include "ceremony/log/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static const uint8_t zero[SHA256_LEN];
	struct buf body = BUF_INIT, line = BUF_INIT, again = BUF_INIT;
	struct entry en;
	uint8_t h[SHA256_LEN];
	char hex[SHA256_HEX];
	struct err e;

	if (len > ENTRY_MAX)
		return 0;
	sha256_hex(hex, zero);
	buf_fmt(&body, "%s ", hex);
	buf_add(&body, in, len);
	buf_byte(&body, '\n');
	sha256(h, body.data, body.len);
	sha256_hex(hex, h);
	buf_str(&line, hex);
	buf_add(&line, body.data + SHA256_HEX - 1,
	    body.len - (SHA256_HEX - 1));
	if (entry_decode(line.data, line.len, zero, &en, &e) == 0) {
		if (en.ev != NULL && (entry_encode(&en, zero, &again, &e) ==
		    -1 || again.len != line.len ||
		    memcmp(again.data, line.data, line.len) != 0))
			abort();
		entry_fini(&en);
	}
	buf_free(&body);
	buf_free(&line);
	buf_free(&again);
	return 0;
}
