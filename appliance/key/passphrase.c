/* SPDX-License-Identifier: MIT */
/*
 * The passphrase.  Invariant: what was typed stands in one place of secure
 * memory, and is wiped as soon as it has become a word or was refused.
 */
#include "appliance/key/passphrase.h"

#include <openssl/crypto.h>
#include <stdlib.h>

#include "ceremony/base/words.h"

struct passphrase {
	uint8_t word[PASSPHRASE_WORDS];
	size_t n;
	char typed[WORDS_MAX];
	size_t letters; /* may be over what `typed` keeps */
};

struct passphrase *
passphrase_new(void)
{
	struct passphrase *p = OPENSSL_secure_zalloc(sizeof(*p));

	if (p == NULL)
		abort();
	return p;
}

void
passphrase_free(struct passphrase *p)
{
	OPENSSL_secure_clear_free(p, sizeof(*p));
}

void
passphrase_clear(struct passphrase *p)
{
	OPENSSL_cleanse(p, sizeof(*p));
}

size_t
passphrase_count(const struct passphrase *p)
{
	return p->n;
}

void
passphrase_letter(struct passphrase *p, char c)
{
	if (p->n == PASSPHRASE_WORDS)
		return;
	if (p->letters < sizeof(p->typed))
		p->typed[p->letters] = c;
	if (p->letters <= sizeof(p->typed))
		p->letters++;
}

enum passphrase_end
passphrase_end_word(struct passphrase *p)
{
	int byte = -1, found = 0;

	if (p->letters == 0 || p->n == PASSPHRASE_WORDS)
		return PASS_EMPTY;
	if (p->letters <= sizeof(p->typed))
		found = words_prefix(p->typed, p->letters, p->n, &byte);
	if (found > 1)
		return PASS_SHORT;
	OPENSSL_cleanse(p->typed, sizeof(p->typed));
	p->letters = 0;
	if (found != 1)
		return PASS_UNKNOWN;
	p->word[p->n++] = (uint8_t)byte;
	return p->n == PASSPHRASE_WORDS ? PASS_WHOLE : PASS_WORD;
}

void
passphrase_back(struct passphrase *p)
{
	if (p->letters == 0 && p->n > 0)
		p->word[--p->n] = 0;
	OPENSSL_cleanse(p->typed, sizeof(p->typed));
	p->letters = 0;
}

void
passphrase_set(
    struct passphrase *p, const uint8_t bytes[static PASSPHRASE_WORDS])
{
	passphrase_clear(p);
	for (size_t i = 0; i < PASSPHRASE_WORDS; i++)
		p->word[i] = bytes[i];
	p->n = PASSPHRASE_WORDS;
}

const char *
passphrase_word(const struct passphrase *p, size_t i)
{
	return words_get(p->word[i], i);
}

void
passphrase_text(const struct passphrase *p, struct secret *out)
{
	secret_new(out, PASSPHRASE_SIZE);
	for (size_t i = 0; i < PASSPHRASE_WORDS; i++) {
		if (i > 0)
			secret_add(out, " ", 1);
		for (const char *s = passphrase_word(p, i); *s != '\0'; s++) {
			char c =
			    *s >= 'A' && *s <= 'Z' ? (char)(*s | 0x20) : *s;

			secret_add(out, &c, 1);
		}
	}
}
