/* SPDX-License-Identifier: MIT */
/* Documents on paper: made again from the files, to be printed or compared. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "appliance/verify/sealed.h"
#include "appliance/world/letters.h"
#include "ceremony/base/civil.h"
#include "ceremony/files/check.h"
#include "media/paper/blank.h"
#include "media/paper/sheet.h"

static enum exit_code
said(const struct options *o, const struct err *e)
{
	struct buf b = BUF_INIT;

	if (o->json || e->code == ERR_WORLD)
		return verdict_fail(
		    e->code == ERR_WORLD ? EXIT_WORLD : EXIT_BAD, 0, e,
		    o->json);
	text_error(LANG_EN, e, &b);
	printf("FAIL: %s (%s)\n", buf_cstr(&b), e->id);
	buf_free(&b);
	return EXIT_BAD;
}

/* The PDF into the file that -o names. */
static int
put(const struct options *o, const struct buf *pdf, struct err *e)
{
	FILE *f = fopen(o->out, "wb");
	bool ok = f != NULL && fwrite(pdf->data, 1, pdf->len, f) == pdf->len;

	if (f != NULL)
		ok = fclose(f) == 0 && ok;
	if (!ok)
		return err_set(e, ERR_WORLD, "verify.read", "file", o->out,
		    "why", strerrordesc_np(errno), NULL);
	return 0;
}

static bool
ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && strcmp(name + n - m, ending) == 0;
}

static enum exit_code
finish(const struct options *o, const struct doc *d)
{
	struct buf pdf = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	char hex[SHA256_HEX];
	struct err e;
	enum exit_code code = EXIT_GOOD;

	if (ends_in(o->out, ".ps"))
		doc_ps(d, &pdf);
	else
		doc_pdf(d, &pdf);
	sha256(sha, pdf.data, pdf.len);
	sha256_hex(hex, sha);
	if (put(o, &pdf, &e) == -1)
		code = said(o, &e);
	else
		printf("OK %zu pages, sha256 %s\n", d->n, hex);
	buf_free(&pdf);
	return code;
}

enum exit_code
run_blank(const struct options *o)
{
	static const enum files_kind ORDER[FILES_KINDS] = { FILES_SCRIPT,
		FILES_PLAN, FILES_PROFILES };
	struct json *form[FILES_KINDS] = { NULL };
	struct blank_files in = { 0 };
	struct letters l = { 0 };
	struct doc *d = NULL;
	enum exit_code code = EXIT_GOOD;
	struct err e;

	if (o->out == NULL) {
		fprintf(stderr, "tachiai-verify: blank takes -o FILE\n");
		return EXIT_USAGE;
	}
	for (int i = 0; i < FILES_KINDS && code == EXIT_GOOD; i++) {
		struct buf b = BUF_INIT;
		enum files_kind k = ORDER[i];

		if (disk_file(".", o->arg[i], FILES_MAX + 1, &b, &e) == -1 ||
		    files_parse(k, o->arg[i], b.data, b.len, &form[k], &e) ==
			-1)
			code = said(o, &e);
		sha256(in.sha256[k], b.data, b.len);
		in.form[k] = form[k];
		buf_free(&b);
	}
	if (code == EXIT_GOOD)
		code = letters_load(&l, &e) == -1 ||
			blank_make(&in, letters_fonts(&l), &d, &e) == -1
		    ? said(o, &e)
		    : finish(o, d);
	doc_free(d);
	letters_fini(&l);
	for (int i = 0; i < FILES_KINDS; i++)
		json_free(form[i]);
	return code;
}

typedef int make_fn(const struct sealed *s, const struct options *o,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e);

static int
make_transcript(const struct sealed *s, const struct options *o,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	(void)o;
	return transcript_make(&s->folded.log, font, out, e);
}

