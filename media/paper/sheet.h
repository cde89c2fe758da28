/* SPDX-License-Identifier: MIT */
/*
 * Short documents: the enrolment sheet, which is the auditor's root of
 * trust, and the auditor's report.
 */
#ifndef TACHIAI_SHEET_H
#define TACHIAI_SHEET_H

#include "media/paper/log.h"

/*
 * Everyone enrolled, with roles and key fingerprints in words, the log
 * token's key, origin and roster digest; to be signed in ink when the roster
 * is sealed.  sheet.no-roster before that.
 */
int sheet_make(const struct paper_log *l,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e);

/*
 * What an auditor concludes from, each with its evidence: verdicts, runs
 * with their quorums, keys, objects, deviations, anomalies, clauses.
 * `verdicts` are lines "label of the catalogue TAB evidence".
 */
int report_make(const struct paper_log *l, const char *verdicts,
    const struct font *const font[static FACE_COUNT], struct doc **out,
    struct err *e);

#endif
