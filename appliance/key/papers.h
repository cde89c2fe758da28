/* SPDX-License-Identifier: MIT */
/*
 * The papers of a visit: what the statements are about, fetched by hash,
 * parsed afresh here, and put on pages.  A statement whose paper cannot be
 * shown is not asked for.
 */
#ifndef TACHIAI_PAPERS_H
#define TACHIAI_PAPERS_H

#include "appliance/key/list.h"
#include "appliance/key/session.h"
#include "ceremony/people/oprec.h"
#include "ceremony/people/roster.h"
#include "tui/view.h"

enum { PAPER_CERTS, PAPER_CRLS, PAPER_LISTS };

struct paper {
	const struct due_statement *st;
	struct buf doc;
	struct buf csr;      /* SHOWN_CSR: DER of the file in doc */
	struct oprec rec;    /* SHOWN_RECORD */
	struct buf *tbs;     /* of rec.item[i], empty where it has none */
	struct review *rows; /* of tbs[i]: every field */
	struct list list[PAPER_LISTS]; /* all of a kind */
	struct roster_person *people;  /* SHOWN_ROSTER */
	size_t n_people;
	struct json *json; /* SHOWN_FILES, _DOUBT, _DEVIATION */
};

struct papers {
	const struct due *due;
	size_t n;
	struct paper paper[DUE_STATEMENTS];
	struct list requests;
};

/*
 * Fetch and parse all; the kind of each statement, its role's rights
 * (role_check) and what it shows must fit together: key.due {field},
 * role.not-allowed, key.object, and what the parsers say.
 */
int papers_fetch(struct session *s, struct papers *p, struct err *e);
/* The last part of it: every field of what was fetched, once. */
int papers_review(struct papers *p, struct err *e);
void papers_free(struct papers *p);

/* Of a list: who is asked for what, on top of every page. */
void papers_top(const struct papers *p, struct view *v);
/* Pages with every field of what is to be signed, each ending in a break. */
void papers_details(const struct papers *p, struct view *v);
/* The last page: what is asked, in short. */
void papers_summary(const struct papers *p, struct view *v);

#endif
