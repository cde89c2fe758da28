/* SPDX-License-Identifier: MIT */
/*
 * Extension values as text for people.  Invariant: a text is given only
 * when it stands for every byte of the value; otherwise the caller shows
 * hex.
 */
#include <arpa/inet.h>
#include <string.h>

#include "ceremony/base/codec.h"
#include "ceremony/base/utf8.h"
#include "ceremony/x509/part.h"
#include "ceremony/x509/review_ext.h"

static void
line(struct buf *out)
{
	if (out->len > 0)
		buf_byte(out, '\n');
}

void
review_hex(struct buf *out, struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		buf_fmt(out, "%s%02X", i > 0 && i % 2 == 0 ? " " : "", s.p[i]);
}

static void
put_text(struct buf *out, struct span s)
{
	char text[512];

	utf8_printable(text, sizeof(text), (const char *)s.p, s.len);
	buf_str(out, text);
}

static int
basic(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, d;
	struct cursor c;
	bool ca = false;
	int64_t n;

	if (der_whole(v, DER_SEQ, &seq) != 0)
		return -1;
	c = der_inside(&seq);
	if (der_peek(&c, DER_BOOL) &&
	    (der_next(&c, &d) != 0 || der_bool(&d, &ca) != 0 || !ca))
		return -1;
	buf_str(out, text_get(lang, ca ? "view.ca.yes" : "view.ca.no"));
	if (c.left > 0) {
		if (der_want(&c, DER_INT, &d) != 0 || der_small(&d, &n) != 0 ||
		    c.left != 0)
			return -1;
		buf_fmt(out, "%s%lld", text_get(lang, "view.path-len"),
		    (long long)n);
	}
	return 0;
}

static int
usage(enum lang lang, struct span v, struct buf *out)
{
	static const char *const BITS[9] = { "view.ku.0", "view.ku.1",
		"view.ku.2", "view.ku.3", "view.ku.4", "view.ku.5", "view.ku.6",
		"view.ku.7", "view.ku.8" };
	struct der d;
	struct span bits;
	unsigned unused;

	if (der_whole(v, DER_BITS, &d) != 0 ||
	    der_bits(&d, &bits, &unused) != 0 || bits.len == 0 || bits.len > 2)
		return -1;
	for (size_t i = 0; i < bits.len * 8 - unused; i++) {
		if (!(bits.p[i / 8] & (0x80u >> (i % 8))))
			continue;
		if (i > 8)
			return -1;
		if (out->len > 0)
			buf_str(out, ", ");
		buf_str(out, text_get(lang, BITS[i]));
	}
	return out->len > 0 ? 0 : -1;
}

