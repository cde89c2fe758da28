/* SPDX-License-Identifier: MIT */
/*
 * PKCS#11 modules.  Invariant: every CK_RV but CKR_OK becomes a struct err
 * at the call that gave it, and nothing a module says is used before it was
 * made printable.  A module is never unloaded: vendors' code leaves threads
 * and exit handlers behind, and dlclose() under them ends the process.
 */
#include "appliance/hsm/p11.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ceremony/base/buf.h"
#include "ceremony/base/utf8.h"

/* The order matters: the last row takes whatever no other row took. */
static const struct p11_kind KINDS[] = {
	{ .name = "softhsm",
	    .manufacturer = "SoftHSM",
	    .store = true,
	    .soft = true,
	    .init = true,
	    .so_pin = true,
	    .full = true,
	    .local = true,
	    .history = true,
	    .edwards = true,
	    .rsa_uses = false },
	/* C_InitToken only empties the one database that stands there;
	 * CKA_LOCAL always reads 0; Ed25519 is made but does not sign; a key
	 * that is not extractable can be copied as one that is, and wrapped. */
	{ .name = "nss",
	    .manufacturer = "Mozilla Foundation",
	    .store = false,
	    .init = false,
	    .so_pin = false,
	    .full = true,
	    .local = false,
	    .history = true,
	    .edwards = false,
	    .rsa_uses = true,
	    .loose = true },
	/* The full template ends in CKR_GENERAL_ERROR.  Its file holds keys
	 * that one TPM alone can unwrap (fixedTPM, fixedParent), and their
	 * attributes, which are notes that anybody logged in may change: it
	 * wraps nothing whatever they say. */
	{ .name = "tpm2",
	    .manufacturer = "tpm2-software.github.io",
	    .store = true,
	    .file = "tpm2_pkcs11.sqlite3",
	    .init = true,
	    .so_pin = true,
	    .full = false,
	    .local = true,
	    .history = true,
	    .edwards = false,
	    .rsa_uses = true,
	    .loose = true },
	/* SmartCard-HSM and its like. */
	{ .name = "opensc",
	    .manufacturer = "OpenSC Project",
	    .store = false,
	    .init = true,
	    .so_pin = true,
	    .full = false,
	    .local = true,
	    .history = true,
	    .edwards = false,
	    .rsa_uses = true },
	{ .name = "generic",
	    .manufacturer = "",
	    .store = false,
	    .init = true,
	    .so_pin = true,
	    .full = true,
	    .local = true,
	    .history = true,
	    .edwards = true,
	    .rsa_uses = false },
};

const struct p11_kind *
p11_kind_at(size_t i)
{
	return i < sizeof(KINDS) / sizeof(KINDS[0]) ? &KINDS[i] : NULL;
}

static const struct p11_kind *
kind_of(const char *manufacturer)
{
	size_t i = 0;

	while (strncmp(manufacturer, KINDS[i].manufacturer,
		   strlen(KINDS[i].manufacturer)) != 0)
		i++;
	return &KINDS[i];
}

struct rv_row {
	CK_RV rv;
	const char *id;
};

static const struct rv_row RVS[] = {
	{ CKR_DEVICE_ERROR, "hsm.silent" },
	{ CKR_DEVICE_REMOVED, "hsm.silent" },
	{ CKR_TOKEN_NOT_PRESENT, "hsm.silent" },
	{ CKR_TOKEN_NOT_RECOGNIZED, "hsm.silent" },
	{ CKR_PIN_INCORRECT, "hsm.pin" },
	{ CKR_PIN_INVALID, "hsm.pin" },
	{ CKR_PIN_LEN_RANGE, "hsm.pin" },
	{ CKR_PIN_EXPIRED, "hsm.pin" },
	{ CKR_PIN_LOCKED, "hsm.locked" },
	{ CKR_DEVICE_MEMORY, "hsm.full" },
	{ CKR_HOST_MEMORY, "hsm.full" },
	{ CKR_MECHANISM_INVALID, "hsm.mechanism" },
	{ CKR_MECHANISM_PARAM_INVALID, "hsm.mechanism" },
	{ CKR_KEY_SIZE_RANGE, "hsm.mechanism" },
	{ CKR_USER_NOT_LOGGED_IN, "hsm.inactive" },
};

int
p11_error(CK_RV rv, const char *call, const char *token, struct err *e)
{
	const char *id = "hsm.call";
	char hex[24];

	for (size_t i = 0; i < sizeof(RVS) / sizeof(RVS[0]); i++) {
		if (RVS[i].rv == rv)
			id = RVS[i].id;
	}
	snprintf(hex, sizeof(hex), "0x%lx", rv);
	return err_set(
	    e, ERR_WORLD, id, "token", token, "call", call, "rv", hex, NULL);
}

