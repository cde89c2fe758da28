/* SPDX-License-Identifier: MIT */
/*
 * Tokens.  Invariant: a struct hsm_token that is not open holds no session,
 * and whoever closes it logs out first (closing the last session does so by
 * PKCS#11 2.40 section 5.6, but not with every module).
 */
#include "appliance/hsm/token.h"

#include <string.h>

static int
session(struct p11 *p, CK_SLOT_ID slot, const char *label,
    CK_SESSION_HANDLE *out, struct err *e)
{
	CK_RV rv = p->f->C_OpenSession(
	    slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, out);

	return rv == CKR_OK ? 0 : p11_error(rv, "C_OpenSession", label, e);
}

/* As SO, give the user a PIN. */
static int
init_pin(struct p11 *p, CK_SLOT_ID slot, const char *label, struct pin so,
    struct pin user, struct err *e)
{
	CK_SESSION_HANDLE h;
	CK_RV rv;
	const char *call = "C_Login";

	if (session(p, slot, label, &h, e) == -1)
		return -1;
	rv = p->f->C_Login(h, CKU_SO, (CK_UTF8CHAR *)(uintptr_t)so.p, so.len);
	if (rv == CKR_OK) {
		call = "C_InitPIN";
		rv = p->f->C_InitPIN(
		    h, (CK_UTF8CHAR *)(uintptr_t)user.p, user.len);
		p->f->C_Logout(h);
	}
	p->f->C_CloseSession(h);
	return rv == CKR_OK ? 0 : p11_error(rv, call, label, e);
}

int
hsm_token_init(struct p11 *p, const char *label, struct pin so, struct pin user,
    struct hsm_token *out, struct err *e)
{
	CK_UTF8CHAR padded[32];
	struct p11_slot slot;
	struct err none = { 0 };
	struct pin empty = { (const uint8_t *)"", 0 };
	CK_RV rv;

	if (!p->kind->init) {
		if (p11_find(p, label, NULL, &slot, e) == -1)
			return -1;
		if (slot.flags & CKF_USER_PIN_INITIALIZED &&
		    slot.flags & CKF_LOGIN_REQUIRED)
			return err_set(
			    e, ERR_REFUSED, "hsm.exists", "token", label, NULL);
		if (init_pin(p, slot.id, label, empty, user, e) == -1)
			return -1;
		return hsm_token_open(p, label, NULL, out, e);
	}
	if (p11_find(p, label, NULL, &slot, &none) == 0 ||
	    strcmp(none.id, "hsm.two-tokens") == 0)
		return err_set(
		    e, ERR_REFUSED, "hsm.exists", "token", label, NULL);
	if (strlen(label) > sizeof(padded))
		return err_set(
		    e, ERR_LIMIT, "hsm.no-token", "token", label, NULL);
	if (p11_blank(p, &slot, e) == -1)
		return -1;
	/* Blank padded, no NUL (PKCS#11 2.40, 5.5). */
	memset(padded, ' ', sizeof(padded));
	/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): see above */
	memcpy(padded, label, strlen(label));
	rv = p->f->C_InitToken(
	    slot.id, (CK_UTF8CHAR *)(uintptr_t)so.p, so.len, padded);
	if (rv != CKR_OK)
		return p11_error(rv, "C_InitToken", label, e);
	/* SoftHSM gives the new token another slot: find it again. */
	if (p11_find(p, label, NULL, &slot, e) == -1 ||
	    init_pin(p, slot.id, label, so, user, e) == -1)
		return -1;
	return hsm_token_open(p, label, slot.serial, out, e);
}

int
hsm_token_open(struct p11 *p, const char *label, const char *serial,
    struct hsm_token *out, struct err *e)
{
	struct hsm_token t = { .p = p };

	if (p11_find(p, label, serial, &t.slot, e) == -1)
		return -1;
	if (session(p, t.slot.id, label, &t.session, e) == -1)
		return -1;
	t.open = true;
	*out = t;
	return 0;
}

int
hsm_token_login(struct hsm_token *t, struct pin pin, struct err *e)
{
	CK_RV rv;

	if (!t->open)
		return p11_error(
		    CKR_TOKEN_NOT_PRESENT, "C_Login", t->slot.label, e);
	rv = t->p->f->C_Login(
	    t->session, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)pin.p, pin.len);
	if (rv != CKR_OK)
		return p11_error(rv, "C_Login", t->slot.label, e);
	t->in = true;
	return 0;
}

void
hsm_token_logout(struct hsm_token *t)
{
	if (t->open && t->in)
		t->p->f->C_Logout(t->session);
	t->in = false;
}

void
hsm_token_close(struct hsm_token *t)
{
	hsm_token_logout(t);
	if (t->open)
		t->p->f->C_CloseSession(t->session);
	t->open = false;
	t->session = 0;
}

CK_FLAGS
hsm_token_pin_flags(struct hsm_token *t)
{
	CK_TOKEN_INFO info;

	if (t->p == NULL ||
	    t->p->f->C_GetTokenInfo(t->slot.id, &info) != CKR_OK)
		return 0;
	return info.flags &
	    (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY |
		CKF_USER_PIN_LOCKED);
}

int
hsm_token_random(struct hsm_token *t, uint8_t *out, size_t len, struct err *e)
{
	CK_RV rv = t->open ? t->p->f->C_GenerateRandom(t->session, out, len)
			   : CKR_TOKEN_NOT_PRESENT;

	return rv == CKR_OK
	    ? 0
	    : p11_error(rv, "C_GenerateRandom", t->slot.label, e);
}
