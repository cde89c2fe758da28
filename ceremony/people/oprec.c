/* SPDX-License-Identifier: MIT */
/*
 * Operation records.  Invariant: what oprec_encode() writes and what
 * oprec_decode() takes has passed oprec_check(); reader and writer agree to
 * the byte.
 */
#include "ceremony/people/oprec.h"

#include <stdlib.h>
#include <string.h>

#include "ceremony/base/json.h"

#define OPREC_MAX  ((size_t)256 << 10)
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define HEX_CHARS  "0123456789abcdef"

enum {
	HAS_KEY = 1, /* and mechanism */
	HAS_TBS = 2, /* and serial */
	KEY_IS_HASH = 4,
};

static const struct {
	const char *name;
	unsigned has;
} KINDS[OPREC_KINDS] = {
	[OPREC_TOKEN_INIT] = { "token-init", 0 },
	[OPREC_KEY_GEN] = { "key-gen", HAS_KEY },
	[OPREC_CERT_SIGN] = { "cert-sign", HAS_KEY | HAS_TBS | KEY_IS_HASH },
	[OPREC_CRL_SIGN] = { "crl-sign", HAS_KEY | HAS_TBS | KEY_IS_HASH },
	[OPREC_DEACTIVATE] = { "deactivate", 0 },
};

const char *
oprec_kind_name(enum oprec_kind kind)
{
	return (unsigned)kind < OPREC_KINDS ? KINDS[kind].name : "?";
}

void
oprec_init(struct oprec *r)
{
	memset(r, 0, sizeof(*r));
}

void
oprec_fini(struct oprec *r)
{
	free(r->item);
	oprec_init(r);
}

struct oprec_item *
oprec_add(struct oprec *r, enum oprec_kind kind, const char *item)
{
	struct oprec_item *it;
	size_t len = strlen(item);

	r->item = xreallocarray(r->item, r->n + 1, sizeof(*r->item));
	it = &r->item[r->n++];
	memset(it, 0, sizeof(*it));
	it->kind = kind;
	/* One too long stays empty, and oprec_check() refuses it. */
	if (len < sizeof(it->item))
		memcpy(it->item, item, len);
	return it;
}

static int
form(struct err *e, const char *item, const char *what)
{
	return err_set(
	    e, ERR_FORM, "oprec.form", "item", item, "what", what, NULL);
}

static bool
all_of(const char *s, const char *of)
{
	return s[0] != '\0' && s[strspn(s, of)] == '\0';
}

static int
item_check(const struct oprec_item *it, struct err *e)
{
	unsigned has;

	if (!all_of(it->item, NAME_CHARS))
		return form(e, "-", "item");
	if ((unsigned)it->kind >= OPREC_KINDS)
		return form(e, it->item, "kind");
	has = KINDS[it->kind].has;
	if ((has & HAS_KEY) != 0) {
		if (!all_of(it->key, HEX_CHARS) ||
		    ((has & KEY_IS_HASH) != 0 &&
			strlen(it->key) != 2 * SHA256_LEN))
			return form(e, it->item, "key");
		if (it->mechanism[0] == '\0')
			return form(e, it->item, "mechanism");
	} else if (it->key[0] != '\0' || it->mechanism[0] != '\0') {
		return form(e, it->item, "key");
	}
	if ((has & HAS_TBS) != 0) {
		if (!it->has_tbs || !all_of(it->serial, HEX_CHARS))
			return form(e, it->item, "tbs");
	} else if (it->has_tbs || it->serial[0] != '\0') {
		return form(e, it->item, "tbs");
	}
	return 0;
}

int
oprec_check(const struct oprec *r, struct err *e)
{
	bool makes = false, signs = false;

	if (r->origin[0] == '\0' || r->run < 0 || r->step[0] == '\0' ||
	    !all_of(r->token, NAME_CHARS))
		return form(e, "-", "record");
	if (r->n == 0 || r->n > OPREC_ITEMS)
		return form(e, "-", "items");
	for (size_t i = 0; i < r->n; i++) {
		const struct oprec_item *it = &r->item[i];

		if (item_check(it, e) == -1)
			return -1;
		makes |= it->kind == OPREC_KEY_GEN;
		signs |= (KINDS[it->kind].has & HAS_TBS) != 0;
		if (i + 1 == r->n ? it->kind != OPREC_DEACTIVATE &&
			    it->kind != OPREC_TOKEN_INIT
				  : it->kind == OPREC_DEACTIVATE)
			return form(e, it->item, "deactivate");
		if (it->kind == OPREC_TOKEN_INIT && i != 0)
			return form(e, it->item, "token-init");
		if ((it->kind == OPREC_TOKEN_INIT ||
			it->kind == OPREC_DEACTIVATE) &&
		    strcmp(it->item, r->token) != 0)
			return form(e, it->item, "token");
		for (size_t j = 0; j < i; j++)
			if (r->item[j].kind == it->kind &&
			    strcmp(r->item[j].item, it->item) == 0)
				return form(e, it->item, "twice");
	}
	/* A certificate's bytes need the key's: they come in another run. */
	if (makes && signs)
		return form(e, r->token, "key");
	return 0;
}

