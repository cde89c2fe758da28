/* SPDX-License-Identifier: MIT */
/* Between the parts of `tachiai-verify paper'. */
#ifndef TACHIAI_VERIFY_PAPER_H
#define TACHIAI_VERIFY_PAPER_H

#include "appliance/verify/sealed.h"
#include "appliance/verify/verify.h"
#include "appliance/world/letters.h"
#include "media/paper/log.h"
#include "media/paper/pages.h"

struct paper_work {
	struct pages *pages;
	struct buf *file; /* as many as there are arguments */
	struct buf heads, text;
	struct letters letters; /* with --text */
	struct sealed sealed;   /* with --volume */
	struct doc *whole;      /* all pages, made of it; or NULL */
	struct buf out;
	size_t bad;        /* findings said */
	size_t remembered; /* heads and words that agree */
};

/* The entries that were rebuilt, as a record to be laid out again. */
struct paper_again {
	struct entry *entry;
	struct buf *line;
	size_t other; /* of another table: their words are not ours */
	struct paper_log log;
};

void paper_again(const struct paper_work *w, struct paper_again *a);
void paper_again_fini(struct paper_again *a);

/* Every entry as its page says it. */
void paper_show(struct paper_work *w);
/* The pages of comment, which codes alone do not make again: "1–23, 40". */
void paper_comments(const struct paper_work *w, struct buf *out);
/*
 * The text layer (pdftotext: pages end with form feeds) against the pages
 * laid out again from the codes.
 */
void paper_text(struct paper_work *w);

#endif
