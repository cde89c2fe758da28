/* SPDX-License-Identifier: MIT */
/*
 * Every memory of the end of a volume beside the volume itself: media,
 * sticks, the printed sheet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "appliance/console/console.h"
#include "ceremony/base/words.h"
#include "ceremony/people/credential.h"

struct memory {
	char source[128];
	struct head head;
	enum memory_verdict verdict;
};

/* What every stick that is in remembers, by its note. */
static size_t
stick_memories(struct console *k, struct memory *out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < k->c->persons && n < max; i++) {
		const struct person *p = &k->c->person[i];
		struct buf raw = BUF_INIT;
		struct credential cr;
		struct note note;
		char file[NAME_LEN + 16];
		struct err e;

		snprintf(file, sizeof(file), "%s%s", p->id, CREDENTIAL_NAME);
		credential_init(&cr);
		if (stick_here(k, p->stick) && read_stick(k, p->stick, file,
		    false, &raw, &e) == 0 && decode(k, "credential", file,
		    raw.data, raw.len, NULL, NULL, &e) == 0 &&
		    credential_parse(buf_cstr(&raw), raw.len, &cr, &e) == 0 &&
		    cr.note.len > 0 && strcmp(cr.origin, k->c->origin) == 0 &&
		    note_parse(buf_cstr(&cr.note), cr.note.len, &note, &e) ==
		    0) {
			struct memory *m = &out[n++];

			snprintf(m->source, sizeof(m->source), "%.127s",
			    p->name);
			m->head = note.head;
			m->verdict = ceremony_is_lost(k->c, &m->head) ?
			    MEMORY_OLDER : recover_memory(&m->head,
			    &k->c->head, ceremony_hash(k->c, m->head.n));
		}
		credential_fini(&cr);
		buf_free(&raw);
	}
	return n;
}

static void
memory_rows(struct console *k, struct view *v, const struct recovery *r,
    const struct memory *m, size_t n)
{
	static const char *const VERDICT[] = { "memory.end", "memory.older",
		"memory.beyond", "memory.other" };

	view_table(v, view_fill(v, "memory.who", NULL), 32,
	    view_fill(v, "memory.number", NULL), -8,
	    view_fill(v, "memory.verdict", NULL), 0, NULL);
	for (int i = 0; i < 2; i++) {
		if (i == 1 && journal_media(k->j) < 2)
			break;
		view_row(v, view_fill(v, "memory.medium", "label",
		    i == 0 ? "A" : "B", NULL), r->side[i].here ?
		    view_fmt(v, "%lld", (long long)r->side[i].head.n) : "-",
		    r->side[i].here ? view_fill(v, r->side[i].head.n ==
		    k->c->head.n ? "memory.end" : "memory.behind", NULL) :
		    view_fill(v, "memory.absent", NULL), NULL);
	}
	if (ceremony_other_table(k->c))
		view_row(v, view_fill(v, "memory.table", NULL), "-",
		    view_fill(v, "memory.table-other", NULL), NULL);
	for (size_t i = 0; i < n; i++)
		view_row(v, m[i].source, view_fmt(v, "%lld",
		    (long long)m[i].head.n),
		    view_fill(v, VERDICT[m[i].verdict], NULL), NULL);
}

void
memory_media(struct view *v, const struct recovery *r)
{
	view_table(v, view_fill(v, "memory.who", NULL), 32,
	    view_fill(v, "memory.number", NULL), -8,
	    view_fill(v, "memory.verdict", NULL), 0, NULL);
	for (int i = 0; i < 2; i++)
		view_row(v, view_fill(v, "memory.medium", "label",
		    i == 0 ? "A" : "B", NULL), r->side[i].here ?
		    view_fmt(v, "%lld", (long long)r->side[i].head.n) : "-",
		    view_fill(v, !r->side[i].here ? "memory.absent" :
		    r->verdict == RECOVER_FORK ? "memory.other" :
		    "memory.end", NULL), NULL);
}

/* The sheet as typed: number and eight words; 0 fits, -1 not. */
static int
check_sheet(struct console *k, struct err *e)
{
	const char *number = form_get(&k->form, 0);
	const char *words = form_get(&k->form, 1);
	const uint8_t *hash;
	uint8_t typed[8];
	size_t bad = 0;
	int64_t n = strtoll(number, NULL, 10);

	if (words_parse(words, strlen(words), typed, sizeof(typed), &bad) !=
	    0) {
		err_set(e, ERR_REFUSED, "memory.word", NULL);
		err_arg_int(e, "i", (long long)bad + 1);
		return -1;
	}
	hash = ceremony_hash(k->c, n);
	if (hash == NULL) {
		err_set(e, ERR_REFUSED, "media.rollback", "k", "1", "other",
		    "B", NULL);
		err_arg_int(e, "n", k->c->head.n);
		return -1;
	}
	if (memcmp(hash, typed, sizeof(typed)) != 0) {
		err_set(e, ERR_REFUSED, "memory.sheet", "n", number, NULL);
		return -1;
	}
	return 0;
}

