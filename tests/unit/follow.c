/* SPDX-License-Identifier: MIT */
/* appliance/screen/follow: when what is drawn is painted, and all day long. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "appliance/screen/follow.h"
#include "appliance/world/strict.h"

#define WIDTH  800
#define HEIGHT 600
#define PART   16384 /* as much as is read in one go */

#define HEX    "/usr/share/unifont/unifont_jp.hex"

static struct buf table = BUF_INIT;
static uint8_t memory[WIDTH * HEIGHT * 4];

struct screen {
	struct font font;
	struct painter *p;
	struct vt *v;
};

static void
begin(struct screen *s)
{
	const struct pixels px = { .at = memory,
		.width = WIDTH,
		.height = HEIGHT,
		.line = WIDTH * 4,
		.bytes = 4,
		.red = { 16, 8 },
		.green = { 8, 8 },
		.blue = { 0, 8 } };
	size_t rows, cols, scale;
	struct err e;

	memset(memory, 0, sizeof(memory));
	if (font_open(&s->font, table.data, table.len, &e) == -1)
		abort();
	s->p = painter_new(&s->font, &px, &e);
	if (s->p == NULL)
		abort();
	painter_size(s->p, &rows, &cols, &scale);
	s->v = vt_new(rows, cols);
}

static void
end(struct screen *s)
{
	painter_free(s->p);
	vt_free(s->v);
}

static bool
is_lit(void)
{
	for (size_t i = 0; i < sizeof(memory); i++)
		if (memory[i] != 0)
			return true;
	return false;
}

/* So many bytes that are there at once, and then nobody draws any more. */
static size_t
painted(size_t len)
{
	static char text[PART];
	FILE *f = tmpfile();
	struct screen s;
	size_t n, left = len;

	begin(&s);
	memset(text, 'A', sizeof(text));
	for (; f != NULL && left > 0; left -= n)
		n = fwrite(text, 1, left < PART ? left : PART, f);
	if (f == NULL || fflush(f) != 0 || lseek(fileno(f), 0, SEEK_SET) != 0)
		abort();
	n = follow(fileno(f), s.v, s.p);
	fclose(f);
	end(&s);
	return n;
}

static void
at_once(void)
{
	CHECK("nothing drawn, nothing painted", painted(0) == 0);
	CHECK("and dark", !is_lit());
	CHECK("a letter is painted", painted(1) == 1);
	CHECK("and seen", is_lit());
	CHECK("what comes in parts is painted in one go",
	    painted(4 * (size_t)PART + 1) == 1);
	CHECK("as many parts as there may be",
	    painted((FOLLOW_READS - 1) * (size_t)PART) == 1);
	CHECK("who never pauses is seen all the same",
	    painted(3 * FOLLOW_READS * (size_t)PART / 2) == 2);
}

/* Whoever waits for what was painted before it draws on gets it. */
static void
in_turn(void)
{
	int drawn[2], seen[2];
	struct screen s;
	char c;
	pid_t pid;

	begin(&s);
	if (pipe(drawn) == -1 || pipe(seen) == -1)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(drawn[1]);
		(void)follow(drawn[0], s.v, s.p);
		c = is_lit() ? 'y' : 'n';
		_exit(write(seen[1], &c, 1) == 1 ? 0 : 1);
	}
	close(drawn[0]);
	CHECK("one draws", write(drawn[1], "A", 1) == 1);
	close(drawn[1]);
	CHECK("and it was painted", read(seen[0], &c, 1) == 1 && c == 'y');
	CHECK("and ended", waitpid(pid, NULL, 0) == pid);
	close(seen[0]);
	close(seen[1]);
	end(&s);
}

/* With nothing but what the painter of the image has left. */
static void
confined(void)
{
#ifndef __SANITIZE_ADDRESS__
	int p[2], status = -1;
	struct screen s;
	struct err e;
	pid_t pid;

	begin(&s);
	if (pipe(p) == -1)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		close(p[1]);
		if (dup2(p[0], 0) == -1 ||
		    strict_confine(0, STRICT_ALL_DAY, &e) == -1)
			_exit(9);
		_exit(follow(0, s.v, s.p) > 0 && is_lit() ? 0 : 8);
	}
	CHECK("a confined one is drawn for", write(p[1], "AA\n", 3) == 3);
	close(p[1]);
	close(p[0]);
	CHECK("waits, reads and paints",
	    waitpid(pid, &status, 0) == pid && status == 0);
	end(&s);
#endif
}

int
main(void)
{
	static char part[65536];
	struct buf hex = BUF_INIT;
	FILE *f = fopen(HEX, "re");
	struct err e;
	size_t n;

	while (f != NULL && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&hex, part, n);
	if (f == NULL || fclose(f) != 0 ||
	    font_build(buf_cstr(&hex), hex.len, &table, &e) == -1)
		abort();
	buf_free(&hex);
	at_once();
	in_turn();
	confined();
	buf_free(&table);
	return test_end();
}
