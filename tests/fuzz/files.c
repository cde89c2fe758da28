/* SPDX-License-Identifier: MIT */
/*
 * Ceremony files: profile set, plan and script, with a NUL between them
 * (no file may hold one).  What parses has one canonical form that reads
 * back; what does not has its place; the checker lives through both.
 */
#include <stdlib.h>
#include <string.h>

#include "ceremony/files/check.h"
#include "ceremony/files/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static void
must(int cond)
{
	if (!cond)
		abort();
}

static void
parse_one(enum files_kind kind, const struct files_input *in)
{
	struct json *j = NULL, *again = NULL;
	struct buf out = BUF_INIT;
	struct err e;

	if (files_parse(kind, in->name, in->yaml, in->len, &j, &e) == -1) {
		must(j == NULL && err_value(&e, "line") != NULL);
		must(text_find(e.id) != NULL);
		return;
	}
	json_encode(j, &out);
	must(json_parse(buf_cstr(&out), out.len, JSON_DEPTH_MAX, &again, &e) ==
	    0);
	must(json_equal(j, again));
	json_free(again);
	json_free(j);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	struct files_input file[FILES_KINDS];
	struct check *c;

	for (size_t k = 0; k < FILES_KINDS; k++) {
		const uint8_t *end = len > 0 ? memchr(in, 0, len) : NULL;
		size_t n = end != NULL && k + 1 < FILES_KINDS
		    ? (size_t)(end - in)
		    : len;

		file[k].name = files_kind_name((enum files_kind)k);
		file[k].yaml = in;
		file[k].len = n;
		parse_one((enum files_kind)k, &file[k]);
		n += n < len;
		in += n;
		len -= n;
	}
	c = files_check(file);
	for (size_t i = 0; i < check_count(c); i++)
		must(text_find(check_at(c, i)->e.id) != NULL);
	check_free(c);
	return 0;
}
