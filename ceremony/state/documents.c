/* SPDX-License-Identifier: MIT */
/*
 * The documents that people sign, made of the state.  Invariant: canonical
 * JSON, so that whoever folds the same lines makes the same bytes.
 */
#include "ceremony/state/state.h"

void
ceremony_roster(const struct ceremony *c, struct buf *out)
{
	struct json *j = json_new_obj();
	struct json *people = json_set(j, "people", json_new_arr());

	json_set_str(j, "origin", c->origin);
	for (size_t i = 0; i < c->persons; i++) {
		const struct person *p = &c->person[i];
		struct json *o = json_add(people, json_new_obj());
		struct json *roles = json_set(o, "roles", json_new_arr());

		json_set_str(o, "code", p->code);
		json_set_int(o, "cost", p->cost);
		json_set_str(o, "id", p->id);
		json_set_str(o, "name", p->name);
		json_set_str(o, "stick", p->stick);
		json_set_hex(o, "sign", p->sign_sha, SHA256_LEN);
		json_set_hex(o, "share", p->share_sha, SHA256_LEN);
		for (size_t k = 0; k < ROLE_COUNT; k++)
			if ((p->roles & role_at(k)->role) != 0)
				json_add(roles,
				    json_new_str(role_at(k)->id));
	}
	json_encode(j, out);
	json_free(j);
}

void
ceremony_approval(const struct ceremony *c, struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "origin", c->origin);
	json_set_hex(j, "plan", c->plan_file, SHA256_LEN);
	json_set_hex(j, "profiles", c->profiles_file, SHA256_LEN);
	json_set_hex(j, "script", c->script_file, SHA256_LEN);
	json_encode(j, out);
	json_free(j);
}

void
ceremony_doubt_record(const struct ceremony *c, const struct item *it,
    const char *way, struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "begun_epoch", it->begun_epoch);
	json_set_str(j, "item", it->id);
	json_set_str(j, "kind", item_kind_name(it->kind));
	json_set_str(j, "origin", c->origin);
	json_set_str(j, "serial", it->serial);
	json_set_str(j, "way", way);
	json_encode(j, out);
	json_free(j);
}

void
ceremony_one_record(const struct ceremony *c, struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "medium", c->one);
	json_set_str(j, "origin", c->origin);
	json_set_int(j, "sitting", c->s);
	json_encode(j, out);
	json_free(j);
}

void
ceremony_medium_record(const struct ceremony *c, const char *medium,
    const char *uuid, const char *device, struct buf *out)
{
	struct json *j = json_new_obj();

	if (device != NULL)
		json_set_str(j, "device", device);
	json_set_str(j, "medium", medium);
	json_set_str(j, "origin", c->origin);
	json_set_int(j, "sitting", c->s);
	json_set_str(j, "uuid", uuid);
	json_encode(j, out);
	json_free(j);
}

void
ceremony_upgrade_record(const struct ceremony *c,
    const uint8_t table[static SHA256_LEN], struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "origin", c->origin);
	json_set_hex(j, "table", table, SHA256_LEN);
	json_encode(j, out);
	json_free(j);
}

/* Flat, so that the trusted prompt can show every member of it. */
void
ceremony_loss_record(const struct ceremony *c, struct buf *out)
{
	struct sha256_ctx *all = sha256_begin();
	struct json *j = json_new_obj();
	const struct lost *last = NULL;
	uint8_t heads[SHA256_LEN];

	for (size_t i = 0; i < c->losts; i++) {
		const struct lost *l = &c->lost[i];
		struct buf b = BUF_INIT;

		buf_be64(&b, (uint64_t)l->head.n);
		buf_add(&b, l->head.hash, SHA256_LEN);
		sha256_add(all, b.data, b.len);
		buf_free(&b);
		if (last == NULL || l->head.n > last->head.n)
			last = l;
	}
	sha256_end(all, heads);
	json_set_int(j, "abandoned", (int64_t)c->losts);
	json_set_hex(j, "heads", heads, SHA256_LEN);
	json_set_hex(j, "last_head", last != NULL ? last->head.hash : heads,
	    SHA256_LEN);
	json_set_int(j, "last_number", last != NULL ? last->head.n : -1);
	json_set_str(j, "origin", c->origin);
	json_set_int(j, "skip", LOSS_SKIP);
	json_encode(j, out);
	json_free(j);
}

void
ceremony_deviation_record(const struct ceremony *c, int no,
    const char *decision, const char *because, struct buf *out)
{
	struct json *j = json_new_obj();

	json_set_str(j, "because", because);
	json_set_str(j, "decision", decision);
	json_set_int(j, "no", no);
	json_set_str(j, "origin", c->origin);
	json_encode(j, out);
	json_free(j);
}
