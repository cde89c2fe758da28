/* SPDX-License-Identifier: MIT */
/*
 * The message catalogue.  Invariant: ids are unique (tests/text.c) and both
 * languages of a sentence have the same braces.
 */
#include "ceremony/text/text.h"

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
#include "ceremony/text/log.def"
#include "ceremony/text/media.def"
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

const struct text *
text_find(const char *id)
{
	for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		if (strcmp(TEXTS[i].id, id) == 0)
			return &TEXTS[i];
	return NULL;
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
		char name[32];
		const char *v;

		if (end == NULL || (size_t)(end - s) > sizeof(name)) {
			buf_byte(out, (uint8_t)*s++);
			continue;
		}
		memcpy(name, s + 1, (size_t)(end - s - 1));
		name[end - s - 1] = '\0';
		v = value(arg, name);
		buf_str(out, v != NULL ? v : "-");
		s = end + 1;
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
