/* SPDX-License-Identifier: MIT */
/*
 * The negative corpus of certificates, for lint_cert.c: which part of a good
 * one is replaced by what, and the rule that must say so.
 */
#ifndef TACHIAI_LINT_ROWS_H
#define TACHIAI_LINT_ROWS_H

#include <stdbool.h>

enum part {
	VERSION,
	SERIAL,
	ALG,
	ISSUER,
	VALIDITY,
	SUBJECT,
	SPKI,
	EXTS,
	PARTS
};
enum what { ROOT, SUB };
enum how {
	HEX,   /* the part is these bytes */
	NAME,  /* the part is this name: "C/p=JP;O/u=X;CN/u=Y" */
	DATES, /* the part is these two offsets from now: "-60,100" */
	EXT,   /* the extension of this OID is these bytes ("": none) */
};

struct row {
	const char *name;
	enum what what;
	enum part part;
	enum how how;
	const char *oid; /* EXT */
	const char *text;
	const char *rule; /* that refuses or warns; or an error id */
	bool warned;
};

#define BASIC  "2.5.29.19"
#define USAGE  "2.5.29.15"
#define EKU    "2.5.29.37"
#define POLICY "2.5.29.32"
#define CDP    "2.5.29.31"
#define AIA    "1.3.6.1.5.5.7.1.1"
#define NC     "2.5.29.30"
#define SKI    "2.5.29.14"
#define AKI    "2.5.29.35"