void
p11_string(char *out, size_t size, const unsigned char *field, size_t len)
{
	while (len > 0 && (field[len - 1] == ' ' || field[len - 1] == '\0'))
		len--;
	utf8_printable(out, size, (const char *)field, len);
}

static int
bad_module(const char *path, const char *why, struct err *e)
{
	return err_set(
	    e, ERR_WORLD, "hsm.module", "path", path, "why", why, NULL);
}

static int
hash_file(const char *path, uint8_t out[static SHA256_LEN], struct err *e)
{
	struct sha256_ctx *c;
	uint8_t part[16384];
	size_t n;
	bool bad;
	FILE *f = fopen(path, "rbe");

	if (f == NULL)
		return bad_module(path, strerror(errno), e);
	c = sha256_begin();
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		sha256_add(c, part, n);
	sha256_end(c, out);
	bad = ferror(f) != 0;
	fclose(f);
	return bad ? bad_module(path, "not read", e) : 0;
}

/* SoftHSM reads its settings from the file that SOFTHSM2_CONF names. */
static int
softhsm_settings(const char *dir, struct err *e)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tokens", dir);
	if (mkdir(path, 0700) == -1 && errno != EEXIST)
		return err_set(
		    e, ERR_WORLD, "hsm.store", "why", strerror(errno), NULL);
	snprintf(path, sizeof(path), "%s/softhsm2.conf", dir);
	f = fopen(path, "we");
	if (f == NULL)
		return err_set(
		    e, ERR_WORLD, "hsm.store", "why", strerror(errno), NULL);
	fprintf(f,
	    "directories.tokendir = %s/tokens\n"
	    "objectstore.backend = file\n"
	    "log.level = ERROR\n"
	    "slots.removable = false\n",
	    dir);
	if (fclose(f) != 0 || setenv("SOFTHSM2_CONF", path, 1) == -1)
		return err_set(
		    e, ERR_WORLD, "hsm.store", "why", strerror(errno), NULL);
	return 0;
}

/* tpm2-pkcs11 finds its file, and says little, by these. */
static int
tpm2_settings(const char *dir, struct err *e)
{
	if (setenv("TPM2_PKCS11_STORE", dir, 1) == -1 ||
	    setenv("TPM2_PKCS11_LOG_LEVEL", "0", 1) == -1 ||
	    setenv("TSS2_LOG", "all+none", 1) == -1)
		return err_set(
		    e, ERR_WORLD, "hsm.store", "why", strerror(errno), NULL);
	return 0;
}

int
p11_load(struct p11 *p, const char *path, const char *dir, struct err *e)
{
	struct p11 n = { 0 };
	CK_C_GetFunctionList get;
	const char *why;
	CK_RV rv;

	if (hash_file(path, n.info.sha256, e) == -1 ||
	    softhsm_settings(dir, e) == -1 || tpm2_settings(dir, e) == -1)
		return -1;
	n.dl = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (n.dl == NULL) {
		why = dlerror();
		return bad_module(path, why != NULL ? why : "not loaded", e);
	}
	/* ISO C has no cast from void * to a function; POSIX has this. */
	*(void **)&get = dlsym(n.dl, "C_GetFunctionList");
	if (get == NULL)
		return bad_module(path, "no C_GetFunctionList", e);
	rv = get(&n.f);
	if (rv != CKR_OK || n.f == NULL)
		return bad_module(path, "C_GetFunctionList", e);
	if (dlsym(n.dl, "NSC_GetFunctionList") != NULL)
		snprintf(n.reserved, sizeof(n.reserved),
		    "configdir='sql:%s' certPrefix='' keyPrefix='' "
		    "secmod='secmod.db' flags=",
		    dir);
	*p = n;
	return 0;
}

int
p11_up(struct p11 *p, struct err *e)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	CK_INFO info;
	CK_RV rv;

	if (p->is_up)
		return 0;
	if (p->reserved[0] != '\0')
		args.pReserved = p->reserved;
	rv = p->f->C_Initialize(&args);
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED)
		return p11_error(rv, "C_Initialize", "-", e);
	rv = p->f->C_GetInfo(&info);
	if (rv != CKR_OK) {
		p->f->C_Finalize(NULL);
		return p11_error(rv, "C_GetInfo", "-", e);
	}
	p11_string(p->info.manufacturer, sizeof(p->info.manufacturer),
	    info.manufacturerID, sizeof(info.manufacturerID));
	p11_string(p->info.library, sizeof(p->info.library),
	    info.libraryDescription, sizeof(info.libraryDescription));
	snprintf(p->info.version, sizeof(p->info.version), "%d.%d",
	    info.libraryVersion.major, info.libraryVersion.minor);
	p->kind = kind_of(p->info.manufacturer);
	p->is_up = true;
	return 0;
}

