/* SPDX-License-Identifier: MIT */
/*
 * File systems by their magic numbers.  Invariant: no byte behind len is
 * read, and a label never holds more than its field.
 *
 *   vfat     0x55aa at 510; "FAT32   " at 82 (label at 71) or "FAT1" at 54
 *            (label at 43); 11 bytes
 *   exfat    "EXFAT   " at 3; its label stands elsewhere and is not read
 *   ext4     0xef53, little-endian, at 1080; label of 16 bytes at 1144
 *   iso9660  "CD001" at 32769; label of 32 bytes at 32808
 *   GPT      "EFI PART" at 512; the other header's block, 8 bytes, at 544
 */
#include "appliance/world/label.h"

#include <stdbool.h>
#include <string.h>

#define SECTOR 512

const char *
label_fs_name(enum label_fs fs)
{
	static const char *const NAMES[] = {
		[LABEL_NONE] = NULL,
		[LABEL_VFAT] = "vfat",
		[LABEL_EXFAT] = "exfat",
		[LABEL_EXT4] = "ext4",
		[LABEL_ISO9660] = "iso9660",
	};

	return NAMES[fs];
}

static bool
stands(const uint8_t *front, size_t len, size_t at, const char *magic, size_t n)
{
	return len >= at + n && memcmp(front + at, magic, n) == 0;
}

static bool
plain(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

/* The field without the blanks at its end; other bytes become '-'. */
static void
take(const uint8_t *field, size_t size, char label[static LABEL_LEN])
{
	size_t n = 0;

	while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
		size--;
	for (; n < size && n + 1 < LABEL_LEN && field[n] != '\0'; n++)
		label[n] = plain(field[n]) ? (char)field[n] : '-';
	label[n] = '\0';
	if (label[0] == '.')
		label[0] = '-';
}

enum label_fs
label_read(const uint8_t *front, size_t len, char label[static LABEL_LEN])
{
	label[0] = '\0';
	if (stands(front, len, 32769, "CD001", 5) && len >= 32808 + 32) {
		take(front + 32808, 32, label);
		return LABEL_ISO9660;
	}
	if (stands(front, len, 1080, "\x53\xef", 2) && len >= 1144 + 16) {
		take(front + 1144, 16, label);
		return LABEL_EXT4;
	}
	if (!stands(front, len, 510, "\x55\xaa", 2))
		return LABEL_NONE;
	if (stands(front, len, 3, "EXFAT   ", 8))
		return LABEL_EXFAT;
	if (stands(front, len, 82, "FAT32   ", 8)) {
		take(front + 71, 11, label);
	} else if (stands(front, len, 54, "FAT1", 4)) {
		take(front + 43, 11, label);
	} else {
		return LABEL_NONE;
	}
	if (strcmp(label, "NO-NAME") == 0)
		label[0] = '\0';
	return LABEL_VFAT;
}

uint64_t
label_image_size(const uint8_t *front, size_t len)
{
	uint64_t block = 0;

	if (!stands(front, len, SECTOR, "EFI PART", 8) || len < SECTOR + 40)
		return 0;
	for (int i = 7; i >= 0; i--)
		block = block << 8 | front[SECTOR + 32 + i];
	/* A medium of 8 EiB is none. */
	return block < UINT64_MAX / SECTOR - 1 ? (block + 1) * SECTOR : 0;
}
