/* SPDX-License-Identifier: MIT */
/*
 * The help pages, made from the key table.  Pages 1 and 2 have the
 * keys, page 3 marks, bars and the trusted prompt.
 */
#ifndef TACHIAI_HELP_H
#define TACHIAI_HELP_H

#include "tui/view.h"

/*
 * Fill the body of `v`, whose bars and foot are set already; `back` is
 * where Esc leads ("2.1", a step's number), or NULL.
 */
void help_fill(struct view *v, const char *back);

/* The key table as mdoc lines (.It Li ...), for the manual page. */
void help_manual(enum lang lang, struct buf *out);

#endif
