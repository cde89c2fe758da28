/* SPDX-License-Identifier: MIT */
/*
 * Stands in for the screen of the appliance: pixels WIDTH HEIGHT FONT paints
 * what is drawn on standard input, as tachiai-screen does, into memory, and
 * prints that as a PPM.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/painter.h"
#include "tui/vt.h"

static void
add_file(struct buf *b, FILE *f)
{
	uint8_t part[65536];
	size_t n;

	while (f != NULL && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(b, part, n);
}

int
main(int argc, char **argv)
{
	struct buf table = BUF_INIT, drawn = BUF_INIT;
	struct pixels px = { .bytes = 3,
		.red = { 0, 8 },
		.green = { 8, 8 },
		.blue = { 16, 8 } };
	struct painter *p;
	struct font font;
	struct vt *v;
	size_t rows, cols, scale;
	struct err e;

	if (argc != 4)
		return 2;
	px.width = strtoul(argv[1], NULL, 10);
	px.height = strtoul(argv[2], NULL, 10);
	px.line = px.width * px.bytes;
	px.at = xcalloc(px.height, px.line);
	add_file(&table, fopen(argv[3], "rb"));
	add_file(&drawn, stdin);
	if (font_open(&font, table.data, table.len, &e) == -1)
		return 3;
	p = painter_new(&font, &px, &e);
	if (p == NULL)
		return 3;
	painter_size(p, &rows, &cols, &scale);
	v = vt_new(rows, cols);
	(void)painter_paint(p, vt_grid(v), true);
	for (size_t i = 0; i < drawn.len; i++) {
		vt_put(v, drawn.data + i, 1);
		if (i % 97 == 0) /* now and then, as bytes come */
			(void)painter_paint(p, vt_grid(v), false);
	}
	(void)painter_paint(p, vt_grid(v), false);
	printf("P6\n%zu %zu\n255\n", px.width, px.height);
	fwrite(px.at, px.line, px.height, stdout);
	vt_free(v);
	painter_free(p);
	free(px.at);
	buf_free(&table);
	buf_free(&drawn);
	return 0;
}
