/* SPDX-License-Identifier: MIT */
/*
 * What a visit gives once the credential is open: signatures to the
 * console, shares to tachiai-hsm, and the new credential of who takes
 * shares.
 */
#ifndef TACHIAI_GIVE_H
#define TACHIAI_GIVE_H

#include "appliance/key/session.h"

/*
 * Every statement due, and the cosignature:
 * STATEMENT {kind, person, role, epoch, doc, asked_n, asked, seen_n?, seen?,
 *  sig}, and {kind:"cosign", alg, name, person, role, root, size, time, sig}.
 */
int give_statements(struct session *s, struct err *e);

/*
 * Every share due, opened, held against what is due, sealed to the epoch:
 * SHARE {person, set} + CMS.  share.missing, share.foreign, share.form,
 * share.damaged, and what tachiai-hsm says.
 */
int give_shares(struct session *s, struct err *e);

/*
 * New shares, when `blocks` is due: FETCH {blocks: person} -> PEM of CMS;
 * each is opened; CREDENTIAL {person} + PEM; then each is given to
 * tachiai-hsm and SHARED {person, set, x} says so.
 */
int give_blocks(struct session *s, struct err *e);

#endif
