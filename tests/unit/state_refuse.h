/* SPDX-License-Identifier: MIT */
/*
 * Entries that must be refused: a good line of the day, or data of its own,
 * put to another place or changed in one point, encoded and chained as if
 * it were true.  Afterwards nothing has changed.
 */
#ifndef TACHIAI_TEST_STATE_REFUSE_H
#define TACHIAI_TEST_STATE_REFUSE_H

#include "tests/unit/day.h"
#include "tests/unit/test.h"

struct edit {
	const char *what; /* see edit_entry() */
	const char *value;
};

struct row {
	const char *name;
	enum event_type at; /* before the nth line of this kind ... */
	int nth, after;     /* ... and so many lines later */
	enum event_type of; /* the line to change: the mth of its kind */
	int mth;
	const char *d;    /* or this data instead of a line's */
	const char *sign; /* the statement anew, by this person's key */
	struct edit edit[4];
	const char *want; /* the id, and its {why} when that is the order's */
};

static struct ceremony *day_whole; /* all hashes */

static inline void
digest_add(struct buf *b, const void *p, size_t n)
{
	if (n != 0)
		buf_add(b, p, n);
}

/* Of everything a state is, where it lies: for before and after. */
static inline void
state_digest(const struct ceremony *c, uint8_t out[static SHA256_LEN])
{
	struct buf b = BUF_INIT;

	digest_add(&b, c, sizeof(*c));
	digest_add(&b, c->hashes, (size_t)(c->head.n + 1) * SHA256_LEN);
	digest_add(&b, c->person, c->persons * sizeof(*c->person));
	digest_add(&b, c->set, c->sets * sizeof(*c->set));
	digest_add(&b, c->step, c->steps * sizeof(*c->step));
	digest_add(&b, c->deviation, c->deviations * sizeof(*c->deviation));
	digest_add(&b, c->token, c->tokens * sizeof(*c->token));
	digest_add(&b, c->item, c->items * sizeof(*c->item));
	digest_add(&b, c->run, c->runs * sizeof(*c->run));
	digest_add(&b, c->burnt, c->burnts * sizeof(*c->burnt));
	digest_add(&b, c->resolve, c->resolves * sizeof(*c->resolve));
	for (size_t i = 0; i < c->items; i++)
		digest_add(&b, c->item[i].spki.data, c->item[i].spki.len);
	if (c->profiles != NULL)
		json_encode(c->profiles, &b);
	if (c->plan != NULL)
		json_encode(c->plan, &b);
	if (c->script != NULL)
		json_encode(c->script, &b);
	sha256(out, b.data, b.len);
	buf_free(&b);
}

static inline void
refuse_sign(const struct ceremony *c, struct entry *en, const char *who)
{
	struct statement st;
	struct buf text = BUF_INIT, old = BUF_INIT;
	uint8_t sig[80];
	struct err e;
	size_t n, i = 0;

	memset(&st, 0, sizeof(st));
	if (statement_get(en->d, &st, &old, &e) == -1)
		sealed_die("statement", &e);
	snprintf(st.kind, sizeof(st.kind), "%s", statement_kind(en->ev->type));
	snprintf(st.origin, sizeof(st.origin), "%s", c->origin);
	statement_text(&st, &text);
	while (strcmp(SEALED_WHO[i].id, who) != 0)
		i++;
	n = sealed_sign_low(sealed.key[i], &text, sig);
	statement_put(&st, sig, n, en->d);
	buf_free(&text);
	buf_free(&old);
}

static inline void
edit_people(struct entry *en, const char *list)
{
	json_free(en->by);
	en->by = json_new_arr();
	while (*list != '\0') {
		size_t n = strcspn(list, ",");
		char by[60];

		snprintf(by, sizeof(by), "%s%.*s", *list == '!' ? "" : "op/",
		    (int)(*list == '!' ? n - 1 : n),
		    *list == '!' ? list + 1 : list);
		entry_by(en, by);
		list += n + (list[n] == ',');
	}
}

/* Another object under this name ("", none); its digest. */
static inline void
edit_object(struct entry *en, const char *name, const char *bytes,
    uint8_t sha[static SHA256_LEN])
{
	struct json *old = en->att;

	en->att = NULL;
	for (size_t i = 0; i < json_count(old); i++) {
		const struct json *a = json_at(old, i);
		uint8_t have[SHA256_LEN];

		json_get_hex(a, "sha256", have, SHA256_LEN);
		if (strcmp(json_get_str(a, "name"), name) != 0)
			entry_attach(en, json_get_str(a, "name"),
			    json_get_str(a, "type"), have,
			    json_get_int(a, "size", 0));
	}
	json_free(old);
	if (bytes == NULL)
		return;
	buf_add(&sealed.object[sealed.objects++], bytes, strlen(bytes));
	sha256(sha, bytes, strlen(bytes));
	entry_attach(en, name, "x", sha, (int64_t)strlen(bytes));
}

/*
 * "by" people; "said"; "rc"; "n"; "s"; then by letter: s:key text, i:key
 * number, h:key the digest of the text, j:key JSON, -:name attachment gone,
 * o:name another object, O:name and its digest in d too; "step" the number
 * of the step that is now.
 */
