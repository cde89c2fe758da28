/* SPDX-License-Identifier: MIT */
/*
 * From scans to a verdict.  All files are read first; then this process
 * gives everything up but its memory and its standard output, and only then
 * looks into pictures: zbar and the readers of pictures are trusted with
 * nothing (strict.h).  So the tool needs no second program, runs anywhere,
 * and still no picture can reach a file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/decode/picture.h"
#include "appliance/verify/paper.h"
#include "appliance/world/letters.h"
#include "appliance/world/strict.h"
#include "appliance/world/write.h"
#include "ceremony/base/words.h"

#define TEXT_MAX ((size_t)16 << 20)

static void
say(struct buf *out, const struct err *e)
{
	buf_str(out, "FAIL: ");
	text_error(LANG_EN, e, out);
	buf_fmt(out, " (%s)\n", e->id);
}

/* A file of texts that another reader of codes gave, one a line. */
static void
take_lines(struct paper_work *w, const char *name, const struct buf *b)
{
	const char *s = buf_cstr(b);

	while (*s != '\0') {
		size_t n = strcspn(s, "\r\n");

		(void)pages_text(w->pages, name, s, n);
		s += n + strspn(s + n, "\r\n");
	}
}

static void
take_texts(struct paper_work *w, const char *name, const struct buf *texts)
{
	struct cursor c = { texts->data, texts->len };
	const uint8_t *at;
	uint16_t len;

	while (cursor_be16(&c, &len) == 0 && cursor_skip(&c, len, &at) == 0)
		(void)pages_text(w->pages, name, (const char *)at, len);
}

/* As it is, filtered and enlarged: one finds what the others do not. */
static void
take_picture(struct paper_work *w, const char *name, const struct buf *b)
{
	static const enum picture_how HOW[] = { PICTURE_RAW, PICTURE_BOX,
		PICTURE_DOUBLE };

	for (size_t i = 0; i < sizeof(HOW) / sizeof(*HOW); i++) {
		struct json *form = json_new_obj();
		struct buf texts = BUF_INIT;
		struct err e;

		if (picture_read(HOW[i], b->data, b->len, form, &texts, &e) ==
		    0) {
			take_texts(w, name, &texts);
		} else if (i == 0) {
			buf_fmt(&w->out, "%s: ", name);
			say(&w->out, &e);
			w->bad++;
		}
		buf_free(&texts);
		json_free(form);
	}
}

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

static void
read_pages(struct paper_work *w, const struct options *o)
{
	for (int i = 0; i < o->args; i++) {
		const char *name = base_name(o->all[i]);

		if (strncmp(buf_cstr(&w->file[i]), "TC1/", 4) == 0)
			take_lines(w, name, &w->file[i]);
		else
			take_picture(w, name, &w->file[i]);
		buf_free(&w->file[i]);
	}
	pages_judge(w->pages);
}

static void
bad(struct paper_work *w, const struct err *e)
{
	say(&w->out, e);
	w->bad++;
}

/* Remembered heads against the hashes that were rebuilt. */
static void
check_heads(struct paper_work *w)
{
	const char *s = buf_cstr(&w->heads);
	struct err e;

	while (*s != '\0') {
		char *end;
		long long n = strtoll(s, &end, 10);
		char hex[SHA256_HEX] = "";
		const uint8_t *hash = pages_hash(w->pages, n);

		if (hash != NULL)
			sha256_hex(hex, hash);
		if (end == s || *end != ' ' ||
		    (hash != NULL && strncmp(end + 1, hex, 64) != 0)) {
			err_set(&e, ERR_REFUSED, "pages.head", NULL);
			err_arg_int(&e, "n", n);
			bad(w, &e);
		} else {
			w->remembered += hash != NULL;
		}
		s += strcspn(s, "\n");
		s += *s == '\n';
	}
}

static void
check_words(struct paper_work *w, const char *words)
{
	const struct head *h = pages_head(w->pages);
	uint8_t said[SHA256_LEN];
	struct err e;
	size_t at;

	if (words_parse(words, strlen(words), said, SHA256_LEN, &at) == -1) {
		err_set(&e, ERR_FORM, "pages.words-form", NULL);
		err_arg_int(&e, "word", (long long)at + 1);
		bad(w, &e);
	} else if (h->n < 0 || memcmp(said, h->hash, SHA256_LEN) != 0) {
		err_set(&e, ERR_REFUSED, "pages.words", NULL);
		bad(w, &e);
	} else {
		w->remembered++;
	}
}

/*
 * How many of n entries to compare by eye, drawn at random, so that five
 * false ones are all missed one time in ten at most.
 */
