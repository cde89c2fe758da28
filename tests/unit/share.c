/* SPDX-License-Identifier: MIT */
/*
 * Shares: one encoding, commitments that no two inputs share, PINs; and the
 * two documents that people sign, roster and operation record.
 */
#include "ceremony/people/share.h"

#include <stdlib.h>

#include "ceremony/base/codec.h"
#include "ceremony/people/oprec.h"
#include "ceremony/people/role.h"
#include "ceremony/people/roster.h"
#include "tests/unit/test.h"

#define ORIGIN "example.jp/root-r1/7f3a9c0e12d4b865/rehearsal"

static struct share
sample(void)
{
	struct share s = { .origin = ORIGIN,
		.set = "k1",
		.purpose = "user-pin",
		.x = 2,
		.m = 2,
		.n = 3 };

	memset(s.share, 0x11, sizeof(s.share));
	memset(s.salt, 0x22, sizeof(s.salt));
	return s;
}

static void
record(void)
{
	struct share s = sample(), back, keep;
	struct buf der = BUF_INIT, again = BUF_INIT;
	struct err e;
	int cut = 0, other = 0;

	share_encode(&s, &der);
	CHECK("a record is read back",
	    share_decode(der.data, der.len, &back, &e) == 0 &&
		memcmp(&s, &back, sizeof(s)) == 0);
	memset(&keep, 0x77, sizeof(keep));
	back = keep;
	for (size_t i = 0; i < der.len; i++)
		cut += share_decode(der.data, i, &back, &e) == 0;
	CHECK("no truncation is", cut == 0);
	CHECK(
	    "and nothing was written", memcmp(&back, &keep, sizeof(back)) == 0);
	for (size_t i = 0; i < der.len; i++)
		for (int bit = 0; bit < 8; bit++) {
			der.data[i] ^= (uint8_t)(1 << bit);
			if (share_decode(der.data, der.len, &back, &e) == 0) {
				buf_reset(&again);
				share_encode(&back, &again);
				other += again.len != der.len ||
				    memcmp(again.data, der.data, der.len) != 0;
			}
			der.data[i] ^= (uint8_t)(1 << bit);
		}
	CHECK("what is read is written the same", other == 0);
	buf_byte(&der, 0);
	CHECK("nothing behind it",
	    share_decode(der.data, der.len, &back, &e) == -1);
	CHECK_STR("by its id", e.id, "share.form");
	buf_free(&again);
	buf_free(&der);
}

/* Made by another program from what credential(5) writes down. */
#define COMMIT_SHARE \
	"028c448cbcc11b4afdfb5da4df36486fabebc113d52f60e61b372f232d4c74b2"
#define COMMIT_SECRET \
	"7fe7e8d7df764ac16fedfe293affae5d812f7717a2668dc210540b56d218a834"
#define PIN "etbaXNTewoEci22ELB-upb11jFiT0dIvQY6Rt80xozv"

static void
commitments(void)
{
	struct share a = sample(), b = sample();
	uint8_t one[SHA256_LEN], two[SHA256_LEN];
	char hex[SHA256_HEX];
	int same = 0;

	share_commit(&a, one);
	sha256_hex(hex, one);
	CHECK_STR("a share's, as the page says", hex, COMMIT_SHARE);
#define OTHER(change)                                      \
	do {                                               \
		b = sample();                              \
		change;                                    \
		share_commit(&b, two);                     \
		same += memcmp(one, two, SHA256_LEN) == 0; \
	} while (0)
	OTHER(b.origin[0] ^= 1);
	OTHER(b.set[1] = '2');
	OTHER(b.x = 3);
	OTHER(b.share[31] ^= 1);
	OTHER(b.salt[0] ^= 1);
	/* The same letters with the line between two fields moved. */
	OTHER((strcat(b.origin, "k"), strcpy(b.set, "1")));
#undef OTHER
	CHECK("a commitment binds every field", same == 0);
	share_commit_secret(ORIGIN, "k1", a.share, two);
	sha256_hex(hex, two);
	CHECK_STR("a secret's likewise", hex, COMMIT_SECRET);
}

static void
pins(void)
{
	const struct pin_form *f;
	uint8_t secret[SHARE_SECRET] = { 1 };
	char pin[PIN_MAX], other[PIN_MAX];
	int wrong = 0;

	for (size_t i = 0; (f = pin_form_at(i)) != NULL; i++) {
		pin_derive(f, ORIGIN, "k1", "user-pin", secret, pin);
		wrong += strlen(pin) != f->length ||
		    strspn(pin, f->alphabet) != f->length;
		wrong += f->length >= PIN_MAX || f->bits > 256;
		/* Not more bits than letters give. */
		wrong += (size_t)f->bits > f->length * 6;
	}
	CHECK("every form keeps to its letters and length", wrong == 0);
	f = pin_form("softhsm", "user-pin");
	pin_derive(f, ORIGIN, "k1", "user-pin", secret, pin);
	pin_derive(f, ORIGIN, "k1", "user-pin", secret, other);
	CHECK_STR("the same again", other, pin);
	pin_derive(f, ORIGIN, "k1", "so-pin", secret, other);
	CHECK("another purpose", strcmp(pin, other) != 0);
	pin_derive(f, ORIGIN, "k2", "user-pin", secret, other);
	CHECK("another set", strcmp(pin, other) != 0);
	secret[31] ^= 1;
	pin_derive(f, ORIGIN, "k1", "user-pin", secret, other);
	CHECK("another secret", strcmp(pin, other) != 0);
	memset(secret, 0x11, sizeof(secret));
	pin_derive(f, ORIGIN, "k1", "user-pin", secret, other);
	CHECK_STR("a PIN, as the page says", other, PIN);
	CHECK("SoftHSM keeps all bits",
	    pin_form("softhsm", "user-pin")->bits == 256);
	CHECK("a card's SO PIN says how few it has",
	    pin_form("opensc", "so-pin")->bits == 64);
	CHECK_STR(
	    "an unknown module", pin_form("x", "user-pin")->family, "pkcs11");
}

