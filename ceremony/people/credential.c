/* SPDX-License-Identifier: MIT */
/*
 * Credentials as text.  Invariant: a credential has one encoding; the parser
 * writes again what it read and takes nothing that differs by a byte.
 *
 *	tachiai/1 credential
 *	person: anna
 *	name: Anna Sato
 *	roles: ca-administrator
 *	origin: example.jp/root-r1/7f3a9c0e12d4b865/rehearsal
 *	cost: scrypt N=16384 r=8 p=16
 *	share: k1 root-token user-pin 1 of 3, 2 needed
 *
 *	CERTIFICATE (signing)  CERTIFICATE (share)
 *	ENCRYPTED PRIVATE KEY x 2, likewise  CMS, one a share line
 *	TACHIAI NOTE, once there was a seal
 */
#include "ceremony/people/credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"
#include "ceremony/people/role.h"
#include "ceremony/people/shamir.h"

#define FIRST_LINE "tachiai/1 credential"
#define PEM_CERT   "CERTIFICATE"
#define PEM_KEY    "ENCRYPTED PRIVATE KEY"
#define PEM_CMS    "CMS"
#define PEM_NOTE   "TACHIAI NOTE"
#define DER_MAX    8192 /* of a certificate, a key, a CMS */
#define COST_MAX   1024
#define LINE_LEN   512
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789-"

void
credential_init(struct credential *c)
{
	memset(c, 0, sizeof(*c));
}

void
credential_fini(struct credential *c)
{
	for (int i = 0; i < 2; i++) {
		buf_free(&c->cert[i]);
		buf_free(&c->key[i]);
	}
	for (size_t i = 0; i < c->n_shares; i++)
		buf_free(&c->share[i].cms);
	buf_free(&c->note);
	credential_init(c);
}

static void
format_roles(unsigned roles, struct buf *out)
{
	const struct role_info *r;
	const char *between = "";

	for (size_t i = 0; (r = role_at(i)) != NULL; i++) {
		if ((roles & r->role) == 0)
			continue;
		buf_fmt(out, "%s%s", between, r->id);
		between = " ";
	}
}

void
credential_format(const struct credential *c, struct buf *out)
{
	buf_fmt(out, FIRST_LINE "\nperson: %s\nname: %s\nroles: ", c->person,
	    c->name);
	format_roles(c->roles, out);
	buf_fmt(out, "\norigin: %s\ncost: scrypt N=16384 r=8 p=%d\n", c->origin,
	    c->cost);
	for (size_t i = 0; i < c->n_shares; i++) {
		const struct credential_share *s = &c->share[i];

		buf_fmt(out, "share: %s %s %s %d of %d, %d needed\n", s->set,
		    s->token, s->purpose, s->x, s->n, s->m);
	}
	buf_byte(out, '\n');
	for (int i = 0; i < 2; i++)
		pem_encode(out, PEM_CERT, c->cert[i].data, c->cert[i].len);
	for (int i = 0; i < 2; i++)
		pem_encode(out, PEM_KEY, c->key[i].data, c->key[i].len);
	for (size_t i = 0; i < c->n_shares; i++)
		pem_encode(
		    out, PEM_CMS, c->share[i].cms.data, c->share[i].cms.len);
	if (c->note.len != 0)
		pem_encode(out, PEM_NOTE, c->note.data, c->note.len);
}

static int
form(struct err *e, const char *what)
{
	return err_set(e, ERR_FORM, "cred.form", "what", what, NULL);
}

/* The next line of text[*pos..len) into out; 0, or -1. */
static int
next_line(const char *text, size_t len, size_t *pos, char out[LINE_LEN])
{
	const char *p = text + *pos;
	const char *lf = memchr(p, '\n', len - *pos);

	if (lf == NULL || lf - p >= LINE_LEN ||
	    memchr(p, '\0', (size_t)(lf - p)) != NULL)
		return -1;
	memcpy(out, p, (size_t)(lf - p));
	out[lf - p] = '\0';
	*pos += (size_t)(lf - p) + 1;
	return 0;
}

/* "name: value" of the next line. */
static int
header(const char *text, size_t len, size_t *pos, const char *name, char *out,
    size_t size)
{
	char line[LINE_LEN];
	size_t n = strlen(name), value;

	if (next_line(text, len, pos, line) == -1 ||
	    strncmp(line, name, n) != 0 || strncmp(line + n, ": ", 2) != 0)
		return -1;
	value = strlen(line + n + 2);
	if (value == 0 || value >= size)
		return -1;
	memcpy(out, line + n + 2, value + 1);
	return 0;
}

static bool
all_of(const char *s, const char *of)
{
	return s[0] != '\0' && s[strspn(s, of)] == '\0';
}

static bool
printable(const char *s)
{
	size_t len = strlen(s);

	while (len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(s, len, &cp);

		if (n == 0 || !utf8_is_printable(cp))
			return false;
		s += n;
		len -= n;
	}
	return true;
}

static unsigned
parse_roles(char *s)
{
	unsigned roles = 0;
	char *save = NULL;

	for (char *w = strtok_r(s, " ", &save); w != NULL;
	     w = strtok_r(NULL, " ", &save)) {
		const struct role_info *r = role_find(w);

		if (r == NULL)
			return 0;
		roles |= r->role;
	}
	return role_set_allowed(roles) ? roles : 0;
}

