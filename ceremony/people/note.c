/* SPDX-License-Identifier: MIT */
/*
 * Notes: what a custodian saw last.  Invariant: a note has one encoding.
 *
 *	tachiai/1 note
 *	<origin>
 *	<n> <HASH>                  the head
 *	<size> <posix>              of the checkpoint, when it was sealed
 *	<base64 root>
 *	<name> <alg> <posix> <base64 signature>     one line each
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/people/credential.h"

#define FIRST_LINE "tachiai/1 note\n"
#define FIELD_LEN  192

void
note_format(const struct note *n, struct buf *out)
{
	buf_fmt(out, FIRST_LINE "%s\n%" PRId64 " ", n->origin, n->head.n);
	hex_encode(out, n->head.hash, SHA256_LEN);
	buf_fmt(out, "\n%" PRId64 " %" PRId64 "\n", n->size, n->sealed);
	base64_encode(out, n->root, SHA256_LEN);
	buf_byte(out, '\n');
	for (size_t i = 0; i < n->n_sigs; i++) {
		const struct note_sig *s = &n->sig[i];

		buf_fmt(out, "%s %s %" PRId64 " ", s->name, s->alg, s->time);
		base64_encode(out, s->sig, s->len);
		buf_byte(out, '\n');
	}
}

/* The bytes up to `end` into out, both passed over; 0 or -1. */
static int
field(struct cursor *c, char end, char *out, size_t size)
{
	const uint8_t *at = memchr(c->p, end, c->left);
	size_t n;

	if (at == NULL)
		return -1;
	n = (size_t)(at - c->p);
	if (n == 0 || n >= size || memchr(c->p, '\0', n) != NULL)
		return -1;
	memcpy(out, c->p, n);
	out[n] = '\0';
	c->p += n + 1;
	c->left -= n + 1;
	return 0;
}

/* A number without sign or leading zero. */
static int
number(struct cursor *c, char end, int64_t *out)
{
	char s[FIELD_LEN];
	int64_t v = 0;

	if (field(c, end, s, sizeof(s)) == -1 || strlen(s) > 16 ||
	    s[strspn(s, "0123456789")] != '\0')
		return -1;
	for (const char *p = s; *p != '\0'; p++)
		v = v * 10 + (*p - '0');
	*out = v;
	return 0;
}

static int
base64_field(struct cursor *c, uint8_t *out, size_t most, size_t *len)
{
	char s[FIELD_LEN];
	struct buf b = BUF_INIT;
	int ret = -1;

	if (field(c, '\n', s, sizeof(s)) == 0 &&
	    base64_decode(&b, s, strlen(s)) == 0 && b.len <= most) {
		memcpy(out, b.data, b.len);
		*len = b.len;
		ret = 0;
	}
	buf_free(&b);
	return ret;
}

static int
parse_sig(struct cursor *c, struct note_sig *s)
{
	if (field(c, ' ', s->name, sizeof(s->name)) == -1 ||
	    field(c, ' ', s->alg, sizeof(s->alg)) == -1 ||
	    number(c, ' ', &s->time) == -1)
		return -1;
	return base64_field(c, s->sig, sizeof(s->sig), &s->len);
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "cred.note", "what", what, NULL);
}

int
note_parse(const char *text, size_t len, struct note *out, struct err *e)
{
	struct cursor c = { (const uint8_t *)text, len };
	struct buf again = BUF_INIT;
	char s[FIELD_LEN];
	struct note n;
	size_t root;
	bool same;

	memset(&n, 0, sizeof(n));
	if (len > NOTE_MAX || len < strlen(FIRST_LINE) ||
	    memcmp(text, FIRST_LINE, strlen(FIRST_LINE)) != 0)
		return form(e, "first line");
	cursor_skip(&c, strlen(FIRST_LINE), NULL);
	if (field(&c, '\n', n.origin, sizeof(n.origin)) == -1)
		return form(e, "origin");
	if (number(&c, ' ', &n.head.n) == -1 ||
	    field(&c, '\n', s, sizeof(s)) == -1 ||
	    hex_decode(n.head.hash, SHA256_LEN, s, strlen(s)) == -1)
		return form(e, "head");
	if (number(&c, ' ', &n.size) == -1 ||
	    number(&c, '\n', &n.sealed) == -1 ||
	    base64_field(&c, n.root, SHA256_LEN, &root) == -1 ||
	    root != SHA256_LEN)
		return form(e, "checkpoint");
	while (c.left != 0)
		if (n.n_sigs == NOTE_SIGS ||
		    parse_sig(&c, &n.sig[n.n_sigs++]) == -1)
			return form(e, "signature");
	note_format(&n, &again);
	same = again.len == len && memcmp(again.data, text, len) == 0;
	buf_free(&again);
	if (!same)
		return form(e, "encoding");
	*out = n;
	return 0;
}
