/* SPDX-License-Identifier: MIT */
/*
 * The lint: one static row per rule, run on the exact bytes that are to be
 * signed (BR 4.3.1.2) and again on what came back.  A rule that does not
 * concern the kind of object is "none", never silently left out.  Waivers
 * are evaluated here; there is no other way past a refusal.
 */
#ifndef TACHIAI_LINT_H
#define TACHIAI_LINT_H

#include "ceremony/x509/x509.h"

enum lint_severity { LINT_MUST, LINT_SHOULD };

enum lint_verdict {
	LINT_GOOD,
	LINT_NONE,   /* does not concern this object */
	LINT_WARNED, /* a SHOULD is not met */
	LINT_WAIVED, /* a refusal under a waiver that holds */
	LINT_REFUSED,
	LINT_EXPIRED, /* a refusal under a waiver that ran out */
};

#define LINT_PACK_CABF    0x1u /* "cabf-br-2.2.6" */
#define LINT_PACK_RFC5280 0x2u /* "rfc5280" */

/* Which objects a rule concerns: 1 << enum cert_kind, and lists. */
#define LINT_CRL (1u << CERT_KINDS)

struct lint_run;
struct lint_rule {
	const char *id; /* "CRT-9a" */
	unsigned version;
	const char *clause; /* "BR 7.1.2.10.2" */
	enum lint_severity severity;
	unsigned packs;
	unsigned kinds;
	bool fixed;       /* no waiver: the appliance's own floor */
	const char *what; /* text id: "its name carries a unit (OU)" */
	/* LINT_NONE when moot, lint_bad() when broken, else LINT_GOOD. */
	enum lint_verdict (*check)(struct lint_run *r);
};

const struct lint_rule *lint_rule_at(size_t i); /* NULL behind the last */
const struct lint_rule *lint_rule_find(const char *id);
size_t lint_rule_count(void);
/* "cabf-br-2.2.6" to its bit, 0 unknown. */
unsigned lint_pack(const char *name);

/* An earlier certificate of this CA system, or of others it knows. */
struct lint_known {
	const char *item; /* "c-root" */
	struct span der;  /* certificate */
};

struct lint_facts {
	const char *item; /* plan item, for the sentence */
	const struct json
	    *profile; /* certificate or CRL profile; may be NULL */
	const struct json *subject; /* rows it must have; NULL: profile's */
	struct span issuer;         /* certificate; p NULL: self-signed, or
				     * not at hand (CRT-4d warns) */
	struct span spki;           /* the key it must have; p NULL: any */
	int64_t key_born;           /* subject key's second or CERT_NO_TIME */
	int64_t now;                /* signing time */
	bool rehearsal;
	unsigned pack;            /* LINT_PACK_* */
	const struct json *waive; /* lint.waive of the profile set, or NULL */
	const struct lint_known *known;
	size_t n_known;
	struct span last_crl_number; /* INTEGER content; p NULL: none yet */
	struct span last_crl;        /* the list before; p NULL: none */
};

#define LINT_ROWS 192

struct lint_row {
	const struct lint_rule *rule;
	enum lint_verdict verdict;
	char field[48]; /* "subject.OU", "extensions.2.5.29.19" */
	char found[160];
	char must_be[160];
};

struct lint_results {
	struct lint_row row[LINT_ROWS];
	size_t n;
	size_t good, none, warned, waived, refused;
};

/*
 * Run all rules of the pack.  -1 when refused, with the first refusal in
 * `e`: lint.refused {item, what, clause, rule}, lint.key-life {item, date},
 * lint.waiver {rule, date}, or the parser's own ids when the bytes are not a
 * certificate at all.  `what` is the text id of the rule, which
 * text_error() puts in the reader's language.  `out` is filled in either
 * case (with n 0 when nothing could be parsed).
 */
int lint_cert(struct span der, enum cert_part part, const struct lint_facts *f,
    struct lint_results *out, struct err *e);
int lint_crl(struct span der, enum cert_part part, const struct lint_facts *f,
    struct lint_results *out, struct err *e);

#endif