static const char *
key_name(enum oprec_kind kind)
{
	return kind == OPREC_KEY_GEN ? "cka_id" : "key";
}

int
oprec_encode(const struct oprec *r, struct buf *out, struct err *e)
{
	struct json *doc, *items;

	if (oprec_check(r, e) == -1)
		return -1;
	doc = json_new_obj();
	json_set_str(doc, "origin", r->origin);
	json_set_int(doc, "run", r->run);
	json_set_str(doc, "step", r->step);
	json_set_str(doc, "token", r->token);
	items = json_set(doc, "items", json_new_arr());
	for (size_t i = 0; i < r->n; i++) {
		const struct oprec_item *it = &r->item[i];
		struct json *o = json_add(items, json_new_obj());

		json_set_str(o, "item", it->item);
		json_set_str(o, "kind", oprec_kind_name(it->kind));
		if (it->key[0] != '\0')
			json_set_str(o, key_name(it->kind), it->key);
		if (it->mechanism[0] != '\0')
			json_set_str(o, "mechanism", it->mechanism);
		if (it->has_tbs)
			json_set_hex(o, "tbs", it->tbs, SHA256_LEN);
		if (it->serial[0] != '\0')
			json_set_str(o, "serial", it->serial);
	}
	json_encode(doc, out);
	json_free(doc);
	return 0;
}

/* A string, or nothing where the member may be missing. */
static int
take_text(const struct json *o, const char *key, char *out, size_t size)
{
	const char *s = json_get_str(o, key);

	if (s == NULL)
		return json_get(o, key) == NULL ? 0 : -1;
	if (strlen(s) >= size)
		return -1;
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
take_item(const struct json *o, struct oprec *r)
{
	const char *id = json_get_str(o, "item");
	const char *kind = json_get_str(o, "kind");
	struct oprec_item *it;
	unsigned k = 0;

	while (k < OPREC_KINDS &&
	    (kind == NULL || strcmp(KINDS[k].name, kind) != 0))
		k++;
	if (id == NULL || k == OPREC_KINDS)
		return -1;
	it = oprec_add(r, (enum oprec_kind)k, id);
	it->has_tbs = json_get(o, "tbs") != NULL;
	if (it->has_tbs && json_get_hex(o, "tbs", it->tbs, SHA256_LEN) == -1)
		return -1;
	if (take_text(o, key_name(it->kind), it->key, sizeof(it->key)) == -1 ||
	    take_text(o, "mechanism", it->mechanism, sizeof(it->mechanism)) ==
		-1)
		return -1;
	return take_text(o, "serial", it->serial, sizeof(it->serial));
}

static int
take_record(const struct json *doc, struct oprec *r)
{
	const struct json *items = json_get(doc, "items");

	if (take_text(doc, "origin", r->origin, sizeof(r->origin)) == -1 ||
	    take_text(doc, "step", r->step, sizeof(r->step)) == -1 ||
	    take_text(doc, "token", r->token, sizeof(r->token)) == -1 ||
	    json_count(items) > OPREC_ITEMS)
		return -1;
	r->run = json_get_int(doc, "run", -1);
	for (size_t i = 0; i < json_count(items); i++)
		if (take_item(json_at(items, i), r) == -1)
			return -1;
	return 0;
}

int
oprec_decode(const char *text, size_t len, struct oprec *out, struct err *e)
{
	struct buf again = BUF_INIT;
	struct json *doc = NULL;
	struct oprec r;
	int ret = -1;

	oprec_init(&r);
	if (len > OPREC_MAX ||
	    json_parse(text, len, JSON_DEPTH, &doc, e) == -1 ||
	    json_type(doc) != JSON_OBJ) {
		form(e, "-", "json");
		goto out;
	}
	if (take_record(doc, &r) == -1) {
		form(e, "-", "member");
		goto out;
	}
	if (oprec_encode(&r, &again, e) == -1)
		goto out;
	/* Whatever was not looked at above differs here. */
	if (again.len != len || memcmp(again.data, text, len) != 0) {
		form(e, "-", "encoding");
		goto out;
	}
	*out = r;
	oprec_init(&r);
	ret = 0;
out:
	oprec_fini(&r);
	buf_free(&again);
	json_free(doc);
	return ret;
}
