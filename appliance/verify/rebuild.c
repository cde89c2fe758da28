/* SPDX-License-Identifier: MIT */
/*
 * Replaying a transcript: every to-be-signed object is made again from the
 * entries before it and compared with the stored one, byte for byte.
 */
#include <stdio.h>
#include <string.h>

#include "appliance/verify/verify.h"
#include "ceremony/state/prepare.h"

struct rebuilt {
	struct disk disk;
	long long good;
};

static int
rebuild_entry(void *arg, const struct ceremony *before, const struct entry *en,
    const uint8_t *line, size_t len, struct err *e)
{
	struct rebuilt *r = arg;
	struct buf again = BUF_INIT;
	uint8_t want[SHA256_LEN], got[SHA256_LEN];
	int ret = -1;

	(void)line;
	(void)len;
	if (before == NULL || en->ev == NULL || en->rc != RC_OK ||
	    en->ev->type != EV_TBS_PREPARED)
		return 0;
	if (ceremony_rebuild(before, en, &again, e) == -1)
		goto out;
	sha256(got, again.data, again.len);
	if (json_get_hex(en->d, "tbs", want, SHA256_LEN) == -1 ||
	    memcmp(got, want, SHA256_LEN) != 0) {
		err_set(e, ERR_FORM, "verify.rebuild", "item",
		    json_get_str(en->d, "item"), NULL);
		goto out;
	}
	r->good++;
	ret = 0;
out:
	buf_free(&again);
	return ret;
}

enum exit_code
run_rebuild(const struct options *o)
{
	struct rebuilt r = { .disk = { o->arg[0] } };
	struct verdict v;
	struct err e;
	int64_t at;
	enum exit_code code =
	    verdict_make(&r.disk, o, rebuild_entry, &r, &v, &at, &e);

	if (code == EXIT_GOOD && v.state == NULL) {
		code = EXIT_BAD; /* another table: nothing was folded */
		e = v.note[0];
	}
	if (code != EXIT_GOOD) {
		verdict_fail(code, at, &e, o->json);
	} else if (o->json) {
		struct json *j = json_new_obj();

		json_set_int(j, "rebuilt", r.good);
		json_set_str(j, "verdict", "ok");
		print_json(j);
	} else {
		printf("OK %lld objects rebuilt\n", r.good);
	}
	verdict_fini(&v);
	return code;
}
