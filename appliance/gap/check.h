/* SPDX-License-Identifier: MIT */
/* Inside tachiai-gap: what came, held against what it says it is. */
#ifndef TACHIAI_GAP_CHECK_H
#define TACHIAI_GAP_CHECK_H

#include "appliance/gap/gap.h"
#include "ceremony/x509/x509.h"

/* UTF-8 without what must not be shown; line ends and tabs may stand. */
int check_text(const struct buf *text, struct err *e);
bool check_is_bundle(const struct object *o);

#endif
