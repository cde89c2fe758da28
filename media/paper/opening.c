/* SPDX-License-Identifier: MIT */
/* Cover, people, the room and its things: sections 1 to 6 and 14. */
#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/files/script.h"
#include "media/paper/log.h"

#define SIGN MM(10)
#define INK  MM(8)

static void
digest_row(struct table *t, const char *label, const char *name,
    const uint8_t sha[static SHA256_LEN], bool words)
{
	struct buf b = BUF_INIT;
	char hex[SHA256_HEX];

	table_text(t, 0, PAPER_SMALL, text_get(LANG_EN, label));
	table_text(t, 0, PAPER_HINT, text_get(LANG_JA, label));
	table_text(t, 1, PAPER_BOLD, name);
	sha256_hex(hex, sha);
	paper_hex(&b, hex);
	table_text(t, 1, PAPER_MONO, buf_cstr(&b));
	if (words) {
		buf_reset(&b);
		paper_words(&b, sha);
		table_text(t, 1, PAPER_SMALL, buf_cstr(&b));
	}
	table_row(t);
	buf_free(&b);
}

/* Ten years (CPS 5.5.2), or two after the last certificate (BR 5.4.3). */
static int64_t
retain_until(const struct paper_log *l)
{
	int64_t t = civil_add_years(l->entry[l->n - 1].t, 10);

	for (size_t i = 0; i < l->c->items; i++) {
		const struct item *it = &l->c->item[i];

		if (it->kind == ITEM_CERT && it->state == ITEM_DONE &&
		    civil_add_years(it->not_after, 2) > t)
			t = civil_add_years(it->not_after, 2);
	}
	return t;
}

static void
approval_row(struct table *t, const struct paper_log *l)
{
	size_t i = paper_find(l, 0, EV_APPROVE);
	struct buf b = BUF_INIT;

	if (i < l->n) {
		const char *id = json_get_str(l->entry[i].d, "person");
		const struct person *p = ceremony_person(l->c, id);

		buf_fmt(&b, "%s, ", p != NULL ? p->name : id);
		paper_time(l, l->entry[i].t, &b);
		buf_fmt(&b, ", %s %zu", text_get(LANG_EN, "paper.entry-no"), i);
	} else {
		buf_str(&b, "—");
	}
	paper_row(t, "paper.approved", PAPER_BODY, buf_cstr(&b));
	buf_free(&b);
}

static void
script_rows(struct table *t, const struct ceremony *c)
{
	const struct json *policy = json_get(c->profiles, "policy");
	struct buf b = BUF_INIT;

	if (c->script == NULL || c->plan == NULL || c->profiles == NULL)
		return;
	buf_fmt(&b, "%s   %s", json_get_str(c->script, "script"),
	    json_get_str(c->script, "version"));
	digest_row(t, "paper.script", buf_cstr(&b), c->script_file, true);
	digest_row(t, "paper.plan", json_get_str(c->plan, "plan"), c->plan_file,
	    false);
	digest_row(t, "paper.profiles",
	    json_get_str(c->profiles, "profile_set"), c->profiles_file, false);
	buf_reset(&b);
	buf_fmt(&b, "CPS %s   CP %s", json_get_str(policy, "cps_oid"),
	    json_get_str(policy, "cp_oid"));
	paper_row(t, "paper.policy", PAPER_BODY, buf_cstr(&b));
	buf_free(&b);
}

/* What kind of ceremony it was, by what it made. */
static void
type_row(struct table *t, const struct paper_log *l)
{
	static const struct {
		enum event_type event;
		const char *label;
	} TYPE[] = { { EV_ROSTER_SEAL, "paper.type-roster" },
		{ EV_TOKEN_INIT_END, "paper.type-token" },
		{ EV_KEY_GEN_END, "paper.type-key" },
		{ EV_CERT_SIGN_END, "paper.type-cert" },
		{ EV_CRL_SIGN_END, "paper.type-crl" },
		{ EV_LOSS_ACCEPTED, "paper.type-recovery" } };
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(TYPE) / sizeof(*TYPE); i++) {
		if (paper_find(l, 0, TYPE[i].event) == l->n)
			continue;
		if (b.len > 0)
			buf_str(&b, ", ");
		buf_fmt(&b, "%s %s", text_get(LANG_EN, TYPE[i].label),
		    text_get(LANG_JA, TYPE[i].label));
	}
	paper_row(t, "paper.type", PAPER_BODY, buf_cstr(&b));
	buf_free(&b);
}

