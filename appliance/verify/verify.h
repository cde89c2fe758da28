/* SPDX-License-Identifier: MIT */
/*
 * tachiai-verify: the auditor's tool.  It reads, and writes nothing but its
 * answer: the verdict on stdout, what else should be known on stderr.
 *
 * main.c     command line
 * disk.c     the files of a volume
 * verdict.c  the whole check of a volume
 * show.c     entries, heads, objects, state, report
 * rebuild.c  every to-be-signed object again from the entries
 * bundle.c   what an export carries
 * sealed.c   a volume up to its seal
 * print.c    documents on paper
 * paper.c    from scans of such documents to a verdict
 * papertext.c  their text against their codes
 * files.c    check, lint, csr, crl of single files
 */
#ifndef TACHIAI_VERIFY_H
#define TACHIAI_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/log/scan.h"
#include "ceremony/state/state.h"

enum exit_code {
	EXIT_GOOD = 0,
	EXIT_BAD = 1,
	EXIT_USAGE = 2,
	EXIT_WORLD = 3,
};

struct options {
	bool json;
	const char *heads; /* file of remembered heads */
	const char *key;   /* SPKI digest of the transcript key */
	const char *profiles, *profile, *as_of, *issuer;
	const char *out;          /* -o FILE */
	const char *words, *text; /* of paper */
	bool show, lines, codes;
	int64_t copy, of;    /* which print; of 0: re-print `copy` */
	const char *volume;  /* that pages are compared with; or NULL */
	const char *sitting; /* digits: as it was sealed then; or NULL */
	char **all;          /* as many as args */
	const char *arg[4];  /* what is not an option */
	int args;
};

/* disk.c: the files of a volume or a bundle. */
struct disk {
	const char *path;
};

/* A whole file, at most `max` bytes: 0, or -1 (verify.read {file, why}). */
int disk_file(const char *dir, const char *name, size_t max, struct buf *out,
    struct err *e);
int disk_object(void *disk, const uint8_t sha256[static SHA256_LEN],
    struct buf *out, struct err *e);
int disk_check(void *disk, const uint8_t sha256[static SHA256_LEN],
    int64_t size, struct err *e);
/* transcript.log into the walk: 0, -1 refused, -2 not readable. */
int disk_walk(const struct disk *d, struct scan *s, struct err *e);
/* Call fn with every name in objects/. */
int disk_objects(
    const struct disk *d, void (*fn)(void *arg, const char *name), void *arg);

/* verdict.c */
#define NOTES_MAX 64

struct verdict {
	struct scan *scan; /* owns what result points to */
	struct scan_result result;
	struct ceremony *state; /* the fold; NULL with another table */
	struct err note[NOTES_MAX];
	size_t notes, notes_left_out;
};

/*
 * The whole check.  EXIT_GOOD; or EXIT_BAD with *at and e; or EXIT_WORLD
 * with e.  `also` is called with every entry, before it is folded.
 */
typedef int also_fn(void *arg, const struct ceremony *before,
    const struct entry *en, const uint8_t *line, size_t len, struct err *e);
enum exit_code verdict_make(const struct disk *d, const struct options *o,
    also_fn *also, void *arg, struct verdict *v, int64_t *at, struct err *e);
void verdict_fini(struct verdict *v);
/* "OK N entries, sealed at S, head H" */
void verdict_line(const struct scan_result *r, struct buf *out);
/* "FAIL: entry N: sentence" on stdout; the exit code given back. */
enum exit_code verdict_fail(
    enum exit_code code, int64_t at, const struct err *e, bool json);

enum exit_code run_verdict(const struct options *o);
enum exit_code run_entries(const struct options *o);
enum exit_code run_heads(const struct options *o);
enum exit_code run_objects(const struct options *o);
enum exit_code run_state(const struct options *o);
enum exit_code run_report(const struct options *o);
enum exit_code run_rebuild(const struct options *o);
enum exit_code run_bundle(const struct options *o);
enum exit_code run_check(const struct options *o);
enum exit_code run_blank(const struct options *o);
enum exit_code run_transcript(const struct options *o);
enum exit_code run_sheet(const struct options *o);
enum exit_code run_report_pdf(const struct options *o);
enum exit_code run_paper(const struct options *o);
enum exit_code run_lint(const struct options *o);
enum exit_code run_csr(const struct options *o);
enum exit_code run_crl(const struct options *o);

/* A JSON value and a line end on stdout; frees it. */
void print_json(struct json *j);

#endif
