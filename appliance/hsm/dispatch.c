/* SPDX-License-Identifier: MIT */
/* Which function answers which message: one table. */
#include "appliance/hsm/hsm.h"

static hsm_handler *const HANDLER[MSG_COUNT] = {
	[MSG_HELLO] = hsm_hello,
	[MSG_EPOCH] = hsm_hello,
	[MSG_OBJECT] = hsm_take_object,
	[MSG_ENTRY] = hsm_take_entry,
	[MSG_RANDOM] = hsm_random,
	[MSG_STORE] = hsm_store,
	[MSG_LOG_INIT] = hsm_log_init,
	[MSG_LOG_SIGN] = hsm_log_sign,
	[MSG_LOG_SHARE] = hsm_log_share,
	[MSG_DEAL] = hsm_deal,
	[MSG_DEAL_SHARE] = hsm_deal_share,
	[MSG_SHARE] = hsm_share,
	[MSG_SHARES] = hsm_shares,
	[MSG_TRIAL_KEY] = hsm_trial_key,
	[MSG_TRIAL_SIGN] = hsm_trial_sign,
	[MSG_ACTIVATE] = hsm_activate,
	[MSG_DO] = hsm_do,
	[MSG_LOOK] = hsm_look,
};

int
hsm_dispatch(struct hsm *h, const struct msg *m, struct err *e)
{
	hsm_handler *f = m->type < MSG_COUNT ? HANDLER[m->type] : NULL;
	struct json *out;
	struct buf bytes = BUF_INIT;
	struct err why = { 0 };
	int r;

	if (f == NULL || m->to != PARTY_HSM) {
		err_set(&why, ERR_FORM, "msg.form", "what", "row", NULL);
		return msg_refuse(h->fd, m, &why, e);
	}
	out = json_new_obj();
	if (f(h, m, out, &bytes, &why) == 0) {
		r = msg_answer(h->fd, m, out, bytes.data, bytes.len, e);
	} else {
		json_free(out);
		/* No answer: what was done is in doubt, and it is looked at. */
		r = h->ends ? -1 : msg_refuse(h->fd, m, &why, e);
		if (h->ends)
			*e = why;
	}
	buf_free(&bytes);
	return r;
}
