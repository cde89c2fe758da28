/* SPDX-License-Identifier: MIT */
/* Texts of codes, a line each, as pages of a transcript. */
#include <stdlib.h>
#include <string.h>

#include "media/paper/pages.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct pages *p = pages_new();
	size_t at = 0;

	while (at < len) {
		const uint8_t *end = memchr(in + at, '\n', len - at);
		size_t n = end != NULL ? (size_t)(end - in) - at : len - at;

		(void)pages_text(p, "seed", (const char *)in + at, n);
		at += n + 1;
	}
	pages_judge(p);
	/* Without a finding the document is whole. */
	if (pages_findings(p) == 0 && pages_head(p)->n < 0)
		abort();
	pages_free(p);
	return 0;
}
