/* SPDX-License-Identifier: MIT */
/*
 * tachiai-screen: the screen of the appliance.  Process 1 gives it
 *
 *   0  the other side of the terminal that the launcher draws on
 *   1  the framebuffer
 *   2  where one byte says that it is ready
 *
 * and the table of letters by name.  It says how many cells there are, and
 * paints what is drawn until nobody draws any more.  Invariant: before the
 * first byte from outside is read it can do nothing but wait, read and paint;
 * it sees what people see, and no key.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "appliance/screen/follow.h"
#include "appliance/screen/framebuffer.h"
#include "appliance/world/strict.h"
#include "ceremony/text/text.h"

static int
load_font(const char *path, struct font *f, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *at = MAP_FAILED;

	if (fd != -1 && fstat(fd, &st) == 0 && st.st_size > 0)
		at = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd != -1)
		close(fd);
	if (at == MAP_FAILED)
		return err_set(e, ERR_WORLD, "tui.font", NULL);
	return font_open(f, at, (size_t)st.st_size, e);
}

/* The terminal has as many cells as the painter. */
static int
say_size(const struct painter *p, size_t *rows, size_t *cols, struct err *e)
{
	struct winsize ws;
	size_t scale;

	memset(&ws, 0, sizeof(ws));
	painter_size(p, rows, cols, &scale);
	ws.ws_row = (unsigned short)*rows;
	ws.ws_col = (unsigned short)*cols;
	if (ioctl(STDIN_FILENO, TIOCSWINSZ, &ws) == -1)
		return err_set(e, ERR_WORLD, "screen.framebuffer", "why",
		    strerror(errno), NULL);
	return 0;
}

static int
prepare(const char *path, struct font *f, struct painter **p, struct vt **v,
    struct err *e)
{
	struct pixels px;
	size_t rows, cols;

	if (load_font(path, f, e) == -1 ||
	    framebuffer_map(STDOUT_FILENO, &px, e) == -1)
		return -1;
	*p = painter_new(f, &px, e);
	if (*p == NULL || say_size(*p, &rows, &cols, e) == -1)
		return -1;
	*v = vt_new(rows, cols);
	(void)painter_paint(*p, vt_grid(*v), true);
	if (write(STDERR_FILENO, "!", 1) != 1)
		return err_set(e, ERR_WORLD, "screen.framebuffer", "why",
		    strerror(errno), NULL);
	return strict_confine(STDIN_FILENO, STRICT_ALL_DAY, e);
}

int
main(int argc, char **argv)
{
	struct painter *p = NULL;
	struct vt *v = NULL;
	struct font f;
	struct err e;

	if (argc != 2) {
		fputs("usage: tachiai-screen FONT <TERMINAL >FRAMEBUFFER\n",
		    stderr);
		return 2;
	}
	if (prepare(argv[1], &f, &p, &v, &e) == -1)
		return 3;
	(void)follow(STDIN_FILENO, v, p);
	return 3;
}
