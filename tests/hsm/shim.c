/* SPDX-License-Identifier: MIT */
/*
 * A PKCS#11 module that stands before a real one: it counts, lies and fails
 * as the file NAME.conf beside it says, which is read anew at every call:
 *
 *   module PATH          the real module
 *   set NAME=VALUE       in its environment
 *   lie signature        C_Sign's answer has one bit turned
 *   lie attributes       CKA_EXTRACTABLE of a private key reads 1
 *   lie point            CKA_EC_POINT comes bare, not as an OCTET STRING
 *   fail CALL            C_Sign or C_GenerateKeyPair gives CKR_DEVICE_ERROR
 *   fail-at N            the Nth call from now on gives CKR_DEVICE_ERROR, of
 *                        those that open, find, read, log in, make and sign
 *
 * Each call of C_Sign, C_GenerateKeyPair, C_InitToken and C_Login that
 * reaches it adds one letter (S, G, I, L) to NAME.calls, each failure F.
 */
#include <dlfcn.h>
#include <p11-kit-1/p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST mine;
static char self[4000];

static void
beside(char *out, size_t size, const char *tail)
{
	snprintf(out, size, "%s%s", self, tail);
}

/* Whether the settings hold "KEY VALUE"; *value is the first value. */
static int
says(const char *key, const char *value, char *first, size_t size)
{
	char path[4096], line[4096];
	size_t klen = strlen(key);
	int found = 0;
	FILE *f;

	beside(path, sizeof(path), ".conf");
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	while (!found && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, key, klen) != 0 || line[klen] != ' ')
			continue;
		if (value == NULL || strcmp(line + klen + 1, value) == 0)
			found = 1;
		if (found && first != NULL)
			snprintf(first, size, "%s", line + klen + 1);
	}
	fclose(f);
	return found;
}

/* The file is open before the program is confined. */
static void
count(char letter)
{
	static FILE *f;
	char path[4096];

	beside(path, sizeof(path), ".calls");
	if (f == NULL)
		f = fopen(path, "ae");
	if (f == NULL || letter == '\0')
		return;
	fputc(letter, f);
	fflush(f);
}

/* One more call: whether it is the one that fails. */
static int
fails(void)
{
	static char was[64];
	static int calls;
	char now[64] = "";

	if (!says("fail-at", NULL, now, sizeof(now)))
		return 0;
	if (strcmp(was, now) != 0) {
		memcpy(was, now, sizeof(was));
		calls = 0;
	}
	if (++calls != atoi(now))
		return 0;
	count('F');
	return 1;
}

static CK_RV
sign(CK_SESSION_HANDLE s, CK_BYTE_PTR data, CK_ULONG len, CK_BYTE_PTR sig,
    CK_ULONG_PTR sig_len)
{
	CK_RV rv;

	count('S');
	if (fails() || says("fail", "C_Sign", NULL, 0))
		return CKR_DEVICE_ERROR;
	rv = real->C_Sign(s, data, len, sig, sig_len);
	if (rv == CKR_OK && sig != NULL && *sig_len > 8 &&
	    says("lie", "signature", NULL, 0))
		sig[*sig_len / 2] ^= 1;
	return rv;
}

static CK_RV
generate(CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_ATTRIBUTE_PTR pub,
    CK_ULONG n_pub, CK_ATTRIBUTE_PTR priv, CK_ULONG n_priv,
    CK_OBJECT_HANDLE_PTR hpub, CK_OBJECT_HANDLE_PTR hpriv)
{
	count('G');
	if (fails() || says("fail", "C_GenerateKeyPair", NULL, 0))
		return CKR_DEVICE_ERROR;
	return real->C_GenerateKeyPair(
	    s, m, pub, n_pub, priv, n_priv, hpub, hpriv);
}

/* The point without its OCTET STRING (both have a head of two bytes). */
static CK_RV
bare_point(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_PTR a)
{
	CK_BYTE all[256];
	CK_ATTRIBUTE b = { CKA_EC_POINT, all, sizeof(all) };
	CK_RV rv = real->C_GetAttributeValue(s, h, &b, 1);

	if (rv != CKR_OK || b.ulValueLen < 2)
		return rv;
	if (a->pValue != NULL)
		memcpy(a->pValue, all + 2, b.ulValueLen - 2);
	a->ulValueLen = b.ulValueLen - 2;
	return CKR_OK;
}

