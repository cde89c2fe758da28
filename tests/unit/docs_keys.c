/* SPDX-License-Identifier: MIT */
/*
 * The keys in tachiai-console(8) are those of the key table, word for word.
 * `docs_keys write` prints what must stand there.
 */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "tui/help.h"

#define BEGIN ".\\\" keys begin\n"
#define END   ".\\\" keys end\n"

static char *
page(void)
{
	FILE *f = fopen("docs/tachiai-console.8", "re");
	char *text = calloc(1, 1 << 16);
	size_t n = 0;

	if (f != NULL && text != NULL)
		n = fread(text, 1, (1 << 16) - 1, f);
	if (f != NULL)
		fclose(f);
	CHECK("the page is there", n > 0);
	return text;
}

int
main(int argc, char **argv)
{
	struct buf want = BUF_INIT;
	char *text, *begin, *end;

	help_manual(LANG_EN, &want);
	if (argc == 2 && strcmp(argv[1], "write") == 0) {
		fputs(buf_cstr(&want), stdout);
		buf_free(&want);
		return 0;
	}
	text = page();
	begin = text != NULL ? strstr(text, BEGIN) : NULL;
	end = begin != NULL ? strstr(begin, END) : NULL;
	CHECK("its keys stand between two marks", end != NULL);
	if (end != NULL) {
		*end = '\0';
		CHECK_STR("they are the table's", begin + strlen(BEGIN),
		    buf_cstr(&want));
	}
	free(text);
	buf_free(&want);
	return test_end();
}
