/* SPDX-License-Identifier: MIT */
/*
 * Extensions that a profile asks for, in one documented order (cert.h).
 * Invariant: what is not named in the profile, and not fixed by the kind,
 * is not written.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "ceremony/x509/part.h"

struct named_oid {
	const char *name;
	const char *oid;
};

static const struct named_oid PURPOSES[] = {
	{ "serverAuth", "1.3.6.1.5.5.7.3.1" },
	{ "clientAuth", "1.3.6.1.5.5.7.3.2" },
	{ "codeSigning", "1.3.6.1.5.5.7.3.3" },
	{ "emailProtection", "1.3.6.1.5.5.7.3.4" },
	{ "timeStamping", "1.3.6.1.5.5.7.3.8" },
	{ "ocspSigning", "1.3.6.1.5.5.7.3.9" },
	{ "OCSPSigning", "1.3.6.1.5.5.7.3.9" },
	{ "anyExtendedKeyUsage", "2.5.29.37.0" },
	{ "precertificateSigning", "1.3.6.1.4.1.11129.2.4.4" },
};

static const struct named_oid POLICIES[] = {
	{ "anyPolicy", "2.5.29.32.0" },
	{ "ev", "2.23.140.1.1" },
	{ "dv", "2.23.140.1.2.1" },
	{ "ov", "2.23.140.1.2.2" },
	{ "iv", "2.23.140.1.2.3" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *
to_oid(const struct named_oid *t, size_t n, const char *name)
{
	for (size_t i = 0; name != NULL && i < n; i++)
		if (strcmp(t[i].name, name) == 0)
			return t[i].oid;
	return name;
}

static const char *
to_name(const struct named_oid *t, size_t n, const char *oid)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(t[i].oid, oid) == 0)
			return t[i].name;
	return NULL;
}

const char *
ext_purpose_oid(const char *name)
{
	return to_oid(PURPOSES, COUNT(PURPOSES), name);
}

const char *
ext_purpose_name(const char *oid)
{
	return to_name(PURPOSES, COUNT(PURPOSES), oid);
}

const char *
ext_policy_oid(const char *name)
{
	return to_oid(POLICIES, COUNT(POLICIES), name);
}

const char *
ext_policy_name(const char *oid)
{
	return to_name(POLICIES, COUNT(POLICIES), oid);
}

size_t
ext_list_count(const struct json *j)
{
	if (j == NULL)
		return 0;
	return json_type(j) == JSON_ARR ? json_count(j) : 1;
}

const char *
ext_list_at(const struct json *j, size_t i)
{
	return json_str(json_type(j) == JSON_ARR ? json_at(j, i) : j);
}

int
ext_put(
    struct buf *out, const char *oid, bool critical, const struct buf *value)
{
	struct buf body = BUF_INIT;
	int ret = der_put_oid(&body, oid);

	if (ret == 0) {
		if (critical)
			der_put_bool(&body, true);
		der_put_buf(&body, DER_OCTETS, value);
		der_put_buf(out, DER_SEQ, &body);
	}
	buf_free(&body);
	return ret;
}

void
ext_put_aki(struct buf *out, struct span key_id)
{
	struct buf inner = BUF_INIT, value = BUF_INIT;

	der_put(&inner, DER_CTX(0), key_id.p, key_id.len);
	der_put_buf(&value, DER_SEQ, &inner);
	(void)ext_put(out, "2.5.29.35", false, &value);
	buf_free(&value);
	buf_free(&inner);
}

static int
bad_field(struct err *e, const char *field)
{
	return err_set(e, ERR_REFUSED, "profile.field", "field", field, NULL);
}

static int
put_basic(struct buf *out, const struct json *ext, int kind)
{
	struct buf inner = BUF_INIT, value = BUF_INIT;
	int64_t path_len = json_get_int(ext, "path_len", -1);

	if (cert_kind_is_ca(kind)) {
		der_put_bool(&inner, true);
		if (path_len >= 0)
			der_put_int(&inner, DER_INT, path_len);
	}
	der_put_buf(&value, DER_SEQ, &inner);
	(void)ext_put(out, "2.5.29.19", true, &value);
	buf_free(&value);
	buf_free(&inner);
	return 0;
}

static int
put_usage(struct buf *out, const struct json *ext, int kind)
{
	struct buf value = BUF_INIT;
	uint8_t bits[2] = { 7, 0x80 }; /* digitalSignature alone */

	if (cert_kind_is_ca(kind)) {
		bits[0] = 1;
		bits[1] = 0x06;
		if (json_get_int(ext, "digital_signature", 0) != 0)
			bits[1] |= 0x80;
	}
	der_put(&value, DER_BITS, bits, sizeof(bits));
	(void)ext_put(out, "2.5.29.15", true, &value);
	buf_free(&value);
	return 0;
}

