/* SPDX-License-Identifier: MIT */
/*
 * A doubt: an intent whose outcome nobody knows, and its ways out.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"

static bool
doubt_resolved(struct console *k, const struct item *it)
{
	struct command cmd = { .event = EV_DOUBT_RESOLVED };
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	struct err e;
	char id[NAME_LEN];

	snprintf(id, sizeof(id), "%s", it->id);
	ceremony_doubt_record(k->c, it, k->way, &b);
	sha256(sha, b.data, b.len);
	cmd.d = json_new_obj();
	json_set_str(cmd.d, "item", it->id);
	json_set_hex(cmd.d, "record", sha, SHA256_LEN);
	json_set_str(cmd.d, "way", k->way);
	attach(&cmd, "record", "json", sha, b.len);
	buf_free(&b);
	if (commit(k, &cmd, &e) == -1)
		return false;
	ui_result(k, "told.doubt", "item", id, NULL);
	k->way = NULL;
	return true;
}

/* For a token or a key a look decides. */
static const char *
look_way(struct console *k, const struct item *it)
{
	struct json *j = json_new_obj();
	struct msg a;
	struct err e;
	const char *way;

	json_set_str(j, "item", it->id);
	if (it->kind == ITEM_DEACTIVATE) {
		json_free(j);
		return "none";
	}
	if (ask(k, PARTY_HSM, MSG_LOOK, j, NULL, 0, &a, &e) == -1)
		return NULL;
	way = json_get_int(a.json, "found", 0) == 1 ? "found" : "none";
	msg_fini(&a);
	return way;
}

/* S-22 */
void
do_doubt(struct console *k, const struct next *n)
{
	const struct item *it = n->item;
	bool sign = it->kind == ITEM_CERT || it->kind == ITEM_CRL;
	struct view *v;
	struct key key;
	struct err e;

	if (!sign && k->way == NULL)
		k->way = look_way(k, it);
	if (k->way != NULL && doubt_resolved(k, it))
		return;
	v = ui_view(k, "doubt.head");
	err_set(&e, ERR_REFUSED, "doubt.open", "item", it->id, "done",
	    text_get(k->lang, sign ? "doubt.signed" : "doubt.made"), NULL);
	if (k->refusal.id[0] == '\0')
		view_refuse(v, &e);
	if (sign) {
		view_ways(v, view_fill(v, "ways.head", NULL));
		view_way(v, "a", view_fill(v, "doubt.way-a", NULL));
		view_way(v, "g", view_fill(v, "doubt.way-g", "serial",
		    it->serial, NULL));
		view_words(v, WORDS_SHORT, it->tbs, true);
		view_key(v, KID_WAY_A, NULL);
		view_key(v, KID_WAY_G, NULL);
	} else if (k->way != NULL) {
		view_para(v, view_fill(v, strcmp(k->way, "found") == 0 ?
		    "doubt.found" : "doubt.none", "item", it->id, NULL));
	}
	if (k->way != NULL)
		view_para(v, view_fill(v, "doubt.chosen", "way", k->way,
		    NULL));
	resolve_rows(k, v, ROLE_CA_ADMINISTRATOR | ROLE_OPERATIONS_MANAGER);
	v->then = view_fill(v, "doubt.then", NULL);
	if (resolve_wait(k, v, KX_WAYS, &key) != UI_KEY)
		return;
	if (sign && key.cp == 'a')
		k->way = "again";
	if (sign && key.cp == 'g')
		k->way = "give-up";
}
