/* SPDX-License-Identifier: MIT */
/*
 * Eight words as they are typed, each held against its list when it is
 * ended.  What was typed stands in secure memory; nothing here shows it.
 */
#ifndef TACHIAI_PASSPHRASE_H
#define TACHIAI_PASSPHRASE_H

#include <stddef.h>
#include <stdint.h>

#include "appliance/world/secret.h"

#define PASSPHRASE_WORDS 8
#define PASSPHRASE_SIZE  128 /* bytes of the text, at most */

struct passphrase; /* in secure memory, wiped when freed */

enum passphrase_end {
	PASS_EMPTY,   /* nothing was typed: nothing happened */
	PASS_UNKNOWN, /* not on the list: typed letters are gone */
	PASS_SHORT,   /* several words begin so: type on */
	PASS_WORD,    /* taken, the next one follows */
	PASS_WHOLE,   /* the eighth was taken */
};

struct passphrase *passphrase_new(void);
void passphrase_free(struct passphrase *p);
void passphrase_clear(struct passphrase *p);

/* Words that stand. */
size_t passphrase_count(const struct passphrase *p);
/* A letter; what is longer than any word is kept as too long. */
void passphrase_letter(struct passphrase *p, char c);
/* Blank or Enter: a whole word, or the beginning of one word only. */
enum passphrase_end passphrase_end_word(struct passphrase *p);
/* Rub out the letters typed, or else the word before. */
void passphrase_back(struct passphrase *p);

/* Eight bytes as words of a passphrase that is whole. */
void passphrase_set(
    struct passphrase *p, const uint8_t bytes[static PASSPHRASE_WORDS]);
/* Word i (from 0) of a whole one, as the list writes it. */
const char *passphrase_word(const struct passphrase *p, size_t i);
/* The text that locks the keys: the words in small letters, a blank
 * between.  Only of a whole one. */
void passphrase_text(const struct passphrase *p, struct secret *out);

#endif
