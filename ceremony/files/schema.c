/* SPDX-License-Identifier: MIT */
/*
 * The table of the ceremony files.  A row is: group, key, type, shape,
 * required, min, max, words or group.  The keys of a step are those of the
 * group "step" and those of the group "step/VERB".
 */
#include "ceremony/files/schema.h"

#define ROLES                                                           \
	"service-owner operations-manager ca-administrator ra-officer " \
	"log-examiner witness auditor"
#define KINDS                                                    \
	"root cross tls-subordinate subordinate ocsp-responder " \
	"infrastructure"
#define SIGNATURES                                                        \
	"rsa-sha256 rsa-sha384 rsa-sha512 rsa-pss-sha256 rsa-pss-sha384 " \
	"rsa-pss-sha512 ecdsa-sha256 ecdsa-sha384 ecdsa-sha512 ed25519 "  \
	"ed448"
#define REASONS                                        \
	"keyCompromise affiliationChanged superseded " \
	"cessationOfOperation privilegeWithdrawn"
#define POLICIES "anyPolicy dv ov iv ev"
#define PURPOSES                                                          \
	"serverAuth clientAuth codeSigning emailProtection timeStamping " \
	"ocspSigning precertificateSigning anyExtendedKeyUsage"
#define SHOWS "image-hash script-hash plan-hash profiles-hash head roster-hash"

#define MUST  true
#define MAY   false

