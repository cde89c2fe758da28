/* SPDX-License-Identifier: MIT */
/*
 * Tokens and keys against real modules: the same suite for SoftHSM, for NSS
 * softokn and, asked for, for tpm2-pkcs11, each with what it is known to be
 * able to do.  A module that is not installed, or one that cannot do what its
 * row says, is a failure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "appliance/hsm/key.h"
#include "appliance/hsm/ram.h"
#include "tests/unit/test.h"

struct module_row {
	const char *name;
	const char *path[3];
	const char *label;
	bool edwards, store, local;
	const char *spec[7]; /* what it makes */
};

static const struct module_row MODULES[] = {
	{ "softhsm",
	    { "/usr/lib/softhsm/libsofthsm2.so",
		"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", NULL },
	    "root-token", true, true, true,
	    { "P-256", "P-384", "P-521", "rsa", "ed25519", NULL } },
	{ "nss",
	    { "/usr/lib/x86_64-linux-gnu/libsoftokn3.so",
		"/usr/lib/x86_64-linux-gnu/nss/libsoftokn3.so", NULL },
	    "NSS Certificate DB", false, false, false,
	    { "P-256", "P-384", "P-521", "rsa", NULL } },
};

/* When it is asked for by its name, as tests/hsm/tpm.sh does: it wants a TPM.
 */
static const struct module_row TPM2 = { "tpm2",
	{ "/usr/lib/x86_64-linux-gnu/pkcs11/libtpm2_pkcs11.so", NULL },
	"root-token", false, true, true, { "P-256", "P-384", "rsa", NULL } };

static const char SO[] = "so-pin-so-pin-so-pin-so-pin-so-pin-0001";
static const char USER[] = "user-pin-user-pin-user-pin-user-pin-0001";

/* SoftHSM leaks the name of the curve of each Edwards key it makes: its
 * stacks end in libcrypto, so no suppression finds them. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
	return 1;
}

static char title[160];

static const char *
named(const struct module_row *m, const char *what, const char *more)
{
	snprintf(title, sizeof(title), "%s: %s %s", m->name, what, more);
	return title;
}

static struct json *
spec_json(const char *spec)
{
	struct json *j = json_new_obj();

	if (spec[0] == 'P') {
		json_set_str(j, "type", "ec");
		json_set_str(j, "curve", spec);
	} else {
		json_set_str(j, "type", spec);
		json_set_int(j, "bits", 3072);
	}
	return j;
}

static void
show(const struct err *e)
{
	char text[512];

	err_describe(e, text, sizeof(text));
	printf("# %s\n", text);
}

/* Every algorithm of the table that fits the key signs, and only those. */
static void
sign_all(const struct module_row *m, struct hsm_token *t,
    const struct hsm_key *k, const char *spec)
{
	static const uint8_t tbs[] = "to be signed, or not";
	struct span s = { tbs, sizeof(tbs) };
	int good = 0, bad = 0;

	for (size_t i = 0; sigalg_at(i) != NULL; i++) {
		struct buf raw = BUF_INIT, sig = BUF_INIT;
		struct err e = { 0 };
		struct spki spki;
		bool fits;

		if (spki_parse(span_of(&k->spki), &spki, &e) == -1)
			break;
		fits = sigalg_fits(sigalg_at(i), &spki, &e) == 0;
		if ((hsm_key_sign(t, k, sigalg_at(i), s, "x", &raw, &sig, &e) ==
			0) == fits)
			good++;
		else
			bad++;
		if (fits && bad != 0)
			show(&e);
		buf_free(&raw);
		buf_free(&sig);
	}
	CHECK(named(m, "signs by all fitting algorithms", spec),
	    good > 0 && bad == 0);
}