static int
purposes(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, d;
	struct cursor c;
	char oid[128];

	(void)lang;
	if (der_whole(v, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		return -1;
	c = der_inside(&seq);
	while (c.left > 0) {
		const char *name;

		if (der_want(&c, DER_OID, &d) != 0 ||
		    der_oid_text(d.body, oid, sizeof(oid)) != 0)
			return -1;
		name = ext_purpose_name(oid);
		if (out->len > 0)
			buf_str(out, ", ");
		buf_str(out, name != NULL ? name : oid);
	}
	return 0;
}

static int
policies(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, one, d;
	struct cursor c, in;
	char oid[128];

	if (der_whole(v, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		return -1;
	c = der_inside(&seq);
	while (c.left > 0) {
		const char *name;

		if (der_want(&c, DER_SEQ, &one) != 0)
			return -1;
		in = der_inside(&one);
		if (der_want(&in, DER_OID, &d) != 0 ||
		    der_oid_text(d.body, oid, sizeof(oid)) != 0)
			return -1;
		line(out);
		name = ext_policy_name(oid);
		buf_str(out, oid);
		if (name != NULL)
			buf_fmt(out, " (%s)", name);
		if (in.left > 0) {
			struct span rest = { in.p, in.left };

			buf_fmt(out, " %s", text_get(lang, "view.qualifier"));
			review_hex(out, rest);
		}
	}
	return 0;
}

static const char *
general_label(uint8_t tag)
{
	switch (tag) {
	case DER_CTX(1):
		return "view.gn.email";
	case DER_CTX(2):
		return "view.gn.dns";
	case DER_CTX(6):
		return "view.gn.uri";
	case DER_CTX(7):
		return "view.gn.ip";
	case DER_CTXC(4):
		return "view.gn.directory";
	default:
		return "view.gn.other";
	}
}

static void
address(struct span s, struct buf *out)
{
	size_t half = s.len == 8 || s.len == 32 ? s.len / 2 : s.len;
	char text[INET6_ADDRSTRLEN];

	if (half != 4 && half != 16) {
		review_hex(out, s);
		return;
	}
	if (inet_ntop(half == 4 ? AF_INET : AF_INET6, s.p, text,
		sizeof(text)) != NULL)
		buf_str(out, text);
	if (half < s.len &&
	    inet_ntop(half == 4 ? AF_INET : AF_INET6, s.p + half, text,
		sizeof(text)) != NULL)
		buf_fmt(out, "/%s", text);
}

/* "URI http://..."; the label is left out for a plain list of URIs. */
static void
general(enum lang lang, const struct der *d, bool label, struct buf *out)
{
	struct name n;
	struct err ignored;
	char text[NAME_LINE_MAX];

	if (label)
		buf_fmt(out, "%s ", text_get(lang, general_label(d->tag)));
	if (d->tag == DER_CTX(1) || d->tag == DER_CTX(2) ||
	    d->tag == DER_CTX(6)) {
		if (d->body.len == 0)
			buf_str(out, text_get(lang, "view.gn.every"));
		else
			put_text(out, d->body);
	} else if (d->tag == DER_CTX(7)) {
		address(d->body, out);
	} else if (d->tag == DER_CTXC(4) &&
	    name_parse(d->body, &n, &ignored) == 0) {
		name_line(&n, text, sizeof(text));
		buf_str(out, text);
	} else {
		review_hex(out, d->all);
	}
}

static int
generals(enum lang lang, struct span body, bool label, struct buf *out)
{
	struct cursor c = { body.p, body.len };
	struct der d;

	if (body.len == 0)
		return -1;
	while (c.left > 0) {
		if (der_next(&c, &d) != 0)
			return -1;
		line(out);
		general(lang, &d, label || d.tag != DER_CTX(6), out);
	}
	return 0;
}

static int
alt_names(enum lang lang, struct span v, struct buf *out)
{
	struct der seq;

	if (der_whole(v, DER_SEQ, &seq) != 0)
		return -1;
	return generals(lang, seq.body, true, out);
}

/* [0] { [0] { GeneralName... } }: fullName and nothing else. */
static int
full_name(enum lang lang, struct cursor *c, struct buf *out)
{
	struct der point, full;

	if (der_want(c, DER_CTXC(0), &point) != 0 ||
	    der_whole(point.body, DER_CTXC(0), &full) != 0)
		return -1;
	return generals(lang, full.body, false, out);
}

static int
cdp(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, one;
	struct cursor c, in;

	if (der_whole(v, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		return -1;
	c = der_inside(&seq);
	while (c.left > 0) {
		if (der_want(&c, DER_SEQ, &one) != 0)
			return -1;
		in = der_inside(&one);
		if (full_name(lang, &in, out) != 0 || in.left != 0)
			return -1;
	}
	return 0;
}

static int
idp(enum lang lang, struct span v, struct buf *out)
{
	static const char *const FLAGS[] = { NULL, "view.idp.user",
		"view.idp.ca", NULL, "view.idp.indirect", "view.idp.attr" };
	struct der seq, d;
	struct cursor c;

	if (der_whole(v, DER_SEQ, &seq) != 0)
		return -1;
	c = der_inside(&seq);
	if (der_peek(&c, DER_CTXC(0)) && full_name(lang, &c, out) != 0)
		return -1;
	while (c.left > 0) {
		size_t n;

		if (der_next(&c, &d) != 0 || d.body.len != 1 ||
		    d.body.p[0] != 0xff)
			return -1;
		n = d.tag & 0x1f;
		if ((d.tag & 0xe0) != 0x80 || n > 5 || FLAGS[n] == NULL)
			return -1;
		line(out);
		buf_str(out, text_get(lang, FLAGS[n]));
	}
	return out->len > 0 ? 0 : -1;
}

static int
aia(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, one, d;
	struct cursor c, in;
	char oid[128];

	if (der_whole(v, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		return -1;
	c = der_inside(&seq);
	while (c.left > 0) {
		if (der_want(&c, DER_SEQ, &one) != 0)
			return -1;
		in = der_inside(&one);
		if (der_want(&in, DER_OID, &d) != 0 ||
		    der_oid_text(d.body, oid, sizeof(oid)) != 0)
			return -1;
		line(out);
		if (strcmp(oid, "1.3.6.1.5.5.7.48.1") == 0)
			buf_str(out, text_get(lang, "view.aia.ocsp"));
		else if (strcmp(oid, "1.3.6.1.5.5.7.48.2") == 0)
			buf_str(out, text_get(lang, "view.aia.issuer"));
		else
			buf_str(out, oid);
		buf_byte(out, ' ');
		if (der_next(&in, &d) != 0 || in.left != 0)
			return -1;
		general(lang, &d, d.tag != DER_CTX(6), out);
	}
	return 0;
}

static int
subtrees(
    enum lang lang, const struct der *list, const char *label, struct buf *out)
{
	struct cursor c = der_inside(list), in;
	struct der one, d;

	if (c.left == 0)
		return -1;
	while (c.left > 0) {
		if (der_want(&c, DER_SEQ, &one) != 0)
			return -1;
		in = der_inside(&one);
		if (der_next(&in, &d) != 0 || in.left != 0)
			return -1;
		line(out);
		buf_fmt(out, "%s ", text_get(lang, label));
		general(lang, &d, true, out);
	}
	return 0;
}

static int
constraints(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, d;
	struct cursor c;

	if (der_whole(v, DER_SEQ, &seq) != 0 || seq.body.len == 0)
		return -1;
	c = der_inside(&seq);
	if (der_peek(&c, DER_CTXC(0)) &&
	    (der_next(&c, &d) != 0 ||
		subtrees(lang, &d, "view.nc.permitted", out) != 0))
		return -1;
	if (der_peek(&c, DER_CTXC(1)) &&
	    (der_next(&c, &d) != 0 ||
		subtrees(lang, &d, "view.nc.excluded", out) != 0))
		return -1;
	return c.left == 0 ? 0 : -1;
}

static int
nocheck(enum lang lang, struct span v, struct buf *out)
{
	struct der d;

	if (der_whole(v, DER_NULL, &d) != 0 || d.body.len != 0)
		return -1;
	buf_str(out, text_get(lang, "view.yes"));
	return 0;
}

static int
ski(enum lang lang, struct span v, struct buf *out)
{
	struct der d;

	(void)lang;
	if (der_whole(v, DER_OCTETS, &d) != 0)
		return -1;
	review_hex(out, d.body);
	return 0;
}

static int
aki(enum lang lang, struct span v, struct buf *out)
{
	struct der seq, d;
	struct cursor c;

	(void)lang;
	if (der_whole(v, DER_SEQ, &seq) != 0)
		return -1;
	c = der_inside(&seq);
	if (der_want(&c, DER_CTX(0), &d) != 0 || c.left != 0)
		return -1;
	review_hex(out, d.body);
	return 0;
}

static int
number(enum lang lang, struct span v, struct buf *out)
{
	char text[64];
	struct der d;

	(void)lang;
	if (der_whole(v, DER_INT, &d) != 0 || d.body.len == 0 ||
	    d.body.p[0] >= 0x80)
		return -1;
	crl_number_text(d.body, text, sizeof(text));
	buf_str(out, text);
	return 0;
}

static const struct review_ext EXTS[] = {
	{ "2.5.29.19", "view.basic", REVIEW_PROFILE, basic },
	{ "2.5.29.15", "view.usage", REVIEW_PROFILE, usage },
	{ "2.5.29.37", "view.purposes", REVIEW_PROFILE, purposes },
	{ "2.5.29.32", "view.policies", REVIEW_PROFILE, policies },
	{ "2.5.29.30", "view.constraints", REVIEW_PROFILE, constraints },
	{ "2.5.29.31", "view.cdp", REVIEW_PROFILE, cdp },
	{ "1.3.6.1.5.5.7.1.1", "view.aia", REVIEW_PROFILE, aia },
	{ "1.3.6.1.5.5.7.48.1.5", "view.nocheck", REVIEW_PROFILE, nocheck },
	{ "2.5.29.14", "view.ski", REVIEW_KEY, ski },
	{ "2.5.29.35", "view.aki", REVIEW_ISSUER, aki },
	{ "2.5.29.17", "view.alt-names", REVIEW_REQUEST, alt_names },
	{ "2.5.29.20", "view.crl-number", REVIEW_LOG, number },
	{ "2.5.29.28", "view.idp", REVIEW_PROFILE, idp },
};

const struct review_ext *
review_ext_find(const char *oid)
{
	for (size_t i = 0; i < sizeof(EXTS) / sizeof(EXTS[0]); i++)
		if (strcmp(EXTS[i].oid, oid) == 0)
			return &EXTS[i];
	return NULL;
}
