/* SPDX-License-Identifier: MIT */
/*
 * The message catalogue.  Invariant: ids are unique (tests/text.c) and both
 * languages of a sentence have the same braces.
 */
#include "ceremony/text/text.h"

#include <stdbool.h>
#include <string.h>

#define R(id, en, ja) { id, TEXT_REFUSED, en, ja },
#define W(id, en, ja) { id, TEXT_WARNING, en, ja },
#define P(id, en, ja) { id, TEXT_PROMPT, en, ja },
#define L(id, en, ja) { id, TEXT_LABEL, en, ja },
#define E(id, en, ja) { id, TEXT_EVENT, en, ja },
static const struct text TEXTS[] = {
#include "ceremony/text/base.def"
#define EVENT(NAME, name, class, roles, fields, en, ja) \
	{ "event." name, TEXT_EVENT, en, ja },
#include "ceremony/log/event.def"
#undef EVENT
#include "ceremony/text/console.def"
#include "ceremony/text/files.def"
#include "ceremony/text/hsm.def"
#include "ceremony/text/init.def"
#include "ceremony/text/log.def"
#include "ceremony/text/media.def"
#include "ceremony/text/page.def"
#include "ceremony/text/paper.def"
#include "ceremony/text/people.def"
#include "ceremony/text/screen.def"
#include "ceremony/text/state.def"
#include "ceremony/text/world.def"
#include "ceremony/text/x509.def"
};
#undef R
#undef W
#undef P
#undef L
#undef E

const struct text *
text_at(size_t i)
{
	return i < sizeof(TEXTS) / sizeof(TEXTS[0]) ? &TEXTS[i] : NULL;
}

/* Every cell of a screen asks for its sentence: places by hash, 1 + index. */
#define PLACES 8192
_Static_assert(PLACES > 4 * sizeof(TEXTS) / sizeof(TEXTS[0]), "half empty");
static uint16_t place[PLACES];

/* Where the id stands, or the empty place where it would. */
static uint16_t *
place_of(const char *id)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (const char *p = id; *p != '\0'; p++)
		h = (h ^ (uint8_t)*p) * 16777619u;
	h ^= h >> 16;
	while (place[h % PLACES] != 0 &&
	    strcmp(TEXTS[place[h % PLACES] - 1].id, id) != 0)
		h++;
	return &place[h % PLACES];
}

const struct text *
text_find(const char *id)
{
	static bool made;
	uint16_t *at;

	for (size_t i = 0; !made && text_at(i) != NULL; i++)
		if (*(at = place_of(TEXTS[i].id)) == 0)
			*at = (uint16_t)(i + 1);
	made = true;
	at = place_of(id);
	return *at != 0 ? &TEXTS[*at - 1] : NULL;
}

const char *
text_get(enum lang lang, const char *id)
{
	const struct text *t = text_find(id);

	if (t == NULL)
		return id;
	return lang == LANG_JA && t->ja != NULL ? t->ja : t->en;
}

void
text_fill(const char *s, text_value_fn *value, const void *arg, struct buf *out)
{
	while (*s != '\0') {
		const char *end = *s == '{' ? strchr(s, '}') : NULL;
		char name[64], *one, *many = NULL;
		const char *v;

		if (end == NULL || (size_t)(end - s) > sizeof(name)) {
			buf_byte(out, (uint8_t)*s++);
			continue;
		}
		memcpy(name, s + 1, (size_t)(end - s - 1));
		name[end - s - 1] = '\0';
		s = end + 1;
		one = strchr(name, '|');
		if (one != NULL)
			*one++ = '\0';
		if (one != NULL && (many = strchr(one, '|')) != NULL)
			*many++ = '\0';
		v = value(arg, name);
		if (many != NULL)
			v = v != NULL && strcmp(v, "1") == 0 ? one : many;
		buf_str(out, v != NULL ? v : "-");
	}
}

/* A value that is the id of a label stands for it, in the reader's words. */
static const char *
err_lookup(enum lang lang, const struct err *e, const char *name)
{
	const char *v = err_value(e, name);
	const struct text *t = v != NULL ? text_find(v) : NULL;

	return t != NULL && t->kind == TEXT_LABEL ? text_get(lang, v) : v;
}

static const char *
err_lookup_en(const void *arg, const char *name)
{
	return err_lookup(LANG_EN, arg, name);
}

static const char *
err_lookup_ja(const void *arg, const char *name)
{
	return err_lookup(LANG_JA, arg, name);
}

void
text_error(enum lang lang, const struct err *e, struct buf *out)
{
	text_fill(text_get(lang, e->id),
	    lang == LANG_JA ? err_lookup_ja : err_lookup_en, e, out);
}

void
text_placed(enum lang lang, const struct err *e, struct buf *out)
{
	const char *file = err_value(e, "file"), *line = err_value(e, "line");
	const char *column = err_value(e, "column");

	/* What the parser says begins with the place already. */
	if (file != NULL && line != NULL && column != NULL &&
	    strstr(text_get(LANG_EN, e->id), "{line}") == NULL)
		buf_fmt(out, "%s:%s:%s: ", file, line, column);
	text_error(lang, e, out);
}
