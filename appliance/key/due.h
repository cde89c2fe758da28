/* SPDX-License-Identifier: MIT */
/*
 * What is due: the console's answer to DUE, held against its form.  It is a
 * claim: whatever is signed is fetched by its hash and rendered afresh.
 *
 * {origin, mode, lang, clock, now?, epoch, head_n, head, kind, person, name,
 *  code, role, roles:[...], stick, cost, tried?, tried_ago?,
 *  remembered?:{n, hash, here, text},
 *  statements:[{kind, role, doc, shown:{type}}],
 *  cosign?:{size, root, time}, shares:[{set, token, purpose, m, n}],
 *  blocks?}
 *
 * kind "visit": statements, cosign, shares and blocks say what is due.
 * kind "enroll": none of them.  clock is text for the frame ("13:23 JST"),
 * now the same in posix seconds (the machine's clock where it is missing).
 * cost is the scrypt p of a new credential, and the least that production
 * takes; it is never below 16 there.  doc is 64 zeros where type is "none".
 */
#ifndef TACHIAI_DUE_H
#define TACHIAI_DUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/err.h"
#include "ceremony/base/json.h"
#include "ceremony/log/entry.h"
#include "ceremony/text/text.h"

#define DUE_STATEMENTS 258 /* a list of 256, and coming in */
#define DUE_SHARES     16
#define DUE_COUNTED    64

enum shown {
	SHOWN_NONE,
	SHOWN_RECORD, /* an operation record */
	SHOWN_ROSTER,
	SHOWN_FILES, /* the digests of script, plan and profile set */
	SHOWN_CSR,   /* a request, DER */
	SHOWN_CLOSE,
	SHOWN_DOUBT,     /* a way out of a doubt */
	SHOWN_DEVIATION, /* a decision */
	SHOWN_LOSS,      /* ends that are abandoned */
	SHOWN_ONE,       /* one medium alone */
	SHOWN_UPGRADE,   /* another table of events */
	SHOWN_MEDIUM,    /* a new medium */
	SHOWN_TYPES,
};

struct due_statement {
	char kind[16];
	char role[24];
	uint8_t doc[SHA256_LEN];
	enum shown shown;
};

struct due_share {
	char set[33];
	char token[33];
	char purpose[17];
	int m, n;
};

struct due {
	bool enroll;
	bool production;
	enum lang lang;
	char origin[161];
	char clock[33];
	char epoch[33];
	int64_t now; /* -1: not said */
	struct head head;
	char person[33];
	char name[129];
	char code[17];
	char role[24];   /* the role of this visit */
	char roles[161]; /* ids, a blank between */
	char stick[65];
	int cost;
	int tried;         /* wrong tries of this person in this sitting */
	int64_t tried_ago; /* seconds since the last one */
	bool remembered;
	bool remembered_here; /* it stands in this volume */
	struct head seen;
	char seen_text[81]; /* "sealed 2026-12-02 17:19 JST" */
	size_t n_statements;
	struct due_statement statement[DUE_STATEMENTS];
	bool cosign;
	int64_t cosign_size, cosign_time;
	uint8_t cosign_root[SHA256_LEN];
	size_t n_shares;
	struct due_share share[DUE_SHARES];
	bool blocks;
	int needed; /* people who are to differ; those counted already: */
	size_t n_counted;
	char counted[DUE_COUNTED][33];
};

/* key.due {field} */
int due_parse(const struct json *j, struct due *out, struct err *e);

#endif
