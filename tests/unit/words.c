/* SPDX-License-Identifier: MIT */
/* The PGP words: one byte, one word of its list, and back. */
#include "ceremony/base/words.h"

#include <stdbool.h>
#include <strings.h>

#include "tests/unit/test.h"

static void
round_trip(void)
{
	bool good = true, different = true, fits = true;

	for (size_t at = 0; at < 2; at++) {
		for (int i = 0; i < 256; i++) {
			const char *w = words_get((uint8_t)i, at);
			int byte = -1;

			good = good && words_find(w, strlen(w), at) == i &&
			    words_prefix(w, strlen(w), at, &byte) == 1 &&
			    byte == i;
			fits = fits && strlen(w) < WORDS_MAX;
			for (int k = 0; k < i; k++)
				different = different &&
				    strcasecmp(w, words_get((uint8_t)k, at)) !=
					0;
		}
	}
	CHECK("every word is found again at its place", good);
	CHECK("no word stands twice in a list", different);
	CHECK("every word fits WORDS_MAX", fits);
}

static void
prefixes(void)
{
	int byte = -1;

	CHECK("the first word", strcmp(words_get(0, 0), "aardvark") == 0);
	CHECK("the last odd word", strcmp(words_get(255, 1), "Yucatan") == 0);
	CHECK("letters of any case", words_find("YUCATAN", 7, 1) == 255);
	CHECK("the other list does not know it",
	    words_find("Yucatan", 7, 0) == -1);
	CHECK("a unique beginning",
	    words_prefix("aa", 2, 0, &byte) == 1 && byte == 0);
	byte = -1;
	CHECK("an open beginning",
	    words_prefix("a", 1, 0, &byte) > 1 && byte == -1);
	CHECK("a whole word beats longer ones",
	    words_prefix("drum", 4, 0, &byte) >= 1);
	CHECK("no such beginning", words_prefix("zz", 2, 0, &byte) == 0);
	CHECK("nothing is not a word", words_find("", 0, 0) == -1);
}

static void
parsing(void)
{
	static const uint8_t want[4] = { 0x61, 0xcb, 0xbb, 0xa5 };
	uint8_t out[4] = { 0 };
	const char *text = "  FALLOUT revival\nshamrock-paperweight ";
	struct buf b = BUF_INIT;
	size_t bad = 99;

	CHECK("a line of words",
	    words_parse(text, strlen(text), out, 4, &bad) == 0 &&
		memcmp(out, want, 4) == 0);
	memset(out, 0, sizeof(out));
	text = "fallout shamrock revival paperweight";
	CHECK("two words exchanged are noticed",
	    words_parse(text, strlen(text), out, 4, &bad) == -1 && bad == 1);
	CHECK("nothing is written then", out[0] == 0);
	text = "fallout revival shamrock";
	CHECK("a word missing",
	    words_parse(text, strlen(text), out, 4, &bad) == -1 && bad == 3);
	text = "fallout revival shamrock paperweight fallout";
	CHECK("a word too many",
	    words_parse(text, strlen(text), out, 4, &bad) == -1 && bad == 4);
	words_format(&b, want, 4, 0);
	CHECK_STR(
	    "formatted", buf_cstr(&b), "fallout revival shamrock paperweight");
	buf_free(&b);
}

int
main(void)
{
	round_trip();
	prefixes();
	parsing();
	return test_end();
}
