/* SPDX-License-Identifier: MIT */
/*
 * The word list and the sentences of tachiai-gap.html, printed as script from
 * the tables of the programs: what the page says is what they say.
 */
#include <stdio.h>
#include <string.h>

#include "ceremony/base/words.h"
#include "ceremony/text/text.h"

/* A string of the script, which nothing in it can end. */
static void
string(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\' || *s == '<' ||
		    (unsigned char)*s < 0x20)
			printf("\\u%04x", (unsigned)(unsigned char)*s);
		else
			putchar(*s);
	}
	putchar('"');
}

static int
is_of_the_page(const char *id)
{
	return strncmp(id, "qr.", 3) == 0 || strncmp(id, "gap.", 4) == 0 ||
	    strncmp(id, "page.", 5) == 0;
}

int
main(void)
{
	const struct text *t;

	printf("const WORDS = [\n");
	for (int i = 0; i < 256; i++)
		printf("[\"%s\", \"%s\"],\n", words_get((uint8_t)i, 0),
		    words_get((uint8_t)i, 1));
	printf("];\nconst TEXTS = {\n");
	for (size_t i = 0; (t = text_at(i)) != NULL; i++) {
		if (!is_of_the_page(t->id))
			continue;
		string(t->id);
		printf(": [");
		string(t->en);
		printf(", ");
		string(t->ja != NULL ? t->ja : t->en);
		printf("],\n");
	}
	printf("};\n");
	return 0;
}
