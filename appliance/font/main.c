/* SPDX-License-Identifier: MIT */
/*
 * tachiai-font: while the image is built, turns Unifont's text on standard
 * input into the table that tachiai-screen draws letters from.
 */
#include <stdio.h>

#include "ceremony/text/text.h"
#include "tui/font.h"

int
main(void)
{
	struct buf hex = BUF_INIT, table = BUF_INIT, b = BUF_INIT;
	char part[65536];
	struct err e;
	size_t n;
	int code = 0;

	while ((n = fread(part, 1, sizeof(part), stdin)) > 0)
		buf_add(&hex, part, n);
	if (font_build(buf_cstr(&hex), hex.len, &table, &e) == -1) {
		text_error(LANG_EN, &e, &b);
		fprintf(stderr, "tachiai-font: %s\n", buf_cstr(&b));
		code = 1;
	} else if (fwrite(table.data, 1, table.len, stdout) != table.len ||
	    fflush(stdout) != 0) {
		perror("tachiai-font");
		code = 3;
	}
	buf_free(&hex);
	buf_free(&table);
	buf_free(&b);
	return code;
}