static const struct schema_row ROWS[] = {
#define T(type)  SCHEMA_##type
#define S(shape) SCHEMA_##shape
#define G        "profile-set"
	{ G, "profile-set", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "policy", T(MAP), S(ONE), MUST, 0, 0, "policy" },
	{ G, "modules", T(MAP), S(LIST), MAY, 0, 64, "module" },
	{ G, "roles", T(MAP), S(NAMED), MAY, 0, 0, "role-need" },
	{ G, "credentials", T(MAP), S(ONE), MAY, 0, 0, "credentials" },
	{ G, "idle-minutes", T(INT), S(ONE), MAY, 1, 60, NULL },
	{ G, "overrides", T(MAP), S(LIST), MAY, 0, 64, "override" },
	{ G, "profiles", T(MAP), S(NAMED), MUST, 0, 0, "profile" },
	{ G, "crl-profiles", T(MAP), S(NAMED), MAY, 0, 0, "crl-profile" },
	{ G, "lint", T(MAP), S(ONE), MUST, 0, 0, "lint" },
#undef G
#define G "policy"
	{ G, "cps-oid", T(OID), S(ONE), MUST, 0, 0, NULL },
	{ G, "cp-oid", T(OID), S(ONE), MAY, 0, 0, NULL },
	{ G, "url", T(URL), S(ONE), MAY, 0, 0, NULL },
	{ G, "approved", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "version", T(NAME), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "module"
	{ G, "name", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "manufacturer", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "model", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "firmware", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "sha256", T(SHA256), S(ONE), MUST, 0, 0, NULL },
	{ G, "certificate", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "note", T(NAME), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "role-need"
	{ G, "quorum", T(INT), S(ONE), MAY, 1, 16, NULL },
	{ G, "of", T(INT), S(ONE), MAY, 1, 16, NULL },
#undef G
#define G "credentials"
	{ G, "scrypt-p", T(INT), S(ONE), MAY, 1, 64, NULL },
#undef G
#define G "override"
	{ G, "rule", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "value", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "because", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "cp-clause", T(NAME), S(ONE), MUST, 0, 0, NULL },
#undef G
#define G "profile"
	{ G, "kind", T(ENUM), S(ONE), MUST, 0, 0, KINDS },
	{ G, "key", T(MAP), S(ONE), MUST, 0, 0, "key-type" },
	{ G, "signature", T(ENUM), S(ONE), MUST, 0, 0, SIGNATURES },
	{ G, "subject", T(SUBJECT), S(ONE), MAY, 0, 0, NULL },
	{ G, "validity", T(MAP), S(ONE), MUST, 0, 0, "validity" },
	{ G, "policies", T(OID_NAME), S(LIST), MAY, 0, 16, POLICIES },
	{ G, "extensions", T(MAP), S(ONE), MAY, 0, 0, "extensions" },
#undef G
#define G "key-type"
	{ G, "type", T(ENUM), S(ONE), MUST, 0, 0, "rsa ec ed25519 ed448" },
	{ G, "curve", T(ENUM), S(ONE), MAY, 0, 0, "P-256 P-384 P-521" },
	{ G, "bits", T(INT), S(ONE), MAY, 2048, 16384, NULL },
#undef G
#define G "validity"
	{ G, "years", T(INT), S(ONE), MAY, 1, 100, NULL },
	{ G, "days", T(INT), S(ONE), MAY, 1, 36525, NULL },
#undef G
#define G "extensions"
	{ G, "path-len", T(INT), S(ONE), MAY, 0, 16, NULL },
	{ G, "digital-signature", T(BOOL), S(ONE), MAY, 0, 0, NULL },
	{ G, "eku", T(OID_NAME), S(LIST), MAY, 1, 16, PURPOSES },
	{ G, "cdp", T(URL), S(EASY), MAY, 1, 8, NULL },
	{ G, "ca-issuers", T(URL), S(EASY), MAY, 1, 8, NULL },
	{ G, "ocsp", T(URL), S(EASY), MAY, 1, 8, NULL },
	{ G, "name-constraints", T(MAP), S(ONE), MAY, 0, 0,
	    "name-constraints" },
#undef G
#define G "name-constraints"
	{ G, "permitted", T(MAP), S(ONE), MAY, 0, 0, "subtrees" },
	{ G, "excluded", T(MAP), S(ONE), MAY, 0, 0, "subtrees" },
#undef G
#define G "subtrees"
	{ G, "dns", T(NAME), S(LIST), MAY, 1, 64, NULL },
	{ G, "email", T(NAME), S(LIST), MAY, 1, 64, NULL },
	{ G, "ip", T(NAME), S(LIST), MAY, 1, 64, NULL },
	{ G, "directory", T(SUBJECT), S(LIST), MAY, 1, 64, NULL },
#undef G
#define G "crl-profile"
	{ G, "issuer-kind", T(ENUM), S(ONE), MUST, 0, 0, KINDS },
	{ G, "next-update", T(DAYS), S(ONE), MUST, 1, 3660, NULL },
	{ G, "idp", T(ENUM), S(ONE), MAY, 0, 0, "none" },
	{ G, "reasons", T(ENUM), S(LIST), MAY, 0, 8, REASONS },
#undef G
#define G "lint"
	{ G, "pack", T(ENUM), S(ONE), MUST, 0, 0, "cabf-br-2.2.6 rfc5280" },
	{ G, "as-of", T(DATE), S(ONE), MUST, 0, 0, NULL },
	{ G, "waive", T(MAP), S(LIST), MAY, 0, 64, "waiver" },
#undef G
#define G "waiver"
	{ G, "id", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "rule-version", T(INT), S(ONE), MUST, 1, 1000, NULL },
	{ G, "reason", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "expires", T(DATE), S(ONE), MUST, 0, 0, NULL },
	{ G, "approved-by", T(NAME), S(LIST), MUST, 2, 8, NULL },
#undef G
#define G "plan"
	{ G, "plan", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profiles", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "expect", T(MAP), S(ONE), MUST, 0, 0, "expect" },
	{ G, "tokens", T(MAP), S(LIST), MAY, 0, 16, "token" },
	{ G, "keys", T(MAP), S(LIST), MAY, 0, 64, "key" },
	{ G, "certificates", T(MAP), S(LIST), MAY, 0, 256, "certificate" },
	{ G, "crls", T(MAP), S(LIST), MAY, 0, 64, "crl" },
	{ G, "revocations", T(MAP), S(LIST), MAY, 0, 4096, "revocation" },
	{ G, "csrs", T(MAP), S(LIST), MAY, 0, 64, "csr" },
	{ G, "cross", T(MAP), S(LIST), MAY, 0, 64, "cross" },
	{ G, "ocsp", T(MAP), S(LIST), MAY, 0, 64, "ocsp" },
	{ G, "destroy", T(MAP), S(LIST), MAY, 0, 64, "key-deed" },
	{ G, "backups", T(MAP), S(LIST), MAY, 0, 64, "key-deed" },
	{ G, "restores", T(MAP), S(LIST), MAY, 0, 64, "key-deed" },
#undef G
#define G "expect"
	{ G, "head", T(HEAD), S(ONE), MUST, 0, 0, NULL },
	{ G, "tokens", T(MAP), S(LIST), MAY, 0, 16, "expect-token" },
	{ G, "keys", T(MAP), S(LIST), MAY, 0, 64, "expect-key" },
	{ G, "certificates", T(MAP), S(LIST), MAY, 0, 256,
	    "expect-certificate" },
#undef G
#define G "expect-token"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "quorum", T(INT), S(ONE), MUST, 1, 16, NULL },
	{ G, "of", T(INT), S(ONE), MUST, 1, 16, NULL },
#undef G
#define G "expect-key"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "token", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "spki-sha256", T(SHA256), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "expect-certificate"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "key", T(ID), S(ONE), MAY, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "sha256", T(SHA256), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "token"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "quorum", T(INT), S(ONE), MUST, 1, 16, NULL },
	{ G, "of", T(INT), S(ONE), MUST, 1, 16, NULL },
	{ G, "so-quorum", T(INT), S(ONE), MAY, 1, 16, NULL },
#undef G
#define G "key"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "token", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "backup", T(ENUM), S(ONE), MAY, 0, 0, "none token-bound wrapped" },
#undef G
#define G "certificate"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "key", T(ID), S(ONE), MAY, 0, 0, NULL },
	{ G, "issuer", T(ID), S(ONE), MAY, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "request", T(MAP), S(ONE), MAY, 0, 0, "request" },
	{ G, "subject", T(SUBJECT), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "request"
	{ G, "file", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "sha256", T(SHA256), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "crl"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "issuer", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "number", T(NUMBER), S(ONE), MAY, 0, 0, NULL },
	{ G, "series", T(MAP), S(ONE), MAY, 0, 0, "series" },
#undef G
#define G "series"
	{ G, "count", T(INT), S(ONE), MUST, 2, 64, NULL },
	{ G, "every", T(DAYS), S(ONE), MUST, 1, 3660, NULL },
#undef G
#define G "revocation"
	{ G, "certificate", T(ID), S(ONE), MAY, 0, 0, NULL },
	{ G, "serial", T(SERIAL), S(ONE), MAY, 0, 0, NULL },
	{ G, "issuer", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "reason", T(ENUM), S(ONE), MUST, 0, 0, REASONS },
	{ G, "date", T(TIME), S(ONE), MUST, 0, 0, NULL },
#undef G
#define G "csr"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "key", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "subject", T(SUBJECT), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "cross"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "issuer", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "certificate", T(MAP), S(ONE), MUST, 0, 0, "request" },
#undef G
#define G "ocsp"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "issuer", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "profile", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "request", T(MAP), S(ONE), MUST, 0, 0, "request" },
	{ G, "subject", T(SUBJECT), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "key-deed"
	{ G, "id", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "key", T(ID), S(ONE), MUST, 0, 0, NULL },
#undef G
#define G "script"
	{ G, "script", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "version", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "plan", T(MAP), S(ONE), MUST, 0, 0, "pin" },
	{ G, "profiles", T(MAP), S(ONE), MUST, 0, 0, "pin" },
	{ G, "title", T(TEXT), S(ONE), MUST, 0, 0, NULL },
	{ G, "zone", T(NAME), S(ONE), MAY, 0, 0, NULL },
	{ G, "roles", T(MAP), S(LIST), MUST, 1, 64, "role" },
	{ G, "objects", T(MAP), S(LIST), MAY, 0, 64, "object" },
	{ G, "acts", T(MAP), S(LIST), MUST, 1, 32, "act" },
#undef G
#define G "pin"
	{ G, "name", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ G, "sha256", T(SHA256), S(ONE), MUST, 0, 0, NULL },
#undef G
#define G "role"
	{ G, "code", T(CODE), S(ONE), MUST, 0, 0, NULL },
	{ G, "role", T(ENUM), S(ONE), MUST, 0, 0, ROLES },
	{ G, "also", T(ENUM), S(EASY), MAY, 0, 4, ROLES },
#undef G
#define G "object"
	{ G, "code", T(CODE), S(ONE), MUST, 0, 0, NULL },
	{ G, "kind", T(ENUM), S(ONE), MUST, 0, 0,
	    "hsm card stick medium machine printer document other" },
	{ G, "tokens", T(ID), S(LIST), MAY, 1, 16, NULL },
#undef G
#define G "act"
	{ G, "act", T(TEXT), S(ONE), MUST, 0, 0, NULL },
	{ G, "steps", T(MAP), S(LIST), MUST, 1, 200, "step" },
#undef G
#define G "text"
	{ G, "en", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "ja", T(NAME), S(ONE), MAY, 0, 0, NULL },
#undef G
#define G "step"
	{ G, "do", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ G, "by", T(CODE), S(EASY), MAY, 1, 32, NULL },
	{ G, "witness", T(CODE), S(EASY), MAY, 1, 32, NULL },
	{ G, "text", T(TEXT), S(ONE), MAY, 0, 0, NULL },
	{ G, "minutes", T(INT), S(ONE), MAY, 0, 480, NULL },
	{ G, "on-fail", T(ENUM), S(ONE), MAY, 0, 0, "retry deviation abort" },
#undef G
	{ "step/attest", "shows", T(ENUM), S(ONE), MAY, 0, 0, SHOWS },
	{ "step/attest", "object", T(CODE), S(ONE), MAY, 0, 0, NULL },
	{ "step/record", "field", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ "step/record", "type", T(ENUM), S(ONE), MAY, 0, 0,
	    "text number date time" },
	{ "step/record", "object", T(CODE), S(ONE), MAY, 0, 0, NULL },
	{ "step/compare", "field", T(ID), S(ONE), MAY, 0, 0, NULL },
	{ "step/compare", "with", T(NAME), S(ONE), MAY, 0, 0, NULL },
	{ "step/compare", "shows", T(ENUM), S(ONE), MAY, 0, 0, SHOWS },
	{ "step/compare", "object", T(CODE), S(ONE), MAY, 0, 0, NULL },
	{ "step/custody", "object", T(CODE), S(ONE), MUST, 0, 0, NULL },
	{ "step/custody", "from", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ "step/custody", "to", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ "step/custody", "bag", T(ENUM), S(ONE), MAY, 0, 0,
	    "intact new none" },
	{ "step/approve", "what", T(ENUM), S(ONE), MAY, 0, 0, "files" },
	{ "step/enroll", "person", T(CODE), S(ONE), MUST, 0, 0, NULL },
	{ "step/quorum", "role", T(ENUM), S(ONE), MUST, 0, 0, ROLES },
	{ "step/quorum", "token", T(ID), S(ONE), MAY, 0, 0, NULL },
	{ "step/run", "plan", T(ID), S(EASY), MUST, 1, 256, NULL },
	{ "step/run", "consent", T(ENUM), S(ONE), MAY, 0, 0, "quorum" },
	{ "step/readback", "of", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ "step/readback", "words", T(ENUM), S(ONE), MAY, 0, 0, "all first" },
	{ "step/import", "plan", T(ID), S(EASY), MUST, 1, 256, NULL },
	{ "step/import", "from", T(ENUM), S(ONE), MAY, 0, 0, "stick" },
	{ "step/export", "plan", T(ID), S(EASY), MUST, 1, 256, NULL },
	{ "step/export", "to", T(ENUM), S(ONE), MAY, 0, 0, "stick disc" },
	{ "step/export", "copies", T(INT), S(ONE), MAY, 1, 16, NULL },
	{ "step/qr-show", "plan", T(ID), S(EASY), MUST, 1, 256, NULL },
	{ "step/qr-scan", "plan", T(ID), S(EASY), MUST, 1, 256, NULL },
	{ "step/deactivate", "token", T(ID), S(ONE), MUST, 0, 0, NULL },
	{ "step/deactivate", "consent", T(ENUM), S(ONE), MAY, 0, 0, "quorum" },
	{ "step/branch", "otherwise", T(NAME), S(ONE), MUST, 0, 0, NULL },
	{ "step/foreach", "of", T(CODE), S(EASY), MUST, 1, 32, NULL },
	{ "step/review", "what", T(ENUM), S(ONE), MAY, 0, 0,
	    "transcript roster files" },
	{ "step/print", "what", T(ENUM), S(ONE), MUST, 0, 0,
	    "transcript sheet roster" },
	{ "step/print", "copies", T(INT), S(ONE), MAY, 1, 16, NULL },
#undef T
#undef S
};

const struct schema_row *
schema_at(size_t i)
{
	return i < sizeof(ROWS) / sizeof(*ROWS) ? &ROWS[i] : NULL;
}