static int
parse_share(const char *line, struct credential_share *s)
{
	int end = 0;

	if (sscanf(line, "share: %32s %32s %16s %d of %d, %d needed%n", s->set,
		s->token, s->purpose, &s->x, &s->n, &s->m, &end) != 6 ||
	    line[end] != '\0' || !all_of(s->set, NAME_CHARS) ||
	    !all_of(s->token, NAME_CHARS) || !all_of(s->purpose, NAME_CHARS))
		return -1;
	return s->m >= 1 && s->m <= s->n && s->n <= SHAMIR_N && s->x >= 1 &&
		s->x <= s->n
	    ? 0
	    : -1;
}

static int
parse_header(const char *text, size_t len, size_t *pos, struct credential *c,
    struct err *e)
{
	char line[LINE_LEN];
	int end = 0;

	if (next_line(text, len, pos, line) == -1 ||
	    strcmp(line, FIRST_LINE) != 0)
		return form(e, "first line");
	if (header(text, len, pos, "person", c->person, sizeof(c->person)) ==
		-1 ||
	    !all_of(c->person, NAME_CHARS))
		return form(e, "person");
	if (header(text, len, pos, "name", c->name, sizeof(c->name)) == -1 ||
	    !printable(c->name))
		return form(e, "name");
	if (header(text, len, pos, "roles", line, sizeof(line)) == -1 ||
	    (c->roles = parse_roles(line)) == 0)
		return form(e, "roles");
	if (header(text, len, pos, "origin", c->origin, sizeof(c->origin)) ==
		-1 ||
	    !printable(c->origin) || origin_mode(c->origin)[0] == '\0')
		return form(e, "origin");
	if (header(text, len, pos, "cost", line, sizeof(line)) == -1 ||
	    sscanf(line, "scrypt N=16384 r=8 p=%d%n", &c->cost, &end) != 1 ||
	    line[end] != '\0' || c->cost < 1 || c->cost > COST_MAX)
		return form(e, "cost");
	for (;;) {
		struct credential_share s;

		memset(&s, 0, sizeof(s));
		if (next_line(text, len, pos, line) == -1)
			return form(e, "share");
		if (line[0] == '\0')
			return 0;
		if (c->n_shares == CREDENTIAL_CMS ||
		    parse_share(line, &s) == -1 ||
		    credential_share(c, s.set) != NULL)
			return form(e, "share");
		c->share[c->n_shares++] = s;
	}
}

static int
block(const char *text, size_t len, size_t *pos, const char *want, size_t max,
    struct buf *out, struct err *e)
{
	char label[64];

	if (pem_next(text, len, pos, label, out) != 1 ||
	    strcmp(label, want) != 0 || out->len == 0 || out->len > max)
		return form(e, want);
	return 0;
}

static int
parse_blocks(const char *text, size_t len, size_t *pos, struct credential *c,
    struct err *e)
{
	struct note note;

	for (int i = 0; i < 2; i++)
		if (block(text, len, pos, PEM_CERT, DER_MAX, &c->cert[i], e) ==
		    -1)
			return -1;
	for (int i = 0; i < 2; i++)
		if (block(text, len, pos, PEM_KEY, DER_MAX, &c->key[i], e) ==
		    -1)
			return -1;
	for (size_t i = 0; i < c->n_shares; i++)
		if (block(text, len, pos, PEM_CMS, DER_MAX, &c->share[i].cms,
			e) == -1)
			return -1;
	if (*pos == len)
		return 0;
	if (block(text, len, pos, PEM_NOTE, NOTE_MAX, &c->note, e) == -1)
		return -1;
	return note_parse(buf_cstr(&c->note), c->note.len, &note, e);
}

int
credential_parse(
    const char *text, size_t len, struct credential *out, struct err *e)
{
	struct buf again = BUF_INIT;
	struct credential c;
	size_t pos = 0;
	int ret = -1;

	credential_init(&c);
	if (len > CREDENTIAL_MAX) {
		form(e, "size");
		goto out;
	}
	if (parse_header(text, len, &pos, &c, e) == -1 ||
	    parse_blocks(text, len, &pos, &c, e) == -1)
		goto out;
	credential_format(&c, &again);
	if (again.len != len || memcmp(again.data, text, len) != 0) {
		form(e, "encoding");
		goto out;
	}
	*out = c;
	credential_init(&c);
	ret = 0;
out:
	buf_free(&again);
	credential_fini(&c);
	return ret;
}

static struct credential_share *
find_share(struct credential *c, const char *set)
{
	for (size_t i = 0; i < c->n_shares; i++)
		if (strcmp(c->share[i].set, set) == 0)
			return &c->share[i];
	return NULL;
}

const struct credential_share *
credential_share(const struct credential *c, const char *set)
{
	for (size_t i = 0; i < c->n_shares; i++)
		if (strcmp(c->share[i].set, set) == 0)
			return &c->share[i];
	return NULL;
}

int
credential_add_share(struct credential *c, const struct credential_share *s)
{
	struct credential_share *to = find_share(c, s->set);
	struct credential_share copy = *s;

	if (to == NULL) {
		if (c->n_shares == CREDENTIAL_CMS)
			return -1;
		to = &c->share[c->n_shares++];
		memset(to, 0, sizeof(*to));
	}
	copy.cms = (struct buf)BUF_INIT;
	buf_add(&copy.cms, s->cms.data, s->cms.len);
	buf_free(&to->cms);
	*to = copy;
	return 0;
}

void
credential_set_note(struct credential *c, const struct note *n)
{
	buf_reset(&c->note);
	note_format(n, &c->note);
}

const char *
origin_mode(const char *origin)
{
	const char *slash = strrchr(origin, '/');

	if (slash != NULL &&
	    (strcmp(slash + 1, "rehearsal") == 0 ||
		strcmp(slash + 1, "production") == 0))
		return slash + 1;
	return "";
}