void
transcript_cover(struct flow *f, const struct paper_log *l)
{
	const struct ceremony *c = l->c;
	const char *en = script_title(c->script, LANG_EN);
	const char *ja = script_title(c->script, LANG_JA);
	struct buf b = BUF_INIT;
	struct table t;

	f->y += MM(2);
	flow_text(f, PAPER_TITLE, en != NULL ? en : c->origin);
	if (ja != NULL)
		flow_text(f, (struct style){ FACE_WIDE, PT(15), 0 }, ja);
	f->y += MM(2);
	paper_copy(f, l);
	paper_rows(&t, f);
	paper_row(&t, "paper.origin", PAPER_BOLD, c->origin);
	type_row(&t, l);
	paper_time_row(&t, l, "paper.began", PAPER_BODY, l->entry[0].t);
	paper_time_row(
	    &t, l, "paper.sealed-at", PAPER_BODY, l->entry[l->n - 1].t);
	buf_reset(&b);
	buf_fmt(&b, "%zu", l->n);
	digest_row(&t, "paper.sealed-head", buf_cstr(&b),
	    l->entry[l->n - 1].hash, true);
	script_rows(&t, c);
	approval_row(&t, l);
	paper_time_row(&t, l, "paper.retain", PAPER_BODY, retain_until(l));
	paper_row_blank(&t, "paper.where", INK);
	table_end(&t);
	f->y += MM(3);
	paper_say(f, PAPER_SMALL, "paper.how-to-read");
	buf_free(&b);
}

/* First time in and last time out, of the entries. */
static void
in_and_out(struct table *t, const struct paper_log *l, const char *id)
{
	struct buf b = BUF_INIT;
	int64_t in = -1, out = -1;

	for (size_t i = 0; i < l->n; i++) {
		const struct entry *en = &l->entry[i];
		const char *who = json_get_str(en->d, "person");

		if (en->ev == NULL || who == NULL || strcmp(who, id) != 0)
			continue;
		if (in == -1)
			in = en->t;
		out = en->t;
	}
	if (in != -1) {
		paper_hour(l, in, &b);
		buf_str(&b, " – ");
		paper_hour(l, out, &b);
	}
	table_text(t, 4, PAPER_SMALL, buf_cstr(&b));
	buf_free(&b);
}

static void
papers_of(struct table *t, const struct paper_log *l, const struct person *p)
{
	for (size_t i = 0; (i = paper_find(l, i, EV_CUSTODIAN_ENROLL)) < l->n;
	     i++) {
		const struct json *d = l->entry[i].d;
		struct buf b = BUF_INIT;

		if (strcmp(json_get_str(d, "person"), p->id) != 0)
			continue;
		buf_fmt(&b, "%s, %s", json_get_str(d, "document"),
		    json_get_str(d, "seen_by"));
		table_text(t, 3, PAPER_SMALL, buf_cstr(&b));
		buf_reset(&b);
		buf_fmt(&b, "%s %s", text_get(LANG_EN, "paper.trained"),
		    json_get_str(d, "trained"));
		table_text(t, 3, PAPER_HINT, buf_cstr(&b));
		buf_free(&b);
	}
}

static void
roles_of(struct table *t, size_t column, unsigned roles)
{
	for (size_t k = 0; role_at(k) != NULL; k++) {
		struct buf b = BUF_INIT;

		if ((roles & role_at(k)->role) == 0)
			continue;
		paper_label(&b, role_at(k)->label);
		table_text(t, column, PAPER_HINT, buf_cstr(&b));
		buf_free(&b);
	}
}

/* People of the room who hold no credential: witnesses, auditors. */
static void
others(struct table *t, const struct paper_log *l)
{
	const struct json *roles = json_get(l->c->script, "roles");

	for (size_t i = 0; i < json_count(roles); i++) {
		const char *code = json_get_str(json_at(roles, i), "code");
		const struct role_info *r =
		    role_find(json_get_str(json_at(roles, i), "role"));

		if (r == NULL || r->credential ||
		    ceremony_code(l->c, code) != NULL)
			continue;
		table_text(t, 0, PAPER_BOLD, code);
		roles_of(t, 2, r->role);
		table_blank(t, 1, SIGN);
		table_blank(t, 3, SIGN);
		table_blank(t, 4, SIGN);
		table_blank(t, 5, SIGN);
		table_row(t);
	}
}

