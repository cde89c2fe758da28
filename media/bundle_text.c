/* SPDX-License-Identifier: MIT */
/*
 * A bundle as one text, for carriers that know no files:
 *
 *   tachiai/1 bundle
 *   file: NAME
 *   -----BEGIN TACHIAI FILE-----
 *   ...
 *
 * the last two for every file, ascending by name.  Invariant: a text that is
 * taken is the one that would be written.
 */
#include <string.h>

#include "ceremony/base/codec.h"
#include "media/bundle.h"

#define LABEL "TACHIAI FILE"
#define NAME  "file: "

void
bundle_format(const struct bundle *b, struct buf *out)
{
	buf_str(out, BUNDLE_TEXT);
	for (size_t i = 0; i < b->n; i++) {
		buf_fmt(out, NAME "%s\n", b->file[i].name);
		pem_encode(
		    out, LABEL, b->file[i].bytes.data, b->file[i].bytes.len);
	}
}

/* As on a stick: no path, no dot in front. */
static bool
name_ok(const char *s, size_t n)
{
	if (n == 0 || n >= BUNDLE_NAME || s[0] == '.')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((s[i] < 'a' || s[i] > 'z') && (s[i] < 'A' || s[i] > 'Z') &&
		    (s[i] < '0' || s[i] > '9') && strchr("._-", s[i]) == NULL)
			return false;
	return true;
}

/* One file at text[*pos..len): 0, or -1. */
static int
parse_file(struct bundle *b, const char *text, size_t len, size_t *pos)
{
	const char *line = text + *pos, *end;
	struct buf bytes = BUF_INIT;
	char name[BUNDLE_NAME], label[64];
	size_t n;
	int ret = -1;

	end = memchr(line, '\n', len - *pos);
	if (end == NULL || (size_t)(end - line) <= strlen(NAME) ||
	    memcmp(line, NAME, strlen(NAME)) != 0)
		return -1;
	line += strlen(NAME);
	n = (size_t)(end - line);
	if (!name_ok(line, n) || b->n == BUNDLE_FILES)
		return -1;
	memcpy(name, line, n);
	name[n] = '\0';
	*pos = (size_t)(end + 1 - text);
	if (pem_next(text, len, pos, label, &bytes) == 1) {
		bundle_add(b, name, bytes.data, bytes.len);
		ret = 0;
	}
	buf_free(&bytes);
	return ret;
}

int
bundle_parse(const char *text, size_t len, struct bundle *out, struct err *e)
{
	struct bundle b = BUNDLE_INIT;
	struct buf again = BUF_INIT;
	size_t pos = strlen(BUNDLE_TEXT);
	int ret = -1;

	if (len > pos && memcmp(text, BUNDLE_TEXT, pos) == 0)
		ret = 0;
	while (ret == 0 && pos < len)
		ret = parse_file(&b, text, len, &pos);
	if (ret == 0)
		bundle_format(&b, &again);
	if (ret == -1 || again.len != len ||
	    memcmp(again.data, text, len) != 0) {
		ret = err_set(e, ERR_FORM, "bundle.text", NULL);
		bundle_free(&b);
	} else {
		*out = b;
	}
	buf_free(&again);
	return ret;
}