static void
one_key(const struct module_row *m, struct hsm_token *t, const char *spec,
    uint8_t no)
{
	struct json *want = spec_json(spec), *attributes = NULL;
	struct hsm_key k = HSM_KEY_INIT, again = HSM_KEY_INIT;
	struct hsm_key_spec ks;
	struct err e = { 0 };
	struct spki spki;
	uint8_t id[16] = { 0x7a, no };

	CHECK(named(m, "spec", spec), hsm_key_spec(want, &ks, &e) == 0);
	CHECK(named(m, "nothing there before", spec),
	    hsm_key_find(t, id, sizeof(id), &k, &e) == 0);
	CHECK(named(m, "generate", spec),
	    hsm_key_generate(t, &ks, id, sizeof(id), "k-root", &k, &e) == 0);
	if (k.spki.len == 0) {
		show(&e);
		json_free(want);
		return;
	}
	CHECK(named(m, "spki is the profile's", spec),
	    spki_parse(span_of(&k.spki), &spki, &e) == 0 &&
		spki_fits(&spki, want, &e) == 0);
	CHECK(named(m, "attributes", spec),
	    hsm_key_attributes(t, &k, &attributes, &e) == 0);
	if (e.id[0] != '\0')
		show(&e);
	CHECK(named(m, "LOCAL as known", spec),
	    json_get_int(attributes, "local", -1) == (m->local ? 1 : 0));
	CHECK(named(m, "pair", spec), hsm_key_pair_test(t, &k, "x", &e) == 0);
	CHECK(named(m, "found again", spec),
	    hsm_key_find(t, id, sizeof(id), &again, &e) == 1 &&
		again.spki.len == k.spki.len &&
		memcmp(again.spki.data, k.spki.data, k.spki.len) == 0);
	hsm_key_fini(&again);
	CHECK(named(m, "never twice", spec),
	    hsm_key_generate(t, &ks, id, sizeof(id), "k", &again, &e) == -1);
	CHECK_STR(named(m, "never twice, id", spec), e.id, "hsm.exists-key");
	sign_all(m, t, &k, spec);
	json_free(attributes);
	json_free(want);
	hsm_key_fini(&k);
}

/* What the row denies is not done: a module that learned it has to have its
 * row changed, here and in p11.c. */
static void
denied(const struct module_row *m, struct hsm_token *t)
{
	static const uint8_t tbs[] = "to be signed, or not";
	struct span s = { tbs, sizeof(tbs) };
	struct json *want = spec_json("ed25519");
	struct buf raw = BUF_INIT, sig = BUF_INIT;
	struct hsm_key k = HSM_KEY_INIT;
	struct hsm_key_spec ks;
	struct err e = { 0 };
	uint8_t id[16] = { 0x7a, 0x99 };

	if (m->edwards)
		goto out;
	CHECK(named(m, "makes no Ed25519 key that signs", ""),
	    hsm_key_spec(want, &ks, &e) == 0 &&
		(hsm_key_generate(t, &ks, id, sizeof(id), "k-ed", &k, &e) ==
			-1 ||
		    hsm_key_sign(t, &k, sigalg_find("ed25519"), s, "x", &raw,
			&sig, &e) == -1));
	CHECK(named(m, "and says so", ""),
	    strncmp(e.id, "hsm.", 4) == 0 && sig.len == 0);
out:
	hsm_key_fini(&k);
	buf_free(&raw);
	buf_free(&sig);
	json_free(want);
}