static void
roster(void)
{
	struct roster_person p[2] = { { .id = "anna",
					  .name = "佐藤 Anna",
					  .code = "CA1",
					  .roles = ROLE_CA_ADMINISTRATOR,
					  .cost = 16,
					  .stick = "CUST-1" },
		{ .id = "mai",
		    .name = "Manager 1",
		    .code = "SM",
		    .roles = ROLE_OPERATIONS_MANAGER | ROLE_LOG_EXAMINER,
		    .cost = 16,
		    .stick = "CUST-2" } };
	struct roster_person *back = NULL;
	struct buf doc = BUF_INIT;
	struct err e;
	size_t n = 0;
	char *at;

	roster_encode(ORIGIN, p, 2, &doc);
	CHECK("a roster is read back",
	    roster_decode(buf_cstr(&doc), doc.len, ORIGIN, &back, &n, &e) ==
		    0 &&
		n == 2 && memcmp(back, p, sizeof(p)) == 0);
	free(back);
	CHECK("not for another CA system",
	    roster_decode(buf_cstr(&doc), doc.len, "x", &back, &n, &e) == -1);
	at = strstr((char *)doc.data, "operations-manager");
	memcpy(at, "ca-administrator\",", 18);
	CHECK("not with a byte changed",
	    roster_decode(buf_cstr(&doc), doc.len, ORIGIN, &back, &n, &e) ==
		-1);
	CHECK_STR("by its id", e.id, "roster.form");
	buf_reset(&doc);
	p[1].roles = ROLE_OPERATIONS_MANAGER | ROLE_CA_ADMINISTRATOR;
	roster_encode(ORIGIN, p, 2, &doc);
	CHECK("not with roles that exclude each other",
	    roster_decode(buf_cstr(&doc), doc.len, ORIGIN, &back, &n, &e) ==
		-1);
	buf_reset(&doc);
	p[1] = p[0];
	roster_encode(ORIGIN, p, 2, &doc);
	CHECK("nobody stands twice",
	    roster_decode(buf_cstr(&doc), doc.len, ORIGIN, &back, &n, &e) ==
		-1);
	buf_free(&doc);
}

/* Lists of deeds: t token, k key, c certificate, l list, d deactivation. */
static const struct {
	const char *name, *deeds;
	bool good;
} RECORDS[] = {
	{ "a token", "t", true },
	{ "a token, then inactive", "td", true },
	{ "a key", "kd", true },
	{ "two certificates and a list", "ccld", true },
	{ "nothing", "", false },
	{ "a key that stays active", "k", false },
	{ "a certificate after the end", "dc", false },
	{ "a token in the middle", "ktd", false },
	{ "a key and a signature", "kcd", false },
	{ "inactive twice", "cdd", false },
};

static void
fill(struct oprec *r, const char *deeds)
{
	static const char kinds[] = "tkcld";

	oprec_init(r);
	snprintf(r->origin, sizeof(r->origin), ORIGIN);
	snprintf(r->step, sizeof(r->step), "2.3");
	snprintf(r->token, sizeof(r->token), "root-token");
	for (size_t i = 0; deeds[i] != '\0'; i++) {
		enum oprec_kind kind =
		    (enum oprec_kind)(strchr(kinds, deeds[i]) - kinds);
		bool token =
		    kind == OPREC_TOKEN_INIT || kind == OPREC_DEACTIVATE;
		char id[32];
		struct oprec_item *it;

		snprintf(id, sizeof(id), "item-%zu", i);
		it = oprec_add(r, kind, token ? "root-token" : id);
		if (token)
			continue;
		memset(it->key, 'a', 64);
		snprintf(it->mechanism, sizeof(it->mechanism), "x");
		if (kind == OPREC_KEY_GEN)
			continue;
		it->has_tbs = true;
		snprintf(it->serial, sizeof(it->serial), "01");
	}
}

static void
operations(void)
{
	struct buf doc = BUF_INIT;
	struct oprec r, back;
	struct err e;

	for (size_t i = 0; i < sizeof(RECORDS) / sizeof(RECORDS[0]); i++) {
		fill(&r, RECORDS[i].deeds);
		CHECK(RECORDS[i].name,
		    (oprec_check(&r, &e) == 0) == RECORDS[i].good);
		oprec_fini(&r);
	}
	fill(&r, "ccld");
	CHECK("a record is written", oprec_encode(&r, &doc, &e) == 0);
	CHECK("and read back",
	    oprec_decode(buf_cstr(&doc), doc.len, &back, &e) == 0 &&
		back.n == 4 &&
		memcmp(back.item, r.item, 4 * sizeof(*r.item)) == 0);
	oprec_fini(&back);
	doc.data[doc.len - 1] = ',';
	CHECK("not with a byte changed",
	    oprec_decode(buf_cstr(&doc), doc.len, &back, &e) == -1);
	memcpy(r.item[1].item, r.item[0].item, sizeof(r.item[0].item));
	CHECK("no deed twice", oprec_check(&r, &e) == -1);
	CHECK_STR("by its id", e.id, "oprec.form");
	oprec_fini(&r);
	buf_free(&doc);
}

int
main(void)
{
	record();
	commitments();
	pins();
	roster();
	operations();
	return test_end();
}
