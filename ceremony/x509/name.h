/* SPDX-License-Identifier: MIT */
/*
 * Distinguished names: from {type, value} rows to DER and back to text.
 * countryName and serialNumber are PrintableString, domainComponent
 * IA5String, everything else UTF8String: one form for one value, so that
 * one name is always the same bytes (BR 7.1.4.1).
 */
#ifndef TACHIAI_NAME_H
#define TACHIAI_NAME_H

#include "ceremony/base/json.h"
#include "ceremony/x509/der.h"

#define NAME_ATTRS    24
#define NAME_MARK     " REHEARSAL"
#define NAME_LINE_MAX 512

struct name_type {
	const char *name;  /* "CN"; the keys of profile files */
	const char *oid;   /* "2.5.4.3" */
	const char *label; /* text id */
	unsigned order;    /* BR 7.1.4.2: ascending */
	unsigned max;      /* characters */
	uint8_t tag;       /* string type that we write */
};

const struct name_type *name_type_find(const char *name); /* or dotted OID */

/* One attribute of a name; `first` opens an RDN. */
struct name_attr {
	const struct name_type *type; /* NULL: unknown */
	struct span oid;
	uint8_t tag;
	struct span value; /* as encoded */
	bool first;
};

struct name {
	struct span der;
	struct name_attr attr[NAME_ATTRS];
	size_t n;
};

/* Strict; values are held against their string type.  name.form. */
int name_parse(struct span der, struct name *out, struct err *e);
/* The first attribute of this type, or NULL. */
const struct name_attr *name_get(const struct name *n, const char *type);
/* The value as printable UTF-8 (also of BMPString, T61String...). */
void name_value(const struct name_attr *a, char *out, size_t size);
/* "CN=Example Root R1, O=Example Trust K.K., C=JP" */
void name_line(const struct name *n, char *out, size_t size);
/* The CN, or the whole line where there is none. */
void name_short(const struct name *n, char *out, size_t size);
/* [{type, value}...] */
struct json *name_rows(const struct name *n);
/* Compare as RFC 5280 7.1 does: case and runs of blanks fold. */
bool name_alike(const struct name *a, const struct name *b);

/*
 * Rows to DER, one attribute per RDN, in the given order.  With `mark` the
 * CN ends in " REHEARSAL" (once).  ids: name.type {type}, name.value {type}.
 */
int name_build(
    const struct json *rows, bool mark, struct buf *out, struct err *e);

#endif
