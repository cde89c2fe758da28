/* SPDX-License-Identifier: MIT */
/*
 * What every volume carries for its auditor, built into the program so that
 * a volume can be made wherever the program runs.
 */
#include "appliance/world/journal.h"

#define CARRY(name, file)                                       \
	__asm__(".pushsection .rodata\n"                        \
	    ".global " #name "\n" #name ":\n"                   \
	    ".incbin \"" file "\"\n"                            \
	    ".global " #name "_end\n" #name "_end:\n.byte 0\n"  \
	    ".popsection\n");                                   \
	extern const uint8_t name[], name##_end[]

CARRY(carried_format, "docs/FORMAT.txt");
CARRY(carried_verify, "docs/verify.sh");

const uint8_t *
journal_format_txt(size_t *len)
{
	*len = (size_t)(carried_format_end - carried_format);
	return carried_format;
}

const uint8_t *
journal_verify_sh(size_t *len)
{
	*len = (size_t)(carried_verify_end - carried_verify);
	return carried_verify;
}
