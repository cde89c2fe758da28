/* SPDX-License-Identifier: MIT */
/*
 * Mapping a screen.  Invariant: what the kernel says of its screen lies
 * within the memory that is mapped.
 */
#include "appliance/screen/framebuffer.h"

#include <errno.h>
#include <linux/fb.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

static struct channel
channel(const struct fb_bitfield *b)
{
	return (struct channel){ (uint8_t)b->offset, (uint8_t)b->length };
}

static bool
known(const struct fb_fix_screeninfo *fix, const struct fb_var_screeninfo *var)
{
	const struct fb_bitfield *b[] = { &var->red, &var->green, &var->blue };

	for (size_t i = 0; i < 3; i++)
		if (b[i]->msb_right != 0 || b[i]->offset > 31 ||
		    b[i]->length > 8)
			return false;
	return fix->type == FB_TYPE_PACKED_PIXELS &&
	    (fix->visual == FB_VISUAL_TRUECOLOR ||
		fix->visual == FB_VISUAL_DIRECTCOLOR) &&
	    (var->bits_per_pixel == 16 || var->bits_per_pixel == 24 ||
		var->bits_per_pixel == 32) &&
	    var->nonstd == 0;
}

int
framebuffer_map(int fd, struct pixels *px, struct err *e)
{
	struct fb_fix_screeninfo fix;
	struct fb_var_screeninfo var;
	size_t first, bytes;
	void *at;

	memset(&fix, 0, sizeof(fix));
	memset(&var, 0, sizeof(var));
	if (ioctl(fd, FBIOGET_FSCREENINFO, &fix) == -1 ||
	    ioctl(fd, FBIOGET_VSCREENINFO, &var) == -1)
		return err_set(e, ERR_WORLD, "screen.framebuffer", "why",
		    strerror(errno), NULL);
	bytes = var.bits_per_pixel / 8;
	first = (size_t)var.yoffset * fix.line_length + var.xoffset * bytes;
	if (!known(&fix, &var) || first > fix.smem_len ||
	    var.xres > fix.line_length / bytes || var.yres == 0 ||
	    (size_t)fix.line_length * (var.yres - 1) + var.xres * bytes >
		fix.smem_len - first)
		return err_set(e, ERR_WORLD, "tui.pixels", NULL);
	at =
	    mmap(NULL, fix.smem_len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return err_set(e, ERR_WORLD, "screen.framebuffer", "why",
		    strerror(errno), NULL);
	*px = (struct pixels){ .at = (uint8_t *)at + first,
		.width = var.xres,
		.height = var.yres,
		.line = fix.line_length,
		.bytes = bytes,
		.red = channel(&var.red),
		.green = channel(&var.green),
		.blue = channel(&var.blue) };
	/* cppcheck-suppress memleak ; *px keeps it till the end */
	return 0;
}
