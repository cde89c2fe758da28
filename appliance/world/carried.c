/* SPDX-License-Identifier: MIT */
/*
 * What every volume carries for its auditor, built into the program so that
 * a volume can be made wherever the program runs.
 */
#include "appliance/world/journal.h"

#define CARRY(name, file)                                 \
	__asm__(".pushsection .rodata\n"                  \
		".global " #name "\n" #name ":\n"         \
		".incbin \"" file "\"\n"                  \
		"1:\n.byte 0\n"                           \
		".balign 8\n"                             \
		".global " #name "_len\n" #name "_len:\n" \
		".quad 1b - " #name "\n"                  \
		".popsection\n");                         \
	extern const uint64_t name##_len;                 \
	extern const uint8_t name[]

CARRY(carried_format, "docs/FORMAT.txt");
CARRY(carried_verify, "docs/verify.sh");

const uint8_t *
journal_format_txt(size_t *len)
{
	*len = (size_t)carried_format_len;
	return carried_format;
}

const uint8_t *
journal_verify_sh(size_t *len)
{
	*len = (size_t)carried_verify_len;
	return carried_verify;
}
