/* SPDX-License-Identifier: MIT */
/* Half blocks: what a console's map, or the want of one, says. */
#include "appliance/world/glyphs.h"

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "tests/unit/test.h"

int
main(void)
{
	const struct unipair all[] = { { 'A', 1 }, { 0x2588, 219 },
		{ 0x2580, 223 }, { 'B', 2 }, { 0x2584, 220 } };
	const struct unipair most[] = { { 'A', 1 }, { 0x2588, 219 },
		{ 0x2580, 223 }, { 0x2585, 220 } };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	CHECK("a font with all three", glyphs_half(true, all, 5));
	CHECK("one without the lower half", !glyphs_half(true, most, 4));
	for (size_t i = 1; i < 5; i++)
		CHECK("cut short", !glyphs_half(true, all, i));
	CHECK("a map without a letter", !glyphs_half(true, all, 0));
	CHECK("no map: the locale alone", glyphs_half(true, NULL, 0));
	CHECK("another locale, no map", !glyphs_half(false, NULL, 0));
	CHECK("another locale, whatever the font", !glyphs_half(false, all, 5));
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	CHECK("what is no console", glyphs_half_blocks(null));
	(void)setlocale(LC_CTYPE, "C");
	CHECK("nor UTF-8", !glyphs_half_blocks(null));
	(void)close(null);
	return test_end();
}