static int
sample(int64_t n)
{
	double miss = 1;
	int s = 0;

	while (n > 5 && s < n && miss > 0.1) {
		miss *= 1 - 5.0 / (double)n;
		s++;
	}
	return n > 5 ? s : (int)n;
}

static void
verdict(struct paper_work *w, const struct options *o)
{
	const struct head *h = pages_head(w->pages);
	char hex[SHA256_HEX];

	if (w->bad > 0)
		return;
	if (o->lines) {
		buf_reset(&w->out);
		buf_add(&w->out, pages_lines(w->pages)->data,
		    pages_lines(w->pages)->len);
		return;
	}
	sha256_hex(hex, h->hash);
	buf_fmt(&w->out, "OK %lld entries on %d pages, head %s\norigin %s\n",
	    (long long)h->n + 1, pages_count(w->pages), hex,
	    pages_origin(w->pages));
	if (w->remembered == 0)
		buf_str(&w->out,
		    "note: without --heads or --words nobody says that this "
		    "is the transcript\n");
	if (o->text == NULL)
		buf_fmt(&w->out,
		    "note: text not machine-checked: of these entries draw "
		    "%d at random and compare\nwhat is printed with what "
		    "--show says; five false ones are then missed one time "
		    "in ten\n",
		    sample(h->n + 1));
	else if (w->whole == NULL) {
		buf_str(&w->out,
		    "note: without --volume the text of comment "
		    "was not compared, on pages ");
		paper_comments(w, &w->out);
		buf_byte(&w->out, '\n');
	}
	if (o->show)
		paper_show(w);
}

/* The whole document again, from the volume. */
static enum exit_code
read_volume(struct paper_work *w, const struct options *o)
{
	struct options v = *o;
	struct err e;
	enum exit_code code;

	v.heads = NULL;
	v.arg[0] = o->volume;
	code = sealed_load(&v, NULL, &w->sealed);
	if (code != EXIT_GOOD)
		return code;
	if (transcript_make(&w->sealed.folded.log, letters_fonts(&w->letters),
		&w->whole, &e) == -1)
		return verdict_fail(EXIT_WORLD, 0, &e, o->json);
	return EXIT_GOOD;
}

static enum exit_code
read_files(struct paper_work *w, const struct options *o, struct err *e)
{
	w->file = xcalloc((size_t)o->args, sizeof(*w->file));
	for (int i = 0; i < o->args; i++)
		if (disk_file(".", o->all[i], PICTURE_BYTES, &w->file[i], e) ==
		    -1)
			return EXIT_WORLD;
	if (o->heads != NULL &&
	    disk_file(".", o->heads, TEXT_MAX, &w->heads, e) == -1)
		return EXIT_WORLD;
	if (o->text != NULL &&
	    (disk_file(".", o->text, TEXT_MAX, &w->text, e) == -1 ||
		letters_load(&w->letters, e) == -1))
		return EXIT_WORLD;
	return EXIT_GOOD;
}

enum exit_code
run_paper(const struct options *o)
{
	struct paper_work w = { .pages = pages_new() };
	struct err e;
	enum exit_code code = read_files(&w, o, &e);

	if (code != EXIT_GOOD) {
		verdict_fail(code, 0, &e, o->json);
	} else if (o->volume == NULL ||
	    (code = read_volume(&w, o)) == EXIT_GOOD) {
		if (!strict_prepare() ||
		    strict_filter(STDOUT_FILENO, false, &e) == -1)
			fprintf(stderr,
			    "note: pictures are read without confinement\n");
		read_pages(&w, o);
		if (o->codes) {
			pages_codes(w.pages, &w.out);
			code = write_all(
				   STDOUT_FILENO, w.out.data, w.out.len) == -1
			    ? EXIT_WORLD
			    : EXIT_GOOD;
			goto out;
		}
		for (size_t i = 0; i < pages_findings(w.pages); i++)
			bad(&w, pages_finding(w.pages, i));
		if (o->heads != NULL)
			check_heads(&w);
		if (o->words != NULL)
			check_words(&w, o->words);
		if (o->text != NULL)
			paper_text(&w);
		verdict(&w, o);
		code = w.bad > 0 ? EXIT_BAD : EXIT_GOOD;
		if (write_all(STDOUT_FILENO, w.out.data, w.out.len) == -1)
			code = EXIT_WORLD;
	}
out:
	for (int i = 0; i < o->args; i++)
		buf_free(&w.file[i]);
	free(w.file);
	buf_free(&w.heads);
	buf_free(&w.text);
	buf_free(&w.out);
	doc_free(w.whole);
	if (o->volume != NULL)
		sealed_fini(&w.sealed);
	letters_fini(&w.letters);
	pages_free(w.pages);
	return code;
}
