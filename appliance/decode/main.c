/* SPDX-License-Identifier: MIT */
/*
 * tachiai-decode: one untrusted artefact in, its canonical form out, then it
 * dies; or the pictures of one camera, one after the other, until its asker
 * goes or its time is over.  It is confined before it reads a byte, so whatever
 * the bytes do to it, they cannot leave the process but through the one answer.
 */
#include <string.h>

#include "appliance/decode/decode.h"
#include "appliance/world/msg.h"
#include "appliance/world/strict.h"

static int
answer(struct msg *ask, struct err *e)
{
	const char *type = json_get_str(ask->json, "type");
	const char *name = json_get_str(ask->json, "name");
	const char *path = json_get_str(ask->json, "path");
	struct json *form = json_new_obj();
	struct buf out = BUF_INIT;
	int rc;

	if (path != NULL)
		json_set_str(form, "path", path);
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

/* 1: there may be another picture; 0 done; -1, or nobody asks. */
static int
one(struct err *e)
{
	struct msg ask;
	const char *type;
	int ret = -1;

	if (msg_read(MSG_FD, &ask, e) != 1)
		return -1;
	if (ask.type == MSG_DECODE && answer(&ask, e) == 0) {
		type = json_get_str(ask.json, "type");
		ret = type != NULL && strcmp(type, "camera") == 0;
	}
	msg_fini(&ask);
	return ret;
}

int
main(void)
{
	struct err e;
	int more;

	if (!strict_prepare() ||
	    strict_confine(MSG_FD, STRICT_SECONDS, &e) == -1)
		return 3;
	while ((more = one(&e)) == 1)
		;
	return more == 0 ? 0 : 3;
}