static CK_RV
attributes(
    CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE_PTR a, CK_ULONG n)
{
	CK_RV rv;

	if (fails())
		return CKR_DEVICE_ERROR;
	if (n == 1 && a[0].type == CKA_EC_POINT &&
	    says("lie", "point", NULL, 0))
		return bare_point(s, h, a);
	rv = real->C_GetAttributeValue(s, h, a, n);

	if (rv == CKR_OK && n == 1 && a[0].type == CKA_EXTRACTABLE &&
	    a[0].pValue != NULL && says("lie", "attributes", NULL, 0))
		*(CK_BBOOL *)a[0].pValue = CK_TRUE;
	return rv;
}

static CK_RV
init_token(
    CK_SLOT_ID slot, CK_UTF8CHAR_PTR pin, CK_ULONG len, CK_UTF8CHAR_PTR label)
{
	count('I');
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_InitToken(slot, pin, len, label);
}

static CK_RV
login(CK_SESSION_HANDLE s, CK_USER_TYPE type, CK_UTF8CHAR_PTR pin, CK_ULONG len)
{
	count('L');
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_Login(s, type, pin, len);
}

static CK_RV
open_session(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR app, CK_NOTIFY notify,
    CK_SESSION_HANDLE_PTR out)
{
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_OpenSession(slot, flags, app, notify, out);
}

static CK_RV
find(CK_SESSION_HANDLE s, CK_ATTRIBUTE_PTR a, CK_ULONG n)
{
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_FindObjectsInit(s, a, n);
}

static CK_RV
sign_init(CK_SESSION_HANDLE s, CK_MECHANISM_PTR m, CK_OBJECT_HANDLE k)
{
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_SignInit(s, m, k);
}

static CK_RV
slots(CK_BBOOL present, CK_SLOT_ID_PTR out, CK_ULONG_PTR n)
{
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_GetSlotList(present, out, n);
}

static CK_RV
init_pin(CK_SESSION_HANDLE s, CK_UTF8CHAR_PTR pin, CK_ULONG len)
{
	if (fails())
		return CKR_DEVICE_ERROR;
	return real->C_InitPIN(s, pin, len);
}

/* Each "set NAME=VALUE". */
static void
settings(void)
{
	char path[4096], line[4096], *value;
	FILE *f;

	beside(path, sizeof(path), ".conf");
	f = fopen(path, "re");
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		value = strchr(line, '=');
		if (strncmp(line, "set ", 4) != 0 || value == NULL)
			continue;
		*value = '\0';
		setenv(line + 4, value + 1, 1);
	}
	if (f != NULL)
		fclose(f);
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR out)
{
	char path[4096];
	CK_C_GetFunctionList get = NULL;
	Dl_info info;
	void *dl;

	if (dladdr(&self, &info) == 0 || info.dli_fname == NULL)
		return CKR_GENERAL_ERROR;
	snprintf(self, sizeof(self), "%s", info.dli_fname);
	if (!says("module", NULL, path, sizeof(path)))
		return CKR_GENERAL_ERROR;
	settings();
	count('\0');
	dl = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (dl == NULL)
		return CKR_GENERAL_ERROR;
	*(void **)&get = dlsym(dl, "C_GetFunctionList");
	if (get == NULL || get(&real) != CKR_OK)
		return CKR_GENERAL_ERROR;
	mine = *real;
	mine.C_Sign = sign;
	mine.C_GenerateKeyPair = generate;
	mine.C_GetAttributeValue = attributes;
	mine.C_InitToken = init_token;
	mine.C_Login = login;
	mine.C_OpenSession = open_session;
	mine.C_FindObjectsInit = find;
	mine.C_SignInit = sign_init;
	mine.C_GetSlotList = slots;
	mine.C_InitPIN = init_pin;
	*out = &mine;
	return CKR_OK;
}