/* A document about a sealed volume, into the file that -o names. */
static enum exit_code
document(const struct options *o, make_fn *make, folded_stop *stop)
{
	struct sealed s;
	struct letters l = { 0 };
	struct doc *d = NULL;
	enum exit_code code;
	struct err e;

	if (o->out == NULL) {
		fprintf(stderr, "tachiai-verify: a document takes -o FILE\n");
		return EXIT_USAGE;
	}
	if (o->sitting != NULL && make != make_transcript) {
		fprintf(stderr,
		    "tachiai-verify: only a transcript takes "
		    "--sitting\n");
		return EXIT_USAGE;
	}
	code = sealed_load(o, stop, &s);
	if (code == EXIT_GOOD)
		code = letters_load(&l, &e) == -1 ||
			make(&s, o, letters_fonts(&l), &d, &e) == -1
		    ? said(o, &e)
		    : finish(o, d);
	doc_free(d);
	letters_fini(&l);
	sealed_fini(&s);
	return code;
}

enum exit_code
run_transcript(const struct options *o)
{
	return document(o, make_transcript, NULL);
}

static int
make_sheet(const struct sealed *s, const struct options *o,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	(void)o;
	return sheet_make(&s->folded.log, font, out, e);
}

/* As it was when the roster was sealed, whatever followed. */
static bool
roster_sealed(const struct ceremony *c, const void *arg)
{
	(void)arg;
	return c->roster_sealed;
}

enum exit_code
run_sheet(const struct options *o)
{
	return document(o, make_sheet, roster_sealed);
}

/* How far the log examiner signed it off, the coda counted (CPS 5.4.2). */
static void
reviewed(const struct ceremony *c, struct buf *b)
{
	char when[CIVIL_LEN];

	if (c == NULL || c->reviewed < 0) {
		buf_fmt(b, "report.reviewed\t%s\n",
		    text_get(LANG_EN, "report.never"));
		return;
	}
	civil_format(c->reviewed_t, when);
	buf_fmt(
	    b, "report.reviewed\t0–%lld, %s\n", (long long)c->reviewed, when);
}

/* "label TAB evidence" of everything that the verdict rests on. */
static void
evidence(const struct sealed *s, const struct options *o, struct buf *b)
{
	const struct scan_result *r = &s->v.result;
	size_t objects = 0;
	char hex[SHA256_HEX];

	for (size_t i = 0; i < s->folded.n; i++)
		objects += json_count(s->folded.entry[i].att);
	sha256_hex(hex, r->head.hash);
	buf_fmt(
	    b, "report.chain\tOK %lld, head %s\n", (long long)r->entries, hex);
	buf_fmt(b, "report.seal\t%lld (0–%lld)\n", (long long)r->sealed,
	    (long long)r->sealed);
	buf_fmt(b, "report.rights\t%s\n", s->v.state != NULL ? "OK" : "—");
	buf_fmt(b, "report.objects\t%zu\n", objects);
	buf_fmt(b, "report.heads\t%s\n",
	    o->heads != NULL ? o->heads
			     : text_get(LANG_EN, "report.not-given"));
	reviewed(s->v.state, b);
	for (size_t i = 0; i < r->keys; i++) {
		sha256_hex(hex, r->key[i].spki_sha);
		buf_fmt(b, "report.keys\t%s  %s  %s\n", r->key[i].name,
		    r->key[i].alg, hex);
	}
	for (size_t i = 0; i < s->v.notes; i++) {
		buf_str(b, "report.notes\t");
		text_error(LANG_EN, &s->v.note[i], b);
		buf_byte(b, '\n');
	}
}

static int
make_report(const struct sealed *s, const struct options *o,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e)
{
	struct buf b = BUF_INIT;
	int ret;

	evidence(s, o, &b);
	ret = report_make(&s->folded.log, buf_cstr(&b), font, out, e);
	buf_free(&b);
	return ret;
}

enum exit_code
run_report_pdf(const struct options *o)
{
	return document(o, make_report, NULL);
}
