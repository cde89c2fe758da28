/* SPDX-License-Identifier: MIT */
/*
 * Pictures through the very tachiai-decode that reads them, confined, over
 * its socket: it answers each, with texts or with a refusal of its own, and
 * whoever dies of one dies twice before that is a finding.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/decode/picture.h"
#include "appliance/gap/gap.h"

#define PROGRAMS "/../../bin" /* from the folder of this one */

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

static int
take(void *arg, const char *text, size_t len)
{
	size_t *texts = arg;

	if (len == 0 || len > PICTURE_TEXT || ++*texts > 3 * PICTURE_CODES)
		abort();
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n')
			abort();
	return 0;
}

static struct pictures *
readers(void)
{
	char dir[4096];
	ssize_t n = readlink("/proc/self/exe", dir, sizeof(dir) - 32);
	char *slash;

	dir[n > 0 ? n : 0] = '\0';
	slash = strrchr(dir, '/');
	if (slash == NULL)
		abort();
	strcpy(slash, PROGRAMS);
	return pictures_new(dir);
}

int
LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
	static struct pictures *p;
	struct buf picture = BUF_INIT;
	struct json *form = NULL;
	size_t texts = 0;
	struct err e;

	if (p == NULL)
		p = readers();
	buf_add(&picture, in, len);
	if (pictures_camera(p, &picture, take, &texts, &form, &e) == -1 &&
	    strcmp(e.id, "decode.picture") != 0) {
		fprintf(stderr, "%s\n", e.id);
		abort();
	}
	json_free(form);
	buf_free(&picture);
	return 0;
}