/* For sitting.open; an end that does not stand here is marked as lost. */
static void
put_memories(struct json *memories, const struct memory *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct json *o = json_add(memories, json_new_obj());

		json_set_hex(o, "head", m[i].head.hash, SHA256_LEN);
		if (m[i].verdict >= MEMORY_BEYOND)
			json_set_int(o, "lost", 1);
		json_set_int(o, "n", m[i].head.n);
		json_set_str(o, "source", m[i].source);
	}
}

/* The screen is answered: people go on, or leave; AGAIN it is not. */
enum answer {
	ANSWER_AGAIN,
	ANSWER_ON,
	ANSWER_LEAVE,
};

/* S-03: `beyond` memories tell of an end that does not stand here. */
static enum answer
ask_loss(struct console *k, struct view *v, size_t beyond)
{
	struct key key = { .name = PRESS_NONE };
	struct err e;

	v->stop = true;
	err_set(&e, ERR_REFUSED, "media.rollback", "other", "B", NULL);
	err_arg_int(&e, "n", k->c->head.n);
	err_arg_int(&e, "k", (long long)beyond);
	view_refuse(v, &e);
	view_ways(v, view_fill(v, "ways.head", NULL));
	view_way(v, "r", view_fill(v, "open.way-r", NULL));
	view_way(v, "q", view_fill(v, "open.way-q", NULL));
	view_way(v, "a", view_fill(v, "open.way-loss", NULL));
	view_key(v, KID_WAY_R, NULL);
	view_key(v, KID_WAY_A, NULL);
	view_key(v, KID_WAY_Q, NULL);
	ui_wait(k, v, KX_WAYS, &key);
	if (k->over || key.cp == 'q')
		return ANSWER_LEAVE;
	return key.cp == 'a' ? ANSWER_ON : ANSWER_AGAIN;
}

/* S-02: the printed sheet, if there is one. */
static enum answer
ask_sheet(struct console *k, struct view *v)
{
	struct key key = { .name = PRESS_NONE };
	enum form_event ev;
	struct err e;

	if (ui_form_fresh(k, "sheet")) {
		form_text(&k->form, 9, true);
		form_text(&k->form, 110, true);
	}
	v->who = view_fill(v, "open.who", NULL);
	v->act_now = view_fill(v, "open.do", NULL);
	view_fields(v);
	view_field(v, &k->form, 0, view_fill(v, "open.number", NULL), 9,
	    view_fill(v, "open.note", NULL));
	view_field(v, &k->form, 1, view_fill(v, "open.words", NULL), 50, NULL);
	v->then = view_fill(v, "open.then", NULL);
	if (!field_keys(k, v)) {
		view_key(v, KID_TAB, NULL);
		view_key(v, KID_LANG, NULL);
		view_key(v, KID_LEAVE, NULL);
	}
	ui_form(k, v, KX_STEP, &key, &ev);
	if (k->over)
		return ANSWER_LEAVE;
	if (ev == FORM_DONE) {
		if (check_sheet(k, &e) == 0)
			return ANSWER_ON;
		ui_refuse(k, &e);
	} else if (key.name == PRESS_ENTER &&
	    form_get(&k->form, 0)[0] == '\0') {
		if (form_get(&k->form, 1)[0] == '\0')
			return ANSWER_ON; /* there is no sheet */
		err_set(&e, ERR_REFUSED, "memory.no-number", NULL);
		ui_refuse(k, &e);
	}
	return ANSWER_AGAIN;
}

int
compare_memories(struct console *k, const struct recovery *r,
    struct json *memories)
{
	struct memory m[64];

	for (;;) {
		size_t n = stick_memories(k, m, 64), beyond = 0;
		struct view *v = ui_view(k, "open.head");
		enum answer a;

		for (size_t i = 0; i < n; i++)
			beyond += m[i].verdict >= MEMORY_BEYOND;
		memory_rows(k, v, r, m, n);
		a = beyond > 0 ? ask_loss(k, v, beyond) : ask_sheet(k, v);
		if (a == ANSWER_LEAVE)
			return -1;
		if (a == ANSWER_ON) {
			put_memories(memories, m, n);
			return 0;
		}
	}
}
