/* SPDX-License-Identifier: MIT */
/*
 * Secrets.  Invariant: the bytes stand in OpenSSL's secure heap alone, and
 * every way out of this module wipes them.
 */
#include "appliance/world/secret.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define LEAST 16 /* smallest piece of the heap */

static int
fail(struct err *e, const char *what)
{
	return err_set(e, ERR_WORLD, "secret.memory", "what", what, NULL);
}

int
secret_begin(size_t heap, struct err *e)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == -1)
		return fail(e, "core");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == -1)
		return fail(e, "dump");
	/* 1: walled and locked; 2: walled, but the lock was refused. */
	if (CRYPTO_secure_malloc_initialized() == 0 &&
	    CRYPTO_secure_malloc_init(heap, LEAST) != 1)
		return fail(e, "lock");
	return 0;
}

void
secret_new(struct secret *s, size_t size)
{
	s->data = OPENSSL_secure_zalloc(size);
	if (s->data == NULL)
		abort();
	s->len = 0;
	s->size = size;
}

void
secret_add(struct secret *s, const void *data, size_t len)
{
	if (len > s->size - s->len)
		abort();
	if (len != 0)
		memcpy(s->data + s->len, data, len);
	s->len += len;
}

void
secret_wipe(struct secret *s)
{
	if (s->data != NULL)
		OPENSSL_cleanse(s->data, s->size);
	s->len = 0;
}

void
secret_free(struct secret *s)
{
	OPENSSL_secure_clear_free(s->data, s->size);
	s->data = NULL;
	s->len = s->size = 0;
}
