/* SPDX-License-Identifier: MIT */
/* Invariant: no line of a calendar is longer than LINE bytes. */
#include "media/ics.h"

#include <string.h>

#include "ceremony/base/civil.h"
#include "ceremony/base/digest.h"
#include "ceremony/text/text.h"

#define LINE 75

/* A content line, folded. */
static void
put(struct buf *out, const char *p, size_t len)
{
	size_t room = LINE;

	while (len > room) {
		size_t n = room;

		while (((unsigned char)p[n] & 0xc0) == 0x80)
			n--;
		buf_add(out, p, n);
		buf_str(out, "\r\n ");
		p += n;
		len -= n;
		room = LINE - 1;
	}
	buf_add(out, p, len);
	buf_str(out, "\r\n");
}

void
ics_text(struct buf *out, const char *name, const char *text)
{
	struct buf b = BUF_INIT;

	buf_fmt(&b, "%s:", name);
	for (; *text != '\0'; text++) {
		if (strchr("\\;,", *text) != NULL)
			buf_byte(&b, '\\');
		if (*text == '\n')
			buf_str(&b, "\\n");
		else
			buf_byte(&b, (uint8_t)*text);
	}
	put(out, buf_cstr(&b), b.len);
	buf_free(&b);
}

/* "NAME:20261209T011300Z" */
static void
put_time(struct buf *out, const char *name, int64_t t)
{
	struct civil c;

	civil_from_seconds(t, &c);
	buf_fmt(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, c.year, c.month,
	    c.day, c.hour, c.minute, c.second);
}

struct calendar {
	const struct ceremony *c;
	struct buf *out;
};

static const char *
item_of(const void *arg, const char *name)
{
	const struct due_date *d = arg;

	return strcmp(name, "item") == 0 ? d->item : NULL;
}

/* What is due; of a rehearsal, that nothing is. */
static void
sentence(const struct calendar *k, const struct due_date *d, enum lang lang,
    const char *name)
{
	struct buf b = BUF_INIT;

	if (!k->c->production)
		buf_fmt(&b, "%s: ", text_get(lang, "paper.rehearsal"));
	text_fill(text_get(lang, d->what), item_of, d, &b);
	if (lang == LANG_JA)
		buf_fmt(&b, "\n%s", k->c->origin);
	ics_text(k->out, name, buf_cstr(&b));
	buf_free(&b);
}

static void
event(void *arg, const struct due_date *d)
{
	const struct calendar *k = arg;
	struct buf b = BUF_INIT;
	uint8_t sha[SHA256_LEN];
	char hex[SHA256_HEX];

	buf_fmt(&b, "%s\n%s\n%s\n%lld\n", k->c->origin, d->what, d->item,
	    (long long)d->t);
	sha256(sha, b.data, b.len);
	sha256_hex(hex, sha);
	buf_reset(&b);
	buf_fmt(&b, "%.32s@%.*s", hex, (int)strcspn(k->c->origin, "/"),
	    k->c->origin);
	buf_str(k->out, "BEGIN:VEVENT\r\n");
	ics_text(k->out, "UID", buf_cstr(&b));
	put_time(k->out, "DTSTAMP", k->c->last_t);
	put_time(k->out, "DTSTART", d->t);
	sentence(k, d, LANG_EN, "SUMMARY");
	sentence(k, d, LANG_JA, "DESCRIPTION");
	buf_str(k->out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
	buf_free(&b);
}

static const char BEGIN[] = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
			    "PRODID:-//Tachiai//due dates//EN\r\n";
static const char END[] = "END:VCALENDAR\r\n";

void
ics_make(const struct ceremony *c, struct buf *out)
{
	struct calendar k = { c, out };

	buf_str(out, BEGIN);
	ceremony_dates(c, event, &k);
	buf_str(out, END);
}

void
ics_one(const struct ceremony *c, const struct due_date *d, struct buf *out)
{
	struct calendar k = { c, out };

	buf_str(out, BEGIN);
	event(&k, d);
	buf_str(out, END);
}
