/* SPDX-License-Identifier: MIT */
/*
 * tachiai-decode: one untrusted artefact in, its canonical form out, then it
 * dies.  It is confined before it reads a byte, so whatever the bytes do to
 * it, they cannot leave the process but through the one answer.
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "appliance/decode/decode.h"
#include "appliance/world/msg.h"
#include "appliance/world/strict.h"

/* What libcrypto would otherwise look for in files later on. */
static int
prepare(void)
{
	return OPENSSL_init_crypto(
		   OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT,
		   NULL) == 1;
}

static int
answer(struct msg *ask, struct err *e)
{
	const char *type = json_get_str(ask->json, "type");
	const char *name = json_get_str(ask->json, "name");
	struct json *form = json_new_obj();
	struct buf out = BUF_INIT;
	int rc;

	if (type == NULL || name == NULL)
		err_set(e, ERR_REFUSED, "decode.type", "type",
		    type != NULL ? type : "-", NULL);
	if (type == NULL || name == NULL ||
	    decode_input(type, name, ask->bytes.data, ask->bytes.len, form,
		&out, e) == -1) {
		struct err why = *e;

		json_free(form);
		rc = msg_refuse(MSG_FD, ask, &why, e);
	} else {
		rc = msg_answer(MSG_FD, ask, form, out.data, out.len, e);
	}
	buf_free(&out);
	return rc;
}

int
main(void)
{
	struct msg ask;
	struct err e;
	int rc = 3;

	if (!prepare() || strict_confine(MSG_FD, &e) == -1)
		return 3;
	if (msg_read(MSG_FD, &ask, &e) != 1)
		return 3;
	if (ask.type == MSG_DECODE && answer(&ask, &e) == 0)
		rc = 0;
	msg_fini(&ask);
	return rc;
}
