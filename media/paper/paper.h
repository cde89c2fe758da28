/* SPDX-License-Identifier: MIT */
/*
 * What all printed documents share: their letters, the frame of a page, and
 * labels in two languages.  A document is made from what it is given and
 * from nothing else, so that it can be made again and compared.
 */
#ifndef TACHIAI_PAPER_H
#define TACHIAI_PAPER_H

#include "ceremony/base/digest.h"
#include "ceremony/base/json.h"
#include "ceremony/text/text.h"
#include "media/page/flow.h"

#define PAPER_LEFT   MM(18)
#define PAPER_WIDTH  MM(174)
#define PAPER_TOP    MM(30)
#define PAPER_BOTTOM MM(264)

extern const struct style PAPER_TITLE, PAPER_HEADING, PAPER_BODY, PAPER_BOLD,
    PAPER_SMALL, PAPER_HINT, PAPER_MONO, PAPER_TINY_MONO;

/* "English 日本語" of a label. */
void paper_label(struct buf *out, const char *id);
/* A heading in both languages with room around it. */
void paper_heading(struct flow *f, const char *id);
/* A paragraph, English, then Japanese. */
void paper_say(struct flow *f, struct style st, const char *id);
/* Label to the left, value to the right of a table of two columns. */
void paper_rows(struct table *t, struct flow *f);
void paper_row(
    struct table *t, const char *id, struct style st, const char *value);
void paper_row_blank(struct table *t, const char *id, int height);
/* A table's column title: English, Japanese beneath. */
void paper_head(struct table *t, size_t column, const char *id);
/* 64 hex digits in groups of four, two lines of eight groups. */
void paper_hex(struct buf *out, const char *hex);
/* The words of 32 bytes, eight a line. */
void paper_words(struct buf *out, const uint8_t digest[static SHA256_LEN]);

/* Head and foot of the pages; the two hashes are those of each page. */
struct paper_frame {
	const char *title; /* label */
	const char *name;  /* of script or origin, with its version */
	const char *mode;  /* label, or NULL: to be chosen in the room */
	void (*lines)(
	    void *arg, size_t page, struct buf *head, struct buf *foot);
	void *arg;
	struct style foot;
	const char *const *initials; /* codes */
	size_t n_initials;
	/* Pages before the one and from the other on leave their lower right
	 * corner to a code: their foot begins higher and is narrower. */
	size_t narrow_to, narrow_from;
	/* Of a part of a document: the number of its first page less one, and
	 * how many pages the whole has (0: this is the whole). */
	int shift;
	size_t pages;
};

/* Draw head and foot on every page; to be called when all pages are there. */
void paper_stamp(struct doc *d, const struct paper_frame *f);

#endif