void
p11_down(struct p11 *p)
{
	if (p->is_up)
		p->f->C_Finalize(NULL);
	p->is_up = false;
}

void
p11_close(struct p11 *p)
{
	p11_down(p);
	memset(p, 0, sizeof(*p));
}

#define SLOTS 64

int
p11_slots(struct p11 *p, struct p11_slot *out, size_t max, struct err *e)
{
	CK_SLOT_ID id[SLOTS];
	CK_ULONG count = 0;
	size_t n = 0;
	CK_RV rv;

	/* The first call makes a module look again (PKCS#11 2.40, 5.5). */
	rv = p->f->C_GetSlotList(CK_TRUE, NULL, &count);
	if (rv != CKR_OK)
		return p11_error(rv, "C_GetSlotList", "-", e);
	count = SLOTS;
	rv = p->f->C_GetSlotList(CK_TRUE, id, &count);
	if (rv != CKR_OK)
		return p11_error(rv, "C_GetSlotList", "-", e);
	for (CK_ULONG i = 0; i < count && i < SLOTS && n < max; i++) {
		CK_TOKEN_INFO t;
		struct p11_slot *s = &out[n];

		if (p->f->C_GetTokenInfo(id[i], &t) != CKR_OK)
			continue;
		s->id = id[i];
		s->flags = t.flags;
		p11_string(
		    s->label, sizeof(s->label), t.label, sizeof(t.label));
		p11_string(s->serial, sizeof(s->serial), t.serialNumber,
		    sizeof(t.serialNumber));
		p11_string(s->manufacturer, sizeof(s->manufacturer),
		    t.manufacturerID, sizeof(t.manufacturerID));
		p11_string(
		    s->model, sizeof(s->model), t.model, sizeof(t.model));
		snprintf(s->firmware, sizeof(s->firmware), "%d.%d",
		    t.firmwareVersion.major, t.firmwareVersion.minor);
		s->pin_min = t.ulMinPinLen;
		s->pin_max = t.ulMaxPinLen;
		n++;
	}
	return (int)n;
}

int
p11_find(struct p11 *p, const char *label, const char *serial,
    struct p11_slot *out, struct err *e)
{
	struct p11_slot s[SLOTS] = { 0 };
	const struct p11_slot *found = NULL, *other = NULL;
	int n = p11_slots(p, s, SLOTS, e);

	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		/* What makes none has one that stands there, set up or not. */
		if ((p->kind->init &&
			(s[i].flags & CKF_TOKEN_INITIALIZED) == 0) ||
		    strcmp(s[i].label, label) != 0)
			continue;
		if (serial != NULL && strcmp(s[i].serial, serial) != 0) {
			other = &s[i];
			continue;
		}
		/* Its PIN would be tried on whichever comes first. */
		if (found != NULL)
			return err_set(e, ERR_REFUSED, "hsm.two-tokens",
			    "token", label, NULL);
		found = &s[i];
	}
	if (found != NULL) {
		*out = *found;
		return 0;
	}
	if (other != NULL)
		return err_set(e, ERR_REFUSED, "hsm.wrong-token", "serial",
		    other->serial, "want", serial, "token", label, NULL);
	return err_set(e, ERR_WORLD, "hsm.no-token", "token", label, NULL);
}

int
p11_blank(struct p11 *p, struct p11_slot *out, struct err *e)
{
	struct p11_slot s[SLOTS] = { 0 };
	int n = p11_slots(p, s, SLOTS, e);

	if (n == -1)
		return -1;
	for (int i = 0; i < n; i++) {
		if ((s[i].flags & CKF_TOKEN_INITIALIZED) == 0) {
			*out = s[i];
			return 0;
		}
	}
	if (n > 0)
		return err_set(e, ERR_WORLD, "hsm.not-blank", "token",
		    s[0].label, "serial", s[0].serial, NULL);
	return err_set(e, ERR_WORLD, "hsm.no-blank", NULL);
}

bool
p11_has_mechanism(
    struct p11 *p, CK_SLOT_ID slot, CK_MECHANISM_TYPE m, CK_FLAGS flag)
{
	CK_MECHANISM_INFO info;

	return p->f->C_GetMechanismInfo(slot, m, &info) == CKR_OK &&
	    (info.flags & flag) != 0;
}

struct json *
p11_describe(const struct p11 *p)
{
	struct json *j = json_new_obj();

	json_set_str(j, "kind", p->kind != NULL ? p->kind->name : "-");
	json_set_str(j, "library", p->info.library);
	json_set_str(j, "manufacturer", p->info.manufacturer);
	json_set_hex(j, "sha256", p->info.sha256, SHA256_LEN);
	json_set_str(j, "version", p->info.version);
	return j;
}
