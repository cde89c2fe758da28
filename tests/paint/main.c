/* SPDX-License-Identifier: MIT */
/*
 * paint ROWSxCOLS <SCREEN >PICTURE: what a terminal was written, as the screen
 * of the appliance paints it; a PPM.  For the pictures in docs/.
 */
#include <stdio.h>
#include <stdlib.h>

#include "ceremony/text/text.h"
#include "tui/painter.h"
#include "tui/vt.h"

#define UNIFONT "/usr/share/unifont/unifont_jp.hex"
#define HIDDEN  "\033[?25l" /* the cursor, which blinks anyhow */

static int
fail(const char *what)
{
	fprintf(stderr, "paint: %s\n", what);
	return 1;
}

static void
read_all(FILE *f, struct buf *out)
{
	uint8_t part[65536];
	size_t n;

	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(out, part, n);
}

int
main(int argc, char **argv)
{
	struct buf hex = BUF_INIT, table = BUF_INIT, screen = BUF_INIT;
	struct pixels px = { .bytes = 3, .red = { 0, 8 }, .green = { 8, 8 },
		.blue = { 16, 8 } };
	struct painter *p = NULL;
	struct font font;
	struct vt *vt;
	struct err e;
	size_t rows, cols;
	FILE *f = fopen(UNIFONT, "rb");

	if (argc != 2 || sscanf(argv[1], "%zux%zu", &rows, &cols) != 2 ||
	    rows < 24 || rows > 100 || cols < 80 || cols > 300)
		return fail("usage: paint ROWSxCOLS <SCREEN >PICTURE");
	if (f == NULL)
		return fail("no unifont");
	read_all(f, &hex);
	fclose(f);
	read_all(stdin, &screen);
	px.width = cols * FONT_COLS;
	px.height = rows * FONT_ROWS;
	px.line = px.width * px.bytes;
	px.at = xcalloc(px.height, px.line);
	if (font_build(buf_cstr(&hex), hex.len, &table, &e) == -1 ||
	    font_open(&font, table.data, table.len, &e) == -1 ||
	    (p = painter_new(&font, &px, &e)) == NULL)
		return fail(e.id);
	vt = vt_new(rows, cols);
	vt_put(vt, (const uint8_t *)HIDDEN, sizeof(HIDDEN) - 1);
	vt_put(vt, screen.data, screen.len);
	(void)painter_paint(p, vt_grid(vt), true);
	printf("P6\n%zu %zu\n255\n", px.width, px.height);
	fwrite(px.at, px.line, px.height, stdout);
	painter_free(p);
	vt_free(vt);
	free(px.at);
	buf_free(&hex);
	buf_free(&table);
	buf_free(&screen);
	return fflush(stdout) == 0 ? 0 : fail("standard output");
}