static inline void
edit_entry(const struct ceremony *c, struct entry *en, const struct edit *ed)
{
	const char *key = ed->what + 2, *v = ed->value;
	uint8_t sha[SHA256_LEN] = { 0 };

	if (strcmp(ed->what, "by") == 0) {
		edit_people(en, v);
	} else if (strcmp(ed->what, "said") == 0) {
		json_free(en->said);
		en->said = NULL;
	} else if (strcmp(ed->what, "rc") == 0) {
		en->rc = RC_FAIL;
	} else if (strcmp(ed->what, "n") == 0) {
		en->n += 1;
	} else if (strcmp(ed->what, "s") == 0) {
		en->s += 1;
	} else if (strcmp(ed->what, "step") == 0) {
		json_set_str(en->d, "step", ceremony_step_no(c, c->now));
	} else if (ed->what[0] == 's') {
		json_set_str(en->d, key, v);
	} else if (ed->what[0] == 'i') {
		json_set_int(en->d, key, atoll(v));
	} else if (ed->what[0] == 'h') {
		sha256(sha, v, strlen(v));
		json_set_hex(en->d, key, sha, SHA256_LEN);
	} else if (ed->what[0] == 'b') {
		json_set_b64(
		    en->d, key, (const uint8_t *)v, strlen(v));
	} else if (ed->what[0] == 'j') {
		json_set(en->d, key, soft_json(v));
	} else {
		edit_object(en, key, ed->what[0] == '-' ? NULL : v, sha);
		if (ed->what[0] == 'O')
			json_set_hex(en->d, key, sha, SHA256_LEN);
	}
}

static inline void
refuse_template(const struct row *r, struct entry *en)
{
	static const uint8_t ZERO[SHA256_LEN];
	struct err e;
	size_t i;

	if (r->d != NULL) {
		entry_init(en, r->of);
		json_free(en->d);
		en->d = soft_json(r->d);
		return;
	}
	i = day_find(r->of, (size_t)r->mth);
	if (entry_decode(day.line[i].data, day.line[i].len,
	    i == 0 ? ZERO : ceremony_hash(day_whole, (int64_t)i - 1), en,
	    &e) == -1)
		sealed_die(r->name, &e);
}

/* Put the row's entry to c; true when it is refused as it should be. */
static inline bool
refuse_row(struct ceremony *c, const struct row *r)
{
	uint8_t before[SHA256_LEN], after[SHA256_LEN];
	struct buf line = BUF_INIT;
	struct err e = { 0 };
	struct entry en;
	char got[120];
	bool good;

	refuse_template(r, &en);
	en.n = c->head.n + 1;
	en.s = r->of == EV_SITTING_OPEN ? c->s + 1 : c->s;
	en.s = en.s < 0 ? 0 : en.s;
	en.t = c->last_t + 1;
	en.m = r->of == EV_SITTING_OPEN ? 0 : c->last_m;
	if (r->sign != NULL) {
		json_set_hex(en.d, "asked", c->head.hash, SHA256_LEN);
		json_set_int(en.d, "asked_n", c->head.n);
		json_set_str(en.d, "epoch", c->epoch);
	}
	for (int i = 0; i < 4 && r->edit[i].what != NULL; i++)
		edit_entry(c, &en, &r->edit[i]);
	if (r->sign != NULL)
		refuse_sign(c, &en, r->sign);
	state_digest(c, before);
	good = entry_encode(&en, c->head.hash, &line, &e) == -1 ||
	    ceremony_apply(c, line.data, line.len, &e) == -1;
	snprintf(got, sizeof(got), "%s%s%s", e.id,
	    strcmp(e.id, "state.order") == 0 ? " " : "",
	    strcmp(e.id, "state.order") == 0 ? err_value(&e, "why") : "");
	good = good && strcmp(got, r->want) == 0;
	if (!good)
		printf("# %s: got %s, want %s\n", r->name, got, r->want);
	state_digest(c, after);
	if (memcmp(before, after, SHA256_LEN) != 0) {
		printf("# %s: it changed the state\n", r->name);
		good = false;
	}
	entry_fini(&en);
	buf_free(&line);
	return good;
}

/* The day once more, and each row at its place. */
static inline void
refuse_rows(const struct row *rows, size_t n)
{
	struct ceremony *c = day_fold(0);
	struct err e;
	size_t done = 0;

	for (size_t i = 0; i < day.lines; i++) {
		for (size_t k = 0; k < n; k++)
			if (day_find(rows[k].at, (size_t)rows[k].nth) +
			    (size_t)rows[k].after == i) {
				CHECK(rows[k].name, refuse_row(c, &rows[k]));
				done++;
			}
		if (ceremony_apply(c, day.line[i].data, day.line[i].len,
		    &e) == -1)
			sealed_die("fold", &e);
	}
	CHECK("every row had its place", done == n);
	ceremony_free(c);
}

/* The id by which the command is refused now, "" where it is taken. */
static inline const char *
decided(struct command *cmd)
{
	struct facts f = { .now = sealed.now, .boot_ms = sealed.ms };
	static struct err e;
	struct buf line = BUF_INIT;
	int ret = ceremony_decide(sealed.c, cmd, &f, &line, &e);

	buf_free(&line);
	return ret == 0 ? "" : e.id;
}

/* The id by which what the day's nth line of a kind says is refused now. */
static inline const char *
replayed(enum event_type ev, size_t nth)
{
	size_t i = day_find(ev, nth);
	struct command cmd = { .event = ev };
	struct entry en;
	struct err e;

	if (entry_decode(day.line[i].data, day.line[i].len,
	    ceremony_hash(day_whole, (int64_t)i - 1), &en, &e) == -1)
		sealed_die("line", &e);
	cmd.d = json_copy(en.d);
	entry_fini(&en);
	return decided(&cmd);
}

/* A member of the step that runs, which the script's author wrote else. */
static inline void
step_says(const char *key, const char *value)
{
	struct next n;

	ceremony_next(sealed.c, &n);
	json_set_str((struct json *)(uintptr_t)n.step.json, key, value);
}

#endif
