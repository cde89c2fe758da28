/* SPDX-License-Identifier: MIT */
/*
 * From untrusted bytes to an admitted form: what tachiai-decode does once it
 * is confined.  One row per type.
 */
#ifndef TACHIAI_DECODE_H
#define TACHIAI_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/err.h"
#include "ceremony/base/json.h"

/*
 * type: "profile-set", "plan", "script", "csr", "credential", "picture",
 * "camera" (one picture of several).  `name` is the
 * file's, for the sentences.  On success `form` (an object) gets "type" and
 * "sha256" (of in[0..len)) and what the type's row adds, and `out` the
 * canonical bytes:
 *   ceremony files   canonical JSON; where `form` names a "path" of it, as
 *                    acts[0].steps[2].by, also the line and column there
 *   csr              csr_form() as JSON
 *   credential       the file in its one encoding; form: person, name,
 *                    origin, cost, shares [{m, n, purpose, set, token, x}]
 *   picture, camera  texts of the QR codes in it, picture.h; form: wide,
 *                    high, light, codes, strange, left, top, right, bottom
 * On failure both are untouched.  ids: files.*, csr.*, cred.form, cred.note,
 * decode.type {type}, decode.size {file},
 * decode.picture {what}.
 */
int decode_input(const char *type, const char *name, const uint8_t *in,
    size_t len, struct json *form, struct buf *out, struct err *e);

#endif