/* A store leaves as one archive and opens in another directory. */
static void
stores(const struct module_row *m, struct p11 *p, struct hsm_token *t,
    const struct ram *ram, struct pin user)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	struct hsm_key k = HSM_KEY_INIT;
	struct err e = { 0 };
	uint8_t id[16] = { 0x7a, 0 };
	char serial[17];
	bool same;

	memcpy(serial, t->slot.serial, sizeof(serial));
	hsm_token_close(t);
	p11_down(p);
	CHECK(named(m, "store leaves", ""),
	    ram_export(ram, p->kind->file, serial, &a, &e) == 0);
	CHECK(named(m, "store comes back", ""),
	    ram_import(ram, p->kind->file, a.data, a.len, &e) == 0);
	CHECK(named(m, "a cut archive is refused", ""),
	    ram_import(ram, p->kind->file, a.data, a.len - 1, &e) == -1);
	same = ram_export(ram, p->kind->file, serial, &b, &e) == 0 &&
	    a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
	CHECK(named(m, "one store, one archive", ""), same);
	CHECK(named(m, "up again", ""), p11_up(p, &e) == 0);
	CHECK(named(m, "open by serial", ""),
	    hsm_token_open(p, m->label, serial, t, &e) == 0);
	CHECK(named(m, "login again", ""), hsm_token_login(t, user, &e) == 0);
	CHECK(named(m, "key is there", ""),
	    hsm_key_find(t, id, sizeof(id), &k, &e) == 1);
	CHECK(
	    named(m, "key signs", ""), hsm_key_pair_test(t, &k, "x", &e) == 0);
	hsm_token_close(t);
	CHECK(named(m, "another serial is another token", ""),
	    hsm_token_open(p, m->label, "0123456789abcdef", t, &e) == -1);
	CHECK_STR(named(m, "another serial, id", ""), e.id, "hsm.wrong-token");
	CHECK(named(m, "open", ""),
	    hsm_token_open(p, m->label, serial, t, &e) == 0);
	hsm_key_fini(&k);
	buf_free(&a);
	buf_free(&b);
}

/* Two of one name: told apart by the serial number, or not used at all. */
static void
twins(const struct module_row *m, struct p11 *p, struct pin so)
{
	CK_UTF8CHAR padded[32];
	struct p11_slot first, blank, found;
	struct err e = { 0 };
	bool apart;

	CHECK(named(m, "one of that name", ""),
	    p11_find(p, m->label, NULL, &first, &e) == 0);
	memset(padded, ' ', sizeof(padded));
	memcpy(padded, m->label, strlen(m->label));
	if (p11_blank(p, &blank, &e) == -1 ||
	    p->f->C_InitToken(blank.id, (CK_UTF8CHAR *)(uintptr_t)so.p, so.len,
		padded) != CKR_OK) {
		printf("# %s: takes no second token of a name\n", m->name);
		return;
	}
	CHECK(named(m, "two of one name are not used", ""),
	    p11_find(p, m->label, NULL, &found, &e) == -1);
	CHECK_STR(named(m, "two of one name, id", ""), e.id, "hsm.two-tokens");
	memset(&e, 0, sizeof(e));
	apart = p11_find(p, m->label, first.serial, &found, &e) == 0;
	CHECK(named(m, "nor by one serial number; by two they are told apart",
		  ""),
	    apart ? found.id == first.id : strcmp(e.id, "hsm.two-tokens") == 0);
	CHECK(named(m, "as its kind does", ""),
	    apart == (strcmp(m->name, "softhsm") == 0));
}

/* A module with one token, set up by somebody else, or with none. */
static CK_ULONG tokens;

static CK_RV
list_slots(CK_BBOOL present, CK_SLOT_ID *list, CK_ULONG *count)
{
	(void)present;
	if (list != NULL && tokens != 0)
		list[0] = 7;
	*count = tokens;
	return CKR_OK;
}

static CK_RV
describe_token(CK_SLOT_ID id, CK_TOKEN_INFO *t)
{
	memset(t, ' ', sizeof(*t));
	memcpy(t->label, "CARD", 4);
	memcpy(t->serialNumber, "4711", 4);
	t->flags = CKF_TOKEN_INITIALIZED;
	return id == 7 ? CKR_OK : CKR_SLOT_ID_INVALID;
}

static void
not_blank(void)
{
	CK_FUNCTION_LIST f = { .C_GetSlotList = list_slots,
		.C_GetTokenInfo = describe_token };
	struct p11 p = { .f = &f };
	struct p11_slot s;
	struct err e = { 0 };

	tokens = 0;
	CHECK("no token: none is empty", p11_blank(&p, &s, &e) == -1);
	CHECK_STR("and none is here", e.id, "hsm.no-blank");
	tokens = 1;
	CHECK("one that is set up", p11_blank(&p, &s, &e) == -1);
	CHECK_STR("is said", e.id, "hsm.not-blank");
	CHECK_STR("by its label", err_value(&e, "token"), "CARD");
	CHECK_STR("and its serial number", err_value(&e, "serial"), "4711");
}