void
transcript_people(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(12), MM(36), MM(44), MM(32), MM(22),
		MM(28), 0 };
	static const char *const HEAD[] = { "paper.code", "paper.name",
		"paper.role", "paper.document", "paper.acted",
		"paper.signature" };
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.participants");
	paper_say(f, PAPER_SMALL, "paper.people-checked");
	table_begin(&t, f, WIDTH);
	for (size_t i = 0; i < 6; i++)
		paper_head(&t, i, HEAD[i]);
	for (size_t i = 0; i < l->c->persons; i++) {
		const struct person *p = &l->c->person[i];

		table_text(&t, 0, PAPER_BOLD, p->code);
		table_text(&t, 1, PAPER_SMALL, p->name);
		table_text(&t, 1, PAPER_HINT, p->id);
		roles_of(&t, 2, p->roles);
		papers_of(&t, l, p);
		in_and_out(&t, l, p->id);
		table_blank(&t, 5, SIGN);
		table_row(&t);
	}
	others(&t, l);
	table_end(&t);
}

/* One row an entry: number, time, sentence in both languages. */
static void
sentences(struct flow *f, const struct paper_log *l,
    const enum event_type *type, size_t n)
{
	static const int WIDTH[] = { MM(14), MM(20), MM(140), 0 };
	struct table t;
	struct buf b = BUF_INIT;
	bool any = false;

	table_begin(&t, f, WIDTH);
	for (size_t i = 0; i < l->n; i++) {
		const struct entry *en = &l->entry[i];
		bool one = false;

		for (size_t k = 0; k < n; k++)
			one =
			    one || (en->ev != NULL && en->ev->type == type[k]);
		if (!one)
			continue;
		any = true;
		buf_reset(&b);
		buf_fmt(&b, "%zu", i);
		table_text(&t, 0, PAPER_BOLD, buf_cstr(&b));
		buf_reset(&b);
		paper_hour(l, en->t, &b);
		table_text(&t, 1, PAPER_SMALL, buf_cstr(&b));
		for (int lang = 0; lang < LANG_COUNT; lang++) {
			buf_reset(&b);
			paper_sentence(en, (enum lang)lang, &b);
			table_text(&t, 2,
			    lang == LANG_EN ? PAPER_SMALL : PAPER_HINT,
			    buf_cstr(&b));
		}
		table_row(&t);
	}
	if (!any) {
		table_text(&t, 2, PAPER_SMALL, text_get(LANG_EN, "paper.none"));
		table_text(&t, 2, PAPER_HINT, text_get(LANG_JA, "paper.none"));
		table_row(&t);
	}
	table_end(&t);
	buf_free(&b);
}

#define SENTENCES(f, l, ...)                                      \
	sentences(f, l, (const enum event_type[]){ __VA_ARGS__ }, \
	    sizeof((const enum event_type[]){ __VA_ARGS__ }) /    \
		sizeof(enum event_type))

static void
clocks(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(14), MM(60), MM(50), MM(50), 0 };
	static const char *const HEAD[] = { "paper.entry-no", "paper.source",
		"paper.shown", "paper.compared" };
	struct table t;

	paper_heading(f, "paper.time");
	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 4; k++)
		paper_head(&t, k, HEAD[k]);
	for (size_t i = 0; (i = paper_find(l, i, EV_CLOCK_SET)) < l->n; i++) {
		const struct json *list = json_get(l->entry[i].d, "sources");
		struct buf b = BUF_INIT;

		buf_fmt(&b, "%zu", i);
		for (size_t k = 0; k < json_count(list); k++) {
			const struct json *s = json_at(list, k);

			table_text(&t, 0, PAPER_BOLD, buf_cstr(&b));
			table_text(&t, 1, PAPER_SMALL, json_get_str(s, "name"));
			table_text(
			    &t, 2, PAPER_SMALL, json_get_str(s, "shown"));
			table_text(&t, 3, PAPER_SMALL, json_get_str(s, "at"));
			table_row(&t);
		}
		buf_free(&b);
	}
	table_end(&t);
}

static void
software(struct flow *f, const struct paper_log *l)
{
	static const char *const FILES[][2] = { { "image", "paper.image" },
		{ "table", "paper.table" }, { "form", "paper.form" },
		{ "verify", "paper.verify" } };
	struct table t;
	uint8_t sha[SHA256_LEN];

	paper_heading(f, "paper.software");
	paper_rows(&t, f);
	for (size_t i = 0; i < 4; i++)
		if (json_get_hex(l->entry[0].d, FILES[i][0], sha, SHA256_LEN) ==
		    0)
			digest_row(&t, FILES[i][1], "", sha, i == 0);
	table_end(&t);
}