static int
put_purposes(struct buf *out, const struct json *ext, int kind, struct err *e)
{
	const struct json *eku = json_get(ext, "eku");
	struct buf inner = BUF_INIT, value = BUF_INIT;
	size_t n = ext_list_count(eku);
	int ret = -1;

	for (size_t i = 0; i < n; i++) {
		const char *name = ext_list_at(eku, i);

		if (name == NULL ||
		    der_put_oid(&inner, ext_purpose_oid(name)) != 0) {
			bad_field(e, "eku");
			goto out;
		}
	}
	if (n == 0 && kind == CERT_TLS_SUB)
		(void)der_put_oid(&inner, ext_purpose_oid("serverAuth"));
	if (n == 0 && kind == CERT_OCSP)
		(void)der_put_oid(&inner, ext_purpose_oid("ocspSigning"));
	if (inner.len > 0) {
		der_put_buf(&value, DER_SEQ, &inner);
		(void)ext_put(out, "2.5.29.37", false, &value);
	}
	ret = 0;
out:
	buf_free(&value);
	buf_free(&inner);
	return ret;
}

static int
put_policies(struct buf *out, const struct json *list, struct err *e)
{
	struct buf inner = BUF_INIT, one = BUF_INIT, value = BUF_INIT;
	int ret = -1;

	for (size_t i = 0; i < ext_list_count(list); i++) {
		const char *name = ext_list_at(list, i);

		buf_reset(&one);
		if (name == NULL ||
		    der_put_oid(&one, ext_policy_oid(name)) != 0) {
			bad_field(e, "policies");
			goto out;
		}
		der_put_buf(&inner, DER_SEQ, &one);
	}
	if (inner.len > 0) {
		der_put_buf(&value, DER_SEQ, &inner);
		(void)ext_put(out, "2.5.29.32", false, &value);
	}
	ret = 0;
out:
	buf_free(&value);
	buf_free(&one);
	buf_free(&inner);
	return ret;
}

void
ext_put_full_name(struct buf *out, const struct json *urls)
{
	struct buf names = BUF_INIT, full = BUF_INIT;

	for (size_t i = 0; i < ext_list_count(urls); i++) {
		const char *url = ext_list_at(urls, i);

		der_put(&names, DER_CTX(6), url, strlen(url));
	}
	der_put_buf(&full, DER_CTXC(0), &names);
	der_put_buf(out, DER_CTXC(0), &full);
	buf_free(&full);
	buf_free(&names);
}

/* Every element is a printable ASCII text without blanks. */
static bool
urls_good(const struct json *urls)
{
	for (size_t i = 0; i < ext_list_count(urls); i++) {
		const char *s = ext_list_at(urls, i);

		if (s == NULL || *s == '\0')
			return false;
		for (; *s != '\0'; s++)
			if (*s <= 0x20 || *s > 0x7e)
				return false;
	}
	return true;
}

static int
put_cdp(struct buf *out, const struct json *ext, struct err *e)
{
	const struct json *urls = json_get(ext, "cdp");
	struct buf name = BUF_INIT, point = BUF_INIT, value = BUF_INIT;

	if (ext_list_count(urls) == 0)
		return 0;
	if (!urls_good(urls))
		return bad_field(e, "cdp");
	ext_put_full_name(&name, urls);
	der_put_buf(&point, DER_SEQ, &name);
	der_put_buf(&value, DER_SEQ, &point);
	(void)ext_put(out, "2.5.29.31", false, &value);
	buf_free(&value);
	buf_free(&point);
	buf_free(&name);
	return 0;
}

static int
put_access(struct buf *out, const struct json *ext, const char *key,
    const char *oid, struct err *e)
{
	const struct json *urls = json_get(ext, key);

	if (!urls_good(urls))
		return bad_field(e, key);
	for (size_t i = 0; i < ext_list_count(urls); i++) {
		const char *url = ext_list_at(urls, i);
		struct buf one = BUF_INIT;

		(void)der_put_oid(&one, oid);
		der_put(&one, DER_CTX(6), url, strlen(url));
		der_put_buf(out, DER_SEQ, &one);
		buf_free(&one);
	}
	return 0;
}

static int
put_aia(struct buf *out, const struct json *ext, struct err *e)
{
	struct buf inner = BUF_INIT, value = BUF_INIT;
	int ret = -1;

	if (put_access(&inner, ext, "ocsp", "1.3.6.1.5.5.7.48.1", e) != 0 ||
	    put_access(&inner, ext, "ca_issuers", "1.3.6.1.5.5.7.48.2", e) != 0)
		goto out;
	if (inner.len > 0) {
		der_put_buf(&value, DER_SEQ, &inner);
		(void)ext_put(out, "1.3.6.1.5.5.7.1.1", false, &value);
	}
	ret = 0;
out:
	buf_free(&value);
	buf_free(&inner);
	return ret;
}

