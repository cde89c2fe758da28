/* SPDX-License-Identifier: MIT */
/*
 * A bundle by itself: sums, manifest, the entry that names it, its place
 * under the checkpoint, and the transcript key's signature.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/verify/verify.h"
#include "ceremony/base/codec.h"
#include "ceremony/state/state.h"
#include "media/bundle.h"

#define FILE_MAX ((size_t)64 << 20)

/* Behind `word` and a number: what follows, or NULL. */
static const char *
behind(const char *p, const char *word)
{
	size_t n = strlen(word), digits;

	if (p == NULL || strncmp(p, word, n) != 0)
		return NULL;
	digits = strspn(p + n, "0123456789");
	return digits > 0 ? p + n + digits : NULL;
}

/*
 * "transcript-189.pdf", "-copy-1-of-2", "-reprint-1": the console puts pages
 * on the same sticks.  They belong to no bundle, and nobody's program takes
 * them for a part of one.
 */
static bool
is_page(const char *name)
{
	for (int kind = 0; kind < PAPER_KINDS; kind++) {
		const char *doc = paper_kind_name((enum paper_kind)kind);
		const char *p = name, *q;

		if (strncmp(name, doc, strlen(doc)) != 0 ||
		    (p = behind(name + strlen(doc), "-")) == NULL)
			continue;
		if ((q = behind(behind(p, "-copy-"), "-of-")) != NULL ||
		    (q = behind(p, "-reprint-")) != NULL)
			p = q;
		if (strcmp(p, ".pdf") == 0)
			return true;
	}
	return false;
}

static void
note_page(const char *name)
{
	struct buf text = BUF_INIT;
	struct err what = { 0 };

	err_set(&what, ERR_REFUSED, "bundle.page", "name", name, NULL);
	text_error(LANG_EN, &what, &text);
	fprintf(stderr, "note: %s\n", buf_cstr(&text));
	buf_free(&text);
}

static int
load(const char *path, struct bundle *b, struct err *e)
{
	DIR *d = opendir(path);
	const struct dirent *de;
	size_t n = 0;
	int ret = 0;

	if (d == NULL)
		return err_set(e, ERR_WORLD, "verify.read", "file", path, "why",
		    "-", NULL);
	while (ret == 0 && (de = readdir(d)) != NULL) {
		struct buf bytes = BUF_INIT;

		if (de->d_name[0] == '.')
			continue;
		if (is_page(de->d_name)) {
			note_page(de->d_name);
			continue;
		}
		if (++n > BUNDLE_FILES || strlen(de->d_name) >= BUNDLE_NAME)
			ret = err_set(e, ERR_FORM, "bundle.file", "name",
			    de->d_name, NULL);
		else
			ret = disk_file(path, de->d_name, FILE_MAX, &bytes, e);
		if (ret == 0)
			bundle_add(b, de->d_name, bytes.data, bytes.len);
		buf_free(&bytes);
	}
	closedir(d);
	return ret;
}

enum exit_code
run_bundle(const struct options *o)
{
	struct bundle b = BUNDLE_INIT;
	uint8_t key[SHA256_LEN];
	struct err e;
	struct buf text = BUF_INIT;
	enum exit_code code = EXIT_GOOD;

	if (o->key != NULL &&
	    hex_decode(key, sizeof(key), o->key, strlen(o->key)) == -1) {
		fprintf(stderr, "tachiai-verify: --key takes 64 hex digits\n");
		return EXIT_USAGE;
	}
	if (load(o->arg[0], &b, &e) == -1)
		code = e.code == ERR_WORLD ? EXIT_WORLD : EXIT_BAD;
	else if (bundle_check(&b, o->key != NULL ? key : NULL, &e) == -1)
		code = EXIT_BAD;
	if (code == EXIT_GOOD) {
		if (o->key == NULL)
			fprintf(stderr,
			    "note: without --key nobody says "
			    "whose transcript key it is\n");
		printf(o->json ? "{\"files\":%zu,\"verdict\":\"ok\"}\n"
			       : "OK %zu files\n",
		    b.n);
	} else if (o->json || code == EXIT_WORLD) {
		verdict_fail(code, 0, &e, o->json);
	} else {
		text_error(LANG_EN, &e, &text);
		printf("FAIL: %s\n", buf_cstr(&text));
	}
	buf_free(&text);
	bundle_free(&b);
	return code;
}