static const struct row ROWS[] = {
	{ "version 1", SUB, VERSION, HEX, NULL, "", "cert.form", false },
	{ "version 2", SUB, VERSION, HEX, NULL, "a003020101", "cert.form",
	    false },
	{ "serial 0", SUB, SERIAL, HEX, NULL, "020100", "CRT-2a", false },
	{ "serial below zero", SUB, SERIAL, HEX, NULL,
	    "020981112233445566778 8", "CRT-2a", false },
	{ "serial of 21 octets", SUB, SERIAL, HEX, NULL,
	    "0215010203040506070809101112131415161718192021", "CRT-2b", false },
	{ "serial not shortest", SUB, SERIAL, HEX, NULL,
	    "02090001020304050607 08", "CRT-2c", false },
	{ "serial of one octet", SUB, SERIAL, HEX, NULL, "020101", "CRT-2d",
	    false },
	{ "two days back", SUB, VALIDITY, DATES, NULL, "-172800,1000", "CRT-3b",
	    false },
	{ "a second ahead", SUB, VALIDITY, DATES, NULL, "1,1000", "CRT-3a",
	    false },
	{ "ends before it starts", SUB, VALIDITY, DATES, NULL, "-60,-61",
	    "CRT-3c", false },
	{ "over 20 years", ROOT, VALIDITY, DATES, NULL, "-60,631152001",
	    "VAL-3", false },
	{ "root of 2921 days", ROOT, VALIDITY, DATES, NULL, "0,252374399",
	    "VAL-1", false },
	{ "root of 9133 days", ROOT, VALIDITY, DATES, NULL, "0,789091199",
	    "VAL-2", false },
	{ "outlives its issuer", SUB, VALIDITY, DATES, NULL, "0,631151999",
	    "VAL-4", false },
	{ "GeneralizedTime in 2029", SUB, VALIDITY, HEX, NULL,
	    "3020170d3236313230393031313330305a"
	    "180f32303239313230393031313235395a",
	    "CRT-3d", false },
	{ "time with a fraction", SUB, VALIDITY, HEX, NULL,
	    "3022170d3236313230393031313330305a"
	    "181132303239313230393031313235392e315a",
	    "cert.form", false },
	{ "C missing", ROOT, SUBJECT, NAME, NULL, "O/u=X;CN/u=Y", "CRT-9b",
	    false },
	{ "O missing", SUB, SUBJECT, NAME, NULL, "C/p=JP;CN/u=Y REHEARSAL",
	    "CRT-9c", false },
	{ "CN missing", SUB, SUBJECT, NAME, NULL, "C/p=JP;O/u=X", "CRT-9d",
	    false },
	{ "C of three letters", SUB, SUBJECT, NAME, NULL,
	    "C/p=JPN;O/u=X;CN/u=Y", "CRT-9g", false },
	{ "C unknown", SUB, SUBJECT, NAME, NULL, "C/p=XQ;O/u=X;CN/u=Y",
	    "CRT-9g", false },
	{ "C in lower case", SUB, SUBJECT, NAME, NULL, "C/p=jp;O/u=X;CN/u=Y",
	    "CRT-9g", false },
	{ "C as UTF8String", SUB, SUBJECT, NAME, NULL, "C/u=JP;O/u=X;CN/u=Y",
	    "CRT-10d", false },
	{ "OU in a root", ROOT, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X;OU/u=Root Operations;CN/u=Y", "CRT-9e", false },
	{ "OU in a TLS subordinate", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X;OU/u=Z;CN/u=Y", "CRT-9e", false },
	{ "two CNs", SUB, SUBJECT, NAME, NULL, "C/p=JP;O/u=X;CN/u=Y;CN/u=Z",
	    "CRT-10c", false },
	{ "two in one RDN", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X+CN/u=YYYYYYYYYY", "CRT-10a", false },
	{ "out of order", SUB, SUBJECT, NAME, NULL, "O/u=X;C/p=JP;CN/u=Y",
	    "CRT-10b", false },
	{ "CN of 65 characters", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X;CN/u=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	    "AAAAAAAAAAAAAAAAAAAA",
	    "CRT-10e", false },
	{ "BMPString", SUB, SUBJECT, NAME, NULL, "C/p=JP;O/b=XY;CN/u=Y",
	    "CRT-10d", false },
	{ "T61String", SUB, SUBJECT, NAME, NULL, "C/p=JP;O/t=XY;CN/u=Y",
	    "CRT-10d", false },
	{ "PrintableString with @", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/p=X@Y;CN/u=Y", "name.form", false },
	{ "a title", SUB, SUBJECT, NAME, NULL, "C/p=JP;O/u=X;CN/u=Y;title/u=Z",
	    "CRT-9h", true },
	{ "a blank at the end", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X ;CN/u=Y", "CRT-10f", true },
	{ "an empty name", SUB, SUBJECT, HEX, NULL, "3000", "CRT-9a", false },
	{ "no mark of a rehearsal", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X;CN/u=Y", "MODE-1", false },
	{ "another issuer", SUB, ISSUER, NAME, NULL, "C/p=JP;O/u=X;CN/u=Y",
	    "CRT-4a", false },
	{ "another name than the plan's", SUB, SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X;CN/u=Y REHEARSAL", "PRF-3", false },
	{ "SHA-1", SUB, ALG, HEX, NULL, "300906072a8648ce3d0401", "SIG-2",
	    false },
	{ "hash of another curve", SUB, ALG, HEX, NULL,
	    "300a06082a8648ce3d040302", "SIG-3", false },
	{ "no basicConstraints", SUB, EXTS, EXT, BASIC, "", "CRT-5a", false },
	{ "cA FALSE", SUB, EXTS, EXT, BASIC, "300c0603551d130101ff04023000",
	    "CRT-5a", false },
	{ "basicConstraints not critical", SUB, EXTS, EXT, BASIC,
	    "300f0603551d13040830060101ff020100", "CRT-5b", false },
	{ "cA FALSE written out", SUB, EXTS, EXT, BASIC,
	    "300f0603551d130101ff04053003010100", "CRT-5c", false },
	{ "path length in a root", ROOT, EXTS, EXT, BASIC,
	    "30120603551d130101ff040830060101ff020101", "CRT-5e", true },
	{ "no path length", SUB, EXTS, EXT, BASIC,
	    "300f0603551d130101ff040530030101ff", "CRT-5g", true },
	{ "no keyUsage", SUB, EXTS, EXT, USAGE, "", "CRT-6a", false },
	{ "keyUsage not critical", SUB, EXTS, EXT, USAGE,
	    "300b0603551d0f040403020106", "CRT-6b", false },
	{ "keyUsage empty", SUB, EXTS, EXT, USAGE,
	    "300d0603551d0f0101ff0403030100", "CRT-6c", false },
	{ "keyUsage not shortest", SUB, EXTS, EXT, USAGE,
	    "300e0603551d0f0101ff040403020006", "CRT-6c", false },
	{ "no cRLSign", SUB, EXTS, EXT, USAGE,
	    "300e0603551d0f0101ff040403020204", "CRT-6d", false },
	{ "keyEncipherment", SUB, EXTS, EXT, USAGE,
	    "300e0603551d0f0101ff040403020126", "CRT-6e", false },
	{ "no SKI", SUB, EXTS, EXT, SKI, "", "CRT-7a", false },
	{ "SKI of another key", SUB, EXTS, EXT, SKI,
	    "301d0603551d0e0416041400112233445566778899aabbccddeeff00112233",
	    "CRT-7b", false },
	{ "no AKI", SUB, EXTS, EXT, AKI, "", "CRT-8a", false },
	{ "AKI of another key", SUB, EXTS, EXT, AKI,
	    "300f0603551d230408300680040a0b0c0d", "CRT-8a", false },
	{ "no AKI in a root", ROOT, EXTS, EXT, AKI, "", "CRT-8b", true },
	{ "no CDP", SUB, EXTS, EXT, CDP, "", "CRT-12a", false },
	{ "CDP in https", SUB, EXTS, EXT, CDP,
	    "301d0603551d1f041630143012a010a00e860c68747470733a2f2f612f6262",
	    "CRT-12e", false },
	{ "CDP in ldap", SUB, EXTS, EXT, CDP,
	    "301c0603551d1f041530133011a00fa00d860b6c6461703a2f2f612f6263",
	    "CRT-12e", false },
	{ "two CDPs", SUB, EXTS, EXT, CDP,
	    "302e0603551d1f042730253011a00fa00d860b687474703a2f2f612f6263"
	    "3010a00ea00c860a687474703a2f2f612f62",
	    "CRT-12d", true },
	{ "CDP with reasons", SUB, EXTS, EXT, CDP,
	    "30200603551d1f041930173015a00fa00d860b687474703a2f2f612f6263"
	    "81020106",
	    "CRT-12c", false },
	{ "CDP with cRLIssuer", SUB, EXTS, EXT, CDP,
	    "30220603551d1f041b30193017a00fa00d860b687474703a2f2f612f6263"
	    "a2048202 6162",
	    "CRT-12c", false },
	{ "CDP critical", SUB, EXTS, EXT, CDP,
	    "301f0603551d1f0101ff041530133011a00fa00d860b687474703a2f2f61"
	    "2f6263",
	    "CRT-12b", false },
	{ "CDP in a root", ROOT, EXTS, EXT, CDP,
	    "301c0603551d1f041530133011a00fa00d860b687474703a2f2f612f6263",
	    "CRT-12f", true },
	{ "no AIA", SUB, EXTS, EXT, AIA, "", "CRT-13a", true },
	{ "no policies", SUB, EXTS, EXT, POLICY, "", "CRT-14a", false },
	{ "DV and OV at once", SUB, EXTS, EXT, POLICY,
	    "301d0603551d20041630143008060667810c01020130080606 67810c010202",
	    "CRT-14a", false },
	{ "own policy alone", SUB, EXTS, EXT, POLICY,
	    "300f0603551d20040830063004060 22a03", "CRT-14a", false },
	{ "policy twice", SUB, EXTS, EXT, POLICY,
	    "301d0603551d20041630143008060667810c01020230080606 67810c010202",
	    "CRT-14b", false },
	{ "server and any", SUB, EXTS, EXT, EKU,
	    "30190603551d25041230100608 2b060105050703010604551d2500",
	    "CRT-15c", false },
	{ "server and e-mail", SUB, EXTS, EXT, EKU,
	    "301d0603551d250416301406082b0601050507030106082b0601050507 0304",
	    "CRT-15c", false },
	{ "server and client", SUB, EXTS, EXT, EKU,
	    "301d0603551d250416301406082b0601050507030106082b0601050507 0302",
	    "CRT-15h", true },
	{ "no purposes", SUB, EXTS, EXT, EKU, "", "CRT-15a", false },
	{ "purposes critical", SUB, EXTS, EXT, EKU,
	    "30160603551d250101ff040c300a06082b06010505070301", "CRT-15b",
	    false },
	{ "purposes in a root", ROOT, EXTS, EXT, EKU,
	    "30130603551d25040c300a06082b06010505070301", "CRT-15d", false },
	{ "name constraints empty", SUB, EXTS, EXT, NC,
	    "300c0603551d1e0101ff04023000", "CRT-16b", false },
	{ "a minimum in name constraints", SUB, EXTS, EXT, NC,
	    "30170603551d1e0101ff040d300ba009300782026162800101", "CRT-16b",
	    false },
	{ "name constraints not critical", SUB, EXTS, EXT, NC,
	    "30110603551d1e040a3008a006300482026162", "CRT-16a", true },
	{ "an unknown extension", SUB, EXTS, EXT, "1.2.3.4",
	    "300906032a030404020500", "CRT-17a", false },
	{ "an extension twice", SUB, EXTS, EXT, "1.2.3.5",
	    "300906032a030404020500300906032a030404020500", "cert.form",
	    false },
	{ "subjectAltName", SUB, EXTS, EXT, "2.5.29.17",
	    "300d0603551d11040630048202 6162", "CRT-17a", false },
	{ "ocsp-nocheck", SUB, EXTS, EXT, "1.3.6.1.5.5.7.48.1.5",
	    "300f06092b060105050730010504020500", "CRT-17b", false },
	{ "another extension than the profile's", SUB, EXTS, EXT, BASIC,
	    "30120603551d130101ff040830060101ff020101", "PRF-5", false },
};

#endif