static void
tokens(struct flow *f, const struct paper_log *l)
{
	static const int WIDTH[] = { MM(34), MM(44), MM(40), MM(40), MM(16),
		0 };
	static const char *const HEAD[] = { "paper.token", "paper.maker",
		"paper.model", "paper.serial", "paper.bits" };
	size_t i = paper_find(l, 0, EV_LOG_INIT);
	struct table t;
	struct buf b = BUF_INIT;

	paper_heading(f, "paper.tokens");
	table_begin(&t, f, WIDTH);
	for (size_t k = 0; k < 5; k++)
		paper_head(&t, k, HEAD[k]);
	if (i < l->n) {
		const struct json *d = l->entry[i].d;

		table_text(&t, 0, PAPER_BOLD, "log");
		table_text(&t, 1, PAPER_SMALL, json_get_str(d, "manufacturer"));
		table_text(&t, 2, PAPER_SMALL, json_get_str(d, "model"));
		table_text(&t, 3, PAPER_SMALL, json_get_str(d, "serial"));
		buf_fmt(&b, "%lld", (long long)json_get_int(d, "bits", 0));
		table_text(&t, 4, PAPER_SMALL, buf_cstr(&b));
		table_row(&t);
	}
	for (i = 0; i < l->c->tokens; i++) {
		const struct token *k = &l->c->token[i];

		table_text(&t, 0, PAPER_BOLD, k->id);
		table_text(&t, 1, PAPER_SMALL, k->manufacturer);
		table_text(&t, 2, PAPER_SMALL, k->model);
		table_text(&t, 3, PAPER_SMALL, k->serial);
		buf_reset(&b);
		buf_fmt(&b, "%lld", (long long)k->bits);
		table_text(&t, 4, PAPER_SMALL, buf_cstr(&b));
		table_row(&t);
	}
	table_end(&t);
	buf_free(&b);
}

void
transcript_room(struct flow *f, const struct paper_log *l)
{
	flow_page(f);
	paper_heading(f, "paper.place");
	SENTENCES(
	    f, l, EV_ROOM_ENTER, EV_ROOM_LEAVE, EV_BREAK_BEGIN, EV_BREAK_END);
	paper_heading(f, "paper.equipment");
	SENTENCES(f, l, EV_OBJECT_MOVE);
	tokens(f, l);
	software(f, l);
	clocks(f, l);
}

void
transcript_media(struct flow *f, const struct paper_log *l)
{
	flow_page(f);
	paper_heading(f, "paper.activation");
	paper_say(f, PAPER_SMALL, "paper.no-secret");
	SENTENCES(f, l, EV_TOKEN_DEAL, EV_SHARE_OPEN, EV_LOG_SHARE,
	    EV_TOKEN_ACTIVATE, EV_TOKEN_IDLE, EV_TOKEN_DEACTIVATE_END);
	paper_heading(f, "paper.media");
	SENTENCES(f, l, EV_CSR_IMPORT, EV_CSR_REFUSED, EV_FILE_REFUSED,
	    EV_EXPORT_BUNDLE, EV_EXPORT_COPY, EV_MEDIA_ADD, EV_MEDIA_RETIRE,
	    EV_MEDIA_ONE);
}

void
transcript_deviations(struct flow *f, const struct paper_log *l)
{
	static const char *const ROW[] = { "paper.dev-step",
		"paper.dev-expected", "paper.dev-happened",
		"paper.dev-decided" };
	struct table t;

	flow_page(f);
	paper_heading(f, "paper.deviations");
	if (l->c->deviations == 0)
		flow_text(
		    f, PAPER_HEADING, text_get(LANG_EN, "paper.no-deviations"));
	for (size_t i = 0; i < l->c->deviations; i++) {
		const struct deviation *d = &l->c->deviation[i];
		struct buf no = BUF_INIT, how = BUF_INIT;
		const char *value[4] = { NULL, d->expected, d->happened, NULL };

		buf_fmt(&no, "%d, %s", d->no, d->step);
		buf_fmt(&how, "%s — %s",
		    d->decision[0] != '\0' ? d->decision : "?", d->because);
		value[0] = buf_cstr(&no);
		value[3] = buf_cstr(&how);
		paper_rows(&t, f);
		for (size_t k = 0; k < 4; k++)
			paper_row(&t, ROW[k], PAPER_BODY, value[k]);
		paper_row_blank(&t, "paper.dev-initials", MM(12));
		table_end(&t);
		f->y += MM(4);
		buf_free(&no);
		buf_free(&how);
	}
	paper_heading(f, "paper.anomalies");
	SENTENCES(f, l, EV_ANOMALY, EV_AUTH_FAIL, EV_RECOVERY, EV_MIRROR_REPAIR,
	    EV_LOSS_ACCEPTED, EV_FORK_RESOLVED, EV_DOUBT_RESOLVED,
	    EV_RUN_DROPPED, EV_LINT_REFUSED, EV_CLOSE_UNSEALED);
}