static void
suite(const struct module_row *m)
{
	struct pin so = { (const uint8_t *)SO, sizeof(SO) - 1 };
	struct pin user = { (const uint8_t *)USER, sizeof(USER) - 1 };
	struct pin wrong = { (const uint8_t *)SO, sizeof(SO) - 1 };
	struct hsm_token t = { 0 };
	struct ram ram = RAM_INIT;
	struct p11 p = { 0 };
	struct err e = { 0 };
	const char *path = NULL;
	uint8_t r[16] = { 0 }, zero[16] = { 0 };

	for (size_t i = 0; path == NULL && m->path[i] != NULL; i++) {
		if (access(m->path[i], R_OK) == 0)
			path = m->path[i];
	}
	CHECK(named(m, "is installed", ""), path != NULL);
	if (path == NULL || ram_make(&ram, &e) == -1)
		return;
	CHECK(named(m, "loads", ""), p11_load(&p, path, ram.dir, &e) == 0);
	CHECK(named(m, "comes up", ""), p.f != NULL && p11_up(&p, &e) == 0);
	if (!p.is_up)
		return;
	CHECK_STR(named(m, "kind", ""), p.kind->name, m->name);
	CHECK(named(m, "kind says what it can", ""),
	    p.kind->edwards == m->edwards && p.kind->store == m->store);
	CHECK(named(m, "set up", ""),
	    hsm_token_init(&p, m->label, so, user, &t, &e) == 0);
	if (!t.open) {
		show(&e);
		return;
	}
	CHECK(named(m, "wrong PIN", ""), hsm_token_login(&t, wrong, &e) == -1);
	CHECK_STR(named(m, "wrong PIN, id", ""), e.id, "hsm.pin");
	memset(&e, 0, sizeof(e));
	CHECK(named(m, "login", ""), hsm_token_login(&t, user, &e) == 0);
	CHECK(named(m, "random", ""),
	    hsm_token_random(&t, r, sizeof(r), &e) == 0 &&
		memcmp(r, zero, sizeof(r)) != 0);
	for (size_t i = 0; m->spec[i] != NULL; i++)
		one_key(m, &t, m->spec[i], (uint8_t)i);
	denied(m, &t);
	if (m->store)
		stores(m, &p, &t, &ram, user);
	CHECK(named(m, "set up once only", ""),
	    hsm_token_init(&p, m->label, so, user, &t, &e) == -1);
	CHECK_STR(named(m, "set up once only, id", ""), e.id, "hsm.exists");
	hsm_token_close(&t);
	if (p.kind->init)
		twins(m, &p, so);
	p11_close(&p);
	ram_remove(&ram);
	CHECK(named(m, "nothing left in memory", ""),
	    access("/dev/shm/none", F_OK) == -1 && ram.dir[0] == '\0');
}

int
main(int argc, char **argv)
{
	struct p11 p = { 0 };
	struct ram ram = RAM_INIT;
	struct err e = { 0 };

	if (argc == 2 && strcmp(argv[1], TPM2.name) == 0) {
		suite(&TPM2);
		return test_end();
	}
	not_blank();
	CHECK("ram", ram_make(&ram, &e) == 0);
	CHECK("a module that is none",
	    p11_load(&p, "/usr/lib/none.so", ram.dir, &e) == -1);
	CHECK_STR("a module that is none, id", e.id, "hsm.module");
	CHECK("a file that is no module",
	    p11_load(&p, "/proc/self/exe", ram.dir, &e) == -1);
	ram_remove(&ram);
	for (size_t i = 0; i < sizeof(MODULES) / sizeof(MODULES[0]); i++)
		suite(&MODULES[i]);
	return test_end();
}
