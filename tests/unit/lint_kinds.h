/* SPDX-License-Identifier: MIT */
/*
 * For lint_rules.c: good certificates of every kind, and which change of one
 * makes which rule fire.
 */
#ifndef TACHIAI_LINT_KINDS_H
#define TACHIAI_LINT_KINDS_H

#include "tests/unit/lint_rows.h"
#include "tests/unit/x509_soft.h"

enum kind { GOOD_ROOT, TLS, PRIV, CROSS, OCSP, INFRA, KINDS };

static const struct {
	const char *name, *kind, *ext, *policies, *cn;
} OF[KINDS] = {
	{ "root", "root", "", "[]", "Root R1" },
	{ "TLS subordinate", "tls-subordinate", SOFT_SUB_EXT, "[\"ov\"]",
	    "TLS CA R1" },
	{ "private subordinate", "subordinate",
	    "\"extensions\":{\"cdp\":[\"http://crl.example.jp/r1.crl\"],"
	    "\"eku\":[\"emailProtection\"],\"path_len\":0}", "[]", "Mail CA" },
	{ "cross", "cross", "\"extensions\":{\"ca_issuers\":"
	    "[\"http://ca.example.jp/r1.cer\"],\"cdp\":"
	    "[\"http://crl.example.jp/r1.crl\"],\"path_len\":1}",
	    "[\"anyPolicy\"]", "Root R2" },
	{ "responder", "ocsp-responder", "", "[]", "Responder" },
	{ "infrastructure", "infrastructure",
	    "\"extensions\":{\"cdp\":[\"http://crl.example.jp/r1.crl\"],"
	    "\"eku\":[\"clientAuth\"]}", "[]", "Officer" },
};

/* Bytes before a part, and a body without any extension. */
#define BEFORE ((enum how)10)
#define BARE   ((enum how)11)

static const struct {
	const char *name;
	enum kind kind;
	struct row row;
} PARTS_OF[] = {
#define AS(part, how, oid, text, rule) \
	{ "", SUB, part, how, oid, text, rule, false }
	{ "version 1", GOOD_ROOT, AS(VERSION, BARE, NULL, "", "CRT-1a") },
	{ "issuer's unique id", TLS,
	    AS(EXTS, BEFORE, NULL, "810200aa", "CRT-1b") },
	{ "subject's unique id", TLS,
	    AS(EXTS, BEFORE, NULL, "820200aa", "CRT-1b") },
	{ "its issuer's name", TLS, AS(SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=Example Trust K.K.;CN/u=Example Root R1 REHEARSAL",
	    "CRT-4b") },
	{ "a root of another name", GOOD_ROOT, AS(ISSUER, NAME, NULL,
	    "C/p=JP;O/u=Else;CN/u=Else", "CRT-4c") },
	{ "a responder that is a CA", OCSP, AS(EXTS, EXT, BASIC,
	    "300f 0603551d13 0101ff 0405 3003 0101ff", "CRT-5d") },
	{ "responder: usage", OCSP, AS(EXTS, EXT, USAGE,
	    "300e 0603551d0f 0101ff 0404 030205a0", "CRT-6f") },
	{ "responder: signs certificates", OCSP, AS(EXTS, EXT, USAGE,
	    "300e 0603551d0f 0101ff 0404 03020204", "CRT-6g") },
	{ "a root with another's identifier", GOOD_ROOT, AS(EXTS, EXT, AKI,
	    "300d 0603551d23 0406 3004 80020102", "CRT-8c") },
	{ "identifier and serial", TLS, AS(EXTS, EXT, AKI,
	    "3010 0603551d23 0409 3007 80020102 820101", "CRT-8d") },
	{ "a unit in a private name", INFRA, AS(SUBJECT, NAME, NULL,
	    "C/p=JP;O/u=X;OU/u=Z;CN/u=Y", "CRT-9f") },
	{ "access: no location", TLS, AS(EXTS, EXT, AIA,
	    "3018 06082b06010505070101 040c 300a 3008 06062b0601050507",
	    "CRT-13b") },
	{ "access: critical", TLS, AS(EXTS, EXT, AIA,
	    "3029 06082b06010505070101 0101ff 041a 3018 3016 06082b06010505073002"
	    "860a 687474703a2f2f612f62", "CRT-13b") },
	{ "access: the same twice", TLS, AS(EXTS, EXT, AIA,
	    "303e 06082b06010505070101 0432 3030 3016 06082b06010505073002"
	    "860a 687474703a2f2f612f62 3016 06082b06010505073002"
	    "860a 687474703a2f2f612f62", "CRT-13b") },
	{ "a qualifier", TLS, AS(EXTS, EXT, POLICY,
	    "3025 0603551d20 041e 301c 301a 060667810c010202 3010 300e"
	    "06082b06010505070201 1602 6162", "CRT-14c") },
	{ "a root with a policy", GOOD_ROOT, AS(EXTS, EXT, POLICY,
	    "3011 0603551d20 040a 3008 3006 0604 551d2000", "CRT-14d") },
	{ "a reserved policy in a private CA", PRIV, AS(EXTS, EXT, POLICY,
	    "3013 0603551d20 040c 300a 3008 060667810c010202", "CRT-14e") },
	{ "responder: purpose", OCSP, AS(EXTS, EXT, EKU,
	    "3013 0603551d25 040c 300a 06082b06010505070301", "CRT-15f") },
	{ "precertificates", TLS, AS(EXTS, EXT, EKU,
	    "3015 0603551d25 040e 300c 060a2b06010401d679020404",
	    "CRT-15g") },
	{ "a purpose twice", TLS, AS(EXTS, EXT, EKU,
	    "301d 0603551d25 0416 3014 06082b06010505070301"
	    "06082b06010505070301", "CRT-15i") },
	{ "private: no purpose", PRIV, AS(EXTS, EXT, EKU, "", "CRT-15e") },
	{ "responder: a distribution point", OCSP, AS(EXTS, EXT, CDP,
	    "301b 0603551d1f 0414 3012 3010 a00e a00c"
	    "860a 687474703a2f2f612f62", "CRT-12g") },
	{ "Ed25519 for the web", TLS, AS(SPKI, HEX, NULL,
	    "302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3"
	    "daa62325af021a68f707511a", "KEY-8") },
	{ "names in an end", INFRA, AS(EXTS, EXT, NC,
	    "3012 0603551d1e 0101ff 0408 3006 a004 3002 8200", "CRT-16c") },
	{ "no dates of the profile", TLS, AS(VALIDITY, DATES, NULL,
	    "0,86400", "PRF-4") },
	{ "four years", TLS, AS(VALIDITY, DATES, NULL, "0,126230400",
	    "VAL-5") },
	{ "a curve outside the profile", TLS, AS(SPKI, HEX, NULL,
	    "3059301306072a8648ce3d020106082a8648ce3d030107034200046b17d1f2e1"
	    "2c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe"
	    "1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
	    "PRF-1") },
	{ "another algorithm", TLS, AS(ALG, HEX, NULL,
	    "300a06082a8648ce3d040304", "PRF-2") },
	{ "Ed25519 on the web", TLS, AS(ALG, HEX, NULL, "300506032b6570",
	    "SIG-4") },
#undef AS
};

#endif