/* One to three digits and nothing behind; -1. */
static int
prefix_bits(const char *s)
{
	int v = 0;

	if (*s == '\0' || strlen(s) > 3)
		return -1;
	for (; *s != '\0'; s++) {
		if (*s < '0' || *s > '9')
			return -1;
		v = v * 10 + (*s - '0');
	}
	return v;
}

/* "10.0.0.0/8", "2001:db8::/32" as address and mask. */
static int
put_address(struct buf *out, const char *text)
{
	uint8_t octets[32];
	char host[64];
	const char *slash = strchr(text, '/');
	size_t half;
	int bits;

	if (slash == NULL || (size_t)(slash - text) >= sizeof(host))
		return -1;
	memcpy(host, text, (size_t)(slash - text));
	host[slash - text] = '\0';
	memset(octets, 0, sizeof(octets));
	half = strchr(host, ':') != NULL ? 16 : 4;
	if (inet_pton(half == 16 ? AF_INET6 : AF_INET, host, octets) != 1)
		return -1;
	bits = prefix_bits(slash + 1);
	if (bits < 0 || bits > (int)half * 8)
		return -1;
	for (size_t i = 0; i < half * 8; i++) {
		uint8_t bit = (uint8_t)(0x80u >> (i % 8));

		if ((int)i < bits)
			octets[half + i / 8] |= bit;
		else if (octets[i / 8] & bit)
			return -1; /* an address below its mask */
	}
	der_put(out, DER_CTX(7), octets, 2 * half);
	return 0;
}

static int
put_subtree(struct buf *out, const char *type, const struct json *v)
{
	struct buf base = BUF_INIT;
	const char *text = json_str(v);
	struct err ignored;
	int ret = -1;

	if (strcmp(type, "directory") == 0) {
		struct buf name = BUF_INIT;

		ret = name_build(v, false, &name, &ignored);
		der_put_buf(&base, DER_CTXC(4), &name);
		buf_free(&name);
	} else if (text != NULL && strcmp(type, "ip") == 0) {
		ret = put_address(&base, text);
	} else if (text != NULL) {
		/* "*" is every name: a constraint of no length. */
		if (strcmp(text, "*") == 0)
			text = "";
		der_put(&base,
		    strcmp(type, "dns") == 0 ? DER_CTX(2) : DER_CTX(1), text,
		    strlen(text));
		ret = 0;
	}
	if (ret == 0)
		der_put_buf(out, DER_SEQ, &base);
	buf_free(&base);
	return ret;
}

static int
put_subtrees(
    struct buf *out, const struct json *trees, uint8_t tag, struct err *e)
{
	static const char *const TYPES[] = { "dns", "email", "ip",
		"directory" };
	struct buf inner = BUF_INIT;
	int ret = -1;

	for (size_t t = 0; t < COUNT(TYPES); t++) {
		const struct json *list = json_get(trees, TYPES[t]);

		for (size_t i = 0; i < json_count(list); i++)
			if (put_subtree(&inner, TYPES[t], json_at(list, i)) !=
			    0) {
				bad_field(e, "name-constraints");
				goto out;
			}
	}
	if (inner.len > 0)
		der_put_buf(out, tag, &inner);
	ret = 0;
out:
	buf_free(&inner);
	return ret;
}

static int
put_constraints(struct buf *out, const struct json *ext, struct err *e)
{
	const struct json *nc = json_get(ext, "name_constraints");
	struct buf inner = BUF_INIT, value = BUF_INIT;
	int ret = -1;

	if (nc == NULL)
		return 0;
	if (put_subtrees(&inner, json_get(nc, "permitted"), DER_CTXC(0), e) !=
		0 ||
	    put_subtrees(&inner, json_get(nc, "excluded"), DER_CTXC(1), e) != 0)
		goto out;
	if (inner.len == 0) {
		bad_field(e, "name-constraints");
		goto out;
	}
	der_put_buf(&value, DER_SEQ, &inner);
	ret = ext_put(out, "2.5.29.30", true, &value);
out:
	buf_free(&value);
	buf_free(&inner);
	return ret;
}

int
ext_put_profile(
    struct buf *out, const struct json *profile, int kind, struct err *e)
{
	const struct json *ext = json_get(profile, "extensions");
	struct buf null = BUF_INIT;

	if (put_basic(out, ext, kind) != 0 || put_usage(out, ext, kind) != 0 ||
	    put_purposes(out, ext, kind, e) != 0 ||
	    put_policies(out, json_get(profile, "policies"), e) != 0 ||
	    put_constraints(out, ext, e) != 0 || put_cdp(out, ext, e) != 0 ||
	    put_aia(out, ext, e) != 0)
		return -1;
	if (kind == CERT_OCSP) {
		der_put(&null, DER_NULL, NULL, 0);
		(void)ext_put(out, "1.3.6.1.5.5.7.48.1.5", false, &null);
		buf_free(&null);
	}
	return 0;
}
